"""Arrays on disk: written whole or not at all, never unpickled.

Files live in the folder `data` of the course, or in the one that the environment
variable VAE_UTILS_DATA names.
"""

import base64
import contextlib
import json
import os
import uuid
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

# What numpy raises for an npz file that is incomplete, not one, or lacks an array.
DAMAGED_NPZ = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, RuntimeError)


RESULTS = Path(__file__).resolve().parents[1] / "results"


def read_record(name, dataset, seed):
    """Return what a long training has measured, as `python -m tools.long` wrote it.

    Args:
        name: which record, as in results/long_NAME_DATASET.json.
        dataset: what `load_digits` calls the set, of which the first word names the file.
        seed: of the training; where it has none, the first of its hundred, or 100 ("seed").

    Raises:
        FileNotFoundError: if there is no such record.
    """
    runs, hundred = _record(name, dataset)["runs"], seed // 100 * 100
    return next(runs[str(x)] | {"seed": x} for x in (seed, hundred, 100) if str(x) in runs)


def read_samples(name, dataset):
    """Return images kept with a record: dict from their source to (n, side, side[, 3])."""
    sources = _record(name, dataset)["samples"]
    with Image.open(record_path(name, dataset).with_suffix(".png")) as picture:
        sheet = np.asarray(picture, "float32") / 255
    side, colour = len(sheet) // len(sources), sheet.shape[2:]
    sheet = sheet if colour else 1 - sheet  # grey images are ink
    tiles = sheet.reshape(len(sources), side, -1, side, *colour).swapaxes(1, 2)
    return dict(zip(sources, tiles, strict=True))


def read_maps(name, dataset):
    """Return the Gaussians kept with a record, of the same images in several models.

    Returns:
        mean and sigma (models, n, 2), to about a thousandth; labels (n,).
    """
    maps = _record(name, dataset)["maps"]
    labels = np.array(maps["labels"])
    mean, log_var = (
        np.frombuffer(base64.b64decode(maps[part]), "<i2").reshape(-1, len(labels), 2) / 1e3
        for part in ("mean", "log_var")
    )
    return mean, np.exp(log_var / 2), labels


def finished_map():
    """Return the map of a trained VAE, as `python -m tools.plane` wrote it.

    Returns:
        dict of what `LatentExplorer` takes: decoder, codes (500, 2), labels, names, shape.
    """
    held = read_npz(RESULTS / "plane.npz")
    layers = []
    for index, activation in enumerate(("relu", "relu", "relu", "sigmoid")):
        kernel, steps, bias = (held[f"{x}{index}"] for x in ("kernel", "steps", "bias"))
        layers.append((kernel * np.float32(steps), bias, activation))
    given = {name: held[name] for name in ("codes", "labels")}
    return dict(decoder=layers, names=["right", "up"], shape=(28, 28), **given)


def record_path(name, dataset):
    """Return where the record of a long training lies, as a Path."""
    return RESULTS / f"long_{name}_{dataset.split()[0].lower()}.json"


def _record(name, dataset):
    path = record_path(name, dataset)
    if not path.exists():
        raise FileNotFoundError(f"no results/{path.name}: python -m tools.long makes it")
    return json.loads(path.read_text(encoding="utf-8"))


def data_folder():
    """Return the folder that holds data sets and trained models, as a Path."""
    if folder := os.environ.get("VAE_UTILS_DATA"):
        return Path(folder)
    beside_the_package = Path(__file__).resolve().parents[1] / "data"
    if beside_the_package.is_dir():
        return beside_the_package
    import pooch

    return Path(pooch.os_cache("vae_utils"))


def save_npz(path, **arrays):
    """Write arrays to a Path whole or not at all; say so if the folder forbids it."""
    part = path.with_name(f"{path.stem}.{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez_compressed(file, **arrays)
        part.replace(path)
    except OSError as error:
        print(f"not kept for next time: {path} cannot be written ({error.strerror})")
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def read_npz(path):
    """Return the arrays in a file as a dict; raise one of DAMAGED_NPZ, never unpickle."""
    with open(path, "rb") as handle:
        file = np.load(handle, allow_pickle=False)
        if isinstance(file, np.ndarray):
            raise ValueError("this is a single array, not an npz file")
        return dict(file)


def recall(path, names, make):
    """Return the arrays in a file, else make and keep them; and whether they were there.

    Args:
        path: Path of an npz file, which may be missing or damaged.
        names: the arrays that have to be in it.
        make: callable without arguments that returns them as a dict.
    """
    try:
        arrays = read_npz(path)
        return {name: arrays[name] for name in names}, True
    except FileNotFoundError:
        pass
    except OSError as error:
        print(f"{path} cannot be read ({error.strerror}): its content is made again")
    except DAMAGED_NPZ:
        print(f"{path.name} was damaged, and is made again")
    arrays = make()
    save_npz(path, **arrays)
    return arrays, False
