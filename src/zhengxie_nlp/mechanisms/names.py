"""Where a device's name begins, and what it lists: the possible places, and the one that rules prefer.

A name begins behind its governing verb; counts (8个), and words that say nothing of the device itself (一批,
全市首家, 富有……特色的) are left out. Behind 、和 an item with a head of its own is a name of its own; a list
under one head (A、B、C等机制) is one name with members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.mechanisms.heads import Head, Reading, ends_in, word_list
from zhengxie_nlp.mechanisms.patterns import pattern
from zhengxie_nlp.mechanisms.verbs import Governor, governor
from zhengxie_nlp.text.source_text import Span

#: A name is looked for this many characters before its head, over commas too.
REACH: Final = 160
_MOST_STARTS: Final = 10
#: A title in 《》 is no longer than this, marks included; what joins items.
_LONGEST_TITLE: Final = 82
_JOINTS: Final = ("、", "和", "与", "及")


class Frame(NamedTuple):
    """What stands before one head: the verb that governs it, and the region that its name may fill.

    Attributes:
        region: the characters before the head that may belong to its name.
        verb: the governing verb, or None.
        relation: how verb and name stand: ``direct``, ``coordinated`` (the verb governs the name before
            too), ``listed`` (…等机制), ``framed`` (以…为…的体系), ``fronted`` (把…; the verb
            follows), ``none``.
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
    titles = previous is not None and previous.form == head.form == "title" and begin == head.outer.start
    coordinated = previous is not None and (
        titles or pattern("coordination").match(reading.covered, begin) is not None
    )
    framed = _frame(reading, head) if not listed else None
    if framed is not None:
        return framed
    verb = governor(reading.covered, reading.verbs(begin, region.end), region=region, coordinated=coordinated)
    if verb is not None:
        return Frame(Span(verb.span.end, region.end), verb, "direct")
    if begin > left:
        before = governor(reading.covered, reading.verbs(left, begin), region=Span(left, region.end))
        separator = region.end if titles else _first_and(reading, region)
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
    over_commas = _counted(reading, head) and "、" not in reading.covered[start : region.end]
    for _ in range(4):
        verb = governor(
            reading.covered,
            reading.verbs(start, region.end if start == region.start else _end(reading, start)),
            region=Span(start, region.end),
        )
        if verb is not None and not (over_commas and _is_activity(reading, verb)):
            return Frame(Span(verb.span.end, region.end), verb, "listed")
        if start <= least or reading.covered[start - 1] != "，" or head.use != "always":
            return None
        start = max(least, reading.clause(start - 1).start)
    return None


def _is_activity(reading: Reading, verb: Governor) -> bool:
    """Say whether a verb is part of a listed rule (每月举办……的两项制度) rather than governs it."""
    return verb.use == "weak" or reading.text[verb.span.start : verb.span.end] in closed_words("hold")


def _end(reading: Reading, start: int) -> int:
    return reading.clause(start).end


def _counted(reading: Reading, head: Head) -> bool:
    return bool(
        pattern("counted_list").search(reading.covered, max(0, head.outer.start - 6), head.outer.start)
    )


def _frame(reading: Reading, head: Head) -> Frame | None:
    """Find the verb before 以……为……的, which may run over commas."""
    text, end = reading.covered, head.outer.start
    least = max(reading.sentence_start(end), end - REACH)
    if not pattern("framed").search(text, max(least, end - 32), end):
        return None
    for match in pattern("frame").finditer(text, least, end):
        clause = reading.clause(match.start())
        verbs = reading.verbs(max(clause.start, least), match.start())
        verb = governor(text, verbs, region=Span(max(clause.start, least), match.start() + 1))
        if verb is not None and match.start() - verb.span.end <= 2:
            return Frame(Span(match.start(), end), verb, "framed")
    return None


def _fronted(reading: Reading, head: Head, region: Span) -> Frame:
    """Find a verb behind the name: 市政协书画院恢复成立, 把……制度落实到."""
    match = pattern("fronting").match(reading.covered[region.start : region.end])
    begin = region.start + match.end() if match else region.start
    after = head.outer.end
    clause = reading.clause(head.span.end - 1)
    for verb in reading.verbs(after, min(clause.end, after + 10)) if after < clause.end else []:
        gap = reading.covered[after : verb.span.start]
        governs = pattern("adverbs_before_verb").fullmatch(gap) and verb.uses & {
            "strong",
            "set_up",
            "build",
        }
        # Right behind a head, 建设 and the like are nouns; 成立 never is.
        predicate = gap or reading.covered.endswith(
            tuple(closed_words("set up")), verb.span.start, verb.span.end
        )
        if governs and (match or (predicate and _verb_ends_clause(reading, verb.span.end, clause.end))):
            found = Governor(verb.span, verb.stage or "mention", "strong")
            return Frame(Span(begin, region.end), found, "fronted")
    return Frame(Span(begin, region.end), None, "none")


def _verb_ends_clause(reading: Reading, at: int, end: int) -> bool:
    return end - at <= 1 or reading.covered[at : at + 1] in ("，", "。", "；", "了", "起", "、")


