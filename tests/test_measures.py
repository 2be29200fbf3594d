"""Measures on codes whose answer is known beforehand."""

import tracemalloc

import numpy as np
from numpy.testing import assert_allclose
from scipy.linalg import sqrtm
from scipy.stats import norm

from vae_utils.measures import (
    chance_accuracy,
    class_imbalance,
    distances_in_sigmas,
    empty_share,
    frechet_distance,
    kl_per_dimension,
    neighbour_accuracy,
    overlap_share,
    sample_scores,
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
    labels = np.array([0, 1] * 20)  # alternating on a line: every neighbour is of the other
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


def test_distances_are_counted_in_the_sigmas_of_the_row():
    mean, sigma = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [3.0, 2.0]])
    expected = [[np.inf, 5], [5**0.5, np.inf]]
    assert_allclose(distances_in_sigmas(mean, sigma), expected)


def test_overlap_of_two_thousand_codes_in_thirty_dimensions_needs_little_memory():
    mean, sigma = RNG.normal(size=(2, 2000, 30))
    tracemalloc.start()
    overlap_share(mean, np.abs(sigma))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_a_gaussian_overlaps_if_it_holds_another_mean():
    mean = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 5.0]])
    sigma = np.array([[1.1, 6.0], [0.9, 9.0], [0.1, 4.0]])
    assert_allclose(overlap_share(mean, sigma), 1 / 3)  # the first holds both others


def test_frechet_distance_of_equal_spread_is_the_squared_distance_of_the_means():
    features = RNG.normal(size=(500, 3))
    assert_allclose(frechet_distance(features, features), 0, atol=1e-9)
    moved = features + np.array([3.0, 4.0, 0.0])
    assert_allclose(frechet_distance(moved, features), 25)


def test_frechet_distance_agrees_with_the_matrix_square_root():
    a, b = (
        RNG.normal(size=(400, 4)),
        RNG.normal(size=(300, 4)) @ RNG.normal(size=(4, 4)),
    )
    root = sqrtm(np.cov(a.T) @ np.cov(b.T)).real
    expected = np.sum((a.mean(0) - b.mean(0)) ** 2)
    expected += np.trace(np.cov(a.T) + np.cov(b.T) - 2 * root)
    assert_allclose(frechet_distance(a, b), expected)


def test_class_imbalance_is_the_share_that_would_have_to_change():
    ten_kinds = np.arange(10)
    assert_allclose(class_imbalance(ten_kinds, np.repeat(ten_kinds, 3)), 0, atol=1e-12)
    assert_allclose(class_imbalance(np.full(7, 4), ten_kinds), 0.9)


def test_sample_scores_of_the_real_images_themselves_are_zero():
    images = RNG.uniform(size=(50, 28, 28))

    def judge(images):
        pixels = images.reshape(len(images), -1)
        return pixels[:, :5], pixels[:, :10]

    assert_allclose(sample_scores(images, images, images, judge), 0, atol=1e-6)
    brighter = sample_scores(images + 0.1, images, images, judge)
    assert_allclose(brighter, [5 * 0.1**2, 0, 2.8], rtol=1e-6, atol=1e-9)
