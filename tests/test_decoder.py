"""Explorers decode as Keras does, in Python and in JavaScript, or refuse and say why."""

import base64
import json
import subprocess

import numpy as np
import pytest
from numpy.testing import assert_allclose
from playwright._impl._driver import compute_driver_executable

from vae_utils.backend import keras
from vae_utils.explore import LatentExplorer, spherical, straight
from vae_utils.explore.decoder import Decoder
from vae_utils.explore.widgets import browser_code
from vae_utils.models import VAE, dense_decoder, gaussian_encoder

RNG = np.random.default_rng(0)
NODE = str(compute_driver_executable()[0])  # Playwright brings one along
layers = keras.layers


def with_random_weights(model, spread=0.3):
    rng = np.random.default_rng(0)  # the same weights, whatever test ran before
    model.set_weights([rng.normal(0, spread, w.shape) for w in model.get_weights()])
    return model


@pytest.fixture(scope="module")
def decoder():
    return with_random_weights(dense_decoder(2), 0.2)


def convolution(*arguments, **options):
    return layers.Conv2DTranspose(*arguments, **{"padding": "same", **options})


@pytest.fixture(scope="module")
def convolutional():
    return with_random_weights(
        keras.Sequential(
            [
                keras.Input((3,)),
                layers.Dense(7 * 7 * 8, "relu", use_bias=False),
                layers.Reshape((7, 7, 8)),
                convolution(6, 3, strides=2, activation="relu"),
                convolution(4, 4, strides=2, activation="relu", use_bias=False),
                convolution(1, 3, activation="sigmoid"),
            ]
        )
    )


@pytest.mark.parametrize("name", ["decoder", "convolutional"])
def test_an_explorer_decodes_what_keras_decodes_within_a_grey_level(name, request):
    model = request.getfixturevalue(name)
    codes = RNG.normal(size=(5, model.input_shape[1])).astype("float32")
    images = np.reshape(model(codes), (5, 28, 28))
    assert np.abs(Decoder(model)(codes) - images).max() * 255 < 1.5


def in_javascript(folder, facts, code):
    """Return what code says that has the browser's half, and `facts` from a file."""
    (folder / "facts.json").write_text(json.dumps(facts))
    (folder / "explorers.mjs").write_text(browser_code())
    (folder / "run.mjs").write_text(
        'import fs from "fs";'
        "import { makeDecoder, prepared, pricesOf, straight, spherical } "
        'from "./explorers.mjs";'
        'const facts = JSON.parse(fs.readFileSync("facts.json"));'
        f"console.log(JSON.stringify({code}));"
    )
    run = subprocess.run([NODE, "run.mjs"], cwd=folder, capture_output=True, check=True)
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", ["decoder", "convolutional"])
def test_the_browser_decodes_what_python_does(name, request, tmp_path):
    explorer = LatentExplorer(request.getfixturevalue(name))
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
    assert_allclose(images, explorer.decode(codes), atol=1e-5)


@pytest.mark.parametrize("line", [straight, spherical], ids=lambda line: line.__name__)
def test_the_browser_walks_as_python_does(line, tmp_path):
    first, second = RNG.normal(size=(2, 4))
    facts = {"first": first.tolist(), "second": second.tolist()}
    code = f"{line.__name__}(facts.first, facts.second, 0.3)"
    assert_allclose(in_javascript(tmp_path, facts, code), line(first, second, 0.3))


def sequence(*parts):
    return keras.Sequential([keras.Input((2,)), *parts])


def convolutions(**options):
    first, last = layers.Dense(16), layers.Flatten()
    odd = layers.Conv2DTranspose(1, 3, name="odd", **options)
    return sequence(first, layers.Reshape((4, 4, 1)), odd, last)


def heads_side_by_side():
    code = keras.Input((2,))
    first, second = layers.Dense(9, name="a")(code), layers.Dense(9, name="odd")(code)
    return keras.Model(code, layers.Dense(4)(layers.Concatenate()([first, second])))


def a_layer_beside():
    code = keras.Input((2,))
    first, second = layers.Dense(2, name="a")(code), layers.Dense(2, name="odd")(code)
    return keras.Model(code, [first, second])


