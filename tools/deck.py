"""Make slides of the lessons: one HTML file that needs no network.

python -m tools.deck [08]

makes the deck of a lesson, or that of the lecture: `lecture.txt` beside this file names its
slides. What a cell has for the stage stands in its metadata, and says nothing in a lab:
`slideshow`, Jupyter's own, says what begins a slide, and `stage` holds its title, the
question before it, what to say, and how many minutes that takes.
"""

import html
import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import nbformat

from tools import ledger
from tools.lessons import LESSONS, ROOT, read, run, title_of
from tools.page import enliven, scripts, with_mathml
from vae_utils.data import load_digits

HERE = Path(__file__).parent
LECTURE = HERE / "lecture.txt"
PATHS = {path.stem[:2]: path for path in LESSONS}
TITLE = "From autoencoder to VAE"
WHOLE, HALF = (1200, 540), (590, 470)  # places of a picture, in CSS pixels
LINES = 12  # of code, at most
ROWS = 3  # of numbers below a verdict, at most
JUDGING = 0.5  # minutes for a verdict
FIRST_CELL = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tools import stage
"""


class Slide(NamedTuple):
    """One slide: cells of lessons, or statements of the lecture with their verdicts."""

    cells: tuple = ()  # pairs (lesson, cell id): one, or two side by side
    statement: int = 0  # number of the statement that stands above the question
    verdicts: tuple = ()  # numbers of the statements whose verdict this is


def slides_of_lecture(text):
    """Return the Slides that lines of text name.

    A line is `NN/cell-id`, two of them with ` | ` between, or `verdict` with numbers of
    statements; `says N` at the end of a line puts statement N above the question.

    Raises:
        ValueError: if a line is none of these.
    """
    slides = []
    for line in (line.split("#")[0].strip() for line in text.splitlines()):
        if found := re.fullmatch(r"verdict((?: \d+)+)", line):
            slides.append(Slide(verdicts=tuple(map(int, found[1].split()))))
        elif found := re.fullmatch(r"(\d\d/\S+)(?: \| (\d\d/\S+))?(?: +says (\d+))?", line):
            cells = tuple(tuple(name.split("/")) for name in found.groups()[:2] if name)
            slides.append(Slide(cells, int(found[3] or 0)))
        elif line:
            raise ValueError(f"{LECTURE.name}: expected NN/cell-id or verdict N: {line!r}")
    return slides


def slides_of_lesson(lesson, notebook):
    """Return a Slide for each cell of a lesson that Jupyter calls a slide."""
    kinds = ((cell.id, cell.metadata.get("slideshow", {})) for cell in notebook.cells)
    begins = [name for name, kind in kinds if kind.get("slide_type") == "slide"]
    return [Slide(((lesson, name),)) for name in begins]


def cell_of(notebook, name):
    """Return the cell with this id.

    Raises:
        ValueError: if there is none, or if it has nothing for the stage.
    """
    found = [cell for cell in notebook.cells if cell.id == name]
    if not found:
        raise ValueError(f"there is no cell {name!r} in this lesson: mend {LECTURE.name}")
    if "stage" not in found[0].metadata:
        raise ValueError(f"the cell {name!r} has no `stage` in its metadata")
    return found[0]


def staged(notebook, slides, lesson):
    """Return a lesson to be run for the stage: what slides do not need is left out."""
    wanted = {name for slide in slides for found, name in slide.cells if found == lesson}
    halves = {cell for slide in slides if len(slide.cells) == 2 for cell in slide.cells}
    last = max(i for i, cell in enumerate(notebook.cells) if cell.id in wanted)
    notebook.cells = notebook.cells[: last + 1]
    for cell in notebook.cells:
        if cell.id in wanted and cell.cell_type == "code":
            place = HALF if (lesson, cell.id) in halves else WHOLE
            part = {key: cell.metadata.stage.get(key) for key in ("columns", "panel")}
            cell.metadata["shown"] = cell.source
            cell.source = f"stage.PLACE, stage.PART = {place}, {part}\n{cell.source}"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(FIRST_CELL))
    return notebook


def picture(cell):
    """Return what a cell has to show, as HTML: pictures, explorers, a text or its code."""
    if cell.cell_type == "markdown":
        text = cell.metadata.stage.get("text", cell.source)
        return f'<div class="prose">{prose(text)}</div>'
    parts, shown = [], cell.metadata.stage.get("code", False)
    if shown:
        code = cell.metadata["shown"]
        if len(code.splitlines()) > LINES:
            raise ValueError(f"the code of {cell.id!r} has more than {LINES} lines")
        parts.append(f'<pre class="code">{html.escape(code)}</pre>')
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            parts.append(f'<div class="stage">{data["text/html"]}</div>')
        elif "image/png" in data:
            alt = html.escape(output.metadata["image/png"]["alt"], quote=True)
            source = f"data:image/png;base64,{data['image/png'].strip()}"
            parts.append(f'<img alt="{alt}" src="{source}">')
        elif shown and output.get("name") == "stdout":
            parts.append(f"<pre>{html.escape(output.text.rstrip())}</pre>")
    return f"<div>{''.join(parts)}</div>"


def prose(text):
    """Return Markdown as HTML, without headings and without what is folded."""
    from nbconvert.filters.markdown import markdown2html

    text = re.sub(r"(?s)<details>.*?</details>|^#+ .*\n", "", text)
    return markdown2html(with_mathml(text))


def section(slide, cells):
    """Return a slide as HTML: the question, and one key press later what answers it.

    Args:
        slide: a Slide.
        cells: its cells, executed.
    """
    stage = cells[0].metadata.stage
    stage = stage.together if len(cells) == 2 else stage
    quote = ""
    if number := slide.statement:
        text = ledger.STATEMENTS[number - 1].text
        quote = f'<p class="says">Statement {number}: {text}</p>'
    places = [picture(cell) for cell in cells]
    if len(cells) == 2:
        titles = [f"<h3>{escaped(cell.metadata.stage.title)}</h3>" for cell in cells]
        places = [
            f"<div>{''.join(part)}</div>" for part in zip(titles, places, strict=True)
        ]
    return f"""<section data-timing="{round(60 * stage.minutes)}">
