"""What figures and explorers share: the colours of the course, and small pictures."""

import base64
import io

import numpy as np
from PIL import Image, ImageColor

# The colours of the ten digits, and of nothing else. On white each has a contrast of 4.5 or
# more. After M. A. Petroff, "Accessible Color Sequences for Data Visualization", 2021,
# https://arxiv.org/abs/2107.02270, darkened, and moved apart for the colour-blind.
PALETTE = [
    "#2178cf", "#967001", "#94031f", "#6572b1", "#832db6",
    "#8a4d6a", "#cd4b00", "#757561", "#3a3e48", "#0b7a80",
]  # fmt: skip
RECONSTRUCTION, KL, PRIOR = "#0b4ea2", "#cc1030", "#6b6b6b"  # wherever these are meant


def mosaic(images, columns):
    """Return images (n, height, width[, 3]) in rows of `columns`, as one image."""
    count, height, width, *colour = images.shape
    tiles = images.reshape(count // columns, columns, height, width, *colour)
    return tiles.swapaxes(1, 2).reshape(-1, columns * width, *colour)


def small_png(picture, photo=False):
    """Return a PIL image as a base64 PNG in few colours: greys, tints of the course's.

    With `photo` the few colours are those of the picture itself.
    """
    from scipy.spatial import KDTree

    if photo:
        return _png(picture.convert("RGB").quantize(256, dither=Image.Dither.NONE))
    tints = np.linspace(1, 0, 11, endpoint=False)[:, None] ** 1.5  # pale ones are close
    greys = np.repeat(np.linspace(0, 255, 18)[:, None], 3, axis=1)
    colours = map(ImageColor.getrgb, (*PALETTE, RECONSTRUCTION, KL))
    mixed = [255 + tints * (np.array(colour) - 255) for colour in colours]
    palette = np.uint8(np.round(np.vstack([greys, *mixed])))
    pixels = np.asarray(picture.convert("RGBA")).view("uint32")[..., 0]  # sorted as numbers
    found, places = np.unique(pixels, return_inverse=True)
    shades = found.view("uint8").reshape(-1, 4)[:, :3]
    nearest = KDTree(palette.astype(float)).query(shades)[1].astype("uint8")
    small = Image.fromarray(nearest[places].reshape(pixels.shape))
    small.putpalette(palette.ravel().tolist())
    return _png(small)


def _png(small):
    buffer = io.BytesIO()
    small.save(buffer, "png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
