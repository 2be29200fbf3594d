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

from vae_utils.pictures import KL, PALETTE, PRIOR, RECONSTRUCTION, mosaic, small_png

plt.style.use("vae_utils.course")


def show(alt, dpi=130, photo=False):
    """Display the current figure, at a size that no data set changes, and close it.

    The finding, the title of the figure or of its only Axes, stands above it on the left.

    Args:
        alt: what the figure shows, for readers who cannot see it.
        dpi: pixels for each inch. A page shows 100 of its own: a dense screen has more.
        photo: whether it holds photographs, whose colours are to be kept.
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
    data = {"image/png": small_png(Image.open(buffer), photo), "text/plain": alt}
    seen = {"alt": alt, "width": round(100 * figure.get_figwidth())}
    display(data, metadata={"image/png": seen}, raw=True)


def image_rows(rows):
    """Draw labelled rows of images below one another.

    Args:
        rows: dict from a label to images (n, height, width) in [0, 1], drawn as ink, or
            (n, height, width, 3), in colour; the same n in each row.

    Returns:
        The Axes, in a new figure.

    Raises:
        ValueError: if the rows are not alike in shape.
    """
    shapes = {np.shape(images) for images in rows.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) not in (3, 4):
        raise ValueError(f"every row must have the same shape (n, 28, 28), got {shapes}")
    count, height, *_ = (side + 2 for side in shapes.pop())  # a gap around each
    images = np.concatenate(list(rows.values()))
    gap = [(0, 0), (1, 1), (1, 1), (0, 0)][: images.ndim]
    images = np.pad(images, gap, constant_values=images.ndim - 3)  # paper is 0, white 1
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


def draw_network(image, code, reconstruction, heads=None, prices=None):
    """Draw an image, the layers that it passes, its code, and what comes out.

    Args:
        image, reconstruction: (28, 28) in [0, 1].
        code: (2,) array, what the decoder gets.
        heads: mean and sigma, (2,) each, of an encoder that names a Gaussian; the noise
            in the drawing is what leads from them to the code.
        prices: reconstruction and KL divergence, in nats, drawn where they arise.

    Returns:
        The Axes, in a new figure.
    """
    end = 10.2 if heads is None else 13.2  # the left edge of the reconstruction
    middle = end - 4.1  # of the code
    decimals = 1 if heads is None else 2
    low, high = (-1.6, 1.1) if prices is None else (-2.8, 2.2)
    ax = plt.figure(figsize=(10, 10 * (high - low) / (end + 2.2))).gca()
    write = functools.partial(ax.text, ha="center", va="center")
    for left, picture, name in (0, image, "image"), (end, reconstruction, "reconstruction"):
        place = dict(extent=(left, left + 2, -1, 1), interpolation="nearest")
        ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1, **place)
        ax.add_patch(plt.Rectangle((left, -1), 2, 2, fill=False, linewidth=0.8))
        write(left + 1, -1.35, name)
    for start, units, name in (
        (2.8, (256, 128, 64), "encoder"),
        (end - 2.4, (64, 128, 256), "decoder"),
    ):
        for step, count in enumerate(units):
            height = 2 * np.sqrt(count / 784)
            ax.bar(start + 0.8 * step, height, 0.4, bottom=-height / 2, color="dimgrey")
            write(start + 0.8 * step, height / 2 + 0.2, count, fontsize=11)
        write(start + 0.8, -1.35, name)
    for row, number in enumerate(code):
        write(middle, 0.35 - 0.7 * row, f"$z_{row + 1}={number:.{decimals}f}$", fontsize=15)
    arrows = [((2.05, 0), (2.5, 0)), ((end - 0.5, 0), (end - 0.05, 0))]
    arrows += [((middle + 0.95, 0), (middle + 1.4, 0))]
    if heads is None:
        write(middle, -1.35, "code")
        arrows += [((4.7, 0), (5.15, 0))]
    else:
        write(middle, 0.95, "code")
        noise = np.subtract(code, heads[0]) / heads[1]
        write(middle, -1.35, f"noise {_pair(noise)}", color=PRIOR)
        arrows += [((middle, -1.15), (middle, -0.7))]
        for side, name, values in (1, "mean", heads[0]), (-1, "sigma", heads[1]):
            write(6.2, 0.65 * side, f"{name}\n{_pair(values)}", linespacing=1.5)
            arrows += [((4.7, 0.2 * side), (5.2, 0.55 * side))]
            arrows += [((7.2, 0.55 * side), (8, 0.2 * side))]
    for start, tip in arrows:
        ax.annotate("", tip, start, arrowprops={"arrowstyle": "->"})
    if prices is not None:
        reconstruction, kl = (f"{nats:.1f} nats" for nats in prices)
        _bracket(ax, 1, end + 1, -1.7, f"reconstruction: {reconstruction}", RECONSTRUCTION)
        _bracket(ax, 5.2, 7.2, 1.3, f"KL divergence: {kl}", KL)
    ax.set(xlim=(-0.1, end + 2.1), ylim=(low, high))
    ax.set_axis_off()
    return ax


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
    left, right, bottom, top = window or (
        (-3.6, 3.6) * 2 if prior else square_around(codes)
    )
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
        write_names(ax, codes, labels, lens)
    if lens:
        ax.indicate_inset_zoom(lens, edgecolor="black", alpha=1, linewidth=0.9)
        lens.yaxis.tick_right()  # clear of the lines
        lens.yaxis.set_label_position("right")
        lens.spines[:].set_visible(True)
    return ax


def square_around(codes):
    """Return left, right, bottom and top of a square around codes (n, 2)."""
    low, high = codes.min(axis=0), codes.max(axis=0)
    reach = 0.53 * max((high - low).max(), 1e-9)
    (left, bottom), (right, top) = (low + high) / 2 - reach, (low + high) / 2 + reach
    return left, right, bottom, top


def half_of(codes):
    """Return left, right, bottom and top of a square that holds half of codes (n, 2)."""
    centre = np.median(codes, axis=0)
    half = np.median(np.abs(codes - centre).max(axis=1))
    (left, bottom), (right, top) = centre - half, centre + half
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


def draw_circle(ax, radius=3):
    """Draw a circle of the prior's around the origin: dashed, grey, on a white halo."""
    look = dict(color=PRIOR, linestyle=(0, (4, 2)), linewidth=1.2, zorder=3)
    halo = [withStroke(linewidth=3, foreground="white")]
    ax.add_patch(plt.Circle((0, 0), radius, fill=False, path_effects=halo, **look))


