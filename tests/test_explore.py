"""An explorer's values, its arithmetic and what it refuses; no browser needed."""

import base64
import io
import json
import shutil
import subprocess

import numpy as np
import pytest
import traitlets
from numpy.testing import assert_allclose
from PIL import Image

from vae_utils.backend import keras
from vae_utils.explore import (
    HERE,
    GaussianExplorer,
    LatentExplorer,
    SamplingExplorer,
    WalkExplorer,
    decoder_layers,
    spherical,
    straight,
)
from vae_utils.models import dense_decoder, gaussian_encoder

RNG = np.random.default_rng(0)
ONE_LAYER = [(RNG.normal(size=(2, 9)), np.zeros(9), "sigmoid")]


@pytest.fixture(scope="module")
def decoder():
    decoder = dense_decoder(2)
    decoder.set_weights([RNG.normal(0, 0.2, w.shape) for w in decoder.get_weights()])
    return decoder


def test_an_explorer_decodes_what_keras_decodes(decoder):
    codes = RNG.normal(size=(5, 2)).astype("float32")
    assert_allclose(LatentExplorer(decoder).decode(codes), decoder(codes), atol=1e-5)


@pytest.fixture(scope="module")
def convolutional():
    layers = keras.layers
    decoder = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(7 * 7 * 8, "relu"),
            layers.Reshape((7, 7, 8)),
            layers.Conv2DTranspose(6, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(4, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(1, 3, padding="same", activation="sigmoid"),
            layers.Reshape((28, 28)),
        ]
    )
    decoder.set_weights([RNG.normal(0, 0.3, w.shape) for w in decoder.get_weights()])
    return decoder


def test_an_explorer_decodes_what_a_convolutional_keras_decoder_does(convolutional):
    codes = RNG.normal(size=(5, 3)).astype("float32")
    assert_allclose(
        LatentExplorer(convolutional).decode(codes), convolutional(codes), atol=1e-5
    )


def in_javascript(folder, facts, code):
    """Run code with explore.js at hand and `facts` read from a file; return its answer."""
    (folder / "facts.json").write_text(json.dumps(facts))
    shutil.copy(HERE / "explore.js", folder / "explore.mjs")
    (folder / "run.mjs").write_text(
        'import fs from "fs";'
        'import { makeDecoder, straight, spherical } from "./explore.mjs";'
        'const facts = JSON.parse(fs.readFileSync("facts.json"));'
        f"console.log(JSON.stringify({code}));"
    )
    run = subprocess.run(
        ["node", "run.mjs"], cwd=folder, capture_output=True, check=True
    )
    return json.loads(run.stdout)


needs_node = pytest.mark.skipif(
    not shutil.which("node"), reason="needs Node.js to run explore.js"
)


@needs_node
@pytest.mark.parametrize("name", ["decoder", "convolutional"])
def test_the_browser_decodes_what_keras_does_within_a_grey_level(
    name, request, tmp_path
):
    keras_decoder = request.getfixturevalue(name)
    explorer = LatentExplorer(keras_decoder)
    codes = RNG.normal(size=(5, len(explorer.z)))
    facts = {
        "layers": explorer.layers,
        "weights": base64.b64encode(explorer.weights).decode(),
        "codes": codes.tolist(),
    }
    code = """(() => {
        const weights = Uint8Array.from(Buffer.from(facts.weights, "base64"));
        const values = { layers: facts.layers, weights: new DataView(weights.buffer) };
        const decode = makeDecoder({ get: (name) => values[name] });
        return facts.codes.map((z) => Array.from(decode(z)));
    })()"""
    images = np.reshape(in_javascript(tmp_path, facts, code), (5, 28, 28))
    assert np.abs(images - keras_decoder(codes.astype("float32"))).max() * 255 < 1.5


@needs_node
def test_the_browser_walks_as_python_does(tmp_path):
    first, second = RNG.normal(size=(2, 4))
    facts = {"first": first.tolist(), "second": second.tolist()}
    names = {"straight": straight, "spherical": spherical}
    for name, line in names.items():
        there = in_javascript(
            tmp_path, facts, f"{name}(facts.first, facts.second, 0.3)"
        )
        assert_allclose(there, line(first, second, 0.3))


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
    explorer = LatentExplorer(
        lambda codes: np.outer(codes[:, 0], np.ones(4)), low=[-1, -1]
    )
    explorer.z = [0.5, 0.0]
    assert explorer.layers == []
    assert np.frombuffer(explorer.values, "<f4").tolist() == [0.5] * 4


