"""A price for data that are no shades of grey, and what a linear decoder makes of it.

Source: Tipping & Bishop, "Probabilistic Principal Component Analysis", 1999, section 3.
"""

import numpy as np

from vae_utils.backend import keras, ops


class GaussianNats(keras.layers.Layer):
    """Minus the log density of a Gaussian around what was made; it learns its variance."""

    def __init__(self, log_var=0.0, trainable=True, **kwargs):
        super().__init__(trainable=trainable, **kwargs)
        start = keras.initializers.Constant(log_var)
        self.log_var = self.add_weight(shape=(), initializer=start, name="log_var")
        self.built = True  # there is nothing left to build

    def call(self, wanted, made):
        """Two (batch, ...) -> (batch,): nats, summed over all features."""
        squares = (wanted - made) ** 2 * ops.exp(-self.log_var)
        nats = 0.5 * (squares + self.log_var + np.log(2 * np.pi))
        return ops.sum(nats, axis=tuple(range(1, len(wanted.shape))))

    @property
    def sigma(self):
        """The standard deviation of the bets, in units of the features."""
        return float(np.exp(self.log_var / 2))


def linear_nats(signals, mean, directions, sigma):
    """Return what signals cost, exactly, if a linear decoder makes them: nats (n,).

    They are mean + z @ directions + noise: signals (n, features), z ~ N(0, 1), directions
    (latent, features), and sigma the standard deviation of the noise.
    """
    from scipy.stats import multivariate_normal

    covariance = directions.T @ directions + sigma**2 * np.eye(len(mean))
    return -np.atleast_1d(multivariate_normal(mean, covariance).logpdf(signals))


def principal_decoder(signals, latent_dim):
    """Return mean, directions, sigma of the linear decoder to which signals cost least.

    This is probabilistic PCA. Its directions stand at right angles, the longest first.
    """
    variances, axes = np.linalg.eigh(np.cov(signals.T))  # the smallest first
    left, kept = np.split(variances, [-latent_dim])
    lengths = np.sqrt(kept - left.mean())[:, None]
    directions = (lengths * axes.T[-latent_dim:])[::-1]
    return signals.mean(axis=0), directions, left.mean() ** 0.5
