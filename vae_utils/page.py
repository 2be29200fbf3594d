"""Export a lesson as one HTML file whose explorers are alive, without network or kernel.

python -m vae_utils.page notebooks/08_train_the_vae.ipynb [page.html]

runs the lesson and writes the page, beside the lesson's name in the current folder unless
told otherwise. Formulas become MathML, pictures and widgets are part of the file.
"""

import html
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def export(notebook):
    """Return an executed notebook as the text of a self-contained HTML page.

    Args:
        notebook: a notebook object with outputs and widget state, as nbclient leaves it.

    Raises:
        ValueError: if an explorer's state is missing, because the notebook was not run.
    """
    from nbconvert import HTMLExporter

    widgets = (
        notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    )
    explorers = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _with_mathml(cell.source)
        for output in cell.get("outputs", []):
            view = output.get("data", {}).get(WIDGET_VIEW)
            if view:
                name = view["model_id"]
                if name not in widgets:
                    raise ValueError("an explorer has no state: run the notebook first")
                explorers[name] = widgets[name]
                alt = html.escape(output.data["text/plain"], quote=True)
                picture = f"data:image/png;base64,{output.data['image/png'].strip()}"
                stand_in = f'<img alt="{alt}" src="{picture}">'
                output.data = {
                    "text/html": f'<div data-explorer="{name}">{stand_in}</div>'
                }
    notebook.metadata.pop("widgets", None)
    page, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook)
    # The exporter's own scripts would all be fetched from elsewhere.
    page = re.sub(r"<script\b.*?</script>", "", page, flags=re.S)
    page = page.replace(".ipynb)", ".html)").replace('.ipynb"', '.html"')
    # A page travels alone: what stands in a file beside the lessons cannot be followed.
    page = re.sub(r'<a href="[^":]*\.md">(.*?)</a>', r"\1", page)
    if explorers:
        state = json.dumps(explorers).replace("</", "<\\/")
        script = (HERE / "page.js").read_text(encoding="utf-8")
        page = page.replace(
            "</body>",
            f'<script id="explorer-state" type="application/json">{state}</script>\n'
            f'<script type="module">\n{script}</script>\n</body>',
        )
    return page


def _with_mathml(text):
    """Return Markdown with its formulas in MathML, which browsers draw by themselves."""
    from latex2mathml.converter import convert

    def formula(match):
        block, inline = match.groups()
        mathml = convert(block or inline, display="block" if block else "inline")
        return mathml.replace("\\_", "_")

    parts = re.split(
        r"(```.*?```|`[^`\n]*`)", text, flags=re.S
    )  # code keeps its dollars
    dollars = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.S)
    parts[::2] = [dollars.sub(formula, part) for part in parts[::2]]
    return "".join(parts)


def run(notebook, folder, timeout=None):
    """Execute a notebook object in place, in a folder, as a reader would by "Run All".

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell stops with an error.
        nbclient.exceptions.CellTimeoutError: if one takes more than `timeout` seconds.
    """
    from nbclient import NotebookClient

    NotebookClient(
        notebook,
        timeout=timeout,
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
    ).execute()


def main(path, target=None):
    import nbformat

    path = Path(path)
    target = Path(target or path.with_suffix(".html").name)
    notebook = nbformat.read(path, as_version=4)
    print(f"running {path.name}", flush=True)
    run(notebook, path.parent)
    target.write_text(export(notebook), encoding="utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, complete in itself")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
