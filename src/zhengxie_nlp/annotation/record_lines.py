"""Records of an annotation: where their words stand, and what their fields say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from zhengxie_nlp.annotation.notation import Entry, category_fields, fault
from zhengxie_nlp.annotation.quoted_words import nearest, not_found, occurrences
from zhengxie_nlp.annotation.values import date_range, plain_quantity, unit_kind
from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import CATEGORIES, Initiative, Mechanism, NumeralTerm, Quantity, Record, Ref, Time
from zhengxie_nlp.text.sentences import Boundaries
from zhengxie_nlp.text.source_text import SourceText, Span

#: The record types by the letter that opens their lines and their ids.
TYPE_NAMES: Final = {row.letter: name for name, row in RECORD_TYPES.items()}


class Area(NamedTuple):
    """A stretch of the text: whose it is, and the record entries that stand in it."""

    span: Span
    speech: str
    node: str | None
    entries: Sequence[Entry]


def make_records(
    text: SourceText, areas: Iterable[Area], *, where: str, categories: Sequence[str] = CATEGORIES
) -> list[Record]:
    """Make the records of an annotation, in reading order.

    Args:
        text: the text in reading order.
        areas: the stretches with their entries.
        where: the annotation's file name, for error messages.
        categories: the label set.

    Raises:
        DocumentError: ZX203, with the line, if words are not found or a field does not fit.
    """
    maker = _Maker(text, where, categories)
    for area in areas:
        maker.locate(area)
    return maker.made()


@dataclass(eq=False, slots=True)
class _Placed:
    span: Span
    entry: Entry
    speech: str
    node: str | None
    id: str = ""

    def ref_text(self, text: SourceText) -> str:
        return text.text[self.span.start : self.span.end]


@dataclass(eq=False)
class _Maker:
    text: SourceText
    where: str
    categories: Sequence[str]
    placed: list[_Placed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bounds = Boundaries(self.text.text)

    def locate(self, area: Area) -> None:
        """Find the words of an area's entries, each after the one before of its layer.

        Quantities, numeral terms and times are one layer: they never overlap. Mechanisms and
        initiatives hold them and their like, and so have a layer each.
        """
        cursors: dict[str, int] = {}
        for entry in area.entries:
            layer = "qnt" if entry.key in "qnt" else entry.key
            start = cursors.get(layer, area.span.start)
            span = next(occurrences(self.text.text, entry.words, start, area.span.end), None)
            if span is None:
                raise not_found(entry.words, entry, text=self.text.text, after=start, where=self.where)
            cursors[layer] = span.end if layer == "qnt" else span.start + 1
            self.placed.append(_Placed(span, entry, area.speech, area.node))

    def made(self) -> list[Record]:
        self.placed.sort(key=lambda one: (one.span.start, -one.span.end))
        for number, one in enumerate(self.placed, start=1):
            one.id = f"{one.entry.key}{number}"
        return [self._record(one) for one in self.placed]

    def _record(self, one: _Placed) -> Record:
        makers: dict[str, Callable[..., Record]] = {
            "q": self._quantity,
            "n": self._numeral_term,
            "t": self._time,
            "m": self._mechanism,
            "i": self._initiative,
        }
        common = {"id": one.id, "ref": self.text.ref(*one.span), "speech": one.speech, "node": one.node}
        try:
            return makers[one.entry.key](one, common)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            raise self._fault(f"{name}: {first['msg']}", one.entry) from error

    def _fault(self, problem: str, entry: Entry) -> DocumentError:
        return fault(problem, where=self.where, line=entry.line)

    def _nearest(self, one: _Placed, words: str) -> Ref:
        span = nearest(self.text.text, words, to=one.span, bounds=self.bounds)
        if span is None:
            raise self._fault(f"“{words}” is not in the text", one.entry)
        return self.text.ref(*span)

    def _optional(self, one: _Placed, name: str) -> Ref | None:
        return self._nearest(one, one.entry.fields[name]) if name in one.entry.fields else None

    def _members(self, one: _Placed) -> tuple[Ref, ...]:
        listed = one.entry.fields.get("members", "")
        return tuple(self._nearest(one, words) for words in listed.split("/") if words)

    def _quantity(self, one: _Placed, common: dict[str, Any]) -> Quantity:
        given = {name: value for name, value in one.entry.fields.items() if name not in ("of", "per")}
        values: dict[str, Any] = {**plain_quantity(one.ref_text(self.text)), **given}
        if "value" not in values and "low" not in values:
            raise self._fault("the value is not plain: give =", one.entry)
        for name in ("value", "unit"):
            values[name] = values[name] if values.get(name) not in (None, "", "null") else None
        values["kind"] = given.get("kind") or unit_kind(values["unit"] or "")
        return Quantity(
            counted=self._optional(one, "of"), per=one.entry.fields.get("per"), **common, **values
        )

    def _numeral_term(self, one: _Placed, common: dict[str, Any]) -> NumeralTerm:
        numerals = one.entry.fields.get("numerals", "")
        if not re.fullmatch(r"\d+(,\d+)*", numerals):
            raise self._fault("a numeral term wants its numerals, as 3,1", one.entry)
        return NumeralTerm(
            numerals=tuple(map(int, numerals.split(","))), members=self._members(one), **common
        )

    def _time(self, one: _Placed, common: dict[str, Any]) -> Time:
        try:
            start, end = date_range(one.entry.fields.get("dates", ""))
        except ValueError as error:
            raise self._fault(f"no dates: {error}", one.entry) from error
        return Time(start=start, end=end, **common)

    def _mechanism(self, one: _Placed, common: dict[str, Any]) -> Mechanism:
        given: dict[str, Any] = {
            name: one.entry.fields[name] for name in ("kind", "stage") if name in one.entry.fields
        }
        fields = {**given, **category_fields(one.entry, where=self.where, categories=self.categories)}
        action = one.entry.fields.get("do")
        return Mechanism(action=action, members=self._members(one), **common, **fields)

    def _initiative(self, one: _Placed, common: dict[str, Any]) -> Initiative:
        given = {"status": one.entry.fields["status"]} if "status" in one.entry.fields else {}
        fields: dict[str, Any] = {
            **given,
            **category_fields(one.entry, where=self.where, categories=self.categories),
        }
        inside = [
            (other.entry.key, other.id) for other in self.placed
            if one.span.start <= other.span.start and other.span.end <= one.span.end
        ]  # fmt: skip
        return Initiative(
            action=one.entry.fields.get("do", ""),
            object=self._optional(one, "object"),
            actor=self._optional(one, "actor"),
            time=self._times(one),
            quantities=tuple(name for key, name in inside if key == "q"),
            mechanisms=tuple(name for key, name in inside if key == "m"),
            **common,
            **fields,
        )

    def _times(self, one: _Placed) -> tuple[str, ...]:
        found = []
        for words in one.entry.fields.get("time", "").split("/"):
            near = [
                (abs(other.span.start - one.span.start), other.id) for other in self.placed
                if other.entry.key == "t" and other.ref_text(self.text) == words
            ]  # fmt: skip
            if words and not near:
                raise self._fault(f"no time expression “{words}”", one.entry)
            found.extend([min(near)[1]] if near else [])
        return tuple(found)
