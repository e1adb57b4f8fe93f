"""Quantities: numbers that count or measure something, with what they count and what they are per.

Works in steps, each a table and a module: the expression itself (`measures`), what counts nothing
(`exclusions`), the rate (`rates`), what is counted (`counted`). The tuple `RULES` at the end completes each
expression; every quantity says in `parts` which characters it was built on.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from zhengxie_nlp.extraction.counted import (
    counted_after,
    counted_before,
    doing_before,
    is_predicate,
    verb_phrase_after,
)
from zhengxie_nlp.extraction.exclusions import is_vague_one
from zhengxie_nlp.extraction.measures import Expression, find_expressions
from zhengxie_nlp.extraction.rates import Rate, find_rates, governs, rate_before, rate_inside, slash_rate
from zhengxie_nlp.extraction.rules import Context, Found
from zhengxie_nlp.text.numerals import plain
from zhengxie_nlp.text.source_text import Span

_UP = "增长|增加|提高|上升|提升|上涨|扩大|净增|增幅|增速|翻|增|涨|快|高出|多"
_DOWN = "下降|降低|减少|压减|缩减|精简|下调|回落|缩短|压缩|削减|减负|减免|让利|减税|退税|降幅|减|降|低|少"
_CHANGE = re.compile(
    rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|幅|幅度|率|速)?(?:分别|均|各|约|近|达|达到|为|至少|超过|超)?$"
)
_CHANGE_EARLIER = re.compile(
    r"(?:(?P<up>增长|增加|提高|上升|提升|上涨)|(?P<down>下降|降低|减少|压减|压缩|精简|缩短|削减|下调|缩减))(?!到|至|为|率|速)"
)
_LIST_GAP = re.compile(r"[、，和及]?$")
_LEVEL_GAP = re.compile(
    r"(?:，|、)?(?:分别|同比|比上年|比去年|较上年|年均|并|又|再|逐步|迅速|进一步|已)?(?:提高|提升|增加|上升|增长|扩大|下降|降低|降|减少|压缩|缩短|增|升|调整|优化|减|达|翻|突破|超)(?:到|至|为|了)?$"
)
#: How many characters a noun left out may lie back.
_REACH: Final = 80
#: Lists with 分别 are no longer than this.
_LIST: Final = 8
_RESET = re.compile(r"今年|去年|目前|累计|截至|近\d|共|已|其中")


@dataclass(slots=True)
class Reading:
    """An expression on its way to a quantity."""

    expression: Expression
    clause: Span
    sentence: Span
    before: int
    after: int
    span: Span
    rule: str
    per: str | None = None
    counted: Span | None = None
    change: str | None = None
    confidence: float = 0.95
    uses: tuple[Span, ...] = ()
    parts: tuple[tuple[str, Span], ...] = field(default=())
    touching: bool = False


@dataclass(frozen=True, slots=True)
class _View:
    context: Context
    text: str
    rates: list[Rate]
    starts: list[int]
    readings: list[Reading]


def find_quantities(context: Context) -> list[Found]:
    """Find every quantity of a text (guideline §2).

    Counts and measures, with digits or in Chinese, single, as ranges, fractions and percents. Not: ordinals,
    dates and relative times, names, titles, document numbers, idioms, list markers, 一 that means “a”.

    Args:
        context: the clean text and its structure.

    Returns:
        The quantities in order. `fields` has the names of the record's fields; `uses` holds the 每年 that
        stands elsewhere in the sentence, `parts` the characters of number, unit, bound, rate and noun.
    """
    text = context.text.text
    rates = find_rates(text)
    starts = [rate.span.start for rate in rates]
    expressions = [
        expression
        for expression in find_expressions(text, context.marker_spans)
        if not rate_inside(rates, starts, expression.numeral.start)
    ]
    view = _View(context, text, rates, starts, [])
    for place, expression in enumerate(expressions):
        following = expressions[place + 1].span.start if place + 1 < len(expressions) else len(text)
        preceding = expressions[place - 1].span.end if place else 0
        reading = _read(context, expression, preceding=preceding, following=following)
        for _, rule in RULES:
            rule(view, reading)
        rated = reading.per is not None and expression.use not in ("duration", "measure")
        if is_vague_one(text, expression) and not rated and not _in_company(view, expressions, place):
            continue
        view.readings.append(reading)
    return [_found(reading) for reading in view.readings]


def _read(context: Context, expression: Expression, *, preceding: int, following: int) -> Reading:
    clause = context.boundaries.clause(expression.span.start)
    markers = context.marker_spans
    place = bisect_right(markers, (expression.span.start, 0)) - 1
    if place >= 0 and clause.start < markers[place].end <= expression.span.start:
        clause = Span(markers[place].end, clause.end)
    return Reading(
        expression,
        clause,
        context.boundaries.sentence(expression.span.start),
        max(clause.start, preceding),
        min(context.boundaries.clause(expression.span.end - 1).end, following),
        expression.span,
        expression.rule,
        parts=expression.parts,
    )


def _in_company(view: _View, expressions: list[Expression], place: int) -> bool:
    """Say whether 一 stands in a list with other counts: 一个中心、三个平台."""
    this = expressions[place]
    for other in (place - 1, place + 1):
        if not 0 <= other < len(expressions):
            continue
        neighbour = expressions[other]
        gap_start, gap_end = (
            sorted((this.span, neighbour.span))[0].end,
            sorted((this.span, neighbour.span))[1].start,
        )
        gap = view.text[gap_start:gap_end]
        plural = neighbour.value is not None and neighbour.value > 1
        if plural and neighbour.unit == this.unit and len(gap) <= 14 and re.search(r"[、和]$", gap):
            return True
    return False


def _touching_rate(view: _View, reading: Reading) -> None:
    """每年2次: the rate that touches the number belongs to the quantity."""
    while True:
        rate = rate_before(view.rates, view.starts, clause=reading.clause, at=reading.span.start)
        if rate is None or rate.span.end != reading.span.start:
            break
        reading.span = Span(rate.span.start, reading.span.end)
        reading.per = reading.per or rate.per
        reading.parts = (("per", rate.span), *reading.parts)
        reading.touching = True
    after = slash_rate(view.text, reading.span.end)
    if after is not None:
        reading.span = Span(reading.span.start, after[0].end)
        reading.per = after[1]
        reading.parts = (*reading.parts, ("per", after[0]))


def _earlier_rate(view: _View, reading: Reading) -> None:
    """每年组织…20多次: the rate that stands earlier in the clause."""
    if reading.per is not None:
        return
    expression = reading.expression
    rate = rate_before(view.rates, view.starts, clause=reading.clause, at=expression.span.start)
    if rate is None or not governs(view.text, rate, expression):
        return
    reading.per, reading.uses = rate.per, (rate.span,)
    reading.parts = (*reading.parts, ("per", rate.span))


def _lent_rate(view: _View, reading: Reading) -> None:
    """每年组织…20多次，小组研讨60多次: the rate reaches over coordinate clauses with the same unit."""
    if reading.per is not None or not view.readings:
        return
    last = view.readings[-1]
    same = last.expression.unit == reading.expression.unit
    near = last.clause == reading.clause or last.clause.end == reading.clause.start
    mark = view.text[last.clause.end - 1]
    if last.per is None or not same or not near or (last.clause != reading.clause and mark not in "，；"):
        return
    if _RESET.search(view.text[max(reading.before, reading.span.start - 30) : reading.span.start]):
        return
    source = last.uses or tuple(span for name, span in last.parts if name == "per")
    if source and not last.touching:
        reading.per, reading.uses = last.per, source
        reading.parts = (*reading.parts, ("per", source[0]))


def _change(view: _View, reading: Reading) -> None:
    """增长7.8%, 下降2个百分点: the direction that the verb before gives."""
    start, kind = reading.expression.span.start, reading.expression.kind
    before = view.text[max(reading.clause.start, start - 12) : start]
    match = _CHANGE.search(before)
    if (
        match is not None
        and (kind != "count" or len(match[0]) > 1)
        and not match[0].startswith(("多", "少", "高出"))
    ):
        reading.change = "increase" if match["up"] else "decrease"
    elif kind in ("percent", "multiple"):
        earlier = _CHANGE_EARLIER.search(view.text[reading.before : start])
        if earlier is not None and not re.search(r"[到至为]$", before):
            reading.change = "increase" if earlier["up"] else "decrease"
        elif view.readings and _LIST_GAP.fullmatch(view.text[view.readings[-1].span.end : start]):
            last = view.readings[-1]
            reading.change = last.change if last.expression.kind == kind else None


def _noun_after(view: _View, reading: Reading) -> None:
    """8个|专委会|, 1次|乡贤论坛|, 每年2次|听取…情况|."""
    expression = reading.expression
    if reading.touching and expression.use == "event":
        reading.counted = verb_phrase_after(view.text, expression, _content_end(view.text, reading))
    if reading.counted is None and reading.span.end == expression.span.end:
        reading.counted = counted_after(view.text, expression, reading.after)


def _content_end(text: str, reading: Reading) -> int:
    end = min(reading.clause.end, reading.after)
    return end - 1 if end > reading.span.end and text[end - 1] in "，。；：！？\n" else end


def _noun_before(view: _View, reading: Reading) -> None:
    """组织各类|委员沙龙|20多次, |金额|9亿元."""
    if reading.counted is not None or reading.expression.use in ("level", "score"):
        return
    start = reading.before
    for rate in reading.uses:
        if start <= rate.end < reading.span.start and view.text[rate.end - 1] != "均":
            start = rate.end
    if view.readings and view.readings[-1].counted is not None:
        start = max(start, min(view.readings[-1].counted.end, reading.span.start))
    while start < reading.span.start and view.text[start] in "、，及和的":
        start += 1
    expression = replace(reading.expression, span=reading.span)
    reading.counted = counted_before(view.text, expression, start)


def _left_out(view: _View, reading: Reading) -> None:
    """…摄影作品1860幅，评选入展120幅: the noun left out is that of the clause before, if it has only one."""
    if reading.counted is not None or not view.readings or reading.expression.use == "level":
        return
    last = view.readings[-1]
    told = last.span.end if last.counted is None else max(last.span.end, last.counted.end)
    if reading.span.start - last.span.end > _REACH:
        return
    gap = view.text[told : reading.span.start]
    if last.clause == reading.clause:
        uses = {last.expression.use, reading.expression.use}
        listed = _LIST_GAP.fullmatch(gap) and (last.expression.use == "percent" or uses == {"event"})
        same = last.expression.unit == reading.expression.unit and told < reading.span.start
        if (
            listed
            or _LEVEL_GAP.fullmatch(gap)
            or (same and is_predicate(view.text, told, reading.span.start))
        ):
            reading.counted = last.counted
        return
    near = last.clause.end == reading.clause.start and last.sentence == reading.sentence
    others = [other.counted for other in view.readings[-_LIST:] if other.clause == last.clause]
    alone = len(set(others)) == 1
    expression = reading.expression
    same = expression.unit == last.expression.unit or expression.use == "percent"
    if expression.kind == "duration":
        return
    if near and alone and same and last.expression.use != "level" and reading.before == reading.clause.start:
        reading.counted = last.counted


def _respectively(view: _View, reading: Reading) -> None:
    """A、B分别增长8.7%、5.2%: each number is told of its own item."""
    text = view.text
    group = [reading]
    for earlier in reversed(view.readings[-_LIST:]):
        if (
            text[earlier.span.end : group[0].span.start] not in ("、", "和", "，")
            or earlier.clause != reading.clause
        ):
            break
        group.insert(0, earlier)
    head = text[max(reading.clause.start, group[0].span.start - 12) : group[0].span.start]
    following = text[reading.span.end : reading.span.end + 1]
    if len(group) < 2 or "分别" not in head or following == "、":
        return
    first = group[0].counted
    items = _items(text, first) if first is not None else []
    if first is not None and len(items) == 1 and first.start >= reading.clause.start:
        items *= len(group)
    if len(items) != len(group):
        before = [other for other in view.readings if other.span.end <= group[0].span.start][-len(group) :]
        told = [other.counted for other in before if other.sentence == reading.sentence]
        items = [span for span in told if span is not None] if len(set(told)) == len(group) else []
    if len(items) == len(group):
        for member, item in zip(group, items, strict=True):
            member.counted = item


def _items(text: str, span: Span) -> list[Span]:
    cuts = [match.span() for match in re.finditer(r"[、和及]", text[span.start : span.end])]
    edges = [0, *(edge for cut in cuts for edge in cut), span.end - span.start]
    return [
        Span(span.start + edges[place], span.start + edges[place + 1])
        for place in range(0, len(edges), 2)
        if edges[place] < edges[place + 1]
    ]


def _doing_told_before(view: _View, reading: Reading) -> None:
    """督查到镇街不超过4个村，每个村不超过2天: what lasts is the doing of the clause before."""
    expression = reading.expression
    if reading.counted is not None or expression.kind != "duration" or not reading.touching:
        return
    if reading.clause.start > reading.sentence.start and reading.span.start == reading.clause.start:
        previous = view.context.boundaries.clause(reading.clause.start - 1)
        reading.counted = doing_before(view.text, previous)


Rule = Callable[[_View, Reading], None]

#: What completes an expression, in this order; each rule fills what is still open.
RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("touching_rate", _touching_rate),
    ("earlier_rate", _earlier_rate),
    ("lent_rate", _lent_rate),
    ("change", _change),
    ("noun_after", _noun_after),
    ("noun_before", _noun_before),
    ("left_out", _left_out),
    ("doing_told_before", _doing_told_before),
    ("respectively", _respectively),
)


def _found(reading: Reading) -> Found:
    expression = reading.expression
    parts = reading.parts if reading.counted is None else (*reading.parts, ("counted", reading.counted))
    return Found(
        "quantity",
        reading.span,
        reading.rule,
        reading.confidence,
        {
            "value": None if expression.value is None else plain(expression.value),
            "low": None if expression.low is None else plain(expression.low),
            "high": None if expression.high is None else plain(expression.high),
            "bound": expression.bound,
            "unit": expression.unit,
            "kind": expression.kind,
            "per": reading.per,
            "counted": reading.counted,
            "change": reading.change,
        },
        reading.uses,
        parts,
    )
