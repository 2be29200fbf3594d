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
    """The posterior of one image on the plane, and an ellipse q to drag and to stretch.

    The browser sums up the bound for this q, and its distance from log p(x), on the grid.
    The traits `index`, `mean` and `sigma` say which image is shown, and q.

    Args:
        decoder, images: of two latent dimensions; a few images (n, height, width).
        surfaces, ticks: (n, side, side) and (side,), as `grid_bound` takes them.
        gaussians: dict from a name, for a button, to mean and sigma, (n, 2) each.
    """

    alt = (
        "The posterior of one image on the latent plane, in grey, and the ellipses of one, "
        "two and three sigmas of a Gaussian q; beside them the image, and what is decoded "
        "from the middle of q. Below, two bars: what the image costs with this q, "
        "reconstruction and KL divergence, and what it costs exactly, with the gap hatched."
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
        decoder, surfaces = Decoder(decoder, np.shape(images)[1:]), np.asarray(surfaces)
        step, wanted = ticks[1] - ticks[0], (len(images), len(ticks), len(ticks))
        if surfaces.shape != wanted:
            raise ValueError(f"surfaces must have the shape {wanted}, got {surfaces.shape}")
        pairs = {n: (m, np.clip(s, step / 2, 1)) for n, (m, s) in gaussians.items()}
        mean, sigma = next(iter(pairs.values()))
        peaks = surfaces.max(axis=(1, 2), keepdims=True)
        mass = np.exp(surfaces - peaks).sum(axis=(1, 2)) * step**2
        views = [around(*x, ticks) for x in zip(surfaces, mean, sigma, strict=True)]
        inside = np.abs(ticks) <= np.abs(views).max() + 0.5  # nobody drags q further
        self.surfaces = surfaces[:, inside][:, :, inside]
        depths = np.minimum((peaks - self.surfaces) / STEP, 65535)
        super().__init__(
            decoder,
            kind="posterior",
            images=_floats(images),
            depths=np.round(depths).astype("<u2").tobytes(),
            peaks=peaks.ravel().tolist(),
            exact=(peaks.ravel() + np.log(mass)).tolist(),
            ticks=np.asarray(ticks)[inside].tolist(),
            views=views,
            gaussians=[[name, np.hstack(pair).tolist()] for name, pair in pairs.items()],
            mean=np.asarray(mean)[0].tolist(),
            sigma=sigma[0].tolist(),
        )

    @property
    def prices(self):
        """What the image costs with this q: reconstruction and KL divergence, in nats."""
        kl = float(np.sum(_kl(np.array(self.mean), np.array(self.sigma))))
        q = np.array(self.ticks), [self.mean], [self.sigma]
        return -float(grid_bound(self.surfaces[self.index], *q)[0]) - kl, kl

    def _still(self, figure):
        figure.set_size_inches(8, 6.2)
        axes, shown = figure.subplot_mosaic("ip;dp;$$", **GRID), self.index
        image = np.frombuffer(self.images, "<f4").reshape(-1, *self.shape)[shown]
        pictures = dict(image=image, decoded=self.decode([self.mean])[0])
        for title, pixels in pictures.items():
            axes[title[0]].imshow(pixels, cmap="gray_r", vmin=0, vmax=1)
            axes[title[0]].set(xticks=[], yticks=[], title=title)
        q = np.array(self.ticks), self.mean, self.sigma
        draw_posterior(axes["p"], self.surfaces[shown], *q, self.views[shown])
        axes["p"].set(title="posterior (grey) and q", xlabel="$z_1$", ylabel="$z_2$")
        total, exact = sum(self.prices), -self.exact[shown]
        rows = (
            (self.prices, [RECONSTRUCTION, KL]),
            ((exact, total - exact), ["#222222", "white"]),
        )
        for row, (bill, colours) in enumerate(rows):
            hatch = (None, "////" if row else None)
            look = dict(color=colours, edgecolor="#222222", linewidth=0, hatch=hatch)
            axes["$"].barh((row, row), bill, 0.6, (0, bill[0]), **look)
            axes["$"].text(total, row, f"  {bill[0]:.1f} + {bill[1]:.1f}", va="center")
        axes["$"].set_yticks((0, 1), ("this q", "exact, and gap"))
        axes["$"].set(xlabel="nats", ylim=(1.5, -0.5), xlim=(0, 1.2 * total))


def draw_posterior(ax, surface, ticks, mean, sigma, view):
    """Draw p(z | x) in grey, and the ellipses of one, two and three sigmas of q."""
    from matplotlib.patches import Ellipse

    look = dict(cmap="Greys", vmax=1.3, interpolation="bilinear", origin="lower")
    ends = (ticks[0], ticks[-1]) * 2
    ax.imshow(np.exp((surface - surface.max()) / 2), extent=ends, **look)
    for count, black in ((3, 1), (2, 1), (1, 2)):
        for colour, width in (("white", black + 3), ("black", black)):
            look = dict(fill=False, color=colour, linewidth=width)
            ax.add_patch(Ellipse(mean, *(2 * count * np.asarray(sigma)), **look))
    ax.set(xlim=view[::2], ylim=view[1::2], aspect="equal")


def around(surface, mean, sigma, ticks):
    """Return left, bottom, right, top of a square around nearly all of posterior and q."""
    up, across = np.nonzero(surface > surface.max() - 7)
    places = np.stack([ticks[across], ticks[up]], axis=1)
    places = np.vstack([places, mean - 3 * sigma, mean + 3 * sigma])
    low, high = places.min(axis=0), places.max(axis=0)
    middle, half = (low + high) / 2, 0.6 * max(high - low)
    return [*(middle - half).tolist(), *(middle + half).tolist()]
