"""What the explorers of films, and of one Gaussian under a lens, hold and show."""

import base64

import numpy as np
import pytest
from numpy.testing import assert_allclose

from vae_utils.explore import Film, Lens
from vae_utils.explore.stills import picture

RNG = np.random.default_rng(0)
LABELS = np.arange(20) % 10


def film(gaussian=True, epochs=2):
    """Three frames of twenty codes that fly apart while their sigmas shrink."""
    mean = RNG.normal(size=(20, 2)) * np.array([1, 4, 9])[:, None, None]
    made = dict(epoch=np.array([0, 0.1, epochs]), mean=mean, reconstruction=mean[:, 0, 0])
    wide = dict(log_sigma=np.zeros_like(mean), kl=mean[:, 1, 1]) if gaussian else {}
    return made | wide


def test_films_travel_as_halves_one_after_the_other():
    plain, gaussian = film(gaussian=False), film()
    made = Film({"one": plain, "other": gaussian}, LABELS, "Maps.")
    numbers = np.frombuffer(made.codes, "<f2").reshape(3, 3, 20, 2)
    parts = [plain["mean"], gaussian["mean"], gaussian["log_sigma"]]
    assert_allclose(numbers, parts, rtol=1e-3)
    assert [fact["gaussian"] for fact in made.facts] == [False, True]
    assert "kl" not in made.facts[0] and made.facts[1]["epoch"] == [0, 0.1, 2]


@pytest.mark.parametrize("count", [1, 2])
def test_a_film_stands_still_as_its_start_middle_and_end(count):
    made = Film({f"film {i}": film() for i in range(count)}, LABELS, "Maps of a film.")
    data, metadata = made._repr_mimebundle_()
    assert len(base64.b64decode(data["image/png"])) < 100_000
    assert metadata["image/png"]["alt"].startswith("Maps of a film.")


def test_rows_of_a_still_show_one_moment_and_the_end_of_each_training_is_named():
    titles = []

    def draw(figure):
        long = film() | {"epoch": np.array([0, 0.5, 2])}
        short = film(gaussian=False) | {"epoch": np.array([0, 0.4, 1])}
        Film({"long": long, "short": short}, LABELS, "Maps.")._still(figure)
        titles.extend(ax.get_title("left") for ax in figure.axes)

    picture(draw)
    first = [f"{when}\nmedian sigma 1" for when in ("epoch 0", "epoch 0.5", "end, epoch 2")]
    assert titles == [*first, "epoch 0", "epoch 0.4", "end, epoch 1"]


def test_a_film_and_its_labels_belong_together():
    with pytest.raises(ValueError, match="n labels from 0 to 9"):
        Film({"one": film()}, LABELS[:5], "Maps.")


def test_a_lens_keeps_neighbours_that_float32_would_merge():
    mean = RNG.normal(size=(20, 2)) + 1000
    mean[1] = mean[0] + 1e-7
    lens = Lens(mean, np.full((20, 2), 1e-6), LABELS, 0)
    codes = np.frombuffer(lens.codes, "<f4").reshape(20, 2)
    assert_allclose(codes[:2], [[0, 0], [1e-7, 1e-7]], rtol=1e-3)
    assert_allclose(lens.reach / lens.most, 4e-6)
    assert "image/png" in lens._repr_mimebundle_()[0]


def test_the_windows_of_a_lens_have_bars_in_round_lengths_and_cut_no_digit():
    mean = RNG.normal(size=(500, 2))
    lens, figures = Lens(mean, np.full((500, 2), 1e-6), np.arange(500) % 10, 0), []
    picture(lambda figure: (lens._still(figure), figures.append(figure)))
    for ax in figures[0].axes:
        length = np.ptp(ax.lines[0].get_xdata())
        assert float(ax.texts[0].get_text()) == pytest.approx(length)
        codes = np.vstack([x.get_offsets() for x in ax.collections])
        assert np.abs(codes).max() < 0.97 * ax.get_xlim()[1]
    said = figures[0].axes[2].get_title("left").split()[1]
    assert float(said.replace(",", "")) == float(f"{lens.most:.0e}")
