"""Numerals inside a longer word (`data/quantity_exceptions.tsv`: idioms, names) that count nothing."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.text.source_text import Span


def in_fixed_phrase(text: str, numeral: Span) -> bool:
    """Say whether a numeral lies inside an idiom, a name or another word that counts nothing.

    Example:
        >>> in_fixed_phrase("大家一心一意谋发展", Span(2, 3))
        True
    """
    at, end = numeral
    # A phrase that holds the first character holds the next one, too, or ends with it.
    begins = _pairs().inside.get(text[at : at + 2], ())
    ends = _pairs().at_end.get(text[at - 1 : at + 1], ()) if at else ()
    for back in (*begins, *ends):
        found = _phrases().longest_at(text, at - back) if back <= at else None
        if found is not None and at - back + len(found[0]) >= end:
            return True
    return False


@cache
def _phrases() -> Phrases[str]:
    return Phrases((row["phrase"], row["kind"]) for row in read_table("quantity_exceptions.tsv"))


class _Pairs(NamedTuple):
    """Two neighbouring characters, and how far before the first, or the last, of them a phrase begins."""

    inside: dict[str, tuple[int, ...]]
    at_end: dict[str, tuple[int, ...]]


@cache
def _pairs() -> _Pairs:
    inside: dict[str, set[int]] = {}
    at_end: dict[str, set[int]] = {}
    for phrase in _phrases():
        for place in range(len(phrase) - 1):
            inside.setdefault(phrase[place : place + 2], set()).add(place)
        at_end.setdefault(phrase[-2:], set()).add(len(phrase) - 1)
    return _Pairs(*({pair: tuple(sorted(back)) for pair, back in one.items()} for one in (inside, at_end)))
