"""Figures as a slide needs them: sharp, as large as their place, with text one can read.

Imported by the first cell that `tools.deck` puts in front of a lesson.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.axis import Axis

from vae_utils import plots

LABEL, TICK = 24, 18  # CSS pixels, on a slide of 1280 x 720
SHARP = 1.5  # pixels for each CSS pixel: those of a screen of 1920 x 1080
PLACE = 1200, 540  # where the next figure stands, in CSS pixels
# What of the next figure is shown: so many images of each row, one panel. None: all.
PART = {"columns": None, "panel": None}
rows_of_images, show_figure = plots.image_rows, plots.show


def image_rows(rows):
    columns = PART["columns"]
    return rows_of_images({name: images[:columns] for name, images in rows.items()})


def show(alt, dpi=None):  # a slide has its own
    """Display the current figure, or a part of it, enlarged for its place; close it.

    The finding is left out: it is the title of the slide.
    """
    figure = plt.gcf()
    if figure.get_suptitle():
        figure.suptitle("")
    elif len(figure.axes) == 1:
        figure.axes[0].set_title("")
    if PART["panel"] is not None:
        alone(figure, figure.axes[PART["panel"]])
    show_figure(alt, SHARP * enlarge(figure, *PLACE))


def alone(figure, ax):
    """Remove from a figure all Axes but one."""
    width = figure.get_figwidth() * ax.get_position().width
    for other in set(figure.axes) - {ax}:
        other.remove()
    ax.set_subplotspec(figure.add_gridspec(1, 1)[0])
    figure.set_figwidth(max(width, figure.get_figheight()))


def enlarge(figure, width, height):
    """Make the text of a figure legible where it stands.

    Args:
        figure: a matplotlib Figure.
        width, height: of its place, in CSS pixels.

    Returns:
        How many CSS pixels an inch of the figure gets.
    """
    scale = min(width / figure.get_figwidth(), height / figure.get_figheight())
    ticks = {
        label
        for axis in figure.findobj(Axis)
        for label in (*axis.get_ticklabels(which="both"), axis.get_offset_text())
    }
    for axis in figure.findobj(Axis):
        axis.set_tick_params(which="both", labelsize=max(12, points(TICK, scale)))
    for text in set(figure.findobj(plt.Text)) - ticks:
        text.set_fontsize(max(text.get_fontsize(), points(LABEL, scale)))
    figure.draw_without_rendering()
    for ax in figure.axes:
        title = ax.set_title(ax.get_title("left"), fontsize=max(14, points(LABEL, scale)))
        wrap(title, figure.get_figwidth() * figure.dpi * ax.get_position().width)
    for axis in figure.findobj(Axis):
        thin(axis)
    return scale


def thin(axis):
    """Leave out every second label of an axis where labels run into one another."""
    labels = axis.get_ticklabels()
    boxes = [label.get_window_extent().expanded(1.1, 1) for label in labels]
    if any(first.overlaps(second) for first, second in pairwise(boxes)):
        texts = [label.get_text() for label in labels]
        axis.set_ticks(axis.get_ticklocs()[::2], texts[::2])


def wrap(title, width):
    """Break the title of a panel into lines, so that it stays clear of its neighbour's."""
    words, lines = title.get_text().split(" "), []
    for word in words:
        title.set_text(" ".join([*lines[-1:], word]))
        fits = lines and title.get_window_extent().width < width
        lines[-1:] = [title.get_text()] if fits else [*lines[-1:], word]
    title.set_text("\n".join(lines))


def points(pixels, scale):
    return 72 * pixels / scale


plots.show, plots.image_rows = show, image_rows
