"""Every test sees the same environment, however the tests were started."""

import os

from lessons import environment

os.environ.update(environment("uci"))
