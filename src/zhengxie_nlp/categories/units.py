"""What gets a category: the nodes, mechanisms and initiatives of a document, and the texts around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.learning.grams import Passages
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan
from zhengxie_nlp.text.source_text import Span

if TYPE_CHECKING:
    from zhengxie_nlp.learning.grams import Array

UnitKind = Literal["node", "mechanism", "initiative"]
View = Literal["own", "sentence", "heading", "node", "above", "title"]

#: What speaks for the category of a unit: its own text, that of a node from its heading to the end of its
#: body; the sentence, the heading and the whole node around a record; the next higher heading; the title of
#: the speech, and who speaks.
VIEWS: Final[tuple[View, ...]] = ("own", "sentence", "heading", "node", "above", "title")
#: A passage is read to this length: what a node is about, its beginning says.
LONGEST_PASSAGE: Final = 1500


class Units:
    """The units of one document, numbered from 0, and the passages that speak for their categories.

    Many records share most of their views, so passages have numbers, too: 0 is that of no text.

    Args:
        context: the document.

    Attributes:
        text: the clean text.
        kinds: what each unit is.
        spans: the characters of each.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.text = context.text.text
        self.kinds: list[UnitKind] = []
        self.spans: list[Span] = []
        self._views: list[int] = []
        self._first, self._starts, self._ends = [0, 0], list[int](), list[int]()
        self._sentences: dict[int, int] = {}
        # The views that a node's records share, by its id; by the id of a speech, for records in none.
        self._around: dict[str, tuple[int, int, int, int]] = {}
        self._nodes: list[NodeSpan] = []
        for speech in context.structure.speeches:
            self._enter(speech)

    def __len__(self) -> int:
        return len(self.kinds)

    def add_nodes(self) -> list[tuple[NodeSpan, int]]:
        """Add every node that has a text of its own, in the order of the outline; return its number, too."""
        made: list[tuple[NodeSpan, int]] = []
        for node in self._nodes:
            heading, own, above, title = self._around[node.id]
            if own:
                starts, ends = zip(*_spans(node), strict=True)
                made.append((node, len(self)))
                self._add("node", Span(min(starts), max(ends)), (own, 0, heading, 0, above, title))
        return made

    def add_records(self, found: Iterable[Found]) -> list[int | None]:
        """Add each mechanism and initiative; return its number; None of others, or outside of a speech."""
        return [self._record(one) if RECORD_TYPES[one.type].categorised else None for one in found]

    def _record(self, found: Found) -> int | None:
        span = found.span
        owner = self._context.owner(span.start)
        if owner is None:
            return None
        speech, node = owner
        sentence = self._context.boundaries.sentence(span.start)
        around = self._sentences.get(sentence.start)
        if around is None:
            around = self._sentences[sentence.start] = self._passage(sentence)
        shared = self._around[node.id if node is not None else speech.id]
        self._add(
            "mechanism" if found.type == "mechanism" else "initiative",
            span,
            (self._passage(span), around, *shared),
        )
        return len(self) - 1

    def _add(self, kind: UnitKind, span: Span, views: tuple[int, ...]) -> None:
        self.kinds.append(kind)
        self.spans.append(span)
        self._views += views

    def _enter(self, speech: SpeechSpan) -> None:
        """Note what stands around the records of a speech and of each of its nodes."""
        lines = [line for line in (speech.title, speech.organization) if line is not None]
        title = self._passage(*lines) if lines else 0
        self._around[speech.id] = (0, 0, 0, title)
        waiting = [(node, 0) for node in reversed(speech.nodes)]
        while waiting:
            node, above = waiting.pop()
            self._nodes.append(node)
            heading = self._passage(node.heading) if node.heading is not None else 0
            spans = list(_beginning(_spans(node)))
            self._around[node.id] = (heading, self._passage(*spans) if spans else 0, above, title)
            waiting.extend((child, heading or above) for child in reversed(node.children))

    def _passage(self, *spans: Span) -> int:
        """Enter a passage of one piece, to its longest length, or of pieces that were cut to it."""
        for start, end in spans:
            self._starts.append(start)
            self._ends.append(end if end <= start + LONGEST_PASSAGE else start + LONGEST_PASSAGE)
        self._first.append(len(self._starts))
        return len(self._first) - 2

    def passages(self) -> Passages:
        """Return all passages by their numbers; the first is empty."""
        import numpy

        return Passages(
            *(numpy.array(part, dtype=numpy.int64) for part in (self._first, self._starts, self._ends))
        )

    def views(self) -> Array:
        """Return the numbers of the passages that speak for units: a line for each of `VIEWS`."""
        import numpy

        return numpy.array(self._views, dtype=numpy.int64).reshape(-1, len(VIEWS)).T

    def passage_text(self, number: int) -> str:
        """Return the characters of a passage; a line break parts two pieces."""
        first, last = self._first[number], self._first[number + 1]
        if last - first == 1:
            return self.text[self._starts[first] : self._ends[first]]
        pieces = zip(self._starts[first:last], self._ends[first:last], strict=True)
        return "\n".join([self.text[start:end] for start, end in pieces])

    def view(self, unit: int, name: View) -> str:
        """Return the text of one view of a unit; nothing, if it has none."""
        return self.passage_text(self._views[unit * len(VIEWS) + VIEWS.index(name)])


class Unit(NamedTuple):
    """One unit for itself: its document's units, and its number among them."""

    units: Units
    number: int

    @property
    def kind(self) -> UnitKind:
        """What it is."""
        return self.units.kinds[self.number]

    @property
    def span(self) -> Span:
        """Its characters."""
        return self.units.spans[self.number]

    def view(self, name: View) -> str:
        """Return the text of one of its views; nothing, if it has none."""
        return self.units.view(self.number, name)


def node_units(context: Context) -> list[tuple[NodeSpan, Unit]]:
    """Return every node that has a text of its own, with its unit, in the order of the outline."""
    units = Units(context)
    return [(node, Unit(units, number)) for node, number in units.add_nodes()]


def record_units(context: Context, found: Iterable[Found]) -> list[Unit | None]:
    """Return the unit of each mechanism and initiative; None for other records, or outside of a speech."""
    units = Units(context)
    return [Unit(units, number) if number is not None else None for number in units.add_records(found)]


def _spans(node: NodeSpan) -> Iterator[Span]:
    if node.heading is not None:
        yield node.heading
    yield from node.body


def _beginning(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans that the beginning of a passage holds, a line each, the last of them cut off."""
    left = LONGEST_PASSAGE
    for start, end in spans:
        if left <= 0:
            break
        yield Span(start, min(end, start + left))
        left -= end - start + 1
