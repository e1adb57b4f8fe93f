"""Which verb of a clause is the deed: candidates, and what speaks for each (guideline §6, action).

The rules read a clause from left to right and stop at one verb. A ranker looks at all verbs of the clause,
with what stands around them, and takes the one that people took; what the rules say is a sign among others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from zhengxie_nlp.context.lexemes import Lexeme, role
from zhengxie_nlp.initiatives.predicates import Predicate
from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.lexicon.word_classes import class_of
from zhengxie_nlp.text.source_text import Span

#: The name under which a model keeps the ranker, and what a record says of it.
ESTIMATOR: Final = "initiative-action"
#: Tags of words that may be a verb here, whatever the dictionary has most often.
_VERBAL: Final = frozenset(("v", "vn", "vd", "vi", "vg", "vq", "an", "zg"))
#: Tags of words that are no verb, whatever they say.
_NEVER: Final = frozenset(("name", "time", "w", "m", "x"))
_ASPECT: Final = frozenset(("的", "了", "着", "过"))
#: Tags of words that may stand inside of two verbs: 深入|推进.
_BETWEEN: Final = frozenset(("d", "ad", "a", "n", "zg", "v"))
#: A deed has at most so many words.
_LONGEST: Final = 6
#: So many words of a long clause are looked at, and so many candidates.
_MOST_WORDS: Final = 80
_MANY: Final = 4
_BEGIN, _END = "^", "$"


class Deed(NamedTuple):
    """Words of a clause that may be its action.

    Attributes:
        span: their characters; an adverb glued to the first word, or 好 to the last, may be left out.
        first: the index of the first word.
        beyond: the index behind the last one.
    """

    span: Span
    first: int
    beyond: int


def edges_of(predicate: Predicate, *, clause: Span) -> list[int]:
    """Return where each word of a clause begins; and, last, where the clause ends."""
    return list(accumulate([word.size for word in predicate.words], initial=clause.start))


def deeds_of(text: str, predicate: Predicate, *, clause: Span) -> list[Deed]:
    """Return what may be the action of a clause, in order; the rules' choice is among them.

    Args:
        text: a clean text.
        predicate: what the rules read in the clause.
        clause: the clause.
    """
    words, edges = predicate.words[:_MOST_WORDS], edges_of(predicate, clause=clause)
    found = {predicate.action: Deed(predicate.action, predicate.at, max(predicate.beyond, predicate.at + 1))}
    for first, word in enumerate(words):
        if word.tag in _NEVER:
            continue
        if _is_verbal(word) or first == predicate.at:
            for beyond in _beyond(words, first):
                span = Span(edges[first], edges[beyond])
                found.setdefault(span, Deed(span, first, beyond))
        if 3 <= word.size <= 5:
            for span in _shorter(text, Span(edges[first], edges[first + 1])):
                found.setdefault(span, Deed(span, first, first + 1))
    for deed in [*found.values()]:
        if deed.beyond < len(words) and words[deed.beyond].text in closed_words("deed end"):
            span = Span(deed.span.start, edges[deed.beyond + 1])
            found.setdefault(span, Deed(span, deed.first, deed.beyond + 1))
    return [found[span] for span in sorted(found)]


def _is_verbal(word: Lexeme) -> bool:
    return word.is_verb or word.tag in _VERBAL


def _beyond(words: Sequence[Lexeme], first: int) -> list[int]:
    """Return where a deed that begins with a word may end: behind it, or behind verbs joined to it."""
    ends: list[int] = []
    strangers = 0
    for place in range(first, min(first + _LONGEST, len(words))):
        word = words[place]
        if word.tag in ("name", "time") or word.text in _ASPECT:
            break
        if not _is_verbal(word) and word.text not in closed_words("joining"):
            strangers += 1
            if strangers > 1 or (place > first and word.tag not in _BETWEEN and not word.is_tail):
                break
        if word.text not in closed_words("joining"):
            ends.append(place + 1)
    return ends


def _shorter(text: str, word: Span) -> list[Span]:
    """Return a long word without the adverb or the end that the dictionary has glued to its verb."""
    written = text[word.start : word.end]
    made: list[Span] = []
    if written[:2] in closed_words("deed front") or any(
        written[:2] in role(name) for name in ("adverb", "ongoing", "done")
    ):
        made.append(Span(word.start + 2, word.end))
    if written[0] in closed_words("again"):
        made.append(Span(word.start + 1, word.end))
    if written[-1] in closed_words("completing"):
        made.append(Span(word.start, word.end - 1))
    return made


class _Words(NamedTuple):
    """The words of a clause as signs name them."""

    words: Sequence[Lexeme]
    shown: Sequence[str]
    tags: Sequence[str]

    def word(self, place: int) -> str:
        return self.shown[place] if 0 <= place < len(self.words) else _END if place >= 0 else _BEGIN

    def tag(self, place: int) -> str:
        return self.tags[place] if 0 <= place < len(self.words) else _END if place >= 0 else _BEGIN


def signs_of_deeds(
    text: str, predicate: Predicate, deeds: Sequence[Deed], *, clause: Span
) -> list[list[list[str]]]:
    """Return the signs of each candidate (`learning.ranking`).

    Args:
        text: a clean text.
        predicate: what the rules read in the clause.
        deeds: what `deeds_of` returned.
        clause: the clause.
    """
    words = predicate.words
    shown = [word.tag if word.tag in ("name", "time") else word.text for word in words]
    seen = _Words(words, shown, [word.tag for word in words])
    edges = edges_of(predicate, clause=clause)
    verbal = [place for place, word in enumerate(words) if _is_verbal(word)]
    strong = [place for place, word in enumerate(words) if word.strong]
    linked = [place for place, word in enumerate(words) if word.text == "的"]
    prepositions = [
        place for place, word in enumerate(words) if word.tag == "p" or "preposition" in word.roles
    ]
    starts = {start: place for place, start in enumerate(sorted({deed.span.start for deed in deeds}))}
    beginning, ending = _grouped(deeds)
    made: list[list[list[str]]] = []
    for deed in deeds:
        signs = _of_words(text, deed, seen, edges)
        signs += _around(text, deed, seen, clause)
        signs += _place(deed, seen, predicate, (verbal, strong, linked, prepositions))
        signs.append(f"K{min(starts[deed.span.start], 5)}")
        signs.append(f"L{min(sum([end > deed.span.end for end in beginning[deed.span.start]]), 3)}")
        signs.append(f"l{min(sum([start < deed.span.start for start in ending[deed.span.end]]), 3)}")
        made.append([signs])
    return made


def _grouped(deeds: Sequence[Deed]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return where the candidates end that begin at one place, and where those begin that end at one."""
    beginning: dict[int, list[int]] = {}
    ending: dict[int, list[int]] = {}
    for (start, end), _, _ in deeds:
        beginning.setdefault(start, []).append(end)
        ending.setdefault(end, []).append(start)
    return beginning, ending


