"""Re-execute every lesson and compare with its stored outputs, on each data set present.

python -m tools.check [pytest options]
"""

import os
import subprocess
import sys

from tools.lessons import LESSONS, ROOT, datasets_present, environment
from vae_utils.data import find_mnist

# The tests of a file share what they opened, and the cells of a lesson their kernel. In
# order: files of few tests, which take longest, would else come last.
TWO_AT_A_TIME = "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"


def command(*options):
    """Return the command that compares notebooks with nbval in full mode."""
    return [
        *(sys.executable, "-m", "pytest", "-p", "tools.nbval_guards", "--nbval"),
        *("--nbval-sanitize-with", str(ROOT / "tools" / "nbval_sanitize.cfg")),
        *("--nbval-current-env", "--nbval-cell-timeout", "300", "--durations", "0"),
        *("--durations-min", "10", "-p", "no:cacheprovider", *options),
    ]


def main(options):
    missing = "not on this machine, so the lessons run on the UCI digits only"
    print("MNIST:", find_mnist() or missing)
    failed = []
    for dataset in datasets_present():
        print(f"\nLessons on {dataset}", flush=True)
        run = subprocess.run(
            # The last lessons take longest: first, lest one of two workers wait for them.
            command(*TWO_AT_A_TIME, *options, *map(str, reversed(LESSONS))),
            cwd=ROOT,
            env={**os.environ, **environment(dataset)},
        )
        if run.returncode:
            failed.append(dataset)
    return f"lessons failed on: {', '.join(failed)}" if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
