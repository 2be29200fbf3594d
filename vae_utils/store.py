"""Arrays on disk: written whole or not at all, never unpickled.

Files live in the folder `data` of the course, or in the one that the environment
variable VAE_UTILS_DATA names.
"""

import contextlib
import os
import uuid
import zipfile
import zlib
from pathlib import Path

import numpy as np

# What numpy raises for an npz file that is incomplete, not one, or lacks an array.
DAMAGED_NPZ = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, RuntimeError)


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
