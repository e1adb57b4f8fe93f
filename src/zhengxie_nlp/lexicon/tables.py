"""Rules as data: reads the tables in `data/`, and finds their longest entry at a place in a text.

A table is a TSV file. It opens with comment lines, one of which says where its content comes from
(``# origin: …``), and another may name the column by which its rows are judged in groups (``# groups: …``);
then a header line names the columns. Cells are stripped; ``-`` stands for an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Generic, TypeVar

from zhengxie_nlp.errors import DataError

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Table:
    """One data file: its name, where its content comes from, and its rows by column name.

    `groups` is the column whose values part the rows into groups that are given credit together; empty where
    the rows are a gazetteer, or stand and fall one by one.
    """

    name: str
    origin: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    groups: str = ""

    def __iter__(self) -> Iterator[Mapping[str, str]]:
        return iter(self.rows)

    def without(self, groups: Container[str]) -> Table:
        """Return the table without the rows of these groups."""
        return replace(self, rows=tuple(row for row in self.rows if row[self.groups] not in groups))

    def column(self, name: str) -> tuple[str, ...]:
        """Return one column, top to bottom."""
        return tuple(row[name] for row in self.rows)

    def grouped(self, name: str, *, by: str) -> dict[str, frozenset[str]]:
        """Return the values of one column that stand beside each value of another.

        Example:
            >>> sorted(read_table("initiative_verb_pairs.tsv").grouped("second", by="first")["看望"])
            ['慰问', '走访']
        """
        groups: dict[str, set[str]] = {}
        for row in self.rows:
            groups.setdefault(row[by], set()).add(row[name])
        return {value: frozenset(group) for value, group in groups.items()}


def parse_table(name: str, content: str) -> Table:
    r"""Turn the content of a data file into a `Table`.

    Args:
        name: the file's name, for error messages.
        content: the whole file.

    Raises:
        DataError: ZX301, with the line, if the origin is not given, a row has too many or too few cells,
            or a row stands twice.

    Example:
        >>> parse_table("x.tsv", "# origin: our own list\nunit\tkind\n亩\tarea\n").rows
        ({'unit': '亩', 'kind': 'area'},)
    """
    notes: dict[str, str] = {}
    columns: tuple[str, ...] = ()
    rows: list[Mapping[str, str]] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        where = f"{name}, line {number}"
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            notes.setdefault(key.strip(), value.strip())
            continue
        if not line.strip():
            continue
        cells = tuple("" if cell.strip() == "-" else cell.strip() for cell in line.split("\t"))
        if not columns:
            columns = cells
            continue
        if len(cells) != len(columns):
            raise DataError(
                "ZX301",
                f"{len(cells)} cells for the {len(columns)} columns {', '.join(columns)}",
                where=where,
            )
        if cells in seen:
            raise DataError("ZX301", f"the same row as line {seen[cells]}", where=where)
        seen[cells] = number
        rows.append(dict(zip(columns, cells, strict=True)))
    if not notes.get("origin") or not columns:
        missing = "an “# origin:” line" if not notes.get("origin") else "a header line"
        raise DataError("ZX301", f"the table has no {missing}", where=name)
    groups = notes.get("groups", "")
    if groups and groups not in columns:
        raise DataError("ZX301", f"“# groups: {groups}” names no column", where=name)
    return Table(name, notes["origin"], columns, tuple(rows), groups)


#: Groups of rows that this process does without, by table.
_LEFT_OUT: dict[str, set[str]] = {}
#: The checksums of the tables that this process has read.
_READ: dict[str, str] = {}


def leave_out(name: str, group: str) -> None:
    """Do without a group of rows of a table, in this process, from now on: it shows what they bring.

    Args:
        name: the table.
        group: a value of the column that its line ``# groups:`` names.

    Raises:
        DataError: ZX301, if the table has been read already, and others may have kept what it said.
    """
    if name in _READ:
        raise DataError("ZX301", "the table has been read already", where=name, hint="Leave rows out first.")
    _LEFT_OUT.setdefault(name, set()).add(group)


def left_out(name: str) -> frozenset[str]:
    """Return the groups of rows of a table that this process does without (`leave_out`)."""
    return frozenset(_LEFT_OUT.get(name, ()))


def tables_read() -> Mapping[str, str]:
    """Return the checksum (SHA-256) of each of the library's tables that this process has read, by name."""
    return dict(sorted(_READ.items()))


