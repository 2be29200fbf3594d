"""The comparison of lessons with their stored outputs can fail.

A small lesson is run and stored; copies of it are broken, one in each way that matters;
the comparison that `make test` uses has to catch each, and to pass the one unbroken.
"""

import copy
import os
import re
import subprocess

import nbformat
import numpy as np
import pytest

from tools.check import command
from tools.lessons import ROOT, environment, execute, make_canonical
from tools.nbval_guards import LIKENESS, difference, pictures
from vae_utils.plots import latent_map, plt, show

SOURCES = [
    "from vae_utils.checks import claim\nfrom vae_utils.plots import plt, show",
    'claim("two is more than one", 2, above=1)',
    'plt.plot([0, 1], [0, 1])\nshow("a line")',
    "print((2, 28, 28))",
    "42;",
]


def change_source(cell, old, new):
    def change(notebook):
        assert old in notebook.cells[cell].source
        notebook.cells[cell].source = notebook.cells[cell].source.replace(old, new)

    return change


def change_stored_text(notebook):
    output = notebook.cells[1].outputs[0]
    output.text = output.text.replace("more", "less")


def change_measured_number(notebook):
    output = notebook.cells[1].outputs[0]
    output.text = output.text.replace("measured 2", "measured 2.01")


def lose_the_outputs(notebook):
    notebook.cells[1].outputs, notebook.cells[1].execution_count = [], None


UNBROKEN = {"nothing": lambda notebook: None, "measured_number": change_measured_number}
BROKEN = {
    "claim": change_source(1, "above=1", "above=3"),
    "threshold": change_source(1, "above=1", "above=1.5"),
    "stored_text": change_stored_text,
    "sentence": change_source(1, "two", "2"),
    "other_picture": change_source(2, "[0, 1])", "[1, 0], linewidth=30)"),
    "no_picture": change_source(2, 'show("a line")', "plt.close()"),
    "picture_size": change_source(2, "plt.plot", "plt.figure(figsize=(3, 3)); plt.plot"),
    "shape": change_source(3, "28, 28", "784"),
    "semicolon": change_source(4, ";", ""),
    "lost_outputs": lose_the_outputs,
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory):
    """The names of the broken copies in which the comparison failed."""
    folder = tmp_path_factory.mktemp("broken")
    cells = [nbformat.v4.new_code_cell(source) for source in SOURCES]
    stored = nbformat.v4.new_notebook(cells=cells)
    execute(stored, "mnist")
    make_canonical(stored)
    for name, change in {**UNBROKEN, **BROKEN}.items():
        notebook = copy.deepcopy(stored)
        change(notebook)
        nbformat.write(notebook, folder / f"{name}.ipynb")
    run = subprocess.run(
        command("--tb=no", "-rf", str(folder)),
        cwd=ROOT,
        env={**os.environ, **environment("mnist")},
        capture_output=True,
        text=True,
    )
    assert "passed" in run.stdout, run.stdout + run.stderr
    return set(re.findall(r"FAILED \S*?(\w+)\.ipynb", run.stdout))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_lesson_is_caught(name, failures):
    assert name in failures


@pytest.mark.parametrize("name", UNBROKEN)
def test_an_unbroken_lesson_passes(name, failures):
    assert name not in failures


def scatter(codes, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "IPython.display.display", lambda data, **_: shown.append({"data": data})
    )
    latent_map(codes, np.arange(len(codes)) % 10)
    show("codes")
    return pictures(shown)[0]


def test_likeness_passes_another_map_and_catches_one_that_lacks_something(monkeypatch):
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(2000, 2)) * (1, 3)
    stored = scatter(codes, monkeypatch)
    other = scatter(rng.normal(size=(2000, 2)) * (1, 3), monkeypatch)
    few = scatter(codes[:200], monkeypatch)
    assert difference(stored, other, "mnist") is None
    for wrong in (few, np.full_like(stored, 255), 255 - stored):
        assert "differs from the stored one" in difference(stored, wrong, "mnist")
        assert difference(stored, wrong, "uci") is None
    assert "the stored picture is" in difference(stored, stored[1:], "uci")
    assert LIKENESS > 0 and not plt.get_fignums()
