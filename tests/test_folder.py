"""A folder of pictures becomes arrays; what cannot be used is named, nothing is changed."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import Image

from tools.lessons import LESSONS, environment, read, run
from vae_utils.folder import load_folder, write_patches

RNG = np.random.default_rng(0)


def picture(height=16, width=16):
    return Image.fromarray(RNG.integers(0, 256, (height, width, 3), "uint8"))


@pytest.fixture
def folder(tmp_path):
    """Two classes of fifteen pictures, and five files that cannot be used."""
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for index in range(15):
            picture().save(tmp_path / name / f"{index:02d}.png")
    picture(24, 40).save(tmp_path / "cat" / "wide.jpg")
    (tmp_path / "cat" / "broken.png").write_bytes(b"no picture")
    whole = (tmp_path / "dog" / "00.png").read_bytes()
    (tmp_path / "dog" / "half.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "dog" / "notes.txt").write_text("feed them")
    Image.new("1", (10_000, 9_000)).save(tmp_path / "dog" / "huge.png")
    Image.fromarray(np.full((16, 16), 40_000, "uint16")).save(tmp_path / "dog" / "deep.png")
    return tmp_path


def test_what_cannot_be_used_is_named_with_a_reason(folder):
    found = load_folder(folder, size=16).passed_over
    assert list(found) == [
        "cat/broken.png", "dog/deep.png", "dog/half.png", "dog/huge.png", "dog/notes.txt",
    ]  # fmt: skip
    reasons = "neither png nor jpg", "16 bits", "truncated", "pixels", "no png or jpg"
    for wanted, reason in zip(reasons, found.values(), strict=True):
        assert wanted in reason and str(folder) not in reason


def test_all_else_is_there_once_and_no_file_is_changed(folder):
    before = {file: file.read_bytes() for file in folder.rglob("*.*")}
    pictures = load_folder(folder, size=16)
    assert pictures.train_images.shape == (25, 16, 16, 3)
    assert pictures.test_images.shape == (6, 16, 16, 3)
    labels = np.concatenate([pictures.train_labels, pictures.test_labels])
    assert (pictures.classes, np.bincount(labels).tolist()) == (["cat", "dog"], [16, 15])
    assert {file: file.read_bytes() for file in folder.rglob("*.*")} == before


def test_names_lead_from_images_to_files(folder):
    pictures = load_folder(folder, size=16)
    place = next(i for i, name in enumerate(pictures.test_names) if name.endswith("png"))
    with Image.open(folder / pictures.test_names[place]) as file:
        assert_allclose(pictures.test_images[place] * 255, np.array(file), atol=1e-4)
    kind = pictures.classes[pictures.test_labels[place]]
    assert pictures.test_names[place].startswith(kind)


def test_the_seed_decides_the_split(folder):
    names = [load_folder(folder, 16, seed=seed).test_names for seed in (0, 0, 1)]
    assert names[0] == names[1] != names[2]


def test_a_wide_picture_is_cut_to_its_middle_and_resized(tmp_path):
    values = np.zeros((8, 24, 3), "uint8")
    values[:, 8:16] = 255
    for index in range(20):
        Image.fromarray(values).save(tmp_path / f"{index}.png")
    assert_allclose(load_folder(tmp_path, size=4).train_images, 1, atol=0.1)


def test_grey_pictures_hold_ink_as_the_digits_do(tmp_path):
    for index in range(20):
        Image.new("L", (8, 8), 255 if index % 2 else 0).save(tmp_path / f"{index}.png")
    images = load_folder(tmp_path, size=8, colour=False).train_images
    assert images.shape == (16, 8, 8) and {*images.ravel()} == {0.0, 1.0}


def test_a_picture_is_turned_as_the_camera_held_it(tmp_path):
    values = np.zeros((8, 8, 3), "uint8")
    values[:4] = 255  # its upper half is white
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    for index in range(20):
        Image.fromarray(values).save(tmp_path / f"{index}.png", exif=exif)
    image = load_folder(tmp_path, size=8).train_images[0, :, :, 0]
    assert image[:, 4:].min() == 1 and image[:, :4].max() == 0


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white_paper(tmp_path, mode):
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 4, 8))  # its left half is black
    for index in range(20):
        clear.convert(mode).save(tmp_path / f"{index}.png")
    image = load_folder(tmp_path, size=8).train_images[0]
    assert (image[:, 4:] == 1).all() and (image[:, :4] == 0).all()


def test_hidden_files_and_folders_are_left_out_without_a_word(folder):
    for name in (".thumbs", "__MACOSX"):
        (folder / name).mkdir()
        picture().save(folder / name / "00.png")
    (folder / ".DS_Store").write_bytes(b"hidden")
    (folder / "cat" / "._00.png").write_bytes(b"hidden")
    pictures = load_folder(folder, size=16)
    assert pictures.classes == ["cat", "dog"] and len(pictures.passed_over) == 5


def test_more_than_memory_is_kept_for_are_passed_over(folder, monkeypatch):
    monkeypatch.setattr("vae_utils.folder.MOST_BYTES", 22 * 16 * 16 * 3 * 4)
    pictures = load_folder(folder, size=16)
    assert len(pictures.train_images) + len(pictures.test_images) == 22
    assert sum("memory" in why for why in pictures.passed_over.values()) >= 31 - 22


def test_a_folder_that_cannot_be_used_says_why(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere: check its name"):
        load_folder(tmp_path / "nowhere")
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(ValueError, match=r"0 of 1 files .*'a\.txt \(no png or jpg: .*\)"):
        load_folder(tmp_path)
    picture().save(tmp_path / "b.png")
    with pytest.raises(ValueError, match=r"1 of 2 files .* 20 are needed"):
        load_folder(tmp_path)


@pytest.mark.parametrize("size", [16.5, 0, "16"])
def test_a_size_that_is_no_number_of_pixels_is_refused(folder, size):
    with pytest.raises(ValueError, match=f"whole number of pixels.*got {size!r}"):
        load_folder(folder, size)


def test_a_folder_may_lie_in_the_readers_home(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    assert load_folder(f"~/{folder.name}", 16).name == folder.name


def test_patches_tile_the_photographs_and_share_no_pixel(tmp_path):
    from sklearn.datasets import load_sample_images

    write_patches(tmp_path, side=16)
    assert len([*tmp_path.rglob("*.png")]) == 2 * 26 * 40
    china, flower = load_sample_images().images
    with Image.open(tmp_path / "china" / "02_03.png") as patch:
        assert np.array_equal(patch, china[32:48, 48:64])
    with Image.open(tmp_path / "flower" / "25_39.png") as patch:
        assert np.array_equal(patch, flower[400:416, 624:640])


def test_lesson_13_runs_on_twenty_grey_pictures_of_ones_own(tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    for index in range(19):
        picture().save(own / f"{index}.png")
    picture(24, 40).save(own / "wide.jpg")
    (own / "broken.png").write_bytes(b"no picture")
    lesson = read(next(path for path in LESSONS if path.stem.startswith("13")))
    del lesson.cells[[cell.id for cell in lesson.cells].index("digits") :]  # not its own
    (given,) = (
        cell for cell in lesson.cells if "parameters" in cell.metadata.get("tags", ())
    )
    given.source += f"\nFOLDER, COLOUR, STEPS = {str(own)!r}, False, 2"
    for name, value in environment("uci", tmp_path / "cache").items():
        monkeypatch.setenv(name, value)
    run(lesson, tmp_path, timeout=300)
    text = str(
        [output.get("text") for c in lesson.cells for output in c.get("outputs", ())]
    )
    assert "own: 16 + 4 pictures of 16 x 16\\n" in text and "2 epochs in" in text
    assert "broken.png (what is in it" in text
