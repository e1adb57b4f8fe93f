"""What a training task is: it learns from a corpus, and hands back estimators and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from zhengxie_nlp.learning.estimators import Estimator
from zhengxie_nlp.learning.model import Model
from zhengxie_nlp.training.corpus import Corpus, TrainingText

#: In how many parts the training documents are cut for predictions on documents not learnt from.
FOLDS: Final = 5
#: How much more a document of another corpus than the first, a real text, counts than one of our own.
REAL: Final = 8.0


@dataclass(frozen=True)
class Trained:
    """What a task hands back: its estimators, its figures, and lines of Markdown for the model card."""

    estimators: Mapping[str, Estimator]
    scores: Mapping[str, float] = field(default_factory=dict)
    report: tuple[str, ...] = ()


#: One task: what it learns from, and the estimators of the tasks before it.
Task = Callable[[Corpus, Model], Trained]


def folds(names: Iterable[str]) -> list[set[str]]:
    """Cut documents into `FOLDS` parts of about one size, by their order; fewer where there are fewer.

    Example:
        >>> [sorted(part) for part in folds(["a1", "a2", "a1"])]
        [['a1'], ['a2']]
    """
    ordered = sorted(set(names))
    return [set(ordered[number::FOLDS]) for number in range(min(FOLDS, len(ordered)))]


def importance(text: TrainingText, corpus: Corpus) -> float:
    """Return how much a text counts: real ones, in corpora given after the first, more than our own."""
    return 1.0 if text.corpus == corpus.texts[0].corpus else REAL
