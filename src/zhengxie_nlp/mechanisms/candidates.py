"""Candidates for mechanisms: each place where a device's name may end, and what speaks for and against it.

A candidate carries the verb that governs it, and the rules' own score, which is evidence for a trained model
and decides where there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from zhengxie_nlp.context.context import Context
from zhengxie_nlp.mechanisms.heads import Head, Reading, ends_in, head_words, opens_with, word_list
from zhengxie_nlp.mechanisms.names import (
    REACH,
    Frame,
    frame_of,
    is_list,
    rule_start,
    skip_unnamed,
)
from zhengxie_nlp.mechanisms.patterns import pattern
from zhengxie_nlp.mechanisms.verbs import verbs_used
from zhengxie_nlp.structure.spans import NodeSpan
from zhengxie_nlp.text.source_text import Span

_END = frozenset("，。；、！？：）”\n")


class Evidence(NamedTuple):
    """What is seen of a candidate, before it is judged.

    Attributes:
        modifier: the name without its head.
        generic: the modifier holds generic words only, or none.
        right: what follows the head: ``end``, ``count``, ``and``, ``de``, ``mark``, ``noun``, or ``word:``
            and the word's tag.
        verb_use: how the governing verb counts, ``none`` if there is none.
        stage: the stage that the verb tells.
        quoted: the name, or its modifier, stands in quotation marks.
        listed: the name is a list under one head.
        quoting: the verb governs quoted names and lists only.
        in_node: it stands in a node, not in a title or the organisation's line.
        in_article: it stands in an article of a law.
    """

    modifier: str
    generic: bool
    right: str
    verb_use: str
    stage: str
    quoted: bool
    listed: bool
    quoting: bool
    in_node: bool
    in_article: bool


@dataclass(frozen=True)
class MechanismCandidate:
    """A place where a device's name may end, as the rules see it.

    Attributes:
        reading: the text around it.
        head: the head words, or the title.
        frame: the governing verb and the characters that the name may fill.
        span: the name as the rules draw it.
        seen: what speaks for and against its being a device.
        score: the rules' own judgement; above 0 it is one.
    """

    reading: Reading = field(repr=False, compare=False)
    head: Head
    frame: Frame
    span: Span
    seen: Evidence
    score: float


def mechanism_candidates(context: Context) -> list[MechanismCandidate]:
    """Return a candidate for every place in a text where a device's name may end, in order."""
    reading = Reading(context)
    return candidates_of(reading)


def candidates_of(reading: Reading) -> list[MechanismCandidate]:
    """Do the same as `mechanism_candidates` for a text that is being read already."""
    found: list[MechanismCandidate] = []
    previous: Head | None = None
    for head in reading.heads:
        if reading.context.owner(head.span.start) is None:
            continue
        clause = reading.clause(head.outer.start)
        if head.use == "bare" and not _may_name(reading, head, clause):
            continue
        if head.use == "suffix" and not _may_set_up(reading, head):
            continue
        if previous is not None and (
            previous.outer.end > head.outer.start or previous.outer.start < clause.start
        ):
            before = None
        else:
            before = previous
        frame = frame_of(reading, head, previous=before)
        if head.use == "suffix" and (frame.verb is None or frame.verb.use not in _SETTING_UP):
            continue
        if head.use == "bare" and not _names(reading, head, frame):
            continue
        candidate = _candidate(reading, head, frame)
        found.append(candidate)
        if candidate.seen.right in ("end", "and", "count", "mark") and head.use != "bare":
            previous = head
    return found


#: How a verb must be used for a bare suffix to be a head.
_SETTING_UP: Final = ("set_up", "short")
#: What a quoted name without a head may look like: no sentence, no figure.
_BARE: Final = re.compile(r"[\u4e00-\u9fa5·+]{3,10}+")


def _may_name(reading: Reading, head: Head, clause: Span) -> bool:
    """Say whether a quotation looks like a name, and a verb that may give it as one stands before it."""
    start, end = head.outer
    inside = reading.text[start + 1 : end - 1]
    return (
        _BARE.fullmatch(inside) is not None
        and not any(ends_in(name, inside, len(inside)) for name in ("facility", "no_device", "publication"))
        and verbs_used("naming").search(reading.covered, max(clause.start, start - REACH), start) is not None
    )


def _may_set_up(reading: Reading, head: Head) -> bool:
    """Say whether a verb that may set up something stands before a bare suffix: no other is read."""
    start = head.outer.start
    least = max(reading.sentence_start(start), start - REACH)
    return verbs_used(*_SETTING_UP).search(reading.covered, least, start) is not None


def _names(reading: Reading, head: Head, frame: Frame) -> bool:
    """Say whether a verb right before a quotation gives it as a name: 办起“邻里灶”, 弄成了“委员之家”."""
    verb, outer = frame.verb, head.outer
    if verb is None or not verb.naming or frame.relation != "direct":
        return False
    if verb.use == "short" and verb.span.end == outer.start:
        # 搞“一刀切” is a way of doing; what somebody 搞了个 is a thing.
        return False
    return skip_unnamed(reading, verb.span.end, outer.start) == outer.start


def candidate_of(reading: Reading, head: Head, *, previous: Head | None) -> MechanismCandidate:
    """Return the candidate of one head; `previous` is the one before it in its clause."""
    return _candidate(reading, head, frame_of(reading, head, previous=previous))


def _candidate(reading: Reading, head: Head, frame: Frame) -> MechanismCandidate:
    span = name_span(reading, head, rule_start(reading, head, frame))
    seen = _evidence(reading, head, frame, span)
    return MechanismCandidate(reading, head, frame, span, seen, _score(reading, head, frame, seen))


