"""Reads the date of a speech: in the line under its title, in its dateline, or where it is signed (§1)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from zhengxie_nlp.structure.spans import DateSpan
from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.text.source_text import Span

_HAN_DIGITS: Final = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))


def find_date(line: str, *, start: int = 0) -> DateSpan | None:
    """Read the date that a line of a speech's head, or its dateline, tells.

    What counts: 2020年5月21日, 二〇二〇年五月二十一日, 2020-05-21, 2020年5月;
    5月21日, whose year is not said.
    What does not: a year alone, which is a period that a report is about.

    Args:
        line: one paragraph of the clean text, or the beginning of one.
        start: the clean offset of its first character.

    Returns:
        The characters of the date, with its first and last day as far as they are said; a date with a year
        before one without. None where the line tells no date, or none that there is.

    Example:
        >>> found = find_date("（2020年5月21日在市政协全体会议上）")
        >>> found.span, found.start, found.end
        (Span(start=1, end=11), '2020-05-21', '2020-05-21')
        >>> find_date("2023年工作要点") is None
        True
    """
    bare: DateSpan | None = None
    for match in speech_pattern("date").finditer(line):
        span = Span(match.start() + start, match.end() + start)
        if match["bare_month"]:
            bare = bare or DateSpan(span, None, None)
            continue
        days = _days(match)
        if days is not None:
            return DateSpan(span, days[0].isoformat(), days[1].isoformat())
    return bare


def _days(match: re.Match[str]) -> tuple[date, date] | None:
    year = _figure(match["year"] or match["iso_year"])
    month = _figure(match["month"] or match["iso_month"])
    written = match["day"] or match["iso_day"]
    try:
        first = date(year, month, _figure(written) if written else 1)
    except ValueError:
        return None
    if written:
        return first, first
    return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _figure(written: str) -> int:
    """Return the value of a year, month or day in figures or Chinese numerals; 0 for what is none."""
    if written.isascii():
        return int(written)
    if len(written) == 4:
        return int("".join(_HAN_DIGITS.get(sign, "0") for sign in written))
    tens, ten, ones = written.rpartition("十")
    unit = int(_HAN_DIGITS.get(ones, "0")) if ones else 0
    return (int(_HAN_DIGITS.get(tens, "1")) * 10 if ten else 0) + unit
