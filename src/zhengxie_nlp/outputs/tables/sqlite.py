"""All tables in one SQLite file, with keys, indexes and a full-text search that finds Chinese.

The search takes each character for a word, so a phrase of any length is found wherever it stands, a single
character too; punctuation does not count. (Trigrams, which SQLite has, find no word of two characters.)
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from zhengxie_nlp.outputs.tables.columns import RECORD_TABLES, TABLES, TITLES, Row, columns_of
from zhengxie_nlp.records import Document, Initiative
from zhengxie_nlp.writing import make_folder, whole_path, write_file

_TYPES: Final = {"text": "TEXT", "decimal": "TEXT", "integer": "INTEGER", "real": "REAL"}
_KEYS: Final = {
    "documents": "PRIMARY KEY (document)",
    "speeches": "PRIMARY KEY (document, speech), FOREIGN KEY (document) REFERENCES documents (document)",
    "nodes": (
        "PRIMARY KEY (document, node), "
        "FOREIGN KEY (document, speech) REFERENCES speeches (document, speech), "
        "FOREIGN KEY (document, parent) REFERENCES nodes (document, node)"
    ),
}
_RECORD_KEY: Final = (
    "UNIQUE (document, uid), FOREIGN KEY (document) REFERENCES documents (document), "
    "FOREIGN KEY (document, speech) REFERENCES speeches (document, speech), "
    "FOREIGN KEY (document, node) REFERENCES nodes (document, node)"
)
#: Signs that are words of their own, so that 1.2 is not found as 12.
_SIGNS: Final = ".,%-+/．，％－＋／～"
#: What an initiative holds: the field of the record, the table.
LINKS: Final = (("quantities", "quantities"), ("mechanisms", "mechanisms"), ("time", "times"))
_INDEXED: Final = ("who", "year", "category", "counted", "initiative", "status", "node")

#: SQL that makes of :q the phrase of its characters, quotes doubled.
PHRASE: Final = (
    "WITH RECURSIVE letters (place, phrase) AS (SELECT 0, '' UNION ALL SELECT place + 1, phrase || ' ' || "
    "replace(substr(:q, place + 1, 1), '\"', '\"\"') FROM letters WHERE place < length(:q)) "
)
_MATCH: Final = "'\"' || (SELECT phrase FROM letters ORDER BY place DESC LIMIT 1) || ' \"'"


def table_sql(table: str) -> str:
    """Return the SQL that makes a table."""
    columns = [f'"{column.name}" {_TYPES[column.kind]}' for column in columns_of(table)]
    if table in RECORD_TABLES:
        columns[0] += " PRIMARY KEY"
    return f"CREATE TABLE {table} ({', '.join(columns)}, {_KEYS.get(table, _RECORD_KEY)});"


def _link_sql(table: str) -> str:
    return (
        f"CREATE TABLE initiative_{table} (document TEXT, initiative TEXT, uid TEXT, "
        "PRIMARY KEY (document, initiative, uid), "
        "FOREIGN KEY (document, initiative) REFERENCES initiatives (document, uid), "
        f"FOREIGN KEY (document, uid) REFERENCES {table} (document, uid)) WITHOUT ROWID;"
    )


def _schema() -> str:
    common = ", ".join(f'"{column.name}"' for column in columns_of("records"))
    union = " UNION ALL ".join(f"SELECT '{table}' AS type, {common} FROM {table}" for table in RECORD_TABLES)
    fts = f"""tokenize="unicode61 remove_diacritics 0 tokenchars '{_SIGNS}'\""""
    return "\n".join(
        [
            *map(table_sql, TABLES),
            *(_link_sql(table) for _, table in LINKS),
            f"CREATE VIEW records AS {union};",
            f"CREATE VIRTUAL TABLE record_search USING fts5 (text, content='', {fts});",
            f"CREATE VIRTUAL TABLE node_search USING fts5 (text, content='', {fts});",
        ]
    )


def spaced(text: str) -> str:
    """Return a text as it stands in the search: a blank after each character.

    Example:
        >>> spaced("委员12人")
        '委 员 1 2 人'
    """
    return " ".join(text)


