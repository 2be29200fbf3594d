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
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextPath
from matplotlib.ticker import LogLocator, NullLocator
from matplotlib.transforms import Affine2D
from PIL import Image
from scipy.ndimage import zoom
from scipy.spatial.distance import cdist

from vae_utils.pictures import PALETTE, PRIOR, mosaic, small_png

plt.style.use("vae_utils.course")


def show(alt, dpi=100):
    """Display the current figure, at a size that no data set changes, and close it.

    Args:
        alt: what the figure shows, for readers who cannot see it.
        dpi: pixels for each inch; a slide has more of them.
    """
    from IPython.display import display

    figure, buffer = plt.gcf(), io.BytesIO()
    figure.draw_without_rendering()  # the layout settles in two passes
    figure.savefig(buffer, format="png", dpi=dpi)
    plt.close(figure)
    data = {"image/png": small_png(Image.open(buffer)), "text/plain": alt}
    display(data, metadata={"image/png": {"alt": alt}}, raw=True)


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
    return axes


def latent_map(codes, labels, judge=None, ax=None, window=None, lens=None, prior=False):
    """Draw a map: each code as the digit of its image, at its place in the latent plane.

    Args:
        codes: (n, 2) array.
        labels: (n,) integers 0..9.
        judge: callable, codes (m, 2) float32 -> (m, 10), what a classifier believes to see
            in the decoder's pictures. Each territory gets the tint of a digit, paler where
            it is unsure, and each class a large digit where it is densest.
        ax: Axes to draw on; by default those of a new 7 x 7 inch figure.
        window: left, right, bottom and top; by default a square around all codes.
        lens: Axes of another map, which magnifies a part of this one and names it.
        prior: whether to draw circles at one, two and three sigmas of N(0, 1), and by
            default no more of the map than they need.

    Returns:
        The Axes, both with one scale; digits are mixed, so that none hides the others.

    Raises:
        ValueError: if the codes are not (n, 2), or the judge does not return (m, 10).
    """
    if np.ndim(codes) != 2 or np.shape(codes)[1] != 2:
        raise ValueError(f"a map takes codes of shape (n, 2), got {np.shape(codes)}")
    ax = ax or plt.figure(figsize=(7, 7)).gca()
    codes, labels = np.asarray(codes), np.asarray(labels)
    left, right, bottom, top = window or ((-3.6, 3.6) * 2 if prior else _square(codes))
    ax.set(aspect="equal", xlim=(left, right), ylim=(bottom, top))
    ax.set_xlabel("$z_1$", fontsize=16)
    ax.set_ylabel("$z_2$", fontsize=16)
    if judge:
        _territories(ax, judge)
    for start in range(0, len(codes), 100):
        part = slice(start, start + 100)
        for digit in np.unique(labels[part]):
            here = codes[part][labels[part] == digit]
            look = dict(marker=_glyph(digit), linewidths=0, zorder=2)
            ax.scatter(*here.T, 30, PALETTE[digit], **look)
    if prior:
        _circles(ax)
    if judge:
        _names(ax, codes, labels, lens)
    if lens:
        ax.indicate_inset_zoom(lens, edgecolor="black", alpha=1, linewidth=0.9)
        lens.yaxis.tick_right()  # clear of the lines
        lens.yaxis.set_label_position("right")
        lens.spines[:].set_visible(True)
    return ax


def _square(codes):
    """Return left, right, bottom and top of a square around codes (n, 2)."""
    low, high = codes.min(axis=0), codes.max(axis=0)
    reach = 0.53 * max((high - low).max(), 1e-9)
    (left, bottom), (right, top) = (low + high) / 2 - reach, (low + high) / 2 + reach
    return left, right, bottom, top


