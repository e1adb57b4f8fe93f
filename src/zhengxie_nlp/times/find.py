"""Time expressions: dates, periods and relative times that place an action.

The shapes stand in `data/times.tsv`; the words that make a time of a named event (“采茶节”期间, 换届以来) in
`data/time_events.tsv`. A time wins over the numeral term it holds (“十四五”期间) and over a quantity; a
quantity that takes 每年 as its rate wins over the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.span_index import SpanIndex
from zhengxie_nlp.lexicon.patterns import compile_shape, fill_in
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.structure.spans import Note
from zhengxie_nlp.text.source_text import Span
from zhengxie_nlp.times.dates import Interval, read_interval
from zhengxie_nlp.times.patterns import pattern
from zhengxie_nlp.times.resolve import resolve

#: An event's name is looked for this many characters before the word that makes it a time.
_LONGEST_EVENT: Final = 32
#: A time of these shapes that ends with an event is the time itself: 预计|春节期间, 请问|“十三五”期间.
_EVENT: Final = "time_events/event"
_WHOLE: Final = ("times/festival", "times/plan_period")
_SENTENCE_OPENERS: Final = ("我们", "我", "他们", "大家", "他", "她")


class _Shape(NamedTuple):
    rule: str
    kind: str
    not_after: re.Pattern[str] | None
    word: bool


def find_times(context: Context) -> list[Found]:
    """Find every time expression of a text (guideline §5).

    Dates and periods (2023年9月, 2019—2021年, 上半年), relative times (今年以来, 近3年, 目前),
    repeated ones (每年, 每月初) and named events with 以来, 期间, 前夕 or 发生后. Not: anything inside 《》
    or a dateline, 第一时间, 定期, 经常性, 长期, and durations (用了三年), which are quantities.

    Args:
        context: the clean text and its structure.

    Returns:
        The times in order. `start` and `end` are ISO dates where the text states them; one is None where
        the text leaves it open (2023年以来, 截至2023年底).
    """
    text = context.text.text
    shut = SpanIndex(find_shut(text))
    found: dict[Span, Found] = {}
    for rule in RULES:
        for time in rule(text):
            if not shut.hold_character(time.span.start):
                found.setdefault(time.span, time)
    whole = {time.span.end for time in found.values() if time.rule in _WHOLE}
    times = [time for time in found.values() if time.rule != _EVENT or time.span.end not in whole]
    index = SpanIndex(time.span for time in times)
    kept = sorted((time for time in times if not index.hold(time.span)), key=lambda time: time.span)
    return _resolved(context, kept)


def _resolved(context: Context, times: list[Found]) -> list[Found]:
    """Place the times of speeches whose date is told; a bare month belongs to the year its sentence names."""
    if all(speech.date is None for speech in context.structure.speeches):
        return times
    found: list[Found] = []
    year, sentence = None, None
    for time in times:
        owner = context.owner(time.span.start)
        told = owner[0].date if owner else None
        here = context.boundaries.sentence(time.span.start)
        year, sentence = (year if here == sentence else None), here
        if told is not None and told.start is not None and told.end is not None:
            words = context.text.text[time.span.start : time.span.end]
            start, end = resolve(words, Interval(told.start, told.end), year=year)
            fields = {**time.fields, "resolved_start": start, "resolved_end": end}
            by = dict.fromkeys(("resolved_start", "resolved_end"), "times/resolve")
            time = time._replace(fields=fields, chosen={**time.chosen, **by})
            begins = start or end
            year = int(begins[:4]) if begins and "年" in words else year
        found.append(time)
    return found


def reversed_periods(found: Iterable[Found]) -> list[Note]:
    """Tell each period whose start, as it is written, comes after its end: 2020年5月至2019年3月."""
    notes: list[Note] = []
    for one in found:
        start, end = one.fields.get("start"), one.fields.get("end")
        if one.type == "time" and isinstance(start, str) and isinstance(end, str) and start > end:
            message = f"The period starts ({start}) after its end ({end}); it is given as it is written."
            notes.append(Note("reversed_period", "warning", message, one.span))
    return notes


def find_shut(text: str) -> list[Span]:
    """Find the titles in 《》, the datelines and the document numbers: nothing in them is a time.

    Example:
        >>> find_shut("印发《2023年计划》")
        [Span(start=2, end=11)]
    """
    titles = [Span(*match.span()) for match in pattern("named_in_brackets").finditer(text)]
    datelines = _datelines(text)
    index = SpanIndex(datelines)
    issues = [Span(*match.span()) for match in pattern("issue").finditer(text)]
    return sorted(
        [*titles, *datelines, *(issue for issue in issues if not index.hold_character(issue.start))]
    )


def _datelines(text: str) -> list[Span]:
    found: list[Span] = []
    line = 0
    while line >= 0:
        match = pattern("dateline").match(text, line)
        if match is not None:
            found.append(Span(*match.span()))
        line = text.find("\n", line) + 1 or -1
    return found


def _dates(text: str) -> Iterator[Found]:
    whole, shapes = _shapes()
    at = 0
    for opening in _openings().finditer(text):
        if opening.start() < at or (match := whole.match(text, opening.start())) is None:
            continue
        shape = shapes[match.lastgroup or ""]
        span = Span(*match.span())
        if not _stands(text, span.start, shape):
            continue
        at = span.end
        start, end = read_interval(match[0]) if shape.kind == "absolute" else (None, None)
        yield Found(
            "time",
            span,
            shape.rule,
            fields={"start": start, "end": end},
            chosen={"span": shape.rule, "start": "dates/stated", "end": "dates/stated"},
            parts=(("time", span),),
        )


@cache
def _openings() -> re.Pattern[str]:
    """Return what finds the places where a shape can begin: one in twenty characters."""
    seconds = {first: row["second"] for row in read_table("time_openings.tsv") for first in row["first"]}
    return re.compile(
        "|".join(
            rf"{re.escape(first)}(?={'[0-9]{0,3}+' if first.isdigit() else ''}[{re.escape(second)}])"
            for first, second in seconds.items()
        )
    )


def _stands(text: str, start: int, shape: _Shape) -> bool:
    if shape.word:
        return not start or bool(pattern("word_edge").search(text, start - 1, start))
    return shape.not_after is None or not shape.not_after.search(text[max(0, start - 4) : start])


@cache
def _shapes() -> tuple[re.Pattern[str], dict[str, _Shape]]:
    """Read the table: all shapes as one pattern, and what is known of each."""
    shapes: dict[str, _Shape] = {}
    written: list[str] = []
    for row in read_table("times.tsv"):
        name = row["name"]
        # The name stands behind: what begins with a character or a choice of them is passed over at once.
        written.append(f"(?:{fill_in(row['pattern'], parts='time_parts.tsv')})(?P<{name}>)")
        word = row["not_after"] == "word"
        not_after = re.compile(f"(?:{row['not_after']})$") if row["not_after"] and not word else None
        shapes[name] = _Shape(f"times/{name}", row["kind"], not_after, word)
    return compile_shape("|".join(written), where="times.tsv"), shapes


def _events(text: str) -> Iterator[Found]:
    for match in _event_words().words.finditer(text):
        start = _event_start(text, match.start())
        if start is not None:
            yield _event(text, Span(start, match.end()), Span(*match.span()))
    for match in pattern("years_since").finditer(text):
        start = _event_start(text, match.start())
        if start is not None:
            yield _event(text, Span(start, match.end()), Span(*match.span()))
    for match in _event_words().nouns.finditer(text):
        yield _event(text, Span(*match.span()), Span(*match.span(1)))


def _event(text: str, span: Span, word: Span) -> Found:
    dated = pattern("dated").match(text, span.start, word.start)
    since = text[word.start : word.end] == "以来" and dated is not None
    start = read_interval(dated[1]).start if dated and since else None
    parts = (("event", Span(span.start, word.start)), ("word", word))
    return Found(
        "time", span, _EVENT, 0.8, {"start": start, "end": None}, parts=parts, chosen={"span": _EVENT}
    )


class _EventWords(NamedTuple):
    words: re.Pattern[str]
    nouns: re.Pattern[str]
    before: re.Pattern[str]
    since: re.Pattern[str]
    none: re.Pattern[str]


@cache
def _event_words() -> _EventWords:
    kinds: dict[str, list[str]] = {}
    for row in read_table("time_events.tsv"):
        kinds.setdefault(row["kind"], []).append(row["word"])
    any_of = {kind: "|".join(sorted(words, key=len, reverse=True)) for kind, words in kinds.items()}
    return _EventWords(
        # 谁都可以来: 以来 parted between two words.
        words=re.compile(f"(?=[{''.join({word[0] for word in kinds['word']})}])(?<!可)(?:{any_of['word']})"),
        nouns=re.compile(f"(?:{any_of['event']})({any_of['noun']})"),
        before=re.compile(any_of["before"]),
        since=re.compile(any_of["from"]),
        none=re.compile(f"(?:{any_of['none']})$"),
    )


def _event_start(text: str, end: int) -> int | None:
    """Return where the event's name begins that ends at `end`; None if there is none."""
    least = max(0, end - _LONGEST_EVENT)
    quoted = text.rfind("“", least, end) if end and text[end - 1] == "”" else -1
    before = quoted if quoted >= 0 else end
    stops = [match.end() for match in pattern("event_break").finditer(text, least, before) if match["stop"]]
    start = stops[-1] if stops else least
    if start == least and least:
        return quoted if quoted >= 0 else None
    start = _with_pair(text, start, before)
    quotes = [match.span() for match in pattern("quoted").finditer(text, start, before)]
    for match in _event_words().before.finditer(text, start, before):
        if not any(opening < match.start() < closing for opening, closing in quotes):
            start = match.end()
    for match in _event_words().since.finditer(text, start, before):
        start = match.start() if text.startswith("以来", end) else match.end()
    for opener in _SENTENCE_OPENERS:
        if text.startswith(opener, start):
            start += len(opener)
            break
    if quoted < 0 and (end - start < 2 or _event_words().none.search(text[start:end])):
        return None
    return start if start < end else None


def _with_pair(text: str, start: int, end: int) -> int:
    """Take in what stands before a 、 if both sides are short names (中考、高考期间)."""
    if start > 1 and text[start - 1] == "、" and end - start <= 4:
        match = re.compile("[^，。；：！？、（）\n“”]{2,4}$").search(text[max(0, start - 5) : start - 1])
        outer = start - 1 - len(match[0]) if match else start
        if match and (outer == 0 or text[outer - 1] in "，。；：\n"):
            return outer
    return start


#: What finds times; of two that overlap, the longer stays.
RULES: Final[tuple[Callable[[str], Iterator[Found]], ...]] = (_dates, _events)
