"""What is known of the documents so far, on disk and not in memory: their ids, contents, earlier results."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from zhengxie_nlp.running.journal import Entry, Kept, Status


class First(NamedTuple):
    """The first document with some content: its id, and what became of it; None if that is not known yet."""

    id: str
    status: Status | None
    error: dict[str, str] | None


class Earlier(NamedTuple):
    """What an earlier run has made of a document, and where the line of it lies."""

    entry: Entry
    documents: Path
    start: int


class Known:
    """Ids that are taken, contents that were seen, results that can be used again.

    All of it is in a temporary database that the system removes: a million documents take no memory.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-20000;"
            "CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE contents (key TEXT PRIMARY KEY, id TEXT, status TEXT, error TEXT) WITHOUT ROWID;"
            "CREATE TABLE earlier (id TEXT PRIMARY KEY, line TEXT, documents TEXT, start INTEGER)"
            " WITHOUT ROWID;"
            "BEGIN;"
        )

    def close(self) -> None:
        """Let go of the database."""
        self._base.close()

    def unique(self, id_: str) -> str:
        """Return an id that no document has had so far, this one or with a number behind it, and note it.

        Example:
            >>> known = Known()
            >>> known.unique("2011/001"), known.unique("2011/001")
            ('2011/001', '2011/001~2')
        """
        chosen, number = id_, 1
        while self._base.execute("SELECT 1 FROM ids WHERE id = ?", (chosen,)).fetchone():
            number += 1
            chosen = f"{id_}~{number}"
        self._base.execute("INSERT INTO ids VALUES (?)", (chosen,))
        return chosen

    def first(self, key: str, *, id_: str) -> First | None:
        """Return the first document with this content; None if this is the first, which is noted then."""
        row = self._base.execute("SELECT id, status, error FROM contents WHERE key = ?", (key,)).fetchone()
        if row is None:
            self._base.execute("INSERT INTO contents VALUES (?, ?, NULL, NULL)", (key, id_))
            return None
        return First(row[0], row[1], json.loads(row[2]) if row[2] else None)

    def became(self, key: str, entry: Entry) -> None:
        """Note what became of the first document with this content."""
        error = json.dumps(entry.error) if entry.error else None
        self._base.execute(
            "UPDATE contents SET status = ?, error = ? WHERE key = ? AND id = ?",
            (entry.status, error, key, entry.id),
        )

    def remember(self, kept: Iterable[Kept]) -> None:
        """Note results of earlier runs, the latest first."""
        for one in kept:
            for entry, start, _ in one.entries():
                self._base.execute(
                    "INSERT OR IGNORE INTO earlier VALUES (?, ?, ?, ?)",
                    (entry.id, entry.line().decode(), str(one.documents), start),
                )

    def earlier(self, id_: str, *, stamp: str) -> Earlier | None:
        """Return what an earlier run has made of a document that has not changed since."""
        row = self._base.execute("SELECT line, documents, start FROM earlier WHERE id = ?", (id_,)).fetchone()
        if row is None:
            return None
        entry = Entry(**json.loads(row[0]))
        return Earlier(entry, Path(row[1]), row[2]) if entry.stamp == stamp else None


def content_key(sha256: str, path: str) -> str:
    """Return what documents of the same content share; what a file is read as hangs on its name's end too."""
    return sha256 + PurePosixPath(path).suffix.lower()
