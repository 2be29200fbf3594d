"""Measures on codes whose answer is known beforehand."""

import numpy as np
from numpy.testing import assert_allclose
from scipy.stats import norm

from vae_utils.measures import (
    chance_accuracy,
    empty_share,
    kl_per_dimension,
    neighbour_accuracy,
)

RNG = np.random.default_rng(0)


def test_neighbours_tell_everything_about_separate_clusters():
    labels = np.repeat([0, 1], 50)
    codes = RNG.normal(size=(100, 2)) + 100 * labels[:, None]
    assert neighbour_accuracy(codes, labels) == 1


def test_neighbours_tell_nothing_about_random_labels():
    codes, labels = RNG.normal(size=(4000, 2)), RNG.integers(0, 10, 4000)
    assert abs(neighbour_accuracy(codes, labels) - 0.1) < 0.02


def test_a_code_does_not_vote_for_itself():
    labels = np.array(
        [0, 1] * 20
    )  # alternating on a line: every neighbour is of the other
    codes = np.stack([np.arange(40.0), np.zeros(40)], axis=1)
    assert neighbour_accuracy(codes, labels, neighbours=1) == 0


def test_chance_is_the_share_of_the_most_frequent_label():
    assert chance_accuracy(np.array([0, 0, 0, 1])) == 0.75


def test_places_among_evenly_spread_codes_are_not_empty():
    codes, places = RNG.uniform(size=(2, 4000, 2))
    assert empty_share(places, codes) < 0.03


def test_half_of_a_box_without_codes_is_half_empty():
    codes, places = RNG.uniform(size=(2, 4000, 2))
    codes[:, 0] /= 2
    assert abs(empty_share(places, codes) - 0.5) < 0.05


def test_kl_per_dimension_agrees_with_numerical_integration():
    mean, sigma = np.array([[0.7, 0.0]]), np.array([[0.3, 1.0]])
    x, step = np.linspace(-9, 9, 100_001, retstep=True)
    q, p = norm(0.7, 0.3), norm(0, 1)
    integral = np.sum(q.pdf(x) * (q.logpdf(x) - p.logpdf(x))) * step
    assert_allclose(kl_per_dimension(mean, 2 * np.log(sigma)), [integral, 0], atol=1e-6)
