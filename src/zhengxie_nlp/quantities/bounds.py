"""What stands at the edges of a number with its unit: bounds, signs, currencies.

The words stand in `data/bounds.tsv` (不超过…, …以上, ≥) and `data/number_signs.tsv` (负, 零下, ￥, 摄氏).
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.quantities.expression import Expression
from zhengxie_nlp.quantities.patterns import pattern
from zhengxie_nlp.quantities.units import unit_at
from zhengxie_nlp.records import Bound
from zhengxie_nlp.text.numerals import Numeral
from zhengxie_nlp.text.source_text import Span

#: Between coordinate numbers that share a bound: 突破500万元、1000万元.
#: So near before coordinate numbers 分别 says that each is told by itself.
_APART: Final = 14
_LONGEST_GAP: Final = 2
_KNOWN: Final[dict[str, Bound]] = {
    "exact": "exact", "over": "over", "under": "under",
    "about": "about", "at_least": "at_least", "at_most": "at_most",
}  # fmt: skip


@cache
def _bounds(side: str) -> Phrases[tuple[Bound, str]]:
    rows = [row for row in read_table("bounds.tsv") if row["side"] == side]
    return Phrases({row["word"]: (_KNOWN[row["bound"]], row["not_beside"]) for row in rows})


class _Sign(NamedTuple):
    kind: str
    unit: str | None
    not_after: str


@cache
def _signs() -> Phrases[_Sign]:
    rows = read_table("number_signs.tsv")
    return Phrases({row["sign"]: _Sign(row["kind"], row["unit"] or None, row["not_after"]) for row in rows})


@cache
def _sign_ends() -> frozenset[str]:
    """Return what the signs end with: before most numbers stands none of these."""
    return frozenset(word[-1] for word in _signs())


#: The minus is a “-” of the table of signs, whose cell would mean “nothing”.
_MINUS: Final = _Sign("minus", None, "")


def sign_before(text: str, start: int) -> tuple[Span, _Sign] | None:
    """Return the sign that stands before a number, with its characters: 零下, -, ￥, 摄氏."""
    last = text[start - 1 : start] if start else ""
    if last == " " and start > 1 and text[start - 2].isascii() and text[start - 2].isupper():
        # USD 500, RMB 300万.
        found = _signs().longest_before(text, start - 1)
        return None if found is None else (Span(start - 1 - len(found[0]), start), found[1])
    if last == "-":
        return Span(start - 1, start), _MINUS
    if last not in _sign_ends():
        return None
    found = _signs().longest_before(text, start)
    if found is None:
        return None
    word, sign = found
    leading = text[start - len(word) - 1 : start - len(word)] if start > len(word) else ""
    if (leading and leading in sign.not_after) or (
        word[0].isascii() and leading.isascii() and leading.isalpha()
    ):
        return None
    return Span(start - len(word), start), sign


def currency_before(text: str, start: int) -> tuple[Span, str | None] | None:
    """Return the currency before a number, and the unit that it gives."""
    found = sign_before(text, start)
    return (found[0], found[1].unit) if found is not None and found[1].kind == "currency" else None


def is_minus(text: str, start: int, *, kind: str, before: Numeral | None) -> Span | None:
    """Return the minus before a number, as its characters; None if what stands there is none.

    Args:
        text: the clean text.
        start: where the number begins.
        kind: what the number measures: 零下 is for temperatures.
        before: the numeral before this one, if any.
    """
    found = sign_before(text, start)
    if found is None or found[1].kind != "minus":
        return None
    span, word = found[0], text[found[0].start : found[0].end]
    if word == "零下":
        return span if kind == "temperature" else None
    if word in closed_words("minus"):
        return span
    if pattern("no_minus_after").search(text[max(0, span.start - 1) : span.start]):
        return None
    if before is not None and before.span.end <= span.start:
        unit = unit_at(text, before.span.end)
        if span.start in (before.span.end, unit.span.end if unit else -1):
            return None
    # At the edge of a line or a clause a hyphen rather opens an item: -3个.
    # Before a count it may also be part of a name: 歼-20.
    counts = kind in ("count", "duration")
    return (
        span
        if not counts or pattern("level_told").search(text[max(0, span.start - 1) : span.start])
        else None
    )


def with_signs(text: str, expression: Expression, *, before: Numeral | None) -> Expression:
    """Return the expression with the sign and the currency that belong to it: -3.2%, 零下18℃, ￥500."""
    start = expression.span.start
    scale = sign_before(text, start)
    if scale is not None and scale[1].kind == "scale" and expression.unit in ("度", "℃"):
        expression = expression._replace(
            span=Span(scale[0].start, expression.span.end),
            kind="temperature",
            chosen={**expression.chosen, "kind": "signs/scale"},
        )
    elif scale is not None and scale[1].kind == "currency" and _is_amount(expression):
        unit = expression.unit or scale[1].unit
        span = Span(scale[0].start, expression.span.end)
        parts = (("unit", scale[0]), *expression.parts)
        chosen = {**expression.chosen, "kind": "signs/currency", "unit": "signs/currency"}
        expression = expression._replace(
            span=span, kind="money", use="measure", unit=unit, parts=parts, chosen=chosen
        )
    minus = is_minus(text, expression.span.start, kind=expression.kind, before=before)
    if minus is None:
        return expression
    low, high, value = expression.low, expression.high, expression.value
    if low is not None and high is not None:
        # 零下5至10度 is below zero on both sides; -5℃至10℃ says the sign of each.
        shared = expression.shared and text[minus.start : minus.end] == "零下"
        shared = shared or expression.rule != "measures/range"
        low, high = sorted((-low, -high if shared else high))
    return expression._replace(
        span=Span(minus.start, expression.span.end),
        value=None if value is None else -value,
        low=low,
        high=high,
        parts=(("sign", minus), *expression.parts),
        chosen={**expression.chosen, "value": "signs/minus"},
    )


def _is_amount(expression: Expression) -> bool:
    return expression.kind == "money" or (expression.kind == "count" and expression.unit is None)


def bound_before(text: str, start: int) -> Bound | None:
    """Return what the word right before a number says of it: 超, 不足, 约; None if none stands there."""
    found = _bounds("before").longest_before(text, start)
    if found is None:
        return None
    word, (said, not_beside) = found
    leading = text[start - len(word) - 1 : start - len(word)] if start > len(word) else ""
    return None if leading and leading in not_beside else said


def with_bounds(text: str, expression: Expression) -> Expression:
    """Return the expression with the bounding words that touch it: 不超过…, …以上, …左右."""
    start, end = expression.span
    bound, parts = expression.bound, expression.parts
    end, included = _including(text, expression)
    after = _bounds("after").longest_at(text, end)
    if after is not None and _fits_after(text, end, after, expression):
        word, (said, _) = after
        parts = (*parts, ("bound", Span(end, end + len(word))))
        bound, end = said, end + len(word)
        end = end if included else _including(text, expression._replace(span=Span(start, end)))[0]
    else:
        end = expression.span.end
    before = _bounds("before").longest_before(text, start)
    if before is not None and _fits_before(text, start, before, expression):
        word, (said, _) = before
        parts = (("bound", Span(start - len(word), start)), *parts)
        start -= len(word)
        if bound in ("exact", "over") or said in ("at_least", "at_most"):
            bound = said
    elif (
        bound == "exact"
        and "少" in (near := text[max(0, start - 7) : start])
        and pattern("at_least_verb").search(near)
    ):
        bound = "at_least"
    if bound is expression.bound and parts is expression.parts:
        return expression
    rule = "bounds/before" if start < expression.span.start else "bounds/after"
    chosen = {**expression.chosen, "bound": rule}
    return expression._replace(span=Span(start, end), bound=bound, parts=parts, chosen=chosen)


def _including(text: str, expression: Expression) -> tuple[int, bool]:
    """Return where （含50万元） ends that repeats the number, and whether it is there."""
    written = text[expression.numeral.start : expression.numeral.end] + (expression.unit or "")
    for opening in sorted(closed_words("including")):
        end = expression.span.end + len(opening)
        if text.startswith(opening, expression.span.end) and text.startswith(written + "）", end):
            return end + len(written) + 1, True
    return expression.span.end, False


def _fits_after(text: str, end: int, found: tuple[str, tuple[Bound, str]], expression: Expression) -> bool:
    word, (_, not_beside) = found
    following = text[end + len(word) : end + len(word) + 1]
    if following and following in not_beside:
        return False
    if word in closed_words("and more"):
        return expression.use in ("duration", "measure") or expression.unit in ("倍", "成")
    if word == "内":
        return expression.use in ("duration", "measure")
    return True


def _fits_before(text: str, start: int, found: tuple[str, tuple[Bound, str]], expression: Expression) -> bool:
    word, (_, not_beside) = found
    leading = text[start - len(word) - 1 : start - len(word)] if start > len(word) else ""
    if leading and leading in not_beside:
        return False
    if word == "大":
        # 大半年; 大 before another number belongs to the word before it.
        return text[expression.numeral.start] == "半" and expression.use == "duration"
    return word != "过" or text[expression.numeral.start] in "百千万亿半"


def share_bounds(text: str, found: list[Expression]) -> list[Expression]:
    """Give coordinate numbers the bound that one of them says: 突破500万元、1000万元; 2000万元、5000万元以上.

    A bound before the first holds for those after it, one behind the last for those before it.
    """
    shared = list(found)
    for place in range(1, len(shared)):
        first, second = shared[place - 1], shared[place]
        if (
            second.bound == "exact"
            and _are_coordinate(text, first, second)
            and _bound_part(first, before=True)
        ):
            shared[place] = _sharing(second, first.bound, _bound_part(first, before=True))
    for place in range(len(shared) - 1, 0, -1):
        first, second = shared[place - 1], shared[place]
        if second.span.start - first.span.end > _LONGEST_GAP:
            continue
        behind = _bound_part(second, before=False)
        # 分别达93%、98%以上: each has its own.
        apart = "分别" in text[max(0, first.span.start - _APART) : first.span.start]
        if first.bound == "exact" and behind and not apart and _are_coordinate(text, first, second):
            shared[place - 1] = _sharing(first, second.bound, behind)
    return shared


def _sharing(expression: Expression, bound: Bound, said: tuple[tuple[str, Span], ...]) -> Expression:
    chosen = {**expression.chosen, "bound": "bounds/shared"}
    return expression._replace(bound=bound, parts=(*expression.parts, *said), chosen=chosen)


def _are_coordinate(text: str, first: Expression, second: Expression) -> bool:
    gap = text[first.span.end : second.span.start]
    if gap not in closed_words("coordination") or gap == "，":
        return False
    return first.kind == second.kind and first.unit == second.unit and first.unit is not None


def _bound_part(expression: Expression, *, before: bool) -> tuple[tuple[str, Span], ...]:
    """Return the part that says the bound, if it stands before (or behind) the number."""
    start = expression.numeral.start
    return tuple(
        (name, span) for name, span in expression.parts if name == "bound" and (span.start < start) == before
    )[:1]
