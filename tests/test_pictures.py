"""Small pictures keep the colours of the course."""

import base64
import io

import numpy as np
from PIL import Image, ImageColor

from vae_utils.pictures import KL, PALETTE, PRIOR, RECONSTRUCTION, mosaic, small_png


def test_a_mosaic_fills_its_rows_from_left_to_right():
    images = np.arange(6)[:, None, None] * np.ones((6, 2, 3))
    assert mosaic(images, columns=3).shape == (4, 9)
    assert mosaic(images, columns=3)[::2, ::3].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_pictures_keep_the_colours_of_the_course():
    colours = ["#ffffff", "#000000", *PALETTE, RECONSTRUCTION, KL]
    picture = Image.new("RGB", (len(colours), 1))
    for place, colour in enumerate(colours):
        picture.putpixel((place, 0), ImageColor.getrgb(colour))
    small = Image.open(io.BytesIO(base64.b64decode(small_png(picture)))).convert("RGB")
    kept = np.asarray(small)[0].astype(int)
    asked = np.array([ImageColor.getrgb(colour) for colour in colours])
    assert np.abs(kept - asked).max() <= 2


def test_a_mosaic_of_colours_keeps_them_apart():
    images = np.arange(12).reshape(2, 1, 2, 3)
    assert mosaic(images, columns=2).tolist() == [images.reshape(4, 3).tolist()]


def test_photographs_keep_colours_that_the_course_has_not():
    picture = Image.fromarray(np.uint8([[[12, 200, 150], [250, 140, 80], [255] * 3]]))
    small = Image.open(io.BytesIO(base64.b64decode(small_png(picture, photo=True))))
    assert np.array_equal(small.convert("RGB"), picture)


def test_every_colour_of_the_course_can_be_read_as_text_on_white():
    for colour in (*PALETTE, RECONSTRUCTION, KL, PRIOR):
        share = np.array(ImageColor.getrgb(colour)) / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        luminance = linear @ [0.2126, 0.7152, 0.0722]  # as in WCAG 2.2
        assert 1.05 / (luminance + 0.05) >= 4.5, colour


def test_the_browser_draws_in_the_same_colours():
    from vae_utils.explore.widgets import browser_code

    assert f'["{RECONSTRUCTION}", "{KL}", "{PRIOR}"]' in browser_code()
