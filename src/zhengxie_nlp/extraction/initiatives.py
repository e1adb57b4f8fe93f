"""Initiatives: the concrete deeds that an organisation tells of, clause by clause (guideline §6).

`initiative_candidates` reads every clause that has a verb: its action, object, actor, time and status, and
the features that speak for and against it. `find_initiatives` keeps those that somebody could check; a
trained model decides where there is one, else the rules' own score.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import exp
from typing import Final

from zhengxie_nlp.extraction.clauses import MOST_RUN_ON, Clause, find_clauses, holds, merged, sentences_of
from zhengxie_nlp.extraction.initiative_features import features_of
from zhengxie_nlp.extraction.initiative_predicates import Predicate, can_act, read_predicate, with_arguments
from zhengxie_nlp.extraction.initiative_status import Passage, Status, planned_spans, status_of
from zhengxie_nlp.extraction.initiative_tense import corrected_statuses
from zhengxie_nlp.extraction.initiative_words import longest_end, role, tokens
from zhengxie_nlp.extraction.rules import Context, Found, Judge
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


@dataclass(frozen=True, slots=True)
class InitiativeCandidate:
    """A clause that may be an initiative, read.

    Attributes:
        clause: the clause, merged where its object runs on over commas.
        predicate: its action, object and what stands before the verb; its words are let go.
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
    features: dict[str, float | str]

    @property
    def likely(self) -> float:
        """How likely the rules alone hold it to be an initiative, 0 to 1."""
        return 1 / (1 + exp(-float(self.features.get("rules", 0.0))))


@dataclass(frozen=True, slots=True)
class _Marks:
    """The spans of other records, each list in order."""

    counts: list[Span]
    times: list[Span]
    devices: list[Span]


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
    marks = _Marks(
        sorted(found.span for found in quantities),
        sorted(found.span for found in times),
        sorted(found.span for found in mechanisms),
    )
    candidates: list[InitiativeCandidate] = []
    # Speech by speech: the words of all clauses of a long document would fill the memory.
    for _, sentences in groupby(sentences_of(find_clauses(context)), key=lambda run: run[0].speech.id):
        candidates.extend(_of_speech(context, sentences, marks=marks))
    _look_around(candidates, genre=genre)
    return candidates


def _of_speech(
    context: Context, sentences: Iterable[Sequence[Clause]], *, marks: _Marks
) -> Iterator[InitiativeCandidate]:
    text = context.text.text
    read = [one for sentence in sentences for one in _run_together(text, sentence, marks=marks)]
    plans = planned_spans(context, told=read, counts=marks.counts)
    told: _Sentence | None = None
    for clause, predicate in read:
        if told is None or told.number != clause.sentence:
            told = _Sentence(clause.sentence)
        in_plan = holds(plans, at=clause.span.start)
        made = _candidate(text, clause, predicate=predicate, marks=marks, told=told, in_plan=in_plan)
        if made is not None:
            yield made


#: Features whose share of a document's clauses says what kind of text it is: a law, a talk, a report.
_SHARED: Final = ("modal", "we", "number")


def _look_around(candidates: Sequence[InitiativeCandidate], *, genre: float) -> None:
    """Add to each candidate's features what its neighbours and its document are like: deeds come in rows."""
    scores = [candidate.likely for candidate in candidates]
    size = len(candidates)
    deeds = sum(candidate.features["kind"] in _DEEDS for candidate in candidates)
    shares = {
        f"{name},document": sum(float(candidate.features.get(name, 0.0)) for candidate in candidates)
        / max(1, size)
        for name in _SHARED
    }
    for place, candidate in enumerate(candidates):
        candidate.features.update(shares)
        candidate.features["known"] = genre
        candidate.features["genre"] = deeds / size
        candidate.features["rules_before"] = scores[place - 1] if place else 0.5
        candidate.features["rules_after"] = scores[place + 1] if place + 1 < len(scores) else 0.5
        near = scores[max(0, place - 4) : place] + scores[place + 1 : place + 5]
        candidate.features["rules_around"] = sum(near) / len(near) if near else 0.5