def test_signals_are_decoded_as_lines():
    explorer = LatentExplorer([(np.ones((2, 5)), np.arange(5), "linear")])
    assert explorer.decode([[1, 2]]).tolist() == [[3, 4, 5, 6, 7]]
    assert explorer._static_picture().size == (420, 450)


def explorers(decoder):
    images, codes = RNG.uniform(size=(2, 28, 28)), RNG.normal(size=(2, 2))
    return [
        LatentExplorer(decoder),
        WalkExplorer(decoder, images, codes),
        SamplingExplorer(decoder, images[0], codes[0], codes[1]),
        GaussianExplorer(),
    ]


def test_where_no_kernel_runs_a_picture_and_its_text_stand_in(decoder):
    for explorer in explorers(decoder):
        data, metadata = explorer._repr_mimebundle_()
        assert "Run the cell" in data["text/plain"]
        assert metadata["image/png"]["alt"] == data["text/plain"]
        picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
        assert picture.width >= 400


def test_the_standing_picture_grows_rightward_and_upward():
    explorer = LatentExplorer([(np.eye(2)[:, :1], [0.0], "linear")], low=0, high=1)
    pixels = np.asarray(explorer._static_picture(side=2))
    assert (
        pixels[30, 0] == pixels[-1, 0] == 255 and pixels[30, -1] == pixels[-1, -1] == 0
    )


def test_a_walk_shows_both_images_at_its_ends(decoder):
    images, codes = RNG.uniform(size=(2, 28, 28)), RNG.normal(size=(2, 2))
    walk = WalkExplorer(decoder, images, codes)
    assert walk.share == 0.5
    assert_allclose(
        np.frombuffer(walk.images, "<f4").reshape(2, 28, 28), images, rtol=1e-6
    )
    with pytest.raises(traitlets.TraitError):
        walk.share = 1.5


def test_samples_spread_with_sigma_and_its_scale(decoder):
    explorer = SamplingExplorer(
        decoder, np.zeros((28, 28)), [1, 2], 2 * np.log([0.5, 3])
    )
    explorer.draws = RNG.normal(size=(20_000, 2)).tolist()
    explorer.scale = 2.0
    assert_allclose(explorer.samples.mean(axis=0), [1, 2], atol=0.15)
    assert_allclose(explorer.samples.std(axis=0), [1, 6], rtol=0.03)


def test_the_gaussian_explorer_knows_the_divergence_and_its_slopes():
    explorer = GaussianExplorer(mean=2.0, sigma=1.0)
    assert explorer.kl == 2.0 and explorer.slopes == (2.0, 0.0)
    step = 1e-6
    here = GaussianExplorer(1.0, 0.5)
    by_mean = (GaussianExplorer(1.0 + step, 0.5).kl - here.kl) / step
    by_sigma = (GaussianExplorer(1.0, 0.5 + step).kl - here.kl) / step
    assert_allclose(here.slopes, [by_mean, by_sigma], atol=1e-4)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (dict(decoder=[]), "no layers"),
        (dict(decoder=[(np.ones((2, 9)), np.ones(4), "relu")]), "a dense layer needs"),
        (dict(decoder=ONE_LAYER, low=1, high=1), "low < high"),
        (dict(decoder=ONE_LAYER, names=["a"]), "2 sliders need as many"),
        (dict(decoder=ONE_LAYER, codes=np.ones((3, 2)), labels=[1]), "with n labels"),
        (dict(decoder=ONE_LAYER, codes=np.ones((1, 3)), labels=[1]), "with n labels"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        LatentExplorer(**arguments)


def test_a_layer_or_activation_that_the_browser_lacks_is_named():
    with pytest.raises(TypeError, match="not gelu"):
        decoder_layers([(np.ones((2, 9)), np.ones(9), "gelu")])

    class Normalised:
        layers = [type("BatchNormalization", (), {})()]  # noqa: RUF012

    with pytest.raises(TypeError, match="not BatchNormalization"):
        decoder_layers(Normalised)
    with pytest.raises(ValueError, match="takes"):
        decoder_layers(gaussian_encoder(2))  # two heads: not one layer after another
