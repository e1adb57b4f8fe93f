"""What a quantity counts where its own clause names no noun: 收到提案86件，立案|71件|.

By the guideline (§2) it is the noun that it stands for in the clause before, if there is only one candidate;
where there is none, the doing that the number counts (立案172件).
"""

from __future__ import annotations

import re
from typing import Final

from zhengxie_nlp.context.tokens import Token, is_actor, word_lists
from zhengxie_nlp.quantities.counted.after import counted_after, verb_phrase_after
from zhengxie_nlp.quantities.counted.before import activity_before, is_headless, noun_of_kind
from zhengxie_nlp.quantities.readings import Reading, Rule, View
from zhengxie_nlp.text.source_text import Span

#: How many characters a noun left out may lie back.
_REACH: Final = 80
_WINDOW: Final = 60
_PREDICATE: Final = 40
#: Lists are looked back over no farther than this.
_LIST: Final = 8
_LIST_GAP = re.compile(r"[、，和及]?$")
_LEVEL_GAP = re.compile(
    r"(?:，|、)?(?:分别|同比|比上年|比去年|较上年|年均|并|又|再|逐步|迅速|进一步|已)?"
    r"(?:提高|提升|增加|上升|增长|扩大|猛增|跃升|扩|放宽|拓宽|下降|降低|降|减少|压缩|压减|缩短|增|升|调整|优化|减|达|翻|突破|超)"
    r"(?:到|至|为|了)?(?:去年的|今年的|目前的|现在的)?$"
)
_SUM_GAP = re.compile(r"，?(?:共|合计|总计|共计|一共|总共|累计)")
_COMPARED: Final = 24
_COMPARISON = re.compile(
    r"，?(?:一年|三年|两年|五年|净)?(?:[比较]|相比|年均|平均)?[一-龥\d]{0,10}?"
    r"(?:增加|减少|提高|降低|下降|上升|增长|压减|缩短|晚|早|[多少高低])(?:了|到)?"
)
_MARKS = frozenset("“”‘’《》（）()、，和")
#: Units that count the same kind of thing.
_KINDRED: Final[dict[str, str]] = {"名": "人", "位": "人"}
#: What may stand before a number that is its whole clause: 一共213亩.
_SUMS: Final = frozenset(("", "共", "一共", "总共", "共有", "共计", "合计", "总计", "计", "大约"))
_ENDS: Final = frozenset("，。；、）\n长宽高深厚重大")
#: Issues of something that has a name: 打造“晚晴课堂”品牌，每月1期.
_OF_SERIES: Final = frozenset(("期", "场", "届", "辑", "讲", "集"))


_HAVE: Final = frozenset(("有", "达", "占", "达到", "占到"))


def _kindred(unit: str | None) -> str | None:
    return _KINDRED.get(unit, unit) if unit else unit


def _words_before(view: View, reading: Reading) -> list[Token]:
    start = max(reading.before, reading.span.start - _WINDOW)
    return view.tokens(start, reading.span.start)


def _previous_clause(view: View, reading: Reading) -> Span | None:
    """Return the clause before, if it belongs to the sentence."""
    if reading.clause.start <= reading.sentence.start:
        return None
    return view.context.boundaries.clause(reading.clause.start - 1)


def _listed_with(view: View, reading: Reading) -> None:
    """转移群众83户、297人; 主办26件、会办17件; 由3家增加到9家: the noun is that of the quantity before."""
    if reading.counted is not None or not view.readings or reading.expression.use == "level":
        return
    last = view.readings[-1]
    if last.clause != reading.clause or last.counted is None or reading.span.start - last.span.end > _REACH:
        return
    told = max(last.span.end, last.counted.end)
    gap = view.text[told : reading.span.start]
    uses = {last.expression.use, reading.expression.use}
    counts = last.expression.kind == reading.expression.kind == "count"
    alike = counts or last.expression.unit == reading.expression.unit
    in_list = _LIST_GAP.fullmatch(gap) is not None and (
        last.expression.use == "percent" or uses == {"event"} or (alike and told == last.span.end)
    )
    in_list = in_list or (counts and _SUM_GAP.fullmatch(gap) is not None)
    same = last.expression.unit == reading.expression.unit and told < reading.span.start
    if in_list or _LEVEL_GAP.fullmatch(gap) or (same and _is_predicate(view, told, reading.span.start)):
        reading.counted, reading.lent = last.counted, True


