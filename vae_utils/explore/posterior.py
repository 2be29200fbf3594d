"""The explorer of the bound: the posterior of an image, and a Gaussian q to fit to it."""

import numpy as np
import traitlets

from vae_utils.bounds import grid_bound
from vae_utils.explore.decoder import Decoder
from vae_utils.explore.widgets import _Explorer, _floats, _kl
from vae_utils.pictures import KL, RECONSTRUCTION

STEP = 0.05  # nats: how finely the browser knows log p(x, z), down to 3,276 below its peak
GRID = dict(width_ratios=[1, 2.4], height_ratios=[2, 2, 1.2])


class PosteriorExplorer(_Explorer):
    """The posterior of one image on the plane, and an ellipse q: drag it, stretch it.

    The bound for this q is computed from the grid, in the browser, and so is its distance
    from the exact log p(x).

    Args:
        decoder: a Keras decoder of two latent dimensions.
        images: (n, height, width), a few, of which one is shown.
        surfaces: (n, side, side), log p(x, z) of each, as `grid_bound` takes it.
        ticks: (side,), the places of the grid, evenly spaced around 0.
        gaussians: dict from a name to mean and sigma, (n, 2) each, for a button; the first
            is where q starts.

    The traits `index`, `mean` and `sigma` say which image is shown, and q.
    """

    alt = (
        "The posterior of one image on the latent plane, in grey, and the ellipses of one, "
        "two and three sigmas of a Gaussian q; beside them the image, and what is decoded "
        "from the middle of q. Below, two bars: what the image costs with this q, "
        "reconstruction and KL divergence, and what it costs exactly."
    )
    index = traitlets.Int().tag(sync=True)
    mean = traitlets.List(traitlets.Float()).tag(sync=True)
    sigma = traitlets.List(traitlets.Float()).tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)
    depths = traitlets.Bytes().tag(sync=True)  # below the peak, in steps
    peaks = traitlets.List().tag(sync=True)
    exact = traitlets.List().tag(sync=True)  # log p(x)
    ticks = traitlets.List().tag(sync=True)
    views = traitlets.List().tag(sync=True)  # of each image: left, bottom, right, top
    gaussians = traitlets.List().tag(sync=True)

    def __init__(self, decoder, images, surfaces, ticks, gaussians):
        decoder, ticks = Decoder(decoder, np.shape(images)[1:]), np.asarray(ticks, float)
        given = [part for pair in gaussians.values() for part in pair]
        shapes = {np.shape(part) for part in given} | {(len(surfaces), decoder.latent_dim)}
        if shapes != {(len(images), 2)} or np.shape(surfaces)[1:] != (len(ticks),) * 2:
            got = f"{shapes}, surfaces {np.shape(surfaces)}, {len(ticks)} ticks"
            raise ValueError(f"{len(images)} images need as much of all else, got {got}")
        step = ticks[1] - ticks[0]
        pairs = {n: (m, np.clip(s, step / 2, 1)) for n, (m, s) in gaussians.items()}
        mean, sigma = next(iter(pairs.values()))
        views = [around(*each, ticks) for each in zip(surfaces, mean, sigma, strict=True)]
        inside = np.abs(ticks) <= np.abs(views).max() + 0.5  # nobody drags q further
        self.ticks_inside = ticks[inside]
        self.surfaces = np.asarray(surfaces)[:, inside][:, :, inside]
        peaks = self.surfaces.max(axis=(1, 2))
        depths = np.minimum((peaks[:, None, None] - self.surfaces) / STEP, 65535)
        mass = np.exp(surfaces - peaks[:, None, None]).sum(axis=(1, 2))
        super().__init__(
            decoder,
            kind="posterior",
            images=_floats(images),
            depths=np.round(depths).astype("<u2").tobytes(),
            peaks=peaks.tolist(),
            exact=(peaks + np.log(mass) + 2 * np.log(step)).tolist(),
            ticks=self.ticks_inside.tolist(),
            views=views,
            gaussians=[[n, np.hstack(pair).tolist()] for n, pair in pairs.items()],
            mean=np.asarray(mean)[0].tolist(),
            sigma=sigma[0].tolist(),
        )

    @property
    def prices(self):
        """What the image costs with this q: reconstruction and KL divergence, in nats."""
        mean, sigma = np.array(self.mean), np.array(self.sigma)
        kl = float(np.sum(_kl(mean, sigma)))
        q = self.ticks_inside, mean[None], sigma[None]
        return -float(grid_bound(self.surfaces[self.index], *q)[0]) - kl, kl

    @property
    def gap(self):
        """How many nats the bound lies below the exact log p(x): KL(q || posterior)."""
        return self.exact[self.index] + sum(self.prices)

    def _still(self, figure):
        figure.set_size_inches(8, 6.2)
        axes = figure.subplot_mosaic("ip;dp;$$", **GRID)
        image = np.frombuffer(self.images, "<f4").reshape(-1, *self.shape)[self.index]
        decoded = self.decode([self.mean])[0]
        titles = dict(i="the image", d="decoded from the middle")
        for (name, title), pixels in zip(titles.items(), (image, decoded), strict=True):
            axes[name].imshow(pixels, cmap="gray_r", vmin=0, vmax=1)
            axes[name].set(xticks=[], yticks=[], title=title)
        surface, view = self.surfaces[self.index], self.views[self.index]
        draw_posterior(axes["p"], surface, self.ticks_inside, self.mean, self.sigma, view)
        axes["p"].set(title="posterior (grey) and q", xlabel="$z_1$", ylabel="$z_2$")
        prices, exact = self.prices, -self.exact[self.index]
        for row, (bill, colours) in enumerate(
            ((prices, [RECONSTRUCTION, KL]), ((exact, self.gap), ["#222222", "#bbbbbb"]))
        ):
            axes["$"].barh(row, bill, 0.6, (0, bill[0]), color=colours)
            text = f"  {bill[0]:.1f} + {bill[1]:.1f}"
            axes["$"].text(sum(prices), row, text, va="center")
        axes["$"].set_yticks((0, 1), ("this q", "exact + gap"))
        axes["$"].set(xlabel="nats", ylim=(1.5, -0.5), xlim=(0, 1.2 * sum(prices)))


def draw_posterior(ax, surface, ticks, mean, sigma, view):
    """Draw p(z | x) in grey, and the ellipses of one, two and three sigmas of q."""
    from matplotlib.patches import Ellipse

    shade, ends = np.exp((surface - surface.max()) / 2), (ticks[0], ticks[-1])
    look = dict(cmap="Greys", vmin=0, vmax=1.3, interpolation="bilinear", origin="lower")
    ax.imshow(shade, extent=ends * 2, **look)
    for count in (3, 2, 1):
        for colour, width in (("white", 4), ("black", 2 if count == 1 else 1)):
            size = 2 * count * np.asarray(sigma)
            oval = Ellipse(mean, *size, fill=False, color=colour, linewidth=width)
            ax.add_patch(oval)
    left, bottom, right, top = view
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")


def around(surface, mean, sigma, ticks):
    """Return a square around nearly all of a posterior, and the ellipse of q."""
    up, across = np.nonzero(surface > surface.max() - 7)
    places = np.stack([ticks[across], ticks[up]], axis=1)
    places = np.vstack([places, mean - 3 * sigma, mean + 3 * sigma])
    low, high = places.min(axis=0), places.max(axis=0)
    middle, half = (low + high) / 2, 0.6 * max(high - low)
    return [*(middle - half).tolist(), *(middle + half).tolist()]
