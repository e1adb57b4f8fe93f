"""Tells which names mean the same mechanism, and which clauses tell of the same deed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from zhengxie_nlp.lexicon.tables import read_table

_SIGNS: Final = re.compile(r"[^\w+]|_")
#: What may be put into a name, in characters, and it still names the same.
_MOST_PUT_IN: Final = 4
#: What two names share at their beginnings and at their ends, at least.
_FEWEST_SHARED: Final = 2
_SHORTEST: Final = 4
#: A name must have so many characters that are not of common words.
_FEWEST_OWN: Final = 2


def plain(name: str) -> str:
    """Return a name without quotation marks and other signs.

    Example:
        >>> plain("“有事好商量” 协商平台")
        '有事好商量协商平台'
    """
    return _SIGNS.sub("", name)


@cache
def _common() -> re.Pattern[str]:
    words = sorted(read_table("mechanism_common_words.tsv").column("word"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@cache
def says_which(name: str) -> bool:
    """Tell whether a plain name says which mechanism is meant: 委员工作室 does, 工作机制 does not."""
    return len(_common().sub("", name)) >= _FEWEST_OWN


def same_mechanism(one: str, other: str) -> bool:
    """Tell whether two plain names mean the same: one is the other with something put into it.

    Example:
        >>> same_mechanism("委员工作室", "委员联络工作室"), same_mechanism("工作机制", "工作推进机制")
        (True, False)
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    put_in = len(long) - len(short)
    if len(short) < _SHORTEST or not 0 < put_in <= _MOST_PUT_IN or not says_which(short):
        return False
    for begin in range(_FEWEST_SHARED, len(short) - _FEWEST_SHARED + 1):
        if short[:begin] != long[:begin]:
            return False
        if short[begin:] == long[begin + put_in :]:
            return True
    return False


def group_names(counts: Mapping[str, int]) -> dict[str, str]:
    """Return, for each plain name, the one that it is counted as: the most frequent of those like it.

    Names are taken by their frequency; each joins the first that it means the same as, and that one only: no
    chains of names, each like the next, bring together what is not alike.

    Args:
        counts: how often each name occurs.
    """
    chosen: dict[str, str] = {}
    heads: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        ends = (name[:_FEWEST_SHARED], name[-_FEWEST_SHARED:])
        same = next((head for head in heads[ends] if same_mechanism(head, name)), None)
        if same is None:
            heads[ends].append(name)
        chosen[name] = same or name
    return chosen


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of pairs of neighbouring characters that two texts have in common (Dice), 0 to 1."""
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text, its figures and signs left out."""
    letters = re.sub(r"[\W\d_]+", "", text)
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))


def by_pairs(texts: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    """Return for each pair the numbers of the texts that have it."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for pair in text:
            found[pair].append(number)
    return found
