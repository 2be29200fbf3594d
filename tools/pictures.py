"""Make README's opening picture, and a thumbnail for each lesson.

python -m tools.pictures

writes `pictures/opening.png`, from lesson 08's VAE on MNIST with seed 0, and
`pictures/NN.png` for each lesson: a part of the stored figure whose cell says which in its
metadata, as `"thumbnail": [left, top, right, bottom]`, in shares of the figure.
"""

import base64
import io
import os

import numpy as np
from PIL import Image, ImageOps

from tools import plane
from tools.lessons import LESSONS, ROOT, environment, read

PICTURES = ROOT / "pictures"
THUMBNAIL = 320, 192  # pixels; README shows half as many
STOPS = 18  # on the way across the map


def thumbnail(notebook):
    """Return the part of a lesson's stored figure that stands for it, as a PIL image."""
    (cell,) = [cell for cell in notebook.cells if "thumbnail" in cell.metadata]
    png = next(
        x.data["image/png"] for x in cell.outputs if "image/png" in x.get("data", {})
    )
    figure = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    box = np.multiply(cell.metadata["thumbnail"], 2 * figure.size).round().astype(int)
    return ImageOps.fit(figure.crop(box.tolist()), THUMBNAIL, Image.Resampling.LANCZOS)


def spiral(count):
    """Return places (count, 2) on the way from the rim of the prior to its middle."""
    turn = np.linspace(0, 1, 2000)
    angle, radius = np.pi * (1 - 3.2 * turn), 2.5 - 2.2 * turn
    way = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    walked = np.append(0, np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1)))
    stops = np.searchsorted(walked, np.linspace(0, walked[-1], count))
    return way[stops]


def trained():
    """Return lesson 08's VAE, the judge, codes of test images, and their labels."""
    from vae_utils.data import load_digits
    from vae_utils.models import build_classifier
    from vae_utils.training import fit

    digits, judge = load_digits("mnist"), build_classifier(0)
    targets = dict(targets=digits.train_labels, test_targets=digits.test_labels)
    fit(judge, digits.train_images, digits.test_images, epochs=4, **targets)
    vae = plane.trained(digits)
    codes = np.array(vae.sampling(*vae.encoder(digits.test_images[:1500])))
    return vae.decoder, judge, codes, digits.test_labels[:1500]


def opening(decoder, judge, codes, labels):
    """Draw the map with a way across it, decoded digits all over it, and along the way."""
    from matplotlib.colors import to_rgb

    from vae_utils.plots import PALETTE, latent_map, plt

    def ink(places):
        """Decoded images in the colour of what the judge sees: (n, 28, 28, 3)."""
        images = np.array(decoder(np.asarray(places, "float32")))
        seen = np.array(judge(images)).argmax(axis=1)
        colours = np.array([to_rgb(colour) for colour in PALETTE])[seen]
        return 1 - np.clip(1.1 * images - 0.07, 0, 1)[..., None] * (
            1 - colours[:, None, None]
        )

    way, stops = spiral(500), spiral(STOPS)
    figure = plt.figure(figsize=(16, 9.3))
    grid = figure.add_gridspec(2, 2, height_ratios=(7.6, 1.05))
    whole, sheet = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
    latent_map(codes, labels, lambda z: judge(decoder(z)), whole, prior=True)
    whole.plot(*way.T, color="white", linewidth=6, zorder=5)
    whole.plot(*way.T, color="black", linewidth=2.5, zorder=5)
    whole.plot(*stops.T, "o", color="black", markeredgecolor="white", zorder=5)
    side, edge = 25, 3.6
    step = 2 * edge / side
    ticks = np.linspace(-edge + step / 2, edge - step / 2, side)
    for place in np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2):
        if np.linalg.norm(place) < 3.3:
            (x, y), half = place, 0.48 * step
            extent = x - half, x + half, y - half, y + half
            sheet.imshow(ink([place])[0], extent=extent, interpolation="bilinear")
    sheet.set(xlim=(-edge, edge), ylim=(-edge, edge))
    strip = figure.add_subplot(grid[1, :])
    for place, picture in enumerate(ink(stops)):
        extent = place - 0.46, place + 0.46, -0.46, 0.46
        strip.imshow(picture, extent=extent, interpolation="bilinear", zorder=2)
    strip.plot(range(STOPS), [0.62] * STOPS, "o-", color="black", markersize=6)
    strip.set(xlim=(-0.6, STOPS - 0.4), ylim=(-0.5, 0.75))
    for ax, title in (
        (whole, "Every digit that somebody wrote has its place"),
        (sheet, "and every place has one that nobody wrote"),
        (strip, "On a walk across the map, one turns into the next"),
    ):
        ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
        ax.spines[:].set_visible(False)
        ax.set_title(title, loc="left", fontsize=22)
    return figure


def save(picture, name, photo=False):
    from vae_utils.pictures import small_png

    (PICTURES / name).write_bytes(base64.b64decode(small_png(picture, photo)))


def main():
    PICTURES.mkdir(exist_ok=True)
    for path in LESSONS:
        number = path.name[:2]
        save(thumbnail(read(path)), f"{number}.png", photo=number == "13")
    os.environ.update(environment("mnist"))
    figure, buffer = opening(*trained()), io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    save(Image.open(buffer), "opening.png")


if __name__ == "__main__":
    main()
