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

from vae_utils.explore import HERE, LatentExplorer, dense_layers
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


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js to run explore.js")
def test_the_browser_decodes_what_keras_decodes_within_a_grey_level(decoder, tmp_path):
    explorer = LatentExplorer(decoder)
    codes = RNG.normal(size=(5, 2))
    facts = {
        "layers": explorer.layers,
        "weights": base64.b64encode(explorer.weights).decode(),
        "codes": codes.tolist(),
    }
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    shutil.copy(HERE / "explore.js", tmp_path / "explore.mjs")
    (tmp_path / "run.mjs").write_text("""
        import fs from "fs";
        import { makeDecoder } from "./explore.mjs";
        const facts = JSON.parse(fs.readFileSync("facts.json"));
        const weights = Uint8Array.from(Buffer.from(facts.weights, "base64"));
        const values = { layers: facts.layers, weights: new DataView(weights.buffer) };
        const decode = makeDecoder({ get: (name) => values[name] });
        console.log(JSON.stringify(facts.codes.map((z) => Array.from(decode(z)))));
    """)
    run = subprocess.run(
        ["node", "run.mjs"], cwd=tmp_path, capture_output=True, check=True
    )
    images = np.reshape(json.loads(run.stdout), (5, 28, 28))
    assert np.abs(images - decoder(codes.astype("float32"))).max() * 255 < 1.5


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


def test_where_no_kernel_runs_a_picture_and_its_text_stand_in():
    data, metadata = LatentExplorer(ONE_LAYER)._repr_mimebundle_()
    assert "2 sliders (z1, z2)" in data["text/plain"]
    assert metadata["image/png"]["alt"] == data["text/plain"]
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.size == (420, 450)


def test_the_standing_picture_grows_rightward_and_upward():
    explorer = LatentExplorer([(np.eye(2)[:, :1], [0.0], "linear")], low=0, high=1)
    encoded = explorer._static_picture(side=2)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("L"))
    assert (
        pixels[30, 0] == pixels[-1, 0] == 255 and pixels[30, -1] == pixels[-1, -1] == 0
    )


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            dict(decoder=[(np.ones((2, 8)), np.ones(8), "relu")]),
            "8 values, which is no square",
        ),
        (dict(decoder=[]), "no layers"),
        (dict(decoder=[(np.ones((2, 9)), np.ones(4), "relu")]), "a kernel of shape"),
        (dict(decoder=ONE_LAYER, low=1, high=1), "low < high"),
        (dict(decoder=ONE_LAYER, names=["a"]), "2 sliders need as many names"),
        (dict(decoder=ONE_LAYER, codes=np.ones((3, 2)), labels=[1]), "n labels"),
        (dict(decoder=ONE_LAYER, codes=np.ones((1, 3)), labels=[1]), "n labels"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        LatentExplorer(**arguments)


def test_a_layer_or_activation_that_the_browser_lacks_is_named():
    with pytest.raises(TypeError, match="not gelu"):
        dense_layers([(np.ones((2, 9)), np.ones(9), "gelu")])

    class Convolution:
        layers = [type("Conv2DTranspose", (), {})()]  # noqa: RUF012

    with pytest.raises(TypeError, match="not Conv2DTranspose"):
        dense_layers(Convolution)
    with pytest.raises(ValueError, match="takes"):
        dense_layers(gaussian_encoder(2))  # two heads: not one layer after another
