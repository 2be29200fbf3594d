"""The two halves of a convolutional VAE: what the field takes for pictures by default.

Images are (batch, height, width), or (batch, height, width, 3) in colour, in [0, 1]; height
and width can be divided by four. `VAE(latent_dim, encoder=..., decoder=...)` takes both.
"""

import math

from vae_utils.backend import keras


def conv_encoder(shape, latent_dim, units=128):
    """Build a model from images (batch, *shape) to mean, log_var: (batch, latent_dim)."""
    if any(side % 4 for side in shape[:2]):
        raise ValueError(f"height and width must be divisible by 4, got {shape}")
    relu = dict(activation="relu", kernel_initializer="he_normal")  # no signal fades
    images = keras.Input(shape)
    x = keras.layers.Reshape((*shape[:2], -1))(images)
    for filters in (32, 64):  # each halves height and width
        x = keras.layers.Conv2D(filters, 3, strides=2, padding="same", **relu)(x)
    x = keras.layers.Dense(units, **relu)(keras.layers.Flatten()(x))
    mean = keras.layers.Dense(latent_dim)(x)
    log_var = keras.layers.Dense(latent_dim)(x)
    return keras.Model(images, [mean, log_var])


def conv_decoder(shape, latent_dim):
    """Build a model from codes (batch, latent_dim) to images (batch, *shape)."""
    relu = dict(activation="relu", kernel_initializer="he_normal")
    small = shape[0] // 4, shape[1] // 4, 64
    back = keras.layers.Conv2DTranspose
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(math.prod(small), **relu),
            keras.layers.Reshape(small),
            back(64, 3, strides=2, padding="same", **relu),  # each doubles both
            back(32, 3, strides=2, padding="same", **relu),
            back(math.prod(shape[2:]), 3, padding="same", activation="sigmoid"),
            keras.layers.Reshape(shape),
        ]
    )
