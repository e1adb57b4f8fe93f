"""Times: readable cases, dates, the break property, the tables, and hostile text."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.broken_sources import assert_blind_to_breaks
from tests.times.pattern_openings import openings
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.lexicon.patterns import fill_in
from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span
from zhengxie_nlp.times.dates import read_interval
from zhengxie_nlp.times.find import find_shut, find_times

CASES = parse_table(
    "times.tsv", (Path(__file__).parents[1] / "cases" / "times.tsv").read_text(encoding="utf-8")
).rows


def context_of(source, pieces=None):
    text = SourceText(source, source, [Paragraph(tuple(pieces or (Piece(0, len(source)),)))])
    node = NodeSpan("s1.1", 1, None, None, (Span(0, len(text.text)),))
    return Context(text, Structure(None, (SpeechSpan("s1", None, None, None, (0,), (node,)),)))


def said(found):
    return [(time.span, time.fields["start"], time.fields["end"]) for time in found]


def unmarked(sentence):
    return sentence.replace("【", "").replace("】", "")


def with_marks(sentence, found):
    for time in reversed(found):
        start, end = time.span
        sentence = f"{sentence[:start]}【{sentence[start:end]}】{sentence[end:]}"
    return sentence


def joined(days):
    return ";".join(day or "?" for day in days) if any(days) else ""


def test_cases_are_many_and_hold_negatives():
    assert len(CASES) >= 80
    assert sum("【" not in case["sentence"] for case in CASES) >= 15


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sentence"])
def test_find_times_reads_the_case(case):
    sentence = unmarked(case["sentence"])
    found = find_times(context_of(sentence))
    assert with_marks(sentence, found) == case["sentence"]
    assert joined([time.fields["start"] for time in found]) == case["start"]
    assert joined([time.fields["end"] for time in found]) == case["end"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sentence"])
def test_find_times_is_blind_to_a_break_anywhere(case):
    assert_blind_to_breaks(
        unmarked(case["sentence"]),
        find_times,
        lambda _, found: (found.fields["start"], found.fields["end"]),
    )


@pytest.mark.parametrize(
    ("expression", "start", "end"),
    [
        ("2023年", "2023-01-01", "2023-12-31"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
        ("2023年2月", "2023-02-01", "2023-02-28"),
        ("二〇二一年七月", "2021-07-01", "2021-07-31"),
        ("2023年9月15日", "2023-09-15", "2023-09-15"),
        ("2023年9月15日上午9时", "2023-09-15", "2023-09-15"),
        ("2023年9月上旬", "2023-09-01", "2023-09-10"),
        ("2023年2月下旬", "2023-02-21", "2023-02-28"),
        ("2023年下半年", "2023-07-01", "2023-12-31"),
        ("2023年第二季度", "2023-04-01", "2023-06-30"),
        ("2023年前三季度", "2023-01-01", "2023-09-30"),
        ("2023年前两个月", "2023-01-01", "2023-02-28"),
        ("2019—2021年", "2019-01-01", "2021-12-31"),
        ("2023年3月至5月", "2023-03-01", "2023-05-31"),
        ("2023年12月至2024年2月", "2023-12-01", "2024-02-29"),
        ("2024年3月20日至22日", "2024-03-20", "2024-03-22"),
        ("2023年以来", "2023-01-01", None),
        ("自2023年5月起", "2023-05-01", None),
        ("2018年以前", None, "2017-12-31"),
        ("2018年10月以后", "2018-10-01", None),
        ("截至2023年底", None, "2023-12-31"),
        ("截至2023年6月底", None, "2023-06-30"),
        ("上世纪90年代", "1990-01-01", "1999-12-31"),
        ("二十世纪八十年代以来", "1980-01-01", None),
        ("2023年底", None, "2023-12-31"),
        ("2022年春", None, None),
        ("2019年同期", None, None),
        ("2023年13月", None, None),
        ("2023年2月30日", None, None),
        ("5月", None, None),
        ("9月15日", None, None),
    ],
)
def test_read_interval_gives_the_first_and_last_day(expression, start, end):
    assert read_interval(expression) == (start, end)


def test_find_shut_closes_titles_and_datelines():
    text = "本报云浦7月28日电（记者 何砚）今日，印发《2023年工作要点》。\n（2015年3月20日）\n〔2024〕3号"
    shut = [text[start:end] for start, end in find_shut(text)]
    assert shut == ["本报云浦7月28日电", "《2023年工作要点》", "（2015年3月20日）", "〔2024〕3号"]


def test_find_times_says_which_rule_and_event():
    (date,) = find_times(context_of("2023年9月，印发通知。"))
    assert date.rule == "times/year_part_absolute"
    (event,) = find_times(context_of("在全会期间，提交提案。"))
    assert event.rule == "time_events/event"
    assert dict(event.parts) == {"event": Span(1, 3), "word": Span(3, 5)}


def test_tables_show_an_example_for_each_shape():
    table = read_table("times.tsv")
    assert len(set(table.column("name"))) == len(table.rows)
    assert set(table.column("kind")) == {"absolute", "relative", "each"}
    for row in table:
        shape = re.compile(fill_in(row["pattern"], parts="time_parts.tsv"))
        # Some shapes fit only in context: 当下 not before a closing quotation mark, 今年 … in their order.
        assert shape.match(row["example"]) or shape.search(row["example"]), row
        assert "{" not in re.sub(r"\{\d+(?:,\d*)?\}", "", shape.pattern), row


def test_tables_know_what_every_shape_begins_with():
    seconds = {first: set(row["second"]) for row in read_table("time_openings.tsv") for first in row["first"]}
    for row in read_table("times.tsv"):
        for first, second in openings(fill_in(row["pattern"], parts="time_parts.tsv")):
            assert second in seconds[first], f"time_openings.tsv lacks {first}{second} of {row['name']}"


def test_tables_find_each_example():
    for row in read_table("times.tsv"):
        found = find_times(context_of(f"，{row['example']}，"))
        assert [time.span for time in found] == [Span(1, 1 + len(row["example"]))], row


def test_tables_make_a_time_of_each_event_word():
    kinds = {"word", "noun", "event", "before", "from", "none"}
    assert set(read_table("time_events.tsv").column("kind")) == kinds
    for row in read_table("time_events.tsv"):
        if row["kind"] == "word":
            text = f"，兰花会{row['word']}，"
            assert [time.span for time in find_times(context_of(text))] == [Span(1, len(text) - 1)], row


def test_tables_part_each_with_an_example():
    for row in read_table("time_parts.tsv"):
        part = re.compile(fill_in(f"{{{row['name']}}}", parts="time_parts.tsv"))
        assert part.fullmatch(row["example"]), row


@given(
    st.text(alphabet="今去明年月日前后期间以来每近三一两0129至—“”《》在自从至，。上下半初底会\n", max_size=60)
)
def test_find_times_takes_any_text(source):
    context = context_of(source.replace("\n", "") or "年")
    found = find_times(context)
    size = len(context.text.text)
    assert [time.span for time in found] == sorted(time.span for time in found)
    for time in found:
        assert 0 <= time.span.start < time.span.end <= size
        for day in (time.fields["start"], time.fields["end"]):
            assert day is None or re.fullmatch(r"\d{4}-\d\d-\d\d", day)


@given(st.text(alphabet="0123456789年月日至—底初上半季度旬截自以前后起一二〇十", max_size=24))
def test_read_interval_never_fails(expression):
    interval = read_interval(expression)
    if interval.start and interval.end:
        assert len(interval.start) == len(interval.end) == 10


def test_a_period_that_goes_back_is_told():
    document = Pipeline(model=None).extract(
        "2020年5月至2019年3月，开展整改。2019年3月至2020年5月，开展检查。"
    )
    told = [(note.code, note.ref.text) for note in document.diagnostics]
    assert told == [("reversed_period", "2020年5月至2019年3月")]
    periods = [(time.start, time.end) for time in document.records if time.type == "time"]
    assert periods == [("2020-05-01", "2019-03-31"), ("2019-03-01", "2020-05-31")]
