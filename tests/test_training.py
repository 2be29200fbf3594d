"""Training once, recalling it, and what happens when something goes wrong on the way."""

import os
import re
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from vae_utils.backend import keras, ops
from vae_utils.layers import reconstruction_nats
from vae_utils.models import VAE, build_vae
from vae_utils.training import _batches, fit

RNG = np.random.default_rng(0)
TRAIN, TEST = (RNG.uniform(size=(n, 28, 28)).astype("float32") for n in (64, 32))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_UTILS_DATA", str(tmp_path))
    return tmp_path / "trained"


def small_vae(beta=1.0, seed=0):
    keras.utils.set_random_seed(seed)
    vae = VAE(2, beta=beta)
    vae.compile(keras.optimizers.Adam(1e-3), run_eagerly=True)
    return vae


def train(vae, **changes):
    return fit(vae, **{"images": TRAIN, "test_images": TEST, "epochs": 2, **changes})


def test_history_has_a_value_for_each_epoch_and_adds_up():
    history = train(small_vae(beta=3.0))
    assert len(history["val_loss"]) == 2
    total = np.add(history["val_reconstruction"], np.multiply(3.0, history["val_kl"]))
    assert_allclose(history["val_loss"], total, rtol=1e-4)


def test_a_second_training_is_recalled_with_equal_weights_and_random_state(capsys):
    first, second = small_vae(), small_vae()
    history = train(first)
    draw = np.array(keras.random.normal((3,)))
    assert train(second) == history
    assert "from the cache" in capsys.readouterr().out
    assert_array_equal(keras.random.normal((3,)), draw)
    for one, other in zip(first.variables, second.variables, strict=True):
        assert_array_equal(one, other)


@pytest.mark.parametrize(
    "change",
    [dict(epochs=1), dict(seed=1), dict(images=TRAIN[::-1])],
    ids=lambda change: next(iter(change)),
)
def test_other_settings_or_data_train_afresh(change, folder):
    train(small_vae())
    train(small_vae(), **change)
    assert len(list(folder.iterdir())) == 2


def test_other_models_train_afresh(folder):
    frozen, fast = small_vae(), small_vae()
    frozen.encoder.trainable = False
    frozen.compile(keras.optimizers.Adam(1e-3), run_eagerly=True)
    fast.compile(keras.optimizers.Adam(2e-3), run_eagerly=True)
    models = [small_vae(), small_vae(beta=2.0), small_vae(seed=1), frozen, fast]
    for model in models:
        train(model)
    assert len(list(folder.iterdir())) == len(models)


def test_a_changed_loss_trains_afresh(folder, monkeypatch):
    train(small_vae())
    monkeypatch.setattr(
        "vae_utils.models.kl_to_standard_normal", lambda mean, log_var: mean[:, 0] ** 2
    )
    train(small_vae())
    assert len(list(folder.iterdir())) == 2


def test_layers_without_weights_make_another_model(folder):
    for size in (0.01, 0.02):
        keras.utils.set_random_seed(0)
        images = keras.Input((28, 28))
        code = keras.layers.Dense(2)(keras.layers.Flatten()(images))
        pixels = keras.layers.Dense(784, "sigmoid")(size * code)
        model = keras.Model(images, keras.layers.Reshape((28, 28))(pixels))
        model.compile(keras.optimizers.Adam(1e-3), loss=reconstruction_nats)
        train(model)
    assert len(list(folder.iterdir())) == 2


def test_a_training_is_the_same_twice(folder):
    first, second = train(small_vae()), None
    for file in folder.iterdir():
        file.unlink()
    second = train(small_vae())
    assert_allclose(first["val_loss"], second["val_loss"], rtol=1e-6)


@pytest.mark.parametrize("damage", [b"", b"not a zip file", None])
def test_a_damaged_file_is_named_and_replaced(damage, folder, capsys):
    train(small_vae())
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    train(small_vae())
    assert f"{file.name} was damaged, and is made again" in capsys.readouterr().out
    train(small_vae())
    assert "from the cache" in capsys.readouterr().out


