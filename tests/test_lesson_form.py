"""Stored lessons are in canonical form and keep the anatomy of a lesson."""

import ast
import base64
import re
from itertools import pairwise

import nbformat
import pytest

from tools.lessons import LESSONS, WIDGET_VIEW, make_canonical, read

READING = "**Reading the figure.**"
ANSWERS = r"^(claim|show|Film|BetaExplorer|DrawingExplorer|NoiseExplorer)\("
CLOSED = "<details><summary>Reading the "  # figure, or numbers
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def outputs(path):
    return [output for cell in code_cells(path) for output in cell.outputs]


@every_lesson
def test_it_was_run_from_top_to_bottom_without_noise(path):
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(output.get("name") != "stderr" for output in outputs(path))
    assert all(output.output_type != "error" for output in outputs(path))


@every_lesson
def test_its_cells_have_ids_of_their_own(path):
    ids = [cell.id for cell in read(path).cells]
    assert len(ids) == len(set(ids))


def test_cells_keep_their_ids_when_a_cell_is_inserted():
    cells = [nbformat.v4.new_code_cell(str(number)) for number in range(3)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    ids = [cell.id for cell in cells]
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell("new"))
    make_canonical(notebook)
    assert [cell.id for cell in notebook.cells if cell.source != "new"] == ids


@every_lesson
def test_it_carries_no_widget_state_and_no_machine_path(path):
    notebook = read(path)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert all(WIDGET_VIEW not in output.get("data", {}) for output in outputs(path))
    assert not re.search(
        r'["\s](/[a-z]+/[a-z]+|[A-Z]:\\)', path.read_text(encoding="utf-8")
    )


@every_lesson
def test_its_pictures_are_small_and_have_alternative_text(path):
    for output in outputs(path):
        if png := output.get("data", {}).get("image/png"):
            assert len(base64.b64decode(png)) < 100_000
            assert output.metadata["image/png"]["alt"] == output.data["text/plain"]


@every_lesson
def test_every_figure_is_followed_by_text(path):
    cells = read(path).cells
    for cell, following in pairwise(cells):
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            reading = following.source.startswith((READING, "**Try this.**", CLOSED))
            assert following.cell_type == "markdown" and reading


def answers(cells):
    """Yield what answers a prediction: figures and claims before and after its reading."""
    waiting = read_on = False
    for cell in cells:
        if cell.cell_type == "markdown":
            read_on = waiting and cell.source.startswith((READING, CLOSED))
            if read_on:
                yield cell
            waiting = "**Predict.**" in cell.source or (waiting and not read_on)
        elif (waiting or read_on) and re.search(ANSWERS, cell.source, re.M):
            yield cell


def is_folded(cell):
    jupyter = cell.metadata.get("jupyter", {})
    return jupyter.get("source_hidden") and jupyter.get("outputs_hidden")


@every_lesson
def test_no_prediction_is_spoiled(path):
    for cell in answers(read(path).cells):
        if cell.cell_type == "markdown":
            assert cell.source.startswith(CLOSED), cell.source[:60]
        else:
            assert is_folded(cell), cell.source[:60]


@every_lesson
def test_cells_that_only_claim_are_folded(path):
    for cell in code_cells(path):
        statements = ast.parse(cell.source).body
        calls = [getattr(getattr(x, "value", None), "func", None) for x in statements]
        if all(getattr(call, "id", "") == "claim" for call in calls):
            assert cell.metadata.get("jupyter", {}).get("source_hidden"), cell.source[:60]


def words(cells):
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return len(re.sub(r"```.*?```", "", text, flags=re.S).split())


def test_lessons_are_short():
    lessons = {path.stem: read(path).cells for path in LESSONS}
    counts = {name: words(cells) for name, cells in lessons.items()}
    claims = {
        name: sum(c.source.count("claim(") for c in cells if c.cell_type == "code")
        for name, cells in lessons.items()
    }
    print(counts, sum(counts.values()), claims)
    first_ten = sum(count for name, count in counts.items() if name < "10")
    assert first_ten <= 20_100 and max(counts.values()) <= 3200
    assert max(claims.values()) <= 12


@every_lesson
def test_it_has_the_parts_that_a_reader_looks_for(path):
    cells = read(path).cells
    number, title = re.match(r"# (\d\d) (.+)", cells[0].source).groups()
    assert path.stem.startswith(number)
    for part in ("You will do", "You will learn", "You need", "It takes"):
        assert f"**{part}**" in cells[0].source
    text = "\n".join(cell.source for cell in cells)
    for part in ("## What we have seen", "## Exercises", "## Further reading"):
        assert part in text
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1 and "SEED = 0" in tagged[0].source
    assert title


@every_lesson
def test_it_has_a_guided_a_supported_and_an_open_exercise(path):
    text = "\n".join(cell.source for cell in read(path).cells)
    kinds = re.findall(r"^\*\*(\d) \((\w+)", text, re.M)
    assert kinds == [("1", "guided"), ("2", "supported"), ("3", "open")]


@every_lesson
def test_its_links_to_other_lessons_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([\w./]+\.(?:ipynb|md))\)", text):
        assert (path.parent / link).is_file()
