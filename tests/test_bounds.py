"""How probable an image is: held against closed forms, quadrature and Keras."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import dblquad
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

from vae_utils.bounds import (
    grid_bound,
    importance_bound,
    log_joint,
    log_weights,
    split_kl,
)
from vae_utils.layers import reconstruction_nats
from vae_utils.models import dense_decoder

TICKS = np.linspace(-6, 6, 241)
STEP = TICKS[1] - TICKS[0]
CODES = np.stack(np.meshgrid(TICKS, TICKS), axis=-1).reshape(-1, 2)
INK = np.array([[[1.0, 1]], [[1, 0]], [[0, 0]]])  # images of two pixels
FACTORS, SHIFTS = np.array([1.5, -0.7]), np.array([0.4, 1.0])


def probit(codes):
    """Bets of which the exact answer is known: pixel k follows code k alone."""
    return norm.cdf(FACTORS * codes + SHIFTS)[:, None]


# The integral of the normal density times cdf(a z + b) is cdf(b / sqrt(1 + a^2)).
SHARES = norm.cdf(SHIFTS / np.sqrt(1 + FACTORS**2))
EXACT = np.sum(np.log(np.where(INK[:, 0], SHARES, 1 - SHARES)), axis=1)


def test_a_grid_finds_the_closed_form_of_a_decoder_that_has_one():
    found = logsumexp(log_joint(probit, CODES, INK), axis=1) + 2 * np.log(STEP)
    assert_allclose(found, EXACT, atol=1e-4)


def test_a_grid_finds_what_quadrature_does_where_there_is_no_closed_form():
    def decode(codes):
        bend = np.stack([np.sin(2 * codes[:, 0]) + codes[:, 1], codes[:, 0] * codes[:, 1]])
        return 1 / (1 + np.exp(-bend.T[:, None]))

    def density(b, a):
        return np.exp(log_joint(decode, np.array([[a, b]]), INK[1:2]).item())

    exact = np.log(dblquad(density, -6, 6, -6, 6, epsabs=1e-5)[0])
    found = logsumexp(log_joint(decode, CODES, INK[1:2])) + 2 * np.log(STEP)
    assert_allclose(found, exact, atol=1e-3)


def test_all_images_of_two_pixels_add_up_to_one():
    images = np.array([[[a, b]] for a in (0, 1) for b in (0, 1)])
    joint = log_joint(probit, CODES, images)
    assert_allclose(np.exp(joint).sum() * STEP**2, 1, atol=1e-5)


def test_the_likelihood_of_a_code_costs_what_keras_charges():
    decoder, rng = dense_decoder(2), np.random.default_rng(0)
    decoder.set_weights([rng.normal(0, 2, w.shape) for w in decoder.get_weights()])
    images, codes = rng.uniform(size=(6, 28, 28)), rng.normal(size=(6, 2))
    bets = np.array(decoder(codes.astype("float32")))
    assert bets.min() == 0 and bets.max() == 1  # both are clipped
    likelihood = log_joint(decoder, codes, images) - norm.logpdf(codes).sum(axis=1)
    nats = reconstruction_nats(images.astype("float32"), bets)
    assert_allclose(-np.diag(likelihood), nats, rtol=1e-3)


def test_weights_of_draws_are_on_average_the_probability_itself():
    mean, sigma = np.array([[0.5, 0], [0, 0.5], [-0.5, 0]]), np.full((3, 2), 1.1)
    found = log_weights(probit, INK, mean, sigma, 40_000, np.random.default_rng(0))
    assert_allclose(importance_bound(found, 40_000), EXACT, atol=0.02)


def test_a_bound_rises_with_its_draws_and_is_not_above_the_exact_value():
    # A weight whose logarithm is N(-2, 4) is 1 on average: the exact value is 0.
    log_w = np.random.default_rng(0).normal(-2, 2, size=(400, 1000))
    bounds = [importance_bound(log_w, k).mean() for k in (1, 10, 100, 1000)]
    assert_allclose(bounds[0], -2, atol=0.02)
    assert np.all(np.diff(bounds) > 0.05) and bounds[-1] < 0.03


def linear_gaussian():
    """A surface log p(x, z) of x = (1.5 z1, 0.4 z2) + noise of 0.5, at x = (1, -0.6)."""
    factors, noise, x = np.array([1.5, 0.4]), 0.5, np.array([1, -0.6])
    surface = norm.logpdf(x, factors * CODES, noise) + norm.logpdf(CODES)
    total = norm.logpdf(x, 0, np.sqrt(factors**2 + noise**2)).sum()
    variance = 1 / (1 + (factors / noise) ** 2)
    posterior = variance * factors / noise**2 * x, np.sqrt(variance)
    return surface.sum(axis=1).reshape(241, 241), total, posterior


def test_the_bound_of_the_posterior_is_exact_and_each_other_is_lower_by_the_divergence():
    surface, total, (mean, sigma) = linear_gaussian()
    means, sigmas = (
        np.array([mean, np.add(mean, [0.3, -1]), mean]),
        [sigma, sigma, [0.1, 1]],
    )
    gaps = np.log(sigma / sigmas) + (sigmas / sigma) ** 2 / 2 - 0.5
    gaps += ((means - mean) / sigma) ** 2 / 2
    found = grid_bound(surface, TICKS, means, sigmas)
    assert_allclose(found, total - gaps.sum(axis=1), atol=0.01)
    assert_allclose(found[0], total, atol=1e-6)


@pytest.mark.parametrize(
    "sigma, spread, shift", [(0.2, 1, 0), (0.3, 2, 1.5), (0.5, 0.7, 3)]
)
def test_the_split_finds_both_parts_where_codes_are_gaussian(sigma, spread, shift):
    rng, n = np.random.default_rng(1), 2000
    means = shift + np.sqrt(spread**2 - sigma**2) * rng.normal(size=(n, 2))
    # the mixture is N(shift, spread^2), in both dimensions
    says = 2 * np.log(spread / sigma)
    off = spread**2 + shift**2 - 1 - 2 * np.log(spread)
    assert_allclose(
        split_kl(means, np.full((n, 2), sigma), rng), [says, off], rtol=0.05, atol=0.1
    )


def test_both_parts_add_up_to_the_average_divergence():
    rng = np.random.default_rng(0)
    means, sigmas = rng.normal(size=(500, 3)), rng.uniform(0.1, 1, size=(500, 3))
    kl = (sigmas**2 + means**2 - 1 - 2 * np.log(sigmas)).sum(axis=1).mean() / 2
    assert_allclose(sum(split_kl(means, sigmas, rng)), kl, atol=0.1)


def test_dots_far_apart_say_which_they_are_and_equal_gaussians_nothing():
    rng = np.random.default_rng(0)
    apart = np.stack([np.arange(300.0), np.zeros(300)], axis=1)
    assert_allclose(
        split_kl(apart, np.full((300, 2), 0.01), rng)[0], np.log(300), atol=1e-9
    )
    assert_allclose(split_kl(np.zeros((300, 2)), np.ones((300, 2)), rng), [0, 0], atol=1e-9)


def test_a_joint_density_has_the_prior_of_its_dimension():
    even = log_joint(lambda codes: np.full((len(codes), 1), 0.5), np.ones((1, 3)), [[1.0]])
    assert_allclose(even, multivariate_normal.logpdf(np.ones(3), np.zeros(3)) - np.log(2))
