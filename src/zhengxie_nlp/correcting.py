"""Applies a corrections file: finds its documents, writes their gold, and measures the machine against it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from zhengxie_nlp.annotation.annotate import gold_json
from zhengxie_nlp.annotation.corrections import Applied, CorrectedDocument, Corrections, apply_corrections
from zhengxie_nlp.errors import DocumentError, ReadError
from zhengxie_nlp.evaluation.scoring import Report, score_documents
from zhengxie_nlp.page_inputs import read_given
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import Document
from zhengxie_nlp.writing import make_folder, write_file


def apply_all(
    corrections: Path, sources: Sequence[str], folder: Path, *, model: str = "zhengxie"
) -> dict[str, Applied]:
    """Apply a corrections file, and write ``gold/NAME.json`` for each of its documents.

    Args:
        corrections: the file, as the page saves it.
        sources: its documents (`page_inputs.read_given`); empty: the files that it names itself.
        folder: where to; made if it is not there.
        model: the model that texts are extracted with.

    Returns:
        By name, what was made of each document, in the order of the file.

    Raises:
        ReadError: ZX108, if a file cannot be read.
        DocumentError: ZX203, if it is no corrections file, or one of its documents is not among the sources.
        WriteError: if the gold cannot be written.
    """
    try:
        read = Corrections.parse(corrections.read_bytes(), where=str(corrections))
    except OSError as error:
        raise ReadError("ZX108", f"cannot be read ({error.strerror})", where=str(corrections)) from error
    named = list(sources) or [_named(one, beside=corrections.parent) for one in read.documents]
    documents = [given.document for given in read_given(named, model=model)]
    applied: dict[str, Applied] = {}
    for entry in read.documents:
        name = _name(entry, applied)
        applied[name] = apply_corrections(entry, _of(entry, documents, where=str(corrections)))
    make_folder(folder / "gold")
    for name, one in applied.items():
        write_file(folder / "gold" / f"{name}.json", gold_json(one.gold), inputs=[corrections, *named])
    return applied


def _named(entry: CorrectedDocument, *, beside: Path) -> str:
    """Return the file that a document came from: as the page was told, or beside the corrections."""
    path = entry.source.path or entry.source.id
    there = [Path(path), beside / path, beside / _last(path)]
    found = next((one for one in there if one.is_file()), None)
    if found is None:
        raise DocumentError(
            "ZX203", f"the document “{path}” is not here", where=entry.source.id,
            hint="Name it, or the folder of its batch, after the corrections file.",
        )  # fmt: skip
    return str(found)


def _last(path: str) -> str:
    return PureWindowsPath(PurePosixPath(path).name).name


def _of(entry: CorrectedDocument, documents: Sequence[Document], *, where: str) -> Document:
    """Return the document that a person corrected: by checksum, else by id, else by the name of its file."""
    source = entry.source
    ways = (
        lambda one: source.sha256 is not None and one.source.sha256 == source.sha256,
        lambda one: one.source.id == source.id,
        lambda one: _last(one.source.path or one.source.id) == _last(source.path or source.id),
    )
    for way in ways:
        for document in documents:
            if way(document):
                return document
    raise DocumentError(
        "ZX203", f"the document “{source.path or source.id}” is not among those given", where=where,
        hint="Name its file, or the folder of its batch.",
    )  # fmt: skip


def _name(entry: CorrectedDocument, taken: dict[str, Applied]) -> str:
    """Return a file name for the gold of a document: its id's last part, told apart where two are alike."""
    stem = _last(entry.source.id).strip(". ") or "document"
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return name


def measured(applied: Sequence[Applied]) -> str:
    """Return how well the machine did on the types that a person has gone through, as a table."""
    report: Report = score_documents((one.gold, one.machine) for one in applied)
    types = [type_ for type_ in RECORD_TYPES if any(type_ not in one.gold.not_annotated for one in applied)]
    if not types:
        return "No type was marked as gone through: nothing is known of what the machine missed.\n"
    lines = [f"{'gone through':<26}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}{'found':>7}"]
    for name, tally in report.tallies.items():
        if name.split(" ")[0] in types:
            figures = f"{tally.precision:>7.3f}{tally.recall:>7.3f}{tally.f1:>7.3f}"
            lines.append(f"{name:<26}{figures}{tally.gold:>7}{tally.found:>7}")
    for (kind, attribute), judged in report.attributes.items():
        if kind in types:
            lines.append(f"  {kind} {attribute}: {sum(judged)}/{len(judged)}")
    return "\n".join(lines) + "\n"
