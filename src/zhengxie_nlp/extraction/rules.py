"""What all extractors share: their view of a document, a candidate, and the policy between candidates.

An extractor is a function ``find_…(context) -> list[Found]``. It looks at the clean text only, offers every
candidate it believes in, and does not care for the other extractors: `settle` decides who keeps which
characters.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, Protocol

from zhengxie_nlp.lexicon import read_table
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.text.numerals import Numeral, find_numerals
from zhengxie_nlp.text.sentences import Boundaries
from zhengxie_nlp.text.source_text import SourceText, Span

RecordType = Literal["quantity", "numeral_term", "time", "mechanism", "initiative"]

#: Of two candidates that overlap, the type named first keeps its characters. Mechanisms and initiatives
#: are phrases and clauses: they hold other records, and stand outside the contest.
PRECEDENCE: Final[tuple[RecordType, ...]] = ("numeral_term", "time", "quantity")
_RANKS: Final = {kind: rank for rank, kind in enumerate(PRECEDENCE)}


class Found(NamedTuple):
    """A candidate record, in clean characters.

    Attributes:
        type: the record's type.
        span: the characters of the record itself.
        rule: the rule that made it, ``table-or-module/row-or-name``; goes into the record and `explain`.
        confidence: how sure it is, 0 to 1; None: as sure as its rule was right on gold
            (`data/confidences.tsv`).
        fields: the record's own fields. A `Span` becomes a Ref, a tuple of Spans a tuple of Refs.
        uses: characters outside `span` that this record takes from others (每年 in 每年举办……40次).
        parts: the named characters the rule built on, for `explain`: ``("unit", Span(4, 6))``.
    """

    type: RecordType
    span: Span
    rule: str
    confidence: float | None = None
    fields: Mapping[str, object] = MappingProxyType({})
    uses: tuple[Span, ...] = ()
    parts: tuple[tuple[str, Span], ...] = ()


@cache
def _measured() -> Mapping[str, float]:
    return {row["rule"]: float(row["confidence"]) for row in read_table("confidences.tsv")}


def confidence_of(found: Found) -> float:
    """Return how sure a candidate is, 0 to 1: by itself, or as often as its rule or its type was right."""
    if found.confidence is not None:
        return found.confidence
    measured = _measured()
    return measured.get(found.rule, measured.get(f"{found.type}/*", 0.5))


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
            lines = (speech.title, speech.organization, speech.speaker)
            owners.extend((line, speech, None) for line in lines if line is not None)
            for top in speech.nodes:
                for node in top.walk():
                    spans = [node.marker.span if node.marker else None, node.heading, *node.body]
                    owners.extend((span, speech, node) for span in spans if span is not None)
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


class Judge(Protocol):
    """What decides on candidates where a lexicon can't: a trained model, asked once a document."""

    def probabilities(self, name: str, rows: Sequence[Any], /) -> list[dict[str, float]]:
        """Return the probability of each label that estimator `name` gives, for each row of features."""


def overlaps(a: Span, b: Span) -> bool:
    """Return whether two spans share a character."""
    return a.start < b.end and b.start < a.end


def settle(context: Context, candidates: Iterable[Found]) -> list[Found]:
    """Decide who keeps which characters; the one policy for all extractors.

    1. Nothing is kept that touches a marker, or that begins outside of every speech.
    2. A quantity that uses characters outside its span (每年 in 每年举办……40次) takes them from times.
    3. A time that lies inside a longer quantity (每年 in 每年2次), and a numeral term that lies inside a
       longer time (十四五 in “十四五”期间), give way.
    4. Of two that overlap otherwise, the type first in `PRECEDENCE` stays; in one type the longer, then the
       earlier.

    Returns:
        The kept candidates in reading order; a record that holds another comes before it.
    """
    contest: list[Found] = []
    settled: list[Found] = []
    for found in context.free(candidates):
        (contest if found.type in _RANKS else settled).append(found)
    contest = sorted(_give_way(contest), key=_start)
    first, end = 0, -1
    for place, found in enumerate(contest):
        if found.span.start >= end:
            settled.extend(_without_overlaps(contest[first:place]))
            first = place
        end = max(end, found.span.end)
    settled.extend(_without_overlaps(contest[first:]))
    return sorted(settled, key=lambda found: (found.span.start, -found.span.end, found.type))


def _start(found: Found) -> int:
    return found.span.start


def _give_way(contest: Sequence[Found]) -> list[Found]:
    """Leave out the times that a quantity uses or holds, then the numeral terms that a time holds."""
    quantities = [found for found in contest if found.type == "quantity"]
    used = _Spans(span for found in quantities for span in found.uses)
    counted = _Spans(found.span for found in quantities)
    times = [
        found
        for found in contest
        if found.type == "time" and not used.cover(found.span) and not counted.hold(found.span)
    ]
    timed = _Spans(found.span for found in times)
    terms = [found for found in contest if found.type == "numeral_term" and not timed.hold(found.span)]
    return [*terms, *times, *quantities]


class _Spans:
    """A set of spans, asked whether one of them holds another.

    Looking takes logarithmic time: for each start, in order, the farthest end so far is known.
    """

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[Span]) -> None:
        # Tuples of no class of their own are sorted three times as fast.
        ordered = sorted(map(tuple, spans))
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

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


def _without_overlaps(found: Sequence[Found]) -> Sequence[Found]:
    """Settle between neighbours that overlap; nearly all stand alone."""
    if len(found) < 2:
        return found
    ranked = sorted(found, key=lambda one: (_RANKS[one.type], one.span.start - one.span.end, one.span.start))
    kept: list[Found] = []
    taken: set[int] = set()
    for one in ranked:
        characters = range(one.span.start, one.span.end)
        if taken.isdisjoint(characters):
            taken.update(characters)
            kept.append(one)
    return kept
