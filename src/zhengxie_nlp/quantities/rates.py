"""Rates: what a quantity is per. 每年, 每两月, 每个县区, 人均, and /年 behind a unit.

A rate that touches its number is part of the quantity (每年2次). One that stands earlier in the clause, or in
the clause before with the same unit, is lent to it: the quantity uses it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.context.tokens import Phrasing, word_lists
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.quantities.expression import Expression
from zhengxie_nlp.quantities.patterns import pattern
from zhengxie_nlp.text.source_text import Span

_HAN = "一二两三四五六七八九十半"
#: What follows 每, with the units of `units.tsv`: {measures} count things (每羽|鸡), {units} stand alone.
_EVERY: Final = (
    r"每(?!当|逢|每|况|一[个项级名位件次])(?:"
    rf"(?P<time>(?:[{_HAN}]{{1,2}}|\d{{1,2}})?个?(?:年|月|周|天|日|季度|季|学期|学年|星期|旬|小时|分钟))(?P<of>[初末底中])?"
    r"|(?P<measure>(?:{measures}))(?=[\u4e00-\u9fa5“])"
    rf"|(?P<thing>(?:[百千万{_HAN}]|\d{{1,3}}万?)?(?:人口|生|群|餐|村|区|秒|校|班|床|{{units}})))"
)
# Below, what may not stand before a character is told behind it, in (?<!x.): so the search jumps.
_SLASHES: Final = ("/", "／", "每")
#: How many characters a rate reaches at most.
_REACH: Final = 80
_SAME: Final = {
    "天": "日",
    "季": "季度",
    "一年": "年",
    "一天": "日",
    "一周": "周",
    "一月": "月",
    "一个月": "月",
}


class Rate(NamedTuple):
    """What a rate is per: 「每个县区」 is `per` 县区, over the characters of `span`."""

    span: Span
    per: str
    kind: str


def find_rates(text: str) -> list[Rate]:
    """Find every 每… and …均 of a text, in order.

    Example:
        >>> [(rate.per, rate.span) for rate in find_rates("每两月举办1次，人均3册")]
        [('两月', Span(start=0, end=3)), ('人', Span(start=8, end=10))]
    """
    phrasing = Phrasing(text)
    found = [Rate(Span(*match.span()), "人", "average") for match in pattern("rate_each_one").finditer(text)]
    for match in _every().finditer(text):
        if match["time"]:
            per = _time(match["time"])
            found.append(Rate(Span(match.start(), match.end("time")), per, "time"))
        elif match["measure"]:
            end = _noun_end(phrasing, match.end())
            # 每袋茶重两斤: what is measured of each is no name of it.
            if end > match.end() and text[end - 1] not in "重长宽高厚深价":
                found.append(Rate(Span(match.start(), end), text[match.end() : end], "thing"))
            else:
                found.append(Rate(Span(match.start(), match.end()), match["measure"], "thing"))
        else:
            found.append(Rate(Span(match.start(), match.end()), match["thing"], "thing"))
    for match in pattern("rate_average").finditer(text):
        per = _SAME.get(match["thing"], match["thing"])
        found.append(Rate(Span(match.start(), match.end()), per, "average"))
    found.extend(
        Rate(Span(match.start(), match.end()), match[0], "noun")
        for match in pattern("rate_yield").finditer(text)
        if text.startswith(_yields(), match.end()) or text[match.end()] == "产"
    )
    found.extend(
        Rate(Span(*match.span()), match[0], "noun") for match in pattern("rate_yield_of_land").finditer(text)
    )
    found.extend(
        Rate(Span(*match.span()), _time(match[0]), "time") for match in pattern("rate_often").finditer(text)
    )
    for match in pattern("rate_priced").finditer(text):
        per = _SAME.get(match["priced"], match["priced"])
        found.append(Rate(Span(*match.span()), per, "thing"))
    return sorted(found, key=lambda rate: rate.span)


@cache
def _every() -> re.Pattern[str]:
    """Return the pattern of 每…; a unit does not count where it begins another word (每项目)."""
    rows = [row for row in read_table("units.tsv") if row["rate"]]
    rows.sort(key=lambda row: -len(row["unit"]))
    written = {
        row["unit"]: re.escape(row["unit"]) + (f"(?!{row['not_before']})" if row["not_before"] else "")
        for row in rows
    }
    # 每个 is a rate before its noun only.
    counts = [
        "个",
        *(written[row["unit"]] for row in rows if row["use"] == "thing" and len(row["unit"]) == 1),
    ]
    every = _EVERY.replace("{measures}", "|".join(counts)).replace("{units}", "|".join(written.values()))
    return re.compile(every)


@cache
def _yields() -> tuple[str, ...]:
    return tuple(sorted(word_lists()["yield"]))


def _time(written: str) -> str:
    return _SAME.get(written) or (written if written[0] in "半" else written.replace("个", "", 1))


def _noun_end(phrasing: Phrasing, start: int) -> int:
    end = start
    for token in phrasing.tokens(start, min(len(phrasing.text), start + 10)):
        if (
            token.role not in ("noun", "adjective", "quote")
            or token.text[0] in "须经应均都可"
            or token.text[0] in _HAN
            or token.text[0].isdigit()
        ):
            break
        end = token.end
    return end


def rate_inside(rates: list[Rate], starts: list[int], at: int) -> bool:
    """Say whether the character at `at` lies inside a rate: 两 in 每两月."""
    place = bisect_right(starts, at) - 1
    return place >= 0 and rates[place].span.start <= at < rates[place].span.end


def rate_before(rates: list[Rate], starts: list[int], *, clause: Span, at: int) -> Rate | None:
    """Return the last rate that ends in `clause` at or before `at`."""
    place = bisect_right(starts, at) - 1
    while place >= 0 and rates[place].span.start >= clause.start:
        if rates[place].span.end <= at:
            return rates[place]
        place -= 1
    return None


def governs(text: str, rate: Rate, expression: Expression) -> bool:
    """Say whether a rate earlier in the clause reaches the quantity.

    每年组织活动20多次 does; 每周由两个界别组织 does not (by whom), nor 每年…，500万元以上的项目 (inside a
    modifier), nor anything that 共 or 累计 sums up.
    """
    if expression.span.start - rate.span.end > _REACH:
        return False
    between = text[rate.span.end : expression.span.start]
    if between != "在" and pattern("rate_break").search(between[-40:]):
        return False
    if rate.kind == "noun":
        return len(between) <= 12 and not pattern("clause_edge").search(between)
    if text.startswith("的", expression.span.end) and expression.use != "percent":
        return False
    if rate.kind == "average" and rate.per not in ("年", "月", "日"):
        return (
            expression.use in ("measure", "thing", "percent")
            and expression.kind not in ("percent", "multiple")
            and len(between) <= 14
        )
    return True


def slash_rate(text: str, end: int, *, money: bool) -> tuple[Span, str] | None:
    """Return the rate right behind a unit: 500元/月, 2元每吨; of money also 12元一斤."""
    match = pattern("rate_slash").match(text, end) if text.startswith(_SLASHES, end) else None
    if match is None and money and text.startswith("一", end):
        match = pattern("rate_slash_priced").match(text, end)
    if match is None:
        return None
    return Span(match.start(), match.end()), _SAME.get(match["thing"], match["thing"])
