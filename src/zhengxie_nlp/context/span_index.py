"""One index of spans for all that ask which of them hold a place, share characters, or begin in a clause."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from zhengxie_nlp.text.source_text import Span


def overlaps(a: Span, b: Span) -> bool:
    """Return whether two spans share a character."""
    return a.start < b.end and b.start < a.end


class SpanIndex:
    """A set of spans, in any order, that may overlap; every question takes logarithmic time.

    For each start, in order, the farthest end so far is known: that answers whether any span reaches a place.

    Args:
        spans: the spans; others' plain pairs of numbers do as well.

    Example:
        >>> index = SpanIndex([Span(6, 9), Span(2, 4)])
        >>> index.touch(Span(3, 6)), index.cover(Span(6, 9)), index.hold(Span(6, 9)), index.hold_character(4)
        (True, True, False, False)
        >>> index.beginning_in(Span(4, 8))
        [Span(start=6, end=9)]
    """

    __slots__ = ("_ends", "_spans", "_starts")

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        # Tuples of no class of their own are sorted three times as fast.
        self._spans: list[tuple[int, int]] = sorted(map(tuple, spans))  # type: ignore[arg-type]
        self._starts = [start for start, _ in self._spans]
        self._ends = list(accumulate((end for _, end in self._spans), max))

    @property
    def spans(self) -> list[Span]:
        """The spans, in order."""
        return [Span(*span) for span in self._spans]

    def touch(self, span: Span) -> bool:
        """Return whether one of the spans shares a character with `span`."""
        place = bisect_right(self._starts, span.end - 1)
        return place > 0 and self._ends[place - 1] > span.start

    def hold_character(self, at: int) -> bool:
        """Return whether one of the spans holds the character at `at`."""
        place = bisect_right(self._starts, at)
        return place > 0 and self._ends[place - 1] > at

    def cover(self, span: Span) -> bool:
        """Return whether one of the spans holds `span`, or is the same."""
        place = bisect_right(self._starts, span.start)
        return place > 0 and self._ends[place - 1] >= span.end

    def hold(self, span: Span) -> bool:
        """Return whether one of the spans holds `span` and is longer."""
        earlier = bisect_left(self._starts, span.start)
        if earlier > 0 and self._ends[earlier - 1] >= span.end:
            return True
        place = bisect_right(self._starts, span.start)
        return place > 0 and self._ends[place - 1] > span.end

    def beginning_in(self, span: Span) -> Sequence[Span]:
        """Return the spans that begin in `span`, in order; they may end behind it."""
        starts = self._starts
        first = bisect_left(starts, span.start)
        if first == len(starts) or starts[first] >= span.end:
            return ()
        return [Span(*one) for one in self._spans[first : bisect_left(starts, span.end, first)]]
