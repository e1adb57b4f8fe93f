"""Numerals: every way in which a Chinese text writes a number, as exact Decimals.

Arabic (1158.5), Chinese (三十八, 两千三百), mixed (1.2万), vague (十几, 数十, 上百, 40多), neighbours
as a range (三五, 两三千), fractions (三分之一, 百分之三十, 1/3). Whether a numeral counts something is not
decided here: 三 in 三农 and 一 in 一定 are numerals too. The signs and their values stand in
`data/numerals.tsv`.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from functools import cache
from typing import Final, Literal, NamedTuple

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.records import Bound
from zhengxie_nlp.text.source_text import Span

#: A run of figures or number signs that is longer than this is no numeral (an account, a picture, noise).
LONGEST: Final = 30

_HAN = "〇零一二三四五六七八九两十百千万亿廿卅"
#: What a numeral begins with; the search looks at no other place.
_FIRST = rf"[\d{_HAN}好几数成上半]"
# Below, every repetition is possessive, atomic or bounded: no text can make the search go back over itself.
_ARABIC = r"(?:(?<!\d,)\d{1,3}+(?>(?:,\d{3}){1,8})(?![\d,])|\d++)(?>(?:\.\d++)?)"
# 千 and 百 that begin a unit (千瓦, 千克, 百分点) multiply nothing.
_MAGNITUDE = r"(?:[百千]?+[万亿]{1,3}+|[百千](?![瓦克米卡伏帕焦赫兆分吨]))"
#: 十来篇, 600来块: 来 before a measure word is a sign of vagueness.
_AFTER_LAI = "[个名家次件天岁篇条张本场户亩块里米斤吨头只台辆座所份项万位趟种封]"
_NUMERAL = re.compile(
    rf"""
    (?={_FIRST})(?:
    (?P<junk>\d{{{LONGEST + 1},}}+[\d.,/]*+|[{_HAN}]{{{LONGEST + 1},}}+)
    |(?P<han_fraction>(?P<below>百|千|万|[{_HAN}]{{1,6}})分之
        (?P<above>[{_HAN}]{{1,12}}+(?>(?:点[〇零一二三四五六七八九]{{1,12}}+)?)|\d{{1,12}}+(?>(?:\.\d{{1,12}}+)?)))
    |(?<![A-Za-z\d./])(?<![A-Za-z][-—])(?P<slash>(?P<over>\d{{1,4}}+)/(?P<under>\d{{1,4}}+))(?![\d/.年月])
    |(?<![A-Za-z\d.])(?<![A-Za-z][-—])(?P<arabic>
        (?P<dots>\d++\.\d++\.[\d.]*+)
        |(?P<figure>{_ARABIC})
         (?>(?:(?>(?P<inner>[余多几])?)(?P<magnitude>{_MAGNITUDE})
            (?>(?P<more>(?>(?:\d{{1,4}}+[百千]?+万|\d{{1,4}}+千){{1,2}}))?))?)
         (?>(?P<outer>[余多](?!样|维|元[化的])|几(?![乎经何近])|来(?={_AFTER_LAI}))?)
    )
    |(?P<vague>(?:好几|几|数|成百上|成千上|上)[十百千万亿]{{1,4}}+)(?>(?P<vague_rest>[余多])?)
    |(?P<han>[{_HAN}]++)
     (?>(?:(?P<han_point>点[〇零一二三四五六七八九]{{1,12}}+(?![十时分刻线])[万亿]{{0,2}}+)
       |(?P<han_inner>(?<=[十百千])[余多几](?=[万亿]))(?P<han_magnitude>[万亿]{{1,2}}+)
     )?)
     (?>(?P<han_outer>(?<=[十百千万亿廿卅])(?:[余多](?![样维])|几(?![乎经何近])|来(?={_AFTER_LAI})))?)
    |(?<![上下前后对折夜参])(?P<half>半(?=[年天日个小月价数里份斤亩]))
    )""",
    re.VERBOSE,
)
#: The numerals read so far, by what is written: most come again and again. A full table begins anew.
_read_before: Final[dict[str, tuple[Numeral, ...]]] = {}
_MOST_READ: Final = 1 << 12
_new = tuple.__new__
# Exact arithmetic that does not depend on the caller's decimal context; what has no exact result raises.
_EXACT = Context(prec=120, traps=[Inexact, InvalidOperation, DivisionByZero])
_FIGURE = "[一二两三四五六七八九]"
_SECTION = re.compile(
    rf"(?>(?P<thousands>{_FIGURE}?千)?)[零〇]?+(?>(?P<hundreds>{_FIGURE}?百)?)[零〇]?+"
    rf"(?>(?P<tens>廿|卅|{_FIGURE}?十)?)[零〇]?+(?>(?P<ones>{_FIGURE})?)"
)
#: Neighbours that make a range; 三两 is told downwards.
_NEXT = frozenset(
    ["三两", "一两", "两三", "三五", "一二", "二三", "三四", "四五", "五六", "六七", "七八", "八九"]
)


class Numeral(NamedTuple):
    """A numeral and what it says.

    Attributes:
        span: its characters, with the signs of vagueness that belong to it (多 余 几 数 上).
        value: the number, or None where it has none of its own: a range, 数十, or a third, which no
            decimal writes exactly.
        low, high: the two ends of a range (三五, 十几), else None.
        form: the figures it is written in; `mixed` is 1.2万.
        bound: what 多 余 上百 几十 say about the value.
        fraction: numerator and denominator of 三分之一, 百分之三十 and 1/3, else None.
    """

    span: Span
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    form: Literal["arabic", "han", "mixed"] = "arabic"
    bound: Bound = "exact"
    fraction: tuple[Decimal, Decimal] | None = None


def find_numerals(text: str, *, start: int = 0, end: int | None = None) -> list[Numeral]:
    """Find every numeral of a clean text.

    Digits that belong to a Latin code (PM2.5, COVID-19, G20) are none, nor is a run of more than
    `LONGEST` figures. Longest reading first: 1.2万余 is one numeral, 百分之三十 too.

    Args:
        text: a clean text, figures in ASCII.
        start: where to begin.
        end: where to stop; by default the end of the text.

    Returns:
        The numerals in order; they do not overlap.

    Example:
        >>> [(n.value, n.bound) for n in find_numerals("接待2700余人次，培训三十八期，金额9.36亿元")]
        [(Decimal('2700'), 'over'), (Decimal('38'), 'exact'), (Decimal('936000000'), 'exact')]
    """
    found: list[Numeral] = []
    for match in _NUMERAL.finditer(text, start, len(text) if end is None else end):
        at = match.start()
        for numeral in _read(match):
            first, last = numeral[0]
            found.append(_new(Numeral, (_new(Span, (at + first, at + last)), *numeral[1:])))
    return found


def parse_numeral(text: str) -> Numeral | None:
    """Read a string that is one numeral from end to end; None if it is not.

    Example:
        >>> parse_numeral("两千三百").value
        Decimal('2300')
        >>> parse_numeral("三五").high
        Decimal('5')
    """
    found = find_numerals(text)
    return found[0] if len(found) == 1 and found[0].span == (0, len(text)) else None


def plain(value: Decimal) -> str:
    """Write a Decimal in plain figures, without exponent or closing zeros: the form of the JSON contract.

    Example:
        >>> plain(Decimal("3.50E+8"))
        '350000000'
    """
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _read(match: re.Match[str]) -> tuple[Numeral, ...]:
    """Return the numerals of a match, counted from its beginning: the same for the same characters."""
    written = match[0]
    if len(written) > 2 * LONGEST:
        return ()
    known = _read_before.get(written)
    if known is None:
        if len(_read_before) >= _MOST_READ:
            _read_before.clear()
        known = _read_before[written] = tuple(_read_anew(match))
    return known


def _read_anew(match: re.Match[str]) -> list[Numeral]:
    span = Span(0, match.end() - match.start())
    if match["junk"] is not None:
        return []
    if match["han_fraction"] is not None:
        return _fraction(span, match["above"], match["below"])
    if match["slash"] is not None:
        return _slash(match["over"], match["under"])
    if match["arabic"] is not None:
        return [_arabic(match, span)]
    if match["vague"] is not None:
        return [_vague(match, span)]
    if match["half"] is not None:
        return [Numeral(span, Decimal("0.5"), form="han")]
    return [_han(match, span)]


def _fraction(span: Span, above: str, below: str) -> list[Numeral]:
    upper, lower = parse_numeral(above), parse_numeral(below)
    if upper is None or lower is None or upper.value is None or not lower.value:
        return []
    form: Literal["arabic", "han"] = "arabic" if above[0].isdigit() else "han"
    return [Numeral(span, _exact(upper.value, lower.value), form=form, fraction=(upper.value, lower.value))]


def _slash(above: str, below: str) -> list[Numeral]:
    over, under = Decimal(above), Decimal(below)
    span = Span(0, len(above) + 1 + len(below))
    if 0 < over < under:
        return [Numeral(span, _exact(over, under), fraction=(over, under))]
    return [Numeral(Span(0, len(above)), over), Numeral(Span(len(above) + 1, span.end), under)]


def _exact(over: Decimal, under: Decimal) -> Decimal | None:
    try:
        return _whole(_EXACT.divide(over, under))
    except Inexact:
        return None


def _arabic(match: re.Match[str], span: Span) -> Numeral:
    if match["dots"] is not None:
        return Numeral(span, None)
    value = Decimal(match["figure"].replace(",", ""))
    magnitude = match["magnitude"]
    if magnitude is None:
        return Numeral(span, value, bound=_bound(match["outer"]))
    value = _EXACT.multiply(value, _product(magnitude))
    for part in re.findall(r"(\d+)([百千万]+)", match["more"] or ""):
        value = _EXACT.add(value, _EXACT.multiply(Decimal(part[0]), _product(part[1])))
    return Numeral(span, _whole(value), form="mixed", bound=_bound(match["inner"] or match["outer"]))


def _vague(match: re.Match[str], span: Span) -> Numeral:
    prefix = match["vague"].rstrip("十百千万亿")
    if prefix.endswith("上"):
        return Numeral(span, _product(match["vague"][len(prefix) :]), form="han", bound="over")
    return Numeral(span, None, form="han", bound="about")


def _han(match: re.Match[str], span: Span) -> Numeral:
    digits = match["han"]
    if match["han_point"] is not None:
        return Numeral(span, _point(digits, match["han_point"]), form="han", bound=_bound(match["han_outer"]))
    factor = _product(match["han_magnitude"] or "")
    outer = match["han_outer"]
    if (outer or match["han_inner"]) == "几":
        base = _structured(digits)
        last = _signs()["unit"].get(digits[-1], _signs()["magnitude"].get(digits[-1], Decimal(10)))
        if base is None:
            return Numeral(span, None, form="han")
        step = last * factor / 10
        return Numeral(span, None, base * factor + step, base * factor + 9 * step, form="han")
    bound = _bound(match["han_inner"] or outer)
    low, high = _pair(digits)
    if low is not None and high is not None:
        return Numeral(span, None, low * factor, high * factor, form="han", bound=bound)
    value = _structured(digits)
    return Numeral(span, None if value is None else value * factor, form="han", bound=bound)


def _bound(sign: str | None) -> Bound:
    if sign is None:
        return "exact"
    return "over" if sign in "余多" else "about"


def _product(signs: str) -> Decimal:
    result = Decimal(1)
    for sign in signs:
        result *= _signs()["unit"].get(sign) or _signs()["magnitude"][sign]
    return result


def _whole(value: Decimal) -> Decimal:
    return Decimal(plain(value))


@cache
def _signs() -> dict[str, dict[str, Decimal]]:
    roles: dict[str, dict[str, Decimal]] = {}
    for row in read_table("numerals.tsv"):
        roles.setdefault(row["role"], {})[row["sign"]] = Decimal(row["value"])
    return roles


def _point(whole: str, point: str) -> Decimal | None:
    before = _structured(whole)
    figures = point[1:].rstrip("万亿")
    if before is None:
        return None
    signs = _signs()
    after = "".join(str(signs["digit"].get(sign, Decimal(0))) for sign in figures)
    return _whole(_EXACT.multiply(Decimal(f"{before}.{after}"), _product(point[1 + len(figures) :])))


def _pair(digits: str) -> tuple[Decimal | None, Decimal | None]:
    """Read 三五, 两三千 and 十五六: two neighbouring figures in one place are a range."""
    plain_digits = re.findall(r"[一二三四五六七八九两]{2,}", digits)
    if len(plain_digits) != 1 or plain_digits[0] not in _NEXT:
        return None, None
    at = digits.index(plain_digits[0])
    low, high = _structured(digits[: at + 1] + digits[at + 2 :]), _structured(digits[:at] + digits[at + 1 :])
    if plain_digits[0] == "三两":
        low, high = high, low
    return (low, high) if low is not None and high is not None and low < high else (None, None)


def _structured(digits: str) -> Decimal | None:
    """Read 三千二百零五万 or a run of figures (二〇二四); None if the signs make no number."""
    if len(digits) > 1 and not set(digits) - _figures().keys():
        return Decimal("".join(_figures()[sign] for sign in digits))
    return _number(digits, leading=True)


@cache
def _figures() -> dict[str, str]:
    rows = read_table("numerals.tsv")
    return {row["sign"]: row["value"] for row in rows if row["role"] in ("digit", "blank")}


def _number(digits: str, *, leading: bool) -> Decimal | None:
    """Read number signs; without `leading`, a magnitude must have a figure before it (no 三亿万)."""
    for sign in "亿万":
        head, magnitude, tail = digits.rpartition(sign)
        if not magnitude:
            continue
        size = _signs()["magnitude"][sign]
        above = _number(head, leading=True) if head else Decimal(1) if leading else None
        below = _number(tail, leading=False) if tail else Decimal(0)
        if above is None or below is None:
            return None
        if len(tail) == 1 and tail in _signs()["digit"]:
            below *= size / 10  # 两万五: the figure stands one place lower
        return above * size + below
    return _section(digits)


def _section(digits: str) -> Decimal | None:
    match = _SECTION.fullmatch(digits)
    if match is None:
        return None
    thousands, hundreds, tens = (
        place and _figure(place[:-1], 1) * size
        for place, size in ((match["thousands"], 1000), (match["hundreds"], 100), (match["tens"], 10))
    )
    if match["tens"] in _signs()["joined"]:
        tens = _signs()["joined"][match["tens"]]
    ones = _figure(match["ones"] or "", 0)
    if ones and not tens and digits[-2:-1] in ("百", "千"):
        ones *= 10 if hundreds else 100  # 两千三: the figure stands one place lower
    return (thousands or Decimal(0)) + (hundreds or 0) + (tens or 0) + ones


def _figure(sign: str, default: int) -> Decimal:
    return _signs()["digit"].get(sign, Decimal(default))
