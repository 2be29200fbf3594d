"""Explorers: sliders whose pictures are decoded in the browser.

The weights of a decoder travel to the browser once, as float16; from then on a slider
answers without asking the kernel. Where there is no kernel or no JavaScript, the same
cell shows a static picture. The browser's half is `explore.js`.

An explorer's values are traits: read, set, observe or link them like those of any widget.
Codes are (latent,) or (n, latent); images are square and in [0, 1]; a decoder may also
make signals, which are drawn as a line.
"""

from itertools import pairwise
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from PIL import Image, ImageDraw, ImageFont
from scipy.special import expit
from scipy.stats import norm

from vae_utils.plots import PALETTE, small_png

HERE = Path(__file__).parent
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": expit,
}
INACTIVE = 0.1  # nats: a dimension that costs less says next to nothing


class _Explorer(anywidget.AnyWidget):
    """What all explorers share: the browser's half, a decoder, and a static picture."""

    _esm = HERE / "explore.js"
    _css = HERE / "explore.css"
    kind = traitlets.Unicode().tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    labels = traitlets.Bytes().tag(sync=True)
    palette = traitlets.List(PALETTE).tag(sync=True)

    def __init__(self, decoder=None, **values):
        if decoder is not None:
            self._layers = decoder_layers(decoder)
            values["layers"] = [_without_arrays(layer) for layer in self._layers]
            values["weights"] = b"".join(
                layer[part].astype("<f2").tobytes()
                for layer in self._layers
                for part in ("kernel", "bias")
            )
        super().__init__(**values)

    def decode(self, codes):
        """Decode as the browser does: (n, latent) -> (n, side, side) or (n, length)."""
        x = np.atleast_2d(np.asarray(codes, "float32"))
        for layer in self._layers:
            x = ACTIVATIONS[layer["activation"]](_apply(layer, x))
        side = round(x.shape[1] ** 0.5)
        return x.reshape(-1, side, side) if side**2 == x.shape[1] else x

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        alt = f"{self._alt()} Run the cell to move it; here is a standing picture."
        data = {
            **data,
            "image/png": small_png(self._static_picture()),
            "text/plain": alt,
        }
        return data, {**metadata, "image/png": {"alt": alt}}


