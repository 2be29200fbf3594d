"""The ideas that turn an autoencoder into a variational one.

The encoder no longer names a point z but a Gaussian, N(mean, exp(log_var)), one per
image. `Sampling` draws z from it so that gradients still reach the encoder;
`kl_to_standard_normal` charges for how far it has moved from N(0, 1);
`reconstruction_nats` charges for what the decoder got wrong.

Shapes: mean, log_var and z are (batch, latent) float32. Losses are in nats per image:
summed over pixels and over latent dimensions, never averaged over either.

Source: Kingma & Welling, "Auto-Encoding Variational Bayes", 2014, sections 2.3 and 2.4
and appendices B and C, https://arxiv.org/abs/1312.6114.
"""

from vae_utils.backend import keras, ops


class Sampling(keras.layers.Layer):
    """Draw z = mean + sigma * noise, with noise ~ N(0, 1): all (batch, latent).

    Without a seed of its own, the noise follows `keras.utils.set_random_seed`.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.noise = keras.random.SeedGenerator(seed)

    def call(self, mean, log_var):
        noise = keras.random.normal(ops.shape(mean), seed=self.noise)
        return mean + ops.exp(0.5 * log_var) * noise


def kl_to_standard_normal(mean, log_var):
    """KL(N(mean, exp(log_var)) || N(0, 1)) in nats: (batch, latent) -> (batch,)."""
    return 0.5 * ops.sum(ops.exp(log_var) + mean**2 - 1.0 - log_var, axis=-1)


def reconstruction_nats(images, reconstruction):
    """Binary cross-entropy in nats per image: two (batch, 28, 28) -> (batch,)."""
    return ops.sum(ops.binary_crossentropy(images, reconstruction), axis=(1, 2))
