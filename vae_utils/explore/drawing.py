"""The explorer in which one writes a digit: its Gaussian, draws from it, both prices."""

import numpy as np
import traitlets

from vae_utils.explore.decoder import Decoder, Encoder
from vae_utils.explore.widgets import _drawn, _Explorer, _floats
from vae_utils.pictures import KL, RECONSTRUCTION

TITLES = dict(i="as encoded", r="decoded from its mean")
GRID = dict(width_ratios=[1, 1.5, 1], height_ratios=[5, 1])


class DrawingExplorer(_Explorer):
    """Paper to write a digit on: a VAE encodes and decodes it while one writes.

    Strokes on blank paper are brought to 28 x 28 pixels as MNIST's digits are: the longer
    side of their ink is 20 pixels, their centre of mass lies in the middle. Strokes on a
    test image stay where they are.

    Args:
        vae: a model whose `encoder` and `decoder` have dense layers, two latent dimensions.
        images: (n, 28, 28) in [0, 1], test images to start from.
        codes, labels: (m, 2) codes to draw on the plane, and their digits.
        start: number of the image to start from, or -1: blank paper.

    The traits `strokes`, lists of points (x, y) in pixels from the upper left corner, and
    `start` can be set; the browser then prepares `image` anew, the bytes of `drawing`.
    """

    alt = (
        "A written digit; a map of codes with the prior's circles, on which a small black "
        "ellipse is its Gaussian; what is decoded from there; both prices as bars."
    )
    strokes = traitlets.List().tag(sync=True)
    start = traitlets.Int().tag(sync=True)
    image = traitlets.Bytes().tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)
    encoder_layers = traitlets.List().tag(sync=True)
    encoder_weights = traitlets.Bytes().tag(sync=True)
    noise = traitlets.List().tag(sync=True)  # (4, 2), held, so that draws move smoothly
    pen = traitlets.Float().tag(sync=True)  # width of a stroke in pixels
    usual = traitlets.List().tag(sync=True)  # both prices of the images, on average

    def __init__(self, vae, images, codes, labels, start=0):
        self._images = np.asarray(images, "float32")
        if self._images.shape[1:] != (28, 28) or not -1 <= start < len(images) > 0:
            got = f"{self._images.shape} and start {start}"
            raise ValueError(
                f"a drawing needs images (n, 28, 28), one to start from: {got}"
            )
        self.encode, decoder = Encoder(vae.encoder), Decoder(vae.decoder, (28, 28))
        if decoder.latent_dim != 2 or self.encode.shape != (4,):
            got = decoder.latent_dim
            raise ValueError(
                f"a drawing is placed on a plane: 2 latent dimensions, not {got}"
            )
        self.decode = decoder
        first = self._images[start] if start >= 0 else np.zeros((28, 28))
        super().__init__(
            decoder,
            kind="drawing",
            prior=True,
            start=int(start),
            image=_floats(first),
            images=np.uint8(np.round(255 * self._images)).tobytes(),
            noise=np.random.default_rng(0).normal(size=(4, 2)).tolist(),
            pen=_stroke_width(self._images),
            usual=[float(np.mean(nats)) for nats in self._prices(self._images)],
            **self.encode.traits(),
            **_drawn(codes, labels, 2),
        )

    @property
    def drawing(self):
        """The written digit as the encoder sees it, (28, 28) in [0, 1]."""
        return np.frombuffer(self.image, "<f4").reshape(28, 28)

    def _prices(self, images):
        """Return both prices in nats, (n,) each; the reconstruction is from the mean."""
        mean, log_var = self.encode(images)
        drawn = np.clip(self.decode(mean), 1e-7, 1 - 1e-7)  # as in Keras
        nats = -images * np.log(drawn) - (1 - images) * np.log(1 - drawn)
        kl = (np.exp(log_var) + mean**2 - 1 - log_var) / 2
        return nats.sum(axis=(1, 2)), kl.sum(axis=1)

    def _still(self, figure):
        from matplotlib.patches import Ellipse

        from vae_utils.plots import latent_map

        mean, log_var = (values[0] for values in self.encode(self.drawing[None]))
        sigma = np.exp(log_var / 2)
        figure.set_size_inches(10, 4.9)
        axes = figure.subplot_mosaic("imr;$$$", **GRID)
        for name, image in dict(i=self.drawing, r=self.decode(mean)[0]).items():
            axes[name].imshow(image, cmap="gray_r", vmin=0, vmax=1)
            axes[name].set(xticks=[], yticks=[], title=TITLES[name])
            axes[name].spines[:].set_visible(True)
        codes = np.frombuffer(self.codes, "<f4").reshape(-1, 2)
        latent_map(codes, [*self.labels], ax=axes["m"], prior=True)
        for colour, width in (("white", 5), ("black", 2)):
            oval = Ellipse(
                mean, *(2 * sigma), fill=False, color=colour, linewidth=width, zorder=7
            )
            axes["m"].add_patch(oval)
        axes["m"].set(title="its Gaussian")
        self._draw_bill(axes["$"])

    def _draw_bill(self, ax):
        own = [price[0] for price in self._prices(self.drawing[None])]
        for row, bill in enumerate((own, self.usual)):
            ax.barh(row, bill, 0.6, (0, bill[0]), color=[RECONSTRUCTION, KL])
            ax.text(sum(bill), row, f"  {bill[0]:.0f} + {bill[1]:.1f}", va="center")
        others = f"{len(self._images)} test images,\non average"
        ax.set_yticks((0, 1), ("this digit", others))
        ax.set(
            xlabel="nats: reconstruction (blue) and KL divergence (red)", ylim=(1.5, -0.5)
        )


def _stroke_width(images):
    """Return how wide strokes are on average, in pixels: twice their area by their edge."""
    ink = np.pad(images > 0.5, [(0, 0), (1, 1), (1, 1)]).astype(int)
    edge = sum(np.abs(np.diff(ink, axis=axis)).sum() for axis in (1, 2))
    return float(8 / np.pi * ink.sum() / max(edge, 1))  # an oblique edge has more sides
