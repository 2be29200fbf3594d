"""Measure speed in one run, on MNIST where it is found: `make bench`.

The yardstick is the convolutional network of the official Keras VAE example, trained on
the same images with the same loss, so that the ratios hold on any machine.
"""

import os
import shutil
import subprocess
import sys
import time

from tools import sliders
from tools.lessons import CACHE, LESSONS, datasets_present, environment, execute, read

os.environ.update(environment(datasets_present()[0]))

import nbformat
import numpy as np

from vae_utils.backend import keras
from vae_utils.convolutional import conv_decoder, conv_encoder
from vae_utils.data import load_digits
from vae_utils.models import VAE

PEAK = """
import resource, sys
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(round(peak / 2 ** (30 if sys.platform == "darwin" else 20), 2))
"""
TARGET = 160.0  # nats per test image


def our_vae():
    vae = VAE(latent_dim=2)
    vae.compile(optimizer=keras.optimizers.Adam(2e-3), steps_per_execution=20)
    return vae


def convolutional_vae():
    """Conv2D 32 and 64 with stride 2, Dense 16, two latents, and the mirrored decoder."""
    shape = 28, 28
    vae = VAE(2, encoder=conv_encoder(shape, 2, units=16), decoder=conv_decoder(shape, 2))
    vae.compile(optimizer=keras.optimizers.Adam(1e-3))
    return vae


def seconds_to_target(build, digits, most_epochs=12):
    """Return (seconds until the test loss is below TARGET, seconds of a warm epoch).

    The clock stops while the test loss is measured, four times an epoch.
    """
    keras.utils.set_random_seed(0)
    model = build()
    quarters = np.array_split(digits.train_images, 4)
    spent, durations = 0.0, []
    for step in range(4 * most_epochs):
        start = time.perf_counter()
        model.fit(quarters[step % 4], quarters[step % 4], batch_size=128, verbose=0)
        durations.append(time.perf_counter() - start)
        spent += durations[-1]
        test = digits.test_images
        loss = model.evaluate(test, test, batch_size=2000, verbose=0, return_dict=True)[
            "loss"
        ]
        print(f"    {spent:6.1f} s  {loss:6.1f} nats", flush=True)
        if loss < TARGET:
            break
    return spent, 4 * float(np.median(durations[1:]))


def seconds_to_import():
    """Return the seconds that `import vae_utils` adds to a start of Python."""

    def fastest(code):
        times = []
        for _ in range(7):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - start)
        return min(times)

    return fastest("import vae_utils") - fastest("pass")


def main():
    digits = load_digits()
    print(digits, "\n")
    results = {}
    for name, build in (("ours", our_vae), ("convolutional", convolutional_vae)):
        print(f"  {name}")
        results[name] = seconds_to_target(build, digits)
    print(f"\n{'':24s}{'ours':>10s}{'convolutional':>16s}{'ratio':>8s}")
    for index, label in enumerate((f"seconds to {TARGET:g} nats", "seconds per epoch")):
        ours, theirs = results["ours"][index], results["convolutional"][index]
        print(f"{label:24s}{ours:10.1f}{theirs:16.1f}{theirs / ours:8.1f}")

    print("\nlessons in order, from an empty cache: seconds, and the most memory in GiB")
    for dataset in datasets_present():
        shutil.rmtree(CACHE, ignore_errors=True)
        total = 0.0
        for path in LESSONS:
            notebook = read(path)
            notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
            start = time.perf_counter()
            execute(notebook, dataset)
            seconds = time.perf_counter() - start
            total += seconds
            peak = notebook.cells[-1].outputs[0].text.strip()
            print(f"  {dataset:6s}{path.stem:34s}{seconds:8.1f}{peak:>8s}", flush=True)
        print(f"  {dataset:6s}{'together':34s}{total:8.1f}\n", flush=True)

    print(f"import vae_utils: {seconds_to_import():.3f} s\n")
    sliders.main()


if __name__ == "__main__":
    main()