class StopAfterOneEpoch(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_stopping_stops_the_run_leaves_a_usable_model_and_stores_nothing(
    folder, monkeypatch
):
    vae = small_vae()
    before, run = vae.decoder.get_weights(), vae.fit

    def interrupted(*args, callbacks, **kwargs):
        return run(*args, callbacks=[*callbacks, StopAfterOneEpoch()], **kwargs)

    monkeypatch.setattr(vae, "fit", interrupted)
    with pytest.raises(KeyboardInterrupt, match="stopped after 1 of 2 epochs"):
        train(vae)
    assert not folder.exists()
    assert not np.allclose(vae.decoder.get_weights()[0], before[0])
    assert np.isfinite(vae.encoder.predict(TEST, verbose=0)[0]).all()
    with pytest.raises(KeyboardInterrupt, match="stopped after 1 of 2"):
        train(vae)  # the count is that of this training, not of both


@pytest.mark.parametrize("images", [3000, 5000])
def test_the_prices_add_up_for_any_number_of_test_images(images, capsys):
    many = RNG.uniform(size=(images, 28, 28)).astype("float32")
    many[2000:] = 0  # the last, smaller batch costs less
    history = train(small_vae(beta=3.0), test_images=many, epochs=1)
    total = history["val_reconstruction"][0] + 3 * history["val_kl"][0]
    assert_allclose(history["val_loss"][0], total, rtol=1e-5)
    vae = small_vae(beta=3.0)
    train(vae, test_images=many, epochs=1)
    by_hand = np.mean(reconstruction_nats(many, vae(many)[0]))
    assert_allclose(history["val_reconstruction"][0], by_hand, rtol=0.01)
    assert "other losses" not in capsys.readouterr().out


def test_what_other_losses_cost_stands_in_the_summary(capsys):
    vae = small_vae()
    vae.decoder.add(keras.layers.ActivityRegularization(l1=1e-2))
    train(vae, epochs=1)
    line = capsys.readouterr().out
    prices = [float(number) for number in re.findall(r"\d+\.\d", line.split("s: ")[1])]
    assert "other losses =" in line
    assert_allclose(sum(prices[:3]), prices[3], atol=0.2)


def test_the_prices_add_up_in_the_compiled_loop_too():
    vae = build_vae(2, seed=0, beta=3.0)
    history = train(
        vae, images=TRAIN[:50], test_images=np.repeat(TEST, 94, axis=0), epochs=1
    )
    total = history["val_reconstruction"][0] + 3 * history["val_kl"][0]
    assert_allclose(history["val_loss"][0], total, rtol=1e-5)


def test_each_beta_is_a_training_of_its_own(folder):
    betas = (0.0, 0.001, 0.01, 1.01, 1.05)
    for beta in betas:
        train(small_vae(beta=beta), epochs=1)
    assert len(list(folder.iterdir())) == len(betas)


def test_another_split_of_the_same_images_is_another_training(folder):
    for cut in (20, 30, 40):
        train(small_vae(), images=TRAIN[:cut], test_images=TRAIN[cut:], epochs=1)
    assert len(list(folder.iterdir())) == 3


def test_targets_of_training_and_test_images_go_together():
    for one in (dict(targets=TRAIN), dict(test_targets=TEST)):
        with pytest.raises(ValueError, match="go together"):
            train(small_vae(), **one)


@pytest.mark.parametrize("kind", ["bool", "uint8", "float64"])
def test_images_of_any_kind_of_number_are_trained_as_float32(kind):
    black, white = ((images > 0.5).astype(kind) for images in (TRAIN, TEST))
    history = train(small_vae(), images=black, test_images=white, epochs=1)
    assert np.isfinite(history["val_loss"]).all()


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
def test_a_stopped_gradient_is_a_training_of_its_own(folder):
    for passes in (lambda code: code, ops.stop_gradient):
        keras.utils.set_random_seed(0)
        images = keras.Input((28, 28))
        code = passes(keras.layers.Dense(8)(images))
        model = keras.Model(images, keras.layers.Dense(28, "sigmoid")(code))
        model.compile(keras.optimizers.Adam(1e-3), loss=reconstruction_nats)
        train(model)
    assert len(list(folder.iterdir())) == 2


def test_each_frozen_part_is_a_training_of_its_own(folder):
    for head in (-1, -2):
        vae = small_vae()
        vae.encoder.layers[head].trainable = False
        vae.compile(keras.optimizers.Adam(1e-3), run_eagerly=True)
        train(vae, epochs=1)
    assert len(list(folder.iterdir())) == 2


def test_what_is_measured_besides_belongs_to_a_training(folder):
    for metrics in ([], ["mae"]):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((28, 28)), keras.layers.Dense(28, "sigmoid")])
        model.compile(loss=reconstruction_nats, metrics=metrics)
        assert ("val_mae" in train(model)) == bool(metrics)


@pytest.mark.parametrize("targets", [255 * TRAIN, np.uint8(255 * TRAIN)])
def test_targets_that_are_images_are_checked_as_images(targets):
    with pytest.raises(ValueError, match="targets must lie in"):
        train(small_vae(), targets=targets, test_targets=TEST)


def test_a_model_that_is_not_compiled_is_refused():
    with pytest.raises(ValueError, match="takes a compiled model"):
        train(VAE(2))


@pytest.mark.parametrize("epochs", [0, -1, 1.5, None])
def test_a_training_has_at_least_one_epoch(epochs):
    with pytest.raises(ValueError, match=f"whole number from 1, got {epochs}"):
        train(small_vae(), epochs=epochs)


def test_one_seed_is_one_training_and_two_seeds_are_two_streams_of_noise():
    zero = np.zeros((4, 2), "float32")
    noise = [np.array(small_vae(seed=seed).sampling(zero, zero)) for seed in (0, 0, 1)]
    assert_array_equal(noise[0], noise[1])
    assert np.abs(noise[0] - noise[2]).max() > 0.1


