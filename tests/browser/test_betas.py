"""The slider over beta passes from one training to the next, and its numbers are true."""

import pytest

from tests.browser.pages import PLACE, STAGE, over_screens, page_with
from tests.browser.test_big import FAULTS, TEXT
from tests.browser.test_explorers import drag, ink, press
from vae_utils.explore import BetaExplorer
from vae_utils.store import read_maps, read_record, read_samples


def made():
    facts, samples = (
        read_record("betas", "UCI digits", 0),
        read_samples("betas", "UCI digits"),
    )
    prices = facts["reconstruction"], facts["kl"]
    maps = read_maps("betas", "UCI digits")
    return BetaExplorer(facts["betas"], *prices, *maps, [*samples.values()])


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A page with the explorer on a stage, and then without one; no kernel."""
    options = dict(viewport={"width": 1280, "height": 720}, has_touch=True)
    options |= dict(reduced_motion="reduce")
    places, folder = [(STAGE, made()), (PLACE, made())], tmp_path_factory.mktemp("betas")
    with page_with(browser, folder, *places, **options) as page:
        yield page


@pytest.fixture
def found(page):
    """The explorer that is on no stage, at beta 1."""
    found = page.locator(".vae-explorer").nth(1)
    found.scroll_into_view_if_needed()
    found.get_by_role("button", name="1", exact=True).click()
    return found


def test_a_press_goes_to_a_training_and_all_follows(found):
    parts = "canvas.plane", "canvas.picture", "canvas.chart"
    before = [ink(found, part) for part in parts]
    found.get_by_role("button", name="10", exact=True).press("Enter")
    assert all(ink(found, part) != old for part, old in zip(parts, before, strict=True))
    assert "trained at beta 10" in found.inner_text()
    assert found.locator("[aria-pressed=true]").inner_text() == "10"


def test_the_bill_is_that_of_the_training(found):
    facts = read_record("betas", "UCI digits", 0)
    for beta, nats, kl in zip(
        *(facts[name] for name in ("betas", "reconstruction", "kl")), strict=True
    ):
        found.get_by_role("button", name=f"{beta:g}", exact=True).click()
        bill = f"{nats:.1f} + {beta:g} x {kl:.1f} = {nats + beta * kl:.1f} nats"
        label = found.locator("canvas.chart").get_attribute("aria-label")
        assert label.split(",")[0] == bill


def test_keys_pass_between_trainings_and_reach_each(page, found):
    slider, plane = found.get_by_label("beta", exact=True), ink(found, "canvas.plane")
    press(page, slider, times=5)
    assert "between beta 1 and 2" in found.inner_text()
    assert "between two trainings" in found.inner_text()
    assert "copies at beta 1" in found.inner_text()
    assert ink(found, "canvas.plane") != plane
    press(page, slider, times=3)
    assert "copies at beta 2" in found.inner_text()  # beyond the middle
    press(page, slider, times=4)
    assert "trained at beta 2" in found.inner_text()
    slider.press("Home")
    assert "trained at beta 0.03" in found.inner_text()
    slider.press("End")
    assert "trained at beta 30" in found.inner_text()


def test_mouse_and_finger_move_the_slider(page, found):
    slider = found.get_by_label("beta", exact=True)
    drag(page, slider, (0.5, 0.5), (0.999, 0.5))
    assert "trained at beta 30" in found.inner_text()
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + 3, box["y"] + box["height"] / 2)
    assert "0.03" in found.inner_text().split("test images")[0]


def test_on_a_stage_all_is_large_and_nothing_lies_outside_or_upon_another(page):
    root = page.locator(".stage .vae-explorer")
    for beta in ("0.03", "0.5", "30"):
        root.get_by_role("button", name=beta, exact=True).click()
        assert root.evaluate(FAULTS) == []
    sizes, least = root.evaluate(TEXT), {"plane": 12, "chart": 18}
    assert [(part, size) for part, size in sizes if size < least.get(part, 24)] == []
    assert root.locator(".plane").bounding_box()["width"] >= 420
    assert root.locator(".chart").bounding_box()["width"] >= 600


def test_it_fills_the_screen_and_fits_it_when_zoomed(page, found):
    for _ in over_screens(page, found):
        assert found.evaluate(FAULTS) == []


def test_no_error_was_logged(page):
    assert page.faults == []
