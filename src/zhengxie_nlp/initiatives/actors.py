"""Who acts: candidates from the clause and from those before it in its sentence, and what speaks for each.

A clause names who acts before its verb, or takes over whom an earlier clause of the sentence names; most name
nobody, and the speech's organisation is understood (guideline §6, actor).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from zhengxie_nlp.context.clauses import Clause
from zhengxie_nlp.context.lexemes import Lexeme, words_of
from zhengxie_nlp.initiatives.predicates import can_act
from zhengxie_nlp.lexicon.word_classes import class_of
from zhengxie_nlp.text.source_text import Span

#: The name under which a model keeps the ranker.
ESTIMATOR: Final = "initiative-actor"
#: Candidates of a clause: so many ends of its opening noun phrase, and so many clauses back.
_MOST_ENDS: Final = 4
MOST_BACK: Final = 6
_LONGEST: Final = 40
_VERBAL: Final = frozenset(("v", "vn", "vd", "vi"))
_STOPS: Final = frozenset(("d", "ad", "p", "c", "w", "time", "zg"))
#: Tags of names: places, bodies, persons, short forms.
_NAMED: Final = frozenset(("ns", "nt", "nr", "nz", "j", "nrt"))
#: Verbs whose object is somebody who then acts.
_ASKING: Final = frozenset(("要求", "组织", "推动", "引导", "支持", "鼓励", "指导"))
_SPEAKERS: Final = frozenset("我本该这其")


class Told(NamedTuple):
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


class Actor(NamedTuple):
    """Somebody who may act.

    Attributes:
        span: the characters; None for nobody that is named.
        back: how many clauses before the deed they stand.
        kind: ``opening`` of a clause, behind 由 (``by``), who is asked to act (``asked``), as the rules have
            it (``ruled``), or nobody (``none``).
        place: how many other ends of the same opening come before this one.
        stop: the tag of the word behind.
        tags: the tags of its words.
    """

    span: Span | None
    back: int
    kind: str
    place: int = 0
    stop: str = ""
    tags: tuple[str, ...] = ()


def actors_of(text: str, told: Sequence[Told]) -> list[Actor]:
    """Return who may act in the last of some clauses of a sentence; the first is nobody."""
    found: dict[Span | None, Actor] = {None: Actor(None, 0, "none")}
    for back, one in enumerate(reversed(told[-MOST_BACK:])):
        for actor in _named(text, one, back):
            found.setdefault(actor.span, actor)
    ruled = told[-1].ruled
    if ruled is not None:
        found.setdefault(ruled, Actor(ruled, 0, "ruled"))
    return list(found.values())


def _named(text: str, told: Told, back: int) -> list[Actor]:
    """Return whom one clause names."""
    words, last = told.words, told.first
    if words is None:
        start, end = told.clause.span
        words = words_of(text, start=start, end=end, times=told.times).lexemes
        last = len(words)
    edges = list(accumulate([word.size for word in words], initial=told.clause.span.start))
    made = _opening(words, edges, last, back)
    for place, word in enumerate(words[: last + 1]):
        if word.text == "由":
            made += _behind(words, edges, place, back, "by")
        elif back and word.text in _ASKING:
            made += _behind(words, edges, place, back, "asked")
    return made


def _opening(words: Sequence[Lexeme], edges: Sequence[int], last: int, back: int) -> list[Actor]:
    """Return the noun phrase that a clause opens with, up to each place where it may end."""
    first = 0
    while first < last and (words[first].tag in ("time", "d", "c", "w") or words[first].adverbial):
        first += 1
    made: list[Actor] = []
    for place in range(first + 1, min(last, len(words) - 1) + 1):
        word = words[place]
        if not (word.tag in _STOPS or word.adverbial or word.tag in _VERBAL or place == last):
            if word.text == "的":
                first = place + 1
            continue
        span = Span(edges[first], edges[place])
        if 0 < span.end - span.start <= _LONGEST and len(made) < _MOST_ENDS:
            made.append(Actor(span, back, "opening", len(made), word.tag, _tags(words[first:place])))
    return made


def _behind(
    words: Sequence[Lexeme], edges: Sequence[int], place: int, back: int, kind: str
) -> Iterator[Actor]:
    """Yield the noun phrase behind 由, or behind the verb that asks somebody to act."""
    ends = (at for at in range(place + 2, len(words)) if words[at].tag in _STOPS or words[at].strong)
    end = next(ends, len(words) if kind == "asked" else 0)
    if end > place + 1:
        span = Span(edges[place + 1], edges[end])
        yield Actor(span, back, kind, 0, words[place].text, _tags(words[place + 1 : end]))


def _tags(words: Sequence[Lexeme]) -> tuple[str, ...]:
    return tuple([word.tag for word in words])


def signs_of_actors(text: str, told: Sequence[Told], actors: Sequence[Actor]) -> list[list[list[str]]]:
    """Return the signs of each candidate (`learning.ranking`)."""
    asked = told[-1]
    words = asked.words or ()
    verb = words[asked.first].text if asked.first < len(words) else "-"
    verb_class = class_of(verb)
    opening = words[0].tag if words else "-"
    own = any(actor.back == 0 and actor.span is not None for actor in actors)
    acting = [actor.span is not None and can_act(text, actor.span) for actor in actors]
    own_acts = any(acts for actor, acts in zip(actors, acting, strict=True) if actor.back == 0)
    earlier = any(actor.back and acts for actor, acts in zip(actors, acting, strict=True))
    around = f"{int(own)}{int(own_acts)}{int(earlier)}"
    made: list[list[list[str]]] = []
    for (span, back, kind, place, stop, tags), acts in zip(actors, acting, strict=True):
        near = min(back, 4)
        between = sum(
            0 <= other.back < back and other.span is not None and sure
            for other, sure in zip(actors, acting, strict=True)
        )
        signs = [
            f"k{kind}{near}",
            f"a{kind}{near}|{around}",
            f"v{kind}{near}|{verb}",
            f"c{kind}{near > 0}|{verb_class[0]}",
            f"o{kind}{near}|{opening}",
            f"b{kind}|{asked.clause.before}",
            f"r{int(span == asked.ruled)}{near}",
            f"p{kind}{min(asked.clause.place, 3)}",
        ]
        if span is not None:
            written = text[span.start : span.end]
            clause = told[-1 - back].clause
            last = class_of(written[-4:])
            signs += [
                f"A{int(acts)}{near}",
                f"B{int(acts)}{kind}{place}",
                f"s{stop}|{near > 0}",
                f"S{stop}|{int(acts)}",
                f"e{written[-1]}",
                f"E{written[-2:]}",
                f"f{written[0]}",
                f"F{written[:2]}",
                f"w{last[0]}",
                f"W{last[1]}",
                f"n{min(len(written) // 3, 5)}",
                f"i{int(span.start == clause.span.start)}{near > 0}",
                f"m{clause.place == 0}{near > 0}|{int(acts)}",
                f"M{clause.after}{near > 0}",
                f"d{min(place, 3)}",
                f"t{' '.join(tags[:6])}",
                f"T{tags[0] if tags else '-'}|{tags[-1] if tags else '-'}|{near > 0}",
                f"h{int(not _NAMED.isdisjoint(tags))}{int(acts)}{near > 0}|{kind}",
                f"g{min(between, 3)}|{near > 0}|{int(acts)}",
                f"q{int(not _NAMED.isdisjoint(tags))}{int(acts)}|{stop}",
            ]
            if written[0] in _SPEAKERS:
                signs.append("I")
        made.append([signs])
    return made
