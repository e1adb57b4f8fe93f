"""Estimators: scikit-learn classifiers with what turns rows of features or tokens into their columns.

An `Estimator` reads rows of one of two kinds: *features*, a mapping of names to strings, numbers or truth
values, or *tokens*, a sequence of strings (`ngrams` makes them of a text). It gives one probability for each
label. scikit-learn is imported when an estimator is fitted or asked, never before.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, log
from typing import TYPE_CHECKING, Any, Final, Literal

from zhengxie_nlp.errors import DataError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.base import ClassifierMixin

Kind = Literal["features", "tokens"]
#: A row of an estimator: named features, or the tokens of a text.
Row = Mapping[str, float | str] | Sequence[str]

_NUMERALS: Final = re.compile(r"[0-9.,%]++")
_STRETCHES: Final = re.compile(r"\w++")


def ngrams(text: str, *, longest: int = 3) -> list[str]:
    """Return the character n-grams of a text, one character first; none runs over punctuation.

    A number in digits counts as one character, ``0``.

    Args:
        text: a clean text.
        longest: the length of the longest n-grams, in characters.

    Example:
        >>> ngrams("听取5.5万人，", longest=2)
        ['听', '取', '0', '万', '人', '听取', '取0', '0万', '万人']
    """
    stretches = _STRETCHES.findall(_NUMERALS.sub("0", text))
    return [
        stretch[at : at + length]
        for length in range(1, longest + 1)
        for stretch in stretches
        for at in range(len(stretch) - length + 1)
    ]


@dataclass(frozen=True)
class Estimator:
    """A fitted scikit-learn classifier, with what turns rows into its columns.

    Make one with `fit_estimator`.

    Attributes:
        kind: what rows it reads.
        labels: its labels, in the order of the classifier's classes.
        columns: the names of its columns: tokens, ``name`` of a number, ``name=value`` of a string.
        weights: of tokens: the inverse document frequency of each column; of features: empty.
        classifier: the scikit-learn classifier; it has a ``decision_function`` or ``predict_proba``.
        temperature: what its decisions are divided by, so that its probabilities are true (calibration).
    """

    kind: Kind
    labels: tuple[str, ...]
    columns: tuple[str, ...]
    weights: tuple[float, ...]
    classifier: Any
    temperature: float = 1.0

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.columns)}

    def matrix(self, rows: Sequence[Row]) -> csr_matrix:
        """Return the sparse matrix of `rows`; what training never saw is left out."""
        from scipy.sparse import csr_matrix

        values, places, ends = array("d"), array("q"), array("q", [0])
        for row in rows:
            for place, value in self._cells(row):
                places.append(place)
                values.append(value)
            ends.append(len(places))
        return csr_matrix((values, places, ends), shape=(len(rows), len(self.columns)))

    def _cells(self, row: Row) -> list[tuple[int, float]]:
        known = self._places
        if isinstance(row, Mapping):
            named = (_named(name, value) for name, value in row.items())
            return sorted((known[name], value) for name, value in named if value and name in known)
        counts = Counter(token for token in row if token in known)
        cells = sorted(
            (known[token], (1 + log(count)) * self.weights[known[token]]) for token, count in counts.items()
        )
        length = sum(value * value for _, value in cells) ** 0.5
        return [(place, value / length) for place, value in cells]

    def decisions(self, rows: Sequence[Row]) -> list[list[float]]:
        """Return, for each row, one number for each label: the logarithm of its odds before calibration."""
        if not rows:
            return []
        cells = self.matrix(rows)
        if hasattr(self.classifier, "decision_function"):
            found = self.classifier.decision_function(cells).tolist()
            return [[0.0, one] for one in found] if len(self.labels) == 2 else found
        import numpy

        made: list[list[float]] = numpy.log(self.classifier.predict_proba(cells) + 1e-9).tolist()
        return made

    def probabilities(self, rows: Sequence[Row]) -> list[dict[str, float]]:
        """Return, for each row, the probability of each label; they add up to 1."""
        return [self.shares(row) for row in self.decisions(rows)]

    def shares(self, decision: Sequence[float]) -> dict[str, float]:
        """Turn the decisions on one row into the probability of each label."""
        return dict(zip(self.labels, softmax(decision, temperature=self.temperature), strict=True))

    def coverage(self, row: Sequence[str]) -> float:
        """Return the share of the tokens of `row` that training knew, 0 to 1; of no tokens, 0."""
        return sum(token in self._places for token in row) / len(row) if row else 0.0

    def contributions(self, row: Row, label: str) -> list[tuple[str, float]]:
        """Say what spoke for a label: the columns of `row` that raise it, with their part, largest first.

        Only a linear classifier can say; of another the list is empty.
        """
        if not hasattr(self.classifier, "coef_"):
            return []
        place = self.labels.index(label)
        coefficients = self.classifier.coef_
        if len(self.labels) == 2:
            line = coefficients[0] if place else -coefficients[0]
        else:
            line = coefficients[place] - coefficients.mean(axis=0)
        parts = [(self.columns[at], float(line[at]) * value) for at, value in self._cells(row)]
        return sorted(
            ((name, part) for name, part in parts if part > 0), key=lambda part: (-part[1], part[0])
        )


def softmax(decisions: Sequence[float], *, temperature: float = 1.0) -> list[float]:
    """Turn decisions into probabilities that add up to 1.

    Example:
        >>> softmax([0.0, 0.0])
        [0.5, 0.5]
    """
    highest = max(decisions)
    raised = [exp((one - highest) / temperature) for one in decisions]
    total = sum(raised)
    return [one / total for one in raised]


def _named(name: str, value: float | str) -> tuple[str, float]:
    return (f"{name}={value}", 1.0) if isinstance(value, str) else (name, float(value))


def fit_estimator(
    kind: Kind,
    rows: Sequence[Row],
    labels: Sequence[str],
    *,
    strength: float = 1.0,
    least: int = 2,
    importance: Sequence[float] | None = None,
    classifier: ClassifierMixin | None = None,
) -> Estimator:
    """Fit an estimator; the same rows give the same estimator.

    Args:
        kind: what the rows are.
        rows: the examples.
        labels: the label of each.
        strength: how closely to follow the examples (C of logistic regression).
        least: in how many rows a token, or a feature's value, has to stand to get a column.
        importance: how much each example counts; all alike by default.
        classifier: an unfitted scikit-learn classifier to use in place of logistic regression.

    Raises:
        DataError: ZX303, if there are not at least two labels to tell apart, or no columns to tell them by.
    """
    from sklearn.linear_model import LogisticRegression

    if len(set(labels)) < 2:
        raise DataError(
            "ZX303",
            "nothing to learn: the examples have fewer than two labels",
            where=f"{len(rows)} examples",
        )
    columns, weights = _columns(kind, rows, least)
    if not columns:
        raise DataError(
            "ZX303", f"nothing to learn: nothing stands in {least} rows", where=f"{len(rows)} examples"
        )
    chosen = classifier if classifier is not None else LogisticRegression(C=strength, max_iter=2000)
    empty = Estimator(kind, (), columns, weights, chosen)
    chosen.fit(empty.matrix(rows), list(labels), sample_weight=importance)
    return Estimator(kind, tuple(map(str, chosen.classes_)), columns, weights, chosen)


def _columns(kind: Kind, rows: Sequence[Row], least: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    counts: Counter[str] = Counter()
    for row in rows:
        if isinstance(row, Mapping):
            counts.update({name for name, value in (_named(*item) for item in row.items()) if value})
        else:
            counts.update(set(row))
    columns = tuple(sorted(name for name, count in counts.items() if count >= least))
    if kind == "features":
        return columns, ()
    return columns, tuple(round(log((1 + len(rows)) / (1 + counts[name])) + 1, 5) for name in columns)


def best_temperature(decisions: Sequence[Sequence[float]], places: Sequence[int]) -> float:
    """Return the temperature at which `softmax` of decisions gives true probabilities.

    Args:
        decisions: decisions on rows that their estimator was not fitted on.
        places: for each row, the place of its true label among the decisions.

    Returns:
        A number from 0.14 to 7; 1, where there are no decisions to judge by.
    """
    if not decisions:
        return 1.0

    def loss(temperature: float) -> float:
        shares = (softmax(row, temperature=temperature) for row in decisions)
        return -sum(log(max(share[place], 1e-12)) for share, place in zip(shares, places, strict=True))

    tried = [round(1.05**step, 4) for step in range(-40, 41)]
    return min(tried, key=lambda temperature: (loss(temperature), temperature))


def calibrated(
    estimator: Estimator, decisions: Sequence[Sequence[float]], labels: Sequence[str]
) -> Estimator:
    """Return the estimator with the temperature that makes its probabilities true.

    Args:
        estimator: a fitted estimator.
        decisions: decisions on rows that their estimator was not fitted on, in the order of its labels.
        labels: the true labels of these rows.
    """
    places = [estimator.labels.index(label) for label in labels]
    return replace(estimator, temperature=best_temperature(decisions, places))
