"""Blanks: which stand for nothing."""

from itertools import pairwise

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
