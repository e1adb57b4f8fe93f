"""Tables as a workbook for people: 「谁做了什么」 first, then a sheet a type of record (extra `[tables]`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from zhengxie_nlp.errors import missing_extra
from zhengxie_nlp.outputs.tables.columns import TABLES, TITLES, Column, Row, Value, columns_of, value_names
from zhengxie_nlp.records import Document
from zhengxie_nlp.writing import make_folder, whole_path

FRONT: Final = "谁做了什么"
#: The columns of the front sheet, all of them columns of initiatives.
FRONT_COLUMNS: Final = (
    "who", "text", "figures", "when_text", "year", "status", "category", "mechanisms", "heading_path",
    "document", "line", "page",
)  # fmt: skip
_FRONT_NAMES: Final = {"text": "做了什么", "figures": "成效数字", "document": "出处"}
#: What a sheet holds at most, its row of names among them; a cell, in characters.
_MOST_ROWS: Final = 1_048_576
_MOST_CHARACTERS: Final = 32_767
_WIDTHS: Final = {"text": 50, "heading_path": 40, "about_zh": 60, "document": 24, "who": 18, "figures": 30}
_USUAL_WIDTH: Final = 12
#: Fields whose values have Chinese names.
_NAMED: Final = frozenset({"category", "status", "stage", "bound", "change", "kind", "year_from", "who_from"})


class _Sheet:
    """A sheet with its names frozen on top; full, it goes on in another."""

    def __init__(self, book: Any, title: str, columns: list[tuple[str, Column]]) -> None:  # noqa: ANN401
        self._book, self._title, self._columns, self._number = book, title, columns, 0
        self._bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True})
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        name = self._title if self._number == 1 else f"{self._title}（{self._number}）"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        self._row = 1
        for place, (name, column) in enumerate(self._columns):
            self._sheet.set_column(place, place, _WIDTHS.get(column.name, _USUAL_WIDTH))
            self._sheet.write_string(0, place, name, self._bold)

    def add(self, row: Row) -> None:
        """Write one row."""
        if self._row == _MOST_ROWS:
            self.end()
            self._begin()
        for place, (_, column) in enumerate(self._columns):
            value = _shown(column, row.get(column.name))
            if isinstance(value, str):
                self._sheet.write_string(self._row, place, value[:_MOST_CHARACTERS])
            elif value is not None:
                self._sheet.write_number(self._row, place, value)
        self._row += 1

    def end(self) -> None:
        """Let the sheet be filtered by its names."""
        self._sheet.autofilter(0, 0, max(self._row - 1, 1), len(self._columns) - 1)


def _shown(column: Column, value: Value) -> Value:
    """Return a value as a person reads it: what has a Chinese name by that."""
    if isinstance(value, str) and column.name in _NAMED:
        return value_names().get(value, value)
    return value


@contextmanager
def workbook(out: Path) -> Iterator[Callable[[Document, list[tuple[str, Row]]], None]]:
    """Write ``archive.xlsx``; its rows go to disk as they come."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise missing_extra("tables", "XlsxWriter") from error
    goal = make_folder(out) / "archive.xlsx"
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with whole_path(goal) as path, xlsxwriter.Workbook(str(path), {"constant_memory": True, **plain}) as book:
        by_name = {column.name: column for column in columns_of("initiatives")}
        front = _Sheet(
            book, FRONT, [(_FRONT_NAMES.get(name, by_name[name].zh), by_name[name]) for name in FRONT_COLUMNS]
        )
        order = ("initiatives", *(table for table in TABLES[::-1] if table != "initiatives"))
        sheets = {
            table: _Sheet(book, TITLES[table], [(column.zh, column) for column in columns_of(table)])
            for table in order
        }

        def add(_: Document, rows: list[tuple[str, Row]]) -> None:
            for table, row in rows:
                sheets[table].add(row)
                if table == "initiatives":
                    front.add(row)

        yield add
        _explain(book)
        for sheet in (front, *sheets.values()):
            sheet.end()


def _explain(book: Any) -> None:  # noqa: ANN401
    """Add a sheet that says what each column means."""
    heads = (("表", "table"), ("列", "zh"), ("列名", "name"), ("说明", "about_zh"), ("Meaning", "about_en"))
    columns = [(title, Column(name, "text", title, title, "", "")) for title, name in heads]
    sheet = _Sheet(book, "列说明", columns)
    for table in TABLES:
        for column in columns_of(table):
            sheet.add({"table": TITLES[table], **column._asdict()})
    sheet.end()
