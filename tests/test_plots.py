"""Plots are tested on the arrays that they draw."""

import base64
import io
from importlib.resources import files

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from numpy.testing import assert_allclose
from PIL import Image
from scipy.stats import norm

from vae_utils.pictures import PALETTE
from vae_utils.plots import (
    image_rows,
    latent_ellipses,
    latent_grid,
    latent_scatter,
    plt,
    score_chart,
    show,
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def shade_by_z2(codes):
    """Images as bright as their code's second coordinate."""
    return np.broadcast_to(codes[:, 1, None, None], (len(codes), 28, 28))


def test_latent_grid_puts_large_z2_at_the_top_and_follows_the_quantiles_of_the_prior():
    picture = latent_grid(shade_by_z2, side=3).images[0].get_array()
    assert picture.shape == (84, 84)
    assert_allclose(picture[::28, 0], norm.ppf([5 / 6, 1 / 2, 1 / 6]), atol=1e-6)


def test_latent_grid_puts_large_z1_to_the_right():
    picture = latent_grid(lambda codes: shade_by_z2(codes[:, ::-1]), side=3)
    assert np.all(np.diff(picture.images[0].get_array()[0, ::28]) > 0)


def test_latent_grid_refuses_a_decoder_of_another_shape():
    with pytest.raises(ValueError, match=r"must return \(9, 28, 28\), got \(9, 784\)"):
        latent_grid(lambda codes: np.zeros((len(codes), 784)), side=3)


def test_ellipses_have_the_sigmas_as_half_axes_and_the_colours_of_the_digits():
    axes, sigma = plt.figure().gca(), np.array([[1.0, 2.0], [0.5, 0.1]])
    latent_ellipses(np.zeros((2, 2)), sigma, [3, 7], axes)
    (drawn,) = axes.collections
    assert_allclose(np.transpose([drawn.get_widths(), drawn.get_heights()]), 2 * sigma)
    assert [to_hex(colour) for colour in drawn.get_edgecolors()] == [
        PALETTE[3],
        PALETTE[7],
    ]


def test_ellipses_lie_inside_the_axes_to_scale():
    axes = plt.figure().gca()
    latent_ellipses(np.array([[5.0, 5.0], [9.0, 6.0]]), np.ones((2, 2)), [0, 1], axes)
    axes.figure.canvas.draw()
    assert axes.get_xlim()[0] < 5 and axes.get_xlim()[1] > 9
    assert axes.get_aspect() == 1


def test_score_chart_draws_each_score_in_its_row():
    scores = {
        "2-D": {"box": (0.1, 0.2, 3, 0.5, 5), "prior": (0.4, 0.5, 6, 0.7, 8)},
        "16-D": {"prior": (0.7, 0.8, 9, 0.9, 11)},
    }
    columns = 0, 1, 2, 4  # the fourth score is the spread of the third
    real = (0.9, 0.8, 0.7, 0.1, 0.5)
    for column, axes in zip(columns, score_chart(scores, real), strict=True):
        flat, deep = (container.lines[0] for container in axes.containers)
        assert [row[column] for row in scores["2-D"].values()] == list(flat.get_xdata())
        assert list(deep.get_xdata()) == [scores["16-D"]["prior"][column]]
        assert list(deep.get_ydata()) == list(flat.get_ydata()[1:])
        assert axes.lines[-1].get_xdata()[0] == real[column]
    labels = [label.get_text() for label in axes.figure.axes[0].get_yticklabels()]
    assert labels == ["box", "prior"]


def test_score_chart_draws_the_spread_of_the_frechet_distance_only():
    axes = score_chart({"2-D": {"box": (0.1, 0.2, 3, 0.5, 5)}}, (0, 0, 1, 0, 0))
    lengths = []
    for panel in axes:
        (bar,) = panel.containers[0].lines[2][0].get_segments()
        lengths.append(bar[1, 0] - bar[0, 0])
    assert lengths == pytest.approx([0, 0, 1, 0])


def test_score_chart_draws_every_model_with_a_marker_of_its_own():
    kinds = ("2-D", "16-D", "convolutional", "diffusion")
    scores = {kind: {"prior": (1, 2, 3, 4, 5)} for kind in kinds}
    for axes in score_chart(scores, real=(0, 0, 1, 0, 0)):
        models = axes.containers
        assert [model.get_label() for model in models] == list(kinds)
        assert len({model.lines[0].get_marker() for model in models}) == 4


def test_scatter_draws_every_code_in_the_colour_of_its_digit():
    codes, labels = np.arange(500.0).reshape(250, 2), np.arange(250) % 10
    axes = latent_scatter(codes, labels)
    drawn = {
        tuple(place): to_hex(collection.get_facecolor()[0])
        for collection in axes.collections
        for place in collection.get_offsets().tolist()
    }
    assert drawn == {tuple(c): PALETTE[d] for c, d in zip(codes, labels, strict=True)}
    assert axes.get_aspect() == 1


def test_scatter_mixes_the_digits_so_that_none_hides_the_others():
    collections = latent_scatter(np.zeros((200, 2)), np.arange(200) % 2).collections
    colours = [to_hex(collection.get_facecolor()[0]) for collection in collections]
    assert colours == [PALETTE[0], PALETTE[1], PALETTE[0], PALETTE[1]]


def test_scatter_draws_each_digit_as_itself_centred_on_its_code():
    axes = latent_scatter(np.zeros((10, 2)), np.arange(10))
    glyphs = [collection.get_paths()[0] for collection in axes.collections]
    assert len({glyph.vertices.tobytes() for glyph in glyphs}) == 10
    for glyph in glyphs:
        assert_allclose(glyph.get_extents().get_points().mean(axis=0), 0, atol=1e-9)


def test_scatter_refuses_codes_that_are_not_in_a_plane():
    with pytest.raises(ValueError, match=r"got \(5, 3\)"):
        latent_scatter(np.zeros((5, 3)), np.zeros(5))


def test_rows_of_images_stand_below_one_another_with_their_labels():
    axes = image_rows({"dark": np.ones((4, 28, 28)), "light": np.zeros((4, 28, 28))})
    picture = axes.images[0].get_array()
    assert picture.shape == (60, 120)
    assert picture[1:29, 1:29].min() == 1 and picture[30:].max() == 0
    assert picture[:, 29:31].max() == 0  # a gap between neighbours
    assert [label.get_text() for label in axes.get_yticklabels()] == ["dark", "light"]


def test_rows_of_unequal_shape_are_refused():
    with pytest.raises(ValueError, match="every row must have the same shape"):
        image_rows({"a": np.ones((4, 28, 28)), "b": np.ones((3, 28, 28))})


@pytest.fixture
def shown(monkeypatch):
    calls = []
    monkeypatch.setattr(
        "IPython.display.display", lambda *args, **kw: calls.append((args, kw))
    )
    return calls


def test_show_displays_one_small_picture_with_its_text_and_closes_it(shown):
    plt.figure(figsize=(3, 2)).gca().plot([1, 2])
    show("a line that rises")
    (((data,), options),) = shown
    assert data["text/plain"] == "a line that rises"
    assert options["metadata"]["image/png"]["alt"] == "a line that rises"
    assert plt.get_fignums() == []


def test_a_picture_has_more_pixels_than_it_is_wide_on_the_page(shown):
    plt.figure(figsize=(3, 2))
    show("nothing")
    (((data,), options),) = shown
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert options["metadata"]["image/png"]["width"] == 300
    assert picture.size == (390, 260)


def test_the_finding_stands_above_one_axes_and_above_several_at_the_same_place(shown):
    places = []
    for count in (1, 2):
        figure, axes = plt.subplots(1, count, figsize=(6, 2))
        (axes.set_title if count == 1 else figure.suptitle)("it rises")
        show("a line that rises")
        (title,) = (text for text in figure.texts if text.get_text() == "it rises")
        places.append((title.get_position(), title.get_ha(), figure.get_figheight()))
    assert places[0] == places[1] and places[0][1:] == ("left", 2.4)


def test_rows_of_images_leave_no_empty_bands_beside_long_labels():
    axes = image_rows({"a label of some length": np.ones((4, 28, 28))})
    axes.figure.draw_without_rendering()
    assert axes.get_position().height * axes.figure.get_figheight() == pytest.approx(
        axes.figure.get_figheight() - 0.2, abs=0.05
    )


def test_ticks_of_a_latent_grid_stand_where_the_prior_has_its_quantiles():
    axes = latent_grid(shade_by_z2, side=4)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert axes.get_xticks()[labels.index("0")] == 2 * 28 - 0.5  # between two pictures
    values = np.array(labels, float)
    assert_allclose((axes.get_xticks() + 0.5) / (4 * 28), norm.cdf(values))
    assert list(axes.get_yticks()) == list(axes.get_xticks()[::-1])


def test_the_style_of_the_course_is_a_file_and_gives_no_line_the_colour_of_a_digit():
    style = matplotlib.rc_params_from_file(
        files("vae_utils") / "course.mplstyle", use_default_template=False
    )
    assert not {f"#{c}" for c in style["axes.prop_cycle"].by_key()["color"]} & {*PALETTE}
    assert plt.rcParams["font.size"] == style["font.size"]


@pytest.mark.parametrize("draw", [latent_scatter, latent_ellipses])
def test_what_is_drawn_on_given_axes_comes_back_and_new_axes_come_by_themselves(draw):
    arrays = [np.zeros((3, 2)), np.ones((3, 2)), [1, 2, 3]]
    arrays = arrays if draw is latent_ellipses else arrays[::2]
    axes = plt.figure().gca()
    assert draw(*arrays, ax=axes) is axes
    assert draw(*arrays) is not axes
