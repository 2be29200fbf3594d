"""Handwritten digits as arrays: MNIST, or the smaller set that needs no download.

Images are (n, 28, 28) float32 in [0, 1], 0 for paper and 1 for ink; labels are (n,)
integers 0..9. Where the two data sets come from, and under which licence, is told in
`data/README.md`.

VAE_UTILS_MNIST may name an `mnist.npz` outside the data folder. VAE_UTILS_DATASET says
what "auto" means, so that a whole class, or a test run, can be put on one data set.
VAE_UTILS_OFFLINE forbids downloads.
"""

import contextlib
import hashlib
import os
import socket
import sys
import threading
import urllib.request
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from vae_utils.store import DAMAGED_NPZ, data_folder, read_npz, recall

MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
# sha256 of the raw bytes of each array. The container may differ from one copy of MNIST
# to the next; what is in it may not.
MNIST_ARRAYS = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}

UCI_FILE = "uci_digits_1.npz"  # another recipe takes another name


class Digits(NamedTuple):
    """A data set of handwritten digits, split into training and test images."""

    name: str
    source: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    def __str__(self):
        return (
            f"{self.name}: {len(self.train_images):,} training images and "
            f"{len(self.test_images):,} test images of 28 x 28 pixels ({self.source})"
        )


def load_digits(dataset="auto"):
    """Load handwritten digits, split into training and test images.

    Args:
        dataset: "mnist"; "uci", the set that needs no download; or "auto": MNIST if
            it is on this machine or can be downloaded at once, else "uci".

    Returns:
        A Digits: (name, source, train_images, train_labels, test_images, test_labels).

    Raises:
        ValueError: if the data set is unknown, or a file found is not MNIST.
        FileNotFoundError: if VAE_UTILS_MNIST names a file that is not there.
        ConnectionError: if "mnist" is asked for and cannot be had.
    """
    if dataset == "auto":
        dataset = os.environ.get("VAE_UTILS_DATASET", "auto")
    if dataset in DATASETS:
        return DATASETS[dataset]()
    if dataset != "auto":
        known = ", ".join(f'"{name}"' for name in ("auto", *DATASETS))
        raise ValueError(f"there is no data set {dataset!r}: choose one of {known}")
    try:
        return load_mnist()
    except ConnectionError:
        print("MNIST is neither on this machine nor within reach: using the UCI digits.")
        return load_uci()


def load_mnist():
    """Return MNIST as Digits, downloaded if need be."""
    path = find_mnist() or _download_mnist()
    reason = ""
    try:
        arrays = read_npz(path)
        for name, digest in MNIST_ARRAYS.items():
            if hashlib.sha256(np.ascontiguousarray(arrays[name])).hexdigest() != digest:
                reason = f"the content of {name} is not that of MNIST"
    except KeyError as missing:
        reason = f"it holds no array {missing}"
    except (*DAMAGED_NPZ, OSError):
        reason = "it cannot be read: it is incomplete, or holds pickled objects"
    if reason:
        raise ValueError(
            f"{path} is not a usable copy of MNIST: {reason}. The file was left as it is. "
            'Move it away to have it downloaded afresh, or use DATASET = "uci"'
        )
    return _digits("MNIST", "LeCun, Cortes and Burges", arrays)


def find_mnist():
    """Return the path of an `mnist.npz`: VAE_UTILS_MNIST, data folder, Keras; or None."""
    if named := os.environ.get("VAE_UTILS_MNIST"):
        if not Path(named).is_file():
            raise FileNotFoundError(
                f"VAE_UTILS_MNIST names {named}, and there is no such file: "
                "correct the variable or remove it"
            )
        return Path(named)
    keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    places = data_folder() / "mnist.npz", keras_home / "datasets" / "mnist.npz"
    return next((path for path in places if path.is_file()), None)


