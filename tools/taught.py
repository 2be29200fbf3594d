"""Make the cells that teach a definition equal to the package.

python -m tools.taught

A cell that teaches opens with the import that later lessons use,

    # later: from vae_utils.layers import Sampling

and below that line holds the definition exactly as the module has it, and nothing else.
"""

import ast
import re

import nbformat

from tools.lessons import LESSONS, ROOT, read

MARK = re.compile(r"# later: from (vae_utils[\w.]*) import (\w+)(?:\n|$)")


def definitions(source):
    """Map each top-level function or class of `source` to its text."""
    lines = source.splitlines()
    return {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(re.sub(r"(?m)^[%!]", "#", source)).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


def module_definitions(path):
    """Return the definitions that a module offers; a package offers those of its files."""
    files = path.parent.glob("*.py") if path.name == "__init__.py" else [path]
    found = {}
    for file in files:
        found |= definitions(file.read_text(encoding="utf-8"))
    return found


PACKAGE = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): (
        module_definitions(path)
    )
    for path in sorted((ROOT / "vae_utils").rglob("*.py"))
    if path.parent != ROOT / "vae_utils" or path.name != "__init__.py"
}


def quote(mark):
    """Return what a marked cell must hold: the mark, then the module's own text."""
    return mark[0].rstrip() + "\n" + PACKAGE[mark[1]][mark[2]]


if __name__ == "__main__":
    for path in LESSONS:
        notebook = read(path)
        for cell in notebook.cells:
            if cell.cell_type == "code" and (mark := MARK.match(cell.source)):
                cell.source = quote(mark)
        nbformat.write(notebook, path)
