"""An exported page is complete in itself; what it does is tested in tests/browser."""

import re

import nbformat
import pytest

from vae_utils.page import WIDGET_VIEW, _with_mathml, export


def test_formulas_become_mathml_and_code_keeps_its_dollars():
    text = _with_mathml(
        "cost `$x` of $\\sigma^2$:\n\n$$\\log p$$\n\n```sh\n$HOME $PATH\n```"
    )
    assert "`$x`" in text and "$HOME $PATH" in text
    assert text.count("<math") == 2 and 'display="block"' in text
    assert "$$" not in text


def test_a_page_fetches_nothing():
    cells = [nbformat.v4.new_markdown_cell("# A title"), nbformat.v4.new_code_cell("1")]
    page = export(nbformat.v4.new_notebook(cells=cells))
    assert "A title" in page
    assert not re.search(r"(src|href)=\"https?://|@import|<script", page)


def test_a_page_links_to_lessons_but_to_no_file_that_stays_behind():
    text = "See [07](07_train_on_kl_only.ipynb) and the [glossary](glossary.md)."
    page = export(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]))
    assert 'href="07_train_on_kl_only.html"' in page
    assert "the glossary." in page and "glossary.md" not in page


def test_an_explorer_without_state_is_refused():
    cell = nbformat.v4.new_code_cell("explorer")
    data = {WIDGET_VIEW: {"model_id": "unknown"}, "image/png": "", "text/plain": ""}
    cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    with pytest.raises(ValueError, match="run the notebook first"):
        export(nbformat.v4.new_notebook(cells=[cell]))
