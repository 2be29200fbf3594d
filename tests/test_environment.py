"""The three descriptions of the environment agree."""

import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def project():
    """Return the ranges in pyproject.toml: (dependencies, requires-python)."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.S | re.M)[1]
    dependencies = [
        Requirement(line) for line in re.findall(r'^\s+"(.+)",$', block, re.M)
    ]
    return dependencies, SpecifierSet(re.search(r'requires-python = "(.+)"', text)[1])


def locked():
    """Map each locked package to its versions (several where they depend on the Python)."""
    versions = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCK, re.M):
        versions.setdefault(name.lower(), []).append(version)
    return versions


@pytest.mark.parametrize("requirement", project()[0], ids=str)
def test_every_dependency_is_locked_inside_its_range(requirement):
    versions = locked().get(requirement.name.lower())
    assert versions, f"{requirement.name} is not in requirements.lock: make it again"
    for version in versions:
        assert requirement.specifier.contains(version)


def test_every_locked_package_has_hashes_and_no_address():
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) > 50
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|file:|--(extra-)?index|--find-links", LOCK)


def test_conda_gets_the_same_python_and_the_project_itself():
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    items = [line.strip(" -") for line in lines if line.strip().startswith("- ")]
    python = next(item for item in items if item.startswith("python"))
    assert SpecifierSet(python.removeprefix("python")) == project()[1]
    assert (
        items[-1] == "e ." and len(items) == 5
    )  # conda-forge, python, pip, pip:, -e .


def test_this_python_is_one_of_those_promised():
    assert project()[1].contains("{}.{}.{}".format(*sys.version_info))
