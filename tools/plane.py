"""Make the map that lesson 00 opens with, once: the VAE of lesson 08, in a small file.

python -m tools.plane

trains on MNIST as lesson 08 does, and writes results/plane.npz. A weight takes 8 bits:
999 of 1,000 pixels stay within five of 255 grey levels, on average within a quarter.
"""

import numpy as np

from vae_utils.store import RESULTS, save_npz

SEED, EPOCHS, SHOWN = 0, 6, 500  # as in lesson 08; so many codes are drawn


def trained(digits):
    """Return the VAE of lesson 08."""
    from vae_utils.models import build_vae
    from vae_utils.training import fit

    vae = build_vae(2, SEED)
    fit(vae, digits.train_images, digits.test_images, EPOCHS, seed=SEED)
    return vae


def packed(kernel):
    """Return a kernel (n_in, n_out) as 8-bit numbers, and the step of each column."""
    steps = np.float16(np.abs(kernel).max(axis=0) / 127)
    return np.int8(np.round(kernel / steps).clip(-127, 127)), steps


def arrays(vae, digits):
    """Return what the file holds; `vae_utils.store.finished_map` reads it."""
    weights = vae.decoder.get_weights()
    codes = np.array(vae.encoder(digits.test_images[:SHOWN])[0])
    held = dict(codes=np.float16(codes), labels=np.uint8(digits.test_labels[:SHOWN]))
    for index, (kernel, bias) in enumerate(zip(weights[::2], weights[1::2], strict=True)):
        names = f"kernel{index}", f"steps{index}", f"bias{index}"
        held |= dict(zip(names, (*packed(kernel), np.float16(bias)), strict=True))
    return held


def main():
    from vae_utils.data import load_digits

    digits, path = load_digits("mnist"), RESULTS / "plane.npz"
    save_npz(path, **arrays(trained(digits), digits))
    print(f"results/{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
