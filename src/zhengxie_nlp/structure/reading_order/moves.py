"""Moves: links in place of those of the source, and how likely they are to be right.

That a reading is the best says that the others are worse, not that it is right: the rest of a sentence may be
missing, or stand where nothing shows it. How much a move gained, how far the next best reading is and how the
joint itself reads tell right moves from wrong ones; what each is worth was fitted by `tools/fit_moves.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from zhengxie_nlp.structure.reading_order.evidence import Cue, Piece, costs

#: The evidence that is wording over a joint.
_WORDING: Final = frozenset(("reads_on", "words", "word", "echo", "owed", "number"))
_MOST_GAIN, _MOST_MARGIN = 15.0, 10.0
_LEAST_WORDING, _MOST_WORDING = -6.0, 12.0


class Link(NamedTuple):
    """One piece after another.

    Attributes:
        left: the number of the first.
        right: the number of what comes after it; -1 if nothing does.
        within: whether it goes on in mid-sentence.
        cost: what speaks against it, in log odds.
        cues: the reasons.
    """

    left: int
    right: int
    within: bool
    cost: float
    cues: tuple[Cue, ...] = ()

    def resumes(self) -> bool:
        """Say whether a sentence goes on with something that does not stand next."""
        return self.within and self.right != self.left + 1

    def wording(self) -> float:
        """Return what the wording over the joint speaks against it."""
        return sum(cue.cost for cue in self.cues if cue.name in _WORDING)


@dataclass(frozen=True, slots=True)
class Move:
    """Links that the best reading has in place of those of the source; they stand or fall together.

    Attributes:
        links: the links, by the pieces they start from.
        gain: by how much they are better than the source.
        margin: by how much they are better than the next best reading.
    """

    links: tuple[Link, ...]
    gain: float
    margin: float


def right_signs(move: Move, link: Link, right: Piece) -> Mapping[str, float]:
    """Return what speaks for a link of a move, by its row in `reading_order.tsv` without ``right_``.

    Args:
        move: the move.
        link: one of its links, in which a sentence goes on.
        right: the piece that the link leads to.
    """
    return {
        "gain": min(move.gain, _MOST_GAIN),
        "margin": min(move.margin, _MOST_MARGIN),
        "joint": -link.cost,
        "wording": max(_LEAST_WORDING, min(_MOST_WORDING, -link.wording())),
        "word": float(any(cue.name == "word" for cue in link.cues)),
        "undented": float(right.first.undented),
        "back": float(link.right < link.left),
        "links": float(sum(one.right >= 0 for one in move.links)),
    }


def right_odds(move: Move, link: Link, right: Piece) -> float:
    """Return the log odds that a link of a move is right; for the arguments see `right_signs`."""
    prices = costs()
    signs = right_signs(move, link, right)
    return prices["right_bias"] + sum(amount * prices[f"right_{name}"] for name, amount in signs.items())
