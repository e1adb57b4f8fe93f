"""Where a device's name begins, and what it lists: the places that are possible, and the one that rules prefer.

A name begins behind its governing verb; counts (8个), and words that say nothing of the device itself (一批,
全市首家, 富有……特色的) are left out. Behind 、和 an item with a head of its own is a name of its own; a list under
one head (A、B、C等机制) is one name with members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from zhengxie_nlp.extraction.mechanism_heads import COVER, Head, Reading, head_words, word_list
from zhengxie_nlp.extraction.mechanism_verbs import Governor, governor
from zhengxie_nlp.text.source_text import Span

#: A name is looked for this many characters before its head, over commas too.
REACH: Final = 160
_MOST_STARTS: Final = 10
_COUNT = re.compile(
    r"(?:[近约共]|不少于|不低于|超过)?(?:\d+(?:\.\d+)?(?:余|多)?万?|[一二三四五六七八九十百千两几多数]{1,4}(?:余|多)?)"
    r"(?:个|项|家|支|批|条|处|间|套|本|份|种|类|名|所|部|张|块|座|期|只|对|面|档|门)(?![^，。；、]{0,2}联)"
)
_DROPPED_CLAUSE = re.compile(
    r"(?:由|富有|具有|符合|体现|突出|彰显|独具|极具|有着)[^，。；“”《》]{1,30}(?<!为主体)(?<!领衔)的"
)
_ASPECT = re.compile(r"[了过着起好]|出了|起了|成了")
_AND = re.compile(r"、|以及|和|与|及|暨")
_OPEN_LIST = re.compile(r"等[^，。；！？、：“”]{0,14}$")
_COUNTED_LIST = re.compile(
    r"(?:的|等|、?)[“]?(?P<count>[二三四五六七八九十两\d]{1,3})(?:项|个|类|种|大|张|份|本)[”]?$"
)
_FRAME = re.compile(r"以(?=[^。；]{1,140}为)")
_FRAMED = re.compile(r"为[^，。；“”]{1,24}$")
_COORDINATION = re.compile(r"[，]?(?:以及|、|和|与|及|暨|及其)")
_FRONTING = re.compile(r"^(?:[^，。；]{0,12}?)(?:把|将)(?=[^，。；])")


class Frame(NamedTuple):
    """What stands before one head: the verb that governs it, and the region that its name may fill.

    Attributes:
        region: the characters before the head that may belong to its name.
        verb: the governing verb, or None.
        relation: how verb and name stand: ``direct``, ``coordinated`` (the verb governs the name before
            too), ``listed`` (…等机制), ``framed`` (以…为…的体系), ``fronted`` (把…, or the verb follows), ``none``.
    """

    region: Span
    verb: Governor | None
    relation: str


def frame_of(reading: Reading, head: Head, *, previous: Head | None) -> Frame:
    """Find the region of a head and the verb that governs it.

    Args:
        reading: the text.
        head: where the name ends.
        previous: the head before it in the same clause, if any.
    """
    clause = reading.clause(head.outer.start)
    left = max(clause.start, head.outer.start - REACH)
    begin = max(left, previous.outer.end) if previous is not None else left
    listed = is_list(reading, head)
    if listed:
        whole = _framed_or_listed(reading, head, Span(left, head.outer.start))
        if whole is not None:
            return whole
    region = Span(begin, head.outer.start)
    coordinated = previous is not None and _COORDINATION.match(reading.covered, begin) is not None
    framed = _frame(reading, head) if not listed else None
    if framed is not None:
        return framed
    verb = governor(reading.covered, reading.verbs(begin, region.end), region=region, coordinated=coordinated)
    if verb is not None:
        return Frame(Span(verb.span.end, region.end), verb, "direct")
    if begin > left or _has_and(reading, region):
        before = governor(reading.covered, reading.verbs(left, begin), region=Span(left, region.end))
        separator = _first_and(reading, region)
        if before is not None and separator is not None:
            return Frame(Span(separator, region.end), before, "coordinated")
    return _fronted(reading, head, region)


def _framed_or_listed(reading: Reading, head: Head, region: Span) -> Frame | None:
    """Find the verb of a list that ends here; it may stand some commas before."""
    framed = _frame(reading, head)
    if framed is not None:
        return framed
    least = max(reading.sentence_start(region.start), head.outer.start - REACH)
    start = region.start
    for _ in range(4):
        verb = governor(
            reading.covered,
            reading.verbs(start, region.end if start == region.start else _end(reading, start)),
            region=Span(start, region.end),
        )
        if verb is not None and not (
            start == region.start and verb.use != "set_up" and _counted(reading, head) and start > least
        ):
            return Frame(Span(verb.span.end, region.end), verb, "listed")
        if start <= least or reading.covered[start - 1] != "，":
            return None
        start = max(least, reading.clause(start - 1).start)
    return None


def _end(reading: Reading, start: int) -> int:
    return reading.clause(start).end


def _counted(reading: Reading, head: Head) -> bool:
    return bool(_COUNTED_LIST.search(reading.covered, max(0, head.outer.start - 6), head.outer.start))


def _frame(reading: Reading, head: Head) -> Frame | None:
    """Find the verb before 以……为……的, which may run over commas."""
    text, end = reading.covered, head.outer.start
    least = max(reading.sentence_start(end), end - REACH)
    if not _FRAMED.search(text, max(least, end - 32), end):
        return None
    for match in _FRAME.finditer(text, least, end):
        clause = reading.clause(match.start())
        verbs = reading.verbs(max(clause.start, least), match.start())
        verb = governor(text, verbs, region=Span(max(clause.start, least), match.start() + 1))
        if verb is not None and match.start() - verb.span.end <= 2:
            return Frame(Span(match.start(), end), verb, "framed")
    return None


def _fronted(reading: Reading, head: Head, region: Span) -> Frame:
    """Find a verb behind the name: 市政协书画院恢复成立, 把……制度落实到."""
    match = _FRONTING.match(reading.covered[region.start : region.end])
    begin = region.start + match.end() if match else region.start
    after = head.outer.end
    clause = reading.clause(head.span.end - 1)
    for verb in reading.verbs(after, min(clause.end, after + 10)) if after < clause.end else []:
        gap = reading.covered[after : verb.span.start]
        if len(gap) <= (4 if match else 3) and not _COUNT.match(gap) and verb.uses & {"strong", "set_up"}:
            if match or _verb_ends_clause(reading, verb.span.end, clause.end):
                return Frame(
                    Span(begin, region.end), Governor(verb.span, verb.stage or "mention", "strong"), "fronted"
                )
    return Frame(Span(begin, region.end), None, "none")


def _verb_ends_clause(reading: Reading, at: int, end: int) -> bool:
    return end - at <= 1 or reading.covered[at : at + 1] in ("，", "。", "；", "了", "起", "、")


def is_list(reading: Reading, head: Head) -> bool:
    """Say whether a list closes right before the head: …等机制, …等方面制度, …“三项制度”, …四项机制."""
    text, end = reading.covered, head.outer.start
    if head.form == "title":
        return False
    if _OPEN_LIST.search(text, max(0, end - 16), end):
        return True
    return bool(_COUNTED_LIST.search(text, max(0, end - 6), end)) and bool(
        re.search(r"、|的.{1,3}$", text[max(reading.sentence_start(end - 1), end - 80) : end])
    )


def _has_and(reading: Reading, region: Span) -> bool:
    return _first_and(reading, region) is not None


def _first_and(reading: Reading, region: Span) -> int | None:
    match = _AND.search(reading.covered, region.start, region.end)
    return match.end() if match else None


def skip_unnamed(reading: Reading, start: int, end: int) -> int:
    """Step over what stands before a name without belonging to it: 了, counts, 一批, 富有……特色的."""
    text = reading.covered
    while start < end:
        aspect = _ASPECT.match(text, start, end)
        count = _COUNT.match(text, start, end)
        clause = _DROPPED_CLAUSE.match(text, start, end)
        word = word_list("dropped").longest_at(text, start)
        if aspect and start == aspect.start() and aspect.end() < end:
            start = aspect.end()
        elif count and count.end() <= end:
            start = count.end()
        elif clause and clause.end() <= end:
            start = clause.end()
        elif word is not None and start + len(word[0]) <= end:
            start += len(word[0])
        elif text[start] in "的 ":
            start += 1
        else:
            break
    return start


def rule_start(reading: Reading, head: Head, frame: Frame) -> int:
    """Return where the rules let the name begin."""
    start = skip_unnamed(reading, frame.region.start, frame.region.end)
    if frame.relation in ("listed", "framed"):
        return start
    for at in _separators(reading, Span(start, frame.region.end)):
        if _parts_items(reading, head, Span(start, at), at):
            start = skip_unnamed(reading, at, frame.region.end)
    return start


def _separators(reading: Reading, region: Span) -> Iterator[int]:
    """Yield the places behind 、和与及 in a region."""
    for match in _AND.finditer(reading.covered, region.start, region.end):
        yield match.end()


def _parts_items(reading: Reading, head: Head, item: Span, at: int) -> bool:
    """Say whether what stands before a separator is an item of its own, so that the name begins behind it."""
    text = reading.covered
    separator = text[at - 1]
    before = at - 1
    if separator == "、" and head.use not in ("always", "document", "named"):
        return True
    if _COUNT.match(text, at):
        return True
    return (
        (separator == "、"
        and word_list("no_device").longest_before(text, before) is not None)
        or (
            separator in "和与"
            and word_list("no_device").longest_before(text, before) is not None
            and head_words().longest_before(text, before) is None
            and text[before - 2 : before] in ("政策", "措施")
        )
    )


def possible_starts(reading: Reading, head: Head, frame: Frame, *, chosen: int) -> list[int]:
    """Return the places where the name may begin, in order; the rules' own choice is one of them."""
    text, region = reading.covered, frame.region
    found = {chosen, skip_unnamed(reading, region.start, region.end)}
    if region.start < region.end:
        found.add(region.start)
    for match in re.finditer(r"[、的和与及“]", text[region.start : region.end]):
        at = region.start + match.start()
        if text[at] == "“":
            found.add(at)
        elif at + 1 < region.end:
            found.add(skip_unnamed(reading, at + 1, region.end))
    near = sorted(at for at in found if at <= head.outer.start)
    kept = near[-_MOST_STARTS:]
    return kept if chosen in kept else sorted([chosen, *kept])


