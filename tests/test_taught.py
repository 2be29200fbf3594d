"""A definition shown in a lesson and the one in `vae_utils` are the same text.

Each name is taught once, and no other cell may define it. After editing the package,
`python -m tools.taught` brings the lessons up to date.
"""

import nbformat
import pytest

from tools.lessons import LESSONS, read
from tools.taught import MARK, PACKAGE, definitions, quote

EXPORTED = {name for module in PACKAGE.values() for name in module}


def faults(notebook):
    """Return what is wrong with the definitions in a notebook, a sentence each."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if mark := MARK.match(cell.source):
            if cell.source != quote(mark):
                found.append(f"{mark[2]} differs from {mark[1]}")
        else:
            for name in EXPORTED & definitions(cell.source).keys():
                found.append(f"{name} is defined a second time: import it instead")
    return found


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
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    assert len(faults(notebook)) == 2
