"""What a deed acts on: candidates, and what speaks for each (guideline §6, object).

What follows the action, what 将, 把 or 对 brings before it, a fronted noun, or nothing: a ranker chooses,
once it is known which verb is the action.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.context.lexemes import Lexeme, pattern
from zhengxie_nlp.initiatives.actions import Deed, edges_of
from zhengxie_nlp.initiatives.predicates import Predicate, can_act, without_count
from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.lexicon.word_classes import class_of
from zhengxie_nlp.text.source_text import Span

#: The name under which a model keeps the ranker.
ESTIMATOR: Final = "initiative-object"
_ASPECT: Final = "了着过"
_MOST_BROUGHT: Final = 3


class Thing(NamedTuple):
    """What a deed may act on.

    Attributes:
        span: its characters; None if the clause names nothing.
        kind: how it was found: behind the action (``rest``, ``whole``), brought by a word, fronted, or as the
            rules have it.
    """

    span: Span | None
    kind: str


def things_of(
    text: str, predicate: Predicate, deed: Deed, *, clause: Span, counts: Sequence[Span] = ()
) -> list[Thing]:
    """Return what a deed may act on; the first is nothing.

    Args:
        text: a clean text.
        predicate: what the rules read in the clause.
        deed: the action that was chosen.
        clause: the clause.
        counts: the quantities of the text, in order.
    """
    found: dict[Span | None, str] = {None: "none"}
    start = deed.span.end
    while start < clause.end and text[start] in _ASPECT:
        start += 1
    rest = without_count(text, Span(start, clause.end), counts=counts)
    if rest is not None:
        found.setdefault(rest, "rest")
    cut = pattern("object_end").search(text, start + 1, clause.end)
    end = cut.start() if cut else clause.end
    if start < end:
        found.setdefault(Span(start, end), "whole")
    edges = edges_of(predicate, clause=clause)
    words = predicate.words
    before = _without_adverbs(words, deed.first)
    brought = 0
    for place in range(before - 1, -1, -1):
        if words[place].text in closed_words("bringing") and place + 1 < before and brought < _MOST_BROUGHT:
            found.setdefault(Span(edges[place + 1], edges[before]), f"by {words[place].text}")
            brought += 1
    first = next((place for place in range(before) if not _leads(words[place])), before)
    if first < before:
        found.setdefault(Span(edges[first], edges[before]), "fronted")
    if predicate.object is not None:
        found.setdefault(predicate.object, "ruled")
    return [Thing(span, kind) for span, kind in found.items()]


def _leads(word: Lexeme) -> bool:
    return word.tag in ("time", "w", "d", "c") or word.adverbial


def _without_adverbs(words: Sequence[Lexeme], end: int) -> int:
    """Return where a phrase ends before the adverbs and the empty verb (予以) of the verb behind it."""
    while end > 0 and (
        words[end - 1].adverbial
        or words[end - 1].tag in ("d", "ad", "time")
        or "light" in words[end - 1].roles
    ):
        end -= 1
    return end


def signs_of_things(
    text: str, predicate: Predicate, deed: Deed, things: Sequence[Thing], *, clause: Span
) -> list[list[list[str]]]:
    """Return the signs of each candidate (`learning.ranking`)."""
    action = text[deed.span.start : deed.span.end]
    kinds = {thing.kind.split(" ")[0] for thing in things}
    also = "".join(kind[0] for kind in sorted(kinds))
    words = predicate.words
    following = words[deed.beyond].tag if deed.beyond < len(words) else "$"
    kept = deed.span == predicate.action
    verb = class_of(words[deed.beyond - 1].text)
    made: list[list[list[str]]] = []
    for span, kind in things:
        signs = [
            f"k{kind}",
            f"K{kind}|{also}",
            f"z{kind}|{action[-1]}",
            f"a{kind}|{action}",
            f"c{kind}|{verb[0]}",
            f"C{kind}|{verb[1]}",
            f"f{kind}|{following}",
            f"F{kind}|{following}|{also}",
            f"l{kind}|{words[-1].tag}",
            f"b{kind}|{text[deed.span.end : deed.span.end + 1] if deed.span.end < clause.end else '$'}",
            f"r{int(span == predicate.object)}{int(kept)}",
            f"R{kind}|{int(span == predicate.object)}{int(kept)}",
        ]
        if span is not None:
            size = span.end - span.start
            signs += [
                f"s{kind}|{min(size, 4)}",
                f"e{kind}|{text[span.end - 1]}",
                f"E{kind}|{text[max(span.start, span.end - 2) : span.end]}",
                f"o{kind}|{text[span.start]}",
                f"A{kind}|{int(can_act(text, span))}",
                f"d{kind}|{'的' in text[span.start : span.end]}",
            ]
        made.append([signs])
    return made
