"""Finds unnumbered sub-headings: short lines, and headline-like first sentences in a row (§1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhengxie_nlp.structure.headline_sentences import Paragraph, headlines, read_paragraph
from zhengxie_nlp.structure.markers.find import leading_marker
from zhengxie_nlp.structure.spans import SpeechSpan
from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.structure.speeches.line_roles import is_closing, is_heading_line
from zhengxie_nlp.text.source_text import SourceText, Span

_LONGEST_LINE: Final = 60
#: How many characters tell whether a marker opens a paragraph.
_MARKER: Final = 24
#: What is called out to an audience is no heading: 同志们！


def find_sub_headings(text: str, *, spans: Sequence[Span], starts: Sequence[int]) -> dict[int, Span]:
    r"""Find the unnumbered sub-headings of a speech.

    What counts: a short line of its own, without final punctuation; and the first sentences of paragraphs in
    a row that are made like headlines. What does not: closing words, what is called out (同志们！), and lines
    with a marker.

    Args:
        text: the clean text.
        spans: the speech's paragraphs, in order.
        starts: where its markers begin, in order.

    Returns:
        The characters of each heading by the index of its paragraph.

    Example:
        >>> text = "把根扎牢\n我们走村入户。"
        >>> find_sub_headings(text, spans=[Span(0, 4), Span(5, 12)], starts=[])
        {0: Span(start=0, end=4)}
    """
    marked = frozenset(starts)
    found: dict[int, Span] = {}
    paragraphs: list[Paragraph] = []
    for place, span in enumerate(spans):
        line = text[span.start : min(span.end, span.start + _LONGEST_LINE)]
        is_marked = span.start in marked
        is_whole = len(line) == span.end - span.start and place + 1 < len(spans)
        if not is_marked and is_whole and _is_line(line) and _may_follow(text, spans, place):
            found[place] = span
        paragraphs.append(_paragraph(text, span, place=place, marked=is_marked))
    return headlines(paragraphs) | found


def read_paragraphs(text: SourceText, *, speech: SpeechSpan) -> list[Paragraph]:
    """Read the paragraphs of a speech as `find_sub_headings` sees them, by the form of markers alone."""
    made = []
    for place, index in enumerate(speech.paragraphs):
        span = text.spans[index]
        if place == 0 and speech.text_start is not None:
            span = Span(speech.text_start, span.end)
        is_marked = leading_marker(text.text[span.start : min(span.end, span.start + _MARKER)]) is not None
        made.append(_paragraph(text.text, span, place=place, marked=is_marked))
    return made


def _paragraph(text: str, span: Span, *, place: int, marked: bool) -> Paragraph:
    closing = is_closing(text[span.start : min(span.end, span.start + _LONGEST_LINE)])
    read = read_paragraph(text, span, place=place, marked=marked)
    return Paragraph(place, read.length, marked) if closing else read


def _is_line(line: str) -> bool:
    return is_heading_line(line) and speech_pattern("call").fullmatch(line) is None


def _may_follow(text: str, spans: Sequence[Span], place: int) -> bool:
    """Say whether a new thought may begin with a paragraph: the one before it has come to an end."""
    return place == 0 or text[spans[place - 1].end - 1] in "。！？；：”）…"
