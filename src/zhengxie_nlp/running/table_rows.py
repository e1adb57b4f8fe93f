"""Goes through tables of texts: a row of a CSV, TSV or JSON Lines file is a document."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final

from zhengxie_nlp.errors import BatchError, ZhengxieError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.reading.encodings import decode
from zhengxie_nlp.running.items import Item, shown

_SEPARATORS: Final = {".csv": ",", ".tsv": "\t"}
_LINES: Final = (".jsonl", ".ndjson")
#: So many bytes of a table tell its encoding.
_SAMPLE: Final = 1 << 16


def is_table(name: str) -> bool:
    """Tell by its name whether a file is a table whose rows can be documents."""
    return name.lower().endswith((*_SEPARATORS, *_LINES))


def table_items(path: Path, name: str, *, text_column: str | None, id_column: str | None) -> Iterator[Item]:
    """Yield the documents in a table.

    Args:
        path: the table: CSV or TSV with a row of names first, or JSON Lines of objects.
        name: how their ids begin; empty, as they are in the table.
        text_column: the name of the column of texts; left out, one of `data/text_columns.tsv`.
        id_column: the same of the ids; where there is none, rows are counted from 1.

    Yields:
        Items; a table without such a column is one with its error.
    """
    where = shown(str(path))
    try:
        rows = _rows(path)
        first = next(rows, None)
        if first is None:
            raise BatchError("ZX607", "the table has no rows", where=where, hint="Leave it out.")
        text = text_column if text_column is not None else _usual("text", first)
        ids = id_column if id_column is not None else _usual("id", first)
        if text is None or text not in first or (ids is not None and ids not in first):
            names = "、".join(map(str, first))
            hint = "Name one: --text-column, --id-column."
            problem = f"the table has no such column of texts or ids, but {names}"
            raise BatchError("ZX607", problem, where=where, hint=hint)
        for number, row in enumerate(chain([first], rows), start=1):
            yield _item(row, str(row[ids]) if ids is not None else "", number, text, name, where)
    except (ZhengxieError, OSError, ValueError, csv.Error) as error:
        told = error if isinstance(error, ZhengxieError) else _faulty(where, error)
        yield Item(name or where, where, "broken", error=told)


def _faulty(where: str, error: Exception) -> BatchError:
    hint = "Save it again as CSV in UTF-8, or as JSON Lines."
    return BatchError("ZX607", f"the table cannot be gone through ({error})", where=where, hint=hint)


def _item(row: Mapping[str, object], id_: str, number: int, text: str, name: str, where: str) -> Item:
    content = str(row.get(text) or "").encode("utf-8", "replace")
    called = shown(id_.strip() or str(number))
    stamp = sha256(content).hexdigest()[:16]
    return Item(
        f"{name}/{called}" if name else called,
        f"{where}#{number}",
        stamp,
        load=lambda: content,
        size=len(content),
    )


def _usual(kind: str, row: Mapping[str, object]) -> str | None:
    usual = (entry["name"] for entry in read_table("text_columns.tsv").rows if entry["kind"] == kind)
    return next((name for name in usual if name in row), None)


def _rows(path: Path) -> Iterator[Mapping[str, object]]:
    suffix = path.suffix.lower()
    with path.open(encoding=_encoding(path), newline="") as lines:
        if suffix in _SEPARATORS:
            csv.field_size_limit(sys.maxsize)
            yield from csv.DictReader(lines, delimiter=_SEPARATORS[suffix])
        else:
            yield from _objects(lines)


def _objects(lines: Iterable[str]) -> Iterator[Mapping[str, object]]:
    for line in lines:
        if line.strip():
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("a line that is no JSON object")
            yield row


def _encoding(path: Path) -> str:
    """Find the encoding by the first lines."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    whole = sample if len(sample) < _SAMPLE else sample[: sample.rfind(b"\n") + 1] or sample
    found = decode(whole, encoding=None, where=shown(str(path))).encoding
    return "utf-8-sig" if found == "utf-8" else found
