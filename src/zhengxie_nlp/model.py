"""Trained models: named scikit-learn estimators in one folder, with a manifest that vouches for them.

A model is a folder: one ``NAME.skops`` for each estimator, ``manifest.json`` (format, library versions,
corpus, label sets, checksums, scores) and ``card.md``. Nothing is pickled. `load_model` refuses a folder whose
files are not those that the training wrote, or that was trained with another version of scikit-learn.

An `Estimator` reads rows of one of two kinds: *features*, a mapping of names to strings, numbers or truth
values, or *tokens*, a sequence of strings (`ngrams` makes them of a text). It gives one probability for each
label. scikit-learn and skops are imported when a model is fitted, saved or loaded, never before.
"""

from __future__ import annotations

import json
import re
import zipfile
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from importlib.resources.abc import Traversable
from io import BytesIO
from math import exp, log
from pathlib import Path
from typing import Any, Final, Literal

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon import model_path

Kind = Literal["features", "tokens"]
#: A row of an estimator: named features, or the tokens of a text.
Row = Mapping[str, float | str] | Sequence[str]

FORMAT: Final = 1
LIBRARIES: Final = ("numpy", "scikit-learn", "skops")
_RETRAIN: Final = "Train it again: zhengxie train CORPUS -o models/NAME."
_NAME: Final = re.compile(r"[a-z][a-z0-9.-]*")
_NUMERALS: Final = re.compile(r"[0-9.,%]++")
_STRETCHES: Final = re.compile(r"\w++")
_STARTED: Final = (1980, 1, 1, 0, 0, 0)


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

    def matrix(self, rows: Sequence[Row]) -> Any:
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
        return [
            dict(zip(self.labels, softmax(row, temperature=self.temperature), strict=True))
            for row in self.decisions(rows)
        ]

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
    classifier: Any = None,
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
        DataError: ZX303, if there are not at least two labels to tell apart.
    """
    from sklearn.linear_model import LogisticRegression

    if len(set(labels)) < 2:
        raise DataError(
            "ZX303",
            "nothing to learn: the examples have fewer than two labels",
            where=f"{len(rows)} examples",
        )
    columns, weights = _columns(kind, rows, least)
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


def calibrate(estimator: Estimator, decisions: Sequence[Sequence[float]], labels: Sequence[str]) -> Estimator:
    """Return the estimator with the temperature that makes its probabilities true.

    Args:
        estimator: a fitted estimator.
        decisions: decisions on rows that their estimator was not fitted on, in the order of its labels.
        labels: the true labels of these rows.
    """
    places = [estimator.labels.index(label) for label in labels]

    def loss(temperature: float) -> float:
        shares = (softmax(row, temperature=temperature) for row in decisions)
        return -sum(log(max(share[place], 1e-12)) for share, place in zip(shares, places, strict=True))

    tried = [round(1.05**step, 4) for step in range(-40, 41)]
    best = min(tried, key=lambda temperature: (loss(temperature), temperature))
    return Estimator(
        estimator.kind, estimator.labels, estimator.columns, estimator.weights, estimator.classifier, best
    )


@dataclass(frozen=True)
class Model:
    """A set of named estimators, and where they come from.

    Attributes:
        name: the folder's name, for messages.
        estimators: estimator by name, for example ``"category"``.
        corpus: what it was trained on: ``documents`` (names), ``sha256`` and other plain values.
        scores: its figures on held-out documents, by name.
        settings: plain values that the code using an estimator wants to know, such as a threshold.
    """

    name: str
    estimators: Mapping[str, Estimator]
    corpus: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.estimators

    def estimator(self, name: str, *, labels: Iterable[str] = ()) -> Estimator:
        """Return one estimator.

        Args:
            name: its name.
            labels: the labels that the caller counts on; left out, any will do.

        Raises:
            DataError: ZX303, if the model has no such estimator, or one of other labels.
        """
        if name not in self.estimators:
            raise DataError("ZX303", f"the model has no estimator “{name}”", where=self.name, hint=_RETRAIN)
        found = self.estimators[name]
        wanted = set(labels)
        if wanted and wanted != set(found.labels):
            problem = f"“{name}” tells {', '.join(found.labels)} apart, not {', '.join(sorted(wanted))}"
            raise DataError("ZX303", problem, where=self.name, hint=_RETRAIN)
        return found

    def probabilities(self, name: str, rows: Sequence[Row]) -> list[dict[str, float]]:
        """Return, for each row, the probability of each label of the estimator `name`.

        Ask once for all rows of a document: one call costs little more for many rows than for one.

        Raises:
            DataError: ZX303, if the model has no such estimator.
        """
        return self.estimator(name).probabilities(rows)


def save_model(model: Model, folder: str | Path, *, card: str = "") -> Path:
    """Write a model as a folder; equal models give equal bytes.

    Args:
        model: the model.
        folder: where to; made if it is not there. Estimators of an earlier model in it are removed.
        card: the content of ``card.md``; left out, a card that is there stays.

    Returns:
        The folder.

    Raises:
        DataError: ZX303, if an estimator's name is no plain lower-case word.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    entries: dict[str, dict[str, Any]] = {}
    contents: dict[str, bytes] = {}
    for name, estimator in sorted(model.estimators.items()):
        if not _NAME.fullmatch(name):
            raise DataError("ZX303", f"“{name}” is no name for an estimator", where=model.name)
        contents[f"{name}.skops"] = content = _packed(estimator)
        entries[name] = {
            "kind": estimator.kind,
            "labels": list(estimator.labels),
            "columns": len(estimator.columns),
            "sha256": sha256(content).hexdigest(),
        }
    for old in folder.glob("*.skops"):
        if old.name not in contents:
            old.unlink()
    manifest = {
        "format": FORMAT,
        "libraries": {library: version(library) for library in LIBRARIES},
        "corpus": dict(model.corpus),
        "estimators": entries,
        "settings": dict(model.settings),
        "scores": {name: round(score, 4) for name, score in model.scores.items()},
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    if card:
        (folder / "card.md").write_text(card, encoding="utf-8")
    return folder


def load_model(model: str | Path) -> Model:
    """Load a model, checking each file against the manifest before anything is read from it.

    Args:
        model: the name of one of the library's models, such as ``"zhengxie"``, or the path of a folder (a
            `Path`, or a string with a separator in it).

    Raises:
        DataError: ZX303, if it is missing, incomplete, changed since it was trained, or trained with another
            version of scikit-learn or of this library's format.
    """
    if isinstance(model, str) and not {"/", "\\"} & set(model):
        return _load_named(model)
    return _load(Path(model), str(model))


@cache
def _load_named(name: str) -> Model:
    return _load(model_path(name), name)


def _load(folder: Traversable, where: str) -> Model:
    manifest = _manifest(folder, where)
    _check_libraries(manifest, where)
    estimators: dict[str, Estimator] = {}
    try:
        for name, entry in sorted(manifest["estimators"].items()):
            estimators[name] = _checked(folder / f"{name}.skops", entry, f"{where}/{name}.skops")
        return Model(where, estimators, manifest["corpus"], manifest["scores"], manifest["settings"])
    except (KeyError, AttributeError, TypeError) as error:
        problem = f"the manifest is not that of a model ({error})"
        raise DataError("ZX303", problem, where=f"{where}/manifest.json", hint=_RETRAIN) from error


def _manifest(folder: Traversable, where: str) -> dict[str, Any]:
    place = f"{where}/manifest.json"
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError("ZX303", "no model: there is no manifest", where=place, hint=_RETRAIN) from error
    except ValueError as error:
        raise DataError("ZX303", "the manifest is not JSON", where=place, hint=_RETRAIN) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DataError("ZX303", f"not a model of format {FORMAT}", where=place, hint=_RETRAIN)
    return manifest


def _check_libraries(manifest: Mapping[str, Any], where: str) -> None:
    """Refuse weights of another scikit-learn: what they mean may have changed between minor versions."""
    trained = manifest.get("libraries", {}).get("scikit-learn", "an unknown version")
    installed = version("scikit-learn")
    if trained.split(".")[:2] != installed.split(".")[:2]:
        raise DataError(
            "ZX303",
            f"trained with scikit-learn {trained}, but {installed} is installed",
            where=where,
            hint=f"Install scikit-learn {'.'.join(trained.split('.')[:2])}, or train the model again.",
        )


def _checked(path: Traversable, entry: Mapping[str, Any], where: str) -> Estimator:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError("ZX303", "a file of the model is missing", where=where, hint=_RETRAIN) from error
    if sha256(content).hexdigest() != entry["sha256"]:
        problem = "the file is not the one that was trained (its checksum differs)"
        raise DataError("ZX303", problem, where=where, hint=_RETRAIN)
    return _unpacked(content, where)


def _packed(estimator: Estimator) -> bytes:
    from skops.io import dumps

    return _repacked(
        dumps(
            {
                "kind": estimator.kind,
                "labels": "\n".join(estimator.labels),
                "columns": "\n".join(estimator.columns),
                "weights": " ".join(map(str, estimator.weights)),
                "classifier": estimator.classifier,
                "temperature": estimator.temperature,
            }
        )
    )


def _unpacked(content: bytes, where: str) -> Estimator:
    from skops.io import loads
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        parts = loads(content, trusted=[])
        return Estimator(
            kind=parts["kind"],
            labels=tuple(parts["labels"].split("\n")),
            columns=tuple(parts["columns"].split("\n")),
            weights=tuple(map(float, parts["weights"].split())),
            classifier=parts["classifier"],
            temperature=parts["temperature"],
        )
    except UntrustedTypesFoundException as error:
        raise DataError("ZX303", "the file holds types that are no model", where=where) from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise DataError("ZX303", f"not an estimator: {error}", where=where, hint=_RETRAIN) from error


def _repacked(content: bytes) -> bytes:
    """Return a skops file without what changes from run to run: addresses in memory, and the hour.

    skops names objects after their address; here they are numbered in the order in which they come.
    """
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    schema = parts.pop("schema.json").decode()
    pattern = re.compile(r'(?<="__id__": )[0-9]++|(?<=")[0-9]++(?=\.npy")')
    numbers: dict[str, int] = {}
    for found in pattern.finditer(schema):
        numbers.setdefault(found[0], len(numbers))
    schema = pattern.sub(lambda found: str(numbers[found[0]]), schema)
    renamed = {f"{numbers[name.removesuffix('.npy')]:06}": (name, data) for name, data in parts.items()}
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for number, (_, data) in sorted(renamed.items()):
            packed.writestr(_entry(f"{int(number)}.npy"), data, compresslevel=9)
        packed.writestr(_entry("schema.json"), schema, compresslevel=9)
    return made.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _STARTED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
