"""Pages from disk, with explorers behind which no kernel stands."""

from contextlib import contextmanager

from ipywidgets.embed import embed_data

from tools.page import scripts

PLACE = '<div data-explorer="{}"></div>'
STAGE = f'<div class="stage" style="width: 1200px; height: 560px">{PLACE}</div>'


@contextmanager
def page_with(browser, folder, *places, **options):
    """Open a page with explorers in places, PLACE or STAGE: pairs (place, explorer).

    The page's `faults` collects what went wrong in it.
    """
    made = [explorer for _, explorer in places]
    state = embed_data(made, drop_defaults=False)["manager_state"]["state"]
    body = "".join(place.format(explorer.model_id) for place, explorer in places)
    body += scripts({explorer.model_id: state[explorer.model_id] for explorer in made})
    path = folder / "explorers.html"
    path.write_text(f'<!doctype html><meta charset="utf-8">{body}', encoding="utf-8")
    page = browser.new_page(**options)
    page.set_default_timeout(60_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(path.as_uri())
    page.locator(".vae-explorer").nth(len(made) - 1).wait_for()
    yield page
    page.close()


def over_screens(page, root):
    """Let an explorer fill a screen, as it is and at 150 %; yield its width and height."""
    before = page.viewport_size
    root.get_by_role("button", name="fill the screen").press("Enter")
    for width, height in ((1280, 720), (853, 480)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        yield width, height
    root.get_by_role("button", name="leave full screen").click()
    root.get_by_role("button", name="fill the screen").wait_for()
    page.set_viewport_size(before)
