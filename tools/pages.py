"""Export all lessons as pages, and write an index from the lecture's statements to cells.

python -m tools.pages

writes them to `pages/`; `index.html` there leads from each statement to the cells that
measure what it rests on.
"""

import ast
import html

from tools import page
from tools.ledger import STATEMENTS, judge, read_ledger
from tools.lessons import LESSONS, ROOT, read, title_of

FOLDER = ROOT / "pages"


def cells_of_claims(notebook):
    """Return a dict from the sentence of each claim to the id of the cell that makes it."""
    found = {}
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "claim":
                found.setdefault(ast.literal_eval(node.args[0]), cell.id)
    return found


def index(lessons, rows):
    """Return the index as HTML.

    Args:
        lessons: dict from the name of a page to the notebook object of its lesson.
        rows: of the ledger.
    """
    places = {
        sentence: f"{name}#cell-id={cell}"
        for name, notebook in lessons.items()
        for sentence, cell in cells_of_claims(notebook).items()
    }
    parts = []
    for statement in STATEMENTS:
        word, _ = judge(statement, rows)
        links = "".join(
            f'<li><a href="{places[claim]}">{html.escape(claim, quote=False)}</a></li>'
            for claim in statement.claims
        )
        parts.append(
            f"<li>{statement.text}<p><b>{html.escape(word)}</b> {statement.short}</p>"
            f"<ul>{links}</ul></li>"
        )
    named = "".join(
        f'<li><a href="{name}">{title_of(notebook)}</a></li>'
        for name, notebook in lessons.items()
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>From autoencoder to VAE</title>
<style>body {{ font: 16px/1.5 sans-serif; max-width: 50em; margin: 2em auto; }}</style>
</head><body><h1>From autoencoder to VAE</h1><h2>The lessons</h2><ul>{named}</ul>
<h2>From the lecture's statements to where they are measured</h2><ol>{"".join(parts)}</ol>
</body></html>
"""


def main():
    FOLDER.mkdir(exist_ok=True)
    lessons = {path.with_suffix(".html").name: read(path) for path in LESSONS}
    (FOLDER / "index.html").write_text(index(lessons, read_ledger()), encoding="utf-8")
    for path in LESSONS:
        page.main(path, FOLDER / path.with_suffix(".html").name)


if __name__ == "__main__":
    main()
