"""Write a folder to hand out: every lesson without solutions, its checks sealed.

python -m tools.student [student]

takes out the published solutions and all outputs, and seals the cells that check answers,
since they hold them. That is a seal and not a safe: nothing can be read at a glance, and
whoever wants to break it needs one line of Python, or the course itself, which is public.

Cells keep their ids, by which `tools.grade` finds them in what is returned. A claim that
fails stops no cell after its own, so that a learner may give SEED another number.
"""

import base64
import re
import shutil
import sys
from pathlib import Path

import nbformat

from tools.lessons import LESSONS, ROOT, exercises, read

SOLUTION = re.compile(
    r"\n*<details><summary>(?:Solution|What you should see)</summary>.*?</details>", re.S
)
# The folder travels alone: a link to what lies beside the lessons would lead nowhere.
OUTWARD = re.compile(r"\[([^]]*)\]\(\.\./[^)]*\)")
SEALED = """# sealed, since it holds the answer: run it
import base64

exec(base64.b64decode("{}"))"""


def seal(source):
    """Return code that does in its cell what `source` would do, and hides it."""
    return SEALED.format(base64.b64encode(source.encode()).decode())


def for_students(notebook):
    """Return a lesson as it is handed out; the notebook object itself is changed."""
    for _, check, _ in exercises(notebook):
        check.source = seal(check.source)
        del check.metadata["mistake"]
        check.metadata |= {"editable": False, "deletable": False}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = OUTWARD.sub(r"\1", SOLUTION.sub("", cell.source)).strip()
        else:
            cell.outputs, cell.execution_count = [], None
            if "claim(" in cell.source:
                tags = cell.metadata.get("tags", [])
                cell.metadata["tags"] = [*tags, "raises-exception"]
    return notebook


def main(folder="student"):
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        sys.exit(f"{folder} is no folder: name another one")
    if any(folder.iterdir()):
        sys.exit(f"{folder} is not empty, and is left as it is: name another folder")
    for path in LESSONS:
        nbformat.write(for_students(read(path)), folder / path.name)
    shutil.copy(ROOT / "notebooks" / "glossary.md", folder)
    print(f"{folder}: {len(LESSONS)} lessons without solutions, and the glossary")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
