"""Run all that has to pass: style, tests, and every lesson compared with its outputs.

python -m tools.test
"""

import shutil
import subprocess
import sys

from tools.check import TWO_AT_A_TIME
from tools.lessons import CACHE, ROOT

STEPS = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("pytest", *TWO_AT_A_TIME, "tests"),
    ("tools.check",),
)

if __name__ == "__main__":
    shutil.rmtree(CACHE, ignore_errors=True)
    for step in STEPS:
        code = subprocess.run([sys.executable, "-m", *step], cwd=ROOT).returncode
        if code:
            sys.exit(f"stopped: python -m {' '.join(step)} ended with {code}")
