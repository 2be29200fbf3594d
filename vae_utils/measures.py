"""Numbers about codes and samples, each to be read beside a fair rival or a control.

Codes are (n, latent). Nothing here knows a model: measure codes, means or samples, and
say which. Generated images are compared with real ones, as a classifier sees both.

Sources: T. Kynkäänniemi and others, "Improved Precision and Recall Metric", 2019, for
precision; M. F. Naeem and others, "Reliable Fidelity and Diversity Metrics", 2020, for
coverage; M. Heusel and others, "GANs Trained by a Two Time-Scale Update Rule", 2017, for
the Fréchet distance: https://arxiv.org/abs/ with 1904.06991, 2002.09797 and 1706.08500.
"""

from typing import NamedTuple

import numpy as np


def neighbour_accuracy(codes, labels, neighbours=10):
    """Measure the order of codes: how often do the nearest codes tell the label?

    Each code's label is guessed by the vote of its nearest neighbours, itself left out.

    Args:
        codes, labels: (n, latent) array and (n,) integers.
        neighbours: how many neighbours vote.

    Returns:
        The share of right guesses, in [0, 1]. Compare it with `chance_accuracy`.
    """
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(neighbours).fit(codes, labels).score(None, labels)


def chance_accuracy(labels):
    """Return the share of the most frequent label: the best guess without a code."""
    return np.bincount(labels).max() / len(labels)


def reach(cloud):
    """Return how far each of a cloud (n, k) reaches: to its third-nearest fellow."""
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(n_neighbors=3).fit(cloud).kneighbors()[0][:, -1]


def within_reach(points, cloud):
    """Say of each point (m, k) whether a member of a cloud (n, k) `reach`es it: booleans.

    Compare only clouds of one n: the more members, the shorter they reach.
    """
    from sklearn.metrics import pairwise_distances_chunked

    far = reach(cloud)
    rules = {"working_memory": 64, "reduce_func": lambda x, _: (x <= far).any(axis=1)}
    return np.concatenate(list(pairwise_distances_chunked(points, cloud, **rules)))


def empty_share(places, codes):
    """Return the share of places (m, latent) that are not `within_reach` of codes."""
    return 1 - within_reach(places, codes).mean()


def overlap_share(mean, sigma, seed=0):
    """Measure how far Gaussians overlap: how often is a draw likelier under another one?

    Each Gaussian is paired with ten others, picked at random, and drawn from once for each.

    Args:
        mean, sigma: (n, latent) arrays, sigma the standard deviations.
        seed: for pairs and draws.

    Returns:
        The share of draws that are likelier under the other Gaussian of their pair:
        about 0.5 if all are alike, 0 if none overlap, whatever n.
    """
    rng, n = np.random.default_rng(seed), len(mean)
    mean, sigma = np.tile(np.asarray(mean, float), (10, 1)), np.tile(sigma, (10, 1))
    others = (np.arange(10 * n) % n + rng.integers(1, n, size=10 * n)) % n
    z = mean + sigma * rng.normal(size=mean.shape)

    def log_density(places):
        standardised = (z - mean[places]) / sigma[places]
        return -np.sum(standardised**2 / 2 + np.log(sigma[places]), axis=1)

    own, other = log_density(np.arange(10 * n)), log_density(others)
    return float(np.mean((other > own) + 0.5 * (other == own)))


def told_apart(first, second):
    """Measure how well a classifier tells two crowds apart that it was not trained on.

    Args:
        first, second: (n, k) arrays, or images (n, height, width), of which the first
            fifty principal components are taken. Compare only crowds of the same n.

    Returns:
        The chance that, of one member of each, it finds which is which (the area under
        the ROC curve, in five-fold cross-validation): 0.5 if it cannot, 1 if always.
    """
    from sklearn.decomposition import PCA
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import cross_val_score
    from threadpoolctl import threadpool_limits

    crowd, side = np.concatenate([first, second]), np.repeat([0, 1], len(first))
    if crowd.ndim > 2:
        crowd = PCA(50, random_state=0).fit_transform(crowd.reshape(len(crowd), -1))
    classifier = HistGradientBoostingClassifier(max_iter=50, random_state=0)
    with threadpool_limits(1):  # two threads wait for each other longer than they work
        return cross_val_score(classifier, crowd, side, scoring="roc_auc").mean()


