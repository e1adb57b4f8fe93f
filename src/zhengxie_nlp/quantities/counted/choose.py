"""What a quantity counts: chosen among the runs of words around it by a trained ranker.

Without a model the nearest noun is taken, behind the number first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from zhengxie_nlp.context.candidates import Ranker
from zhengxie_nlp.context.tokens import Token
from zhengxie_nlp.learning.estimators import Parts
from zhengxie_nlp.quantities.counted.candidates import runs_after, runs_before, sentence_of
from zhengxie_nlp.quantities.counted.evidence import Asked, signs_after, signs_before, signs_of_none
from zhengxie_nlp.quantities.readings import Reading, View
from zhengxie_nlp.text.source_text import Span

#: The ranker's name in a model.
ESTIMATOR: Final = "counted"
DECIDER: Final = "counted/ranker"
NEAREST: Final = "counted/nearest"
#: Of so many candidates it is asked how much they agree; one that is surer than this needs no others.
_CONSULTED: Final = 10
_SURE: Final = 0.9
#: A candidate that this much less agree with may be chosen if it is the most probable.
_TOLERANCE: Final = 0.1
#: With so much agreement the most probable is chosen.
_ENOUGH: Final = 0.8
_SAME: Final = 0.5


class Choice(NamedTuple):
    """What a quantity counts, None for nothing that is named; and how sure that is."""

    counted: Span | None
    confidence: float | None
    decider: str


class Candidates(NamedTuple):
    """What a quantity may count, first of all nothing, with the signs of each."""

    spans: list[Span | None]
    signs: list[Parts]


def choose_counted(view: View, *, model: Ranker | None = None) -> list[Choice]:
    """Choose what each reading of a view counts.

    Args:
        view: the text and its readings.
        model: has the ranker `ESTIMATOR`; without one the nearest noun is taken.

    Returns:
        A choice for each reading, in order.
    """
    if model is None:
        return [_nearest(*asked) for asked in _asked(view)]
    return [_ranked(candidates, model) for candidates in counted_candidates(view)]


def counted_candidates(view: View) -> Iterator[Candidates]:
    """Yield what each reading of a view may count, with its signs."""
    for tokens, asked in _asked(view):
        before, after = runs_before(tokens, asked.place), runs_after(tokens, asked.place)
        spans: list[Span | None] = [None]
        spans += [Span(tokens[first].start, tokens[last].end) for first, last in before + after]
        signs: list[Parts] = [(signs_of_none(tokens, asked),)]
        signs += signs_before(tokens, asked, before)
        signs += signs_after(tokens, asked, after)
        yield Candidates(spans, signs)


def _asked(view: View) -> Iterator[tuple[list[Token], Asked]]:
    """Yield each reading with the tokens of its sentence."""
    for whole, group in groupby(view.readings, key=lambda reading: reading.sentence):
        readings = list(group)
        # A quantity is not cut by the end of its sentence, but may be joined over it.
        until = max(whole.end, readings[-1].span.end)
        sentence = sentence_of(
            view.phrasing, Span(whole.start, until), [reading.span for reading in readings]
        )
        for reading, place in zip(readings, sentence.places, strict=True):
            yield sentence.tokens, _question(reading, place)


def _question(reading: Reading, place: int) -> Asked:
    expression = reading.expression
    return Asked(
        place,
        expression.unit or "-",
        expression.use,
        expression.kind,
        reading.change or "-",
        "p" if reading.per else "-",
        expression.bound,
    )


def _ranked(candidates: Candidates, model: Ranker) -> Choice:
    shares = model.rank(ESTIMATOR, candidates.signs)
    chosen, agreed = agreement(candidates.spans, shares)
    return Choice(candidates.spans[chosen], agreed, DECIDER)


def agreement(spans: Sequence[Span | None], shares: Sequence[float]) -> tuple[int, float]:
    """Choose the candidate that most of the probability agrees with: that overlaps it by half.

    A noun may be cut longer or shorter; what all cuts share is surer than each.

    Args:
        spans: the candidates.
        shares: how probable each is.

    Returns:
        The place of the chosen one, and the probability that agrees with it.

    Example:
        >>> agreement([None, Span(0, 2), Span(0, 4), Span(0, 3)], [0.4, 0.2, 0.2, 0.2])
        (1, 0.6000000000000001)
    """
    order = sorted(range(len(spans)), key=lambda place: -shares[place])[:_CONSULTED]
    if shares[order[0]] >= _SURE:
        return order[0], shares[order[0]]
    agreed = [sum([shares[other] for other in order if _alike(spans[one], spans[other])]) for one in order]
    least = min(max(agreed) - _TOLERANCE, _ENOUGH)
    best = next(place for place, share in enumerate(agreed) if share >= least)
    return order[best], min(1.0, agreed[best])


def _alike(one: Span | None, other: Span | None) -> bool:
    if one is None or other is None:
        return one is other
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared >= _SAME * (max(one.end, other.end) - min(one.start, other.start))


def _nearest(tokens: Sequence[Token], asked: Asked) -> Choice:
    """Take the noun phrase right behind the number, else the nearest before it."""
    after = [run for run in runs_after(tokens, asked.place) if run.first == asked.place + 1]
    before = runs_before(tokens, asked.place)
    runs = after or [run for run in before if run.last == before[0].last]
    nouns = [run for run in runs if all(one.role != "verb" for one in tokens[run.first : run.last + 1])]
    if not nouns:
        return Choice(None, None, NEAREST)
    first, last = max(nouns, key=lambda run: run.last - run.first)
    return Choice(Span(tokens[first].start, tokens[last].end), None, NEAREST)
