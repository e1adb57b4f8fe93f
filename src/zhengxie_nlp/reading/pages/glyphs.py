"""Characters and where they stand: what a page format gives, and what lines and columns are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

#: Two characters are on one line if they share this part of the lower one's height.
_SHARED: Final = 0.5
#: A wider gap than this, in character heights, ends a piece of a line.
_GAP: Final = 0.7
#: A page is vertical if its characters follow each other downwards this often.
_VERTICAL: Final = 0.6
#: A page of fewer characters says nothing about the direction of its lines.
_ENOUGH: Final = 8


class Glyph(NamedTuple):
    """A character with its box from the upper left corner of the page, and its score.

    `spaced`: how wide the blanks are that the file has before it. A blank itself is no glyph.
    """

    character: str
    left: float
    top: float
    right: float
    bottom: float
    score: float | None = None
    spaced: float = 0.0


@dataclass(slots=True)
class GlyphPage:
    """A page: its size and its characters in the order in which the file has them."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    vertical: bool = False


@dataclass(slots=True)
class Piece:
    """Characters that stand close together on one line.

    Attributes:
        glyphs: in the order of the line.
        order: the place of the first of them in the file.
        size: the height of its characters.
    """

    glyphs: list[Glyph]
    order: int
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    size: float = field(default=0.0)

    def measure(self) -> Piece:
        """Set the box and the size from the characters."""
        self.left = min(glyph.left for glyph in self.glyphs)
        self.right = max(glyph.right for glyph in self.glyphs)
        self.top = min(glyph.top for glyph in self.glyphs)
        self.bottom = max(glyph.bottom for glyph in self.glyphs)
        self.size = median(glyph.bottom - glyph.top for glyph in self.glyphs)
        return self

    @property
    def middle(self) -> float:
        """The height at which it stands."""
        return (self.top + self.bottom) / 2


def is_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Tell whether the lines of a page run from top to bottom."""
    down = across = 0
    for one, two in pairwise(glyphs):
        wide, high = max(one.right - one.left, 0.1), max(one.bottom - one.top, 0.1)
        beside = abs(two.top - one.top) < 0.5 * high and 0 < two.left - one.left < 2.5 * wide
        below = abs(two.left - one.left) < 0.5 * wide and 0 < two.top - one.top < 2.5 * high
        across += beside
        down += below and not beside
    return down + across >= _ENOUGH and down > _VERTICAL * (down + across)


def turned(page: GlyphPage) -> list[Glyph]:
    """Return the characters of a vertical page as if its lines ran from left to right, the first on top."""
    return [
        glyph._replace(
            left=glyph.top,
            top=page.width - glyph.right,
            right=glyph.bottom,
            bottom=page.width - glyph.left,
        )
        for glyph in page.glyphs
    ]


def pieces(glyphs: Sequence[Glyph]) -> list[Piece]:
    """Return the pieces of lines in the order of the file: runs of characters side by side."""
    found: list[Piece] = []
    current: list[Glyph] = []
    first = 0
    for at, glyph in enumerate(glyphs):
        if current and not _goes_on(current[-1], glyph):
            found.append(Piece(current, first).measure())
            current = []
        if not current:
            first = at
        current.append(glyph)
    if current:
        found.append(Piece(current, first).measure())
    return found


def _goes_on(last: Glyph, glyph: Glyph) -> bool:
    high = min(last.bottom - last.top, glyph.bottom - glyph.top)
    if min(last.bottom, glyph.bottom) - max(last.top, glyph.top) < _SHARED * high:
        return False
    size = max(last.bottom - last.top, glyph.bottom - glyph.top)
    return -0.6 * size < glyph.left - last.right < _GAP * size
