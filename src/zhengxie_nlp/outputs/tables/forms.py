"""Writes Documents in all the forms that tables have, in one go through them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Final

from zhengxie_nlp.errors import BatchError, DocumentError
from zhengxie_nlp.outputs.tables.columns import Row
from zhengxie_nlp.outputs.tables.csv_files import csv_tables
from zhengxie_nlp.outputs.tables.graphs import graphml, neo4j_tables
from zhengxie_nlp.outputs.tables.parquet import parquet_tables
from zhengxie_nlp.outputs.tables.postgres import postgres_tables
from zhengxie_nlp.outputs.tables.rows import rows_of
from zhengxie_nlp.outputs.tables.sqlite import sqlite_tables
from zhengxie_nlp.outputs.tables.tei import tei_files
from zhengxie_nlp.outputs.tables.workbook import workbook
from zhengxie_nlp.records import Document

#: What is called with each Document and its rows.
Add = Callable[[Document, list[tuple[str, Row]]], None]
#: Opens a form in a folder.
Form = Callable[[Path], AbstractContextManager[Add]]

FORMS: Final[dict[str, Form]] = {
    "csv": csv_tables,
    "sqlite": sqlite_tables,
    "xlsx": workbook,
    "parquet": parquet_tables,
    "postgres": postgres_tables,
    "graphml": graphml,
    "neo4j": neo4j_tables,
    "tei": tei_files,
}


def write_tables(documents: Iterable[Document], out: str | Path, *, forms: Iterable[str]) -> int:
    """Write Documents in some of the forms that there are (`FORMS`).

    Args:
        documents: gone through once; one at a time is held.
        out: the folder to write into.
        forms: names of `FORMS`.

    Returns:
        How many records there were.

    Raises:
        BatchError: ZX609, for a form that there is not.
        SettingsError: ZX402, if the extra that a form needs is not installed.
        ReadError: ZX108, if something cannot be written.
    """
    out, number = Path(out), 1
    with ExitStack() as stack:
        adds = [stack.enter_context(_form(name)(out)) for name in forms]
        for document in documents:
            rows = list(rows_of(document, first=number))
            number += len(document.records)
            for add in adds:
                add(document, rows)
    return number - 1


def _form(name: str) -> Form:
    if name not in FORMS:
        hint = f"There are {', '.join(FORMS)}."
        raise BatchError("ZX609", f"there is no form of tables called “{name}”", hint=hint)
    return FORMS[name]


def read_documents(path: str | Path) -> Iterator[Document]:
    """Read the Documents of a file of JSON Lines, one at a time.

    Raises:
        DocumentError: ZX201, with the line, for what is no Document, or a file that is not there.
    """
    path = Path(path)
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                yield Document.parse(line, where=f"{path}, line {number}")
    except OSError as error:
        problem = f"the Documents cannot be read ({error.strerror or error})"
        hint = "`zhengxie batch` makes documents.jsonl."
        raise DocumentError("ZX201", problem, where=str(path), hint=hint) from error
