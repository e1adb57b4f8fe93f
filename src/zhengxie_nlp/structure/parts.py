"""Cuts a long text into parts of whole speeches, so that the working behind a text never outgrows memory.

A file of some hundred thousand characters is no speech but a volume of them. What is behind the structure
reads a speech at a time anyway; so it is given the volume in parts, and lets go of each when it is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from zhengxie_nlp.structure.spans import SpeechSpan
from zhengxie_nlp.text.source_text import SourceText


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
        character, and each of them knows its place in the source.
    """
    if len(text) <= longest or len(speeches) < 2:
        yield text, list(speeches)
        return
    begins = [0, *(_begin(text, speech) for speech in speeches[1:]), len(text.spans)]
    first = 0
    for last in range(1, len(speeches) + 1):
        ends = last == len(speeches)
        if ends or text.spans[begins[last + 1] - 1].end - text.spans[begins[first]].start > longest:
            part = range(begins[first], begins[last])
            shift = -text.spans[part.start].start
            moved = [one.moved(shift, paragraphs=-part.start) for one in speeches[first:last]]
            yield text.part(part), moved
            first = last


def _begin(text: SourceText, speech: SpeechSpan) -> int:
    """Return the index of the first paragraph that a speech has a line in."""
    lines = [line.start for line in (speech.title, speech.organization, speech.speaker) if line is not None]
    heads = [bisect_right(text.spans, (start, len(text) + 1)) - 1 for start in lines]
    return min((*heads, *speech.paragraphs))
