"""The order of what stands on a page: cut into columns where there are gutters, from left to right.

A line that crosses the gutter (a headline, a foot) parts the page into bands; each band has columns of its
own. Where the file already has each column in one go, its own order is kept: it knows which article goes on
where. The cut is for files that go across the columns row by row, as layout systems and scans do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from zhengxie_nlp.reading.pages.glyphs import Piece

#: A gutter is this wide at least, in character heights.
_GUTTER: Final = 0.75
#: So many of the pieces of a stretch may cross its gutter: a headline or a page number; or, where no gutter
#: is found so, more.
_CROSSING: Final = (0.04, 0.15, 0.3)
#: A column has this part of the lines of a stretch at least, and so many lines.
_LEAST_SHARE: Final = 0.12
_LEAST_LINES: Final = 2
#: A column is so many characters wide at least; what is narrower is a table.
_NARROWEST: Final = 5.5
#: A headline's characters are so much larger than those of the text.
_LARGER: Final = 1.3
#: Cuts go no deeper than this.
_DEEPEST: Final = 40
#: The file's own order agrees with the columns if it changes between them hardly more often than it must.
_CHANGES: Final = 1.34

Block = list[list[Piece]]


def in_order(pieces: Sequence[Piece], gutters: Sequence[float] = ()) -> list[Block]:
    """Return the blocks of a page in reading order, each as lines of pieces.

    Args:
        pieces: the pieces of lines in the order of the file.
        gutters: where the gutters of the other pages are (`find_gutters`): there a column may be a lone line,
            as on the last page.
    """
    if not pieces:
        return []
    blocks = _cut(list(pieces), gutters, 0)
    if len(blocks) > 1 and _agrees(blocks):
        blocks.sort(key=lambda block: min(piece.order for piece in block))
    return [lines for block in blocks if (lines := _lines(block))]


def find_gutters(pieces: Sequence[Piece]) -> list[float]:
    """Return where the gutters between the columns of a page are, each by its middle."""
    gutters: list[float] = []
    waiting = [list(pieces)]
    while waiting and len(gutters) < _DEEPEST:
        stretch = waiting.pop()
        if len(stretch) < 2 * _LEAST_LINES:
            continue
        size = median(piece.size for piece in stretch)
        gutter = _best_gutter(stretch, size, ())
        if gutter is not None:
            gutters.append(gutter)
            waiting.append([piece for piece in stretch if piece.right <= gutter + 0.1 * size])
            waiting.append([piece for piece in stretch if piece.left >= gutter - 0.1 * size])
    return gutters


def _agrees(blocks: Sequence[Sequence[Piece]]) -> bool:
    """Tell whether the file has each block in one go."""
    owners = sorted((piece.order, number) for number, block in enumerate(blocks) for piece in block)
    changes = sum(one[1] != two[1] for one, two in pairwise(owners))
    return changes + 1 <= _CHANGES * len(blocks)


def _cut(pieces: list[Piece], known: Sequence[float], depth: int) -> list[list[Piece]]:
    if len(pieces) < 2 or depth > _DEEPEST:
        return [pieces]
    size = median(piece.size for piece in pieces)
    title = _title(pieces, size)
    if title:
        named = set(map(id, title))
        return [title, *_cut([piece for piece in pieces if id(piece) not in named], known, depth + 1)]
    gutter = _best_gutter(pieces, size, known)
    if gutter is None:
        return [pieces]
    crossing = [
        piece for piece in pieces if piece.left < gutter - 0.1 * size and piece.right > gutter + 0.1 * size
    ]
    if not crossing:
        left = [piece for piece in pieces if (piece.left + piece.right) / 2 < gutter]
        right = [piece for piece in pieces if (piece.left + piece.right) / 2 >= gutter]
        return [*_cut(left, known, depth + 1), *_cut(right, known, depth + 1)]
    return _bands(pieces, crossing, known, depth)


def _title(pieces: Sequence[Piece], size: float) -> list[Piece]:
    """Return a line of larger characters that stands above all else: it may be no wider than a column."""
    top = min(pieces, key=lambda piece: piece.top)
    if top.size < _LARGER * size:
        return []
    line = [piece for piece in pieces if piece.top < top.bottom - 0.2 * top.size]
    alike = all(abs(piece.size - top.size) < 0.2 * top.size for piece in line)
    return line if alike and len(line) < len(pieces) else []


def _bands(
    pieces: list[Piece], crossing: list[Piece], known: Sequence[float], depth: int
) -> list[list[Piece]]:
    """Part a stretch at the lines that cross its gutter."""
    crossed = {id(piece) for piece in crossing}
    edges = sorted(crossing, key=lambda piece: piece.middle)
    bands: list[list[Piece]] = [[] for _ in range(2 * len(edges) + 1)]
    for piece in pieces:
        at = sum(edge.middle < piece.middle for edge in edges)
        if id(piece) in crossed:
            bands[2 * at + 1].append(piece)
            continue
        beside = next(
            (n for n, edge in enumerate(edges) if abs(edge.middle - piece.middle) < 0.4 * edge.size), None
        )
        # What stands beside a crossing line belongs to it: the rest of a headline.
        bands[2 * at if beside is None else 2 * beside + 1].append(piece)
    found: list[list[Piece]] = []
    run: list[Piece] = []
    for number, band in enumerate(bands):
        if number % 2:
            run.extend(band)
        elif band:
            if run:
                found.append(run)
                run = []
            found.extend(_cut(band, known, depth + 1))
    return [*found, run] if run else found


def _best_gutter(pieces: Sequence[Piece], size: float, known: Sequence[float]) -> float | None:
    """Return the middle of the widest strip that few pieces cross, with lines on both sides of it."""
    total = _line_count(pieces)
    for share in _CROSSING:
        best: tuple[float, float] | None = None
        for start, end in _strips(pieces, share * len(pieces)):
            hinted = any(start < one < end for one in known)
            least = 1 if hinted else max(_LEAST_LINES, _LEAST_SHARE * total)
            middle = (start + end) / 2
            if end - start >= _GUTTER * size and _divides(pieces, middle, size, least):
                best = max(best or (0.0, 0.0), (end - start, middle))
        if best is not None:
            return best[1]
    return None


def _strips(pieces: Sequence[Piece], most: float) -> Iterator[tuple[float, float]]:
    """Give the strips of a page that no more pieces than these cross, from left to right."""
    edges = sorted([*((piece.left, 1) for piece in pieces), *((piece.right, -1) for piece in pieces)])
    crossing, start = 0, None
    for x, change in edges:
        crossing += change
        if crossing <= most and start is None:
            start = x
        elif crossing > most and start is not None:
            yield start, x
            start = None


def _divides(pieces: Sequence[Piece], middle: float, size: float, least: float) -> bool:
    """Tell whether what is on both sides of a gutter makes two columns."""
    left = [piece for piece in pieces if piece.right <= middle + 0.1 * size]
    right = [piece for piece in pieces if piece.left >= middle - 0.1 * size]
    if not left or not right or min(_line_count(left), _line_count(right)) < least:
        return False
    return (least == 1 or (_wide(left, size) and _wide(right, size))) and _beside(left, right)


def _wide(pieces: Sequence[Piece], size: float) -> bool:
    """Tell whether lines are as wide as those of a column of text, and not the cells of a table."""
    widths = sorted(piece.right - piece.left for piece in pieces)
    return widths[(3 * len(widths)) // 4] >= _NARROWEST * size


def _distinct(values: Sequence[float], apart: float) -> list[float]:
    kept: list[float] = []
    for value in values:
        if not kept or value - kept[-1] > apart:
            kept.append(value)
        else:
            kept[-1] = value
    return kept


def _line_count(pieces: Sequence[Piece]) -> int:
    """Count the lines that the pieces stand on."""
    count, last = 0, float("-inf")
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        if piece.middle - last > 0.5 * piece.size:
            count, last = count + 1, piece.middle
    return count


def _beside(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Tell whether two sides stand beside each other, and not one above the other."""
    top = max(min(piece.top for piece in left), min(piece.top for piece in right))
    bottom = min(max(piece.bottom for piece in left), max(piece.bottom for piece in right))
    return bottom > top


def _lines(pieces: Sequence[Piece]) -> Block:
    """Return the lines of a block, each with its pieces from left to right."""
    lines: Block = []
    for piece in sorted(pieces, key=lambda piece: (piece.middle, piece.left)):
        if lines and abs(piece.middle - lines[-1][0].middle) < 0.5 * min(piece.size, lines[-1][0].size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda piece: piece.left) for line in lines]
