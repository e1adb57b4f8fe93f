"""Tables (.xlsx, .xls, .ods, .csv, .tsv): a text a row where a column holds texts, else one text a sheet.

The header row is the first of the top rows that names several columns; the column of the texts is the one
that is asked for, the one with a known header (`data/table_columns.tsv`), or the one whose cells are longest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.reading.decoding import decode_blob
from zhengxie_nlp.reading.docx.body import CELL
from zhengxie_nlp.reading.ole import OLE, root_streams
from zhengxie_nlp.reading.protocol import Blob, Extracted, Format, Options, Unread, damaged, encrypted, need
from zhengxie_nlp.reading.zips import CONTENT_TYPES, zip_directory

EXCEL: Final = "a table (.xlsx, .xls, .ods)"
CSV: Final = "a table of text (.csv, .tsv)"
_OLD_STREAMS: Final = frozenset(("Workbook", "Book"))
#: A header row stands among the first so many.
_TOP: Final = 10
#: A column is one of texts if its cells are so long on the average.
_LONG: Final = 60
#: What stands before a text, in this order.
_BEFORE: Final = ("title", "organization", "speaker")

Row = Sequence[str]


def read_excel(blob: Blob, options: Options) -> Iterator[Extracted | Unread]:
    """Give the texts of a workbook, sheet by sheet.

    Raises:
        ReadError: ZX111 encrypted, ZX112 damaged, ZX114 without the column that is asked for.
        SettingsError: ZX402, if the extra ``[files]`` is not installed.
    """
    calamine = need("python_calamine", package="python-calamine")
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(blob.data))
        names = list(book.sheet_names)
    except calamine.PasswordError as error:
        raise encrypted(blob, EXCEL) from error
    except calamine.CalamineError as error:
        raise damaged(blob, EXCEL, str(error)) from error
    found = False
    for name in names:
        rows = [[_shown(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        sheet = name if len(names) > 1 else ""
        for text in _texts(rows, sheet, blob, options, required=len(names) == 1):
            found = True
            yield text
    if not found and options.text_column is not None:
        raise _no_column(blob, options.text_column, [])


def read_csv(blob: Blob, options: Options) -> Iterator[Extracted | Unread]:
    """Give the texts of a table of text; what parts its columns is found."""
    decoded, notes = decode_blob(blob, options, placed=False)
    text = decoded.text.removeprefix("\ufeff")
    delimiter = "\t" if blob.suffix == ".tsv" else _delimiter(text)
    csv.field_size_limit(max(csv.field_size_limit(), options.limits.characters))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise damaged(blob, CSV, str(error)) from error
    for one in _texts(rows, "", blob, options, required=True):
        yield Extracted(one.text, decoded.encoding, member=one.member, notes=notes)


def _shown(cell: Any) -> str:  # noqa: ANN401 - a cell of any type
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip("\r\n") if cell is not None else ""


def _delimiter(text: str) -> str:
    first = text[: text.find("\n") if "\n" in text else len(text)]
    return max(",\t;", key=first.count)


def _texts(
    rows: list[list[str]], sheet: str, blob: Blob, options: Options, *, required: bool
) -> Iterator[Extracted]:
    head = _header_row(rows, options.text_column)
    header = [_plain(cell) for cell in rows[head]] if head is not None else []
    column = _text_column(rows, head, header, options.text_column)
    if column is None:
        if options.text_column is not None:
            if required:
                raise _no_column(blob, options.text_column, header)
            return
        whole = [CELL.join(cell.strip() for cell in row if cell.strip()) for row in rows]
        if any(whole):
            yield Extracted("\n".join(line for line in whole if line) + "\n", member=sheet)
        return
    roles = _roles()
    before = [
        next((at for at, cell in enumerate(header) if roles.get(cell) == role and at != column), None)
        for role in _BEFORE
    ]
    for number, row in enumerate(rows[head + 1 if head is not None else 0 :], start=(head or 0) + 2):
        said = row[column].strip() if column < len(row) else ""
        if not said:
            continue
        lines = [row[at].strip() for at in before if at is not None and at < len(row) and row[at].strip()]
        text = "\n\n".join([*(line for line in lines if line not in said[:200]), said]) + "\n"
        yield Extracted(text, member=f"{sheet}!{number}" if sheet else str(number), ordered=False)


def _plain(cell: str) -> str:
    return "".join(cell.split()).lower()


def _roles() -> dict[str, str]:
    return {row["header"]: row["role"] for row in read_table("table_columns.tsv")}


def _header_row(rows: list[list[str]], asked: str | None) -> int | None:
    roles = _roles()
    for at, row in enumerate(rows[:_TOP]):
        cells = [_plain(cell) for cell in row if cell.strip()]
        if asked is not None and _plain(asked) in cells:
            return at
        if asked is None and any(roles.get(cell) == "text" for cell in cells):
            return at
    first = next(
        (at for at, row in enumerate(rows[:_TOP]) if sum(bool(cell.strip()) for cell in row) > 1), None
    )
    return first if asked is None else None


def _text_column(
    rows: list[list[str]], head: int | None, header: Sequence[str], asked: str | None
) -> int | None:
    if asked is not None:
        return header.index(_plain(asked)) if head is not None else None
    roles = _roles()
    known = [at for at, cell in enumerate(header) if roles.get(cell) == "text"]
    if known:
        return known[0]
    body = rows[head + 1 if head is not None else 0 :]
    lengths: dict[int, list[int]] = {}
    for row in body:
        for at, cell in enumerate(row):
            if cell.strip():
                lengths.setdefault(at, []).append(len(cell))
    longest = max(lengths, key=lambda at: sum(lengths[at]), default=None)
    if longest is None or sum(lengths[longest]) < _LONG * len(lengths[longest]):
        return None
    return longest


def _no_column(blob: Blob, asked: str, header: Sequence[str]) -> ReadError:
    listed = ", ".join(f"“{cell}”" for cell in header if cell)
    hint = f"Its columns are {listed}." if listed else "Name the header of one of its columns."
    return ReadError("ZX114", f"no column is headed “{asked}”", where=blob.where, hint=hint)


def _is_excel(blob: Blob) -> bool:
    if blob.data.startswith(b"PK\x03\x04"):
        names = zip_directory(blob.data)
        sheets = b"xl/workbook" in names and CONTENT_TYPES in names
        return sheets or b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in blob.data[:200]
    return not _OLD_STREAMS.isdisjoint(root_streams(blob.data))


def _is_csv(blob: Blob) -> bool:
    return blob.suffix in (".csv", ".tsv") and not blob.data.startswith((b"PK", OLE))


EXCEL_BOOK: Final = Format(
    "xlsx",
    EXCEL,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"),
    "document",
    _is_excel,
    read_excel,
)
CSV_TABLE: Final = Format("csv", CSV, "text/csv", (".csv", ".tsv"), "document", _is_csv, read_csv)
