"""A folder of pictures as arrays: the reader's own, or patches of two photographs.

Only png and jpg files are read, none is changed, and what cannot be used is passed over
and named. Colour images are (n, size, size, 3) in [0, 1]; grey ones (n, size, size), 0
for white paper and 1 for black ink, as the digits are.
"""

import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from tqdm import tqdm

FEWEST = 20  # pictures: with fewer there is nothing to learn
MOST_BYTES = 2**29  # of memory, for all pictures together


class Pictures(NamedTuple):
    """Pictures of a folder, split into training and test images."""

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    test_names: list
    classes: list
    passed_over: dict

    def __str__(self):
        train, test = len(self.train_images), len(self.test_images)
        shape = " x ".join(map(str, self.train_images.shape[1:]))
        kinds, over = self.classes, [*self.passed_over.items()]
        of = "" if kinds == ["."] else f", of {', '.join(kinds)}"
        lines = [f"{self.name}: {train:,} + {test:,} pictures of {shape}{of}"]
        lines += [f"passed over: {file} ({why})" for file, why in over[:5]]
        return "\n".join(lines + ["..."] * (len(over) > 5))


def load_folder(path, size=32, colour=True, seed=0):
    """Load the pictures of a folder, a fifth of them as test images.

    A picture is turned as its camera held it, put on white where it is transparent, cut to
    the square in its middle, and resized. A folder within the folder is a class of its own;
    what is hidden (".name", "__MACOSX") is left out.

    Args:
        path: the folder, searched with all folders in it.
        size: height and width of the images, in pixels.
        colour: whether to keep the colours, or turn them to grey.
        seed: decides which pictures are test images, and their order.

    Returns:
        A Pictures: labels (n,) are places in `classes`, the names of the folders;
        `passed_over` is a dict from the name of a file to the reason.

    Raises:
        FileNotFoundError: if there is no such folder.
        ValueError: if size is no whole number above 0, or fewer than 20 files can be used.
    """
    if not isinstance(size, int | np.integer) or size < 1:
        raise ValueError(f"size is a whole number of pixels, 1 or more, got {size!r}")
    path = Path(path).expanduser()
    if not path.is_dir():
        raise FileNotFoundError(f"there is no folder {path}: check its name")
    files = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not any(map(_hidden, file.relative_to(path).parts))
    )
    files = [files[place] for place in np.random.default_rng(seed).permutation(len(files))]
    room = MOST_BYTES // (4 * size**2 * (3 if colour else 1))
    images, kept, passed_over = [], [], {}
    for file in tqdm(files, desc="reading", leave=False, file=sys.stdout):
        try:
            if len(kept) == room:
                raise ValueError(f"more than the {room:,} pictures that memory is kept for")
            images.append(_read(file, size, colour))
            kept.append(file.relative_to(path))
        except Exception as error:  # Pillow's readers raise many kinds
            passed_over[str(file.relative_to(path))] = str(error)
    if len(kept) < FEWEST:
        some = [f"{file} ({why})" for file, why in [*passed_over.items()][:3]]
        raise ValueError(
            f"{len(kept)} of {len(files)} files in {path} can be used, and {FEWEST} are "
            f"needed: put more png or jpg pictures there. Passed over: {some}"
        )
    classes = sorted({file.parent.as_posix() for file in kept})
    labels = np.array([classes.index(file.parent.as_posix()) for file in kept])
    images, test = np.stack(images), len(kept) // 5
    names = [str(file) for file in kept[:test]]
    parts = images[test:], labels[test:], images[:test], labels[:test], names
    return Pictures(path.name, *parts, classes, dict(sorted(passed_over.items())))


def _hidden(name):
    """Say whether a file or folder is one that systems leave behind, not the reader's."""
    return name.startswith(".") or name == "__MACOSX"


def _read(file, size, colour):
    """Return a picture as an array in [0, 1], or raise an error that says why not."""
    if file.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise ValueError("no png or jpg: if it is a picture, save it as one")
    bombs = Image.DecompressionBombWarning, Image.DecompressionBombError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", bombs[0])
            picture = Image.open(file, formats=("PNG", "JPEG"))
    except bombs:
        raise ValueError(f"more than {Image.MAX_IMAGE_PIXELS:,} pixels") from None
    except UnidentifiedImageError:
        raise ValueError("what is in it is neither png nor jpg") from None
    with picture:
        if picture.mode.startswith("I"):
            raise ValueError("16 bits for each pixel: save it with 8")
        upright = ImageOps.exif_transpose(picture)
        if upright.has_transparency_data:
            upright = upright.convert("RGBA")
            white = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(white, upright)
        upright = upright.convert("RGB" if colour else "L")
    values = np.asarray(ImageOps.fit(upright, (size, size)), "float32") / 255
    return values if colour else 1 - values


def write_patches(folder, side=16):
    """Cut the two photographs of scikit-learn into squares: folder/NAME/ROW_COLUMN.png."""
    from sklearn.datasets import load_sample_images

    photographs = load_sample_images()
    for name, photograph in zip(photographs.filenames, photographs.images, strict=True):
        place = Path(folder) / Path(name).stem
        place.mkdir(parents=True, exist_ok=True)
        rows, columns = (length // side for length in photograph.shape[:2])
        for row in range(rows):
            for column in range(columns):
                down, right = row * side, column * side
                patch = photograph[down : down + side, right : right + side]
                Image.fromarray(patch).save(place / f"{row:02d}_{column:02d}.png")
