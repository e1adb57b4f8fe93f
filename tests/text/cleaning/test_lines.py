"""Lines: what a line shows of itself, and which lines are the page's."""

import pytest

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.cleaning.folding import fold_characters
from zhengxie_nlp.text.cleaning.lines import display_width, matcher, read_lines


def read(source):
    return read_lines(source, fold_characters(source))


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        ("建立了制度。", "stop"),
        ("他说：“好。”", "stop"),
        ("建立了制度。（记者 何立新）", "stop"),
        ("建立了制度.", "stop"),
        ("建立了制度；", "pause"),
        ("各位委员：", "pause"),
        ("建立了制度，", "open"),
        ("增长3.", "open"),
        ("云浦市政协机关", "open"),
        ("打造“五型机关”", "open"),
    ],
)
def test_ending_tells_how_a_line_ends(line, ending):
    assert read(line)[0][0].ending == ending


@pytest.mark.parametrize("line", ["一、总则", "（一）总则", "1.总则", "1）总则", "①总则", "第一章 总则"])
def test_section_sees_a_marker(line):
    assert read(line)[0][0].section


@pytest.mark.parametrize("line", ["1.5亿元", "一、二产业", "2023年", "第一时间", "一体推进"])
def test_section_sees_no_marker_in_a_word(line):
    assert not read(line)[0][0].section


def test_read_lines_measures_what_is_shown():
    source = "　　建立８项制度\n\tAB"
    first, second = read(source)[0]
    assert (first.text, first.indent, first.columns, first.length, first.width) == (
        "建立8项制度",
        2,
        4,
        8,
        16,
    )
    assert (second.indent, second.columns, second.width) == (4, 4, 6)
    assert source[second.start : second.end] == "AB"


def test_read_lines_takes_a_series_of_bare_numbers_for_pages_only_far_apart():
    far = "\n".join(f"{n}\n" + "报告说明了情况。\n" * 8 for n in range(1, 4))
    assert [reason for _, reason in read(far)[1]] == ["page_number"] * 3
    near = "1\n学习。\n2\n调研。\n3\n考核。"
    assert not read(near)[1]


def test_display_width_counts_two_for_full_width():
    assert display_width("学习40次，") == 10


def test_layout_table_has_patterns_that_match_a_line_and_are_used():
    table = read_table("layout.tsv")
    uses = {"page_number", "weak_page_number", "rule", "section", "no_section", "point", "tail", "unit"}
    assert set(table.column("use")) == uses
    for use in uses:
        assert not matcher(use).match("云浦市政协机关")
        assert not matcher(use).match("")
