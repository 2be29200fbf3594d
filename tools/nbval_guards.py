"""A pytest plugin that closes what nbval 0.11 leaves open: load it with `-p`.

1. A trailing ";" suppresses a cell's output, as it does in a lab.
2. A code cell that was never run fails: there is nothing to compare it with.
3. Pictures are compared: their number and size everywhere, how much of them is dark or pale
   where the data set is the one of the stored outputs, but not where: on another processor
   a training ends at another map. nbval itself compares no picture.

It replaces internals of nbval; the version is pinned for this reason.
"""

import base64
import io
import os

import numpy as np
from nbval import kernel, plugin
from PIL import Image

STORED_DATASET = "mnist"
# Between the pixels of both, in order, on average, in grey levels of 255. Other processors'
# trainings gave 4.0 at most, an empty page 5.8 at least; tests/test_check.py has more.
LIKENESS = 5.0

_compare_outputs = plugin.IPyNbCell.compare_outputs
_runtest = plugin.IPyNbCell.runtest


def execute_cell_input(self, cell_input, allow_stdin=None):
    return self.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


def runtest(self):
    if self.cell.source.strip() and self.cell.execution_count is None:
        self.raise_cell_error("this cell was never run in the stored notebook")
    return _runtest(self)


def compare_outputs(self, test, ref, skip_compare=None):
    if not _compare_outputs(self, test, ref, skip_compare):
        return False
    stored, now = pictures(ref), pictures(test)
    if len(stored) != len(now):
        problem = f"{len(stored)} pictures are stored, the cell now draws {len(now)}"
        self.comparison_traceback.append(problem)
        return False
    for old, new in zip(stored, now, strict=True):
        if problem := difference(old, new, os.environ.get("VAE_UTILS_DATASET")):
            self.comparison_traceback.append(problem)
            return False
    return True


def pictures(outputs):
    return [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), float)
        for output in outputs
        if (png := output.get("data", {}).get("image/png"))
    ]


def difference(stored, now, dataset):
    """Say in what two pictures (height, width, 3) differ too much, or return None."""
    if stored.shape != now.shape:
        return f"the stored picture is {stored.shape}, the new one {now.shape}"
    greys = (np.sort(picture.mean(axis=2), axis=None) for picture in (stored, now))
    distance = np.abs(np.subtract(*greys)).mean()
    if dataset == STORED_DATASET and distance > LIKENESS:
        return f"the new picture differs from the stored one by {distance:.1f} grey levels"
    return None


kernel.RunningKernel.execute_cell_input = execute_cell_input
plugin.IPyNbCell.runtest = runtest
plugin.IPyNbCell.compare_outputs = compare_outputs
