"""Tables as data frames, of pandas or polars, whichever is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from zhengxie_nlp.errors import BatchError, SettingsError
from zhengxie_nlp.outputs.tables.columns import RECORD_TABLES, TABLES, Row, columns_of
from zhengxie_nlp.outputs.tables.rows import rows_of
from zhengxie_nlp.records import Document


def document_frame(document: Document, table: str) -> Any:  # noqa: ANN401 - of a library without types
    """Return one table of a Document as a data frame (`records.Document.to_frame`)."""
    if table != "records" and table not in TABLES:
        hint = f"There are records, {', '.join(TABLES)}."
        raise BatchError("ZX609", f"there is no table called “{table}”", hint=hint)
    library = next((name for name in ("pandas", "polars") if find_spec(name)), None)
    if library is None:
        hint = "Run: pip install pandas"
        raise SettingsError("ZX402", "neither pandas nor polars is installed", hint=hint)
    wanted = RECORD_TABLES if table == "records" else (table,)
    names = [column.name for column in columns_of(table)]
    rows: list[Row] = []
    for name, row in rows_of(document):
        if name in wanted:
            kept: Row = {"type": name} if table == "records" else {}
            rows.append({**kept, **{column: row.get(column) for column in names}})
    if table == "records":
        names = ["type", *names]
    columns = {name: [row[name] for row in rows] for name in names}
    return import_module(library).DataFrame(columns)