def _of_words(text: str, deed: Deed, seen: _Words, edges: Sequence[int]) -> list[str]:
    """Return what the words of a candidate are."""
    span, first, beyond = deed
    own = seen.words[first:beyond]
    written = text[span.start : span.end]
    fine, coarse = class_of(own[0].text)
    signs = [
        f"t{written}",
        f"0{seen.shown[first]}",
        f"9{seen.shown[beyond - 1]}",
        "g" + " ".join(word.tag for word in own),
        "k" + " ".join(word.verb.kind if word.verb else "-" for word in own),
        "s" + "".join("01"[word.strong] for word in own),
        f"n{len(own)}",
        f"N{min(span.end - span.start, 6)}",
        f"a{written[0]}",
        f"z{written[-1]}",
        f"c{fine}",
        f"d{class_of(own[-1].text)[0]}",
        f"C{coarse}",
    ]
    signs += [f"r{name}" for name in frozenset().union(*[word.roles for word in own])]
    signs += [f"e{one}" for one in dict.fromkeys(written)]
    if span.start != edges[first]:
        signs += ["<", f"<{text[edges[first] : span.start]}"]
    if span.end != edges[beyond]:
        signs += [">", f">{text[span.end : edges[beyond]]}"]
    return signs


def _around(text: str, deed: Deed, seen: _Words, clause: Span) -> list[str]:
    """Return what stands before and behind a candidate."""
    (start, end), first, beyond = deed
    before, behind = first - 1, beyond
    signs = [f"p{at}{seen.word(first - at)}" for at in (1, 2)]
    signs += [f"P{at}{seen.tag(first - at)}" for at in (1, 2)]
    signs += [f"b{at}{seen.word(beyond + at - 1)}" for at in (1, 2)]
    signs += [f"B{at}{seen.tag(beyond + at - 1)}" for at in (1, 2)]
    signs += [
        f"1{seen.tag(before)}|{seen.tag(behind)}",
        f"2{seen.tag(first - 2)}|{seen.tag(before)}",
        f"3{seen.tag(behind)}|{seen.tag(behind + 1)}",
        f"4{seen.tag(beyond - 1)}|{seen.tag(behind)}",
        f"5{seen.word(before)}|{seen.word(first)}",
        f"6{text[end : end + 1] if end < clause.end else _END}",
        f"7{text[start - 1] if start > clause.start else _BEGIN}",
    ]
    if behind < len(seen.words):
        following = seen.words[behind]
        verbal = f"{int(_is_verbal(following))}{min(following.size, 4)}"
        signs += [f"v{verbal}", f"V{seen.word(beyond - 1)}{verbal}", f"f{class_of(following.text)[0]}"]
    if before >= 0:
        led = seen.words[before]
        signs.append(f"q{int(led.adverbial)}{int('preposition' in led.roles)}")
        if _is_verbal(led):
            signs += [
                f"Q{led.verb.kind if led.verb else '-'}",
                f"Q{led.verb.kind if led.verb else '-'}{seen.word(first)}",
            ]
    return signs


