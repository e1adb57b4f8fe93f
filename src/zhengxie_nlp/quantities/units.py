"""Units and measure words at a place, and which of them join to one measure.

The units stand in `data/units.tsv`; which larger and smaller ones are one quantity (三斤六两, 1小时零15分) in
`data/compound_units.tsv`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.source_text import Span

_new = tuple.__new__


class Unit(NamedTuple):
    """A unit or measure word at its place, with its row of `data/units.tsv`."""

    span: Span
    text: str
    kind: str
    use: str


class _Row(NamedTuple):
    written: str
    kind: str
    use: str
    latin: bool
    not_before: re.Pattern[str] | None


def unit_at(text: str, start: int) -> Unit | None:
    """Return the longest unit that begins at `start`, or None; 项 of 项目 is none.

    Example:
        >>> unit_at("新建12平方米", 4).text, unit_at("12项目", 2)
        ('平方米', None)
    """
    rows, lengths = _units()
    for length in lengths.get(text[start : start + 1], ()):
        row = rows.get(text[start : start + length])
        if row is None:
            continue
        end = start + length
        if row.latin and text[end : end + 1].isascii() and text[end : end + 1].isalpha():
            continue
        if row.not_before is not None and row.not_before.match(text, end):
            continue
        span = _new(Span, (start, start + len(row.written)))
        return _new(Unit, (span, row.written, row.kind, row.use))
    return None


@cache
def _units() -> tuple[dict[str, _Row], dict[str, tuple[int, ...]]]:
    """Read the table: the units, and how long those are that begin with a character, the longest first."""
    rows = {
        row["unit"]: _Row(
            # 156块钱 is measured in 块: 钱 is what is measured.
            row["unit"].removesuffix("钱"),
            row["kind"],
            row["use"],
            row["unit"][-1].isascii(),
            re.compile(row["not_before"]) if row["not_before"] else None,
        )
        for row in read_table("units.tsv")
    }
    lengths: dict[str, set[int]] = {}
    for unit in rows:
        lengths.setdefault(unit[0], set()).add(len(unit))
    return rows, {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


@cache
def units_with(column: str) -> frozenset[str]:
    """Return the units that have “yes” in a column of the table."""
    return frozenset(row["unit"] for row in read_table("units.tsv") if row[column])


class Parts(NamedTuple):
    """What may stand behind a larger unit: smaller ones, with their ratio; so many lone figures."""

    smaller: dict[str, Decimal]
    bare: int


_NO_PARTS: Final = Parts({}, 0)


def parts_of(unit: str) -> Parts:
    """Return what may follow a unit in one measure.

    Example:
        >>> parts_of("斤").smaller["两"], parts_of("米").bare
        (Decimal('10'), 2)
    """
    return _parts().get(unit, _NO_PARTS)


@cache
def _parts() -> dict[str, Parts]:
    smaller: dict[str, dict[str, Decimal]] = {}
    bare: dict[str, int] = {}
    for row in read_table("compound_units.tsv"):
        found = smaller.setdefault(row["large"], {})
        if row["small"]:
            found[row["small"]] = Decimal(row["ratio"])
        if row["bare"]:
            bare[row["large"]] = int(row["bare"])
    return {unit: Parts(found, bare.get(unit, 0)) for unit, found in smaller.items()}
