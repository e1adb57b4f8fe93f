"""The members of a numeral term: the list before it, the explanation after it, or the headings under a title.

A list counts only if it has as many items as the numeral says (guideline §3). One that stands beside the
term and has another number, or is open (…等), is reported instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.structure.spans import SpeechSpan
from zhengxie_nlp.terms.patterns import pattern
from zhengxie_nlp.text.segmenters.words import Word, cut
from zhengxie_nlp.text.source_text import Span

#: A list is looked for this many characters before a term, and this many after it.
_REACH_BEFORE: Final = 90
_REACH_AFTER: Final = 170
_MOST_MEMBERS: Final = 12
_COLOUR: Final = "[红橙黄绿青蓝紫黑白金银灰]"
_LEAST_IN_STEP: Final = 3
_COMPLETING: Final = frozenset("好强实细牢紧准足优稳快大深活严全")
_LEADING: Final = frozenset(
    ("v", "p", "d", "ad", "c", "u", "uj", "ul", "uz", "vd", "zg", "vn", "a", "r", "q")
)
_GOVERNING: Final = frozenset(("v", "p", "vn", "uj", "ul"))


class Mention(NamedTuple):
    """A term in the text: its characters, those with its quotation marks, its numbers, how many members."""

    span: Span
    outer: Span
    phrase: str
    numerals: tuple[int, ...]
    promised: int | None


class Expansion(NamedTuple):
    """The members of a term, or what is wrong with the list beside it."""

    members: tuple[Span, ...] = ()
    problem: str = ""


def expected_count(phrase: str, numerals: Sequence[int], *, rule: str = "") -> int | None:
    """Say how many members a term promises; None where its numerals count no members.

    Example:
        >>> expected_count("三会一课", (3, 1)), expected_count("四个一", (4, 1))
        (4, 4)
    """
    if (
        not numerals
        or "N" in phrase
        or "X" in phrase
        or max(numerals) >= 100
        or rule.startswith("one_each")
        or set(numerals) == {1}
        or phrase.endswith(("张皮", "一遇"))
    ):
        return None
    if len(numerals) > 2 and tuple(numerals) == tuple(range(1, len(numerals) + 1)):
        return None
    if pattern("promises_nothing").match(phrase):
        return numerals[0] if numerals[0] > 1 and not phrase.startswith("第") and phrase[-1] != "五" else None
    total = sum(numerals)
    return total if 2 <= total <= _MOST_MEMBERS else None


def members_of_title(text: str, mention: Mention, *, speech: SpeechSpan) -> Expansion:
    """Find the members of a title's term: the words of each outermost heading that share its sign.

    “五型机关” over 一、政治型机关…, “五个强化” over 一、强化…. No heading may be without.
    """
    headings = [node.heading for node in speech.nodes if node.marker is not None and node.heading is not None]
    if mention.promised is None or len(headings) != mention.promised:
        return Expansion()
    tail = _sign_of(mention.phrase)
    for length in range(len(tail), 0, -1):
        members = [_part_with(text, heading, tail[:length]) for heading in headings]
        found = [member for member in members if member is not None]
        if len(found) == len(headings):
            begins = all(text.startswith(tail[:length], member.start) for member in found)
            return Expansion(tuple(found) if begins else _without_shared_opening(text, found))
    return Expansion()


def _without_shared_opening(text: str, members: Sequence[Span]) -> tuple[Span, ...]:
    """Cut the verb that all headings share off their parts (打造政治型机关, 打造学习型机关)."""
    words = {text[start : cut(text, start, end)[0].end] for start, end in members}
    shared = words.pop()
    if words or any(end - start < len(shared) + 2 for start, end in members):
        return tuple(members)
    if _kind(text, members[0]) not in ("v", "p"):
        return tuple(members)
    if all(text.startswith(shared + shared[:1], start) for start, _ in members):
        return tuple(members)
    return tuple(Span(start + len(shared), end) for start, end in members)


def _sign_of(phrase: str) -> str:
    """Return what its members share with a term, at most: the words behind its first numeral."""
    return pattern("before_sign").sub("", phrase, count=1)


def _part_with(text: str, heading: Span, sign: str) -> Span | None:
    """Return the part of a heading with `sign`: from it on if the part begins with it, else up to it."""
    at = text.find(sign, heading.start, heading.end)
    if at < 0:
        return None
    start, end = heading
    for match in pattern("heading_cut").finditer(text, heading.start, heading.end):
        if match.end() <= at:
            start = match.end()
        elif match.start() >= at + len(sign):
            end = match.start()
            break
    if at == start and end > at + len(sign):
        return Span(start, end)
    if at == start:
        return Span(at, end)
    if len(sign) > 1:
        return Span(start, at + len(sign))
    words = cut(text, start, at + 1)
    last = words[-1] if words[-1].end - words[-1].start > 1 or len(words) == 1 else words[-2]
    return Span(max(last.start, at - 3), at + 1)


def members_in_text(text: str, mention: Mention) -> Expansion:
    """Find the members of a term in the words before it, or in the explanation after it."""
    if mention.promised is None:
        return Expansion()
    before = _before(text, mention)
    if before.members:
        return before
    after = _after(text, mention)
    if after.members:
        return after
    shared = _colours(text, mention) or _sharing_later(text, mention) or _in_step(text, mention)
    if shared:
        return Expansion(shared)
    return before if before.problem else after


def _before(text: str, mention: Mention) -> Expansion:
    span, points = _words_before(text, mention)
    if span.start >= span.end or pattern("unfinished").search(text, *span):
        return Expansion()
    if points and text[span.end - 1] == "”":
        return _in_quotes_before(text, mention, span.end - 1)
    if text[span.end - 1] == "等":
        items = _split(text, Span(span.start, span.end - 1), re.compile("、"))
        problem = _mismatch(mention, len(items), is_open=True) if len(items) > 1 else ""
        return Expansion(problem=problem)
    for separator in (re.compile("、"), pattern("and_not_in_time"), pattern("and_sign")):
        items = _split(text, span, separator)
        if len(items) == mention.promised and len(items) > 1 and _is_list(text, items):
            return Expansion(_trimmed(text, items))
    shared = _sharing_a_sign(text, mention, span)
    return Expansion(shared) if shared else Expansion(problem=_other_number(text, mention, span))


def _words_before(text: str, mention: Mention) -> tuple[Span, bool]:
    """Return the words of the clause before a term, without 这 or 的, and whether one of these was there.

    After 问需、问计、问效，这“三问” it is the clause before.
    """
    end = mention.outer.start
    least = max(0, end - _REACH_BEFORE)
    start = max([least, *(match.end() for match in pattern("break").finditer(text, least, end))])
    pointing = pattern("pointing").search(text, start, end) if mention.outer != mention.span else None
    if pointing is None:
        return Span(start, end), False
    end = pointing.start()
    if end == start > least and text[end - 1] == "，" and pointing[0] != "的":
        end -= 1
        start = max([least, *(match.end() for match in pattern("break").finditer(text, least, end))])
    return Span(start, end), True


def _other_number(text: str, mention: Mention, span: Span) -> str:
    """Say what is wrong with a list right before a quoted term that has not as many items as promised."""
    items = _split(text, span, re.compile("、"))
    if len(items) < 2 or mention.outer == mention.span or not _is_list(text, items):
        return ""
    last = cut(text, *items[-1])[-1]
    if "的" in text[items[-1].start : span.end] or last.tag[:1] in ("v", "p", "d", "a"):
        return ""
    return _mismatch(mention, len(items), is_open=False)


def _in_quotes_before(text: str, mention: Mention, end: int) -> Expansion:
    """Read the list in “亮身份、亮承诺，比学习、比作风”的“两亮两比”."""
    opening = text.rfind("“", max(0, end - _REACH_BEFORE), end)
    items = _split(text, Span(opening + 1, end), re.compile("[、，；]")) if opening >= 0 else []
    return Expansion(tuple(items)) if len(items) == mention.promised else Expansion()


def _is_list(text: str, items: Sequence[Span]) -> bool:
    """Say whether items stand side by side: none empty, none much longer than a name."""
    if any(item.end - item.start > 20 for item in items[1:]):
        return False
    if any(text[item.end - 1] == "的" for item in items):
        return False
    return all("”" not in text[item.start : item.end] or "“" in text[item.start : item.end] for item in items)


def _split(text: str, span: Span, separator: re.Pattern[str]) -> list[Span]:
    items: list[Span] = []
    at = span.start
    for match in separator.finditer(text, span.start, span.end):
        items.append(Span(at, match.start()))
        at = match.end()
    items.append(Span(at, span.end))
    return [item for item in items if item.end > item.start]


def _without_opening(text: str, first: Span, others: Sequence[Span]) -> Span:
    """Cut the governing words off the first item of a list (建立机关党组、党支部 → 机关党组).

    What is left begins after a verb or preposition: after the last of those that open the item, or, where
    it would still be much longer than the others, or they open with a verb too, where it best has their
    length.
    """
    if text[first.start] == text[others[0].start]:
        return first
    of = text.rfind("的", first.start, first.end - 1)
    if of >= 0 and not any("的" in text[item.start : item.end] for item in others):
        first = Span(of + 1, first.end)
    words = cut(text, first.start, first.end)
    places = [first.start, *(place for place in _governed(text, words) if first.end - place > 1)]
    lengths = [item.end - item.start for item in others]
    usual = sum(lengths) / len(lengths)
    nearest = min(places, key=lambda place: abs(first.end - place - usual))
    if _kind(text, others[0]) in ("v", "d"):
        return Span(nearest, first.end)
    body = next((word.start for word in words if word.tag not in _LEADING), first.end)
    start = max(place for place in places if place <= max(body, first.start))
    if first.end - start > max(lengths) + 2 and nearest > start:
        start = nearest
    return Span(start, first.end)


def _governed(text: str, words: Sequence[Word]) -> list[int]:
    """Return the places right behind a verb or preposition, with what completes it (建强, 打好)."""
    places: list[int] = []
    for word in words:
        completes = word.start in places and text[word.start : word.end] in _COMPLETING
        if word.tag in _GOVERNING or completes:
            places.append(word.end)
    return places


def _kind(text: str, span: Span) -> str:
    """Return the kind of the first word: the first letter of its tag."""
    return cut(text, *span)[0].tag[:1]


def _without_tail(text: str, last: Span, others: Sequence[Span]) -> Span:
    """Cut a verb and what follows it off the last item, where that is far longer than the others."""
    if last.end - last.start <= max(item.end - item.start for item in others) + 2:
        return last
    words = cut(text, last.start, last.end)
    if text[last.start] == text[others[-1].start]:
        return last
    shortest = min(item.end - item.start for item in others)
    for word in words[1:]:
        if word.tag in ("v", "p", "d") and word.start - last.start >= shortest:
            return Span(last.start, word.start)
    return last


def _sharing_a_sign(text: str, mention: Mention, span: Span) -> tuple[Span, ...]:
    """Read 联动联谊联席 before “三联”: as many short words as the numeral says, each with the same sign."""
    tail = _sign_of(mention.phrase)
    if not tail or len(tail) > 3 or mention.promised is None:
        return ()
    sign = re.escape(tail[0])
    window = text[max(span.start, span.end - 5 * mention.promised) : span.end]
    for shape in (rf"{sign}[^{sign}、“”]{{1,3}}", rf"[^{sign}、“”]{{1,2}}{sign}"):
        match = re.search(rf"(?:{shape}){{{mention.promised}}}$", window)
        if match is not None:
            base = span.end - len(match[0])
            return tuple(
                Span(base + part.start(), base + part.end()) for part in re.finditer(shape, match[0])
            )
    return ()


def _colours(text: str, mention: Mention) -> tuple[Span, ...]:
    """Read “红黄绿”三色管理: as many signs of colours as the numeral says."""
    if not _sign_of(mention.phrase).startswith("色") or mention.promised is None:
        return ()
    end = mention.outer.start
    end -= end > 0 and text[end - 1] == "”"
    match = re.compile(f"{_COLOUR}{{{mention.promised}}}$").search(text[max(0, end - 12) : end])
    if match is None:
        return ()
    return tuple(Span(place, place + 1) for place in range(end - mention.promised, end))


def _in_step(text: str, mention: Mention) -> tuple[Span, ...]:
    """Read 三审机制。专干初审、专委会复审、党组终审: the next clause is a list in step.

    Its items have one length, or all end or begin with the term's sign.
    """
    count = mention.promised
    lead = pattern("next_clause").match(text, mention.outer.end)
    if lead is None or count is None or count < _LEAST_IN_STEP:
        return ()
    stop = pattern("break").search(text, lead.end(), lead.end() + _REACH_BEFORE)
    if stop is None:
        return ()
    items = _split(text, Span(lead.end(), stop.start()), re.compile("、"))
    words = [text[start:end] for start, end in items]
    if len(items) != count or any(pattern("no_member").search(word) for word in words):
        return ()
    sign = _sign_of(mention.phrase)[:1]
    even = len({len(word) for word in words}) == 1 and len(words[0]) > _LEAST_IN_STEP
    shared = bool(sign) and (
        all(word[-1] == sign for word in words) or all(word[0] == sign for word in words)
    )
    return tuple(items) if even or shared else ()


def _sharing_later(text: str, mention: Mention) -> tuple[Span, ...]:
    """Read “三员”队伍，……宣讲员、技术员、调解员: later in the sentence, items that share the term's sign."""
    tail = _sign_of(mention.phrase)
    if not tail or mention.outer == mention.span or mention.promised is None or mention.promised < 2:
        return ()
    reach = min(len(text), mention.outer.end + _REACH_AFTER)
    stop = re.compile("[。\n]").search(text, mention.outer.end, reach)
    end = stop.start() if stop else reach
    sign, more = re.escape(tail[0]), mention.promised - 1
    word = "[^，。；：、“”和与的一二三四五六七八九十两\n]"
    for shape in (
        rf"(?<![一-龥]){sign}{word}{{1,8}}(?:、{sign}{word}{{1,8}}){{{more}}}(?!、)",
        rf"{word}{{1,8}}{sign}(?:、{word}{{1,6}}{sign}){{{more}}}(?![、\w])",
    ):
        match = re.compile(shape).search(text, mention.outer.end, end)
        if match is not None:
            return _trimmed(text, _split(text, Span(*match.span()), re.compile("、")))
    return _clauses_with(text, tail, Span(mention.outer.end, end), count=mention.promised)


