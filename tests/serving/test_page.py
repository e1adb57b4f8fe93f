"""The page of the service in a real Chromium: a pasted text, files, and what cannot be read."""

import pytest

from ..outputs.page.conftest import axe, chromium  # noqa: F401 - fixtures
from ..outputs.page.test_document_page import serious

TEXT = "云浦市政协机关\n\n一、抓学习\n\n一是健全学习制度。今年以来，举办读书分享会12场。\n"


@pytest.fixture
def page(chromium, service):  # noqa: F811
    chromium.size(1440, 900)
    chromium.go("about:blank")
    chromium.go(f"{service.url}/")
    chromium.errors()
    yield chromium
    assert chromium.errors() == []


def test_a_pasted_text_becomes_a_page(page):
    page.find("textarea").type(TEXT)
    page.find(".serve-extract").click()
    page.wait("return document.getElementById('tab-quantity')", seconds=60)
    page.find("#text .s.quantity").click()
    assert page.find("blockquote").text == "12场"
    page.find(".back").click()
    assert page.find(".serve-list .name").text == "粘贴的文字"


def test_files_are_read_and_a_bad_one_says_why(page, tmp_path):
    good, bad = tmp_path / "好.txt", tmp_path / "坏.bin"
    good.write_text(TEXT, encoding="gb18030")
    bad.write_bytes(b"\x00\x01\x02\x03" * 40)
    page.find("#serve-files").type(f"{good}\n{bad}")
    page.wait("return document.querySelectorAll('.item-done, .item-failed').length === 2", seconds=60)
    assert "ZX105" in page.find(".item-failed").text
    page.errors()  # the browser itself notes every answer that is an error
    page.find(".item-done button").click()
    assert page.run("return document.getElementById('tab-quantity').dataset.count") == "1"


def test_axe_finds_no_serious_fault(page, axe):  # noqa: F811
    # The policy of the page lets no other script in; axe-core comes by the debugger's door.
    page.devtools("Runtime.evaluate", expression=axe)
    assert serious(page) == []
