"""The modules import downward only, and each loads only what it needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "vae_utils"
ALLOWED = {
    ("explore", "plots"),
    ("layers", "backend"),
    ("models", "backend"),
    ("models", "layers"),
    ("training", "backend"),
    ("training", "data"),
}


def test_modules_import_downward_only():
    imports = re.compile(r"^\s*from vae_utils(?:\.(\w+))? import", re.M)
    found = {
        (path.stem, target)
        for path in PACKAGE.glob("*.py")
        for target in imports.findall(path.read_text(encoding="utf-8"))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "module", ["", ".data", ".measures", ".checks", ".plots", ".explore"]
)
def test_pictures_sliders_and_checks_never_load_tensorflow(module):
    heavy = {"tensorflow", "keras"}
    heavy |= set() if module in (".plots", ".explore") else {"matplotlib"}
    heavy |= set() if module == ".explore" else {"ipywidgets"}
    code = f"import vae_utils{module}, sys; print({heavy!r} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "set()", run.stderr


def test_keras_starts_without_a_word():
    code = "from vae_utils.backend import ops; ops.ones(2)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
