"""The three descriptions of the environment agree."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
READER = list(map(Requirement, PROJECT["dependencies"]))
TESTS = list(map(Requirement, PROJECT["optional-dependencies"]["test"]))
PYTHON = SpecifierSet(PROJECT["requires-python"])
LOCKS = ("requirements.lock", "requirements-test.lock")


def locked(name):
    """Map each package of a lock to its versions, several where the Python decides."""
    versions = {}
    lock = (ROOT / name).read_text(encoding="utf-8")
    for package, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.M):
        versions.setdefault(package.lower(), []).append(version)
    return versions


@pytest.mark.parametrize("requirement", READER + TESTS, ids=str)
def test_every_dependency_is_locked_inside_its_range(requirement):
    versions = locked(LOCKS[requirement in TESTS]).get(requirement.name.lower())
    assert versions, f"{requirement.name} is not locked: python -m tools.lock"
    for version in versions:
        assert requirement.specifier.contains(version)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(name):
    lock = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|file:|--(extra-)?index|--find-links", lock)


def test_a_reader_installs_no_browser_driver_and_no_linter():
    reader, tests = (set(locked(name)) for name in LOCKS)
    assert not reader & {"playwright", "ruff", "nbval", "pytest", "coverage"}
    assert reader > {"jupyterlab", "keras"} and not reader & tests


def test_conda_gets_the_same_python_and_the_project_itself():
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    items = [line.strip(" -") for line in lines if line.strip().startswith("- ")]
    python = next(item for item in items if item.startswith("python"))
    assert SpecifierSet(python.removeprefix("python")) == PYTHON
    assert items[-1] == "e ." and len(items) == 5  # conda-forge, python, pip, pip:, -e .


def test_this_python_is_one_of_those_promised():
    assert PYTHON.contains("{}.{}.{}".format(*sys.version_info))
