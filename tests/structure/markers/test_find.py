from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.lexicon.marker_frames import parse_ordinal
from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.records import MarkerStyle
from zhengxie_nlp.structure.markers.find import find_markers
from zhengxie_nlp.structure.markers.forms import leading_marker

CASES = Path(__file__).parents[2] / "cases" / "markers.tsv"
ROWS = parse_table(CASES.name, CASES.read_text(encoding="utf-8")).rows


def found_in(text: str) -> str:
    """The markers of a text as the case file writes them."""
    return " ".join(f"{text[slice(*marker.span)]}={marker.ordinal}" for marker in find_markers(text))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_find_markers_reads_each_case(row: dict[str, str]) -> None:
    assert found_in(row["text"].replace("⏎", "\n")) == row["markers"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_find_markers_finds_the_same_in_the_middle_of_a_text(row: dict[str, str]) -> None:
    before = "近年来，机关建设有了进步。\n"
    text = before + row["text"].replace("⏎", "\n")
    expected = [marker.span.start + len(before) for marker in find_markers(row["text"].replace("⏎", "\n"))]
    assert [marker.span.start for marker in find_markers(text, start=len(before))] == expected


@pytest.mark.parametrize(
    ("line", "style", "kind"),
    [
        ("第一部分 回顾", "part", "section"),
        ("第一条 为了管理", "part", "point"),
        ("一、学习", "han_comma", "section"),
        ("（一）学习", "han_paren", "section"),
        ("1.学习", "arabic_dot", "section"),
        ("（1）学习", "arabic_paren", "section"),
        ("①学习", "circled", "section"),
        ("第一，学习", "di", "point"),
        ("一是学习", "shi", "point"),
        ("一要学习", "yao", "point"),
        ("其一，学习", "qi", "point"),
        ("首先，学习", "sequence_word", "point"),
    ],
)
def test_leading_marker_tells_style_and_kind(line: str, style: MarkerStyle, kind: str) -> None:
    marker = leading_marker(line, start=5)
    assert marker is not None
    assert (marker.style, marker.kind, marker.span.start) == (style, kind, 5)


def test_find_markers_makes_points_of_section_numbers_inside_a_paragraph() -> None:
    kinds = [marker.kind for marker in find_markers("①学习。②服务。\n要求：1.读书；2.研讨。")]
    assert kinds == ["point"] * 4


@pytest.mark.parametrize(
    ("numeral", "ordinal"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("九十九", 99),
        ("一百零二", 102),
        ("二〇", 20),
        ("7", 7),
    ],
)
def test_parse_ordinal_reads_numerals(numeral: str, ordinal: int) -> None:
    assert parse_ordinal(numeral) == ordinal


@given(st.text(alphabet="一二三十第是要其首先次最后方面另、。，：；（）()1.2①“”\n甲部分条章", max_size=60))
def test_find_markers_keeps_order_and_stays_in_the_text(text: str) -> None:
    markers = find_markers(text)
    ends = [0, *(marker.span.end for marker in markers)]
    assert all(end <= marker.span.start < marker.span.end for end, marker in zip(ends, markers, strict=False))
    assert ends[-1] <= len(text)
    assert all(marker.ordinal > 0 for marker in markers)


@pytest.mark.parametrize(
    "unit", ["一是", "一是甲；", "一、", "“一是", "（一", "1", "1.", "首先，其次，", "第一，"]
)
def test_find_markers_passes_through_long_hostile_text(unit: str) -> None:
    assert all(marker.ordinal > 0 for marker in find_markers(unit * 3000))


def test_marker_words_open_each_series_with_one() -> None:
    series: dict[str, list[int]] = {}
    for row in read_table("marker_words.tsv"):
        series.setdefault(row["series"], []).append(int(row["ordinal"]))
    assert all(1 in ordinals for ordinals in series.values())


def test_marker_exceptions_name_a_style_and_a_known_way() -> None:
    table = read_table("marker_exceptions.tsv")
    assert {row["how"] for row in table} == {"word", "unit", "soft_unit"}
    assert {row["style"] for row in table} <= {"shi", "yao", "part", "han_comma", "sequence_word"}
    assert all(row["after"] for row in table)
