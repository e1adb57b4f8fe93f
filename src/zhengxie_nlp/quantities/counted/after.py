"""What stands after the measure word and is counted: 8个|专委会|建立.

The clause is cut into words (`text.segmenters.words`); their tags and the lists in `data/counted_words.tsv`
decide where a noun phrase ends. Windows are bounded, and end at the neighbouring quantities.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhengxie_nlp.context.tokens import Phrasing, Token, is_actor, is_body, word_lists
from zhengxie_nlp.quantities.expressions import Expression
from zhengxie_nlp.text.source_text import Span

_AFTER: Final = 40
_WORD: Final = 2
_SUCH: Final = ("这样的", "类似的", "同样的", "像样的", "以上的", "这类的")
_HAS: Final = ("有", "其中", "另有", "剩余")
#: 由12个调整为10个: the activity word before these is a verb.
_LEADS_ON: Final = frozenset(("为", "到", "至", "成", "了", "过", "出"))
_THINGS: Final = frozenset(("thing", "person", "event"))
_OF_PEOPLE: Final = frozenset(("名", "位", "人", "户", "家"))
_STOP_MARKS = frozenset("，。！？；：\n…—")


def counted_after(phrasing: Phrasing, expression: Expression, limit: int) -> Span | None:
    """Return what stands after the unit and is counted: 8个|专委会|建立.

    Args:
        phrasing: the clean text, and its stretches as tokens.
        expression: the quantity, with its bounds.
        limit: where the clause ends or the next quantity begins.
    """
    text, start = phrasing.text, expression.span.end
    end = min(limit, start + _AFTER)
    # In half of all cases the clause ends right behind the number.
    if expression.use in ("level", "score") or start >= end or text[start] in _STOP_MARKS:
        return None
    if text[start] == "的":
        start += 1
        if expression.use in ("measure", "duration", "event"):
            return _described(phrasing.tokens(start, end), expression)
    found = phrasing.tokens(start, end)
    if expression.kind == "duration" and _sets_limit(text, expression):
        return _deed_after(found)
    if text.startswith(_SUCH, start):
        found = phrasing.tokens(text.index("的", start) + 1, end)
    plain = expression.use == "duration" and expression.bound == "exact"
    if plain and found and found[0].role == "nominal":
        return Span(found[0].start, found[0].end)
    if start == expression.span.end and _shares_people(text, expression, found):
        return Span(found[0].start, found[0].end)
    bare = start == expression.span.end and expression.use in ("percent", "measure", "duration")
    if bare and not _measured_noun(expression, found):
        return None
    has = text[max(0, expression.span.start - 2) : expression.span.start].endswith(_HAS)
    whole = _with_adverb(found) if expression.use in _THINGS else None
    if whole is None and (has or expression.unit in _OF_PEOPLE) and _tells(found):
        return None
    if whole is None and expression.use in _THINGS and not has:
        whole = _verb_alone(found) or _told_apart(found, expression)
    if whole is not None:
        return whole
    meets_next = end == limit and text[end - 1] not in _STOP_MARKS
    return _phrase_after(found, expression, meets_next=meets_next)


def _shares_people(text: str, expression: Expression, found: Sequence[Token]) -> bool:
    """Say whether a share that opens its clause is of the people right after it: 三成|委员|."""
    if expression.use != "percent" or expression.unit not in (None, "成") or not found:
        return False
    return _opens(text, expression.span.start) and found[0].role == "noun" and is_actor(found[0])


def _verb_alone(found: Sequence[Token]) -> Span | None:
    """Return a verb that is all that follows and so names a doing: 五项|整治|：, 两次|面商|."""
    ends = len(found) == 1 or (len(found) > 1 and found[1].text in _STOP_MARKS)
    if found and ends and found[0].role == "verb" and len(found[0].text) == _WORD:
        return Span(found[0].start, found[0].end)
    return None


def _told_apart(found: Sequence[Token], expression: Expression) -> Span | None:
    """Return people or places with what tells them apart: 3个|整改迟缓的乡镇|, 27名|受到诬告的干部|."""
    de = next((place for place, token in enumerate(found) if token.role == "de"), 0)
    if not de or found[0].role == "and" or de + 1 >= len(found) or not _opens_clause(found):
        return None
    clause = found[:de]
    if any(token.text in _STOP_MARKS for token in clause) or not any(
        token.role == "verb" for token in clause
    ):
        return None
    last = de + 1
    while last < len(found) and found[last].role in ("noun", "adjective"):
        last += 1
    head = found[last - 1]
    if last == de + 1 or head.role != "noun" or not (is_actor(head) or expression.unit not in _OF_PEOPLE):
        return None
    return Span(found[0].start, head.end)


def _with_adverb(found: Sequence[Token]) -> Span | None:
    """Return things that an adverb and a verb tell apart: 17个|已签约项目|, 5个|拟摘帽县|."""
    if len(found) < _WORD + 1 or found[0].text not in word_lists()["apart"]:
        return None
    last = 1
    while last < len(found) and found[last].role in ("verb", "nominal") and last <= _WORD:
        if found[last].text in word_lists()["predicate"]:
            return None
        last += 1
    first = last
    while last < len(found) and found[last].role == "noun":
        last += 1
    return Span(found[0].start, found[last - 1].end) if 1 < first < last else None


def _opens_clause(found: Sequence[Token]) -> bool:
    token = found[0]
    if token.role == "nominal" and found[1].role in ("adjective", "verb"):
        return True
    return token.role in ("verb", "adjective") or token.text in ("因", "被", "未", "没有", "不")


def _tells(found: Sequence[Token]) -> bool:
    """Say whether what follows is told of them, not their name: 有9家|达不到要求|, 其中5人|参与巡查|."""
    if not found or found[0].role != "verb" or len(found[0].text) < _WORD:
        return False
    last = 0
    while last < len(found) and found[last].role not in ("stop", "de", "and", "manner"):
        last += 1
    if last > 1 and found[last - 1].text in word_lists()["head"]:
        return False
    ends_in_de = last < len(found) and found[last].role == "de"
    return not ends_in_de and not any(is_actor(token) or token.text == "单位" for token in found[1:last])


def _opens(text: str, start: int) -> bool:
    return not start or text[start - 1] in _STOP_MARKS


def _sets_limit(text: str, expression: Expression) -> bool:
    """10分钟内, 3个工作日 and 24小时 say how soon or how long something is to be done."""
    around_the_clock = expression.unit == "小时" and expression.value == 24
    used = text[max(0, expression.span.start - 2) : expression.span.start].endswith(("用", "历时", "耗时"))
    within = text[expression.span.end - 1] == "内"
    return within or used or "工作日" in (expression.unit or "") or around_the_clock


def _deed_after(found: Sequence[Token]) -> Span | None:
    """Return the doing that a limit of time is set for: 10个工作日内|书面答复|, 30分钟内必须|到达现场|."""
    first = 0
    while (
        first < len(found) and found[first].role in ("stop", "and") and found[first].text not in _STOP_MARKS
    ):
        first += 1
    first += first < len(found) and found[first].text in word_lists()["modal"]
    first = _without_partner(found, first)
    last = first
    while last < len(found) and found[last].role not in ("stop", "de", "and"):
        last += 1
    run = found[first:last]
    if len(run) > 1 and run[-1].text in word_lists()["level"]:
        run = run[:-1]
    if not any(token.role in ("verb", "nominal", "manner") for token in run):
        return None
    return Span(run[0].start, run[-1].end)


def _without_partner(found: Sequence[Token], first: int) -> int:
    """Return where the doing begins after whom it is done with or to: 向市委|汇报工作."""
    if not first or found[first - 1].text not in word_lists()["partner"]:
        return first
    while first < len(found) and found[first].role in ("noun", "adjective"):
        first += 1
    return first


def _described(found: list[Token], expression: Expression) -> Span | None:
    """Return the noun that a measure describes: 70岁以上的|老党员|; of money only a noun of money."""
    if expression.kind == "duration" and expression.bound == "at_most":
        return None
    span = _phrase_after(found, expression, meets_next=False)
    if span is not None and any(token.end == span.end and token.role != "noun" for token in found):
        return None
    if span is None or expression.kind != "money":
        return span
    money = word_lists()["fund"] | {"总价"}
    return span if any(token.end == span.end and token.text[-2:] in money for token in found) else None


def _measured_noun(expression: Expression, found: Sequence[Token]) -> bool:
    if expression.kind == "duration" and found and found[0].role == "noun":
        return any(token.role == "noun" and token.text[-2:] in word_lists()["term"] for token in found[:2])
    if expression.use != "measure" or not found or found[0].role not in ("noun", "adjective", "nominal"):
        return False
    if expression.kind != "money" and found[0].role == "nominal":
        return len(found) > 1 and found[1].role == "noun"
    return expression.kind != "money" or any(
        token.text in word_lists()["money"] or token.text[-2:] in word_lists()["money"] for token in found[:3]
    )


def _phrase_after(found: list[Token], expression: Expression, *, meets_next: bool) -> Span | None:
    lists = word_lists()
    first = 0
    while first < len(found) and (found[first].text in lists["each"]):
        first += 1
    found = found[first:]
    stop = _run_length(found, expression)
    if stop == len(found) and meets_next:
        ands = [place for place in range(stop) if found[place].role == "and"]
        stop = ands[-1] if ands else stop
        found = found[:stop]
    run, reason = found[:stop], found[stop] if stop < len(found) else None
    if len(run) == 1 and run[0].role == "nominal" and reason is not None and reason.text in _LEADS_ON:
        return None
    if expression.unit in _OF_PEOPLE:
        who = _people(run, reason, found[stop + 1 :])
        if who:
            return Span(run[0].start, run[who - 1].end)
    if reason is not None and reason.role == "de":
        head = _relative(found, stop)
        people = expression.unit in _OF_PEOPLE and head is not None and is_actor(found[head])
        if head is not None and people and not any(is_actor(token) for token in run):
            return Span(run[0].start if run else found[stop + 1].start, found[head].end)
        if head is not None:
            return Span(run[0].start if run else found[stop + 1].start, found[head].end)
    if _is_verbal_noun(run, found[stop : stop + 2]):
        return Span(run[0].start, found[stop].end)
    while run and (
        run[-1].role in ("and", "verb", "adjective", "manner", "bracket", "nominal") and _drops(run, reason)
    ):
        run = run[:-1]
    if not run or all(token.role == "verb" for token in run):
        return None
    if run[0].role == "quote" and len(run) == 1:
        return Span(run[0].start + 1, run[0].end - 1)
    return Span(run[0].start, run[-1].end)


def _people(run: Sequence[Token], reason: Token | None, rest: Sequence[Token]) -> int:
    """Return how many tokens name the people, where what they do follows: 286名|委员|履职的任务; else 0."""
    if any(is_actor(token) for token in rest[:2]) and reason is not None and reason.role == "de":
        return 0
    for place in range(1, len(run)):
        phrase = run[place].role == "adjective" and len(run[place].text) > _WORD
        doing = (phrase or run[place].role in ("nominal", "verb")) and run[place - 1].role == "noun"
        governs = run[place].text in word_lists()["predicate"]
        others = any(is_actor(token) for token in run[place:])
        if doing and is_actor(run[place - 1]) and (governs or not others):
            return place if run[place - 1].text not in ("社区", "村", "乡镇", "街道") else 0
    return 0


def _is_verbal_noun(run: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Say whether adjectives and a verb that ends the phrase make a noun: 七项|专项整治|."""
    if not run or not rest or rest[0].role != "verb" or any(token.role != "adjective" for token in run):
        return False
    return len(rest) == 1 or rest[1].text in _STOP_MARKS


