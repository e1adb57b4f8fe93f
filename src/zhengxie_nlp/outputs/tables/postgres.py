"""Tables for PostgreSQL: the SQL that makes them, and files that COPY reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from zhengxie_nlp.outputs.tables.columns import RECORD_TABLES, TABLES, Column, Row, Value, columns_of
from zhengxie_nlp.records import Document
from zhengxie_nlp.writing import make_folder, whole_file, write_file

_TYPES: Final = {"text": "text", "decimal": "numeric", "integer": "bigint", "real": "double precision"}
_KEYS: Final = {
    "documents": ("PRIMARY KEY (document)",),
    "speeches": ("PRIMARY KEY (document, speech)", "FOREIGN KEY (document) REFERENCES documents"),
    "nodes": ("PRIMARY KEY (document, node)", "FOREIGN KEY (document, speech) REFERENCES speeches"),
}
_RECORD_KEYS: Final = (
    "PRIMARY KEY (document, uid)",
    "FOREIGN KEY (document) REFERENCES documents",
    "FOREIGN KEY (document, speech) REFERENCES speeches",
    "FOREIGN KEY (document, node) REFERENCES nodes",
)
#: How COPY's text format writes what would end a cell or a line; it knows no NUL character.
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\ufffd"})


@contextmanager
def postgres_tables(out: Path) -> Iterator[Callable[[Document, list[tuple[str, Row]]], None]]:
    """Write into ``postgres``: ``schema.sql``, a ``.copy`` file a table, and ``load.sql`` for psql."""
    folder = make_folder(out / "postgres")
    write_file(folder / "schema.sql", "\n\n".join(map(_table_sql, TABLES)) + "\n")
    loads = [f"\\copy {table} FROM '{table}.copy'" for table in TABLES]
    write_file(folder / "load.sql", "\n".join(["\\i schema.sql", "BEGIN;", *loads, "COMMIT;"]) + "\n")
    with ExitStack() as stack:
        files = {table: stack.enter_context(whole_file(folder / f"{table}.copy")) for table in TABLES}

        def add(_: Document, rows: list[tuple[str, Row]]) -> None:
            for table, row in rows:
                cells = [copy_cell(row.get(column.name)) for column in columns_of(table)]
                files[table](("\t".join(cells) + "\n").encode("utf-8", "replace"))

        yield add


def copy_cell(value: Value) -> str:
    r"""Return a value as COPY's text format writes it.

    Example:
        >>> copy_cell("一\n二"), copy_cell(None), copy_cell("a\\b")
        ('一\\n二', '\\N', 'a\\\\b')
    """
    return "\\N" if value is None else str(value).translate(_ESCAPES)


def _table_sql(table: str) -> str:
    columns = [f'  "{column.name}" {_TYPES[column.kind]}' for column in columns_of(table)]
    keys = [f"  {key}" for key in _KEYS.get(table, _RECORD_KEYS)]
    comments = [_comment(table, column) for column in columns_of(table)]
    made = f"CREATE TABLE {table} (\n" + ",\n".join(columns + keys) + "\n);"
    indexes = [f"CREATE INDEX ON {table} (who, year);"] if table in RECORD_TABLES else []
    return "\n".join([made, *indexes, *comments])


def _comment(table: str, column: Column) -> str:
    said = f"{column.zh}：{column.about_zh}; {column.about_en}".replace("'", "''")
    return f"COMMENT ON COLUMN {table}.\"{column.name}\" IS '{said}';"
