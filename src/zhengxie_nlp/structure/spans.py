"""What structure finds, as spans of the clean text; the pipeline turns it into records at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from zhengxie_nlp.records import MarkerStyle
from zhengxie_nlp.text.source_text import Piece, Span


@dataclass(frozen=True, slots=True)
class MarkerSpan:
    """The characters that number a node, with what they say.

    `series` names the markers that it goes on with: its style, as a rule; 第一章 and 第一节 are of two.
    """

    span: Span
    style: MarkerStyle
    kind: Literal["section", "point"]
    ordinal: int
    series: str = ""


@dataclass(frozen=True, slots=True)
class NodeSpan:
    """A unit of the outline; `body` holds one span a paragraph or part of one."""

    id: str
    level: int
    marker: MarkerSpan | None
    heading: Span | None
    body: tuple[Span, ...]
    children: tuple[NodeSpan, ...] = ()

    def walk(self) -> Iterator[NodeSpan]:
        """Yield this node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class DateSpan:
    """When something was said: the characters that tell it, and the first and last day as ISO dates.

    Both days are None where the text does not say the year.
    """

    span: Span
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class SpeechSpan:
    """One speech: its lines of name and the paragraphs that it consists of.

    Attributes:
        title: the headline; where it stands on several lines, one span over them.
        paragraphs: the indexes into `SourceText.spans` of its body, in reading order.
        date: when it was given, from the line under its title or its dateline.
        text_start: where the text of its first paragraph begins, behind the label of a turn (张三：……).
    """

    id: str
    title: Span | None
    organization: Span | None
    speaker: Span | None
    paragraphs: tuple[int, ...]
    nodes: tuple[NodeSpan, ...] = ()
    date: DateSpan | None = None
    text_start: int | None = None

    def moved(self, by: int, *, paragraphs: int) -> SpeechSpan:
        """Return the same speech, without nodes, in a text that begins elsewhere.

        Args:
            by: what is added to its characters.
            paragraphs: what is added to its paragraphs.
        """
        title, organization, speaker = (
            Span(line.start + by, line.end + by) if line is not None else None
            for line in (self.title, self.organization, self.speaker)
        )
        body = tuple([index + paragraphs for index in self.paragraphs])
        date = self.date
        if date is not None:
            date = replace(date, span=Span(date.span.start + by, date.span.end + by))
        begins = self.text_start + by if self.text_start is not None else None
        return SpeechSpan(self.id, title, organization, speaker, body, date=date, text_start=begins)


@dataclass(frozen=True, slots=True)
class Note:
    """A diagnostic on its way: its code and message, and the characters it is about.

    Attributes:
        span: clean characters; or
        source: source characters, where they were left out of the clean text.
    """

    code: str
    severity: Literal["info", "warning", "error"]
    message: str
    span: Span | None = None
    source: Piece | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """The whole of a text: its title, its speeches, and what was noticed on the way."""

    title: Span | None
    speeches: tuple[SpeechSpan, ...]
    notes: tuple[Note, ...] = ()

    def markers(self) -> list[MarkerSpan]:
        """Return every marker of every speech, in reading order."""
        found = [
            node.marker
            for speech in self.speeches
            for top in speech.nodes
            for node in top.walk()
            if node.marker is not None
        ]
        return sorted(found, key=lambda marker: marker.span)


def moved(span: Span | None, shift: int) -> Span | None:
    """Return `span` further on by `shift` characters."""
    return Span(span.start + shift, span.end + shift) if span is not None else None
