"""An explorer's values, its arithmetic and what it refuses; no browser needed."""

import base64
import io

import numpy as np
import pytest
import traitlets
from numpy.testing import assert_allclose
from PIL import Image

from vae_utils.explore import (
    GaussianExplorer,
    LatentExplorer,
    Playground,
    SamplingExplorer,
    WalkExplorer,
    spherical,
)
from vae_utils.explore.stills import picture
from vae_utils.models import dense_decoder

RNG = np.random.default_rng(0)
ONE_LAYER = [(RNG.normal(size=(2, 9)), np.zeros(9), "sigmoid")]


@pytest.fixture(scope="module")
def decoder():
    decoder = dense_decoder(2)
    decoder.set_weights([RNG.normal(0, 0.2, w.shape) for w in decoder.get_weights()])
    return decoder


def test_a_spherical_walk_keeps_the_distance_from_the_origin():
    first, second = np.array([2.0, 0, 0]), np.array([0, 2.0, 0])
    middle = spherical(first, second, 0.5)
    assert_allclose(middle, [2**0.5, 2**0.5, 0])
    assert_allclose(
        [spherical(first, second, t) for t in (0, 1)], [first, second], atol=1e-9
    )


def test_a_spherical_walk_between_parallel_codes_is_straight():
    code = np.array([1.0, 2.0])
    assert_allclose(spherical(code, 2 * code, 0.25), 1.25 * code)
    assert_allclose(spherical(0 * code, code, 0.5), 0.5 * code)


def test_sliders_start_in_the_middle_of_their_range():
    assert LatentExplorer(ONE_LAYER).z == [0, 0]
    explorer = LatentExplorer(ONE_LAYER, low=[0, -4], high=[1, 2])
    assert (explorer.z, explorer.low, explorer.high) == ([0.5, -1], [0, -4], [1, 2])
    assert explorer.names == ["z1", "z2"]


def test_the_code_can_be_set_observed_and_linked():
    first, second, seen = LatentExplorer(ONE_LAYER), LatentExplorer(ONE_LAYER), []
    first.observe(lambda change: seen.append(change.new), "z")
    traitlets.link((first, "z"), (second, "z"))
    first.z = [1.0, -2.0]
    assert seen == [[1.0, -2.0]] and second.z == [1.0, -2.0]


def test_a_code_of_another_length_is_refused():
    with pytest.raises(traitlets.TraitError, match="z needs 2 values, got 3"):
        LatentExplorer(ONE_LAYER).z = [1.0, 2.0, 3.0]


def test_codes_and_labels_travel_as_they_are():
    explorer = LatentExplorer(ONE_LAYER, codes=[[1, 2], [3, 4]], labels=[7, 9])
    assert np.frombuffer(explorer.codes, "<f4").tolist() == [1, 2, 3, 4]
    assert list(explorer.labels) == [7, 9]


def test_sliders_are_ordered_by_their_kl_and_inactive_ones_known():
    layer = [(RNG.normal(size=(4, 9)), np.zeros(9), "linear")]
    explorer = LatentExplorer(layer, kl=[0.5, 0.0, 2.0, 0.002])
    assert explorer.order == [2, 0, 3, 1] and explorer.inactive == [1, 3]


def test_a_function_is_called_where_the_browser_cannot_decode():
    explorer = LatentExplorer(lambda codes: np.outer(codes[:, 0], np.ones(4)), low=[-1, -1])
    explorer.z = [0.5, 0.0]
    assert explorer.layers == []
    assert np.frombuffer(explorer.values, "<f4").tolist() == [0.5] * 4


def test_signals_are_decoded_as_lines():
    explorer = LatentExplorer([(np.ones((2, 5)), np.arange(5), "linear")])
    assert explorer.decode([[1, 2]]).tolist() == [[3, 4, 5, 6, 7]]
    assert len(drawn(explorer)[0].lines) == 2 * 25  # each with its zero


def test_the_axis_of_signals_has_room_for_all_sliders_and_stays_where_it_is():
    directions = np.array([[1.0, 0], [0, 2.0]])
    explorer = LatentExplorer([(directions, np.zeros(2), "linear")], low=-3, high=3)
    assert explorer.reach == pytest.approx(1.05 * 6)
    assert np.abs(explorer.decode([[3, 3], [-3, 3]])).max() < explorer.reach
    assert (
        LatentExplorer([(np.ones((2, 4)), np.zeros(4), "linear")], shape=(2, 2)).reach == 0
    )


