"""A price for data that are no shades of grey, and what it costs at least.

`GaussianNats` bets with a width that is learned, and takes the place of
`reconstruction_nats` in a `VAE`: `VAE(..., price=GaussianNats())`. Where the decoder is
linear, `linear_nats` says what the bill bounds, and `principal_decoder` which linear
decoder is the best.

Source: Tipping & Bishop, "Probabilistic Principal Component Analysis", 1999, section 3.
"""

import numpy as np

from vae_utils.backend import keras, ops


class GaussianNats(keras.layers.Layer):
    """Minus the logarithm of a Gaussian density around what was made, in nats.

    All features share one variance. Its logarithm, `log_var`, is learned with the model
    unless `trainable` is False.
    """

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
    """Minus the log density of signals that a linear decoder makes, exactly, in nats.

    Args:
        signals: (n, features), taken for mean + z @ directions + noise, with z ~ N(0, 1).
        mean: (features,).
        directions: (latent, features), what one unit of each dimension adds.
        sigma: the standard deviation of the noise.

    Returns:
        (n,) array.
    """
    from scipy.stats import multivariate_normal

    covariance = directions.T @ directions + sigma**2 * np.eye(len(mean))
    return -np.atleast_1d(multivariate_normal(mean, covariance).logpdf(signals))


def principal_decoder(signals, latent_dim):
    """Return mean, directions and sigma of the linear decoder to which signals cost least.

    This is probabilistic PCA; `linear_nats` says what the arrays are. Its directions stand
    at right angles, the longest first.
    """
    variances, axes = np.linalg.eigh(np.cov(signals.T))  # the smallest first
    left, kept = np.split(variances, [-latent_dim])
    lengths = np.sqrt(kept - left.mean())[::-1, None]
    return (
        signals.mean(axis=0),
        lengths * axes.T[: -latent_dim - 1 : -1],
        left.mean() ** 0.5,
    )