def members_of(reading: Reading, name: Span, head: Head, frame: Frame) -> tuple[Span, ...]:
    """Return the items that a name lists: A、B、C等机制, A、B、C机制, A、B“三级”责任清单; empty if it lists none."""
    text = reading.covered
    end = head.span.start
    listed = _OPEN_LIST.search(text, max(name.start, end - 16), end)
    counted = re.search(
        r"的?“?[" + COVER + r"二三四五六七八九十两\d]{1,6}[项个类种大张份本]?”?(?:[^，。、]{0,2})$",
        text[name.start : end],
    )
    if frame.relation == "framed":
        return ()
    if listed:
        end = listed.start()
    elif counted and "、" in text[name.start : name.start + counted.start()]:
        end = name.start + counted.start()
    elif head.kind not in ("mechanism", "institution", "platform") or "的" in text[name.start : end]:
        return ()
    parts = _items(text, Span(name.start, end))
    if len(parts) < 2 or any(part.end - part.start < 2 for part in parts):
        return ()
    return tuple(_unquoted(reading, part) for part in parts)


def _items(text: str, span: Span) -> list[Span]:
    parts: list[Span] = []
    at = span.start
    for match in re.finditer(r"、|，|和(?=“)", text[span.start : span.end]):
        parts.append(Span(at, span.start + match.start()))
        at = span.start + match.end()
    parts.append(Span(at, span.end))
    return [part for part in parts if part.end > part.start]


def _unquoted(reading: Reading, part: Span) -> Span:
    if part in reading.wholes:
        return Span(part.start + 1, part.end - 1)
    return part
