"""The other half of the lessons, solved."""

import pytest

from tests.test_exercises import solve
from tools.lessons import LESSONS


@pytest.mark.parametrize("path", LESSONS[1::2], ids=lambda path: path.stem)
def test_their_solutions_are_right_and_mistakes_are_diagnosed(path):
    solve(path)
