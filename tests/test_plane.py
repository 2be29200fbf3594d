"""The map that lesson 00 opens with is as good as what lesson 08 trains."""

import re

import numpy as np
import pytest

from tools import plane
from tools.lessons import LESSONS, datasets_present, read
from vae_utils.data import load_digits
from vae_utils.explore.decoder import Decoder
from vae_utils.store import RESULTS, finished_map

needs_mnist = pytest.mark.skipif("mnist" not in datasets_present(), reason="no MNIST here")


def decoder_of(map_):
    return Decoder(map_["decoder"], map_["shape"])


def nats(images, drawn):
    """The price of a reconstruction, averaged over images."""
    drawn = np.clip(drawn, 1e-7, 1 - 1e-7)
    price = images * np.log(drawn) + (1 - images) * np.log(1 - drawn)
    return -price.sum(axis=(1, 2)).mean()


def test_the_map_is_small_and_draws_with_what_it_holds():
    held = finished_map()
    assert (RESULTS / "plane.npz").stat().st_size < 300_000
    assert held["codes"].shape == (500, 2) and {*held["labels"]} == {*range(10)}
    images = decoder_of(held)(held["codes"])
    ones, zeros = (images[held["labels"] == digit].sum(axis=(1, 2)) for digit in (1, 0))
    assert np.median(ones) < 0.5 * np.median(zeros)  # a 1 needs less ink


def test_a_weight_of_8_bits_is_off_by_half_a_step_at_most():
    kernel = np.random.default_rng(0).normal(size=(30, 4)) * [1, 10, 0.1, 3]
    numbers, steps = plane.packed(kernel)
    assert numbers.dtype == "int8" and np.abs(numbers).max() == 127
    off = np.abs(numbers * np.float32(steps) - kernel) / np.float32(steps)
    assert off.max() < 0.57  # steps are float16


def test_its_recipe_is_that_of_lesson_08():
    (path,) = (path for path in LESSONS if path.stem.startswith("08"))
    code = "\n".join(c.source for c in read(path).cells if c.cell_type == "code")
    settings = {
        name: re.search(rf"^{name} = (\d+)$", code, re.M) for name in ("SEED", "EPOCHS")
    }
    assert [int(found[1]) for found in settings.values()] == [plane.SEED, plane.EPOCHS]
    assert (
        "vae = build_vae(2, SEED)" in code
        and "fit(vae, train, test, EPOCHS, seed=SEED, film=" in code
    )


@needs_mnist
def test_the_map_is_as_good_as_a_training_of_today():
    digits, held = load_digits("mnist"), finished_map()
    vae, images = plane.trained(digits), digits.test_images[: plane.SHOWN]
    assert (held["labels"] == digits.test_labels[: plane.SHOWN]).all()
    stored = nats(images, decoder_of(held)(held["codes"]))
    fresh = nats(images, np.array(vae.decoder(vae.encoder(images)[0])))
    assert abs(stored - fresh) < 4, (stored, fresh)
