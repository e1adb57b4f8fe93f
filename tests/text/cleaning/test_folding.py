"""Folding: one form of each character, one to one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.records import LINE_BREAKS
from zhengxie_nlp.text.cleaning.folding import fold, fold_characters

CASES = parse_table(
    "folding.tsv",
    (Path(__file__).parents[2] / "cases" / "folding.tsv").read_text(encoding="utf-8"),
).rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_fold_folds_the_case(case):
    assert fold(case["text"]) == case["folded"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_fold_changes_nothing_that_is_folded(case):
    assert fold(case["folded"]) == case["folded"]


@given(st.text(st.characters(exclude_categories=())))
def test_fold_keeps_length_and_line_breaks(text):
    folded = fold(text)
    assert len(folded) == len(text)
    for before, after in zip(text, folded, strict=True):
        assert (ord(before) in LINE_BREAKS) == (ord(after) in LINE_BREAKS)
        assert before == after or ord(before) not in LINE_BREAKS


@given(st.text("，,。.：:；;“”\"'「」『』（）()1２一中a- \n"))
def test_fold_of_marks_keeps_length(text):
    assert len(fold(text)) == len(text)


@given(st.text())
def test_fold_characters_folds_once_for_all(text):
    once = fold_characters(text)
    assert fold_characters(once) == once


def test_fold_pairs_straight_quotes_within_a_line():
    assert fold('他说:"好\n"真好"') == "他说：“好\n“真好”"


def test_fold_closes_a_quote_that_was_opened_by_a_curly_one():
    assert fold('他说“好"。') == "他说“好”。"


def test_traditional_folds_single_characters_to_what_is_not_folded_again():
    table = read_table("traditional.tsv")
    folded = dict(zip(table.column("character"), table.column("folded"), strict=True))
    assert len(folded) == len(table.rows)
    assert all(len(character) == len(plain) == 1 for character, plain in folded.items())
    assert not set(folded) & set(folded.values())
    assert set(table.column("kind")) == {"simplified", "variant", "radical"}


def test_traditional_leaves_ordinary_simplified_characters():
    folded = read_table("traditional.tsv").column("character")
    assert not set(folded) & set("后里干面台系发复制准几斗谷松云只余征志注周")


def test_traditional_words_are_as_long_as_what_they_fold_to():
    for row in read_table("traditional_words.tsv"):
        assert len(row["word"]) == len(row["folded"]), row
        assert fold_characters(row["word"]) == row["word"], "the word is looked for in folded characters"
