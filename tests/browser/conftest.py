"""A small notebook of explorers, in a real JupyterLab and as a page opened from disk."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.pages import PLACE, STAGE, page_with
from tools.lab import CHROMIUM, FLAGS, RUN_ALL, new_notebook, serve
from tools.lessons import execute
from tools.page import export

SOURCES = [
    """
import numpy as np
from vae_utils.explore import (
    GaussianExplorer, LatentExplorer, Playground, SamplingExplorer, WalkExplorer)
rng = np.random.default_rng(0)
def decoder(latent):
    return [(rng.normal(size=(latent, 32)), np.zeros(32), "relu"),
            (rng.normal(size=(32, 784)), np.zeros(784), "sigmoid")]
codes, labels = rng.normal(size=(50, 2)), np.arange(50) % 10
codes[7] = 10, 0  # beyond the sliders
images = rng.uniform(size=(2, 28, 28))
""",
    "LatentExplorer(decoder(2), codes, labels, shape=(28, 28))",
    "LatentExplorer(decoder(16), kl=np.arange(16) / 4, shape=(28, 28))",
    "WalkExplorer(decoder(2), images, codes[:2])",
    "SamplingExplorer(decoder(2), images[0], codes[0], np.array([-1.0, -2.0]))",
    "GaussianExplorer(mean=1.0, sigma=0.5)",
    'LatentExplorer([(rng.normal(size=(30, 500)), np.zeros(500), "linear")])',
    "Playground()",
    "LatentExplorer(lambda z: np.full((28, 28), (z[0, 0] + 3) / 6), low=[-3, -3])",
]


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """The address of the notebook in a lab."""
    with serve(new_notebook(SOURCES), tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture(scope="session")
def page_on_disk(tmp_path_factory):
    """The address of the same notebook as an exported page: no server, no kernel."""
    path = tmp_path_factory.mktemp("page") / "explorers.html"
    notebook = new_notebook(SOURCES)
    execute(notebook, "uci")
    path.write_text(export(notebook), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop(
            "explorers are tested in Chromium, and there is none (Debian package: chromium)"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=["lab", "page_on_disk"])
def view(request, browser):
    """An open page with all explorers drawn; `faults` collects what went wrong in it."""
    address = request.getfixturevalue(request.param)
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.set_default_timeout(60_000)
    page.faults, page.has_kernel = [], request.param == "lab"
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.faults.append(said.text))
    home = address.split("/lab/")[0]
    kept = (home, home.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda r: r.url.startswith(kept) or page.faults.append(r.url))
    page.goto(address)
    if request.param == "lab":
        page.wait_for_function("window.jupyterapp !== undefined")
        page.evaluate(RUN_ALL)
    live = len(SOURCES) - 1 if page.has_kernel else len(SOURCES) - 2
    page.locator(".vae-explorer").nth(live - 1).wait_for()
    yield page
    page.close()


@pytest.fixture(scope="session")
def stages(browser, tmp_path_factory):
    """An open page with seven explorers, each on a stage of a slide, and then without one.

    No kernel has run: the explorers are made here.
    """
    names = {}
    exec(SOURCES[0], names)
    made = [eval(source, names) for source in SOURCES[1:8]]
    places = [(place, explorer) for place in (STAGE, PLACE) for explorer in made]
    folder, size = tmp_path_factory.mktemp("stages"), {"width": 1280, "height": 720}
    with page_with(browser, folder, *places, viewport=size) as page:
        yield page
