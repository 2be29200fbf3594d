"""The explorer of the bound: its prices in Python and in the browser, and its still."""

import base64

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.test_bounds import CODES, TICKS, linear_gaussian
from tests.test_decoder import in_javascript, with_random_weights
from tests.test_widgets import drawn
from vae_utils.bounds import log_joint
from vae_utils.explore import PosteriorExplorer
from vae_utils.models import dense_decoder

RNG = np.random.default_rng(0)


def made():
    """An explorer of three images that a random decoder drew, and of what was given."""
    decoder = with_random_weights(dense_decoder(2), 0.25)
    codes = np.array([[0.0, 0.5], [1.5, -1], [-0.5, 0]], "float32")
    images = np.array(decoder(codes))
    surfaces = log_joint(decoder, CODES, images).reshape(3, 241, 241)
    q = {
        "start": (codes + 0.2, np.full((3, 2), 0.2)),
        "at it": (codes, np.ones((3, 2)) / 5),
    }
    return PosteriorExplorer(decoder, images, surfaces, TICKS, q), decoder, images


@pytest.fixture(scope="module")
def all_made():
    return made()


@pytest.fixture
def explorer(all_made):
    all_made[0].index = 0
    return all_made[0]


def test_its_prices_are_those_of_draws_and_of_the_formula(all_made, explorer):
    _, decoder, images = all_made
    explorer.index, explorer.mean, explorer.sigma = 1, [1.2, -0.8], [0.2, 0.3]
    z = RNG.normal(explorer.mean, explorer.sigma, size=(20_000, 2))
    bets = np.clip(np.array(decoder(z.astype("float32")), float), 1e-7, 1 - 1e-7)
    nats = -images[1] * np.log(bets) - (1 - images[1]) * np.log(1 - bets)
    drawn_nats = nats.sum(axis=(1, 2))
    error = 4 * drawn_nats.std() / 20_000**0.5
    kl = np.sum(0.04 + 1.44 - 1 - np.log(0.04) + 0.09 + 0.64 - 1 - np.log(0.09)) / 2
    assert_allclose(explorer.prices, [drawn_nats.mean(), kl], atol=error)


def test_no_gaussian_costs_less_than_the_exact_value_and_the_posterior_just_that():
    surface, total, posterior = linear_gaussian()
    q = {"posterior": tuple(part[None] for part in posterior)}
    layers = [(np.ones((2, 9)), np.zeros(9), "sigmoid")]
    explorer = PosteriorExplorer(layers, np.zeros((1, 3, 3)), surface[None], TICKS, q)
    assert_allclose([explorer.exact[0], -sum(explorer.prices)], total, atol=1e-4)
    explorer.mean = [0.0, 0.0]
    assert sum(explorer.prices) > -total + 0.5


def test_the_browser_finds_the_prices_of_python_to_a_tenth_of_a_nat(explorer, tmp_path):
    found, expected = [], []
    for index in range(3):
        explorer.index = index
        for mean, sigma in (
            ([0, 0], [0.2, 0.2]),
            ([1, -1.5], [0.05, 0.6]),
            ([-2, 1], [1, 1]),
        ):
            explorer.mean, explorer.sigma = mean, sigma
            facts = dict(ticks=explorer.ticks, mean=mean, sigma=sigma)
            facts |= dict(peak=explorer.peaks[index])
            depths = np.frombuffer(explorer.depths, "<u2").reshape(3, -1)[index]
            facts |= dict(depths=base64.b64encode(depths.tobytes()).decode())
            code = (
                "pricesOf(new Uint16Array(new Uint8Array(Buffer.from(facts.depths, "
                "'base64')).buffer), facts.peak, facts.ticks, facts.mean, facts.sigma)"
            )
            found.append(in_javascript(tmp_path, facts, code))
            expected.append(explorer.prices)
    assert_allclose(found, expected, atol=0.1)


def test_a_sigma_narrower_than_the_grid_becomes_half_a_step():
    layers, given = [(np.ones((2, 9)), np.zeros(9), "sigmoid")], np.array([[1e-3, 0.5]])
    surface, q = linear_gaussian()[0][None], {"q": (np.zeros((1, 2)), given)}
    explorer = PosteriorExplorer(layers, np.zeros((1, 3, 3)), surface, TICKS, q)
    assert_allclose(explorer.sigma, [0.025, 0.5])


def test_what_does_not_fit_together_is_refused(all_made):
    _, decoder, images = all_made
    q = {"q": (np.zeros((3, 2)), np.ones((3, 2)))}
    for shape in ((3, 5, 5), (2, 241, 241)):
        with pytest.raises(
            ValueError, match=r"surfaces must have the shape \(3, 241, 241\)"
        ):
            PosteriorExplorer(decoder, images, np.zeros(shape), TICKS, q)


def test_its_still_draws_ellipses_to_scale_and_both_bills(explorer):
    explorer.mean, explorer.sigma = [0.3, 0.4], [0.1, 0.2]
    _, plane, _, bills = drawn(explorer)
    ovals = [(*oval.center, oval.width, oval.height) for oval in plane.patches[::2]]
    assert_allclose(ovals, [(0.3, 0.4, k * 0.2, k * 0.4) for k in (3, 2, 1)])
    widths = [bar.get_width() for bar in bills.patches]
    assert_allclose(widths[:2], explorer.prices)
    assert_allclose(sum(widths[2:]), sum(explorer.prices))
