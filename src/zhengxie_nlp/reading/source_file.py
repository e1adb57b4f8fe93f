"""A text that was read, and all that is known of where it came from: what the pipeline is given."""

from __future__ import annotations

from dataclasses import dataclass

from zhengxie_nlp.reading.protocol import ReadingNote
from zhengxie_nlp.records import Layout, Source


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text that was read, and where it came from.

    Attributes:
        source: its id, path, checksum, encoding, and how it was read.
        text: the decoded or extracted text: every offset is into this.
        layout: where its characters stand on pages, if known.
        ordered: it is in reading order by construction: no order needs to be restored.
        notes: what a user should know of the reading.
    """

    source: Source
    text: str
    layout: Layout | None = None
    ordered: bool = False
    notes: tuple[ReadingNote, ...] = ()
