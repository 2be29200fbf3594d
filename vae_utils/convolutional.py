"""The two halves of a convolutional VAE: what the field takes for pictures by default.

A convolution slides one small window of weights over the whole picture, so that
neighbouring pixels are read together and an edge is known wherever it lies. Images are
(batch, height, width), or (batch, height, width, 3) in colour, in [0, 1]; height and
width can be divided by four. `VAE(latent_dim, encoder=..., decoder=...)` takes both.
"""

import math

from vae_utils.backend import keras


def conv_encoder(shape, latent_dim, units=128):
    """Build a model from images (batch, *shape) to mean, log_var: (batch, latent_dim)."""
    if any(side % 4 for side in shape[:2]):
        raise ValueError(f"height and width must be divisible by 4, got {shape}")
    images = keras.Input(shape)
    x = keras.layers.Reshape((*shape[:2], -1))(images)
    for filters in (32, 64):  # each halves height and width
        x = keras.layers.Conv2D(filters, 3, 2, padding="same", activation="relu")(x)
    x = keras.layers.Dense(units, "relu")(keras.layers.Flatten()(x))
    mean = keras.layers.Dense(latent_dim)(x)
    log_var = keras.layers.Dense(latent_dim)(x)
    return keras.Model(images, [mean, log_var])


def conv_decoder(shape, latent_dim):
    """Build a model from codes (batch, latent_dim) to images (batch, *shape)."""
    small = shape[0] // 4, shape[1] // 4, 64
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(math.prod(small), "relu"),
        keras.layers.Reshape(small),
    ]
    for filters in (64, 32):  # each doubles height and width
        look = dict(strides=2, padding="same", activation="relu")
        layers.append(keras.layers.Conv2DTranspose(filters, 3, **look))
    channels = math.prod(shape[2:])  # of nothing: 1, for grey pictures
    last = dict(padding="same", activation="sigmoid")
    layers.append(keras.layers.Conv2DTranspose(channels, 3, **last))
    return keras.Sequential([*layers, keras.layers.Reshape(shape)])
