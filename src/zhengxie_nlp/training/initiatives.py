"""Trains what decides on initiatives: which clause is one, its action, object, actor and status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from zhengxie_nlp.categories.classify import GENRE, document_genre
from zhengxie_nlp.initiatives import acting, actions, objects, tense
from zhengxie_nlp.initiatives.acting import Before, signs_of_actors
from zhengxie_nlp.initiatives.actions import deeds_of, signs_of_deeds
from zhengxie_nlp.initiatives.actors import actors_of
from zhengxie_nlp.initiatives.find import (
    ESTIMATOR,
    LABEL,
    InitiativeCandidate,
    initiative_candidates,
    judged_rows,
)
from zhengxie_nlp.initiatives.objects import signs_of_things, things_of
from zhengxie_nlp.initiatives.tense import PLANNED, Deeds
from zhengxie_nlp.learning.estimators import Estimator, Parts, Row
from zhengxie_nlp.learning.model import Model
from zhengxie_nlp.learning.ranking import Question, calibrated_ranker, fit_ranker
from zhengxie_nlp.pipeline import by_type, settled_records
from zhengxie_nlp.records import Initiative
from zhengxie_nlp.text.source_text import Span
from zhengxie_nlp.training.corpus import CleanPlaces, Corpus, TrainingText
from zhengxie_nlp.training.tasks import Trained, fit_candidates, folds, importance

#: How closely each follows its examples, and in how many a feature has to stand: by trying a few values on
#: documents left out.
_STRENGTH: Final = {ESTIMATOR: 0.05, tense.ESTIMATOR: 0.03}
_LEAST: Final = 3
_RANKING: Final = {actions.ESTIMATOR: 0.3, objects.ESTIMATOR: 0.3, acting.ESTIMATOR: 0.02}
#: Most clauses name nobody who acts; one that does counts for so many.
_NAMED: Final = 30.0
#: The candidate nearest to gold is the right one by this share; the others by how much they overlap it.
_RIGHT: Final = 0.85
_SAME: Final = 0.5


@dataclass
class _Rows:
    """Rows with the label, the source and the importance of each."""

    rows: list[Row] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    importance: list[float] = field(default_factory=list)

    def add(self, row: Row, label: str, text: TrainingText, weight: float) -> None:
        self.rows.append(row)
        self.labels.append(label)
        self.sources.append(text.source or text.name)
        self.importance.append(weight)


class _Choice(NamedTuple):
    """Candidates of one question, how much each overlaps gold, and the question's source and importance."""

    source: str
    signs: Sequence[Parts]
    overlaps: Sequence[float]
    weight: float
    real: bool

    @property
    def right(self) -> int:
        return max(range(len(self.overlaps)), key=lambda place: self.overlaps[place])

    @property
    def question(self) -> Question:
        weights = [one**4 if one >= _SAME else 0.0 for one in self.overlaps]
        shares = [(1 - _RIGHT) * one / sum(weights) for one in weights]
        shares[self.right] += _RIGHT
        return Question(self.signs, shares, self.weight)


class _Gold(NamedTuple):
    """A gold initiative in clean characters."""

    record: Initiative
    span: Span
    object: Span | None
    actor: Span | None


class _Examples:
    """What all estimators of initiatives learn from."""

    def __init__(self) -> None:
        self.clauses = _Rows()
        self.statuses = _Rows()
        self.choices: dict[str, list[_Choice]] = {
            actions.ESTIMATOR: [],
            objects.ESTIMATOR: [],
            acting.ESTIMATOR: [],
        }


def train_initiatives(corpus: Corpus, model: Model) -> Trained:
    """Train which clause is an initiative, its status, and the rankers of its action, object and actor."""
    examples = _Examples()
    for text in corpus.part("train"):
        if text.document is not None and "initiative" not in text.document.not_annotated:
            _learn(text, corpus, model, examples)
    estimators: dict[str, Estimator] = {}
    if len(set(examples.clauses.labels)) > 1:
        estimators[ESTIMATOR] = _fitted(ESTIMATOR, examples.clauses)
    if len(set(examples.statuses.labels)) > 1 and PLANNED in examples.statuses.labels:
        estimators[tense.ESTIMATOR] = _fitted(tense.ESTIMATOR, examples.statuses)
    for name, choices in examples.choices.items():
        # Too little gold tells nothing apart: the rules choose then.
        if choices and (ranker := _ranker(choices, _RANKING[name])).columns:
            estimators[name] = ranker
    return Trained(estimators)


def _fitted(name: str, told: _Rows) -> Estimator:
    fitted, _ = fit_candidates(
        told.rows,
        told.labels,
        documents=told.sources,
        strength=_STRENGTH[name],
        least=_LEAST,
        importance=told.importance,
    )
    return fitted


def _ranker(choices: Sequence[_Choice], strength: float) -> Estimator:
    questions = [one.question for one in choices]
    whole = fit_ranker(questions, strength=strength)
    judged: list[tuple[list[float], int]] = []
    any_real = any(one.real for one in choices)
    for part in folds(one.source for one in choices):
        kept = [question for one, question in zip(choices, questions, strict=True) if one.source not in part]
        if kept:
            ranker = fit_ranker(kept, strength=strength)
            left = (one for one in choices if one.source in part and (one.real or not any_real))
            judged += [(ranker.weigh(one.signs), one.right) for one in left]
    return calibrated_ranker(whole, judged)


