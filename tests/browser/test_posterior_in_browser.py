"""Who drags a Gaussian over a posterior is told its bound by the browser, as by Python."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.browser.pages import PLACE, STAGE, over_screens, page_with
from tests.browser.test_big import FAULTS, TEXT
from tests.browser.test_explorers import drag, ink
from tests.test_posterior import made

SLIDERS = "z1", "z2", "sigma 1", "sigma 2"


@pytest.fixture(scope="module")
def explorer():
    return made()[0]


@pytest.fixture(scope="module")
def page(explorer, browser, tmp_path_factory):
    """A page with the explorer as in a lab, and on a stage."""
    folder, size = tmp_path_factory.mktemp("posterior"), {"width": 1240, "height": 1100}
    places = (PLACE, explorer), (STAGE, explorer)
    with page_with(browser, folder, *places, viewport=size) as page:
        yield page


@pytest.fixture
def found(page):
    """The explorer, brought back to its first image and q."""
    found = page.locator(".vae-explorer").first
    found.get_by_role("button", name="image 1").click()
    return found


def bills(found):
    """Both prices of q, then the exact cost and the gap."""
    return [float(x) for x in re.findall(r"-?\d+\.\d", found.locator(".bill").inner_text())]


def values(found):
    """Mean and sigma of q, as the sliders' labels have them."""
    shown = [found.get_by_label(name, exact=True) for name in SLIDERS]
    return [float(slider.get_attribute("aria-valuetext")) for slider in shown]


def test_the_numbers_beside_the_bars_are_those_of_python(explorer, found):
    for index, name in enumerate(("image 1", "image 2", "image 3")):
        found.get_by_role("button", name=name).click()
        explorer.index = index
        numbers = np.array(explorer.gaussians[0][1][index])
        explorer.mean, explorer.sigma = numbers[:2].tolist(), numbers[2:].tolist()
        exact, total = -explorer.exact[index], sum(explorer.prices)
        assert_allclose(bills(found), [*explorer.prices, exact, total - exact], atol=0.1)
        assert_allclose(values(found), numbers, atol=0.006)
    explorer.index = 0


def test_q_is_dragged_to_the_posterior_and_the_gap_shrinks(page, found):
    plane = found.locator(".plane")
    before, gap = ink(found, ".plane"), bills(found)[3]
    found.get_by_role("button", name="at it").press("Enter")
    assert ink(found, ".plane") != before and bills(found)[3] < gap
    drag(page, plane, (0.5, 0.5), (0.9, 0.1))
    assert bills(found)[3] > gap > 0


def test_sliders_stretch_q_by_keys_and_the_exact_cost_stays(found):
    before, shown = bills(found), values(found)
    for name in SLIDERS:
        found.get_by_label(name, exact=True).press("ArrowRight")
    after = bills(found)
    assert np.all(np.array(values(found)) > shown)
    assert after[2] == before[2] and after[:2] != before[:2]


def test_another_image_is_another_posterior_and_its_button_is_pressed(found):
    before = ink(found, ".plane"), ink(found), ink(found, index=1)
    found.get_by_role("button", name="image 2").press("Enter")
    after = ink(found, ".plane"), ink(found), ink(found, index=1)
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert found.locator("[aria-pressed=true]").inner_text() == "image 2"


def test_on_a_stage_all_lies_within_and_is_large(page):
    root = page.locator(".stage .vae-explorer")
    assert root.bounding_box()["height"] == 560 and root.evaluate(FAULTS) == []
    assert min(size for part, size in root.evaluate(TEXT) if part != "plane") >= 24


def test_over_a_zoomed_screen_all_lies_within(page):
    root = page.locator(".vae-explorer").first
    for _ in over_screens(page, root):
        assert root.evaluate(FAULTS) == []


def test_no_error_was_logged_while_dragging(page):
    assert page.faults == []
