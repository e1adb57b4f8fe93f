"""Classes of words: so that a word which no list knows is near those that lists know.

The classes were counted in official documents (`data/word_classes.tsv`): words of one class stand beside the
same words. A longer word that was not counted takes the class of the longest word it ends in.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from zhengxie_nlp.lexicon.memo import Memo
from zhengxie_nlp.lexicon.tables import read_table

#: So many words' classes are kept at hand.
_KEPT: Final = 1 << 14
_LONGEST: Final = 4
#: The class and the kin of a word that ends in none that was counted.
UNKNOWN: Final = ("-", "-")


@cache
def _classes() -> dict[str, tuple[str, str]]:
    """Return class and kin of each word that was counted."""
    return {
        word: (row["class"], row["kin"])
        for row in read_table("word_classes.tsv")
        for word in row["words"].split(" ")
    }


def _class_of(word: str) -> tuple[str, str]:
    known = _classes()
    if word in known:
        return known[word]
    endings = (word[-length:] for length in range(min(_LONGEST, len(word)), 0, -1))
    return next((known[ending] for ending in endings if ending in known), UNKNOWN)


_memo: Final = Memo(_class_of, most=_KEPT)


def class_of(word: str) -> tuple[str, str]:
    """Return the class of a word, and the coarser class, its kin.

    Example:
        >>> class_of("制度") == class_of("党内制度")
        True
    """
    return _memo[word]
