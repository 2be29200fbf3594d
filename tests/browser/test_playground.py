"""The playground trains in the browser what Keras would train, and obeys its learner."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from vae_utils.backend import keras, ops
from vae_utils.explore.widgets import browser_code
from vae_utils.layers import kl_to_standard_normal, reconstruction_nats

RNG = np.random.default_rng(0)
SLOPES = """async ([code, weights, images, noise, pulls]) => {
  const module = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const { lossAndSlopes } = await import(module);
  const given = [weights, images, noise].map((numbers) => Float32Array.from(numbers));
  const found = lossAndSlopes(...given, pulls);
  return [found.reconstruction, found.kl, Array.from(found.slopes)];
}"""


def keras_model():
    """The playground's encoder and decoder in Keras, with weights that are no special case."""
    keras.utils.set_random_seed(0)
    images, codes = keras.Input((8, 8)), keras.Input((2,))
    hidden = keras.layers.Dense(48, "relu")(keras.layers.Flatten()(images))
    heads = [keras.layers.Dense(2)(hidden), keras.layers.Dense(2)(hidden)]
    hidden = keras.layers.Dense(48, "relu")(codes)
    decoded = keras.layers.Reshape((8, 8))(keras.layers.Dense(64, "sigmoid")(hidden))
    model = keras.Model(images, heads), keras.Model(codes, decoded)
    for part in model:
        part.set_weights([RNG.normal(0, 0.3, w.shape) for w in part.get_weights()])
    return model


@pytest.mark.parametrize("held", [False, True])
def test_the_playground_has_the_loss_and_the_gradients_of_keras(browser, held):
    import tensorflow as tf

    encoder, decoder = keras_model()
    images, noise = RNG.uniform(size=(5, 8, 8)), RNG.normal(size=(5, 2))
    images[RNG.uniform(size=images.shape) < 0.4] = 0
    images, noise = np.float32(images), np.float32(noise)
    parts = encoder.trainable_weights + decoder.trainable_weights
    with tf.GradientTape() as tape:
        mean, log_var = encoder(images)
        log_var = 0 * log_var if held else log_var
        decoded = decoder(mean + ops.exp(0.5 * log_var) * noise)
        price = ops.mean(reconstruction_nats(images, decoded))
        kl = ops.mean(kl_to_standard_normal(mean, log_var))
        loss = 0.7 * price + 1.3 * kl
    slopes = [np.ravel(slope) for slope in tape.gradient(loss, [w.value for w in parts])]
    flat = np.concatenate([np.ravel(w) for w in parts]).tolist()
    pulls = dict(reconstruction=0.7, beta=1.3, held=held)
    given = [browser_code(), flat, images.ravel().tolist(), noise.ravel().tolist(), pulls]
    page = browser.new_page()
    found = page.evaluate(SLOPES, given)
    page.close()
    assert_allclose(found[:2], [float(price), float(kl)], rtol=1e-5)
    assert_allclose(found[2], np.concatenate(slopes), rtol=1e-4, atol=1e-4)
