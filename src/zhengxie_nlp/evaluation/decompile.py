"""Turns a Document back into an annotation, so that a machine's output can be corrected by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.evaluation.annotation_text import (
    IDLE,
    PUNCTUATION,
    begins_clause,
    default_heading,
    marker_kind,
    nearest,
    occurrences,
    source_lines,
)
from zhengxie_nlp.evaluation.notation import marker_form
from zhengxie_nlp.evaluation.values import plain_quantity, short_dates, unit_kind
from zhengxie_nlp.records import (
    Document,
    Initiative,
    Marker,
    Mechanism,
    Node,
    NumeralTerm,
    Quantity,
    Record,
    Ref,
    Speech,
    Time,
)
from zhengxie_nlp.text.sentences import Boundaries
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span

_LONGEST_CONTEXT: Final = 40
_FIRST_WORDS: Final = 8


def decompile(document: Document) -> str:
    """Write a Document as an annotation that compiles to the same labels.

    Ids, rules, confidence, scores, diagnostics and unexplained numerals are left out: they are not labels.

    Args:
        document: a gold Document, or one that the pipeline made.

    Raises:
        DocumentError: ZX203, if it holds something that the notation cannot say, such as a line that
            belongs to two places in the reading order.
    """
    return "\n".join(_Writer(document).lines()) + "\n"


class _Item:
    """One line of structure on its way: what it opens, and the characters it quotes."""

    __slots__ = ("content", "node", "speech", "start", "write")

    def __init__(
        self, start: int, content: Sequence[Span], speech: str, node: str | None, write: Callable[[int], str]
    ) -> None:
        self.start, self.content, self.speech, self.node, self.write = start, content, speech, node, write


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.order, paragraphs = _layout(document)
        self.source = SourceText(document.text, document.text, paragraphs)
        self.text = self.source.text
        self.bounds = Boundaries(self.text)
        self.places = {
            self.source.source_offset(at): at for at in range(len(self.text)) if self.text[at] != "\n"
        }

    def lines(self) -> Iterator[str]:
        """Yield the lines of the annotation."""
        if self.order:
            yield f"@lines {self.order}"
        if self.document.not_annotated:
            yield "@without " + " ".join(self.document.not_annotated)
        cursor = 0
        if self.document.title is not None:
            span = self._span(self.document.title)
            yield f"document {self._across_lines(span)}"
            cursor = span.end
        for speech in self.document.speeches:
            yield "\nspeech"
            items = list(self._items(speech))
            for item, following in pairwise([*items, None]):
                assert item is not None
                yield item.write(cursor)
                cursor = item.content[0].end if item.content else cursor
                yield from self._content(item, following)

    # Structure
