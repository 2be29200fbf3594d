"""A drawn digit is prepared as MNIST's are, and encoded and charged as Keras does."""

import base64

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.ndimage import center_of_mass

from tests.test_decoder import in_javascript, with_random_weights
from vae_utils.backend import keras
from vae_utils.explore import DrawingExplorer
from vae_utils.explore.decoder import Encoder
from vae_utils.layers import kl_to_standard_normal, reconstruction_nats
from vae_utils.models import VAE

RNG = np.random.default_rng(0)
FOUR = [[[9, 4], [6, 14], [20, 14]], [[17, 4], [17, 25]]]


@pytest.fixture(scope="module")
def vae():
    vae = VAE(2)
    vae.encoder = with_random_weights(vae.encoder, 0.1)
    vae.decoder = with_random_weights(vae.decoder, 0.2)
    return vae


@pytest.fixture
def explorer(vae):
    images = np.zeros((3, 28, 28), "float32")
    images[:, 4:24, 12:15] = 1  # strokes three pixels wide
    return DrawingExplorer(vae, images, RNG.normal(size=(20, 2)), np.arange(20) % 10)


def prepare(folder, strokes, pen=2.5):
    facts = dict(strokes=strokes, pen=pen)
    found = in_javascript(folder, facts, "Array.from(prepared(facts.strokes, facts.pen))")
    return np.reshape(found, (28, 28))


def box(image):
    ink = np.argwhere(image > 0.1)
    return np.ptp(ink, axis=0) + 1


@pytest.mark.parametrize("scale, shift", [(1, 0), (0.4, 3), (0.5, 12)])
def test_a_drawing_is_scaled_and_centred_as_mnist_is(scale, shift, tmp_path):
    strokes = [[[scale * v + shift for v in point] for point in s] for s in FOUR]
    image = prepare(tmp_path, strokes)
    assert box(image).max() in (20, 21) and (image.min(), image.max()) == (0, 1)
    assert_allclose(center_of_mass(image), (14, 14), atol=0.05)
    assert_allclose(image, prepare(tmp_path, FOUR), atol=0.02)  # wherever it was written


def test_a_stroke_is_as_wide_as_the_pen_and_a_dot_stays_small(tmp_path):
    image = prepare(tmp_path, [[[3, 3], [3, 9]]], pen=3)
    assert_allclose(image[14].sum(), 3, atol=0.05)
    assert box(prepare(tmp_path, [[[3, 3]]])).max() <= 4
    assert not prepare(tmp_path, []).any()


def test_an_encoder_encodes_what_keras_does(vae):
    images = RNG.uniform(size=(5, 28, 28)).astype("float32")
    for mine, theirs in zip(Encoder(vae.encoder)(images), vae.encoder(images), strict=True):
        assert_allclose(mine, theirs, rtol=1e-3, atol=1e-3)


def test_another_encoder_is_refused():
    images = keras.Input((28, 28))
    hidden = keras.layers.Dense(8, "gelu")(keras.layers.Flatten()(images))
    heads = [keras.layers.Dense(2)(hidden) for _ in range(2)]
    with pytest.raises(TypeError, match="not gelu"):
        Encoder(keras.Model(images, heads))
    for other in (keras.Model(images, heads[0]), keras.Model(images, 2 * heads[0]), "x"):
        with pytest.raises(TypeError, match=r"two heads, mean and log_var|not gelu"):
            Encoder(other)


def test_both_prices_are_those_of_keras(vae, explorer):
    images = RNG.uniform(size=(5, 28, 28)).astype("float32")
    mean, log_var = vae.encoder(images)
    nats, kl = explorer._prices(images)
    assert_allclose(nats, reconstruction_nats(images, vae.decoder(mean)), rtol=1e-3)
    assert_allclose(kl, kl_to_standard_normal(mean, log_var), rtol=1e-3)


def test_a_drawing_starts_from_a_test_image_with_a_pen_as_wide_as_its_strokes(explorer):
    assert explorer.drawing[10, 13] == 1 and explorer.drawing.sum() == 60
    assert 2.5 < explorer.pen < 3.5
    explorer.strokes, explorer.start = FOUR, -1
    assert explorer.strokes == FOUR


@pytest.mark.parametrize(
    "change, message",
    [
        (dict(images=np.zeros((2, 8, 8))), r"images \(n, 28, 28\)"),
        (dict(start=3), "start 3"),
        (dict(labels=[11] * 20), "labels from 0 to 9"),
        (dict(vae=VAE(3)), "2 latent dimensions, not 3"),
    ],
)
def test_what_cannot_be_drawn_is_refused(vae, change, message):
    given = dict(vae=vae, images=np.ones((3, 28, 28)), codes=np.zeros((20, 2)))
    given |= dict(labels=np.zeros(20, int)) | change
    with pytest.raises(ValueError, match=message):
        DrawingExplorer(**given)


def test_its_standing_picture_has_a_map_and_a_text(explorer):
    data, _ = explorer._repr_mimebundle_()
    assert len(base64.b64decode(data["image/png"])) < 60_000
    assert "a small black ellipse is its Gaussian" in data["text/plain"]