def _clauses_with(text: str, sign: str, window: Span, *, count: int) -> tuple[Span, ...]:
    """Return the clauses with the sign (对推诿扯皮的一律公开曝光 for 三个一律), if there are `count`."""
    if len(sign) < 2 or text.count(sign, *window) < count:
        return ()
    clauses = [Span(*match.span()) for match in pattern("clause").finditer(text, *window)]
    found = [clause for clause in clauses if sign in text[clause.start : clause.end]]
    return tuple(found) if len(found) == count else ()


def _trimmed(text: str, items: Sequence[Span]) -> tuple[Span, ...]:
    first = _without_opening(text, items[0], items[1:])
    last = _without_tail(text, items[-1], (first, *items[1:-1]))
    return (first, *items[1:-1], last)


def _after(text: str, mention: Mention) -> Expansion:
    introduction = pattern("introduction").match(text, mention.span.end)
    if introduction is None:
        return Expansion()
    start = introduction.end()
    stop = re.compile("[）\n]" if introduction["bracket"] else "[。\n]")
    end = stop.search(text, start, start + _REACH_AFTER)
    region = Span(start, end.start() if end else min(len(text), start + _REACH_AFTER))
    first = pattern("break").search(text, region.start, region.end)
    clause = Span(region.start, first.start() if first else region.end)
    tries = (
        (clause, re.compile("、")),
        (clause, re.compile("、|以及|[和与及]")),
        (region, re.compile("；")),
        (region, re.compile("，")),
    )
    for span, separator in tries:
        items = _split(text, span, separator)
        mixed = separator.pattern == "，" and any("、" in text[item.start : item.end] for item in items)
        if (
            len(items) == mention.promised
            and not mixed
            and all(b - a <= 40 and text[b - 1] != "的" for a, b in items)
        ):
            if pattern("open_list").search(text[items[-1].start : items[-1].end]) and len(items) > 1:
                return Expansion(problem=_mismatch(mention, len(items), is_open=True))
            return Expansion(_cut_to_sign(text, items, mention.phrase))
    items = _split(text, clause, re.compile("、"))
    if len(items) > 1 and (introduction["said"] or introduction["bracket"]):
        is_open = bool(pattern("open_list").search(text[items[-1].start : items[-1].end]))
        return Expansion(problem=_mismatch(mention, len(items), is_open=is_open))
    return Expansion()


def _cut_to_sign(text: str, items: Sequence[Span], phrase: str) -> tuple[Span, ...]:
    """Cut what the first item has too much, where all share a sign (城乡同网、同质 for 四同 → 同网)."""
    tail = _sign_of(phrase)
    for length in range(len(tail), 0, -1):
        sign = tail[:length]
        places = [text.find(sign, *item) for item in items]
        if sign[0] in "一二三" or min(places) < 0:
            continue
        if sum(place == item.start for place, item in zip(places, items, strict=True)) * 2 > len(items):
            return tuple(
                _to_comma(text, Span(place, item.end)) for place, item in zip(places, items, strict=True)
            )
        break
    return tuple(items)


def _to_comma(text: str, item: Span) -> Span:
    comma = text.find("，", *item)
    return Span(item.start, comma) if comma > item.start + 1 else item


def _mismatch(mention: Mention, items: int, *, is_open: bool) -> str:
    how = (
        f"the list beside it is open (…等) after {items} items"
        if is_open
        else f"the list beside it has {items}"
    )
    return f"“{mention.phrase}” promises {mention.promised} members; {how}, so it has no members here"