def _territories(ax, judge, side=120):
    """Tint what is in view by what a judge sees there, with white borders."""
    extent = *ax.get_xlim(), *ax.get_ylim()
    across, up = np.linspace(*extent[:2], side), np.linspace(*extent[2:], side)
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    belief = np.asarray(judge(places.astype("float32")))
    if belief.shape != (side**2, 10):
        raise ValueError(f"judge must return ({side**2}, 10), got {belief.shape}")
    belief = belief.reshape(side, side, 10)
    fine = zoom(belief, (4, 4, 1), order=1)
    tint = 0.05 + 0.25 * np.clip((fine.max(-1, keepdims=True) - 0.35) / 0.65, 0, 1)
    colours = np.array([to_rgb(colour) for colour in PALETTE])[fine.argmax(axis=-1)]
    ax.imshow(1 - tint * (1 - colours), extent=extent, origin="lower", zorder=0)
    for digit in np.unique(fine.argmax(axis=-1)):
        ahead = belief[..., digit] - np.delete(belief, digit, axis=-1).max(axis=-1)
        if ahead.min() < 0 < ahead.max():
            ax.contour(across, up, ahead, [0], colors="white", linewidths=1.5, zorder=1)


def _circles(ax):
    """Draw the prior's circles at one, two and three sigmas, named where there is room."""
    for radius in (1, 2, 3):
        look = dict(color=PRIOR, linestyle=(0, (4, 2)), linewidth=1.2, zorder=3)
        halo = [withStroke(linewidth=3, foreground="white")]
        circle = plt.Circle((0, 0), radius, fill=False, path_effects=halo, **look)
        ax.add_patch(circle)
        if np.ptp(ax.get_xlim()) < 20:
            place = radius * np.cos(-0.9), radius * np.sin(-0.9)
            _write(ax, place, rf"{radius}$\sigma$", PRIOR, 0.04, "normal")


def _names(ax, codes, labels, lens):
    """Write a large digit where each class is densest, if there is room for it."""
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    gap = 0.066 * (high - low)[0]
    named, places = [], []
    for digit in np.unique(labels):
        own = codes[labels == digit][:500]
        # the middle of a third of the class: a median may fall between two groups
        reach = np.quantile(cdist(own, own), 1 / 3, axis=1)
        place = own[reach.argmin()]
        magnified = lens and lens.viewLim.contains(*place)
        if ax.viewLim.contains(*place) and not magnified:
            named.append(digit)
            places.append(place)
    apart = _apart(np.array(places), gap)
    for digit, place, nudged in zip(named, places, apart, strict=True):
        if np.linalg.norm(nudged - place) < 1.3 * gap:  # else it would stand elsewhere
            nudged = np.clip(nudged, low + gap / 2, high - gap / 2)
            _write(ax, nudged, digit, PALETTE[digit], 0.06, "bold")


def _write(ax, place, text, colour, share, weight):
    """Write on a map, with a white halo, in a size that is a share of the map's width."""
    size = max(10, share * 72 * ax.get_window_extent().width / ax.figure.dpi)
    halo = [withStroke(linewidth=size / 4, foreground="white")]
    look = dict(fontsize=size, weight=weight, ha="center", va="center", zorder=6)
    ax.text(*place, text, color=colour, path_effects=halo, **look)


def _apart(places, gap):
    """Nudge places (n, 2) until none is closer to another one than `gap`."""
    turn = np.arange(len(places))
    places = places + 1e-3 * gap * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    for _ in range(200):
        away = places[:, None] - places
        distance = np.linalg.norm(away, axis=-1, keepdims=True) + 1e-9
        places = places + (away / distance * np.clip(gap - distance, 0, None) / 2).sum(1)
    return places


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
    ax.imshow(mosaic(images, side), cmap="gray_r", vmin=0, vmax=1)
    some = np.linspace(0, side - 1, 5).round().astype(int)
    ax.set_xticks(28 * some + 14, [f"{ticks[index]:.1f}" for index in some])
    ax.set_yticks(28 * some + 14, [f"{ticks[::-1][index]:.1f}" for index in some])
    ax.set(xlabel="$z_1$", ylabel="$z_2$")
    ax.spines[:].set_visible(False)
    return ax
