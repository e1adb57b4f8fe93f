"""Initiatives: the concrete deeds that an organisation tells of, clause by clause (guideline §6).

`initiative_candidates` reads every clause that has a verb: its action, object, actor, time and status, and
the features that speak for and against it. `find_initiatives` keeps those that somebody could check; a
trained model decides where there is one, else the rules' own score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp
from typing import Any, Final, NamedTuple, Protocol

from zhengxie_nlp.context.candidates import Found, Judge, Ranker
from zhengxie_nlp.context.clauses import Clause, find_clauses, sentences_of
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.span_index import SpanIndex
from zhengxie_nlp.initiatives import acting, actions, objects, tense
from zhengxie_nlp.initiatives.acting import chosen_actors
from zhengxie_nlp.initiatives.actions import Deed, deeds_of, signs_of_deeds
from zhengxie_nlp.initiatives.actors import MOST_BACK, Told
from zhengxie_nlp.initiatives.candidates import ReadClause, read_sentence, within
from zhengxie_nlp.initiatives.evidence import add_neighbours, add_words
from zhengxie_nlp.initiatives.features import Facts, Features, Suggestions, features_of
from zhengxie_nlp.initiatives.objects import signs_of_things, things_of
from zhengxie_nlp.initiatives.predicates import Predicate, can_act, with_arguments
from zhengxie_nlp.initiatives.status import Passage, Status, is_past, planned_spans, status_of
from zhengxie_nlp.initiatives.tense import Deeds, Tense, decided_statuses
from zhengxie_nlp.text.source_text import Span

#: The name under which a model keeps the estimator that decides, and its label for what is an initiative.
ESTIMATOR: Final = "initiative"
LABEL: Final = "initiative"
#: A clause at least this likely is kept. Below one half: what is kept wrongly and what is missed count
#: alike, and of the clauses between 0.45 and 0.5 a good part is right.
THRESHOLD: Final = 0.45
#: Where fewer clauses than this have a verb of organisations, the text is no report but a recipe or a story.
LEAST_GENRE: Final = 0.15
_DEEDS: Final = frozenset(("make", "hold", "do", "improve", "apply", "pivot", "promote", "strengthen"))


@dataclass(slots=True)
class InitiativeCandidate:
    """A clause that may be an initiative, read.

    Attributes:
        clause: the clause, merged where its object runs on over commas.
        predicate: its action, object and what stands before the verb.
        actor: who acts, if the clause or its sentence names it.
        times: the time expressions that belong to it.
        status: done, ongoing or planned.
        features: what speaks for and against it; a number that is not there is 0.
        told: the clauses of its sentence up to this one, for the search for who acts.
    """

    clause: Clause
    predicate: Predicate
    actor: Span | None
    times: tuple[Span, ...]
    status: Status
    features: Features
    told: tuple[Told, ...]

    @property
    def likely(self) -> float:
        """How likely the rules alone hold it to be an initiative, 0 to 1."""
        return 1 / (1 + exp(-float(self.features.get("rules", 0.0))))


class Decider(Judge, Ranker, Protocol):
    """What decides where rules can't: a trained model, with its estimators by name."""

    @property
    def estimators(self) -> Mapping[str, Any]:
        """The estimators that it has."""


class _Document(NamedTuple):
    """What is asked of a document for each of its clauses: its text, and where its records stand."""

    text: str
    counts: SpanIndex
    times: SpanIndex
    devices: SpanIndex
    suggestions: Suggestions


def find_initiatives(
    context: Context,
    *,
    mechanisms: Sequence[Found] = (),
    quantities: Sequence[Found] = (),
    times: Sequence[Found] = (),
    model: Decider | None = None,
    genre: float = 1.0,
) -> list[Found]:
    """Find the initiatives of a document.

    A clause counts when somebody could check whether it happened: 建立机制, 走访企业40家. Attitudes, grounds,
    means, results and headings do not (guideline §6).

    Args:
        context: the clean text and its structure.
        mechanisms: the mechanisms found in it.
        quantities: its quantities.
        times: its time expressions.
        model: a trained model that decides what it has an estimator for (`ESTIMATOR` and those of `actions`,
            `objects`, `actors` and `tense`); the rules decide the rest.
        genre: how probable it is that the text is of the kind that the library knows, 0 to 1.

    Returns:
        Initiatives in reading order, with the fields action, object, actor, time and status. `time` holds the
        spans of the time records that belong to each.
    """
    candidates = initiative_candidates(
        context, mechanisms=mechanisms, quantities=quantities, times=times, genre=genre
    )
    known = frozenset(model.estimators) if model is not None else frozenset()
    if model is None or ESTIMATOR not in known or not candidates:
        likely = [one.likely for one in candidates]
    else:
        rows = model.probabilities(ESTIMATOR, judged_rows(candidates))
        # Rounded, so that the last bit of a sum never shows: it may differ between processors.
        likely = [round(labels[LABEL], 4) for labels in rows]
    if candidates and float(candidates[0].features["genre"]) < LEAST_GENRE:
        likely = [probability / 2 for probability in likely]
    places = [place for place, probability in enumerate(likely) if probability >= THRESHOLD]
    tenses: Mapping[int, Tense] = {}
    if model is not None and tense.ESTIMATOR in known:
        tenses = decided_statuses(Deeds(context, candidates), places=places, model=model)
    text, counts = context.text.text, [found.span for found in quantities]
    kept = [candidates[place] for place in places]
    who = [candidate.actor for candidate in kept]
    if model is not None and acting.ESTIMATOR in known:
        who = chosen_actors(text, kept, model=model)
    return [
        _found(
            text,
            candidates[place],
            counts=counts,
            model=model,
            tense=tenses.get(place),
            actor=actor,
            likely=likely[place] if ESTIMATOR in known else None,
        )
        for place, actor in zip(places, who, strict=True)
    ]


