"""Numbers about codes, each beside the value that chance or a fair baseline would give.

Codes are (n, latent). Nothing here knows a model: measure codes, means or samples, and
say which. Generated images are compared with real ones, as a classifier sees both.

Source of the Fréchet distance: M. Heusel and others, "GANs Trained by a Two Time-Scale
Update Rule Converge to a Local Nash Equilibrium", 2017, https://arxiv.org/abs/1706.08500.
"""

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


def empty_share(places, codes):
    """Measure how many places are empty: no code is as near as codes are to each other.

    A place is empty if its nearest code is further away than the nearest other code is
    for 99 of 100 codes. Of the codes themselves, one in a hundred counts as empty.

    Args:
        places: (m, latent) array, where one might sample.
        codes: (n, latent) array. Compare only shares measured with the same n: more
            codes lie closer together.

    Returns:
        The share of empty places, in [0, 1].
    """
    from scipy.spatial import KDTree

    tree = KDTree(codes)
    between_codes = tree.query(codes, k=2)[0][:, 1]
    return float(np.mean(tree.query(places)[0] > np.quantile(between_codes, 0.99)))


def distances_in_sigmas(mean, sigma):
    """Measure how far each Gaussian's mean is from every other mean, in its own sigmas.

    Args:
        mean, sigma: (n, latent) arrays, sigma the standard deviations.

    Returns:
        (n, n) array: row i in sigmas of Gaussian i, infinite from a mean to itself.
    """
    mean, sigma = np.asarray(mean, float), np.asarray(sigma, float)
    # Row by row: all differences at once would be an array (n, n, latent).
    pairs = zip(mean, sigma, strict=True)
    distances = np.stack([np.linalg.norm((mean - m) / s, axis=1) for m, s in pairs])
    np.fill_diagonal(distances, np.inf)
    return distances


def overlap_share(mean, sigma):
    """Return the share of Gaussians in whose ellipse of one sigma lies another mean.

    Args:
        mean, sigma: (n, latent) arrays, sigma the standard deviations.
    """
    return float(np.mean(distances_in_sigmas(mean, sigma).min(axis=1) < 1))


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


def class_imbalance(digits, real_digits):
    """Return the share of digits that would have to be others to be as mixed as real ones.

    Args:
        digits, real_digits: (n,) and (m,) integers 0..9.
    """
    share, real_share = (
        np.bincount(d, minlength=10) / len(d) for d in (digits, real_digits)
    )
    return np.abs(share - real_share).sum() / 2


def sample_scores(images, real, known, judge):
    """Compare generated images with real ones in three ways; best is what real images get.

    Args:
        images: (n, 28, 28), generated.
        real: (m, 28, 28), real images, in whose company they should not stand out.
        known: (l, 28, 28), real images to search for the nearest.
        judge: callable, images -> features (n, k), probabilities of the digits (n, 10).

    Returns:
        Fréchet distance, class imbalance, and the median distance to the nearest known
        image, which is the root of the summed squared differences of the pixels.
    """
    from sklearn.metrics import pairwise_distances_argmin_min

    features, digits = map(np.asarray, judge(images))
    real_features, real_digits = map(np.asarray, judge(real))
    flat, known = (np.reshape(x, (len(x), -1)) for x in (images, known))
    return (
        frechet_distance(features, real_features),
        class_imbalance(digits.argmax(axis=1), real_digits.argmax(axis=1)),
        np.median(pairwise_distances_argmin_min(flat, known)[1]),
    )


def kl_per_dimension(mean, log_var):
    """Return KL(N(mean, exp(log_var)) || N(0, 1)) averaged over the images, in nats.

    Args:
        mean, log_var: (n, latent) arrays, log_var the logarithm of the variance.

    Returns:
        (latent,) array: what each dimension costs an image, on average.
    """
    return 0.5 * np.mean(np.exp(log_var) + mean**2 - 1 - log_var, axis=0)
