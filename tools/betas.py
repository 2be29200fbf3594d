"""VAEs of two dimensions, each with a beta of its own, and what the codes are like.

The trainings are those of lesson 08, but nine: `python -m tools.long betas` runs them once
for each data set and seed, and the lesson draws what it wrote to `results/`.
"""

import base64

import numpy as np

from vae_utils.measures import neighbour_accuracy, overlap_share
from vae_utils.models import build_vae
from vae_utils.training import fit

BETAS = 0.03, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30
COPIED = 0, 1, 2, 3, 4, 5, 8, 9  # digits: one image of each is copied
DRAWN = 300  # test images, whose Gaussians are kept


def thousandths(values):
    """Return an array as base64, each number as thousandths in two bytes."""
    return base64.b64encode(np.round(1000 * np.array(values)).astype("<i2")).decode()


def nine_betas(digits, seed, epochs=6):
    """Train a VAE for each beta, all with the same first weights and order of images.

    Returns:
        dict: "betas"; for each of them "reconstruction" and "kl", in nats per test image,
        "overlap" of Gaussians and "order" of draws (`neighbour_accuracy`); "maps", the
        "mean" and "log_var" (9, 300, 2) and "labels" of test images; and "samples",
        (8, 28, 28) test images, and what each VAE decodes at their means.
    """
    train, test, labels = digits.train_images, digits.test_images, digits.test_labels
    rng = np.random.default_rng(seed)
    rng.normal(size=(2, 5000, 2))  # lesson 08 has drawn these before it picks its images
    some = rng.permutation(len(test))[:2000]
    copied = [np.flatnonzero(labels == digit)[0] for digit in COPIED]
    found = {name: [] for name in ("reconstruction", "kl", "overlap", "order")}
    maps, samples = {"mean": [], "log_var": []}, {"test images": test[copied]}
    for beta in BETAS:
        vae = build_vae(2, seed, beta=beta)
        history = fit(vae, train, test, epochs, seed=seed)
        mean, log_var = map(np.array, vae.encoder(test))
        z = np.array(vae.sampling(mean, log_var))
        for name in ("reconstruction", "kl"):
            found[name].append(history[f"val_{name}"][-1])
        found["overlap"].append(overlap_share(mean[some], np.exp(log_var[some] / 2)))
        found["order"].append(neighbour_accuracy(z, labels))
        maps["mean"].append(mean[:DRAWN])
        maps["log_var"].append(log_var[:DRAWN])
        samples[f"beta {beta:g}"] = np.array(vae.decoder(mean[copied]))
    maps = {name: thousandths(values) for name, values in maps.items()}
    maps["labels"] = labels[:DRAWN].tolist()
    return {"betas": BETAS, **found, "maps": maps, "samples": samples}
