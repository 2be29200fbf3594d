"""Who draws a digit in the browser is told by it what Keras would say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.browser.pages import PLACE, STAGE, over_screens, page_with
from tests.browser.test_big import FAULTS, TEXT
from tests.browser.test_explorers import drag, ink
from tests.test_decoder import with_random_weights
from vae_utils.explore import DrawingExplorer
from vae_utils.layers import kl_to_standard_normal, reconstruction_nats
from vae_utils.models import VAE

RNG = np.random.default_rng(0)
PRICES = ".bill output:nth-child(3) span"


@pytest.fixture(scope="module")
def vae():
    vae = VAE(2)
    vae.encoder, vae.decoder = (
        with_random_weights(part, spread)
        for part, spread in ((vae.encoder, 0.1), (vae.decoder, 0.2))
    )
    return vae


@pytest.fixture(scope="module")
def page(vae, browser, tmp_path_factory):
    """A page with one drawing as in a lab, and one on a stage."""
    images = np.zeros((9, 28, 28), "float32")
    images[:, 4:24, 12:15] = 1
    made = DrawingExplorer(vae, images, RNG.normal(size=(50, 2)), np.arange(50) % 10)
    folder, size = tmp_path_factory.mktemp("drawing"), {"width": 1240, "height": 1200}
    places = (PLACE, made), (STAGE, made)
    with page_with(browser, folder, *places, viewport=size, has_touch=True) as page:
        yield page


@pytest.fixture
def paper(page):
    """The explorer with two strokes, a 7, on paper that was blank."""
    found = page.locator(".vae-explorer").first
    if found.locator("[aria-pressed=true]").count():
        found.get_by_role("button", name="move a stroke").click()
    found.get_by_role("button", name="clear").click()
    for start, end in (((0.3, 0.2), (0.7, 0.2)), ((0.7, 0.2), (0.5, 0.8))):
        drag(page, found.locator(".paper"), start, end)
    return found


def encoded(found):
    """The picture that the encoder was given, as ink in [0, 1]."""
    read = """canvas => [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data]
        .filter((_, index) => index % 4 === 0)"""
    shades = found.locator(".strip canvas").first.evaluate(read)
    return 1 - np.reshape(shades, (1, 28, 28)).astype("float32") / 255


def prices(found):
    return [float(text.split()[1]) for text in found.locator(PRICES).all_inner_texts()]


def test_both_prices_of_what_is_drawn_are_those_of_keras(vae, paper):
    image = encoded(paper)
    assert 30 < image.sum() < 200
    mean, log_var = vae.encoder(image)
    nats = reconstruction_nats(image, vae.decoder(mean))[0]
    kl = kl_to_standard_normal(mean, log_var)[0]
    assert_allclose(prices(paper), [nats, kl], rtol=1e-3, atol=0.051)  # one digit is shown


def test_a_moved_stroke_moves_the_ellipse_and_all_that_is_decoded(page, paper):
    parts = [".map .plane", ".side .plane", ".strip canvas", ".paper"]
    before = [ink(paper, part) for part in parts] + prices(paper)
    paper.get_by_role("button", name="move a stroke").click()
    drag(page, paper.locator(".paper"), (0.5, 0.8), (0.2, 0.8))
    after = [ink(paper, part) for part in parts] + prices(paper)
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_undo_takes_one_stroke_back_and_clear_all(paper):
    both = encoded(paper)
    paper.get_by_role("button", name="undo").click()
    assert 0 < encoded(paper).sum() < both.sum()
    paper.get_by_role("button", name="clear").click()
    assert encoded(paper).sum() == 0 and "write a digit here" in paper.inner_text()
    assert paper.get_by_role("button", name="undo").is_disabled()


def test_by_keyboard_a_test_image_is_taken_and_a_stroke_on_it_stays_in_place(page, paper):
    number = paper.get_by_label("number of the test image")
    number.fill("7")
    assert encoded(paper)[0, 10, 13] == 1 and encoded(paper).sum() == 60
    drag(page, paper.locator(".paper"), (0.1, 0.9), (0.3, 0.9))
    image = encoded(paper)[0]
    assert image[10, 13] == 1 and image[25, 5] == 1 and "test image 7" in paper.inner_text()


def test_a_finger_writes_too(page, paper):
    before, box = encoded(paper).sum(), paper.locator(".paper").bounding_box()
    finger = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.2), ("touchMove", 0.4), ("touchMove", 0.6)):
        places = [{"x": box["x"] + share * box["width"], "y": box["y"] + box["height"] / 2}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert encoded(paper).sum() > before + 10


def test_on_a_stage_nothing_lies_outside_or_upon_another(page):
    root = page.locator(".stage .vae-explorer")
    assert root.evaluate(FAULTS) == []
    sizes = [(part, size) for part, size in root.evaluate(TEXT) if "plane" not in part]
    assert min(size for part, size in sizes if part != "paper") >= 24


def test_over_a_zoomed_screen_nothing_lies_outside_or_upon_another(page):
    root = page.locator(".vae-explorer").first
    for _ in over_screens(page, root):
        assert root.evaluate(FAULTS) == []


def test_no_error_was_logged_while_drawing(page):
    assert page.faults == []