<div class="question fragment fade-out" data-fragment-index="0">
{quote}<h2>{escaped(stage.ask)}</h2></div>
<div class="answer fragment" data-fragment-index="0">
<h2>{escaped(stage.title)}</h2><div class="place">{"".join(places)}</div></div>
<aside class="notes">{prose(stage.say)}</aside></section>"""


def verdict(numbers, rows):
    """Return the slide of a statement, its verdict, and the numbers that it rests on.

    Of several statements at once, it shows the verdicts only.
    """
    statements = [ledger.STATEMENTS[number - 1] for number in numbers]
    found = [ledger.judge(statement, rows) for statement in statements]
    words = [escaped(word) for word, _ in found]
    if len(statements) == 1:
        heading = f'<p class="says">Statement {numbers[0]}: {statements[0].text}</p>'
        heading += f"<h2>{words[0]}</h2>"
        table = f"<p>{statements[0].short}</p>{numbers_of(statements[0], rows)}"
    else:
        heading = "<h2>Verdicts</h2>"
        table = "".join(
            f'<p class="says">{statement.text}</p>'
            f"<p><strong>{word}</strong> {statement.short}</p>"
            for statement, word in zip(statements, words, strict=True)
        )
    notes = "".join(f"<p>{escaped(remark.lstrip(':;. '))}</p>" for _, remark in found)
    seconds = round(60 * JUDGING * len(statements))
    return f"""<section data-timing="{seconds}" class="verdict">
{heading}{table}<aside class="notes">{notes}</aside></section>"""


def numbers_of(statement, rows):
    """Return the claims of a statement with what the judging runs measured, as a table."""
    datasets = ledger.DATASETS
    found = [row for claim in statement.claims for row in ledger.named(claim, rows)]
    cells = []
    for row in found:
        ranges = [ledger.spread(row, [name], "judged") for name in datasets]
        if row["formula"]:  # no data set has a part in it
            ranges = [ledger.spread(row, datasets, "judged"), ""]
        texts = [escaped(row["claim"]), *ranges, ledger.bound(row)]
        cells.append(f"<tr>{''.join(f'<td>{text}</td>' for text in texts)}</tr>")
    heads = [f"<th>{name.removeprefix('the ')}</th>" for name in datasets.values()]
    head = "".join(
        ["<th>measured in all runs that judged</th>", *heads, "<th>claimed</th>"]
    )
    left = len(cells) - ROWS
    more = f"<p>and {left} more in the ledger</p>" if left > 0 else ""
    return f"<table><tr>{head}</tr>{''.join(cells[:ROWS])}</table>{more}"


def escaped(text):
    return html.escape(text, quote=False)


def opening(notebook, title):
    """Return the first slide of a lesson: its name, and the paragraph of its motive."""
    motive = notebook.cells[0].source.split("\n\n")[1]
    return f'<section class="opening"><h1>{escaped(title)}</h1>{prose(motive)}</section>'


def deck(title, sections, explorers):
    """Return the deck as HTML: reveal.js, what it shows, and nothing from elsewhere."""
    reveal = Path(find_spec("sphinx_revealjs").submodule_search_locations[0])
    reveal /= "_static/revealjs"
    styles = [reveal / "dist/reset.css", reveal / "dist/reveal.css", HERE / "deck.css"]
    code = [reveal / "dist/reveal.js", reveal / "plugin/notes/notes.js", HERE / "deck.js"]
    style, script = ("\n".join(p.read_text("utf-8") for p in x) for x in (styles, code))
    script = script.replace("</script", "<\\/script")
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escaped(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style></head>
<body><div class="reveal"><div class="slides">
{"".join(sections)}
</div></div>
<script>{script}</script>
{scripts(explorers)}</body></html>
"""


