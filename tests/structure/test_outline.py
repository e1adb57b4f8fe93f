from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.structure.structure_cases import Case, one_a_line, quoted, read_cases, whole
from zhengxie_nlp.structure.markers.find import find_markers
from zhengxie_nlp.structure.outline import DEEPEST_LEVEL, find_outline
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan
from zhengxie_nlp.text.source_text import SourceText


def nodes_of(text: SourceText) -> list[NodeSpan]:
    nodes, _ = find_outline(text, speech=whole(text))
    return [node for top in nodes for node in top.walk()]


@pytest.mark.parametrize("case", read_cases("outlines.txt"), ids=lambda case: case.name)
def test_find_outline_reads_each_case(case: Case) -> None:
    text = one_a_line(case.text)
    nodes, notes = find_outline(text, speech=whole(text))
    lines = []
    for node in (node for top in nodes for node in top.walk()):
        marker = node.marker
        number = f"{quoted(text, marker.span)} {marker.kind} {marker.ordinal}" if marker else "-"
        body = " / ".join(quoted(text, span) for span in node.body) or "-"
        lines.append(f"{node.id} | {node.level} | {number} | {quoted(text, node.heading)} | {body}")
    lines += [f"note | {note.code} | {quoted(text, note.span)}" for note in notes]
    assert tuple(lines) == case.expected


def test_find_outline_of_a_speech_without_text_is_empty() -> None:
    text = one_a_line("标题")
    assert find_outline(text, speech=SpeechSpan("s1", None, None, None, ())) == ((), [])


def test_find_outline_leaves_out_who_speaks() -> None:
    text = one_a_line("何立新：一是学习；二是服务。")
    nodes, _ = find_outline(text, speech=SpeechSpan("s1", None, None, None, (0,), text_start=4))
    assert [quoted(text, node.heading) for node in nodes] == ["学习", "服务"]


def test_find_outline_numbers_nodes_by_speech_and_place() -> None:
    text = one_a_line("前言在此。\n一、学习\n一是读书。")
    nodes, _ = find_outline(text, speech=SpeechSpan("s7", None, None, None, (1, 2)))
    assert [node.id for top in nodes for node in top.walk()] == ["s7.1", "s7.1.1"]


def test_find_outline_caps_levels_of_hostile_text() -> None:
    styles = [
        "一、甲",
        "（一）乙",
        "1.丙",
        "（1）丁",
        "①戊",
        "一是己。",
        "第一，庚。",
        "其一，辛。",
        "一要壬。",
    ]
    lines = [*styles, "第一部分 癸", "第一章 子", "第一节 丑", "第一篇 寅", "第一编 卯"] * 300
    levels = [node.level for node in nodes_of(one_a_line("\n".join(lines)))]
    assert len(levels) == len(lines)
    assert max(levels) <= DEEPEST_LEVEL


@pytest.mark.parametrize(
    "unit",
    [
        "一、甲\n",
        "三、甲\n正文。\n",
        "二、甲\n一、乙\n",
        "一是甲；二是乙。",
        "首先甲。其次乙。\n",
        "短题\n正文在此。\n",
    ],
)
def test_find_outline_passes_through_long_hostile_text(unit: str) -> None:
    text = one_a_line(unit * 1000)
    assert sum(1 for node in nodes_of(text) if node.marker) == len(find_markers(text.text))


@given(
    st.lists(
        st.text(alphabet="一二三、（）1.①是要第首先其次，。；：“”甲乙好部分章 ", min_size=1, max_size=24),
        max_size=10,
    )
)
def test_find_outline_gives_each_character_to_one_node(lines: list[str]) -> None:
    text = one_a_line("\n".join(lines))
    owned: list[tuple[int, int]] = []
    for node in nodes_of(text):
        spans = [node.marker.span if node.marker else None, node.heading, *node.body]
        owned.extend(span for span in spans if span is not None)
        assert node.level >= 1
        if node.heading is not None and node.marker is not None:
            assert quoted(text, node.heading)[-1] not in "。！？；："
    assert owned == sorted(owned)
    assert all(end <= start for (_, end), (start, _) in pairwise(owned))
    kept = "".join(text.text[start:end] for start, end in owned)
    lost = set(text.text) - set(kept) - set("。！？；：，、… \n")
    assert not lost - set("问答")
