"""The convolutional halves fit each other, and what is around them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from vae_utils.backend import keras
from vae_utils.convolutional import conv_decoder, conv_encoder
from vae_utils.explore import LatentExplorer
from vae_utils.models import VAE
from vae_utils.prices import GaussianNats

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(28, 28), (16, 16, 3), (8, 20, 3)])
def test_images_come_back_in_their_shape_within_0_and_1(shape):
    images = RNG.uniform(size=(2, *shape)).astype("float32")
    mean, log_var = conv_encoder(shape, 3)(images)
    made = np.array(conv_decoder(shape, 3)(mean))
    assert mean.shape == log_var.shape == (2, 3) and made.shape == images.shape
    assert made.min() >= 0 and made.max() <= 1


def test_a_side_that_cannot_be_halved_twice_is_refused():
    with pytest.raises(ValueError, match=r"divisible by 4, got \(18, 16, 3\)"):
        conv_encoder((18, 16, 3), 2)


def test_a_pixel_reaches_only_its_neighbours_where_dense_layers_mix_all():
    encoder = conv_encoder((16, 16, 3), 2)
    maps = keras.Model(encoder.input, encoder.layers[3].output)  # after two convolutions
    image = np.zeros((1, 16, 16, 3), "float32")
    dotted = image.copy()
    dotted[0, 0, 0] = 1
    changed = np.abs(np.array(maps(dotted) - maps(image))).max(axis=(0, 3)) > 0
    assert changed.shape == (4, 4) and changed[0, 0] and not changed[2:, 2:].any()


def test_the_halves_and_a_learned_width_train_together():
    images = RNG.uniform(0.4, 0.6, (64, 8, 8, 3)).astype("float32")
    halves = conv_encoder((8, 8, 3), 2), conv_decoder((8, 8, 3), 2)
    vae = VAE(2, encoder=halves[0], decoder=halves[1], price=GaussianNats())
    vae.compile(keras.optimizers.Adam(0.05))
    history = vae.fit(images, images, epochs=30, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] - 100
    assert vae.price.sigma < 0.5  # it started at 1


def test_an_explorer_draws_colours_and_codes_without_labels_as_dots():
    decoder = conv_decoder((8, 8, 3), 2)
    codes = RNG.normal(size=(5, 2)).astype("float32")
    explorer = LatentExplorer(decoder, codes, prior=True)
    assert explorer.shape == [8, 8, 3] and "drawn as dots" in explorer.alt
    assert_allclose(explorer.decode(codes), decoder(codes), atol=0.01)
    assert "image/png" in explorer._repr_mimebundle_()[0]
