"""Gold in and out of annotation tools: reads what they export, and writes what they import."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from pydantic import ValidationError

from zhengxie_nlp.annotation.annotate import gold_json, read_content
from zhengxie_nlp.annotation.brat import brat_configuration, read_brat, write_brat
from zhengxie_nlp.annotation.inception import inception_layers, write_inception
from zhengxie_nlp.annotation.label_studio import (
    label_studio_interface,
    read_label_studio,
    write_label_studio,
)
from zhengxie_nlp.annotation.standoff import MARK_TYPES, Standoff, from_standoff, to_standoff
from zhengxie_nlp.errors import DocumentError, ReadError, WriteError, ZhengxieError
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.record_types import RecordType
from zhengxie_nlp.records import CATEGORIES, Category, Document, Source
from zhengxie_nlp.writing import make_folder, shown, write_file

#: Beside the text of a brat folder: where it came from, as a Document says it.
_SOURCE: Final = ".source"
_SUFFIXES: Final = (".ann", ".json", ".jsonl", ".spacy")


class DocBinReader(Protocol):
    """What turns the bytes of a ``.spacy`` file into Documents (`spacy_components.from_docbin`)."""

    def __call__(self, content: bytes, *, where: str) -> Iterable[Document]:
        """Read the Documents; `where` is the file's name, for messages."""
        ...


#: What turns Documents by name into the files of a folder.
Writer = Callable[[Mapping[str, Document]], Mapping[str, str | bytes]]


def read_annotated(
    paths: Iterable[Path],
    *,
    types: Collection[RecordType] = tuple(MARK_TYPES),
    read_docbin: DocBinReader | None = None,
    categories: tuple[Category, ...] | None = None,
    on_error: Callable[[ZhengxieError], object] | None = None,
) -> Iterator[tuple[str, Document]]:
    """Read gold Documents from files of any of the forms known here.

    A ``.ann`` file is brat's, with its ``.txt`` beside it; a ``.json`` file is a Document of ours or an
    export of Label Studio, a ``.jsonl`` file a Document a line; of a folder, every such file is read.
    Documents of ours come as they are.

    Args:
        paths: files and folders.
        types: the types of record that were annotated in a tool.
        read_docbin: what reads a ``.spacy`` file; without it there may be none.
        categories: the label set to annotate with. A Document with another one comes without
            categories, to be annotated. By default Documents stay as they are, and tools know the
            guideline's.
        on_error: is told why a file cannot be read, and the others go on; left out, the error is raised.

    Yields:
        Name and Document of each, in the order of the paths, a folder's files sorted by name.

    Raises:
        ReadError: ZX108, if a file cannot be read.
        DocumentError: ZX201 or ZX203, naming the file and what does not fit.
    """
    pipeline = Pipeline()
    for path in _files(paths):
        try:
            # All of a file, or nothing of it.
            read = list(
                _read_file(
                    path, pipeline, types=types, read_docbin=read_docbin, categories=categories or CATEGORIES
                )
            )
            yield from ((name, _relabelled(one, categories)) for name, one in read)
        except ZhengxieError as error:
            if on_error is None:
                raise
            on_error(error)


def _read_file(
    path: Path,
    pipeline: Pipeline,
    *,
    types: Collection[RecordType],
    read_docbin: DocBinReader | None,
    categories: tuple[Category, ...],
) -> Iterator[tuple[str, Document]]:
    if path.suffix == ".spacy" and read_docbin is not None:
        for document in read_docbin(_bytes(path), where=shown(path)):
            yield document.source.id, document
        return
    content = read_content(path)
    if path.suffix == ".jsonl":
        for number, line in enumerate(content.splitlines(), start=1):
            document = Document.parse(line, where=f"{shown(path)}, line {number}")
            yield document.source.id.replace("/", "__"), document
        return
    if path.suffix != ".ann" and not content.lstrip().startswith("["):
        yield path.stem, Document.parse(content, where=shown(path))
        return
    for standoff in _standoffs(path, content):
        base = pipeline.extract(standoff.text, source_id=standoff.name)
        beside = path.with_suffix(_SOURCE)
        if path.suffix == ".ann" and beside.is_file():
            base = base.model_copy(update={"source": _source(beside)})
        yield standoff.name, from_standoff(standoff, base=base, types=types, categories=categories)


def _relabelled(document: Document, categories: tuple[Category, ...] | None) -> Document:
    """Return a Document with this label set: as it is if it has it, without categories if it has another."""
    if categories is None or document.categories == categories:
        return document
    said = document.model_dump()
    for one in (*_nodes(said), *said["records"]):
        if "category" in one:
            one |= {"category": None, "secondary": (), "scores": None}
        if "category_confidence" in one:
            one["category_confidence"] = None
    return Document.model_validate({**said, "categories": categories})


def _nodes(said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [node for speech in said["speeches"] for node in speech["nodes"]]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node["children"])


def _source(path: Path) -> Source:
    """Return where a text came from, as `write_brat_folder` has noted it beside the text."""
    try:
        return Source.model_validate_json(read_content(path))
    except ValidationError as error:
        hint = "Remove the file: the document then has the name of its text."
        problem = "this does not say where a text came from"
        raise DocumentError("ZX203", problem, where=shown(path), hint=hint) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError("ZX108", f"cannot be read ({error})", where=str(path)) from error


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in sorted(path.iterdir()) if file.suffix in _SUFFIXES)
        else:
            yield path


