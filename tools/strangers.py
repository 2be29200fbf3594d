"""Run the lessons on digits that nobody wrote, and count the claims that hold.

python -m tools.strangers [--lessons 03 04 ...]

The digits come from the fonts that matplotlib ships. No bound was chosen on them and none
may be, so they tell how far the claims reach beyond the handwriting that they were chosen
on. A claim that fails there is counted, and stops nothing.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import matplotlib
import numpy as np
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell
from PIL import Image, ImageDraw, ImageFont

from tools.ledger import GO_ON
from tools.lessons import LESSONS, ROOT, execute, read
from vae_utils import checks, data
from vae_utils.store import data_folder, recall

CACHE = ROOT / ".cache" / "strangers"
CLAIMS = CACHE / "claims.jsonl"

# How many pixels a stroke is widened by on each side, in digits about 230 pixels high:
# hairlines vanish in 8 x 8 pixels, and the holes of bold digits close.
LIGHT, BOLD = (8, 12), (0, 4)
# Left out, after a look at each: fonts without digits (Display, STIX other than General,
# cmex10, cmsy10, LastResort), old-style digits (cmmi10), DejaVu Sans Mono, whose dotted 0
# becomes an 8, and cmti10, whose 4 breaks.
TRAIN = {
    "DejaVu Sans": {
        "DejaVuSans": LIGHT,
        "DejaVuSans-Oblique": LIGHT,
        "DejaVuSans-Bold": BOLD,
        "DejaVuSans-BoldOblique": BOLD,
    },
    "DejaVu Serif": {
        "DejaVuSerif": LIGHT,
        "DejaVuSerif-Italic": LIGHT,
        "DejaVuSerif-Bold": BOLD,
        "DejaVuSerif-BoldItalic": BOLD,
    },
    "STIX General": {
        "STIXGeneral": LIGHT,
        "STIXGeneralItalic": LIGHT,
        "STIXGeneralBol": BOLD,
        "STIXGeneralBolIta": BOLD,
    },
}
TEST = {
    "Computer Modern": {"cmr10": LIGHT, "cmss10": LIGHT, "cmtt10": LIGHT, "cmb10": BOLD},
}

FIRST_CELL = f"""{GO_ON}
import sys
sys.path.insert(0, {str(ROOT)!r})
from tools.strangers import load_strangers
from vae_utils.data import DATASETS
DATASETS["strangers"] = load_strangers
"""


def load_strangers():
    """Return the digits of fonts as Digits, built if need be."""
    path = data_folder() / "strangers.npz"
    arrays, _ = recall(path, data.MNIST_ARRAYS, build)
    return data._digits("strangers", "fonts of matplotlib, varied", arrays)


def build(seed=0, counts=(20_000, 2_000)):
    """Make images as `data._build_uci` does, from fonts: no family is in both parts.

    Args:
        seed: of the variations: slant, place, size and weight.
        counts: how many training and test images.

    Returns:
        dict of uint8 images (count, 28, 28) and labels (count,), named as in MNIST.
    """
    rng, arrays = np.random.default_rng(seed), {}
    for part, families, count in zip(("train", "test"), (TRAIN, TEST), counts, strict=True):
        drawn, labels = originals(families)
        arrays[f"x_{part}"], arrays[f"y_{part}"] = data._vary(drawn, labels, count, rng)
    return arrays


def originals(families):
    """Draw each digit of each font once in each weight: (n, 8, 8) in [0, 1], labels."""
    every = [
        (draw(stem, digit, weight), digit)
        for fonts in families.values()
        for stem, weights in fonts.items()
        for weight in weights
        for digit in range(10)
    ]
    return tuple(map(np.array, zip(*every, strict=True)))


def draw(stem, digit, weight):
    """Draw one digit as large as it fits into 8 x 8 pixels, 0 for paper and 1 for ink."""
    font = ImageFont.truetype(font_file(stem), 320)
    page = Image.new("L", (640, 640))
    how = dict(fill=255, font=font, anchor="mm", stroke_width=weight)
    ImageDraw.Draw(page).text((320, 320), str(digit), **how)
    left, top, right, bottom = page.getbbox()
    x, y, half = (left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top) / 2
    box = (x - half, y - half, x + half, y + half)
    return np.asarray(page.resize((8, 8), Image.Resampling.BOX, box)) / 255


def font_file(stem):
    return Path(matplotlib.get_data_path(), "fonts", "ttf", f"{stem}.ttf")


def examine(path, seed=0):
    """Run a lesson on the strangers, past cells that stop.

    Returns:
        The claims it made, as dicts that `checks.claim` wrote, and a line for each cell
        that stopped: what it would have measured is not known.
    """
    lesson = read(path)
    for cell in lesson.cells:
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
    lesson.cells.insert(0, new_code_cell(FIRST_CELL))
    CACHE.mkdir(parents=True, exist_ok=True)
    CLAIMS.write_text("", encoding="utf-8")
    os.environ["VAE_UTILS_LEDGER"] = str(CLAIMS)
    os.environ["VAE_UTILS_RUN"] = json.dumps(dict(lesson=path.stem[:2], seed=seed))
    stops = []
    try:
        execute(lesson, "strangers", seed, CACHE)
    except (CellTimeoutError, DeadKernelError) as error:
        stops.append(f"the rest: {type(error).__name__}")
    for index, cell in enumerate(lesson.cells[1:]):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                reason = f"{output.ename}: {output.evalue}".splitlines()[0]
                stops.append(f"cell {index}: {reason}")
    return [json.loads(line) for line in CLAIMS.read_text("utf-8").splitlines()], stops


def count(claims):
    """Return how many claims hold, and how many were made, formulas left out.

    A claim made several times, in a loop, is one, and holds if it always did.
    """
    held = {}
    for line in claims:
        if not line["formula"]:
            key = line["claim"], line["low"], line["high"]
            held[key] = held.get(key, True) and line["holds"]
    return sum(held.values()), len(held)


def describe(claims, stops):
    """Return a line for each claim that fails, and one for each cell that stopped."""
    failing = [
        f"✗ {line['claim']} (measured {line['value']:.3g}, would hold "
        f"{checks.bound_in_words(line['low'], line['high'])})"
        for line in claims
        if not line["holds"]
    ]
    return failing + [f"- not measured, {stop}" for stop in stops]


def main():
    sys.stdout.reconfigure(errors="replace")  # a redirected console may not know "✗"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lessons", nargs="+", metavar="NN", help="all by default")
    wanted = parser.parse_args().lessons
    shutil.rmtree(CACHE, ignore_errors=True)
    total = np.zeros(3, int)
    for path in LESSONS:
        sources = "".join(cell.source for cell in read(path).cells)
        if "load_digits(" in sources and (not wanted or path.stem[:2] in wanted):
            claims, stops = examine(path)
            held, made = count(claims)
            total += held, made, len(stops)
            print(f"{path.stem}: {held} of {made} claims hold", flush=True)
            for line in describe(claims, stops):
                print(f"    {line}", flush=True)
    held, made, stopped = total
    share = f" ({held / made:.0%})" if made else ""
    print(
        f"\nOn the strangers {held} of {made} claims hold{share}; formulas are not counted."
    )
    print(f"Cells that stopped, and measured nothing: {stopped}.")


if __name__ == "__main__":
    main()
