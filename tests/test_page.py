"""An exported page is complete in itself; what it does is tested in tests/browser."""

import re

import nbformat
import pytest

from tools.lessons import WIDGET_VIEW
from tools.page import ASKS_KERNEL, WIDGET_STATE, export, scripts, with_mathml


def test_formulas_become_mathml_and_code_keeps_its_dollars():
    text = with_mathml(
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


def test_what_explorers_share_is_on_a_page_once():
    def explorer(weights):
        state = dict(_esm="the code", _css="the style", kind="latent")
        return dict(state=state, buffers=[dict(path=["weights"], data=weights)])

    page = scripts(dict(a=explorer("decoder"), b=explorer("decoder"), c=explorer("other")))
    for text in ("the code", "the style", "decoder", "other"):
        assert page.count(f'"{text}"') == 1
    assert page.count('"latent"') == 3


def test_an_explorer_without_state_is_refused():
    cell = nbformat.v4.new_code_cell("explorer")
    data = {WIDGET_VIEW: {"model_id": "unknown"}, "image/png": "", "text/plain": ""}
    cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    with pytest.raises(ValueError, match="run the notebook first"):
        export(nbformat.v4.new_notebook(cells=[cell]))


def test_an_explorer_that_asks_the_kernel_keeps_its_standing_picture():
    cells, state = [], {}
    for name, asks in (("live", False), ("asks", True)):
        data = {
            WIDGET_VIEW: {"model_id": name},
            "image/png": name,
            "text/plain": f"alt {name}",
        }
        cells.append(nbformat.v4.new_code_cell("explorer"))
        cells[-1].outputs = [nbformat.v4.new_output("display_data", data=data)]
        state[name] = {"state": {"asks_kernel": asks}}
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["widgets"] = {WIDGET_STATE: {"state": state}}
    page = export(notebook)
    assert 'data-explorer="live"' in page and 'data-explorer="asks"' not in page
    assert page.count(ASKS_KERNEL) == 1
    assert 'alt="alt asks" src="data:image/png;base64,asks"' in page


def test_what_is_folded_in_a_lab_is_opened_by_a_button_on_a_page():
    answer, check, plain = (nbformat.v4.new_code_cell(text) for text in "123")
    answer.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    check.metadata["jupyter"] = {"source_hidden": True}
    answer.outputs = [nbformat.v4.new_output("stream", text="the answer")]
    check.outputs = [nbformat.v4.new_output("stream", text="not tried yet")]
    page = export(nbformat.v4.new_notebook(cells=[answer, check, plain]))
    folded = re.findall(r"<details>(.*?)</details>", page, re.S)
    assert len(folded) == 2 and "the answer" in folded[0]
    assert "not tried yet" not in folded[1] and "not tried yet" in page
