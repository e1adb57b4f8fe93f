"""Parts paragraphs that hold several: those that only blanks part, and those in which several speak."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from zhengxie_nlp.structure.markers.forms import leading_marker
from zhengxie_nlp.structure.speeches.reported import LONGEST_CLAUSE, read_report
from zhengxie_nlp.text.source_text import Paragraph, SourceText, Span

_FEWEST_SPEAKERS: Final = 3
_INDENT: Final = "\u3000\u3000"
_ENDED: Final = "。！？；：”）"
_LONGEST_MARKER: Final = 40
_LONGEST_HEADING: Final = 60
_STOP = re.compile(r"[。！？]")
_SENTENCE_START = re.compile(r"(?<=[。！？])(?=[^”’）])")


def parted(text: SourceText) -> SourceText:
    """Part the paragraphs of a text that hold more than one.

    What counts: two ideographic blanks inside a line, an indent whose line break is lost, after the end of a
    sentence or before a section's marker; and a paragraph in which three persons or more speak one after
    another, a sentence or more each. What does not: blanks in headings and names.

    Args:
        text: the clean text, in reading order.

    Returns:
        The same text with such paragraphs cut; the text itself, if it has none.
    """
    paragraphs: list[Paragraph] = []
    for span, paragraph in zip(text.spans, text.paragraphs, strict=True):
        cuts = sorted({*_lost_breaks(text, span, paragraph), *_speakers(text.text, span)})
        if not cuts:
            paragraphs.append(paragraph)
            continue
        for start, end in pairwise([span.start, *cuts, span.end]):
            pieces = tuple(text.pieces(start, end))
            first = start == span.start
            paragraphs.append(
                Paragraph(pieces, paragraph.blank_before if first else 0, paragraph.indent if first else 2)
            )
    return text.rearranged(paragraphs) if len(paragraphs) > len(text.paragraphs) else text


def _lost_breaks(text: SourceText, span: Span, paragraph: Paragraph) -> list[int]:
    """Return where an indent stands inside a line: a paragraph begins there."""
    found: list[int] = []
    at = begin = span.start
    for piece, following in pairwise(paragraph.pieces):
        at += piece.end - piece.start
        gap = text.source[piece.end : following.start] if piece.end <= following.start else "-"
        around = text.source[max(piece.start, piece.end - 1) : following.start + 1]
        if gap.strip() or _INDENT not in around:
            continue
        here = at + (text.text[at] == " ")
        if _is_heading(text.text[begin:here]) or _opens(text.text, here, span.end):
            found.append(here)
            begin = here
    return found


def _opens(text: str, at: int, end: int) -> bool:
    """Say whether a paragraph may begin behind an indent: a sentence ends, or a section's marker opens."""
    opened = leading_marker(text[at : min(end, at + _LONGEST_MARKER)])
    return text[max(0, at - 3) : at].rstrip(" ")[-1:] in _ENDED or (
        opened is not None and opened.kind == "section"
    )


def _is_heading(line: str) -> bool:
    """Say whether what stands before an indent is a section's marker with a heading."""
    opened = leading_marker(line)
    is_short = len(line) <= _LONGEST_HEADING and not _STOP.search(line)
    return opened is not None and opened.kind == "section" and is_short


def _speakers(text: str, span: Span) -> list[int]:
    """Return where in a paragraph other persons begin to speak."""
    starts = [span.start, *(match.start() for match in _SENTENCE_START.finditer(text, *span))]
    found: list[tuple[int, str]] = []
    for start in starts:
        report = read_report(text[start : min(span.end, start + LONGEST_CLAUSE)])
        if report is not None and (not found or found[-1][1] != report.name):
            found.append((start, report.name))
    if len({name for _, name in found}) < _FEWEST_SPEAKERS:
        return []
    return [start for start, _ in found if start > span.start]
