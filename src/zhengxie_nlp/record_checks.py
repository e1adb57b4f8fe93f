"""What SCHEMA promises of a Document beyond its types: Refs that read back, ids, links, dates and scores.

A Document that comes from outside may say anything; `faults` names what does not hold, and where. It looks at
attributes only, so that it stands below the models.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

#: Scores of one unit add up to 1, but for rounding.
_ROUNDING: Final = 0.02

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: A fault: the field it is in, and what is wrong.
Fault = tuple[str, str]


def json_faults(data: str | bytes) -> str | None:
    """Say what keeps JSON from being read safely: a key that stands twice in one object, or its depth.

    Returns:
        What is wrong; None if nothing is, or if the text is no JSON at all, which its reader will say.

    Example:
        >>> json_faults('{"id": "a", "id": "b"}')
        'the key “id” stands twice in one object'
    """
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            names = [name for name, _ in found]
            twice.append(next(name for name in names if names.count(name) > 1))
        return made

    try:
        json.loads(data, object_pairs_hook=pairs)
    except RecursionError:
        return "it is nested too deeply"
    except ValueError:
        return None
    return f"the key “{twice[0]}” stands twice in one object" if twice else None


def faults(document: Any, *, line_breaks: dict[int, None]) -> Iterator[Fault]:  # noqa: ANN401 - a Document
    """Yield what does not hold in a Document; nothing if all does.

    Args:
        document: the Document.
        line_breaks: the characters that `Ref.text` leaves out.
    """
    check = _Checker(document, line_breaks)
    yield from check.refs("title", document.title)
    for number, speech in enumerate(document.speeches):
        yield from check.speech(f"speeches.{number}", speech)
    for number, record in enumerate(document.records):
        yield from check.record(f"records.{number}", record)
    for number, note in enumerate(document.diagnostics):
        yield from check.refs(f"diagnostics.{number}", note.ref)
    for number, ref in enumerate(document.unexplained_numerals):
        yield from check.refs(f"unexplained_numerals.{number}", ref)
    yield from check.links()


def label_faults(document: Any) -> Iterator[Fault]:  # noqa: ANN401 - a Document
    """Yield the categories of nodes and records, and the names of scores, that the Document does not have.

    Args:
        document: the Document; `categories` says which there are.
    """
    labels = set(document.categories)
    if len(labels) < len(document.categories) or not labels:
        yield "categories", "there is none, or one stands twice"
    for place, one in _labelled(document):
        for name in (one.category, *one.secondary):
            if name is not None and name not in labels:
                yield place, f"no category “{name}”, only {', '.join(document.categories)}"
        if one.scores is not None and one.scores.shares().keys() != labels:
            yield f"{place}.scores", f"not one score for each of {', '.join(document.categories)}"


def _labelled(document: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Yield all that may have a category, and where it stands, without recursion: outlines can be deep."""
    for number, speech in enumerate(document.speeches):
        waiting = [(f"speeches.{number}.nodes.{at}", node) for at, node in enumerate(speech.nodes)]
        while waiting:
            place, node = waiting.pop()
            yield place, node
            waiting += [(f"{place}.children.{at}", child) for at, child in enumerate(node.children)]
    for number, record in enumerate(document.records):
        if hasattr(record, "category"):
            yield f"records.{number}", record


class _Checker:
    """Goes through one Document, and remembers the ids it has seen and the links it has to find."""

    def __init__(self, document: Any, line_breaks: dict[int, None]) -> None:  # noqa: ANN401
        self._text: str = document.text
        self._breaks = line_breaks
        self._seen: dict[str, str] = {}
        self._links: list[tuple[str, str, str]] = []

    def identity(self, place: str, id: str, kind: str) -> Iterator[Fault]:
        """Note an id; it must be the only one of its name."""
        if id in self._seen:
            yield f"{place}.id", f"the id “{id}” is that of another, too"
        self._seen[id] = kind

    def refs(self, place: str, ref: Any) -> Iterator[Fault]:  # noqa: ANN401
        """Check a Ref, or None."""
        if ref is None:
            return
        if not ref.fragments:
            yield place, "the Ref has no fragment"
            return
        for start, end in ref.fragments:
            if not 0 <= start < end <= len(self._text):
                yield place, f"fragment [{start}, {end}) is empty or outside of the text"
                return
        told = "".join(self._text[start:end] for start, end in ref.fragments).translate(self._breaks)
        if told != ref.text:
            yield place, f"the text there is “{told[:40]}”, not “{ref.text[:40]}”"

    def speech(self, place: str, speech: Any) -> Iterator[Fault]:  # noqa: ANN401
        """Check a speech and its nodes, without recursion: outlines can be deep."""
        yield from self.identity(place, speech.id, "speech")
        for name in ("title", "organization", "speaker"):
            yield from self.refs(f"{place}.{name}", getattr(speech, name))
        when = getattr(speech, "date", None)
        if when is not None:
            yield from self.refs(f"{place}.date", when.ref)
            yield from _dates(f"{place}.date", when)
        waiting = [(f"{place}.nodes.{number}", node) for number, node in enumerate(speech.nodes)]
        while waiting:
            where, node = waiting.pop()
            yield from self.identity(where, node.id, "node")
            yield from self.refs(f"{where}.marker", node.marker.ref if node.marker else None)
            yield from self.refs(f"{where}.heading", node.heading)
            for ref in node.body:
                yield from self.refs(f"{where}.body", ref)
            yield from _scores(where, node)
            waiting += [(f"{where}.children.{number}", child) for number, child in enumerate(node.children)]

    def record(self, place: str, record: Any) -> Iterator[Fault]:  # noqa: ANN401
        """Check a record; its links are looked up when all ids are known."""
        yield from self.identity(place, record.id, record.type)
        for name in ("ref", "counted", "object", "actor"):
            yield from self.refs(f"{place}.{name}", getattr(record, name, None))
        for ref in getattr(record, "members", ()):
            yield from self.refs(f"{place}.members", ref)
        if record.type == "time":
            yield from _dates(place, record)
        yield from _scores(place, record)
        for name, kind in _LINKS.items():
            value = getattr(record, name, None)
            for id in value if isinstance(value, tuple) else () if value is None else (value,):
                self._links.append((f"{place}.{name}", id, kind))

    def links(self) -> Iterator[Fault]:
        """Check that what records name is there, and is what it should be."""
        for place, id, kind in self._links:
            if self._seen.get(id) != kind:
                yield place, f"there is no {kind} “{id}”"


#: The fields of records that name something else by its id, and what that is.
_LINKS: Final = {
    "speech": "speech",
    "node": "node",
    "time": "time",
    "quantities": "quantity",
    "mechanisms": "mechanism",
}


def _dates(place: str, one: Any) -> Iterator[Fault]:  # noqa: ANN401
    for name in ("start", "end", "resolved_start", "resolved_end"):
        value = getattr(one, name, None)
        if value is not None and not _is_date(value):
            yield f"{place}.{name}", f"“{value}” is no date of the form 2023-09-30"


def _is_date(value: str) -> bool:
    if _DATE.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _scores(place: str, one: Any) -> Iterator[Fault]:  # noqa: ANN401
    scores = getattr(one, "scores", None)
    if scores is None:
        return
    values = list(scores.shares().values())
    if not all(math.isfinite(value) and 0 <= value <= 1 for value in values):
        yield f"{place}.scores", "a score is no share between 0 and 1"
    elif abs(sum(values) - 1) > _ROUNDING:
        yield f"{place}.scores", f"the scores add up to {sum(values):.2f}, not to 1"
