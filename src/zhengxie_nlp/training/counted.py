"""Trains the ranker that chooses what a quantity counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from zhengxie_nlp.learning.estimators import Estimator, Parts
from zhengxie_nlp.learning.model import Model
from zhengxie_nlp.learning.ranking import Question, calibrated_ranker, fit_ranker
from zhengxie_nlp.quantities.counted.choose import ESTIMATOR, counted_candidates
from zhengxie_nlp.quantities.find import view_of
from zhengxie_nlp.text.source_text import Span
from zhengxie_nlp.training.corpus import CleanPlaces, Corpus, TrainingText
from zhengxie_nlp.training.tasks import Trained, folds, importance

#: How closely the ranker follows its examples. Out of fold on real texts 0.04 was best of eight (0.835,
#: with 0.1 0.829, with 0.3 0.817), on our own test part 0.3 (0.795, with 0.1 0.793, with 0.04 0.784).
STRENGTH: Final = 0.1
#: In how many candidates a sign has to stand to count.
LEAST: Final = 3
#: The nearest cut of the gold noun is the right one by this share; the others by how much they overlap it.
_RIGHT: Final = 0.85
_SAME: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Example:
    """A quantity of one text with its candidates, and how much each overlaps the gold."""

    source: str
    spans: Sequence[Span | None]
    signs: Sequence[Parts]
    overlaps: Sequence[float]
    importance: float

    @property
    def question(self) -> Question:
        weights = [one**4 if one >= _SAME else 0.0 for one in self.overlaps]
        total = sum(weights)
        shares = [(1 - _RIGHT) * one / total for one in weights]
        shares[self.right] += _RIGHT
        return Question(self.signs, shares, self.importance)

    @property
    def right(self) -> int:
        return max(range(len(self.overlaps)), key=lambda place: self.overlaps[place])


def train_counted(corpus: Corpus, model: Model) -> Trained:
    """Train the ranker `counted`; where no gold says what a quantity counts there is none."""
    examples = [
        one for text in corpus.part("train") for one in _examples(text, corpus) if max(one.overlaps) >= _SAME
    ]
    if len({one.source for one in examples}) < 2:
        return Trained({})
    # How sure it is to be is told by real examples, where there are such.
    least = max(one.importance for one in examples)
    judged: list[tuple[list[float], int]] = []
    for part in folds(one.source for one in examples):
        ranker = _fitted([one for one in examples if one.source not in part])
        left = (one for one in examples if one.source in part and one.importance == least)
        judged += [(ranker.weigh(one.signs), one.right) for one in left]
    return Trained({ESTIMATOR: calibrated_ranker(_fitted(examples), judged)})


def _fitted(examples: Sequence[_Example]) -> Estimator:
    return fit_ranker([one.question for one in examples], strength=STRENGTH, least=LEAST)


def _examples(text: TrainingText, corpus: Corpus) -> Iterator[_Example]:
    """Yield the quantities of a text whose gold says what they count."""
    document = text.document
    if document is None or "quantity" in document.not_annotated or "counted" in text.without:
        return
    places = CleanPlaces(text.context.text)
    gold: list[tuple[Span, Span | None]] = []
    for record in document.records:
        if record.type == "quantity" and "counted" in record.model_fields_set:
            span = places.span(record.ref)
            counted = places.span(record.counted) if record.counted is not None else None
            if span is not None and (counted is not None or record.counted is None):
                gold.append((span, counted))
    weight = importance(text, corpus)
    view = view_of(text.context)
    for reading, candidates in zip(view.readings, counted_candidates(view), strict=True):
        match = max(gold, key=lambda one: _overlap(one[0], reading.span), default=None)
        if match is None or _overlap(match[0], reading.span) < _SAME:
            continue
        overlaps = [_overlap(span, match[1]) for span in candidates.spans]
        yield _Example(text.source or text.name, candidates.spans, candidates.signs, overlaps, weight)


def _overlap(one: Span | None, other: Span | None) -> float:
    if one is None or other is None:
        return float(one is other)
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / (max(one.end, other.end) - min(one.start, other.start))
