"""Relative times, placed by the day on which they are said: 今年, 去年6月, 上半年, 近三年.

What a text states stands in `start` and `end`; what follows only from the date of a speech is inferred, and
is given apart. The words stand in `data/relative_times.tsv`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.text.numerals import parse_numeral
from zhengxie_nlp.times.dates import Interval, read_interval
from zhengxie_nlp.times.patterns import pattern

_MONTHS: Final = 12
_NOTHING: Final = Interval(None, None)
_WEEKDAYS: Final = {sign: number for number, sign in enumerate("一二三四五六日")} | {"天": 6}
_REPUBLIC: Final = 1911
#: 98年 is the last year of that number that is not more than these years after the speech.
_AHEAD: Final = 5
_CENTURY: Final = 100
_FIGURES: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")


class _Word(NamedTuple):
    unit: str
    by: int


@cache
def _words() -> Phrases[_Word]:
    return Phrases(
        {row["word"]: _Word(row["unit"], int(row["by"])) for row in read_table("relative_times.tsv")}
    )


@cache
def _years() -> re.Pattern[str]:
    years = [row["word"] for row in read_table("relative_times.tsv") if row["unit"] == "year"]
    return re.compile("|".join(sorted(years, key=len, reverse=True)))


def resolve(expression: str, on: Interval, *, year: int | None = None) -> Interval:
    """Place a time expression by the date on which it is said.

    Args:
        expression: a time expression as written: 今年, 去年6月, 上周三, 近三年, also an absolute one.
        on: the first and last day of the date of the speech; where it is a month or a year only, what hangs
            on the day is not resolved.
        year: the year that the sentence has named before, which a bare month (5月) belongs to; by default
            that of `on`.

    Returns:
        The first and last day; None for what stays open.

    Example:
        >>> day = Interval("2024-03-12", "2024-03-12")
        >>> resolve("去年6月", day), resolve("上半年", day).end
        (Interval(start='2023-06-01', end='2023-06-30'), '2024-06-30')
        >>> resolve("今年以来", day), resolve("上周三", day).start
        (Interval(start='2024-01-01', end='2024-03-12'), '2024-03-06')
        >>> resolve("近年来", day)
        Interval(start=None, end=None)
    """
    if on.start is None or on.end is None:
        return _NOTHING
    first, last = date.fromisoformat(on.start), date.fromisoformat(on.end)
    found = _NOTHING
    for way in (_stated, _by_year, _by_word, _by_length, _by_number):
        found = way(expression, first, last, year)
        if found != _NOTHING:
            break
    if found.start is not None and found.end is None and expression.endswith("以来"):
        return Interval(found.start, max(found.start, on.end))
    return found


def _stated(expression: str, first: date, last: date, year: int | None) -> Interval:
    """What the text states needs no inference."""
    del first, last, year
    return _NOTHING if _years().search(expression) else read_interval(expression)


def _by_year(expression: str, first: date, last: date, year: int | None) -> Interval:
    """今年, 去年6月, 去年12月至今年3月, 上半年, 5月: with a year in place of the word it is a date."""
    if first.year != last.year:
        return _NOTHING
    pair = pattern("this_and_next").fullmatch(expression)
    if pair is not None:
        begin = first.year - (pair["first"] == "去")
        return Interval(f"{begin}-01-01", f"{begin + 1}-12-31")
    written = _years().sub(lambda match: f"{first.year + _words()[match[0]].by}年", expression)
    if written == expression:
        edge = pattern("edge").match(expression)
        at = edge.end() if edge else 0
        if not pattern("part_of_year").match(expression, at):
            return _NOTHING
        written = f"{expression[:at]}{year or first.year}年{expression[at:]}"
    return read_interval(written.replace("年度", "年").replace("年年", "年"))


def _by_word(expression: str, first: date, last: date, year: int | None) -> Interval:
    """昨天, 上周三, 本月, 上一季度."""
    del year
    edge = pattern("edge").match(expression)
    at = edge.end() if edge else 0
    found = _words().longest_at(expression, at)
    if found is None:
        return _NOTHING
    word, (unit, by) = found
    rest = pattern("since").sub("", expression[at + len(word) :])
    days = _moved(unit, by, first, last)
    if days is None:
        return _NOTHING
    if unit in ("month", "quarter") and rest and first.month == last.month:
        return read_interval(f"{days[0].year}年{days[0].month}月{rest}") if unit == "month" else _NOTHING
    weekday = pattern("weekday").match(rest)
    if unit == "week" and weekday is not None:
        day = days[0] + timedelta(days=_WEEKDAYS[weekday[1]])
        days = day, day
    elif rest and unit != "day":
        return _NOTHING
    start, end = days[0].isoformat(), days[1].isoformat()
    return Interval(
        None if edge and edge[0][0] == "截" else start, None if pattern("since").search(expression) else end
    )


def _moved(unit: str, by: int, first: date, last: date) -> tuple[date, date] | None:
    """Return the day, week, month or quarter so many after that of the speech; None if it has none."""
    if unit == "day":
        day = first + timedelta(days=by)
        return (day, day) if first == last else None
    if unit == "week":
        monday = first - timedelta(days=first.weekday()) + timedelta(weeks=by)
        return (monday, monday + timedelta(days=6)) if first == last else None
    if (first.year, first.month) != (last.year, last.month):
        return None
    size = 3 if unit == "quarter" else 1
    place = (first.year * _MONTHS + first.month - 1) // size + by
    begin = place * size
    end = begin + size - 1
    start = date(begin // _MONTHS, begin % _MONTHS + 1, 1)
    year, month = end // _MONTHS, end % _MONTHS + 1
    return start, date(year, month, monthrange(year, month)[1])


def _by_length(expression: str, first: date, last: date, year: int | None) -> Interval:
    """近三年, 过去5年, 未来两个月: so long before or after the day of the speech."""
    del year
    match = pattern("last_while").fullmatch(expression)
    if match is None or first != last:
        return _NOTHING
    numeral = parse_numeral(match["number"]) if match["number"] != "半" else None
    if numeral is None or numeral.value is None:
        months = 6 if match["unit"] == "年" and match["number"] == "半" else 0
        days = 0
    else:
        number = int(numeral.value)
        months = {"年": 12, "月": 1}.get(match["unit"], 0) * number
        days = {"周": 7, "星期": 7, "天": 1, "日": 1}.get(match["unit"], 0) * number
    if not months and not days:
        return _NOTHING
    past = match["side"] in ("最近", "近", "过去")
    other = _months_on(first, -months if past else months) + timedelta(days=-days if past else days)
    return Interval(*sorted((other.isoformat(), first.isoformat())))


def _months_on(day: date, months: int) -> date:
    place = day.year * _MONTHS + day.month - 1 + months
    year, month = place // _MONTHS, place % _MONTHS + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _by_number(expression: str, first: date, last: date, year: int | None) -> Interval:
    """98年, 零八年5月: the century follows from the speech. 民国二十三年, 公元628年: counted as we count."""
    del year
    short = pattern("short_year").fullmatch(expression)
    if short is not None and first.year == last.year:
        digits = short["year"].translate(_FIGURES)
        told = first.year - first.year % _CENTURY + int(digits)
        told -= _CENTURY if told > first.year + _AHEAD else 0
        return read_interval(f"{told}年{short['rest']}")
    era = pattern("era").fullmatch(expression)
    if era is None:
        return _NOTHING
    numeral = parse_numeral("一" if era["year"] == "元" else era["year"])
    if numeral is None or numeral.value is None:
        return _NOTHING
    counted = int(numeral.value) + (_REPUBLIC if era["era"] == "民国" else 0)
    if counted < 1000:
        return Interval(f"{counted:04}-01-01", f"{counted:04}-12-31") if not era["rest"] else _NOTHING
    return read_interval(f"{counted}年{era['rest']}")
