"""A long text is cut into parts of whole speeches, and nothing is lost or moved by it."""

import pytest

from zhengxie_nlp.structure.parts import in_parts
from zhengxie_nlp.structure.speeches.find import find_speeches
from zhengxie_nlp.text.cleaning.layout import clean

VOLUME = """政协工作经验交流会发言材料汇编

健全联络机制 服务委员履职
青禾市政协

健全委员联络机制，走访委员40多人。

办好院坝议事 解决身边小事
云浦县政协

在6个镇街设立院坝议事点21个。

抓实理论学习 提升履职能力
临江区政协

举办读书会12场。
"""


def _parts(longest):
    text = clean(VOLUME)
    _, speeches, _ = find_speeches(text)
    assert [one.id for one in speeches] == ["s1", "s2", "s3"]
    return text, speeches, list(in_parts(text, speeches, longest=longest))


@pytest.mark.parametrize(
    ("longest", "ids"),
    [
        (len(VOLUME), [["s1", "s2", "s3"]]),
        (100, [["s1", "s2"], ["s3"]]),
        (70, [["s1"], ["s2", "s3"]]),
        (1, [["s1"], ["s2"], ["s3"]]),
    ],
)
def test_a_part_holds_as_many_speeches_as_fit(longest, ids):
    _, _, parts = _parts(longest)
    assert [[speech.id for speech in speeches] for _, speeches in parts] == ids


def test_a_text_that_fits_is_its_own_part():
    text, speeches, parts = _parts(len(VOLUME))
    assert parts == [(text, speeches)]


@pytest.mark.parametrize("longest", [1, 70, 100])
def test_parts_together_are_the_text(longest):
    text, _, parts = _parts(longest)
    assert "\n".join(part.text for part, _ in parts) == text.text


@pytest.mark.parametrize("longest", [1, 70, 100])
def test_speeches_keep_their_lines_and_their_place_in_the_source(longest):
    text, speeches, parts = _parts(longest)
    moved = [(part, speech) for part, own in parts for speech in own]
    for whole, (part, speech) in zip(speeches, moved, strict=True):
        assert part.ref(*speech.title) == text.ref(*whole.title)
        assert part.ref(*speech.organization) == text.ref(*whole.organization)
        assert [part.ref(*part.spans[index]) for index in speech.paragraphs] == [
            text.ref(*text.spans[index]) for index in whole.paragraphs
        ]


def test_a_text_without_speeches_is_one_part():
    text = clean("")
    assert list(in_parts(text, [], longest=1)) == [(text, [])]
