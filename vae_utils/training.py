"""Train a model once: with a progress bar, a summary in nats, and a cache.

A training is found again by all that it depends on: the initial weights (and so the
layers and the seed), the loss on a few images and its slopes (and so every weight and
formula in it), the optimizer and its state, the data, the length of the training,
and the versions. Change any of these and the model is trained afresh.
"""

import hashlib
import json
import sys
import time

import numpy as np
from tqdm import tqdm

from vae_utils.backend import keras
from vae_utils.films import Camera
from vae_utils.layers import reconstruction_nats
from vae_utils.store import data_folder, recall, save_npz

BATCH_SIZE = 128  # images per gradient step


def fit(
    model,
    images,
    test_images,
    epochs,
    seed=0,
    targets=None,
    test_targets=None,
    film=None,
):
    """Train a compiled model on images, or recall an equal training.

    Trained weights are kept in the folder `trained` of the data folder. If it is stopped,
    the model keeps what it has learned, nothing is stored, and the interrupt goes on, so
    that "Run All" stops too. A second call trains on from where the first one ended.

    Args:
        model: a compiled Keras model from images to targets, or a VAE.
        images: (n, height, width) float32 in [0, 1] to train on.
        test_images: (m, height, width) float32, to measure the loss on after each epoch.
        epochs: passes through the images.
        seed: for the order of the images, and for what is random after the training.
        targets: (n, ...) what the model should make of `images`; by default themselves.
        test_targets: (m, ...) the same for `test_images`.
        film: (n, height, width) images to follow through the training, which stays the
            same to the last bit.

    Returns:
        dict of lists, a value for each epoch, in nats per image: "loss" (running mean
        over the epoch's training images) and "val_loss" (test images); for a VAE also
        "reconstruction", "kl", "val_reconstruction" and "val_kl", before weighting.
        With `film` also "film": a dict of arrays, as `films` describes it.

    Raises:
        ValueError: if the model is not compiled, there are no epochs, targets are missing,
            or the images have a shape the model does not take or values outside [0, 1],
            which only a VAE with a price of its own takes.
        KeyboardInterrupt: if the training is stopped.
    """
    if not model.compiled:
        raise ValueError("fit takes a compiled model: call model.compile(...) first")
    if not isinstance(epochs, int | np.integer) or epochs < 1:
        raise ValueError(f"epochs must be a whole number from 1, got {epochs!r}")
    check_images(images, "images", model)
    check_images(test_images, "test_images", model)
    images, test_images = (np.asarray(x, "float32") for x in (images, test_images))
    if (targets is None) != (test_targets is None):
        raise ValueError("targets and test_targets go together: give both, or neither")
    targets = images if targets is None else _numbers(targets)
    test_targets = test_images if test_targets is None else _numbers(test_targets)
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    train, test = (images, targets), (test_images, test_targets)
    for x, y in (train, test):
        if len(x) != len(y):
            raise ValueError(
                f"each image needs a target: {len(x)} images, {len(y)} targets"
            )
        if x.shape == y.shape:
            check_images(y, "targets", model)
    settings = epochs, seed
    name = _fingerprint(model, train, test, settings)
    path, start = data_folder() / "trained" / f"{name}.npz", time.perf_counter()
    names = ["history", *(f"variable_{index}" for index in range(len(_state(model))))]
    trained, cameras = [], []

    def make():
        trained.append(_train(model, train, test, *settings, cameras))
        return trained[0]

    def shoot():  # though the training may be known
        save_npz(path, **make())
        return cameras[0].film()

    if film is not None:
        check_images(film, "film", model)
        batches = -(-len(images) // BATCH_SIZE)
        cameras.append(Camera(model, np.asarray(film, "float32"), epochs, batches))
        place = path.with_name(f"{name}_film_{cameras[0].name}.npz")
        film, _ = recall(place, list(cameras[0].frames[0]), shoot)
    stored, recalled = (trained[0], False) if trained else recall(path, names, make)
    for name, variable in zip(names[1:], _state(model), strict=True):
        variable.assign(stored[name])
    history = json.loads(str(stored["history"]))
    seconds = f"in {time.perf_counter() - start:.1f} s"
    _summarise(model, history, "from the cache" if recalled else seconds)
    keras.utils.set_random_seed(seed)  # what follows is alike, trained or recalled
    return history if film is None else {**history, "film": film}


def check_images(images, name, model):
    """Raise ValueError unless images are what the model takes: shape, range, no NaN.

    A VAE with a price of its own takes values of any size.
    """
    wanted = getattr(model, "encoder", model).input_shape[1:]
    if np.ndim(images) == 0 or np.shape(images)[1:] != wanted or len(images) == 0:
        wanted = ", ".join(["n", *map(str, wanted)])
        raise ValueError(f"{name} must have shape ({wanted}), got {np.shape(images)}")
    low, high = np.min(images), np.max(images)  # NaN if any value is
    if np.isnan(low):
        raise ValueError(f"{name} hold NaN, at {np.isnan(images).sum()} places: mend them")
    if getattr(model, "price", reconstruction_nats) is not reconstruction_nats:
        return
    if low < 0 or high > 1:
        got = f"[{low:g}, {high:g}]: divide grey levels of 0..255 by 255"
        raise ValueError(f"{name} must lie in [0, 1], got {got}")


def _numbers(targets):
    """Return targets as an array: labels (n,) as they are, all else as float32."""
    targets = np.asarray(targets)
    return targets if targets.ndim == 1 else targets.astype("float32", copy=False)


def _fingerprint(model, train, test, settings):
    """Hash all that a training depends on."""
    import tensorflow as tf

    digest, optimizer = hashlib.blake2b(digest_size=12), model.optimizer
    state = map(keras.ops.convert_to_numpy, _state(model))
    for array in (*state, *{id(array): array for array in (*train, *test)}.values()):
        digest.update(f"{array.shape} {array.dtype}".encode())  # where each array ends
        digest.update(np.ascontiguousarray(array))
    few, few_targets = (array[:16] for array in train)
    with tf.GradientTape() as tape:
        made = model(few, training=True)
        loss = model.compute_loss(x=few, y=few_targets, y_pred=made)
    model.reset_metrics()
    weights = model.trainable_variables if keras.backend.backend() == "tensorflow" else []
    slopes = [keras.ops.std(x) for x in tape.gradient(loss, weights) if x is not None]
    facts = {
        "loss": [f"{float(part):.7g}" for part in (loss, *model.losses)],
        "slopes": [f"{float(slope):.4g}" for slope in slopes],
        "weights": [float(getattr(model, x, 1)) for x in ("reconstruction_weight", "beta")],
        "trained": [variable.trainable for variable in model.variables],
        "measured": model.get_compile_config().get("metrics"),
        "optimizer": {**optimizer.get_config(), "name": type(optimizer).__name__},
        "settings": [BATCH_SIZE, *settings],
        "versions": [keras.backend.backend(), keras.__version__],
    }
    digest.update(json.dumps(facts, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _state(model):
    """Return all that a training changes: weights, and the state of the optimizer."""
    return [*model.variables, *model.optimizer.variables]


def _train(model, train, test, epochs, seed, cameras):
    """Train a model, and return its state and its history as arrays."""
    keras.utils.set_random_seed(seed)
    # stdout: a lab shows stderr on red, as if something had gone wrong
    bar = tqdm(total=epochs, unit="epoch", leave=False, file=sys.stdout)

    done = []

    def show(epoch, logs):
        done.append(epoch)
        bar.set_postfix_str(f"{logs['val_loss']:.1f} nats per test image", refresh=False)
        bar.update()

    try:
        history = model.fit(
            _batches(*train, BATCH_SIZE, seed),
            epochs=epochs,
            shuffle=False,  # the batches are shuffled already
            validation_data=_batches(*test, 2000),
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=show), *cameras],
            verbose=0,
        ).history
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"stopped after {len(done)} of {epochs} epochs: the model keeps what it "
            "has learned, nothing was stored, and the run ends here"
        ) from None
    finally:
        bar.close()
    variables = map(keras.ops.convert_to_numpy, _state(model))
    arrays = {f"variable_{index}": array for index, array in enumerate(variables)}
    return arrays | {"history": json.dumps(history)}


