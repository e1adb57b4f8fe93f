"""Expressions of quantity: a numeral with its unit and the words that bound it.

`find_expressions` goes over the numerals of a text and asks the rules in `SHAPES`, in order, what each one
is the beginning of. What a quantity counts, and what its rate is per, is found later, around the expression.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from zhengxie_nlp.quantities.bounds import (
    bound_before,
    currency_before,
    share_bounds,
    with_bounds,
    with_signs,
)
from zhengxie_nlp.quantities.expression import Expression, Shape
from zhengxie_nlp.quantities.measured import find_measure
from zhengxie_nlp.quantities.patterns import pattern
from zhengxie_nlp.quantities.ranges import find_neighbours, find_range, upper_end
from zhengxie_nlp.quantities.refusals import counts_nothing, is_date_fraction
from zhengxie_nlp.quantities.units import unit_at
from zhengxie_nlp.records import Bound
from zhengxie_nlp.text.numerals import Numeral
from zhengxie_nlp.text.segmenters.words import Word, cut
from zhengxie_nlp.text.source_text import Span

_SIDES: Final[dict[str, Bound]] = {"超": "over", "过": "over", "约": "about"}
#: So far before a number that leaves out its last place (两千五) a price is told.
_MONEY_BEFORE: Final = 24
#: 50+ stands by itself; 5+ may be a sum.
_LEAST_PLUS: Final = 10


def find_expressions(text: str, numerals: list[Numeral], *, marker_spans: list[Span]) -> list[Expression]:
    """Find every expression of quantity, in order; they do not overlap.

    Args:
        text: the clean text.
        numerals: its numerals, in order.
        marker_spans: the markers of the outline, in order: their numerals count nothing.
    """
    found: list[Expression] = []
    index, marker = 0, 0
    while index < len(numerals):
        start = numerals[index].span.start
        while marker < len(marker_spans) and marker_spans[marker].end <= start:
            marker += 1
        if marker < len(marker_spans) and marker_spans[marker].start <= start:
            index += 1
            continue
        expression = _shape(text, numerals, index)
        if expression is None or (found and expression.span.start < found[-1].span.end):
            index += 1
            continue
        found.append(expression)
        index = expression.last + 1
    return share_bounds(text, _with_halves(text, found))


def _shape(text: str, numerals: list[Numeral], index: int) -> Expression | None:
    for name, shape in SHAPES:
        expression = shape(text, numerals, index, name)
        if expression is not None:
            signed = with_signs(text, expression, before=numerals[index - 1] if index else None)
            bounded = with_bounds(text, signed)
            return None if counts_nothing(text, bounded) else bounded
    return None


def _with_halves(text: str, found: list[Expression]) -> list[Expression]:
    halves = list(pattern("halves").finditer(text))
    if not halves:
        return found
    taken = {expression.numeral.start for expression in found}
    for match in halves:
        if not taken.isdisjoint(range(match.start(), match.end())):
            continue
        bound: Bound = "exact"
        if match["most"] or match["most_of"]:
            bound = "under" if (match["most"] or match["most_of"]) == "近" else "over"
        elif match["above"] or match["more"]:
            bound = "about" if match["more"] == "左右" else "at_least"
        elif match["side"]:
            bound = _SIDES.get(match["side"][0], "under")
        span = Span(match.start(), match.end())
        half = Expression(
            span, span, "measures/half", Decimal("0.5"), bound=bound, kind="percent", use="percent"
        )
        found.append(half)
    return sorted(found, key=lambda expression: expression.span)


def _fraction(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    numeral = numerals[index]
    if numeral.fraction is None or is_date_fraction(text, numeral.span):
        return None
    start, end = numeral.span
    value, low, high, last, unit = numeral.value, numeral.low, numeral.high, index, None
    written: str | None = "/".join(format(part, "f") for part in numeral.fraction)
    if text.startswith(("百分之", "千分之", "万分之"), start):
        unit, written = text[start : start + 3], None
        value = None if low is not None else numeral.fraction[0]
        upper = upper_end(text, numerals, index)
        if upper is not None and value is not None and upper[0] > value:
            value, low, high, end, last = None, value, upper[0], upper[1], index + 1
    following = unit_at(text, end)
    if unit is None and following is not None and following.kind not in ("count", "score"):
        return None
    span = Span(start, end)
    return Expression(
        span, span, rule, value, low, high,
        bound=numeral.bound, unit=unit, kind="percent", use="percent", last=last,
        parts=(("numeral", span),), fraction=written,
    )  # fmt: skip


def _money(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    """￥500, $1200万: a currency before the number says what it is."""
    numeral = numerals[index]
    if currency_before(text, numeral.span.start) is None:
        return None
    return Expression(
        numeral.span, numeral.span, rule, numeral.value, numeral.low, numeral.high, numeral.bound,
        last=index, parts=(("numeral", numeral.span),),
    )  # fmt: skip


def _bare(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    """A large number right before or after its noun: 34万人员, 贫困人口41.3万, 月补助两千五, 逾万."""
    numeral = numerals[index]
    start, end = numeral.span
    written = text[start:end]
    many = numeral.value is not None and numeral.value >= _LEAST_PLUS
    plus = many and text.startswith("+", end)
    large = any(sign in written for sign in "千万亿")
    words = cut(text, end + plus, min(len(text), end + 8))
    noun = bool(words) and _begins_noun(words, figure=written[0].isdigit() and large)
    if not _stands_bare(text, numeral, large=large, noun=noun):
        if not plus or not (noun or pattern("plus_ends").match(text, end)):
            return None
    elif plus and not noun:
        plus = pattern("plus_ends").match(text, end) is not None
    bound: Bound = "over" if plus else numeral.bound
    return Expression(
        Span(start, end + plus), numeral.span, rule,
        numeral.value, numeral.low, numeral.high, bound,
        last=index, parts=(("numeral", numeral.span),),
    )  # fmt: skip


def _stands_bare(text: str, numeral: Numeral, *, large: bool, noun: bool) -> bool:
    """Say whether a number counts without a unit: it is large, or vague, and beside a noun or the end."""
    start, end = numeral.span
    written = text[start:end]
    ends = pattern("nothing_follows").match(text, end) is not None
    if written[0] in "百千万亿":
        # 逾万, 超百亿: told by the bound alone.
        return not written.strip("百千万亿") and ends and bound_before(text, start) == "over"
    if pattern("last_place_left_out").fullmatch(written):
        price = pattern("price").search(text[max(0, start - _MONEY_BEFORE) : start])
        return ends and price is not None
    if not large and numeral.bound != "over":
        return False
    whole = (
        written[0].isdigit()
        or numeral.bound == "over"
        or "个" in written
        or pattern("whole_han").fullmatch(written)
    )
    of = (
        large and "亿" in written and text.startswith("的", end) and (written[0].isdigit() or "个" in written)
    )
    return noun or (large and bool(whole) and (ends or of))


def _begins_noun(words: Sequence[Word], *, figure: bool) -> bool:
    """Say whether a noun follows: 34万|人员; after figures also a described one, 97万|贫困妇女."""
    if words[0].tag[0] == "n" and words[0].end - words[0].start > 1:
        return True
    described = figure and len(words) > 1 and words[0].tag[0] in "abhjz"
    return described and words[1].tag[0] == "n"


#: What a numeral can be the beginning of, by the name of the rule; the first shape that fits is taken.
SHAPES: Final[tuple[tuple[str, Shape], ...]] = (
    ("measures/fraction", _fraction),
    ("measures/range", find_range),
    ("measures/neighbours", find_neighbours),
    ("measures/measured", find_measure),
    ("measures/money", _money),
    ("measures/bare", _bare),
)
