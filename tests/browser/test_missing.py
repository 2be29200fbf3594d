"""Without a browser a reader's test run goes on and says so; where CI is set, it fails."""

import os
import subprocess
import sys

import pytest

from tools.lessons import ROOT

ONE = "tests/browser/test_explorers.py::test_a_walk_moves_all_three_pictures"


@pytest.mark.parametrize("ci, outcome", [("", "2 skipped"), ("true", "2 errors")])
def test_a_missing_browser_is_skipped_by_readers_and_fails_in_ci(ci, outcome, tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", ONE],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
    )
    assert outcome in run.stdout and "there is none (Debian package" in run.stdout
