"""Run lessons, and store them in canonical form.

python -m tools.lessons [--dataset mnist] [notebooks/01_*.ipynb ...]

runs lessons in place (all of them by default), as they are committed: on MNIST, with
seed 0, execution counts from 1 to n, without widget state or machine facts.
"""

import argparse
import os
import re
import shutil
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from vae_utils.data import find_mnist

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "test"
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def environment(dataset, cache=CACHE):
    """Return what a test, or the kernel of a lesson, should find in its environment.

    Tests train from a cache of their own, download nothing, and do not depend on how Keras
    is configured for the user.
    """
    variables = {
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": str(cache / "keras"),
        "MPLBACKEND": "agg",
        "TQDM_DISABLE": "1",  # a progress bar's text depends on the machine's speed
        "VAE_UTILS_DATA": str(cache),
        "VAE_UTILS_DATASET": dataset,
        "VAE_UTILS_OFFLINE": "1",
    }
    if mnist := find_mnist():
        variables["VAE_UTILS_MNIST"] = str(mnist.resolve())  # kernels run in notebooks/
    return variables


def datasets_present():
    """Return the names of the data sets that are on this machine: "uci" always is."""
    return ("mnist", "uci") if find_mnist() else ("uci",)


def read(path):
    return nbformat.read(path, as_version=4)


def title_of(notebook):
    return notebook.cells[0].source.splitlines()[0].lstrip("# ")


def run(notebook, folder, timeout=None):
    """Execute a notebook object in place, in a folder, as a reader would by "Run All".

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell stops with an error.
        nbclient.exceptions.CellTimeoutError: if one takes more than `timeout` seconds.
    """
    NotebookClient(
        notebook,
        timeout=timeout,
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
    ).execute()


def execute(notebook, dataset, seed=0, cache=CACHE):
    """Run a lesson as a test does: on this data set, with this seed and cache."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = re.sub(r"(?m)^SEED = \d+", f"SEED = {seed}", cell.source)
    os.environ.update(environment(dataset, cache))
    run(notebook, ROOT / "notebooks", timeout=600)


def make_canonical(notebook):
    """Remove from an executed notebook what depends on the machine or the moment.

    Cells keep their ids, so that what names a cell by its id finds it after another one
    was inserted.
    """
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def exercises(notebook):
    """Yield (stub, check, published solution) cells of each exercise with a check."""
    for index, cell in enumerate(notebook.cells):
        if "exercise" in cell.metadata.get("tags", []):
            check, solution = notebook.cells[index + 1 : index + 3]
            code = re.search(r"<details>.*?```python\n(.*?)```", solution.source, re.S)
            yield cell, check, code[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("paths", nargs="*", type=Path, default=LESSONS)
    arguments = parser.parse_args()
    shutil.rmtree(CACHE, ignore_errors=True)
    for path in arguments.paths:
        print(path.name, flush=True)
        notebook = read(path)
        execute(notebook, arguments.dataset)
        make_canonical(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
