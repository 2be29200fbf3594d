"""Shapes, the loss and its two weights, and what a VAE refuses."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from vae_utils.backend import keras, ops
from vae_utils.layers import kl_to_standard_normal
from vae_utils.models import (
    VAE,
    build_autoencoder,
    build_classifier,
    build_vae,
    dense_decoder,
    dense_encoder,
    gaussian_encoder,
)

IMAGES = np.random.default_rng(0).uniform(size=(6, 28, 28)).astype("float32")


def test_shapes_from_image_to_code_and_back():
    assert dense_encoder(3)(IMAGES).shape == (6, 3)
    assert [head.shape for head in gaussian_encoder(3)(IMAGES)] == [(6, 3), (6, 3)]
    assert dense_decoder(3)(np.zeros((6, 3), "float32")).shape == (6, 28, 28)


def test_a_classifier_spreads_its_belief_over_ten_digits():
    shares = np.array(build_classifier(0)(IMAGES))
    assert shares.shape == (6, 10)
    assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)


def test_decoded_pixels_lie_between_paper_and_ink():
    images = np.array(dense_decoder(2)(np.float32([[-50, 80]])))
    assert images.min() >= 0 and images.max() <= 1


def test_a_decoder_of_zero_weights_costs_784_ln_2_nats():
    vae = VAE(2, beta=0.0)
    vae.decoder.set_weights([np.zeros_like(w) for w in vae.decoder.get_weights()])
    assert_allclose(
        vae.compute_loss(IMAGES, IMAGES, vae(IMAGES)), 784 * np.log(2), rtol=1e-5
    )


@pytest.mark.parametrize("weights", [(1, 0), (0, 1), (1, 1), (2, 0.5)])
def test_the_loss_is_the_weighted_sum_of_both_prices(weights):
    vae = VAE(2, *weights)
    output = vae(IMAGES)
    loss = vae.compute_loss(IMAGES, IMAGES, output)
    reconstruction, mean, log_var = (np.array(part, "float64") for part in output)
    cross = IMAGES * np.log(reconstruction) + (1 - IMAGES) * np.log(1 - reconstruction)
    nats = -cross.sum(axis=(1, 2)).mean()
    kl = float(ops.mean(kl_to_standard_normal(mean, log_var)))
    assert_allclose(loss, weights[0] * nats + weights[1] * kl, rtol=1e-4)


def test_gradients_reach_the_encoder_through_the_sample():
    vae = VAE(2, beta=0.0)
    vae.compile(keras.optimizers.SGD(0.01))
    before = vae.encoder.get_weights()[0]
    vae.fit(IMAGES, IMAGES, verbose=0)
    assert np.abs(vae.encoder.get_weights()[0] - before).max() > 0


def test_other_parts_take_the_place_of_the_dense_ones():
    points = keras.Input((3,))
    zeros = keras.layers.Dense(1, kernel_initializer="zeros")(points)
    vae = VAE(
        1,
        encoder=keras.Model(points, [zeros, zeros]),
        decoder=keras.Sequential([keras.Input((1,)), keras.layers.Dense(3)]),
        price=lambda wanted, made: ops.sum(wanted, axis=1) + 0 * ops.sum(made, axis=1),
    )
    wanted = np.float32([[1, 2, 3], [4, 5, 6]])
    assert_allclose(vae.compute_loss(wanted, wanted, vae(wanted)), (6 + 15) / 2)


@pytest.mark.parametrize("latent_dim", [0, -1, 1.5, None])
def test_a_latent_dimension_below_one_is_refused(latent_dim):
    with pytest.raises(ValueError, match="latent_dim must be a whole number"):
        VAE(latent_dim)


@pytest.mark.parametrize("weights", [(1, -0.1), (-1, 1), (1, float("nan"))])
def test_a_negative_weight_is_refused(weights):
    with pytest.raises(ValueError, match="must not be negative"):
        VAE(2, *weights)


def test_losses_of_layers_are_part_of_the_loss():
    class Regularized(VAE):
        losses = (3.0, 4.0)

    vae, regularized = VAE(2), Regularized(2)
    made = vae(IMAGES)
    loss = vae.compute_loss(IMAGES, IMAGES, made)
    assert_allclose(regularized.compute_loss(IMAGES, IMAGES, made), loss + 7, rtol=1e-6)


def test_sample_weights_are_refused_by_name():
    vae = build_vae(2, seed=0)
    with pytest.raises(ValueError, match="takes no sample_weight"):
        vae.fit(IMAGES, IMAGES, sample_weight=np.ones(6), verbose=0)


@pytest.mark.parametrize("build", [build_autoencoder, build_vae])
def test_a_recipe_gives_the_same_model_for_one_seed_and_another_for_another(build):
    keras.utils.set_random_seed(5)  # what came before does not count
    first, again, other = build(2, seed=1), build(2, seed=1), build(2, seed=2)
    for one, same in zip(first.get_weights(), again.get_weights(), strict=True):
        assert_allclose(one, same)
    differences = [
        np.abs(one - another).max()
        for one, another in zip(first.get_weights(), other.get_weights(), strict=True)
    ]
    assert first.compiled and max(differences) > 0.01


def test_beta_may_rise_while_a_vae_trains_even_from_a_whole_number():
    vae = build_vae(2, seed=0, beta=1)
    made = vae(IMAGES)
    whole = vae.compute_loss(IMAGES, IMAGES, made)
    vae.beta.assign(0.25)
    kl = ops.mean(kl_to_standard_normal(*made[1:]))
    loss = vae.compute_loss(IMAGES, IMAGES, made)
    assert_allclose(whole - loss, 0.75 * kl, rtol=1e-3, atol=1e-4)


def test_a_recipe_passes_on_its_weights():
    vae = build_vae(3, 0, reconstruction_weight=0.0, beta=4.0)
    assert (vae.reconstruction_weight, vae.beta) == (0, 4)
    assert vae.decoder.input_shape == (None, 3)
