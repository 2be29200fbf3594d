"""The explorers.

The weights of a decoder travel to the browser once, as float16; from then on a slider
answers without asking the kernel. Where there is no kernel or no JavaScript, the same
cell shows a standing picture.

An explorer's values are traits: read, set, observe or link them like those of any widget.
Codes are (latent,) or (n, latent); they decode to images (height, width) in [0, 1], drawn
as ink on paper, to images (height, width, 3) in colour, or to signals (length,), drawn as
lines. All explorers raise TypeError if the browser would decode otherwise than the decoder,
and ValueError if shapes do not fit.
"""

from pathlib import Path

import anywidget
import numpy as np
import traitlets

from vae_utils.explore import stills
from vae_utils.explore.decoder import Decoder, Function
from vae_utils.explore.walks import spherical, straight
from vae_utils.pictures import KL, PALETTE, PRIOR, small_png

BROWSER = Path(__file__).parent / "browser"
INACTIVE = 0.1  # nats: a dimension that costs less says next to nothing
# Kernels and biases of a Playground: hidden layer, mean, log_var; hidden layer, pixels.
QUANTILES = [
    -1.465,
    -0.792,
    -0.366,
    0,
    0.366,
    0.792,
    1.465,
]  # of N(0, 1), as in the browser
SHAPES = [(64, 48), (48,), (48, 2), (2,), (48, 2), (2,), (2, 48), (48,), (48, 64), (64,)]


def browser_code():
    """Return the browser's files as one JavaScript module: anywidget loads no second."""
    return "\n".join(path.read_text("utf-8") for path in sorted(BROWSER.glob("*.js")))


class _Explorer(anywidget.AnyWidget):
    """What all explorers share: the browser's half, a decoder, and a standing picture."""

    _esm = browser_code()
    _css = (BROWSER / "explorers.css").read_text(encoding="utf-8")
    kind = traitlets.Unicode().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    labels = traitlets.Bytes().tag(sync=True)
    palette = traitlets.List(PALETTE).tag(sync=True)
    prior = traitlets.Bool(False).tag(sync=True)
    asks_kernel = traitlets.Bool(False).tag(sync=True)

    def __init__(self, decoder=None, **values):
        if decoder is not None:
            self.decode = decoder
            values |= decoder.traits()
        super().__init__(**values)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        alt = f"{self.alt} Run the cell to move it; here is a standing picture."
        photo = len(self.shape) == 3
        picture = small_png(stills.picture(self._still), photo)
        data = {**data, "image/png": picture, "text/plain": alt}
        return data, {**metadata, "image/png": {"alt": alt}}


