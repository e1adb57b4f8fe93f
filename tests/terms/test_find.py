"""Numeral terms: readable cases, the break property, members of titles, the tables, and hostile text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.broken_sources import assert_blind_to_breaks
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.settle import settle
from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.structure.spans import MarkerSpan, NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.terms.find import (
    _patterns,
    _terms,
    find_numeral_terms,
    judge_quoted,
    read_numerals,
)
from zhengxie_nlp.terms.members import expected_count
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span

CASES = parse_table(
    "numeral_terms.tsv",
    (Path(__file__).parents[1] / "cases" / "numeral_terms.tsv").read_text(encoding="utf-8"),
).rows


def context_of(source, pieces=None):
    text = SourceText(source, source, [Paragraph(tuple(pieces or (Piece(0, len(source)),)))])
    node = NodeSpan("s1.1", 1, None, None, (Span(0, len(text.text)),))
    return Context(text, Structure(None, (SpeechSpan("s1", None, None, None, (0,), (node,)),)))


def terms_of(context):
    found, notes = find_numeral_terms(context)
    return settle(context, found), notes


def said(context, found):
    text = context.text.text
    return [
        (term.span, term.fields["numerals"], [text[start:end] for start, end in term.fields["members"]])
        for term in found
    ]


def unmarked(sentence):
    return sentence.replace("【", "").replace("】", "")


def with_marks(sentence, found):
    for term in reversed(found):
        start, end = term.span
        sentence = f"{sentence[:start]}【{sentence[start:end]}】{sentence[end:]}"
    return sentence


def test_cases_are_many_and_hold_negatives():
    assert len(CASES) >= 80
    assert sum("【" not in case["sentence"] for case in CASES) >= 15


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sentence"])
def test_find_numeral_terms_reads_the_case(case):
    sentence = unmarked(case["sentence"])
    context = context_of(sentence)
    found, notes = terms_of(context)
    assert with_marks(sentence, found) == case["sentence"]
    assert ";".join("+".join(map(str, term.fields["numerals"])) for term in found) == case["numerals"]
    members = ["、".join(one) or "0" for _, _, one in said(context, found)]
    assert (";".join(members) if set(members) - {"0"} else "") == case["members"]
    assert bool(notes) == (case["mismatch"] == "yes")
    assert all(note.code == "count_mismatch" and note.span for note in notes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sentence"])
def test_find_numeral_terms_is_blind_to_a_break_anywhere(case):
    assert_blind_to_breaks(
        unmarked(case["sentence"]),
        lambda context: terms_of(context)[0],
        lambda _, found: (found.fields["numerals"], found.fields["members"]),
    )


def speech_of(title, headings):
    lines = [title, *(f"{sign}、{heading}" for sign, heading in zip("一二三四五", headings, strict=False))]
    source = "\n".join(lines)
    paragraphs, at = [], 0
    for line in lines:
        paragraphs.append(Paragraph((Piece(at, at + len(line)),)))
        at += len(line) + 1
    text = SourceText(source, source, paragraphs)
    nodes = tuple(
        NodeSpan(
            f"s1.{number}",
            1,
            MarkerSpan(Span(start, start + 2), "han_comma", "section", number),
            Span(start + 2, end),
            (),
        )
        for number, (start, end) in enumerate(text.spans[1:], start=1)
    )
    paragraphs_of = tuple(range(1, len(lines)))
    return Context(
        text, Structure(None, (SpeechSpan("s1", text.spans[0], None, None, paragraphs_of, nodes),))
    )


@pytest.mark.parametrize(
    ("title", "headings", "members"),
    [
        (
            "建设“三型机关” 服务发展大局",
            ["学习型机关要建实", "服务型机关要建强", "清廉型机关要建牢"],
            ["学习型机关", "服务型机关", "清廉型机关"],
        ),
        (
            "突出“三个强化”",
            ["强化党的建设，机关有魂", "强化理论学习，机关有料", "强化作风养成，机关有形"],
            ["强化党的建设", "强化理论学习", "强化作风养成"],
        ),
        (
            "做到“两个到位” 当好参谋",
            ["思想认识到位，方向不偏", "服务保障到位，委员满意"],
            ["思想认识到位", "服务保障到位"],
        ),
        ("打好“三张牌”", ["打好亲情牌", "打好产业牌", "打好服务牌"], ["亲情牌", "产业牌", "服务牌"]),
        ("打好“三张牌”", ["打好亲情牌", "打好产业牌"], []),
        ("打好“两张牌”", ["打好亲情牌", "做实产业链"], []),
    ],
)
def test_find_numeral_terms_takes_the_members_of_a_title_from_the_headings(title, headings, members):
    context = speech_of(title, headings)
    found, notes = terms_of(context)
    assert said(context, found)[0][2] == members
    assert notes == []


def test_find_numeral_terms_says_what_is_wrong_with_a_list():
    _, notes = terms_of(context_of("推进河道清淤、堤坝加固等“三大工程”。"))
    (note,) = notes
    assert note.severity == "warning"
    assert "“三大工程” promises 3 members" in note.message
    assert "open" in note.message


def test_find_numeral_terms_gives_the_rule_and_the_parts():
    context = context_of("推行“四定”工作法，即定人、定岗、定责、定时。")
    (term,), _ = terms_of(context)
    assert term.rule == "numeral_terms/coined"
    assert dict(term.parts[:1]) == {"term": Span(3, 5)}
    assert [name for name, _ in term.parts[1:]] == ["member"] * 4


@pytest.mark.parametrize(
    ("phrase", "numerals"),
    [
        ("三会一课", (3, 1)),
        ("百千万", (100, 1000, 10000)),
        ("千站千室万名委员", (1000, 1000, 10000)),
        ("十佳品牌", (10,)),
        ("双联双助", (2, 2)),
        ("1+7", (1, 7)),
        ("三个一百", (3, 100)),
        ("十二条", (12,)),
        ("二十四字", (24,)),
        ("三统一", (3,)),
        ("机关党建", ()),
    ],
)
def test_read_numerals_reads_them_in_order(phrase, numerals):
    assert read_numerals(phrase) == numerals


@pytest.mark.parametrize(
    ("phrase", "count"),
    [
        ("三会一课", 4),
        ("四个一", 4),
        ("三位一体", 3),
        ("五型机关", 5),
        ("四站合一", 4),
        ("第一议题", None),
        ("三个一百", None),
        ("百千万", None),
        ("一企一策", None),
        ("一二三四", None),
        ("1+3+N", None),
    ],
)
def test_expected_count_says_how_many_members_are_promised(phrase, count):
    assert expected_count(phrase, read_numerals(phrase)) == count


def test_tables_know_every_term_by_its_numerals():
    rows = read_table("numeral_terms.tsv").rows
    assert len(rows) >= 300
    assert len({row["term"] for row in rows}) == len(rows)
    for row in rows:
        known = _terms()[row["term"]]
        assert known.numerals, row
        assert all(number > 0 for number in known.numerals), row


def test_tables_hold_only_terms_that_are_found():
    missed = []
    for row in read_table("numeral_terms.tsv"):
        following = row["followed_by"].split("/")[0]
        text = f"落实{row['term']}{following}。"
        found, _ = terms_of(context_of(text))
        if row["term"] not in [text[term.span.start : term.span.end] for term in found]:
            missed.append(row["term"])
    assert missed == []


def test_tables_show_an_example_for_each_pattern():
    table = read_table("numeral_term_patterns.tsv")
    assert len(set(table.column("name"))) == len(table.rows)
    assert set(table.column("where")) <= {"quoted_always", "quoted", "quoted_figures", "bare"}
    assert set(table.column("verdict")) <= {"term", "none"}
    for row in table:
        compiled = next(one for one in _patterns(row["where"]) if one.name == row["name"])
        if row["where"].startswith("quoted") and row["where"] != "quoted_figures":
            assert compiled.pattern.fullmatch(row["example"]), row
        else:
            assert compiled.pattern.search(row["example"]), row


@pytest.mark.parametrize(
    "phrase", ["一盘棋", "四面八方", "三番五次", "五一", "一站式", "30分钟办结", "第一时间"]
)
def test_judge_quoted_refuses_idioms_days_and_measures(phrase):
    assert judge_quoted(phrase) is None


@given(st.text(alphabet="一二三五十百双两个型大会“”‘’、，。的等即：（）1+N和年工程\n", max_size=60))
def test_find_numeral_terms_takes_any_text(source):
    context = context_of(source.replace("\n", "")) if source.strip() else context_of("一")
    found, notes = find_numeral_terms(context)
    size = len(context.text.text)
    for term in found:
        for start, end in (term.span, *term.fields["members"]):
            assert 0 <= start < end <= size
        assert term.fields["numerals"]
    assert all(note.span in [term.span for term in found] for note in notes)
