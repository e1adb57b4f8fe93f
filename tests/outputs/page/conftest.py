"""A real headless Chromium, one for all tests of a session; where none is installed, they are skipped."""

import importlib.util
import itertools
from pathlib import Path

import pytest

import browser as browsers


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    if not browsers.installed():
        pytest.skip("Chromium and chromedriver are not installed (Debian: chromium, chromium-driver)")
    with browsers.open_browser(downloads=tmp_path_factory.mktemp("downloads")) as opened:
        yield opened


@pytest.fixture
def show(chromium, tmp_path):
    """Return what writes HTML to a file and opens it; at the end the console must be empty."""
    numbers = itertools.count()

    def opened(html, fragment=""):
        path = tmp_path / f"page{next(numbers)}.html"
        path.write_text(html, encoding="utf-8")
        chromium.go("about:blank")
        chromium.go(path.as_uri() + fragment)
        return chromium

    chromium.size(1440, 900)
    yield opened
    assert chromium.errors() == []


@pytest.fixture(scope="session")
def axe():
    """The script of axe-core, which a package on PyPI carries; only tests use it."""
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed (pip install --no-deps axe-playwright-python)")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
