"""A deck is made of cells that have something for the stage, and of measured verdicts."""

import re
from itertools import pairwise

import matplotlib.pyplot as plt
import nbformat
import pytest

from tools import deck
from tools.ledger import STATEMENTS, read_ledger
from tools.lessons import LESSONS, read
from tools.pages import cells_of_claims, index
from vae_utils import plots

NOTEBOOKS = {path.stem[:2]: read(path) for path in LESSONS}
LECTURE = deck.slides_of_lecture(deck.LECTURE.read_text(encoding="utf-8"))
STAGED = [
    pytest.param(cell.metadata, id=f"{lesson}/{cell.id}")
    for lesson, notebook in NOTEBOOKS.items()
    for cell in notebook.cells
    if "stage" in cell.metadata
]


def test_every_slide_of_the_lecture_is_a_cell_with_something_for_the_stage():
    for lesson, name in (cell for slide in LECTURE for cell in slide.cells):
        deck.cell_of(NOTEBOOKS[lesson], name)


def test_the_lecture_judges_each_statement_once_after_it_was_made():
    numbers = [statement.number for statement in STATEMENTS]
    assert sorted(number for slide in LECTURE for number in slide.verdicts) == numbers
    judged = {n: place for place, slide in enumerate(LECTURE) for n in slide.verdicts}
    said = [(slide.statement, place) for place, slide in enumerate(LECTURE)]
    said = [(number, place) for number, place in said if number]
    assert len(said) >= 6  # not where the statement would give the answer away
    assert all(place < judged[number] for number, place in said)


def test_the_lecture_takes_about_an_hour():
    minutes = deck.JUDGING * sum(len(slide.verdicts) for slide in LECTURE)
    for (lesson, name), *other in (slide.cells for slide in LECTURE if slide.cells):
        stage = deck.cell_of(NOTEBOOKS[lesson], name).metadata.stage
        minutes += stage.together.minutes if other else stage.minutes
    assert 50 <= minutes <= 59


@pytest.mark.parametrize("metadata", STAGED)
def test_a_slide_has_a_title_a_question_and_notes(metadata):
    stage = metadata.stage
    assert metadata.slideshow == {"slide_type": "slide"}
    assert set(stage) - {"code", "columns", "panel", "text", "together"} == {
        *("ask", "minutes", "say", "title"),
    }
    assert 5 < len(stage.title) <= 60 and 5 < len(stage.ask) <= 110
    assert 10 <= len(stage.say.split()) <= 110 and 0.5 <= stage.minutes <= 3


@pytest.mark.parametrize("lesson", NOTEBOOKS)
def test_every_lesson_has_a_deck(lesson):
    assert len(deck.slides_of_lesson(lesson, NOTEBOOKS[lesson])) >= 3


def test_a_line_that_names_no_slide_is_refused():
    with pytest.raises(ValueError, match="'8/map'"):
        deck.slides_of_lecture("08/cell-39  # the map\n8/map")


def test_a_cell_that_has_gone_is_named():
    with pytest.raises(ValueError, match=r"no cell 'gone'.*lecture.txt"):
        deck.cell_of(NOTEBOOKS["08"], "gone")
    with pytest.raises(ValueError, match=r"'cell-00' has no `stage`"):
        deck.cell_of(NOTEBOOKS["08"], "cell-00")


def staged_cell(**stage):
    cell = nbformat.v4.new_code_cell("code = 1", id="it")
    cell.metadata["stage"] = dict(title="T", ask="A?", say="S", minutes=1) | stage
    cell.metadata["shown"] = cell.source
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="printed < 1\n")]
    return cell


def test_a_slide_shows_code_and_what_it_prints_only_if_it_is_about_code():
    assert "code = 1" not in deck.picture(staged_cell())
    page = deck.picture(staged_cell(code=True))
    assert "code = 1" in page and "printed &lt; 1" in page


def test_long_code_is_refused():
    cell = staged_cell(code=True)
    cell.metadata["shown"] = "x\n" * 13
    with pytest.raises(ValueError, match="'it' has more than 12 lines"):
        deck.picture(cell)


