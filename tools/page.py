"""Export a lesson as one HTML file whose explorers are alive, without network or kernel.

python -m tools.page 08 [page.html]

runs a lesson (a number, or the path of a notebook) and writes the page, under its name in
the current folder unless told otherwise. Formulas become MathML, pictures and widgets are
part of the file.
"""

import html
import json
import os
import re
import sys
from pathlib import Path

from tools.lessons import ROOT, WIDGET_VIEW, read, run

HERE = Path(__file__).parent
ASKS_KERNEL = (
    "This explorer asks Python for each picture: it moves in a lab, not on a page."
)
BUTTON = "margin: 0.5em 0 0.5em 90px; font: 14px sans-serif; cursor: pointer"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def export(notebook):
    """Return an executed notebook as the text of a self-contained HTML page.

    Args:
        notebook: a notebook object with outputs and widget state, as nbclient leaves it.

    Raises:
        ValueError: if an explorer's state is missing, because the notebook was not run.
    """
    from nbconvert import HTMLExporter

    explorers = enliven(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_mathml(cell.source)
    notebook.metadata.pop("widgets", None)
    page, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook)
    # The exporter's own scripts would all be fetched from elsewhere.
    page = re.sub(r"<script\b.*?</script>", "", page, flags=re.S)
    page = _with_buttons(page, notebook.cells)
    page = page.replace(".ipynb)", ".html)").replace('.ipynb"', '.html"')
    # A page travels alone: what stands in a file beside the lessons cannot be followed.
    page = re.sub(r'<a href="[^":]*\.md">(.*?)</a>', r"\1", page)
    return page.replace("</body>", scripts(explorers) + "</body>") if explorers else page


def enliven(notebook):
    """Put a place into each output that shows an explorer, for `page.js` to fill.

    Returns:
        dict from the name of a place to the state of its explorer.

    Raises:
        ValueError: if an explorer's state is missing, because the notebook was not run.
    """
    widgets = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    explorers = {}
    for output in (o for cell in notebook.cells for o in cell.get("outputs", [])):
        view = output.get("data", {}).get(WIDGET_VIEW)
        if view and "image/png" in output.data:  # other widgets stay as they are
            name = view["model_id"]
            if name not in widgets:
                raise ValueError("an explorer has no state: run the notebook first")
            alt = output.data["text/plain"].split(" Run the cell")[0]
            alt = html.escape(alt, quote=True)
            picture = f"data:image/png;base64,{output.data['image/png'].strip()}"
            stand_in = f'<img alt="{alt}" src="{picture}">'
            if widgets[name]["state"].get("asks_kernel"):  # one picture for ever
                page = f"<figure>{stand_in}<figcaption>{ASKS_KERNEL}</figcaption></figure>"
            else:
                explorers[name] = widgets[name]
                page = f'<div data-explorer="{name}">{stand_in}</div>'
            output.data = {"text/html": page}
    return explorers


def scripts(explorers):
    """Return what makes the explorers of a page live, as HTML.

    What several explorers hold alike, above all the weights of a network, is there once:
    in a table, by whose numbers `page.js` finds it.
    """
    numbers, models = {}, {}
    for name, record in explorers.items():
        whole = {buffer["path"][0]: buffer["data"] for buffer in record.get("buffers", [])}
        state = dict(record["state"])
        texts = {key: state.pop(key, "") for key in ("_esm", "_css")}
        shared = [
            {key: numbers.setdefault(text, len(numbers)) for key, text in part.items()}
            for part in (texts, whole)
        ]
        models[name] = dict(state=state, texts=shared[0], buffers=shared[1])
    state = json.dumps(dict(table=[*numbers], models=models)).replace("</", "<\\/")
    script = (HERE / "page.js").read_text(encoding="utf-8")
    return (
        f'<script id="explorer-state" type="application/json">{state}</script>\n'
        f'<script type="module">\n{script}</script>\n'
    )


def _with_buttons(page, cells):
    """Return a page on which a button opens what is folded in a lab: code, or all of it."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page, "html.parser")
    for cell in cells:
        folded = cell.metadata.get("jupyter", {})
        if not folded.get("source_hidden"):
            continue
        whole = folded.get("outputs_hidden")
        shown = soup.find(id=f"cell-id={cell.id}")
        part = shown if whole else shown.find(class_="jp-Cell-inputWrapper")
        button = soup.new_tag("summary", style=BUTTON)
        button.string = "Show what comes out" if whole else "Show the code"
        part.wrap(soup.new_tag("details")).insert(0, button)
    return str(soup)


def with_mathml(text):
    """Return Markdown with its formulas in MathML, which browsers draw by themselves."""
    from latex2mathml.converter import convert

    def formula(match):
        block, inline = match.groups()
        mathml = convert(block or inline, display="block" if block else "inline")
        return mathml.replace("\\_", "_")

    parts = re.split(r"(```.*?```|`[^`\n]*`)", text, flags=re.S)  # code keeps its dollars
    dollars = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.S)
    parts[::2] = [dollars.sub(formula, part) for part in parts[::2]]
    return "".join(parts)


def main(lesson, target=None):
    found = (
        [Path(lesson)] if Path(lesson).suffix else ROOT.glob(f"notebooks/{lesson}_*.ipynb")
    )
    path = next(iter(found), Path())
    if not path.is_file():
        sys.exit(f"there is no lesson {lesson}: name one by its number, as in LESSON=08")
    target = Path(target or path.with_suffix(".html").name)
    notebook = read(path)
    print(f"running {path.name}", flush=True)
    os.environ["TQDM_DISABLE"] = "1"  # progress is no part of a page
    run(notebook, path.parent)
    target.write_text(export(notebook), encoding="utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, complete in itself")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
