"""The menu of losses moves the slider over beta, and says what no map shows."""

import pytest

from tests.browser.pages import PLACE, STAGE, page_with
from tests.browser.test_big import FAULTS, TEXT
from tests.browser.test_explorers import press
from vae_utils.explore import BetaExplorer
from vae_utils.store import read_maps, read_record, read_samples

MARKS = {"two": 2.0, "two means": 392.0, "whole batch": 1 / 512, "an edition": 0.392}


def made(**marks):
    facts, samples = (
        read_record("betas", "UCI digits", 0),
        read_samples("betas", "UCI digits"),
    )
    prices = facts["reconstruction"], facts["kl"]
    maps = read_maps("betas", "UCI digits")
    return BetaExplorer(facts["betas"], *prices, *maps, [*samples.values()], **marks)


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A page with the menu on a stage and without one, and an explorer without it."""
    options = dict(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    places = [(STAGE, made(marks=MARKS)), (PLACE, made(marks=MARKS)), (PLACE, made())]
    with page_with(browser, tmp_path_factory.mktemp("marks"), *places, **options) as page:
        yield page


@pytest.fixture
def found(page):
    found = page.locator(".vae-explorer").nth(1)
    found.scroll_into_view_if_needed()
    return found


@pytest.mark.parametrize(
    "name, said, caption",
    [
        ("two", "beta 2", "trained at beta 2"),
        ("an edition", "beta 0.392", "between beta 0.2 and 0.5"),
        ("two means", "beta 392, beyond the last map", "trained at beta 30"),
        ("whole batch", "beta 0.00195, before the first map", "trained at beta 0.03"),
    ],
)
def test_a_chosen_loss_moves_the_slider_to_its_beta(found, name, said, caption):
    found.get_by_label("a loss as it is written").select_option(name)
    assert found.locator(".marks output").inner_text() == said
    assert caption in found.inner_text()


def test_the_menu_lets_go_when_the_slider_or_a_button_is_used(page, found):
    menu = found.get_by_label("a loss as it is written")
    menu.select_option("two")
    press(page, found.get_by_label("beta", exact=True), times=1)
    assert menu.input_value() == "0"
    menu.select_option("two")
    found.get_by_role("button", name="10", exact=True).click()
    assert menu.input_value() == "0"
    assert found.locator(".marks output").inner_text() == ""


def test_the_menu_is_moved_by_keys(found):
    menu = found.get_by_label("a loss as it is written")
    menu.select_option("choose a loss")
    menu.press("ArrowDown")
    assert menu.input_value() == "1"
    assert "trained at beta 2" in found.inner_text()


def test_without_marks_there_is_no_menu(page):
    assert page.locator(".vae-explorer").nth(2).locator("select").count() == 0


def test_on_a_stage_the_menu_is_large_and_nothing_lies_upon_another(page):
    root = page.locator(".stage .vae-explorer")
    root.get_by_label("a loss as it is written").select_option("two means")
    assert root.evaluate(FAULTS) == []
    sizes, least = root.evaluate(TEXT), {"plane": 12, "chart": 18}
    assert [(part, size) for part, size in sizes if size < least.get(part, 24)] == []


def test_no_error_was_logged(page):
    assert page.faults == []
