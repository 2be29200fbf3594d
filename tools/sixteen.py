"""Models of sixteen dimensions, trained until they are trained, and put to use.

What two cores cannot do inside a lesson: `python -m tools.long` runs it once for each data
set and seed, and lesson 09 draws what it wrote to `results/`.
"""

import numpy as np
from scipy.optimize import brentq

from vae_utils.backend import keras
from vae_utils.explore import spherical, straight
from vae_utils.measures import (
    gaussian_draws,
    kl_per_dimension,
    overlap_share,
    sample_scores,
    told_apart,
    within_reach,
)
from vae_utils.models import build_autoencoder, build_classifier, build_vae
from vae_utils.training import BATCH_SIZE, fit


def falling_rate(images, epochs):
    """Return a learning rate of 2e-3, from the half on 5e-4, then soon 1e-4 to the end."""
    steps = epochs * -(-len(images) // BATCH_SIZE)
    places = [int(0.5 * steps), int(0.6 * steps)]
    return keras.optimizers.schedules.PiecewiseConstantDecay(places, [2e-3, 5e-4, 1e-4])


def train_in_stages(model, digits, seed, epochs, warm_up=0):
    """Train a model, and note its prices and active dimensions on the way.

    Args:
        model: a compiled autoencoder or VAE.
        digits: what `load_digits` returns.
        seed: of the order of the images.
        epochs: passes through the images.
        warm_up: over so many epochs, beta rises in equal steps to that of the model.

    Returns:
        dict of lists: "epoch"; "reconstruction" and "kl" in nats per test image; and
        "active", the number of dimensions that cost more than 0.1 nats.
    """
    train, test = digits.train_images, digits.test_images
    stages = [*range(1, min(10, epochs) + 1), *range(15, epochs + 1, 5)]
    curves = {"epoch": stages, "reconstruction": [], "kl": [], "active": []}
    beta, done = float(getattr(model, "beta", 0)), 0
    for epoch in stages:
        if epoch <= warm_up:
            model.beta.assign(beta * epoch / warm_up)
        history = fit(model, train, test, epoch - done, seed=seed + 1000 * epoch)
        done, price = epoch, history.get("val_reconstruction", history["val_loss"])[-1]
        curves["reconstruction"].append(price)
        if hasattr(model, "beta"):
            kl = kl_per_dimension(*map(np.array, model.encoder(test)))
            curves["kl"].append(float(kl.sum()))
            curves["active"].append(int(np.sum(kl > 0.1)))
    return curves


class Judge:
    """A classifier that has seen the training images, and half of the test images."""

    def __init__(self, digits, seed):
        classifier = build_classifier(seed)
        targets = dict(targets=digits.train_labels, test_targets=digits.test_labels)
        fit(classifier, digits.train_images, digits.test_images, 4, seed=seed, **targets)
        features, shares = (layer.output for layer in classifier.layers[-2:])
        self.features = keras.Model(classifier.inputs[0], features)
        self.shares = keras.Model(classifier.inputs[0], shares)
        self.real, self.known = digits.test_images[0::2], digits.train_images

    def score(self, images):
        """Return the Scores of images, all sources with as many as half the test images."""
        return sample_scores(np.array(images), self.real, self.known, self.features)

    def name(self, images):
        """Return the digits that the judge sees: (n, 28, 28) -> (n,)."""
        return np.array(self.shares(images)).argmax(axis=1)

    def looks_real(self, images):
        """Say of each image whether it lies among real ones: (n, 28, 28) -> (n,)."""
        seen, real = (np.array(self.features(x)) for x in (images, self.real[::2]))
        return within_reach(seen, real)


def walks(models, digits, judge, seed):
    """Walk halfway from one test image to another of a different digit, in several ways.

    Args:
        models: dict from a name to a pair of callables, images -> codes -> images.
        digits: what `load_digits` returns.
        judge: a Judge.
        seed: for the pairs.

    Returns:
        dict from the way to two shares: how well the images halfway can be told from
        images at the ends, which are of the same making (`told_apart`, 0.5 is best), and
        how many are one of the two digits. "copies" are the ends themselves.
    """
    test, labels = digits.test_images, digits.test_labels
    order = np.random.default_rng(seed).permutation(len(test))[:4000]
    first, second = order.reshape(2, -1)
    different = labels[first] != labels[second]
    first, second = first[different], second[different]
    found = {}

    def note(way, halfway, ends):
        halfway, ends = np.array(halfway), np.array(ends)
        named = judge.name(halfway)
        right = (named == labels[first]) | (named == labels[second])
        found[way] = [told_apart(halfway, ends), np.mean(right)]

    note("blend of pixels", straight(test[first], test[second], 0.5), test[first])
    for name, (encode, decode) in models.items():
        codes = np.array(encode(test), "float64")
        centre = codes.mean(axis=0)
        pairs = zip(codes[first] - centre, codes[second] - centre, strict=True)
        arc = centre + np.array([spherical(*pair, 0.5) for pair in pairs])
        ends = decode(codes[first])
        note(f"{name}, copies", decode(codes[second]), ends)
        note(f"{name}, straight", decode(straight(codes[first], codes[second], 0.5)), ends)
        note(f"{name}, arc", decode(arc), ends)
    return found


def variations(draw, mean, decode, judge):
    """Return how far variations stray, and how many keep their name and look real.

    Args:
        draw: callable, factor -> codes (n, latent), the mean where the factor is 0.
        mean: (n, latent) codes.
        decode: callable, codes -> images (n, 28, 28).
        judge: a Judge.

    Returns:
        Callable, factor -> [distance in pixels of full ink, share that keeps the name,
        share that looks real].
    """
    original = np.array(decode(mean))
    name = judge.name(original)

    def at(factor):
        varied = np.array(decode(draw(factor)))
        away = np.sqrt(np.sum((varied - original) ** 2, axis=(1, 2)))
        kept = np.mean(judge.name(varied) == name)
        return [float(x) for x in (away.mean(), kept, judge.looks_real(varied).mean())]

    return at


def sixteen_dimensions(digits, seed, epochs=30):
    """Train a plain autoencoder and four VAEs of 16 dimensions, and put them to use.

    Returns:
        dict: "models", by name, each with "curves" as of `train_in_stages`, "scores" of
        ways to pick codes (lists as of `sample_scores`), and for VAEs "overlap" and how
        well their codes are "told_apart" from the prior; "real", the scores of real
        images; "walks"; "variations", pairs for VAE and autoencoder; and "samples",
        (12, 28, 28) images of each source.
    """
    train, test = digits.train_images, digits.test_images
    known, others = train[:10_000], test[1::2]
    judge, rng = Judge(digits, seed), np.random.default_rng(seed)
    found = {"real": judge.score(others), "models": {}, "samples": {}}
    kinds = {"autoencoder": None, "VAE, beta 1, no warm-up": (1, 0)}
    kinds |= {f"VAE, beta {beta:g}": (beta, 10) for beta in (0.3, 1, 3)}
    encoders, decoders = {}, {}
    for name, kind in kinds.items():
        rate, facts, picked = falling_rate(train, epochs), {}, {}
        if kind is None:
            model = build_autoencoder(16, seed, learning_rate=rate)
            curves = train_in_stages(model, digits, seed, epochs)
            encoders[name], decoders[name] = model.layers
            codes, copied = (np.array(encoders[name](x)) for x in (known, others))
        else:
            model = build_vae(16, seed, beta=kind[0], learning_rate=rate)
            curves = train_in_stages(model, digits, seed, epochs, warm_up=kind[1])
            encoders[name], decoders[name] = model.encoder, model.decoder
            codes, copied = (
                np.array(model.sampling(*model.encoder(x))) for x in (known, others)
            )
            some = codes[:5000]
            priors = rng.normal(size=(2, *some.shape))
            picked["prior"] = rng.normal(size=copied.shape)
            mean, log_var = map(np.array, model.encoder(test))
            facts["overlap"] = overlap_share(mean, np.exp(log_var / 2))
            facts["told_apart"] = told_apart(some, priors[0])
            facts["two_priors"] = told_apart(*priors)
        for count, label in ((1, "one Gaussian"), (10, "ten Gaussians")):
            picked[label] = gaussian_draws(codes, len(others), count, seed)
        sources = {"copies": copied} | picked
        images = {way: np.array(decoders[name](z)) for way, z in sources.items()}
        scores = {way: judge.score(made) for way, made in images.items()}
        found["models"][name] = {"curves": curves, "scores": scores, **facts}
        found["samples"] |= {f"{name}: {way}": made[:12] for way, made in images.items()}

    plain, vae = "autoencoder", "VAE, beta 1"
    means = {plain: encoders[plain], vae: lambda images: encoders[vae](images)[0]}
    both = {name: (encode, decoders[name]) for name, encode in means.items()}
    found["walks"] = walks(both, digits, judge, seed)
    some = test[:2000]
    noise = rng.normal(size=(len(some), 16))
    mean, log_var = map(np.array, encoders[vae](some))
    codes = np.array(encoders[plain](some))
    found["variations"] = compare_variations(
        variations(
            lambda factor: mean + factor * np.exp(log_var / 2) * noise,
            mean,
            decoders[vae],
            judge,
        ),
        variations(
            lambda factor: codes + factor * codes.std(axis=0) * noise,
            codes,
            decoders[plain],
            judge,
        ),
    )
    return found


def compare_variations(vae, plain):
    """Return pairs of what both reach at sigma times 1, 2 and 4, at equal pixel change."""
    pairs = []
    for factor in (1, 2, 4):
        wanted = vae(factor)
        equal = brentq(lambda x, away=wanted[0]: plain(x)[0] - away, 0, 20, xtol=0.01)
        pairs.append([wanted, plain(equal)])
    return pairs