def doubled():
    """A layer that is no layer of the list in between: the ends do not meet."""
    code = keras.Input((2,))
    return keras.Model(code, layers.Dense(4, name="odd")(2 * code))


def enormous():
    model = sequence(layers.Dense(4, name="odd"))
    model.set_weights([np.full((2, 4), 1e5), np.zeros(4)])
    return model


def tiny_then_large():
    """Each layer alone is alike; one after the other, what float16 lost is large."""
    model = sequence(layers.Dense(100), layers.Dense(4, name="odd"))
    model.set_weights(
        [np.full((2, 100), 2e-8), np.zeros(100), np.full((100, 4), 6e4), np.zeros(4)]
    )
    return model


class Shifted(layers.Dense):
    """A Dense layer by name that does something else."""

    def call(self, inputs):
        return super().call(inputs) + 0.1


Shifted.__name__ = "Dense"

REFUSED = {
    "dilation": lambda: convolutions(padding="same", dilation_rate=2),
    "output padding": lambda: convolutions(padding="same", strides=2, output_padding=0),
    "padding": lambda: convolutions(padding="valid"),
    "unequal strides": lambda: convolutions(padding="same", strides=(1, 2)),
    "parallel heads": heads_side_by_side,
    "two outputs": a_layer_beside,
    "arithmetic between": doubled,
    "weights beyond float16": enormous,
    "own kind of layer": lambda: sequence(Shifted(4, name="odd")),
    "weights that float16 loses": tiny_then_large,
    "activation": lambda: sequence(layers.Dense(4, "gelu", name="odd")),
    "batch norm": lambda: sequence(layers.Dense(4), layers.BatchNormalization(name="odd")),
    "nested": lambda: sequence(keras.Sequential([layers.Dense(4)], name="odd")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_browser_would_decode_otherwise_is_refused_with_its_layer(name):
    model = REFUSED[name]()
    if "float16" not in name:
        model = with_random_weights(model)
    with pytest.raises(
        TypeError, match=r"odd|not Multiply|not gelu|not Batch|not Seq|65504"
    ):
        Decoder(model)


@pytest.mark.parametrize("build", [lambda: gaussian_encoder(2), lambda: VAE(2)])
def test_an_encoder_or_a_whole_model_is_no_decoder(build):
    with pytest.raises(TypeError, match=r"takes a decoder of codes \(n, latent\), not a"):
        Decoder(build())


def test_an_activation_without_a_name_is_refused():
    with pytest.raises(TypeError, match="not LeakyReLU"):
        Decoder(sequence(layers.Dense(4, layers.LeakyReLU())))


def test_listed_weights_beyond_float16_are_refused():
    with pytest.raises(TypeError, match="65504"):
        Decoder([(np.full((2, 4), 1e5), np.zeros(4), "linear")])


def test_the_shape_is_that_of_the_output_unless_it_is_said():
    flat = sequence(layers.Dense(12))
    assert Decoder(flat).shape == (12,)
    assert Decoder(flat, (3, 4)).shape == (3, 4)
    assert Decoder(flat, (3, 4))([[0, 0]]).shape == (1, 3, 4)
    square = [(np.ones((2, 400)), np.zeros(400), "linear")]
    assert Decoder(square).shape == (400,)  # a signal, although 400 is a square
    assert LatentExplorer(square).shape == [400]


@pytest.mark.parametrize("shape", [(5, 5), (2, 3, 2), ()])
def test_a_shape_that_does_not_fit_is_refused(shape):
    with pytest.raises(ValueError, match="cannot be drawn as"):
        Decoder(sequence(layers.Dense(12)), shape)


@pytest.mark.parametrize(
    "dense, message",
    [
        ([], "no layers"),
        ([(np.ones((2, 9)), np.ones(4), "relu")], "a dense layer on 2 values needs"),
        ([(np.eye(2), [0, 0], "relu"), (np.eye(3), [0] * 3, "relu")], r"kernel \(2, n\)"),
    ],
)
def test_dense_layers_that_do_not_follow_one_another_are_refused(dense, message):
    with pytest.raises(ValueError, match=message):
        Decoder(dense)
