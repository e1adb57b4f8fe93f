"""Phrases: a stretch of text as tokens with the role that each plays in a noun phrase or an activity.

The words come from `zhengxie_nlp.text.words`; their tags and the lists in `data/counted_words.tsv` give the
roles. A quotation, a title in 《》 and a short bracket are one token each.
"""

from __future__ import annotations

import re
from functools import cache

from zhengxie_nlp.lexicon import read_table
from zhengxie_nlp.text.words import Word, cut

_WHOLE = re.compile(
    r"“[^“”\n]{1,30}”|《[^《》\n]{1,60}》|[（(][^（）()\n]{1,12}[）)]|[A-Za-z]{1,6}\d{1,3}(?:\.\d{1,2})?"
)
_NUMBER_SIGNS = frozenset("〇零一二两三四五六七八九十百千万亿半多余几")
_NOUN_TAGS = frozenset("nsjlig")


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
    lists: dict[str, set[str]] = {}
    for row in read_table("counted_words.tsv"):
        lists.setdefault(row["list"], set()).add(row["word"])
    return {name: frozenset(words) for name, words in lists.items()}


def tokens(text: str, start: int, end: int) -> list[Token]:
    """Cut a stretch into tokens; a quotation, title or bracket is one token."""
    found: list[Token] = []
    at = start
    for match in _WHOLE.finditer(text, start, end):
        found.extend(_plain(text, at, match.start()))
        role = "bracket" if match[0][0] in "（(" else "noun" if match[0][0].isascii() else "quote"
        found.append(Token(match.start(), match.end(), role, match[0]))
        at = match.end()
    found.extend(_plain(text, at, end))
    return found


def _plain(text: str, start: int, end: int) -> list[Token]:
    found: list[Token] = []
    for word in cut(text, start, end):
        written = text[word.start : word.end]
        if written in ("者", "员", "率", "量", "费") and found and _takes_suffix(found[-1]):
            first = found.pop()
            found.append(Token(first.start, word.end, "noun", first.text + written))
        else:
            role = _role(text, word)
            if role == "measure":
                role = "noun" if found and found[-1].role in ("noun", "nominal") else "stop"
            found.append(Token(word.start, word.end, role, written))
    return found


def _takes_suffix(token: Token) -> bool:
    """Say whether 率 or 量 makes a noun of a word: 转化|率, 逾期|率."""
    if token.role in ("verb", "nominal"):
        return True
    adverb = token.role == "stop" and len(token.text) > 1 and token.text not in word_lists()["stop"]
    return adverb and all("一" <= sign <= "龥" and sign not in _NUMBER_SIGNS for sign in token.text)


def _role(text: str, word: Word) -> str:
    written, lists = text[word.start : word.end], word_lists()
    for role in ("manner", "stop", "noun", "verb"):
        if written in lists[role]:
            return role
    if written[:1] == "被" or (written[0] == "近" and written[-1] == "年"):
        return "stop"
    if written in "、和及与暨" or written in ("以及", "及其"):
        return "and"
    if written == "的":
        return "de"
    tag = word.tag
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


def is_actor(token: Token) -> bool:
    """Say whether a noun names people, a body or a place: 委员, 企业, 街道."""
    actors = word_lists()["actor"]
    return token.text in actors or token.text[-2:] in actors or token.text[-1] in "员者户民生师社"


def is_body(token: Token) -> bool:
    """Say whether a noun heads compounds that may hold a verb: 工作组 of 项目推进工作组."""
    body = word_lists()["body"]
    return token.text in body or token.text[-2:] in body or token.text[-1] in "会班队站室点组"
