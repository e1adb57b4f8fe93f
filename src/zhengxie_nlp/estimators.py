"""Estimators: classifiers of scikit-learn, with what turns texts or rows of features into their columns.

An `Estimator` reads rows of one of two kinds: *texts*, whose character n-grams it counts (`ngrams`), or
*features*, a mapping of names to strings, numbers or truth values. It gives one probability for each label.
scikit-learn is imported when an estimator is fitted; to ask one, numpy and its weights are enough.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, log
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from zhengxie_nlp.errors import DataError

if TYPE_CHECKING:
    import numpy
    from scipy.sparse import csr_matrix
    from sklearn.base import ClassifierMixin

Kind = Literal["features", "text"]
#: A row of an estimator: named features, or a text.
Row = Mapping[str, float | str] | str

_NUMERALS: Final = re.compile(r"[0-9.,%]++")
_STRETCHES: Final = re.compile(r"\w++")
#: The length of the longest n-grams, in characters.
LONGEST: Final = 3
#: A feature whose name ends so is a string each character of which counts for itself, and for so much: a
#: share that keeps many characters from outweighing what the rules see (chosen by cross-validation).
EACH: Final = "*"
_EACH_COUNTS: Final = 0.3
#: About so many cells are looked at in one go: what bounds the memory that a long document takes.
_BATCH: Final = 500_000
#: So many stretches of text are kept with their n-grams.
_STRETCHES_KEPT: Final = 20_000


def ngrams(text: str, *, longest: int = LONGEST) -> list[str]:
    """Return the character n-grams of a text, one character first; none runs over punctuation.

    A number in digits counts as one character, ``0``.

    Args:
        text: a clean text.
        longest: the length of the longest n-grams, in characters.

    Example:
        >>> ngrams("听取5.5万人，", longest=2)
        ['听', '取', '0', '万', '人', '听取', '取0', '0万', '万人']
    """
    stretches = _stretches(text)
    return [
        stretch[at : at + length]
        for length in range(1, longest + 1)
        for stretch in stretches
        for at in range(len(stretch) - length + 1)
    ]


def _stretches(text: str) -> list[str]:
    return _STRETCHES.findall(_NUMERALS.sub("0", text))


def count_characters(text: str) -> int:
    """Return how many characters of a text count in n-grams; a number in digits is one.

    Example:
        >>> count_characters("听取5.5万人，")
        5
    """
    return sum(map(len, _stretches(text)))


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
    coefficients: numpy.ndarray[Any, Any]
    intercepts: numpy.ndarray[Any, Any]
    classifier: Any = None
    temperature: float = 1.0

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.columns)}

    @cached_property
    def _strings(self) -> dict[str, dict[str, int]]:
        """The places of the features that are strings: by name, then by value."""
        found: dict[str, dict[str, int]] = {}
        for place, column in enumerate(self.columns):
            name, is_string, value = column.partition("=")
            if is_string:
                found.setdefault(name, {})[value] = place
        return found

    @cached_property
    def _lines(self) -> list[_Line]:
        """The coefficients by the names of features: adding up a short row is faster without arrays."""
        lines: list[_Line] = []
        for line, intercept in zip(self.coefficients.tolist(), self.intercepts.tolist(), strict=True):
            made = _Line({}, {}, {}, intercept)
            for column, weight in zip(self.columns, line, strict=True):
                name, is_string, value = column.partition("=")
                if not is_string:
                    made.numbers[name] = weight
                elif name.endswith(EACH):
                    made.each.setdefault(name, {})[value] = weight * _EACH_COUNTS
                else:
                    made.strings.setdefault(name, {})[value] = weight
            lines.append(made)
        return lines

    @cached_property
    def _read(self) -> dict[str, _Grams]:
        """Stretches of text that were read already; of the last few texts only."""
        return {}

    @cached_property
    def _frequencies(self) -> numpy.ndarray[Any, Any]:
        import numpy

        return numpy.array(self.weights)

    def _batches(self, rows: Sequence[Row]) -> Iterator[_Cells]:
        """Yield the cells of all rows, some rows at a time; what training never saw is left out."""
        batch = _Cells()
        for row in rows:
            if isinstance(row, str):
                for stretch in _stretches(row):
                    batch.places.extend(self._grams(stretch).places)
            else:
                for place, value in self._entries(row):
                    batch.places.append(place)
                    batch.values.append(value)
            batch.ends.append(len(batch.places))
            if len(batch.places) > _BATCH:
                yield batch
                batch = _Cells()
        yield batch

    def _grams(self, stretch: str) -> _Grams:
        """Look up the n-grams of a stretch: the views of one node, and its records, share most of theirs."""
        known = self._read.get(stretch)
        if known is None:
            if len(self._read) > _STRETCHES_KEPT:
                self._read.clear()
            known = self._read[stretch] = self._look_up(stretch)
        return known

    def _look_up(self, stretch: str) -> _Grams:
        find = self._places.get
        places = array("q")
        counts: list[int] = []
        for length in range(1, LONGEST + 1):
            for at in range(len(stretch) - length + 1):
                place = find(stretch[at : at + length])
                if place is not None:
                    places.append(place)
            counts.append(len(places) - sum(counts))
        return _Grams(places, tuple(counts))

    def _entries(self, row: Mapping[str, float | str]) -> list[tuple[int, float]]:
        """Return column and value of each feature that training saw and that is not 0."""
        strings, places = self._strings, self._places
        found: list[tuple[int, float]] = []
        for name, value in row.items():
            if not isinstance(value, str):
                if value and name in places:
                    found.append((places[name], value))
                continue
            known = strings.get(name)
            if known is None:
                continue
            if name.endswith(EACH):
                # In the order of the text: sums of floats depend on theirs.
                found.extend([(known[one], _EACH_COUNTS) for one in dict.fromkeys(value) if one in known])
            elif value in known:
                found.append((known[value], 1.0))
        return found

    def _weighed(
        self, batch: _Cells
    ) -> tuple[numpy.ndarray[Any, Any], numpy.ndarray[Any, Any], numpy.ndarray[Any, Any]]:
        """Return row, column and value of each cell: of texts, tf-idf values scaled to the length 1."""
        import numpy

        rows = numpy.repeat(numpy.arange(len(batch.ends)), numpy.diff(batch.ends, prepend=0))
        places = numpy.array(batch.places, dtype=numpy.int64)
        if self.kind == "features":
            return rows, places, numpy.array(batch.values, dtype=numpy.float64)
        width = len(self.columns)
        keys, counts = numpy.unique(rows * width + places, return_counts=True)
        rows, places = numpy.divmod(keys, width)
        values = (1 + numpy.log(counts)) * self._frequencies[places]
        lengths = numpy.sqrt(numpy.bincount(rows, weights=values * values, minlength=len(batch.ends)))
        return rows, places, values / lengths[rows]

    def matrix(self, rows: Sequence[Row]) -> csr_matrix:
        """Return the sparse matrix of `rows`, for fitting; what training never saw is left out."""
        from scipy.sparse import csr_matrix, vstack

        made = []
        for batch in self._batches(rows):
            lines, places, values = self._weighed(batch)
            made.append(csr_matrix((values, (lines, places)), shape=(len(batch.ends), len(self.columns))))
        return vstack(made, format="csr")

    def decisions(self, rows: Sequence[Row]) -> list[list[float]]:
        """Return, for each row, one number for each label: the logarithm of its odds before calibration."""
        if not rows:
            return []
        if not len(self.coefficients):
            import numpy

            shares = numpy.log(self.classifier.predict_proba(self.matrix(rows)) + 1e-9)
            made: list[list[float]] = shares.tolist()
            return made
        if self.kind == "features":
            return [self._added_up(row) for row in rows if not isinstance(row, str)]
        return [decision for batch in self._batches(rows) for decision in self._decided(batch)]

    def _added_up(self, row: Mapping[str, float | str]) -> list[float]:
        """Decide on one row of features."""
        decided = [line.sum(row) for line in self._lines]
        return decided if len(decided) > 1 else [0.0, *decided]

    def _decided(self, batch: _Cells) -> list[list[float]]:
        import numpy

        rows, places, values = self._weighed(batch)
        size = len(batch.ends)
        lines = [
            numpy.bincount(rows, weights=values * line[places], minlength=size) + intercept
            for line, intercept in zip(self.coefficients, self.intercepts, strict=True)
        ]
        if len(lines) == 1:
            lines.insert(0, numpy.zeros(size))
        decided: list[list[float]] = numpy.stack(lines, axis=1).tolist()
        return decided

    def probabilities(self, rows: Sequence[Row]) -> list[dict[str, float]]:
        """Return, for each row, the probability of each label; they add up to 1."""
        return [self.shares(row) for row in self.decisions(rows)]

    def shares(self, decision: Sequence[float]) -> dict[str, float]:
        """Turn the decisions on one row into the probability of each label."""
        return dict(zip(self.labels, softmax(decision, temperature=self.temperature), strict=True))

    def coverage(self, text: str) -> list[float]:
        """Return the share of a text's n-grams that training knew, 0 to 1, for each length from 1."""
        stretches = _stretches(text)
        known = [self._grams(stretch).known for stretch in stretches]
        sizes = list(map(len, stretches))
        shares: list[float] = []
        for length in range(1, LONGEST + 1):
            grams = sum([size - length + 1 for size in sizes if size >= length])
            shares.append(sum([counts[length - 1] for counts in known]) / grams if grams else 0.0)
        return shares

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
        for batch in self._batches([row]):
            _, places, values = self._weighed(batch)
            parts += [
                (self.columns[at], float(line[at] * value)) for at, value in zip(places, values, strict=True)
            ]
        return sorted(
            ((name, part) for name, part in parts if part > 0), key=lambda part: (-part[1], part[0])
        )