def _batches(images, targets, batch_size, seed=None):
    """Return a tf.data pipeline of batches, in a new order each time if there is a seed.

    Each batch is gathered from the arrays when it is needed: there is no second copy of
    them in memory, and images that are their own targets are gathered once.
    """
    import tensorflow as tf

    def gather(array, places):
        batch = tf.numpy_function(lambda places: array[places], [places], array.dtype)
        return tf.ensure_shape(batch, (None, *array.shape[1:]))

    def pair(places):
        batch = gather(images, places)
        return batch, batch if targets is images else gather(targets, places)

    places = tf.data.Dataset.range(len(images))
    if seed is not None:
        places = places.shuffle(len(images), seed=seed)
    return places.batch(batch_size).map(pair).prefetch(4)


def _summarise(model, history, how):
    last = {name: values[-1] for name, values in history.items()}
    epochs, total, parts = len(history["val_loss"]), last["val_loss"], ""
    if hasattr(model, "beta") and "val_kl" in last:
        reconstruction, kl = last["val_reconstruction"], last["val_kl"]
        beta = float(model.beta)
        rest = total - model.reconstruction_weight * reconstruction - beta * kl
        other = f"+ {rest:.1f} other losses " if rest > 0.05 else ""
        parts = f"{model.reconstruction_weight:g} x {reconstruction:.1f} reconstruction "
        parts += f"+ {beta:g} x {kl:.1f} KL {other}= "
    passes = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    print(f"{passes} {how}: {parts}{total:.1f} nats per test image")
