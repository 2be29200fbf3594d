"""The playground trains in the browser what Keras would train, and obeys its learner."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.browser.test_explorers import PLAYGROUND, drag, explorer, ink
from vae_utils.backend import keras, ops
from vae_utils.explore import Playground
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
    """The playground's encoder and decoder in Keras; its weights no special case."""
    keras.utils.set_random_seed(0)
    images, codes = keras.Input((8, 8)), keras.Input((2,))
    leaky = keras.layers.LeakyReLU(0.1)
    hidden = leaky(keras.layers.Dense(48)(keras.layers.Flatten()(images)))
    heads = [keras.layers.Dense(2)(hidden), keras.layers.Dense(2)(hidden)]
    hidden = leaky(keras.layers.Dense(48)(codes))
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


@pytest.fixture
def playground(view):
    """The playground of a lab and of a page, begun anew, its pulls at 1 and 1."""
    found = explorer(view, PLAYGROUND)
    # After a step, an epoch 0 on show can only be the answer to the new start.
    for name, answered in (
        ("both", lambda now: True),
        ("one step", lambda now: now["epoch"] > 0),
        ("start anew", lambda now: now["epoch"] == 0),
    ):
        found.get_by_role("button", name=name, exact=True).click()
        until(found, answered)
    return found


def numbers(found):
    """The numbers on show: epoch, mean sigma, reconstruction and KL."""
    said = found.locator("figcaption").first.inner_text()
    said = f"{said}, {found.locator('.chart').get_attribute('aria-label')}"
    names = ("epoch", "sigma", "reconstruction", "KL")
    shown = (re.search(rf"{name} ([\d.]+)", said) for name in names)
    # The worker may not have answered yet: then nothing holds.
    return {name: float(x[1] if x else "nan") for name, x in zip(names, shown, strict=True)}


def until(found, holds):
    for _ in range(300):
        if holds(numbers(found)):
            return numbers(found)
        found.page.wait_for_timeout(50)
    pytest.fail(f"never came, at last {numbers(found)}")


def test_it_rests_until_somebody_plays_and_then_until_somebody_pauses(playground):
    play, page = playground.get_by_role("button", name="play"), playground.page
    page.wait_for_timeout(300)
    assert numbers(playground)["epoch"] == 0
    play.press("Enter")
    until(playground, lambda now: now["epoch"] > 1)
    playground.get_by_role("button", name="pause").press("Enter")
    page.wait_for_timeout(300)
    before = numbers(playground)
    page.wait_for_timeout(300)
    assert numbers(playground) == before and play.inner_text() == "play"


def test_pulls_scatter_collapse_and_balance_the_codes(playground):
    epochs = 0
    for preset, low, high in (
        ("reconstruction only", 8, 1000),
        ("KL only", -0.1, 0.2),
        ("both", 0.5, 8),
    ):
        playground.get_by_role("button", name=preset, exact=True).click()
        playground.get_by_role("button", name="play").click()
        until(playground, lambda now, ends=epochs + 10: now["epoch"] > ends)
        playground.get_by_role("button", name="pause").click()
        playground.get_by_role("button", name="play").wait_for()
        epochs = numbers(playground)["epoch"]
        assert low < numbers(playground)["KL"] < high


def test_one_step_is_one_batch_and_a_new_start_is_the_same_one(playground):
    step, first = playground.get_by_role("button", name="one step"), numbers(playground)
    step.press(" ")
    after = until(playground, lambda now: now["epoch"] == 0.04)  # of 28 batches
    playground.get_by_role("button", name="start anew").press("Enter")
    assert until(playground, lambda now: now["epoch"] == 0) == first
    step.click()
    assert until(playground, lambda now: now["epoch"] == 0.04) == after


def test_with_sigma_held_it_is_1(playground):
    playground.get_by_role("button", name="sigma held at 1").click()
    playground.get_by_role("button", name="one step").click()
    assert until(playground, lambda now: now["epoch"] > 0)["sigma"] == 1


def test_the_sliders_of_a_playground_answer_keys_and_the_lowest_stop_is_0(playground):
    kl, said = playground.get_by_label("KL", exact=True), "aria-valuetext"
    kl.press("Home")
    assert kl.get_attribute(said) == "0.00"
    pressed = playground.locator("[aria-pressed=true]")
    assert pressed.inner_text() == "reconstruction only"
    kl.press("ArrowRight")
    assert kl.get_attribute(said) == "0.01" and pressed.count() == 0
    kl.press("ArrowLeft")
    assert kl.get_attribute(said) == "0.00"
    kl.press("End")
    assert kl.get_attribute(said) == "29.90"
    drag(playground.page, kl, (0.9, 0.5), (0.5, 0.5))
    assert float(kl.get_attribute(said)) == pytest.approx(0.53, abs=0.1)


def test_a_checkbox_draws_ellipses_of_sigma(playground):
    before = ink(playground, "canvas.plane")
    playground.get_by_label("ellipses of sigma").press(" ")
    assert ink(playground, "canvas.plane") != before
    playground.get_by_label("ellipses of sigma").press(" ")
    assert ink(playground, "canvas.plane") == before


RENDER = """async ([code, traits, binary]) => {
  for (const name of binary) {
    traits[name] = new DataView(Uint8Array.from(traits[name]).buffer);
  }
  const set = (name, value) => (traits[name] = value);
  const model = { get: (name) => traits[name], set, save_changes() {}, on() {}, off() {} };
  const module = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  window.end = (await import(module)).default.render({ model, el: document.body });
  window.weights = () => Array.from(new Uint8Array(traits.weights.buffer));
}"""


def rendered(browser, made, then="() => {}"):
    """A page with one playground, without a lab; `then` is called when it is drawn."""
    binary = ["images", "labels", "weights"]
    names = [*binary, "kind", "palette", "reconstruction", "beta", "held", "seed"]
    traits = {name: getattr(made, name) for name in names}
    traits |= {name: list(traits[name]) for name in binary}
    page = browser.new_page()
    page.add_style_tag(content=made._css)
    both = f"async (given) => {{ await ({RENDER})(given); ({then})(); }}"
    page.evaluate(both, [browser_code(), traits, binary])
    return page


def test_a_step_that_is_pressed_before_the_worker_has_answered_is_done(browser):
    press = """() => [...document.querySelectorAll("button")]
      .find((button) => button.textContent === "one step").click()"""
    page = rendered(browser, Playground(), press)
    until(page.locator(".playground"), lambda now: now["epoch"] == 0.04)  # of 28 batches
    page.close()


def test_a_playground_gives_python_its_weights_and_removed_ends_its_worker(browser):
    made = Playground()
    page = rendered(browser, made)
    found = page.locator(".playground")
    until(found, lambda now: now["epoch"] == 0)  # the worker has answered
    page.get_by_role("button", name="one step").click()
    until(found, lambda now: now["epoch"] > 0)
    made.weights = bytes(page.evaluate("weights()"))
    moved = np.concatenate([np.ravel(array) for array in made.get_weights()])
    moved -= np.concatenate([np.ravel(array) for array in Playground().get_weights()])
    assert 0.004 < np.abs(moved).max() < 0.006  # the first step of Adam is its rate
    assert len(page.workers) == 1
    page.evaluate("end()")
    page.wait_for_timeout(200)
    assert page.workers == []
    page.close()