def test_codes_need_no_labels_but_as_many_as_they_are_if_they_have_some():
    signals = [(np.ones((3, 5)), np.zeros(5), "linear")]
    codes = RNG.normal(size=(4, 3)).astype("<f4")
    assert LatentExplorer(signals, codes).codes == codes.tobytes()
    with pytest.raises(ValueError, match="need n labels"):
        LatentExplorer([(np.ones((2, 5)), np.zeros(5), "linear")], codes[:, :2], [1])


def explorers(decoder):
    images, codes = RNG.uniform(size=(2, 28, 28)), RNG.normal(size=(2, 2))
    return [
        LatentExplorer(decoder),
        WalkExplorer(decoder, images, codes),
        SamplingExplorer(decoder, images[0], codes[0], codes[1]),
        GaussianExplorer(),
        Playground(),
    ]


def test_where_no_kernel_runs_a_picture_and_its_text_stand_in(decoder):
    for explorer in explorers(decoder):
        data, metadata = explorer._repr_mimebundle_()
        assert "Run the cell" in data["text/plain"]
        assert metadata["image/png"]["alt"] == data["text/plain"]
        still = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
        assert still.width >= 400 and len(data["image/png"]) < 80_000  # of 60 kB


def drawn(explorer):
    """The Axes of an explorer's standing picture."""
    figures = []
    picture(lambda figure: (explorer._still(figure), figures.append(figure)))
    return figures[0].axes


def tick_labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_the_standing_picture_grows_rightward_and_upward_and_says_from_where_to_where():
    layers = [(np.eye(2)[:, :1], [0.0], "linear")]
    (ax,) = drawn(LatentExplorer(layers, low=0, high=1, shape=(1, 1)))
    pixels = ax.images[0].get_array()[1::3, 1::3]  # between gaps
    assert_allclose(pixels, np.tile([0, 0.25, 0.5, 0.75, 1], (5, 1)))
    assert tick_labels(ax.xaxis) == ["0", "0.25", "0.5", "0.75", "1"]
    assert tick_labels(ax.yaxis) == tick_labels(ax.xaxis)[::-1]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("z1", "z2")


def test_in_the_plane_the_rings_stand_where_the_sheet_beside_it_was_decoded():
    codes, labels = RNG.normal(size=(50, 2)), np.arange(50) % 10
    explorer = LatentExplorer(ONE_LAYER, codes, labels, shape=(3, 3), prior=True)
    plane, sheet = drawn(explorer)
    rings = plane.lines[-1].get_xydata()
    decoded = explorer.decode(rings).reshape(7, 7, 3, 3)
    tiles = sheet.images[0].get_array().reshape(7, 5, 7, 5).swapaxes(1, 2)
    assert_allclose(tiles[:, :, 1:-1, 1:-1], decoded)
    assert sorted(ring.radius for ring in plane.patches) == [1, 2, 3]
    assert [len(line.get_xdata()) for line in plane.lines[:-1]] == [5] * 10


def test_dimensions_with_a_price_stand_as_strips_the_dearest_on_top(decoder):
    layers = [(np.diag(np.arange(1.0, 10)), np.zeros(9), "linear")]
    kl = np.array([0, 5, 9, 8, 7, 6, 4, 3, 2])
    explorer = LatentExplorer(layers, low=0, high=6, kl=kl, shape=(3, 3))
    explorer.z = [0] * 9
    (ax,) = drawn(explorer)
    names = ["z3", "z4", "z5", "z6", "z2", "z7", "z8", "z1, inactive"]
    assert tick_labels(ax.yaxis) == names
    pictures = ax.images[0].get_array().reshape(8, 5, 7, 5).sum(axis=(1, 3))
    assert_allclose(pictures[[0, 7]], np.outer([3, 1], np.arange(7)))  # a pixel each


def test_the_still_of_samples_draws_the_ellipse_to_scale(decoder):
    image, mean, sigma = np.zeros((28, 28)), np.array([1.0, -1]), np.array([0.5, 0.1])
    plane, near, *_ = drawn(SamplingExplorer(decoder, image, mean, 2 * np.log(sigma)))
    for ax in (plane, near):
        oval = ax.patches[-1]
        assert_allclose([*oval.center, oval.width, oval.height], [*mean, *(2 * sigma)])
    assert_allclose([near.get_xlim(), near.get_ylim()], [[-1, 3], [-3, 1]])


def test_a_walk_shows_both_images_at_its_ends(decoder):
    images, codes = RNG.uniform(size=(2, 28, 28)), RNG.normal(size=(2, 2))
    walk = WalkExplorer(decoder, images, codes)
    assert walk.share == 0.5
    assert_allclose(np.frombuffer(walk.images, "<f4").reshape(2, 28, 28), images, rtol=1e-6)
    with pytest.raises(traitlets.TraitError):
        walk.share = 1.5


