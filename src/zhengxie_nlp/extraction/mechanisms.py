"""Mechanisms (机制, guideline §4): the devices that an organisation sets up, improves, runs or applies.

Rules give a candidate for every place where a device's name may end, with the verb that governs it and each place
where the name may begin; a trained model, or the rules' own score where there is none, decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhengxie_nlp.extraction.mechanism_heads import Head, Reading, word_list
from zhengxie_nlp.extraction.mechanism_names import (
    Frame,
    frame_of,
    is_list,
    members_of,
    possible_starts,
    rule_start,
)
from zhengxie_nlp.extraction.rules import Context, Found
from zhengxie_nlp.text.source_text import Span

Features = Mapping[str, str | float | bool]

_END = frozenset("，。；、！？：）”\n")
_GENERIC_TAIL = re.compile(r"(?:等)?(?:相关|有关|各类|方面的?|常态化)?$")


@dataclass(frozen=True, slots=True)
class NameStart:
    """One place where a name may begin, with what speaks for it."""

    at: int
    features: Features


@dataclass(frozen=True, slots=True)
class MechanismCandidate:
    """A place where a device's name may end, as the rules see it.

    Attributes:
        head: the head words, or the title.
        frame: the governing verb and the characters that the name may fill.
        span: the name as the rules draw it.
        starts: every place where it may begin; the rules' own is one of them.
        features: what speaks for and against its being a device.
        score: the rules' own judgement; above 0 it is one.
    """

    head: Head
    frame: Frame
    span: Span
    starts: tuple[NameStart, ...]
    features: Features
    score: float


def mechanism_candidates(context: Context) -> list[MechanismCandidate]:
    """Return a candidate for every place in a text where a device's name may end, in order."""
    reading = Reading(context)
    return _candidates(reading)


def _candidates(reading: Reading) -> list[MechanismCandidate]:
    found: list[MechanismCandidate] = []
    previous: Head | None = None
    for head in reading.heads:
        if reading.context.owner(head.span.start) is None:
            continue
        clause = reading.clause(head.outer.start)
        if previous is not None and (
            previous.outer.end > head.outer.start or previous.outer.start < clause.start
        ):
            before = None
        else:
            before = previous
        frame = frame_of(reading, head, previous=before)
        if head.use == "suffix" and (frame.verb is None or frame.verb.use not in ("set_up", "short")):
            continue
        found.append(_candidate(reading, head, frame))
        previous = head
    return found


def _candidate(reading: Reading, head: Head, frame: Frame) -> MechanismCandidate:
    at = rule_start(reading, head, frame)
    span = name_span(reading, head, at)
    starts = possible_starts(reading, head, frame, chosen=at)
    features, score = _judge(reading, head, frame, span)
    return MechanismCandidate(
        head, frame, span,
        tuple(NameStart(start, _start_features(reading, head, frame, start, starts, chosen=at)) for start in starts),
        features, score,
    )  # fmt: skip


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
    if at >= len(text) or text[at] in _END:
        return "end"
    if re.match(r"\d|[一二三四五六七八九十两百]{1,4}[个项家条处份张]|[近约共]\d", text[at : at + 6]):
        return "count"
    if text[at] in "和与及暨":
        return "and"
    if text[at] == "的":
        return "de"
    if text[at] in "“《（":
        return "mark"
    if word_list("noun_after").longest_at(text, at):
        return "noun"
    words = reading.words(at, at + 1)
    return "word:" + words[0].tag[0] if words else "word"


def _modifier(reading: Reading, head: Head, span: Span) -> str:
    if head.form == "title":
        return reading.text[head.span.start : head.span.end]
    end = head.span.start
    return reading.text[span.start : end] if end > span.start else ""


def _is_generic(modifier: str) -> bool:
    """Say whether a modifier holds generic words only."""
    rest = modifier.removeprefix("“").removesuffix("的")
    while rest:
        match = word_list("generic").longest_at(rest, 0)
        if match is None:
            return False
        rest = rest[len(match[0]) :].lstrip("、的和")
    return True


