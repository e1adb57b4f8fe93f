"""Expressions of quantity: a numeral with its unit and the words that bound it.

`find_expressions` goes over the numerals of a text and asks the rules in `SHAPES`, in order, what each one
is the beginning of. What a quantity counts, and what its rate is per, is found later, around the expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.quantities.refusals import counts_nothing
from zhengxie_nlp.records import Bound
from zhengxie_nlp.text.numerals import Numeral, find_numerals
from zhengxie_nlp.text.segmenters.words import cut
from zhengxie_nlp.text.source_text import Span


class Unit(NamedTuple):
    """A unit or measure word at its place, with its row of `data/units.tsv`."""

    span: Span
    text: str
    kind: str
    use: str


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


#: Reads the numeral at an index as the beginning of an expression, under the name of the rule.
Shape = Callable[[str, list[Numeral], int, str], Expression | None]

_JOIN = re.compile(r"(?:至|到|—{1,2}|–|-|－|~|～)(?!\n)")
_JOINING: Final = frozenset("至到—–-－~～")
_INNER = re.compile(
    r"个(?P<more>[多余来])(?=月|小时|星期|学期|世纪|工作日|季度|百分点|钟头)|个(?P<half>半)(?=月|小时|星期|学期|世纪|钟头)"
)
_TENTHS: Final = "一二三四五六七八九"
#: 八成五 is 8.5成, and 三成半 3.5.
_AFTER_TENTHS = re.compile(rf"[{_TENTHS}](?![{_TENTHS}十百千万亿两、])|半")
_AFTER_HALF = re.compile(r"半(?!数|径|导|成|程|个|载)")
_HALVES = re.compile(
    r"(?=[过超近一大半接不约])(?:(?P<most>过|超|近|一?大)半(?![年天日个月百场导边岛封自])|半数(?>(?P<above>以上)?)|(?>(?P<side>超过|超|过|接近|近|不足|不到|约)?)一半(?>(?P<more>以上|左右)?))"
)
_SIDES: Final[dict[str, Bound]] = {"超": "over", "过": "over", "约": "about"}
_NOTHING_FOLLOWS = re.compile(r"(?:以上|以下|左右)?(?:[，。；、）\n]|$)")
#: 至少安排1名: the bound stands before the verb.
_AT_LEAST = re.compile(r"(?:至少|最少|不少于)(?:要)?[\u4e00-\u9fa5]{1,3}$")
_AND_PART = re.compile(r"(?:年|小时|个小时|分钟?)(?P<zero>零?)")
#: Of two joined measures: the larger unit, what the smaller may be, and how often it goes into the larger.
_PARTS: Final[tuple[tuple[str, tuple[str, ...], int], ...]] = (
    ("年", ("个月", "月"), 12),
    ("小时", ("分", "分钟"), 60),
    ("分", ("秒",), 60),
)
#: Two numerals farther apart than these are no range (the longest unit, and —— between), no joined measure.
_FARTHEST_RANGE: Final = 8
_FARTHEST_PART: Final = 4
_new = tuple.__new__


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
    return _with_halves(text, found)


def _shape(text: str, numerals: list[Numeral], index: int) -> Expression | None:
    for name, shape in SHAPES:
        expression = shape(text, numerals, index, name)
        if expression is not None:
            bounded = _with_bounds(text, expression)
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
        if match["most"]:
            bound = "under" if match["most"] == "近" else "over"
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
    if numeral.fraction is None:
        return None
    value, unit = numeral.value, None
    if "百分之" in text[numeral.span.start : numeral.span.end]:
        value, unit = numeral.fraction[0], "百分之"
    elif text.startswith(("千分之", "万分之"), numeral.span.start):
        value, unit = numeral.fraction[0], text[numeral.span.start : numeral.span.start + 3]
    following = unit_at(text, numeral.span.end)
    if unit is None and following is not None and following.kind not in ("count", "score"):
        return None
    return Expression(
        numeral.span, numeral.span, rule, value,
        bound=numeral.bound, unit=unit, kind="percent", use="percent", last=index,
        parts=(("numeral", numeral.span),),
    )  # fmt: skip


def _range(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    if index + 1 >= len(numerals):
        return None
    first, second = numerals[index], numerals[index + 1]
    if second.span.start - first.span.end > _FARTHEST_RANGE or text[second.span.start - 1] not in _JOINING:
        return None
    inner = unit_at(text, first.span.end)
    gap_start = inner.span.end if inner else first.span.end
    join = _JOIN.match(text, gap_start)
    if join is None or join.end() != second.span.start or first.value is None or second.value is None:
        inner, join = None, _JOIN.match(text, first.span.end)
        if join is None or join.end() != second.span.start or first.value is None or second.value is None:
            return None
    unit = unit_at(text, second.span.end)
    if unit is None or (inner is not None and inner.text != unit.text):
        return None
    low, high = first.value, second.value
    if inner is None and low > 0 and _is_plain(text, first) and not _is_plain(text, second):
        figure = _leading_figure(text, second)
        if figure and low < figure:
            low = low * (high / figure)
    if low >= high or (high <= 2999 and low >= 1000 and unit.text == "年"):
        return None
    return Expression(
        Span(first.span.start, unit.span.end), Span(first.span.start, second.span.end), rule, None, low, high,
        unit=unit.text, kind=unit.kind, use=unit.use, last=index + 1,
        parts=(("numeral", Span(first.span.start, second.span.end)), ("unit", unit.span)),
    )  # fmt: skip


def _is_plain(text: str, numeral: Numeral) -> bool:
    return not any(sign in text[numeral.span.start : numeral.span.end] for sign in "百千万亿")


def _leading_figure(text: str, numeral: Numeral) -> Decimal | None:
    written = re.match(r"\d[\d.]*|[一二两三四五六七八九十]++", text[numeral.span.start : numeral.span.end])
    parsed = find_numerals(written[0]) if written else []
    return parsed[0].value if parsed else None


def _two_parts(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    """两年零四个月 is one duration, of 28个月; 4分38秒 is one of 278秒."""
    if index + 1 >= len(numerals):
        return None
    large, small = numerals[index], numerals[index + 1]
    if small.span.start - large.span.end > _FARTHEST_PART:
        return None
    gap = _AND_PART.match(text, large.span.end)
    # 零 may have been read as part of the smaller number.
    if gap is None or small.span.start not in (gap.end(), gap.start("zero")):
        return None
    unit = unit_at(text, small.span.end)
    if unit is None or large.value is None or small.value is None:
        return None
    times = [size for name, parts, size in _PARTS if name in gap[0] and unit.text in parts]
    if not times:
        return None
    numeral = Span(large.span.start, small.span.end)
    return Expression(
        Span(numeral.start, unit.span.end), numeral, rule, large.value * times[0] + small.value,
        unit="分钟" if unit.text == "分" else unit.text, kind="duration", use="duration", last=index + 1,
        parts=(("numeral", numeral), ("unit", unit.span)),
    )  # fmt: skip


def _measured(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    numeral = numerals[index]
    inner = _INNER.match(text, numeral.span.end) if text.startswith("个", numeral.span.end) else None
    unit = _inner_unit(text, numeral.span.end, inner) if inner else unit_at(text, numeral.span.end)
    if unit is None:
        return None
    value, bound, end = numeral.value, numeral.bound, unit.span.end
    if inner and inner["more"]:
        bound = "over"
    if inner and inner["half"] and value is not None:
        value += Decimal("0.5")
    if unit.use == "duration" and unit.text in ("年", "天") and value is not None and not inner:
        half = _AFTER_HALF.match(text, end)
        if half:
            value, end = value + Decimal("0.5"), half.end()
    if unit.text == "成" and value is not None:
        tenth = _AFTER_TENTHS.match(text, end)
        if tenth and (tenth[0] == "半" or unit_at(text, tenth.end()) is None):
            tenths = Decimal(5) if tenth[0] == "半" else Decimal(_TENTHS.index(tenth[0]) + 1)
            value, end = value + tenths / 10, tenth.end()
    return Expression(
        Span(numeral.span.start, end), numeral.span, rule, value, numeral.low, numeral.high, bound,
        unit.text, unit.kind, unit.use, index,
        parts=(("numeral", numeral.span), ("unit", unit.span)),
    )  # fmt: skip


def _inner_unit(text: str, start: int, inner: re.Match[str]) -> Unit | None:
    """Return the unit around a sign of vagueness: 个多月 is 个月 with “over”."""
    rest = unit_at("个" + text[inner.end() : inner.end() + 3], 0)
    if rest is None:
        return None
    return Unit(Span(start, inner.end() + rest.span.end - 1), rest.text, rest.kind, rest.use)


def _bare(text: str, numerals: list[Numeral], index: int, rule: str) -> Expression | None:
    """A large number right before or after its noun: 34万人员, 贫困人口41.3万."""
    numeral = numerals[index]
    written = text[numeral.span.start : numeral.span.end]
    large = "万" in written or "千" in written or "亿" in written
    if written[0] in "百千万亿" or not (large or numeral.bound == "over"):
        return None
    words = cut(text, numeral.span.end, min(len(text), numeral.span.end + 8))
    before = words and words[0].tag[0] == "n" and words[0].end - words[0].start > 1
    whole = written[0].isdigit() or numeral.bound == "over"
    after = large and whole and _NOTHING_FOLLOWS.match(text, numeral.span.end)
    if not before and not after:
        return None
    return Expression(
        numeral.span, numeral.span, rule, numeral.value, numeral.low, numeral.high, numeral.bound,
        last=index, parts=(("numeral", numeral.span),),
    )  # fmt: skip


#: What a numeral can be the beginning of, by the name of the rule; the first shape that fits is taken.
SHAPES: Final[tuple[tuple[str, Shape], ...]] = (
    ("measures/fraction", _fraction),
    ("measures/range", _range),
    ("measures/two_parts", _two_parts),
    ("measures/measured", _measured),
    ("measures/bare", _bare),
)


def unit_at(text: str, start: int) -> Unit | None:
    """Return the longest unit that begins at `start`, or None; 项 of 项目 is none."""
    rows, lengths = _units()
    for length in lengths.get(text[start : start + 1], ()):
        row = rows.get(text[start : start + length])
        if row is None:
            continue
        end = start + length
        if row.latin and text[end : end + 1].isascii() and text[end : end + 1].isalpha():
            continue
        if row.not_before is not None and row.not_before.match(text, end):
            continue
        span = _new(Span, (start, start + len(row.written)))
        return _new(Unit, (span, row.written, row.kind, row.use))
    return None


class _UnitRow(NamedTuple):
    written: str
    kind: str
    use: str
    latin: bool
    not_before: re.Pattern[str] | None


@cache
def _units() -> tuple[dict[str, _UnitRow], dict[str, tuple[int, ...]]]:
    """Read the table: the units, and how long those are that begin with a character, the longest first."""
    rows = {
        row["unit"]: _UnitRow(
            # 156块钱 is measured in 块: 钱 is what is measured.
            row["unit"].removesuffix("钱"),
            row["kind"],
            row["use"],
            row["unit"][0].isascii(),
            re.compile(row["not_before"]) if row["not_before"] else None,
        )
        for row in read_table("units.tsv")
    }
    lengths: dict[str, set[int]] = {}
    for unit in rows:
        lengths.setdefault(unit[0], set()).add(len(unit))
    return rows, {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


@cache
def _bounds(side: str) -> Phrases[tuple[Bound, str]]:
    rows = [row for row in read_table("bounds.tsv") if row["side"] == side]
    return Phrases({row["word"]: (_as_bound(row["bound"]), row["not_beside"]) for row in rows})


def _as_bound(name: str) -> Bound:
    known: dict[str, Bound] = {
        "exact": "exact", "over": "over", "under": "under",
        "about": "about", "at_least": "at_least", "at_most": "at_most",
    }  # fmt: skip
    return known[name]


def _with_bounds(text: str, expression: Expression) -> Expression:
    """Return the expression with the bounding words that touch it: 不超过…, …以上, …左右."""
    start, end = expression.span
    bound, parts = expression.bound, expression.parts
    after = _bounds("after").longest_at(text, end)
    if after is not None and _fits_after(text, end, after, expression):
        word, (said, _) = after
        parts = (*parts, ("bound", Span(end, end + len(word))))
        bound, end = said, end + len(word)
    before = _bounds("before").longest_before(text, start)
    if before is not None and _fits_before(text, start, before, expression):
        word, (said, _) = before
        parts = (("bound", Span(start - len(word), start)), *parts)
        start -= len(word)
        if bound in ("exact", "over") or said in ("at_least", "at_most"):
            bound = said
    elif bound == "exact" and "少" in (near := text[max(0, start - 7) : start]) and _AT_LEAST.search(near):
        bound = "at_least"
    if bound is expression.bound and parts is expression.parts:
        return expression
    return expression._replace(span=Span(start, end), bound=bound, parts=parts)


def _fits_after(text: str, end: int, found: tuple[str, tuple[Bound, str]], expression: Expression) -> bool:
    word, (_, not_beside) = found
    following = text[end + len(word) : end + len(word) + 1]
    if following and following in not_beside:
        return False
    if word in ("多", "余", "有余", "还多", "多一点"):
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
