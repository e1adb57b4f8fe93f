"""Turns what the stages found, spans of the clean text, into a `Document` with source offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from zhengxie_nlp.categories.classify import Classification, Judgement
from zhengxie_nlp.context.candidates import Found, confidence_of
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import (
    CATEGORIES,
    LINE_BREAKS,
    Category,
    Diagnostic,
    Document,
    Layout,
    Marker,
    Node,
    Record,
    Ref,
    Source,
    Speech,
    SpeechDate,
    trusted,
)
from zhengxie_nlp.structure.spans import DateSpan, MarkerSpan, NodeSpan, Note, SpeechSpan, Structure
from zhengxie_nlp.text import source_text
from zhengxie_nlp.text.source_text import Piece as Characters
from zhengxie_nlp.text.source_text import SourceText, Span


@dataclass(frozen=True, slots=True)
class Part:
    """What the stages found in one part of a text; a text that is not long has one part.

    Attributes:
        context: the clean text of the part in reading order, and its structure, in its own clean offsets.
        kept: the settled candidates, in reading order; they become the records in that order.
        classification: the category of each node and candidate, with the words that spoke for it; None
            without a model.
        unexplained: the numerals that nothing claims.
        notes: what the stages noticed in it.
    """

    context: Context
    kept: tuple[Found, ...]
    classification: Classification | None
    unexplained: tuple[Span, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that is being read: what is known of the whole of it, and its parts.

    Attributes:
        source: where the text came from.
        text: the whole clean text.
        notes: what was noticed in the whole.
        parts: its parts in reading order. They may be read as they are asked for, and then only once.
        layout: where its characters stand on pages, if known.
        categories: the label set of the model that judges.
    """

    source: Source
    text: SourceText
    notes: tuple[Note, ...]
    parts: Iterable[Part]
    layout: Layout | None = None
    categories: tuple[Category, ...] = CATEGORIES


#: The first and last offset of some characters of the source.
Fragment = tuple[int, int]


def left_unread(text: SourceText, most: int) -> Part:
    """Return an empty part that says what is left unread, from the beginning of a part on."""
    at = text.source_offset(0)
    message = (
        f"Left unread from here on: {most:,} records and nodes are reached, the most that a Document in "
        f"memory may hold (Settings.most_records); {len(text.source) - at:,} characters follow."
    )
    nothing = Context(text.part(range(1)), Structure(None, ()))
    note = Note("left_unread", "warning", message, source=Characters(at, at + 1))
    return Part(nothing, (), None, (), (note,))


def size_of(part: Part) -> int:
    """Return how many records and nodes a part makes."""
    speeches = part.context.structure.speeches
    return len(part.kept) + sum(1 for speech in speeches for top in speech.nodes for _ in top.walk())


class Piece(NamedTuple):
    """One part as it stands in the Document: with source offsets, and ids that go on from part to part.

    `placed` tells the characters of the source that its title and speeches hold: no others have a place.
    """

    title: Ref | None
    speeches: tuple[Speech, ...]
    records: tuple[Record, ...]
    diagnostics: tuple[Diagnostic, ...]
    unexplained: tuple[Ref, ...]
    placed: tuple[Fragment, ...]


def assemble(reading: Reading) -> Document:
    """Make the Document of one text; each part is let go of when it is assembled.

    Returns:
        A Document in which every offset is into the source, and every record knows its speech and node.
    """
    return join(reading, pieces(reading))


def pieces(reading: Reading) -> Iterator[Piece]:
    """Yield the pieces that a Document consists of, in reading order."""
    count = 0
    for part in reading.parts:
        text, structure = part.context.text, part.context.structure
        nodes = part.classification.nodes if part.classification else {}
        records = make_records(part, first=count + 1, layout=reading.layout)
        count += len(records)
        title = _ref(text, structure.title)
        speeches = tuple(_speech(text, speech, nodes) for speech in structure.speeches)
        yield Piece(
            title,
            speeches,
            tuple(records),
            tuple(_diagnostic(text, note) for note in part.notes),
            tuple(text.ref(*span) for span in part.unexplained),
            tuple(_placed(title, speeches)),
        )


