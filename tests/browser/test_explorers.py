"""Every explorer answers the keyboard and the mouse, in a lab and on a page from disk."""

import math

import pytest

LATENT, WIDE, WALK, SAMPLING, GAUSSIAN, SIGNAL, PLAYGROUND, FUNCTION = range(8)
FILL, LEAVE = "fill the screen", "leave full screen"
INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value) => (31 * sum + value) % 1000000007, 7);
}"""  # one number for a picture, as good as different for different ones


def explorer(view, index):
    found = view.locator(".vae-explorer").nth(index)
    found.scroll_into_view_if_needed()
    return found


def ink(found, selector="canvas.picture", index=0):
    return found.locator(selector).nth(index).evaluate(INK)


def press(view, slider, key="ArrowRight", times=10):
    slider.focus()
    for _ in range(times):
        view.keyboard.press(key)


def drag(view, found, start, end):
    """Drag over an element, between two places given as shares of its width and height."""
    box = found.bounding_box()
    places = [
        (box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in (start, end)
    ]
    view.mouse.move(*places[0])
    view.mouse.down()
    view.mouse.move(*places[1], steps=5)
    view.mouse.up()


def test_latent_sliders_move_by_keyboard_and_the_picture_follows(view):
    found = explorer(view, LATENT)
    slider, before = found.get_by_label("z1", exact=True), ink(found)
    press(view, slider)
    assert float(slider.input_value()) == pytest.approx(0.3)
    assert ink(found) != before


def test_latent_sliders_move_by_drag_and_the_picture_follows(view):
    found = explorer(view, LATENT)
    slider, before = found.get_by_label("z2", exact=True), ink(found)
    drag(view, slider, (0.5, 0.5), (0.9, 0.5))
    assert float(slider.input_value()) > 1.5
    assert ink(found) != before


def test_the_point_on_the_plane_is_dragged_and_everything_follows(view):
    found = explorer(view, LATENT)
    before = ink(found)
    drag(view, found.locator("canvas.plane"), (0.5, 0.5), (0.25, 0.25))
    values = [float(found.get_by_label(z, exact=True).input_value()) for z in ("z1", "z2")]
    assert values == pytest.approx([-1.5, 1.5], abs=0.05)
    assert ink(found) != before
    assert "distance to the nearest code" in found.inner_text()


def test_buttons_go_to_a_random_place_to_zero_and_to_a_test_image(view):
    found = explorer(view, LATENT)
    sliders = [found.get_by_label(name, exact=True) for name in ("z1", "z2")]
    found.get_by_role("button", name="zero").click()
    places = [[slider.input_value() for slider in sliders]]
    assert [float(value) for value in places[0]] == [0, 0]
    for _ in range(2):
        found.get_by_role("button", name="random").click()
        places.append([slider.input_value() for slider in sliders])
    assert places[0] != places[1] != places[2]  # one slider alone may stay where it was
    assert "beyond" not in found.inner_text()  # these codes have no prior
    found.get_by_label("number of the test image").fill("3")
    found.get_by_role("button", name="code of test image").click()
    assert "nearest code: 0.00" in found.inner_text()
    assert "beyond" not in found.inner_text()
    found.get_by_label("number of the test image").fill("7")
    found.get_by_role("button", name="code of test image").click()
    assert "lies beyond the ends of the sliders" in found.inner_text()
    assert "nearest code: 0.00" in found.inner_text()  # it is there, not at their end


def test_many_sliders_stand_in_the_order_of_their_kl_and_the_inactive_are_grey(view):
    found = explorer(view, WIDE)
    labels = [text.split()[0] for text in found.locator("label").all_inner_texts()]
    assert labels == [f"z{index}" for index in range(16, 0, -1)]
    assert found.locator("label.inactive").count() == 1
    before = ink(found)
    press(view, found.get_by_label("z16", exact=True))
    assert ink(found) != before


def test_a_walk_moves_all_three_pictures(view):
    found = explorer(view, WALK)
    before = [ink(found, index=index) for index in range(3)]
    press(view, found.get_by_label("share of the second image"))
    assert all(ink(found, index=index) != before[index] for index in range(3))
    drag(view, found.get_by_label("share of the second image"), (0.5, 0.5), (0.01, 0.5))
    assert all(ink(found, index=index) != before[index] for index in range(3))


def test_each_press_draws_one_more_sample_and_sigma_scales_the_cloud(view):
    found = explorer(view, SAMPLING)
    for _ in range(3):
        found.get_by_role("button", name="draw").click()
    assert "3 samples of one image" in found.inner_text()
    before = ink(found, "canvas.plane")
    press(view, found.get_by_label("sigma times"))
    scaled = ink(found, "canvas.plane")
    assert scaled != before
    drag(view, found.get_by_label("sigma times"), (0.4, 0.5), (0.8, 0.5))
    assert ink(found, "canvas.plane") != scaled
    found.get_by_role("button", name="start again").click()
    assert "0 samples of one image" in found.inner_text()


def test_the_gaussian_explorer_shows_the_divergence_of_its_sliders(view):
    found = explorer(view, GAUSSIAN)
    before = [ink(found, "canvas.chart", index) for index in range(3)]
    press(view, found.get_by_label("mean", exact=True))
    drag(view, found.get_by_label("sigma", exact=True), (0.9, 0.5), (0.97, 0.5))
    mean, power = (
        float(found.get_by_label(name, exact=True).input_value())
        for name in ("mean", "sigma")
    )
    sigma = float(f"{10**power:.3g}")
    kl = 0.5 * (sigma**2 + mean**2 - 1 - math.log(sigma**2))
    slopes = f"slope {mean:.2f} along the mean, {sigma - 1 / sigma:.2f} along sigma"
    assert f"KL {kl:.3f} nats; {slopes}" in found.inner_text()
    assert all(ink(found, "canvas.chart", index) != before[index] for index in range(3))


def test_sigma_goes_down_to_a_millionth_and_meets_one_exactly(view):
    found = explorer(view, GAUSSIAN)
    slider = found.get_by_label("sigma", exact=True)
    found.get_by_label("mean", exact=True).fill("0")
    slider.press("Home")
    assert found.locator("output").nth(1).inner_text() == "0.000001"
    assert slider.get_attribute("aria-valuetext") == "0.000001"
    text = "KL 13.316 nats; slope 0.00 along the mean, -1,000,000 along sigma, -0.50 along"
    assert text in found.inner_text()
    press(view, slider, times=240)
    assert (
        "KL 0.000 nats; slope 0.00 along the mean, 0.00 along sigma" in found.inner_text()
    )


def test_a_button_fills_the_screen_and_leaves_it(view):
    found = explorer(view, WIDE)
    before = found.bounding_box()
    for name, size in ((FILL, (1200, 1000)), (LEAVE, (before["width"], before["height"]))):
        found.get_by_role("button", name=name).click()
        found.get_by_role("button", name=LEAVE if name == FILL else FILL).wait_for()
        box = found.bounding_box()
        assert (box["width"], box["height"]) == size


def test_a_signal_is_drawn_as_a_line(view):
    found = explorer(view, SIGNAL)  # its 500 values are no square; its shape decides
    assert found.locator("label").count() == 30
    assert found.locator("canvas.picture").evaluate("canvas => canvas.width") == 504
    before = ink(found)
    press(view, found.get_by_label("z30", exact=True))
    assert ink(found) != before


def test_an_explorer_that_asks_the_kernel_stands_still_on_a_page_and_says_so(view):
    if view.has_kernel:
        return
    place = view.locator("figure", has_text="it moves in a lab, not on a page")
    assert place.locator("img").evaluate("image => image.naturalWidth") >= 400
    assert place.locator("input, canvas").count() == 0
    assert view.locator(".vae-explorer").count() == FUNCTION


def test_a_finger_scrolls_the_page_unless_it_drags_a_point(view):
    touch = "canvases => canvases.map(canvas => getComputedStyle(canvas).touchAction)"
    dragged = view.locator(".vae-explorer canvas.draggable")
    others = view.locator(".vae-explorer canvas:not(.draggable)")
    assert set(dragged.evaluate_all(touch)) == {"none"}
    assert set(others.evaluate_all(touch)) == {"auto"}


def test_the_lab_of_a_newcomer_is_quiet(view):
    view.wait_for_timeout(1000)
    assert view.get_by_text("Jupyter news").count() == 0


def test_a_function_in_the_kernel_answers_the_sliders_too(view):
    if not view.has_kernel:
        return
    found = explorer(view, FUNCTION)
    press(view, found.get_by_label("z1", exact=True), times=50)
    shade = "canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[0]"
    picture = found.locator("canvas.picture")
    expect = 255 - 255 * (float(found.get_by_label("z1", exact=True).input_value()) + 3) / 6
    for _ in range(50):
        if abs(picture.evaluate(shade) - expect) <= 1:
            return
        view.wait_for_timeout(100)
    pytest.fail("the picture did not follow the slider")


def test_no_error_was_logged_and_nothing_fetched_from_elsewhere(view):
    assert view.faults == []
