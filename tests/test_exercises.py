"""Lessons run from top to bottom, solved: solutions are right, likely mistakes diagnosed.

The lessons run on the UCI digits. In each, an exercise is solved, checked, then answered
with the likely mistake that stands in the metadata of its check, and checked again.
Here lessons 00 to 10; the others stand in `test_exercises_of_others.py`, since two workers
share the tests by files, and these take longest: about as long as all before.
"""

import nbformat
import pytest

from tools.lessons import LESSONS, execute, exercises, read


def text(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def noise(notebook):
    """Return what a reader would take for a fault: errors and warnings in the outputs."""
    return [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def solve(path):
    """Run a lesson with its solutions, then with likely mistakes; see what is said."""
    notebook = read(path)
    found = list(exercises(notebook))
    assert len(found) >= 2
    mistaken = []
    for stub, check, solution in found:
        stub.source = solution
        again = nbformat.v4.new_code_cell(check.source)
        place = notebook.cells.index(check) + 1
        notebook.cells[place:place] = [
            nbformat.v4.new_code_cell(check.metadata["mistake"]),
            again,
        ]
        mistaken.append(again)
    execute(notebook, "uci")
    assert [text(check).strip() for _, check, _ in found] == ["✓ right"] * len(found)
    for (_, check, _), again in zip(found, mistaken, strict=True):
        diagnosis = text(again).strip().removeprefix("✗ not yet: ")
        assert diagnosis != text(again).strip(), "the mistake passed"
        assert f'"{diagnosis}"' in check.source.replace("hint=", "hint ")
        assert f'hint="{diagnosis}"' not in check.source, "only the hint, no diagnosis"
    assert noise(notebook) == []


@pytest.mark.parametrize("path", LESSONS[:11], ids=lambda path: path.stem)
def test_solutions_are_right_and_mistakes_are_diagnosed(path):
    solve(path)
