"""Reads what a page is made of: Documents that were extracted before, or files that are extracted now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.explanation import evidence
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.files import read_file
from zhengxie_nlp.records import Document

#: What a batch calls its Documents.
DOCUMENTS: Final = "documents.jsonl"


@dataclass(frozen=True, slots=True)
class Given:
    """A Document with what stands behind its records, where it was extracted just now."""

    document: Document
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict)
    file: str | None = None


def is_archive(path: str) -> bool:
    """Return whether a path names several Documents: the folder of a batch, or a file of one a line."""
    return Path(path).is_dir() or path.endswith(".jsonl")


def read_given(
    paths: Sequence[str], *, encoding: str | None = None, model: str = "zhengxie"
) -> Iterator[Given]:
    """Read or extract Documents.

    Args:
        paths: files: Documents (``.json``), files of one a line (``.jsonl``), folders of a batch or of gold
            (``*.json``), and any text, which is extracted; ``-`` is standard input.
        encoding: the encoding of texts; left out, it is found.
        model: the model that texts are extracted with.

    Raises:
        ReadError: ZX108, if a file cannot be read, or a folder holds neither; as `read_file` for texts.
        DocumentError: ZX201, naming the file and line that is no Document.
    """
    pipeline = Pipeline(model=model)
    for path in paths:
        if Path(path).is_dir():
            yield from _folder(Path(path))
        elif path.endswith(".jsonl"):
            yield from _lines(Path(path))
        elif path.endswith(".json"):
            yield _document(Path(path))
        else:
            analysis = pipeline.analyze_file(read_file(path, encoding=encoding))
            yield Given(analysis.document, evidence(analysis), path)


def _folder(folder: Path) -> Iterator[Given]:
    if (folder / DOCUMENTS).is_file():
        yield from _lines(folder / DOCUMENTS)
        return
    files = sorted(folder.glob("*.json"))
    if not files:
        raise ReadError(
            "ZX108", f"the folder holds no {DOCUMENTS} and no Documents (*.json)", where=str(folder),
            hint="Run `zhengxie batch FOLDER -o OUT` first, and name OUT here.",
        )  # fmt: skip
    for file in files:
        yield _document(file)


def _document(path: Path) -> Given:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError("ZX108", f"cannot be read ({error.strerror})", where=str(path)) from error
    return Given(Document.parse(data, where=str(path)))


def _lines(path: Path) -> Iterator[Given]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield Given(Document.parse(line, where=f"{path}, line {number}"))
    except OSError as error:
        raise ReadError("ZX108", f"cannot be read ({error.strerror})", where=str(path)) from error


def read_compared(paths: Sequence[str]) -> dict[str, Any]:
    """Return what `zhengxie compare` has found in the folders of batches; empty where it has not been run.

    Raises:
        ReadError: ZX108, if a file of it cannot be read.
    """
    compared: dict[str, Any] = {}
    for path in paths:
        file = Path(path) / "compare" / "compare.json"
        if file.is_file():
            try:
                compared |= json.loads(file.read_bytes())
            except (OSError, ValueError) as error:
                hint = "Run `zhengxie compare` again."
                raise ReadError("ZX108", f"cannot be read ({error})", where=str(file), hint=hint) from error
    return compared