class LatentExplorer(_Explorer):
    """Sliders over the dimensions of a code, with the decoded image beside them.

    For two dimensions there is also the latent plane, with codes drawn on it as the
    digits of their images, or dots: drag the point, and the image follows. Buttons go to a
    random place, to zero, or to the code of a test image. The trait `z` is the code;
    `decode` decodes as the explorer does: (n, latent) -> (n, *shape).

    Args:
        decoder: a Keras decoder, or a list of dense layers, as for `decoder.Decoder`; or
            a function from codes (1, latent) to one image, which the kernel then calls;
            `low` or `high` must then have a value for each dimension.
        codes: (n, latent) codes of test images to start from, drawn if latent is 2.
        labels: (n,) integers 0..9, the digits of the codes; without them codes are dots.
        low, high: ends of the sliders, a number or one for each dimension. The default
            is three standard deviations of the prior on either side of zero.
        names: a label for each slider; by default z1, z2, ...
        kl: (latent,) nats for each dimension, as from `kl_per_dimension`: the sliders
            stand in its order, and those of inactive dimensions are greyed.
        shape: (height, width) of the images, where the decoder makes them flat.
        prior: whether codes have the prior N(0, 1): then its circles at 1, 2 and 3 sigma
            are drawn, and a random place is a draw from it, else one between the ends.
        alt: what the standing picture shows, where no decoder draws it.
    """

    z = traitlets.List(traitlets.Float()).tag(sync=True)
    low = traitlets.List(traitlets.Float()).tag(sync=True)
    high = traitlets.List(traitlets.Float()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    inactive = traitlets.List(traitlets.Int()).tag(sync=True)
    reach = traitlets.Float().tag(sync=True)  # where the axis of signals ends
    values = traitlets.Bytes().tag(sync=True)

    def __init__(
        self,
        decoder,
        codes=None,
        labels=(),
        low=-3,
        high=3,
        names=(),
        kl=None,
        shape=None,
        prior=False,
        alt="",
    ):
        self._alt, self._priced = alt, kl is not None
        asks_kernel = callable(decoder) and not hasattr(decoder, "layers")
        if asks_kernel:
            decoder = Function(decoder, max(np.size(low), np.size(high)))
        else:
            decoder = Decoder(decoder, shape)
        latent_dim = decoder.latent_dim
        low, high = (np.broadcast_to(np.float64(end), latent_dim) for end in (low, high))
        if not np.all(low < high):
            raise ValueError(f"every slider needs low < high, got {low} and {high}")
        names = list(names) or [f"z{index + 1}" for index in range(latent_dim)]
        kl = np.full(latent_dim, np.inf) if kl is None else np.asarray(kl, float)
        if len(names) != latent_dim or kl.shape != (latent_dim,):
            wanted = f"{latent_dim} sliders need as many names and KL values"
            raise ValueError(f"{wanted}, got {len(names)} and {kl.shape}")
        arrays = dict(low=low, high=high, inactive=np.flatnonzero(kl < INACTIVE))
        arrays |= dict(z=(low + high) / 2, order=np.argsort(-kl, kind="stable"))
        sliders = {name: array.tolist() for name, array in arrays.items()}
        if len(decoder.shape) == 1:
            sliders |= dict(reach=_reach(decoder, low, high))
        given = dict(kind="latent", names=names, asks_kernel=asks_kernel, prior=prior)
        super().__init__(decoder, **given, **sliders, **_drawn(codes, labels, latent_dim))
        if asks_kernel:
            self.observe(self._call_function, "z")
            self._call_function()

    @traitlets.validate("z")
    def _has_one_value_per_slider(self, proposal):
        z, wanted = proposal.value, len(self.low or proposal.value)
        if len(z) != wanted:
            raise traitlets.TraitError(f"z needs {wanted} values, got {len(z)}")
        return z

    def _call_function(self, change=None):
        self.values = _floats(self.decode([self.z])[0])

    @property
    def alt(self):
        first, second = (self.names[index] for index in (self.order * 2)[:2])
        if self._alt:
            return self._alt
        if self._planar:
            drawn = "the digits of their images" if self.labels else "dots"
            return (
                f"A plane of codes, drawn as {drawn}, {first} to the "
                f"right and {second} upward, with a grid of rings on it; beside it what is "
                "drawn at the rings."
            )
        if self._priced:  # which dimensions these are, the training decides
            return (
                "Rows of seven pictures: in each, one dimension grows to the right. On top "
                "stands the dearest dimension, at the bottom the cheapest."
            )
        if second == first:
            return f"What is drawn at five values of {first}, which grows to the right."
        return (
            f"What is drawn at 25 settings of {first}, which grows to the right, and "
            f"{second}, which grows upward."
        )

    @property
    def _planar(self):
        return len(self.names) == 2 and len(self.codes) > 0

    def _still(self, figure):
        """Draw what the first two sliders do, on a grid; and the plane, if there is one."""
        if self._priced and not self._planar:
            return self._draw_strips(figure)
        first, second = (self.order * 2)[:2]
        side = 7 if self._planar else 5
        rows = side if second != first else 1
        steps = np.linspace(self.low, self.high, side)
        codes = np.tile(self.z, (rows, side, 1))
        codes[:, :, first] = steps[:, first]
        if rows > 1:
            codes[:, :, second] = steps[::-1, second, None]
        codes = codes.reshape(rows * side, -1)
        *planes, ax = np.ravel(figure.subplots(1, 1 + self._planar))
        x, y = ([stills.short(step) for step in steps[:, i]] for i in (first, second))
        stills.sheet(ax, self.decode(codes), side, x, y[::-1] if rows > 1 else ())
        ax.set(xlabel=self.names[first], ylabel=self.names[second] if rows > 1 else "")
        figure.set_size_inches(side + 1, 0.8 + rows * stills.aspect(self.shape))
        for plane in planes:
            figure.set_size_inches(10.5, 5)
            places = np.frombuffer(self.codes, "<f4").reshape(-1, 2)[:1000]
            labels, ends = [*self.labels[:1000]], (self.low, self.high)
            stills.plane(plane, places, labels, *ends, self.prior)
            plane.set(xlabel=self.names[0], ylabel=self.names[1], title="places with rings")
            ring = dict(markerfacecolor="white", markeredgecolor="black", clip_on=False)
            plane.plot(*codes.T, "o", markersize=4, **ring)
            ax.set_title("drawn at the rings")

    def _draw_strips(self, figure):
        """Draw a row for each of the dearest dimensions, and one for the cheapest."""
        rows = self.order[:7] + self.order[7:][-1:]
        steps = np.linspace(self.low, self.high, 7)
        codes = self.z + np.eye(len(self.z))[rows, None] * (steps - self.z)
        names = [self.names[i] + ", inactive" * (i in self.inactive) for i in rows]
        values = [stills.short(step) for step in steps[:, rows[0]]]
        ax, codes = figure.subplots(), codes.reshape(7 * len(rows), -1)
        stills.sheet(ax, self.decode(codes), 7, values, names)
        ax.set_xlabel("one dimension at a time, the dearest on top")
        figure.set_size_inches(7, 0.8 + 0.75 * len(rows) * stills.aspect(self.shape))


def _reach(decoder, low, high):
    """Return how far from zero signals come: the root of the sum of squared moves."""
    middle, half = (low + high) / 2, np.diag((high - low) / 2)
    rest = decoder(middle)[0]
    moved = np.abs([decoder(middle + side * half) - rest for side in (-1, 1)]).max(axis=0)
    return 1.05 * float(np.max(np.abs(rest) + np.linalg.norm(moved, axis=0)))


class WalkExplorer(_Explorer):
    """One slider from an image to another: pixel blend, straight and spherical line.

    Args:
        decoder: as for LatentExplorer, but no function.
        images: (2, height, width), the first and the last image.
        codes: (2, latent), their codes.

    The trait `share`, in [0, 1], is how far the walk has come.
    """

    alt = (
        "Eleven steps from one image to another, in three rows: the blend of their pixels, "
        "the straight line between their codes, and the spherical line."
    )
    share = traitlets.Float(0.5, min=0, max=1).tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)

    def __init__(self, decoder, images, codes):
        decoder = Decoder(decoder, np.shape(images)[1:])
        self._images, self._codes = (
            np.asarray(images, "float32"),
            np.asarray(codes, "float32"),
        )
        if len(images) != 2 or np.shape(codes) != (2, decoder.latent_dim):
            wanted, got = (2, decoder.latent_dim), np.shape(codes)
            raise ValueError(
                f"a walk needs 2 images and codes {wanted}, got {len(images)}, {got}"
            )
        super().__init__(decoder, kind="walk", images=_floats(images), codes=_floats(codes))

    def _still(self, figure):
        shares = np.linspace(0, 1, 11)
        blend = [straight(*self._images, share) for share in shares]
        walks = [
            self.decode(np.stack([line(*self._codes, share) for share in shares]))
            for line in (straight, spherical)
        ]
        names = "pixel blend", "straight line", "spherical line"
        ticks = [f"{share:g}" for share in shares.round(1)]
        ax = figure.subplots()
        stills.sheet(ax, np.concatenate([blend, *walks]), len(shares), ticks, names)
        ax.set_xlabel("share of the second image")
        figure.set_size_inches(10, 0.8 + 2.4 * stills.aspect(self.shape))


