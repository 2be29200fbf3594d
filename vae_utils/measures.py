"""Numbers about codes, each beside the value that chance or a fair baseline would give.

Codes are (n, latent). Nothing here knows a model: measure codes, means or samples, and
say which.
"""

import numpy as np


def neighbour_accuracy(codes, labels, neighbours=10):
    """Measure the order of codes: how often do the nearest codes tell the label?

    Each code's label is guessed by the vote of its nearest neighbours, itself left out.

    Args:
        codes: (n, latent) array.
        labels: (n,) integers.
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


def kl_per_dimension(mean, log_var):
    """Return KL(N(mean, exp(log_var)) || N(0, 1)) averaged over the images, in nats.

    Args:
        mean: (n, latent) array.
        log_var: (n, latent) array, the logarithm of the variance.

    Returns:
        (latent,) array: what each dimension costs an image, on average.
    """
    return 0.5 * np.mean(np.exp(log_var) + mean**2 - 1 - log_var, axis=0)
