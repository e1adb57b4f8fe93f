"""The predicate of a clause: who does what to what, read from its words from left to right (guideline §6)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.context.lexemes import (
    NAMED,
    Lexeme,
    Verb,
    endings,
    pattern,
    verbs,
    words_of,
)
from zhengxie_nlp.initiatives.reader import Reader, joins, joins_by_and
from zhengxie_nlp.text.segmenters.words import arguments, names
from zhengxie_nlp.text.source_text import Span

_ASPECT: Final = frozenset("了着过")
_BARE: Final[frozenset[str]] = frozenset()


class Predicate(NamedTuple):
    """What a clause says.

    Attributes:
        action: the main verb or verbs as written.
        verb: the class of the first of them; None if `verbs.tsv` knows none.
        head: the first verb's text.
        object: what is acted on.
        subject: the noun phrase before the verb, if any.
        acts: whether the subject can act.
        agent: the subject or the phrase behind 由, if it can act.
        preposed: the phrase that 将, 把 or 对 brings before the verb.
        adverbs: the adverbs and modal words before the verb.
        manner: the roles that these have in `initiative_words.tsv`.
        words: the words of the clause.
        at: the index of the first main verb in `words`.
        beyond: the index of the first word behind the action.
    """

    action: Span
    verb: Verb | None
    head: str
    object: Span | None
    subject: Span | None
    acts: bool
    agent: Span | None
    preposed: Span | None
    adverbs: tuple[str, ...]
    manner: frozenset[str]
    words: Sequence[Lexeme]
    at: int
    beyond: int


def read_predicate(
    text: str, span: Span, *, counts: Sequence[Span] = (), times: Sequence[Span] = ()
) -> Predicate | None:
    """Read the predicate of a clause.

    Args:
        text: a clean text.
        span: the clause.
        counts: the quantities that lie in it, in order.
        times: the time expressions that lie in it, in order.

    Returns:
        Its main verb with what belongs to it; None if the clause has no verb.

    Example:
        >>> clause = "在6个镇街设立21个院坝议事点"
        >>> said = read_predicate(clause, Span(0, len(clause)))
        >>> clause[slice(*said.action)], clause[slice(*said.object)]
        ('设立', '21个院坝议事点')
    """
    if pattern("ground_clause").match(text[span.start : span.end]):
        return None
    words = words_of(text, start=span.start, end=span.end, times=times)
    reader = Reader(words)
    at = reader.read()
    if at is None:
        return None
    first, beyond = _action(reader, at)
    action = _without_goal(text, Span(words.edges[first], words.edges[beyond]), end=span.end)
    subject = _subject(reader)
    acts = subject is not None and can_act(text, subject)
    agent = reader.agent
    if agent is not None and text[agent.start].isdigit() and text.startswith(("到", "至"), action.end):
        agent = None  # 由9天压缩到3天
    if agent is None and acts:
        agent = subject
    fronted = subject if agent is None or agent != subject else None
    object_ = _object(span, reader, beyond, counts=counts, fronted=fronted, text=text)
    head, adverbs = words.lexemes[first], reader.adverbs
    return Predicate(
        action, head.verb, head.text, object_, subject, acts, agent, reader.preposed,
        tuple([word.text for word in adverbs]),
        _BARE.union(*[word.roles for word in adverbs]) if adverbs else _BARE,
        words.lexemes, first, beyond,
    )  # fmt: skip


def _action(reader: Reader, at: int) -> tuple[int, int]:
    """Return where the action begins and ends, in words."""
    words, size = reader.words, reader.size
    if "light" in words[at].roles:
        deed = at + 1
        while deed < size - 1 and (
            reader.is_adverb(deed) or words[deed].text in _ASPECT or words[deed].text == "的"
        ):
            deed += 1
        if deed < size and words[deed].is_verb:
            at = deed
    end = at + 1
    while end < size:
        if joins(reader, end - 1, second=end):
            end += 1
        elif words[end].text in ("和", "与") and joins_by_and(reader, end):
            end += 2 if words[end + 1].strong and not reader.is_adverb(end + 1) else 3
        else:
            break
    return at, end


def _without_goal(text: str, action: Span, *, end: int) -> Span:
    """Leave 到 out where a figure or place follows that something is brought to: 压缩 in 压缩到60天.

    Of two characters only where they are no verb of their own (送到).
    """
    whole = text[action.start : action.end]
    brought = whole.endswith(("到", "至")) and action.end < end
    if (brought and len(whole) > 2) or (
        len(whole) == 2 and (brought or whole.endswith(("过", "着"))) and whole not in verbs()
    ):
        return Span(action.start, action.end - 1)
    return action


def _subject(reader: Reader) -> Span | None:
    words, edges = reader.words, reader.edges
    places = [
        at for at in reader.subject if words[at].tag not in ("uj", "w") or words[at].text in ("的", "、")
    ]
    while len(places) > 1 and words[places[0]].tag in ("t", "q", "w", "u"):
        places = places[1:]
    while places and words[places[-1]].text in ("、", "的", "者"):
        places.pop()
    return Span(edges[places[0]], edges[places[-1] + 1]) if places else None


def with_arguments(text: str, predicate: Predicate, *, clause: Span) -> Predicate:
    """Fill in who acts and what is acted on from a parse, where there is one and the rules found nothing."""
    told = arguments(text, predicate.action)
    if not told:
        return predicate
    given = {one.role: one.span for one in told}
    actor, object_ = given.get("actor"), given.get("object")
    if predicate.agent is None and actor is not None and clause.start <= actor.start < predicate.action.start:
        predicate = predicate._replace(agent=actor)
    if (
        predicate.object is None
        and object_ is not None
        and predicate.action.end <= object_.start < clause.end
    ):
        predicate = predicate._replace(object=Span(object_.start, min(object_.end, clause.end)))
    return predicate


def can_act(text: str, span: Span) -> bool:
    """Return whether a noun phrase names somebody who can act: an organisation, a body, people."""
    end = span.end
    while end > span.start and text[end - 1] in "”》）":
        end -= 1
    if endings("agent").longest(text, end, start=span.start):
        return True
    named = names(text, span.start, span.end)
    return any(name.span.end == end and name.kind in ("organization", "person") for name in named)


def _object(
    span: Span, reader: Reader, beyond: int, *, counts: Sequence[Span], fronted: Span | None, text: str
) -> Span | None:
    if "将" in reader.prepositions or "把" in reader.prepositions:
        return reader.preposed
    if fronted is not None and text[fronted.start] == "每":
        fronted = None
    last = reader.words[beyond - 1]
    if "placed" in last.roles:
        return _subject(reader)
    start = reader.edges[beyond]
    while start < span.end and text[start] in "了着过":
        start += 1
    if text[start : start + 1] == "在":
        return reader.preposed or fronted
    rest = without_count(text, Span(start, span.end), counts=counts)
    if rest is not None and fronted is not None and last.text.endswith(("为", "到", "至", "报")):
        return fronted
    return rest or reader.preposed or fronted


def without_count(text: str, span: Span, *, counts: Sequence[Span]) -> Span | None:
    """Return an object without 并… and without the count that ends it: 代办小事319件 → 小事.

    Args:
        text: a clean text.
        span: what follows the verb.
        counts: the quantities of the text, in order.

    Returns:
        What is left; None if that is nothing.
    """
    if span.start >= span.end:
        return None
    cut = pattern("object_end").search(text, span.start + 1, span.end)
    end = cut.start() if cut else span.end
    for place in range(bisect_left(counts, (span.start, 0)), bisect_left(counts, (end, 0))):
        start, stop = counts[place]
        named = NAMED.search(text, max(span.start, start - 60), min(end, stop + 60))
        if named is not None and named.start() < start and stop < named.end():
            continue
        if stop >= end or text[stop] in "、和":
            end = start
            break
    while end > span.start and text[end - 1] in "、，共达 各":
        end -= 1
    return Span(span.start, end) if end > span.start else None