def _standoffs(path: Path, content: str) -> list[Standoff]:
    if path.suffix != ".ann":
        return read_label_studio(content, where=str(path))
    text = read_content(path.with_suffix(".txt"))
    return [read_brat(text, content, name=path.stem)]


def write_gold(documents: Mapping[str, Document]) -> dict[str, str]:
    """Return our own JSON, a file a Document."""
    return {f"{name}.json": gold_json(document) for name, document in documents.items()}


def _labels(documents: Mapping[str, Document]) -> list[str]:
    """Return the categories of all these Documents."""
    return list(dict.fromkeys(label for one in documents.values() for label in one.categories))


def write_brat_folder(documents: Mapping[str, Document]) -> dict[str, str]:
    """Return the files of a folder for brat: ``NAME.txt``, ``NAME.ann`` and ``annotation.conf``.

    brat knows names alone: where each text came from is noted in ``NAME.source``, which it passes over.
    """
    files = {"annotation.conf": brat_configuration(_labels(documents))}
    for name, document in documents.items():
        source = document.source.model_dump_json(indent=1, exclude_defaults=True) + "\n"
        files |= {f"{name}.txt": document.text, f"{name}.ann": write_brat(to_standoff(document))}
        files[f"{name}{_SOURCE}"] = source
    return files


def write_label_studio_folder(documents: Mapping[str, Document]) -> dict[str, str]:
    """Return ``tasks.json`` to import into Label Studio, and ``interface.xml`` to set up its project with."""
    marked = [
        Standoff(name, made.text, made.marks, made.links)
        for name, made in ((name, to_standoff(document)) for name, document in documents.items())
    ]
    return {
        "tasks.json": write_label_studio(marked),
        "interface.xml": label_studio_interface(_labels(documents)),
    }


def write_inception_folder(documents: Mapping[str, Document]) -> dict[str, str]:
    """Return ``NAME.json`` to import into INCEpTION (“UIMA CAS JSON”), and ``layers.xml`` for its project."""
    written = {f"{name}.json": write_inception(document) for name, document in documents.items()}
    return {"layers.xml": inception_layers(), **written}


#: The forms that can be written: by name, what turns Documents into the files of a folder.
WRITERS: Final[dict[str, Writer]] = {
    "json": write_gold,
    "brat": write_brat_folder,
    "label-studio": write_label_studio_folder,
    "inception": write_inception_folder,
}


def convert(
    paths: Sequence[Path],
    folder: Path,
    *,
    write: Writer,
    types: Collection[RecordType] = tuple(MARK_TYPES),
    read_docbin: DocBinReader | None = None,
    categories: tuple[Category, ...] | None = None,
    force: bool = False,
    on_error: Callable[[ZhengxieError], object] | None = None,
) -> list[Path]:
    """Read annotated documents and write them into a folder in another form.

    Args:
        paths: files and folders (`read_annotated`).
        folder: where to; made if it is not there.
        write: one of `WRITERS`, or another.
        types: the types of record that were annotated in a tool.
        read_docbin: what reads ``.spacy`` files.
        categories: the label set to annotate with (`read_annotated`).
        force: whether to replace files that are there and differ.
        on_error: is told why a file cannot be read, and the others go on; left out, the error is raised.

    Returns:
        The files written, in order.

    Raises:
        DocumentError: ZX203, if there is none, two have one name, or something does not fit; nothing is
            written.
        ReadError: ZX108, if a file cannot be read.
        WriteError: ZX904, if files are there that a person may have corrected; ZX901 to ZX903 as of
            `writing`.
    """
    documents: dict[str, Document] = {}
    read = read_annotated(
        paths, types=types, read_docbin=read_docbin, categories=categories, on_error=on_error
    )
    for name, document in read:
        if name in documents:
            problem, hint = "two documents have this name", "Rename one."
            raise DocumentError("ZX203", problem, where=shown(name), hint=hint)
        documents[name] = document
    if not documents:
        where = ", ".join(shown(path) for path in paths)
        hint = "Name Documents (.json), brat's .ann, DocBins, or an export with annotations."
        raise DocumentError("ZX203", "there is no annotated document here", where=where, hint=hint)
    contents = {folder / file_name(name): content for name, content in write(documents).items()}
    if not force:
        _refuse_corrected(contents)
    make_folder(folder)
    return [write_file(path, content, inputs=() if force else paths) for path, content in contents.items()]


def file_name(name: str) -> str:
    """Return the name of a file inside of the folder for a name that data has given: never a way out of it.

    Raises:
        DocumentError: ZX203, if it has a separator, is a way upwards, or names a drive.

    Example:
        >>> file_name("云浦市政协.json")
        '云浦市政协.json'
    """
    if set(name) & set("/\\\0") or name.startswith(".") or (len(name) > 1 and name[1] == ":") or not name:
        problem = "this is a path, or hidden, where a name is wanted"
        hint = "Rename the document: its name becomes that of a file."
        raise DocumentError("ZX203", problem, where=shown(name), hint=hint)
    return name


def _refuse_corrected(contents: Mapping[Path, str | bytes]) -> None:
    """Refuse to write over files that say something else: a person may have corrected them."""
    for path, content in contents.items():
        made = content.encode() if isinstance(content, str) else content
        if path.is_file() and path.read_bytes() != made:
            hint = "Give another folder, or add --force to replace what is there."
            problem = "a file of this name is there and differs: it may hold corrections"
            raise WriteError("ZX904", problem, where=shown(path), hint=hint)
