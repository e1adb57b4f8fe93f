"""Numerals: every way in which a Chinese text writes a number, as exact Decimals.

Arabic (1158.5), Chinese (三十八, 两千三百), mixed (1.2万, 3万4000, 3.5个亿), financial (壹拾万), vague
(十几, 数十, 上百, 40多), neighbours as a range (三五, 两三千), fractions (三分之一, 一又二分之一, 百分之三十,
1/3). Whether a numeral counts something is not decided here: 三 in 三农 and 一 in 一定 are numerals too.
The signs and their values stand in `data/numerals.tsv`.
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
_DIGIT = "[一二三四五六七八九两]"
#: The financial figures, which bills and contracts write so that none can be changed.
_BANK = "壹贰叁肆伍陆柒捌玖"
#: What a numeral begins with; the search looks at no other place.
_FIRST = rf"[\d{_HAN}好几数成上半{_BANK}拾]"
# Below, every repetition is possessive, atomic or bounded: no text can make the search go back over itself.
_ARABIC = r"(?:(?<!\d,)\d{1,3}+(?>(?:,\d{3}){1,8})(?![\d,])|\d++)(?>(?:\.\d++)?)"
#: 千 that begins a unit (五万千瓦) multiplies nothing; before 米 only where no number ends in it (十五千米).
_KILO = rf"千(?![克瓦伏帕赫焦米]|卡(?![车口片点位]))|千(?<={_DIGIT}千)(?<![十百].千)(?=米)"
#: 两 behind a numeral is a weight (六两, 两万两), save in a range (一两个, 三两天) and before a magnitude.
_LIANG = (
    r"两(?<![一二三四五六七八九十百千万亿半]两)|两(?<=[百千万亿]两)(?=[十百千万亿])"
    r"|两(?<=[一三]两)(?=[个次天年月日位名句件条种项批步百千万])"
)
_SIGN = rf"(?:[{_HAN.replace('千', '').replace('两', '')}]|{_KILO}|{_LIANG})"
# 千 and 百 that begin a unit (千瓦, 千克, 百分点) multiply nothing.
_MAGNITUDE = r"(?:[百千]?+[万亿]{1,3}+|[百千](?![瓦克米卡伏帕焦赫兆分]))"
#: 3万|4000, 3万|零500, 3万|4千5百, 100万|三千: what goes on below the magnitude, each part with its own.
_REST = (
    rf"(?>(?:[零〇]?+(?:\d{{1,4}}+(?![\d.,/%年月日号])|{_DIGIT}(?=[十百千万]))"
    rf"(?:[十百]?+[万]|(?:{_KILO})(?:万)?|[十百](?!分)|(?![十百千万亿]))){{1,5}})"
)
#: 3.5个亿: the measure word stands before the magnitude. 三个亿级产业 and 3个亿元村 count others.
_GE_YI = r"个[多余来半]?(?=亿(?![级吨千户元])|亿元(?![一-龥]))亿"
#: 十来篇, 600来块: 来 before a measure word is a sign of vagueness.
_LAI = "来(?={lai})"
_NUMERAL: Final = rf"""
    (?={_FIRST})(?:
    (?P<junk>\d{{{LONGEST + 1},}}+[\d.,/]*+|[{_HAN}]{{{LONGEST + 1},}}+)
    |(?<![A-Za-z\d.])(?P<parts>(?>(?:(?P<whole>[{_HAN}]{{1,6}}|\d{{1,4}})又)?)(?P<below>百|千|万|[{_HAN}]{{1,6}}|\d{{1,4}}+)分之
        (?P<above>[{_HAN}]{{1,12}}+(?>(?:点[〇零一二三四五六七八九]{{1,12}}+)?)|\d{{1,12}}+(?>(?:\.\d{{1,12}}+)?))
        (?>(?P<parts_more>(?<=[十百])[几余多])?))
    |(?<![A-Za-z\d./])(?<![A-Za-z][-—])(?P<slash>(?>(?:(?P<slash_whole>\d{{1,3}}+)又)?)(?P<over>\d{{1,4}}+)/(?P<under>\d{{1,4}}+))(?![\d/.年月])
    |(?:(?<![A-Za-z\d.^])|{{codes}})(?<![A-Za-z][-—])(?P<arabic>
        (?P<dots>\d++\.\d++\.[\d.]*+)
        |(?P<figure>{_ARABIC})
         (?>(?:{_GE_YI}(?P<ge>)|(?>(?P<inner>[余多几])?)(?P<magnitude>{_MAGNITUDE})(?>(?P<more>{_REST})?))?)
         (?>(?P<outer>[余多](?!样|维|元[化的])|几(?![乎经何近])|{_LAI})?)
    )
    |(?P<vague>(?:好几|几|数|成百上|成千上|上)(?:[十百千万亿]{{1,4}}+(?>(?:{_GE_YI})?)|{_GE_YI}))(?>(?P<vague_rest>[余多])?)
    |(?P<half_yi>半{_GE_YI})
    |(?P<han>{_SIGN}++)
     (?>(?:(?P<han_point>点[〇零一二三四五六七八九]{{1,12}}+(?![十时分刻线])[万亿]{{0,2}}+)
       |(?P<han_ge>{_GE_YI})
       |(?P<han_more>(?<=[十百千万])\d{{1,4}}+(?![\d.,/%年月日号])[万]?+)
       |(?P<han_inner>(?<=[十百千])[余多几](?=[万亿]|个亿))(?P<han_magnitude>[万亿]{{1,2}}+|{_GE_YI})
     )?)
     (?>(?P<han_outer>(?<=[十百千万亿廿卅])(?:[余多](?![样维])|几(?![乎经何近])|{_LAI}))?)
    |(?P<bank>(?:(?=[{_BANK}][{_BANK}零万亿]{{0,8}}[拾佰仟])[{_BANK}][{_BANK}拾佰仟万亿零]*+
       |(?<![队大登内水着退入收])[{_BANK}][{_BANK}万亿零]*+(?=[元圆角]|分(?<=[元角].分))|拾(?<![收捡].)[万亿]?(?=[元圆])))
    |(?<![上下前后对折夜参])(?P<half>半(?=[年天日个小月价数里份斤亩公吨米辈]))
    )"""
#: The numerals read so far, by what is written: most come again and again. A full table begins anew.
_read_before: Final[dict[str, tuple[Numeral, ...]]] = {}
_MOST_READ: Final = 1 << 12
_new = tuple.__new__
# Exact arithmetic that does not depend on the caller's decimal context; what has no exact result raises.
_EXACT = Context(prec=120, traps=[Inexact, InvalidOperation, DivisionByZero])
#: What no decimal writes exactly is rounded to so many significant digits (guideline §8).
_ROUNDED = Context(prec=12)
_HALF: Final = Decimal("0.5")
#: The financial figures as plain ones.
_PLAIN: Final = str.maketrans(f"{_BANK}拾佰仟", "一二三四五六七八九十百千")
_PART = re.compile(rf"([零〇]?)(\d+|{_DIGIT})([十百千万]*)")
_FIGURE = "[一二两三四五六七八九]"
_SECTION = re.compile(
    rf"[零〇]?+(?>(?P<thousands>{_FIGURE}?千)?)[零〇]?+(?>(?P<hundreds>{_FIGURE}?百)?)[零〇]?+"
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
        value: the number, or None where it has none of its own: a range, 数十. What no decimal writes
            exactly (a third) is rounded to twelve significant digits.
        low, high: the two ends of a range (三五, 十几), else None.
        form: the figures it is written in; `mixed` is 1.2万.
        bound: what 多 余 上百 几十 say about the value.
        fraction: numerator and denominator of 三分之一, 百分之三十, 1/3 and 一又二分之一 (3 and 2), else
            None; of a range (百分之八九十) the numerator is its low end, and `low` and `high` are numerators.
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
    for match in _pattern().finditer(text, start, len(text) if end is None else end):
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


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of a numeral; 来 is a sign of vagueness before the measure words of `units.tsv`."""
    words = {row["unit"] for row in read_table("units.tsv") if row["vague"]}
    lai = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    signs = [row["sign"] for row in read_table("number_signs.tsv") if row["kind"] == "currency"]
    codes = "|".join(f"(?<={re.escape(sign)})" for sign in signs if sign.isascii() and sign[-1].isalpha())
    return re.compile(_NUMERAL.replace("{lai}", f"(?:{lai})").replace("{codes}", codes), re.VERBOSE)


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
    if match["parts"] is not None:
        return _fraction(match, span)
    if match["slash"] is not None:
        return _slash(match["over"], match["under"], whole=match["slash_whole"])
    if match["arabic"] is not None:
        return [_arabic(match, span)]
    if match["vague"] is not None:
        return [_vague(match, span)]
    if match["half"] is not None:
        return [Numeral(span, _HALF, form="han")]
    if match["half_yi"] is not None:
        return [Numeral(span, _whole(_EXACT.multiply(_HALF, _product("亿"))), form="han")]
    if match["bank"] is not None:
        return [Numeral(span, _structured(match["bank"].translate(_PLAIN)), form="han")]
    return [_han(match, span)]


