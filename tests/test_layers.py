"""What a VAE needs of its parts, on arrays small enough to check by hand."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from vae_utils.backend import keras
from vae_utils.layers import Sampling, kl_to_standard_normal, reconstruction_nats


def kl(mean, sigma):
    mean, sigma = np.broadcast_arrays(np.float32(mean), np.float32(sigma))
    return np.array(kl_to_standard_normal(mean, 2 * np.log(sigma)))


def test_kl_of_a_shifted_unit_gaussian_is_half_its_squared_distance():
    assert_allclose(kl([[0, 0], [2, 0], [3, 4]], 1.0), [0, 2, 12.5])


def test_kl_of_a_stretched_gaussian_is_the_value_worked_out_by_hand():
    assert_allclose(kl([[0]], np.e), [2.194528], rtol=1e-6)  # (e^2 - 3) / 2


def test_kl_adds_up_over_dimensions_and_is_even_in_the_mean():
    assert_allclose(kl([[1, 2]], [[0.5, 2]]), kl([[1]], 0.5) + kl([[2]], 2.0), rtol=1e-6)
    assert_allclose(kl([[1.5]], 0.7), kl([[-1.5]], 0.7))


def test_kl_agrees_with_a_monte_carlo_estimate():
    rng = np.random.default_rng(0)
    mean, log_var = rng.normal(size=(2, 1, 4)).astype("float32")
    noise = rng.normal(size=(200_000, 4))
    z = mean + np.exp(log_var / 2) * noise
    log_ratio = (z**2 - noise**2 - log_var) / 2  # log q(z) - log p(z), per dimension
    assert_allclose(
        kl_to_standard_normal(mean, log_var), [log_ratio.sum(-1).mean()], rtol=0.02
    )


def test_reconstruction_is_summed_over_pixels_in_nats():
    images = np.array([[[1, 0], [0.5, 0]]], "float32")
    bets = np.array([[[0.9, 0.2], [0.5, 0.5]]], "float32")
    by_hand = -np.log(0.9) - np.log(0.8) - 2 * np.log(0.5)
    assert_allclose(reconstruction_nats(images, bets), [by_hand], rtol=1e-5)


def test_a_sure_and_wrong_bet_costs_much_but_not_infinitely():
    zero, one = np.zeros((1, 1, 1), "float32"), np.ones((1, 1, 1), "float32")
    cost = np.array(reconstruction_nats(one, zero))
    assert np.isfinite(cost) and cost > 10


def test_sampling_repeats_with_its_seed_and_has_the_asked_moments():
    mean = np.full((100_000, 1), 2.0, "float32")
    log_var = np.full_like(mean, np.log(0.25))
    z = Sampling(seed=1)(mean, log_var)
    assert_array_equal(z, Sampling(seed=1)(mean, log_var))
    assert_allclose([np.mean(z), np.std(z)], [2.0, 0.5], atol=0.01)


def test_sampling_draws_afresh_on_every_call():
    sampling, zero = Sampling(), np.zeros((1, 3), "float32")
    assert not np.allclose(sampling(zero, zero), sampling(zero, zero))


def test_the_seed_of_keras_reaches_the_noise():
    zero, draws = np.zeros((1, 30), "float32"), []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        draws.append(np.array(Sampling()(zero, zero)))
    assert_array_equal(draws[0], draws[1])
    assert np.abs(draws[0] - draws[2]).max() > 0.1
