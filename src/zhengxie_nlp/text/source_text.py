"""SourceText: a clean, continuous string in reading order whose characters know their place in the source.

Every stage works on it, and only here may text change: characters are folded one to one
(`text.cleaning.folding`), left out, or put in another order. A rule that finds something at clean
characters ``i`` to ``j`` asks ``text.ref(i, j)`` for the source fragments, so that offsets are right by
construction and no rule thinks about layout.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from zhengxie_nlp.records import LINE_BREAKS, Ref, trusted


class Span(NamedTuple):
    """Clean characters `start` (inclusive) to `end` (exclusive) of a SourceText."""

    start: int
    end: int


class Piece(NamedTuple):
    """Source characters `start` (inclusive) to `end` (exclusive) that stand together in the clean text."""

    start: int
    end: int


class Dropped(NamedTuple):
    """Source characters that are no part of the text, and why.

    Attributes:
        piece: the source characters.
        reason: ``page_number``, ``running_head``, ``rule`` (a line of dashes or stars) or ``invisible``
            (zero-width and control characters).
    """

    piece: Piece
    reason: Literal["page_number", "running_head", "rule", "invisible"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: the pieces of source it is made of, and how it stood on the page.

    Attributes:
        pieces: its source characters in reading order; more than one where a break was joined or
            something between was left out.
        blank_before: the number of blank source lines before it.
        indent: the white space before its first character, in characters.
        page_break_before: whether a form feed or a page number stands between it and the one before.
        opens: whether reading order found that an article begins with it, away from what stood before it.
    """

    pieces: tuple[Piece, ...]
    blank_before: int = 0
    indent: int = 0
    page_break_before: bool = False
    opens: bool = False

    def joined(self, following: Paragraph) -> Paragraph:
        """Return this paragraph with `following` run on at its end, as one paragraph."""
        return Paragraph(
            self.pieces + following.pieces, self.blank_before, self.indent, self.page_break_before, self.opens
        )


