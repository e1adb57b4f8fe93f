"""A Document shows itself in a notebook, in a frame that cannot reach it."""

from html import escape

from zhengxie_nlp import Pipeline
from zhengxie_nlp.outputs.page.notebook import MOST_CHARACTERS
from zhengxie_nlp.records import Document, Source


def test_a_document_shows_its_page_in_a_frame(show):
    document = Pipeline().extract("开展活动40多次。")
    page = show(f"<!doctype html><meta charset=utf-8><p>{escape('笔记')}</p>{document._repr_html_()}")
    frame = page.find("iframe")
    page.enter(frame)
    assert page.wait("return document.getElementById('tab-quantity')")
    page.find("#text .s.quantity").click()
    assert page.find("blockquote").text == "40多次"
    page.leave()


def test_a_long_document_is_told_in_a_line():
    document = Document(source=Source(id="<b>"), text="字" * (MOST_CHARACTERS + 1))
    shown = document._repr_html_()
    assert "iframe" not in shown
    assert "&lt;b&gt;" in shown
