"""Estimators: classifiers of scikit-learn, with what turns texts or rows of features into their columns.

An `Estimator` reads rows of one of two kinds: *texts*, whose character n-grams it counts (`grams`), or
*features*, a mapping of names to strings, numbers or truth values. It gives one probability for each label.
scikit-learn is imported when an estimator is fitted; to ask one, numpy and its weights are enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from math import exp, log
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.learning.grams import GramTable, GramText, Passages, ngrams

if TYPE_CHECKING:
    import numpy
    from scipy.sparse import csr_matrix
    from sklearn.base import ClassifierMixin

    Array = numpy.ndarray[Any, Any]

Kind = Literal["features", "text"]
#: A row of an estimator: named features, or a text.
Row = Mapping[str, float | str] | str

#: A feature whose name ends so is a string each character of which counts for itself, and for so much: a
#: share that keeps many characters from outweighing what the rules see (chosen by cross-validation).
EACH: Final = "*"
_EACH_COUNTS: Final = 0.3
#: About so many characters are weighed in one go: what bounds the memory that a long document takes.
_BATCH: Final = 200_000
#: A text that was read is kept for the next question, if it is no longer.
_KEPT: Final = 50_000


#: The signs of one candidate for a ranker, in parts that it shares with others.
Parts = Sequence[Sequence[str]]


@dataclass(frozen=True, eq=False)
class Estimator:
    """A fitted classifier, with what turns rows into its columns.

    Make one with `fit_estimator`.

    Attributes:
        kind: what rows it reads.
        labels: its labels, in the order of the classifier's classes.
        columns: the names of its columns: n-grams, ``name`` of a number, ``name=value`` of a string.
        weights: of texts: the inverse document frequency of each column; of features: empty.
        coefficients: a line of weights for each label, or one line for the second of two labels; a column
            each. Of a classifier that is not linear: no line.
        intercepts: what is added to each line's sum.
        classifier: the scikit-learn classifier; None where it was not loaded.
        temperature: what its decisions are divided by, so that its probabilities are true (calibration).
    """

    kind: Kind
    labels: tuple[str, ...]
    columns: tuple[str, ...]
    weights: tuple[float, ...]
    coefficients: Array
    intercepts: Array
    classifier: Any = None
    temperature: float = 1.0

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.columns)}

    @cached_property
    def _cell_numbers(self) -> dict[tuple[str, float | str], int]:
        """The number of the cell that a feature fills with a 1, counted from 1; 0 for what fills none.

        Asked by name and value as they stand in a row: a string fills ``name=value``, True and 1 fill the
        number's own column. What is not in it is unknown, or a number or a string of another kind.
        """
        found: dict[tuple[str, float | str], int] = {}
        for number, column in enumerate(self.columns, start=1):
            name, is_string, value = column.partition("=")
            if not is_string:
                found[name, 1], found[name, 0] = number, 0
            elif not name.endswith(EACH):
                found[name, value] = number
        return found

    @cached_property
    def _characters(self) -> dict[str, dict[str, int]]:
        """The places of the strings each character of which counts (`EACH`): by name, then by character."""
        found: dict[str, dict[str, int]] = {}
        for place, column in enumerate(self.columns):
            name, is_string, value = column.partition("=")
            if is_string and name.endswith(EACH):
                found.setdefault(name, {})[value] = place
        return found

    @cached_property
    def _signs(self) -> dict[str, float]:
        """The weight of each sign, of a ranker."""
        return dict(zip(self.columns, self.coefficients[0].tolist(), strict=True))

    def weigh(self, rows: Sequence[Parts]) -> list[float]:
        """Add up the weights of the signs of each candidate (`learning.ranking`).

        Args:
            rows: the signs of each candidate, in parts; a part that several candidates share is weighed once.
        """
        known, weighed = self._signs, dict[int, float]()
        found: list[float] = []
        for parts in rows:
            total = 0.0
            for part in parts:
                weight = weighed.get(id(part))
                if weight is None:
                    weight = weighed[id(part)] = sum(filter(None, map(known.get, part)))
                total += weight
            found.append(total)
        return found

    def rank(self, rows: Sequence[Parts]) -> list[float]:
        """Return how probable it is of each candidate that it is the right one; they add up to 1."""
        return softmax(self.weigh(rows), temperature=self.temperature)

    @cached_property
    def _frequencies(self) -> Array:
        import numpy

        return numpy.array(self.weights)

    @cached_property
    def _grams(self) -> GramTable:
        return GramTable(self.columns)

    @cached_property
    def _last(self) -> dict[str, GramText]:
        """The text that was read last: more than one stage asks about it."""
        return {}

    def read(self, text: str) -> GramText:
        """Look up the n-grams of a text, for `decide` and for how much of it is known."""
        known = self._last.get(text)
        if known is None:
            known = self._grams.read(text)
            self._last.clear()
            if len(text) <= _KEPT:
                self._last[text] = known
        return known

    def _cells(self, rows: Sequence[Row]) -> Iterator[_Cells]:
        """Yield the cells of all rows, some rows at a time; what training never saw is left out."""
        if self.kind == "features":
            yield self._of_features([row for row in rows if not isinstance(row, str)])
            return
        text, passages = _lined_up([row for row in rows if isinstance(row, str)])
        read = self._grams.read(text)
        for batch in passages.batches(_BATCH):
            yield self._weighed(read, batch)

    def _of_features(self, rows: Sequence[Mapping[str, float | str]]) -> _Cells:
        import numpy

        places: list[int] = []
        values: list[float] = []
        sizes: list[int] = []
        for row in rows:
            before = len(places)
            self._enter(row, places, values)
            sizes.append(len(places) - before)
        lines = numpy.repeat(numpy.arange(len(rows)), sizes)
        return _Cells(
            lines, numpy.array(places, dtype=numpy.int64), numpy.array(values, dtype=numpy.float64), len(rows)
        )

    def _enter(self, row: Mapping[str, float | str], places: list[int], values: list[float]) -> None:
        """Append column and value of each feature that training saw and that is not 0."""
        # Nearly every feature of a row is a string, a truth value or a 1: those are looked up as they stand.
        cells = list(map(self._cell_numbers.get, row.items()))
        ones = [number - 1 for number in cells if number]
        places += ones
        values += [1.0] * len(ones)
        for (name, value), number in zip(row.items(), cells, strict=True):
            if number is not None:
                continue
            if not isinstance(value, str):
                place = self._places.get(name)
                if place is not None:
                    places.append(place)
                    values.append(value)
            elif name in self._characters:
                # In the order of the text: sums of floats depend on theirs.
                known = self._characters[name]
                found = [known[one] for one in dict.fromkeys(value) if one in known]
                places += found
                values += [_EACH_COUNTS] * len(found)

    def _weighed(self, read: GramText, passages: Passages) -> _Cells:
        """Return the cells of passages: tf-idf values scaled to the length 1."""
        import numpy

        width = len(self.columns)
        rows, places = read.cells(passages)
        # Narrow numbers are sorted in half the time.
        narrow = len(passages) * width < 1 << 31
        keys, counts = _counted((rows * width + places).astype(numpy.int32 if narrow else numpy.int64))
        rows = keys // width
        places = keys - rows * width
        values = (1 + numpy.log(counts)) * self._frequencies[places]
        lengths = numpy.sqrt(numpy.bincount(rows, weights=values * values, minlength=len(passages)))
        return _Cells(rows, places, values / lengths[rows], len(passages))

    def matrix(self, rows: Sequence[Row]) -> csr_matrix:
        """Return the sparse matrix of `rows`, for fitting; what training never saw is left out."""
        from scipy.sparse import vstack

        return vstack([self._matrix(cells) for cells in self._cells(rows)], format="csr")

    def _matrix(self, cells: _Cells) -> csr_matrix:
        from scipy.sparse import csr_matrix

        return csr_matrix((cells.values, (cells.rows, cells.places)), shape=(cells.size, len(self.columns)))

    def decisions(self, rows: Sequence[Row]) -> list[list[float]]:
        """Return, for each row, one number for each label: the logarithm of its odds before calibration."""
        return [decision for cells in self._cells(rows) for decision in self._decided(cells).tolist()]

    def decide(self, read: GramText, passages: Passages) -> Array:
        """Return the decisions on passages of a text: a line for each, a number for each label.

        Args:
            read: what `read` returned for the text.
            passages: the passages.
        """
        import numpy

        batches = passages.batches(_BATCH)
        return numpy.concatenate([self._decided(self._weighed(read, batch)) for batch in batches])

    def decide_on_numbers(self, names: Sequence[str], rows: Array) -> Array:
        """Return the decisions on rows of features that are numbers: a line for each, a column a label.

        Args:
            names: the names of the features, in the order in which to add up: sums of floats depend on it.
                A string is a 1 for its ``name=value``.
            rows: a line for each row, a number for each name.
        """
        import numpy

        known = [place for place, name in enumerate(names) if name in self._places]
        weights = self.coefficients[:, [self._places[names[place]] for place in known]]
        # The last of the running totals: a plain sum adds many numbers in another order.
        totals = (rows[:, None, known] * weights).cumsum(axis=2)[:, :, -1] + self.intercepts
        return (
            totals if totals.shape[1] > 1 else numpy.concatenate([numpy.zeros_like(totals), totals], axis=1)
        )

    def _decided(self, cells: _Cells) -> Array:
        import numpy

        if not len(self.coefficients):
            shares: Array = self.classifier.predict_proba(self._matrix(cells))
            return numpy.log(shares + 1e-9) if cells.size else shares
        lines = [
            numpy.bincount(cells.rows, weights=cells.values * line[cells.places], minlength=cells.size)
            + intercept
            for line, intercept in zip(self.coefficients, self.intercepts, strict=True)
        ]
        if len(lines) == 1:
            lines.insert(0, numpy.zeros(cells.size))
        return numpy.stack(lines, axis=1)

    def probabilities(self, rows: Sequence[Row]) -> list[dict[str, float]]:
        """Return, for each row, the probability of each label; they add up to 1."""
        return [self.shares(row) for row in self.decisions(rows)]

    def shares(self, decision: Sequence[float]) -> dict[str, float]:
        """Turn the decisions on one row into the probability of each label."""
        return dict(zip(self.labels, softmax(decision, temperature=self.temperature), strict=True))

    def contributions(self, row: Row, label: str) -> list[tuple[str, float]]:
        """Say what spoke for a label: the columns of `row` that raise it, with their part, largest first.

        Only a linear classifier can say; of another the list is empty.
        """
        if not len(self.coefficients):
            return []
        place = self.labels.index(label)
        if len(self.labels) == 2:
            line = self.coefficients[0] if place else -self.coefficients[0]
        else:
            line = self.coefficients[place] - self.coefficients.mean(axis=0)
        parts: list[tuple[str, float]] = []
        for cells in self._cells([row]):
            parts += [
                (self.columns[at], float(line[at] * value))
                for at, value in zip(cells.places, cells.values, strict=True)
            ]
        return sorted(
            ((name, part) for name, part in parts if part > 0), key=lambda part: (-part[1], part[0])
        )


def _counted(keys: Array) -> tuple[Array, Array]:
    """Return each key once, in order, and how often it stands there."""
    import numpy

    keys.sort()
    last = numpy.ones(len(keys), dtype=bool)
    last[:-1] = keys[1:] != keys[:-1]
    ends = last.nonzero()[0]
    counts = ends + 1
    counts[1:] -= counts[:-1].copy()
    return keys[ends], counts


class _Cells(NamedTuple):
    """The cells of some rows that are not 0: row, column and value of each; and how many rows there are."""

    rows: Array
    places: Array
    values: Array
    size: int


def _lined_up(texts: Sequence[str]) -> tuple[str, Passages]:
    """Make one text of many, each a line of it."""
    ends = list(accumulate((len(text) + 1 for text in texts), initial=0))
    return "\n".join(texts), Passages.of((start, end - 1) for start, end in pairwise(ends))


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


def softmax_of_lines(decisions: Array, *, temperature: float = 1.0) -> Array:
    """Turn lines of decisions into probabilities, as `softmax` does with one."""
    import numpy

    raised = numpy.exp((decisions - decisions.max(axis=-1, keepdims=True)) / temperature)
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _named(name: str, value: float | str) -> list[str]:
    """Return the columns in which a feature stands."""
    if not isinstance(value, str):
        return [name] if value else []
    return [f"{name}={one}" for one in (set(value) if name.endswith(EACH) else (value,))]


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
        least: in how many rows an n-gram, or a feature's value, has to stand to get a column.
        importance: how much each example counts; all alike by default.
        classifier: an unfitted scikit-learn classifier to use in place of logistic regression.

    Raises:
        DataError: ZX303, if there are not at least two labels to tell apart, or no columns to tell them by.
    """
    import numpy
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
    nothing = numpy.zeros((0, len(columns)))
    empty = Estimator(kind, (), columns, weights, nothing, numpy.zeros(0))
    chosen.fit(empty.matrix(rows), list(labels), sample_weight=importance)
    return Estimator(
        kind,
        labels=tuple(map(str, chosen.classes_)),
        columns=columns,
        weights=weights,
        coefficients=getattr(chosen, "coef_", nothing),
        intercepts=getattr(chosen, "intercept_", numpy.zeros(0)),
        classifier=chosen,
    )


def _columns(kind: Kind, rows: Sequence[Row], least: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    counts: Counter[str] = Counter()
    for row in rows:
        if isinstance(row, Mapping):
            counts.update({column for item in row.items() for column in _named(*item)})
        else:
            counts.update(set(ngrams(row)))
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
