"""Goes through zip and tar archives, one in another too, and refuses what would fill memory or disk."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import mktime
from typing import IO, Final

from zhengxie_nlp.errors import BatchError
from zhengxie_nlp.reading.names import is_litter
from zhengxie_nlp.reading.protocol import INSIDE
from zhengxie_nlp.running.containers import bytes_items, is_container
from zhengxie_nlp.running.items import MOST_BYTES, Item, document_id, shown, too_big

_ZIP: Final = (".zip",)
_TAR: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
#: Archives in archives are gone through so deep.
_DEEPEST: Final = 3
#: Something that unpacks to so many times its size is a bomb, if it is not small.
_MOST_TIMES: Final = 200
_SMALL: Final = 10 << 20
_BLOCK: Final = 1 << 20

_FAILURES: Final = (zipfile.BadZipFile, tarfile.TarError, zlib.error, OSError, EOFError, ValueError)


def is_archive(name: str) -> bool:
    """Tell by its name whether a file is an archive that can be gone through."""
    return name.lower().endswith(_ZIP + _TAR)


def archive_items(path: Path, name: str, *, text_column: str | None = None) -> Iterator[Item]:
    """Yield the documents in an archive.

    Args:
        path: the archive.
        name: how their ids begin; empty, as they are in the archive.
        text_column: of a table in it: the column of texts; found, if left out.

    Yields:
        Items, whose bytes can be loaded while they are at hand. An archive that is broken, or breaks off, is
        an item with its error, behind those that could be found in it.
    """
    for item in _opened(path, name, where=shown(str(path)), depth=1):
        if item.load is not None and item.error is None and is_container(item.path):
            yield from _container(item, text_column)
        else:
            yield item


def _container(item: Item, text_column: str | None) -> Iterator[Item]:
    assert item.load is not None
    try:
        data = item.load()
    except BatchError as error:
        item.error = error
        yield item
        return
    yield from bytes_items(data, item, text_column=text_column, depth=2)


def _opened(file: Path | IO[bytes], name: str, *, where: str, depth: int) -> Iterator[Item]:
    inside = _zip_items if where.lower().endswith(_ZIP) else _tar_items
    try:
        yield from inside(file, name, where=where, depth=depth)
    except _FAILURES as error:
        yield _broken(name or where, where, error)


def _broken(name: str, where: str, error: Exception) -> Item:
    problem = f"the archive is broken, or not what its name says ({error})"
    hint = "Unpack it yourself, and name the folder."
    return Item(
        document_id(name), where, "broken", error=BatchError("ZX607", problem, where=where, hint=hint)
    )


def _zip_items(file: Path | IO[bytes], name: str, *, where: str, depth: int) -> Iterator[Item]:
    with zipfile.ZipFile(file) as archive:
        members = ((_zip_name(member), member) for member in archive.infolist() if not member.is_dir())
        for inner, member in sorted(members, key=lambda one: one[0]):
            if is_litter(inner):
                continue
            item = _member(inner, name, where=where, size=member.file_size, stamp=f"{member.CRC:08x}")
            item.modified = mktime((*member.date_time, 0, 0, -1))
            if member.flag_bits & 1:
                problem, hint = "it is encrypted", "Unpack it yourself, with its password."
                item.error = BatchError("ZX607", problem, where=item.path, hint=hint)
            elif _is_bomb(member.file_size, member.compress_size):
                item.error = _bomb(item.path)

            def load(member: zipfile.ZipInfo = member, path: str = item.path) -> bytes:
                return _read(archive.open(member), path)

            item.load = load
            yield from _inner(item, depth=depth)


def _zip_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; without the flag of UTF-8 it is in whatever its maker's system had."""
    if member.flag_bits & 0x800:
        return shown(member.filename.encode("utf-8", "surrogatepass"))
    return shown(member.filename.encode("cp437", "replace"))


def _tar_items(file: Path | IO[bytes], name: str, *, where: str, depth: int) -> Iterator[Item]:
    path, inner_file = (file, None) if isinstance(file, Path) else (None, file)
    with tarfile.open(path, fileobj=inner_file) as archive:
        for member in archive:
            inner = shown(member.name)
            if not member.isfile() or is_litter(inner):
                continue
            item = _member(inner, name, where=where, size=member.size, stamp=f"{member.mtime}")
            item.modified = float(member.mtime)

            def load(member: tarfile.TarInfo = member, path: str = item.path) -> bytes:
                content = archive.extractfile(member)
                assert content is not None
                return _read(content, path)

            item.load = load
            yield from _inner(item, depth=depth)


def _member(inner: str, name: str, *, where: str, size: int, stamp: str) -> Item:
    id_ = f"{name}/{inner}" if name else inner
    return Item(document_id(id_), f"{where}{INSIDE}{inner}", f"{size}-{stamp}", size=size)


def _inner(item: Item, *, depth: int) -> Iterator[Item]:
    """Yield the item, or, where it is an archive itself, what is in it."""
    if not is_archive(item.path) or item.error is not None or item.load is None:
        yield item
        return
    if depth >= _DEEPEST:
        problem = f"archives lie in archives more than {_DEEPEST} deep"
        item.error = BatchError("ZX607", problem, where=item.path, hint="Unpack them yourself.")
        yield item
        return
    try:
        content = item.load()
    except BatchError as error:
        item.error = error
        yield item
        return
    yield from _opened(BytesIO(content), item.id, where=item.path, depth=depth + 1)


def _read(file: IO[bytes], where: str) -> bytes:
    """Read a member, not more than a document may have."""
    parts, size = [], 0
    try:
        with file:
            while block := file.read(_BLOCK):
                size += len(block)
                if size > MOST_BYTES:
                    raise too_big(where)
                parts.append(block)
    except (*_FAILURES, NotImplementedError, RuntimeError) as error:
        problem = f"it cannot be unpacked ({error})"
        raise BatchError("ZX607", problem, where=where, hint="Try a whole copy of the archive.") from error
    return b"".join(parts)


def _is_bomb(size: int, packed: int) -> bool:
    return size > _SMALL and size > _MOST_TIMES * max(packed, 1)


def _bomb(where: str) -> BatchError:
    problem = f"it unpacks to more than {_MOST_TIMES} times its size"
    return BatchError("ZX607", problem, where=where, hint="If it is no bomb, unpack it yourself.")