def _download_mnist():
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")
    bar = dict(desc="MNIST", unit="B", unit_scale=True, leave=False, file=sys.stdout)
    if os.environ.get("VAE_UTILS_OFFLINE"):
        reason = "VAE_UTILS_OFFLINE forbids downloads"
    elif not _within_reach(MNIST_URL):
        reason = "no answer within seconds"
    else:
        try:
            with tqdm(total=1, **bar) as progress:  # pooch sets the true total
                downloader = pooch.HTTPDownloader(timeout=4, progressbar=progress)
                where = dict(fname="mnist.npz", path=data_folder(), downloader=downloader)
                return Path(pooch.retrieve(MNIST_URL, MNIST_SHA256, **where))
        except (requests.RequestException, OSError, ValueError) as error:
            reason = type(error).__name__
    raise ConnectionError(
        f"MNIST is not on this machine and could not be downloaded ({reason}). Put a "
        f'copy at {data_folder() / "mnist.npz"}, or use DATASET = "uci"'
    )


def _within_reach(url, seconds=4):
    """Say whether a server, or a proxy that speaks for it, can be had within seconds.

    Without a network, looking up a name and trying its addresses one after another may
    take minutes; a thread that nobody waits for may take as long as it likes.
    """
    if urllib.request.getproxies().get("https"):
        return True
    answered = threading.Event()

    def knock():
        host = url.split("/")[2]
        with contextlib.suppress(OSError):
            socket.create_connection((host, 443), seconds).close()
            answered.set()

    threading.Thread(target=knock, daemon=True).start()
    return answered.wait(seconds)


def _digits(name, source, arrays):
    """Return Digits of uint8 arrays, whatever shape images have in them."""
    parts = []
    for part in ("train", "test"):
        images = np.reshape(arrays[f"x_{part}"], (-1, 28, 28))
        # in one step: there is never a second large array
        parts.append(np.divide(images, np.float32(255), dtype="float32"))
        parts.append(arrays[f"y_{part}"].astype("int64"))
    return Digits(name, source, *parts)


def load_uci():
    """Return the UCI digits as Digits, built if need be."""
    arrays, _ = recall(data_folder() / UCI_FILE, MNIST_ARRAYS, _build_uci)
    return _digits("UCI digits", "Alpaydin and Kaynak, varied", arrays)


def _build_uci(seed=0):
    """Make MNIST-like images of the digits in scikit-learn: 20,000 and 2,000 of them.

    The 1,797 originals are split first, so that no writer's stroke is in both parts
    as a variation of itself.
    """
    from sklearn.datasets import load_digits as load_originals
    from sklearn.model_selection import train_test_split

    originals = load_originals()
    every = originals.images / 16, originals.target
    how = dict(test_size=360, stratify=originals.target, random_state=seed)
    parts = train_test_split(*every, **how)
    rng = np.random.default_rng(seed)
    x_train, y_train = _vary(parts[0], parts[2], 20_000, rng)
    x_test, y_test = _vary(parts[1], parts[3], 2_000, rng)
    return dict(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def _vary(originals, labels, count, rng):
    """Draw `count` variations of (n, 8, 8) originals: (count, 28, 28) uint8, labels."""
    from scipy.ndimage import affine_transform, zoom
    from scipy.special import expit

    large = zoom(originals, (1, 2.5, 2.5), order=3, mode="grid-constant", grid_mode=True)
    large = np.pad(large, ((0, 0), (4, 4), (4, 4)))
    picks = rng.permutation(np.resize(np.arange(len(large)), count))
    images = np.empty((count, 28, 28), "uint8")
    bar = tqdm(picks, desc="building the UCI digits", leave=False, file=sys.stdout)
    for index, pick in enumerate(bar):
        angle, shear = rng.normal(0, 0.12, 2)
        scale = rng.uniform(0.9, 1.1, 2)
        rotation = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        matrix = rotation @ np.array([[1, shear], [0, 1]]) / scale
        offset = 13.5 - matrix @ np.full(2, 13.5) + rng.normal(0, 0.5, 2)
        moved = affine_transform(large[pick], matrix, offset, order=1)
        # A soft threshold sharpens the enlarged stroke; where it lies sets its width.
        threshold = rng.uniform(0.4, 0.7)
        ink, paper = (expit((grey - threshold) / 0.08) for grey in (moved, 0))
        images[index] = np.round(255 * np.clip(ink - paper, 0, 1))
    return images, labels[picks]


DATASETS = {"mnist": load_mnist, "uci": load_uci}
