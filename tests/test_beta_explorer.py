"""The beta explorer turns maps without changing them, and refuses what does not fit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.distance import pdist

from vae_utils.explore import BetaExplorer
from vae_utils.explore.betas import aligned
from vae_utils.explore.stills import picture

RNG = np.random.default_rng(0)
BETAS = [0.1, 1, 10]


def make(**changed):
    """An explorer of three trainings, of which each copies an image paler than the last."""
    images = np.linspace(1, 0.25, 4)[:, None, None, None] * np.ones((4, 8, 28, 28))
    given = dict(betas=BETAS, reconstruction=[139, 144, 162], kl=[10, 6, 2.5])
    given |= dict(mean=RNG.normal(size=(3, 40, 2)), sigma=np.full((3, 40, 2), 0.1))
    return BetaExplorer(**given | dict(labels=np.arange(40) % 10, images=images) | changed)


@pytest.mark.parametrize("turn", [[[0, 1], [1, 0]], [[0, -1], [1, 0]], [[-1, 0], [0, 1]]])
def test_a_map_that_was_turned_lies_like_its_neighbour_again(turn):
    mean, sigma = RNG.normal(size=(30, 2)), RNG.uniform(size=(30, 2))
    turned = mean @ turn, sigma @ np.abs(turn)
    for start in (0, 1):  # on either side of the map that stays
        means, sigmas = ([mean, turned[0]], [sigma, turned[1]])
        means, sigmas = aligned(means, sigmas, start)
        assert_allclose(means[0], means[1])
        assert_allclose(sigmas[0], sigmas[1])


def test_aligned_maps_keep_distances_and_the_given_arrays_stay():
    mean, sigma = RNG.normal(size=(4, 9, 2)), RNG.uniform(size=(4, 9, 2))
    before = mean.copy()
    found, sigmas = aligned(mean, sigma, 2)
    assert_allclose(np.linalg.norm(found, axis=2), np.linalg.norm(mean, axis=2))
    assert_allclose(np.sort(sigmas, axis=2), np.sort(sigma, axis=2))
    assert_allclose(mean, before)
    assert_allclose(found[2], mean[2])


def test_beta_stays_among_the_trainings():
    explorer = make(beta=100)
    assert explorer.beta == 10
    explorer.beta = 0
    assert explorer.beta == 0.1


def test_what_does_not_fit_is_refused():
    for changed in (dict(betas=[0.1, 10, 1]), dict(kl=[10, 6]), dict(labels=[1, 2])):
        with pytest.raises(ValueError, match="3 betas, which must grow"):
            make(**changed)


def test_the_standing_picture_has_three_maps_and_the_prices():
    figures = []
    picture(lambda figure: (make()._still(figure), figures.append(figure)))
    *maps, prices = figures[0].axes
    titles = [ax.get_title("left") for ax in maps]
    assert titles == [rf"$\beta$ = {beta}" for beta in BETAS]
    for ax in maps:  # three dashed circles, and names, none on another
        assert {circle.get_linestyle() for circle in ax.patches} != {"-"}
        places = np.array([name.get_position() for name in ax.texts])
        assert len(places) > 3 and pdist(places).min() > 0.6
    curve, *lines = (line.get_xydata() for line in prices.lines)
    assert curve.tolist() == [[10, 139], [6, 144], [2.5, 162]]
    slopes = [np.diff(line[:, 1])[0] / np.diff(line[:, 0])[0] for line in lines[::2]]
    assert_allclose(slopes, [-0.1, -1, -10])


def test_marks_keep_their_order_and_their_betas():
    explorer = make(marks={"much": np.float64(784), "little": 0.002})
    assert list(explorer.marks.items()) == [("much", 784.0), ("little", 0.002)]
    assert make().marks == {}