@cache
def read_table(name: str) -> Table:
    """Read one of the library's own tables, once per process.

    Args:
        name: the file's name in `zhengxie_nlp/data`, for example ``"units.tsv"``.

    Raises:
        DataError: ZX301, if there is no such table or it is faulty.
    """
    resource = files("zhengxie_nlp") / "data" / name
    if not resource.is_file():
        raise DataError("ZX301", "no such table in zhengxie_nlp/data", where=name)
    content = resource.read_text(encoding="utf-8")
    table = parse_table(name, content)
    _READ[name] = sha256(content.encode()).hexdigest()
    left = _LEFT_OUT.get(name)
    return table if left is None else table.without(left)


def model_path(name: str) -> Traversable:
    """Find the folder of one of the library's models.

    It is looked for inside the installed package, then beside `src` in a checkout.

    Args:
        name: the folder's name in `models`, for example ``"reading-order"``.

    Raises:
        DataError: ZX303, if it is in neither place.

    Example:
        >>> (model_path("reading-order") / "manifest.json").is_file()
        True
    """
    installed = files("zhengxie_nlp") / "models" / name
    checkout = Path(__file__).resolve().parents[3] / "models" / name
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise DataError(
        "ZX303",
        "no such model",
        where=name,
        hint="Install the package again; a checkout keeps its models in the folder “models”.",
    )


def longest_word(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of some words, each character looked at once.

    It is a tree of their beginnings: an alternation of hundreds of words tries them one by one.

    Args:
        words: words of at least one character each, in any order.

    Example:
        >>> longest_word(["学习", "学习班", "调研"])
        '(?:学(?:习(?:班)?)|调(?:研))'
        >>> re.search(longest_word(["学习", "学习班"]), "读书学习班")[0]
        '学习班'
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        if word:
            rests.setdefault(word[0], []).append(word[1:])
    branches = [
        re.escape(first)
        + (longest_word(rest) if any(rest) else "")
        + ("?" if any(rest) and "" in rest else "")
        for first, rest in rests.items()
    ]
    return f"(?:{'|'.join(branches)})"


class Phrases(Generic[Value]):
    """A set of phrases with a value each, asked for the longest one at a place.

    Looking takes time in the length of the longest phrase, not in their number.

    Example:
        >>> units = Phrases({"人": 1, "人次": 2})
        >>> units.longest_at("6500余人次", 5)
        ('人次', 2)
    """

    __slots__ = ("_first", "_last", "_values")

    def __init__(self, values: Mapping[str, Value] | Iterable[tuple[str, Value]]) -> None:
        self._values = dict(values)
        if "" in self._values:
            raise DataError("ZX301", "an empty phrase", where="Phrases")
        # The lengths of the phrases that begin, and that end, with a character; the longest comes first.
        self._first = _lengths((phrase[0], len(phrase)) for phrase in self._values)
        self._last = _lengths((phrase[-1], len(phrase)) for phrase in self._values)

    def __contains__(self, phrase: str) -> bool:
        return phrase in self._values

    def __getitem__(self, phrase: str) -> Value:
        return self._values[phrase]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def longest_at(self, text: str, start: int) -> tuple[str, Value] | None:
        """Return the longest phrase that begins at `start`, with its value, or None."""
        if start >= len(text):
            return None
        for length in self._first.get(text[start], ()):
            phrase = text[start : start + length]
            if phrase in self._values:
                return phrase, self._values[phrase]
        return None

    def longest_before(self, text: str, end: int) -> tuple[str, Value] | None:
        """Return the longest phrase that ends just before `end`, with its value, or None."""
        if end <= 0:
            return None
        for length in self._last.get(text[end - 1], ()):
            phrase = text[end - length : end] if length <= end else ""
            if phrase in self._values:
                return phrase, self._values[phrase]
        return None


def _lengths(phrases: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for sign, length in phrases:
        lengths.setdefault(sign, set()).add(length)
    return {sign: tuple(sorted(found, reverse=True)) for sign, found in lengths.items()}
