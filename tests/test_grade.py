"""Returned notebooks are read, not run; what is damaged or does not belong is named."""

import json
import os

import pytest

from tools import grade
from tools.lessons import LESSONS, read
from tools.student import for_students

LESSON = next(path for path in LESSONS if path.stem.startswith("07"))
HANDED_OUT = json.dumps(for_students(read(LESSON)))


def hand_in(path, said, notebook=HANDED_OUT, change=None):
    """Write a lesson as a learner returns it, whose checks have said this."""
    notebook = json.loads(notebook)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for count, cell in enumerate(code, start=1):
        cell |= {"execution_count": count, "outputs": []}
    stubs = [x for x in code if "exercise" in x["metadata"].get("tags", [])]
    checks = [code[code.index(stub) + 1] for stub in stubs]
    for stub, check, words in zip(stubs, checks, said, strict=True):
        stub["source"] = stub["source"].replace("...", "8")
        check["outputs"] = [{"output_type": "stream", "name": "stdout", "text": words}]
    if change:
        change(code, stubs[0], checks[0])
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def marks(folder, learner="ada"):
    row = grade.examine(folder)[0][learner]
    return row["07.1"], row["07.2"]


def test_a_learner_is_a_folder_or_the_name_of_a_file(tmp_path):
    hand_in(tmp_path / "ada" / "homework (1).ipynb", ["✓ right\n", "✗ not yet: a sign\n"])
    hand_in(tmp_path / "bob.ipynb", ["○ not tried yet: replace the ...\n", ""])
    (tmp_path / "eve").mkdir()
    (tmp_path / "notes.txt").touch()
    learners, problems = grade.examine(tmp_path)
    assert problems == []
    assert grade.table(learners) == [
        "     07.1  07.2  seed",
        "ada  ✓     ✗     0",
        "bob  ○     ·     0",
        "eve  ·     ·     ·",
    ]


def test_a_lesson_with_open_checks_is_read_too(tmp_path):
    hand_in(tmp_path / "ada.ipynb", ["✓ right", "✗ not yet"], json.dumps(read(LESSON)))
    assert marks(tmp_path) == ("✓", "✗")


def test_what_the_learners_answer_prints_is_no_verdict(tmp_path):
    hand_in(tmp_path / "ada.ipynb", ["✓ right\n✗ not yet: a sign\n", "I say ✓ right\n"])
    assert marks(tmp_path) == ("✗", "·")


def test_the_seed_of_the_returned_lesson_is_shown(tmp_path):
    returned = HANDED_OUT.replace("SEED = 0", "SEED = 4711")
    hand_in(tmp_path / "ada.ipynb", ["✓ right"] * 2, returned)
    assert grade.examine(tmp_path)[0]["ada"]["seed"] == "4711"


def test_a_changed_check_is_flagged(tmp_path):
    def forge(code, stub, check):
        check["source"] = "print('✓ right')"

    hand_in(tmp_path / "ada.ipynb", ["✓ right"] * 2, change=forge)
    assert marks(tmp_path) == ("✓c", "✓")


@pytest.mark.parametrize(
    "last", [{"execution_count": 99}, {"execution_count": None}, {"source": "nats = ..."}]
)
def test_an_output_that_does_not_belong_to_the_answer_is_flagged(last, tmp_path):
    hand_in(
        *(tmp_path / "ada.ipynb", ["✓ right"] * 2),
        change=lambda code, stub, check: stub.update(last),
    )
    assert marks(tmp_path) == ("✓o", "✓")


DAMAGED = {
    "text": (b"a letter", "not JSON"),
    "latin": ("{'é'}".encode("latin-1"), "not JSON in UTF-8"),
    "binary": (bytes(range(256)), "not JSON"),
    "deep": (b"[" * 100_000, "not JSON"),
    "list": (b"[]", "no notebook"),
    "old": (b'{"nbformat": 3}', "format 3"),
    "bare": (b'{"nbformat": 4, "cells": []}', "no cells"),
    "without": (b'{"nbformat": 4}', "no cells"),
    "numbers": (b'{"nbformat": 4, "cells": [1]}', "damaged cells"),
    "odd": (b'{"nbformat": 4, "cells": [{"id": [], "source": ""}]}', "damaged cells"),
    "foreign": (b'{"nbformat": 4, "cells": [{"id": "x", "source": ""}]}', "no lesson"),
    "huge": (b" " * 2000, "at most 1,000 are read"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_notebook_is_named_with_a_reason(name, tmp_path, monkeypatch):
    content, reason = DAMAGED[name]
    monkeypatch.setattr(grade, "LARGEST", 1000 if name == "huge" else grade.LARGEST)
    (tmp_path / f"{name}.ipynb").write_bytes(content)
    with pytest.raises(ValueError, match=reason):
        cells = grade.load(tmp_path / f"{name}.ipynb")
        grade.add({}, cells, [grade.Lesson(LESSON)])


def test_links_and_second_copies_are_named_and_all_else_is_read(tmp_path):
    hand_in(tmp_path / "ada" / "07.ipynb", ["✓ right"] * 2)
    hand_in(tmp_path / "ada" / "07-Copy1.ipynb", ["✗ not yet"] * 2)
    (tmp_path / "bob").mkdir()
    os.symlink(tmp_path / "ada" / "07.ipynb", tmp_path / "bob" / "mine.ipynb")
    os.symlink(tmp_path / "ada", tmp_path / "eve")
    os.mkfifo(tmp_path / "bob" / "endless.ipynb")
    (tmp_path / "bob" / "text.ipynb").write_text("a letter")
    learners, problems = grade.examine(tmp_path)
    assert learners["ada"] == {"07.1": "✓", "07.2": "✓", "seed": "0"}
    assert learners["bob"] == learners["eve"] == {}
    named = [os.path.basename(line.split(": ")[0]) for line in problems]
    assert named == ["07-Copy1.ipynb", "endless.ipynb", "mine.ipynb", "text.ipynb", "eve"]


def test_nothing_that_is_returned_is_run(tmp_path, capsys):
    trap = tmp_path / "trap"

    def lay(code, stub, check):
        for cell in code:
            cell["source"] = f"open({str(trap)!r}, 'w')"

    hand_in(tmp_path / "ada" / "07.ipynb", ["✓ right"] * 2, change=lay)
    grade.main(tmp_path)
    assert "✓c " in capsys.readouterr().out
    assert not trap.exists()


def test_a_name_cannot_command_the_terminal(tmp_path, capsys):
    (tmp_path / "eve\x1b[2J").mkdir()
    (tmp_path / "eve\x1b[2J" / "\x07.ipynb").touch()
    grade.main(tmp_path)
    out = capsys.readouterr().out
    assert "eve?[2J" in out and out.replace("\n", "").isprintable()


def test_what_the_table_proves_stands_below_it(tmp_path, capsys):
    grade.main(tmp_path)
    assert "does not prove" in capsys.readouterr().out
