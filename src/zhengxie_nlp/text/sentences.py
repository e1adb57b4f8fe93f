"""Sentence and clause boundaries of a clean text, found once and looked up in logarithmic time."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise

from zhengxie_nlp.text.source_text import Span

# A sentence ends after these, and after the closing quotation marks or brackets that follow them.
_SENTENCE_END = re.compile(r"[。！？\n](?>(?:[”’』」）》])*)")
_CLAUSE_END = re.compile(r"[，；：。！？\n]")
_new = tuple.__new__


class Boundaries:
    """Where the sentences and clauses of a text begin and end.

    A sentence ends with 。！？ or its paragraph (closing quotation marks that follow belong to it); a
    clause also with ，；：. A final mark belongs to the unit that it ends.

    Args:
        text: a clean text; paragraphs are parted by line breaks.

    Example:
        >>> bounds = Boundaries("今年以来，开展活动40次。建立机制。")
        >>> bounds.clause(7), bounds.sentence(7)
        (Span(start=5, end=13), Span(start=0, end=13))
    """

    __slots__ = ("_clauses", "_length", "_sentences")

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._sentences = [match.end() for match in _SENTENCE_END.finditer(text)]
        self._clauses = [match.end() for match in _CLAUSE_END.finditer(text)]

    def sentence(self, at: int) -> Span:
        """Return the sentence that holds the character at `at`, with its final mark."""
        return self._around(self._sentences, at)

    def clause(self, at: int) -> Span:
        """Return the clause that holds the character at `at`, with its final mark."""
        return self._around(self._clauses, at)

    def clauses(self, start: int, end: int) -> list[Span]:
        """Return the clauses that lie between `start` and `end`, in order, cut off at both."""
        edges = [
            start,
            *self._clauses[bisect_right(self._clauses, start) : bisect_left(self._clauses, end)],
            end,
        ]
        return [Span(a, b) for a, b in pairwise(edges) if a < b]

    def _around(self, ends: list[int], at: int) -> Span:
        place = bisect_right(ends, at)
        start = ends[place - 1] if place else 0
        end = ends[place] if place < len(ends) else self._length
        return _new(Span, (start, end))
