"""Words: cuts a stretch of clean text into dictionary words with their part of speech.

The segmenter is jieba, with its dictionary and tags, and over them the words and tags of `data/words.tsv`
that this kind of text needs. It cuts by the dictionary alone (``HMM=False``): a word that no dictionary knows
stays single characters, and never takes a neighbour's. The dictionary is read at the first cut, in under a
second. jieba's cache file in the temporary folder is neither read nor written: other users of the machine
could have put it there, and results must not depend on it.
"""

from __future__ import annotations

import logging
import warnings
from functools import cache
from typing import Any, Final, NamedTuple

from zhengxie_nlp.lexicon import read_table

_MARKS: Final = frozenset("，。！？；：、“”‘’（）()《》【】—…·\n ,;:!?\"'%/-+")
#: The length and tag of the dictionary's phrases, and the tags of nouns that may be a verb's object.
_PHRASE: Final = 4
_PHRASE_TAG: Final = "l"
_OBJECT_TAGS: Final = frozenset(("n", "vn"))
#: Our own words are at least this likely (share of all words), so that they win against their parts.
_LEAST_SHARE: Final = 1.7e-5


class Word(NamedTuple):
    """A word at clean characters `start` to `end`, with its tag: n, v, vn, a, d, p, f, m or x.

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
    tokenizer, tags = _segmenter()
    found: list[Word] = []
    at = start
    for piece in tokenizer.cut(text[start:end], HMM=False):
        for part in _parts(piece, tags):
            tag = "w" if part in _MARKS else tags.get(part, "x")
            found.append(Word(at, at + len(part), tag))
            at += len(part)
    return found


def _parts(piece: str, tags: dict[str, str]) -> tuple[str, ...]:
    """Cut a phrase that jieba's dictionary holds as one word (开展活动): its verb and its noun are words."""
    if len(piece) != _PHRASE or tags.get(piece) != _PHRASE_TAG:
        return (piece,)
    first, second = piece[:2], piece[2:]
    governs = tags.get(first) == "v" and tags.get(second, "x") in _OBJECT_TAGS
    return (first, second) if governs else (piece,)


def _prefix_dictionary(words: list[str], counts: list[int]) -> tuple[dict[str, int], int]:
    """Return what jieba's `gen_pfdict` makes of its dictionary, in half the time: start-up is mostly this.

    Returns:
        The count of each word, 0 of each beginning of a word that is none itself; and the sum of the counts.
    """
    frequencies: dict[str, int] = {}
    length, longer = 1, [word for word in words if len(word) > 1]
    while longer:
        frequencies.update(dict.fromkeys([word[:length] for word in longer], 0))
        length += 1
        longer = [word for word in longer if len(word) > length]
    frequencies.update(zip(words, counts, strict=True))
    return frequencies, sum(counts)


@cache
def _segmenter() -> tuple[Any, dict[str, str]]:
    """Return jieba's tokenizer with our words in it, and the tag of every word."""
    with warnings.catch_warnings():
        # jieba 0.42 asks for pkg_resources where there is one, which warns of its own end.
        warnings.simplefilter("ignore")
        import jieba  # type: ignore[import-untyped]
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        cells = file.read().decode("utf-8").split()
    tags = dict(zip(cells[0::3], cells[2::3], strict=True))
    tokenizer.FREQ, tokenizer.total = _prefix_dictionary(cells[0::3], list(map(int, cells[1::3])))
    tokenizer.initialized = True
    least = round(tokenizer.total * _LEAST_SHARE)
    for row in read_table("words.tsv"):
        word, tag = row["word"], row["tag"]
        # A row without a tag takes a word out: jieba passes over words that never occur.
        tokenizer.add_word(word, max(tokenizer.FREQ.get(word) or 0, least) if tag else 0)
        tags[word] = tag or "x"
    return tokenizer, tags
