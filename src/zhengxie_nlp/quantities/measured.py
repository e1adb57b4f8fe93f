"""Measures: a number with its unit, and what belongs to its value behind the unit.

三斤半, 八成五, 1小时零15分, 一米七五. Which units join stands in `data/compound_units.tsv`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from zhengxie_nlp.quantities.expression import Expression
from zhengxie_nlp.quantities.patterns import pattern
from zhengxie_nlp.quantities.units import Unit, parts_of, unit_at
from zhengxie_nlp.text.numerals import Numeral, divide, figures_of
from zhengxie_nlp.text.source_text import Span

_HALF: Final = Decimal("0.5")
#: Two numerals farther apart than this are no joined measure.
_FARTHEST_PART: Final = 4
_LONGEST_CHAIN: Final = 6
#: So far before the number a price is told.
_MONEY_BEFORE: Final = 24
#: 八五折 and 85折 are 8.5折.
_MOST_TENTHS: Final = 10


class _Measure(NamedTuple):
    """A value with all that belongs to it: where it ends, and the last numeral it is made of."""

    value: Decimal
    end: int
    last: int


def find_measure(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    """Read a number with its unit or measure word: 12次, 2.5亿元, 三斤六两, 两个半小时."""
    numeral = numerals[index]
    start, end = numeral.span
    inner = pattern("inner").match(text, end) if text.startswith("个", end) else None
    plus = text.startswith("+", end)
    unit = _inner_unit(text, end, inner) if inner else unit_at(text, end + plus)
    if unit is None or (numeral.value is None and numeral.low is None and numeral.form == "arabic"):
        return None
    if unit.use == "noun" and not _counts_noun(text, numeral, unit):
        return None
    if unit.use in ("level", "big") and "." in text[start:end]:
        return None
    bound = "over" if plus or (inner and inner["more"]) else numeral.bound
    measure = _measure(text, numerals, index, unit=unit, half=bool(inner and inner["half"]))
    last = measure.last if measure else index
    end = measure.end if measure else unit.span.end
    kind, use = _kind(text, start, end, unit=unit)
    if last > index and kind == "score":
        kind, use = "duration", "duration"
    if unit.text == "度" and measure and any(sign in text[start : numeral.span.end] for sign in "万亿"):
        kind = "energy"
    fraction = None
    if numeral.fraction is not None:
        fraction = "/".join(format(part, "f") for part in numeral.fraction)
    return Expression(
        Span(start, end), Span(start, min(end, max(numeral.span.end, numerals[last].span.end))), rule,
        measure.value if measure else None, numeral.low, numeral.high, bound, unit.text, kind, use, last,
        parts=(("numeral", numeral.span), ("unit", unit.span)), fraction=fraction,
    )  # fmt: skip


def _measure(text: str, numerals: list[Numeral], index: int, *, unit: Unit, half: bool) -> _Measure | None:
    numeral = numerals[index]
    value, end = numeral.value, unit.span.end
    if value is None:
        return None
    if half:
        return _Measure(value + _HALF, end, index)
    if unit.text == "成":
        return _Measure(*_with_tenths(text, value, end), index)
    if unit.text == "折" and value > _MOST_TENTHS:
        return _Measure(value / _MOST_TENTHS, end, index)
    if numeral.bound != "exact" or text.startswith("+", numeral.span.end):
        return _Measure(value, end, index)
    return _with_half(text, unit, _with_smaller(text, numerals, index, unit, value))


def _with_smaller(text: str, numerals: list[Numeral], index: int, unit: Unit, value: Decimal) -> _Measure:
    """Add the smaller units that follow: 三斤六两 is 3.6斤, 1小时零15分 1.25小时, 三米五 3.5米."""
    if index + 1 >= len(numerals) or numerals[index + 1].span.start - unit.span.end > 1:
        return _Measure(value, unit.span.end, index)
    amounts, size = [(value, Decimal(1))], Decimal(1)
    end, last, larger = unit.span.end, index, unit.text
    while True:
        place = last + 1
        if place < len(numerals) and text[slice(*numerals[place].span)] in ("零", "又"):
            place += 1
        if place >= len(numerals) or numerals[place].span.start - end > _FARTHEST_PART:
            break
        numeral, parts = numerals[place], parts_of(larger)
        if numeral.bound != "exact" or text[end : numeral.span.start] not in ("", "零", "又"):
            break
        smaller = unit_at(text, numeral.span.end)
        if numeral.value is not None and smaller is not None and smaller.text in parts.smaller:
            size *= parts.smaller[smaller.text]
            amounts.append((numeral.value, size))
            end, last, larger = smaller.span.end, place, smaller.text
            continue
        bare = _bare_part(text, numeral.span, most=parts.bare) if smaller is None or parts.bare else None
        if bare is not None:
            size *= bare.size
            amounts.append((bare.amount, size))
            end, last = bare.end, place
        break
    if last == index:
        return _Measure(value, end, index)
    total = sum((amount * (size / part) for amount, part in amounts), Decimal(0))
    return _Measure(divide(total, size), end, last)


class _Bare(NamedTuple):
    """Lone figures behind a unit, its tenths or hundredths: how much, of how many, and their end."""

    amount: Decimal
    size: Decimal
    end: int


def _bare_part(text: str, span: Span, *, most: int) -> _Bare | None:
    """Read the 五 of 三米五 and the 七五 of 一米七五; of 三块五一斤 the 五."""
    written = text[slice(*span)]
    each = pattern("price_for").match(text, span.start + 1)
    if each is not None:
        written = written[:1]
    figures = figures_of(written)
    if figures is None or not 0 < len(figures) <= most or figures in ("0", "00"):
        return None
    end = span.start + len(figures)
    if each is None and (not pattern("after_tenth").match(text, end) or unit_at(text, end) is not None):
        return None
    return _Bare(Decimal(figures), Decimal(10) ** len(figures), end)


def _with_half(text: str, unit: Unit, measure: _Measure) -> _Measure:
    """Add half behind the unit: 三斤半, 两趟半, 一年半."""
    if not text.startswith("半", measure.end) or unit.use in ("level", "big", "score"):
        return measure
    # After a measure word of things, half belongs to the number where nothing follows to be halved.
    name = "nothing_halved" if unit.use in ("thing", "person", "noun") else "half"
    half = pattern(name).match(text, measure.end)
    return measure if half is None else measure._replace(value=measure.value + _HALF, end=half.end())


def _with_tenths(text: str, value: Decimal, end: int) -> tuple[Decimal, int]:
    """八成五 is 8.5成, 三成半 3.5."""
    tenth = pattern("tenths").match(text, end)
    if tenth is None or (tenth[0] != "半" and unit_at(text, tenth.end()) is not None):
        return value, end
    tenths = Decimal(5) if tenth[0] == "半" else Decimal(figures_of(tenth[0]) or 0)
    return value + tenths / 10, tenth.end()


def _kind(text: str, start: int, end: int, *, unit: Unit) -> tuple[str, str]:
    """Return kind and use: 块 and 毛 are money where a price is told, 块 else counts things."""
    if unit.text not in ("块", "毛") or (unit.text == "块" and text.startswith("钱", unit.span.end)):
        return unit.kind, unit.use
    told = pattern("amount_ends").match(text, end) is not None
    # 3万块 is money; 清理挂牌1120块 counts.
    price = "万" in text[start : unit.span.start] or pattern("price").search(
        text[max(0, start - _MONEY_BEFORE) : start]
    )
    if end > unit.span.end or (told and price):
        return "money", "measure"
    return unit.kind, unit.use


def _counts_noun(text: str, numeral: Numeral, unit: Unit) -> bool:
    """Say whether a noun counts by itself: 8县1市, 湘鄂赣三省; 三村 and 12村 may be names."""
    start, end = numeral.span.start, unit.span.end
    written = text[start : numeral.span.end]
    if unit.text in ("代", "案"):
        people = unit.text == "案" or pattern("generation").match(text, end)
        return bool(people) and pattern("few").fullmatch(written) is not None
    if pattern("chain_goes_on").match(text, end):
        return True
    if pattern("chain").search(text[max(0, start - _LONGEST_CHAIN) : start]):
        return True
    if written[0].isdigit():
        counted = pattern("noun_counted").search(text[max(0, start - 1) : start])
        return counted is not None or pattern("noun_alone").match(text, end) is not None
    return unit.text in ("省", "国", "校") and pattern("few_together").fullmatch(written) is not None


def _inner_unit(text: str, start: int, inner: re.Match[str]) -> Unit | None:
    """Return the unit around a sign of vagueness: 个多月 is 个月 with “over”."""
    rest = unit_at("个" + text[inner.end() : inner.end() + 3], 0)
    if rest is None:
        return None
    return Unit(Span(start, inner.end() + rest.span.end - 1), rest.text, rest.kind, rest.use)
