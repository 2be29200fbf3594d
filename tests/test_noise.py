"""Noise held fast: its slopes, and those of noise thrown anew."""

import numpy as np
import pytest
import traitlets
from numpy.testing import assert_allclose

from vae_utils.explore import NoiseExplorer


def test_the_slopes_are_those_of_the_loss_with_the_noise_held():
    explorer, step = NoiseExplorer(mean=1.7, sigma=0.3), 1e-5
    noise = np.array(explorer.noise)

    def loss(mean, sigma):
        return (mean + sigma * noise - 3) ** 2

    by_mean = (loss(1.7 + step, 0.3) - loss(1.7 - step, 0.3)) / (2 * step)
    by_sigma = (loss(1.7, 0.3 + step) - loss(1.7, 0.3 - step)) / (2 * step)
    assert_allclose(explorer.slopes, [by_mean, by_sigma], atol=1e-6)


def test_at_the_start_the_slopes_average_to_nearly_what_all_draws_would():
    assert_allclose(NoiseExplorer().slopes.mean(axis=1), [-4, 1], atol=0.15)


def test_with_new_noise_the_quotients_are_right_on_average_and_scattered_widely():
    found = NoiseExplorer(mean=1, sigma=0.5).quotients(4000)
    # A step of 0.1 adds 0.1 to either slope; four errors of an average are allowed for.
    assert_allclose(found.mean(axis=1), [-4 + 0.1, 1 + 0.1], atol=4 * 5 / 4000**0.5)
    assert np.all(found.std(axis=1) > 3)


def test_mean_and_sigma_have_ends():
    for values in (dict(mean=7), dict(sigma=-0.1)):
        with pytest.raises(traitlets.TraitError):
            NoiseExplorer(**values)


def test_the_standing_picture_says_the_slopes_and_is_drawn():
    data, metadata = NoiseExplorer()._repr_mimebundle_()
    assert "-4.04 along the mean, 0.92 along sigma" in metadata["image/png"]["alt"]
    assert len(data["image/png"]) > 10_000
