"""Print what the exercises of returned lessons have stored, a row for each learner.

python -m tools.grade FOLDER

reads FOLDER/LEARNER/*.ipynb and FOLDER/LEARNER.ipynb, under any file name and in folders as
deep as you like. It runs nothing: a learner's notebook is a stranger's program. Lessons are
found by their cells, changed or damaged files are named, and links are not followed.
"""

import json
import re
import stat
import sys
from pathlib import Path
from typing import NamedTuple

from tools.lessons import LESSONS, exercises, read
from tools.student import seal

LARGEST = 50_000_000  # bytes; a lesson with all its pictures and sliders has a tenth
VERDICT = re.compile(r"^(✓ right|✗ not yet|○ not tried)", re.M)
LEGEND = """\
✓ right   ✗ not yet   ○ not tried   · no result stored   seed: SEED in the lessons returned
c: the check is not that of this course   o: the output does not belong to the answer above
it, which was not touched, or was run later than the check   (look at cells with c or o)

These are outputs as they were stored: nothing was run, and whoever can edit a file can
edit them. A mark says what a learner's check has said; it does not prove that the answer
is right, nor whose it is. To grade by running answers, use nbgrader in a container: a
learner's notebook is a stranger's program."""


class Cell(NamedTuple):
    """What is read of a cell: its source, execution count (0 for none), and print-out."""

    source: str
    count: int = 0
    printed: str = ""


def _cell(raw):
    count, outputs = raw.get("execution_count"), raw.get("outputs", [])
    texts = [x["text"] for x in outputs if x.get("name") == "stdout"]
    return Cell(
        "".join(raw["source"]),
        count if isinstance(count, int) else 0,
        "".join("".join(text) for text in texts),
    )


def load(path):
    """Return the cells of a returned notebook by their ids; a ValueError says why not."""
    facts = path.lstat()
    if not stat.S_ISREG(facts.st_mode):
        raise ValueError("a link, or no file: not followed")
    if facts.st_size > LARGEST:
        raise ValueError(f"{facts.st_size:,} bytes, and at most {LARGEST:,} are read")
    try:
        notebook = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON in UTF-8 ({error})") from None
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise ValueError("JSON, but no notebook")
    if notebook["nbformat"] != 4:
        raise ValueError(f"format {notebook['nbformat']!r:.20}, and 4 is read")
    try:
        raws = notebook.get("cells", [])
        cells = {raw["id"]: _cell(raw) for raw in raws if "id" in raw}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"damaged cells ({type(error).__name__}: {error})") from None
    if not cells:
        raise ValueError("no cells that have an id")
    return cells


class Lesson:
    """A lesson of the course: its exercises, and the cells by which it is known."""

    def __init__(self, path):
        notebook = read(path)
        self.number = path.stem[:2]
        self.exercises = {
            f"{self.number}.{place}": (stub, check)
            for place, (stub, check, _) in enumerate(exercises(notebook), start=1)
        }
        self.cells = {(cell.id, cell.source) for cell in notebook.cells}
        self.cells |= {(x.id, seal(x.source)) for _, x in self.exercises.values()}
        tagged = (x for x in notebook.cells if "parameters" in x.metadata.get("tags", []))
        self.parameters = next(tagged).id

    def shared(self, cells):
        """Return how many cells a returned notebook has as they are in this lesson."""
        return sum((name, cell.source) in self.cells for name, cell in cells.items())

    def marks(self, cells):
        """Return the mark of each exercise, with its flags."""
        return {
            name: mark(stub, check, cells) for name, (stub, check) in self.exercises.items()
        }

    def seed(self, cells):
        source = cells.get(self.parameters, Cell("")).source
        return (re.findall(r"(?m)^SEED *= *(\d{1,12})\b", source) or ["?"])[-1]


def mark(stub, check, cells):
    """Return the verdict that a check has stored, and what speaks against it.

    Args:
        stub, check: the cells of the exercise in the course.
        cells: those of the returned notebook, as `load` gives them.
    """
    answer, checked = (cells.get(cell.id, Cell("")) for cell in (stub, check))
    verdict = (VERDICT.findall(checked.printed) or ["·"])[-1][0]
    flags = ""
    if check.id in cells and checked.source not in (check.source, seal(check.source)):
        flags += "c"
    belongs = answer.source != stub.source and 0 < answer.count < checked.count
    if verdict in "✓✗" and not belongs:
        flags += "o"
    return verdict + flags


def examine(folder):
    """Read all notebooks below a folder.

    Returns:
        dict from each learner to a dict of marks ("07.1" to "✓") and the "seed", and a
        list of lines that say what was not read, and why.
    """
    lessons = [Lesson(path) for path in LESSONS]
    learners, problems = {}, []
    for path in sorted(folder.rglob("*"), key=lambda path: path.with_suffix("").parts):
        name = path.relative_to(folder)
        learner = name.parts[0].split(".ipynb")[0]
        if any(part.startswith((".", "__MACOSX")) for part in name.parts):
            continue
        try:
            if path.is_dir() and not path.is_symlink():
                learners.setdefault(learner, {})
            elif path.is_symlink() or ".ipynb" in path.name:
                add(learners.setdefault(learner, {}), load(path), lessons)
        except (OSError, ValueError) as error:
            problems.append(f"{name}: {error}")
    return learners, problems


def add(row, cells, lessons):
    """Enter a returned notebook in the row of its learner; a ValueError says why not."""
    lesson = max(lessons, key=lambda lesson: lesson.shared(cells))
    if not lesson.shared(cells):
        raise ValueError("no lesson of this course, as far as its cells say")
    marks = lesson.marks(cells)
    if marks.keys() & row.keys():
        raise ValueError(f"lesson {lesson.number} once more: the copy read first counts")
    seeds = {lesson.seed(cells), *filter(None, row.get("seed", "").split(","))}
    row |= marks | {"seed": ",".join(sorted(seeds))}


def table(learners):
    """Return the lines of a table: a row for each learner, a column for each exercise."""
    names = sorted({name for row in learners.values() for name in row})  # "seed" is last
    rows = [["", *names]]
    for learner, row in sorted(learners.items()):
        rows.append([learner, *(row.get(name, "·") for name in names)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def printable(text):
    """Return text without what could command a terminal: names are a stranger's, too."""
    return "".join(x if x.isprintable() else "?" for x in text)


def main(folder):
    sys.stdout.reconfigure(errors="replace")  # a redirected console may not know "✗"
    if not Path(folder).is_dir():
        sys.exit(f"{folder} is no folder: name the one with the returned notebooks")
    learners, problems = examine(Path(folder))
    for line in table(learners):
        print(printable(line))
    if problems:
        print("\nNot read:")
    for line in problems:
        print(printable(f"  {line}"))
    print(f"\n{LEGEND}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
