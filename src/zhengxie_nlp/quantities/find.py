"""Quantities: numbers that count or measure something, with what they count and what they are per.

Works in steps, each a table and a module: the expression itself (`expressions`), what counts nothing
(`refusals`), the rate (`rates`), the direction (`changes`), what is counted (`counted.after` the number,
`counted.before` it, `counted.elided` where no noun is). The tuple `RULES` at the end completes each
expression; every quantity says in `parts` which characters it was built on.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.tokens import Phrasing, is_actor
from zhengxie_nlp.quantities.changes import tell_change
from zhengxie_nlp.quantities.counted.after import counted_after, verb_phrase_after
from zhengxie_nlp.quantities.counted.before import counted_before
from zhengxie_nlp.quantities.counted.elided import LEFT_OUT
from zhengxie_nlp.quantities.expressions import Expression, find_expressions
from zhengxie_nlp.quantities.rates import find_rates, governs, rate_before, rate_inside, slash_rate
from zhengxie_nlp.quantities.readings import Reading, Rule, View
from zhengxie_nlp.quantities.refusals import is_vague_one
from zhengxie_nlp.text.numerals import plain
from zhengxie_nlp.text.source_text import Span

#: Nouns that have a level per time: 低保标准每月提高45元.
_LEVELED: Final = frozenset(("标准", "价格", "租金", "工资", "收入", "补贴", "限额", "额度", "产量", "浓度"))
_LEVEL_TO = re.compile(r"[增减升降提扩缩压放下调]\w?(?:加|少|高|到|至|小|短|宽|大)")
_NEAR: Final = 16
_RESET = re.compile(r"今年|去年|全年|年内|目前|累计|截至|近\d|共|已|其中|为$")


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
        for expression in find_expressions(text, context.numerals, marker_spans=context.marker_spans)
        if not rate_inside(rates, starts, expression.numeral.start)
    ]
    view = View(context, text, Phrasing(text), rates, starts, [])
    for place, expression in enumerate(expressions):
        following = expressions[place + 1].span.start if place + 1 < len(expressions) else len(text)
        preceding = expressions[place - 1].span.end if place else 0
        reading = _read(view, expression, preceding=preceding, following=following)
        for _, rule in RULES:
            rule(view, reading)
        rated = reading.per is not None and expression.use not in ("duration", "measure")
        if is_vague_one(text, expression) and not rated and not _in_company(view, expressions, place):
            continue
        view.readings.append(reading)
    return [_found(reading) for reading in view.readings]


def _read(view: View, expression: Expression, *, preceding: int, following: int) -> Reading:
    boundaries, markers = view.context.boundaries, view.context.marker_spans
    start, end = expression.span
    clause = whole = boundaries.clause(start)
    place = bisect_left(view.context.marker_starts, start) - 1
    if place >= 0 and clause.start < markers[place].end <= start:
        clause = Span(markers[place].end, clause.end)
    last = whole.end if end <= whole.end else boundaries.clause(end - 1).end
    rate = bisect_right(view.starts, start) - 1
    return Reading(
        expression,
        clause,
        boundaries.sentence(start),
        max(clause.start, preceding),
        min(last, following),
        expression.span,
        expression.rule,
        parts=expression.parts,
        after_rate=rate >= 0 and view.starts[rate] >= clause.start,
    )


def _in_company(view: View, expressions: list[Expression], place: int) -> bool:
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


def _touching_rate(view: View, reading: Reading) -> None:
    """每年2次: the rate that touches the number belongs to the quantity."""
    while reading.after_rate:
        rate = rate_before(view.rates, view.starts, clause=reading.clause, at=reading.span.start)
        if rate is None or rate.kind == "noun" or rate.span.end != reading.span.start:
            break
        if reading.touching and rate.span.end - rate.span.start > len("每人"):
            # 每个村每年2次: who does it stands before the rate; 每人每月500元 is one rate.
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


def _earlier_rate(view: View, reading: Reading) -> None:
    """每年组织…20多次: the rate that stands earlier in the clause."""
    if reading.per is not None or not reading.after_rate:
        return
    expression = reading.expression
    rate = rate_before(view.rates, view.starts, clause=reading.clause, at=expression.span.start)
    if rate is None or not governs(view.text, rate, expression):
        return
    reading.per, reading.uses = rate.per, (rate.span,)
    reading.parts = (*reading.parts, ("per", rate.span))


def _lent_rate(view: View, reading: Reading) -> None:
    """每年组织…20多次，小组研讨60多次: the rate reaches over coordinate clauses with the same unit."""
    if reading.per is not None or not view.readings:
        return
    last = view.readings[-1]
    same = last.expression.unit == reading.expression.unit
    near = last.clause == reading.clause or last.clause.end == reading.clause.start
    mark = view.text[last.clause.end - 1]
    if last.per is None or not same or not near or (last.clause != reading.clause and mark not in "，；"):
        return
    gap = view.text[max(reading.before, reading.span.start - 30) : reading.span.start]
    level = last.clause == reading.clause and _LEVEL_TO.match(gap)
    if (_RESET.search(gap) and not level) or "比" in gap:
        return
    source = last.uses or tuple(span for name, span in last.parts if name == "per")
    if source and not last.touching:
        reading.per, reading.uses = last.per, source
        reading.parts = (*reading.parts, ("per", source[0]))


def _noun_after(view: View, reading: Reading) -> None:
    """8个|专委会|, 1次|乡贤论坛|, 每年2次|听取…情况|."""
    expression = reading.expression
    if expression.use == "event" and (reading.touching or _nothing_before(view, reading)):
        reading.counted = verb_phrase_after(view.phrasing, expression, _content_end(view.text, reading))
    described = expression.use == "measure" and view.text.startswith("的", reading.span.end)
    owned = (described and _owned(view, reading)) or _people_before(view, reading)
    if reading.counted is None and reading.span.end == expression.span.end and not owned:
        reading.counted = counted_after(view.phrasing, expression, reading.after)


def _nothing_before(view: View, reading: Reading) -> bool:
    """Say whether nobody does anything before the number: 有7次|收到了答复."""
    found = view.tokens(max(reading.before, reading.span.start - _NEAR), reading.span.start)
    if any(token.role in ("verb", "nominal", "manner") for token in found):
        return False
    after = view.tokens(reading.span.end, min(reading.after, reading.span.end + _NEAR))
    return len(after) > 1 and after[0].role == "verb"


def _people_before(view: View, reading: Reading) -> bool:
    """Say whether people stand before their number and what they do after it: 带动绣娘300名|居家就业|."""
    if reading.expression.unit not in ("名", "人", "位", "户"):
        return False
    before = view.tokens(max(reading.before, reading.span.start - _NEAR), reading.span.start)
    if before and before[-1].text == "等":
        before = before[:-1]
    if not before or before[-1].role != "noun" or not is_actor(before[-1]):
        return False
    after = view.tokens(reading.span.end, min(reading.after, reading.span.end + _NEAR))
    return not any(is_actor(token) for token in after)


def _owned(view: View, reading: Reading) -> bool:
    """Say whether a measure before 的 has its own noun: 总投资|9.8亿元的项目, 占地|180亩的校区."""
    found = view.tokens(max(reading.before, reading.span.start - _NEAR), reading.span.start)
    return bool(found) and (found[-1].role == "noun" or found[-1].text in ("占地", "长", "宽", "高"))


def _content_end(text: str, reading: Reading) -> int:
    end = min(reading.clause.end, reading.after)
    return end - 1 if end > reading.span.end and text[end - 1] in "，。；：！？\n" else end


def _noun_before(view: View, reading: Reading) -> None:
    """组织各类|委员沙龙|20多次, |金额|9亿元."""
    if reading.counted is not None or reading.expression.use == "level":
        return
    text, start, end = view.text, reading.before, reading.span.start
    last = view.readings[-1].counted if view.readings else None
    if last is not None and _shared(view, last, reading):
        reading.counted = last
        return
    if last is not None:
        start = max(start, min(last.end, end))
    expression, rate = reading.expression, None
    if reading.span != expression.span:
        expression = expression._replace(span=reading.span)
    if reading.after_rate:
        rate = rate_before(view.rates, view.starts, clause=reading.clause, at=end)
    if rate is not None and rate.kind != "average" and rate.span.end <= end:
        reading.counted = counted_before(
            view.phrasing, expression, _noun_start(text, max(start, rate.span.end), end)
        )
        leveled = reading.counted is None and expression.use in ("measure", "percent")
        if not leveled or rate.span.start <= start:
            return
        # 低保标准每月提高45元: the subject of a level stands before its rate.
        subject = counted_before(view.phrasing, expression._replace(span=Span(rate.span.start, end)), start)
        if subject is not None and text[subject.end - 2 : subject.end] in _LEVELED:
            reading.counted = subject
        return
    reading.counted = counted_before(view.phrasing, expression, _noun_start(text, start, end))


def _shared(view: View, noun: Span, reading: Reading) -> bool:
    """Say whether a described noun is that of this number, too: 20年以上的职工楼486栋, 60岁以上老人占43%."""
    described = (
        view.readings[-1].expression.use in ("measure", "duration") or view.text[noun.start - 1] == "的"
    )
    if not described or noun.start < view.readings[-1].span.end or noun.end > reading.span.start:
        return False
    gap = view.text[noun.end : reading.span.start]
    return gap in ("", "占", "占到", "有", "达", "达到", "共", "约占")


def _noun_start(text: str, start: int, end: int) -> int:
    while start < end and text[start] in "、，及和的":
        start += 1
    return start


#: What completes an expression, in this order; each rule fills what is still open.
RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("touching_rate", _touching_rate),
    ("earlier_rate", _earlier_rate),
    ("lent_rate", _lent_rate),
    ("change", tell_change),
    ("noun_after", _noun_after),
    ("noun_before", _noun_before),
    *LEFT_OUT,
)


def _found(reading: Reading) -> Found:
    expression = reading.expression
    parts = reading.parts if reading.counted is None else (*reading.parts, ("counted", reading.counted))
    return Found(
        "quantity",
        reading.span,
        reading.rule,
        fields={
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
        uses=reading.uses,
        parts=parts,
    )