def _judge(reading: Reading, head: Head, frame: Frame, span: Span) -> tuple[Features, float]:
    """Return what speaks for and against a candidate, and the rules' sum of it."""
    modifier = _modifier(reading, head, span)
    generic = _is_generic(modifier) and head.form != "title"
    right = _right(reading, head)
    use = frame.verb.use if frame.verb else "none"
    written = reading.text[frame.verb.span.start : frame.verb.span.end] if frame.verb else ""
    quoted = "“" in modifier or head.form == "quoted"
    listed = is_list(reading, head)
    owner = reading.context.owner(head.span.start)
    node = owner[1] if owner else None
    heading = (
        node is not None and node.heading is not None and node.heading.start <= span.start < node.heading.end
    )
    score = {"set_up": 2.0, "strong": 2.0, "short": 1.0, "weak": 0.3, "none": -1.5}[use]
    if frame.relation == "coordinated":
        score -= 0.5
    score += {"end": 0.5, "count": 1.0, "and": 0.0, "de": -1.5, "mark": 0.0, "noun": -2.0}.get(right, -1.5)
    if right.startswith("word:v") or right.startswith("word:d"):
        score += 0.7
    if generic and not listed:
        score -= 5.0
    if quoted or listed:
        score += 0.8
    score += _use_score(head, use, modifier, quoted=quoted, listed=listed)
    if owner is None or node is None:
        score -= 2.0
    features: dict[str, str | float | bool] = {
        "head": head.word, "kind": head.kind, "use": head.use, "form": head.form, "verb": written, "verb use": use,
        "stage": frame.verb.stage if frame.verb else "mention", "relation": frame.relation, "right": right,
        "generic": generic, "quoted": quoted, "listed": listed, "heading": heading, "title": node is None,
        "length": min(len(modifier), 20) / 10.0, "short": len(modifier) <= 2,
        "score": score, "accepted": score > 0, "use+verb": f"{head.use} {use}",
    }  # fmt: skip
    return features, score


def _use_score(head: Head, use: str, modifier: str, *, quoted: bool, listed: bool) -> float:
    """Return what the kind of head adds: some need a verb that sets up, some a quoted name."""
    if head.use in ("set_up", "suffix"):
        return 0.0 if use in ("set_up", "short") else -3.0
    if head.use == "named":
        return -0.5 if quoted or listed else -5.0
    if head.use == "document":
        return (0.0 if len(modifier) >= 4 else -2.5) - (0.5 if use == "weak" else 0.0)
    if head.use == "title":
        refused = word_list("publication").longest_before(modifier, len(modifier)) is not None
        return -4.0 if refused or ("关于" in modifier[:2] and modifier[-2:] == "建议") else -0.5
    return 0.0


def _start_features(
    reading: Reading, head: Head, frame: Frame, at: int, starts: Sequence[int], *, chosen: int
) -> Features:
    text = reading.covered
    inside = text[at : head.outer.start]
    words = reading.words(at, at + 1) if at < head.outer.start else []
    before = text[at - 1 : at] if at > frame.region.start else "verb"
    return {
        "chosen": at == chosen, "first": at == starts[0], "before": before, "tag": words[0].tag if words else "head",
        "opening": text[at : at + 1] if text[at : at + 1] in "“《" else "", "relation": frame.relation,
        "ands": min(inside.count("、"), 4), "de": min(inside.count("的"), 3), "commas": "，" in inside,
        "length": min(len(inside), 40) / 10.0, "empty": not inside, "kind": head.kind, "use": head.use,
        "listed": is_list(reading, head), "before+kind": f"{before} {head.kind}",
        "chosen+relation": f"{at == chosen} {frame.relation}",
    }  # fmt: skip


def find_mechanisms(context: Context) -> list[Found]:
    """Find every device that the organisation sets up, improves, runs or applies (guideline §4)."""
    reading = Reading(context)
    chosen = [
        (candidate, candidate.span, candidate.score)
        for candidate in _candidates(reading)
        if candidate.score > 0
    ]
    kept = _without_inner([span for _, span, _ in chosen])
    found: list[Found] = []
    for candidate, span, score in chosen:
        if span not in kept or span.start >= span.end:
            continue
        kept.discard(span)
        found.append(_record(reading, candidate, span, min(0.95, 0.6 + score / 10)))
    return sorted(found, key=lambda one: one.span)


def _without_inner(spans: Sequence[Span]) -> set[Span]:
    kept: set[Span] = set()
    end = -1
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            kept.add(span)
            end = span.end
    return kept


def _record(reading: Reading, candidate: MechanismCandidate, span: Span, confidence: float) -> Found:
    verb = candidate.frame.verb
    members = members_of(reading, span, candidate.head, candidate.frame)
    parts = [("head", candidate.head.span)]
    if verb is not None:
        parts.insert(0, ("verb", verb.span))
    return Found(
        "mechanism",
        span,
        f"mechanism_heads/{candidate.head.word}",
        confidence=confidence,
        fields={
            "kind": candidate.head.kind,
            "action": reading.text[verb.span.start : verb.span.end] if verb else None,
            "stage": verb.stage if verb else "mention",
            "members": members,
        },
        parts=tuple(parts),
    )
