"""Standing pictures of explorers, for where no kernel or no JavaScript runs.

They speak the language of the figures. matplotlib is loaded when the first is drawn.
"""

import io

import numpy as np
from PIL import Image

from vae_utils.pictures import PALETTE, PRIOR, mosaic


def picture(draw):
    """Return what `draw` draws on a matplotlib Figure, in the style of the course."""
    from matplotlib import style
    from matplotlib.figure import Figure

    with style.context("vae_utils.course"):
        figure, buffer = Figure(), io.BytesIO()
        draw(figure)
        figure.draw_without_rendering()  # the layout settles in two passes
        figure.savefig(buffer, format="png", dpi=100)
    return Image.open(buffer)


def sheet(ax, values, columns, x=(), y=()):
    """Draw images (n, height, width[, 3]), or signals (n, length), in rows of `columns`.

    Args:
        x, y: what stands at the columns, from the left, and at the rows, from the top.
    """
    rows = len(values) // columns
    if values.ndim == 2:
        places = np.linspace(-0.45, 0.45, values.shape[1])
        heights = 0.45 * values / max(np.abs(values).max(), 1e-9)
        for index, curve in enumerate(heights):
            row, column = divmod(index, columns)
            ax.plot(
                [column - 0.45, column + 0.45], [row, row], color="#cccccc", linewidth=1
            )
            ax.plot(column + places, row - curve, color="#222222", linewidth=1)
    else:
        gap = [(0, 0), (1, 1), (1, 1), (0, 0)][: values.ndim]
        apart = np.pad(values, gap, constant_values=values.ndim - 3)
        ink = dict(cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
        ax.imshow(
            mosaic(apart, columns), extent=(-0.5, columns - 0.5, rows - 0.5, -0.5), **ink
        )
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    ax.set_aspect(aspect(values.shape[1:]))
    ax.set_xticks(range(len(x)), x)
    ax.set_yticks(range(len(y)), y)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def aspect(shape):
    """Return height over width of what is drawn: signals are twice as wide as high."""
    return shape[0] / shape[1] if len(shape) > 1 else 0.5


def plane(ax, codes, labels, low, high, prior):
    """Draw codes (n, 2) as the digits of their images, or dots, and the prior's circles."""
    from vae_utils.plots import draw_circle

    for digit in np.unique(labels):
        look = dict(marker=f"${digit}$", color=PALETTE[digit], markeredgewidth=0)
        ax.plot(*codes[labels == digit].T, linestyle="", markersize=6, **look)
    if not len(labels):
        ax.plot(*codes.T, "o", color=PRIOR, markersize=3, markeredgewidth=0)
    for radius in (1, 2, 3) if prior else ():
        draw_circle(ax, radius)
    (left, bottom), (right, top) = low, high
    ax.set(xlabel="$z_1$", ylabel="$z_2$", xlim=(left, right), ylim=(bottom, top))
    ax.set_aspect("equal")


def chart(ax, title, x, curves, dot=None):
    """Draw curves as dict from their colour to heights over x, and where one stands."""
    for colour, heights in curves.items():
        ax.plot(x, heights, color=colour)
    if dot:
        ax.plot(*dot, "o", color="black", markersize=8)
    ax.set_title(title)


def short(number):
    """Return a number with two digits, and without an exponent where it needs none."""
    return f"{float(f'{number:.2g}'):g}"
