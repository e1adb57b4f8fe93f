"""Everything that lies in a path: files, folders, archives and tables, text by text, failures as values."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from zhengxie_nlp.errors import ReadError, ZhengxieError
from zhengxie_nlp.reading.files import STDIN, file_blob, stdin_blob
from zhengxie_nlp.reading.formats import convert
from zhengxie_nlp.reading.names import is_litter, readable_path
from zhengxie_nlp.reading.protocol import Blob, Options, Unread, beyond
from zhengxie_nlp.reading.source_file import SourceFile


def read_sources(
    path: str | Path, *, encoding: str | None = None, options: Options | None = None
) -> Iterator[SourceFile | Unread]:
    """Read every text that lies in a path, one after the other; memory holds one file at a time.

    A folder is gone through with all its folders, in the order of the names; hidden files, locks and previews
    are passed over. An archive is read member by member, archives in it too, within `Limits`. A table or a
    JSON Lines file gives a text a row.

    The id of a text is the stem of its file; of a file in a folder or an archive the way from there, with its
    suffix (``2023/报告.docx``); of a row that of its file, ``#`` and its number.

    Args:
        path: a file, a folder, or ``"-"`` for standard input.
        encoding: of plain texts, where it is known; it is found if left out.
        options: how files are to be read, and what they may ask of the machine.

    Yields:
        A text, or `Unread`: the path of what could not be read and the error. Nothing is raised.

    Example:
        >>> from zhengxie_nlp.reading.sources import read_sources
        >>> for found in read_sources("nowhere.zip"):
        ...     print(type(found).__name__, found.path, found.error.code)
        Unread nowhere.zip ZX101
    """
    options = options or Options()
    if str(path) == STDIN:
        try:
            yield from unfold(stdin_blob(encoding=encoding, options=options), options)
        except ZhengxieError as error:
            yield Unread("stdin", error)
        return
    path = Path(path)
    if not path.is_dir():
        yield from read_path(path, encoding=encoding, options=options)
        return
    found = False
    for file in files_in(path):
        if isinstance(file, Unread):
            yield file
            continue
        found = True
        id = readable_path(file.relative_to(path)).replace(os.sep, "/")
        yield from read_path(file, id=id, encoding=encoding, options=options)
    if not found:
        hint = "Name a folder that holds files."
        empty = ReadError("ZX114", "the folder holds no files", where=readable_path(path), hint=hint)
        yield Unread(readable_path(path), empty)


def read_all(
    paths: Iterable[str | Path],
    *,
    encoding: str | None = None,
    options: Options | None = None,
    only_one: bool = False,
) -> Iterator[SourceFile | Unread]:
    """Read every text that lies in any of the paths, in their order, as `read_sources` does.

    Args:
        paths: files, folders, or ``"-"``.
        encoding: of plain texts, where known.
        options: how they are to be read.
        only_one: of a path that holds several texts none is given, but `Unread` (ZX115).
    """
    for path in paths:
        found = read_sources(path, encoding=encoding, options=options)
        if not only_one:
            yield from found
            continue
        first = list(islice(found, 2))
        if len(first) > 1:
            shown = readable_path(path)
            hint = "Use --format jsonl or summary, or name one of its members in a file of its own."
            problem = "it holds several texts, not one"
            first = [Unread(shown, ReadError("ZX115", problem, where=shown, hint=hint))]
        yield from first


def files_in(folder: Path) -> Iterator[Path | Unread]:
    """Give the files in a folder and the folders in it, in the order of their names.

    Links to folders are not followed, so that no ring has no end.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: readable_path(entry.name))
    except OSError as error:
        shown = readable_path(folder)
        problem = f"the folder could not be read ({error.strerror or error})"
        hint = "Change its permissions, or leave it out."
        yield Unread(shown, ReadError("ZX103", problem, where=shown, hint=hint))
        return
    for entry in entries:
        if is_litter(readable_path(entry.name)):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from files_in(entry)
        elif entry.is_file():
            yield entry


def read_path(
    path: str | Path, *, id: str | None = None, encoding: str | None = None, options: Options | None = None
) -> Iterator[SourceFile | Unread]:
    """Read every text in one file: itself, or what lies in it.

    Args:
        path: the file.
        id: what to call it; its stem if left out.
        encoding: of plain texts, where known.
        options: how it is to be read.

    Yields:
        As `read_sources`.
    """
    options = options or Options()
    try:
        blob = file_blob(path, id=id, encoding=encoding, options=options)
    except ZhengxieError as error:
        yield Unread(readable_path(path), error)
        return
    yield from unfold(blob, options)


class _Budget:
    """How many bytes the members of one archive may still unpack to."""

    def __init__(self, left: int) -> None:
        self.left = left


def unfold(blob: Blob, options: Options | None = None) -> Iterator[SourceFile | Unread]:
    """Read every text in a blob; a member that cannot be read costs only itself.

    Args:
        blob: the bytes of a file, for example from a store of one's own.
        options: how it is to be read.

    Yields:
        As `read_sources`.
    """
    options = options or Options()
    yield from _unfold(blob, options, 0, _Budget(options.limits.unpacked))


def _unfold(blob: Blob, options: Options, depth: int, budget: _Budget) -> Iterator[SourceFile | Unread]:
    limits = options.limits
    try:
        for part in convert(blob, options):
            if not isinstance(part, Blob):
                yield part
                continue
            budget.left -= len(part.data)
            if budget.left < 0:
                raise beyond(blob.where, "its members unpack to too many bytes", "unpacked", limits.unpacked)
            if depth >= limits.nesting:
                raise beyond(blob.where, f"{depth + 1} archives lie in each other", "nesting", limits.nesting)
            yield from _unfold(part, options, depth + 1, budget)
    except ZhengxieError as error:
        yield Unread(blob.where, error)
