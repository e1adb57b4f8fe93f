"""What a quantity counts: the noun after the measure word, the phrase before the number, or the one left out.

The clause is cut into words (`zhengxie_nlp.text.words`); their tags and the lists in `data/counted_words.tsv`
decide where a noun phrase ends. Windows are bounded, and end at the neighbouring quantities.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhengxie_nlp.extraction.measures import Expression
from zhengxie_nlp.extraction.phrases import Token, is_actor, is_body, tokens, word_lists
from zhengxie_nlp.text.source_text import Span

_AFTER: Final = 40
_BEFORE: Final = 60
_OPEN, _CLOSE = "“《（(", "”》）)"
_STOP_MARKS = frozenset("，。！？；：\n…—")


def counted_after(text: str, expression: Expression, limit: int) -> Span | None:
    """Return what stands after the unit and is counted: 8个|专委会|建立.

    Args:
        text: the clean text.
        expression: the quantity, with its bounds.
        limit: where the clause ends or the next quantity begins.
    """
    start = expression.span.end
    end = min(limit, start + _AFTER)
    if expression.use in ("level", "score") or start >= end:
        return None
    if text[start] == "的":
        if expression.use not in ("percent", "person", "thing"):
            return None
        start += 1
    found = tokens(text, start, end)
    plain = expression.use == "duration" and expression.bound == "exact"
    if plain and found and found[0].role == "nominal":
        return Span(found[0].start, found[0].end)
    bare = start == expression.span.end and expression.use in ("percent", "measure", "duration")
    if bare and not _measured_noun(expression, found):
        return None
    meets_next = end == limit and text[end - 1] not in _STOP_MARKS
    return _phrase_after(found, expression, meets_next=meets_next)


def _measured_noun(expression: Expression, found: Sequence[Token]) -> bool:
    if expression.use != "measure" or not found or found[0].role not in ("noun", "adjective"):
        return False
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
    if reason is not None and reason.role == "de":
        head = _relative(found, stop)
        if head is not None:
            return Span(run[0].start if run else found[stop + 1].start, found[head].end)
    while run and (
        run[-1].role in ("and", "verb", "adjective", "manner", "bracket", "nominal") and _drops(run, reason)
    ):
        run = run[:-1]
    if not run or all(token.role == "verb" for token in run):
        return None
    if run[0].role == "quote" and len(run) == 1:
        return Span(run[0].start + 1, run[0].end - 1)
    return Span(run[0].start, run[-1].end)


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


def verb_phrase_after(text: str, expression: Expression, limit: int) -> Span | None:
    """Return the doing that an event unit with its rate announces: 每年2次|听取…情况|，."""
    start, end = expression.span.end, min(limit, expression.span.end + _AFTER)
    found = tokens(text, start, end)
    if not found or found[0].role not in ("verb", "nominal"):
        return None
    while found and (found[-1].role == "stop" or found[-1].text in _STOP_MARKS):
        found = found[:-1]
    return Span(found[0].start, found[-1].end) if found else None


def counted_before(text: str, expression: Expression, limit: int) -> Span | None:
    """Return what stands before the number and is counted: 组织各类|委员沙龙|20多次.

    Args:
        text: the clean text.
        expression: the quantity, with its bounds and rate.
        limit: where the clause begins or the quantity before ends.
    """
    start = max(limit, expression.span.start - _BEFORE)
    whole = tokens(text, start, expression.span.start)
    if whole and start > limit:
        whole = whole[1:]
    if whole and whole[-1].role == "de" and expression.use != "percent":
        return None
    found = _without_recipient(_without_trail(_without_comparison(whole)))
    if not found or (found[0].role == "bracket" and len(found) == 1):
        return None
    bounded = expression.span.start < expression.numeral.start
    level = word_lists()["level"]
    subject = bounded or any(token.role == "verb" or token.text in level for token in whole[len(found) :])
    return _told_before(found, expression, subject=subject)


def _told_before(found: Sequence[Token], expression: Expression, *, subject: bool) -> Span | None:
    """Choose by the last word before the number: a noun phrase, an activity, or nothing."""
    lists, last = word_lists(), found[-1]
    previous = found[-2].role if len(found) > 1 else "stop"
    if expression.use == "duration" and last.role == "noun" and last.text[-2:] not in lists["term"]:
        doing = previous == "verb" and not (len(found) > 2 and found[-3].text in ("在", "于", "到"))
        return Span(found[-2].start, last.end) if doing else None
    if last.role in ("noun", "quote", "bracket"):
        return _noun_phrase(found, subject=subject)
    if last.role in ("nominal", "verb") and (
        expression.use in ("event", "duration") or expression.unit == "期"
    ):
        return _activity(found)
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
        and (previous == "noun" or (previous == "adjective" and len(found) > 2))
    ):
        return _noun_phrase(found, subject=True)
    return None


def _without_comparison(found: list[Token]) -> list[Token]:
    """Leave out what the number is compared with: 比全市平均水平低|13个百分点."""
    for place in range(len(found) - 1, -1, -1):
        if found[place].text in word_lists()["comparison"]:
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
    while found and (found[-1].role in idle or found[-1].text in trail):
        found = found[:-1]
    for place, token in enumerate(found):
        if token.text in ("由", "从") and place and found[-1].text in word_lists()["past"]:
            return _without_trail(found[:place])
    return found


def _noun_phrase(found: Sequence[Token], *, subject: bool) -> Span | None:
    """Return the noun phrase that ends here; a subject may hold verbs (企业开办时间)."""
    first = _phrase_start(found, subject=subject)
    if subject and first and found[first - 1].text in word_lists()["benefit"] and first == len(found) - 1:
        return None
    while 0 < first < len(found) and _is_cut_short(found[first - 1], found[first]):
        first -= 1
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


def _phrase_start(found: Sequence[Token], *, subject: bool) -> int:
    lists = word_lists()
    first = len(found)
    while first:
        token = found[first - 1]
        if token.role == "de":
            return _relative_start(found, first - 1, subject=subject)
        opens = token.role in ("stop", "manner") or (
            token.role == "verb"
            and (not subject or any(token.text in lists[name] for name in ("clause", "pivot", "level")))
        )
        if opens and not _inner_etc(found, first - 1) and not _inner_item(found, first - 1):
            return first
        first -= 1
    return first


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
    """Say whether a phrase that seems to begin with a single sign goes on to the left: 减负|率, 留|验|站."""
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
        if first == 1 and run[0].role == "nominal" and len(run) == 1 and not _is_office(found[0]):
            return Span(found[0].start, run[-1].end)
    return Span(run[0].start, run[-1].end)


def _is_office(token: Token) -> bool:
    offices = ("政协", "委", "局", "办", "部", "政府", "厅", "委员", "主席")
    return token.text.endswith(offices) and not token.text.endswith("支部")


def doing_before(text: str, clause: Span) -> Span | None:
    """Return the activity that the clause before names: 督查到镇街…，每个村2天 is of 督查."""
    found = tokens(text, max(clause.start, clause.end - _BEFORE), clause.end)
    for token in reversed(found):
        if token.role == "nominal":
            return Span(token.start, token.end)
    return None


def is_predicate(text: str, start: int, end: int) -> bool:
    """Say whether nothing but doing is told between two quantities: 39项任务|已完成|36项."""
    found = tokens(text, start, min(end, start + _AFTER))
    return (
        end - start <= _AFTER
        and bool(found)
        and all(token.role in ("verb", "nominal", "stop", "manner") for token in found)
        and not any(token.text in _OPEN or token.text in _CLOSE or token.text in "、，和" for token in found)
    )