def _indexes() -> str:
    made = []
    for table in TABLES:
        names = {column.name for column in columns_of(table)}
        made += [f"CREATE INDEX {table}_{name} ON {table} ({name});" for name in _INDEXED if name in names]
    return "\n".join(made)


@contextmanager
def sqlite_tables(out: Path) -> Iterator[Callable[[Document, list[tuple[str, Row]]], None]]:
    """Write ``archive.sqlite``, and ``archive.metadata.json`` for Datasette."""
    goal = make_folder(out) / "archive.sqlite"
    with whole_path(goal) as path, closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_schema()} BEGIN;")
        inserts = {
            table: f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns_of(table)))})"
            for table in TABLES
        }
        names = {table: [column.name for column in columns_of(table)] for table in TABLES}

        def add(document: Document, rows: list[tuple[str, Row]]) -> None:
            for table, row in rows:
                cursor = base.execute(inserts[table], [row.get(name) for name in names[table]])
                if table in RECORD_TABLES:
                    base.execute(
                        "INSERT INTO record_search (rowid, text) VALUES (?, ?)",
                        (row["record"], spaced(str(row["text"]))),
                    )
                elif table == "nodes":
                    text = f"{row['heading'] or ''}\n{row['text']}"
                    base.execute(
                        "INSERT INTO node_search (rowid, text) VALUES (?, ?)",
                        (cursor.lastrowid, spaced(text)),
                    )
            _link(base, document, rows)

        yield add
        base.execute("COMMIT")
        base.executescript(f"{_indexes()} ANALYZE; PRAGMA journal_mode=DELETE;")
    write_file(out / "archive.metadata.json", json.dumps(metadata(), ensure_ascii=False, indent=1) + "\n")


def _link(base: sqlite3.Connection, document: Document, rows: list[tuple[str, Row]]) -> None:
    uids = {row["id"]: row["uid"] for table, row in rows if table in RECORD_TABLES}
    for record in document.records:
        if isinstance(record, Initiative):
            for name, table in LINKS:
                base.executemany(
                    f"INSERT OR IGNORE INTO initiative_{table} VALUES (?, ?, ?)",
                    (
                        (document.source.id, uids[record.id], uids[one])
                        for one in getattr(record, name)
                        if one in uids
                    ),
                )


def metadata() -> dict[str, object]:
    """Return what Datasette is told: the meaning of each column, and queries that are ready to use.

    Datasette's own search box cannot search as here; the queries can.
    """
    where = "document, who, year, heading_path, text, line, page"
    queries = {
        "search_records": {
            "title": "查记录 Search records",
            "sql": f"{PHRASE}SELECT type, {where} FROM records WHERE record IN "
            f"(SELECT rowid FROM record_search WHERE record_search MATCH {_MATCH}) ORDER BY record",
        },
        "search_text": {
            "title": "查原文 Search the text",
            "sql": f"{PHRASE}SELECT document, speech, heading_path, text, line, page FROM nodes "
            f"WHERE rowid IN (SELECT rowid FROM node_search WHERE node_search MATCH {_MATCH}) ORDER BY rowid",
        },
        "who_did_what": {
            "title": "谁做了什么 Who did what",
            "sql": "SELECT who, text, figures, when_text, year, status, category, mechanisms, document, line "
            "FROM initiatives WHERE who LIKE '%' || :who || '%' ORDER BY record",
        },
        "mechanisms_of_all": {
            "title": "各单位的机制 Mechanisms by organisation",
            "sql": "SELECT text, count(DISTINCT who) AS organisations, min(year) AS first_year, "
            "count(*) AS mentions FROM mechanisms GROUP BY text "
            "ORDER BY organisations DESC, mentions DESC, text",
        },
        "by_category_and_year": {
            "title": "按类别和年份 By category and year",
            "sql": "SELECT who, year, category, count(*) AS initiatives FROM initiatives "
            "GROUP BY who, year, category ORDER BY who, year, category",
        },
    }
    tables = {
        table: {
            "title": TITLES[table],
            "columns": {
                column.name: f"{column.zh}：{column.about_zh}; {column.about_en}"
                for column in columns_of(table)
            },
        }
        for table in TABLES
    }
    return {"title": "zhengxie_nlp", "databases": {"archive": {"tables": tables, "queries": queries}}}
