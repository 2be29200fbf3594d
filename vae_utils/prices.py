"""A price for data that are no shades of grey: a Gaussian bet with a width of its own.

It takes the place of `reconstruction_nats` in a `VAE`: `VAE(..., price=GaussianNats())`.
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