def is_list(reading: Reading, head: Head) -> bool:
    """Say whether a list closes right before the head: …等机制, …等方面制度, …“三项制度”, …四项机制."""
    text, end = reading.covered, head.outer.start
    if head.form == "title":
        return False
    opened = pattern("open_list").search(text, max(0, end - 16), end)
    if opened:
        return not _only_titles(text, opened.start())
    if head.form == "quoted":
        inner = reading.text[head.outer.start + 1 : head.outer.end - 1]
        return bool(pattern("counted_name").match(inner)) and text[max(0, end - 40) : end].count("、") > 0
    return bool(pattern("counted_list").search(text, max(0, end - 6), end)) and bool(
        re.search(r"、|的.{1,3}$", text[max(reading.sentence_start(end - 1), end - 80) : end])
    )


def _only_titles(text: str, end: int) -> bool:
    """Say whether all items of a list are titles, each with a head of its own: 《A》《B》等制度."""
    at = end
    while at > 0 and text[at - 1] == "》":
        opening = text.rfind("《", max(0, at - _LONGEST_TITLE), at)
        if opening < 0:
            return False
        at = opening - (text[opening - 1 : opening] in _JOINTS and text[opening - 2 : opening - 1] == "》")
    return at < end and text[at - 1 : at] not in _JOINTS


def _first_and(reading: Reading, region: Span) -> int | None:
    match = pattern("and").search(reading.covered, region.start, region.end)
    return match.end() if match else None


def skip_unnamed(reading: Reading, start: int, end: int) -> int:
    """Step over what stands before a name without belonging to it: 了, counts, 一批, 富有……特色的."""
    text = reading.covered
    while start < end:
        aspect = pattern("aspect").match(text, start, end)
        count = pattern("count").match(text, start, end)
        clause = pattern("dropped_clause").match(text, start, end)
        word = word_list("dropped").longest_at(text, start)
        if aspect and (aspect.end() < end or reading.text[end : end + 1] in "“《"):
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
        if _parts_items(reading, head, at):
            start = skip_unnamed(reading, at, frame.region.end)
    return start


def _separators(reading: Reading, region: Span) -> Iterator[int]:
    """Yield the places behind 、和与及 in a region."""
    for match in pattern("and").finditer(reading.covered, region.start, region.end):
        yield match.end()


def _parts_items(reading: Reading, head: Head, at: int) -> bool:
    """Say whether an item of its own ends before the separator at `at`: the name begins behind it."""
    text, end = reading.covered, at - 1
    if pattern("count").match(text, at):
        return True
    if text[end] == "、":
        return head.use not in ("always", "document", "named") or ends_in("no_device", text, end)
    return text[end] in "和与" and text.endswith(tuple(closed_words("policy")), 0, end)


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
    """Return the items that a name lists: A、B、C等机制, A、B“两级”责任清单; empty if it lists none."""
    text, end = reading.covered, head.span.start
    if frame.relation == "framed":
        return _framed_members(text, Span(name.start, end))
    listed = pattern("open_list").search(text, max(name.start, end - 16), end)
    counted = pattern("counted_tail").search(text[name.start : end])
    if listed:
        parts = _items(text, Span(name.start, listed.start()))
        if len(parts) == 1:
            parts = _items(text, Span(name.start, listed.start()), separator="and")
    elif counted and "、" in text[name.start : name.start + counted.start()]:
        parts = _items(text, Span(name.start, name.start + counted.start()))
    elif head.kind in ("mechanism", "institution") and "的" not in text[name.start : end]:
        parts = _even(_items(text, Span(name.start, end)))
    else:
        return ()
    if len(parts) < 2 or any(part.end - part.start < 2 for part in parts):
        return ()
    return tuple(_unquoted(reading, part) for part in parts)


def _items(text: str, span: Span, *, separator: str = "item_end") -> list[Span]:
    parts: list[Span] = []
    at = span.start
    for match in pattern(separator).finditer(text[span.start : span.end]):
        parts.append(Span(at, span.start + match.start()))
        at = span.start + match.end()
    parts.append(Span(at, span.end))
    return [part for part in parts if part.end > part.start]


def _even(parts: list[Span]) -> list[Span]:
    """Keep a list without 等 only if its items are of one length; a longer first one holds what all share.

    定人定责、日清日结、月评月晒机制; 汛期值守|分段巡查、定点驻守、逐级上报机制; not
    县长、政协主席领衔督办制度.
    """
    lengths = {part.end - part.start for part in parts[1:]}
    if len(parts) < 3 or len(lengths) != 1:
        return []
    length = lengths.pop()
    first = parts[0]
    if first.end - first.start < length:
        return []
    return [Span(first.end - length, first.end), *parts[1:]]


def _framed_members(text: str, name: Span) -> tuple[Span, ...]:
    """Return the items of 以A为引领，B、C等为支撑的体系."""
    found: list[Span] = []
    for part in _items(text, name):
        start = part.start + text.startswith("以", part.start)
        match = pattern("frame_tail").search(text, start, part.end)
        found.append(Span(start, match.start() if match else part.end))
        if match and "的" in match["role"]:
            break
    roles = text[name.start : name.end]
    kept = [part for part in found if part.end - part.start > 1 and pattern("frame_role").search(roles)]
    return tuple(kept) if len(kept) > 1 else ()


def _unquoted(reading: Reading, part: Span) -> Span:
    if part in reading.wholes:
        return Span(part.start + 1, part.end - 1)
    return part
