"""Standing pictures of explorers, for where no kernel or no JavaScript runs: PIL images."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.stats import norm

from vae_utils.pictures import mosaic


def sheet(images, columns):
    """Return images (n, height, width) in rows of `columns`, a tile 84 pixels wide."""
    if images.ndim == 2:
        return lines(images)
    ink = np.clip(mosaic(images, columns), 0, 1)
    size = [round(84 * side / images.shape[2]) for side in ink.shape[::-1]]
    return Image.fromarray(np.uint8(255 - 255 * ink)).resize(size)


def lines(signals):
    """Return signals (n, length) as curves below one another."""
    picture = Image.new("L", (420, 84 * len(signals)), "white")
    x = np.linspace(0, 419, signals.shape[1])
    for row, signal in enumerate(signals):
        y = 84 * (row + 0.5) - 38 * signal / max(np.abs(signals).max(), 1e-9)
        ImageDraw.Draw(picture).line(list(zip(x, y, strict=True)), "black", 2)
    return picture


def bells(gaussians):
    """Return the densities of (mean, sigma, colour) over -5 to 5."""
    x = np.linspace(-5, 5, 600)
    picture = Image.new("RGB", (600, 230), "white")
    for mean, sigma, colour in gaussians:
        heights = 220 - 180 * norm.pdf(x, mean, max(sigma, 0.02))  # wider than a pixel
        curve = list(zip(range(600), heights, strict=True))
        ImageDraw.Draw(picture).line(curve, colour, 3)
    return picture


def captioned(picture, *texts):
    """Return a picture with up to two texts above it, left and right."""
    larger = Image.new(picture.mode, (picture.width, picture.height + 30), "white")
    larger.paste(picture, (0, 30))
    places = ((4, 6), "la"), ((picture.width - 4, 6), "ra")
    for text, (place, anchor) in zip(texts, places, strict=False):
        font = ImageFont.load_default(size=15)
        ImageDraw.Draw(larger).text(place, text, "black", font=font, anchor=anchor)
    return larger
