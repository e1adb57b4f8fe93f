"""Changes: the direction that a verb gives a quantity. 增长7.8%, 下降2个百分点, 新增停车位300个."""

from __future__ import annotations

import re
from typing import Final

from zhengxie_nlp.quantities.readings import Reading, View

_UP = (
    "(?<!负)增长|增加|提高|上升|提升|上涨|上浮|上调|延长|延后|扩大|净增|"
    "增收|增产|偏多|增幅|增速|翻|增|涨|快|高|多"
)
_DOWN = (
    "负增长|下降|降低|减少|压减|缩减|核减|精简|下调|下浮|下滑|回落|缩短|压缩|削减|减负|减免|减支|减排|减产|让利|"
    "减税|退税|偏少|降幅|减|降|低|少"
)
_FIRST: Final = "[负增提上延扩净偏翻涨快高多下降减缩核精回压削让退少低]"
_CHANGE = re.compile(
    rf"(?={_FIRST})(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|幅|幅度|速)?(?:分别|均|各|约|近|达|达到|为|至少|超过|超)?$"
)
#: 比上年多2件 tells a change, 比全市平均水平低13个百分点 a difference.
_BARE_CHANGE: Final = frozenset("快高低多少")
_COMPARED_TIME = re.compile(r"[比较](?:上|去|前|往|同|过去|以前|原来|\d{4})[^，。；]{0,12}$")
#: 新增停车位300个、泊位20个: what is added or saved stands between the verb and its number.
_CHANGE_OF_THING = re.compile(
    r"(?=[新增核减节退少降])(?:(?P<up>新增|增配|增设|增收|增产)|(?P<down>核减|减支|减排|减产|减负(?!等)|减贫|减免|节省|节约|退税|减税|降低(?=[\u4e00-\u9fa5]{2})|少(?:支出|花|跑)))"
    r"(?!.*[到至达为])[^，。；：\n]{0,16}(?<!的)$"
)
_CHANGE_EARLIER = re.compile(
    rf"(?={_FIRST})(?:(?P<up>(?<!负)增长|增加(?!值)|提高|上升|提升|上涨)|(?P<down>负增长|下降|降低|减少|压减|压缩|精简|缩短|削减|下调|缩减))(?!到|至|为|率|速|的?贡献)"
)
_LISTED = re.compile(r"[\u4e00-\u9fa5“”]{0,12}+、(?!其中)[^，。；：]{1,14}$")
_LIST_GAP = re.compile(r"[、，和及]?$")


def tell_change(view: View, reading: Reading) -> None:
    """增长7.8%, 下降2个百分点: the direction that the verb before gives."""
    start, kind = reading.expression.span.start, reading.expression.kind
    before = view.text[max(reading.clause.start, start - 12) : start]
    match = _CHANGE.search(before)
    if match is not None and not _is_change(before, match, counts=kind == "count"):
        match = None
    if match is None:
        match = _CHANGE_OF_THING.search(view.text[max(reading.before, start - 24) : start])
    last = view.readings[-1] if view.readings else None
    listed = last is not None and last.clause == reading.clause and last.expression.kind == kind
    if match is not None:
        reading.change = "increase" if match["up"] else "decrease"
    elif kind in ("percent", "multiple"):
        earlier = _CHANGE_EARLIER.search(view.text[reading.before : start])
        if earlier is not None and not re.search(r"[到至为]$", before):
            reading.change = "increase" if earlier["up"] else "decrease"
        elif last is not None and listed and _LIST_GAP.fullmatch(view.text[last.span.end : start]):
            reading.change = last.change
    elif last is not None and listed and kind == "count" and _LISTED.match(view.text[last.span.end : start]):
        reading.change = last.change


def _is_change(before: str, match: re.Match[str], *, counts: bool) -> bool:
    """Say whether 多, 低 or 减 before a number tells a change: 比上年多2件 does, 最多2件 does not."""
    word = match["up"] or match["down"]
    if word in _BARE_CHANGE:
        return _COMPARED_TIME.search(before[: match.start()]) is not None
    return not counts or len(match[0]) > 1
