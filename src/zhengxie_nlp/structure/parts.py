"""Cuts a long text into parts of whole speeches, so that the working behind a text never outgrows memory.

A file of some hundred thousand characters is no speech but a volume of them. What is behind the structure
reads a speech at a time anyway; so it is given the volume in parts, and lets go of each when it is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from zhengxie_nlp.structure.spans import Note, SpeechSpan
from zhengxie_nlp.text.source_text import Paragraph, SourceText, Span

#: Where a paragraph that is too long is cut, the best places first.
_CUTS: Final = ("。！？", "；;", "，、,", " ")


def in_parts(
    text: SourceText, speeches: Sequence[SpeechSpan], *, longest: int
) -> Iterator[tuple[SourceText, list[SpeechSpan]]]:
    """Yield a text in parts that begin with a speech, each with its speeches in its own clean offsets.

    Args:
        text: the clean text, in reading order.
        speeches: its speeches, in reading order.
        longest: a part has no more clean characters than this, unless a single speech has.

    Yields:
        The text itself, if it is not longer. Otherwise its parts in order: together they hold every
        character, and each of them knows its place in the source. A speech whose speaker is named in an
        earlier part only has none here.
    """
    if len(text) <= longest or len(speeches) < 2:
        yield text, list(speeches)
        return
    begins = [*_begins(text, speeches), len(text.spans)]
    first = 0
    for last in range(1, len(speeches) + 1):
        ends = last == len(speeches)
        if ends or text.spans[begins[last + 1] - 1].end - text.spans[begins[first]].start > longest:
            part = range(begins[first], begins[last])
            shift = -text.spans[part.start].start
            moved = [_within(one, shift, paragraphs=-part.start) for one in speeches[first:last]]
            yield text.part(part), moved
            first = last


def _begins(text: SourceText, speeches: Sequence[SpeechSpan]) -> list[int]:
    """Return the index of the first paragraph that each speech has a line in, behind the one before it.

    What names its speaker may stand far in front of it: the reporter who asks is named once.
    """
    begins = [0]
    behind = max(speeches[0].paragraphs, default=0)
    for speech in speeches[1:]:
        names = [line for line in (speech.title, speech.organization, speech.speaker) if line is not None]
        heads = [bisect_right(text.spans, (name.start, len(text) + 1)) - 1 for name in names]
        own = [index for index in (*heads, *speech.paragraphs) if index > behind]
        begins.append(min(own, default=behind + 1))
        behind = max((behind, *own))
    return begins


def _within(speech: SpeechSpan, shift: int, *, paragraphs: int) -> SpeechSpan:
    """Return a speech in the offsets of its part, without the lines of name that stand in front of it."""
    speech = speech.moved(shift, paragraphs=paragraphs)
    organization, speaker = (
        line if line is not None and line.start >= 0 else None
        for line in (speech.organization, speech.speaker)
    )
    return replace(speech, organization=organization, speaker=speaker)


def cut_paragraphs(text: SourceText, *, longest: int) -> SourceText:
    """Return a text in which no paragraph is longer than so many characters.

    A longer one is cut behind the last sentence that fits, else behind the last clause, else anywhere.
    """
    if all(span.end - span.start <= longest for span in text.spans):
        return text
    paragraphs: list[Paragraph] = []
    for span, paragraph in zip(text.spans, text.paragraphs, strict=True):
        cuts = _cuts(text.text, span, longest=longest)
        if not cuts:
            paragraphs.append(paragraph)
            continue
        for start, end in pairwise([span.start, *cuts, span.end]):
            pieces = tuple(text.pieces(start, end))
            first = start == span.start
            paragraphs.append(replace(paragraph, pieces=pieces) if first else Paragraph(pieces))
    return text.rearranged(paragraphs)


def _cuts(text: str, span: Span, *, longest: int) -> list[int]:
    cuts: list[int] = []
    start = span.start
    while span.end - start > longest:
        limit = start + longest
        for signs in _CUTS:
            # What is looked through is half of what is cut off: the work stays linear.
            at = max(text.rfind(sign, start + longest // 2, limit) for sign in signs)
            if at >= 0:
                break
        start = at + 1 if at >= 0 else limit
        cuts.append(start)
    return cuts


def cut_speeches(
    text: SourceText, speeches: Sequence[SpeechSpan], *, longest: int
) -> tuple[list[SpeechSpan], list[Note]]:
    """Cut speeches that are longer than so many characters, between paragraphs.

    Args:
        text: the clean text; no paragraph is longer (`cut_paragraphs`).
        speeches: its speeches, in reading order.
        longest: the most characters that a speech may have.

    Returns:
        The speeches, numbered anew where one was cut, each cut one as several of which the first has its
        lines of name; and a note at each that was.
    """
    cut: list[SpeechSpan] = []
    notes: list[Note] = []
    for speech in speeches:
        runs = _runs(text, speech.paragraphs, longest=longest)
        cut.append(replace(speech, paragraphs=runs[0]) if len(runs) > 1 else speech)
        cut += [SpeechSpan(speech.id, None, None, None, run) for run in runs[1:]]
        if len(runs) > 1:
            message = f"A speech of more than {longest:,} characters is read as {len(runs):,} speeches."
            begin = text.spans[speech.paragraphs[0]].start
            notes.append(Note("long_speech", "warning", message, Span(begin, begin + 1)))
    if not notes:
        return list(speeches), []
    return [replace(speech, id=f"s{number}") for number, speech in enumerate(cut, start=1)], notes


def _runs(text: SourceText, paragraphs: tuple[int, ...], *, longest: int) -> list[tuple[int, ...]]:
    """Return the paragraphs of a speech in runs that are not longer than so many characters."""
    runs: list[list[int]] = [[]]
    size = 0
    for index in paragraphs:
        length = text.spans[index].end - text.spans[index].start + 1
        if size + length > longest + 1 and runs[-1]:
            runs.append([])
            size = 0
        runs[-1].append(index)
        size += length
    return [tuple(run) for run in runs]
