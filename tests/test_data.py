"""The digits: what they are, where they come from, and every way a file can be wrong."""

import hashlib
import socket
import time
import urllib.request

import numpy as np
import pytest
import requests
from numpy.testing import assert_array_equal

from vae_utils import data
from vae_utils.data import load_digits


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty data folder, with no MNIST in sight."""
    monkeypatch.setenv("VAE_UTILS_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("VAE_UTILS_MNIST", raising=False)
    monkeypatch.delenv("VAE_UTILS_DATASET")
    return tmp_path


@pytest.fixture
def small_mnist(folder, monkeypatch):
    """Arrays that pass for MNIST during a test, stored where MNIST is looked for."""
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, (6, 28, 28), "uint8"),
        "y_train": np.arange(6, dtype="uint8"),
        "x_test": rng.integers(0, 256, (3, 28, 28), "uint8"),
        "y_test": np.arange(3, dtype="uint8"),
    }
    expected = {k: hashlib.sha256(v).hexdigest() for k, v in arrays.items()}
    monkeypatch.setattr(data, "MNIST_ARRAYS", expected)
    np.savez(folder / "mnist.npz", **arrays)
    return arrays


def test_uci_digits_are_images_and_labels_as_promised():
    digits = load_digits("uci")
    assert digits.train_images.shape == (20_000, 28, 28)
    assert digits.test_images.shape == (2_000, 28, 28)
    assert digits.train_images.dtype == np.float32
    assert digits.train_images.min() == 0 and digits.train_images.max() <= 1
    assert_array_equal(np.unique(digits.test_labels), np.arange(10))
    assert digits.train_labels.shape == (20_000,)


def test_uci_digits_have_blank_corners_and_ink_in_the_middle():
    average = load_digits("uci").train_images.mean(axis=0)
    assert average[:3, :3].max() < 0.01 and average[10:18, 10:18].mean() > 0.3


def test_no_uci_test_image_is_a_variation_of_a_training_image():
    train_parts, test_parts = [], []

    def record(originals, labels, count, rng):
        (test_parts if train_parts else train_parts).append(originals)
        return np.zeros((count, 28, 28), "uint8"), np.zeros(count, "uint8")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "_vary", record)
        data._build_uci()
    (train,), (test,) = train_parts, test_parts
    assert (len(train), len(test)) == (1437, 360)
    known = {image.tobytes() for image in train}
    assert sum(image.tobytes() in known for image in test) == 0


def test_variations_keep_their_label_and_repeat_with_their_seed():
    originals = np.zeros((2, 8, 8))
    originals[1, 2:6, 2:6] = 1
    first, second = (
        data._vary(originals, np.array([0, 1]), 20, np.random.default_rng(3))
        for _ in range(2)
    )
    assert_array_equal(first[0], second[0])
    assert_array_equal(first[0].any(axis=(1, 2)), first[1] == 1)


def test_mnist_is_read_scaled_and_named(small_mnist):
    digits = load_digits("auto")
    assert digits.name == "MNIST"
    assert_array_equal(digits.train_images, small_mnist["x_train"].astype("float32") / 255)
    assert_array_equal(digits.test_labels, small_mnist["y_test"])


def test_another_data_set_is_one_entry_in_a_table(folder, monkeypatch):
    monkeypatch.setitem(data.DATASETS, "letters", lambda: "letters")
    assert load_digits("letters") == "letters"
    monkeypatch.setenv("VAE_UTILS_DATASET", "letters")
    assert load_digits("auto") == "letters"
    with pytest.raises(ValueError, match='"auto", "mnist", "uci", "letters"'):
        load_digits("cifar")


def test_mnist_is_found_where_the_variable_says_before_anywhere_else(folder, monkeypatch):
    for place in ("mnist.npz", "keras/datasets/mnist.npz", "named.npz"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).touch()
    assert data.find_mnist() == folder / "mnist.npz"
    (folder / "mnist.npz").unlink()
    assert data.find_mnist() == folder / "keras/datasets/mnist.npz"
    monkeypatch.setenv("VAE_UTILS_MNIST", str(folder / "named.npz"))
    assert data.find_mnist() == folder / "named.npz"


def test_a_variable_that_names_no_file_is_an_error(folder, monkeypatch):
    monkeypatch.setenv("VAE_UTILS_MNIST", "/nowhere/mnist.npz")
    with pytest.raises(
        FileNotFoundError, match=r"VAE_UTILS_MNIST names /nowhere/mnist.npz"
    ):
        load_digits("auto")


def truncate(file, arrays):
    file.write_bytes(file.read_bytes()[:1000])


def shorten(file, arrays):
    np.savez(file, **{**arrays, "x_train": arrays["x_train"][:, :14]})


def change_one_pixel(file, arrays):
    changed = arrays["x_test"].copy()
    changed[0, 0, 0] ^= 1
    np.savez(file, **{**arrays, "x_test": changed})


def hide_a_pickle(file, arrays):
    np.savez(file, **{**arrays, "y_test": np.array([Bomb()], object)})


def leave_out_labels(file, arrays):
    np.savez(file, **{name: arrays[name] for name in ("x_train", "x_test")})


def write_a_single_array(file, arrays):
    with file.open("wb") as handle:
        np.save(handle, arrays["x_train"])


class Bomb:
    """Goes off if it is ever unpickled."""

    def __reduce__(self):
        return exec, ("raise SystemExit('unpickled!')",)


@pytest.mark.parametrize(
    "damage, reason",
    [
        (truncate, "it cannot be read: it is incomplete"),
        (shorten, "the content of x_train is not that of MNIST"),
        (change_one_pixel, "the content of x_test is not that of MNIST"),
        (hide_a_pickle, "or holds pickled objects"),
        (leave_out_labels, "it holds no array 'y_train'"),
        (write_a_single_array, "it cannot be read"),
    ],
)
@pytest.mark.parametrize("dataset", ["auto", "mnist"])
def test_a_wrong_file_is_named_and_left_as_it_is(
    damage, reason, dataset, folder, small_mnist
):
    file = folder / "mnist.npz"
    damage(file, small_mnist)
    before = file.read_bytes()
    with pytest.raises(ValueError, match=reason) as error:
        load_digits(dataset)
    assert str(file) in str(error.value) and 'DATASET = "uci"' in str(error.value)
    assert file.read_bytes() == before


def test_an_unknown_data_set_lists_the_known_ones(folder, monkeypatch):
    with pytest.raises(
        ValueError, match='no data set \'cifar\': choose one of "auto", "mnist"'
    ):
        load_digits("cifar")
    monkeypatch.setenv("VAE_UTILS_DATASET", "emnist")
    with pytest.raises(ValueError, match="no data set 'emnist'"):
        load_digits("auto")


@pytest.fixture
def no_network(folder, monkeypatch):
    def refuse(*args, **kwargs):
        raise requests.ConnectionError("no route to host")

    monkeypatch.delenv("VAE_UTILS_OFFLINE")
    monkeypatch.setattr(requests, "get", refuse)
    monkeypatch.setattr(data, "_within_reach", lambda url: True)
    monkeypatch.setattr(data, "load_uci", lambda: "the UCI digits")


def test_without_network_auto_falls_back_with_one_line(no_network, capsys):
    assert load_digits("auto") == "the UCI digits"
    assert capsys.readouterr().out == (
        "MNIST is neither on this machine nor within reach: using the UCI digits.\n"
    )


def test_without_network_mnist_says_where_to_put_a_copy(no_network, folder):
    with pytest.raises(ConnectionError, match="could not be downloaded") as error:
        load_digits("mnist")
    assert str(folder / "mnist.npz") in str(error.value)


def test_a_server_that_never_answers_is_given_up_within_seconds(monkeypatch):
    monkeypatch.setattr(urllib.request, "getproxies", dict)

    def silent(*args):
        time.sleep(1)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", silent)
    start = time.monotonic()
    assert not data._within_reach("https://example.org/mnist.npz", seconds=0.2)
    assert time.monotonic() - start < 0.9


def test_a_test_run_never_downloads(folder, monkeypatch):
    monkeypatch.setattr(requests, "get", lambda *args, **kwargs: pytest.fail("a download"))
    with pytest.raises(ConnectionError, match="VAE_UTILS_OFFLINE"):
        load_digits("mnist")


def test_a_download_is_checked_and_kept(folder, small_mnist, monkeypatch):
    content = (folder / "mnist.npz").read_bytes()
    (folder / "mnist.npz").unlink()
    monkeypatch.delenv("VAE_UTILS_OFFLINE")

    class Answer:
        headers = {"content-length": str(len(content))}  # noqa: RUF012

        def __init__(self, *args, **kwargs):
            pass

        def raise_for_status(self):
            pass

        def iter_content(self, chunk_size):
            yield content

        def close(self):
            pass

    monkeypatch.setattr(requests, "get", Answer)
    monkeypatch.setattr(data, "_within_reach", lambda url: True)
    with pytest.raises(ConnectionError, match="could not be downloaded"):
        load_digits("mnist")  # the content is not the one that is expected
    assert not (folder / "mnist.npz").exists()
    monkeypatch.setattr(data, "MNIST_SHA256", hashlib.sha256(content).hexdigest())
    assert load_digits("mnist").name == "MNIST"
    assert (folder / "mnist.npz").read_bytes() == content


def test_a_folder_that_cannot_be_written_costs_only_the_copy(folder, monkeypatch, capsys):
    (folder / "file").touch()
    monkeypatch.setenv("VAE_UTILS_DATA", str(folder / "file"))
    monkeypatch.setattr(data, "_build_uci", lambda: dict(np.load(built(folder))))
    assert load_digits("uci").name == "UCI digits"
    assert "not kept for next time" in capsys.readouterr().out


def test_a_damaged_copy_of_the_uci_digits_is_built_again(folder, monkeypatch, capsys):
    monkeypatch.setattr(data, "_build_uci", lambda: dict(np.load(built(folder))))
    (folder / data.UCI_FILE).write_bytes(b"half a file")
    assert load_digits("uci").train_images.shape == (2, 28, 28)
    assert "was damaged, and is made again" in capsys.readouterr().out


def built(folder):
    """A small stand-in for what building the UCI digits gives."""
    images, labels = np.zeros((2, 28, 28), "uint8"), np.zeros(2, "uint8")
    path = folder / "built.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    return path
