"""VAEs of 32 dimensions on a folder of pictures, and their linear rival.

The pictures are patches of the two photographs that scikit-learn ships. `python -m
tools.long photographs` trains the networks once for each seed, and lesson 13 draws what it
wrote to `results/`.
"""

import tempfile
from itertools import product

import numpy as np

from vae_utils.backend import keras
from vae_utils.convolutional import conv_decoder, conv_encoder
from vae_utils.folder import load_folder, write_patches
from vae_utils.measures import gaussian_draws, kl_per_dimension
from vae_utils.models import VAE
from vae_utils.prices import GaussianNats
from vae_utils.training import fit

LATENT_DIM = 32
STEPS = 1800  # of the optimizer, in each training
DIMENSIONS = 2, 8, 16, 32, 64, 100, 128  # of the linear rival


def patches(seed):
    """Return the patches of the photographs as Pictures, split by a seed."""
    with tempfile.TemporaryDirectory() as folder:
        write_patches(folder)
        return load_folder(folder, size=16, seed=seed)


def dense_halves(shape, latent_dim):
    """Return an encoder and a decoder of dense layers, 256 and 128 wide."""
    images = keras.Input(shape)
    x = keras.layers.Flatten()(images)
    for units in (256, 128):
        x = keras.layers.Dense(units, "relu")(x)
    heads = [keras.layers.Dense(latent_dim)(x) for _ in range(2)]
    decoder = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(128, "relu"),
            keras.layers.Dense(256, "relu"),
            keras.layers.Dense(int(np.prod(shape)), "sigmoid"),
            keras.layers.Reshape(shape),
        ]
    )
    return keras.Model(images, heads), decoder


def photographs(pictures, seed, steps=STEPS):
    """Train VAEs on pictures, with and without their mirror images, and fit the rival.

    Returns:
        dict: "linear", with and without mirror images the bill of probabilistic PCA for
        each of DIMENSIONS, in nats per test image; "models", for each the "curves" over
        the steps ("train" and "test", in nats), "kl", the "active" dimensions and "sigma";
        and "samples", test images, copies and draws of the convolutional VAE that saw
        mirror images.
    """
    from sklearn.decomposition import PCA

    train, test = pictures.train_images, pictures.test_images
    seen = {"bare": train, "mirrored": np.concatenate([train, train[:, :, ::-1]])}
    found = {"dimensions": DIMENSIONS, "linear": {}, "models": {}}
    for kind, images in seen.items():
        # In single precision a determinant near 0 may come out negative: an endless bill.
        flat, few = (np.float64(x).reshape(len(x), -1) for x in (images, test))
        fitted = [PCA(k, svd_solver="full").fit(flat) for k in DIMENSIONS]
        found["linear"][kind] = [-model.score(few) for model in fitted]
    shape = train.shape[1:]
    for name, kind in product(("dense", "convolutional"), seen):
        keras.utils.set_random_seed(seed)
        halves = conv_encoder(shape, LATENT_DIM), conv_decoder(shape, LATENT_DIM)
        encoder, decoder = dense_halves(shape, LATENT_DIM) if name == "dense" else halves
        price = GaussianNats(log_var=-4.0)
        vae = VAE(LATENT_DIM, encoder=encoder, decoder=decoder, price=price)
        per_epoch = -(-len(seen[kind]) // 128)
        epochs = max(1, steps // per_epoch)
        rate = keras.optimizers.schedules.CosineDecay(4e-3, epochs * per_epoch, alpha=0.3)
        vae.compile(keras.optimizers.Adam(rate), steps_per_execution=20)
        history = fit(vae, seen[kind], test, epochs, seed=seed)
        kept = range(epochs - 1, -1, -max(1, epochs // 25))
        found["models"][f"{name}, {kind}"] = {
            "curves": {
                "step": [per_epoch * (epoch + 1) for epoch in reversed(kept)],
                "train": [history["loss"][epoch] for epoch in reversed(kept)],
                "test": [history["val_loss"][epoch] for epoch in reversed(kept)],
            },
            "kl": history["val_kl"][-1],
            "active": int(np.sum(kl_per_dimension(*map(np.array, encoder(test))) >= 0.1)),
            "sigma": price.sigma,
        }
    rng = np.random.default_rng(seed)
    prior = rng.normal(size=(14, LATENT_DIM)).astype("float32")
    codes = np.array(vae.sampling(*vae.encoder(train)))
    draws = gaussian_draws(codes, 14, 1, seed).astype("float32")
    found["samples"] = {
        "test images": test[:14],
        "copies": np.array(decoder(encoder(test[:14])[0])),
        "prior": np.array(decoder(prior)),
        "fitted": np.array(decoder(draws)),
    }
    return found
