"""The digits of fonts are fair strangers, and a lesson runs on them to its end."""

import os
from unittest import mock

import numpy as np
import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook
from numpy.testing import assert_array_equal
from PIL import ImageFont

from tools import strangers
from vae_utils import data


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("strangers"))
    with mock.patch.dict(os.environ, VAE_UTILS_DATA=folder):
        return strangers.load_strangers()


def test_strangers_are_images_and_labels_as_promised(digits):
    for images, labels, count in ((*digits[2:4], 20_000), (*digits[4:6], 2_000)):
        assert images.shape == (count, 28, 28) and images.dtype == np.float32
        assert images.min() == 0 and 0.99 < images.max() <= 1
        assert_array_equal(np.bincount(labels), np.full(10, count // 10))


def test_every_image_has_blank_corners_and_ink(digits):
    images = np.concatenate([digits.train_images, digits.test_images])
    assert images[:, :2, :2].max() < 0.01
    assert images.max(axis=(1, 2)).min() > 0.3


def test_no_font_family_is_in_both_parts():
    train, test = (
        {
            ImageFont.truetype(strangers.font_file(stem)).getname()[0][:2].lower()
            for fonts in families.values()
            for stem in fonts
        }
        for families in (strangers.TRAIN, strangers.TEST)
    )
    assert (train, test) == ({"de", "st"}, {"cm"})  # DejaVu and STIX; Computer Modern
    assert not set(strangers.TRAIN) & set(strangers.TEST)


def test_no_test_original_is_a_training_original():
    (train, _), (test, labels) = map(strangers.originals, (strangers.TRAIN, strangers.TEST))
    assert (len(train), len(test)) == (240, 80)
    distances = np.abs(test[:, None] - train).max(axis=(2, 3))
    assert distances.min() > 0.1
    assert_array_equal(np.unique(labels), np.arange(10))


def test_what_is_learned_from_some_families_reads_the_others(digits):
    known = digits.train_images[:2000].reshape(2000, -1)
    images = digits.test_images[:500].reshape(500, -1)
    near = np.argmax(images @ known.T - (known**2).sum(axis=1) / 2, axis=1)
    assert np.mean(digits.train_labels[near] == digits.test_labels[:500]) > 0.85


def test_strangers_repeat_with_their_seed_and_differ_with_another():
    first, second, other = (strangers.build(seed, (50, 20)) for seed in (3, 3, 4))
    for name in data.MNIST_ARRAYS:
        assert_array_equal(first[name], second[name])
    assert (first["x_test"] != other["x_test"]).any()


def test_a_digit_fills_its_square_and_a_heavier_one_has_more_ink():
    light, heavy = (strangers.draw("DejaVuSans", 8, weight) for weight in (0, 20))
    assert light.shape == (8, 8) and light[0].max() > 0.3 and light[-1].max() > 0.3
    assert heavy.sum() > 1.2 * light.sum() and heavy.max() <= 1


def test_a_lesson_runs_to_its_end_past_cells_that_stop(tmp_path, monkeypatch):
    sources = (
        "SEED = 0",
        "from vae_utils.checks import claim\nfrom vae_utils.data import load_digits",
        'claim("small", 2, below=1)',
        'raise FileNotFoundError("no record")',
        'claim("known", load_digits("auto").name == "strangers", above=0.5)',
        'claim("true", SEED, between=(6, 8), formula=True)',
    )
    lesson = new_notebook(cells=[new_code_cell(source) for source in sources])
    lesson.cells[0].metadata["tags"] = ["parameters"]
    write(lesson, tmp_path / "77_run.ipynb")
    np.savez(tmp_path / "strangers.npz", **strangers.build(0, (20, 10)))  # fewer: faster
    monkeypatch.setattr(strangers, "CACHE", tmp_path)
    monkeypatch.setattr(strangers, "CLAIMS", tmp_path / "claims.jsonl")
    with mock.patch.dict(os.environ):
        claims, stops = strangers.examine(tmp_path / "77_run.ipynb", seed=7)
    assert [(line["claim"], line["holds"]) for line in claims] == [
        *(("small", False), ("known", True), ("true", True))
    ]
    assert stops == ["cell 3: FileNotFoundError: no record"]
    assert strangers.count(claims) == (1, 2)
    assert strangers.describe(claims, stops) == [
        "✗ small (measured 2, would hold below 1)",
        "- not measured, cell 3: FileNotFoundError: no record",
    ]


def test_a_claim_in_a_loop_is_one_and_fails_if_it_ever_did():
    made = dict(claim="small", low=None, high=1, formula=False)
    lines = [dict(made, holds=holds) for holds in (True, False, True)]
    assert strangers.count(lines) == (0, 1)
    assert strangers.count([*lines, dict(lines[0], high=2)]) == (1, 2)
