"""How alike two speeches are, from a short signature of each: the same speech in two papers is found so.

The signature is a MinHash of the overlapping runs of five characters, with fixed constants: the same words
give the same signature on every machine. The share of equal places in two signatures estimates the share of
runs that the texts have in common (Jaccard).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: The length of a run, in characters.
_RUN: Final = 5
#: Places in a signature, of four bytes each.
_PLACES: Final = 64
#: Signatures are compared where the places of one band are equal.
BANDS: Final = 16
#: A speech with fewer characters says too little to be told from others.
_FEWEST: Final = 100
#: So many runs are looked at at a time.
_AT_ONCE: Final = 1 << 16
#: From this share on two speeches are called alike.
ALIKE: Final = 0.7


class Signed(NamedTuple):
    """A speech with its signature."""

    speech: str
    characters: int
    signature: str


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread the bits of numbers (the finisher of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _seeds() -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        steps = np.arange(1, _PLACES + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        return _mixed(steps)


def _least(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the least hash of all runs of some characters, for each place."""
    with np.errstate(over="ignore"):
        runs = np.zeros(len(codes) - _RUN + 1, dtype=np.uint64)
        for place in range(_RUN):
            runs = runs * np.uint64(0x100000001B3) + codes[place : len(runs) + place]
        runs = _mixed(runs)
        return np.array([_mixed(runs ^ seed).min() >> np.uint64(32) for seed in _seeds()])


def signature(text: str) -> str | None:
    r"""Return the signature of a text, or None if it has too few letters.

    Args:
        text: any text; only letters and digits count, so layout and punctuation do not.

    Example:
        >>> signature("太短") is None
        True
        >>> one = "委员围绕营商环境深入企业开展调研，形成调研报告，提出意见建议。" * 5
        >>> signature(one) == signature(one.replace("，", "\n"))
        True
    """
    letters = "".join(filter(str.isalnum, text))
    if len(letters) < _FEWEST:
        return None
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    least = np.full(_PLACES, 0xFFFFFFFF, dtype=np.uint64)
    for start in range(0, len(codes) - _RUN + 1, _AT_ONCE):
        least = np.minimum(least, _least(codes[start : start + _AT_ONCE + _RUN - 1]))
    return base64.b85encode(least.astype("<u4").tobytes()).decode()


def bands(signed: str) -> Iterator[bytes]:
    """Yield the bands of a signature: texts of which one is equal may be alike."""
    raw = base64.b85decode(signed)
    step = len(raw) // BANDS
    for number in range(BANDS):
        yield bytes([number]) + raw[number * step : (number + 1) * step]


def likeness(one: str, other: str) -> float:
    """Return the estimated share of runs that two texts have in common, 0 to 1, from their signatures."""
    first, second = (np.frombuffer(base64.b85decode(text), dtype="<u4") for text in (one, other))
    return float((first == second).mean())


def signatures(speeches: Iterable[tuple[str, str]]) -> list[Signed]:
    """Return the signed speeches among some, given as id and text."""
    made = []
    for id_, text in speeches:
        signed = signature(text)
        if signed is not None:
            made.append(Signed(id_, len(text), signed))
    return made
