"""Shapes: the regular expressions of a data table, written with named parts such as {Y} for a year."""

from __future__ import annotations

import re
from functools import cache

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import read_table


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
