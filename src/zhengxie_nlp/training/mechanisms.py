"""Trains the ranker that chooses the names of devices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from zhengxie_nlp.learning.estimators import Estimator, Parts
from zhengxie_nlp.learning.model import Model
from zhengxie_nlp.learning.ranking import Question, calibrated_ranker, fit_ranker
from zhengxie_nlp.mechanisms.choose import ESTIMATOR, names_of
from zhengxie_nlp.mechanisms.heads import Reading
from zhengxie_nlp.text.source_text import Span
from zhengxie_nlp.training.corpus import CleanPlaces, Corpus, TrainingText
from zhengxie_nlp.training.tasks import Trained, folds

#: How closely the ranker follows its examples, and how much a real text counts against one of our own: set by
#: trying a few values on documents left out.
STRENGTH: Final = 0.1
REAL: Final = 2.0
#: In how many candidates a sign has to stand to count.
LEAST: Final = 3


@dataclass(frozen=True, slots=True)
class _Example:
    """A place where a name may end, with the names that may end there and the place of the right one."""

    source: str
    signs: Sequence[Parts]
    right: int
    importance: float

    @property
    def question(self) -> Question:
        shares = [float(place == self.right) for place in range(len(self.signs))]
        return Question(self.signs, shares, self.importance)


def train_mechanisms(corpus: Corpus, model: Model) -> Trained:
    """Train the ranker `mechanism`; where no gold has mechanisms there is none."""
    examples = [one for text in corpus.part("train") for one in _examples(text, corpus)]
    if len({one.source for one in examples if one.right}) < 2:
        return Trained({})
    most = max(one.importance for one in examples)
    judged: list[tuple[list[float], int]] = []
    for part in folds(one.source for one in examples):
        ranker = _fitted([one for one in examples if one.source not in part])
        left = (one for one in examples if one.source in part and one.importance == most)
        judged += [(ranker.weigh(one.signs), one.right) for one in left]
    return Trained({ESTIMATOR: calibrated_ranker(_fitted(examples), judged)})


def _fitted(examples: Sequence[_Example]) -> Estimator:
    return fit_ranker([one.question for one in examples], strength=STRENGTH, least=LEAST)


def _examples(text: TrainingText, corpus: Corpus) -> Iterator[_Example]:
    """Yield the places of a text where a name may end, of a text whose gold says which are devices."""
    document = text.document
    if document is None or "mechanism" in document.not_annotated or "mechanism" in text.without:
        return
    places = CleanPlaces(text.context.text)
    found = (places.span(record.ref) for record in document.records if record.type == "mechanism")
    gold = {span for span in found if span is not None}
    ends = {span.end for span in gold}
    importance = 1.0 if text.corpus == corpus.texts[0].corpus else REAL
    for names in names_of(Reading(text.context)):
        right = _right(names.spans, gold)
        # A gold name that begins where no candidate does teaches neither.
        if right or not any(span is not None and span.end in ends for span in names.spans):
            yield _Example(text.source or text.name, names.signs, right, importance)


def _right(spans: Sequence[Span | None], gold: set[Span]) -> int:
    return next((place for place, span in enumerate(spans) if span in gold), 0)
