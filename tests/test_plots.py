"""Plots are tested on the arrays that they draw."""

import base64
import io
from importlib.resources import files
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex, to_rgb
from numpy.testing import assert_allclose
from PIL import Image
from scipy.stats import norm

from vae_utils.pictures import KL, PALETTE, PRIOR, RECONSTRUCTION
from vae_utils.plots import (
    close_by,
    draw_bills,
    draw_network,
    half_of,
    image_rows,
    latent_ellipses,
    latent_grid,
    latent_map,
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
    assert drawn.get_facecolor().size == 0  # fills would add up to one colour
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
        assert list(flat.get_ydata()) == pytest.approx([0.1, -0.9])
        assert list(deep.get_ydata()) == pytest.approx([-1.1])  # beside it, not upon it
        assert axes.lines[0].get_xdata()[0] == real[column]
    labels = [label.get_text() for label in axes.figure.axes[0].get_yticklabels()]
    assert labels == ["box", "prior"]


def test_score_chart_draws_the_spread_of_the_frechet_distance_only():
    axes = score_chart({"2-D": {"box": (0.1, 0.2, 3, 0.5, 5)}}, (0, 0, 1, 0, 0))
    lengths = []
    for panel in axes:
        (bar,) = panel.containers[0].lines[2][0].get_segments()
        lengths.append(bar[1, 0] - bar[0, 0])
    assert lengths == pytest.approx([0, 0, 1, 0])


def test_score_chart_says_where_learned_by_heart_is_out_of_sight():
    for nearest, said in (5, True), (0, False):
        scores = {"2-D": {"box": (0, 0, 1, 0, nearest), "prior": (0, 0, 1, 0, 6)}}
        axes = score_chart(scores, (0, 0, 1, 0, 6))
        assert (axes[3].get_xlim()[0] > 0) == said
        assert ("starts later" in axes[3].get_xlabel()) == said


def test_score_chart_draws_every_model_with_a_marker_of_its_own():
    kinds = ("2-D", "16-D", "convolutional", "diffusion")
    scores = {kind: {"prior": (1, 2, 3, 4, 5)} for kind in kinds}
    for axes in score_chart(scores, real=(0, 0, 1, 0, 0)):
        models = axes.containers
        assert [model.get_label() for model in models] == list(kinds)
        assert len({model.lines[0].get_marker() for model in models}) == 4


def test_score_chart_draws_the_prior_in_its_grey_and_nothing_else():
    scores = {way: {"VAE": (0.1, 0.2, 3, 0.5, 5)} for way in ("copies", "prior")}
    for axes in score_chart(scores, (0, 0, 1, 0, 0)):
        assert [bar.lines[0].get_color() for bar in axes.containers] == ["black", PRIOR]


def test_bills_lay_the_code_behind_the_pixels_each_in_its_colour():
    axes = draw_bills({"VAE": (100, 5), "point": (80, np.inf)})
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert bars[:3] == [(0, 100), (100, 5), (0, 80)]
    assert sum(bars[3]) == axes.get_xlim()[1] > 105  # the endless one fills the picture
    colours = [to_hex(bar.get_facecolor()) for bar in axes.patches]
    assert colours == [RECONSTRUCTION, KL] * 2
    texts = [text.get_text() for text in axes.texts]
    assert {"100", "code: 5.0", "80", "without end →"} < set(texts)


def glyphs(axes):
    """The small digits of a map, in the order in which they are drawn."""
    return [x for x in axes.collections if isinstance(x, PathCollection)]


def halves(codes):
    """A judge that is sure of a 3 on the left, and on the right of a 7."""
    belief = np.zeros((len(codes), 10))
    belief[np.arange(len(codes)), np.where(codes[:, 0] < 0, 3, 7)] = 1
    return belief


def test_a_map_draws_every_code_in_the_colour_of_its_digit():
    codes, labels = np.arange(500.0).reshape(250, 2), np.arange(250) % 10
    axes = latent_map(codes, labels)
    drawn = {
        tuple(place): to_hex(collection.get_facecolor()[0])
        for collection in glyphs(axes)
        for place in collection.get_offsets().tolist()
    }
    assert drawn == {tuple(c): PALETTE[d] for c, d in zip(codes, labels, strict=True)}
    assert axes.get_aspect() == 1


def test_a_map_mixes_the_digits_so_that_none_hides_the_others():
    drawn = glyphs(latent_map(np.zeros((200, 2)), np.arange(200) % 2))
    colours = [to_hex(collection.get_facecolor()[0]) for collection in drawn]
    assert colours == [PALETTE[0], PALETTE[1], PALETTE[0], PALETTE[1]]


def test_a_map_draws_each_digit_as_itself_centred_on_its_code():
    drawn = glyphs(latent_map(np.zeros((10, 2)), np.arange(10)))
    shapes = [collection.get_paths()[0] for collection in drawn]
    assert len({shape.vertices.tobytes() for shape in shapes}) == 10
    for shape in shapes:
        assert_allclose(shape.get_extents().get_points().mean(axis=0), 0, atol=1e-9)


def test_a_map_refuses_codes_that_are_not_in_a_plane():
    with pytest.raises(ValueError, match=r"got \(5, 3\)"):
        latent_map(np.zeros((5, 3)), np.zeros(5))


def test_a_map_without_a_window_is_a_square_around_all_codes():
    axes = latent_map(np.array([[0, 0], [10, 4]]), [1, 2])
    assert_allclose([*axes.get_xlim(), *axes.get_ylim()], [-0.3, 10.3, -3.3, 7.3])


def test_territories_lie_where_the_judge_sees_the_digit():
    window = -1, 1, -2, 2
    axes = latent_map(np.zeros((2, 2)), [3, 7], halves, window=window)
    (territories,) = axes.images
    assert territories.get_extent() == list(window)
    left, right = territories.get_array()[200, [100, 400]]
    for tint, digit in (left, 3), (right, 7):
        assert_allclose(tint, 1 - 0.3 * (1 - np.array(to_rgb(PALETTE[digit]))))


def test_territories_are_paler_where_the_judge_is_unsure():
    def unsure(codes):
        return 0.1 + 0.4 * halves(codes) - 0.4 / 10

    sure, pale = (
        latent_map(np.zeros((1, 2)), [3], judge).images[0].get_array()[200, 100]
        for judge in (halves, unsure)
    )
    assert np.all(1 - pale < 0.5 * (1 - sure))


def test_territories_lie_the_right_way_up():
    axes = latent_map(np.zeros((1, 2)), [3], lambda codes: halves(codes[:, ::-1]))
    below, above = axes.images[0].get_array()[[100, 400], 200]
    assert axes.images[0].origin == "lower"
    assert below[2] > below[0] and above[2] < above[0]  # 3 is blueish, 7 is not


def test_a_judge_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"must return \(14400, 10\), got \(14400, 2\)"):
        latent_map(np.zeros((1, 2)), [3], lambda codes: codes)