def _learn(text: TrainingText, corpus: Corpus, model: Model, examples: _Examples) -> None:
    """Add what one text tells."""
    context, weight = text.context, importance(text, corpus)
    inside = by_type(settled_records(context))
    quantities = inside.get("quantity", ())
    candidates = initiative_candidates(
        context,
        mechanisms=inside.get("mechanism", ()),
        quantities=quantities,
        times=inside.get("time", ()),
        genre=document_genre(context, model=model) if GENRE in model.estimators else 1.0,
    )
    matches = match_initiatives(candidates, text=text)
    for row, match in zip(judged_rows(candidates), matches, strict=True):
        examples.clauses.add(row, LABEL if match else "other", text, weight)
    around = Deeds(context, candidates)
    counts = [found.span for found in quantities]
    sentence = _Sentence()
    for place, match in enumerate(matches):
        if match is None:
            continue
        if "status" not in text.without:
            examples.statuses.add(around.row(place), match.record.status, text, weight)
        for name, choice in _choices(text, candidates[place], match, counts, weight):
            examples.choices[name].append(choice)
        if "actor" not in text.without:
            acts = sentence.choice(text, candidates[place], match, weight)
            examples.choices[acting.ESTIMATOR] += [acts] if acts is not None else []


def _choices(
    text: TrainingText, candidate: InitiativeCandidate, gold: _Gold, counts: Sequence[Span], weight: float
) -> Iterator[tuple[str, _Choice]]:
    """Yield what a clause tells the rankers of action and object."""
    clean, clause, predicate = text.context.text.text, candidate.clause.span, candidate.predicate
    source, real = text.source or text.name, weight > 1
    action = action_span(clean, gold.record.action, candidate=candidate, object_=gold.object)
    deeds = deeds_of(clean, predicate, clause=clause)
    deed = next((one for one in deeds if one.span == action), None)
    if deed is not None:
        signs = signs_of_deeds(clean, predicate, deeds, clause=clause)
        yield actions.ESTIMATOR, _Choice(source, signs, [float(one == deed) for one in deeds], weight, real)
        things = things_of(clean, predicate, deed, clause=clause, counts=counts)
        overlaps = [_overlap(one.span, gold.object) for one in things]
        if max(overlaps) >= _SAME and (gold.object is not None) == (gold.record.object is not None):
            signs = signs_of_things(clean, predicate, deed, things, clause=clause)
            yield objects.ESTIMATOR, _Choice(source, signs, overlaps, weight, real)


class _Sentence:
    """Who acts in the deeds of a sentence, as gold has it: each choice is told of the one before."""

    def __init__(self) -> None:
        self.number = -1
        self.before: Before | None = None

    def choice(
        self, text: TrainingText, candidate: InitiativeCandidate, gold: _Gold, weight: float
    ) -> _Choice | None:
        """Return what the next deed tells the ranker of actors; None if nobody that gold names is found."""
        clean, clause = text.context.text.text, candidate.clause
        if clause.sentence != self.number:
            self.number, self.before = clause.sentence, None
        found = actors_of(clean, candidate.told)
        overlaps = [_overlap(one.span, gold.actor) for one in found]
        best = max(range(len(found)), key=overlaps.__getitem__)
        named, known = gold.record.actor is not None, overlaps[best] >= _SAME
        made = None
        if known and named == (gold.actor is not None):
            signs = signs_of_actors(clean, candidate, found, before=self.before)
            share = weight * _NAMED if named else weight
            made = _Choice(text.source or text.name, signs, overlaps, share, weight > 1)
        self.before = Before(found[best].span if known else gold.actor, clause.span.start)
        return made


def action_span(
    text: str, written: str, *, candidate: InitiativeCandidate, object_: Span | None
) -> Span | None:
    """Return where in its clause an action stands that gold gives as words.

    Of several places the last one before the object is taken, else the nearest to the rules' action.

    Args:
        text: a clean text.
        written: the action as written.
        candidate: its clause.
        object_: what it acts on.
    """
    places = [*_places(text, written, candidate.clause.span)]
    before = [at for at in places if object_ is not None and at + len(written) <= object_.start]
    if not places:
        return None
    ruled = candidate.predicate.action.start
    start = before[-1] if before and len(places) > 1 else min(places, key=lambda at: abs(at - ruled))
    return Span(start, start + len(written))


def _places(text: str, written: str, clause: Span) -> Iterator[int]:
    at = text.find(written, clause.start, clause.end)
    while at >= 0:
        yield at
        at = text.find(written, at + 1, clause.end)


def _overlap(one: Span | None, other: Span | None) -> float:
    if one is None or other is None:
        return float(one is other)
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / (max(one.end, other.end) - min(one.start, other.start))


def match_initiatives(candidates: Iterable[InitiativeCandidate], *, text: TrainingText) -> list[_Gold | None]:
    """Say of each candidate which gold initiative it is.

    Args:
        candidates: the candidates of the text.
        text: the text with its gold.

    Returns:
        For each candidate the gold initiative that shares with its clause at least half of the characters of
        both; None where there is none.
    """
    places = CleanPlaces(text.context.text)
    gold: list[_Gold] = []
    for record in text.document.records if text.document is not None else ():
        if isinstance(record, Initiative) and (span := places.span(record.ref)) is not None:
            object_ = places.span(record.object) if record.object is not None else None
            actor = places.span(record.actor) if record.actor is not None else None
            gold.append(_Gold(record, span, object_, actor))
    by_character = {at: place for place, one in enumerate(gold) for at in range(*one.span)}
    matches: list[_Gold | None] = []
    for candidate in candidates:
        span = candidate.clause.span
        near = sorted({by_character[at] for at in range(*span) if at in by_character})
        same = (gold[place] for place in near if _overlap(span, gold[place].span) >= _SAME)
        matches.append(next(same, None))
    return matches
