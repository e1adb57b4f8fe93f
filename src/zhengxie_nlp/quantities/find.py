"""Quantities: numbers that count or measure something, with what they count and what they are per.

Works in steps, each a table and a module: the expression itself (`expressions`), what counts nothing
(`refusals`), the rate (`rates`), the direction (`changes`). The tuple `RULES` at the end completes each
expression. What is counted is then chosen by a trained ranker among the words around (`counted.choose`).
Every quantity says in `parts` which characters it was built on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final

from zhengxie_nlp.context.candidates import Found, Ranker
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.tokens import Phrasing
from zhengxie_nlp.quantities.changes import tell_change
from zhengxie_nlp.quantities.counted.choose import Choice, choose_counted
from zhengxie_nlp.quantities.expression import Expression
from zhengxie_nlp.quantities.expressions import find_expressions
from zhengxie_nlp.quantities.patterns import pattern
from zhengxie_nlp.quantities.rates import find_rates, governs, rate_before, rate_inside, slash_rate
from zhengxie_nlp.quantities.readings import Reading, Rule, View
from zhengxie_nlp.quantities.refusals import is_vague_one
from zhengxie_nlp.text.numerals import plain
from zhengxie_nlp.text.source_text import Span

#: Ages are durations (guideline §8), but what has one is found as for a count.
_AGES: Final = ("岁", "周岁")


def find_quantities(context: Context, *, model: Ranker | None = None) -> list[Found]:
    """Find every quantity of a text (guideline §2).

    Counts and measures, with digits or in Chinese, single, as ranges, fractions and percents. Not: ordinals,
    dates and relative times, names, titles, document numbers, idioms, list markers, 一 that means “a”.

    Args:
        context: the clean text and its structure.
        model: chooses what each quantity counts; without one the nearest noun is taken.

    Returns:
        The quantities in order. `fields` has the names of the record's fields; `uses` holds the 每年 that
        stands elsewhere in the sentence, `parts` the characters of number, unit, bound, rate and noun.
    """
    view = view_of(context)
    choices = choose_counted(view, model=model)
    return [_found(view, reading, choice) for reading, choice in zip(view.readings, choices, strict=True)]


def view_of(context: Context) -> View:
    """Return the quantities of a text as they are read, before it is chosen what they count."""
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
        if view.readings and expression.span.start < view.readings[-1].span.end:
            continue  # the 一斤 of 12元一斤 is the rate.
        following = expressions[place + 1].span.start if place + 1 < len(expressions) else len(text)
        preceding = expressions[place - 1].span.end if place else 0
        reading = _read(view, expression, preceding=preceding, following=following)
        for name, rule in RULES:
            per, change = reading.per, reading.change
            rule(view, reading)
            if reading.per != per:
                reading.chosen["per"] = f"rates/{name}"
            if reading.change != change:
                reading.chosen["change"] = f"changes/{name}"
        rated = reading.per is not None and expression.use not in ("duration", "measure")
        if is_vague_one(text, expression) and not rated and not _in_company(view, expressions, place):
            continue
        view.readings.append(reading)
    return view


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
        if plural and neighbour.unit == this.unit and len(gap) <= 14 and pattern("list_edge").search(gap):
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
    kind = reading.expression.kind
    after = slash_rate(view.text, reading.span.end, money=kind == "money")
    # 老人中46.2%每天只做一顿: nothing is a share for each day.
    if after is not None and kind not in ("percent", "duration"):
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
    level = last.clause == reading.clause and pattern("level_to").match(gap)
    if (pattern("rate_reset").search(gap) and not level) or "比" in gap:
        return
    source = last.uses or tuple(span for name, span in last.parts if name == "per")
    if source and not last.touching:
        reading.per, reading.uses = last.per, source
        reading.parts = (*reading.parts, ("per", source[0]))


#: What completes an expression, in this order; each rule fills what is still open.
RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("touching_rate", _touching_rate),
    ("earlier_rate", _earlier_rate),
    ("lent_rate", _lent_rate),
    ("change", tell_change),
)


def _found(view: View, reading: Reading, choice: Choice) -> Found:
    expression, counted = reading.expression, choice.counted
    parts = reading.parts if counted is None else (*reading.parts, ("counted", counted))
    return Found(
        "quantity",
        reading.span,
        reading.rule,
        fields={
            "value": None if expression.value is None else plain(expression.value),
            "low": None if expression.low is None else plain(expression.low),
            "high": None if expression.high is None else plain(expression.high),
            "fraction": expression.fraction,
            "bound": expression.bound,
            "unit": _as_written(view, expression),
            "kind": "duration" if expression.unit in _AGES else expression.kind,
            "per": reading.per,
            "counted": counted,
            "counted_confidence": None if choice.confidence is None else round(choice.confidence, 3),
            "change": reading.change,
        },
        uses=reading.uses,
        parts=parts,
        chosen={
            "span": reading.rule,
            "value": reading.rule,
            "unit": reading.rule,
            **expression.chosen,
            **reading.chosen,
            "counted": choice.decider,
        },
    )


def _as_written(view: View, expression: Expression) -> str | None:
    """Return the unit as the source writes it: a full-width ％ stays one (guideline §2)."""
    if expression.unit != "%":
        return expression.unit
    end = expression.parts[-1][1].end
    for name, span in expression.parts:
        end = span.end if name == "unit" else end
    return view.context.text.ref(end - 1, end).text