def test_large_digits_stand_where_most_of_their_class_is_and_never_on_one_another():
    groups = np.repeat([[0, 0], [-5, 5], [5, -5]], 100, axis=0)
    codes = groups + np.random.default_rng(0).normal(0, 0.01, groups.shape)
    names = latent_map(codes, np.repeat([1, 4, 4], 100), halves).texts
    four = {name.get_text(): name.get_position() for name in names}["4"]
    assert_allclose(np.abs(four), 5, atol=0.5)  # in one of its two groups
    window = -1, 1, -1, 1
    pairs = np.repeat(np.linspace(-0.8, 0.8, 5), 2)[:, None] * np.ones(2)
    names = latent_map(pairs, np.arange(10), halves, window=window).texts
    names[0].figure.canvas.draw()
    boxes = [name.get_window_extent() for name in names]
    assert len(boxes) == 10
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_a_large_digit_that_would_stand_elsewhere_is_left_out():
    codes = np.zeros((10, 2))
    codes[9] = 5
    names = latent_map(codes, np.arange(10), halves, window=(-9, 9, -9, 9)).texts
    for name in names:  # half of its size is 0.66
        assert np.linalg.norm(name.get_position() - codes[int(name.get_text())]) < 0.8
    assert "9" in {name.get_text() for name in names} and 3 <= len(names) < 10


def test_half_of_the_codes_lie_in_the_square_that_is_magnified():
    codes = np.random.default_rng(0).normal([5, -2], [1, 9], size=(400, 2))
    left, right, bottom, top = half_of(codes)
    inside = (codes > [left, bottom]) & (codes < [right, top])
    assert inside.all(axis=1).sum() == 200 and right - left == pytest.approx(top - bottom)


