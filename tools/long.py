"""Make the long trainings that two cores cannot do inside a lesson, once.

python -m tools.long [--dataset mnist] [--seeds 0 1 100 101 200 201]

writes results/long_sixteen_DATASET.json and, for the first seed, a picture of samples. A
seed that is there already, made by the same recipe, is kept. What a run holds, says
`tools.sixteen`. Claims that rest on it are chosen on seeds 0 and 1, judged on 100 and 101,
and on 200 and 201 if they failed there and were changed.
"""

import argparse
import ast
import hashlib
import json
import os
import tempfile
import time

import numpy as np
from PIL import Image

from tools.lessons import ROOT, datasets_present, environment
from vae_utils.store import record_path

NAME = "sixteen"
SEEDS = 0, 1, 100, 101, 200, 201
SHORT = "short"  # on 2,000 UCI digits, for two epochs
RECIPE = {
    "tools/sixteen.py": None,  # all of it
    "vae_utils/layers.py": None,
    "vae_utils/measures.py": (
        *("frechet_distance", "gaussian_draws", "kl_per_dimension", "overlap_share"),
        *("reach", "sample_scores", "told_apart", "within_reach"),
    ),
    "vae_utils/models.py": None,
    "vae_utils/training.py": ("_batches", "_train", "fit"),
}


def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


def fingerprint():
    """Return a digest of the code of a long training, whatever its words say."""
    digest = hashlib.blake2b(digest_size=8)
    for name, wanted in RECIPE.items():
        tree = ast.parse(source(name))
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                node.value.value = ""  # a docstring
        for node in tree.body:
            if wanted is None or getattr(node, "name", None) in wanted:
                digest.update(ast.dump(node).encode())
    return digest.hexdigest()


def path_of(dataset):
    return record_path(NAME, dataset)


def read(dataset, recipe):
    """Return the record of a data set: an empty one if there is none of this recipe."""
    path = path_of(dataset)
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    empty = {"recipe": recipe, "dataset": dataset, "versions": {}, "runs": {}}
    return record if record.get("recipe") == recipe else empty


def rounded(found):
    """Return numbers to five digits, in lists and dicts: enough to draw and to judge."""
    if isinstance(found, dict):
        return {str(key): rounded(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [rounded(value) for value in found]
    return found if isinstance(found, int | str) else float(f"{found:.5g}")


def make(dataset, seed):
    """Return the run of a seed, or the one called SHORT, which the tests make again."""
    from tools.sixteen import sixteen_dimensions
    from vae_utils.data import load_digits

    digits = load_digits(dataset)
    if seed != SHORT:
        return sixteen_dimensions(digits, seed)
    few = digits._replace(
        train_images=digits.train_images[:2000],
        train_labels=digits.train_labels[:2000],
        test_images=digits.test_images[:500],
        test_labels=digits.test_labels[:500],
    )
    return sixteen_dimensions(few, 0, epochs=2)


def draw(samples, dataset):
    """Write samples (12, 28, 28) as one picture, a source a row."""
    from vae_utils.pictures import mosaic

    sheet = mosaic(np.concatenate(list(samples.values())), 12)
    picture = Image.fromarray(np.uint8(255 - 255 * sheet))
    picture.save(path_of(dataset).with_suffix(".png"), optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", choices=datasets_present(), nargs="+")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    arguments = parser.parse_args()
    recipe = fingerprint()  # once: the code that runs is that of the start
    for dataset in arguments.dataset or datasets_present():
        for seed in (*arguments.seeds, *([SHORT] if dataset == "uci" else [])):
            record = read(dataset, recipe)
            if str(seed) in record["runs"]:
                continue
            with tempfile.TemporaryDirectory() as folder:  # the trained models: 500 MB
                os.environ.update(environment(dataset) | {"VAE_UTILS_DATA": folder})
                start = time.perf_counter()
                run = make(dataset, seed)
            samples = run.pop("samples")
            if seed == SEEDS[0]:
                draw(samples, dataset)
                record["samples"] = list(samples)
            record["runs"][str(seed)] = rounded(run)
            record["versions"] = versions()
            path_of(dataset).write_text(json.dumps(record, indent=1) + "\n", "utf-8")
            seconds = time.perf_counter() - start
            print(f"{dataset} seed {seed}: {seconds / 60:.1f} minutes", flush=True)


def versions():
    import keras
    import numpy
    import sklearn

    modules = keras, numpy, sklearn
    return {module.__name__: module.__version__ for module in modules}


if __name__ == "__main__":
    main()
