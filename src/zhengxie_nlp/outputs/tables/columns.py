"""The columns of all tables: one list (`data/output_columns.tsv`) for every form that tables come in."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, NamedTuple, get_args

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.record_types import RECORD_TYPES

Kind = Literal["text", "integer", "real", "decimal"]
Value = str | int | float | None
Row = dict[str, Value]

#: The tables, in an order in which each refers to earlier ones only.
TABLES: Final = ("documents", "speeches", "nodes", *(row.plural for row in RECORD_TYPES.values()))
#: What the tables of records are called in Chinese, and the others.
TITLES: Final = {
    "documents": "文档",
    "speeches": "发言",
    "nodes": "层次",
    **{row.plural: row.title for row in RECORD_TYPES.values()},
}
RECORD_TABLES: Final = tuple(row.plural for row in RECORD_TYPES.values())


class Column(NamedTuple):
    """A column: its name, what kind of values it holds, and its name and meaning in Chinese and English."""

    name: str
    kind: Kind
    zh: str
    en: str
    about_zh: str
    about_en: str


@cache
def columns_of(table: str) -> tuple[Column, ...]:
    """Return the columns of a table in their order; those that all records have come first.

    Args:
        table: one of `TABLES`, or ``records`` for the columns that all records have.

    Raises:
        DataError: ZX301, if the list of columns names a kind that there is not.
    """
    found: list[Column] = list(columns_of("records")) if table in RECORD_TABLES else []
    for row in read_table("output_columns.tsv"):
        if row["table"] == table:
            if row["kind"] not in get_args(Kind):
                raise DataError(
                    "ZX301", f"no such kind of column: {row['kind']}", where=f"{table}.{row['column']}"
                )
            names = (row["zh"], row["en"], row["about_zh"], row["about_en"])
            found.append(Column(row["column"], row["kind"], *names))  # type: ignore[arg-type]
    return tuple(found)


@cache
def value_names() -> dict[str, str]:
    """Return what the values of fields are called in Chinese: ``done`` is 已做."""
    return {row["value"]: row["zh"] for row in read_table("value_names.tsv")}


def columns_page() -> str:
    """Return the page of the documentation that lists all columns (`docs/columns.md`)."""
    lines = [
        "# Columns of the tables · 各表的列",
        "",
        "Made from `src/zhengxie_nlp/data/output_columns.tsv`. Every table of records begins with the",
        "columns of `records`. `decimal` is an exact decimal number, as text where a form knows none.",
    ]
    for table in ("records", *TABLES):
        own = [row["column"] for row in read_table("output_columns.tsv") if row["table"] == table]
        lines += ["", f"## {table} · {TITLES.get(table, '各表共有')}", ""]
        lines += ["| column | 列 | kind | meaning | 说明 |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| `{one.name}` | {one.zh} | {one.kind} | {one.about_en} | {one.about_zh} |"
            for one in columns_of(table)
            if one.name in own
        ]
    return "\n".join(lines) + "\n"
