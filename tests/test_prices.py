"""The Gaussian price is that of scipy, for features of any shape, and learns its width."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.decomposition import PCA

from vae_utils.backend import keras
from vae_utils.models import VAE
from vae_utils.prices import GaussianNats, linear_nats, principal_decoder
from vae_utils.training import fit


def test_a_gaussian_price_is_minus_the_log_density_of_scipy_summed_over_all_features():
    wanted, made = np.random.default_rng(0).normal(size=(2, 4, 3, 5)).astype("float32")
    nats = -norm.logpdf(wanted, made, 0.3).sum(axis=(1, 2))
    price = GaussianNats(log_var=2 * np.log(0.3))
    assert_allclose(price(wanted, made), nats, rtol=1e-5)
    flat = price(wanted.reshape(4, 15), made.reshape(4, 15))
    assert_allclose(flat, nats, rtol=1e-5)
    assert_allclose(price.sigma, 0.3, rtol=1e-6)


def test_a_price_of_certain_bets_is_negative():
    assert float(GaussianNats(log_var=-6.0)(np.ones((1, 2)), np.ones((1, 2)))[0]) < 0


def halves():
    data = keras.Input((3,))
    heads = keras.layers.Dense(1)(data), keras.layers.Dense(1)(data)
    decoder = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3)])
    return dict(encoder=keras.Model(data, heads), decoder=decoder)


def train(price):
    noise = np.random.default_rng(0).normal(0, 0.2, size=(2000, 3))
    keras.utils.set_random_seed(0)
    vae = VAE(1, price=price, **halves())
    vae.compile(keras.optimizers.Adam(0.03))
    fit(vae, noise, noise[:100], 15)
    return vae.price.sigma


def test_a_vae_learns_the_width_of_noise_or_keeps_the_one_it_was_given():
    assert_allclose(train(GaussianNats()), 0.2, rtol=0.05)
    assert_allclose(train(GaussianNats(0.0, trainable=False)), 1.0)


def test_a_linear_decoder_costs_what_the_integral_over_its_codes_says():
    signal, mean, direction = map(np.array, ([1.0, 0.2], [0.3, -0.1], [0.8, -0.5]))

    def density(z):
        bets = norm.pdf(signal, mean + z * direction, 0.4)
        return norm.pdf(z) * bets.prod()

    nats = -np.log(quad(density, -8, 8)[0])
    assert_allclose(
        linear_nats(signal[None], mean, direction[None], 0.4), [nats], strict=True
    )


@pytest.mark.parametrize("latent_dim", [1, 3, 5])
def test_the_principal_decoder_is_the_probabilistic_pca_of_scikit_learn(latent_dim):
    rng = np.random.default_rng(0)
    signals = rng.normal(size=(300, 3)) @ rng.normal(size=(3, 6))
    signals += 0.3 * rng.normal(size=(300, 6)) + 2
    theirs = PCA(latent_dim).fit(signals)
    mine = principal_decoder(signals, latent_dim)
    assert_allclose(linear_nats(signals, *mine), -theirs.score_samples(signals))
    assert_allclose(mine[2] ** 2, theirs.noise_variance_)


def test_no_linear_decoder_costs_less_than_the_principal_one():
    rng = np.random.default_rng(0)
    signals = rng.normal(size=(500, 2)) @ rng.normal(size=(2, 4)) + rng.normal(
        size=(500, 4)
    )
    mean, directions, sigma = principal_decoder(signals, 2)
    least = linear_nats(signals, mean, directions, sigma).mean()
    for _ in range(20):
        other = directions + 0.1 * rng.normal(size=directions.shape)
        assert linear_nats(signals, mean, other, sigma).mean() > least
    assert linear_nats(signals, mean, directions, 1.05 * sigma).mean() > least
