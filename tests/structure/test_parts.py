"""A long text is cut into parts of whole speeches, and nothing is lost or moved by it."""

from itertools import pairwise

import pytest

from zhengxie_nlp.structure.parts import cut_paragraphs, cut_speeches, in_parts
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


@pytest.mark.parametrize("period", ["开展活动。", "开展活动，", "开展活动"])
def test_a_paragraph_without_end_is_cut_at_the_best_place(period):
    text = clean(period * 100)
    cut = cut_paragraphs(text, longest=48)
    assert max(span.end - span.start for span in cut.spans) <= 48
    assert cut.text.replace("\n", "") == text.text
    sign = period[-1]
    assert all(cut.text[span.end - 1] == sign for span in cut.spans) or sign == "动"
    assert "".join(cut.ref(*span).text for span in cut.spans) == period * 100
    assert cut_paragraphs(text, longest=len(text)) is text


def test_a_speech_without_end_is_read_as_several_and_said_to_be():
    text = clean(VOLUME)
    _, speeches, _ = find_speeches(text)
    cut, notes = cut_speeches(text, speeches, longest=1)
    assert [one.id for one in cut] == [f"s{number}" for number in range(1, len(cut) + 1)]
    whole = [index for speech in speeches for index in speech.paragraphs]
    assert [index for speech in cut for index in speech.paragraphs] == whole
    assert [one.title for one in cut if one.title] == [one.title for one in speeches if one.title]
    assert {note.code for note in notes} <= {"long_speech"}
    assert cut_speeches(text, speeches, longest=1000) == (speeches, [])


def test_parts_of_a_speech_without_end_are_not_longer():
    text = cut_paragraphs(clean("一是建立机制，" * 200 + "。\n" + "开展活动。" * 300), longest=200)
    _, found, _ = find_speeches(text)
    speeches, notes = cut_speeches(text, found, longest=200)
    assert [note.code for note in notes] == ["long_speech"]
    parts = list(in_parts(text, speeches, longest=200))
    assert max(len(part) for part, _ in parts) <= 202
    assert all(first.spans for (first, _), _ in pairwise(parts))


INTERVIEW = """云浦市政协主席答本报记者问

问：读书活动开展得怎么样？

答：全市建立委员读书点36个，举办读书会12场。

问：下一步有什么打算？

答：建立读书成果转化机制。
"""


def test_a_speaker_named_in_an_earlier_part_is_no_line_of_a_later_one():
    text = clean(INTERVIEW)
    _, speeches, _ = find_speeches(text)
    asked = [one.speaker for one in speeches if one.speaker is not None]
    assert len(asked) == 2
    assert asked[0] == asked[1]
    parts = list(in_parts(text, speeches, longest=1))
    assert "\n".join(part.text for part, _ in parts) == text.text
    for part, own in parts:
        for speech in own:
            assert all(index < len(part.spans) for index in speech.paragraphs)
            assert speech.speaker is None or part.text[slice(*speech.speaker)] == "记者"
    assert parts[-2][1][0].speaker is None


def test_who_asks_is_named_in_the_interview_itself():
    filler = "各街道建立协商议事室，解决群众身边的事情。\n" * 400
    text = clean(f"{INTERVIEW}\n{filler}\n问：还有什么困难？\n\n答：人手不够。\n")
    _, speeches, _ = find_speeches(text)
    last = [one for one in speeches if "困难" in text.text[slice(*text.spans[one.paragraphs[0]])]]
    assert last[0].speaker is None