def test_every_image_is_seen_once_an_epoch_in_an_order_that_follows_the_seed():
    images = np.arange(70, dtype="float32").reshape(70, 1, 1)

    def orders(seed):
        batches = _batches(images, images, 32, seed)
        return [np.concatenate([x for x, _ in batches]).ravel() for _ in range(2)]

    first, second = orders(seed=0)
    assert sorted(first) == sorted(second) == list(range(70))
    assert list(first) != list(second)
    assert_array_equal(orders(seed=0), [first, second])
    assert list(orders(seed=1)[0]) != list(first)


def test_feeding_makes_no_second_copy_of_the_images():
    images = np.ones((4000, 28, 28), "float32")
    tracemalloc.start()
    for x, y in _batches(images, images, 100, seed=0):
        assert x.shape == y.shape == (100, 28, 28)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < images.nbytes / 2


def test_a_folder_that_cannot_be_written_costs_only_the_cache(folder, capsys):
    folder.write_text("a file where the folder should be")
    history = train(small_vae())
    assert len(history["val_loss"]) == 2
    assert "not kept for next time" in capsys.readouterr().out


def test_a_plain_autoencoder_trains_too():
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Dense(28, "sigmoid")])
    model.compile(keras.optimizers.Adam(1e-3), loss=reconstruction_nats)
    assert set(train(model)) == {"loss", "val_loss"}


@pytest.mark.parametrize(
    "images, message",
    [
        (TRAIN[:, :14], r"must have shape \(n, 28, 28\), got \(64, 14, 28\)"),
        (TRAIN[:0], r"got \(0, 28, 28\)"),
        (np.where(TRAIN > 0.5, np.nan, TRAIN), "hold NaN, at [0-9]+ places"),
        (TRAIN * 255, "divide grey levels of 0..255 by 255"),
    ],
)
def test_images_that_do_not_fit_are_refused_before_training(images, message):
    with pytest.raises(ValueError, match=message):
        train(small_vae(), images=images)
    with pytest.raises(ValueError, match="test_images"):
        train(small_vae(), test_images=images)


def test_a_vae_with_a_price_of_its_own_takes_values_of_any_size():
    vae = VAE(
        2, price=lambda wanted, made: keras.ops.sum((wanted - made) ** 2, axis=(1, 2))
    )
    vae.compile(keras.optimizers.Adam(1e-3))
    assert train(vae, images=9 * TRAIN, test_images=-TEST)["val_loss"][1] > 0
    with pytest.raises(ValueError, match="hold NaN"):
        train(vae, images=np.full_like(TRAIN, np.nan))


def test_targets_are_what_the_model_learns_to_make(folder):
    dense = keras.layers.Dense(28, "sigmoid")
    model = keras.Sequential([keras.Input((28, 28)), dense])
    model.compile(keras.optimizers.Adam(0.1), loss=reconstruction_nats)
    paper = dict(targets=np.zeros_like(TRAIN), test_targets=np.zeros_like(TEST))
    history = train(model, epochs=10, **paper)
    assert history["val_loss"][-1] < 0.1 * history["val_loss"][0]
    assert np.array(model(TEST)).max() < 0.1


def test_other_targets_train_afresh(folder):
    train(small_vae())
    train(small_vae(), targets=TRAIN[::-1].copy(), test_targets=TEST)
    train(small_vae(), targets=TRAIN, test_targets=TEST[::-1].copy())
    assert len(list(folder.iterdir())) == 3


def test_training_goes_on_from_a_recalled_training_as_from_a_real_one(folder):
    first, second = small_vae(), small_vae()
    train(first, epochs=1)
    went_on = train(first, epochs=1)
    sorted(folder.iterdir(), key=os.path.getmtime)[-1].unlink()
    train(second, epochs=1)
    assert train(second, epochs=1) == went_on


def test_each_image_needs_a_target():
    with pytest.raises(ValueError, match="64 images, 32 targets"):
        train(small_vae(), targets=TRAIN[:32], test_targets=TEST)


TRAIN_IN_ANOTHER_PROCESS = """
import numpy as np
from vae_utils.backend import keras, ops
from vae_utils.models import VAE, build_vae
from vae_utils.training import _batches, fit
images = np.random.default_rng(0).uniform(size=(64, 28, 28)).astype("float32")
keras.utils.set_random_seed(0)
vae = VAE(2)
vae.compile(keras.optimizers.Adam(1e-3))
print(fit(vae, images, images, epochs=2)["val_loss"])
"""


def test_two_processes_may_train_the_same_model_at_once(folder):
    start = [sys.executable, "-c", TRAIN_IN_ANOTHER_PROCESS]
    both = [
        subprocess.Popen(start, env=os.environ, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    last_lines = [process.communicate()[0].splitlines()[-1] for process in both]
    assert last_lines[0] == last_lines[1]
    (file,) = folder.iterdir()  # one whole file and no leftovers
    np.load(file)["history"]
