"""Encoders, decoders, the VAE built from them, and the recipes that lessons share.

Images are (batch, 28, 28) in [0, 1]; codes, mean, log_var and z are (batch, latent).
One model tells the whole story: with its two weights a VAE trains on the
reconstruction alone (1, 0), on the KL divergence alone (0, 1), or on both (1, beta).
Recipes (`build_...`) seed, build and compile, so that lessons share their trainings.
"""

from vae_utils.backend import keras, ops
from vae_utils.layers import Sampling, kl_to_standard_normal, reconstruction_nats


def dense_encoder(latent_dim):
    """Build a model from images (batch, 28, 28) to codes (batch, latent_dim)."""
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(256, "relu"),
            keras.layers.Dense(128, "relu"),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dense(latent_dim),
        ]
    )


def dense_decoder(latent_dim):
    """Build a model from codes (batch, latent_dim) to images (batch, 28, 28)."""
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dense(128, "relu"),
            keras.layers.Dense(256, "relu"),
            keras.layers.Dense(784, "sigmoid"),
            keras.layers.Reshape((28, 28)),
        ]
    )


def gaussian_encoder(latent_dim):
    """Build a model from images (batch, 28, 28) to mean, log_var: (batch, latent_dim)."""
    images = keras.Input((28, 28))
    x = keras.layers.Flatten()(images)
    for units in (256, 128, 64):
        x = keras.layers.Dense(units, "relu")(x)
    mean = keras.layers.Dense(latent_dim)(x)
    log_var = keras.layers.Dense(latent_dim)(x)
    return keras.Model(images, [mean, log_var])


class VAE(keras.Model):
    """Encode to a Gaussian, sample, decode; the loss is in nats per image."""

    def __init__(
        self,
        latent_dim,
        reconstruction_weight=1.0,
        beta=1.0,
        encoder=None,
        decoder=None,
        price=reconstruction_nats,
    ):
        if not isinstance(latent_dim, int) or latent_dim < 1:
            raise ValueError(
                f"latent_dim must be a whole number from 1, got {latent_dim!r}"
            )
        if not (reconstruction_weight >= 0 and beta >= 0):
            raise ValueError(
                f"weights must not be negative, got {reconstruction_weight}, {beta}"
            )
        super().__init__()
        self.encoder = encoder or gaussian_encoder(latent_dim)
        self.sampling = Sampling()
        self.decoder = decoder or dense_decoder(latent_dim)
        self.price = price
        self.reconstruction_weight = reconstruction_weight
        self.beta = keras.Variable(float(beta), trainable=False)  # may rise in training
        self.reconstruction = keras.metrics.Mean(name="reconstruction")
        self.kl = keras.metrics.Mean(name="kl")

    def call(self, images):
        mean, log_var = self.encoder(images)
        z = self.sampling(mean, log_var)
        return self.decoder(z), mean, log_var

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        if sample_weight is not None:
            raise ValueError("a VAE takes no sample_weight: all images count alike")
        reconstruction, mean, log_var = y_pred
        nats = self.price(y, reconstruction)
        kl = kl_to_standard_normal(mean, log_var)
        self.reconstruction.update_state(nats)
        self.kl.update_state(kl)
        loss = self.reconstruction_weight * ops.mean(nats) + self.beta * ops.mean(kl)
        return loss + sum(self.losses)


def build_autoencoder(latent_dim, seed, learning_rate=2e-3):
    """Build a plain autoencoder ready to train; its layers are encoder and decoder."""
    keras.utils.set_random_seed(seed)
    autoencoder = keras.Sequential([dense_encoder(latent_dim), dense_decoder(latent_dim)])
    autoencoder.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=reconstruction_nats,
        steps_per_execution=20,  # twenty batches for each call into TensorFlow: faster
    )
    return autoencoder


def build_vae(latent_dim, seed, reconstruction_weight=1.0, beta=1.0, learning_rate=2e-3):
    """Build a VAE with these two weights, ready to train."""
    keras.utils.set_random_seed(seed)
    vae = VAE(latent_dim, reconstruction_weight, beta)
    vae.compile(keras.optimizers.Adam(learning_rate), steps_per_execution=20)
    return vae


def build_classifier(seed):
    """Build a judge from images (batch, 28, 28) to its shares of belief (batch, 10)."""
    keras.utils.set_random_seed(seed)
    classifier = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(256, "relu"),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dense(10, "softmax"),
        ]
    )
    classifier.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        steps_per_execution=20,
    )
    return classifier
