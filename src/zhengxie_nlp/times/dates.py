"""Calendar dates: the first and last day of what a text states with a year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from zhengxie_nlp.text.numerals import parse_numeral
from zhengxie_nlp.times.patterns import pattern

_HAN: Final = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_FIGURES: Final = "〇零○一二三四五六七八九"
_LAST_OF_DAYS: Final = ("底", "末")
_NUMBERS: Final = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "两": 2,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "首": 1,
    "头": 1,
}
_MONTHS: Final = 12
#: The holidays whose day the calendar of the state fixes.
_HOLIDAYS: Final = {"元旦": (1, 1), "国庆": (10, 1), "国庆节": (10, 1)}


class Interval(NamedTuple):
    """The first and last day of a period, as ISO dates; None where the text leaves one open."""

    start: str | None
    end: str | None


class _Days(NamedTuple):
    """The first and last day of a point in time; `first` is None where only its end is told (年底)."""

    first: date | None
    last: date


_NOTHING: Final = Interval(None, None)


@lru_cache(1 << 12)
def read_interval(expression: str) -> Interval:
    """Read the first and last day of a date or period that names its year.

    Args:
        expression: a time expression, such as 2023年9月, 2019—2021年, 截至2023年底, 2023-06-18.

    Returns:
        The two days; None for a side that is open (以来, 以后, 以前, 截至) or that the text does not state
        (the start of 2023年底), both None where it states no date (2022年春, 5月). Of a range only the sides
        that are stated; a range that goes back (2020年5月至2019年3月) is given as it is written.

    Example:
        >>> read_interval("2023年9月")
        Interval(start='2023-09-01', end='2023-09-30')
        >>> read_interval("二〇二一年以来").start
        '2021-01-01'
        >>> read_interval("2021.06—2021.09").end, read_interval("2026年前").end
        ('2021-09-30', '2025-12-31')
    """
    decade = pattern("decade").fullmatch(expression) or pattern("decade_of_year").fullmatch(expression)
    if decade is not None:
        return _decade(decade)
    if "世纪" in expression or "年代" in expression:
        return _NOTHING
    body = pattern("open_start").sub("", expression)
    until = body != expression
    body = _with_signs(body.removeprefix("自").removeprefix("从"))
    since = pattern("open_end").search(body)
    body = body[: since.start()] if since else body
    if pattern("vague_edge").search(body):
        return _NOTHING
    beside = pattern("beside").search(body)
    body = body[: beside.start()] if beside else body
    within = pattern("within").search(body) or pattern("so_many_years").search(body)
    body = body[: within.start()] if within else body
    sides = pattern("range_sign").split(body)
    if len(sides) == 1 and (within or "、" in body or pattern("two_years").match(body)):
        sides = pattern("and_sign").split(body)
    first, last = _days(sides[0]), _days(sides[-1], like=sides[0])
    if len(sides) > 1:
        return _of_two(first, last, sides, open_end=since is not None)
    if first is None:
        return _NOTHING
    if beside is not None:
        return _beside(first, before=beside[0].endswith("前"))
    return Interval(
        None if until or first.first is None else first.first.isoformat(),
        None if since else first.last.isoformat(),
    )


def _with_signs(body: str) -> str:
    """Write a numeric date with its signs: 2023-06-18 as 2023年06月18日, also the short end of a range."""
    body = pattern("numeric_day").sub(r"\1年\3月\4日", body)
    body = pattern("numeric_month").sub(r"\1年\2月", body)
    body = pattern("year_and_numbers").sub(r"年\1月\2日", body)
    return pattern("short_day").sub(r"\1月\2日", body)


def _of_two(first: _Days | None, last: _Days | None, sides: list[str], *, open_end: bool) -> Interval:
    """Read a range; a side that the text leaves open, or tells by today (今年上半年), is None."""
    told = pattern("told_by_today").search(sides[0]) is not None
    start = None if first is None or told else (first.first or first.last).isoformat()
    end = None if last is None or open_end else last.last.isoformat()
    if start is None and end is not None and not pattern("year_told").search(sides[-1]):
        end = None
    return Interval(start, end)


def _beside(days: _Days, *, before: bool) -> Interval:
    """Read 2018年前 and 2018年以后: the year itself belongs to what comes after; 2018年底前 ends with it."""
    if before:
        end = days.last if days.first is None else days.first - timedelta(days=1)
        return Interval(None, end.isoformat())
    return Interval((days.first or days.last).isoformat(), None)


def _decade(match: re.Match[str]) -> Interval:
    groups = match.groupdict()
    if groups.get("year"):
        first = int(groups["year"])
    else:
        nth = groups["nth"]
        century = 20 if groups["century"].startswith("上") else 21 if nth is None else _figure(nth) or 0
        written = groups["decade"]
        tens = int(written) if written[0].isdigit() else int(_HAN[written[0]]) * 10
        first = (century - 1) * 100 + tens
    if not 1 <= first <= date.max.year - 10:
        return _NOTHING
    return Interval(f"{first:04}-01-01", None if groups["since"] else f"{first + 9:04}-12-31")


def _days(point: str, *, like: str = "") -> _Days | None:
    """Return the days of one side of a range; it may leave its year and month to the side before."""
    point = pattern("clock_rest").sub("", point)
    if pattern("year_alone").fullmatch(point):
        point += "年"
    elif like and pattern("number_alone").fullmatch(point):
        point += "日" if pattern("day_told").search(like) else "月"
    short = pattern("year_and_month").fullmatch(point)
    if short is not None:
        point += "月"
    elif pattern("month_and_day").search(point):
        point += "日"
    match = pattern("point").fullmatch(point)
    if match is None or not point:
        return None
    model = pattern("point").match(_completed(like))
    year = _figure(match["year"]) or (_figure(model["year"]) if model else None)
    month = _figure(match["month"]) or (_figure(model["month"]) if model and match["day"] else None)
    if year is None or not date.min.year <= year <= date.max.year:
        return None
    return _period(year, month, day=_figure(match["day"]), part=match["part"] or "")


def _completed(like: str) -> str:
    """Return the first side of a range with its last sign: 2023年5月12 is a day, 2023年2 a month."""
    if pattern("month_and_day").search(like):
        return like + "日"
    return like + "月" if pattern("ends_in_month").search(like) else like


def _figure(written: str | None) -> int | None:
    if not written:
        return None
    if written.isdigit() and written.isascii():
        return int(written)
    if not set(written) - set(_FIGURES):
        return int("".join(_HAN[sign] for sign in written))
    numeral = parse_numeral(written)
    return None if numeral is None or numeral.value is None else int(numeral.value)


def _period(year: int, month: int | None, *, day: int | None, part: str) -> _Days | None:
    if month is None:
        return None if day is not None else _part_of_year(year, part)
    whole = _month(year, month)
    if whole is None or whole.first is None:
        return None
    if day is not None:
        if not 1 <= day <= whole.last.day:
            return None
        return _Days(date(year, month, day), date(year, month, day))
    if part.endswith("旬"):
        first = {"上": 1, "中": 11, "下": 21}[part[0]]
        last = {"上": 10, "中": 20, "下": whole.last.day}[part[-2]]
        return _Days(date(year, month, first), date(year, month, last))
    if part.endswith("半月"):
        middle = date(year, month, 15)
        return (
            _Days(whole.first, middle) if part[0] == "上" else _Days(middle + timedelta(days=1), whole.last)
        )
    if part.endswith(_LAST_OF_DAYS):
        return _Days(None, whole.last)
    return None if part else whole


def _month(year: int, month: int) -> _Days | None:
    if not 1 <= month <= _MONTHS:
        return None
    return _Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _part_of_year(year: int, part: str) -> _Days | None:
    if part.endswith(_LAST_OF_DAYS):
        return _Days(None, date(year, _MONTHS, 31))
    if part in _HOLIDAYS:
        day = date(year, *_HOLIDAYS[part])
        return _Days(day, day)
    months = _months(part)
    if months is None:
        return None
    first, last = months
    if not 1 <= first <= last <= _MONTHS:
        return None
    return _Days(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _months(part: str) -> tuple[int, int] | None:
    """Return the first and last month of a part of the year: 上半年, 前三季度, 第三个季度, 后两个月."""
    if part in ("", "度", "全年"):
        return 1, _MONTHS
    if part == "首月":
        return 1, 1
    if part.endswith("半年"):
        return (1, 6) if part[0] in "上前头" else (7, _MONTHS)
    if part.endswith("月"):
        number = _figure(part.strip("最前头后个月").replace("两", "二")) or 0
        return (1, number) if part[0] in "前头" else (_MONTHS + 1 - number, _MONTHS)
    several = pattern("several_quarters").fullmatch(part)
    if several is not None:
        return 1, 3 * _NUMBERS[several[1]]
    last = 3 * _NUMBERS[part.removeprefix("第")[0]]
    return last - 2, last
