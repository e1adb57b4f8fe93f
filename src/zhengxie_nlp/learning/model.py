"""Trained models: named estimators in one folder, with a manifest that vouches for them.

A model is a folder: one ``NAME.skops`` for each estimator with a scikit-learn classifier; ``NAME.npz``,
the same estimator's weights alone, of those that are linear (a ranker is nothing else); ``manifest.json``
(format, library versions, corpus, label sets, checksums, scores) and ``card.md``. Nothing is pickled.
`load_model` refuses a folder whose files are not those that the training wrote, or that was trained with
another version of scikit-learn.

To extract, the weights are enough: numpy reads them in milliseconds, where skops and scikit-learn take two
seconds to be imported. That happens when a model is saved, or a classifier that is not linear is loaded.
"""

from __future__ import annotations

import json
import math
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zhengxie_nlp.errors import DataError, WriteError
from zhengxie_nlp.learning.estimators import Estimator, Parts, Row
from zhengxie_nlp.lexicon.tables import model_path
from zhengxie_nlp.writing import make_folder, shown, write_file

if TYPE_CHECKING:
    from zhengxie_nlp.learning.grams import Array

FORMAT: Final = 2
LIBRARIES: Final = ("numpy", "scikit-learn", "skops")
_RETRAIN: Final = "Train it again: zhengxie train CORPUS -o models/NAME."
_NAME: Final = re.compile(r"[a-z][a-z0-9.-]*")
_FILE: Final = re.compile(r"[a-z][a-z0-9.-]*\.(?:skops|npz)")
#: Stands for a line break inside a column's name, where the names are joined by line breaks.
_BREAK: Final = "\x0b"
_STARTED: Final = (1980, 1, 1, 0, 0, 0)


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

    def rank(self, name: str, rows: Sequence[Parts]) -> list[float]:
        """Return, for each of some candidates, how probable the ranker `name` holds it; they add up to 1.

        Args:
            name: the estimator's name.
            rows: the signs of each candidate, in parts.

        Raises:
            DataError: ZX303, if the model has no such estimator.
        """
        return self.estimator(name).rank(rows)


def save_model(model: Model, folder: str | Path, *, card: str = "") -> Path:
    """Write a model as a folder; equal models give equal bytes.

    Args:
        model: the model.
        folder: where to; made if it is not there. Of a model that is there, the estimators that its manifest
            names are replaced; nothing else is touched.
        card: the content of ``card.md``; left out, a card that is there stays.

    Returns:
        The folder.

    Raises:
        DataError: ZX303, if an estimator's name is no plain lower-case word.
        WriteError: ZX904, if the folder holds files and no model; ZX903, if it cannot be written.
    """
    folder = Path(folder)
    earlier = _made_before(folder)
    for name in model.estimators:
        if not _NAME.fullmatch(name):
            raise DataError("ZX303", f"“{name}” is no name for an estimator", where=model.name)
    contents: dict[str, bytes] = {}
    for name, estimator in sorted(model.estimators.items()):
        if estimator.classifier is not None:
            contents[f"{name}.skops"] = _packed(estimator)
        if len(estimator.coefficients):
            contents[f"{name}.npz"] = _weights(estimator)
    make_folder(folder)
    for name, content in contents.items():
        write_file(folder / name, content)
    text = json.dumps(_manifest_of(model, contents), ensure_ascii=False, indent=1, sort_keys=True)
    write_file(folder / "manifest.json", text + "\n")
    for name in earlier - contents.keys():
        (folder / name).unlink(missing_ok=True)
    if card:
        write_file(folder / "card.md", card)
    return folder