class SamplingExplorer(_Explorer):
    """One image, its Gaussian, and samples from it: each press draws one more.

    Args:
        decoder: as for LatentExplorer, with two latent dimensions, but no function.
        image: (height, width).
        mean, log_var: (2,), what the encoder says of the image.
        codes, labels: codes of other images (n, 2) to draw on the plane, and their digits.

    The trait `scale` multiplies sigma; `draws` holds the standard normal noise of each
    sample, so that a larger scale moves the same samples outward.
    """

    alt = (
        "The latent plane with the codes of other images and the ellipse of one image's "
        "Gaussian, small among them; the ellipse from close by, with eight samples as "
        "dots; the image, and what the samples decode to."
    )
    scale = traitlets.Float(1.0, min=0, max=3).tag(sync=True)
    draws = traitlets.List().tag(sync=True)
    mean = traitlets.List(traitlets.Float()).tag(sync=True)
    sigma = traitlets.List(traitlets.Float()).tag(sync=True)
    image = traitlets.Bytes().tag(sync=True)

    def __init__(self, decoder, image, mean, log_var, codes=None, labels=()):
        self._mean, self._sigma = np.asarray(mean, float), np.exp(np.asarray(log_var) / 2)
        decoder = Decoder(decoder, np.shape(image))
        shapes = self._mean.shape, self._sigma.shape, (decoder.latent_dim,)
        if {*shapes} != {(2,)}:
            raise ValueError(
                f"mean, log_var and the decoder must have 2 dimensions: {shapes}"
            )
        values = dict(mean=self._mean.tolist(), sigma=self._sigma.tolist())
        values |= dict(image=_floats(image), **_drawn(codes, labels, 2))
        super().__init__(decoder, kind="sampling", **values)

    def _still(self, figure):
        from matplotlib.patches import Ellipse

        figure.set_size_inches(11, 4)
        axes = figure.subplot_mosaic("pci;pcs", height_ratios=(1, 2))
        codes = np.frombuffer(self.codes, "<f4").reshape(-1, 2)
        samples = self._mean + self._sigma * np.random.default_rng(0).normal(size=(8, 2))
        near = 4 * self._sigma.max()
        views = ("p", 0, 3.5), ("c", self._mean, near)
        for name, centre, reach in views:
            ends = np.zeros(2) + centre - reach, np.zeros(2) + centre + reach
            stills.plane(axes[name], codes, [*self.labels], *ends, prior=True)
            for colour, width in (("white", 5), ("black", 2)):
                look = dict(fill=False, color=colour, linewidth=width, zorder=3)
                axes[name].add_patch(Ellipse(self._mean, *(2 * self._sigma), **look))
        axes["c"].plot(*samples.T, "o", color="black", zorder=4)
        axes["p"].set_title("its Gaussian")
        axes["c"].set_title("from close by")
        stills.sheet(axes["i"], np.frombuffer(self.image, "<f4").reshape(1, *self.shape), 1)
        stills.sheet(axes["s"], self.decode(samples), 4)
        axes["i"].set_title("the image")
        axes["s"].set_title("samples")


