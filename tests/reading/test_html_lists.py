"""Ordered lists of a web page keep the numbers that a browser shows."""

import pytest

from zhengxie_nlp.reading.protocol import Blob, Options
from zhengxie_nlp.reading.sources import unfold


def lines(inside):
    data = f"<html><body><p>云浦市政协工作要点如下。</p>{inside}</body></html>".encode()
    [page] = unfold(Blob(data, "a.html", "a", "a.html"), Options())
    return page.text.splitlines()[1:]


@pytest.mark.parametrize(
    ("attributes", "items", "shown"),
    [
        ("", "<li>甲<li>乙", ["1. 甲", "2. 乙"]),
        ("start=3", "<li>甲<li value=9>乙<li>丙", ["3. 甲", "9. 乙", "10. 丙"]),
        ("type=a start=26", "<li>甲<li>乙", ["z. 甲", "aa. 乙"]),
        ("type=A", "<li>甲<li type=i>乙", ["A. 甲", "ii. 乙"]),
        ("type=I start=4", "<li>甲<li>乙", ["IV. 甲", "V. 乙"]),
        ("type=i start=0", "<li>甲<li>乙", ["0. 甲", "i. 乙"]),
        ("reversed", "<li>甲<li hidden>藏<li>乙", ["2. 甲", "1. 乙"]),
        ("start=x", "<li><p>甲</p><p>续</p><li>乙", ["1. 甲", "续", "2. 乙"]),
        ("", "<li>甲<ol type=a><li>子<li>丑</ol><li>乙", ["1. 甲", "a. 子", "b. 丑", "2. 乙"]),
        ("", "<li>甲<ul><li>子</ul><li>乙", ["1. 甲", "子", "2. 乙"]),
        ("", "<li><li>乙", ["2. 乙"]),
        ("style='list-style: none'", "<li>甲<li>乙", ["甲", "乙"]),
        ("", "<li>一、甲<li>（2）乙<li>3.5万人", ["一、甲", "（2）乙", "3. 3.5万人"]),
    ],
)
def test_an_ordered_list_has_its_numbers(attributes, items, shown):
    assert lines(f"<ol {attributes}>{items}</ol>") == shown


def test_other_lists_have_none():
    assert lines("<ul><li>甲<li>乙</ul>") == ["甲", "乙"]
