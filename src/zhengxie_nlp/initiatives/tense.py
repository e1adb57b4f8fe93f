"""What a trained model says of a deed's status, where the rules are hardly right (guideline §6).

The rules read a status from a clause's words and its passage. A model that has seen many deeds, with what
stands around them, corrects them where it holds their reading for unlikely, and leaves them alone elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol, cast

from zhengxie_nlp.context.candidates import Judge
from zhengxie_nlp.context.clauses import Clause
from zhengxie_nlp.initiatives.predicates import Predicate
from zhengxie_nlp.initiatives.status import Status
from zhengxie_nlp.text.source_text import Span

#: The name under which a model keeps the estimator.
ESTIMATOR: Final = "initiative-status"
#: A status of the rules that the model holds for less likely than this gives way; by cross-validation.
LEAST: Final = 0.3
#: What of a clause's own features also tells its status.
_OWN: Final = (
    "kind", "verb_first", "verb_last", "last", "before", "after", "marker", "counted", "number", "ongoing",
    "done", "planned", "in_plan", "perfect", "each", "modal", "place", "we", "agent", "thing", "following",
)  # fmt: skip
#: What of its neighbours' features tells it.
_SHARED: Final = ("perfect", "counted")
#: So many deeds before and behind are looked at.
_NEAR: Final = 5


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


class Deeds:
    """All clauses of a document that were read, in order, with what their neighbours are asked for.

    Args:
        text: the clean text.
        deeds: the clauses.
    """

    def __init__(self, text: str, deeds: Sequence[Deed]) -> None:
        self.text = text
        self.deeds = deeds
        self.statuses = [deed.status for deed in deeds]
        self.shared = {name: [name in deed.features for deed in deeds] for name in _SHARED}

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


def _told(there: bool) -> str:
    """Return the value of a feature as the model has learnt to read it."""
    return "1.0" if there else "0.0"


def corrected_statuses(
    text: str, deeds: Sequence[Deed], *, places: Sequence[int], model: Judge
) -> dict[int, Status]:
    """Return the status of some deeds of a document, by their place.

    Args:
        text: a clean text.
        deeds: all clauses of the document that were read, in order.
        places: the places of those that count.
        model: a trained model with the estimator `ESTIMATOR`.
    """
    told = Deeds(text, deeds)
    rows = [told.row(place) for place in places]
    found: dict[int, Status] = {}
    for place, shares in zip(places, model.probabilities(ESTIMATOR, rows) if rows else (), strict=True):
        ruled = deeds[place].status
        # Rounded, so that the last bit of a sum never decides: it may differ between processors.
        unlikely = round(shares.get(ruled, 0.0), 4) < LEAST
        found[place] = (
            cast(Status, max(shares, key=lambda one: (round(shares[one], 4), one))) if unlikely else ruled
        )
    return found
