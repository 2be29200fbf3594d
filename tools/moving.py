"""Make the moving picture of README.md: python -m tools.moving

It shows the three trainings of lesson 08 on MNIST, on one clock: means, and a few ellipses.
"""

import io
import os

import numpy as np
from PIL import Image

from tools.lessons import ROOT, environment

PATH, MOST = ROOT / "moving.webp", 1_500_000  # bytes
FEW = 30  # ellipses
TITLES = (
    "Reconstruction alone scatters",
    "The KL divergence alone piles up",
    "Both: in order, inside the circle",
)


def films():
    """Return the films of lesson 08, and the digits that are seen in them."""
    os.environ.update(environment("mnist"))
    from vae_utils.data import load_digits
    from vae_utils.models import build_autoencoder, build_vae
    from vae_utils.training import fit

    digits = load_digits()
    models = {
        build_autoencoder(2, 0): 6,
        build_vae(2, 0, reconstruction_weight=0.0): 2,
        build_vae(2, 0): 6,
    }
    images, few = (digits.train_images, digits.test_images), digits.test_images[:300]
    made = [fit(m, *images, n, seed=0, film=few)["film"] for m, n in models.items()]
    return made, digits.test_labels[:300]


def at(film, name, epoch):
    """Return what a film holds at an epoch, between its frames or after its last one."""
    values = film[name].astype(float)
    place = np.interp(epoch, film["epoch"], np.arange(len(values)))
    first = int(place)
    last = min(first + 1, len(values) - 1)
    return values[first] + (place - first) * (values[last] - values[first])


def with_view(film):
    """Return a film with the square that each frame needs."""
    codes = film["mean"].astype(float)
    low, high = np.minimum(codes.min(axis=1), -3), np.maximum(codes.max(axis=1), 3)
    half = 0.54 * (high - low).max(axis=1)
    view = np.column_stack([(low + high) / 2, half])
    padded = np.pad(view, [(3, 3), (0, 0)], mode="edge")  # evened out, so that it glides
    view = np.mean([padded[k : k + len(view)] for k in range(7)], axis=0)
    return {**film, "view": view}


def frame(films, labels, epoch):
    """Return the three maps at an epoch as a PIL image."""
    from vae_utils.plots import draw_circle, latent_ellipses, latent_map, plt

    figure, axes = plt.subplots(1, 3, figsize=(10, 3.9), layout="none")  # nothing jumps
    figure.subplots_adjust(0.058, 0.12, 0.995, 0.92, 0.16)
    for ax, title, film in zip(axes, TITLES, films, strict=True):
        mean = at(film, "mean", epoch)
        if "log_sigma" in film:
            sigma = np.exp(at(film, "log_sigma", epoch))
            latent_ellipses(mean[:FEW], sigma[:FEW], labels[:FEW], ax)
            ax.collections[0].set_alpha(0.5)
            ax.set_adjustable("box")
        draw_circle(ax)
        x, y, half = at(film, "view", epoch)
        window = x - half, x + half, y - half, y + half
        latent_map(mean, labels, ax=ax, window=window)
        ax.set(xlabel="", ylabel="")
        ax.set_title(title, fontsize=13)
    axes[1].set_xlabel(f"epoch {epoch:.2f}; the circle has radius 3", fontsize=13)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    plt.close(figure)
    return Image.open(buffer).convert("RGB")


def main():
    made, labels = films()
    made = [with_view(film) for film in made]
    epochs = 6 * np.linspace(0, 1, 72) ** 2  # slow at the start, where most happens
    pictures = [frame(made, labels, epoch) for epoch in epochs]
    durations = [100] * (len(pictures) - 1) + [2500]
    for quality in (60, 40, 25):
        options = dict(save_all=True, append_images=pictures[1:], duration=durations)
        pictures[0].save(PATH, loop=2, quality=quality, method=4, **options)
        if PATH.stat().st_size <= MOST:
            break
    print(f"{PATH.name}: {PATH.stat().st_size / 1e6:.2f} MB, quality {quality}")


if __name__ == "__main__":
    main()
