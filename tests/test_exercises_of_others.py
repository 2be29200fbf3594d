"""The lessons from 11, solved."""

import pytest

from tests.test_exercises import solve
from tools.lessons import LESSONS


@pytest.mark.parametrize("path", LESSONS[11:], ids=lambda path: path.stem)
def test_their_solutions_are_right_and_mistakes_are_diagnosed(path):
    solve(path)
