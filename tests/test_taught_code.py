"""A definition shown in a lesson and the one in `vae_utils` are the same text.

The cell that teaches a definition opens with the import that later lessons use,

    # later: from vae_utils.layers import Sampling

and below that line holds the definition exactly as the module has it, and nothing else.
Each name is taught once, and no other cell may define it. After editing the package,
bring the lessons up to date with: python tests/test_taught_code.py
"""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MARK = re.compile(r"# later: from vae_utils\.(\w+) import (\w+)(?:\n|$)")


def definitions(source):
    """Map each top-level function or class of `source` to its text."""
    lines = source.splitlines()
    return {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(re.sub(r"(?m)^[%!]", "#", source)).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


PACKAGE = {
    path.stem: definitions(path.read_text(encoding="utf-8"))
    for path in ROOT.glob("vae_utils/*.py")
}
EXPORTED = {name for module in PACKAGE.values() for name in module}


def quote(mark):
    """Return what a marked cell must hold: the mark, then the module's own text."""
    return mark[0].rstrip() + "\n" + PACKAGE[mark[1]][mark[2]]


def faults(notebook):
    """Return what is wrong with the definitions in a notebook, a sentence each."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if mark := MARK.match(cell.source):
            if cell.source != quote(mark):
                found.append(f"{mark[2]} differs from vae_utils.{mark[1]}")
        else:
            for name in EXPORTED & definitions(cell.source).keys():
                found.append(f"{name} is defined a second time: import it instead")
    return found


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_taught_code_is_the_package_code(path):
    assert faults(read(path)) == []


def test_each_definition_is_taught_once():
    sources = [cell.source for path in LESSONS for cell in read(path).cells]
    taught = [mark[2] for source in sources if (mark := MARK.match(source))]
    assert len(taught) == len(set(taught)) > 0


def test_a_changed_character_or_a_second_definition_is_found():
    taught = quote(MARK.match("# later: from vae_utils.layers import Sampling"))
    cells = [taught, taught.replace("0.5", "0.6"), taught.split("\n", 1)[1]]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c) for c in cells]
    )
    assert len(faults(notebook)) == 2


if __name__ == "__main__":
    for path in LESSONS:
        notebook = read(path)
        for cell in notebook.cells:
            if cell.cell_type == "code" and (mark := MARK.match(cell.source)):
                cell.source = quote(mark)
        nbformat.write(notebook, path)
