"""Restores the reading order of text that columns and pages have cut and interleaved (guideline §1).

Nothing is moved without a sentence that is cut: a clean text comes out as it went in. What is moved,
joined, or found to be missing is told in notes, each with its reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Final

from zhengxie_nlp.structure.reading_order.costs import Cue
from zhengxie_nlp.structure.reading_order.paragraph_ends import Place, Stretch, describe, ending_of
from zhengxie_nlp.structure.reading_order.search import Passage, Step, find_assembly
from zhengxie_nlp.structure.spans import Note
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, line_roles
from zhengxie_nlp.text.source_text import Paragraph, SourceText, Span

#: Where more than this share of the body, and more than so many paragraphs, end without a final mark, that
#: is how the text is written (verse, lists, lines that were never joined) and shows no cut.
_USUAL_SHARE: Final = 0.25
_USUAL_COUNT: Final = 12
#: What each cue says in a message.
_REASONS: Final[Mapping[str, str]] = {
    "reads_on": "the joint reads on (log odds {detail})",
    "paired": "the sign {detail} pairs over the joint",
    "comma": "the sentence stops after a comma",
    "number": "a number goes on",
    "completed": "a sentence left open is completed",
    "inline_follows": "the markers inside count on",
    "parallel": "the heading is worded like 「{detail}」",
    "plan": "the title names 「{detail}」",
    "odd_start": "it starts in mid-sentence",
    "gap": "against it: the numbering leaves a gap ({detail})",
    "late_start": "against it: the series does not start with 1 ({detail})",
    "repeated": "against it: a number stands twice ({detail})",
    "back": "against it: the numbering goes back ({detail})",
    "unpaired": "against it: the sign {detail} stays unpaired",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the restored text: the paragraphs joined in it, and why each stands there."""

    numbers: list[int]
    steps: list[Step]
    passages: list[Passage]


def restore_order(text: SourceText) -> tuple[SourceText, list[Note]]:
    """Put text that was cut and interleaved back into reading order.

    What counts: a body paragraph that stops in mid-sentence and goes on in the next paragraph or some
    paragraphs later, among another speech's text. What does not: a text whose sentences are whole, whatever
    its numbering looks like.

    Args:
        text: the clean text, one paragraph a line, in source order.

    Returns:
        The text in reading order, cut paragraphs joined (the same object if there was nothing to do),
        and the notes on it: ``moved_text``, ``joined_break``, ``orphan_fragment``, ``truncated_text``.

    Raises:
        DataError: ZX303, if a sentence is cut and the language model is missing or damaged.
    """
    if not _is_suspect(text):
        return text, []
    stretches = describe(text, _places(text))
    body = [one for one in stretches if one.place == "body"]
    cut = sum(one.ending in ("bare", "open") for one in body)
    if not cut or (cut > _USUAL_COUNT and cut > _USUAL_SHARE * len(body)):
        return text, []
    lines = _lines(find_assembly(stretches))
    restored = text
    if [number for line in lines for number in line.numbers] != list(range(len(text.paragraphs))) or len(
        lines
    ) < len(text.paragraphs):
        restored = text.rearranged([_joined(text, line.numbers) for line in lines])
    return restored, _notes(text, restored, lines, stretches)


def _is_suspect(text: SourceText) -> bool:
    """Say quickly whether any paragraph at all stops in mid-sentence."""
    clean = text.text
    return any(ending_of(clean[span.start : span.end]) in ("bare", "open") for span in text.spans)


def _places(text: SourceText) -> list[Place]:
    places: list[Place] = []
    for line in line_roles(text):
        is_body = line.role in BODY_ROLES
        if line.opens:
            places.append("turn" if is_body else "head")
        else:
            places.append("body" if is_body else "aside")
    return places


def _joined(text: SourceText, numbers: Sequence[int]) -> Paragraph:
    first, *others = (text.paragraphs[number] for number in numbers)
    if not others:
        return first
    return first.joined(Paragraph(tuple(piece for other in others for piece in other.pieces)))


def _lines(passages: Sequence[Passage]) -> list[_Line]:
    """Put the steps in reading order: speech after speech, each in its own order."""
    speeches: dict[int, list[_Line]] = {}
    tails: dict[int, _Line] = {}
    for passage in passages:
        for step in passage.steps:
            lines = speeches.setdefault(step.speech, [])
            if step.joined and step.speech in tails:
                line = tails[step.speech]
            else:
                line = _Line([], [], [])
                lines.append(line)
            line.numbers.append(step.number)
            line.steps.append(step)
            line.passages.append(passage)
            if step.body:
                tails[step.speech] = line
    return [line for first in sorted(speeches) for line in speeches[first]]


def _notes(
    text: SourceText, restored: SourceText, lines: Sequence[_Line], stretches: Sequence[Stretch]
) -> list[Note]:
    notes: list[Note] = []
    starts = [paragraph.pieces[0].start if paragraph.pieces else 0 for paragraph in text.paragraphs]
    ends = [paragraph.pieces[-1].end if paragraph.pieces else 0 for paragraph in text.paragraphs]
    before: Step | None = None
    for line, span in zip(lines, restored.spans, strict=True):
        at = span.start
        for place, (step, passage) in enumerate(zip(line.steps, line.passages, strict=True)):
            piece = Span(at, at + len(stretches[step.number].text))
            at = piece.end
            if piece.start == piece.end:
                continue
            where = f"source characters {starts[step.number]} to {ends[step.number]}"
            if step.resumed and before is not None:
                notes.append(_moved(where, ends[before.number], step, passage, piece))
            if place:
                cut = line.steps[place - 1].number
                notes.append(_join(ends[cut], starts[step.number], step, piece))
            elif any(cue.name == "odd_start" for cue in step.cues):
                message = f"{where} start in mid-sentence, and nothing before them leads there"
                notes.append(Note("orphan_fragment", "warning", message, piece))
            before = step if step.body else before
        last = line.steps[-1]
        if last.body and stretches[last.number].ending in ("bare", "open") and span.end > span.start:
            message = (
                f"the sentence that ends at source character {ends[last.number]} has no end: "
                "no text that goes on with it was found"
            )
            tail = Span(max(span.start, at - 20), at)
            notes.append(Note("truncated_text", "warning", message, tail))
    return notes


def _moved(where: str, end: int, step: Step, passage: Passage, span: Span) -> Note:
    margin = "no other reading" if isinf(passage.margin) else f"{passage.margin:.1f} over the next best"
    message = (
        f"{where} read on after {end}: {_reasons(step.cues)}; "
        f"the whole is better by {passage.gain:.1f} than the order of the source, by {margin}"
    )
    return Note("moved_text", "warning", message, span)


def _join(end: int, start: int, step: Step, span: Span) -> Note:
    message = f"a sentence cut at source character {end} goes on at {start}: {_reasons(step.cues)}"
    return Note("joined_break", "info", message, span)


def _reasons(cues: Sequence[Cue]) -> str:
    told = [_REASONS[cue.name].format(detail=cue.detail) for cue in cues if cue.name in _REASONS]
    return "; ".join(told) or "it fits nowhere else"
