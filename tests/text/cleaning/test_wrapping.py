"""Wrapping: the column, what sets paragraphs off, and which lines run on."""

from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.text.cleaning.folding import fold_characters
from zhengxie_nlp.text.cleaning.lines import read_lines
from zhengxie_nlp.text.cleaning.wrapping import find_column, find_joins, find_style

BODY = (
    "近年来，云浦市政协坚持把调查研究作为履职的基本功，组织委员深入12个县区开展调研36次，走访企业158家，"
    "形成调研报告28篇，提出意见建议212条，其中9条得到市委主要领导批示。在此基础上，市政协建立了协商工作机制。"
)
SECOND = (
    "同时，清澜州政协健全了委员联系群众制度，全年收集社情民意信息486条，推动解决停车难、上学难等问题73个。"
)


def wrap(paragraph, width):
    return [paragraph[at : at + width] for at in range(0, len(paragraph), width)]


def lines_of(source):
    return read_lines(source, fold_characters(source))[0]


def test_find_column_measures_by_columns_and_by_characters():
    by_characters = find_column(lines_of("\n".join(wrap(BODY, 24))))
    assert by_characters is not None
    assert (by_characters.width, by_characters.edge) == (24, 24)
    assert find_column(lines_of(f"{BODY}\n{SECOND}\n{BODY}")) is None


def test_find_style_sees_indents_and_blank_lines():
    assert find_style(lines_of(f"题目\n　　{BODY}\n　　{SECOND}"), None) == "indented"
    assert find_style(lines_of(f"题目\n\n{BODY}\n\n{SECOND}"), None) == "blank"
    assert find_style(lines_of(f"题目\n{BODY}\n{SECOND}"), None) == "flush"


def test_find_joins_never_joins_over_a_blank_line():
    assert find_joins(lines_of("建立了制度，\n\n开展了活动。")) == [False, False]


def test_find_joins_runs_full_lines_on():
    lines = wrap(BODY, 20)
    assert find_joins(lines_of("\n".join(lines))) == [True] * (len(lines) - 1) + [False]


def test_find_joins_leaves_a_heading_that_nearly_fills_its_line():
    lines = [*wrap(BODY, 20), "打造忠诚干净担当的政协机关干部队", *wrap(SECOND, 20)]
    joins = find_joins(lines_of("\n".join(lines)))
    heading = len(wrap(BODY, 20))
    assert not joins[heading - 1]
    assert not joins[heading]


@given(st.lists(st.text("一是第1.5亿（）“”，。；：中文机关 ", max_size=30), max_size=12))
def test_find_joins_answers_for_each_line(rows):
    lines = lines_of("\n".join(rows))
    joins = find_joins(lines)
    assert len(joins) == len(lines)
    assert not any(joins[-1:])
