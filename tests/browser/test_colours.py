"""Pictures in colour look in the browser as they are decoded; codes may be dots."""

import numpy as np
from numpy.testing import assert_allclose

from tests.browser.pages import PLACE, page_with
from vae_utils.explore import LatentExplorer

PIXELS = """canvas => [...canvas.getContext("2d")
  .getImageData(0, 0, canvas.width, canvas.height).data]"""


def test_a_decoded_picture_has_its_colours_and_codes_without_labels_are_dots(
    browser, tmp_path
):
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(2, 24)), rng.normal(size=24), "sigmoid")]
    codes = np.float32([[2, 2], [-2, -2]])
    explorer = LatentExplorer(layers, codes, shape=(2, 4, 3))
    explorer.z = [0.5, -1.0]
    with page_with(browser, tmp_path, (PLACE, explorer)) as page:
        data = page.locator("canvas.picture").evaluate(PIXELS)
        plane = page.locator("canvas.plane")
        shades = np.reshape(plane.evaluate(PIXELS), (-1, 4))
        assert page.faults == []
    made = np.reshape(data, (2, 4, 4))
    assert_allclose(made[..., :3], 255 * explorer.decode([explorer.z])[0], atol=1)
    assert np.all(made[..., 3] == 255)
    grey = np.all(shades[:, :3] == [107, 107, 107], axis=1) & (shades[:, 3] == 255)
    assert grey.sum() > 10