def _place(
    deed: Deed, seen: _Words, predicate: Predicate, places: tuple[list[int], list[int], list[int], list[int]]
) -> list[str]:
    """Return where in the clause a candidate stands, and how that compares with the rules' choice."""
    span, first, beyond = deed
    verbal, strong, linked, prepositions = places
    last = len(seen.words) - 1
    rest = seen.words[beyond : beyond + _LONGEST]
    later = min(len(strong) - bisect_left(strong, beyond), 3)
    earlier = bool(strong) and strong[0] < first
    signs = [
        f"R{_compared(span, predicate.action)}",
        f"i{min(first, 6)}",
        f"j{min(last + 1 - beyond, 5)}",
        f"x{min(bisect_left(verbal, first), _MANY)}",
        f"y{min(len(verbal) - bisect_left(verbal, beyond), _MANY)}",
        f"S{later}",
        f"T{int(earlier)}{int(seen.words[first].strong)}",
        f"W{seen.word(last)}",
        f"w{seen.tag(last)}",
        f"u{min(sum([word.is_noun for word in rest]), _MANY)}",
        f"m{next((place for place, word in enumerate(rest) if word.tag in ('m', 'x')), 9)}",
    ]
    if linked and linked[-1] >= beyond:
        signs += ["D", f"D{min(bisect_left(verbal, linked[-1]) - bisect_left(verbal, beyond), 3)}"]
    if linked and linked[0] < first:
        signs.append("F")
    led = prepositions[: bisect_left(prepositions, first)]
    signs += [f"h{seen.shown[place]}" for place in led[-2:]]
    signs.append(f"H{seen.shown[led[-1]] if led else '-'}")
    return signs


def _compared(span: Span, ruled: Span) -> str:
    if span.end <= ruled.start:
        return "before"
    if span.start >= ruled.end:
        return "after"
    start = "same" if span.start == ruled.start else "left" if span.start < ruled.start else "right"
    end = "same" if span.end == ruled.end else "short" if span.end < ruled.end else "long"
    return f"{start},{end}"
