"""Expressions of quantity: a numeral with its unit and the words that bound it.

`find_expressions` goes over the numerals of a text and asks the rules in `SHAPES`, in order, what each one
is the beginning of. What a quantity counts, and what its rate is per, is found later, around the expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from zhengxie_nlp.quantities.bounds import currency_before, is_minus, share_bounds, with_bounds, with_signs
from zhengxie_nlp.quantities.refusals import counts_nothing, is_date_fraction
from zhengxie_nlp.quantities.units import Unit, parts_of, unit_at
from zhengxie_nlp.records import Bound
from zhengxie_nlp.text.numerals import Numeral, divide, find_numerals
from zhengxie_nlp.text.segmenters.words import Word, cut
from zhengxie_nlp.text.source_text import Span


class Expression(NamedTuple):
    """A numeral with its unit and bounds: 不超过3个, 2至3次, 三分之一, 2700余人次.

    Attributes:
        span: all its characters.
        numeral: the characters of the number itself.
        rule: the shape that matched, from `SHAPES`.
        value, low, high, bound, unit, kind: as in the guideline, §2.
        use: how the unit finds what is counted, from `data/units.tsv`.
        last: the index of the last numeral it is made of.
        parts: the named characters it is built on.
        fraction: numerator and denominator as written, “1/3”, of a fraction; else None.
        shared: of a range: only its end has the unit (5至10度).
        chosen: the rule that chose a field, where it was not the shape.
    """

    span: Span
    numeral: Span
    rule: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound = "exact"
    unit: str | None = None
    kind: str = "count"
    use: str = "thing"
    last: int = 0
    parts: tuple[tuple[str, Span], ...] = ()
    fraction: str | None = None
    shared: bool = False
    chosen: Mapping[str, str] = MappingProxyType({})


#: Reads the numeral at an index as the beginning of an expression, under the name of the rule.
Shape = Callable[[str, list[Numeral], int, str], Expression | None]

_JOIN = re.compile(r"(?:至|到|—{1,2}|–|-|－|~|～)(?!\n)")
_JOINING: Final = frozenset("至到—–-－~～")
#: Before the second number of a range may stand a sign of its own: -10℃至-5℃, 零下5度到零下3度, 3%至负2%.
_SIGNED = re.compile(r"(?:至|到|—{1,2}|~|～)(?:-|负|零下)$")
#: The lower end of a range may say that it counts itself: 1万元（含）至5万元.
_INCLUDED: Final = "（含）"
_INNER = re.compile(
    r"个(?P<more>[多余来])(?=月|小时|星期|学期|世纪|工作日|季度|百分点|钟头)|个(?P<half>半)(?=月|小时|星期|学期|世纪|钟头)"
)
_TENTHS: Final = "一二三四五六七八九"
#: 八成五 is 8.5成, and 三成半 3.5.
_AFTER_TENTHS = re.compile(rf"[{_TENTHS}](?![{_TENTHS}十百千万亿两、])|半")
_AFTER_HALF = re.compile(
    r"半(?![数径导成程个载年天日夜途山路空岛生场票面截点价月旬学]|[一二三四五六七八九十\d])"
)
#: After a measure word of things, half belongs to the number only where nothing follows that it could halve.
_NOTHING_HALVED = re.compile(r"半(?=[，。；、）\n的]|$|左右|以上|多)")
_HALVES = re.compile(
    r"(?=[过超近一大半接不约])(?:(?P<most>过|超|近|一?大)半(?![年天日个月百场导边岛封自数])|(?P<most_of>超过|过|超|近)半数|半数(?>(?P<above>以上)?)|(?>(?P<side>超过|超|过|接近|近|不足|不到|约)?)一半(?>(?P<more>以上|左右)?))"
)
_SIDES: Final[dict[str, Bound]] = {"超": "over", "过": "over", "约": "about"}
_NOTHING_FOLLOWS = re.compile(r"(?:以上|以下|左右|以内)(?![一-龥]?职)|[，。；、）\n]|$")
#: Two numerals farther apart than these are no range (the longest unit, （含）, a sign), no joined measure.
_FARTHEST_RANGE: Final = 12
_FARTHEST_PART: Final = 4
#: After a lone figure that tells tenths (三米五) stands no other number, and no word that it could begin.
_AFTER_TENTH = re.compile(
    r"[，。；、）\n的高宽长深厚多]|$|左右|以上|以下|每|一(?:公?斤|吨|个|份|张|袋|瓶|盒|箱|亩|只|头|米|度)"
)
#: 每斤卖到十二块五: where a price is told, 块 and 毛 are money.
_PRICE = re.compile(
    r"价|卖|花了?|付|欠|涨|跌|售|挣|赚|元|钱|毛|工资|补贴|补助|成本|收入|花费|费用|收购|票|奖励|罚"
)
_MONEY_BEFORE: Final = 24


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
    halves = list(_HALVES.finditer(text))
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
        upper = _upper_end(text, numerals, index)
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


def _upper_end(text: str, numerals: list[Numeral], index: int) -> tuple[Decimal, int] | None:
    """Return the upper end of 百分之三到五 or 百分之五至百分之八, and where it ends."""
    if index + 1 >= len(numerals):
        return None
    first, second = numerals[index], numerals[index + 1]
    join = _JOIN.match(text, first.span.end)
    if join is None or join.end() != second.span.start or first.fraction is None:
        return None
    if second.fraction is not None:
        same = second.fraction[1] == first.fraction[1]
        return (second.fraction[0], second.span.end) if same else None
    if second.value is None or unit_at(text, second.span.end) is not None:
        return None
    return second.value, second.span.end


def _range(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    if index + 1 >= len(numerals):
        return None
    first, second = numerals[index], numerals[index + 1]
    if text.startswith("零下", second.span.start) and index + 2 < len(numerals):
        second, index = numerals[index + 2], index + 1
    if first.value is None or second.value is None or first.fraction or second.fraction:
        return None
    gap = text[first.span.end : second.span.start]
    if len(gap) > _FARTHEST_RANGE or (gap[-1:] not in _JOINING and not _SIGNED.search(gap)):
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
    year = unit is not None and unit.text == "年"
    if (low >= high and not signed) or (high <= 2999 and low >= 1000 and year):
        return None
    numeral = Span(first.span.start, second.span.end)
    if unit is None:
        return Expression(
            numeral,
            numeral,
            rule,
            None,
            low,
            high,
            use="thing",
            last=index + 1,
            parts=(("numeral", numeral),),
        )
    return Expression(
        Span(numeral.start, unit.span.end), numeral, rule, None, low, high,
        unit=unit.text, kind=unit.kind, use=unit.use, last=index + 1,
        parts=(("numeral", numeral), ("unit", unit.span)), shared=inner is None,
    )  # fmt: skip


def _joined(text: str, start: int, end: int) -> bool | None:
    """Say whether what joins two numbers ends in a minus (True) or not (False); None if it joins none."""
    if text.startswith(_INCLUDED, start):
        start += len(_INCLUDED)
    join = _JOIN.match(text, start)
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
    magnitude = Decimal(1)
    for sign in upper[len(upper.rstrip("万亿")) :]:
        magnitude *= _MAGNITUDES[sign]
    return low * magnitude if low < high / magnitude else low


_MAGNITUDES: Final = {"万": Decimal(10**4), "亿": Decimal(10**8)}


def _is_plain(text: str, numeral: Numeral) -> bool:
    return not any(sign in text[numeral.span.start : numeral.span.end] for sign in "百千万亿")


def _leading_figure(text: str, numeral: Numeral) -> Decimal | None:
    written = re.match(r"\d[\d.]*|[一二两三四五六七八九十]++", text[numeral.span.start : numeral.span.end])
    parsed = find_numerals(written[0]) if written else []
    return parsed[0].value if parsed else None


class _Measure(NamedTuple):
    """A value with all that belongs to it: where it ends, and the last numeral it is made of."""

    value: Decimal
    end: int
    last: int


def _with_smaller(text: str, numerals: list[Numeral], index: int, unit: Unit, value: Decimal) -> _Measure:
    """Add the smaller units that follow: 三斤六两 is 3.6斤, 1小时零15分 1.25小时, 三米五 3.5米."""
    if index + 1 >= len(numerals) or numerals[index + 1].span.start - unit.span.end > 1:
        return _Measure(value, unit.span.end, index)
    amounts, size = [(value, Decimal(1))], Decimal(1)
    end, last, larger = unit.span.end, index, unit.text
    while True:
        place = last + 1
        if place < len(numerals) and text[numerals[place].span.start : numerals[place].span.end] in (
            "零",
            "又",
        ):
            place += 1
        if place >= len(numerals) or numerals[place].value is None or numerals[place].bound != "exact":
            break
        numeral, parts = numerals[place], parts_of(larger)
        if numeral.span.start - end > _FARTHEST_PART or text[end : numeral.span.start] not in (
            "",
            "零",
            "又",
        ):
            break
        amount = numeral.value
        assert amount is not None
        smaller = unit_at(text, numeral.span.end)
        if smaller is not None and smaller.text in parts.smaller:
            size *= parts.smaller[smaller.text]
            amounts.append((amount, size))
            end, last, larger = smaller.span.end, place, smaller.text
            continue
        if parts.bare and smaller is None and 0 < amount < 10 and _AFTER_TENTH.match(text, numeral.span.end):
            size *= 10
            amounts.append((amount, size))
            end, last = numeral.span.end, place
        break
    if last == index:
        return _Measure(value, end, index)
    total = sum((amount * (size / part) for amount, part in amounts), Decimal(0))
    return _Measure(divide(total, size), end, last)


def _with_half(text: str, unit: Unit, measure: _Measure) -> _Measure:
    """Add half behind the unit: 三斤半, 两趟半, 一年半."""
    if not text.startswith("半", measure.end):
        return measure
    pattern = _NOTHING_HALVED if unit.use in ("thing", "person", "noun") else _AFTER_HALF
    half = None if unit.use in ("level", "big", "score") else pattern.match(text, measure.end)
    return measure if half is None else measure._replace(value=measure.value + _HALF, end=half.end())


def _measured(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    numeral = numerals[index]
    start, end = numeral.span
    inner = _INNER.match(text, end) if text.startswith("个", end) else None
    plus = text.startswith("+", end)
    unit = _inner_unit(text, end, inner) if inner else unit_at(text, end + plus)
    if unit is None or (numeral.value is None and numeral.low is None and numeral.form == "arabic"):
        return None
    if unit.use == "noun" and not _counts_noun(text, numeral, unit):
        return None
    if unit.use in ("level", "big") and "." in text[start:end]:
        return None
    value, bound, last, end = numeral.value, "over" if plus else numeral.bound, index, unit.span.end
    if inner and inner["more"]:
        bound = "over"
    if inner and inner["half"] and value is not None:
        value += _HALF
    elif unit.text == "成" and value is not None:
        value, end = _with_tenths(text, value, end)
    elif value is not None and bound == "exact":
        value, end, last = _with_half(text, unit, _with_smaller(text, numerals, index, unit, value))
    kind, use = _kind(text, start, end, unit)
    if last > index and kind == "score":
        kind, use = "duration", "duration"
    if (
        unit.text == "度"
        and value is not None
        and any(sign in text[start : numeral.span.end] for sign in "万亿")
    ):
        kind = "energy"
    fraction = None
    if numeral.fraction is not None:
        fraction = "/".join(format(part, "f") for part in numeral.fraction)
    return Expression(
        Span(start, end), Span(start, max(numeral.span.end, numerals[last].span.end)), rule,
        value, numeral.low, numeral.high, bound, unit.text, kind, use, last,
        parts=(("numeral", numeral.span), ("unit", unit.span)), fraction=fraction,
    )  # fmt: skip


def _with_tenths(text: str, value: Decimal, end: int) -> tuple[Decimal, int]:
    """八成五 is 8.5成, 三成半 3.5."""
    tenth = _AFTER_TENTHS.match(text, end)
    if tenth is None or (tenth[0] != "半" and unit_at(text, tenth.end()) is not None):
        return value, end
    tenths = Decimal(5) if tenth[0] == "半" else Decimal(_TENTHS.index(tenth[0]) + 1)
    return value + tenths / 10, tenth.end()


def _kind(text: str, start: int, end: int, unit: Unit) -> tuple[str, str]:
    """Return kind and use: 块 and 毛 are money where a price is told, 块 else counts things."""
    if unit.text not in ("块", "毛") or (unit.text == "块" and text.startswith("钱", unit.span.end)):
        return unit.kind, unit.use
    after = text[end : end + 1]
    larger = end > unit.span.end
    told = not after or after in "，。；、）\n的多到至左上涨降—~" or after.isdigit()
    if larger or (told and _PRICE.search(text[max(0, start - _MONEY_BEFORE) : start])):
        return "money", "measure"
    return unit.kind, unit.use


def _counts_noun(text: str, numeral: Numeral, unit: Unit) -> bool:
    """Say whether a noun counts by itself: 8县1市, 湘鄂赣三省; 三村 and 12村 may be names."""
    after = text[unit.span.end : unit.span.end + 1]
    written = text[numeral.span.start : numeral.span.end]
    if unit.text in ("代", "案"):
        people = unit.text == "案" or after in "人，。；、领班干" or not after
        return people and written in ("两", "三", "四", "五", "几", "数")
    chained = after.isdigit() or (bool(after) and after in _TENTHS + "两")
    before = _CHAIN.search(text[max(0, numeral.span.start - 6) : numeral.span.start])
    if chained or before is not None:
        return True
    if written[0].isdigit():
        return (
            not after
            or after in "，。；、）\n（"
            or text[numeral.span.start - 1 : numeral.span.start] in "辖及盖访共入全达有建"
        )
    return unit.text in ("省", "国", "校") and len(written) == 1 and written in "两三四五六七八九十"


def _inner_unit(text: str, start: int, inner: re.Match[str]) -> Unit | None:
    """Return the unit around a sign of vagueness: 个多月 is 个月 with “over”."""
    rest = unit_at("个" + text[inner.end() : inner.end() + 3], 0)
    if rest is None:
        return None
    return Unit(Span(start, inner.end() + rest.span.end - 1), rest.text, rest.kind, rest.use)


#: 辖5乡|7镇: what stands before a noun that counts is such a noun with its number.
_CHAIN = re.compile(r"[\d一二三四五六七八九十两](?:[省市县区乡镇村校州旗盟国]|街道|社区)(?:、|和)?$")
_HALF: Final = Decimal("0.5")
#: 二十万左右, 三万五千六百: a number in words that stands by itself is large and has figures of its own.
_WHOLE_HAN = re.compile(
    r"[一二两三四五六七八九十百零千]{1,8}(?:个?亿|万)[一二两三四五六七八九十百零千万亿]{0,12}"
)
_PLUS_ENDS = re.compile(r"\+(?=[，。；、）\n]|$)")


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
    """A large number right before or after its noun: 34万人员, 贫困人口41.3万."""
    numeral = numerals[index]
    written = text[numeral.span.start : numeral.span.end]
    end = numeral.span.end
    plus = numeral.value is not None and numeral.value >= 10 and _PLUS_ENDS.match(text, end)
    large = "万" in written or "千" in written or "亿" in written
    if written[0] in "百千万亿" or not (large or numeral.bound == "over" or plus):
        return None
    words = cut(text, end, min(len(text), end + 8))
    before = words and _begins_noun(words, figure=written[0].isdigit() and large)
    whole = written[0].isdigit() or numeral.bound == "over" or _WHOLE_HAN.fullmatch(written)
    after = large and whole and _NOTHING_FOLLOWS.match(text, end)
    if not before and not after and not plus:
        return None
    bound: Bound = "over" if plus else numeral.bound
    return Expression(
        Span(numeral.span.start, end + 1 if plus else end), numeral.span, rule,
        numeral.value, numeral.low, numeral.high, bound,
        last=index, parts=(("numeral", numeral.span),),
    )  # fmt: skip


def _begins_noun(words: Sequence[Word], *, figure: bool) -> bool:
    """Say whether a noun follows: 34万|人员; after figures also a described one, 97万|贫困妇女."""
    if words[0].tag[0] == "n" and words[0].end - words[0].start > 1:
        return True
    described = figure and len(words) > 1 and words[0].tag[0] in "abhjz"
    return described and words[1].tag[0] == "n"


#: What a numeral can be the beginning of, by the name of the rule; the first shape that fits is taken.
SHAPES: Final[tuple[tuple[str, Shape], ...]] = (
    ("measures/fraction", _fraction),
    ("measures/range", _range),
    ("measures/measured", _measured),
    ("measures/money", _money),
    ("measures/bare", _bare),
)