class _Line(NamedTuple):
    """What the features of a row add to one label.

    Attributes:
        numbers: by name, what a number is multiplied with.
        strings: by name and value.
        each: by name and character, of the strings each character of which counts.
        intercept: what is added to all.
    """

    numbers: dict[str, float]
    strings: dict[str, dict[str, float]]
    each: dict[str, dict[str, float]]
    intercept: float

    def sum(self, row: Mapping[str, float | str]) -> float:
        """Add up the weights of a row, in its order: sums of floats depend on theirs."""
        numbers, strings, each, intercept = self
        total = 0.0
        for name, value in row.items():
            if isinstance(value, str):
                known = strings.get(name)
                if known is not None:
                    total += known.get(value, 0.0)
                elif name in each:
                    known = each[name]
                    for one in dict.fromkeys(value):
                        total += known.get(one, 0.0)
            else:
                total += numbers.get(name, 0.0) * value
        return total + intercept


class _Grams(NamedTuple):
    """The n-grams of a stretch of text that training knew: their columns, and how many of each length."""

    places: array[int]
    known: tuple[int, ...]


class _Cells:
    """The cells of some rows: column and value of each, and where each row ends. Texts have no values yet."""

    def __init__(self) -> None:
        self.places: array[int] = array("q")
        self.values: list[float] = []
        self.ends: list[int] = []


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
