"""Makes the pictures of the READMEs from the demonstration archive: `make screenshots`.

It needs Chromium, chromedriver and Pillow, and what `make demo-archive` has made.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from browser import Browser, installed, open_browser

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
#: Of so many colours a picture is as good to the eye, and a third of the size.
COLOURS = 96


def take(browser: Browser, name: str) -> None:
    """Take a picture, and write it with few colours."""
    path = browser.screenshot(IMAGES / f"{name}.png")
    with Image.open(path) as whole:
        few = whole.convert("RGB").quantize(COLOURS)
    few.save(path, optimize=True)
    print(path.relative_to(ROOT), f"{path.stat().st_size // 1000} kB")


def archive(browser: Browser, page: Path) -> None:
    """Take the overview, a document, its moved text, and the corrections."""
    browser.go(page.as_uri())
    browser.wait("return document.querySelector('.heat-map')")
    take(browser, "archive")
    browser.go("about:blank")
    browser.go(f"{page.as_uri()}#d=c15")
    browser.wait("return document.querySelector('.of-archive .move')")
    browser.run("document.querySelector('.of-archive .text .s.mechanism').click()")
    take(browser, "document")
    browser.find(".of-archive #tab-notes").click()
    take(browser, "moved")
    browser.find(".of-archive #tab-text").click()
    browser.run("document.getElementById('text').focus()")
    browser.keys("j", "a", "x", "e")
    take(browser, "corrections")


def main() -> None:
    """Take all pictures."""
    page = ROOT / "output" / "archive.html"
    if not installed():
        sys.exit("Chromium and chromedriver are not installed (Debian: chromium, chromium-driver)")
    if not page.is_file():
        sys.exit("There is no archive yet: make demo-archive")
    IMAGES.mkdir(exist_ok=True)
    with open_browser(width=1320, height=880) as browser:
        archive(browser, page)


if __name__ == "__main__":
    main()
