"""Citing by line, paragraph and page."""

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.explanation import explain
from zhengxie_nlp.outputs.citing import Citer, Place
from zhengxie_nlp.outputs.summary import summarize
from zhengxie_nlp.records import Document, Layout, Page, Ref, Source

TEXT = "云浦市政协\r\n\r\n　　一是健全学习制度，举办读\r\n书会12场。\r\n　　二是开展调研40次。\r\n"


def ref(text, word):
    at = text.index(word)
    return Ref(text=word, fragments=((at, at + len(word)),))


def test_place_counts_lines_as_an_editor_and_paragraphs_without_wraps():
    citer = Citer(Document(source=Source(id="a"), text=TEXT))
    assert citer.place(ref(TEXT, "书会")) == Place(4, 2, None)
    assert citer.place(ref(TEXT, "40次")) == Place(5, 3, None)


@pytest.mark.parametrize(("word", "page"), [("云浦", 1), ("40次", 2)])
def test_place_knows_the_pages_of_a_layout(word, page):
    pages = (Page(number=1, start=0), Page(number=2, start=TEXT.index("二是")))
    document = Document(source=Source(id="a"), text=TEXT, layout=Layout(pages=pages))
    assert Citer(document).place(ref(TEXT, word)).page == page


def test_place_takes_the_first_fragment_in_the_source():
    citer = Citer(Document(source=Source(id="a"), text="甲\n乙\n丙\n"))
    assert citer.place(Ref(text="丙甲", fragments=((4, 5), (0, 1)))).line == 1


def test_the_summary_and_explain_cite():
    analysis = Pipeline(model=None).analyze(TEXT)
    assert "第5行" in next(line for line in summarize(analysis.document).splitlines() if "40次 = " in line)
    assert "line 5, paragraph 3" in explain(analysis, TEXT.index("40次"))
