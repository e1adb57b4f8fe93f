"""What an annotation's words mean in its text: where they stand, and what guideline §1 makes of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from zhengxie_nlp.annotation.notation import Entry, fault
from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.lexicon.marker_frames import section_styles
from zhengxie_nlp.text.sentences import Boundaries
from zhengxie_nlp.text.source_text import Piece, Span

#: What parts headings from bodies, and ends them.
PUNCTUATION: Final = "。！？；：，、,;:!?.．"
IDLE: Final = PUNCTUATION + " \u3000\n"
_POINT_END = re.compile(r"[。！？；：;!?]|(?<!\d):|:(?!\d)")
_CLAUSE_STARTS: Final = "\n 　。！？；：，、,;:!?”’）)》"
_NUMERIC: Final = frozenset("0123456789.．０１２３４５６７８９〇零一二三四五六七八九十百千万亿两")


def occurrences(text: str, words: str, start: int, end: int) -> Iterator[Span]:
    """Yield where quoted words occur between two places; a numeral is never cut in two.

    Args:
        text: the text in reading order.
        words: the words as an annotation quotes them: ``_`` for a blank, ``[ ]`` around the words meant
            where context stands beside them.
        start: where to begin.
        end: where to stop.

    Example:
        >>> [span.start for span in occurrences("设立13个、3个", "3个", 0, 9)]
        [6]
        >>> list(occurrences("来访3次，走访3次", "走访[3次]", 0, 9))
        [Span(start=7, end=9)]
    """
    pattern = re.escape(words).replace("_", r"\s+")
    pattern, brackets = re.subn(r"(.*?)\\\[(.*)\\\](.*)", r"\1(\2)\3", pattern, flags=re.DOTALL)
    for match in re.compile(pattern).finditer(text, start, end):
        cut = match[0][0] in _NUMERIC and match.start() > 0 and text[match.start() - 1] in _NUMERIC
        if not cut or brackets:
            yield Span(*match.span(1 if brackets else 0))


def nearest(text: str, words: str, *, to: Span, bounds: Boundaries) -> Span | None:
    """Return the occurrence of quoted words nearest to a record: in its sentence, else in the whole text.

    The record's own characters do not count. None if there is no other occurrence.
    """
    for area in (bounds.sentence(to.start), Span(0, len(text))):
        near = [found for found in occurrences(text, words, *area) if found != to]
        if near:
            return min(near, key=lambda found: max(found.start - to.end, to.start - found.end))
    return None


def not_found(words: str, entry: Entry, *, text: str, after: int, where: str) -> DocumentError:
    """Return the error for quoted words that do not stand where they should."""
    before = text[max(0, after - 12) : after].replace("\n", "↵")
    return fault(
        f"“{words}” is not found after “{before}”",
        where=where,
        line=entry.line,
        hint="Items stand in reading order; [ ] around the words sets off context.",
    )


def source_lines(text: str) -> list[Piece | None]:
    """Return the lines of a text without the blanks at both ends, by line number (the first is 1).

    None stands for a blank line, and for number 0.
    """
    pieces: list[Piece | None] = [None]
    at = 0
    for line in text.split("\n"):
        start = at + len(line) - len(line.lstrip())
        pieces.append(Piece(start, start + len(line.strip())) if line.strip() else None)
        at += len(line) + 1
    return pieces


def default_heading(text: str, marker: Span, *, style: str, end: int) -> Span | None:
    """Return the heading that a marked node has by guideline §1, if nothing else is said.

    Args:
        text: the text in reading order.
        marker: the marker.
        style: its style.
        end: where the node's own text ends.
    """
    if text[marker.start : marker.end].endswith("条"):
        return None
    stop = text.find("\n", marker.end, end)
    stop = stop if stop >= 0 else end
    if style in section_styles() and _opens_line(text, marker.start):
        full = text.find("。", marker.end, stop)
        stop = full if full >= 0 else stop
    elif match := _POINT_END.search(text, marker.end, stop):
        stop = match.start()
    inner = text[marker.end : stop]
    left, right = len(inner) - len(inner.lstrip(IDLE)), len(inner.rstrip(IDLE))
    return Span(marker.end + left, marker.end + right) if left < right else None


def marker_kind(text: str, marker: Span, *, style: str, heading: Span | None) -> str:
    """Return ``"section"`` or ``"point"``, as guideline §1 has it."""
    section = style in section_styles() and _opens_line(text, marker.start) and heading is not None
    return "section" if section else "point"


def begins_clause(text: str, at: int) -> bool:
    """Return whether a marker can stand at `at`: at a line's start or after punctuation."""
    return at == 0 or text[at - 1] in _CLAUSE_STARTS


def _opens_line(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == "\n"
