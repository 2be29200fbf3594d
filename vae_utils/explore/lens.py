"""One Gaussian under a lens."""

import numpy as np
import traitlets

from vae_utils.explore.widgets import _drawn, _Explorer, _floats


class Lens(_Explorer):
    """A slider magnifies the map around one code, until the ellipse of its sigma shows.

    Args:
        mean, sigma: (n, 2) arrays, the Gaussians of n images.
        labels: (n,) integers 0..9, their digits.
        index: of the code in the middle.

    The trait `factor` is how many times the map is magnified.
    """

    alt = (
        "Three windows around one code, each with a bar for scale. The map shows fans of "
        "digits; enlarged, few or none but its own; enlarged far more, one lonely ellipse."
    )
    factor = traitlets.Float(1.0, min=1).tag(sync=True)
    most = traitlets.Float().tag(sync=True)
    reach = traitlets.Float().tag(sync=True)
    sigma = traitlets.Bytes().tag(sync=True)
    centre = traitlets.Int().tag(sync=True)

    def __init__(self, mean, sigma, labels, index):
        away = np.asarray(mean, float) - mean[index]  # before they are rounded
        reach = float(np.quantile(np.abs(away), 0.995))
        most = reach / (4 * float(np.mean(sigma[index])))
        given = dict(reach=reach, most=most, sigma=_floats(sigma), centre=int(index))
        self._gaussians = away, np.asarray(sigma), np.asarray(labels)
        super().__init__(kind="lens", **given, **_drawn(away, labels, 2))

    def _still(self, figure):
        from vae_utils.plots import latent_ellipses, latent_map

        away, sigma, labels = self._gaussians
        figure.set_size_inches(10, 3.6)
        panels = figure.subplots(1, 3)
        for ax, factor in zip(panels, self.most ** np.array([0, 0.5, 1]), strict=True):
            window = self.reach / factor
            seen = np.abs(away).max(axis=1) < 0.96 * window  # none is cut at the edges
            latent_ellipses(away[seen], sigma[seen], labels[seen], ax)
            ax.set_adjustable("box")
            latent_map(away[seen], labels[seen], ax=ax, window=(-window, window) * 2)
            title = f"about {float(f'{factor:.0e}'):,.0f} times larger"
            ax.set(xticks=[], yticks=[], ylabel="", title=title)
            ax.spines[:].set_visible(True)
            bar, end = float(f"{window / 2:.0e}"), 0.9 * window
            ax.plot([end - bar, end], [-end, -end], color="black", linewidth=4, zorder=7)
            ax.text(end - bar / 2, -0.82 * window, f"{bar:g}", ha="center")
        for ax in panels[:2]:
            ax.plot(0, 0, "o", color="black", fillstyle="none", markersize=25, zorder=7)
        panels[0].set(title="the map", ylabel="$z_2$")
