"""Accounts for every numeral of a text: the extractors' own check of what they may have missed.

A numeral is explained by a marker, by a record that holds or uses it, by a title in 《》, a dateline or a
name, or by what `data/numeral_claims.tsv` and the fixed phrases of `quantity_exceptions.tsv` say. The rest is
listed in the document's `unexplained_numerals`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate

from zhengxie_nlp.extraction.exclusions import in_fixed_phrase
from zhengxie_nlp.extraction.rules import PRECEDENCE, Context, Found
from zhengxie_nlp.extraction.times import find_shut
from zhengxie_nlp.lexicon import read_table
from zhengxie_nlp.text.source_text import Span

_ANY = r"(?:\d{1,6}|[〇零一二三四五六七八九十百千两]{1,6})"


def unexplained_numerals(context: Context, kept: Iterable[Found]) -> list[Span]:
    """Find every numeral that nothing explains.

    Explained is a numeral that touches a marker, a settled quantity, numeral term or time or the characters
    it uses, an ordinal, a document or telephone number, a title in 《》, a dateline, the line that names who
    speaks, an idiom or a loose 一. Numerals that belong to no speech are left out.

    Args:
        context: the clean text and its structure.
        kept: the settled candidates.

    Returns:
        The numerals in order.
    """
    text = context.text.text
    claimed = _Claimed([*_structural(context), *_recorded(kept), *find_shut(text)])
    left = [
        numeral.span
        for numeral in context.numerals
        if not claimed.touch(numeral.span)
        and context.owner(numeral.span.start) is not None
        and not in_fixed_phrase(text, numeral.span)
    ]
    by_sentence: dict[Span, list[Span]] = {}
    for span in left:
        by_sentence.setdefault(context.boundaries.sentence(span.start), []).append(span)
    return [span for sentence, spans in by_sentence.items() for span in _unclaimed(text, sentence, spans)]


def _unclaimed(text: str, sentence: Span, spans: list[Span]) -> list[Span]:
    """Return the numerals of a sentence that no pattern claims; none of these holds a sentence's end."""
    for pattern in _claims():
        found = [match.span() for match in pattern.finditer(text, *sentence)]
        if found:
            claimed = _Claimed(found)
            spans = [span for span in spans if not claimed.touch(span)]
            if not spans:
                break
    return spans


def _structural(context: Context) -> Iterator[Span]:
    yield from context.marker_spans
    for speech in context.structure.speeches:
        for line in (speech.organization, speech.speaker):
            if line is not None:
                yield line


def _recorded(kept: Iterable[Found]) -> Iterator[Span]:
    for found in kept:
        if found.type in PRECEDENCE:
            yield found.span
            yield from found.uses


@cache
def _claims() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(row["pattern"].replace("{num}", _ANY)) for row in read_table("numeral_claims.tsv")
    )


class _Claimed:
    """A set of spans, asked whether one of them shares a character with another."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        # Tuples of no class of their own are sorted three times as fast.
        ordered = sorted(map(tuple, spans))
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def touch(self, span: Span) -> bool:
        place = bisect_right(self._starts, span.end - 1)
        return place > 0 and self._ends[place - 1] > span.start
