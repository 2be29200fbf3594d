"""What is handed out holds no answers that can be read, and checks as the lessons do."""

import contextlib
import io
import re

import numpy as np
import pytest

from tools import student
from tools.lessons import LESSONS, exercises, read
from vae_utils.checks import exercise

every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
BOX = re.compile(r"<summary>(.*?)</summary>")


def handed_out(path):
    return student.for_students(read(path))


def text(cells):
    return "\n".join(cell.source for cell in cells)


@every_lesson
def test_no_solution_check_or_likely_mistake_can_be_read(path):
    given = handed_out(path)
    for _, check, solution in exercises(read(path)):
        for secret in (solution, check.source, check.metadata["mistake"]):
            assert secret.strip() not in text(given.cells)
    assert all("mistake" not in cell.metadata for cell in given.cells)


@every_lesson
def test_boxes_that_answer_an_exercise_go_and_all_others_stay(path):
    before, after = (BOX.findall(text(x.cells)) for x in (read(path), handed_out(path)))
    assert after == [
        box for box in before if box not in ("Solution", "What you should see")
    ]
    assert len(after) < len(before)


@every_lesson
def test_the_text_up_to_the_exercises_stays(path):
    before, after = (
        [x.source for x in notebook.cells if x.cell_type == "markdown"]
        for notebook in (read(path), handed_out(path))
    )
    for was, given in zip(before, after, strict=True):
        if "## Exercises" in was:
            break
        assert given == student.OUTWARD.sub(r"\1", was)


@every_lesson
def test_cells_keep_their_ids_and_nothing_was_run(path):
    given = handed_out(path)
    assert [x.id for x in given.cells] == [x.id for x in read(path).cells]
    code = [cell for cell in given.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def said(source, names):
    """Return what a cell prints in a notebook with these names."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(source, names)
    return printed.getvalue()


def test_a_sealed_check_says_what_the_open_one_says():
    path = next(path for path in LESSONS if path.stem.startswith("07"))
    sealed_checks = [x for x in handed_out(path).cells if x.source.startswith("# sealed")]
    for exercise_cells, sealed in zip(exercises(read(path)), sealed_checks, strict=True):
        stub, check, solution = exercise_cells
        verdicts = []
        for answer in (stub.source, solution, check.metadata["mistake"]):
            names = {"np": np, "exercise": exercise}
            exec(answer, names)
            verdicts.append(said(check.source, dict(names)))
            assert said(sealed.source, names) == verdicts[-1]
        assert [verdict[0] for verdict in verdicts] == ["○", "✓", "✗"]


def test_a_sealed_cell_leaves_its_names_in_the_notebook():
    names = {}
    assert said(student.seal('word = "schön"\ndef f(): return word\nprint(f())'), names)
    assert names["word"] == names["f"]() == "schön"


@every_lesson
def test_a_claim_that_fails_stops_no_other_cell(path):
    cells = handed_out(path).cells
    claiming = [cell for cell in cells if re.search(r"^ *claim\(", cell.source, re.M)]
    assert claiming
    assert all("raises-exception" in cell.metadata["tags"] for cell in claiming)


def test_links_lead_to_what_is_in_the_folder(tmp_path, capsys):
    student.main(tmp_path / "student")
    folder = tmp_path / "student"
    assert len(list(folder.glob("*.ipynb"))) == len(LESSONS)
    for path in folder.glob("*.ipynb"):
        for link in re.findall(r"\]\(([\w./]+\.\w+)\)", text(read(path).cells)):
            assert (folder / link).is_file() and ".." not in link


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for occupied in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(SystemExit, match="name another"):
            student.main(occupied)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
