"""Evaluation as a command: finds the files that belong together, prints the figures, checks the floors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from zhengxie_nlp.errors import EvaluationError, ZhengxieError
from zhengxie_nlp.evaluation.scoring import Report, Tally, score_documents
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.files import read_file
from zhengxie_nlp.reading.formats import suffixes
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.records import Document

#: The suffix of files with a Document a line.
_LINES: Final = ".jsonl"
#: Figures are floats; a floor is given with this many decimals, and compared so.
_FLOOR_DECIMALS: Final = 3


def compare(
    gold: Path,
    found: Sequence[Path] = (),
    *,
    split: Path | None = None,
    part: str = "test",
    model: str | None = None,
) -> Report:
    """Score extractions against gold files.

    Args:
        gold: a gold Document as JSON, several as JSON Lines (.jsonl), or a folder of JSON files.
        found: what to judge: Documents as JSON or JSON Lines, text files that are extracted first, or one
            folder of these; each is paired with the gold file of its stem, a line by its id. Empty: the
            gold's own texts are extracted.
        split: a table with the columns ``name`` and ``split``; given, only the documents of `part` count.
        part: the part of the split to compare.
        model: the trained model for texts that are extracted first, as in `Settings.model`; by default ours.

    Returns:
        The report over all gold documents. One without an extraction, or whose extraction cannot be read,
        counts as if nothing had been found, and stands under the error kind ``text``.

    Raises:
        EvaluationError: ZX501, if there is no gold to compare with, or a file to judge has no gold.
        DocumentError: ZX201, if a gold file is not a Document.
    """
    documents = documents_of(gold, split=split, part=part)
    judged = _by_stem(found, set(documents), alone=len(documents) == 1)
    complaints: list[str] = []
    pipeline = Pipeline(model=model)

    def pairs() -> Iterator[tuple[Document, Document | None]]:
        for stem, document in documents.items():
            if not found:
                source = document.source
                yield document, pipeline.analyze_file(SourceFile(source=source, text=document.text)).document
            elif stem not in judged:
                complaints.append(f"{stem}: no extraction given")
                yield document, None
            else:
                yield document, _extraction(judged[stem], document, pipeline, complaints)

    report = score_documents(pairs())
    if complaints:
        report.errors["text"].extend(complaints)
    return report


def documents_of(gold: Path, *, split: Path | None = None, part: str = "test") -> dict[str, Document]:
    """Read a gold file or folder: the Documents by file stem, in order.

    Args:
        gold: a gold Document as JSON, several as JSON Lines (.jsonl), or a folder of JSON files.
        split: a table with the columns ``name`` and ``split``; given, only the documents of `part` are read.
        part: the part of the split.

    Raises:
        EvaluationError: ZX501, if there is nothing to read.
        DocumentError: ZX201, if a file is not a Document.
    """
    files = sorted(gold.glob("*.json")) if gold.is_dir() else [gold]
    names = _names_of(split, part) if split is not None else None
    if gold.suffix == _LINES and gold.is_file():
        lines = dict(_documents_in(gold))
        return {name: one for name, one in lines.items() if names is None or name in names}
    if names is not None:
        files = [file for file in files if file.stem in names]
    if not files or not all(file.is_file() for file in files):
        raise EvaluationError(
            "ZX501",
            "no gold documents here",
            where=str(gold),
            hint="Give a Document in JSON, or a folder that holds some (*.json).",
        )
    return {file.stem: Document.parse(file.read_bytes(), where=str(file)) for file in files}


def _documents_in(path: Path) -> Iterator[tuple[str, Document]]:
    """Give the Documents of a JSON Lines file by their names: the id without folders and a known suffix."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            document = Document.parse(line, where=f"{path}, line {number}")
            name = document.source.id.rpartition("/")[2]
            stem, dot, suffix = name.rpartition(".")
            yield (stem if f"{dot}{suffix.lower()}" in suffixes() else name), document


def _names_of(split: Path, part: str) -> set[str]:
    lines = split.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    name, kind = rows[0].index("name"), rows[0].index("split")
    return {row[name] for row in rows[1:] if row[kind] == part}


