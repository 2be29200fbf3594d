"""Print a deck as PDF, a slide a page, with standing pictures in place of explorers.

python -m tools.handout [lecture.html]
"""

import sys
from pathlib import Path

from tools.lab import CHROMIUM, FLAGS


def main(deck="lecture.html"):
    from playwright.sync_api import sync_playwright

    deck = Path(deck).resolve()
    address, target = f"{deck.as_uri()}?print-pdf", deck.with_suffix(".pdf")
    if not deck.is_file():
        sys.exit(f"there is no {deck.name}: make it first, with make lecture")
    if not CHROMIUM:
        sys.exit(f"without Chromium, print it yourself: {deck.name}?print-pdf in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector(".pdf-page")
        page.pdf(path=target, prefer_css_page_size=True, print_background=True)
        browser.close()
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
