"""Words as the initiative rules see them: cut, with names kept whole and each verb's class beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon import read_table
from zhengxie_nlp.text.source_text import Span
from zhengxie_nlp.text.words import Word, cut

#: What stands between such marks is one name, however long it is within reason.
NAMED: Final = re.compile(
    r"“[^“”。！？\n]{0,120}+”|《(?:[^《》\n]|《[^《》\n]{0,60}+》){0,120}+》|（[^（）\n]{0,120}+）"
)
#: Ends that verbs take: 编成, 列出, 分解为.
_TAILS: Final = ("出", "成", "为", "到", "起", "至", "给", "好", "完", "上", "通", "清", "掉")
#: A word so long may be two; so many of them are kept at hand, parted.
_PARTED: Final = 4
_KEPT: Final = 1 << 14
_NOUN_TAGS: Final = frozenset(
    ("n", "nr", "ns", "nt", "nz", "ng", "j", "s", "r", "l", "x", "i", "q", "an", "vn", "b")
)


class Verb(NamedTuple):
    """What `verbs.tsv` says of a verb."""

    kind: str
    status: str


class Token(NamedTuple):
    """A word of a clause.

    Attributes:
        start: its first clean character.
        end: the character after its last one.
        text: the word as written.
        tag: the dictionary's tag; ``name`` for what quotation marks, 《》 or brackets enclose, ``time`` for a
            time expression.
        verb: its class, if `verbs.tsv` knows it.
    """

    start: int
    end: int
    text: str
    tag: str
    verb: Verb | None

    @property
    def is_verb(self) -> bool:
        """Whether it is a verb by our table, or by the dictionary."""
        return self.verb is not None or self.tag == "v"

    @property
    def is_noun(self) -> bool:
        """Whether it can stand in a noun phrase."""
        return self.tag == "name" or self.tag in _NOUN_TAGS


@cache
def verbs() -> dict[str, Verb]:
    """Return the verbs of `verbs.tsv` with their class."""
    return {row["verb"]: Verb(row["kind"], row["status"]) for row in read_table("verbs.tsv")}


@cache
def role(name: str) -> frozenset[str]:
    """Return the words of `initiative_words.tsv` that have a role, for example ``"adverb"``.

    Example:
        >>> "同时" in role("connective"), "建立" in role("adverb")
        (True, False)
    """
    return frozenset(row["word"] for row in read_table("initiative_words.tsv") if row["role"] == name)


@cache
def pattern(feature: str) -> re.Pattern[str]:
    """Return a pattern of `initiative_patterns.tsv`.

    Example:
        >>> bool(pattern("passive").search("被省政协采用3条"))
        True
    """
    table = {row["feature"]: row["pattern"] for row in read_table("initiative_patterns.tsv")}
    return re.compile(table[feature])


def longest_end(text: str, end: int, *, words: frozenset[str], start: int, most: int = 6) -> int:
    """Return the length of the longest of `words` that ends just before `end`, not before `start`; or 0."""
    for length in range(min(most, end - start), 0, -1):
        if text[end - length : end] in words:
            return length
    return 0


def tokens(text: str, *, start: int, end: int, times: Sequence[Span] = ()) -> list[Token]:
    """Cut a clause into words; names in quotation marks, 《》 and brackets stay whole, and so do `times`.

    An adverb that the dictionary has glued to a verb of ours is parted from it (积极 探索), and a verb of
    ours that it has cut in two is put together (签订).

    Example:
        >>> [token.text for token in tokens("积极探索“全员入站”工作", start=0, end=12)]
        ['积极', '探索', '“全员入站”', '工作']
    """
    whole = [(match.start(), match.end(), "name") for match in NAMED.finditer(text, start, end)]
    for place in range(bisect_left(times, (start, 0)), bisect_left(times, (end, 0))):
        time = times[place]
        if time.end <= end and not any(time.start < stop and at < time.end for at, stop, _ in whole):
            whole.append((time.start, time.end, "time"))
    made: list[Token] = []
    at = start
    for first, last, tag in sorted(whole):
        made.extend(_plain(text, at, first))
        made.append(Token(first, last, text[first:last], tag, None))
        at = last
    made.extend(_plain(text, at, end))
    return made


def _plain(text: str, start: int, end: int) -> Iterator[Token]:
    if start >= end:
        return
    words = cut(text, start, end)
    skip = start
    opens = _openings()
    for place, (first, last, tag) in enumerate(words):
        if first < skip:
            continue
        written = text[first:last]
        if tag != "w" and written in opens:
            joined = _joined(text, words, place)
            if joined is not None:
                skip, verb = joined
                yield Token(first, skip, text[first:skip], "v", verb)
                continue
        if tag == "w" or last - first < _PARTED:
            yield Token(first, last, written, tag, _verb_of(written, tag))
        else:
            for part in _parted(written, tag):
                yield Token(first + part.start, first + part.end, part.text, part.tag, part.verb)


@cache
def _openings() -> frozenset[str]:
    """Return what a verb that the dictionary has cut can begin with, whole verbs included."""
    return frozenset(verb[:length] for verb in verbs() for length in range(1, len(verb) + 1))


def _joined(text: str, words: Sequence[Word], place: int) -> tuple[int, Verb] | None:
    """Return where a verb ends that the dictionary has cut, and its class: 签|订, 总结|出, 做|深|做实."""
    known = verbs()
    word = words[place]
    for further in (3, 2, 1):
        if place + further < len(words):
            end = words[place + further].end
            both = text[word.start : end]
            if both in known and len(both) <= 4:
                return end, known[both]
    if place + 1 < len(words):
        first, following = text[word.start : word.end], words[place + 1]
        tailed = text[following.start : following.end] in _TAILS and first[-1] not in _TAILS
        if tailed and first in known and following.tag != "n":
            return following.end, known[first]
    return None


def _verb_of(word: str, tag: str) -> Verb | None:
    """Return the class of a word, or of what it is with an end that verbs take (列出)."""
    known = verbs()
    verb = known.get(word)
    if verb is None and tag == "v" and word.endswith(_TAILS):
        verb = known.get(word[:-1])
    return verb


@lru_cache(_KEPT)
def _parted(word: str, tag: str) -> tuple[Token, ...]:
    """Part an adverb from the verb it is glued to, and two verbs that stand as one word.

    The parts begin at 0: a word is parted alike wherever it stands.
    """
    known = verbs()
    verb = _verb_of(word, tag)
    if verb is None:
        for length in (2, 3):
            front, back = word[:length], word[length:]
            if back in known and (
                front in role("adverb") | role("ongoing") or front in role("planned") or front in known
            ):
                opening = Token(0, length, front, "v" if front in known else "d", known.get(front))
                return opening, Token(length, len(word), back, "v", known[back])
            if front in known and length == 2 and (tag != "n" or front not in role("deed")):
                opening = Token(0, 2, front, "v", known[front])
                return opening, Token(2, len(word), back, "n", known.get(back))
    return (Token(0, len(word), word, tag, verb),)
