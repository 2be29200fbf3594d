"""The modules import downward only, and each loads only what it needs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "vae_utils"
ALLOWED = {
    ("convolutional", "backend"),
    ("data", "store"),
    ("explore.noise", "pictures"),
    ("explore.posterior", "bounds"),
    ("explore.posterior", "pictures"),
    ("explore.betas", "pictures"),
    ("explore.betas", "plots"),
    ("explore.film", "plots"),
    ("explore.lens", "plots"),
    ("explore.drawing", "pictures"),
    ("explore.drawing", "plots"),
    ("explore.stills", "pictures"),
    ("explore.stills", "plots"),
    ("explore.widgets", "pictures"),
    ("films", "backend"),
    ("films", "layers"),
    ("layers", "backend"),
    ("models", "backend"),
    ("models", "layers"),
    ("plots", "pictures"),
    ("prices", "backend"),
    ("training", "backend"),
    ("training", "films"),
    ("training", "layers"),
    ("training", "store"),
}


def test_modules_import_downward_only():
    imports = re.compile(r"^\s*from vae_utils(?:\.(\w+))?\S* import", re.M)
    found = set()
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for target in imports.findall(path.read_text(encoding="utf-8")):
            if target != name.split(".")[0]:  # a package may import its own modules
                found.add((name, target))
    assert found == ALLOWED


LIGHT = {"tensorflow", "keras"}
NO_SLIDERS = {"ipywidgets", "anywidget"}
NO_FIGURES = {"matplotlib"}


@pytest.mark.parametrize(
    "module, heavy",
    [
        ("", LIGHT | NO_SLIDERS | NO_FIGURES),
        (".data", LIGHT | NO_SLIDERS | NO_FIGURES),
        (".bounds", LIGHT | NO_SLIDERS | NO_FIGURES),
        (".folder", LIGHT | NO_SLIDERS | NO_FIGURES),
        (".measures", LIGHT | NO_SLIDERS | NO_FIGURES),
        (".checks", LIGHT | NO_SLIDERS | NO_FIGURES),
        (".pictures", LIGHT | NO_SLIDERS | NO_FIGURES),
        (".plots", LIGHT | NO_SLIDERS),
        (".explore", LIGHT | NO_FIGURES),
    ],
)
def test_pictures_sliders_and_checks_load_only_what_they_need(module, heavy):
    code = f"import vae_utils{module}, sys; print({heavy!r} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "set()", run.stderr


def test_a_backend_that_is_not_installed_gets_one_clear_sentence():
    code = "from vae_utils.backend import ops"
    environment = {**os.environ, "KERAS_BACKEND": "abacus"}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: Keras cannot start")
    assert "KERAS_BACKEND=tensorflow" in last


def test_the_package_keeps_within_its_size():
    files = PACKAGE.rglob("*.py")
    lines = [
        line for f in files for line in f.read_text("utf-8").splitlines() if line.strip()
    ]
    assert len(lines) <= 3000


def test_the_browsers_half_keeps_within_its_size():
    files = (PACKAGE / "explore" / "browser").glob("*.js")
    lines = [
        line for f in files for line in f.read_text("utf-8").splitlines() if line.strip()
    ]
    assert len(lines) <= 1750


def test_keras_starts_without_a_word():
    code = "from vae_utils.backend import ops; ops.ones(2)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
