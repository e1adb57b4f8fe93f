"""What a person has decided about records on the page (`zhengxie page`), and the gold that it makes.

A corrections file names each record by its type and characters, never by its number, and holds the words,
some characters before and after them, and the fields that the person held right. So it needs neither the page
nor the version that it was made with: in a text that was read anew its words are looked up again, and what a
newer version finds is measured against it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from zhengxie_nlp.annotation.standoff import owners, text_of, with_contents
from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.record_types import RECORD_TYPES, RecordType
from zhengxie_nlp.records import LINE_BREAKS, Document, Record, Ref, Source

Fragments = tuple[tuple[int, int], ...]
Operation = Literal["accept", "reject", "change", "add"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Decision(_Frozen):
    """What a person says about one record.

    Attributes:
        op: it is right; it is wrong; it is right with other characters or fields; it was missing.
        type: the type of the record.
        fragments: the characters of the record as the machine had it (of one that was added, its own).
        text: their words.
        before: some characters before them, to find them again by.
        after: some characters after them.
        to: of a change, its right characters, if they differ.
        fields: its fields as the person held them right.
        time: of an initiative, its times.
        implicit: whether the person did not look at it singly, but said that its type is gone through.
    """

    op: Operation
    type: RecordType
    fragments: Fragments
    text: str
    before: str = ""
    after: str = ""
    to: Ref | None = None
    fields: dict[str, Any] = {}
    time: tuple[Ref, ...] = ()
    implicit: bool = False


class CorrectedDocument(_Frozen):
    """The decisions about one document.

    Attributes:
        source: the document, by id, path and sha256.
        characters: how long its text was.
        reviewed: the types that the person has gone through completely: what is not marked is not there.
        decisions: one for each record that was decided.
    """

    source: Source
    characters: int = 0
    reviewed: tuple[RecordType, ...] = ()
    decisions: tuple[Decision, ...] = ()


class Corrections(_Frozen):
    """A corrections file, as the page saves it."""

    format: Literal["zhengxie-corrections"]
    version: Literal[1]
    made_with: str = ""
    documents: tuple[CorrectedDocument, ...]

    @classmethod
    def parse(cls, data: str | bytes, *, where: str = "JSON") -> Corrections:
        """Read a corrections file.

        Raises:
            DocumentError: ZX203, naming the first field that does not fit.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the whole"
            raise DocumentError(
                "ZX203", f"not a corrections file: {field}: {first['msg']}", where=where,
                hint="Give what the page saves with “保存更正文件” (Save the corrections).",
            ) from error  # fmt: skip


@dataclass(frozen=True, slots=True)
class Applied:
    """One document after its corrections.

    Attributes:
        gold: its records as the person has them; types that were not gone through are in `not_annotated`.
        machine: what was found in the same text.
        decided: ``(type, operation)`` → how many decisions; those that were implicit are not counted.
        problems: decisions that could not be applied, a line each: their words are not in the text, or
            fields are missing.
    """

    gold: Document
    machine: Document
    decided: Mapping[tuple[RecordType, Operation], int]
    problems: tuple[str, ...]


def apply_corrections(entry: CorrectedDocument, machine: Document) -> Applied:
    """Make gold of what a person has decided.

    Of a type that was gone through, the gold has exactly the records that the person accepted, changed or
    added; of another type it has those too, but the type counts as not annotated.

    Args:
        entry: the decisions about one document.
        machine: what any version has found in its text: the outline comes from it, and the text in which the
            decisions are looked up.

    Returns:
        The gold, what it was made from, and what could not be applied.
    """
    places = _Places(machine.text)
    problems: list[str] = []
    kept: list[tuple[Decision, Fragments]] = []
    for decision in entry.decisions:
        if decision.op == "reject":
            continue
        fragments = _where(places, decision)
        if fragments is None:
            problems.append(f"{_told(decision)}: these words are not in the text (any more)")
        else:
            kept.append((decision, fragments))
    kept.sort(key=lambda one: (one[1][0][0], -one[1][-1][1], one[0].type))
    records = tuple(with_contents(list(_records(kept, machine, places, problems))))
    gold = Document(
        source=machine.source, text=machine.text, title=machine.title, speeches=machine.speeches,
        records=records, not_annotated=tuple(one for one in RECORD_TYPES if one not in entry.reviewed),
        categories=machine.categories,
    )  # fmt: skip
    decided = Counter((one.type, one.op) for one in entry.decisions if not one.implicit)
    return Applied(gold, machine, decided, tuple(problems))


def _told(decision: Decision) -> str:
    said = decision.to.text if decision.to else decision.text
    return f"{decision.type} “{said[:30]}” at {decision.fragments[0][0]}"


def _where(places: _Places, decision: Decision) -> Fragments | None:
    if decision.to is None:
        return places.find(decision.text, decision.fragments, decision.before, decision.after)
    return places.find(decision.to.text, decision.to.fragments, "", "")