class LatentExplorer(_Explorer):
    """Sliders over the dimensions of a code, with the decoded image beside them.

    For two dimensions there is also the latent plane, with codes drawn on it as the
    digits of their images: drag the point, and the image follows. Buttons draw a random
    code from the prior, go to zero, or to the code of a test image.

    Args:
        decoder: a sequential Keras decoder of dense and transposed convolutional layers;
            or a list of (kernel (n_in, n_out), bias (n_out,), activation name); or a
            function from codes (1, latent) to one image, which the kernel then calls;
            `low` or `high` must then have a value for each dimension.
        codes: (n, latent) codes of test images to start from, drawn if latent is 2.
        labels: (n,) integers 0..9, the digits of the codes.
        low, high: ends of the sliders, a number or one for each dimension. The default
            is three standard deviations of the prior on either side of zero.
        names: a label for each slider; by default z1, z2, ...
        kl: (latent,) nats for each dimension, as from `kl_per_dimension`: the sliders
            stand in its order, and those of inactive dimensions are greyed.

    Raises:
        TypeError: if the decoder has a layer that the browser cannot evaluate.
        ValueError: if shapes do not fit.
    """

    z = traitlets.List(traitlets.Float()).tag(sync=True)
    low = traitlets.List(traitlets.Float()).tag(sync=True)
    high = traitlets.List(traitlets.Float()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    inactive = traitlets.List(traitlets.Int()).tag(sync=True)
    values = traitlets.Bytes().tag(sync=True)

    def __init__(
        self, decoder, codes=None, labels=None, low=-3.0, high=3.0, names=None, kl=None
    ):
        self._function = None
        if callable(decoder) and not hasattr(decoder, "layers"):
            self._function, decoder = decoder, None
            latent_dim = max(np.size(end) for end in (low, high))
        else:
            decoder = decoder_layers(decoder)
            latent_dim = decoder[0]["inputs"]
        low, high = (
            np.broadcast_to(np.float64(end), latent_dim) for end in (low, high)
        )
        if not np.all(low < high):
            raise ValueError(f"every slider needs low < high, got {low} and {high}")
        names = list(names or (f"z{index + 1}" for index in range(latent_dim)))
        kl = np.full(latent_dim, np.inf) if kl is None else np.asarray(kl, float)
        if len(names) != latent_dim or kl.shape != (latent_dim,):
            raise ValueError(
                f"{latent_dim} sliders need as many names and KL values, "
                f"got {len(names)} and {kl.shape}"
            )
        drawn = {}
        if codes is not None:
            if np.shape(codes) != (np.size(labels), latent_dim):
                raise ValueError(
                    f"codes must be (n, {latent_dim}) with n labels, "
                    f"got {np.shape(codes)} and {np.shape(labels)}"
                )
            drawn = dict(codes=_floats(codes), labels=np.uint8(labels).tobytes())
        super().__init__(
            decoder,
            kind="latent",
            z=((low + high) / 2).tolist(),
            low=low.tolist(),
            high=high.tolist(),
            names=names,
            order=np.argsort(-kl, kind="stable").tolist(),
            inactive=np.flatnonzero(kl < INACTIVE).tolist(),
            **drawn,
        )
        if self._function:
            self.observe(self._call_function, "z")
            self._call_function()

    @traitlets.validate("z")
    def _has_one_value_per_slider(self, proposal):
        if len(proposal.value) != len(self.low or proposal.value):
            raise traitlets.TraitError(
                f"z needs {len(self.low)} values, got {len(proposal.value)}"
            )
        return proposal.value

    def _call_function(self, change=None):
        self.values = _floats(self.decode([self.z])[0])

    def decode(self, codes):
        """Decode as the explorer does: (n, latent) -> (n, side, side) or (n, length)."""
        if not self._function:
            return super().decode(codes)
        codes = np.atleast_2d(np.asarray(codes, "float32"))
        return np.stack([np.squeeze(self._function(code[None])) for code in codes])

    def _alt(self):
        if len(self.names) == 1:
            return f"An explorer with one slider: {self.names[0]}."
        first, second = (self.names[index] for index in self.order[:2])
        return (
            f"An explorer with {len(self.names)} sliders, and what they decode to: "
            f"{first} changes to the right, {second} upward."
        )

    def _static_picture(self, side=5):
        """Return what the first two sliders do, on a grid; of a signal, the first."""
        first, second = (self.order * 2)[:2]
        codes = np.tile(self.z, (side * side, 1))
        steps = np.linspace(self.low, self.high, side)
        codes[:, first] = np.tile(steps[:, first], side)
        if second != first:
            codes[:, second] = np.repeat(steps[::-1, second], side)
        decoded = self.decode(codes)
        if decoded.ndim == 2:
            middle = slice(side * (side // 2), side * (side // 2) + side)
            text = f"{self.names[first]} from top to bottom {self._range(first)}"
            return _captioned(_lines(decoded[middle]), text)
        text = f"{self.names[first]} to the right {self._range(first)}"
        if second == first:
            return _captioned(_mosaic(decoded[:side], side), text)
        upward = f"{self.names[second]} upward {self._range(second)}"
        return _captioned(_mosaic(decoded, side), text, upward)

    def _range(self, dimension):
        return f"({self.low[dimension]:.1f} to {self.high[dimension]:.1f})"


class WalkExplorer(_Explorer):
    """One slider from an image to another: pixel blend, straight and spherical line.

    Args:
        decoder: as for LatentExplorer, but no function.
        images: (2, side, side), the first and the last image.
        codes: (2, latent), their codes.

    The trait `share`, in [0, 1], is how far the walk has come.

    Raises:
        TypeError, ValueError: as for LatentExplorer.
    """

    share = traitlets.Float(0.5, min=0, max=1).tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)

    def __init__(self, decoder, images, codes):
        layers = decoder_layers(decoder)
        pixels = self._pixels = np.asarray(images, "float32").reshape(len(images), -1)
        self._codes = np.asarray(codes, "float32")
        wanted = (2, layers[0]["inputs"]), (2, layers[-1]["values"])
        if (self._codes.shape, pixels.shape) != wanted:
            raise ValueError(
                f"a walk needs codes {wanted[0]} and images of {wanted[1][1]} pixels, "
                f"got {self._codes.shape} and {np.shape(images)}"
            )
        super().__init__(
            layers, kind="walk", images=_floats(images), codes=_floats(codes)
        )

    def _alt(self):
        return (
            "A walk between two images with one slider: blend, straight and spherical."
        )

    def _static_picture(self, steps=7):
        shares = np.linspace(0, 1, steps)
        blend = np.stack([straight(*self._pixels, share) for share in shares])
        lines = [
            self.decode(np.stack([line(*self._codes, share) for share in shares]))
            for line in (straight, spherical)
        ]
        rows = np.concatenate([blend.reshape(lines[0].shape), *lines])
        return _captioned(_mosaic(rows, steps), "blend, straight line, spherical line")


class SamplingExplorer(_Explorer):
    """One image, its Gaussian, and samples from it: each press draws one more.

    Args:
        decoder: as for LatentExplorer, with two latent dimensions, but no function.
        image: (side, side).
        mean, log_var: (2,), what the encoder says of the image.
        codes, labels: codes of other images (n, 2) to draw on the plane, and their digits.

    The trait `scale` multiplies sigma; `draws` holds the standard normal noise of each
    sample, so that a larger scale moves the same samples outward.

    Raises:
        TypeError, ValueError: as for LatentExplorer.
    """

    scale = traitlets.Float(1.0, min=0, max=3).tag(sync=True)
    draws = traitlets.List().tag(sync=True)
    mean = traitlets.List(traitlets.Float()).tag(sync=True)
    sigma = traitlets.List(traitlets.Float()).tag(sync=True)
    image = traitlets.Bytes().tag(sync=True)

    def __init__(self, decoder, image, mean, log_var, codes=None, labels=None):
        mean, sigma = np.asarray(mean, float), np.exp(np.asarray(log_var, float) / 2)
        layers = decoder_layers(decoder)
        if not mean.shape == sigma.shape == (layers[0]["inputs"],) == (2,):
            raise ValueError(
                "mean and log_var must be (2,), for a decoder of two dimensions, "
                f"got {mean.shape} and {sigma.shape} for {layers[0]['inputs']}"
            )
        codes = np.zeros((0, 2)) if codes is None else codes
        super().__init__(
            layers,
            kind="sampling",
            mean=mean.tolist(),
            sigma=sigma.tolist(),
            image=_floats(image),
            codes=_floats(codes),
            labels=np.uint8([] if labels is None else labels).tobytes(),
        )

    @property
    def samples(self):
        """The codes drawn so far: (n, 2)."""
        noise = np.reshape(self.draws, (-1, 2))
        return np.array(self.mean) + self.scale * np.array(self.sigma) * noise

    def _alt(self):
        return "An image, the ellipse of its Gaussian, and a button that draws samples."

    def _static_picture(self, count=6):
        noise = np.random.default_rng(0).normal(size=(count - 1, 2))
        codes = np.array(self.mean) + np.array(self.sigma) * noise
        decoded = self.decode(codes)
        image = np.frombuffer(self.image, "<f4").reshape(1, *decoded.shape[1:])
        return _captioned(
            _mosaic(np.concatenate([image, decoded]), count), "the image, and samples"
        )


class GaussianExplorer(_Explorer):
    """Sliders for the mean and sigma of a Gaussian q, and KL(q || N(0, 1)) with its slopes.

    Args:
        mean: start of the mean, in [-4, 4].
        sigma: start of the standard deviation, in [0.05, 3].

    Both are traits.
    """

    mean = traitlets.Float(min=-4, max=4).tag(sync=True)
    sigma = traitlets.Float(min=0.05, max=3).tag(sync=True)

    def __init__(self, mean=1.0, sigma=0.5):
        super().__init__(kind="gaussian", mean=mean, sigma=sigma)

    @property
    def kl(self):
        """KL(N(mean, sigma^2) || N(0, 1)) in nats."""
        return 0.5 * (self.sigma**2 + self.mean**2 - 1 - np.log(self.sigma**2))

    @property
    def slopes(self):
        """The derivatives of `kl` by the mean and by sigma."""
        return self.mean, self.sigma - 1 / self.sigma

    def _alt(self):
        return (
            "Two bell curves with sliders for mean and sigma, and their KL divergence."
        )

    def _static_picture(self):
        x = np.linspace(-5, 5, 600)
        picture = Image.new("RGB", (600, 230), "white")
        draw = ImageDraw.Draw(picture)
        for mean, sigma, colour in (
            (0, 1, "#888888"),
            (self.mean, self.sigma, "#1f5fa8"),
        ):
            heights = 220 - 180 * norm.pdf(x, mean, sigma)
            draw.line(list(zip(range(600), heights, strict=True)), colour, 3)
        text = f"mean {self.mean:.2f}, sigma {self.sigma:.2f}, KL {self.kl:.3f} nats"
        draw.text((4, 4), text, "black", font=ImageFont.load_default(size=15))
        return picture


def straight(first, second, share):
    """Return the point at `share` in [0, 1] of the straight line between two points."""
    return (1 - share) * first + share * second


def spherical(first, second, share):
    """Return the point at `share` of the arc between two points around the origin.

    Straight where both have nearly one direction. Source: K. Shoemake, "Animating
    rotation with quaternion curves", 1985.
    """
    lengths = np.sqrt((first @ first) * (second @ second))
    angle = np.arccos(np.clip(first @ second / lengths, -1, 1)) if lengths else 0.0
    if not np.sin(angle) > 1e-4:
        return straight(first, second, share)
    weights = np.sin([(1 - share) * angle, share * angle]) / np.sin(angle)
    return weights[0] * first + weights[1] * second


def decoder_layers(decoder):
    """Return the layers of a decoder as dicts: kind, shapes, activation, kernel, bias.

    Args:
        decoder: a sequential Keras model of Dense and Conv2DTranspose layers (padding
            "same"), in which Flatten, Reshape and Dropout are passed over; or a list of
            (kernel, bias, activation name) of dense layers; or what this returns.

    Raises:
        TypeError: if there is a layer or an activation that the browser cannot evaluate.
        ValueError: if the shapes of the layers do not follow one another.
    """
    if not hasattr(decoder, "layers"):
        found = list(decoder)
        if found and isinstance(found[0], dict):
            return found
        layers = [_dense(*layer) for layer in found]
    else:
        layers, shape = [], None
        for layer in decoder.layers:
            kind = type(layer).__name__
            if kind == "Dense":
                layers.append(_dense(*layer.get_weights(), layer.activation.__name__))
            elif kind == "Conv2DTranspose":
                layers.append(_transposed_convolution(layer, shape))
            elif kind not in ("InputLayer", "Flatten", "Reshape", "Dropout"):
                raise TypeError(
                    f"an explorer evaluates Dense and Conv2DTranspose layers, not {kind}"
                )
            shape = layer.output.shape[1:]
    if not layers:
        raise ValueError("the decoder has no layers")
    for layer, following in pairwise(layers):
        takes = following["kernel"].shape[0] if following["kind"] == "dense" else None
        if takes is not None and takes != layer["values"]:
            makes = layer["values"]
            raise ValueError(f"a layer makes {makes} values, the next takes {takes}")
    return layers


def _dense(kernel, bias, activation):
    kernel, bias = np.asarray(kernel, "float32"), np.asarray(bias, "float32")
    if kernel.ndim != 2 or bias.shape != kernel.shape[1:]:
        raise ValueError(
            f"a dense layer needs a kernel (n_in, n_out) and a bias (n_out,), "
            f"got {kernel.shape} and {bias.shape}"
        )
    return dict(
        kind="dense",
        inputs=kernel.shape[0],
        outputs=kernel.shape[1],
        values=kernel.shape[1],
        activation=_known(activation),
        kernel_length=kernel.size,
        kernel=kernel,
        bias=bias,
    )


def _transposed_convolution(layer, shape):
    kernel, bias = layer.get_weights()
    plain = layer.padding == "same" and layer.data_format == "channels_last"
    if not plain or len({*layer.strides}) > 1 or len({*layer.kernel_size}) > 1:
        raise TypeError(
            "an explorer evaluates square Conv2DTranspose layers with padding 'same' and "
            f"channels last, not {layer.name} with {layer.padding!r}, {layer.data_format!r}"
        )
    (height, width, inputs), stride = shape, layer.strides[0]
    return dict(
        kind="transposedConvolution",
        height=height,
        width=width,
        inputs=inputs,
        outputs=len(bias),
        values=height * width * stride**2 * len(bias),
        size=layer.kernel_size[0],
        stride=stride,
        activation=_known(layer.activation.__name__),
        kernel_length=kernel.size,
        kernel=kernel.astype("float32"),
        bias=bias.astype("float32"),
    )


def _known(activation):
    if activation not in ACTIVATIONS:
        raise TypeError(
            f"an explorer evaluates {', '.join(ACTIVATIONS)}, not {activation}"
        )
    return activation


def _without_arrays(layer):
    return {
        name: value for name, value in layer.items() if name not in ("kernel", "bias")
    }


def _apply(layer, x):
    """Return what a layer makes of flat values (n, inputs), before its activation."""
    kernel, bias = layer["kernel"], layer["bias"]
    if layer["kind"] == "dense":
        return x @ kernel + bias
    height, width, size, stride = (
        layer[k] for k in ("height", "width", "size", "stride")
    )
    margin = max(size - stride, 0) // 2
    extra = max(size, stride) - stride
    shape = len(x), stride * height + extra, stride * width + extra, layer["outputs"]
    y = np.zeros(shape, "float32")
    pixels = x.reshape(len(x), height, width, -1)
    for u in range(size):
        for v in range(size):
            rows = slice(u, u + stride * height, stride)
            columns = slice(v, v + stride * width, stride)
            y[:, rows, columns] += pixels @ kernel[u, v].T
    inside = y[:, margin : margin + stride * height, margin : margin + stride * width]
    return (inside + bias).reshape(len(x), -1)


def _floats(values):
    return np.asarray(values, "<f4").tobytes()


def _mosaic(images, columns):
    """Return images (n, side, side) in rows of `columns`, as a PIL picture."""
    rows, side = len(images) // columns, images.shape[1]
    mosaic = images.reshape(rows, columns, side, side).swapaxes(1, 2)
    ink = np.clip(mosaic.reshape(rows * side, columns * side), 0, 1)
    size = 84 * columns, 84 * rows
    return Image.fromarray(np.uint8(255 - 255 * ink)).resize(size)


def _lines(signals):
    """Return signals (n, length) as curves below one another, as a PIL picture."""
    picture = Image.new("L", (420, 84 * len(signals)), "white")
    x = np.linspace(0, 419, signals.shape[1])
    for row, signal in enumerate(signals):
        y = 84 * (row + 0.5) - 38 * signal / np.abs(signals).max()
        ImageDraw.Draw(picture).line(list(zip(x, y, strict=True)), "black", 2)
    return picture


def _captioned(mosaic, *texts):
    """Return a PIL picture with up to two texts above it, left and right."""
    picture = Image.new("L", (mosaic.width, mosaic.height + 30), "white")
    picture.paste(mosaic, (0, 30))
    places = ((4, 6), "la"), ((mosaic.width - 4, 6), "ra")
    for text, (place, anchor) in zip(texts, places, strict=False):
        font = ImageFont.load_default(size=15)
        ImageDraw.Draw(picture).text(place, text, font=font, anchor=anchor)
    return picture
