"""What the words of a record say by themselves, so that an annotation need not repeat it: plain forms only.

Anything beyond them (一百二十, 两三家, 三分之一) is written out in the annotation.
"""

from __future__ import annotations

import calendar
import re
from decimal import Decimal
from typing import Final

_SMALL: Final[dict[str, Decimal]] = {
    "两": Decimal(2),
    "半": Decimal("0.5"),
    **{digit: Decimal(value) for value, digit in enumerate("一二三四五六七八九十", 1)},
}
_MAGNITUDES: Final[dict[str, int]] = {
    "": 1,
    "千": 1000,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
_BEFORE: Final = {
    "近": "under", "不足": "under", "不到": "under", "约": "about", "大约": "about",
    "超过": "over", "超": "over", "逾": "over", "突破": "over",
    "至少": "at_least", "不少于": "at_least", "不低于": "at_least",
    "不超过": "at_most", "不高于": "at_most",
}  # fmt: skip
_AFTER: Final = {
    "以上": "at_least", "以内": "at_most", "以下": "at_most", "左右": "about", "上下": "about",
}  # fmt: skip
_PLAIN = re.compile(
    rf"(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))})?"
    r"(?P<number>\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十半])"
    r"(?P<over>[余多])?(?P<magnitude>百万|千万|万亿|[万亿]|千(?![瓦米克]))?(?P<over2>[余多])?"
    rf"(?P<unit>(?!分之|[一二两三四五六七八九十百万亿几]|千(?![瓦米克]))\D*?)(?P<after>{'|'.join(_AFTER)})?"
)
_KINDS: Final = {
    "money": "元 美元 港元",
    "percent": "% ％ 个百分点 成",
    "multiple": "倍 番",
    "length": "米 公里 千米 厘米 毫米 里",
    "area": "亩 平方米 平方公里 公顷",
    "weight": "吨 公斤 斤 克 千克 微克/立方米",
    "volume": "立方米 升 毫升",
    "energy": "千瓦时 度 吨标准煤 瓦 千瓦 兆瓦 伏 千伏",
    "duration": "岁 周岁 周年 年 个月 周 天 日 小时 个小时 分钟 秒 个工作日",
    "temperature": "℃ 摄氏度",
    "score": "分",
}
_UNIT_KINDS: Final = {unit: kind for kind, units in _KINDS.items() for unit in units.split()}


def plain_quantity(words: str) -> dict[str, str]:
    """Read value, bound and unit off a quantity in plain form.

    Args:
        words: the quantity as written.

    Returns:
        The fields ``value``, ``bound`` and ``unit``; empty, if the form is not plain.

    Example:
        >>> plain_quantity("57.71亿元"), plain_quantity("40多次")["bound"]
        ({'value': '5771000000', 'bound': 'exact', 'unit': '元'}, 'over')
    """
    match = _PLAIN.fullmatch(re.sub(r"\s", "", words))
    if match is None:
        return {}
    number = match["number"].replace(",", "")
    value = _SMALL[number] if number in _SMALL else Decimal(number)
    value *= _MAGNITUDES[match["magnitude"] or ""]
    bound = "over" if match["over"] or match["over2"] else "exact"
    bound = _AFTER.get(match["after"] or "", _BEFORE.get(match["before"] or "", bound))
    return {"value": plain_decimal(value), "bound": bound, "unit": match["unit"]}


def plain_decimal(value: Decimal) -> str:
    """Write a number without exponent and idle zeros.

    Example:
        >>> plain_decimal(Decimal("57.710") * 10**8)
        '5771000000'
    """
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def unit_kind(unit: str) -> str:
    """Return the kind of quantity that a unit measures; ``"count"`` for measure words.

    Example:
        >>> unit_kind("平方公里"), unit_kind("人次")
        ('area', 'count')
    """
    return _UNIT_KINDS.get(unit, "count")


def date_range(dates: str) -> tuple[str | None, str | None]:
    """Turn the dates of a time expression into its first and last day.

    Args:
        dates: a year, month or day (``2023``, ``2023-09``, ``2023-09-15``), a range of them with ``..``
            between, of which one end may be open, or nothing.

    Returns:
        First and last day as ISO dates, None where not stated.

    Raises:
        ValueError: if there is no such day.

    Example:
        >>> date_range("2024-02"), date_range("2023.."), date_range("")
        (('2024-02-01', '2024-02-29'), ('2023-01-01', None), (None, None))
    """
    first, dots, last = dates.partition("..")
    if not dots:
        last = first
    return (_day(first, last=False) if first else None), (_day(last, last=True) if last else None)


def _day(date: str, *, last: bool) -> str:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", date)
    if match is None:
        raise ValueError(f"“{date}” is not 2023, 2023-09 or 2023-09-15")
    year, month = int(match[1]), int(match[2] or (12 if last else 1))
    if not 1 <= month <= 12:
        raise ValueError(f"“{date}” names no month")
    longest = calendar.monthrange(year, month)[1]
    day = int(match[3] or (longest if last else 1))
    if not 1 <= day <= longest:
        raise ValueError(f"“{date}” names no day")
    return f"{year:04}-{month:02}-{day:02}"


def short_dates(start: str | None, end: str | None) -> str:
    """Write first and last day as briefly as `date_range` can read them back.

    Example:
        >>> short_dates("2024-02-01", "2024-02-29"), short_dates("2023-01-01", None), short_dates(None, None)
        ('2024-02', '2023-01-01..', '')
    """
    for length in (4, 7, 10):
        if start and end and start[:length] == end[:length] and date_range(start[:length]) == (start, end):
            return start[:length]
    return f"{start or ''}..{end or ''}" if start or end else ""