def _by_stem(found: Sequence[Path], stems: set[str], *, alone: bool) -> dict[str, Path | Document]:
    """Pair each file to judge with its gold by stem; a single file with a single gold needs no name."""
    files = [inner for path in found for inner in (sorted(path.iterdir()) if path.is_dir() else [path])]
    if alone and len(files) == 1 and files[0].suffix != _LINES:
        return dict.fromkeys(stems, files[0])
    judged: dict[str, Path | Document] = {}
    for file in files:
        if file.suffix == _LINES and file.is_file():
            judged.update((name, one) for name, one in _documents_in(file) if name in stems)
            continue
        if file.stem in stems and file.suffix in (".json", ".txt"):
            # Beside a Document, the text it was made from is not to be judged once more.
            if file.stem not in judged or file.suffix == ".json":
                judged[file.stem] = file
        elif not any(path.is_dir() for path in found):
            raise EvaluationError(
                "ZX501",
                f"there is no gold document named “{file.stem}”",
                where=str(file),
                hint="Name an extraction like its gold file.",
            )
    return judged


def _extraction(
    path: Path | Document, gold: Document, pipeline: Pipeline, complaints: list[str]
) -> Document | None:
    try:
        if isinstance(path, Path) and path.suffix != ".json":
            return pipeline.analyze_file(read_file(path)).document
        if isinstance(path, Path):
            document, where = Document.parse(path.read_bytes(), where=str(path)), str(path)
        else:
            document, where = path, path.source.id
        if document.text != gold.text:
            problem = "the Document is of another text than the gold of its name"
            raise EvaluationError("ZX501", problem, where=where, hint="Compare what is of one text.")
        return document
    except ZhengxieError as error:
        complaints.append(str(error))
        return None


def report_text(report: Report, *, errors: int = 0) -> str:
    """Return the figures as a table, and up to `errors` single errors of each kind below it."""
    lines = [
        f"{report.documents} documents",
        f"{'measure':<24}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}{'found':>7}",
    ]
    for name, tally in report.tallies.items():
        figures = _shown_figures(tally)
        lines.append(f"{name:<24}{figures}{tally.gold:>7}{tally.found:>7}")
    lines.append("attributes, on matched records")
    for (kind, attribute), judged in report.attributes.items():
        lines.append(f"  {f'{kind} {attribute}':<22}{sum(judged) / len(judged):>7.3f}  n={len(judged)}")
    macro = report.macro_f1()
    lines.append(f"node category macro-F1   {'-' if macro is None else f'{macro:.3f}'}")
    for kind, found in report.errors.items():
        shown = found if kind == "text" else found[:errors]
        lines += [f"  [{kind}] {line}" for line in shown]
        if 0 < errors < len(found) and kind != "text":
            lines.append(f"  [{kind}] … and {len(found) - errors} more")
    return "\n".join(lines) + "\n"


def _shown_figures(tally: Tally) -> str:
    """Return precision, recall and F1; a share of nothing is no figure, and shown as a dash."""
    known = (
        (tally.precision, tally.found),
        (tally.recall, tally.gold),
        (tally.f1, tally.gold),
    )
    return "".join(f"{value:>7.3f}" if of else f"{'–':>7}" for value, of in known)


def read_floors(path: Path) -> dict[str, float]:
    """Read a floors file: a JSON object of figure names and their lowest values.

    Raises:
        EvaluationError: ZX501, if it is not such a file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): float(value) for name, value in content.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise EvaluationError(
            "ZX501",
            f"not a floors file ({error})",
            where=str(path),
            hint='Write an object such as {"quantity strict": 0.97}.',
        ) from error


def below_floors(report: Report, floors: Mapping[str, float]) -> list[str]:
    """Return one line for each figure that lies below its floor, or that is gone; none if all is well."""
    figures = report.figures()
    lines = []
    for name, floor in floors.items():
        got = figures.get(name)
        if got is None or round(got, _FLOOR_DECIMALS) < floor:
            shown = "not measured" if got is None else f"{got:.{_FLOOR_DECIMALS}f}"
            lines.append(
                f"below its floor: {name} is {shown}, and must be {floor:.{_FLOOR_DECIMALS}f} or more"
            )
    return lines
