"""Sliders over latent dimensions whose pictures are decoded in the browser.

The weights of the decoder travel to the browser once; from then on a slider answers
without asking the kernel. Where there is no kernel or no JavaScript, the same cell shows
a static picture. The browser's half is `explore.js`.
"""

from pathlib import Path

import anywidget
import numpy as np
import traitlets
from PIL import Image, ImageDraw, ImageFont
from scipy.special import expit

from vae_utils.plots import PALETTE, small_png

HERE = Path(__file__).parent
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": expit,
}


class LatentExplorer(anywidget.AnyWidget):
    """Sliders over the dimensions of a code, with the decoded image beside them.

    For two dimensions there is also the latent plane, with codes drawn on it as the
    digits of their images: drag the point, and the image follows.

    Args:
        decoder: a dense Keras decoder, or a list of (kernel (n_in, n_out),
            bias (n_out,), activation name), from codes (latent,) to a square image.
        codes: (n, 2) array to draw on the plane, or None.
        labels: (n,) integers 0..9, the digits of the codes.
        low, high: ends of the sliders, a number or one for each dimension. The default
            is three standard deviations of the prior on either side of zero.
        names: a label for each slider; by default z1, z2, ...

    The trait `z` holds the code, a list of floats: read, set, observe or link it.

    Raises:
        TypeError: if the decoder has a layer that the browser cannot evaluate.
        ValueError: if shapes do not fit.
    """

    _esm = HERE / "explore.js"
    _css = HERE / "explore.css"
    layers = traitlets.List().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    z = traitlets.List(traitlets.Float()).tag(sync=True)
    low = traitlets.List(traitlets.Float()).tag(sync=True)
    high = traitlets.List(traitlets.Float()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    labels = traitlets.Bytes().tag(sync=True)
    palette = traitlets.List(PALETTE).tag(sync=True)

    def __init__(
        self, decoder, codes=None, labels=None, low=-3.0, high=3.0, names=None
    ):
        self._dense = dense_layers(decoder)
        latent_dim = self._dense[0][0].shape[0]
        pixels = self._dense[-1][0].shape[1]
        if round(pixels**0.5) ** 2 != pixels:
            raise ValueError(
                f"the decoder makes {pixels} values, which is no square image"
            )
        low, high = (
            np.broadcast_to(np.asarray(end, float), latent_dim) for end in (low, high)
        )
        if not np.all(low < high):
            raise ValueError(f"every slider needs low < high, got {low} and {high}")
        names = names or [f"z{index + 1}" for index in range(latent_dim)]
        if len(names) != latent_dim:
            raise ValueError(
                f"{latent_dim} sliders need as many names, got {len(names)}"
            )
        drawn = {}
        if codes is not None:
            if latent_dim != 2 or np.shape(codes) != (len(labels), 2):
                raise ValueError(
                    f"codes to draw must be (n, 2) with n labels and a decoder of two "
                    f"dimensions, got {np.shape(codes)}, {np.shape(labels)}, {latent_dim}"
                )
            drawn = dict(
                codes=np.asarray(codes, "<f4").tobytes(),
                labels=np.asarray(labels, "uint8").tobytes(),
            )
        super().__init__(
            layers=[
                [*kernel.shape, activation] for kernel, _, activation in self._dense
            ],
            weights=b"".join(
                part.astype("<f2").tobytes()
                for layer in self._dense
                for part in layer[:2]
            ),
            z=((low + high) / 2).tolist(),
            low=low.tolist(),
            high=high.tolist(),
            names=list(names),
            **drawn,
        )

    @traitlets.validate("z")
    def _has_one_value_per_slider(self, proposal):
        if len(proposal.value) != len(self.low or proposal.value):
            raise traitlets.TraitError(
                f"z needs {len(self.low)} values, got {len(proposal.value)}"
            )
        return proposal.value

    def decode(self, codes):
        """Decode as the browser does: codes (n, latent) -> images (n, side, side)."""
        x = np.atleast_2d(np.asarray(codes, "float32"))
        for kernel, bias, activation in self._dense:
            x = ACTIVATIONS[activation](x @ kernel + bias)
        side = round(x.shape[1] ** 0.5)
        return np.clip(x, 0, 1).reshape(-1, side, side)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        alt = (
            f"An explorer with {len(self.names)} sliders ({', '.join(self.names)}). Run "
            "the cell to move them. This picture shows what the first two would do: the "
            "first grows to the right, the second upward."
        )
        data = {**data, "image/png": self._static_picture(), "text/plain": alt}
        return data, {**metadata, "image/png": {"alt": alt}}

    def _static_picture(self, side=5):
        """Return a base64 PNG of the images along the first two sliders."""
        codes = np.tile(self.z, (side * side, 1))
        steps = np.linspace(self.low, self.high, side)
        codes[:, 0] = np.tile(steps[:, 0], side)
        if len(self.z) > 1:
            codes[:, 1] = np.repeat(steps[::-1, 1], side)
        images = self.decode(codes)
        pixels = images.shape[1] * side
        mosaic = images.reshape(side, side, *images.shape[1:]).swapaxes(1, 2)
        grid = Image.fromarray(np.uint8(255 - 255 * mosaic.reshape(pixels, pixels)))
        picture = Image.new("L", (420, 450), "white")
        picture.paste(grid.resize((420, 420)), (0, 30))
        write = ImageDraw.Draw(picture).text
        font = ImageFont.load_default(size=15)
        write((4, 6), f"{self.names[0]} to the right {self._range(0)}", font=font)
        if len(self.z) > 1:
            text = f"{self.names[1]} upward {self._range(1)}"
            write((416, 6), text, font=font, anchor="ra")
        return small_png(picture)

    def _range(self, dimension):
        return f"({self.low[dimension]:.1f} to {self.high[dimension]:.1f})"


def dense_layers(decoder):
    """Return the (kernel, bias, activation name) of each dense layer of a decoder.

    Args:
        decoder: a list of such triples, which is checked, or a sequential Keras model of
            dense layers; Flatten and Reshape are passed over.

    Raises:
        TypeError: if there is a layer or an activation that the browser cannot evaluate.
        ValueError: if the shapes of the layers do not follow one another.
    """
    if hasattr(decoder, "layers"):
        found = []
        for layer in decoder.layers:
            kind = type(layer).__name__
            if kind == "Dense":
                found.append((*layer.get_weights(), layer.activation.__name__))
            elif kind not in ("InputLayer", "Flatten", "Reshape", "Dropout"):
                raise TypeError(f"an explorer evaluates dense layers, not {kind}")
    else:
        found = list(decoder)
    layers = [
        (np.asarray(kernel, "float32"), np.asarray(bias, "float32"), activation)
        for kernel, bias, activation in found
    ]
    if not layers:
        raise ValueError("the decoder has no layers")
    width = layers[0][0].shape[0]
    for kernel, bias, activation in layers:
        if activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise TypeError(f"an explorer evaluates {known}, not {activation}")
        if kernel.ndim != 2 or kernel.shape != (width, len(bias)):
            raise ValueError(
                f"a layer takes {width} values, got a kernel of shape {kernel.shape} "
                f"and a bias of shape {bias.shape}"
            )
        width = len(bias)
    return layers