def _placed(title: Ref | None, speeches: Sequence[Speech]) -> Iterator[Fragment]:
    refs: list[Ref | None] = [title]
    for speech in speeches:
        refs += [speech.title, speech.organization, speech.speaker]
        refs.append(speech.date.ref if speech.date is not None else None)
        nodes = list(speech.nodes)
        for node in nodes:
            refs += [node.marker.ref if node.marker is not None else None, node.heading, *node.body]
            nodes += node.children
    for ref in refs:
        yield from ref.fragments if ref is not None else ()


def join(reading: Reading, pieces: Iterable[Piece]) -> Document:
    """Make one Document of its pieces; diagnostics stand in source order, those without a place first."""
    kept = list(pieces)
    diagnostics = [_diagnostic(reading.text, note) for note in reading.notes]
    diagnostics += [one for piece in kept for one in piece.diagnostics]
    diagnostics += _rests(reading.text, kept, diagnostics)
    return Document(
        source=reading.source,
        text=reading.text.source,
        title=next((piece.title for piece in kept if piece.title is not None), None),
        speeches=tuple([speech for piece in kept for speech in piece.speeches]),
        records=tuple([record for piece in kept for record in piece.records]),
        diagnostics=tuple(sorted(diagnostics, key=_by_place)),
        unexplained_numerals=tuple([ref for piece in kept for ref in piece.unexplained]),
        categories=reading.categories,
        layout=reading.layout,
    )


def _rests(
    text: SourceText, kept: Sequence[Piece], diagnostics: Sequence[Diagnostic]
) -> Iterator[Diagnostic]:
    """Report the words that have no place: a post beside a name, the label of a turn, a dateline's rest."""
    told = [fragment for one in diagnostics if one.ref for fragment in one.ref.fragments]
    ends = sorted(fragment for fragments in (told, *(one.placed for one in kept)) for fragment in fragments)
    at = 0
    for start, end in (*ends, (len(text.source), len(text.source))):
        if start > at:
            for words in _words(text.source, at, start):
                note = Note("line_rest", "info", _LINE_REST, source=source_text.Piece(*words))
                yield _diagnostic(text, note)
        at = max(at, end)


def _words(source: str, start: int, end: int) -> Iterator[Fragment]:
    """Yield the words of each line, from the first to the last: the marks around them say nothing."""
    for line in _LINE.finditer(source, start, end):
        letters = [at for at in range(*line.span()) if source[at].isalnum()]
        if letters:
            yield letters[0], letters[-1] + 1


_LINE: Final = re.compile(r"[^\n\r\f\v\u2028\u2029\x85]++")
_LINE_REST: Final = "The rest of a line of names, titles or dates: it belongs to no part of a speech."


def make_records(part: Part, *, first: int = 1, layout: Layout | None = None) -> list[Record]:
    """Make one record of each candidate of a part, numbered from `first` in the order of the candidates.

    With the `layout` of a text that was recognised in pictures, each record carries its score.
    """
    context, kept = part.context, part.kept
    made: list[Record] = []
    recognised = layout if layout is not None and layout.recognised else None
    judgements = part.classification.records if part.classification else (None,) * len(kept)
    ids = [f"{RECORD_TYPES[found.type].letter}{number}" for number, found in enumerate(kept, start=first)]
    times = {found.span: id_ for found, id_ in zip(kept, ids, strict=True) if found.type == "time"}
    for place, (found, judgement) in enumerate(zip(kept, judgements, strict=True)):
        owner = context.owner(found.span.start)
        values: dict[str, Any] = {
            "id": ids[place],
            "ref": context.text.ref(*found.span),
            "speech": owner[0].id if owner else None,
            "node": owner[1].id if owner and owner[1] else None,
            "confidence": confidence_of(found),
            "rule": found.rule,
        }
        if recognised is not None:
            values["ocr_score"] = recognised.score(values["ref"].fragments)
        fields: dict[str, Any] = dict(found.fields)
        if found.type == "initiative":
            values.update(_inside(kept, ids, place))
            values["time"] = tuple([times[span] for span in fields.pop("time") if span in times])
        for name, value in fields.items():
            values[name] = value if value is None or isinstance(value, str) else _value(context.text, value)
        if judgement is not None:
            values.update(_category(judgement), category_confidence=judgement.confidence)
        made.append(trusted(RECORD_TYPES[found.type].model, **values))
    return made