def judged_rows(candidates: Sequence[InitiativeCandidate]) -> list[Features]:
    """Return what a model is told of each clause of a document: the rules' features, words and neighbours."""
    rows = [candidate.features.copy() for candidate in candidates]
    add_neighbours(rows, candidates)
    for row, candidate in zip(rows, candidates, strict=True):
        add_words(row, candidate.predicate)
    return rows


def _found(
    text: str,
    candidate: InitiativeCandidate,
    *,
    counts: Sequence[Span],
    model: Decider | None,
    tense: Tense | None,
    actor: Span | None,
    likely: float | None,
) -> Found:
    kind = candidate.predicate.verb.kind if candidate.predicate.verb else "unknown"
    rule = f"initiatives/{kind}"
    reading = _read(text, candidate, counts=counts, model=model)
    action, object_ = reading.action, reading.object
    parts = [("action", action)]
    parts += [("object", object_)] if object_ else []
    return Found(
        "initiative",
        candidate.clause.span,
        rule,
        likely,
        fields={
            "action": text[action.start : action.end],
            "action_confidence": reading.confidence,
            "object": object_,
            "actor": actor,
            "time": candidate.times,
            "status": tense.status if tense is not None else candidate.status,
            "status_confidence": tense.confidence if tense is not None else None,
        },
        parts=tuple(parts),
        chosen={
            "span": ESTIMATOR if likely is not None else rule,
            "status": "initiative-status" if tense is not None else "status/rules",
            "actor": acting.ESTIMATOR if _knows(model, acting.ESTIMATOR) else "predicate/rules",
            **reading.chosen,
        },
    )


def _knows(model: Decider | None, name: str) -> bool:
    return model is not None and name in model.estimators


class _Reading(NamedTuple):
    """What is done to what in a clause, and what chose each."""

    action: Span
    object: Span | None
    confidence: float | None
    chosen: Mapping[str, str]


def _read(
    text: str, candidate: InitiativeCandidate, *, counts: Sequence[Span], model: Decider | None
) -> _Reading:
    """Choose action and object of a clause, each by its ranker where the model has one."""
    predicate, clause = candidate.predicate, candidate.clause.span
    deed, sure = Deed(predicate.action, predicate.at, predicate.beyond), None
    object_ = predicate.object
    chosen = dict.fromkeys(("action", "object"), "predicate/rules")
    known = frozenset(model.estimators) if model is not None else frozenset()
    if model is not None and actions.ESTIMATOR in known:
        deeds = deeds_of(text, predicate, clause=clause)
        shares = model.rank(actions.ESTIMATOR, signs_of_deeds(text, predicate, deeds, clause=clause))
        best = _best(shares)
        deed, sure = deeds[best], round(shares[best], 4)
        chosen["action"] = actions.ESTIMATOR
    if model is not None and objects.ESTIMATOR in known:
        things = things_of(text, predicate, deed, clause=clause, counts=counts)
        signs = signs_of_things(text, predicate, deed, things, clause=clause)
        object_ = things[_best(model.rank(objects.ESTIMATOR, signs))].span
        chosen["object"] = objects.ESTIMATOR
    return _Reading(deed.span, object_, sure, chosen)


def _best(shares: Sequence[float]) -> int:
    """Return the place of the largest share; of equal ones the first."""
    rounded = [round(share, 4) for share in shares]
    return rounded.index(max(rounded))