class GaussianExplorer(_Explorer):
    """Sliders for the mean and sigma of a Gaussian q, and KL(q || N(0, 1)) with its slopes.

    Args:
        mean: start of the mean, in [-4, 4]; like sigma, a trait.
        sigma: start of the standard deviation, in [1e-6, 3].
    """

    mean = traitlets.Float(min=-4, max=4).tag(sync=True)
    sigma = traitlets.Float(min=1e-6, max=3).tag(sync=True)

    def __init__(self, mean=1.0, sigma=0.5):
        super().__init__(kind="gaussian", mean=mean, sigma=sigma)

    @property
    def kl(self):
        """KL(N(mean, sigma^2) || N(0, 1)) in nats."""
        return float(_kl(self.mean, self.sigma))

    @property
    def alt(self):
        return (
            f"Two bell curves: the prior in grey, and q in black with mean {self.mean:.2f} "
            f"and sigma {self.sigma:.2g}. Their KL divergence in red, over the mean and "
            f"over sigma, lowest at 0 and at 1; a dot stands at {self.kl:.3f} nats."
        )

    def _still(self, figure):
        figure.set_size_inches(10.5, 3.2)
        bells, over_mean, over_sigma = figure.subplots(1, 3)
        widths = np.linspace(-8, 8, 321)  # in sigmas: there are points in every bell
        for mean, sigma, colour in ((0, 1, PRIOR), (self.mean, self.sigma, "black")):
            x = np.clip(mean + sigma * widths, -5, 5)
            heights = np.exp(-(((x - mean) / sigma) ** 2) / 2) / sigma / (2 * np.pi) ** 0.5
            stills.chart(bells, "prior (grey) and q (black)", x, {colour: heights})
        bells.set(xlim=(-5, 5), ylim=(0, 1.2), xlabel="z")
        title = f"KL {self.kl:.3f} nats"
        here, means, sigmas = self.kl, np.linspace(-4, 4, 200), np.geomspace(1e-6, 3, 200)
        slope = (self.sigma**2 - 1) * np.log(sigmas / self.sigma)  # along log sigma
        curves = {
            KL: _kl(means, self.sigma),
            "black": here + self.mean * (means - self.mean),
        }
        stills.chart(over_mean, title, means, curves, (self.mean, here))
        curves = {KL: _kl(self.mean, sigmas), "black": here + slope}
        stills.chart(over_sigma, title, sigmas, curves, (self.sigma, here))
        over_mean.set(ylim=(0, 22), xlabel="mean", ylabel="nats")
        over_sigma.set(ylim=(0, 22), xlabel="sigma", xscale="log")