def _records(
    kept: Sequence[tuple[Decision, Fragments]], machine: Document, places: _Places, problems: list[str]
) -> Iterator[Record]:
    stretches = sorted(owners(machine))
    ids = {
        (decision.type, fragments): f"{RECORD_TYPES[decision.type].letter}{number}"
        for number, (decision, fragments) in enumerate(kept, start=1)
    }
    for decision, fragments in kept:
        at = fragments[0][0]
        place = bisect_right(stretches, (at + 1,)) - 1
        inside = place >= 0 and at < stretches[place][1]
        speech, node = stretches[place][2:] if inside else (None, None)
        values = {name: _value(places, value, near=at) for name, value in decision.fields.items()}
        if decision.time:
            times = (places.find(one.text, one.fragments, "", "", near=at) for one in decision.time)
            values["time"] = tuple(ids[("time", one)] for one in times if one and ("time", one) in ids)
        try:
            yield RECORD_TYPES[decision.type].model(
                id=ids[(decision.type, fragments)],
                ref=Ref(text=text_of(machine.text, fragments), fragments=fragments),
                speech=speech or None, node=node or None, **values,
            )  # fmt: skip
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            problems.append(f"{_told(decision)}: {faults}")


def _value(places: _Places, value: Any, *, near: int) -> Any:  # noqa: ANN401 - any field
    """Return a field as it stands in this text: what points at characters is looked up in it."""
    if isinstance(value, list):
        looked_up = [_value(places, one, near=near) for one in value]
        return tuple(one for one in looked_up if one is not None)
    if isinstance(value, dict) and "fragments" in value:
        given = Ref.model_validate(value)
        found = places.find(given.text, given.fragments, "", "", near=near)
        return None if found is None else Ref(text=given.text, fragments=found)
    return value


class _Places:
    """Finds words in a text again, whatever its line breaks and blanks are now."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._at = [at for at, sign in enumerate(text) if not sign.isspace()]
        self._bare = "".join(text[at] for at in self._at)

    def find(
        self, words: str, fragments: Fragments, before: str, after: str, *, near: int | None = None
    ) -> Fragments | None:
        """Return where words stand: at their old place if they still do, else where their context stands.

        Args:
            words: the words, of one character or more.
            fragments: their old place.
            before: characters before them.
            after: characters after them.
            near: of several places without context, the one nearest to this is taken; by default the old one.
        """
        if fragments and fragments[-1][1] <= len(self.text):
            there = text_of(self.text, fragments)
            if there == words.translate(LINE_BREAKS):
                return fragments
        parts = _parted(words, fragments)
        found: list[tuple[int, int]] = []
        for number, part in enumerate(parts):
            first, last = number == 0, number == len(parts) - 1
            near_here = found[-1][1] if found and len(parts) > 1 else near
            stands = self._find(
                part, before if first else "", after if last else "",
                near=fragments[0][0] if near_here is None else near_here,
            )  # fmt: skip
            if stands is None:
                return None
            found += stands
        return tuple(found)

    def _find(self, words: str, before: str, after: str, *, near: int) -> list[tuple[int, int]] | None:
        bare, ahead, behind = _bare(words), _bare(before), _bare(after)
        if not bare:
            return None
        # The whole context first; then half of it; then the words alone.
        for a, b in ((ahead, behind), (ahead[-4:], behind[:4]), ("", "")):
            places = [at + len(a) for at in self._occurrences(a + bare + b)]
            if places and (a or b or len(bare) >= _LEAST):
                best = min(places, key=lambda at: abs(self._at[at] - near))
                return self._fragments(best, best + len(bare))
        return None

    def _occurrences(self, words: str) -> Iterator[int]:
        at = self._bare.find(words)
        while at >= 0:
            yield at
            at = self._bare.find(words, at + 1)

    def _fragments(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the source characters of bare ones, cut where a line of the source ends."""
        found: list[tuple[int, int]] = []
        for at in range(start, end):
            here = self._at[at]
            between = self.text[found[-1][1] : here] if found else ""
            if found and between.translate(LINE_BREAKS) == between:
                found[-1] = (found[-1][0], here + 1)
            else:
                found.append((here, here + 1))
        return found


#: Fewer characters than this are not looked up without their context.
_LEAST: Final = 2


def _bare(text: str) -> str:
    return "".join(sign for sign in text if not sign.isspace())


def _parted(words: str, fragments: Fragments) -> list[str]:
    """Cut words as their fragments were, if the fragments are far apart; a line break is no cut."""
    if len(fragments) < 2 or all(b[0] - a[1] < 4 for a, b in pairwise(fragments)):
        return [words]
    parts: list[str] = []
    at = 0
    for start, end in fragments:
        parts.append(words[at : at + end - start])
        at += end - start
    return parts if at == len(words) else [words]


def decided_text(applied: Sequence[Applied]) -> str:
    """Return what people said about the machine's records: of those looked at, how many were right.

    Returns:
        A table, a line a type: right, changed, wrong, missing, and the share of right ones of all looked at.
    """
    total: Counter[tuple[RecordType, Operation]] = Counter()
    for one in applied:
        total.update(one.decided)
    lines = [f"{'type':<20}{'right':>8}{'changed':>10}{'wrong':>10}{'missing':>10}{'precision':>11}"]
    for type_ in RECORD_TYPES:
        right, changed, wrong, added = (total[type_, op] for op in ("accept", "change", "reject", "add"))
        if right + changed + wrong + added == 0:
            continue
        looked = right + changed + wrong
        share = f"{right / looked:.3f}" if looked else "–"
        lines.append(f"{type_:<20}{right:>8}{changed:>10}{wrong:>10}{added:>10}{share:>11}")
    return "\n".join(lines) + "\n"
