"""How probable an image is to a model: exact on a grid, bounded by draws.

Codes are (n, latent), images (m, height, width) in [0, 1], logarithms natural: nats.
Nothing here knows a model: `decode` is a callable from codes (n, latent) to images.

Sources: Y. Burda and others, "Importance Weighted Autoencoders", 2016, for the bounds by
several draws, https://arxiv.org/abs/1509.00519; M. Hoffman and M. Johnson, "ELBO surgery",
2016, for the split of the KL divergence.
"""

import numpy as np
from scipy.special import logsumexp


def log_joint(decode, codes, images):
    """Return log p(x, z) = log p(x | z) + log p(z) in nats: (images, codes).

    The bets on pixels are kept from 0 and 1 by 1e-7, as in `reconstruction_nats`.
    """
    ink = np.reshape(images, (len(images), -1)).astype(float)
    found = np.empty((len(images), len(codes)))
    for start in range(0, len(codes), 5000):  # all decoded images would fill the memory
        part = slice(start, start + 5000)
        z = np.asarray(codes[part], "float32")
        bets = np.clip(np.reshape(decode(z), (len(z), -1)), 1e-7, 1 - 1e-7)
        no_ink = np.log1p(-bets)
        odds = np.log(bets) - no_ink
        prior = -np.sum(codes[part] ** 2 + np.log(2 * np.pi), axis=1) / 2
        found[:, part] = ink @ odds.T + no_ink.sum(axis=1, dtype=float) + prior
    return found


def log_weights(decode, images, mean, sigma, draws, rng):
    """Return log p(x, z) - log q(z) for draws from each image's own q: (images, draws).

    The Gaussians q have mean and sigma (images, latent); each row's average is a bound.
    """
    found = np.empty((len(images), draws))
    for index, (centre, width) in enumerate(zip(mean, sigma, strict=True)):
        noise = rng.normal(size=(draws, len(centre)))
        log_q = -np.sum(noise**2 + np.log(2 * np.pi), axis=1) / 2 - np.log(width).sum()
        z = centre + width * noise
        found[index] = log_joint(decode, z, images[index : index + 1])[0] - log_q
    return found


def importance_bound(log_weights, k):
    """Average the logarithms of averages of k weights: (images, draws) -> (images,)."""
    groups = log_weights.reshape(len(log_weights), -1, k)
    return np.mean(logsumexp(groups, axis=2) - np.log(k), axis=1)


def grid_bound(surface, ticks, mean, sigma):
    """Return the bound of each of n Gaussians q for one image, on a grid.

    Args:
        surface: (side, side), log p(x, z) with z1 along the last axis, z2 along the first.
        ticks: (side,), the places of the grid, along both axes.
        mean, sigma: (n, 2), of q; no sigma much smaller than half a step of the grid.
    """
    away = (ticks - np.asarray(mean)[..., None]) / np.asarray(sigma)[..., None]
    heights = np.exp(-(away**2) / 2)
    heights /= heights.sum(axis=-1, keepdims=True)
    average = np.sum(heights[:, 1] @ surface * heights[:, 0], axis=1)
    return average + np.log(sigma).sum(axis=1) + 1 + np.log(2 * np.pi)


def split_kl(mean, sigma, rng):
    """Split the average KL divergence of n Gaussians: I(x; z), and KL(q(z) || p(z)).

    q(z) is the mixture of all n Gaussians, mean and sigma (n, latent), and each is drawn
    from five times. So the first part, in nats, is at most log n, and on average too small.
    """
    n, information, mismatch = len(mean), [], []
    for _ in range(5):
        z = mean + sigma * rng.normal(size=mean.shape)
        for start in range(0, n, 250):
            part = slice(start, start + 250)
            away = (z[part, None] - mean) / sigma
            log_q = -np.sum(away**2 / 2 + np.log(sigma), axis=-1)  # of all, at each draw
            mixture = logsumexp(log_q, axis=1) - np.log(n)
            own = log_q[np.arange(len(mixture)), np.arange(n)[part]]
            information.extend(own - mixture)
            mismatch.extend(mixture + np.sum(z[part] ** 2, axis=1) / 2)
    return np.mean(information), np.mean(mismatch)
