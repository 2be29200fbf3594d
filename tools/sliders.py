"""Measure sliders in a lab: from key press to painted picture, and pictures in a drag.

Our explorer beside the two usual ways, in one browser and one lab.
"""

import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from tools.lab import CHROMIUM, FLAGS, RUN_ALL, new_notebook, serve

SOURCES = [
    """
%matplotlib inline
import io
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from vae_utils.explore import LatentExplorer, Playground
rng = np.random.default_rng(0)
def decoder(latent):
    sizes = [latent, 64, 128, 256, 784]
    layers = [(rng.normal(0, 1.4 / a**0.5, (a, b)), np.zeros(b), "relu")
              for a, b in zip(sizes, sizes[1:])]
    return [*layers[:-1], (*layers[-1][:2], "sigmoid")]
decode = LatentExplorer(decoder(2), shape=(28, 28)).decode
sliders = {name: widgets.FloatSlider(0, min=-3, max=3, step=0.03) for name in ("z1", "z2")}
""",
    "LatentExplorer(decoder(2), shape=(28, 28))",
    "LatentExplorer(decoder(16), shape=(28, 28))",
    """
def draw(z1, z2):
    plt.imshow(decode([[z1, z2]])[0])
    plt.show()
widgets.interact(draw, **sliders);
""",
    """
picture, slider = widgets.Image(width=252), widgets.FloatSlider(0, min=-3, max=3, step=0.03)
def update(change):
    buffer = io.BytesIO()
    Image.fromarray(np.uint8(255 * decode([[slider.value, 0]])[0])).save(buffer, "png")
    picture.value = buffer.getvalue()
slider.observe(update, "value")
update(None)
widgets.VBox([slider, picture])
""",
    "Playground()",
    """
from vae_utils.explore import BetaExplorer
from vae_utils.store import read_maps, read_record, read_samples
name = "UCI digits"
facts, samples = read_record("betas", name, 0), read_samples("betas", name)
prices = facts["reconstruction"], facts["kl"]
BetaExplorer(facts["betas"], *prices, *read_maps("betas", name), [*samples.values()])
""",
    """
from vae_utils.explore import NoiseExplorer
NoiseExplorer()
""",
    """
from vae_utils.explore import Film
mean = np.cumsum(rng.normal(size=(101, 300, 2)), axis=0)
film = dict(epoch=np.linspace(0, 10, 101), mean=mean, log_sigma=-np.ones_like(mean))
film |= dict(reconstruction=mean[:, 0, 0] ** 2, kl=mean[:, 0, 1] ** 2)
Film({"one": film, "two": film, "three": film}, rng.integers(0, 10, 300), "Maps.")
""",
]
NAMES = [
    "explorer, 2 dimensions",
    "explorer, 16 dimensions",
    "interact + imshow",
    "Image widget + PNG",
]
# Notes, once a frame, what the picture in a cell's output looks like.
WATCH = """(index) => {
  const cell = document.querySelectorAll(".jp-CodeCell")[index];
  const small = new OffscreenCanvas(28, 28).getContext("2d", { willReadFrequently: true });
  const seen = (window.seen = { frames: [], keys: [], on: true });
  const look = () => {
    const picture = cell.querySelector(".jp-OutputArea canvas, .jp-OutputArea img");
    if (!picture || (picture.tagName === "IMG" && !picture.complete)) return "none";
    small.clearRect(0, 0, 28, 28);
    small.drawImage(picture, 0, 0, 28, 28);
    return small.getImageData(0, 0, 28, 28).data.join();
  };
  const frame = () => {
    if (!seen.on) return;
    seen.frames.push([performance.now(), look()]);
    requestAnimationFrame(frame);
  };
  window.addEventListener("keydown", (event) => seen.keys.push(event.timeStamp), true);
  frame();
}"""
HANDLE = "input[type=range], .noUi-handle"
COUNT_FRAMES = """() => {
  const seen = (window.painted = { count: 0, start: performance.now() });
  const frame = () => {
    seen.count++;
    if (seen === window.painted) requestAnimationFrame(frame);
  };
  frame();
}"""
PER_SECOND = (
    "() => (1000 * window.painted.count) / (performance.now() - window.painted.start)"
)


def watch(page, cell, act):
    """Return (frames, keys) seen in a cell while `act` runs, in milliseconds."""
    page.evaluate(WATCH, cell)
    page.wait_for_timeout(300)
    act()
    page.wait_for_timeout(1500)
    seen = page.evaluate("() => { seen.on = false; return seen; }")
    return seen["frames"], seen["keys"]


