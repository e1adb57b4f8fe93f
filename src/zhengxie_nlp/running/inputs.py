"""Finds the documents in what was named: folders, patterns, archives, lists of paths, tables of texts.

The order is always the same: what was named in its order, in a folder by name. Nothing is held but the names
of one folder: an archive may be of any length.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import has_magic, iglob
from pathlib import Path
from typing import Final

from zhengxie_nlp.errors import BatchError, ReadError
from zhengxie_nlp.reading.names import is_litter
from zhengxie_nlp.running.archives import archive_items, is_archive
from zhengxie_nlp.running.containers import container_items, is_container
from zhengxie_nlp.running.items import Item, document_id, shown

#: A named file with this before it is a list of paths.
LIST_SIGN: Final = "@"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents are wanted.

    Attributes:
        since: only such as were changed since then, in seconds of the epoch.
        text_column: the column of texts in tables; found, if left out.
    """

    since: float | None = None
    text_column: str | None = None


def find_items(named: Iterable[str], *, wanted: Wanted | None = None) -> Iterator[Item]:
    """Yield the documents in what was named.

    Args:
        named: paths of files, folders, archives (zip, tar, 7z), tables (csv, xlsx …) and JSON Lines; patterns
            such as ``2011/*.txt``; lists of paths, as ``@list.txt``.
        wanted: which documents are wanted.

    Yields:
        Items, numbered by their order. What cannot be read is one too, with its error.

    Raises:
        ReadError: ZX101, if something named is not there.
    """
    wanted = wanted or Wanted()
    paths = list(named)
    alone = len(paths) == 1 and not paths[0].startswith(LIST_SIGN) and not has_magic(paths[0])
    order = 0
    for path in _paths(paths):
        # What was named alone needs no name before what is in it.
        name = "" if alone and (path.is_dir() or _holds_many(path)) else shown(path.name)
        for item in _items(path, name, wanted=wanted):
            if wanted.since is not None and item.modified is not None and item.modified < wanted.since:
                continue
            item.order = order
            order += 1
            yield item


def _paths(named: Iterable[str]) -> Iterator[Path]:
    for name in named:
        if name.startswith(LIST_SIGN):
            yield from _listed(Path(name[1:]))
        elif Path(name).exists():
            yield Path(name)
        elif has_magic(name):
            found = sorted(iglob(name, recursive=True))
            if not found:
                raise ReadError("ZX101", "no file fits the pattern", where=name, hint="Check the pattern.")
            yield from map(Path, found)
        else:
            hint = f"A list of paths is named with {LIST_SIGN} before it."
            raise ReadError("ZX101", "there is no such file or folder", where=shown(name), hint=hint)


def _listed(path: Path) -> Iterator[Path]:
    """Yield the paths in a list, one a line; they are relative to the list's own folder."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape") as lines:
            for line in lines:
                if line.strip():
                    yield path.parent / line.rstrip("\r\n")
    except OSError as error:
        problem = f"the list could not be read ({error.strerror or error})"
        raise ReadError("ZX101", problem, where=shown(str(path)), hint="Check the path.") from error


def _holds_many(path: Path) -> bool:
    return is_archive(path.name) or is_container(path.name)


def _items(path: Path, name: str, *, wanted: Wanted) -> Iterator[Item]:
    """Yield what a path holds.

    Args:
        path: a file or a folder.
        name: how the ids of what is in it begin; empty, as it is in them.
        wanted: which documents are wanted.
    """
    try:
        found = path.stat()
    except OSError as error:
        problem = f"the file could not be looked at ({error.strerror or error})"
        yield _refused(
            path, name, ReadError("ZX101", problem, where=shown(str(path)), hint="Check the path.")
        )
        return
    if stat.S_ISDIR(found.st_mode):
        yield from _folder(path, name, wanted=wanted)
    elif not stat.S_ISREG(found.st_mode):
        problem = "neither a file nor a folder (a device, a pipe or a socket)"
        yield _refused(path, name, ReadError("ZX108", problem, where=shown(str(path)), hint="Leave it out."))
    elif is_archive(path.name):
        yield from archive_items(path, name, text_column=wanted.text_column)
    elif is_container(path.name):
        yield from container_items(path, name, text_column=wanted.text_column)
    else:
        stamp = f"{found.st_size}-{found.st_mtime_ns}"
        yield Item(
            document_id(name or shown(path.name)),
            shown(str(path)),
            stamp,
            file=path,
            modified=found.st_mtime,
            size=found.st_size,
        )


def _folder(path: Path, name: str, *, wanted: Wanted) -> Iterator[Item]:
    try:
        with os.scandir(path) as entries:
            inside = sorted(entry.name for entry in entries if not is_litter(shown(entry.name)))
    except OSError as error:
        problem = f"the folder could not be gone through ({error.strerror or error})"
        yield _refused(path, name, BatchError("ZX607", problem, where=shown(str(path))))
        return
    for one in inside:
        below = path / one
        if below.is_dir() and below.is_symlink():
            continue  # it may lead back to where we are
        yield from _items(below, f"{name}/{shown(one)}" if name else shown(one), wanted=wanted)


def _refused(path: Path, name: str, error: ReadError | BatchError) -> Item:
    return Item(document_id(name or shown(path.name)), shown(str(path)), "refused", error=error)