def _drops(run: Sequence[Token], reason: Token | None) -> bool:
    last = run[-1]
    if last.role == "nominal":
        if len(run) < 2 or (reason is not None and reason.role == "de"):
            return False
        return is_actor(run[-2]) or (run[-2].role == "nominal" and len(run) > 2 and is_actor(run[-3]))
    return last.role != "bracket" or reason is None or len(run) == 1


def _run_length(found: Sequence[Token], expression: Expression) -> int:
    """Return how many tokens belong to the noun phrase that begins here."""
    for place, token in enumerate(found):
        if token.role in ("stop", "de") or token.text[0] in "0123456789":
            return place
        if token.role == "manner" and place:
            return place
        if token.role == "quote" and place and found[place - 1].role == "noun":
            following = found[place + 1].role if place + 1 < len(found) else "stop"
            if following not in ("noun", "nominal") and is_actor(found[place - 1]):
                return place
        if token.role == "and":
            if (
                place == 0
                or place + 1 >= len(found)
                or found[place + 1].role in ("stop", "verb", "manner", "and", "de")
            ):
                return place
            continue
        if token.role == "verb" and not _verb_inside(found, place, expression):
            return place
    return len(found)


def _verb_inside(found: Sequence[Token], place: int, expression: Expression) -> bool:
    """Say whether a verb stands inside a compound (产业链|招商|工作组) rather than after its noun."""
    if found[place].text in word_lists()["predicate"] and (
        place or found[0].text not in word_lists()["attributive"]
    ):
        return False
    rest = place + 1
    while rest < len(found) and found[rest].role in ("noun", "nominal", "adjective", "quote"):
        rest += 1
    run = found[place + 1 : rest]
    if not run or run[-1].role not in ("noun", "nominal"):
        return False
    ends = rest == len(found) or found[rest].role in ("stop", "de", "and")
    if place == 0:
        opens = (
            len(found[place].text) == 1
            or found[place].text in word_lists()["attributive"]
            or is_body(run[-1])
            or expression.unit not in _OF_PEOPLE
        )
        return ends and opens and len(run) <= 4
    if expression.unit in ("名", "位", "人") or is_actor(found[place - 1]):
        return ends and run[-1].text in word_lists()["body"] and not is_actor(found[place - 1])
    return ends and is_body(run[-1])


def _relative(found: Sequence[Token], de: int) -> int | None:
    """Return the last token of the head after 的, if what stands before it is a clause or an adjective."""
    before = found[:de]
    if before and before[-1].role == "noun" and not any(token.role in ("verb", "manner") for token in before):
        return None
    head = None
    for place in range(de + 1, len(found)):
        token = found[place]
        if token.role not in ("noun", "nominal", "adjective", "quote"):
            break
        if token.role in ("noun", "nominal", "quote"):
            head = place
    return head


def verb_phrase_after(phrasing: Phrasing, expression: Expression, limit: int) -> Span | None:
    """Return the doing that an event unit announces: 每年2次|听取…情况|，, 每年2次向市委|汇报工作|."""
    start, end = expression.span.end, min(limit, expression.span.end + _AFTER)
    found = phrasing.tokens(start, end)
    first = 0
    if found and found[0].text in word_lists()["partner"]:
        first = _without_partner(found, 1)
    if first >= len(found) or found[first].role not in ("verb", "nominal"):
        return None
    found = found[first:]
    while found and (found[-1].role == "stop" or found[-1].text in _STOP_MARKS):
        found = found[:-1]
    return Span(found[0].start, found[-1].end) if found else None
