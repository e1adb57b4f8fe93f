"""Tables as CSV that Excel opens: UTF-8 with its mark, and no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from zhengxie_nlp.outputs.tables.columns import TABLES, Column, Row, Value, columns_of
from zhengxie_nlp.records import Document
from zhengxie_nlp.writing import make_folder, whole_file

#: A cell of text that begins so is a formula, or a command, to some spreadsheet.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK: Final = "\ufeff".encode()


def harmless(value: Value) -> Value:
    """Return a cell's value as no spreadsheet takes it for a formula: with an apostrophe before it.

    Example:
        >>> harmless("=1+1"), harmless("增长-3.5%"), harmless(-3.5)
        ("'=1+1", '增长-3.5%', -3.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


@contextmanager
def csv_tables(out: Path) -> Iterator[Callable[[Document, list[tuple[str, Row]]], None]]:
    """Write a CSV a table into ``tables``; lines end as RFC 4180 says."""
    folder = make_folder(out / "tables")
    with ExitStack() as stack:
        files = {table: stack.enter_context(whole_file(folder / f"{table}.csv")) for table in TABLES}
        for table, write in files.items():
            write(_MARK + csv_line([column.name for column in columns_of(table)]))

        def add(_: Document, rows: list[tuple[str, Row]]) -> None:
            for table, row in rows:
                files[table](csv_line([_cell(column, row.get(column.name)) for column in columns_of(table)]))

        yield add


def _cell(column: Column, value: Value) -> Value:
    # A decimal is digits, whatever its sign.
    return value if column.kind == "decimal" else harmless(value)


def csv_line(values: list[Value]) -> bytes:
    """Return one line of CSV."""
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode("utf-8", "replace")
