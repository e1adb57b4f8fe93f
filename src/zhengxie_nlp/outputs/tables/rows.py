"""Turns Documents into flat rows: one a record, with who, when, where it stands and all of its fields."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from zhengxie_nlp.identity import record_uids
from zhengxie_nlp.outputs.tables.columns import Row, Value
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import (
    CATEGORIES,
    Document,
    Initiative,
    Mechanism,
    Node,
    Quantity,
    Record,
    Ref,
    Scores,
    Speech,
    Time,
)
from zhengxie_nlp.structure.speeches.names import read_title_organization

#: Between the headings of a path.
_BETWEEN: Final = " › "
#: Between several values in one cell.
_AND: Final = "；"
_LINE_END: Final = re.compile(r"\r\n?|\n")
_TITLE_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)年?(?!\d)")
#: Fields that have columns of their own making, or none.
_OWN: Final = frozenset({"type", "id", "ref", "speech", "node", "scores", "secondary"})


def rows_of(document: Document, *, first: int = 1) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a Document, each with the table it belongs to.

    Args:
        document: any Document.
        first: the number of its first record.

    Yields:
        Tables come in the order of `columns.TABLES` up to the nodes, then the records as they stand in the
        Document. A row has a value, or None, for every column of its table.
    """
    yield "documents", _document(document)
    made = _Rows(document)
    for speech in document.speeches:
        yield "speeches", made.speech(speech)
    for node in made.nodes.values():
        yield "nodes", made.node(node)
    for number, record in enumerate(document.records, start=first):
        yield RECORD_TYPES[record.type].plural, made.record(record, number)


def _document(document: Document) -> Row:
    source, reading = document.source, document.source.reading
    counts = Counter(record.type for record in document.records)
    return {
        "document": source.id,
        "path": source.path,
        "title": _text(document.title),
        "format": reading.format if reading else None,
        "encoding": source.encoding,
        "sha256": source.sha256,
        "characters": len(document.text),
        "pages": reading.pages if reading else None,
        "ocr_share": reading.ocr_share if reading else None,
        "speeches": len(document.speeches),
        **{row.plural: counts[name] for name, row in RECORD_TYPES.items()},
        "unexplained": len(document.unexplained_numerals),
        "warnings": sum(note.severity != "info" for note in document.diagnostics),
    }


