"""README shows a picture of each lesson, and one of them all."""

import re

import nbformat
import numpy as np
import pytest
from PIL import Image

from tools.lessons import LESSONS, ROOT, read
from tools.pictures import PICTURES, THUMBNAIL, spiral, thumbnail
from vae_utils.pictures import PALETTE, small_png

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_lesson_has_a_thumbnail_of_one_of_its_figures(path):
    number = path.name[:2]
    link = f'<a href="notebooks/{path.name}"><img src="pictures/{number}.png"'
    assert link in README
    with Image.open(PICTURES / f"{number}.png") as picture:
        assert picture.size == thumbnail(read(path)).size == THUMBNAIL


def test_links_from_readme_lead_somewhere():
    links = re.findall(r"\]\(([^)#:]+)\)|(?:src|href)=\"([^\":]+)\"", README)
    for link in filter(None, sum(links, ())):
        assert (ROOT / link).exists(), link


def test_readmes_pictures_are_small():
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert sizes.pop("opening.png") < 400_000
    assert max(sizes.values()) < 40_000


def test_a_thumbnail_is_the_part_that_the_cell_names():
    picture = Image.new("RGB", (800, 240), "white")
    picture.paste(PALETTE[3], (400, 0, 800, 240))
    output = nbformat.v4.new_output("display_data", {"image/png": small_png(picture)})
    cell = nbformat.v4.new_code_cell(outputs=[output])
    cell.metadata["thumbnail"] = [0.5, 0, 1, 1]
    made = thumbnail(nbformat.v4.new_notebook(cells=[cell]))
    assert len(made.getcolors()) == 1
    assert made.size == THUMBNAIL


def test_the_way_across_the_map_goes_inward_in_like_steps():
    way = spiral(18)
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    assert steps.max() < 1.25 * steps.min()  # chords: the last turn is tight
    assert np.all(np.diff(np.linalg.norm(way, axis=1)) < 0)
