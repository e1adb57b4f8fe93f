"""Who acts: candidates from the clause and from those before it in its sentence.

A clause names who acts before its verb, or takes over whom an earlier clause of the sentence names; most name
nobody, and the speech's organisation is understood (guideline §6, actor). `initiatives.acting` chooses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from zhengxie_nlp.context.clauses import Clause
from zhengxie_nlp.context.lexemes import Lexeme, role, words_of
from zhengxie_nlp.initiatives.predicates import can_act
from zhengxie_nlp.lexicon.word_classes import class_of
from zhengxie_nlp.text.source_text import Span

#: Candidates stand so many clauses back at most, and have so many ends.
MOST_BACK: Final = 16
_MOST_ENDS: Final = 5
_MOST_ENDS_BEHIND: Final = 3
_LONGEST: Final = 40
_VERBAL: Final = frozenset(("v", "vn", "vd", "vi"))
_STOPS: Final = frozenset(("d", "ad", "p", "c", "w", "time", "zg", "f"))
#: Tags of names: places, bodies, persons, short forms. A phrase may act that ends in one of `_NAMES`.
_NAMED: Final = frozenset(("ns", "nt", "nr", "nz", "j", "nrt"))
_NAMES: Final = frozenset(("ns", "nt", "nr", "nrt"))
#: Of a phrase so many words are told by their tags.
_TOLD: Final = 6
#: So far around a phrase it is looked for again.
_AGAIN: Final = 1500
#: No word follows.
_END: Final = "$"


class Actor(NamedTuple):
    """Somebody who may act.

    Attributes:
        span: the characters; None for nobody that is named.
        back: how many clauses before the deed they stand.
        kind: ``opening`` of a clause, the same with a verb in front (``verbal``), what follows the 的 of one
            (``whose``), behind 由 (``by``), who is asked to act (``asked``), by the rules (``ruled``),
            or nobody (``none``).
        acts: how surely they can act: 2 by the rules, 1 if a name ends it, else 0.
        signs: what speaks for and against them, wherever the deed stands.
    """

    span: Span | None
    back: int
    kind: str
    acts: int = 0
    signs: Sequence[str] = ()


@dataclass(slots=True, eq=False)
class Told:
    """What the search for who acts is told of one clause.

    Attributes:
        clause: the clause.
        words: its words; None if it has no verb: they are cut when somebody asks.
        first: the index of its action's first word.
        ruled: who acts by the rules, in this clause or one before it.
        times: the time expressions that lie in it.
    """

    clause: Clause
    words: Sequence[Lexeme] | None
    first: int
    ruled: Span | None
    times: tuple[Span, ...] = ()
    _named: list[Actor] | None = None

    def named(self, text: str) -> list[Actor]:
        """Return whom the clause names, with the signs of each; looked for once."""
        if self._named is None:
            self._named = _named(text, self)
        return self._named


def actors_of(text: str, told: Sequence[Told]) -> list[Actor]:
    """Return who may act in the last of some clauses of a sentence; the first is nobody."""
    found: dict[Span | None, Actor] = {None: Actor(None, 0, "none")}
    for back, one in enumerate(reversed(told[-MOST_BACK:])):
        for actor in one.named(text):
            if actor.span not in found:
                found[actor.span] = actor._replace(back=back) if back else actor
    ruled = told[-1].ruled
    if ruled is not None and ruled not in found:
        found[ruled] = Actor(ruled, 0, "ruled", acts=2 * can_act(text, ruled))
    return list(found.values())


class _Phrase(NamedTuple):
    """Words that may say who acts, by their indexes; how many ends were there before this one."""

    kind: str
    first: int
    end: int
    place: int


class _Words(NamedTuple):
    """The words of a clause, and where each begins."""

    clause: Clause
    words: Sequence[Lexeme]
    edges: Sequence[int]

    def span(self, phrase: _Phrase) -> Span:
        return Span(self.edges[phrase.first], self.edges[phrase.end])


def _named(text: str, told: Told) -> list[Actor]:
    words, last = told.words, told.first
    start, end = told.clause.span
    if words is None:
        words = words_of(text, start=start, end=end, times=told.times).lexemes
        last = len(words)
    cut = _Words(told.clause, words, list(accumulate([word.size for word in words], initial=start)))
    phrases = [*_opening(words, last)]
    for place, word in enumerate(words):
        if word.text in role("by"):
            phrases += _behind(words, place, "by")
        elif word.text in role("asking"):
            phrases += _behind(words, place, "asked")
    spans = [cut.span(phrase) for phrase in phrases]
    acting = [_acts(text, span, words[phrase.end - 1]) for span, phrase in zip(spans, phrases, strict=True)]
    furthest = {one.first: one.end for one, acts in zip(phrases, acting, strict=True) if acts == _SURE}
    made: dict[Span, Actor] = {}
    for phrase, span, acts in zip(phrases, spans, acting, strict=True):
        if span not in made and 0 < span.end - span.start <= _LONGEST:
            signs = _signs(text, cut, phrase, acts, further=furthest.get(phrase.first, 0) - phrase.end)
            made[span] = Actor(span, 0, phrase.kind, acts, signs)
    return list(made.values())


#: The rules hold that somebody can act.
_SURE: Final = 2


def _acts(text: str, span: Span, last: Lexeme) -> int:
    """Return how surely a noun phrase names somebody who can act."""
    return _SURE if can_act(text, span) else int(last.tag in _NAMES)


def _opening(words: Sequence[Lexeme], last: int) -> Iterator[_Phrase]:
    """Yield the noun phrases that a clause opens with, up to each place where one may end."""
    first = 0
    while first < last and (words[first].tag in ("time", "d", "c", "w") or words[first].adverbial):
        first += 1
    # 到村里…, 围绕…: what opens so names nobody; 承办单位 may, and 奋战在一线的委员, behind 的.
    brings = first < last and _brings(words[first])
    kind = "verbal" if first < last and words[first].is_verb else "opening"
    inner = ends = 0
    for place in range(first + 1, last + 1):
        word = words[place] if place < len(words) else None
        if word is not None and word.text == "的":
            inner = place + 1
        elif place == last or word is None or _parts(word):
            if not brings:
                yield _Phrase(kind, first, place, ends)
            if first < inner < place:
                yield _Phrase("whose", inner, place, ends)
            ends += 1
            if ends >= _MOST_ENDS or (kind == "opening" and word is not None and _brings(word)):
                break


def _parts(word: Lexeme) -> bool:
    """Return whether a noun phrase may end before a word."""
    return word.is_verb or word.adverbial or word.tag in _STOPS or word.tag in _VERBAL or word.tag == "x"


def _brings(word: Lexeme) -> bool:
    return word.tag == "p" or not word.roles.isdisjoint(("preposition", "ground"))


def _behind(words: Sequence[Lexeme], place: int, kind: str) -> Iterator[_Phrase]:
    """Yield the noun phrase behind 由, or behind the verb that asks somebody to act, up to each end."""
    count = 0
    for end in range(place + 2, len(words) + (kind != "by")):
        if end < len(words) and not _parts(words[end]):
            continue
        yield _Phrase(kind, place + 1, end, count)
        count += 1
        if count >= _MOST_ENDS_BEHIND or end == len(words) or words[end].strong:
            break


def _tag(words: Sequence[Lexeme], place: int) -> str:
    return words[place].tag if place < len(words) else _END


def _signs(text: str, cut: _Words, phrase: _Phrase, acts: int, *, further: int) -> list[str]:
    """Return what a phrase says of itself, and of its place in its own clause.

    Args:
        text: a clean text.
        cut: the words of the clause.
        phrase: the phrase.
        acts: how surely it names somebody who can act.
        further: by how many words the longest such phrase from the same place is longer.
    """
    clause, words, _ = cut
    kind, first, end, place = phrase
    start = cut.edges[first]
    written = text[start : cut.edges[end]]
    tags = [word.tag for word in words[first:end]]
    names = int(not _NAMED.isdisjoint(tags))
    stop, stopper = _tag(words, end), words[end].text if end < len(words) else _END
    again = min(text.count(written, max(0, start - _AGAIN), start + _AGAIN) - 1, 3)
    verbal = min(sum([word.is_verb for word in words[first:end]]), 2)
    before = words[first - 1] if first else None
    fine, coarse = class_of(written[-4:])
    return [
        f"A{acts}{kind}",
        f"B{acts}{kind}{place}",
        f"s{stop}{kind}",
        f"S{stop}|{acts}{names}",
        f"Z{stopper}",
        f"Y{class_of(stopper)[0]}|{acts}",
        f"e{written[-1]}",
        f"E{written[-2:]}",
        f"E{written[-3:]}",
        f"f{written[0]}",
        f"F{written[:2]}",
        f"w{fine}",
        f"W{coarse}{acts}",
        f"n{min(len(written) // 2, 8)}",
        f"nw{min(end - first, 6)}|{verbal}",
        f"i{int(first == 0)}",
        f"m{clause.place == 0}|{acts}{names}",
        f"M{clause.after}|{acts}",
        f"l{before.text if before else _END}",
        f"lt{before.tag if before else _END}|{acts}",
        f"t{' '.join(tags[:_TOLD])}",
        f"T{tags[0]}|{tags[-1]}",
        f"T{tags[-1]}|{stop}|{acts}",
        f"h{names}{acts}|{kind}",
        f"x{again}|{acts}",
        f"X{again}|{names}",
        f"j{int('、' in written)}{int('的' in written)}{acts}",
        f"u{int(_speaks(text, clause, written))}|{acts}",
        f"L{(further > 0) - (further < 0)}{acts}{kind}",
        f"N{stop}{_tag(words, end + 1)}",
    ]


def _speaks(text: str, clause: Clause, written: str) -> bool:
    """Return whether a phrase names whose speech it stands in."""
    spans = (clause.speech.organization, clause.speech.speaker)
    own = "".join([text[span.start : span.end] for span in spans if span is not None])
    return bool(own) and (written in own or own in written)
