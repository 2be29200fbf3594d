"""Films of trainings, on one clock."""

import numpy as np
import traitlets

from vae_utils.explore.stills import short
from vae_utils.explore.widgets import _drawn, _Explorer


class Film(_Explorer):
    """Films of trainings: where codes go, how wide their Gaussians are, what it costs.

    It rests until somebody presses play or moves its slider. Each map shows all codes of
    its moment, and a circle of radius 3 for scale.

    Args:
        films: dict from a title to a film of n images, as `fit(..., film=images)` returns
            it under "film"; the codes must have two dimensions.
        labels: (n,) integers 0..9, the digits of the images.
        alt: what the standing picture shows: each film at its start, middle and end.

    The trait `epoch` is how far the trainings have come.
    """

    epoch = traitlets.Float(min=0).tag(sync=True)
    facts = traitlets.List().tag(sync=True)

    def __init__(self, films, labels, alt):
        self.films, self.alt = films, alt
        (drawn,) = {_drawn(f["mean"][0], labels, 2)["labels"] for f in films.values()}
        names = ("epoch", "reconstruction", "kl")
        facts = [
            {n: film[n].astype(float).round(4).tolist() for n in names if n in film}
            | {"title": title, "gaussian": "log_sigma" in film}
            for title, film in films.items()
        ]
        parts = [
            np.asarray(film[name], "<f2").tobytes()
            for film in films.values()
            for name in ("mean", "log_sigma")
            if name in film
        ]
        super().__init__(kind="film", facts=facts, codes=b"".join(parts), labels=drawn)

    def _still(self, figure):
        from vae_utils.plots import draw_circle, latent_ellipses, latent_map, square_around

        rows, labels = len(self.films), np.frombuffer(self.labels, "uint8")
        longest = max(film["epoch"][-1] for film in self.films.values())
        circle = [(-3.2, -3.2), (3.2, 3.2)]  # it stays in sight
        figure.set_size_inches(9, 3.3 * rows)
        axes = figure.subplots(rows, 3, squeeze=False)
        for row, (name, film) in zip(axes, self.films.items(), strict=True):
            epochs = film["epoch"]
            middle = np.searchsorted(epochs[:-1], longest / 8)  # most happens early
            for ax, index in zip(row, (0, middle, -1), strict=True):
                when = "end, epoch" if index < 0 else "epoch"
                title = f"{when} {round(float(epochs[index]), 1):g}"
                mean = film["mean"][index].astype(float)
                if "log_sigma" in film:
                    sigma = np.exp(film["log_sigma"][index].astype(float))
                    latent_ellipses(mean[:10], sigma[:10], labels[:10], ax)
                    ax.set_adjustable("box")
                    title += f"\nmedian sigma {short(np.median(sigma))}"
                window = square_around(np.vstack([mean, circle]))
                latent_map(mean[::rows], labels[::rows], ax=ax, window=window)
                draw_circle(ax)
                ax.set(title=title, ylabel="")
            row[0].set(ylabel=f"{name}\n$z_2$" if rows > 1 else "$z_2$")
