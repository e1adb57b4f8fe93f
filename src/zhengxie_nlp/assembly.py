"""Turns what the stages found, spans of the clean text, into a `Document` with source offsets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from zhengxie_nlp.classification import Classification, Judgement
from zhengxie_nlp.extraction.rules import Context, Found, RecordType, confidence_of
from zhengxie_nlp.records import (
    LINE_BREAKS,
    Diagnostic,
    Document,
    Initiative,
    Marker,
    Mechanism,
    Node,
    NumeralTerm,
    Quantity,
    Record,
    Ref,
    Source,
    Speech,
    Time,
    trusted,
)
from zhengxie_nlp.structure.spans import MarkerSpan, NodeSpan, Note, SpeechSpan
from zhengxie_nlp.text.source_text import SourceText, Span

#: How each type of record is made, and the letter its ids begin with.
RECORD_MODELS: Final[dict[RecordType, tuple[type[Record], str]]] = {
    "quantity": (Quantity, "q"),
    "numeral_term": (NumeralTerm, "n"),
    "time": (Time, "t"),
    "mechanism": (Mechanism, "m"),
    "initiative": (Initiative, "i"),
}


def assemble(
    source: Source,
    *,
    context: Context,
    kept: Sequence[Found],
    classification: Classification | None,
    notes: Iterable[Note],
    unexplained: Iterable[Span],
) -> Document:
    """Make the Document of one text.

    Args:
        source: where the text came from.
        context: the clean text and its structure.
        kept: the settled candidates, in reading order; they become the records in that order.
        classification: the categories of nodes and candidates; None leaves them out.
        notes: what the stages noticed; they become diagnostics, in reading order.
        unexplained: the numerals that nothing claims.

    Returns:
        A Document in which every offset is into the source, and every record knows its speech and node.
    """
    text = context.text
    structure = context.structure
    nodes = classification.nodes if classification else {}
    return Document(
        source=source,
        text=text.source,
        title=_ref(text, structure.title),
        speeches=tuple(_speech(text, speech, nodes) for speech in structure.speeches),
        records=tuple(make_records(context, kept, classification)),
        diagnostics=tuple(_diagnostics(text, notes)),
        unexplained_numerals=tuple(text.ref(*span) for span in unexplained),
    )


def make_records(
    context: Context, kept: Sequence[Found], classification: Classification | None = None
) -> list[Record]:
    """Make one record of each candidate, numbered in the order given."""
    made: list[Record] = []
    judgements = classification.records if classification else (None,) * len(kept)
    ids = [f"{RECORD_MODELS[found.type][1]}{number}" for number, found in enumerate(kept, start=1)]
    times = {found.span: id_ for found, id_ in zip(kept, ids, strict=True) if found.type == "time"}
    for place, (found, judgement) in enumerate(zip(kept, judgements, strict=True)):
        model, _ = RECORD_MODELS[found.type]
        owner = context.owner(found.span.start)
        values: dict[str, Any] = dict(found.fields)
        if found.type == "initiative":
            values |= _inside(kept, ids, place)
            values["time"] = tuple(times[span] for span in values["time"] if span in times)
        made.append(
            trusted(
                model,
                id=ids[place],
                ref=context.text.ref(*found.span),
                speech=owner[0].id if owner else None,
                node=owner[1].id if owner and owner[1] else None,
                confidence=confidence_of(found),
                rule=found.rule,
                **{name: _value(context.text, value) for name, value in values.items()},
                **_category(judgement),
                **({"category_confidence": judgement.confidence} if judgement else {}),
            )
        )
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
        if other.span.end <= end and other.type in ("quantity", "mechanism"):
            found["quantities" if other.type == "quantity" else "mechanisms"].append(ids[at])
    return {name: tuple(inside) for name, inside in found.items()}


def _value(text: SourceText, value: object) -> object:
    if value is None or isinstance(value, str):
        return value
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
        nodes=tuple(_node(text, node, judgements) for node in speech.nodes),
    )


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


def _diagnostics(text: SourceText, notes: Iterable[Note]) -> list[Diagnostic]:
    """Make one diagnostic a note, in source order; notes without a place come first."""
    made = [
        Diagnostic(code=note.code, severity=note.severity, message=note.message, ref=_place(text, note))
        for note in notes
    ]
    return sorted(
        made,
        key=lambda diagnostic: (
            diagnostic.ref.fragments[0][0] if diagnostic.ref else -1,
            _SEVERITIES.index(diagnostic.severity),
            diagnostic.code,
            diagnostic.message,
        ),
    )


def _place(text: SourceText, note: Note) -> Ref | None:
    if note.source is None:
        return _ref(text, note.span)
    start, end = note.source
    return Ref(text=text.source[start:end].translate(LINE_BREAKS), fragments=((start, end),))