def _fraction(match: re.Match[str], span: Span) -> list[Numeral]:
    above, below, more = match["above"], match["below"], match["parts_more"]
    upper, lower = parse_numeral(above + ("几" if more == "几" else "")), parse_numeral(below)
    if upper is None or lower is None or not lower.value:
        return []
    form: Literal["arabic", "han"] = "arabic" if above[0].isdigit() else "han"
    if upper.low is not None and upper.high is not None:
        return [Numeral(span, None, upper.low, upper.high, form, fraction=(upper.low, lower.value))]
    if upper.value is None:
        return []
    over = upper.value
    if match["whole"] is not None:
        whole = parse_numeral(match["whole"])
        if whole is None or whole.value is None:
            return []
        over = _EXACT.add(over, _EXACT.multiply(whole.value, lower.value))
    value = divide(over, lower.value)
    return [Numeral(span, value, form=form, bound=_bound(more), fraction=(over, lower.value))]


def _slash(above: str, below: str, *, whole: str | None) -> list[Numeral]:
    over, under = Decimal(above), Decimal(below)
    span = Span(0, len(above) + 1 + len(below))
    if whole is not None and under:
        over += Decimal(whole) * under
        span = Span(0, span.end + len(whole) + 1)
        return [Numeral(span, divide(over, under), fraction=(over, under))]
    if 0 < over < under:
        return [Numeral(span, divide(over, under), fraction=(over, under))]
    return [Numeral(Span(0, len(above)), over), Numeral(Span(len(above) + 1, span.end), under)]