class _Sentence:
    """What the clauses of a sentence hand on: who acts, when, and with what status."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.actor: Span | None = None
        self.times: tuple[Span, ...] = ()
        self.status: Status | None = None


def _candidate(
    text: str, clause: Clause, *, predicate: Predicate | None, marks: _Marks, told: _Sentence, in_plan: bool
) -> InitiativeCandidate | None:
    own = _within(marks.times, clause.span)
    if own:
        told.times = tuple(own)
    if predicate is None:
        named = _named_actor(text, clause)
        told.actor = named or told.actor
        return None
    predicate = with_arguments(text, predicate, clause=clause.span)
    if predicate.agent is not None and text[predicate.agent.start] not in "我本":
        told.actor = predicate.agent
    counts = _within(marks.counts, clause.span)
    counted = any(_counts(text, clause, count=count, predicate=predicate) for count in counts)
    status = status_of(
        text, clause, predicate=predicate, counted=counted, passage=Passage(told.times, in_plan, told.status)
    )
    told.status = status
    facts = {
        "counted": counted,
        "number": bool(counts),
        "device": bool(_within(marks.devices, clause.span)),
        "in_plan": in_plan,
    }
    features = features_of(text, clause, predicate=predicate, facts=facts)
    return InitiativeCandidate(
        clause,
        predicate=replace(predicate, words=()),
        actor=told.actor,
        times=told.times,
        status=status,
        features={name: value for name, value in features.items() if value or isinstance(value, str)},
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


def _within(spans: Sequence[Span], outer: Span) -> list[Span]:
    first = bisect_left(spans, (outer.start, 0))
    last = bisect_left(spans, (outer.end, 0))
    return [span for span in spans[first:last] if span.end <= outer.end]


def _run_together(
    text: str, sentence: Sequence[Clause], *, marks: _Marks
) -> list[tuple[Clause, Predicate | None]]:
    """Read the clauses of a sentence, and put together those over which one object runs on."""
    read = [
        (clause, read_predicate(text, clause.span, counts=marks.counts, times=marks.times))
        for clause in sentence
    ]
    made: list[tuple[Clause, Predicate | None]] = []
    at = 0
    while at < len(read):
        clause, predicate = read[at]
        last = _runs_on_to(text, read, at) if predicate is not None else at
        if last > at:
            clause = merged(clause, read[last][0])
            predicate = read_predicate(text, clause.span, counts=marks.counts, times=marks.times)
        made.append((clause, predicate))
        at = last + 1
    return made


def _runs_on_to(text: str, read: Sequence[tuple[Clause, Predicate | None]], at: int) -> int:
    """Return the index of the clause in which the object of the clause at `at` ends."""
    clause, predicate = read[at]
    if predicate is None or clause.after != "，":
        return at
    start = predicate.object.start if predicate.object else predicate.action.end
    # 以…为引领，…为支撑的体系; 每月…，每周…的三项制度
    opened = text[start] in "以每" and not _closed(text, clause.span)
    for last in range(at + 1, min(at + 1 + MOST_RUN_ON, len(read))):
        following, said = read[last]
        if opened and _closed(text, following.span):
            return last
        if last == at + 1 and (_goes_on(text, following, said) or _tails(text, following)):
            return last
        if predicate.head in role("person") and _only_people(text, predicate, clause):
            if said is not None and following.span.end - predicate.action.start < 150:
                if said.agent is None and not text.startswith("并", following.span.start):
                    return last
            elif said is not None:
                break
        elif not opened:
            break
        if following.after != "，":
            break
    return at


def _closed(text: str, span: Span) -> bool:
    """Return whether a clause ends with 的 or 等 and a head, as a long object does."""
    end = span.end
    if not longest_end(text, end, words=role("checkable"), start=span.start, most=5):
        return False
    tail = text[max(span.start, end - 16) : end]
    return "的" in tail or "等" in tail


def _goes_on(text: str, clause: Clause, said: Predicate | None) -> bool:
    """Return whether a clause is the rest of a list: it opens with 和 and has no verb of its own."""
    own = said is not None and said.verb is not None and said.head not in role("deed")
    if clause.lead in ("和", "及", "以及"):
        return not own
    return False


def _tails(text: str, clause: Clause) -> bool:
    """Return whether a clause is the end of a list: …等活动, opened by a noun or 每."""
    whole = text[clause.span.start : clause.span.end]
    place = whole.rfind("等")
    if place < 2 or len(whole) - place > 12 or not _closed(text, clause.span):
        return False
    words = tokens(text, start=clause.span.start, end=clause.span.start + place)
    if not words or words[0].text in role("ground") | role("preposition") | role("adverb"):
        return False
    if words[0].text.startswith("每"):
        return True
    return words[0].is_noun and not any(word.verb and word.text not in role("deed") for word in words)


def _only_people(text: str, predicate: Predicate, clause: Clause) -> bool:
    """Return whether the object of 组织, 要求 … is only who is to act: the deed follows behind the comma."""
    if predicate.object is None or predicate.object.end < clause.span.end:
        return False
    behind = [word for word in predicate.words[predicate.beyond :] if word.verb or word.tag == "v"]
    return can_act(text, predicate.object) and (
        not behind or text[predicate.action.end - 2 : predicate.action.end] == "要求"
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
