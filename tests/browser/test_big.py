"""On a slide and over the whole screen, explorers are seen from the last row."""

import pytest

from tests.browser.pages import over_screens
from tests.browser.test_explorers import LATENT, SAMPLING, WALK, WIDE, drag

NAMES = ["latent", "wide", "walk", "sampling", "gaussian", "signal", "playground"]
ALL = {name: index for index, name in enumerate(NAMES)}
# What lies outside the explorer, or upon another part: canvases, controls, lines of text.
FAULTS = """root => {
  const boxes = [];
  const note = (name, thing) => {
    const box = thing.getBoundingClientRect();
    if (box.width > 0) boxes.push([name, box]);
  };
  for (const part of root.querySelectorAll("canvas, input, button")) {
    note(part.textContent || part.className || part.type, part);
  }
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.parentElement.matches("button")) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    note(texts.currentNode.data, range);
  }
  const all = root.getBoundingClientRect();
  const share = (a, b) => [
    Math.min(a.right, b.right) - Math.max(a.left, b.left),
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
  ];
  const out = boxes.filter(([, box]) => {
    const [width, height] = share(box, all);
    return width < box.width - 1 || height < box.height - 1;
  });
  const upon = boxes.flatMap(([name, a], index) => boxes.slice(index + 1)
    .filter(([, b]) => Math.min(...share(a, b)) > 1)
    .map(([other]) => `${name} and ${other}`));
  return [...out.map(([name]) => name), ...upon];
}"""
# The size of each text: of elements, and of what is written into canvases.
TEXT = """root => {
  const tags = "label, output, p, figcaption, button, input, canvas";
  const size = (part) => part.matches("canvas")
    ? (part.fontSize * part.clientWidth) / part.width
    : parseFloat(getComputedStyle(part).fontSize);
  return [...root.querySelectorAll(tags)]
    .filter((part) => part.clientWidth && !part.matches(".picture, [type=range]"))
    .map((part) => [part.className.split(" ")[0], size(part)]);
}"""
# Notes which keys reach the document, and what has the focus then.
HEARD = """() => { window.heard = []; document.addEventListener(
  "keydown", (event) => heard.push([event.key, document.activeElement.tagName])) }"""


@pytest.fixture(scope="module")
def slide(stages):
    """The page of stages, where each explorer has been brought to its longest texts."""
    for root in stages.locator(".vae-explorer").all():
        longest(root)
    stages.evaluate(HEARD)
    return stages


def longest(root):
    """Bring an explorer to where it has the most to show, and the longest text."""
    if root.get_by_label("number of the test image").count():
        root.get_by_label("number of the test image").fill("7")
    for name in ("code of test image", *["draw"] * 12):
        if root.get_by_role("button", name=name).count():
            root.get_by_role("button", name=name).click()
    if root.get_by_label("sigma", exact=True).count():
        root.get_by_label("sigma", exact=True).press("Home")


def widths(root, selector=".picture"):
    found = root.locator(selector).all()
    return [one.bounding_box()["width"] for one in found if one.is_visible()]


@pytest.mark.parametrize("name", ALL)
def test_an_explorer_fills_its_stage_and_nothing_lies_outside_or_upon_another(slide, name):
    root = slide.locator(".stage .vae-explorer").nth(ALL[name])
    box = root.bounding_box()
    assert (box["width"], box["height"]) == (1200, 560)
    assert root.evaluate(FAULTS) == []


@pytest.mark.parametrize("name", ALL)
def test_text_on_a_stage_is_large(slide, name):
    sizes = slide.locator(".stage .vae-explorer").nth(ALL[name]).evaluate(TEXT)
    least = {"plane": 12, "chart": 18}
    assert [(part, size) for part, size in sizes if size < least.get(part, 24)] == []


def test_pictures_on_a_stage_are_large(slide):
    roots = slide.locator(".stage .vae-explorer")
    assert min(widths(roots.nth(LATENT)) + widths(roots.nth(WIDE))) >= 500
    assert len(widths(roots.nth(WALK))) == 3 and len(widths(roots.nth(SAMPLING))) == 6
    assert min(widths(roots.nth(WALK)) + widths(roots.nth(SAMPLING))) >= 200
    planes = widths(roots.nth(LATENT), ".plane") + widths(roots.nth(SAMPLING), ".plane")
    assert min(planes + widths(roots.nth(WIDE), "input")) >= 150 and min(planes) >= 480


@pytest.mark.parametrize("name", ALL)
def test_an_explorer_fills_the_screen_and_fits_it_when_zoomed(slide, name):
    root = slide.locator(".vae-explorer").nth(len(ALL) + ALL[name])
    for width, height in over_screens(slide, root):
        box = root.bounding_box()
        assert (box["width"], box["height"]) == (width, height)
        assert root.evaluate(FAULTS) == []
        assert sum(widths(root, ".picture, .chart")) >= 0.4 * height


def test_on_a_stage_no_button_fills_the_screen(slide):
    fill = slide.locator(".stage").get_by_role("button", name="fill the screen")
    assert fill.count() == 0


@pytest.mark.parametrize("key", ["ArrowRight", "ArrowDown", "Home", "End"])
def test_a_key_that_moves_a_slider_does_not_reach_the_deck(slide, key):
    slider = slide.locator(".stage").nth(WIDE).get_by_label("z16", exact=True)
    slider.fill("0")
    slide.evaluate("heard = []")
    slider.press(key)
    assert float(slider.input_value()) != 0
    assert slide.evaluate("heard") == []


@pytest.mark.parametrize("key", ["PageDown", "PageUp"])
def test_the_keys_of_a_presenter_turn_the_slide_and_move_no_slider(slide, key):
    slider = slide.locator(".stage").nth(WIDE).get_by_label("z16", exact=True)
    slider.fill("0")
    slide.evaluate("heard = []")
    slider.press(key)
    assert float(slider.input_value()) == 0
    assert slide.evaluate("heard") == [[key, "BODY"]]  # reveal.js wants no focused input


def test_buttons_answer_the_keyboard_and_leave_the_arrows_to_the_deck(slide):
    root = slide.locator(".stage").nth(LATENT)
    slide.evaluate("heard = []")
    for key in (" ", "Enter"):
        before = root.get_by_label("z1", exact=True).input_value()
        root.get_by_role("button", name="random").press(key)
        assert root.get_by_label("z1", exact=True).input_value() != before
    root.get_by_label("number of the test image").press("3")
    assert slide.evaluate("heard") == []
    root.get_by_role("button", name="random").press("ArrowRight")
    assert slide.evaluate("heard") == [["ArrowRight", "BUTTON"]]


@pytest.mark.parametrize("style", ["transform: scale(0.6)", "zoom: 0.8"])
def test_the_point_is_dragged_where_the_deck_scales_its_slides(slide, style):
    stage = slide.locator(".stage").nth(LATENT)
    size = stage.get_attribute("style")
    stage.evaluate("(stage, style) => { stage.style.cssText = style }", f"{size}; {style}")
    drag(slide, stage.locator(".plane"), (0.5, 0.5), (0.25, 0.25))
    values = [float(stage.get_by_label(z, exact=True).input_value()) for z in ("z1", "z2")]
    stage.evaluate("(stage, style) => { stage.style.cssText = style }", size)
    assert values == pytest.approx([-1.5, 1.5], abs=0.05)


def test_no_error_was_logged(slide):
    assert slide.faults == []
