"""Calendar dates: the first and last day of what a text states with a year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

_HAN: Final = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_POINT = re.compile(
    r"(?:(?P<year>(?:1[6-9]|20)\d{2}|[一二][〇零○一二三四五六七八九]{3})年?)?"
    r"(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月份?)?"
    r"(?:(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?"
    r"(?P<part>[上下]半年|第?[一二三四1-4]季度|前[三两二3]个?季度|前(?:\d{1,2}|[二两三四五六七八九十])个月|[上中下]旬|年?[底末]|度)?"
)
_RANGE = re.compile(r"至|到|—{1,2}|～|~|-")
_OPEN_START = re.compile(r"^截[至止]到?")
_OPEN_END = re.compile(r"(?:以来|起|开始)$")
_BESIDE = re.compile(r"[之以][前后]$")
_VAGUE = re.compile(r"(?:前|前后|前夕|后|同期|期间)$")
_DECADE = re.compile(
    r"(?P<century>上个?世纪|20世纪|二十世纪|19世纪)(?P<decade>[1-9]0|[一二三四五六七八九]十)年代(?:以来)?$"
)
_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "两": 2, "1": 1, "2": 2, "3": 3, "4": 4}


class Interval(NamedTuple):
    """The first and last day of a period, as ISO dates; None where the text leaves one open."""

    start: str | None
    end: str | None


@lru_cache(1 << 12)
def read_interval(expression: str) -> Interval:
    """Read the first and last day of a date or period that names its year.

    Args:
        expression: a time expression, such as 2023年9月, 2019—2021年, 截至2023年底.

    Returns:
        The two days; None for a side that is open (以来, 以后, 以前, 截至), both None where the text states
        no date (2023年底, 2022年春, 5月).

    Example:
        >>> read_interval("2023年9月")
        Interval(start='2023-09-01', end='2023-09-30')
        >>> read_interval("二〇二一年以来").start
        '2021-01-01'
    """
    decade = _DECADE.fullmatch(expression)
    if decade is not None:
        return _decade(decade)
    body = _OPEN_START.sub("", expression)
    until = body != expression
    body = body.removeprefix("自").removeprefix("从")
    since = _OPEN_END.search(body)
    body = body[: since.start()] if since else body
    if _BESIDE.search(body):
        return _beside(_days(body[:-2], until=until), before=body.endswith("前"))
    if _VAGUE.search(body):
        return Interval(None, None)
    sides = _RANGE.split(body)
    if len(sides) > 2:
        return Interval(None, None)
    first, last = _days(sides[0], until=until), _days(sides[-1], until=until, like=sides[0])
    if first is None or last is None:
        return Interval(None, None)
    if until:
        return Interval(None, last[1].isoformat())
    return Interval(first[0].isoformat(), None if since else last[1].isoformat())


def _beside(days: tuple[date, date] | None, *, before: bool) -> Interval:
    """Read 2018年以前 and 2018年以后: the year itself belongs to what comes after."""
    if days is None:
        return Interval(None, None)
    if before:
        return Interval(None, (days[0] - timedelta(days=1)).isoformat())
    return Interval(days[0].isoformat(), None)


def _decade(match: re.Match[str]) -> Interval:
    century = 1800 if match["century"].startswith("19") else 1900
    written = match["decade"]
    tens = int(written) if written[0].isdigit() else int(_HAN[written[0]]) * 10
    end = None if match[0].endswith("以来") else f"{century + tens + 9}-12-31"
    return Interval(f"{century + tens}-01-01", end)


def _days(point: str, *, until: bool, like: str = "") -> tuple[date, date] | None:
    """Return the first and last day of one side of a range; it may leave its year and month to `like`."""
    point = re.sub(r"(?:凌晨|清晨|早|上午|中午|下午|傍晚|晚|深夜|夜间).*$|\d{1,2}(?:[时点:]).*$", "", point)
    bare = re.fullmatch(r"\d{4}|\d{1,2}", point)
    match = (
        _POINT.fullmatch(point)
        if bare is None
        else _POINT.fullmatch(point + ("年" if len(point) == 4 else ""))
    )
    short = re.match(r"((?:1[6-9]|20)\d{2})年(\d{1,2})$", point)
    if short is not None:
        return _month(int(short[1]), int(short[2]))
    if match is None:
        return None
    model = _POINT.match(like)
    year = _figure(match["year"]) or (_figure(model["year"]) if model else None)
    month = _figure(match["month"]) or (_figure(model["month"]) if model and match["day"] else None)
    if year is None or (not match["year"] and not match["month"] and not match["day"] and not match["part"]):
        return None
    return _period(year, month, day=_figure(match["day"]), part=match["part"] or "", until=until)


def _figure(written: str | None) -> int | None:
    if not written:
        return None
    if written.isdigit() and written.isascii():
        return int(written)
    if "十" in written:
        tens, _, ones = written.partition("十")
        return (int(_HAN[tens]) if tens else 1) * 10 + (int(_HAN[ones]) if ones else 0)
    return int("".join(_HAN[sign] for sign in written))


def _period(
    year: int, month: int | None, *, day: int | None, part: str, until: bool
) -> tuple[date, date] | None:
    if month is None:
        return _part_of_year(year, part, until=until)
    whole = _month(year, month)
    if whole is None:
        return None
    if day is not None:
        if not 1 <= day <= whole[1].day:
            return None
        return date(year, month, day), date(year, month, day)
    if part.endswith("旬"):
        first = {"上": 1, "中": 11, "下": 21}[part[0]]
        return date(year, month, first), date(year, month, first + 9) if first < 21 else whole[1]
    if part:
        return whole if until else None
    return whole


def _month(year: int, month: int) -> tuple[date, date] | None:
    if not 1 <= month <= 12:
        return None
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _part_of_year(year: int, part: str, *, until: bool) -> tuple[date, date] | None:
    first, last = 1, 12
    if part.endswith("半年"):
        first, last = (1, 6) if part[0] == "上" else (7, 12)
    elif part.startswith("前"):
        months = part.endswith("月")
        last = (_figure(part[1:-2].replace("两", "二")) or 0) if months else 3 * _QUARTERS[part[1]]
    elif part.endswith("季度"):
        last = 3 * _QUARTERS[part.removeprefix("第")[0]]
        first = last - 2
    elif part not in ("", "度") and not until:
        return None
    return (date(year, first, 1), date(year, last, monthrange(year, last)[1])) if 1 <= last <= 12 else None
