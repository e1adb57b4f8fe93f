"""Phrases: a stretch of text as tokens with the role that each plays in a noun phrase or an activity.

The words come from `text.segmenters.words`; their tags and the lists in `data/counted_words.tsv` give the
roles. A quotation, a title in 《》 and a short bracket are one token each.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.lexicon.memo import Memo
from zhengxie_nlp.lexicon.tables import left_out, read_table
from zhengxie_nlp.text.segmenters.words import Segmenter, segmenter

_WHOLE = re.compile(
    r"(?=[“《（(A-Za-z])(?:“[^“”\n]{1,30}”|《[^《》\n]{1,60}》|[（(][^（）()\n]{1,12}[）)]|[A-Za-z]{1,6}\d{1,3}(?:\.\d{1,2})?)"
)
_NUMBER_SIGNS = frozenset("〇零一二两三四五六七八九十百千万亿半多余几")
_NOUN_TAGS = frozenset("nsjlig")
#: What makes a noun of a verb before it: 转化|率.
_SUFFIXES: Final = frozenset("者员率量费")
#: So many words' roles, and stretches of a text, are kept at hand.
_KEPT_ROLES: Final = 1 << 14
_KEPT_STRETCHES: Final = 64


class Token:
    """A word, or a whole quotation or bracket, with the role it plays in a phrase.

    Roles: noun, nominal (a verb that also names an activity: 学习), verb, adjective, de (的), and (、和及与),
    quote, bracket, manner (实地, which may open an activity), stop.
    A measure word right after a noun is a noun (日 of 值班日).
    """

    __slots__ = ("end", "role", "start", "text")

    def __init__(self, start: int, end: int, role: str, text: str) -> None:
        self.start, self.end, self.role, self.text = start, end, role, text


@cache
def word_lists() -> dict[str, frozenset[str]]:
    """Return the lists of `data/counted_words.tsv` by name."""
    name = "counted_words.tsv"
    return {**dict.fromkeys(left_out(name), frozenset()), **read_table(name).grouped("word", by="list")}


class Phrasing:
    """A text, and its stretches as tokens: around one number the same stretch is asked for again and again.

    Args:
        text: the clean text.

    Example:
        >>> [token.text for token in Phrasing("建立“委员之家”").tokens(0, 8)]
        ['建立', '“委员之家”']
    """

    __slots__ = ("_kept", "_segmenter", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._segmenter = segmenter()
        self._kept: dict[tuple[int, int], list[Token]] = {}

    def tokens(self, start: int, end: int) -> list[Token]:
        """Cut a stretch into tokens; a quotation, title or bracket is one. The list is shared."""
        if start >= end:
            return []
        known = self._kept.get((start, end))
        if known is None:
            if len(self._kept) >= _KEPT_STRETCHES:
                self._kept.clear()
            known = self._kept[start, end] = []
            at = start
            while (match := _WHOLE.search(self.text, at, end)) is not None:
                _add_words(known, self._segmenter, self.text, at, match.start())
                at, written = match.end(), match[0]
                role = "bracket" if written[0] in "（(" else "noun" if written.isascii() else "quote"
                known.append(Token(match.start(), at, role, written))
            _add_words(known, self._segmenter, self.text, at, end)
        return known


def _add_words(found: list[Token], segmenter: Segmenter, text: str, start: int, end: int) -> None:
    """Add the words of a stretch without quotations to the tokens found before it."""
    if start >= end:
        return
    first = len(found)
    for begin, stop, tag in segmenter.cut(text, start, end):
        written = text[begin:stop]
        role = _roles[written, tag]
        if written in _SUFFIXES and len(found) > first and _takes_suffix(found[-1]):
            stem = found.pop()
            found.append(Token(stem.start, stop, "noun", stem.text + written))
            continue
        if role == "measure":
            role = "noun" if len(found) > first and found[-1].role in ("noun", "nominal") else "stop"
        found.append(Token(begin, stop, role, written))


def _takes_suffix(token: Token) -> bool:
    """Say whether 率 or 量 makes a noun of a word: 转化|率, 逾期|率."""
    if token.role in ("verb", "nominal"):
        return True
    adverb = token.role == "stop" and len(token.text) > 1 and token.text not in word_lists()["stop"]
    return adverb and all("一" <= sign <= "龥" and sign not in _NUMBER_SIGNS for sign in token.text)


def _role(word: tuple[str, str]) -> str:
    written, tag = word
    lists = word_lists()
    for role in ("manner", "stop", "noun", "verb"):
        if written in lists[role]:
            return role
    if written[:1] == "被" or (written[0] == "近" and written[-1] == "年"):
        return "stop"
    if written in "、和及与暨" or written in closed_words("and"):
        return "and"
    if written == "的":
        return "de"
    if tag == "vn":
        return "nominal"
    if tag == "z" and len(written) > 2 and len(set(written)) == len(written):
        return "noun"
    if tag == "i" and len(written) > 3:
        return "adjective"
    if tag[0] in _NOUN_TAGS or tag in ("an", "eng", "al", "bl") or (tag == "x" and written[0].isalpha()):
        return "noun"
    if tag[0] == "v":
        return "verb"
    if tag in ("q", "t", "tg", "zg", "m") and len(written) == 1 and written not in _NUMBER_SIGNS:
        return "measure"
    return "adjective" if tag[0] in "ab" or tag == "z" else "stop"


_roles: Final = Memo(_role, most=_KEPT_ROLES)


def is_actor(token: Token) -> bool:
    """Say whether a noun names people, a body or a place: 委员, 企业, 街道."""
    actors = word_lists()["actor"]
    return (
        token.text in actors or token.text[-2:] in actors or token.text[-1] in closed_words("people ending")
    )
