"""Words: cuts a stretch of clean text into dictionary words with their part of speech.

The dictionary is jieba's (its frequencies and tags), over it `data/words.tsv` with the words and tags that
this kind of text needs. The cut is the most probable one by single words, found by dynamic programming over
a bounded word length: linear in the text, the same on every machine, no cache file, no start-up output. The
dictionary is read at the first cut, in about half a second.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import Final, NamedTuple

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon import read_table

#: Longer entries of the dictionary are compounds: their parts serve better.
LONGEST: Final = 5
_UNKNOWN: Final = -18.0
#: Tags of set phrases; the long ones serve better as their parts (提出 批评, 邻里 纠纷).
_PHRASES = frozenset(("l", "al", "bl", "dl", "nl", "vl", "v", "vn", "a", "b", "d", "m", "t", "z"))
_OTHER = frozenset("，。！？；：、“”‘’（）()《》【】—…·\n ,;:!?\"'%/-+")


class Word(NamedTuple):
    """A word at clean characters `start` to `end`, with its tag (n, v, vn, a, d, p, f, m, x).

    Punctuation has the tag ``w``, a character that no word explains ``x``.
    """

    start: int
    end: int
    tag: str


def cut(text: str, start: int, end: int) -> list[Word]:
    """Cut `text` between `start` and `end` into words.

    Args:
        text: a clean text.
        start: the first character.
        end: the character after the last one.

    Returns:
        The words in order; together they cover every character once.

    Example:
        >>> [word.tag for word in cut("建立委员工作室", 0, 7)]
        ['v', 'n', 'n']
    """
    words = _dictionary()
    size = end - start
    best = [0.0] * (size + 1)
    step = [1] * (size + 1)
    for at in range(size - 1, -1, -1):
        absolute = start + at
        known = words.get(text[absolute])
        score = (known[0] if known else _UNKNOWN) + best[at + 1]
        length = 1
        for longer in range(2, min(LONGEST, size - at) + 1):
            entry = words.get(text[absolute : absolute + longer])
            if entry is not None and entry[0] + best[at + longer] > score:
                score, length = entry[0] + best[at + longer], longer
        best[at], step[at] = score, length
    found: list[Word] = []
    at = 0
    while at < size:
        piece = text[start + at : start + at + step[at]]
        entry = words.get(piece)
        tag = "w" if piece in _OTHER else entry[1] if entry else "x"
        found.append(Word(start + at, start + at + step[at], tag))
        at += step[at]
    return found


@cache
def _dictionary() -> dict[str, tuple[float, str]]:
    """Read the dictionary: each word's logarithmic probability and tag."""
    spec = find_spec("jieba")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise DataError(
            "ZX303",
            "the dictionary of jieba is missing",
            where="jieba",
            hint="Install it: pip install jieba.",
        )
    cells = (Path(places[0]) / "dict.txt").read_text(encoding="utf-8").split()
    counts = list(map(int, cells[1::3]))
    base = log(sum(counts))
    words = {
        word: (log(count) - base, tag)
        for word, count, tag in zip(cells[0::3], counts, cells[2::3], strict=True)
        if len(word) <= LONGEST and count > 2 and not (len(word) > 3 and tag in _PHRASES)
    }
    for row in read_table("words.tsv"):
        if not row["tag"]:
            words.pop(row["word"], None)
            continue
        known = words.get(row["word"], (-11.0 + len(row["word"]) * 0.5, ""))
        words[row["word"]] = (max(known[0], -11.0), row["tag"])
    return words
