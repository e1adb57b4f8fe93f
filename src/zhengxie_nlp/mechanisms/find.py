"""Mechanisms (机制, guideline §4): the devices that an organisation sets up, improves, runs or applies.

`zhengxie_nlp.mechanisms.candidates` gives every place where a device's name may end; a trained
model, or the rules' own score where there is none, decides which are devices and where each name begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from zhengxie_nlp.context.candidates import Found, Judge
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.mechanisms.candidates import (
    Features,
    MechanismCandidate,
    candidates_of,
    mechanism_candidates,
    name_span,
)
from zhengxie_nlp.mechanisms.heads import Reading
from zhengxie_nlp.mechanisms.names import members_of
from zhengxie_nlp.records import Document
from zhengxie_nlp.text.source_text import Span

__all__ = [
    "ESTIMATORS",
    "Judge",
    "MechanismCandidate",
    "MechanismLabel",
    "find_mechanisms",
    "label_mechanisms",
    "mechanism_candidates",
]

#: The names of the two estimators, and the label of each whose probability counts.
ESTIMATORS: Final = {"mechanism": "device", "mechanism_start": "start"}


class MechanismLabel(NamedTuple):
    """What the gold says of a candidate.

    Attributes:
        verdict: ``device`` if a gold mechanism ends here, else ``other``.
        start: the place in `MechanismCandidate.starts` where the gold name begins; None if there is none.
    """

    verdict: Literal["device", "other"]
    start: int | None = None


def find_mechanisms(context: Context, *, model: Judge | None = None) -> list[Found]:
    """Find every device that the organisation sets up, improves, runs or applies (guideline §4).

    Counts: a rule, body, channel or way of working with a name of its own, a list under one head
    (A、B等机制) as one; a title in 《》 that is issued or applied as a rule or plan; what is newly set up,
    under another head too. Not: generic words (各项制度), ways of doing (采取……等方式), places (阅览室),
    reports and journals, what others have.

    Args:
        context: the clean text and its structure.
        model: decides on the candidates; without one the rules do.

    Returns:
        The mechanisms in order, none inside another, with `kind`, `action`, `stage` and `members`.
    """
    reading = Reading(context)
    candidates = candidates_of(reading)
    judged = _by_rules(reading, candidates) if model is None else _by_model(reading, candidates, model)
    kept = _without_inner([one.span for one in judged])
    found: list[Found] = []
    for one in judged:
        if one.span in kept:
            kept.discard(one.span)
            found.append(_record(reading, one))
    return sorted(found, key=lambda record: record.span)


class _Judged(NamedTuple):
    candidate: MechanismCandidate
    span: Span
    confidence: float | None
    """What the model says; None of rules, which are as sure as they were right on gold."""


def _by_rules(reading: Reading, candidates: Sequence[MechanismCandidate]) -> list[_Judged]:
    return [
        _Judged(candidate, candidate.span, None)
        for candidate in candidates
        if candidate.score > 0 and candidate.span.start < candidate.span.end
    ]


def _by_model(reading: Reading, candidates: Sequence[MechanismCandidate], model: Judge) -> list[_Judged]:
    """Ask the model once which candidates are devices, and once where the names of those begin."""
    if not candidates:
        return []
    verdicts = model.probabilities("mechanism", [candidate.features for candidate in candidates])
    chosen = [
        (candidate, verdict["device"])
        for candidate, verdict in zip(candidates, verdicts, strict=True)
        if verdict["device"] >= 0.5
    ]
    rows: list[Features] = [start.features for candidate, _ in chosen for start in candidate.starts]
    begins = iter(model.probabilities("mechanism_start", rows) if rows else [])
    judged: list[_Judged] = []
    for candidate, confidence in chosen:
        scores = [next(begins)["start"] for _ in candidate.starts]
        best = max(range(len(scores)), key=lambda place: (scores[place], -place)) if scores else None
        at = candidate.span.start if best is None else candidate.starts[best].at
        span = name_span(reading, candidate.head, at)
        if span.start < span.end:
            judged.append(_Judged(candidate, span, confidence))
    return judged


def _without_inner(spans: Sequence[Span]) -> set[Span]:
    """Leave out the spans that another holds or overlaps: a list keeps the items that it names."""
    kept: set[Span] = set()
    end = -1
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            kept.add(span)
            end = span.end
    return kept


def _record(reading: Reading, judged: _Judged) -> Found:
    candidate, span = judged.candidate, judged.span
    verb, head = candidate.frame.verb, candidate.head
    members = members_of(reading, span, head, candidate.frame)
    parts = [("verb", verb.span)] if verb is not None else []
    parts += [("head", head.span), *(("member", member) for member in members)]
    return Found(
        "mechanism",
        span,
        f"mechanism_heads/{head.use}",
        confidence=judged.confidence,
        fields={
            "kind": head.kind,
            "action": reading.text[verb.span.start : verb.span.end] if verb else None,
            "stage": verb.stage if verb else "mention",
            "members": members,
        },
        parts=tuple(parts),
    )


def label_mechanisms(
    candidates: Sequence[MechanismCandidate], *, document: Document, context: Context
) -> list[MechanismLabel]:
    """Say for each candidate what a gold document says of it, for training.

    Args:
        candidates: what `mechanism_candidates` gave for the document's text.
        document: the gold.
        context: the clean text behind the candidates.

    Returns:
        One label a candidate, in their order.
    """
    gold: dict[int, int] = {}
    for record in document.records:
        if record.type != "mechanism":
            continue
        fragments = record.ref.fragments
        start = context.text.clean_offset(fragments[0][0])
        last = context.text.clean_offset(fragments[-1][1] - 1)
        if start is not None and last is not None:
            gold[last + 1] = start
    return [_label(candidate, gold) for candidate in candidates]


def _label(candidate: MechanismCandidate, gold: Mapping[int, int]) -> MechanismLabel:
    head = candidate.head
    end = next((end for end in (head.span.end, head.outer.end) if end in gold), None)
    if end is None:
        return MechanismLabel("other")
    begin = gold[end]
    if head.form != "plain" and begin == head.outer.start + 1:
        begin = head.outer.start
    places = [place for place, start in enumerate(candidate.starts) if start.at == begin]
    return MechanismLabel("device", places[0] if places else None)
