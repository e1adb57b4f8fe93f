"""What a training task is: it learns from a corpus, and hands back estimators and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from zhengxie_nlp.learning.estimators import Estimator, Row, calibrated, fit_estimator
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


def fit_candidates(
    rows: Sequence[Row],
    labels: Sequence[str],
    *,
    documents: Sequence[str],
    strength: float = 1.0,
    least: int = 2,
    importance: Sequence[float] | None = None,
) -> tuple[Estimator, list[dict[str, float]]]:
    """Fit and calibrate an estimator over candidates, cross-validated by document.

    Args:
        rows: the features of each candidate.
        labels: whether it is one (``"yes"``/``"no"``), or what it is.
        documents: the name of each candidate's document.
        strength: how closely to follow the examples.
        least: in how many rows a feature's value has to stand to count.
        importance: how much each row counts; the most important ones tell how sure the estimator is to be.

    Returns:
        The estimator; and for each row the calibrated probabilities from a fit that left its document out,
        for choosing a threshold and for figures.

    Raises:
        DataError: ZX303, if there are fewer than two labels.
    """
    counts = importance if importance is not None else [1.0] * len(rows)
    whole = fit_estimator("features", rows, labels, strength=strength, least=least, importance=importance)
    decisions = whole.decisions(rows)
    judged: set[int] = set()
    for part in folds(documents):
        kept = [place for place, name in enumerate(documents) if name not in part]
        left = [place for place, name in enumerate(documents) if name in part]
        if {labels[place] for place in kept} != set(whole.labels):
            continue
        fitted = fit_estimator(
            "features",
            [rows[p] for p in kept],
            [labels[p] for p in kept],
            strength=strength,
            least=least,
            importance=[counts[p] for p in kept],
        )
        for place, decision in zip(left, fitted.decisions([rows[p] for p in left]), strict=True):
            decisions[place] = decision
            judged.add(place)
    most = max((counts[p] for p in judged), default=1.0)
    places = sorted(p for p in judged if counts[p] == most)
    made = calibrated(whole, [decisions[p] for p in places], [labels[p] for p in places])
    return made, [made.shares(decision) for decision in decisions]