def latencies(page, cell, presses=60):
    """Return the milliseconds from each key press until its picture is painted."""
    place = page.locator(".jp-CodeCell").nth(cell)
    place.locator(".jp-OutputArea :is(canvas, img)").first.wait_for()  # its cell has run
    handle = place.locator(HANDLE).first
    handle.scroll_into_view_if_needed()
    handle.focus()

    def press():
        for index in range(presses):
            page.keyboard.press("ArrowRight" if index // 15 % 2 == 0 else "ArrowLeft")
            page.wait_for_timeout(400)

    frames, keys = watch(page, cell, press)
    found = []
    for key, following in zip(keys, [*keys[1:], np.inf], strict=True):
        before = [look for time, look in frames if time <= key and look != "none"][-1:]
        after = [(time, look) for time, look in frames if key < time < following]
        changed = [n for n, (_, look) in enumerate(after) if look not in ("none", *before)]
        if changed:  # painted by the frame after the one that shows the change
            found.append(after[min(changed[0] + 1, len(after) - 1)][0] - key)
    return found


def pictures_in_a_drag(page, cell, steps=60):
    """Return how many pictures were shown while a slider was dragged in 60 steps."""
    place = page.locator(".jp-CodeCell").nth(cell)
    track = place.locator("input[type=range], .noUi-base").first.bounding_box()
    handle = place.locator(HANDLE).first.bounding_box()
    y = track["y"] + track["height"] / 2
    whole = place.locator("input[type=range]").count()

    def drag():
        start = (
            track["x"] + track["width"] / 2 if whole else handle["x"] + handle["width"] / 2
        )
        page.mouse.move(start, y)
        page.mouse.down()
        for step in range(1, steps + 1):
            page.mouse.move(track["x"] + 5 + (track["width"] - 10) * step / steps, y)
            page.wait_for_timeout(30)
        page.mouse.up()

    frames, _ = watch(page, cell, drag)
    looks = [look for _, look in frames if look != "none"]
    return sum(a != b for a, b in pairwise(looks))


def frames_per_second(page, act):
    """Return how many frames a second the page paints while `act` runs."""
    page.evaluate(COUNT_FRAMES)
    act()
    return page.evaluate(PER_SECOND)


def playground(page, cell, seconds=10):
    """Return (epochs, frames) a second while the playground trains."""
    place = page.locator(".jp-CodeCell").nth(cell)
    place.scroll_into_view_if_needed()
    place.get_by_role("button", name="play").click()
    page.wait_for_timeout(2000)

    def epoch():
        return float(
            place.locator("figcaption", has_text="mean sigma").inner_text().split()[1][:-1]
        )

    start, before = time.perf_counter(), epoch()
    frames = frames_per_second(page, lambda: page.wait_for_timeout(1000 * seconds))
    return (epoch() - before) / (time.perf_counter() - start), frames


DRAG = """async slider => {
  const [low, high] = [Number(slider.min), Number(slider.max)];
  for (let step = 0; step <= 120; step++) {
    await new Promise(requestAnimationFrame);
    slider.value = low + ((high - low) * step) / 120;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


def dragged(page, cell):
    """Return how many frames a second the page paints while a slider moves in each."""
    slider = page.locator(".jp-CodeCell").nth(cell).locator("input[type=range]").first
    slider.scroll_into_view_if_needed()
    return frames_per_second(page, lambda: slider.evaluate(DRAG))


def main():
    """Print the table."""
    if not CHROMIUM:
        print("sliders: not measured, there is no Chromium")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(new_notebook(SOURCES), Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 1400})
        page.set_default_timeout(120_000)
        page.goto(address)
        page.wait_for_function("window.jupyterapp !== undefined")
        page.evaluate(RUN_ALL)
        print(f"{'slider':26s}{'p50 ms':>8s}{'p95 ms':>8s}{'ratio':>7s}{'pictures':>10s}")
        first = None
        for cell, name in enumerate(NAMES, start=1):
            p50, p95 = np.percentile(latencies(page, cell), [50, 95])
            first = first or p95
            shown = pictures_in_a_drag(page, cell)
            print(
                f"{name:26s}{p50:8.0f}{p95:8.0f}{p95 / first:7.1f}{shown:10d}",
                flush=True,
            )
        epochs, frames = playground(page, len(NAMES) + 1)
        print(f"playground: {epochs:.1f} epochs a second, at {frames:.0f} frames")
        for cell, name in enumerate(
            ("beta", "noise", "film of three"), start=len(NAMES) + 2
        ):
            print(f"{name}: {dragged(page, cell):.0f} frames a second")
        browser.close()


if __name__ == "__main__":
    main()
