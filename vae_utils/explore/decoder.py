"""Networks as the browser evaluates them: the same layers, the same rounded weights.

`browser/decoder.js` does in JavaScript what `evaluate` does here. Another kind of layer
is an entry in KINDS, a branch in `evaluate`, and a function in the LAYERS of that file.
"""

import math

import numpy as np
from scipy.special import expit

KINDS = {"Dense": "dense", "Conv2DTranspose": "transposedConvolution"}
PASSED_OVER = ("Flatten", "Reshape", "Dropout")  # they change no value
ACTIVATIONS = {"linear": lambda x: x, "relu": lambda x: np.maximum(x, 0), "sigmoid": expit}


class Decoder:
    """What an explorer draws: called with codes (n, latent), it returns (n, *shape).

    Args:
        decoder: a Keras model of Dense and Conv2DTranspose layers one after another, in
            which Flatten, Reshape and Dropout are passed over; or a list of dense layers
            as (kernel (n_in, n_out), bias (n_out,), activation name).
        shape: (height, width) of an image, (height, width, 3) if it has colours, or
            (length,) of a signal; by default that of the decoder's output.
    """

    def __init__(self, decoder, shape=None):
        read = _keras_layers if hasattr(decoder, "layers") else _dense_layers
        self.layers, made = read(decoder)
        first = self.layers[0]
        self.latent_dim = first["inputs"] * first.get("height", 1) * first.get("width", 1)
        self.shape = tuple(made if shape is None else shape)
        colourless = self.shape[:2] if self.shape[2:] == (3,) else self.shape
        if len(colourless) not in (1, 2) or math.prod(self.shape) != math.prod(made):
            raise ValueError(
                "an explorer draws images (height, width) and signals (length,): "
                f"what the decoder makes, {made}, cannot be drawn as {self.shape}"
            )

    def __call__(self, codes):
        x = np.atleast_2d(np.asarray(codes, "float32"))
        for layer in self.layers:
            x = evaluate(layer, x)
        return x.reshape(-1, *self.shape)

    def traits(self):
        """Return what the browser needs: facts of layers, weights as float16, shape."""
        arrays = [layer[part] for layer in self.layers for part in ("kernel", "bias")]
        weights = b"".join(array.astype("<f2").tobytes() for array in arrays)
        facts = [
            {k: v for k, v in layer.items() if np.ndim(v) == 0} for layer in self.layers
        ]
        return dict(layers=facts, weights=weights, shape=list(self.shape))


class Encoder(Decoder):
    """What an explorer encodes: called with images, it returns mean, log_var: (n, latent).

    Args:
        encoder: a Keras model of Dense layers one after another; the last two, side by
            side, make mean and log_var.
    """

    def __init__(self, encoder):
        wanted = (
            "an explorer takes an encoder of Dense layers with two heads, mean and log_var"
        )
        try:
            dense = [x for x in encoder.layers if type(x).__name__ == "Dense"]
            *trunk, mean, log_var = (_read(layer, None) for layer in dense)
            images = np.random.default_rng(0).uniform(size=(4, *encoder.input_shape[1:]))
            theirs = np.concatenate(encoder(np.float32(images)), axis=1)
            # Two layers side by side are one layer with the outputs of both.
            both = [np.hstack([mean[part], log_var[part]]) for part in ("kernel", "bias")]
            self.layers = [*trunk, _layer("dense", *both, mean["activation"])]
            self.shape = theirs.shape[1:]
            mine = np.hstack(self(images))
        except (AttributeError, ValueError) as error:
            raise TypeError(f"{wanted}, not {encoder!r}") from error
        if not _alike(mine, theirs):
            raise TypeError(f"{wanted}: {encoder.name} would be encoded otherwise")

    def __call__(self, images):
        both = super().__call__(np.reshape(images, (len(images), -1)))
        return np.split(both, 2, axis=1)

    def traits(self):
        both = super().traits()
        return dict(encoder_layers=both["layers"], encoder_weights=both["weights"])


class Function(Decoder):
    """A function from codes (1, latent) to one image, called in the kernel."""

    layers = ()

    def __init__(self, function, latent_dim):
        self.function, self.latent_dim = function, latent_dim
        self.shape = self(np.zeros(latent_dim)).shape[1:]

    def __call__(self, codes):
        codes = np.atleast_2d(np.asarray(codes, "float32"))
        return np.stack([np.squeeze(self.function(code[None])) for code in codes])


