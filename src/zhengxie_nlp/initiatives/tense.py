"""Whether a deed is done, ongoing or planned, decided by a trained model over its passage (guideline §6).

The rules (`initiatives.status`) read a status from a clause's words. What they miss is what kind of passage
it stands in: plans and reports tell their deeds in the same words. So a model looks at each deed with what
stands around and above it, and what it says of the deeds near by counts too: plans come in rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from math import exp, log
from typing import Final, NamedTuple, Protocol, cast

from zhengxie_nlp.context.candidates import Judge
from zhengxie_nlp.context.clauses import Clause
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.lexemes import pattern, role
from zhengxie_nlp.initiatives.evidence import NUMBER, shown
from zhengxie_nlp.initiatives.predicates import Predicate
from zhengxie_nlp.initiatives.status import Status
from zhengxie_nlp.lexicon.tables import longest_word
from zhengxie_nlp.lexicon.word_classes import class_of
from zhengxie_nlp.structure.spans import NodeSpan
from zhengxie_nlp.text.source_text import Span

#: The name under which a model keeps the estimator of each deed.
ESTIMATOR: Final = "initiative-status"
PLANNED: Final = "planned"
#: What of a clause's own features also tells its status.
_OWN: Final = (
    "kind", "verb_first", "verb_last", "last", "before", "after", "marker", "counted", "number", "ongoing",
    "done", "planned", "in_plan", "perfect", "each", "modal", "place", "we", "agent", "thing", "following",
)  # fmt: skip
#: What of its neighbours' features tells it.
_SHARED: Final = ("perfect", "counted")
#: So many deeds before and behind are looked at; so many characters; so many of a heading.
_NEAR: Final = 5
_WINDOW: Final = 150
_FRAMED: Final = 300
_HEADING: Final = 60
_LINE: Final = 2000
_TELLING: Final = ("plan", "must", "perfect", "past", "suggested", "asked", "number")
_DENSEST: Final = 6.0
#: Where few deeds are near they say less: so many count as neither planned nor not.
_SHRUNK: Final = 1.5
#: Of what is said of a deed so much counts for the next one: a document may report first and plan then.
_FADING: Final = 0.92
#: What is said of the deeds near one counts so much, beside what is said of itself: by trying a few values on
#: extracts, which are planned throughout or not at all, and on whole reports, which are not.
_NEIGHBOURS: Final = 0.5
#: So much of a clause's wording is told by its n-grams.
_WORDING: Final = 40
_LEAST: Final = 1e-3
_SENTENCE_ENDS: Final = re.compile(r"[。！？]")


class Deed(Protocol):
    """A clause that was read, with the status that the rules give it."""

    @property
    def clause(self) -> Clause:
        """The clause."""

    @property
    def predicate(self) -> Predicate:
        """What it says."""

    @property
    def times(self) -> tuple[Span, ...]:
        """The time expressions that belong to it."""

    @property
    def status(self) -> Status:
        """The status that the rules give it."""

    @property
    def features(self) -> Mapping[str, float | str]:
        """What speaks for and against its being an initiative; a number that is 0 is not there."""


class Tense(NamedTuple):
    """The status of a deed, and how sure that is, 0 to 1."""

    status: Status
    confidence: float


@cache
def _frames() -> re.Pattern[str]:
    return re.compile(longest_word(role("frame")))


class Deeds:
    """All clauses of a document that were read, in order, with what their neighbours are asked for.

    Args:
        context: the document.
        deeds: the clauses.
    """

    def __init__(self, context: Context, deeds: Sequence[Deed]) -> None:
        self.text = context.text.text
        self.spans = context.text.spans
        self.title = context.structure.title
        self.deeds = deeds
        self.statuses = [deed.status for deed in deeds]
        self.shared = {name: [name in deed.features for deed in deeds] for name in _SHARED}
        self._dense: dict[Span, dict[str, float]] = {}
        self._speeches: dict[str, Span] = {}
        self._above: dict[str, str] = {}

    def row(self, place: int) -> dict[str, float | str]:
        """Return what speaks for the status of one of them."""
        deed = self.deeds[place]
        features, ruled, verb = deed.features, deed.status, deed.predicate.verb
        row: dict[str, float | str] = {name: features[name] for name in _OWN if name in features}
        row["rule"] = ruled
        row["rule,kind"] = f"{ruled},{features['kind']}"
        row["rule,counted"] = f"{ruled},{_told('counted' in features)}"
        row["rule,in_plan"] = f"{ruled},{_told('in_plan' in features)}"
        row["by_verb"] = verb.status if verb else "-"
        for word in deed.predicate.adverbs:
            row[f"adverb,{word}"] = 1.0
        for time in deed.times:
            row[f"time,{self.text[time.end - 1]}"] = 1.0
            row["own_time" if time.start >= deed.clause.span.start else "inherited_time"] = 1.0
        self._add_neighbors(row, place)
        self._add_words(row, deed)
        self._add_passage(row, deed.clause)
        self._add_above(row, deed.clause)
        row["in_document"] = place / len(self.deeds)
        return row

    def _add_neighbors(self, row: dict[str, float | str], place: int) -> None:
        statuses, sentence = self.statuses, self.deeds[place].clause.sentence
        for name, other in (("before", place - 1), ("after", place + 1)):
            if 0 <= other < len(statuses):
                same = "," if self.deeds[other].clause.sentence == sentence else ""
                row[f"status_{name}"] = statuses[other] + same
                row[f"counted_{name}"] = _told(self.shared["counted"][other]) + same
        first, last = max(0, place - _NEAR), place + 1 + _NEAR
        near = statuses[first:place] + statuses[place + 1 : last]
        size = max(1, len(near))
        row["near,done"] = near.count("done") / size
        row["near,ongoing"] = near.count("ongoing") / size
        row["near,planned"] = near.count("planned") / size
        for name, told in self.shared.items():
            row[f"near,{name}"] = (sum(told[first:place]) + sum(told[place + 1 : last])) / size

    def _add_words(self, row: dict[str, float | str], deed: Deed) -> None:
        """Enter the words before the verb, the verb, and what it acts on."""
        predicate, end = deed.predicate, deed.clause.span.end
        words = predicate.words
        for word in words[: predicate.at]:
            row[f"lead,{shown(word)}"] = 1.0
        for word in words[predicate.beyond :][:12]:
            row[f"rest,{shown(word)}"] = 0.5
        if predicate.at:
            row["before_verb"] = shown(words[predicate.at - 1])
        row["opens_with"] = shown(words[0])
        row["ends_with"] = shown(words[-1])
        row["verb"] = predicate.head
        row["verb_class"], row["verb_kin"] = class_of(predicate.head)
        start = deed.clause.span.start
        for size in (1, 2):
            for gram in _grams(self.text[start : min(end, start + _WORDING)], size):
                row[f"gram,{gram}"] = 0.7
            for gram in _grams(self.text[start : predicate.action.start][-_WORDING:], size):
                row[f"front,{gram}"] = 1.0
        after = self.text[predicate.action.end : min(end, predicate.action.end + 2)]
        row["behind_verb"], row["behind_verb_two"] = after[:1], after.replace("=", "＝")

    def _add_passage(self, row: dict[str, float | str], clause: Clause) -> None:
        """Enter how dense the words of plans, reports and proposals stand around a deed."""
        text, (start, end) = self.text, clause.span
        line = max(text.rfind("\n", max(0, start - _LINE), start) + 1, start - _LINE, 0)
        line_end = text.find("\n", end, end + _LINE)
        sentence = max(line, *(text.rfind(mark, line, start) + 1 for mark in "。！？；"))
        spans = {
            "document": Span(0, len(text)),
            "speech": self._speech(clause),
            "paragraph": Span(line, line_end if line_end >= 0 else min(len(text), end + _LINE)),
            "before": Span(max(0, start - _WINDOW), start),
            "after": Span(end, min(len(text), end + _WINDOW)),
            "sentence": Span(sentence, start),
        }
        for name, span in spans.items():
            for what, dense in self._density(span).items():
                row[f"{name},{what}"] = dense
        row["paragraph_opens"] = text[line : line + 2].replace("=", "＝")
        framed = text[max(line, start - _FRAMED) : start]
        found = [*_frames().finditer(framed)]
        for match in found:
            row[f"frame,{match[0]}"] = 1.0
        if found:
            far = min(len(_SENTENCE_ENDS.findall(framed, found[-1].end())), 3)
            row["last_frame"], row["last_frame_far"] = found[-1][0], f"{found[-1][0]},{far}"

    def _speech(self, clause: Clause) -> Span:
        """Return from where to where the speech of a clause goes; kept, as all its clauses ask."""
        known = self._speeches.get(clause.speech.id)
        if known is None:
            spans = [self.spans[number] for number in clause.speech.paragraphs] or [Span(0, len(self.text))]
            known = Span(min(span.start for span in spans), max(span.end for span in spans))
            self._speeches[clause.speech.id] = known
        return known

    def _density(self, span: Span) -> dict[str, float]:
        """Return how often the words of each kind stand in 100 characters of a span; kept, as many ask."""
        known = self._dense.get(span)
        if known is None:
            size = max(1, span.end - span.start)
            known = self._dense[span] = {
                name: min(len(pattern(f"tells_{name}").findall(self.text, *span)) * 100 / size, _DENSEST) / 2
                for name in _TELLING
            }
        return known

    def _add_above(self, row: dict[str, float | str], clause: Clause) -> None:
        """Enter what the headings and titles above a deed say."""
        if clause.speech.id not in self._above:
            self._above[clause.speech.id] = self._shown(self.title) + self._shown(clause.speech.title)
            for node in clause.speech.nodes:
                self._enter(node, "")
        above = self._above.get(clause.node.id, "")
        title = self._above[clause.speech.id]
        for word in role("over"):
            if word in above:
                row[f"heading,{word}"] = 1.0
            if word in title:
                row[f"title,{word}"] = 1.0
        row["named"] = f"{clause.speech.speaker is not None:d}{clause.speech.organization is not None:d}"

    def _enter(self, node: NodeSpan, above: str) -> None:
        above = (above + self._shown(node.heading))[-_HEADING:]
        self._above[node.id] = above
        for child in node.children:
            self._enter(child, above)

    def _shown(self, span: Span | None) -> str:
        return "" if span is None else self.text[span.start : min(span.end, span.start + _HEADING)] + "|"


def _grams(wording: str, size: int) -> list[str]:
    """Return the n-grams of some wording, with a sign for its beginning; numbers count alike."""
    shown_ = "^" + NUMBER.sub("0", wording).replace("=", "＝")
    return [shown_[at : at + size] for at in range(len(shown_) - size + 1)]


def _told(there: bool) -> str:
    """Return the value of a feature as the model has learnt to read it."""
    return "1.0" if there else "0.0"


def agreed(planned: Sequence[float]) -> list[float]:
    """Return how probable it is that each deed of a document is planned, given those near it.

    Args:
        planned: how probable it is of each by itself, in order.

    Example:
        >>> [round(one, 2) for one in agreed([0.9, 0.6, 0.9])]
        [0.93, 0.73, 0.93]
    """
    odds = [_log_odds(one) for one in planned]
    before, after = _faded(odds), _faded(odds[::-1])[::-1]
    return [
        1 / (1 + exp(-own - _NEIGHBOURS * (one[0] + two[0]) / (one[1] + two[1] + _SHRUNK)))
        for own, one, two in zip(odds, before, after, strict=True)
    ]


def _faded(odds: Sequence[float]) -> list[tuple[float, float]]:
    """Return for each deed the sum over those before it, the nearer the weightier, and of their weights."""
    total = weight = 0.0
    sums: list[tuple[float, float]] = []
    for one in odds:
        sums.append((total, weight))
        total, weight = (total + one) * _FADING, (weight + 1) * _FADING
    return sums


def _log_odds(share: float) -> float:
    share = min(max(share, _LEAST), 1 - _LEAST)
    return log(share / (1 - share))


def decided_statuses(deeds: Deeds, *, places: Sequence[int], model: Judge) -> dict[int, Tense]:
    """Return the status of some deeds of a document, by their place.

    Args:
        deeds: all clauses of the document that were read.
        places: the places of those that count.
        model: a trained model with the estimator `ESTIMATOR`.
    """
    if not places:
        return {}
    shares = model.probabilities(ESTIMATOR, [deeds.row(place) for place in places])
    together = agreed([one[PLANNED] for one in shares])
    found: dict[int, Tense] = {}
    for place, one, planned in zip(places, shares, together, strict=True):
        rest = max(1 - one[PLANNED], _LEAST)
        shared = {name: share * (1 - planned) / rest for name, share in one.items() if name != PLANNED}
        shared[PLANNED] = planned
        # Rounded, so that the last bit of a sum never decides: it may differ between processors.
        best = max(shared, key=lambda name: (round(shared[name], 4), name))
        found[place] = Tense(cast(Status, best), round(min(1.0, shared[best]), 4))
    return found
