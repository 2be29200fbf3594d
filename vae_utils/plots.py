"""Pictures: arrays in, matplotlib Axes out; no function here knows a model.

Importing this module applies the style of the course, `course.mplstyle`. Images are
(n, 28, 28) in [0, 1], drawn as ink on paper. In the latent plane z1 grows to the right
and z2 upward.
"""

import functools
import io
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.markers import MarkerStyle
from matplotlib.textpath import TextPath
from matplotlib.ticker import LogLocator, NullLocator
from matplotlib.transforms import Affine2D
from PIL import Image

from vae_utils.pictures import KL, PALETTE, PRIOR, RECONSTRUCTION, mosaic, small_png  # noqa: F401

plt.style.use("vae_utils.course")


def show(alt, dpi=130):
    """Display the current figure, at a size that no data set changes, and close it.

    The finding, the title of the figure or of its only Axes, stands above it on the left.

    Args:
        alt: what the figure shows, for readers who cannot see it.
        dpi: pixels for each inch. A page shows 100 of its own: a dense screen has more.
    """
    from IPython.display import display

    figure, buffer = plt.gcf(), io.BytesIO()
    finding = figure.get_suptitle()
    if not finding and len(figure.axes) == 1:
        finding = figure.axes[0].get_title("left")
        figure.axes[0].set_title("")
    if finding:
        figure.suptitle(finding, x=0.01, ha="left")
        figure.set_figheight(figure.get_figheight() + 0.4)
    figure.draw_without_rendering()  # the layout settles in two passes
    figure.savefig(buffer, format="png", dpi=dpi)
    plt.close(figure)
    data = {"image/png": small_png(Image.open(buffer)), "text/plain": alt}
    seen = {"alt": alt, "width": round(100 * figure.get_figwidth())}
    display(data, metadata={"image/png": seen}, raw=True)


