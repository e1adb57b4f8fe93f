"""One document as extractors see it: its clean text, its structure, and what is worked out of them once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.span_index import SpanIndex
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.text.numerals import Numeral, find_numerals
from zhengxie_nlp.text.sentences import Boundaries
from zhengxie_nlp.text.source_text import SourceText, Span


@dataclass(frozen=True)
class Context:
    """One document as extractors see it.

    Attributes:
        text: the clean text in reading order; `text.text` is the string that rules read.
        structure: its speeches and outline.
    """

    text: SourceText
    structure: Structure

    @cached_property
    def boundaries(self) -> Boundaries:
        """Sentence and clause boundaries of the clean text."""
        return Boundaries(self.text.text)

    @cached_property
    def numerals(self) -> list[Numeral]:
        """The numerals of the clean text, in order."""
        return find_numerals(self.text.text)

    @cached_property
    def marker_spans(self) -> list[Span]:
        """The characters of all markers, in order: nobody else may have them."""
        return [marker.span for marker in self.structure.markers()]

    @cached_property
    def _owners(self) -> list[tuple[Span, SpeechSpan, NodeSpan | None]]:
        owners: list[tuple[Span, SpeechSpan, NodeSpan | None]] = []
        for speech in self.structure.speeches:
            for top in speech.nodes:
                for node in top.walk():
                    spans = [node.marker.span if node.marker else None, node.heading, *node.body]
                    owners.extend((span, speech, node) for span in spans if span is not None)
        # A name inside a paragraph (某市市长某某说，……) parts it from nothing: the node owns what follows.
        nodes = SpanIndex(span for span, _, _ in owners)
        for speech in self.structure.speeches:
            lines = (speech.title, speech.organization, speech.speaker)
            owners.extend((line, speech, None) for line in lines if line is not None and not nodes.hold(line))
        return sorted(owners, key=lambda owner: owner[0])

    @cached_property
    def _owner_starts(self) -> list[int]:
        return [span.start for span, _, _ in self._owners]

    @cached_property
    def _owner_ends(self) -> list[int]:
        return [span.end for span, _, _ in self._owners]

    @cached_property
    def marker_starts(self) -> list[int]:
        """The first character of each marker, in order."""
        return [span.start for span in self.marker_spans]

    def owner(self, at: int) -> tuple[SpeechSpan, NodeSpan | None] | None:
        """Return the speech and node that own the character at `at`; None outside of every speech.

        The node is None in a speech's title, organisation or speaker.
        """
        place = bisect_right(self._owner_starts, at) - 1
        if place < 0 or self._owners[place][0].end <= at:
            return None
        _, speech, node = self._owners[place]
        return speech, node

    def free(self, candidates: Iterable[Found]) -> Iterator[Found]:
        """Yield those whose characters a record may have: they begin in a speech and touch no marker."""
        starts, ends = self._owner_starts, self._owner_ends
        markers, marker_starts = self.marker_spans, self.marker_starts
        for found in candidates:
            start, end = found.span
            owner = bisect_right(starts, start) - 1
            if owner >= 0 and ends[owner] > start:
                marker = bisect_left(marker_starts, end) - 1
                if marker < 0 or markers[marker].end <= start:
                    yield found
