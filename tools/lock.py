"""Make the locks again: every version with its hashes, for every system, naming no index.

python -m tools.lock

It calls uv, a program that can be had with `pip install uv`.
requirements.lock holds what a reader needs, requirements-test.lock what the tests add.
"""

import re
import subprocess

from tools.lessons import ROOT

READER, TESTS = ROOT / "requirements.lock", ROOT / "requirements-test.lock"
COMPILE = (
    *("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
    *("--no-header", "--no-annotate", "--quiet"),
)


def compiled(*options):
    """Return a lock as text."""
    run = dict(cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return subprocess.run([*COMPILE, *options], **run).stdout


def blocks(lock):
    """Split a lock into the lines of each package."""
    return re.split(r"\n(?=\S)", lock.strip())


if __name__ == "__main__":
    READER.write_text(compiled(), encoding="utf-8", newline="\n")
    known = set(blocks(READER.read_text(encoding="utf-8")))
    everything = blocks(compiled("--extra", "test", "--constraint", str(READER)))
    added = [block for block in everything if block not in known]
    TESTS.write_text("\n".join(added) + "\n", encoding="utf-8", newline="\n")
    print(f"{len(known)} packages for a reader, {len(added)} more for the tests")
