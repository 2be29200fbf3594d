"""Measures on codes whose answer is known beforehand."""

import tracemalloc

import numpy as np
from numpy.testing import assert_allclose
from scipy.linalg import sqrtm
from scipy.stats import norm

from vae_utils.measures import (
    chance_accuracy,
    controls,
    empty_share,
    frechet_distance,
    gaussian_draws,
    kl_per_dimension,
    neighbour_accuracy,
    overlap_share,
    sample_scores,
    told_apart,
    within_reach,
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


def test_a_member_reaches_as_far_as_its_third_nearest_fellow():
    cloud = np.array([[0.0], [1.0], [2.0], [3.0], [100.0]])
    points = np.array([[-2.9], [-3.1], [5.9], [6.1], [50.0], [2.9]])
    # 0 reaches 3, 1 and 2 reach 2, 3 reaches 3; 100 is alone, and reaches 99
    expected = [True, False, True, True, True, True]
    assert within_reach(points, cloud).tolist() == expected
    assert not within_reach(np.array([[200.0]]), cloud)[0]


def test_few_draws_of_a_gaussian_are_out_of_reach_of_others_and_far_ones_are():
    codes, draws = RNG.normal(size=(2, 2000, 2))
    assert empty_share(draws, codes) < 0.04
    assert empty_share(draws + 9, codes) == 1


def test_half_of_a_box_without_codes_is_half_empty():
    codes, places = RNG.uniform(size=(2, 4000, 2))
    codes[:, 0] /= 2
    assert abs(empty_share(places, codes) - 0.5) < 0.05


def test_gaussians_that_are_all_alike_overlap_by_half_in_any_dimension():
    for latent_dim in (2, 16):
        mean, sigma = np.zeros((50, latent_dim)), np.ones((50, latent_dim))
        assert overlap_share(mean, sigma) == 0.5
        away = 1e-6 * RNG.normal(size=mean.shape)
        assert abs(overlap_share(mean + away, sigma) - 0.5) < 0.06


def test_overlap_of_two_gaussians_agrees_with_the_normal_distribution():
    mean = np.repeat([[0.0, 0.0], [1.5, 0.0]], [2000, 2000], axis=0)
    # half of the pairs are alike, and of the others the draw has to stray by 0.75
    expected = 0.5 * 0.5 + 0.5 * norm.sf(0.75)
    assert abs(overlap_share(mean, np.ones_like(mean)) - expected) < 0.01


def test_overlap_does_not_depend_on_how_many_gaussians_there_are():
    mean = RNG.normal(size=(3000, 2))
    few, many = (overlap_share(mean[:n], np.full((n, 2), 0.3)) for n in (300, 3000))
    assert abs(few - many) < 0.015


def test_overlap_of_two_thousand_codes_in_thirty_dimensions_needs_little_memory():
    mean, sigma = RNG.normal(size=(2, 2000, 30))
    tracemalloc.start()
    overlap_share(mean, np.abs(sigma))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_two_samples_of_one_distribution_cannot_be_told_apart():
    first, second = RNG.normal(size=(2, 1000, 4))
    assert abs(told_apart(first, second) - 0.5) < 0.06
    # by hand: a shift of d along one dimension gives an area of Phi(d / sqrt(2))
    shifted = second + np.array([2.0, 0, 0, 0])
    assert abs(told_apart(first, shifted) - norm.cdf(2 / 2**0.5)) < 0.03


def test_images_are_told_apart_by_their_principal_components():
    dark, light = RNG.uniform(size=(2, 200, 8, 8)).astype("float32")
    light[:, :, :4] += 0.5
    assert told_apart(dark, light) > 0.95


def test_draws_from_fitted_gaussians_follow_the_codes():
    codes = RNG.normal(size=(2000, 2)) + 20 * RNG.integers(0, 2, size=(2000, 1))
    one, two = (gaussian_draws(codes, 1000, count, seed=0) for count in (1, 2))
    assert_allclose(np.cov(one.T), np.cov(codes.T), rtol=0.1)
    between = (abs(draws.mean(axis=1) - 10) < 5 for draws in (one, two))
    assert [share.mean() > 0.2 for share in between] == [True, False]


def test_kl_per_dimension_agrees_with_numerical_integration():
    mean, sigma = np.array([[0.7, 0.0]]), np.array([[0.3, 1.0]])
    x, step = np.linspace(-9, 9, 100_001, retstep=True)
    q, p = norm(0.7, 0.3), norm(0, 1)
    integral = np.sum(q.pdf(x) * (q.logpdf(x) - p.logpdf(x))) * step
    assert_allclose(kl_per_dimension(mean, 2 * np.log(sigma)), [integral, 0], atol=1e-6)


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


def brightness_and_more(images):
    return np.asarray(images).reshape(len(images), -1)[:, :5]


def test_scores_of_the_real_images_themselves_are_the_best():
    images = RNG.uniform(size=(300, 28, 28))
    scores = sample_scores(images, images, images, brightness_and_more)
    assert scores.precision == scores.coverage == 1
    assert scores.nearest < 1e-5 and scores.frechet < 0.01 and scores.spread < 0.01
    brighter = sample_scores(images + 2, images, images, brightness_and_more)
    assert brighter.precision == brighter.coverage == 0
    assert_allclose(brighter.frechet, 5 * 2**2, rtol=0.05)


def test_one_image_repeated_is_precise_and_covers_little():
    images = RNG.uniform(size=(300, 28, 28))
    scores = sample_scores(
        np.repeat(images[:1], 300, axis=0), images, images, brightness_and_more
    )
    assert scores.precision == 1 and scores.coverage < 0.05


def test_strays_do_not_lend_a_crowd_that_is_missing_half_their_reach():
    images = RNG.uniform(size=(300, 28, 28))
    images[:150] += 2
    half = images[150:].repeat(2, axis=0)
    half[::10] += RNG.normal(scale=50, size=(30, 1, 1))  # far beyond all real ones
    scores = sample_scores(half, images, images, brightness_and_more)
    assert_allclose([scores.precision, scores.coverage], [0.9, 0.5], atol=0.03)


def test_controls_are_what_their_names_say():
    real, known = RNG.uniform(size=(2, 40, 28, 28))
    labels = np.arange(40) % 10
    made = controls(real, labels, known)
    assert {images.shape for images in made.values()} == {(40, 28, 28)}
    assert_allclose(made["inverted"] + real, 1)
    assert_allclose(made["turned"][:, 0], real[:, :, -1])
    assert np.ptp(made["one image"], axis=0).max() == 0
    assert made["blurred"].std() < real.std() / 2
    threes = {image.tobytes() for image in real[labels == 3]}
    assert not threes & {image.tobytes() for image in made["no 3"]}
    memory = {image.tobytes() for image in known}
    assert {image.tobytes() for image in made["memorised"]} <= memory
