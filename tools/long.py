"""Make the long trainings that two cores cannot do inside a lesson, once.

python -m tools.long [sixteen betas photographs] [--dataset mnist] [--seeds 0 1 100 101]

writes results/long_RECIPE_DATASET.json and, for the first seed, a picture of samples. A
seed that is there already, made by the same recipe, is kept. What a run holds, say
`tools.sixteen`, `tools.betas` and `tools.folder_vae`. Claims that rest on it are chosen on
the seeds below 100, judged on those from there, and on 200 and 201 if they failed and were
changed.
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

SEEDS = {
    "sixteen": (0, 1, 100, 101, 200, 201),
    "betas": (*range(5), *range(100, 105)),
    "photographs": (0, 1, 100, 101, 200, 201),
}
SHORT = "short"  # on 2,000 UCI digits, for two epochs; or on 250 patches
PATCHES = "patches"  # the only data set of "photographs"
MEASURES = {
    "sixteen": (
        *("frechet_distance", "gaussian_draws", "kl_per_dimension", "overlap_share"),
        *("reach", "sample_scores", "told_apart", "within_reach"),
    ),
    "betas": ("neighbour_accuracy", "overlap_share"),
    "photographs": ("gaussian_draws", "kl_per_dimension"),
}
FILES = {"photographs": "folder_vae"}  # where a recipe does not lie in tools/NAME.py
PARTS = {  # of vae_utils, beside those that all recipes rest on
    "photographs": {
        "vae_utils/convolutional.py": None,
        "vae_utils/folder.py": ("write_patches",),  # a short run shows what is loaded
        "vae_utils/prices.py": ("GaussianNats",),
    }
}
RECIPES = {
    name: {
        f"tools/{FILES.get(name, name)}.py": None,  # all of it
        "vae_utils/layers.py": None,
        "vae_utils/measures.py": measures,
        "vae_utils/models.py": None,
        "vae_utils/training.py": ("_batches", "_train", "fit"),
        **PARTS.get(name, {}),
    }
    for name, measures in MEASURES.items()
}


def datasets(name):
    """Return the data sets of a recipe that are on this machine."""
    return (PATCHES,) if name == "photographs" else datasets_present()


def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


def fingerprint(recipe):
    """Return a digest of the code of a long training, whatever its words say."""
    digest = hashlib.blake2b(digest_size=8)
    for name, wanted in RECIPES[recipe].items():
        tree = ast.parse(source(name))
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                node.value.value = ""  # a docstring
        for node in tree.body:
            if wanted is None or getattr(node, "name", None) in wanted:
                digest.update(ast.dump(node).encode())
    return digest.hexdigest()


def read(name, dataset, recipe):
    """Return the record of a data set: an empty one if there is none of this recipe."""
    path = record_path(name, dataset)
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


def make(name, dataset, seed):
    """Return the run of a seed, or the one called SHORT, which the tests make again."""
    from tools.betas import nine_betas
    from tools.folder_vae import patches, photographs
    from tools.sixteen import sixteen_dimensions
    from vae_utils.data import load_digits

    if dataset == PATCHES:
        if seed != SHORT:
            return photographs(patches(seed), seed)
        every = patches(0)
        few = dict(
            train_images=every.train_images[:200], test_images=every.test_images[:50]
        )
        return photographs(every._replace(**few), 0, steps=40)
    train = {"sixteen": sixteen_dimensions, "betas": nine_betas}[name]
    digits = load_digits(dataset)
    if seed != SHORT:
        return train(digits, seed)
    few = digits._replace(
        train_images=digits.train_images[:2000],
        train_labels=digits.train_labels[:2000],
        test_images=digits.test_images[:500],
        test_labels=digits.test_labels[:500],
    )
    return train(few, 0, epochs=2)


def draw(samples, path):
    """Write samples, images (n, side, side[, 3]) of each source, a source a row."""
    from vae_utils.pictures import mosaic

    rows = list(samples.values())
    sheet = mosaic(np.concatenate(rows), len(rows[0]))
    sheet = sheet if sheet.ndim == 3 else 1 - sheet  # grey images are ink
    Image.fromarray(np.uint8(255 * sheet)).save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipes", choices=[*RECIPES, []], nargs="*")
    parser.add_argument("--dataset", choices=[*datasets_present(), PATCHES], nargs="+")
    parser.add_argument("--seeds", type=int, nargs="+")
    arguments = parser.parse_args()
    for name in arguments.recipes or RECIPES:
        recipe = fingerprint(name)  # once: the code that runs is that of the start
        for dataset in arguments.dataset or datasets(name):
            seeds = arguments.seeds or SEEDS[name]
            for seed in (*seeds, *([SHORT] if dataset != "mnist" else [])):
                add(name, dataset, seed, recipe)


def add(name, dataset, seed, recipe):
    """Add the run of a seed to its record, if it is not there."""
    record, path = read(name, dataset, recipe), record_path(name, dataset)
    if str(seed) in record["runs"]:
        return
    with tempfile.TemporaryDirectory() as folder:  # the trained models: up to 500 MB
        os.environ.update(environment(dataset) | {"VAE_UTILS_DATA": folder})
        start = time.perf_counter()
        run = make(name, dataset, seed)
    samples, maps = run.pop("samples"), run.pop("maps", {})
    if seed == SEEDS[name][0]:
        draw(samples, path.with_suffix(".png"))
        record |= {"samples": list(samples)} | ({"maps": maps} if maps else {})
    record["runs"][str(seed)] = rounded(run)
    record["versions"] = versions()
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    seconds = time.perf_counter() - start
    print(f"{name} {dataset} seed {seed}: {seconds / 60:.1f} minutes", flush=True)


def versions():
    import keras
    import numpy
    import sklearn

    modules = keras, numpy, sklearn
    return {module.__name__: module.__version__ for module in modules}


if __name__ == "__main__":
    main()