def _inside(kept: Sequence[Found], ids: Sequence[str], place: int) -> dict[str, tuple[str, ...]]:
    """Return the ids of the quantities and mechanisms inside the characters of one candidate.

    Candidates come in reading order, those that hold others first: what is inside follows.
    """
    end = kept[place].span.end
    found: dict[str, list[str]] = {"quantities": [], "mechanisms": []}
    for at in range(place + 1, len(kept)):
        other = kept[at]
        if other.span.start >= end:
            break
        if other.span.end <= end and RECORD_TYPES[other.type].inside:
            found["quantities" if other.type == "quantity" else "mechanisms"].append(ids[at])
    return {name: tuple(inside) for name, inside in found.items()}


def _value(text: SourceText, value: object) -> object:
    if isinstance(value, Span):
        return text.ref(*value)
    if isinstance(value, tuple | list):
        return tuple([_value(text, one) for one in value])
    return value


def _ref(text: SourceText, span: Span | None) -> Ref | None:
    return text.ref(*span) if span is not None else None


def _marker(text: SourceText, marker: MarkerSpan | None) -> Marker | None:
    if marker is None:
        return None
    return trusted(
        Marker, ref=text.ref(*marker.span), style=marker.style, kind=marker.kind, ordinal=marker.ordinal
    )


def _category(judgement: Judgement | None) -> dict[str, Any]:
    if judgement is None:
        return {}
    return {
        "category": judgement.category,
        "secondary": judgement.secondary,
        "scores": judgement.scores,
    }


def _speech(text: SourceText, speech: SpeechSpan, judgements: Mapping[str, Judgement]) -> Speech:
    return Speech(
        id=speech.id,
        title=_ref(text, speech.title),
        organization=_ref(text, speech.organization),
        speaker=_ref(text, speech.speaker),
        date=_date(text, speech.date),
        nodes=tuple(_node(text, node, judgements) for node in speech.nodes),
    )


def _date(text: SourceText, date: DateSpan | None) -> SpeechDate | None:
    return SpeechDate(ref=text.ref(*date.span), start=date.start, end=date.end) if date is not None else None


def _node(text: SourceText, node: NodeSpan, judgements: Mapping[str, Judgement]) -> Node:
    judgement = judgements.get(node.id)
    return trusted(
        Node,
        id=node.id,
        level=node.level,
        marker=_marker(text, node.marker),
        heading=_ref(text, node.heading),
        body=tuple(text.ref(*span) for span in node.body),
        **_category(judgement),
        confidence=judgement.confidence if judgement else None,
        children=tuple(_node(text, child, judgements) for child in node.children),
    )


_SEVERITIES: Final = ("error", "warning", "info")


def _diagnostic(text: SourceText, note: Note) -> Diagnostic:
    return Diagnostic(code=note.code, severity=note.severity, message=note.message, ref=_place(text, note))


def _by_place(diagnostic: Diagnostic) -> tuple[int, int, str, str]:
    at = diagnostic.ref.fragments[0][0] if diagnostic.ref else -1
    return at, _SEVERITIES.index(diagnostic.severity), diagnostic.code, diagnostic.message


def _place(text: SourceText, note: Note) -> Ref | None:
    if note.source is None:
        return _ref(text, note.span)
    start, end = note.source
    return Ref(text=text.source[start:end].translate(LINE_BREAKS), fragments=((start, end),))
