"""Which stretches of a text are names of devices: a trained ranker chooses, the rules are evidence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.context.candidates import Ranker
from zhengxie_nlp.learning.estimators import Parts
from zhengxie_nlp.mechanisms.candidates import MechanismCandidate, name_span
from zhengxie_nlp.mechanisms.ends import every_candidate
from zhengxie_nlp.mechanisms.evidence import Surroundings, signs_of_end, signs_of_start, starts_of
from zhengxie_nlp.mechanisms.heads import Reading
from zhengxie_nlp.mechanisms.names import rule_start
from zhengxie_nlp.text.source_text import Span

#: The ranker's name in a model.
ESTIMATOR: Final = "mechanism"
DECIDER: Final = "mechanisms/ranker"
#: A name has to be so probable, with its beginning; set by trying a few values on documents left out. What is
#: certainly a device, but may begin in many places, is no name either.
THRESHOLD: Final = 0.36


class Names(NamedTuple):
    """The names that may end at one place, first of all none, with the signs of each."""

    candidate: MechanismCandidate
    spans: list[Span | None]
    signs: list[Parts]


class Chosen(NamedTuple):
    """A name that was chosen, and how probable it is."""

    candidate: MechanismCandidate
    span: Span
    confidence: float


def names_of(reading: Reading) -> Iterator[Names]:
    """Yield, for every place where a name may end, the names that may end there."""
    around: dict[int, Surroundings] = {}
    for candidate in every_candidate(reading):
        places = starts_of(candidate)
        spans = [(at, name_span(reading, candidate.head, at)) for at in places]
        kept = [(at, span) for at, span in spans if span.start < span.end]
        if not kept:
            continue
        clause = reading.clause(candidate.head.outer.start)
        if clause.start not in around:
            words = reading.words(clause.start, clause.end)
            around = {clause.start: Surroundings(words, [word.start for word in words])}
        here = around[clause.start]
        shared = signs_of_end(candidate, here)
        chosen = rule_start(reading, candidate.head, candidate.frame)
        signs: list[Parts] = [()]
        signs += [(shared, signs_of_start(candidate, at, chosen=chosen, around=here)) for at, _ in kept]
        yield Names(candidate, [None, *(span for _, span in kept)], signs)


def choose_names(reading: Reading, *, model: Ranker) -> list[Chosen]:
    """Choose the names of devices in a text, none inside another.

    Args:
        reading: the text.
        model: has the ranker `ESTIMATOR`.
    """
    found: list[tuple[float, Chosen]] = []
    for names in names_of(reading):
        shares = model.rank(ESTIMATOR, names.signs)
        best = max(range(1, len(shares)), key=lambda place: shares[place])
        span = names.spans[best]
        if span is not None and shares[best] >= THRESHOLD:
            found.append((1 - shares[0], Chosen(names.candidate, span, shares[best])))
    return without_overlaps(found)


def without_overlaps(found: Sequence[tuple[float, Chosen]]) -> list[Chosen]:
    """Keep the most probable where names overlap; each comes with the probability that it is a device."""
    kept: list[Chosen] = []
    starts: list[int] = []
    for _, one in sorted(found, key=lambda pair: (-pair[0], pair[1].span)):
        place = bisect_left(starts, one.span.start)
        before = kept[place - 1].span.end if place else 0
        if before <= one.span.start and (place == len(kept) or one.span.end <= starts[place]):
            kept.insert(place, one)
            starts.insert(place, one.span.start)
    return kept