def frechet_distance(features, real_features):
    """Measure how far two clouds of features are apart, as if both were Gaussian.

    The squared distance of the means, plus what the covariances A and B differ by:
    trace(A) + trace(B) - 2 trace(sqrt(A B)).

    Args:
        features, real_features: (n, k) and (m, k) arrays. Compare only distances
            measured with the same n and m.

    Returns:
        The distance, 0 for equal clouds, in squared units of the features.
    """
    mean, real_mean = features.mean(axis=0), real_features.mean(axis=0)
    a, b = np.cov(features.T), np.cov(real_features.T)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(a @ b).real, 0))
    return np.sum((mean - real_mean) ** 2) + np.trace(a + b) - 2 * roots.sum()


def gaussian_draws(codes, count, components, seed):
    """Fit a mixture of Gaussians to codes, and draw from it.

    With one component this is the same as whitening the codes, drawing from N(0, 1), and
    undoing the whitening.

    Args:
        codes: (n, latent) array, to one (count, latent) in random order.
        count, components: how many codes to draw, and how many Gaussians to fit.
        seed: for the fit and the draws.
    """
    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits

    mixture = GaussianMixture(components, max_iter=500, random_state=seed)
    with threadpool_limits(1):  # two threads wait for each other longer than they work
        draws, _ = mixture.fit(np.asarray(codes, "float64")).sample(count)
    return np.random.default_rng(seed).permutation(draws)


class Scores(NamedTuple):
    """What `sample_scores` finds; good is what real images get, except for Fréchet."""

    precision: float  # share of the images that lie among real ones
    coverage: float  # share of real ones that reach one of the images
    frechet: float  # mean of five draws of a thousand
    spread: float  # their standard deviation
    nearest: float  # median distance to the nearest known image, in pixels of full ink


def sample_scores(images, real, known, features):
    """Return the Scores of generated images beside real ones, as a classifier sees both.

    Args:
        images: (n, 28, 28), generated. Compare only scores of the same n.
        real: (m, 28, 28), real images that no generator has seen.
        known: (l, 28, 28), training images, to find those that were learned by heart.
        features: callable, images -> (n, k).
    """
    from sklearn.metrics import pairwise_distances, pairwise_distances_argmin_min

    seen, real_seen = np.asarray(features(images)), np.asarray(features(real))
    rng = np.random.default_rng(0)
    some, real_some = (rng.permutation(x)[:2000] for x in (seen, real_seen))
    reached = pairwise_distances(some, real_some) <= reach(real_some)
    draws = rng.integers(len(seen), size=(5, 1000))
    distances = [frechet_distance(seen[draw], real_seen) for draw in draws]
    flat, known = (x.reshape(len(x), -1) for x in (rng.permutation(images)[:250], known))
    return Scores(
        reached.any(axis=1).mean(),
        reached.any(axis=0).mean(),
        np.mean(distances),
        np.std(distances),
        np.median(pairwise_distances_argmin_min(flat, known)[1]),
    )


def controls(real, labels, known):
    """Return good and bad generators that every measure of samples should rank rightly.

    Args:
        real, labels: (n, 28, 28) real images and their digits (n,).
        known: (l, 28, 28), training images.

    Returns:
        dict from a name to images (n, 28, 28).
    """
    from scipy.ndimage import gaussian_filter

    rng, n = np.random.default_rng(0), len(real)
    others = rng.choice(np.flatnonzero(labels != 3), n)  # each in the place of a 3
    return {
        "real images": real,
        "blurred": gaussian_filter(real, (0, 1.5, 1.5)),
        "inverted": 1 - real,
        "turned": np.rot90(real, axes=(1, 2)),
        "noise": rng.uniform(size=real.shape).astype("float32"),
        "one image": np.repeat(real[:1], n, axis=0),
        "no 3": real[np.where(labels != 3, np.arange(n), others)],
        "memorised": rng.choice(known, n, replace=False),
    }


def kl_per_dimension(mean, log_var):
    """Return KL(N(mean, exp(log_var)) || N(0, 1)) averaged over the images, in nats.

    Args:
        mean, log_var: (n, latent) arrays, log_var the logarithm of the variance.

    Returns:
        (latent,) array: what each dimension costs an image, on average.
    """
    return 0.5 * np.mean(np.exp(log_var) + mean**2 - 1 - log_var, axis=0)