def image_rows(rows):
    """Draw labelled rows of images below one another.

    Args:
        rows: dict from a label to images (n, 28, 28) in [0, 1], the same n in each row.

    Returns:
        The Axes, in a new figure.

    Raises:
        ValueError: if the rows are not alike in shape.
    """
    shapes = {np.shape(images) for images in rows.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 3:
        raise ValueError(f"every row must have the same shape (n, 28, 28), got {shapes}")
    count, height, _ = (side + 2 for side in shapes.pop())  # a gap around each
    images = np.pad(np.concatenate(list(rows.values())), [(0, 0), (1, 1), (1, 1)])
    axes = plt.figure(figsize=(9, 0.2 + 8 * len(rows) / (count - 2))).gca()
    ink = dict(cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    axes.imshow(mosaic(images, count - 2), **ink)
    axes.set_yticks([height * (row + 0.5) for row in range(len(rows))], list(rows))
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.figure.draw_without_rendering()  # how much of the width do the labels leave?
    width = 9 * axes.get_position().width
    axes.figure.set_figheight(0.2 + width * len(rows) / (count - 2))
    return axes


def latent_scatter(codes, labels, ax=None):
    """Draw each code as the digit of its image, at its place in the latent plane.

    Args:
        codes: (n, 2) array.
        labels: (n,) integers 0..9.
        ax: Axes to draw on; by default those of a new 7 x 7 inch figure.

    Returns:
        The Axes, both with one scale; digits are mixed, so that none hides the others.

    Raises:
        ValueError: if the codes are not (n, 2).
    """
    if np.ndim(codes) != 2 or np.shape(codes)[1] != 2:
        raise ValueError(f"a scatter takes codes of shape (n, 2), got {np.shape(codes)}")
    ax = ax or plt.figure(figsize=(7, 7)).gca()
    codes, labels = np.asarray(codes), np.asarray(labels)
    for start in range(0, len(codes), 100):
        part = slice(start, start + 100)
        for digit in np.unique(labels[part]):
            here = codes[part][labels[part] == digit]
            ax.scatter(*here.T, 45, PALETTE[digit], marker=_glyph(digit), linewidths=0)
    ax.set_aspect("equal", adjustable="datalim")
    ax.set(xlabel="$z_1$", ylabel="$z_2$")
    return ax


def latent_ellipses(mean, sigma, labels, ax=None):
    """Draw each Gaussian as its ellipse of one sigma, coloured by digit, to scale.

    Args:
        mean: (n, 2) array.
        sigma: (n, 2) array of standard deviations, the half axes of the ellipses.
        labels: (n,) integers 0..9.
        ax: Axes to draw on; by default those of a new 7 x 7 inch figure.

    Returns:
        The Axes, both with one scale.
    """
    from matplotlib.collections import EllipseCollection

    ax = ax or plt.figure(figsize=(7, 7)).gca()
    colours = [PALETTE[digit] for digit in labels]
    faces = [(*to_rgb(colour), 0.15) for colour in colours]
    look = dict(facecolors=faces, edgecolors=colours, linewidths=0.7)
    place = dict(offsets=mean, offset_transform=ax.transData, units="xy")
    axes = *(2 * np.asarray(sigma)).T, np.zeros(len(mean))  # width, height, angle
    ax.add_collection(EllipseCollection(*axes, **place, **look))
    ax.set_aspect("equal", adjustable="datalim")
    ax.update_datalim(np.vstack([np.subtract(mean, sigma), np.add(mean, sigma)]))
    ax.autoscale_view()
    ax.set(xlabel="$z_1$", ylabel="$z_2$")
    return ax


def score_chart(scores, real):
    """Draw how generated images compare with real ones, in the ways of `sample_scores`.

    Args:
        scores: dict from a kind of model to a dict from the label of a row to Scores (or
            lists of the same five numbers).
        real: the Scores of real images, drawn as dashed lines.

    Returns:
        The four Axes, in a new figure: precision, coverage, the Fréchet distance with its
        spread over five draws, and the distance to the nearest training image.
    """
    labels = list(dict.fromkeys(label for rows in scores.values() for label in rows))
    titles = ("precision", "coverage", "Fréchet distance", "nearest training image")
    size = (11, 1.4 + 0.42 * len(labels))
    figure, axes = plt.subplots(1, 4, sharey=True, figsize=size)
    for index, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        column = index if index < 3 else 4
        for (kind, rows), marker in zip(scores.items(), cycle("osD^v"), strict=False):
            places = [-labels.index(label) for label in rows]
            values = [row[column] for row in rows.values()]
            spread = [row[3] if index == 2 else 0 for row in rows.values()]
            ax.errorbar(values, places, None, spread, marker, label=kind, markersize=8)
        ax.axvline(real[column], color="grey", linestyle="--", label="real images")
        ax.set(title=title)
        ax.grid(axis="y", color="#dddddd", linewidth=1)
        if index < 2:
            ax.set(xlim=(-0.05, 1.05))
    axes[2].set_xscale("log")
    axes[2].xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes[2].xaxis.set_major_formatter("{x:g}")
    axes[2].xaxis.set_minor_locator(NullLocator())
    axes[0].set_yticks([-place for place in range(len(labels))], labels)
    handles = axes[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=5, frameon=False)
    return axes


@functools.cache
def _glyph(digit):
    """Return a marker in the shape of a digit, centred on its place."""
    path = TextPath((0, 0), str(digit), size=1)
    (left, bottom), (right, top) = path.get_extents().get_points()
    centred = Affine2D().translate(-(left + right) / 2, -(bottom + top) / 2)
    return MarkerStyle(path.transformed(centred))


def latent_grid(decode, side=12):
    """Draw what `decode` makes of a grid of two-dimensional codes spaced by the prior.

    The codes along each axis stand at the quantiles of N(0, 1) in the middle of `side`
    equal shares, so that every picture stands for the same share of the prior.

    Args:
        decode: callable, codes (n, 2) float32 -> images (n, 28, 28) in [0, 1].
        side: codes along each side of the grid.

    Returns:
        The Axes, in a new figure. z1 grows to the right and z2 upward, as on a map.

    Raises:
        ValueError: if `decode` does not return (side**2, 28, 28).
    """
    from scipy.stats import norm

    ticks = norm.ppf((np.arange(side) + 0.5) / side).astype("float32")
    z1, z2 = np.meshgrid(ticks, ticks[::-1])
    images = np.asarray(decode(np.stack([z1.ravel(), z2.ravel()], axis=-1)))
    if images.shape != (side**2, 28, 28):
        raise ValueError(f"decode must return ({side**2}, 28, 28), got {images.shape}")
    ax = plt.figure(figsize=(6, 6)).gca()
    ink = dict(cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    ax.imshow(mosaic(images, side), **ink)
    names = np.array([-1.5, -1, -0.5, 0, 0.5, 1, 1.5])
    places = 28 * side * norm.cdf(names) - 0.5  # pixel 0 reaches from -0.5 to 0.5
    ax.set_xticks(places, [f"{name:g}" for name in names])
    ax.set_yticks(places[::-1], [f"{name:g}" for name in names])
    ax.set(xlabel="$z_1$", ylabel="$z_2$")
    ax.spines[:].set_visible(False)
    return ax