class SourceText:
    r"""A source as one clean string: its paragraphs in reading order, one a line.

    Args:
        source: the decoded source.
        folded: the same characters folded one to one; as long as `source`.
        paragraphs: the paragraphs in reading order.
        dropped: what was left out of the text, but for white space, in source order.

    Attributes:
        text: the clean string; paragraphs are parted by ``"\n"``, and no paragraph holds one.
        spans: each paragraph's place in `text`, in order.

    Example:
        >>> text = SourceText("学习４０\n多次", "学习40\n多次", [Paragraph((Piece(0, 4), Piece(5, 7)))])
        >>> text.text
        '学习40多次'
        >>> text.ref(2, 6)
        Ref(text='４０多次', fragments=((2, 4), (5, 7)))
    """

    __slots__ = (
        "_clean_starts", "_source_starts", "dropped", "folded", "paragraphs", "source", "spans", "text",
    )  # fmt: skip

    def __init__(
        self, source: str, folded: str, paragraphs: Iterable[Paragraph], *, dropped: Iterable[Dropped] = ()
    ) -> None:
        if len(source) != len(folded):
            raise ValueError(f"folding changed the length: {len(source)} characters became {len(folded)}")
        self.source, self.folded = source, folded
        self.paragraphs: tuple[Paragraph, ...] = tuple(paragraphs)
        self.dropped: tuple[Dropped, ...] = tuple(dropped)
        clean_starts: list[int] = []
        source_starts: list[int] = []
        parts: list[str] = []
        spans: list[Span] = []
        at = 0
        for number, paragraph in enumerate(self.paragraphs):
            if number:
                # A line break of our own: it stands for no source character (start -1).
                clean_starts.append(at)
                source_starts.append(-1)
                parts.append("\n")
                at += 1
            begin = at
            for start, end in paragraph.pieces:
                clean_starts.append(at)
                source_starts.append(start)
                parts.append(folded[start:end])
                at += end - start
            spans.append(Span(begin, at))
        self.text = "".join(parts)
        self.spans: tuple[Span, ...] = tuple(spans)
        self._clean_starts, self._source_starts = clean_starts, source_starts

    def __len__(self) -> int:
        return len(self.text)

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Return the source pieces behind clean characters `start` to `end`, in reading order.

        Neighbours that touch in the source come as one piece.
        """
        found: list[Piece] = []
        starts, sources = self._clean_starts, self._source_starts
        run = bisect_right(starts, start) - 1
        while start < end:
            run_start = starts[run]
            run_end = starts[run + 1] if run + 1 < len(starts) else len(self.text)
            stop = min(end, run_end)
            if sources[run] >= 0 and start < stop:
                first = sources[run] + start - run_start
                last = first + stop - start
                if found and found[-1].end == first:
                    found[-1] = Piece(found[-1].start, last)
                else:
                    found.append(Piece(first, last))
            start, run = stop, run + 1
        return found

    def ref(self, start: int, end: int) -> Ref:
        """Return the Ref of clean characters `start` (inclusive) to `end` (exclusive).

        White space at the two ends is left out. Source characters that were left out of the clean text
        and stand inside a line (blanks in a number) do not cut a fragment in two; line breaks do.

        Raises:
            ValueError: if nothing but white space lies between `start` and `end`.
        """
        inner = self.text[start:end]
        start += len(inner) - len(inner.lstrip())
        end -= len(inner) - len(inner.rstrip())
        if start >= end:
            raise ValueError(f"no characters between {start} and {end}")
        fragments = self._fragments(start, end)
        text = "".join([self.source[a:b] for a, b in fragments])
        # Hardly any piece holds a line break of a rarer kind; all of them are unprintable.
        written = text if text.isprintable() else text.translate(LINE_BREAKS)
        return trusted(Ref, text=written, fragments=fragments)

    def _fragments(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        starts = self._clean_starts
        run = bisect_right(starts, start) - 1
        if self._source_starts[run] >= 0 and (run + 1 == len(starts) or end <= starts[run + 1]):
            # Nearly all lies within one line of the source.
            first = self._source_starts[run] + start - starts[run]
            return ((first, first + end - start),)
        fragments: list[tuple[int, int]] = []
        for piece in self.pieces(start, end):
            if fragments and self._same_line(fragments[-1][1], piece.start):
                fragments[-1] = (fragments[-1][0], piece.end)
            else:
                fragments.append((piece.start, piece.end))
        return tuple(fragments)

    def _same_line(self, end: int, start: int) -> bool:
        gap = self.source[end:start] if end <= start <= end + 8 else "\n"
        return gap.isspace() and gap.translate(LINE_BREAKS) == gap

    def source_offset(self, at: int) -> int:
        """Return the source offset of clean character `at`; of a paragraph's end, the offset after it."""
        if at < len(self.text):
            run = bisect_right(self._clean_starts, at) - 1
            if self._source_starts[run] >= 0:
                return self._source_starts[run] + at - self._clean_starts[run]
        return self.source_offset(at - 1) + 1 if at else 0

    def clean_offset(self, offset: int) -> int | None:
        """Return the clean offset of source character `offset`, or None if it was left out."""
        for run, start in enumerate(self._source_starts):
            run_start = self._clean_starts[run]
            run_end = self._clean_starts[run + 1] if run + 1 < len(self._clean_starts) else len(self.text)
            if 0 <= start <= offset < start + run_end - run_start:
                return run_start + offset - start
        return None

    def rearranged(self, paragraphs: Sequence[Paragraph]) -> SourceText:
        """Return the same source with its paragraphs in another order, joined or cut."""
        return SourceText(self.source, self.folded, paragraphs, dropped=self.dropped)

    def part(self, paragraphs: range) -> SourceText:
        """Return a run of its paragraphs as a text of its own, whose Refs are into the same source."""
        return SourceText(self.source, self.folded, self.paragraphs[paragraphs.start : paragraphs.stop])