def _circles(ax):
    """Draw the prior's circles at one, two and three sigmas, named where there is room."""
    for radius in (1, 2, 3):
        draw_circle(ax, radius)
        if np.ptp(ax.get_xlim()) < 20 and ax.get_window_extent().width > 350:
            place = radius * np.cos(-0.9), radius * np.sin(-0.9)
            _write(ax, place, rf"{radius}$\sigma$", PRIOR, 0.04, "normal")


def write_names(ax, codes, labels, lens=None):
    """Write a large digit where each class is densest, if there is room for it."""
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    gap = 0.073 * (high - low)[0]
    places = {}
    for digit in np.unique(labels):
        own = codes[labels == digit][:500]
        # the middle of a third of the class: a median may fall between two groups
        reach = np.quantile(cdist(own, own), 1 / 3, axis=1)
        place = own[reach.argmin()]
        magnified = lens and lens.viewLim.contains(*place)
        if ax.viewLim.contains(*place) and not magnified:
            places[digit] = place
    kept, near = close_by(np.reshape([*places.values()], (-1, 2)), gap, low, high)
    for digit, place in zip(np.array([*places])[kept], near, strict=True):
        _write(ax, place, digit, PALETTE[digit], 0.06, "bold")


def _write(ax, place, text, colour, share, weight):
    """Write on a map, with a white halo, in a size that is a share of the map's width."""
    size = max(10, share * 72 * ax.get_window_extent().width / ax.figure.dpi)
    halo = [withStroke(linewidth=size / 4, foreground="white")]
    look = dict(fontsize=size, weight=weight, ha="center", va="center", zorder=6)
    ax.text(*place, text, color=colour, path_effects=halo, **look)


def close_by(places, gap, low, high):
    """Return which places (n, 2) find room near themselves, and where, apart and in view.

    The one that would have to move furthest is left out, until none moves much more than
    half a gap: further off it would stand in the digits of others.
    """
    kept = np.arange(len(places))
    while True:
        found = np.clip(_apart(places[kept], gap), low + gap / 2, high - gap / 2)
        moved = np.linalg.norm(found - places[kept], axis=1)
        if moved.max(initial=0) < 0.6 * gap:
            return kept, found
        kept = np.delete(kept, moved.argmax())


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
    look = dict(facecolors="none", edgecolors=colours, linewidths=1.2)  # fills would add up
    place = dict(offsets=mean, offset_transform=ax.transData, units="xy")
    axes = *(2 * np.asarray(sigma)).T, np.zeros(len(mean))  # width, height, angle
    ax.add_collection(EllipseCollection(*axes, **place, **look))
    ax.set_aspect("equal", adjustable="datalim")
    ax.update_datalim(np.vstack([np.subtract(mean, sigma), np.add(mean, sigma)]))
    ax.autoscale_view()
    ax.set(xlabel="$z_1$", ylabel="$z_2$")
    return ax