class _Rows:
    """A Document, with what its rows are looked up in."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.uids = record_uids(document)
        self.records = {record.id: record for record in document.records}
        self.speeches = {speech.id: speech for speech in document.speeches}
        self.nodes: dict[str, Node] = {}
        self.parents: dict[str, str | None] = {}
        self.paths: dict[str, str] = {}
        self.homes: dict[str, str] = {}
        for speech in document.speeches:
            for node in speech.nodes:
                self._enter(node, None, "", speech.id)
        self.within: dict[str, Initiative] = {}
        for record in document.records:
            if isinstance(record, Initiative):
                self.within.update(
                    dict.fromkeys((*record.quantities, *record.mechanisms, *record.time), record)
                )
        self._ends = [match.end() for match in _LINE_END.finditer(document.text)]

    def _enter(self, node: Node, parent: str | None, path: str, speech: str) -> None:
        said = (node.marker.ref.text if node.marker else "") + (node.heading.text if node.heading else "")
        whole = _BETWEEN.join(part for part in (path, said) if part)
        self.nodes[node.id], self.parents[node.id] = node, parent
        self.paths[node.id], self.homes[node.id] = whole, speech
        for child in node.children:
            self._enter(child, node.id, whole, speech)

    def place(self, ref: Ref | None) -> Row:
        """Return the line and page of something, and its first offset."""
        if ref is None or not ref.fragments:
            return {"line": None, "page": None, "start": None}
        start = ref.fragments[0][0]
        layout = self.document.layout
        page = layout.page_at(start) if layout is not None else None
        return {"line": bisect_right(self._ends, start) + 1, "page": page, "start": start}

    def year(self, speech: Speech | None) -> Row:
        """Return the year of a speech and what tells it: its date, else its title or that of the document."""
        if speech is not None and speech.date is not None and speech.date.start:
            return {"year": int(speech.date.start[:4]), "year_from": "date"}
        for title in (speech.title if speech else None, self.document.title):
            found = _TITLE_YEAR.search(title.text) if title is not None else None
            if found is not None:
                return {"year": int(found[1]), "year_from": "title"}
        return {"year": None, "year_from": None}

    def speech(self, speech: Speech) -> Row:
        """Return the row of a speech."""
        date = speech.date
        known = [speech.title, speech.organization, speech.speaker, *(_first(node) for node in speech.nodes)]
        place = self.place(next((ref for ref in known if ref is not None), None))
        return {
            "document": self.document.source.id,
            "speech": speech.id,
            "title": _text(speech.title),
            "organization": _text(speech.organization),
            "speaker": _text(speech.speaker),
            "date": date.ref.text if date else None,
            "date_start": date.start if date else None,
            "date_end": date.end if date else None,
            **self.year(speech),
            "line": place["line"],
            "page": place["page"],
        }

    def node(self, node: Node) -> Row:
        """Return the row of a node."""
        return {
            "document": self.document.source.id,
            "node": node.id,
            "speech": self.homes[node.id],
            "parent": self.parents[node.id],
            "level": node.level,
            "marker": node.marker.ref.text if node.marker else None,
            "ordinal": node.marker.ordinal if node.marker else None,
            "heading": _text(node.heading),
            "heading_path": self.paths[node.id],
            "text": "\n".join(ref.text for ref in node.body),
            "category": node.category,
            "confidence": node.confidence,
            **_scores(node.scores),
            "secondary": _AND.join(node.secondary) or None,
            **self.place(_first(node)),
        }

    def record(self, record: Record, number: int) -> Row:
        """Return the row of a record: what all of them have, and its own fields."""
        home = self.speeches.get(record.speech or "")
        holder = record if isinstance(record, Initiative) else self.within.get(record.id)
        organization, speaker = (
            _text(ref) for ref in ((home.organization, home.speaker) if home else (None, None))
        )
        return {
            "record": number,
            "document": self.document.source.id,
            "uid": self.uids[record.id],
            "id": record.id,
            "organization": organization,
            "speaker": speaker,
            "date": home.date.start if home and home.date else None,
            **self.who(holder, home),
            **self.when(record, holder, home),
            "heading_path": self.paths.get(record.node or ""),
            "text": record.ref.text,
            **self.place(record.ref),
            "end": record.ref.fragments[-1][1],
            "fragments": json.dumps(record.ref.fragments),
            "speech": record.speech,
            "node": record.node,
            **{name: _cell(value) for name, value in record if name not in _OWN},
            **self._more(record, holder),
        }

    def who(self, holder: Initiative | None, home: Speech | None) -> Row:
        """Return who did it and what tells so: the clause, the speech, a title, or the speaker's name."""
        titles = (home.title if home else None, self.document.title)
        told: list[tuple[str | None, str]] = [
            (_text(holder.actor) if holder else None, "actor"),
            (_text(home.organization) if home else None, "organization"),
            *((title_organization(title.text) if title else None, "title") for title in titles),
            (_text(home.speaker) if home else None, "speaker"),
        ]
        who, who_from = next(((name, source) for name, source in told if name), (None, None))
        return {"who": who, "who_from": who_from}

    def when(self, record: Record, holder: Initiative | None, home: Speech | None) -> Row:
        """Return when it was done: the times of its initiative; and the year, by these or by the speech."""
        ids = [record.id] if isinstance(record, Time) else holder.time if holder else ()
        times = [one for one in map(self.records.get, ids) if isinstance(one, Time)]
        starts = sorted(filter(None, (dates_of(one)[0] for one in times)))
        ends = sorted(filter(None, (dates_of(one)[1] for one in times)))
        year: Row = {"year": int(starts[0][:4]), "year_from": "time"} if starts else self.year(home)
        return {
            "when_text": _AND.join(one.ref.text for one in times) or None,
            "when_start": starts[0] if starts else None,
            "when_end": ends[-1] if ends else None,
            **year,
        }

    def _more(self, record: Record, holder: Initiative | None) -> Row:
        """Return what the fields of one type of record are turned into."""
        made: Row = {}
        if isinstance(record, Mechanism | Initiative):
            made = {**_scores(record.scores), "secondary": _AND.join(record.secondary) or None}
        if isinstance(record, Quantity):
            made["number"] = float(record.value) if record.value is not None else None
        if isinstance(record, Time):
            made["start_date"], made["end_date"] = dates_of(record)
            made["start"] = record.ref.fragments[0][0]
            made["end"] = record.ref.fragments[-1][1]
        if isinstance(record, Initiative):
            made["figures"] = _AND.join(map(_figure, self._linked(record.quantities))) or None
            made["time"] = _AND.join(one.ref.text for one in self._linked(record.time)) or None
            made["mechanisms"] = _AND.join(one.ref.text for one in self._linked(record.mechanisms)) or None
            made["quantities"] = (
                _AND.join(self.uids[one.id] for one in self._linked(record.quantities)) or None
            )
        elif record.type != "numeral_term":
            made["initiative"] = self.uids[holder.id] if holder else None
        return made

    def _linked(self, ids: tuple[str, ...]) -> list[Record]:
        return [self.records[one] for one in ids if one in self.records]


@lru_cache(maxsize=1000)
def title_organization(title: str) -> str | None:
    """Return the organisation whose report, plan or decision a title names, None if it names none."""
    span = read_title_organization(title)
    return title[span.start : span.end] if span is not None else None


def dates_of(time: Time) -> tuple[str | None, str | None]:
    """Return the first and last day that a time means: as resolved against its speech, else as it says."""
    said = (time.start, time.end)
    resolved = (getattr(time, "resolved_start", None), getattr(time, "resolved_end", None))
    return resolved if any(resolved) else said


def _figure(record: Record) -> str:
    """Return a quantity as people read it: what it counts and how many."""
    counted = record.counted.text if isinstance(record, Quantity) and record.counted else ""
    return record.ref.text if not counted or counted in record.ref.text else f"{counted} {record.ref.text}"


def _first(node: Node) -> Ref | None:
    if node.marker is not None:
        return node.marker.ref
    return node.heading or next(iter(node.body), None)


def _text(ref: Ref | None) -> str | None:
    return ref.text if ref is not None else None


def _scores(scores: Scores | None) -> Row:
    # A table has the same columns whatever the model: those of the guideline's categories. The scores of a
    # label set of one's own stand in the Document.
    shares = scores.shares() if scores is not None else {}
    return {f"score_{name}": shares.get(name) for name in CATEGORIES}


def _cell(value: Any) -> Value:  # noqa: ANN401 - any field of any record
    """Return the value of a field as one cell."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Ref):
        return value.text
    if isinstance(value, tuple | list):
        return _AND.join(str(_cell(one)) for one in value) or None
    return json.dumps(value.model_dump() if hasattr(value, "model_dump") else value, ensure_ascii=False)