def _made_before(folder: Path) -> set[str]:
    """Return the files of the model that a folder holds; refuse one that holds anything but a model."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return set()
    try:
        estimators = _manifest(folder, str(folder))["estimators"]
        return {file for entry in estimators.values() for file in entry["sha256"] if _FILE.fullmatch(file)}
    except (DataError, KeyError, AttributeError, TypeError) as error:
        hint = "Give the folder of a model, or one that is empty or not there yet."
        problem = "the folder holds files, but no model of this format"
        raise WriteError("ZX904", problem, where=shown(folder), hint=hint) from error


def _manifest_of(model: Model, contents: Mapping[str, bytes]) -> dict[str, Any]:
    estimators = {
        name: {
            "kind": estimator.kind,
            "labels": list(estimator.labels),
            "columns": len(estimator.columns),
            "sha256": {
                file: sha256(contents[file]).hexdigest()
                for file in (f"{name}.skops", f"{name}.npz")
                if file in contents
            },
        }
        for name, estimator in model.estimators.items()
    }
    return {
        "format": FORMAT,
        "libraries": {library: version(library) for library in LIBRARIES},
        "corpus": dict(model.corpus),
        "estimators": estimators,
        "settings": dict(model.settings),
        "scores": {name: round(score, 4) for name, score in model.scores.items()},
    }


def load_model(model: str | Path, *, classifiers: bool = False) -> Model:
    """Load a model, checking each file against the manifest before anything is read from it.

    Args:
        model: the name of one of the library's models, such as ``"zhengxie"``, or the path of a folder (a
            `Path`, or a string with a separator in it).
        classifiers: whether to load the scikit-learn classifiers of linear estimators too, which their
            decisions do not need.

    Raises:
        DataError: ZX303, if it is missing, incomplete, changed since it was trained, or trained with another
            version of scikit-learn or of this library's format.
    """
    if isinstance(model, str) and not {"/", "\\"} & set(model):
        return _load_named(model, classifiers)
    return _load(Path(model), str(model), classifiers)


@cache
def _load_named(name: str, classifiers: bool) -> Model:
    return _load(model_path(name), name, classifiers)


def _load(folder: Traversable, where: str, classifiers: bool) -> Model:
    manifest = _manifest(folder, where)
    _check_libraries(manifest, where)
    estimators: dict[str, Estimator] = {}
    try:
        for name, entry in sorted(manifest["estimators"].items()):
            contents = {
                file: _checked(folder / file, checksum, f"{where}/{file}")
                for file, checksum in sorted(entry["sha256"].items())
            }
            light = f"{name}.npz" in contents and not (classifiers and f"{name}.skops" in contents)
            file = f"{name}.npz" if light else f"{name}.skops"
            unpack = _from_weights if light else _unpacked
            estimators[name] = unpack(contents[file], f"{where}/{file}")
        return Model(where, estimators, manifest["corpus"], manifest["scores"], manifest["settings"])
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        problem = f"the manifest is not that of a model ({error})"
        raise DataError("ZX303", problem, where=f"{where}/manifest.json", hint=_RETRAIN) from error


def _manifest(folder: Traversable, where: str) -> dict[str, Any]:
    place = f"{where}/manifest.json"
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError("ZX303", "no model: there is no manifest", where=place, hint=_RETRAIN) from error
    except (ValueError, RecursionError) as error:
        raise DataError("ZX303", "the manifest is not JSON", where=place, hint=_RETRAIN) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DataError("ZX303", f"not a model of format {FORMAT}", where=place, hint=_RETRAIN)
    return manifest


def _check_libraries(manifest: Mapping[str, Any], where: str) -> None:
    """Refuse weights of another scikit-learn: what they mean may have changed between minor versions."""
    libraries = manifest.get("libraries")
    trained = str(libraries.get("scikit-learn") if isinstance(libraries, dict) else None)
    installed = version("scikit-learn")
    if trained.split(".")[:2] != installed.split(".")[:2]:
        raise DataError(
            "ZX303",
            f"trained with scikit-learn {trained}, but {installed} is installed",
            where=where,
            hint=f"Install scikit-learn {'.'.join(trained.split('.')[:2])}, or train the model again.",
        )


def _checked(path: Traversable, checksum: str, where: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError("ZX303", "a file of the model is missing", where=where, hint=_RETRAIN) from error
    if sha256(content).hexdigest() != checksum:
        problem = "the file is not the one that was trained (its checksum differs)"
        raise DataError("ZX303", problem, where=where, hint=_RETRAIN)
    return content


def _described(estimator: Estimator) -> dict[str, Any]:
    """Return an estimator without its numbers, as plain values."""
    return {
        "kind": estimator.kind,
        "labels": "\n".join(estimator.labels),
        "columns": "\n".join(column.replace("\n", _BREAK) for column in estimator.columns),
        "weights": " ".join(map(str, estimator.weights)),
        "temperature": estimator.temperature,
    }


def _built(parts: Mapping[str, Any], numbers: Mapping[str, Any]) -> Estimator:
    """Make an estimator of what `_described` says, and of its coefficients, intercepts and classifier."""
    return Estimator(
        kind=parts["kind"],
        labels=tuple(parts["labels"].split("\n")),
        columns=tuple(column.replace(_BREAK, "\n") for column in parts["columns"].split("\n")),
        weights=tuple(map(float, parts["weights"].split())),
        temperature=parts["temperature"],
        **numbers,
    )


def _weights(estimator: Estimator) -> bytes:
    """Return the weights of a linear estimator as an npz file."""
    import numpy

    described = json.dumps(_described(estimator), ensure_ascii=False, sort_keys=True).encode()
    arrays = {
        "coefficients": estimator.coefficients,
        "described": numpy.frombuffer(described, dtype=numpy.uint8),
        "intercepts": estimator.intercepts,
    }
    parts: dict[str, bytes] = {}
    for name, values in arrays.items():
        made = BytesIO()
        numpy.lib.format.write_array(made, numpy.asarray(values), allow_pickle=False)
        parts[f"{name}.npy"] = made.getvalue()
    return _zipped(parts)


def _from_weights(content: bytes, where: str) -> Estimator:
    try:
        arrays = read_arrays(content)
        numbers = {name: arrays[name] for name in ("coefficients", "intercepts")}
        built = _built(json.loads(arrays["described"].tobytes()), numbers)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, RecursionError) as error:
        raise DataError("ZX303", f"not an estimator: {error}", where=where, hint=_RETRAIN) from error
    _check_numbers(built, where)
    return built


def read_arrays(content: bytes) -> dict[str, Array]:
    """Read the arrays of an npz file; the size that each claims is checked before room is made for it.

    Args:
        content: the file; nothing in it is unpickled.

    Raises:
        ValueError: if an array is not as large as it says, or holds objects.
        zipfile.BadZipFile: if it is no npz file.
    """
    import numpy

    arrays: dict[str, Array] = {}
    with zipfile.ZipFile(BytesIO(content)) as packed:
        for entry in packed.infolist():
            with packed.open(entry) as file:
                version_ = numpy.lib.format.read_magic(file)
                if version_ != (1, 0):
                    raise ValueError(f"{entry.filename}: written in format {version_}")
                shape, fortran, dtype = numpy.lib.format.read_array_header_1_0(file)
                left = entry.file_size - file.tell()
                if dtype.hasobject or math.prod(shape) * dtype.itemsize != left:
                    raise ValueError(f"{entry.filename}: {shape} of {dtype} do not fit into {left} bytes")
                values = numpy.frombuffer(file.read(), dtype=dtype)
            shaped = values.reshape(shape[::-1]).T if fortran else values.reshape(shape)
            arrays[entry.filename.removesuffix(".npy")] = shaped
    return arrays


def _check_numbers(estimator: Estimator, where: str) -> None:
    """Refuse weights that are no numbers, or not as many as there are columns and labels."""
    import numpy

    coefficients, intercepts = estimator.coefficients, estimator.intercepts
    rows = 1 if len(estimator.labels) == 2 else len(estimator.labels)
    if coefficients.shape != (rows, len(estimator.columns)) or intercepts.shape != (rows,):
        wanted = f"{len(estimator.labels)} labels and {len(estimator.columns)} columns"
        problem = f"{coefficients.shape} weights for {wanted}"
    elif not (numpy.isfinite(coefficients).all() and numpy.isfinite(intercepts).all()):
        problem = "a weight is no number"
    elif (
        not all(map(math.isfinite, (*estimator.weights, estimator.temperature))) or estimator.temperature <= 0
    ):
        problem = "a frequency or the temperature is no number above 0"
    else:
        return
    raise DataError("ZX303", problem, where=where, hint=_RETRAIN)


def _packed(estimator: Estimator) -> bytes:
    from skops.io import dumps

    return _repacked(dumps({**_described(estimator), "classifier": estimator.classifier}))


def _unpacked(content: bytes, where: str) -> Estimator:
    import numpy
    from skops.io import loads
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        parts = loads(content, trusted=[])
        classifier = parts["classifier"]
        numbers = {
            "coefficients": getattr(classifier, "coef_", numpy.zeros((0, 0))),
            "intercepts": getattr(classifier, "intercept_", numpy.zeros(0)),
            "classifier": classifier,
        }
        return _built(parts, numbers)
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
    renamed = sorted((numbers[name.removesuffix(".npy")], data) for name, data in parts.items())
    return _zipped({**{f"{number}.npy": data for number, data in renamed}, "schema.json": schema.encode()})


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in parts.items():
            packed.writestr(_entry(name), data, compresslevel=9)
    return made.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _STARTED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
