"""Explorers are for all: by ear, by touch, in the dark, without motion."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_explorers import INK, LATENT, PLAYGROUND, SAMPLING, explorer

DARK = """body { color-scheme: dark; --jp-layout-color0: #111; --jp-layout-color1: #111;
  --jp-content-font-color1: #ddd; --jp-ui-font-color1: #ddd; }"""  # as in a dark lab


@pytest.fixture
def opened(browser, page_on_disk):
    """Open the page from disk anew: for a finger, say, or in the dark."""
    contexts = []

    def open_page(**given):
        contexts.append(
            browser.new_context(viewport={"width": 1200, "height": 900}, **given)
        )
        page = contexts[-1].new_page()
        page.goto(page_on_disk)
        page.locator(".vae-explorer").nth(PLAYGROUND).wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_shuts_people_out_of_an_explorer(opened, scheme):
    page = opened(color_scheme=scheme)
    if scheme == "dark":
        page.add_style_tag(content=DARK)
    explorer(page, SAMPLING).get_by_role("button", name="draw").click(click_count=6)
    found = Axe().run(page, ".vae-explorer").response
    faults = [
        (fault["id"], fault["nodes"][0]["html"][:80]) for fault in found["violations"]
    ]
    assert faults == [] and len(found["passes"]) > 5


def test_a_finger_moves_the_point_on_the_plane(opened):
    page = opened(has_touch=True)
    found = explorer(page, LATENT)
    plane, values = found.locator("canvas.plane"), found.get_by_label("z1", exact=True)
    box = plane.bounding_box()
    y = box["y"] + box["height"] / 2
    page.touchscreen.tap(box["x"] + 0.75 * box["width"], y)
    assert float(values.input_value()) == pytest.approx(1.5, abs=0.05)
    finger = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0.75), ("touchMove", 0.5), ("touchMove", 0.25)):
        places = [{"x": box["x"] + share * box["width"], "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert float(values.input_value()) == pytest.approx(-1.5, abs=0.05)


def test_nothing_moves_by_itself_where_motion_is_unwelcome(opened):
    page = opened(reduced_motion="reduce")
    for index in (LATENT, SAMPLING, PLAYGROUND):
        explorer(page, index)
        page.wait_for_timeout(500)  # the worker of the playground has answered
        pictures = page.locator(".vae-explorer canvas")
        before = pictures.evaluate_all(f"canvases => canvases.map({INK})")
        page.wait_for_timeout(500)
        assert pictures.evaluate_all(f"canvases => canvases.map({INK})") == before
    assert page.evaluate("document.getAnimations().length") == 0


def test_what_is_drawn_has_a_name_and_no_name_stands_twice_in_a_page(opened):
    page = opened()
    names = "canvases => canvases.map(canvas => canvas.getAttribute('aria-label'))"
    assert all(page.locator(".vae-explorer canvas").evaluate_all(names))
    ids = page.locator(".vae-explorer [id]").evaluate_all("found => found.map(x => x.id)")
    assert len(ids) == len(set(ids))