def test_places_at_the_rim_come_into_view_and_apart():
    places = np.array([[5, 5], [5, 5.2], [0, 3]])
    kept, found = close_by(places, 1, low=np.zeros(2), high=np.full(2, 10))
    assert kept.tolist() == [0, 1, 2]
    assert_allclose(found, [[5, 4.6], [5, 5.6], [0.5, 3]], atol=0.01)


def test_a_lens_frames_its_window_on_the_map_and_names_what_is_there():
    _, (whole, lens) = plt.subplots(1, 2)
    codes = np.repeat([[0, 0], [9, 9]], 10, axis=0) + 0.1 * np.random.default_rng(0).random(
        (20, 2)
    )
    labels = np.repeat([3, 7], 10)
    latent_map(codes, labels, halves, lens, window=(-1, 1, -1, 1))
    latent_map(codes, labels, halves, whole, lens=lens)
    named = [[text.get_text() for text in ax.texts] for ax in (whole, lens)]
    assert named == [["7"], ["3"]]
    frame = whole.artists[0].rectangle
    assert_allclose(frame.get_bbox().bounds, (-1, -1, 2, 2))


def test_the_priors_circles_stand_at_one_two_and_three_sigmas():
    axes = latent_map(np.zeros((1, 2)), [3], prior=True)
    circles = [(circle.get_radius(), *circle.center) for circle in axes.patches]
    assert circles == [(1, 0, 0), (2, 0, 0), (3, 0, 0)]
    assert [text.get_text()[0] for text in axes.texts] == ["1", "2", "3"]
    assert axes.get_xlim()[0] < -3 and axes.get_ylim()[1] > 3


def test_rows_of_images_stand_below_one_another_with_their_labels():
    axes = image_rows({"dark": np.ones((4, 28, 28)), "light": np.zeros((4, 28, 28))})
    picture = axes.images[0].get_array()
    assert picture.shape == (60, 120)
    assert picture[1:29, 1:29].min() == 1 and picture[30:].max() == 0
    assert picture[:, 29:31].max() == 0  # a gap between neighbours
    assert [label.get_text() for label in axes.get_yticklabels()] == ["dark", "light"]


def test_image_rows_keep_colours_between_white_gaps():
    rows = {"red": np.tile(np.float32([1, 0, 0]), (2, 4, 4, 1))}
    drawn = image_rows(rows).images[0].get_array()
    assert drawn.shape == (6, 12, 3)
    assert drawn[1, 1].tolist() == [1, 0, 0] and drawn[0, 0].tolist() == [1, 1, 1]


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


@pytest.mark.parametrize("draw", [latent_map, latent_ellipses])
def test_what_is_drawn_on_given_axes_comes_back_and_new_axes_come_by_themselves(draw):
    arrays = [np.zeros((3, 2)), np.ones((3, 2)), [1, 2, 3]]
    arrays = arrays if draw is latent_ellipses else arrays[::2]
    axes = plt.figure().gca()
    assert draw(*arrays, ax=axes) is axes
    assert draw(*arrays) is not axes


def test_the_drawing_of_a_network_shows_the_noise_that_leads_to_the_code_and_both_prices():
    heads, image = (np.array([1.0, 0]), np.array([0.5, 2])), np.zeros((28, 28))
    axes = draw_network(image, [2.0, -3.0], image, heads, prices=(144.24, 6.13))
    said = {text.get_text(): text.get_color() for text in axes.texts}
    assert "noise $2.00$, $-1.50$" in said and "$z_2=-3.00$" in said
    assert said["reconstruction: 144.2 nats"] == RECONSTRUCTION
    assert said["KL divergence: 6.1 nats"] == KL
    # Nothing lies beyond the ends of the drawing.
    ends = np.array([text.get_position() for text in axes.texts])
    assert np.all(ends > [axes.get_xlim()[0], axes.get_ylim()[0]])
    assert np.all(ends < [axes.get_xlim()[1], axes.get_ylim()[1]])


def test_without_heads_the_drawing_is_that_of_a_plain_autoencoder():
    image, copy = np.zeros((28, 28)), np.ones((28, 28))
    axes = draw_network(image, [2.0, -3.0], copy)
    assert [picture.get_array().max() for picture in axes.images] == [0, 1]
    assert not {"mean", "sigma", "noise"} & {text.get_text()[:5] for text in axes.texts}