def draw_bills(bills):
    """Draw reconstruction and KL divergence end to end, a bar for each model.

    Args:
        bills: dict from a model to its two prices, in nats per image. The KL divergence
            may be infinite: its bar then runs off the picture.

    Returns:
        The Axes, in a new figure.
    """
    ax = plt.figure(figsize=(9, 1.1 + 0.8 * len(bills))).gca()
    end = 1.35 * max(nats for nats, _ in bills.values())
    for row, (nats, kl) in enumerate(bills.values()):
        ax.barh(row, nats, 0.55, color=RECONSTRUCTION)
        ax.barh(row, min(kl, end - nats), 0.55, left=nats, color=KL)
        ax.text(nats / 2, row, f"{nats:.0f}", color="white", ha="center", va="center")
        place = (nats + end) / 2 if np.isinf(kl) else nats + kl + 0.01 * end
        words = "without end →" if np.isinf(kl) else f"code: {kl:.1f}"
        colour, side = ("white", "center") if np.isinf(kl) else (KL, "left")
        ax.text(place, row, words, color=colour, ha=side, va="center")
    ax.text(0.01 * end, -0.4, "reconstruction", color=RECONSTRUCTION, va="bottom")
    ax.text(end, -0.4, "KL divergence", color=KL, va="bottom", ha="right")
    ax.set(xlim=(0, end), ylim=(len(bills) - 0.6, -0.85), xlabel="nats per test image")
    ax.set_yticks(range(len(bills)), list(bills))
    ax.tick_params(axis="y", length=0)
    return ax


def score_chart(scores, real):
    """Draw how generated images compare with real ones, in the ways of `sample_scores`.

    Args:
        scores: dict from a kind to a dict from the label of a row to Scores (or lists of
            the same five numbers). Each kind has a marker, and that of "prior" is grey.
        real: the Scores of real images, drawn as dashed lines.

    Returns:
        The four Axes, in a new figure: precision, coverage, the Fréchet distance with its
        spread over five draws, and the distance to the nearest training image.
    """
    labels = list(dict.fromkeys(label for rows in scores.values() for label in rows))
    titles = ("precision", "coverage", "Fréchet distance", "nearest training image")
    better = ("more is better", "more is better", "less is better", "0: learned by heart")
    size = (11, 1.9 + 0.42 * len(labels))
    figure, axes = plt.subplots(1, 4, sharey=True, figsize=size)
    figure.get_layout_engine().set(wspace=0.06)  # so that no numbers touch
    for index, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        column = index if index < 3 else 4
        ax.axvline(real[column], color="black", linestyle="--", label="real images")
        apart = (np.arange(len(scores)) - (len(scores) - 1) / 2) * 0.2  # side by side
        marks = cycle(zip("osD^v", ("black", "white") * 3, strict=False))
        for (kind, rows), (marker, face), shift in zip(
            scores.items(), marks, apart, strict=False
        ):
            places = [-labels.index(label) - shift for label in rows]
            values = [row[column] for row in rows.values()]
            spread = [row[3] if index == 2 else 0 for row in rows.values()]
            look = dict(color="black", markersize=8, markerfacecolor=face)
            look |= dict(color=PRIOR, markerfacecolor=PRIOR) if kind == "prior" else {}
            ax.errorbar(values, places, None, spread, marker, label=kind, **look)
        ax.set(title=title, xlabel=better[index])
        ax.grid(axis="y", color="#dddddd", linewidth=1)
        ax.tick_params(axis="y", length=0)
        if index < 2:
            ax.set(xlim=(-0.05, 1.05), xticks=(0, 0.5, 1), xticklabels=("0", "0.5", "1"))
    if axes[3].get_xlim()[0] > 0:
        axes[3].set_xlabel(f"{better[3]}\n(the axis starts later)")
    axes[2].set_xscale("log")
    axes[2].xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes[2].xaxis.set_major_formatter("{x:g}")
    axes[2].xaxis.set_minor_locator(NullLocator())
    axes[0].set_yticks([-place for place in range(len(labels))], labels)
    handles, names = axes[0].get_legend_handles_labels()
    count = 1 if len(scores) == 1 else None  # one kind needs no name
    look = dict(loc="outside lower center", ncols=5, frameon=False)
    figure.legend(handles[:count], names[:count], **look)
    return axes


def _pair(numbers):
    """Return numbers as a text, for a drawing."""
    return ", ".join(f"${number:.2f}$" for number in numbers)


def _bracket(ax, left, right, y, text, colour):
    """Draw a bracket that is open towards zero, and a text beyond it."""
    back, beyond = y + np.sign(y) * 0.25, y + np.sign(y) * 0.65
    ax.plot([left, left, right, right], [y, back, back, y], color=colour)
    look = dict(color=colour, fontsize=14, ha="center", va="center")
    ax.text((left + right) / 2, beyond, text, **look)


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
