"""Which stretches of a text are names of devices: chosen by a trained ranker, the rules' verdicts as evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.context.candidates import Ranker
from zhengxie_nlp.mechanisms.candidates import MechanismCandidate, name_span
from zhengxie_nlp.mechanisms.ends import every_candidate
from zhengxie_nlp.mechanisms.evidence import Surroundings, signs_of_end, signs_of_start, starts_of
from zhengxie_nlp.mechanisms.heads import Reading
from zhengxie_nlp.mechanisms.names import rule_start
from zhengxie_nlp.text.source_text import Span

#: The ranker's name in a model.
ESTIMATOR: Final = "mechanism"
DECIDER: Final = "mechanisms/ranker"
#: A device is told from none by this probability; set by trying a few values on documents left out.
THRESHOLD: Final = 0.4


class Names(NamedTuple):
    """The names that may end at one place, first of all none, with the signs of each."""

    candidate: MechanismCandidate
    spans: list[Span | None]
    signs: list[list[str]]


class Chosen(NamedTuple):
    """A name that was chosen, and how probable it is."""

    candidate: MechanismCandidate
    span: Span
    confidence: float


def names_of(reading: Reading) -> Iterator[Names]:
    """Yield, for every place where a name may end, the names that may end there."""
    candidates = every_candidate(reading)
    ends = Counter(reading.text[one.head.span.end - 4 : one.head.span.end] for one in candidates)
    for candidate in candidates:
        places = starts_of(candidate)
        spans = [(at, name_span(reading, candidate.head, at)) for at in places]
        kept = [(at, span) for at, span in spans if span.start < span.end]
        if not kept:
            continue
        clause = reading.clause(candidate.head.outer.start)
        words = reading.words(clause.start, clause.end)
        around = Surroundings(words, [word.start for word in words], ends)
        shared = signs_of_end(candidate, around)
        chosen = rule_start(reading, candidate.head, candidate.frame)
        signs: list[list[str]] = [[]]
        signs += [shared + signs_of_start(candidate, at, chosen=chosen, around=around) for at, _ in kept]
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
        device = 1 - shares[0]
        if device < THRESHOLD:
            continue
        best = max(range(1, len(shares)), key=lambda place: shares[place])
        span = names.spans[best]
        if span is not None:
            found.append((device, Chosen(names.candidate, span, shares[best])))
    return without_overlaps(found)


def without_overlaps(found: Sequence[tuple[float, Chosen]]) -> list[Chosen]:
    """Keep the most probable where names overlap."""
    kept: list[Chosen] = []
    for _, one in sorted(found, key=lambda pair: (-pair[0], pair[1].span)):
        if all(one.span.end <= other.span.start or other.span.end <= one.span.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.span)
