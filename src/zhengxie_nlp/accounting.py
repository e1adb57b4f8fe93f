"""Accounts for every numeral of a text: the extractors' own check of what they may have missed.

A numeral is explained by a marker, by a record that holds or uses it, by a title in 《》, a dateline or a
name, or by what `data/numeral_claims.tsv` and the fixed phrases of `quantity_exceptions.tsv` say. The rest is
listed in the document's `unexplained_numerals`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.fixed_phrases import in_fixed_phrase
from zhengxie_nlp.context.span_index import SpanIndex
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.record_types import PRECEDENCE
from zhengxie_nlp.text.source_text import Span
from zhengxie_nlp.times.find import find_shut

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
    claimed = SpanIndex([*_structural(context), *_recorded(kept), *find_shut(text)])
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
            claimed = SpanIndex(found)
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