def divide(over: Decimal, under: Decimal) -> Decimal:
    """Divide, rounded to twelve significant digits where no decimal writes the result exactly.

    Example:
        >>> divide(Decimal(1), Decimal(3)), divide(Decimal(3), Decimal(4))
        (Decimal('0.333333333333'), Decimal('0.75'))
    """
    try:
        return _whole(_EXACT.divide(over, under))
    except Inexact:
        return _whole(_ROUNDED.divide(over, under))


def _arabic(match: re.Match[str], span: Span) -> Numeral:
    if match["dots"] is not None:
        return Numeral(span, None)
    value = Decimal(match["figure"].replace(",", ""))
    magnitude = "亿" if match["ge"] is not None else match["magnitude"]
    if magnitude is None:
        return Numeral(span, value, bound=_bound(match["outer"]))
    more = _of_ge(match[0])
    value = value + _HALF if more == "半" else value
    value = _with_rest(_EXACT.multiply(value, _product(magnitude)), magnitude, match["more"] or "")
    vague = match["inner"] or match["outer"] or more
    return Numeral(span, _whole(value), form="mixed", bound=_bound(None if vague == "半" else vague))


def _of_ge(written: str) -> str | None:
    """Return what stands between the measure word and the magnitude: 多 of 两个多亿, 半 of 三个半亿."""
    at = written.find("个")
    return written[at + 1] if at >= 0 and written[at + 1] in "多余来半" else None


