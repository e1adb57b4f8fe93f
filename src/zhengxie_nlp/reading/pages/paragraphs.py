"""Paragraphs out of the lines of pages: wraps joined, heads and page numbers out, boxes kept.

A line begins a paragraph if it is indented in its column, if the line before ends short of the edge, if the
size of the characters changes, or if there is a wide gap. At the foot of a column or a page the text goes on
at the head of the next where the last line is full and the first is not indented.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from zhengxie_nlp.reading.docx.body import CELL
from zhengxie_nlp.reading.pages.columns import find_gutters, in_order
from zhengxie_nlp.reading.pages.glyphs import Glyph, GlyphPage, Piece, pieces, turned
from zhengxie_nlp.records import Layout, Page, Run

#: How far from the edges of a page, as part of its height, heads, feet and page numbers stand.
_EDGE: Final = 0.1
#: A line that is this much indented, in characters, begins a paragraph; the usual indent is two.
_INDENT: Final = 1.2
#: A line that ends this much before the edge of its column, in characters, ends a paragraph.
_SHORT: Final = 1.8
#: In a text whose paragraphs are indented, a line in mid-sentence may end so much earlier.
_SHORT_OPEN: Final = 4.0
#: A gap between lines is wide if it is this many times the usual one.
_WIDE_GAP: Final = 1.55
#: A line of fewer characters says little of their size.
_TELLING: Final = 4
#: A centred line with less room on each side, in characters, may go on in the next.
_WHOLE: Final = 1.3
#: Sizes of characters that differ by more are of different kinds of lines.
_SIZE: Final = 0.15
#: A gap between two words of a line, and one between the cells of a row, in characters.
_WORD_GAP: Final = 0.22
_BLANK_GAP: Final = 0.12
_FILLED: Final = 0.6
_SPACE_GAP: Final = 0.75
_CELL_GAP: Final = 1.8
_PAGE_NUMBER: Final = re.compile(
    r"[-—–·•~―─\s]{0,6}(?:第\s?)?\d{1,4}(?:\s?页)?(?:\s?[/／]\s?\d{1,4}|[,，]?\s?共\s?\d{1,4}\s?页)?[-—–·•~―─\s]{0,6}"
)
_DIGITS: Final = re.compile(r"\d+")
_LATIN: Final = re.compile(r"[A-Za-z0-9%.,]")
#: The radicals ⼀⼆⼋⼗ stand for the numerals in many files.
_HAN: Final = "一二三四五六七八九十⼀⼆⼋⼗"
_MARKER: Final = re.compile(
    rf"[{_HAN}]{{1,3}}[、.．]|[（(][{_HAN}\d]{{1,3}}[）)]|\d{{1,2}}[.．、](?!\d)"
    rf"|第[{_HAN}]{{1,3}}[章节条部]|[①-⑳●■◆▲★]"
)
_HANGING: Final = re.compile(r"[，。、；：！？”’）》」』,.;:!?)]$")
_STOP: Final = re.compile(r"[。！？!?；;：:…][”’」』）)]{0,2}$")
#: So many pages before and after show where columns may be.
_NEAR: Final = 2
_LONGEST_MARKER: Final = 6
#: A line of this length at an edge may be a running head.
_HEAD_LENGTH: Final = 40


@dataclass(slots=True)
class _Line:
    """A line of a column."""

    page: int
    glyphs: list[Glyph]
    left: float
    top: float
    right: float
    bottom: float
    size: float
    block: int = 0
    text: str = ""


@dataclass(slots=True)
class _Column:
    """The edges of the block that a line stands in, and its usual step from line to line."""

    left: float
    right: float
    step: float


@dataclass
class Composed:
    """A text made of pages.

    Attributes:
        text: a paragraph a line.
        layout: where its characters stand.
        dropped: how many heads, feet and page numbers were left out.
        without_text: the numbers of the pages that have none.
    """

    text: str
    layout: Layout
    dropped: Counter[str] = field(default_factory=Counter)
    without_text: tuple[int, ...] = ()


def compose(pages: Sequence[GlyphPage], *, unit: str = "pt") -> Composed:
    """Make the text of pages in reading order.

    Args:
        pages: all pages of a document, in order; those without text too.
        unit: ``pt``, or ``px`` for pictures.
    """
    parts = [pieces(turned(page) if page.vertical else page.glyphs) for page in pages]
    gutters = [find_gutters(part) for part in parts]
    blocks = [
        [
            [_line(page.number, line) for line in block]
            for block in in_order(part, _shared(gutters, at, pages))
        ]
        for at, (page, part) in enumerate(zip(pages, parts, strict=True))
    ]
    dropped = _drop_margins(pages, blocks)
    usual = Counter(round(page.width) for page in pages).most_common(1)[0][0] if pages else 0
    alone = frozenset(
        page.number
        for at, page in enumerate(pages)
        if round(page.width) == usual and not page.vertical and not _shared(gutters, at, pages)
    )
    paragraphs = list(_paragraphs([block for page in blocks for block in page if block], alone))
    return _written(pages, paragraphs, dropped, unit)


def _shared(gutters: Sequence[list[float]], at: int, pages: Sequence[GlyphPage]) -> list[float]:
    """Return the gutters of the pages around one that are as large as it and set the same way."""
    return [
        gutter
        for near in range(max(0, at - _NEAR), min(len(pages), at + _NEAR + 1))
        if abs(pages[near].width - pages[at].width) < 1 and pages[near].vertical == pages[at].vertical
        for gutter in gutters[near]
    ]


def _line(page: int, parts: Sequence[Piece]) -> _Line:
    glyphs: list[Glyph] = []
    for part in parts:
        if glyphs:
            glyphs.extend(_between(glyphs, part.glyphs, cells=len(part.glyphs) > 1))
        last: Glyph | None = None
        for glyph in part.glyphs:
            if last is not None and _words_apart(last, glyph):
                glyphs.append(Glyph(" ", last.right, last.top, glyph.left, last.bottom, last.score))
            glyphs.append(glyph)
            last = glyph
    size = median(glyph.bottom - glyph.top for glyph in glyphs)
    line = _Line(
        page,
        glyphs,
        min(glyph.left for glyph in glyphs),
        min(glyph.top for glyph in glyphs),
        max(glyph.right for glyph in glyphs),
        max(glyph.bottom for glyph in glyphs),
        size,
    )
    line.text = "".join(glyph.character for glyph in glyphs)
    return line


def _between(before: Sequence[Glyph], after: Sequence[Glyph], *, cells: bool) -> list[Glyph]:
    """Return what stands for the gap between two pieces of one line."""
    one, two = before[-1], after[0]
    size = one.bottom - one.top
    gap = two.left - one.right
    if gap < _SPACE_GAP * size and not two.spaced:
        return []
    # A gap that the file's own blanks fill is none between cells.
    several = (
        cells and two.spaced < _FILLED * gap and len(before) > 1 and before[-2].character not in (" ", CELL)
    )
    if several and len(before) <= _LONGEST_MARKER:
        # A tab behind the number of a heading is no border of cells.
        several = _MARKER.match("".join(glyph.character for glyph in before)) is None
    sign = CELL if gap > _CELL_GAP * size and several else " "
    return [Glyph(sign, one.right, one.top, two.left, one.bottom, one.score)]


def _words_apart(one: Glyph, two: Glyph) -> bool:
    gap = (two.left - one.right) / max(one.bottom - one.top, 0.1)
    if two.spaced:
        # Two blanks of half a character make a gap, where the lines are justified a wider one.
        return gap > _BLANK_GAP
    both = _LATIN.match(one.character) and _LATIN.match(two.character)
    return gap > _WORD_GAP and bool(both) and not (one.character.isdigit() and two.character.isdigit())


# --- what belongs to the page ---------------------------------------------------------------------------


def _drop_margins(pages: Sequence[GlyphPage], blocks: list[list[list[_Line]]]) -> Counter[str]:
    """Take the page numbers and running heads out of the blocks, and count them."""
    edges: list[tuple[GlyphPage, list[_Line]]] = []
    repeated: Counter[str] = Counter()
    for page, found in zip(pages, blocks, strict=True):
        height = page.width if page.vertical else page.height
        lines = sorted((line for block in found for line in block), key=lambda line: line.top)
        beside = [line for line in lines if _at_edge(line, lines, height)]
        edges.append((page, beside))
        repeated.update({_shape(line) for line in beside if len(line.text) <= _HEAD_LENGTH})
    dropped: Counter[str] = Counter()
    out: set[int] = set()
    often = max(2, (len(pages) + 1) // 3)
    for _, beside in edges:
        for line in beside:
            if _PAGE_NUMBER.fullmatch(line.text.strip()):
                dropped["page_number"] += 1
            elif len(line.text) <= _HEAD_LENGTH and repeated[_shape(line)] >= often:
                dropped["running_head"] += 1
            else:
                continue
            out.add(id(line))
    for found in blocks:
        for block in found:
            block[:] = [line for line in block if id(line) not in out]
    return dropped


def _at_edge(line: _Line, lines: Sequence[_Line], height: float) -> bool:
    """Tell whether a line stands in the margin above or below all of the text."""
    if line.bottom < _EDGE * height:
        return sum(other.bottom <= line.top for other in lines) < 3
    if line.top > (1 - _EDGE) * height:
        return sum(other.top >= line.bottom for other in lines) < 3
    return False


def _shape(line: _Line) -> str:
    """Return what is the same of a head on every page: its text but for numbers, and its height."""
    return f"{_DIGITS.sub('#', line.text.strip())}@{round(line.top / max(line.size, 1) / 2)}"


# --- paragraphs -----------------------------------------------------------------------------------------


def _paragraphs(blocks: Sequence[list[_Line]], alone: frozenset[int]) -> Iterator[list[_Line]]:
    """Give the lines of each paragraph; on the pages `alone`, of one column, one edge holds."""
    columns = [_column(block) for block in blocks]
    single = [column for block, column in zip(blocks, columns, strict=True) if block[0].page in alone]
    edge = max((column.right for column in single), default=0.0)
    for column in single:
        column.right = edge
    current: list[_Line] = []
    indented = _indents(blocks, columns)
    for number, block in enumerate(blocks):
        for place, line in enumerate(block):
            line.block = number
            if current:
                last = current[-1]
                before = columns[last.block]
                if place:
                    goes_on = _same_paragraph(last, line, columns[number], indented=indented)
                else:
                    goes_on = _runs_over(last, before, line, columns[number], indented=indented)
                if not goes_on:
                    yield current
                    current = []
            current.append(line)
    if current:
        yield current


def _column(block: Sequence[_Line]) -> _Column:
    size = median(line.size for line in block)
    lefts = sorted(line.left for line in block)
    # The edge is where several lines begin; a lone line further left is a mark that hangs out.
    left = lefts[min(1, len(lefts) - 1)] if len(lefts) > 4 and lefts[1] - lefts[0] > size else lefts[0]
    # A mark may hang out over the edge, so it is where lines end that end in something else.
    right = max(
        (line.right for line in block if not _HANGING.search(line.text)),
        default=max(line.right for line in block),
    )
    steps = [two.top - one.top for one, two in pairwise(block) if two.top > one.top]
    return _Column(left, right, median(steps) if steps else 1.5 * size)


def _indents(blocks: Sequence[Sequence[_Line]], columns: Sequence[_Column]) -> bool:
    """Tell whether paragraphs are indented in this document: some lines are, and most are not."""
    shifted = sum(
        _INDENT * line.size < line.left - column.left < 3.2 * line.size
        for block, column in zip(blocks, columns, strict=True)
        for line in block
    )
    total = sum(map(len, blocks))
    return shifted >= 2 and shifted >= 0.03 * total


def _same_paragraph(last: _Line, line: _Line, column: _Column, *, indented: bool) -> bool:
    size = min(last.size, line.size)
    if _other_size(last, line):
        return False
    if line.top - last.top > max(_WIDE_GAP * column.step, 1.9 * size):
        return False
    if _centred(line, column) or _centred(last, column):
        # The second line of a title that is nearly as wide as the column is shorter than the first.
        room = _WHOLE * size * (1.7 if _MARKER.match(last.text) else 1.0)
        whole = column.right - last.right < room and not _STOP.search(last.text)
        shorter = (last.right - last.left) - (line.right - line.left) > 2 * size
        return whole and shorter and not _MARKER.match(line.text)
    shift = line.left - column.left
    if shift > _INDENT * size or CELL in line.text or CELL in last.text:
        return False
    if _ends_short(last, column, line, indented=indented):
        return False
    if last.left - column.left > 3.2 * size:
        # A line that stands in the middle is a title.
        return False
    if _MARKER.match(line.text) and _MARKER.match(last.text):
        return False
    return indented or not (_STOP.search(last.text) and _MARKER.match(line.text))


def _other_size(one: _Line, two: _Line) -> bool:
    """Tell whether two lines are of other sizes; of a few characters the size is not known well."""
    if min(len(one.glyphs), len(two.glyphs)) < _TELLING:
        return abs(one.size - two.size) > 0.5 * max(one.size, two.size)
    return abs(one.size - two.size) > _SIZE * max(one.size, two.size)


def _centred(line: _Line, column: _Column) -> bool:
    """Tell whether a line has as much room before it as behind it."""
    before, behind = line.left - column.left, column.right - line.right
    # Two characters of room are the indent of a paragraph whose next word did not fit.
    indent = 1.7 * line.size < before < 2.5 * line.size
    return before > 0.4 * line.size and abs(before - behind) < 0.6 * line.size and not indent


def _ends_short(line: _Line, column: _Column, following: _Line, *, indented: bool) -> bool:
    """Tell whether a line ends before the edge although what follows would have had room in it."""
    token = 1
    while token < len(following.text) and _LATIN.match(following.text[token - 1 : token]):
        token += 1
    first = following.glyphs[:token]
    width = first[-1].right - first[0].left
    most = _SHORT_OPEN if indented and not _STOP.search(line.text) else _SHORT
    return column.right - line.right > max(most * line.size, width + 0.6 * line.size)


def _runs_over(last: _Line, before: _Column, line: _Line, column: _Column, *, indented: bool) -> bool:
    """Tell whether a paragraph goes on from the foot of one column in the head of the next."""
    size = min(last.size, line.size)
    if _other_size(last, line) or CELL in last.text + line.text:
        return False
    if _ends_short(last, before, line, indented=indented) or line.left - column.left > 0.8 * size:
        return False
    if last.left - before.left > 3.2 * size or _MARKER.match(line.text):
        return False
    return indented or _STOP.search(last.text) is None


# --- text and layout ------------------------------------------------------------------------------------


def _written(
    pages: Sequence[GlyphPage], paragraphs: Sequence[Sequence[_Line]], dropped: Counter[str], unit: str
) -> Composed:
    parts: list[str] = []
    runs: list[Run] = []
    starts: dict[int, int] = {}
    at = 0
    by_number = {page.number: page for page in pages}
    for paragraph in paragraphs:
        for number, line in enumerate(paragraph):
            if number and _needs_blank(paragraph[number - 1].text, line.text):
                parts.append(" ")
                at += 1
            page = by_number[line.page]
            starts.setdefault(line.page, at)
            runs.extend(_runs(line, page, at))
            parts.append(line.text)
            at += len(line.text)
        parts.append("\n")
        at += 1
    text = "".join(parts)
    marked: list[Page] = []
    following = len(text)
    for page in reversed(pages):
        following = min(starts.get(page.number, following), following)
        marked.append(
            Page(
                number=page.number,
                start=following,
                width=round(page.width, 1),
                height=round(page.height, 1),
                vertical=page.vertical,
            )
        )
    layout = Layout(unit="px" if unit == "px" else "pt", pages=tuple(reversed(marked)), runs=tuple(runs))
    empty = tuple(page.number for page in pages if page.number not in starts)
    return Composed(text, layout, dropped, empty)


def _needs_blank(before: str, after: str) -> bool:
    """Tell whether a blank stood where the line was wrapped: between Latin words."""
    return bool(
        before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalnum()
    )


def _runs(line: _Line, page: GlyphPage, at: int) -> Iterator[Run]:
    """Give the runs of a line: characters that stand about evenly, so that one box stands for all."""
    first = 0
    glyphs = line.glyphs
    for place in range(1, len(glyphs) + 1):
        if place < len(glyphs) and _even(glyphs, first, place):
            continue
        yield _run(glyphs[first:place], page, at + first)
        first = place


def _even(glyphs: Sequence[Glyph], first: int, place: int) -> bool:
    one, last, here = glyphs[first], glyphs[place - 1], glyphs[place]
    step = (last.right - one.left) / (place - first)
    ends = abs(here.right - (one.left + step * (place + 1 - first))) < 0.35 * max(step, 1.0)
    similar = one.score is None or here.score is None or abs(one.score - here.score) < 0.02
    return ends and abs(here.left - last.right) < 0.4 * max(step, 1.0) and similar


def _run(glyphs: Sequence[Glyph], page: GlyphPage, at: int) -> Run:
    left = min(glyph.left for glyph in glyphs)
    right = max(glyph.right for glyph in glyphs)
    top = min(glyph.top for glyph in glyphs)
    bottom = max(glyph.bottom for glyph in glyphs)
    if page.vertical:
        # Back from the turned page: its lines ran from right to left, from top to bottom.
        left, top, right, bottom = page.width - bottom, left, page.width - top, right
    score = _score(glyph.score for glyph in glyphs)
    box = (round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))
    return (at, at + len(glyphs), page.number, *box, score)


def _score(scores: Iterable[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return round(sum(known) / len(known), 3) if known else None
