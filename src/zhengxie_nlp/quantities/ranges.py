"""Ranges: two numbers, the ends of one quantity. 2至3次, 10—20万元, -5℃至10℃, 三、四个月."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from zhengxie_nlp.quantities.bounds import currency_before, is_minus
from zhengxie_nlp.quantities.expression import Expression
from zhengxie_nlp.quantities.patterns import pattern
from zhengxie_nlp.quantities.units import Unit, unit_at
from zhengxie_nlp.text.numerals import Numeral, find_numerals, magnitude_of
from zhengxie_nlp.text.source_text import Span

#: What a range is joined by; of a row of patterns only its last character may stand before the second number.
_JOINING: Final = frozenset("至到—–-－~～")
#: The lower end of a range may say that it counts itself: 1万元（含）至5万元.
_INCLUDED: Final = "（含）"
#: Two numerals farther apart than these are no range (the longest unit, （含）, a sign).
_FARTHEST_RANGE: Final = 12
#: Years between these are a period, not a length of time.
_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 2999


def upper_end(text: str, numerals: list[Numeral], index: int) -> tuple[Decimal, int] | None:
    """Return the upper end of 百分之三到五 or 百分之五至百分之八, and where it ends."""
    if index + 1 >= len(numerals):
        return None
    first, second = numerals[index], numerals[index + 1]
    join = pattern("join").match(text, first.span.end)
    if join is None or join.end() != second.span.start or first.fraction is None:
        return None
    if second.fraction is not None:
        same = second.fraction[1] == first.fraction[1]
        return (second.fraction[0], second.span.end) if same else None
    if second.value is None or unit_at(text, second.span.end) is not None:
        return None
    return second.value, second.span.end


def find_range(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    """Read two numbers joined by 至, 到 or a dash: 2至3次, 10万元—20万元, 零下5度到零下3度."""
    if index + 1 >= len(numerals):
        return None
    first, second = numerals[index], numerals[index + 1]
    if text.startswith("零下", second.span.start) and index + 2 < len(numerals):
        second, index = numerals[index + 2], index + 1
    if first.value is None or second.value is None or first.fraction or second.fraction:
        return None
    gap = text[first.span.end : second.span.start]
    if len(gap) > _FARTHEST_RANGE or (gap[-1:] not in _JOINING and not pattern("join_signed").search(gap)):
        return None
    unit = unit_at(text, second.span.end)
    inner = unit_at(text, first.span.end)
    sign = _joined(text, inner.span.end if inner else first.span.end, second.span.start)
    if sign is None:
        inner, sign = None, _joined(text, first.span.end, second.span.start)
    currency = currency_before(text, first.span.start)
    if sign is None or (unit is None and currency is None):
        return None
    if inner is not None and (unit is None or inner.text != unit.text):
        return None
    low, high = first.value, -second.value if sign else second.value
    if inner is None:
        low = _with_shared_magnitude(text, first, second)
    signed = is_minus(text, first.span.start, kind=unit.kind if unit else "money", before=None)
    years = unit is not None and unit.text == "年" and low >= _FIRST_YEAR and high <= _LAST_YEAR
    if (low >= high and not signed) or years:
        return None
    numeral = Span(first.span.start, second.span.end)
    # 零下5至10度 is below zero on both sides; a second sign of its own says so for itself.
    return _made(numeral, rule, (low, high), unit=unit, last=index + 1, shared=inner is None and not sign)


def find_neighbours(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    """Read two neighbouring figures parted by 、 as a range: 三、四个月."""
    if index + 1 >= len(numerals) or not text.startswith("、", numerals[index].span.end):
        return None
    first, second = numerals[index], numerals[index + 1]
    match = pattern("neighbours").match(text, first.span.start)
    if match is None or second.span != (first.span.end + 1, match.end()) or first.value is None:
        return None
    unit = unit_at(text, second.span.end)
    if unit is None or second.value != first.value + 1 or second.bound != "exact":
        return None
    if unit.use not in ("duration", "measure") and not pattern("vague_measure").fullmatch(unit.text):
        return None
    numeral = Span(first.span.start, second.span.end)
    return _made(numeral, rule, (first.value, second.value), unit=unit, last=index + 1, shared=True)


def _made(
    numeral: Span, rule: str, ends: tuple[Decimal, Decimal], *, unit: Unit | None, last: int, shared: bool
) -> Expression:
    low, high = ends
    parts = (("numeral", numeral),)
    if unit is None:
        return Expression(numeral, numeral, rule, None, low, high, last=last, parts=parts)
    return Expression(
        Span(numeral.start, unit.span.end), numeral, rule, None, low, high,
        unit=unit.text, kind=unit.kind, use=unit.use, last=last,
        parts=(*parts, ("unit", unit.span)), shared=shared,
    )  # fmt: skip


def _joined(text: str, start: int, end: int) -> bool | None:
    """Say whether what joins two numbers ends in a minus (True) or not (False); None if it joins none."""
    if text.startswith(_INCLUDED, start):
        start += len(_INCLUDED)
    join = pattern("join").match(text, start)
    if join is None or join.end() > end:
        return None
    rest = text[join.end() : end]
    return {"": False, "-": True, "负": True, "零下": True}.get(rest)


def _with_shared_magnitude(text: str, first: Numeral, second: Numeral) -> Decimal:
    """Return the lower end of a range that leaves its magnitude to the upper: 一百二十到一百五十万."""
    low, high = first.value, second.value
    assert low is not None
    assert high is not None
    lower, upper = (text[one.span.start : one.span.end] for one in (first, second))
    if low <= 0 or "万" in lower or "亿" in lower:
        return low
    if _is_plain(text, first):
        figure = None if _is_plain(text, second) else _leading_figure(text, second)
        if figure and low < figure:
            return low * (high / figure)
    magnitude = magnitude_of(upper[len(upper.rstrip("万亿")) :])
    return low * magnitude if low < high / magnitude else low


def _is_plain(text: str, numeral: Numeral) -> bool:
    return not any(sign in text[numeral.span.start : numeral.span.end] for sign in "百千万亿")


def _leading_figure(text: str, numeral: Numeral) -> Decimal | None:
    written = pattern("leading_figure").match(text[numeral.span.start : numeral.span.end])
    parsed = find_numerals(written[0]) if written else []
    return parsed[0].value if parsed else None
