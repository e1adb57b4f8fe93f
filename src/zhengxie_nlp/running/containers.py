"""Goes through files that hold several texts, by the readers' own formats: tables, JSON Lines, mail, 7z."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from zhengxie_nlp.errors import BatchError, ZhengxieError
from zhengxie_nlp.reading.files import file_blob
from zhengxie_nlp.reading.formats import convert
from zhengxie_nlp.reading.protocol import Blob, Options, Unread
from zhengxie_nlp.running.items import Item, document_id, shown

_SUFFIXES: Final = (
    ".csv", ".tsv", ".xlsx", ".xls", ".ods", ".jsonl", ".ndjson", ".eml", ".mht", ".mhtml", ".7z",
)  # fmt: skip


def is_container(name: str) -> bool:
    """Tell by its name whether a file may hold several texts."""
    return name.lower().endswith(_SUFFIXES)


def container_items(path: Path, name: str, *, text_column: str | None) -> Iterator[Item]:
    """Yield the documents in a file that holds several texts.

    Args:
        path: the file.
        name: how their ids begin; empty, as they are called in it.
        text_column: of a table: the column of texts; found, if left out.

    Yields:
        Items: the rows of a table, the lines of JSON Lines, a mail and what hangs on it, the members of a 7z.
        What cannot be gone through is one item with its error.
    """
    options = Options(text_column=text_column)
    where = shown(str(path))
    try:
        yield from _inside(file_blob(path, id=name, options=options), name, options, depth=1)
    except ZhengxieError as error:
        yield Item(document_id(name or where), where, "broken", error=error)


def bytes_items(data: bytes, item: Item, *, text_column: str | None, depth: int) -> Iterator[Item]:
    """Yield the documents in a container that lies in an archive.

    Args:
        data: its bytes.
        item: the container.
        text_column: as of `container_items`.
        depth: how deep it lies.
    """
    options = Options(text_column=text_column)
    try:
        file_name = item.path.replace("\\", "/").rpartition("/")[2]
        yield from _inside(Blob(data, file_name, item.id, item.path), item.id, options, depth=depth)
    except ZhengxieError as error:
        item.error, item.load = error, None
        yield item


def _inside(blob: Blob, name: str, options: Options, *, depth: int) -> Iterator[Item]:
    if depth > options.limits.nesting:
        problem = f"archives lie in archives more than {options.limits.nesting} deep"
        raise BatchError("ZX607", problem, where=blob.where, hint="Unpack them yourself.")
    for part in convert(blob, options):
        if isinstance(part, Unread):
            end = part.path.removeprefix(blob.where).lstrip("!/#")
            yield Item(_under(name, end), part.path, "broken", error=part.error)
        elif isinstance(part, Blob):
            inner = _under(name, part.where.removeprefix(blob.where).lstrip("!/"))
            if is_container(part.name):
                yield from bytes_items(
                    part.data,
                    Item(inner, part.where, ""),
                    text_column=options.text_column,
                    depth=depth + 1,
                )
            else:
                yield _item(document_id(inner), part.where, part.data)
        else:
            member = part.source.id.removeprefix(blob.id).lstrip("#")
            end = f"#{member}" if member else ""
            yield _item(_under(name, member) or shown(blob.name), f"{blob.where}{end}", part.text.encode())


def _under(name: str, inner: str) -> str:
    return f"{name}/{inner}" if name and inner else name or inner


def _item(id_: str, where: str, data: bytes) -> Item:
    stamp = f"{len(data)}-{sha256(data).hexdigest()[:16]}"
    return Item(id_, where, stamp, load=lambda: data, size=len(data))