def test_the_gaussian_explorer_knows_the_divergence():
    assert GaussianExplorer(mean=2.0, sigma=1.0).kl == 2.0
    assert_allclose(GaussianExplorer(0.0, 2.0).kl, 0.5 * (4 - 1 - 2 * np.log(2)))


def test_the_gaussian_explorer_goes_down_to_a_millionth_where_its_still_shows_a_spike():
    explorer = GaussianExplorer(0.0, 1e-6)
    assert_allclose(explorer.kl, 6 * np.log(10) - 0.5)
    bells, over_mean, _ = drawn(explorer)
    spike = bells.lines[-1].get_ydata()
    assert spike.max() > 1e5 and over_mean.get_title(loc="left") == "KL 13.316 nats"
    with pytest.raises(traitlets.TraitError):
        explorer.sigma = 1e-7


def test_a_playground_holds_every_digit_and_both_pulls():
    playground = Playground(reconstruction=0.5, held=True)
    images = np.frombuffer(playground.images, "uint8")
    assert len(playground.labels) == 1797 and images.size == 1797 * 64
    assert (images.max(), max(playground.labels)) == (16, 9)
    values = [getattr(playground, name) for name in ("reconstruction", "beta", "held")]
    assert values == [0.5, 1.0, True]
    with pytest.raises(traitlets.TraitError):
        playground.beta = 31.0


def test_weights_go_into_a_playground_and_come_out_as_they_went_in():
    playground = Playground()
    first = playground.get_weights()
    playground.set_weights([array + 1 for array in first])
    assert_allclose(playground.get_weights()[8], first[8] + 1, rtol=1e-6)
    with pytest.raises(ValueError, match="weights must have the shapes"):
        playground.set_weights(first[1:])


def test_a_playground_starts_as_keras_does_and_elsewhere_with_another_seed():
    first, *_, bias = Playground().get_weights()
    assert 0.2 < np.abs(first).max() <= (6 / (64 + 48)) ** 0.5 and not bias.any()
    assert Playground(seed=1).weights != Playground().weights == Playground().weights


@pytest.mark.parametrize(
    "arguments, message",
    [
        (dict(decoder=ONE_LAYER, low=1, high=1), "low < high"),
        (dict(decoder=ONE_LAYER, names=["a"]), "2 sliders need as many"),
        (
            dict(decoder=ONE_LAYER, codes=np.ones((3, 2)), labels=[1]),
            "n labels from 0 to 9",
        ),
        (
            dict(decoder=ONE_LAYER, codes=np.ones((1, 3)), labels=[1]),
            "n labels from 0 to 9",
        ),
        (
            dict(decoder=ONE_LAYER, codes=np.ones((1, 2)), labels=[10]),
            "n labels from 0 to 9",
        ),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        LatentExplorer(**arguments)


def test_a_walk_and_a_sampling_explorer_refuse_what_does_not_fit(decoder):
    image, code = np.zeros((28, 28)), np.zeros(2)
    with pytest.raises(ValueError, match=r"needs 2 images and codes \(2, 2\), got 3"):
        WalkExplorer(decoder, [image] * 3, [code] * 2)
    with pytest.raises(ValueError, match=r"cannot be drawn as \(14, 14\)"):
        WalkExplorer(decoder, np.zeros((2, 14, 14)), [code] * 2)
    with pytest.raises(ValueError, match="n labels from 0 to 9"):
        SamplingExplorer(decoder, image, code, code, codes=np.ones((3, 2)), labels=[1])
    with pytest.raises(ValueError, match="must have 2 dimensions"):
        SamplingExplorer(decoder, image, np.zeros(3), np.zeros(3))


def test_a_walk_between_signals_has_a_standing_picture_too():
    signals = [(np.ones((2, 12)), np.zeros(12), "linear")]
    walk = WalkExplorer(signals, np.zeros((2, 12)), np.zeros((2, 2)))
    (ax,) = drawn(walk)
    assert tick_labels(ax.yaxis) == ["pixel blend", "straight line", "spherical line"]
    assert len(ax.lines) == 2 * 33


def test_images_need_not_be_square():
    wide = [(np.ones((2, 12)), np.zeros(12), "linear")]
    explorer = LatentExplorer(wide, shape=(3, 4), low=0, high=1)
    assert explorer.shape == [3, 4] and explorer.decode([[0, 0]]).shape == (1, 3, 4)
    assert drawn(explorer)[0].get_aspect() == 0.75