def _is_predicate(view: View, start: int, end: int) -> bool:
    """Say whether nothing but doing is told between two quantities: 39项任务|已完成|36项."""
    if view.text.startswith("、", start, end):
        start += 1
    found = view.tokens(start, min(end, start + _PREDICATE))
    return (
        end - start <= _PREDICATE
        and bool(found)
        and all(
            token.role in ("verb", "nominal", "stop", "manner") or token.text in word_lists()["rank"]
            for token in found
        )
        and not any(token.text in _MARKS for token in found)
    )


def _clause_before(view: View, reading: Reading) -> None:
    """征集摄影作品1860幅，评选入展120幅: the noun of the clause before, if it has only one that fits."""
    if reading.counted is not None or not view.readings or reading.expression.use in ("level", "score"):
        return
    expression = reading.expression
    if expression.kind == "duration":
        return
    words = _words_before(view, reading)
    headless = is_headless(words)
    if reading.before != reading.clause.start and not headless:
        return
    share = expression.use == "percent"
    unit = _kindred(expression.unit)
    if expression.kind == "money" and words and words[-1].text in word_lists()["gain"]:
        return
    of_people = expression.kind == "percent" and reading.change is None and (headless or not words)
    verbal = bool(words) and words[-1].role in ("verb", "nominal") and words[-1].text not in _HAVE
    fitting = [
        other
        for other in view.readings[-_LIST:]
        if other.counted is not None
        and (other.sentence == reading.sentence or (headless and _near(view, other, reading)))
        and reading.span.start - other.span.end <= _REACH
        and other.expression.use != "level"
        and (
            other.expression.unit == expression.unit
            or (_kindred(other.expression.unit) == unit and not verbal)
            or (reading.per is not None and reading.touching and reading.per == other.expression.unit)
            or (share and other.expression.kind != "duration")
        )
        and (not of_people or other.expression.use in ("thing", "person"))
    ]
    if not fitting:
        return
    clause = fitting[-1].clause
    nouns = {other.counted for other in fitting if other.clause == clause}
    adjacent = clause.end == reading.clause.start or headless or not share
    deeds = expression.use != "percent" and verbal and _is_doing(view, fitting[-1])
    if len(nouns) == 1 and adjacent and not deeds:
        reading.counted, reading.lent = fitting[-1].counted, True


def _is_doing(view: View, reading: Reading) -> bool:
    """Say whether what a quantity counts is done, not a thing: 处罚79家 after 责令整改71家 counts anew."""
    if reading.counted is None:
        return False
    words = view.tokens(*reading.counted)
    return bool(words) and words[-1].role in ("verb", "nominal")


def _near(view: View, other: Reading, reading: Reading) -> bool:
    return (
        other.sentence.end == reading.sentence.start
        and "\n" not in view.text[other.span.end : reading.span.start]
    )


def _lent_back(view: View, reading: Reading) -> None:
    """惠及1.6万户、5万余名群众: the noun after the second number is that of the first, too."""
    if reading.counted is None or not view.readings or reading.counted.start < reading.span.end:
        return
    last = view.readings[-1]
    both = last.expression.kind == reading.expression.kind == "count"
    gap = view.text[last.span.end : reading.span.start]
    weak = last.counted is None or last.lent or last.told_by_verb
    if both and gap in ("、", "和") and weak:
        last.counted = reading.counted


def _described_by_next(view: View, reading: Reading) -> None:
    """引进3个亿元以上的项目: the noun that a measure describes is that of the number before the measure."""
    if not view.readings or view.text[reading.span.end : reading.span.end + 1] != "的":
        return
    last = view.readings[-1]
    if last.span.end == reading.span.start and last.expression.use == "thing":
        end = min(reading.clause.end, reading.span.end + _PREDICATE)
        noun = counted_after(view.phrasing, last.expression._replace(span=reading.span), end)
        if noun is not None and (last.counted is None or last.lent or last.told_by_verb):
            last.counted, last.told_by_verb = noun, False


def _compared(view: View, reading: Reading) -> None:
    """支出11.8万元，比去年减少4万元: what is compared is of the noun of the quantity before."""
    if reading.counted is not None or not view.readings or reading.expression.kind in ("percent", "duration"):
        return
    last = view.readings[-1]
    alike = last.expression.kind == reading.expression.kind
    near = last.sentence == reading.sentence and reading.span.start - last.span.end <= _COMPARED
    if not alike or not near or last.counted is None:
        return
    if _COMPARISON.fullmatch(view.text[max(last.span.end, last.counted.end) : reading.span.start]):
        reading.counted, reading.lent = last.counted, True


def _object_before(view: View, reading: Reading) -> None:
    """压缩会议经费，比上年下降8%: a change is of the object of the clause before."""
    if reading.counted is not None or reading.change is None or reading.expression.kind != "percent":
        return
    previous = _previous_clause(view, reading)
    if previous is None or not _has_none(view, previous) or reading.before != reading.clause.start:
        return
    found = view.tokens(max(previous.start, previous.end - _WINDOW), previous.end - 1)
    if found and found[-1].role == "noun":
        reading.counted = noun_of_kind(found, frozenset((found[-1].text,)))


