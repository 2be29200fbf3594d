"""The beta explorer: trained VAEs that differ in beta, passed through with one slider."""

import numpy as np
import traitlets

from vae_utils.explore.widgets import _Explorer, _floats
from vae_utils.pictures import KL, RECONSTRUCTION, mosaic


class BetaExplorer(_Explorer):
    """Maps, copies and prices of VAEs that differ in beta, with a slider over beta.

    Between two trainings the map passes from one to the other; copies stay those of the
    nearest. Maps are swapped and mirrored along their axes, so that each lies like its
    neighbour: neither price notices.

    Args:
        betas: (n,) in growing order.
        reconstruction, kl: (n,) each, nats per image.
        mean, sigma: (n, m, 2), the Gaussians of the same m images under each model.
        labels: (m,) integers 0..9, the digits of these images.
        images: (1 + n, k, 28, 28), images, and their copies by each model.
        beta: where the slider starts; a trait, in the range of the betas.
        marks: dict from a name to a beta, to choose from; beyond the range an end is shown.
    """

    alt = (
        "Three maps of ellipses on one scale, for a small, a middle and a large beta, with "
        "the prior's circles: small ellipses, some beyond them; larger ones within; large "
        "ones upon one another. Below, the reconstruction's price over the KL divergence "
        "falls steeply at first, then hardly; through each of the three points goes a "
        "straight line of slope minus beta."
    )
    betas = traitlets.List(traitlets.Float()).tag(sync=True)
    reconstruction = traitlets.List(traitlets.Float()).tag(sync=True)
    kl = traitlets.List(traitlets.Float()).tag(sync=True)
    mean = traitlets.Bytes().tag(sync=True)
    log_sigma = traitlets.Bytes().tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)
    beta = traitlets.Float().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)

    def __init__(
        self, betas, reconstruction, kl, mean, sigma, labels, images, beta=1.0, marks=()
    ):
        lengths = {len(x) for x in (betas, reconstruction, kl, mean, sigma, images[1:])}
        shapes = np.shape(mean), np.shape(sigma), (len(betas), len(labels), 2)
        if len(lengths) > 1 or len({*shapes}) > 1 or np.any(np.diff(betas) <= 0):
            raise ValueError(
                f"{len(betas)} betas, which must grow, need as many prices, Gaussians and "
                f"copies, and each Gaussian a label: got lengths {lengths}, shapes {shapes}"
            )
        start = int(np.argmin(np.abs(np.log(betas))))
        self.maps = aligned(mean, sigma, start)
        strips = [mosaic(np.asarray(row), len(row)) for row in images]
        super().__init__(
            kind="betas",
            shape=strips[0].shape,
            betas=list(betas),
            reconstruction=list(reconstruction),
            kl=list(kl),
            mean=_floats(self.maps[0]),
            log_sigma=_floats(np.log(self.maps[1])),
            labels=np.uint8(labels).tobytes(),
            images=np.uint8(np.round(255 * np.array(strips))).tobytes(),
            beta=beta,
            marks={name: float(value) for name, value in dict(marks).items()},
        )

    @traitlets.validate("beta")
    def _is_in_range(self, proposal):
        return min(max(proposal.value, self.betas[0]), self.betas[-1])

    def _still(self, figure, shown=(0.1, 1, 10)):
        """Draw the maps of three betas above the curve of prices, with its tangents."""
        from vae_utils.plots import draw_circle, latent_ellipses, write_names

        places = [int(np.argmin(np.abs(np.log(self.betas) - np.log(x)))) for x in shown]
        figure.set_size_inches(10, 7.2)
        axes = figure.subplot_mosaic([[*"abc"], [*"ddd"]], height_ratios=(1.25, 1))
        labels = np.frombuffer(self.labels, "uint8")
        for place, ax in zip(places, map(axes.get, "abc"), strict=True):
            mean, sigma = (x[place] for x in self.maps)
            latent_ellipses(mean, sigma, labels, ax)
            for radius in (1, 2, 3):
                draw_circle(ax, radius)
            ax.set_adjustable("box")
            ends = dict(xlim=(-4.5, 4.5), ylim=(-4.5, 4.5))
            ax.set(title=rf"$\beta$ = {self.betas[place]:g}", **ends)
            write_names(ax, mean, labels)
        self._draw_prices(axes["d"], places)

    def _draw_prices(self, ax, tangents):
        ax.plot(self.kl, self.reconstruction, "o-", color="black", linewidth=1)
        for beta, *point in zip(self.betas, self.kl, self.reconstruction, strict=True):
            look = dict(ha="right", va="top", textcoords="offset points")  # off the lines
            ax.annotate(f"{beta:g}", point, (-3, -3), **look)
        low, high = min(self.reconstruction), max(self.reconstruction)
        for place in tangents:
            x, y, slope = self.kl[place], self.reconstruction[place], self.betas[place]
            reach = min(1.5, 0.15 * (high - low) / slope)
            ends = np.array([-reach, reach])
            ax.plot(x + ends, y - slope * ends, "--", color="black", linewidth=1.5)
            ax.plot(x, y, "o", color="black", markersize=9)
        ax.set(ylim=(low - 0.2 * (high - low), None))
        ax.set_xlabel("KL divergence, nats per image", color=KL)
        ax.set_ylabel("reconstruction, nats", color=RECONSTRUCTION)


def aligned(mean, sigma, start):
    """Swap and mirror the axes of maps (n, m, 2), so that each lies like its neighbour.

    Of the eight ways, each takes the one that brings its means nearest to those of the
    neighbour on the side of `start`, which stays as it is.
    """
    mean, sigma = np.array(mean), np.array(sigma)
    outward = [(k, k - 1) for k in range(start + 1, len(mean))]
    for here, beside in outward + [(k, k + 1) for k in reversed(range(start))]:
        product = mean[here].T @ mean[beside]
        if np.trace(np.abs(product[::-1])) > np.trace(np.abs(product)):
            mean[here], sigma[here] = (
                mean[here, :, ::-1].copy(),
                sigma[here, :, ::-1].copy(),
            )
            product = product[::-1]
        mean[here] *= np.where(np.diag(product) < 0, -1, 1)
    return mean, sigma
