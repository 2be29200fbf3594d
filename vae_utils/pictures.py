"""What figures and explorers share: the colours of the course, and small pictures."""

import base64
import io

import numpy as np
from PIL import Image, ImageColor

# Ten colours that people with colour-blindness tell apart, the light ones darkened to be
# read as digits on white. After M. A. Petroff, "Accessible Color Sequences for Data
# Visualization", 2021, https://arxiv.org/abs/2107.02270.
PALETTE = [
    "#3f90da", "#b87400", "#bd1f01", "#7d8c8a", "#832db6",
    "#a96b59", "#e76300", "#8f8244", "#3a3e48", "#14858a",
]  # fmt: skip


def mosaic(images, columns):
    """Return images (n, height, width) in rows of `columns`, as one image."""
    count, height, width = images.shape
    tiles = images.reshape(count // columns, columns, height, width).swapaxes(1, 2)
    return tiles.reshape(-1, columns * width)


def small_png(picture):
    """Return a PIL image as a base64 PNG in 256 colours: greys, tints of the palette."""
    from scipy.spatial import KDTree

    tints = np.linspace(1, 0, 18, endpoint=False)[:, None]
    greys = np.repeat(np.linspace(0, 255, 52)[:, None], 3, axis=1)
    mixed = [255 + tints * (np.array(ImageColor.getrgb(c)) - 255) for c in PALETTE]
    palette = np.uint8(np.round(np.vstack([greys, *mixed])))
    pixels = np.asarray(picture.convert("RGB"))
    found, places = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    nearest = KDTree(palette.astype(float)).query(found)[1].astype("uint8")
    small = Image.fromarray(nearest[places].reshape(pixels.shape[:2]))
    small.putpalette(palette.ravel().tolist())
    buffer = io.BytesIO()
    small.save(buffer, "png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
