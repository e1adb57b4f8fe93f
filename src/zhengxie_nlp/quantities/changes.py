"""Changes: the direction that a verb gives a quantity. 增长7.8%, 下降2个百分点, 新增停车位300个."""

from __future__ import annotations

import re
from typing import Final

from zhengxie_nlp.quantities.patterns import pattern
from zhengxie_nlp.quantities.readings import Reading, View

#: 比上年多2件 tells a change, 比全市平均水平低13个百分点 a difference.
_BARE_CHANGE: Final = frozenset("快高低多少")


def tell_change(view: View, reading: Reading) -> None:
    """增长7.8%, 下降2个百分点: the direction that the verb before gives."""
    start, kind = reading.expression.span.start, reading.expression.kind
    before = view.text[max(reading.clause.start, start - 12) : start]
    match = pattern("change").search(before)
    if match is not None and not _is_change(before, match, counts=kind == "count"):
        match = None
    if match is None:
        match = pattern("change_of_thing").search(view.text[max(reading.before, start - 24) : start])
    last = view.readings[-1] if view.readings else None
    listed = last is not None and last.clause == reading.clause and last.expression.kind == kind
    if match is not None:
        reading.change = "increase" if match["up"] else "decrease"
    elif kind in ("percent", "multiple"):
        earlier = pattern("change_earlier").search(view.text[reading.before : start])
        if earlier is not None and not pattern("change_to").search(before):
            reading.change = "increase" if earlier["up"] else "decrease"
        elif (
            last is not None
            and listed
            and pattern("change_list_gap").fullmatch(view.text[last.span.end : start])
        ):
            reading.change = last.change
    elif (
        last is not None
        and listed
        and kind == "count"
        and pattern("change_listed").match(view.text[last.span.end : start])
    ):
        reading.change = last.change


def _is_change(before: str, match: re.Match[str], *, counts: bool) -> bool:
    """Say whether 多, 低 or 减 before a number tells a change: 比上年多2件 does, 最多2件 does not."""
    word = match["up"] or match["down"]
    if word in _BARE_CHANGE:
        return pattern("compared_time").search(before[: match.start()]) is not None
    return not counts or len(match[0]) > 1
