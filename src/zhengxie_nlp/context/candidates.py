"""A candidate record: what an extractor offers, and how sure it is.

An extractor is a function ``find_…(context) -> list[Found]``. It looks at the clean text only, offers every
candidate it believes in, and does not care for the other extractors: `context.settle` decides who keeps which
characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.record_types import RecordType
from zhengxie_nlp.text.source_text import Span


class Found(NamedTuple):
    """A candidate record, in clean characters.

    Attributes:
        type: the record's type.
        span: the characters of the record itself.
        rule: the rule that made it, ``table-or-module/row-or-name``; goes into the record and `explain`.
        confidence: how sure it is, 0 to 1; None: as sure as its rule was right on gold
            (`data/confidences.tsv`).
        fields: the record's own fields. A `Span` becomes a Ref, a tuple of Spans a tuple of Refs.
        uses: characters outside `span` that this record takes from others (每年 in 每年举办……40次).
        parts: the named characters the rule built on, for `explain`: ``("unit", Span(4, 6))``.
        chosen: the rule or decider that chose each field, by the field's name, ``span`` for the characters
            themselves: ``{"counted": "counted/after"}``. `explain` shows it, `evaluation.credit` counts it.
    """

    type: RecordType
    span: Span
    rule: str
    confidence: float | None = None
    fields: Mapping[str, object] = MappingProxyType({})
    uses: tuple[Span, ...] = ()
    parts: tuple[tuple[str, Span], ...] = ()
    chosen: Mapping[str, str] = MappingProxyType({})


@cache
def _measured() -> Mapping[str, float]:
    return {row["rule"]: float(row["confidence"]) for row in read_table("confidences.tsv")}


def confidence_of(found: Found) -> float:
    """Return how sure a candidate is, 0 to 1: by itself, or as often as its rule or its type was right."""
    if found.confidence is not None:
        return found.confidence
    measured = _measured()
    return measured.get(found.rule, measured.get(f"{found.type}/*", 0.5))


class Judge(Protocol):
    """What decides on candidates where a lexicon can't: a trained model, asked once a document."""

    def probabilities(self, name: str, rows: Sequence[Any], /) -> list[dict[str, float]]:
        """Return the probability of each label that estimator `name` gives, for each row of features."""


class Ranker(Protocol):
    """What chooses between candidates: a trained model, asked once for each choice."""

    def rank(self, name: str, rows: Sequence[Sequence[Sequence[str]]], /) -> list[float]:
        """Return the probability of each candidate that ranker `name` gives, from its signs, in parts."""
