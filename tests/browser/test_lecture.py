"""The lecture in a browser: legible, within its slide, without network, led by keys."""

import re

import pytest

from tools import deck

SIZES = (1280, 720), (1920, 1080)
# What stands on the slide in sight: what leaves it, and text that is too small, in pixels
# of a slide of 1280 x 720.
LOOK = """() => {
  const zoom = innerWidth / 1280, faults = [];
  const visible = { visibilityProperty: true, opacityProperty: true };
  for (const node of Reveal.getCurrentSlide().querySelectorAll("*")) {
    if (node.closest("aside") || !node.checkVisibility(visible)) continue;
    const box = node.getBoundingClientRect();
    const [left, right, bottom] = [box.left, box.right, box.bottom].map((x) => x / zoom);
    if (box.width && (left < -1 || right > 1281 || bottom > 721)) {
      faults.push(`${node.tagName} ${node.className} leaves it: ${[left, right, bottom]}`);
    }
    const said = [...node.childNodes].find((n) => n.nodeType === 3 && n.textContent.trim());
    const scale = node.offsetHeight ? box.height / node.offsetHeight : zoom;
    const size = (parseFloat(getComputedStyle(node).fontSize) * scale) / zoom;
    if (said && size < (node.closest(".code, .many, .chart") ? 17.5 : 23.5)) {
      faults.push(`${size.toFixed(1)} px: ${said.textContent.trim().slice(0, 40)}`);
    }
  }
  return faults;
}"""


@pytest.fixture(scope="session")
def lecture(tmp_path_factory):
    """The file of the lecture, made on the UCI digits, with the trainings of the tests."""
    path = tmp_path_factory.mktemp("deck") / "lecture.html"
    slides = deck.slides_of_lecture(deck.LECTURE.read_text(encoding="utf-8"))
    path.write_text(deck.deck(deck.TITLE, *deck.made(slides)), encoding="utf-8")
    return path


@pytest.fixture
def open_at(browser, lecture):
    """Opens the lecture in a window of some size; `faults` collects what goes wrong."""
    pages = []

    def open_in(width=1280, height=720):
        page = browser.new_page(viewport={"width": width, "height": height})
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.faults.append(m.text))
        local = "file:", "blob:", "data:"
        page.on("request", lambda r: r.url.startswith(local) or page.faults.append(r.url))
        page.goto(lecture.as_uri())
        page.wait_for_function("Reveal.isReady()")
        pages.append(page)
        return page

    yield open_in
    for page in pages:
        page.close()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_slide_overflows_and_all_text_is_legible(size, open_at):
    page, faults = open_at(*size), []
    page.locator(".vae-explorer").first.wait_for(state="attached")
    while True:
        place = page.evaluate("[Reveal.getIndices().h, Reveal.getIndices().f ?? -1]")
        faults += [f"slide {place}: {fault}" for fault in page.evaluate(LOOK)]
        if page.evaluate("Reveal.isLastSlide()") and place[1] == 0:
            break
        page.keyboard.press("ArrowRight")
    assert faults == [] and page.faults == []


def test_it_is_one_small_file(lecture):
    assert lecture.stat().st_size < 12e6


def test_the_question_comes_first_and_its_answer_one_key_press_later(open_at):
    page = open_at()
    asked, shown = (page.locator(f"section.present .{x}") for x in ("question", "answer"))
    assert asked.is_visible() and not shown.is_visible()
    page.keyboard.press("ArrowRight")
    assert shown.is_visible() and not asked.is_visible()


def slider_in_hand(page):
    """Go to the first slide with an explorer, and put the focus on a slider of it."""
    explorers = "Reveal.getHorizontalSlides().findIndex((x) => x.querySelector('.stage'))"
    place = page.evaluate(explorers)
    page.evaluate(f"Reveal.slide({place}, 0, 0)")
    slider = page.locator("section.present input[type=range]").first
    slider.focus()
    return place, slider


def test_arrow_keys_move_the_slider_in_hand_and_then_the_slide(open_at):
    page = open_at()
    place, slider = slider_in_hand(page)
    before = slider.input_value()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() != before
    assert page.evaluate("Reveal.getIndices().h") == place
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == place + 1


def test_a_remote_control_turns_the_slide_while_a_slider_is_in_hand(open_at):
    page = open_at()
    place, _ = slider_in_hand(page)
    page.keyboard.press("PageDown")
    assert page.evaluate("Reveal.getIndices().h") == place + 1


def test_the_presenter_sees_notes_clock_and_next_slide_and_it_follows(open_at):
    page = open_at()
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    presenter = opened.value
    notes = presenter.locator(".speaker-controls-notes .value")
    notes.filter(has_text=re.compile(r"\w")).wait_for()
    first = notes.inner_text()
    assert presenter.locator("#current-slide iframe, #upcoming-slide iframe").count() == 2
    assert re.search(r"\d", presenter.locator(".clock-value").first.inner_text())
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    presenter.wait_for_function(
        "old => document.querySelector('.speaker-controls-notes .value').innerText !== old",
        arg=first,
    )


def test_on_paper_explorers_stand_still(browser, lecture):
    page = browser.new_page()
    page.goto(f"{lecture.as_uri()}?print-pdf")
    page.wait_for_selector(".pdf-page")
    assert page.locator(".stage img").count() > 3
    assert page.locator(".vae-explorer").count() == 0
    page.close()