def _money_told_before(view: View, reading: Reading) -> None:
    """设立教育基金，首批募集100万元: money is of the noun of money in the clause before."""
    if reading.counted is not None or reading.expression.kind != "money":
        return
    if any(token.text in word_lists()["gain"] for token in _words_before(view, reading)[-2:]):
        return
    previous = _previous_clause(view, reading)
    if previous is not None and _has_none(view, previous):
        found = view.tokens(max(previous.start, previous.end - _WINDOW), previous.end)
        reading.counted = noun_of_kind(found, word_lists()["fund"])


def _apposed(view: View, reading: Reading) -> None:
    """收回了闲置土地，一共213亩: a number that is its whole clause is of the noun right before."""
    expression = reading.expression
    if reading.counted is not None or expression.kind in ("percent", "duration", "money", "score"):
        return
    led = view.text[reading.clause.start : reading.span.start]
    if led not in _SUMS or view.text[reading.span.end : reading.span.end + 1] not in _ENDS:
        return
    previous = _previous_clause(view, reading)
    if previous is None or view.text[previous.end - 1] not in "，：":
        return
    noun = _last_noun(view, previous)
    last = view.readings[-1] if view.readings else None
    if noun is not None and (last is None or noun.start > last.span.end):
        reading.counted = noun
    elif last is not None and last.clause == previous and expression.use == "measure":
        reading.counted, reading.lent = last.counted if last.expression.use == "thing" else None, True


def _topic(view: View, reading: Reading) -> None:
    """村里办培训班，六年办了71场: the object of the clause before, where only doing is told."""
    expression = reading.expression
    if reading.counted is not None or expression.use not in ("thing", "event"):
        return
    if reading.before != reading.clause.start:
        return
    found = _words_before(view, reading)
    while found and found[-1].role in ("stop", "manner"):
        found = found[:-1]
    if not found or found[-1].role not in ("verb", "nominal"):
        return
    while found and found[-1].role in ("verb", "nominal", "stop", "manner"):
        found = found[:-1]
    previous = _previous_clause(view, reading)
    if found or previous is None or not _has_none(view, previous):
        return
    noun = _last_noun(view, previous)
    if noun is not None and _may_be(view.tokens(*noun)[-1], expression.unit):
        reading.counted = noun


def _may_be(token: Token, unit: str | None) -> bool:
    """Say whether a noun may be counted by a unit: 名 counts people, 期 does not."""
    people = is_actor(token)
    return people if unit in ("名", "位", "人", "户", "家") else not people


def _last_noun(view: View, clause: Span) -> Span | None:
    """Return the noun phrase that ends a clause, if one does."""
    found = view.tokens(max(clause.start, clause.end - _WINDOW), clause.end)
    while found and found[-1].text in ("，", "：", "。", "；"):
        found = found[:-1]
    if not found or found[-1].role not in ("noun", "quote"):
        return None
    return noun_of_kind(found, frozenset((found[-1].text,)))


def _has_none(view: View, clause: Span) -> bool:
    return not view.readings or view.readings[-1].span.end <= clause.start


def _series_told_before(view: View, reading: Reading) -> None:
    """合办《乡音》栏目，播出32期: issues are of what the clause before names in quotation marks."""
    if reading.counted is not None and not reading.lent:
        return
    if reading.expression.unit not in _OF_SERIES or reading.before != reading.clause.start:
        return
    if any(token.role in ("noun", "quote") for token in _words_before(view, reading)):
        return
    if reading.clause.start == 0 or (not reading.touching and not _previous_clause(view, reading)):
        return
    previous = view.context.boundaries.clause(reading.clause.start - 1)
    found = view.tokens(max(previous.start, previous.end - _WINDOW), previous.end)
    quotes = [token for token in found if token.role == "quote"]
    if quotes:
        reading.counted = Span(quotes[-1].start + 1, quotes[-1].end - 1)


def _fronted(view: View, reading: Reading) -> None:
    """对历年规章制度进行清理，废止11项; 把内容细化为5大类: what 对 and 把 bring forward is counted."""
    if reading.counted is not None or reading.expression.use != "thing":
        return
    previous = _previous_clause(view, reading)
    own = Span(reading.clause.start, reading.span.start)
    for clause in (own, previous):
        if clause is None or reading.before != reading.clause.start:
            return
        found = view.tokens(max(clause.start, clause.end - _REACH), clause.end)
        fronts = [place for place, token in enumerate(found) if token.text in ("对", "把", "将")]
        if not fronts:
            continue
        noun = _noun_at_front(found[fronts[-1] + 1 :])
        if noun is not None:
            reading.counted = noun
            return


