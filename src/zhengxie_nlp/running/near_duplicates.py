"""Lists speeches nearly the same as an earlier one, such as a speech that two papers have printed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from zhengxie_nlp.running.journal import NEAR_DUPLICATES, OutFolder
from zhengxie_nlp.running.likeness import ALIKE, bands, likeness
from zhengxie_nlp.writing import whole_file

#: Of the earlier speeches with an equal band so many are looked at, the first.
_MOST: Final = 20


def write_near_duplicates(folder: OutFolder) -> int:
    """Write the list: each speech that is like an earlier one, with the earlier one that it is most like.

    Args:
        folder: that of a batch.

    Returns:
        How many there are.
    """
    count = 0
    with whole_file(folder.folder / NEAR_DUPLICATES) as write:
        for row in _rows(folder):
            write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _rows(folder: OutFolder) -> Iterator[dict[str, object]]:
    with closing(sqlite3.connect("", isolation_level=None)) as base:
        base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-20000;"
            "CREATE TABLE speeches (number INTEGER PRIMARY KEY, document TEXT, speech TEXT, signature TEXT);"
            "CREATE TABLE bands (band BLOB, number INTEGER, PRIMARY KEY (band, number)) WITHOUT ROWID; BEGIN;"
        )
        number = 0
        for entry in folder.entries():
            for speech, characters, signed in entry.speeches:
                number += 1
                like = _most_like(base, signed)
                _add(base, number, entry.id, speech, signed)
                if like is not None:
                    share, document, other = like
                    yield {
                        "document": entry.id, "speech": speech, "characters": characters,
                        "like_document": document, "like_speech": other, "likeness": round(share, 2),
                    }  # fmt: skip


def _add(base: sqlite3.Connection, number: int, document: str, speech: str, signed: str) -> None:
    base.execute("INSERT INTO speeches VALUES (?, ?, ?, ?)", (number, document, speech, signed))
    base.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", ((band, number) for band in bands(signed)))


def _most_like(base: sqlite3.Connection, signed: str) -> tuple[float, str, str] | None:
    numbers: set[int] = set()
    for band in bands(signed):
        found = base.execute("SELECT number FROM bands WHERE band = ? ORDER BY number LIMIT ?", (band, _MOST))
        numbers.update(row[0] for row in found)
    best: tuple[float, str, str] | None = None
    for number in sorted(numbers):
        document, speech, other = base.execute(
            "SELECT document, speech, signature FROM speeches WHERE number = ?", (number,)
        ).fetchone()
        share = likeness(signed, other)
        if share >= ALIKE and (best is None or share > best[0]):
            best = share, document, speech
    return best
