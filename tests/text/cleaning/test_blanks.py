"""Blanks: which stand for nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.text.cleaning.blanks import blank_cuts, is_body


@given(st.text("中文1 2.,，。（）“”aB%年", max_size=40).map(str.strip).filter(bool), st.booleans())
def test_blank_cuts_takes_blanks_only(text, body):
    cuts = blank_cuts(text, body=body)
    assert all(text[a:b] == " " * (b - a) for a, b in cuts)
    assert all(before[1] <= after[0] for before, after in pairwise(cuts))


def test_blank_cuts_leaves_one_of_several_blanks_that_stay():
    assert blank_cuts("强化意识   提升水平", body=False) == [(5, 7)]


def test_blank_cuts_keeps_figures_of_a_table_apart():
    assert blank_cuts("收入 158 212 36", body=False) == []


def test_is_body_tells_running_text_from_headings():
    assert is_body("建立制度；开展调研")
    assert is_body("近年来，" + "建立健全各项制度" * 5)
    assert not is_body("强化意识 提升水平")
    assert not is_body("各位委员：")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("今年走访企业3 0户，成效好。", "今年走访企业30户，成效好。"),
        ("怀溪县走访企业1 20 多家。", "怀溪县走访企业120多家。"),
        ("走访企业12 0家。", "走访企业120家。"),
        ("其中，3 0户脱贫。", "其中，30户脱贫。"),
        ("3 0户脱贫，成效好。", "30户脱贫，成效好。"),
        ("争取资金1 200 元，全部到位。", "争取资金1200元，全部到位。"),
        ("办复率9 8.6%，评价好。", "办复率98.6%，评价好。"),
        ("20 23年召开会议。", "2023年召开会议。"),
        ("共1 2 0家。", "共120家。"),
        # Two numbers, an item with its number, figures of a table, names with figures: they stay apart.
        ("截至2023 15件办结。", "截至2023 15件办结。"),
        ("1 20个村完成整改，全部验收。", "1 20个村完成整改，全部验收。"),
        ("其中12 35 47个村。", "其中12 35 47个村。"),
        ("编号GB 3100 2023标准。", "编号GB 3100 2023标准。"),
        ("拨打0731 8888 6666电话。", "拨打0731 8888 6666电话。"),
        ("分别为1200 1500元。", "分别为1200 1500元。"),
    ],
)
def test_blanks_inside_a_number_are_left_out(text, clean):
    cut = set()
    for start, end in blank_cuts(text, body=True):
        cut.update(range(start, end))
    assert "".join(sign for at, sign in enumerate(text) if at not in cut) == clean