def perform(slides):
    """Run the lessons that slides take cells from.

    Returns:
        dict from a lesson's number to its executed notebook, and the state of explorers.
    """
    explorers, performed = {}, {}
    for lesson in dict.fromkeys(lesson for slide in slides for lesson, _ in slide.cells):
        notebook = staged(read(PATHS[lesson]), slides, lesson)
        print(f"running {PATHS[lesson].name}", flush=True)
        run(notebook, PATHS[lesson].parent)
        performed[lesson] = notebook
        explorers |= enliven(notebook)
    return performed, explorers


def made(slides):
    """Return the sections of slides, and the state of the explorers that stand on them."""
    performed, explorers = perform(slides)
    rows, sections = ledger.read_ledger(), []
    for slide in slides:
        if slide.verdicts:
            sections.append(verdict(slide.verdicts, rows))
        else:
            cells = [cell_of(performed[number], name) for number, name in slide.cells]
            sections.append(section(slide, cells))
    page = "".join(sections)
    return sections, {name: state for name, state in explorers.items() if name in page}


def main(lesson=None):
    """Write the deck of the lecture, or that of a lesson."""
    if lesson is None:
        slides = slides_of_lecture(LECTURE.read_text(encoding="utf-8"))
        title, target, first = TITLE, Path("lecture.html"), []
    elif lesson in PATHS:
        notebook = read(PATHS[lesson])
        slides = slides_of_lesson(lesson, notebook)
        title, target = title_of(notebook), Path(PATHS[lesson].stem + ".slides.html")
        first = [opening(notebook, title)]
    else:
        sys.exit(f"there is no lesson {lesson}: name one by its number, as in LESSON=08")
    os.environ["TQDM_DISABLE"] = "1"  # progress is no part of a slide
    sections, explorers = made(slides)
    target.write_text(deck(title, [*first, *sections], explorers), encoding="utf-8")
    size, digits = target.stat().st_size / 1e6, load_digits()
    print(f"{target}: {len(sections)} slides, {size:.1f} MB, complete in itself")
    print(f"its digits: {digits.name} ({digits.source})")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
