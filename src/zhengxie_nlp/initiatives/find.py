"""Initiatives: the concrete deeds that an organisation tells of, clause by clause (guideline §6).

`initiative_candidates` reads every clause that has a verb: its action, object, actor, time and status, and
the features that speak for and against it. `find_initiatives` keeps those that somebody could check; a
trained model decides where there is one, else the rules' own score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp
from typing import Final, NamedTuple

from zhengxie_nlp.context.candidates import Found, Judge
from zhengxie_nlp.context.clauses import Clause, find_clauses, sentences_of
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.span_index import SpanIndex
from zhengxie_nlp.initiatives.candidates import ReadClause, read_sentence, within
from zhengxie_nlp.initiatives.features import Facts, Features, Suggestions, features_of
from zhengxie_nlp.initiatives.predicates import Predicate, can_act, with_arguments
from zhengxie_nlp.initiatives.status import Passage, Status, is_past, planned_spans, status_of
from zhengxie_nlp.initiatives.tense import corrected_statuses
from zhengxie_nlp.records import Document, Initiative
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
    """

    clause: Clause
    predicate: Predicate
    actor: Span | None
    times: tuple[Span, ...]
    status: Status
    features: Features

    @property
    def likely(self) -> float:
        """How likely the rules alone hold it to be an initiative, 0 to 1."""
        return 1 / (1 + exp(-float(self.features.get("rules", 0.0))))


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
    model: Judge | None = None,
    status_model: Judge | None = None,
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
        model: a trained model that decides; without one the rules do.
        status_model: a trained model that corrects the status; without one the rules' stands.
        genre: how probable it is that the text is of the kind that the library knows, 0 to 1.

    Returns:
        Initiatives in reading order, with the fields action, object, actor, time and status. `time` holds the
        spans of the time records that belong to each.
    """
    candidates = initiative_candidates(
        context, mechanisms=mechanisms, quantities=quantities, times=times, genre=genre
    )
    if model is None or not candidates:
        likely = [one.likely for one in candidates]
    else:
        rows = model.probabilities(ESTIMATOR, [one.features for one in candidates])
        # Rounded, so that the last bit of a sum never shows: it may differ between processors.
        likely = [round(labels[LABEL], 4) for labels in rows]
    if candidates and float(candidates[0].features["genre"]) < LEAST_GENRE:
        likely = [probability / 2 for probability in likely]
    places = [place for place, probability in enumerate(likely) if probability >= THRESHOLD]
    text = context.text.text
    statuses = {place: candidates[place].status for place in places}
    if status_model is not None:
        statuses = corrected_statuses(text, candidates, places=places, model=status_model)
    return [
        _found(
            text,
            candidates[place],
            status=statuses[place],
            likely=likely[place] if model is not None else None,
        )
        for place in places
    ]


def _found(text: str, candidate: InitiativeCandidate, *, status: Status, likely: float | None) -> Found:
    action, object_ = candidate.predicate.action, candidate.predicate.object
    kind = candidate.predicate.verb.kind if candidate.predicate.verb else "unknown"
    parts = [("action", action)]
    parts += [("object", object_)] if object_ else []
    return Found(
        "initiative",
        candidate.clause.span,
        f"initiatives/{kind}",
        likely,
        fields={
            "action": text[action.start : action.end],
            "object": object_,
            "actor": candidate.actor,
            "time": candidate.times,
            "status": status,
        },
        parts=tuple(parts),
    )


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
_SHARED: Final = ("modal", "we", "number")


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

    __slots__ = ("actor", "number", "past", "status", "times")

    def __init__(self, number: int) -> None:
        self.number = number
        self.actor: Span | None = None
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
        return None
    predicate = with_arguments(text, predicate, clause=clause.span)
    if predicate.agent is not None and text[predicate.agent.start] not in "我本":
        told.actor = predicate.agent
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


def match_initiatives(
    candidates: Sequence[InitiativeCandidate], *, document: Document, context: Context
) -> list[Initiative | None]:
    """Say of each candidate which gold initiative it is, for training.

    Args:
        candidates: the candidates of the document's text.
        document: the gold.
        context: the text in which the candidates were found.

    Returns:
        For each candidate the gold initiative that shares with its clause at least half of the characters of
        both; None where there is none.
    """
    records = [record for record in document.records if record.type == "initiative"]
    gold = [_characters(record.ref.fragments) for record in records]
    by_character = {at: place for place, characters in enumerate(gold) for at in characters}
    matches: list[Initiative | None] = []
    for candidate in candidates:
        own = _characters(context.text.ref(*candidate.clause.span).fragments)
        near = sorted({by_character[at] for at in own if at in by_character})
        same = (records[place] for place in near if 2 * len(own & gold[place]) >= len(own | gold[place]))
        matches.append(next(same, None))
    return matches


def _characters(fragments: Sequence[tuple[int, int]]) -> set[int]:
    return {at for start, end in fragments for at in range(start, end)}
