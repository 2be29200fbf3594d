"""Films are played, paused and scrubbed; the lens magnifies what it promises."""

import re

import numpy as np
import pytest

from tests.browser.pages import PLACE, page_with
from tests.browser.test_explorers import ink
from tests.test_film import LABELS, film
from vae_utils.explore import Film, Lens


@pytest.fixture
def page(browser, tmp_path):
    """A page from disk with two films on one clock, and a lens; no kernel runs."""
    rng = np.random.default_rng(0)
    films = {"plain": film(gaussian=False), "VAE": film(epochs=1)}
    lens = Lens(rng.normal(size=(20, 2)), np.full((20, 2), 1e-4), LABELS, 3)
    places = (PLACE, Film(films, LABELS, "Maps.")), (PLACE, lens)
    with page_with(browser, tmp_path, *places) as page:
        yield page
        assert page.faults == []


def epochs(found):
    said = found.locator("figcaption").all_inner_texts()
    return [
        float(re.search(r"epoch ([\d.]+)", text)[1]) for text in said if "epoch " in text
    ]


def test_a_film_rests_until_it_is_played_and_again_when_it_is_paused(page):
    found = page.locator(".film")
    page.wait_for_timeout(200)
    assert found.get_by_label("epoch").get_attribute("aria-valuetext") == "0.00"
    found.get_by_role("button", name="play").press("Enter")
    page.wait_for_timeout(1500)
    found.get_by_role("button", name="pause").press("Enter")
    before = found.get_by_label("epoch").get_attribute("aria-valuetext")
    assert 0 < float(before) < 2
    page.wait_for_timeout(200)
    assert found.get_by_label("epoch").get_attribute("aria-valuetext") == before


def test_scrubbing_moves_every_map_and_chart_on_one_clock(page):
    found = page.locator(".film")
    kinds = [(kind, index) for kind in ("canvas.plane", "canvas.chart") for index in (0, 1)]
    before = [ink(found, *kind) for kind in kinds]
    found.get_by_label("epoch").press("End")
    assert [ink(found, *kind) != one for kind, one in zip(kinds, before, strict=True)] == [
        True
    ] * 4
    assert epochs(found) == [2, 1]  # the second was shorter, and stands at its end
    found.get_by_label("epoch").press("Home")
    assert [ink(found, *kind) for kind in kinds] == before


def test_the_lens_magnifies_until_the_code_is_alone(page):
    found = page.locator(".lens")
    assert "1 times larger" in found.inner_text()
    before = ink(found, "canvas.plane")
    found.get_by_label("magnify").press("End")
    assert re.search(r"\d,\d{3} times larger: 0 of 19 other", found.inner_text())
    assert ink(found, "canvas.plane") != before


def test_who_asks_for_less_motion_gets_twelve_steps(page):
    page.emulate_media(reduced_motion="reduce")
    page.locator(".film").get_by_role("button", name="play").click()
    seen = set()
    for _ in range(20):
        page.wait_for_timeout(100)
        seen.add(
            page.locator(".film").get_by_label("epoch").get_attribute("aria-valuetext")
        )
    assert len(seen) <= 4
