"""Every test sees the same environment, however the tests were started."""

import os

os.environ["TQDM_DISABLE"] = "1"  # tqdm reads it when it is imported

from tools.lessons import environment

os.environ.update(environment("uci"))
