"""Small pictures keep the colours of the course."""

import base64
import io

import numpy as np
from PIL import Image, ImageColor

from vae_utils.pictures import PALETTE, mosaic, small_png


def test_a_mosaic_fills_its_rows_from_left_to_right():
    images = np.arange(6)[:, None, None] * np.ones((6, 2, 3))
    assert mosaic(images, columns=3).shape == (4, 9)
    assert mosaic(images, columns=3)[::2, ::3].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_pictures_keep_the_colours_of_the_course():
    picture = Image.new("RGB", (len(PALETTE) + 2, 1))
    colours = ["#ffffff", "#000000", *PALETTE]
    for place, colour in enumerate(colours):
        picture.putpixel((place, 0), ImageColor.getrgb(colour))
    small = Image.open(io.BytesIO(base64.b64decode(small_png(picture)))).convert("RGB")
    kept = np.asarray(small)[0].astype(int)
    asked = np.array([ImageColor.getrgb(colour) for colour in colours])
    assert np.abs(kept - asked).max() <= 2
