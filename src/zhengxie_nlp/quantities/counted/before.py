"""What stands before the number and is counted: 组织各类|委员沙龙|20多次.

The words between the clause's beginning and the number are cut from both ends: the verbs and adverbs that
lead to the number, what it is compared with, and what governs the noun phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhengxie_nlp.context.tokens import Phrasing, Token, is_actor, word_lists
from zhengxie_nlp.quantities.expressions import Expression
from zhengxie_nlp.text.source_text import Span

_BEFORE: Final = 60
_WORD: Final = 2
_THINGS: Final = frozenset(("thing", "person", "event"))
#: 处方用量放宽到12周: so many words may be the subject of a duration.
_SHORT_SUBJECT: Final = 6
_MARKS = frozenset("，。；：！？\n")
_LONGEST_LIST: Final = 30
#: 占全州委员总数的: so many words may tell what a share is of.
_LONGEST_WHOLE: Final = 9


def counted_before(phrasing: Phrasing, expression: Expression, limit: int) -> Span | None:
    """Return what stands before the number and is counted: 组织各类|委员沙龙|20多次.

    Args:
        phrasing: the clean text, and its stretches as tokens.
        expression: the quantity, with its bounds and rate.
        limit: where the clause begins or the quantity before ends.
    """
    start = max(limit, expression.span.start - _BEFORE)
    whole = phrasing.tokens(start, expression.span.start)
    if whole and start > limit:
        whole = whole[1:]
    if whole and whole[-1].role == "de" and expression.kind != "percent":
        whole = _without_former(whole)
    if expression.kind in ("percent", "multiple"):
        whole = _without_whole(whole)
    if not whole or is_headless(whole):
        return None
    if expression.use == "score" and not _names_points(whole):
        return None
    told = _without_trail(_without_comparison(whole))
    found = _without_recipient(told)
    if told and not found:
        # 移送司法机关6人: nothing but where they were sent.
        return Span(told[-2].start, told[-1].end)
    if not found and expression.use == "event" and whole[-1].role == "manner":
        return Span(whole[-1].start, whole[-1].end)
    if not found or (found[0].role == "bracket" and len(found) == 1):
        return None
    # A bound makes a subject (企业开办时间不超过3天), unless a verb governs the noun (配备教师不少于3名).
    needy, level = word_lists()["needy"], word_lists()["level"]
    bounded = expression.span.start < expression.numeral.start
    if bounded and expression.use in _THINGS:
        bounded = not any(token.text in needy for token in found)
    subject = bounded or any(token.role == "verb" or token.text in level for token in whole[len(found) :])
    return _told_before(found, expression, subject=subject)


def _names_points(whole: list[Token]) -> bool:
    """Say whether points are told of a noun: 平均|得分|92分, 读书情况按|10分|计入."""
    found, lists = _without_trail(whole), word_lists()
    if not found or found[-1].role != "noun":
        return False
    level = any(token.text in lists["level"] for token in whole[len(found) :])
    return level or found[-1].text[-2:] in lists["mark"] or whole[-1].text == "按"


def is_headless(whole: Sequence[Token]) -> bool:
    """Say whether …的 without a noun stands before the number: 表示满意的占|94%."""
    last = len(whole)
    while last and whole[last - 1].text in word_lists()["headless"]:
        last -= 1
    if last < _WORD or whole[last - 1].role != "de":
        return False
    return last < len(whole) or whole[last - 2].role in ("verb", "adjective")


def _without_former(whole: list[Token]) -> list[Token]:
    """Leave out what a level was before: 办结时限由|法定的|3个月."""
    for place in range(len(whole) - 2, max(0, len(whole) - 8), -1):
        if whole[place].text in ("由", "从", "是", "为", "相当于"):
            return whole[: place + 1]
    return []


def _without_whole(whole: list[Token]) -> list[Token]:
    """Leave out what a share is of, where its subject stands before it: 农户|占总户数的|62%.

    So with what a level was before: 回收率由|上年的|57%.
    """
    if not whole or whole[-1].role != "de":
        return whole
    for place in range(len(whole) - 2, max(0, len(whole) - _LONGEST_WHOLE), -1):
        word = whole[place].text
        if whole[place].role in ("and", "de"):
            continue
        if word in word_lists()["portion"] and whole[place - 1].role in ("noun", "quote", "stop", "nominal"):
            subject = _without_trail(whole[:place])
            return subject if subject and subject[-1].role in ("noun", "quote") else whole
        if word in ("由", "从") and whole[place - 1].role in ("noun", "quote"):
            return whole[: place + 1]
    return whole


def _told_before(found: Sequence[Token], expression: Expression, *, subject: bool) -> Span | None:
    """Choose by the last word before the number: a noun phrase, an activity, or nothing."""
    lists, last = word_lists(), found[-1]
    previous = found[-2].role if len(found) > 1 else "stop"
    if expression.kind == "money" and _is_spent(found):
        return None
    if all(token.text in lists["rank"] or token.role in ("stop", "and") for token in found):
        return None
    timed = expression.use == "duration" and not (subject and len(found) < _SHORT_SUBJECT)
    if timed and last.role == "noun" and last.text[-2:] not in lists["term"] and last.text[-1] != "期":
        verb = len(found) - 1
        while verb > max(0, len(found) - 4) and found[verb].role in ("noun", "adjective"):
            verb -= 1
        doing = found[verb].role == "verb" and not (verb and found[verb - 1].text in ("在", "于", "到"))
        if doing and found[verb].text in lists["clause"]:
            return Span(found[verb + 1].start, last.end)
        return Span(found[verb].start, last.end) if doing else None
    if last.role in ("noun", "quote", "bracket"):
        return _noun_phrase(found, subject=subject)
    if last.role in ("nominal", "verb") and (expression.use in ("event", "duration")):
        bare = len(last.text) == 1 and last.text in lists["needy"] and expression.use == "event"
        return None if bare and previous in ("stop", "manner") else _activity(found)
    if last.role == "nominal" and (
        expression.kind in ("money", "percent")
        or previous in ("noun", "and")
        or last.text in lists["receipt"]
    ):
        return _noun_phrase(found, subject=subject)
    if last.role == "verb" and last.text in lists["money"]:
        return Span(last.start, last.end)
    if (
        last.role == "verb"
        and expression.use in ("measure", "percent")
        and len(last.text) > 1
        and (previous == "noun" or (previous == "adjective" and len(found) > 2))
    ):
        return _noun_phrase(found, subject=True)
    return None


def _is_spent(found: Sequence[Token]) -> bool:
    """Say whether the word before the money is a verb, and no noun that the money is of: 街道投入|60万元."""
    lists, last = word_lists(), found[-1]
    if last.text in lists["gain"]:
        return True
    if last.text in lists["spend"]:
        return len(found) < _WORD or is_actor(found[-2])
    alone = len(found) < _WORD or found[-2].role in ("stop", "manner", "verb")
    return last.role == "nominal" and alone and not _is_money(last)


def _is_money(token: Token) -> bool:
    money = word_lists()["money"]
    return token.text in money or token.text[-2:] in money


def _without_comparison(found: list[Token]) -> list[Token]:
    """Leave out what the number is compared with: 比全市平均水平低|13个百分点."""
    comparison = word_lists()["comparison"]
    for place in range(len(found) - 1, -1, -1):
        if found[place].text in comparison:
            return found[:place]
    return found


def _without_recipient(found: list[Token]) -> list[Token]:
    """Leave out to whom something goes: 重大事项|报送市委|17件次."""
    lists = word_lists()
    if len(found) > 1 and found[-1].role == "noun" and found[-2].text in lists["send"]:
        name = found[-1].text
        if name[-2:] in lists["office"] or name[-1] in "委办局部厅院会" or name.endswith("政协"):
            return _without_trail(found[:-2])
    return found


def _without_trail(found: list[Token]) -> list[Token]:
    """Leave out the words between the noun and its number: 达到, 共, 已, 由上年的."""
    trail = word_lists()["trail"]
    idle = ("stop", "manner", "and", "de", "adjective")
    if found and found[-1].text in trail and any(token.text == "计算" for token in found[-3:]):
        found = _without_basis(found)
    while found and (found[-1].role in idle or found[-1].text in trail):
        found = found[:-1]
    for place, token in enumerate(found):
        if token.text in ("由", "从") and place and found[-1].text in word_lists()["past"]:
            return _without_trail(found[:place])
    return found


def _without_basis(found: list[Token]) -> list[Token]:
    """Leave out what a figure is reckoned by: 按可比价格计算|增长7.1%."""
    for place in range(len(found) - 1, -1, -1):
        if found[place].text in ("按", "按照"):
            return found[:place]
    return found


def _noun_phrase(found: Sequence[Token], *, subject: bool) -> Span | None:
    """Return the noun phrase that ends here; a subject may hold verbs (企业开办时间)."""
    first = _phrase_start(found, subject=subject)
    if subject and first and found[first - 1].text in word_lists()["benefit"] and first == len(found) - 1:
        return None
    while 0 < first < len(found) and _is_cut_short(found[first - 1], found[first]):
        first = _phrase_start(found[:first], subject=False) if found[first - 1].role == "noun" else first - 1
        while first and len(found[first].text) > 1 and found[first - 1].role == "noun":
            first -= 1
    first = _list_start(found, first)
    outside = first
    while outside and found[outside - 1].text in word_lists()["each"]:
        outside -= 1
    before = found[outside - 1] if outside else None
    governed = before is not None and before.role == "verb" and before.text not in word_lists()["aspect"]
    run = _without_lead(list(found[first:]), open_verb=not governed and not subject)
    if run and before is not None and before.text in word_lists()["benefit"] and run[-1].role == "nominal":
        run = run[-1:]
    if not run:
        return None
    if len(run) == 1 and run[0].role == "quote":
        return Span(run[0].start + 1, run[0].end - 1)
    return Span(run[0].start, run[-1].end)


def _list_start(found: Sequence[Token], first: int) -> int:
    """Take in the list that 等 closes before its head: 发现|推诿扯皮、多头检查等问题|."""
    closing = [place for place in range(max(0, first - 1), len(found)) if found[place].text in ("等", "等等")]
    if first < _WORD or not closing or closing[0] - first > _SHORT_SUBJECT:
        return first
    first, begun = closing[0] + 1, first
    clause = begun
    while clause and (found[clause - 1].role != "stop" or found[clause - 1].text not in _MARKS):
        clause -= 1
    ands = [place for place in range(clause, first) if found[place].text == "、"]
    verbs = [place for place in range(clause, ands[0] if ands else clause) if found[place].role == "verb"]
    if not ands or not verbs:
        return begun
    start = verbs[0] + 1
    while start < ands[0] - 1 and found[start].role in ("stop", "verb", "nominal"):
        start += 1
    fits = start < ands[0] and found[first - 1].start - found[start].start <= _LONGEST_LIST
    return min(start, begun) if fits else begun


def _phrase_start(found: Sequence[Token], *, subject: bool) -> int:
    lists = word_lists()
    first = len(found)
    while first:
        token = found[first - 1]
        if token.role == "nominal" and first < len(found) and _governs(found, first - 1):
            return first
        if first < len(found) and _done_for(found, first - 1):
            return first
        if token.role == "de":
            return _relative_start(found, first - 1, subject=subject)
        opens = token.role in ("stop", "manner") or (
            token.role == "verb"
            and not _inner_verb(found, first - 1)
            and (not subject or any(token.text in lists[name] for name in ("clause", "pivot", "level")))
        )
        if opens and first == len(found) and subject and token.role == "verb":
            opens = False
        if opens and not _inner_etc(found, first - 1) and not _inner_item(found, first - 1):
            return first
        first -= 1
    return first


def _inner_verb(found: Sequence[Token], place: int) -> bool:
    """Say whether a verb stands inside a compound that another verb governs: 设立|乡村|振兴|基金."""
    if not 1 < place < len(found) - 1 or found[place - 1].role != "noun" or is_actor(found[place - 1]):
        return False
    head = found[place + 1 :]
    if any(token.role != "noun" for token in head):
        return False
    if found[place].text in word_lists()["predicate"] and head[-1].text not in word_lists()["head"]:
        return False
    first = place - 1
    while first and found[first - 1].role in ("noun", "adjective"):
        first -= 1
    return first > 0 and found[first - 1].role == "verb"


def _done_for(found: Sequence[Token], place: int) -> bool:
    """Say whether a verb tells what is done for or by somebody named before: 为企业|节省|费用."""
    lists = word_lists()
    if place < _WORD or found[place - 1].role != "noun":
        return False
    if found[place].role not in ("nominal", "verb") and found[place].text not in lists["saving"]:
        return False
    return found[place - _WORD].text in lists["behalf"]


def _governs(found: Sequence[Token], place: int) -> bool:
    """Say whether an activity word has the people after it for its object: 小分队|走访|企业."""
    if found[place].text not in word_lists()["predicate"] or not is_actor(found[-1]):
        return False
    if found[-1].text in ("人员", "队员", "人", "对象", "骨干", "者", "员"):
        return False
    return len(found) - place == _WORD or found[place + 1].role in ("adjective", "noun")


def _without_lead(run: list[Token], *, open_verb: bool) -> list[Token]:
    """Leave out 各类, a verb that governs after all (走访|农户), and whose it is (全县|水果面积).

    Args:
        run: the tokens of the phrase.
        open_verb: whether an activity word at the beginning may be the verb of the clause.
    """
    lists = word_lists()
    while run and (
        run[0].role in ("and", "de") or run[0].text in lists["each"] or run[0].text in lists["lead"]
    ):
        run = run[1:]
    if (
        open_verb
        and len(run) > 1
        and run[0].role == "nominal"
        and run[1].role in ("noun", "adjective", "quote")
    ):
        governs = run[0].text not in lists["naming"] or (is_actor(run[-1]) and len(run) == 2)
        run = run[1:] if governs else run
    while len(run) > 1 and run[0].text in lists["owner"]:
        run = run[1:]
    return run


def _is_cut_short(before: Token, first: Token) -> bool:
    """Say whether a phrase that seems to begin with a single sign goes on to the left: 减负|率, 直报|点."""
    if len(first.text) == 1 and first.text in word_lists()["head"]:
        activity = len(before.text) > 1 and before.text not in word_lists()["predicate"]
        if activity and before.role in ("verb", "nominal", "noun", "adjective"):
            return True
    if len(first.text) > 1 or before.role in ("and", "de", "bracket") or not "一" <= before.text[0] <= "龥":
        return False
    if first.text in word_lists()["suffix"]:
        return before.role in ("verb", "nominal", "noun", "adjective")
    return (
        len(before.text) == 1
        and before.role in ("verb", "noun", "nominal", "adjective")
        and before.text not in word_lists()["governing"]
    )


def _inner_item(found: Sequence[Token], place: int) -> bool:
    """Say whether a verb is an item of a list (公文、|接待|、值班) or the manner of one (|上门|走访)."""
    following = found[place + 1].role if place + 1 < len(found) else "stop"
    if found[place].role == "manner":
        return following == "nominal"
    between = place > 0 and found[place - 1].role == "and" and following == "and"
    return found[place].role == "verb" and between


def _inner_etc(found: Sequence[Token], place: int) -> bool:
    """等 between a list and its head: 公文、值班等方面规定."""
    return (
        found[place].text in ("等", "等等")
        and place > 0
        and found[place - 1].role != "stop"
        and any(token.role == "and" for token in found[max(0, place - 4) : place])
    ) or (
        found[place].text in ("等", "等等")
        and place > 0
        and found[place - 1].role in ("noun", "nominal", "quote")
    )


def _relative_start(found: Sequence[Token], de: int, *, subject: bool) -> int:
    """Return where the phrase before 的 begins: 答复|居民反映的问题, 编发|反映民生的信息."""
    first = de
    while first and found[first - 1].role not in ("stop", "manner"):
        first -= 1
    verbs = [place for place in range(first, de) if found[place].role == "verb"]
    if len(verbs) > 1:
        return verbs[0] + 1
    if not verbs or (subject and found[verbs[0]].text not in word_lists()["level"]):
        return first
    return first if verbs[0] == de - 1 and verbs[0] > first else verbs[0] + 1


def _activity(found: Sequence[Token]) -> Span | None:
    """Return the doing that ends here: 组织茶农代表|外出参观学习|4次."""
    lists = word_lists()
    first = len(found)
    while first and found[first - 1].role in ("nominal", "verb", "manner", "and", "adjective"):
        if found[first - 1].role == "verb" and found[first - 1].text in lists["pivot"] and first < len(found):
            break
        first -= 1
    run = list(found[first:])
    while run and (run[0].role == "and" or run[0].text in lists["each"] or run[0].text in lists["lead"]):
        run = run[1:]
    while run and run[0].text in lists["pivot"]:
        run = run[1:]
    if not run:
        return None
    if first and found[first - 1].role == "noun":
        if first > 1 and found[first - 2].text in lists["motion"]:
            return Span(found[first - 2].start, run[-1].end)
        alone = first == 1 and len(run) == 1 and not _is_office(found[0])
        if alone and (run[0].role == "nominal" or not is_actor(found[0])):
            return Span(found[0].start, run[-1].end)
    return Span(run[0].start, run[-1].end)


def _is_office(token: Token) -> bool:
    offices = ("政协", "委", "局", "办", "部", "政府", "厅", "委员", "主席")
    return token.text.endswith(offices) and not token.text.endswith("支部")


def activity_before(found: list[Token]) -> Span | None:
    """Return the doing right before the number: |立案|172件, |线上讨论|2300多条."""
    if found and found[-1].role == "de":
        found = _without_former(found)
    run = _without_trail(found)
    if not run or run[-1].role not in ("nominal", "verb") or len(run[-1].text) < _WORD:
        return None
    doing = _activity(run)
    if doing is not None and run[-1].text in word_lists()["needy"] and doing.start == run[-1].start:
        return None
    return doing


def noun_of_kind(found: list[Token], heads: frozenset[str]) -> Span | None:
    """Return the last noun phrase whose head is one of `heads`: 设立|教育基金|."""
    for place in range(len(found) - 1, -1, -1):
        word = found[place].text
        if found[place].role in ("noun", "nominal") and (word in heads or word[-2:] in heads):
            return _noun_phrase(found[: place + 1], subject=False)
    return None
