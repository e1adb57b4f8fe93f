"""Learns to rank: which of several candidates is the one, each told by signs that speak for or against it.

The candidates of one question stand against each other only (a conditional logit): the weight of a sign is
learnt from what the right candidate has and the others lack. scipy is imported when something is fitted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.learning.estimators import Estimator, Parts, best_temperature

if TYPE_CHECKING:
    import numpy
    from scipy.sparse import csr_matrix

    Array = numpy.ndarray[Any, Any]

#: Weights nearer to 0 than this are left out of a ranker, the others rounded: they decide nothing.
_LEAST_WEIGHT: Final = 0.01
_DIGITS: Final = 3
_MOST_ROUNDS: Final = 100


@dataclass(frozen=True, slots=True)
class Question:
    """Candidates of which one is right.

    Attributes:
        signs: the signs of each candidate, in parts.
        shares: how right each is; they add up to 1.
        importance: how much the question counts.
    """

    signs: Sequence[Parts]
    shares: Sequence[float]
    importance: float = 1.0


def fit_ranker(questions: Sequence[Question], *, strength: float = 1.0, least: int = 2) -> Estimator:
    """Fit a ranker; the same questions give the same one.

    Args:
        questions: what to learn from.
        strength: how closely to follow the examples, as C of logistic regression.
        least: how many candidates must have a sign for it to count.

    Returns:
        An estimator for `Model.rank`.

    Raises:
        DataError: ZX303, if there is nothing to learn from.
    """
    import numpy
    from scipy.optimize import minimize

    counts = Counter(sign for one in questions for parts in one.signs for part in parts for sign in part)
    columns = tuple(sorted(sign for sign, count in counts.items() if count >= least))
    if not columns:
        raise DataError("ZX303", f"nothing to rank by: no sign stands {least} times", where="ranking")
    cells = _matrix(questions, columns)
    turned = cells.T.tocsr()
    sizes = numpy.array([len(one.signs) for one in questions])
    starts = numpy.concatenate([[0], numpy.cumsum(sizes)[:-1]])
    shares = numpy.concatenate([one.shares for one in questions])
    importance = numpy.repeat([one.importance for one in questions], sizes)

    def loss(weights: Array) -> tuple[float, Array]:
        scores = cells @ weights
        scores = scores - numpy.repeat(numpy.maximum.reduceat(scores, starts), sizes)
        logs = scores - numpy.repeat(numpy.log(numpy.add.reduceat(numpy.exp(scores), starts)), sizes)
        total = -(importance * shares * logs).sum() + 0.5 / strength * (weights @ weights)
        return float(total), turned @ (importance * (numpy.exp(logs) - shares)) + weights / strength

    found = minimize(
        loss, numpy.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": _MOST_ROUNDS}
    )
    weights = numpy.round(found.x, _DIGITS)
    kept = numpy.flatnonzero(numpy.abs(weights) >= _LEAST_WEIGHT)
    return Estimator(
        "features",
        labels=("other", "chosen"),
        columns=tuple(columns[place] for place in kept),
        weights=(),
        coefficients=weights[kept][None, :].astype(numpy.float32),
        intercepts=numpy.zeros(1),
    )


def _matrix(questions: Sequence[Question], columns: Sequence[str]) -> csr_matrix:
    """Return a line for each candidate, with a 1 for each sign that it has."""
    import numpy
    from scipy.sparse import csr_matrix

    places = {sign: place for place, sign in enumerate(columns)}
    lines = [
        [places[sign] for part in parts for sign in part if sign in places]
        for one in questions
        for parts in one.signs
    ]
    ends = numpy.cumsum([0, *map(len, lines)])
    cells = numpy.fromiter(chain.from_iterable(lines), dtype=numpy.int64, count=int(ends[-1]))
    return csr_matrix((numpy.ones(len(cells)), cells, ends), shape=(len(lines), len(columns)))


def calibrated_ranker(ranker: Estimator, decisions: Sequence[tuple[Sequence[float], int]]) -> Estimator:
    """Return a ranker with the temperature that makes its shares true.

    Args:
        ranker: a fitted ranker.
        decisions: the weights (`Estimator.weigh`) of candidates that a ranker like it was not fitted on,
            question by question, each with the place of the right one.
    """
    weighed = [weights for weights, _ in decisions]
    return replace(ranker, temperature=best_temperature(weighed, [place for _, place in decisions]))