def name_span(reading: Reading, head: Head, start: int) -> Span:
    """Return the name that begins at `start`, without enclosing quotation marks."""
    if head.form == "title":
        return head.span
    if head.form == "quoted":
        inner = Span(head.outer.start + 1, head.outer.end - 1)
        return inner if start >= head.outer.start else Span(start, head.outer.end)
    return Span(start, head.span.end)


def _right(reading: Reading, head: Head) -> str:
    """Say what follows the head."""
    text, at = reading.covered, head.outer.end
    if at >= len(text) or text[at] in _END or (head.form == "title" and text[at] == "等"):
        return "end"
    if re.match(r"\d|[一二三四五六七八九十两百]{1,4}[个项家条处份张]|[近约共]\d", text[at : at + 6]):
        return "count"
    if re.match("等[^，。；]{0,8}(?:措施|方式|政策|活动|工作|办法，|手段)", text[at : at + 12]):
        return "noun"
    if text[at] in "和与及暨":
        return "and"
    if text[at] == "的":
        return "de"
    if text[at] in "“《（":
        return "mark"
    if opens_with("noun_after", text, at):
        return "noun"
    words = reading.words(at, at + 1)
    return "word:" + words[0].tag[0] if words else "word"


def _modifier(reading: Reading, head: Head, span: Span) -> str:
    if head.form == "title":
        return reading.text[head.span.start : head.span.end]
    first = reading.text[head.span.start : head.span.end - len(head.word)]
    # In a run of heads the first tell what the last is of (责任清单制度), unless they are bare (制度机制).
    end = head.span.start if head.use == "always" and _is_bare(first) else head.span.end - len(head.word)
    return reading.text[span.start : end] if end > span.start else ""


def _is_bare(run: str) -> bool:
    """Say whether a run of heads holds abstract ones only (制度机制)."""
    while run:
        match = head_words().longest_at(run, 0)
        if match is None or match[1].use != "always":
            return False
        run = run[len(match[0]) :]
    return True


def _is_generic(modifier: str) -> bool:
    """Say whether a modifier holds generic words only."""
    rest = modifier.removeprefix("“").removesuffix("的")
    while rest:
        match = word_list("generic").longest_at(rest, 0)
        if match is None:
            return False
        rest = rest[len(match[0]) :].lstrip("、的和")
    return True


_VERB_SCORES: Final = {"set_up": 2.0, "build": 2.0, "strong": 2.0, "short": 1.0, "weak": 0.3, "none": -1.5}
_RIGHT_SCORES: Final = {"end": 0.5, "count": 1.0, "and": 0.0, "de": -1.5, "mark": 0.0, "noun": -2.5}


def _evidence(reading: Reading, head: Head, frame: Frame, span: Span) -> Evidence:
    modifier = _modifier(reading, head, span)
    verb = frame.verb
    stage = verb.stage if verb else "mention"
    telling = modifier in ("", "“") and stage in ("new", "improve") and opens_with("telling", head.word, 0)
    owner = reading.context.owner(head.span.start)
    return Evidence(
        modifier=modifier,
        generic=head.form != "title" and not telling and _is_generic(modifier),
        right="end" if frame.relation == "fronted" else _right(reading, head),
        verb_use=verb.use if verb else "none",
        stage=stage,
        quoted="“" in modifier or head.form == "quoted",
        listed=is_list(reading, head),
        quoting=verb is not None and verb.quoting,
        in_node=owner is not None and owner[1] is not None,
        in_article=_in_article(reading, owner[1]) if owner is not None else False,
    )


def _in_article(reading: Reading, node: NodeSpan | None) -> bool:
    """Say whether a node is an article of a law (第三条): it tells of nobody's doings."""
    if node is None or node.marker is None:
        return False
    return bool(pattern("article").match(reading.text, node.marker.span.start, node.marker.span.end))


def _score(reading: Reading, head: Head, frame: Frame, seen: Evidence) -> float:
    """Return the rules' sum of what speaks for a candidate and against it; above 0 it is a device."""
    score = _VERB_SCORES[seen.verb_use] + _RIGHT_SCORES.get(seen.right, -2.0)
    if seen.right.startswith(("word:v", "word:d")) or reading.covered.startswith("进", head.outer.end):
        score += 1.2
    if frame.relation == "coordinated":
        score -= 0.5
    if opens_with("owner", seen.modifier, 0):
        score -= 2.6
    if pattern("event").search(seen.modifier):
        score -= 3.0
    if seen.generic and not seen.listed:
        score -= 5.0
    if seen.quoted or seen.listed:
        score += 0.8
    elif seen.quoting:
        score -= 1.5
    if not seen.in_node:
        score -= 2.0
    if seen.in_article:
        score -= 4.0
    return score + _use_score(head, seen)


def _use_score(head: Head, seen: Evidence) -> float:
    """Return what the kind of head adds: some need a verb that sets up, some a quoted name."""
    use, modifier = seen.verb_use, seen.modifier
    if head.use == "bare":
        return -0.5 if seen.right in ("end", "count") else -3.0
    if head.use in ("set_up", "suffix"):
        allowed = ("set_up", "build", "short") if head.use == "set_up" else ("set_up", "short")
        return 0.0 if use in allowed else -3.0
    if head.use == "named":
        return -0.5 if seen.quoted or seen.listed else -5.0
    if head.use == "document":
        if head.word == "意见" and pattern("opinion").search(modifier):
            return -4.0
        return (0.0 if len(modifier) >= 4 else -2.5) - (0.5 if use == "weak" else 0.0)
    if head.use == "title":
        refused = ends_in("publication", modifier, len(modifier))
        return -4.0 if refused else -0.5
    # What is built and called 中心 is a house more often than a body.
    return -3.0 if head.word.endswith("中心") and use in ("build", "short") else 0.0