def evaluate(layer, x):
    """Return what a layer makes of flat values: (n, values before) -> (n, values)."""
    kernel, bias, activate = *map(layer.get, ("kernel", "bias")), layer["activation"]
    if layer["kind"] == "dense":
        return ACTIVATIONS[activate](x @ kernel + bias)
    height, width, size, stride = map(layer.get, ("height", "width", "size", "stride"))
    margin, extra = max(size - stride, 0) // 2, max(size - stride, 0)
    tall, wide = stride * height, stride * width
    y = np.zeros((len(x), tall + extra, wide + extra, len(bias)), "float32")
    pixels = x.reshape(len(x), height, width, -1)
    for u in range(size):
        for v in range(size):
            stamped = y[:, u : u + tall : stride, v : v + wide : stride]
            stamped += pixels @ kernel[u, v].T
    inside = y[:, margin : margin + tall, margin : margin + wide]
    return ACTIVATIONS[activate](inside + bias).reshape(len(x), -1)


def _dense_layers(layers):
    """Return layers given as (kernel, bias, activation), and the shape they make."""
    made = []
    for kernel, bias, activation in layers:
        kernel, bias = np.asarray(kernel), np.asarray(bias)
        values = made[-1]["outputs"] if made else len(kernel)
        if kernel.ndim != 2 or len(kernel) != values or bias.shape != kernel.shape[1:]:
            wanted = f"a dense layer on {values} values needs a kernel ({values}, n)"
            raise ValueError(
                f"{wanted} and a bias (n,), got {kernel.shape} and {bias.shape}"
            )
        made.append(_layer("dense", kernel, bias, activation))
    if not made:
        raise ValueError("the decoder has no layers")
    return made, (made[-1]["outputs"],)


def _keras_layers(decoder):
    """Return the layers of a Keras model, each compared with Keras at a few codes."""
    takes, layers = getattr(decoder, "input_shape", None), []
    if not isinstance(takes, tuple) or len(takes) != 2:
        got = f"{type(decoder).__name__} of {takes}"
        raise TypeError(f"an explorer takes a decoder of codes (n, latent), not a {got}")
    codes = x = np.random.default_rng(0).normal(size=(4, takes[1])).astype("float32")
    for layer in decoder.layers:
        kind, before = type(layer).__name__, x
        if kind == "InputLayer":
            continue
        if kind not in (*KINDS, *PASSED_OVER):
            raise TypeError(f"an explorer knows {' and '.join(KINDS)} layers, not {kind}")
        same = kind in PASSED_OVER
        try:
            if max(getattr(layer, "dilation_rate", (1,))) > 1:
                raise ValueError("TensorFlow cannot compute this on every machine")
            x = np.asarray(layer(before))
            if kind in KINDS:
                layers.append(_read(layer, before.shape))
                same = _alike(evaluate(layers[-1], before.reshape(4, -1)), x)
        except (IndexError, ValueError):  # shapes that do not fit
            pass
        if not same:
            raise TypeError(
                f"an explorer would decode otherwise than the layer {layer.name}: it knows "
                f"{', '.join(KINDS)} one after another, square, with padding 'same', "
                "without dilation or output padding"
            )
    made = np.asarray(decoder(codes))
    for layer_of_mine in layers:
        codes = evaluate(layer_of_mine, codes)
    if not layers or not _alike(made, x) or not _alike(codes, made):
        raise TypeError(f"{decoder.name} does not end in its last layer, {layer.name}")
    return layers, made.shape[1:-1] if made.shape[3:] == (1,) else made.shape[1:]


def _read(layer, shape):
    """Return a Keras layer that is given arrays of this shape as a dict."""
    kernel, *bias = layer.get_weights()
    convolution = {}
    if kernel.ndim == 4:
        size, stride = layer.kernel_size[0], layer.strides[0]
        convolution = dict(height=shape[1], width=shape[2], size=size, stride=stride)
    bias = bias[0] if bias else np.zeros(kernel.shape[-2 if convolution else -1])
    activation = getattr(layer.activation, "__name__", type(layer.activation).__name__)
    kind = KINDS[type(layer).__name__]
    return _layer(kind, kernel, bias, activation) | convolution


def _layer(kind, kernel, bias, activation):
    if activation not in ACTIVATIONS:
        raise TypeError(f"an explorer evaluates {', '.join(ACTIVATIONS)}, not {activation}")
    if max(np.abs(kernel).max(), np.abs(bias).max()) > 65504:
        raise TypeError("an explorer holds weights as float16, which ends at 65504")
    kernel, bias = (np.float32(np.float16(array)) for array in (kernel, bias))
    facts = dict(kind=kind, activation=activation, outputs=len(bias))
    facts |= dict(inputs=kernel.shape[0 if kind == "dense" else -1], length=kernel.size)
    return facts | dict(kernel=kernel, bias=bias)


def _alike(mine, theirs):
    """Say whether values agree to a hundredth, which leaves room for float16."""
    mine, theirs = mine.reshape(len(mine), -1), theirs.reshape(len(theirs), -1)
    same = mine.shape == theirs.shape
    return same and np.abs(mine - theirs).max() <= 0.01 * max(1, np.abs(theirs).max())
