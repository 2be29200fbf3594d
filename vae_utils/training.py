"""Train a model once: with a progress bar, a summary in nats, and a cache.

A training is found again by all that it depends on: the initial weights (and so the
layers and the seed), what the loss makes of them on a few images (and so every weight
and formula in it), the optimizer and its state, the data, the length of the training,
and the versions. Change any of these and the model is trained afresh.
"""

import hashlib
import json
import sys
import time

import numpy as np
from tqdm import tqdm

from vae_utils.backend import keras
from vae_utils.data import DAMAGED_NPZ, data_folder, read_npz, save_npz


def fit(
    model,
    images,
    test_images,
    epochs,
    batch_size=128,
    seed=0,
    targets=None,
    test_targets=None,
):
    """Train a compiled model on images, or recall an equal training.

    Trained weights are kept in the folder `trained` of the data folder. Interrupted,
    the model keeps what it has learned so far, and nothing is stored. A second call
    goes on from where the first one stopped.

    Args:
        model: a compiled Keras model from images to targets, or a VAE.
        images: (n, height, width) float32 in [0, 1] to train on.
        test_images: (m, height, width) float32, to measure the loss on after each epoch.
        epochs: passes through the images.
        batch_size: images per gradient step.
        seed: for the order of the images and the random numbers of the layers.
        targets: (n, ...) what the model should make of `images`; by default themselves.
        test_targets: (m, ...) the same for `test_images`.

    Returns:
        dict of lists, a value for each epoch, in nats per image: "loss" (running mean
        over the epoch's training images) and "val_loss" (test images); for a VAE also
        "reconstruction", "kl", "val_reconstruction" and "val_kl", before weighting.

    Raises:
        ValueError: if the images have another shape than the model takes, or hold
            NaN or values outside [0, 1], or there are not as many targets as images.
    """
    check_images(images, "images", model)
    check_images(test_images, "test_images", model)
    targets = images if targets is None else targets
    test_targets = test_images if test_targets is None else test_targets
    if (len(targets), len(test_targets)) != (len(images), len(test_images)):
        raise ValueError(
            f"each image needs a target: {len(images)} images and {len(targets)} targets, "
            f"{len(test_images)} test images and {len(test_targets)} test targets"
        )
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    path = data_folder() / "trained" / f"{_fingerprint(locals())}.npz"
    history = _recall(model, path)
    if history:
        _summarise(model, history, "from the cache")
    else:
        data = (images, targets, test_images, test_targets)
        history = _train(model, *data, epochs, batch_size, seed, path)
    keras.utils.set_random_seed(seed)  # what follows is alike, trained or recalled
    return history


def check_images(images, name, model):
    """Raise ValueError unless images are what the model takes: shape, range, no NaN."""
    wanted = getattr(model, "encoder", model).input_shape[1:]
    if np.ndim(images) == 0 or np.shape(images)[1:] != wanted or len(images) == 0:
        raise ValueError(
            f"{name} must have shape (n, {', '.join(map(str, wanted))}), "
            f"got {np.shape(images)}"
        )
    low, high = np.min(images), np.max(images)  # NaN if any value is
    if np.isnan(low):
        count = int(np.isnan(images).sum())
        raise ValueError(f"{name} hold NaN, at {count} places: remove or replace them")
    if low < 0 or high > 1:
        raise ValueError(
            f"{name} must lie in [0, 1], got [{low:g}, {high:g}]: "
            "divide grey levels of 0..255 by 255"
        )


def _fingerprint(arguments):
    """Hash all that a training depends on."""
    model, images = arguments["model"], arguments["images"]
    few, few_targets = images[:16], arguments["targets"][:16]
    optimizer = model.optimizer
    digest = hashlib.blake2b(digest_size=12)
    for variable in _state(model):
        digest.update(np.ascontiguousarray(keras.ops.convert_to_numpy(variable)))
    names = ("images", "targets", "test_images", "test_targets")
    for array in {id(arguments[name]): arguments[name] for name in names}.values():
        digest.update(np.ascontiguousarray(array))
    made = model(few, training=True)
    loss = model.compute_loss(x=few, y=few_targets, y_pred=made)
    model.reset_metrics()
    # What layers without weights do shows in how the outputs vary.
    parts = made if isinstance(made, tuple | list) else [made]
    facts = {
        "loss": f"{float(loss):.5g}",
        "outputs": [f"{float(keras.ops.std(part)):.5g}" for part in parts],
        "trained": [tuple(variable.shape) for variable in model.trainable_variables],
        "optimizer": {**optimizer.get_config(), "name": type(optimizer).__name__},
        "settings": [arguments[name] for name in ("epochs", "batch_size", "seed")],
        "versions": [keras.backend.backend(), keras.__version__],
    }
    digest.update(json.dumps(facts, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _state(model):
    """Return all that a training changes: weights, and the state of the optimizer."""
    return [*model.variables, *model.optimizer.variables]


def _recall(model, path):
    """Put a stored training into the model and return its history, or None."""
    state = _state(model)
    try:
        file = read_npz(path)
        values = [file[f"variable_{index}"] for index in range(len(state))]
        history = json.loads(str(file["history"]))
    except FileNotFoundError:
        return None
    except DAMAGED_NPZ:
        print(f"the stored training {path.name} is damaged: training again")
        return None
    for variable, value in zip(state, values, strict=True):
        variable.assign(value)
    return history


def _train(
    model, images, targets, test_images, test_targets, epochs, batch_size, seed, path
):
    keras.utils.set_random_seed(seed)
    bar = _EpochBar(epochs)
    start = time.perf_counter()
    try:
        model.fit(
            images,
            targets,
            batch_size=batch_size,
            epochs=epochs,
            validation_data=(test_images, test_targets),
            validation_batch_size=2000,
            callbacks=[bar],
            verbose=0,
        )
    except KeyboardInterrupt:
        print(
            f"stopped after {len(bar.epochs)} of {epochs} epochs: the model keeps what it "
            "has learned, nothing was stored, and running the cell again goes on from here"
        )
        return bar.history()
    finally:
        bar.tqdm.close()
    variables = {
        f"variable_{index}": keras.ops.convert_to_numpy(variable)
        for index, variable in enumerate(_state(model))
    }
    save_npz(path, history=json.dumps(bar.history()), **variables)
    _summarise(model, bar.history(), f"in {time.perf_counter() - start:.1f} s")
    return bar.history()


class _EpochBar(keras.callbacks.Callback):
    """Show finished epochs and the last test loss; keep the history if interrupted."""

    def __init__(self, epochs):
        super().__init__()
        self.epochs = []
        # stdout: a lab shows stderr on red, as if something had gone wrong
        self.tqdm = tqdm(total=epochs, unit="epoch", leave=False, file=sys.stdout)

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append({name: float(value) for name, value in logs.items()})
        self.tqdm.set_postfix_str(
            f"{logs['val_loss']:.1f} nats per test image", refresh=False
        )
        self.tqdm.update()

    def history(self):
        names = self.epochs[0] if self.epochs else ()
        return {name: [epoch[name] for epoch in self.epochs] for name in names}


def _summarise(model, history, how):
    epochs, total = len(history["val_loss"]), history["val_loss"][-1]
    parts = ""
    if "val_kl" in history:
        parts = (
            f"{model.reconstruction_weight:g} x {history['val_reconstruction'][-1]:.1f} "
            f"reconstruction + {model.beta:g} x {history['val_kl'][-1]:.1f} KL = "
        )
    passes = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    print(f"{passes} {how}: {parts}{total:.1f} nats per test image")