def test_the_question_comes_before_the_title_and_notes_stay_with_the_presenter():
    page = deck.section(deck.Slide((("08", "it"),), statement=12), [staged_cell()])
    assert page.index("pull inward balance") < page.index("A?") < page.index("<h2>T</h2>")
    assert re.search(r'<aside class="notes"><p>S</p>\s*</aside>', page)


def test_a_verdict_shows_its_numbers_and_one_that_failed_is_not_confirmed():
    rows = read_ledger()
    page = deck.verdict((12,), rows)
    row = next(row for row in rows if row["claim"] == STATEMENTS[11].claims[0])
    assert "<h2>Holds</h2>" in page and f"{float(row['mnist_judged_min']):.3g} to" in page
    row["mnist_judged_held"] = "4"
    assert "Not confirmed" in deck.verdict((12,), rows)


def test_a_deck_fetches_nothing():
    page = deck.deck("Title", ["<section>one</section>"], {})
    assert not re.search(r"(src|href)=[\"']?https?://|@import|url\(https?:", page)
    assert "Reveal.initialize" in page and page.count("</script>") == 3


@pytest.fixture
def stage(monkeypatch):
    for name in ("show", "image_rows"):
        monkeypatch.setattr(plots, name, getattr(plots, name))
    from tools import stage

    yield stage
    plt.close("all")


def test_text_of_a_figure_is_legible_in_its_place(stage):
    figure, ax = plt.subplots(figsize=(12, 4))
    ax.set(xlabel="z1", title="small")
    scale = stage.enlarge(figure, 1200, 540)
    assert scale == 100
    assert ax.xaxis.label.get_fontsize() * scale / 72 == pytest.approx(24)
    assert ax.get_xticklabels()[0].get_fontsize() * scale / 72 == pytest.approx(18)


def test_titles_of_panels_keep_clear_of_one_another(stage):
    figure, axes = plt.subplots(1, 3, figsize=(9, 3))
    for ax in axes:
        ax.set_title("a title that is rather too long for its panel")
    stage.enlarge(figure, 1200, 540)
    figure.draw_without_rendering()
    titles = [
        text for ax in axes for text in ax.findobj(plt.Text) if "long" in text.get_text()
    ]
    boxes = [title.get_window_extent() for title in titles]
    assert len(boxes) == 3
    assert not any(a.overlaps(b) for a, b in pairwise(boxes))


def test_the_finding_of_a_figure_is_left_to_the_title_of_the_slide(stage, monkeypatch):
    monkeypatch.setattr(stage, "show_figure", lambda *_, **__: None)
    figure, axes = plt.subplots(1, 2)
    figure.suptitle("found")
    axes[0].set_title("panel")
    stage.show("two panels")
    single = plt.figure()
    single.gca().set_title("found")
    stage.show("one")
    assert [text.get_text() for text in figure.texts] == [""]
    assert axes[0].get_title("left") == "panel"
    assert single.axes[0].get_title("left") == ""


def test_one_panel_can_stand_alone(stage):
    figure, axes = plt.subplots(1, 3, figsize=(9, 3))
    stage.alone(figure, axes[1])
    figure.draw_without_rendering()
    assert figure.axes == [axes[1]]
    assert axes[1].get_position().width > 0.6


def test_an_index_leads_from_each_statement_to_the_cells_that_measure_it():
    page = index({f"{name}.html": book for name, book in NOTEBOOKS.items()}, read_ledger())
    for statement in STATEMENTS:
        assert all(claim in page for claim in statement.claims)
    place = cells_of_claims(NOTEBOOKS["04"])["z is mean + sigma * noise"]
    assert f'href="04.html#cell-id={place}"' in page


def test_the_lecturers_page_names_slides_that_are_there():
    page = (deck.ROOT / "LECTURING.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| 45 minutes"))
    cells = [cell for slide in LECTURE for cell in slide.cells]
    titles = [deck.cell_of(NOTEBOOKS[n], name).metadata.stage.title for n, name in cells]
    for beginning in re.findall(r"\*([^*]+)\*", row):
        assert any(title.startswith(beginning) for title in titles), beginning