class Playground(_Explorer):
    """A small VAE, 64-48-2-48-64, that learns scikit-learn's digits in the browser.

    It rests until somebody presses play.

    Args:
        reconstruction, beta: weights of both prices, up to 2 and 30; all four are traits.
        held: whether sigma is held at 1.
        seed: of the first weights, the noise and the order of the images.
    """

    alt = (
        "Digits of 8 x 8 pixels that a small VAE is to learn. Before it has learned "
        "anything, the codes of all lie in one heap, and what it decodes is grey."
    )
    images = traitlets.Bytes().tag(sync=True)
    reconstruction = traitlets.Float(min=0, max=2).tag(sync=True)
    beta = traitlets.Float(min=0, max=30).tag(sync=True)
    held = traitlets.Bool().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)

    def __init__(self, reconstruction=1.0, beta=1.0, held=False, seed=0):
        from sklearn.datasets import load_digits

        digits, draw = load_digits(), np.random.default_rng(seed).uniform
        data = dict(images=digits.images, labels=digits.target)
        values = {name: np.uint8(array).tobytes() for name, array in data.items()}
        values |= dict(reconstruction=reconstruction, beta=beta, held=held, seed=seed)
        super().__init__(kind="playground", **values)
        ends = [np.sqrt(6 / sum(s)) if len(s) == 2 else 0 for s in SHAPES]  # as in Keras
        pairs = zip(ends, SHAPES, strict=True)
        self.set_weights([draw(-end, end, shape) for end, shape in pairs])

    def get_weights(self):
        """Return what was learned until the last pause: arrays, as Keras orders them."""
        starts = np.cumsum([np.prod(shape) for shape in SHAPES])[:-1]
        arrays = np.split(np.frombuffer(self.weights, "<f4"), starts)
        return [array.reshape(s) for array, s in zip(arrays, SHAPES, strict=True)]

    def set_weights(self, arrays):
        """Begin anew at such arrays: of the encoder, then of the decoder."""
        shapes = [np.shape(array) for array in arrays]
        if shapes != SHAPES:
            raise ValueError(f"weights must have the shapes {SHAPES}, got {shapes}")
        self.weights = _floats(np.concatenate([np.ravel(array) for array in arrays]))

    def _still(self, figure):
        """Draw digits, and what the first weights make of them and of the prior."""
        figure.set_size_inches(10.5, 4)
        digits, plane, decoded = figure.subplots(1, 3)
        kernel, bias, to_mean, mean_bias, _, _, *decoder = self.get_weights()
        images = np.frombuffer(self.images, "uint8").reshape(-1, 64) / 16
        codes = _leaky(images[:600] @ kernel + bias) @ to_mean + mean_bias
        labels, reach = np.frombuffer(self.labels, "uint8")[:600], np.abs(codes).max() + 0.3
        stills.sheet(digits, images[:25].reshape(-1, 8, 8), 5)
        stills.plane(plane, codes, labels, [-reach] * 2, [reach] * 2, prior=True)
        z = np.stack(np.meshgrid(QUANTILES, QUANTILES[::-1]), axis=-1).reshape(-1, 2)
        logits = _leaky(z @ decoder[0] + decoder[1]) @ decoder[2] + decoder[3]
        stills.sheet(decoded, (1 / (1 + np.exp(-logits))).reshape(-1, 8, 8), 7)
        digits.set_title("digits to learn")
        plane.set_title("their codes before training")
        decoded.set_title("what it draws")


def _drawn(codes, labels, latent_dim):
    """Return codes and the digits that they are drawn as, for the browser."""
    codes = np.zeros((0, latent_dim)) if codes is None else codes
    count = np.size(labels) or len(codes)
    if np.shape(codes) != (count, latent_dim) or not {*labels} <= {*range(10)}:
        got = f"{np.shape(codes)} and {np.shape(labels)}"
        raise ValueError(f"codes (n, {latent_dim}) need n labels from 0 to 9, got {got}")
    return dict(codes=_floats(codes), labels=np.uint8(labels).tobytes())


def _kl(mean, sigma):
    return 0.5 * (sigma**2 + mean**2 - 1 - np.log(sigma**2))


def _leaky(x):
    return np.maximum(x, x / 10)


def _floats(values):
    return np.asarray(values, "<f4").tobytes()