def _noun_at_front(found: list[Token]) -> Span | None:
    """Return the first noun phrase of a stretch, without what stands before its 的."""
    des = [place for place, token in enumerate(found) if token.role == "de"]
    first = des[-1] + 1 if des else 0
    last = first
    while last < len(found) and found[last].role in ("noun", "adjective", "quote", "and", "nominal"):
        last += 1
    if last < len(found) and found[last].text == "等":
        first = last = last + 1
        while last < len(found) and found[last].role == "noun":
            last += 1
    while last > first and found[last - 1].role != "noun":
        last -= 1
    return Span(found[first].start, found[last - 1].end) if first < last else None


def _doing(view: View, reading: Reading) -> None:
    """立案172件; 有7次收到了书面答复: where no noun is left, the doing is counted."""
    expression = reading.expression
    if reading.counted is not None or expression.kind in (
        "money",
        "percent",
        "multiple",
        "duration",
        "score",
    ):
        return
    found = _words_before(view, reading)
    if is_headless(found):
        return
    reading.counted = activity_before(found)
    if reading.counted is None and expression.use == "event":
        end = min(reading.clause.end, reading.after)
        end -= view.text[end - 1] in "，。；：！？\n"
        reading.counted = verb_phrase_after(view.phrasing, expression, end)
    reading.told_by_verb = reading.counted is not None


def _doing_told_before(view: View, reading: Reading) -> None:
    """督查到镇街不超过4个村，每个村不超过2天: what lasts is the doing of the clause before."""
    expression = reading.expression
    if reading.counted is not None or expression.kind != "duration":
        return
    led = view.text[reading.clause.start : reading.span.start]
    previous = _previous_clause(view, reading)
    if previous is None or not ((reading.touching and not led) or led in ("为期", "历时", "学制", "前后")):
        return
    found = view.tokens(max(previous.start, previous.end - _WINDOW), previous.end)
    led_by = ("nominal",) if reading.touching else ("nominal", "verb")
    for token in reversed(found):
        if token.role in led_by and len(token.text) > 1:
            reading.counted = Span(token.start, token.end)
            return


def _respectively(view: View, reading: Reading) -> None:
    """A、B分别增长8.7%、5.2%: each number is told of its own item."""
    text = view.text
    if not view.readings or view.readings[-1].clause != reading.clause:
        return
    group = [reading]
    for earlier in reversed(view.readings[-_LIST:]):
        gap = text[earlier.span.end : group[0].span.start]
        if gap not in ("、", "和", "，") or earlier.clause != reading.clause:
            break
        group.insert(0, earlier)
    head = text[max(reading.clause.start, group[0].span.start - 12) : group[0].span.start]
    if len(group) < 2 or "分别" not in head or text[reading.span.end : reading.span.end + 1] == "、":
        return
    first = group[0].counted
    items = _items(text, first) if first is not None else []
    one = items * len(group) if len(items) == 1 else []
    if first is not None and one and first.start >= reading.clause.start:
        items = one
    if len(items) != len(group):
        before = [other for other in view.readings if other.span.end <= group[0].span.start][-len(group) :]
        told = [other.counted for other in before if other.sentence == reading.sentence]
        items = [span for span in told if span is not None] if len(set(told)) == len(group) else one
    if len(items) == len(group):
        for member, item in zip(group, items, strict=True):
            member.counted = item


def _items(text: str, span: Span) -> list[Span]:
    cuts = [match.span() for match in re.finditer(r"[、和及]", text[span.start : span.end])]
    edges = [0, *(edge for cut in cuts for edge in cut), span.end - span.start]
    return [
        Span(span.start + edges[place], span.start + edges[place + 1])
        for place in range(0, len(edges), 2)
        if edges[place] < edges[place + 1]
    ]


#: Where the noun is sought, in this order.
LEFT_OUT: Final[tuple[tuple[str, Rule], ...]] = (
    ("lent_back", _lent_back),
    ("described_by_next", _described_by_next),
    ("listed_with", _listed_with),
    ("clause_before", _clause_before),
    ("compared", _compared),
    ("object_before", _object_before),
    ("money_told_before", _money_told_before),
    ("series_told_before", _series_told_before),
    ("apposed", _apposed),
    ("fronted", _fronted),
    ("topic", _topic),
    ("doing", _doing),
    ("doing_told_before", _doing_told_before),
    ("respectively", _respectively),
)
