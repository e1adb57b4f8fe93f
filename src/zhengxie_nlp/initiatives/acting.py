"""Chooses who acts in the deeds of a sentence, all of them together.

Whom one clause names acts in those behind it until another is named: so each choice counts for the next one,
and of all chains of choices the likeliest is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import log
from typing import Final, NamedTuple, Protocol

from zhengxie_nlp.context.candidates import Ranker
from zhengxie_nlp.context.clauses import Clause
from zhengxie_nlp.initiatives.actors import MOST_BACK, Actor, Told, actors_of
from zhengxie_nlp.lexicon.word_classes import class_of
from zhengxie_nlp.text.source_text import Span

#: The name under which a model keeps the ranker.
ESTIMATOR: Final = "initiative-actor"
#: So many chains of choices are followed.
_CHAINS: Final = 4
_LEAST: Final = 1e-4
#: How many clauses back count as different, and how many shares of clauses that name who acts.
_FAR: Final = 4
_SHARES: Final = 5
_PARTS: Final = frozenset("；")


class Deed(Protocol):
    """A clause that was read."""

    @property
    def clause(self) -> Clause:
        """The clause."""

    @property
    def told(self) -> Sequence[Told]:
        """The clauses of its sentence up to this one."""

    @property
    def features(self) -> Mapping[str, float | str]:
        """What speaks for and against its being an initiative; a number that is 0 is not there."""


class Before(NamedTuple):
    """Who acts in the deed before, in the same sentence: None for nobody; and where its clause begins."""

    actor: Span | None
    start: int


def signs_of_actors(
    text: str, deed: Deed, actors: Sequence[Actor], *, before: Before | None = None
) -> list[list[Sequence[str]]]:
    """Return the signs of each candidate (`learning.ranking`), given who acts in the deed before.

    Args:
        text: a clean text.
        deed: the clause.
        actors: who may act in it (`actors_of`).
        before: who acts in the deed before; None if the sentence has no other before it.
    """
    return [
        [*parts, _following(actor, deed.clause, before)]
        for parts, actor in zip(_signs(text, deed, actors), actors, strict=True)
    ]


def _following(actor: Actor, clause: Clause, before: Before | None) -> list[str]:
    """Return how a choice goes together with the one before."""
    if before is None:
        relation = "-"
    elif actor.span == before.actor:
        relation = "same" if actor.span is not None else "nobody"
    elif actor.span is None:
        relation = "dropped"
    else:
        relation = ("new" if actor.span.start >= before.start else "older") + f"{before.actor is None:d}"
    acts, far = actor.acts, int(actor.back > 0)
    return [
        f"P{relation}",
        f"P{relation}{acts}{actor.kind}",
        f"P{relation}|{clause.before}{acts}",
        f"P{relation}|{far}{acts}",
    ]


class _Asked(NamedTuple):
    """What a deed says by itself of who may act in it."""

    verb: str
    verb_class: str
    opening: str
    share: int
    spoken: str
    looks: str


def _asked(deed: Deed) -> _Asked:
    told, features = deed.told[-1], deed.features
    words, speech = told.words or (), deed.clause.speech
    verb = words[told.first].text if told.first < len(words) else "-"
    return _Asked(
        verb,
        class_of(verb)[0],
        words[0].tag if words else "-",
        min(int(float(features.get("agent,document", 0.0)) * 10), _SHARES),
        f"{speech.organization is not None:d}{speech.speaker is not None:d}",
        "".join([str(int(name in features)) for name in ("we", "modal", "in_plan", "in_quotes")]),
    )


def _signs(text: str, deed: Deed, actors: Sequence[Actor]) -> list[list[Sequence[str]]]:
    """Return the signs of each candidate that hold whoever acts in the deed before."""
    asked, clause, features = _asked(deed), deed.clause, deed.features
    told = deed.told[-MOST_BACK:]
    named = [actor for actor in actors if actor.span is not None]
    nearest = min([actor.back for actor in named if actor.acts], default=MOST_BACK)
    around = f"{any(actor.back == 0 for actor in named):d}{min(nearest, _FAR)}"
    made: list[list[Sequence[str]]] = []
    for actor in actors:
        acts, kind, near, far = actor.acts, actor.kind, min(actor.back, _FAR), int(actor.back > 0)
        signs = [
            f"k{kind}{near}",
            f"ka{acts}{kind}{near}|{around}",
            f"ks{acts}{far}|{asked.share}",
            f"kl{acts}{far}|{asked.looks}",
            f"kp{acts}{far}|{asked.spoken}",
            f"v{acts}{kind}{far}|{asked.verb}",
            f"c{acts}{kind}{far}|{asked.verb_class}",
            f"o{acts}{kind}{far}|{asked.opening}",
            f"b{acts}{far}|{clause.before}",
            f"bl{far}{acts}|{clause.lead}",
            f"r{actor.span == told[-1].ruled:d}{far}",
            f"p{kind}{min(clause.place, 3)}",
            f"K{kind}{far}|{features['kind']}",
            f"sg{acts}{far}|{features['suggested']}",
        ]
        parts: list[Sequence[str]] = [signs]
        if actor.span is not None:
            signs += _between(actor, named, told, nearest=nearest)
            parts.append(actor.signs)
            if far:
                parts.append([f"{sign}|" for sign in actor.signs])
        made.append(parts)
    return made


def _between(actor: Actor, named: Sequence[Actor], told: Sequence[Told], *, nearest: int) -> list[str]:
    """Return who else, and what marks, stand between a candidate and the deed."""
    acts, back, far = actor.acts, actor.back, int(actor.back > 0)
    acting = min(len({other.back for other in named if other.back < back and other.acts}), 3)
    opening = min(len({other.back for other in named if other.back < back and other.kind == "opening"}), 3)
    parted = min(sum([one.clause.before in _PARTS for one in told[len(told) - back :]]), 2)
    return [
        f"g{acting}|{far}|{acts}",
        f"gg{opening}|{far}|{acts}",
        f"y{parted}|{acts}",
        f"z{parted}|{min(acting, 2)}",
        f"at{told[-1 - back].clause.place == 0}|{min(back, 8)}",
        f"nn{back == nearest:d}{acts}{min(acting, 2)}",
    ]


def chosen_actors(text: str, deeds: Sequence[Deed], *, model: Ranker) -> list[Span | None]:
    """Return who acts in each of some deeds of a document, in order: None where nobody is named.

    Args:
        text: its clean text.
        deeds: the deeds.
        model: a trained model with the ranker `ESTIMATOR`.
    """
    found: list[Span | None] = []
    for _, sentence in groupby(deeds, key=lambda deed: deed.clause.sentence):
        found += _of_sentence(text, list(sentence), model=model)
    return found


class _Chain(NamedTuple):
    """Choices for the deeds of a sentence so far, and the logarithm of how probable they are."""

    likely: float
    actors: tuple[Span | None, ...]


def _of_sentence(text: str, deeds: Sequence[Deed], *, model: Ranker) -> tuple[Span | None, ...]:
    chains, before = [_Chain(0.0, ())], None
    for deed in deeds:
        actors = actors_of(text, deed.told)
        if len(actors) == 1:
            chains = [chain._replace(actors=(*chain.actors, None)) for chain in chains]
        else:
            signs = _signs(text, deed, actors)
            best: dict[Span | None, _Chain] = {}
            for chain in chains:
                given = Before(chain.actors[-1], before) if before is not None else None
                rows = [
                    [*parts, _following(actor, deed.clause, given)]
                    for parts, actor in zip(signs, actors, strict=True)
                ]
                for actor, share in zip(actors, model.rank(ESTIMATOR, rows), strict=True):
                    # Rounded, so that the last bit of a sum never decides: it may differ between processors.
                    likely = round(chain.likely + log(max(share, _LEAST)), 4)
                    if actor.span not in best or likely > best[actor.span].likely:
                        best[actor.span] = _Chain(likely, (*chain.actors, actor.span))
            chains = sorted(best.values(), key=lambda chain: -chain.likely)[:_CHAINS]
        before = deed.clause.span.start
    return chains[0].actors
