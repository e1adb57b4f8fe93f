"""Numerals: the cases a linguist can extend, what is no numeral, and what may never happen."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.text.numerals import LONGEST, find_numerals, parse_numeral, plain

CASES = parse_table(
    "numerals.tsv",
    (Path(__file__).parents[1] / "cases" / "numerals.tsv").read_text(encoding="utf-8"),
).rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["numeral"])
def test_parse_numeral_reads_the_case(case):
    numeral = parse_numeral(case["numeral"])
    assert numeral is not None
    for name in ("value", "low", "high"):
        found = getattr(numeral, name)
        assert ("" if found is None else plain(found)) == case[name], name
    assert (numeral.form, numeral.bound) == (case["form"], case["bound"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["numeral"])
def test_find_numerals_finds_the_case_in_a_sentence(case):
    text = f"云浦市共有{case['numeral']}个"
    spans = [numeral.span for numeral in find_numerals(text)]
    assert spans == [(5, 5 + len(case["numeral"]))]


@pytest.mark.parametrize(
    "text", ["", "云浦市", "PM2.5", "COVID-19", "G20", "几乎", "多次", "1" * (LONGEST + 1)]
)
def test_find_numerals_finds_nothing(text):
    assert find_numerals(text) == []


@pytest.mark.parametrize("text", ["三个", "3个", "12点5", "1e5", "1 2", "两会", "5千瓦"])
def test_parse_numeral_refuses_what_is_more_than_a_numeral(text):
    assert parse_numeral(text) is None


def test_find_numerals_keeps_the_fraction_as_written():
    assert parse_numeral("百分之三十").fraction == (Decimal(30), Decimal(100))
    assert parse_numeral("三分之二").fraction == (Decimal(2), Decimal(3))

    assert parse_numeral("一又二分之一").fraction == (Decimal(3), Decimal(2))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("风电装机五万千瓦", "五万"),
        ("收购茶青五千克", "五"),
        ("新修村道三百千米", "三百"),
        ("新铺管线十五千米", "十五"),
        ("跑完五千米", "五千"),
        ("运来五千卡车", "五千"),
        ("培育三个亿级产业", "三"),
        ("投入200万2023年", "200万"),
        ("建成3个亿元村", "3"),
        ("大陆万里", "万"),
        ("来了三十来人", "三十来"),
    ],
)
def test_a_numeral_ends_where_its_unit_begins(text, written):
    first = find_numerals(text)[0]
    assert text[first.span.start : first.span.end] == written


def test_find_numerals_reads_long_numbers_exactly():
    figures = "123456789012345678901234567890"
    assert parse_numeral(figures).value == Decimal(figures)
    assert parse_numeral(figures + "亿").value == Decimal(figures + "0" * 8)


def test_find_numerals_separates_coordinate_numbers():
    assert [numeral.value for numeral in find_numerals("1、2、3")] == [1, 2, 3]
    assert [numeral.value for numeral in find_numerals("10,20,300")] == [10, 20, 300]
    assert [numeral.value for numeral in find_numerals("2024/3/15")] == [2024, 3, 15]


def test_find_numerals_stays_inside_start_and_end():
    assert [numeral.span for numeral in find_numerals("一二三四五", start=1, end=3)] == [(1, 3)]


def test_numerals_table_has_one_value_a_sign():
    rows = read_table("numerals.tsv").rows
    assert len({row["sign"] for row in rows}) == len(rows)
    assert {row["role"] for row in rows} == {"digit", "unit", "magnitude", "joined", "blank"}
    assert all(len(row["sign"]) == 1 and row["value"].isdigit() for row in rows)


@given(st.text(alphabet="〇零一两三九十百千万亿廿几数上多余半分之点/0123456789.,个年A-", max_size=40))
def test_find_numerals_never_overlaps_or_fails(text):
    end = 0
    for numeral in find_numerals(text):
        assert end <= numeral.span.start < numeral.span.end <= len(text)
        end = numeral.span.end
        assert (numeral.low is None) == (numeral.high is None)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_plain_reads_back(value):
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)
