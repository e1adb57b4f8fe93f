"""Cuts a text into the pieces that certainly stand together, where it may have been cut."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from itertools import pairwise
from typing import Final

from zhengxie_nlp.structure.reading_order.evidence import (
    Piece,
    costs,
    find_openings,
    oddness,
    openness,
    wording,
)
from zhengxie_nlp.structure.reading_order.language_model import language_model
from zhengxie_nlp.structure.reading_order.paragraph_ends import Stretch

#: So many paragraphs further the rest of a sentence is looked for.
_PARAGRAPHS: Final = 80
#: So many paragraphs that look whole are considered for each open end.
_PROPOSED: Final = 4
#: From these log odds on an end is open, and a start odd.
OPEN: Final = 0.0
ODD: Final = 0.0


def is_open(stretch: Stretch) -> bool:
    """Say whether a paragraph may break off: by its own end, or as a line that may be no headline."""
    return stretch.fragment is not None or openness(stretch) > OPEN


def find_pieces(stretches: Sequence[Stretch]) -> tuple[Piece, ...]:
    """Cut a text into the pieces that certainly stand together."""
    body = [one for one in stretches if one.place in ("body", "turn")]
    opened = {one.number for one in body if is_open(one)}
    begins = {one.number for one in body if oddness(one) > ODD}
    begins |= {after.number for one, after in pairwise(body) if one.number in opened}
    begins |= _proposed(body, opened)
    pieces: list[Piece] = []
    lines: list[int] = []
    own: list[Stretch] = []
    title: list[str] = []
    headed = not stretches or stretches[0].place in ("head", "turn")

    def close() -> None:
        nonlocal lines, own, title, headed
        if lines:
            number = len(pieces)
            text = "".join(title)
            pieces.append(
                Piece(
                    number,
                    tuple(own),
                    tuple(lines),
                    headed,
                    text,
                    wording(own, text) if opened else {},
                    find_openings(own) if opened else (),
                )
            )
        lines, own, title, headed = [], [], [], False

    for one in stretches:
        if one.place in ("head", "turn"):
            close()
            headed = True
        elif one.place == "body" and one.number in begins and own:
            close()
        if one.place == "head" or (one.place == "aside" and headed and not own):
            title.append(one.text)
        lines.append(one.number)
        if one.place in ("body", "turn"):
            own.append(one)
    close()
    return tuple(pieces)


def _proposed(body: Sequence[Stretch], opened: set[int]) -> set[int]:
    """Return the paragraphs that look whole but may be the rest of a sentence that breaks off."""
    model, least = language_model(), costs()["propose"]
    found: set[int] = set()
    for at, one in enumerate(body):
        if one.number not in opened:
            continue
        tail = one.text[-40:]
        for others, most in (
            (body[at + 2 : at + _PARAGRAPHS], _PROPOSED),
            (body[max(0, at - _PARAGRAPHS) : at], 1),
        ):
            scored = [
                (-odds, other.number)
                for other in others
                if other.marker is None and other.place == "body"
                for odds in (model.reads_on(tail, other.text[:40]) - model.opening(other.text[:40]),)
                if odds > least
            ]
            found.update(number for _, number in nsmallest(most, scored))
    return found
