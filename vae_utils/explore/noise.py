"""The explorer of the reparameterisation trick: the same noise, whatever mean and sigma."""

import numpy as np
import traitlets

from vae_utils.explore.widgets import _Explorer
from vae_utils.pictures import PRIOR, RECONSTRUCTION

GOAL = 3  # where the loss (z - 3)^2 is lowest
STEP = 0.1  # by how much mean or sigma is raised for a difference quotient


class NoiseExplorer(_Explorer):
    """Fifty draws z = mean + sigma * noise, losses (z - 3)^2, and their slopes.

    The noise is held fast while mean and sigma move: all three are traits.

    Args:
        mean: start of the mean, in [0, 6].
        sigma: start of the standard deviation, in [0, 1].
    """

    mean = traitlets.Float(min=0, max=6).tag(sync=True)
    sigma = traitlets.Float(min=0, max=1).tag(sync=True)
    noise = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, mean=1.0, sigma=0.5):
        noise = np.random.default_rng(1).normal(size=50).tolist()
        super().__init__(kind="noise", mean=mean, sigma=sigma, noise=noise)

    @property
    def z(self):
        """The codes, (50,)."""
        return self.mean + self.sigma * np.array(self.noise)

    @property
    def slopes(self):
        """Derivatives of each draw's loss by mean and by sigma, (2, 50)."""
        return 2 * (self.z - GOAL) * np.stack([np.ones(len(self.noise)), self.noise])

    def quotients(self, count, seed=0):
        """Difference quotients by mean and sigma, (2, count): each loss has new noise."""
        noise = np.random.default_rng(seed).normal(size=(2, 2, count, len(self.noise)))
        steps = STEP * np.eye(2)[:, :, None, None]  # one of both is raised
        raised = self.mean + steps[:, 0] + (self.sigma + steps[:, 1]) * noise[0]
        here = self.mean + self.sigma * noise[1]
        return np.mean((raised - GOAL) ** 2 - (here - GOAL) ** 2, axis=-1) / STEP

    @property
    def alt(self):
        by_mean, by_sigma = self.slopes.mean(axis=1)
        return (
            f"Fifty threads run from noise to codes around {self.mean:g} and on to a curve "
            "of losses, lowest at 3. Arrows: slopes of single draws, and their averages, "
            f"{by_mean:.2f} along the mean, {by_sigma:.2f} along sigma. Ticks: slopes with "
            "new noise for each loss, scattered widely."
        )

    def _still(self, figure):
        figure.set_size_inches(11, 5)
        threads, by_mean, by_sigma = figure.subplots(1, 3, width_ratios=(2.2, 1, 1))
        anew = self.quotients(20)
        self._draw_threads(threads)
        by_mean.set_ylabel("noise $\\varepsilon$", y=0.7, color=PRIOR)
        self._draw_slopes(by_mean, "mean", self.slopes[0], anew[0])
        self._draw_slopes(by_sigma, "sigma", self.slopes[1], anew[1])

    def _draw_threads(self, ax):
        """Draw noise on the left, codes in the middle, losses on the right."""
        codes, curve = self.z, np.linspace(-2, 8, 200)
        starts, losses = GOAL + 5 / 3 * np.array(self.noise), (codes - GOAL) ** 2
        threads = [np.full(50, -25), np.zeros(50), losses], [starts, codes, codes]
        ax.plot(*threads, color="#222222", linewidth=0.7, alpha=0.5)
        ax.plot((curve - GOAL) ** 2, curve, color=RECONSTRUCTION)
        ax.plot(losses, codes, "o", color=RECONSTRUCTION, markersize=4)
        ax.plot([0, 0], [self.mean, self.mean + self.sigma], color="black", linewidth=6)
        look = dict(xytext=(-8.5, 4.8), ha="center", arrowprops={"arrowstyle": "-"})
        ax.annotate("mean to\nmean + sigma", (0, self.mean + self.sigma / 2), **look)
        ax.axvline(0, color="black", linewidth=1)
        for tick in (0, 2, 4, 6):
            ax.text(-0.5, tick, tick, ha="right", va="center")
        for x, name, colour in (
            (-25, "noise $\\varepsilon$", PRIOR),
            (0, "code $z$", "black"),
            (17, "loss $(z-3)^2$", RECONSTRUCTION),
        ):
            ax.text(x, 8.2, name, color=colour, ha="center")
        ticks = range(-3, 4)
        ax.set_yticks(
            [GOAL + 5 / 3 * tick for tick in ticks], [f"${tick}$" for tick in ticks]
        )
        ax.set(xlim=(-25, 25), ylim=(-2, 8), xticks=(0, 10, 20))

    def _draw_slopes(self, ax, name, slopes, anew):
        """Draw a slope for each draw, at the height of its noise, and both averages."""
        averages = (slopes.mean(), -4, "noise held"), (anew[0], -5.7, "noise anew")
        arrows = [(slope, at, 0.02) for slope, at in zip(slopes, self.noise, strict=True)]
        for slope, height, width in arrows + [(s, y - 0.6, 0.15) for s, y, _ in averages]:
            end = np.clip(slope, -19, 19)
            head = dict(
                head_width=0.1 + 3 * width, head_length=min(abs(end), 0.4 + 6 * width)
            )
            look = dict(color="#222222", linewidth=0, length_includes_head=True)
            ax.arrow(0, height, end, 0, width=width, **head, **look)
        for slope, height, text in averages:
            ax.text(-1, height, text, ha="right")
            ax.text(1, height, f"${slope:.2f}$")
        ax.plot(anew, np.full(len(anew), -6.8), "|", color="#222222", markersize=8)
        ax.axvline(0, color="black", linewidth=1)
        ax.set(xlim=(-19.5, 19.5), ylim=(-7.2, 3), yticks=(-2, 0, 2), xticks=(-10, 0, 10))
        ax.set(xlabel=f"slope along {name}")
