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
