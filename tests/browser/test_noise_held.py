"""Noise held fast, in a lab, on a page from disk, on a slide and over the whole screen."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.browser.pages import PLACE, STAGE, over_screens, page_with
from tests.browser.test_big import FAULTS, TEXT
from tests.browser.test_explorers import INK, drag
from tools.lab import RUN_ALL, new_notebook, serve
from vae_utils.explore import NoiseExplorer

MADE = NoiseExplorer()


@pytest.fixture(scope="module")
def disk(browser, tmp_path_factory):
    """A page from disk with the explorer on a stage, and then without one."""
    folder, size = tmp_path_factory.mktemp("noise"), {"width": 1280, "height": 720}
    places = (STAGE, MADE), (PLACE, MADE)
    with page_with(browser, folder, *places, viewport=size) as page:
        yield page


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    notebook = new_notebook(
        ["from vae_utils.explore import NoiseExplorer\nNoiseExplorer()"]
    )
    with serve(notebook, tmp_path_factory.mktemp("lab")) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(60_000)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(address)
        page.wait_for_function("window.jupyterapp !== undefined")
        page.evaluate(RUN_ALL)
        page.locator(".noise").wait_for()
        yield page
        page.close()


@pytest.fixture(params=["disk", "lab"])
def found(request):
    """The explorer, brought back to its first setting."""
    explorer = request.getfixturevalue(request.param).locator(".noise").last
    explorer.get_by_label("mean", exact=True).fill("1.02")
    explorer.get_by_label("sigma", exact=True).fill("0.5")
    return explorer


def shown(found):
    """The average slopes on show."""
    said = found.locator("figcaption").nth(1).inner_text()
    return [float(x) for x in re.findall(r"-?\d+\.\d+", said)]


def test_the_slopes_on_show_are_those_of_numpy(found):
    noise = np.array(MADE.noise)
    by_mean = 2 * (1.02 + 0.5 * noise - 3)
    assert_allclose(shown(found), [by_mean.mean(), (by_mean * noise).mean()], atol=0.006)
    found.get_by_label("mean", exact=True).press("End")
    found.get_by_label("sigma", exact=True).press("Home")
    assert_allclose(shown(found), [6, 6 * noise.mean()], atol=0.006)


def test_sliders_answer_keys_and_mouse_and_both_pictures_follow(found):
    pictures = [found.locator("canvas.chart").nth(index) for index in range(2)]
    before = [picture.evaluate(INK) for picture in pictures]
    found.get_by_label("mean", exact=True).press("ArrowRight")
    after = [picture.evaluate(INK) for picture in pictures]
    assert np.all(np.not_equal(before, after))
    sigma = found.get_by_label("sigma", exact=True)
    drag(found.page, sigma, (0.5, 0.5), (0.9, 0.5))
    assert float(sigma.input_value()) == pytest.approx(0.9, abs=0.05)
    assert pictures[0].evaluate(INK) != after[0]


def test_without_new_noise_threads_stay_and_with_it_they_move(found):
    threads, mean = (
        found.locator("canvas.chart").first,
        found.get_by_label("mean", exact=True),
    )
    before, held = threads.evaluate(INK), shown(found)
    mean.press("ArrowRight")
    mean.press("ArrowLeft")
    assert (threads.evaluate(INK), shown(found)) == (before, held)
    found.get_by_role("button", name="new noise").press("Enter")
    assert threads.evaluate(INK) != before and shown(found) != held


def test_it_fills_its_stage_with_large_text_and_nothing_upon_another(disk):
    root = disk.locator(".stage .noise")
    root.get_by_label("mean", exact=True).fill("0")
    assert root.bounding_box()["height"] == 560 and root.evaluate(FAULTS) == []
    assert all(
        size >= (18 if part == "chart" else 24) for part, size in root.evaluate(TEXT)
    )


def test_it_fills_the_screen_and_fits_it_when_zoomed(disk):
    root = disk.locator(".noise").last
    for width, _ in over_screens(disk, root):
        assert root.bounding_box()["width"] == width and root.evaluate(FAULTS) == []


def test_no_error_was_logged(disk, lab):
    assert disk.faults == lab.faults == []