def initiative_candidates(
    context: Context,
    *,
    mechanisms: Sequence[Found] = (),
    quantities: Sequence[Found] = (),
    times: Sequence[Found] = (),
    genre: float = 1.0,
) -> list[InitiativeCandidate]:
    """Read every clause of a document that has a verb, in reading order; given as `find_initiatives` is."""
    document = _Document(
        context.text.text,
        counts=SpanIndex(found.span for found in quantities),
        times=SpanIndex(found.span for found in times),
        devices=SpanIndex(found.span for found in mechanisms),
        suggestions=Suggestions(context.text.text),
    )
    candidates: list[InitiativeCandidate] = []
    # Speech by speech: the words of all clauses of a long document would fill the memory.
    for _, sentences in groupby(sentences_of(find_clauses(context)), key=lambda run: run[0].speech.id):
        candidates.extend(_of_speech(context, sentences, document=document))
    _look_around(candidates, genre=genre)
    return candidates


def _of_speech(
    context: Context, sentences: Iterable[Sequence[Clause]], *, document: _Document
) -> Iterator[InitiativeCandidate]:
    text, counts, times = document.text, document.counts, document.times
    read = [
        one for sentence in sentences for one in read_sentence(text, sentence, counts=counts, times=times)
    ]
    plans = SpanIndex(planned_spans(context, told=read, counts=counts.spans))
    told = _Sentence(-1)
    for one in read:
        if told.number != one.clause.sentence:
            told = _Sentence(one.clause.sentence)
        made = _candidate(one, document=document, told=told, plans=plans)
        if made is not None:
            yield made


#: Features whose share of a document's clauses says what kind of text it is: a law, a talk, a report.
_SHARED: Final = ("modal", "we", "number", "agent")


def _look_around(candidates: Sequence[InitiativeCandidate], *, genre: float) -> None:
    """Add to each candidate's features what its neighbours and its document are like: deeds come in rows."""
    size = len(candidates)
    scores = [candidate.likely for candidate in candidates]
    rows = [candidate.features for candidate in candidates]
    shares = {f"{name},document": sum([name in row for row in rows]) / max(1, size) for name in _SHARED}
    shares["known"] = genre
    shares["genre"] = sum([row["kind"] in _DEEDS for row in rows]) / max(1, size)
    for place, row in enumerate(rows):
        row.update(shares)
        row["rules_before"] = scores[place - 1] if place else 0.5
        row["rules_after"] = scores[place + 1] if place + 1 < size else 0.5
        near = scores[max(0, place - 4) : place] + scores[place + 1 : place + 5]
        row["rules_around"] = sum(near) / len(near) if near else 0.5


class _Sentence:
    """What the clauses of a sentence hand on: who acts, when, and with what status."""

    __slots__ = ("actor", "clauses", "number", "past", "status", "times")

    def __init__(self, number: int) -> None:
        self.number = number
        self.actor: Span | None = None
        self.clauses: list[Told] = []
        self.times: tuple[Span, ...] = ()
        self.past = False
        self.status: Status | None = None


def _candidate(
    read: ReadClause, *, document: _Document, told: _Sentence, plans: SpanIndex
) -> InitiativeCandidate | None:
    text, clause, predicate = document.text, read.clause, read.predicate
    if read.times:
        told.times = tuple(read.times)
        told.past = is_past(text, told.times)
    if predicate is None:
        told.actor = _named_actor(text, clause) or told.actor
        told.clauses.append(Told(clause, None, 0, told.actor, tuple(read.times)))
        return None
    predicate = with_arguments(text, predicate, clause=clause.span)
    if predicate.agent is not None and text[predicate.agent.start] not in "我本":
        told.actor = predicate.agent
    told.clauses.append(Told(clause, predicate.words, predicate.at, told.actor, tuple(read.times)))
    counts = within(read.counts, clause.span)
    counted = bool(counts) and any(
        _counts(text, clause, count=count, predicate=predicate) for count in counts
    )
    in_plan = plans.hold_character(clause.span.start)
    told.status = status_of(
        text, clause, predicate=predicate, counted=counted, passage=Passage(told.past, in_plan, told.status)
    )
    facts = Facts(
        counted,
        number=bool(counts),
        device=bool(within(document.devices.beginning_in(clause.span), clause.span)),
        in_plan=in_plan,
        suggested=document.suggestions.before(clause.span.start),
    )
    return InitiativeCandidate(
        clause,
        predicate=predicate,
        actor=told.actor,
        times=told.times,
        status=told.status,
        features=features_of(text, clause, predicate=predicate, facts=facts),
        told=tuple(told.clauses[-MOST_BACK:]),
    )


def _counts(text: str, clause: Clause, *, count: Span, predicate: Predicate) -> bool:
    """Return whether a quantity says what came of the deed: it stands behind the object."""
    if count.start < predicate.action.end:
        return False
    behind = (
        predicate.object is None or count.start >= predicate.object.end or count.end <= predicate.object.start
    )
    return behind and (count.end >= clause.span.end or text[count.end] in "、，和并")


def _named_actor(text: str, clause: Clause) -> Span | None:
    return (
        clause.span
        if clause.after == "，" and can_act(text, clause.span) and len(range(*clause.span)) <= 20
        else None
    )
