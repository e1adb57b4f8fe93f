"""Shapes: the regular expressions of a data table, written with named parts such as {Y} for a year.

A rule that is a pattern is a row of a table: its name, where it is looked for, the pattern, a text that it
must find and one that it must not. `pattern_in` compiles such a row, and refuses one that fails its own
example: so a row that was changed for one sentence cannot silently lose what it was made for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import left_out, read_table

#: What stands for a pattern that is left out (`tables.leave_out`): it is nowhere.
NEVER: Final = re.compile(r"(?!)")
#: How a row of patterns is looked for, by its column “at”; a “part” stands in later rows as {name}.
_WAYS: Final = {"anywhere": re.Pattern.search, "start": re.Pattern.match, "whole": re.Pattern.fullmatch}
_PART: Final = "part"
#: Parts the examples of a cell: a pattern may have several forms.
_EXAMPLES: Final = " ¦ "


def pattern_in(table: str, name: str) -> re.Pattern[str]:
    """Return a pattern of a table with the columns name, at, pattern, example and counter.

    Args:
        table: the table. “at” is anywhere, start or whole: how the rule looks for the pattern, with `search`,
            `match` or `fullmatch`; or part: no rule of its own, later rows hold it as {name}. “example” is a
            text that the pattern finds, “counter” one that it does not; several are parted by “ ¦ ”, and a
            cell may be empty for a part only.
        name: the row.

    Raises:
        DataError: ZX302, if a row is no regular expression; ZX301, if it does not read its own example, or
            reads its counter-example.
        KeyError: if there is no such row.

    Example:
        >>> bool(pattern_in("name_patterns.tsv", "term").match("十九届中央纪律检查委员会"))
        True
    """
    return _patterns_of(table)[name]


@cache
def _patterns_of(table: str) -> Mapping[str, re.Pattern[str]]:
    """Compile a whole table; each row is held against its examples."""
    parts: dict[str, str] = {}
    made: dict[str, re.Pattern[str]] = dict.fromkeys(left_out(table), NEVER)
    for row in read_table(table):
        where, pattern = f"{table}, “{row['name']}”", row["pattern"]
        for name, meaning in parts.items():
            pattern = pattern.replace(f"{{{name}}}", meaning)
        if row["at"] == _PART:
            parts[row["name"]] = f"(?:{pattern})"
            continue
        made[row["name"]] = compiled = compile_shape(pattern, where=where)
        _check(compiled, row, where)
    return made


def _check(pattern: re.Pattern[str], row: Mapping[str, str], where: str) -> None:
    if row["at"] not in _WAYS:
        raise DataError(
            "ZX301", f"“{row['at']}” is no way to look: {', '.join((*_WAYS, _PART))}", where=where
        )
    find = _WAYS[row["at"]]
    for text in row["example"].split(_EXAMPLES):
        if not row["example"] or find(pattern, text) is None:
            raise DataError("ZX301", f"the pattern does not read its example “{text}”", where=where)
    for text in row["counter"].split(_EXAMPLES):
        if not row["counter"] or find(pattern, text) is not None:
            raise DataError("ZX301", f"the pattern reads its counter-example “{text}”", where=where)


def fill_in(pattern: str, *, parts: str) -> str:
    """Put the meaning of its parts into a pattern.

    Args:
        pattern: a regular expression with parts in braces, as in a table's cell.
        parts: the table that says what the parts stand for, with the columns name and pattern.

    Example:
        >>> fill_in("每{class}", parts="numeral_term_parts.tsv").startswith("每(?:个|")
        True
    """
    for name, meaning in _meanings(parts).items():
        pattern = pattern.replace(f"{{{name}}}", meaning)
    return pattern


def compile_shape(pattern: str, *, where: str) -> re.Pattern[str]:
    """Compile a pattern that stands in a table.

    Args:
        pattern: the regular expression, its parts filled in.
        where: the table and row, for the error message.

    Raises:
        DataError: ZX302, if it is no regular expression.
    """
    try:
        return re.compile(pattern)
    except re.error as error:
        raise DataError("ZX302", f"no regular expression: {error}", where=where) from error


@cache
def _meanings(parts: str) -> dict[str, str]:
    """Read a table of parts; a later row may be written with the earlier ones."""
    meanings: dict[str, str] = {}
    for row in read_table(parts):
        meaning = row["pattern"]
        for name, known in meanings.items():
            meaning = meaning.replace(f"{{{name}}}", known)
        meanings[row["name"]] = meaning
    return meanings
