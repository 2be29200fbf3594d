"""`make clean` and `make clean-data` remove what the course made, and nothing else."""

import shutil
import subprocess

import pytest

from tools.lessons import ROOT
from vae_utils.data import UCI_FILE

MADE = (
    f"data/{UCI_FILE}",
    f"data/trained/{'0a' * 12}.npz",
    f"data/{UCI_FILE[:-4]}.0a.part",
)
READERS = (
    *("data/mnist.npz", "data/my_digits.npz", "data/README.md", "data/mine/1.png"),
    *("data/mine.part", "data/trained/my_best_model_of_lesson8.npz"),
    *("data/trained/my_model.keras", "notebooks/mine.ipynb", "results/ledger.csv"),
    "student/07.ipynb",
)
ENVIRONMENT = (".venv/reader", ".cache/test/x", "build/y", "vae_utils.egg-info/z")


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
@pytest.mark.parametrize(
    "target, removed",
    [("clean", ENVIRONMENT), ("clean-data", MADE)],
    ids=lambda x: str(x)[:10],
)
def test_only_what_the_course_made_is_removed(target, removed, tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    everything = {*MADE, *READERS, *ENVIRONMENT}
    for name in everything:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    subprocess.run(["make", "--silent", target], cwd=tmp_path, check=True)
    assert {name for name in everything if not (tmp_path / name).exists()} == {*removed}