def _with_rest(value: Decimal, magnitude: str, rest: str) -> Decimal:
    """Add what goes on below a magnitude: 4000 of 3万4000, 4千5百; a lone last figure is one place lower."""
    size, section = _product(magnitude), Decimal(0)
    for empty, figure, signs in _PART.findall(rest):
        amount = Decimal(figure if figure.isdigit() else _figures()[figure])
        low = signs.rstrip("万")
        lower = size / 10 if len(figure) == 1 and not empty else Decimal(1)
        size = _product(low) if signs else lower
        section = _EXACT.add(section, _EXACT.multiply(amount, size))
        if low != signs:
            value, section = _EXACT.add(value, _EXACT.multiply(section, _product("万"))), Decimal(0)
            size = _product("万")
    return _EXACT.add(value, section)


def _vague(match: re.Match[str], span: Span) -> Numeral:
    written = re.sub("个[多余来半]?", "", match["vague"])
    prefix = written.rstrip("十百千万亿")
    if prefix.endswith("上"):
        return Numeral(span, _product(written[len(prefix) :]), form="han", bound="over")
    return Numeral(span, None, form="han", bound="about")


def _han(match: re.Match[str], span: Span) -> Numeral:
    digits = match["han"]
    if match["han_point"] is not None:
        return Numeral(span, _point(digits, match["han_point"]), form="han", bound=_bound(match["han_outer"]))
    if match["han_more"] is not None:
        value = _structured(digits)
        rest = None if value is None else _with_rest(value, digits[-1], match["han_more"])
        return Numeral(span, rest, form="mixed", bound=_bound(match["han_outer"]))
    more = _of_ge(match[0]) if match["han_ge"] else None
    factor = _product("亿" if match["han_ge"] else (match["han_magnitude"] or "").lstrip("个多余来半"))
    outer = match["han_outer"]
    if (outer or match["han_inner"]) == "几":
        base = _structured(digits)
        last = _signs()["unit"].get(digits[-1], _signs()["magnitude"].get(digits[-1], Decimal(10)))
        if base is None:
            return Numeral(span, None, form="han")
        step = last * factor / 10
        return Numeral(span, None, base * factor + step, base * factor + 9 * step, form="han")
    bound = _bound(match["han_inner"] or outer or (None if more == "半" else more))
    low, high = _pair(digits)
    if low is not None and high is not None:
        return Numeral(span, None, low * factor, high * factor, form="han", bound=bound)
    value = _structured(digits)
    if value is not None and more == "半":
        value += _HALF
    return Numeral(span, None if value is None else _whole(value * factor), form="han", bound=bound)


def _bound(sign: str | None) -> Bound:
    if sign is None:
        return "exact"
    return "over" if sign in "余多" else "about"


def figures_of(written: str) -> str | None:
    """Write a run of figures in ASCII; None if it is none.

    Example:
        >>> figures_of("七五"), figures_of("75"), figures_of("十五")
        ('75', '75', None)
    """
    if written.isascii():
        return written if written.isdigit() else None
    figures = [_figures().get(sign, "") for sign in written if sign != "两"]
    return "".join(figures) if len(figures) == len(written) and all(figures) else None


def magnitude_of(signs: str) -> Decimal:
    """Return what number signs multiply by: 万亿 is 10^12, none 1.

    Example:
        >>> magnitude_of("万"), magnitude_of("")
        (Decimal('10000'), Decimal('1'))
    """
    return _product(signs)


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
    run = len(digits) > len(plain_digits[0] if plain_digits else "") and not set(digits) - _figures().keys()
    if len(plain_digits) != 1 or plain_digits[0] not in _NEXT or run:
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
