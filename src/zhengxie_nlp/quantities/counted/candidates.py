"""Candidates for what a quantity counts: runs of words before and behind it, in its own sentence.

A sentence is cut into tokens once, with each of its quantities as one token. The noun may stand behind the
number (8个|专委会|), before it (|委员沙龙|20多次), or some clauses before (征集|摄影作品|1860幅，评选120幅).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.context.tokens import Phrasing, Token
from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.text.source_text import Span

#: How far a noun may stand from its number, in characters before and behind; how long it may be, in tokens.
BEFORE: Final = 80
AFTER: Final = 40
LONGEST: Final = 9
#: Behind a number a noun begins no later than this many tokens, behind its own it ends no later than that.
_LATEST_START: Final = 5
_LATEST_END: Final = 14
#: A noun is not looked for beyond so many other quantities, or commas: where there are more, the text is a
#: table. Of 5,500 nouns before their number in gold, 34 stand farther off.
_MOST_BETWEEN: Final = 3
_MOST_COMMAS: Final = 3
_COMMAS: Final = frozenset("，、；：,;")
#: Beyond another quantity a noun is whole: it does not end before one of these (26 of 816 in gold do).
_GOES_ON: Final = frozenset(("noun", "nominal", "quote", "and"))
_NEVER_FIRST: Final = frozenset(("de", "and", "bracket"))
_STOPS: Final = frozenset(("stop",))
_ENDS: Final = frozenset(("noun", "nominal", "quote", "verb", "bracket"))
_BREAKS: Final = frozenset("，；：。！？\n")


class Run(NamedTuple):
    """Tokens `first` to `last` of a sentence, both included, on one side of a quantity."""

    first: int
    last: int


class Sentence(NamedTuple):
    """A sentence in tokens; `places` says at which index each of its quantities stands."""

    tokens: list[Token]
    places: list[int]


def sentence_of(phrasing: Phrasing, whole: Span, quantities: Sequence[Span]) -> Sentence:
    """Cut a sentence into tokens, with a token of the role ``quantity`` for each of its quantities.

    Args:
        phrasing: the text.
        whole: the sentence.
        quantities: the characters of its quantities, in order.
    """
    tokens: list[Token] = []
    places: list[int] = []
    at = whole.start
    for span in quantities:
        tokens += phrasing.tokens(at, span.start)
        places.append(len(tokens))
        tokens.append(Token(span.start, span.end, "quantity", phrasing.text[span.start : span.end]))
        at = span.end
    tokens += phrasing.tokens(at, max(at, whole.end))
    return Sentence(tokens, places)


def runs_before(tokens: Sequence[Token], place: int) -> list[Run]:
    """Return the runs before the quantity at `place` that may be what it counts, nearest first."""
    edge = tokens[place].start - BEFORE
    found: list[Run] = []
    others = commas = 0
    for last in range(place - 1, -1, -1):
        others += tokens[last].role == "quantity"
        commas += tokens[last].text in _COMMAS
        if tokens[last].start < edge or others > _MOST_BETWEEN or commas > _MOST_COMMAS:
            break
        if others and tokens[last + 1].role in _GOES_ON:
            continue
        if _may_end(tokens, last):
            found += _runs_to(tokens, last, least=max(0, last - LONGEST + 1), edge=edge)
    return found


def runs_after(tokens: Sequence[Token], place: int) -> list[Run]:
    """Return the runs behind the quantity at `place` that may be what it counts, nearest first."""
    edge, size = tokens[place].end + AFTER, len(tokens)
    stop = place + 1
    since, starts = place, []
    while stop < size and stop - place <= _LATEST_END:
        token = tokens[stop]
        if token.end > edge or token.text[0] in _BREAKS:
            break
        if token.role == "quantity":
            since = stop
        elif stop - since <= _LATEST_START and token.role not in _NEVER_FIRST and token.role != "stop":
            starts.append(stop)
        stop += 1
    found: list[Run] = []
    for first in starts:
        for last in range(first, min(stop, first + LONGEST)):
            if tokens[last].role == "stop" or not _may_hold(tokens, last):
                break
            if _may_end(tokens, last) and (first < last or tokens[last].role != "bracket"):
                found.append(Run(first, last))
    return found


def _runs_to(tokens: Sequence[Token], last: int, *, least: int, edge: int) -> list[Run]:
    """Return the runs that end with one token."""
    found: list[Run] = []
    for first in range(last, least - 1, -1):
        token = tokens[first]
        if token.start < edge or token.role == "stop" or not _may_hold(tokens, first):
            break
        if token.role not in _NEVER_FIRST:
            found.append(Run(first, last))
    return found


def _may_end(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a run may end with this token; a bracket only right behind a noun: 行政村（社区）."""
    role = tokens[place].role
    return role in _ENDS and (role != "bracket" or (place > 0 and tokens[place - 1].role == "noun"))


def _may_hold(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a run may hold this token; a quantity only where it describes: 亿元以上项目, 20年的住宅."""
    token = tokens[place]
    if token.role != "quantity":
        return True
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    return token.text.endswith(tuple(closed_words("limit"))) or (
        following is not None and following.role == "de"
    )
