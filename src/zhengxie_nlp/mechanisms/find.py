"""Mechanisms (机制, guideline §4): the devices that an organisation sets up, improves, runs or applies.

`zhengxie_nlp.mechanisms.ends` gives every place where a device's name may end; a trained ranker
(`mechanisms.choose`), or the rules' own score where there is no model, decides which are devices and where
each name begins. Its kind, verb, stage and members are read off the text around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.context.candidates import Found, Ranker
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.mechanisms.candidates import MechanismCandidate, candidates_of
from zhengxie_nlp.mechanisms.choose import DECIDER, choose_names
from zhengxie_nlp.mechanisms.heads import Reading
from zhengxie_nlp.mechanisms.names import members_of
from zhengxie_nlp.mechanisms.verbs import Governor, verb_beside
from zhengxie_nlp.text.source_text import Span

#: What chose a name's characters where there is no model.
RULES_DECIDED: Final = "mechanisms/rules"


def find_mechanisms(context: Context, *, model: Ranker | None = None) -> list[Found]:
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
    if model is not None:
        chosen = choose_names(reading, model=model)
        judged = [_Judged(one.candidate, one.span, one.confidence, DECIDER) for one in chosen]
    else:
        judged = _by_rules(reading)
    return sorted((_record(reading, one) for one in judged), key=lambda record: record.span)


class _Judged(NamedTuple):
    candidate: MechanismCandidate
    span: Span
    confidence: float | None
    """What the model says; None of rules, which are as sure as they were right on gold."""
    decider: str


def _by_rules(reading: Reading) -> list[_Judged]:
    offered = [one for one in candidates_of(reading) if one.score > 0 and one.span.start < one.span.end]
    kept = _without_inner([one.span for one in offered])
    return [_Judged(one, one.span, None, RULES_DECIDED) for one in _once(offered, kept)]


def _once(offered: Sequence[MechanismCandidate], kept: set[Span]) -> list[MechanismCandidate]:
    """Return the first candidate for each span that was kept."""
    first: Mapping[Span, MechanismCandidate] = {one.span: one for one in reversed(offered)}
    return [first[span] for span in kept]


def _without_inner(spans: Sequence[Span]) -> set[Span]:
    """Leave out the spans that another holds or overlaps: a list keeps the items that it names."""
    kept: set[Span] = set()
    end = -1
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            kept.add(span)
            end = span.end
    return kept


def _governor(reading: Reading, judged: _Judged) -> Governor | None:
    """Return the verb of a name: by the rules, or else the verb right before the name or behind it."""
    found = judged.candidate.frame.verb
    if judged.decider == RULES_DECIDED or (found is not None and found.span.end <= judged.span.start):
        return found
    clause = reading.clause(judged.span.start)
    name = Span(judged.span.start, judged.candidate.head.outer.end)
    beside = verb_beside(reading.covered, reading.words(clause.start, name.start), name=name)
    return beside or found


def _record(reading: Reading, judged: _Judged) -> Found:
    candidate, span = judged.candidate, judged.span
    verb, head = _governor(reading, judged), candidate.head
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
        chosen={"span": judged.decider},
    )
