"""A film shows a training as it was, and leaves it as it would have been."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from vae_utils.backend import keras
from vae_utils.films import FRAMES, Camera, join_films
from vae_utils.layers import kl_to_standard_normal, reconstruction_nats
from vae_utils.models import build_autoencoder, build_classifier, build_vae
from vae_utils.training import fit

RNG = np.random.default_rng(0)
TRAIN, TEST = (RNG.uniform(size=(n, 28, 28)).astype("float32") for n in (5200, 32))
FEW = TEST[:10]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_UTILS_DATA", str(tmp_path))
    return tmp_path / "trained"


def train(model, epochs=2, **film):
    return fit(model, TRAIN, TEST, epochs, **film)


def test_a_film_changes_no_bit_of_a_training_and_no_random_number_after_it(folder):
    plain, filmed = build_vae(2, 0), build_vae(2, 0)
    history = train(plain)
    drawn = np.array(keras.random.normal((3,)))
    (file,) = folder.iterdir()
    file.unlink()
    assert train(filmed, film=FEW).items() >= history.items()
    assert file.exists()  # the same fingerprint
    assert_array_equal(keras.random.normal((3,)), drawn)
    for one, other in zip(plain.variables, filmed.variables, strict=True):
        assert_array_equal(one, other)


def test_a_known_training_is_made_again_for_its_film_and_then_both_are_known(capsys):
    train(build_vae(2, 0))
    first = train(build_vae(2, 0), film=FEW)["film"]
    assert "cache" not in capsys.readouterr().out
    again, other = (train(build_vae(2, 0), film=x)["film"] for x in (FEW, TEST[10:30]))
    lines = capsys.readouterr().out.splitlines()
    assert ["cache" in line for line in lines] == [True, False]
    for name, array in first.items():
        assert_array_equal(again[name], array)
    assert other["mean"].shape[1] == 20


def test_the_last_frame_shows_the_trained_model_and_the_first_the_untrained():
    vae = build_vae(2, 0)
    before = np.array(vae.encoder(FEW)[0])
    film = train(vae, film=FEW)["film"]
    mean, log_var = map(np.array, vae.encoder(FEW))
    assert_allclose(film["mean"][0], before, atol=1e-3)
    assert_allclose(film["mean"][-1], mean, atol=1e-3)
    assert_allclose(film["log_sigma"][-1], log_var / 2, atol=2e-3)
    kl = np.mean(kl_to_standard_normal(mean, log_var))
    assert_allclose(film["kl"][-1], kl, rtol=1e-4)
    noise = np.random.default_rng(0).normal(size=mean.shape)
    decoded = vae.decoder(np.float32(mean + np.exp(log_var / 2) * noise))
    price = np.mean(reconstruction_nats(FEW, decoded))
    assert_allclose(film["reconstruction"][-1], price, rtol=1e-5)


def test_a_plain_autoencoder_has_no_sigma_and_no_kl():
    film = train(build_autoencoder(2, 0), film=FEW)["film"]
    assert set(film) == {"epoch", "mean", "reconstruction"}
    assert_allclose(film["reconstruction"][0], 784 * np.log(2), rtol=0.05)


def filmed(images, epochs, calls=24):
    """A film of so many epochs, of 469 batches each, in which nothing moves."""
    camera = Camera(build_vae(2, 0), images, epochs, 469)
    for epoch in range(epochs):
        camera.on_epoch_begin(epoch)
        for call in range(calls):
            camera.on_train_batch_end(20 * call + 19)
    return camera.film()


def test_frames_are_denser_at_the_start_and_the_last_is_the_end():
    epochs = filmed(FEW, 6)["epoch"]
    assert_allclose(epochs[:24] * 469, range(0, 480, 20), rtol=1e-6)
    steps = np.diff(epochs)
    assert epochs[-1] == 6 and 50 < len(epochs) <= FRAMES + 1
    assert steps[-5:].mean() > 2 * steps[:5].mean()


def test_films_of_a_training_in_parts_are_joined_on_one_clock():
    films = [filmed(FEW * (1 - part / 10), 1) for part in range(3)]
    film = join_films(films)
    assert film["epoch"][0] == 0 and film["epoch"][-1] == 3
    assert (np.diff(film["epoch"]) > 0).all() and len(film["epoch"]) <= FRAMES + 1
    for epoch, mean in zip(film["epoch"], film["mean"], strict=True):
        assert_array_equal(mean, films[min(2, int(epoch))]["mean"][0])


def test_a_film_of_three_hundred_images_is_small():
    film = filmed(RNG.uniform(size=(300, 28, 28)).astype("float32"), 100)
    assert len(film["epoch"]) >= FRAMES
    assert sum(array.nbytes for array in film.values()) < 300_000


def test_what_has_no_encoder_and_decoder_is_not_filmed():
    labels = dict(targets=np.zeros(len(TRAIN)), test_targets=np.zeros(len(TEST)))
    with pytest.raises(ValueError, match="made of 0 models"):
        train(build_classifier(0), film=FEW, **labels)
    with pytest.raises(ValueError, match="film must have shape"):
        train(build_vae(2, 0), film=FEW[0])
