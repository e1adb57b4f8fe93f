"""Makes the page of an archive: an index of columns, and one compressed blob a document.

The index is read when the page opens; a document is inflated when somebody opens it. So a page of a thousand
documents with hundreds of thousands of records opens in seconds, in one file, without a server.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, Final, get_origin

from pydantic import BaseModel

from zhengxie_nlp.outputs.page.render import Evidence, page_html, page_json, page_title, page_types
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import CATEGORIES, Diagnostic, Document, Node, Record, Ref, Speech

#: Texts of so many documents are inflated together when the whole archive is searched.
TEXTS_TOGETHER: Final = 20
#: Beyond so many documents a page gets heavy, and a database serves better.
MANY_DOCUMENTS: Final = 5_000
#: What the tables of an archive show of each type, beside what all have; by the contract's names.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "initiative": ("action", "object", "status", "category"),
    "mechanism": ("kind", "action", "stage", "members", "category"),
    "quantity": ("value", "low", "high", "unit", "bound", "kind", "counted", "per", "change"),
    "numeral_term": ("members",),
    "time": ("start", "end"),
}
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONGEST_HEADING: Final = 24
_NONE: Final = 0


@dataclass
class _Columns:
    """The columns of one table: whole numbers, most of them the places of strings."""

    names: dict[str, list[int]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    """The columns that are places of strings."""

    def add(self, numbers: Mapping[str, int], texts: Mapping[str, int]) -> None:
        for name, value in (*numbers.items(), *texts.items()):
            self.names.setdefault(name, []).append(value)
        self.texts.update(texts)


class Archive:
    """Collects Documents one by one; `html` is the page of all of them.

    Example:
        >>> from zhengxie_nlp import extract
        >>> archive = Archive(title="两篇")
        >>> archive.add(extract("开展活动40多次。"))
        >>> archive.count
        1
    """

    def __init__(self, *, title: str) -> None:
        self.title = title
        self.count = 0
        self._strings: dict[str, int] = {"": _NONE}
        self._documents = _Columns()
        self._tables: dict[str, _Columns] = {type_: _Columns() for type_ in page_types()}
        self._keys: set[str] = set()
        self._blobs: list[str] = []
        self._texts: list[str] = []
        self._waiting: list[str] = []

    def add(self, document: Document, *, evidence: Evidence | None = None) -> None:
        """Add one Document; of its text and records a compressed copy is kept, the Document itself is not."""
        whole = page_json(document)
        self._waiting.append(whole.pop("text"))
        behind = compact(dict(evidence)) if evidence else {}
        if len(self._waiting) == TEXTS_TOGETHER:
            self._close_texts()
        self._blobs.append(packed({"document": compact(whole), "evidence": behind}))
        paths, years = _paths(document), _years(document)
        speeches = {speech.id: speech for speech in document.speeches}
        for at, record in enumerate(document.records):
            speech = speeches.get(record.speech or "")
            year = years.get(record.speech or "") or years[""]
            self._record(record, at, _who(record, speech), year, paths.get(record.node or "", ""))
        numbers = {
            "characters": len(document.text), "speeches": len(document.speeches),
            "notes": len(document.diagnostics) + len(document.unexplained_numerals),
            **{type_: sum(record.type == type_ for record in document.records) for type_ in self._tables},
        }  # fmt: skip
        self._documents.add(numbers, {
            "key": self._string(self._key(document)), "title": self._string(page_title(document)),
            "file": self._string(document.source.path or document.source.id),
            "who": self._string(_organizations(document)), "year": self._string(years[""]),
        })  # fmt: skip
        self.count += 1

    def _record(self, record: Record, at: int, who: str, year: str, path: str) -> None:
        fields = {name: self._string(_said(getattr(record, name))) for name in COLUMNS.get(record.type, ())}
        sure = round(1000 * record.confidence) if record.confidence is not None else 1001
        self._tables[record.type].add({"document": self.count, "record": at, "confidence": sure}, {
            "text": self._string(record.ref.text), **fields, "who": self._string(who),
            "year": self._string(year), "node": self._string(path),
        })  # fmt: skip

    def _string(self, text: str) -> int:
        return self._strings.setdefault(text, len(self._strings))

    def _key(self, document: Document) -> str:
        """Return what a permanent link calls a document: its id, with a checksum where two share it."""
        key = document.source.id
        if key in self._keys:
            key = f"{key}~{(document.source.sha256 or sha256(document.text.encode()).hexdigest())[:8]}"
        while key in self._keys:
            key += "~"
        self._keys.add(key)
        return key

    def _close_texts(self) -> None:
        if self._waiting:
            self._texts.append(packed(self._waiting))
            self._waiting = []

    def html(self, *, compared: Mapping[str, Any] | None = None) -> str:
        """Return the page.

        Args:
            compared: the tables of `zhengxie compare`, by name, as its ``compare.json`` has them.
        """
        self._close_texts()
        # In order, the place of a string is its rank too: a column is sorted without looking at its texts.
        strings = sorted(self._strings)
        places = [0] * len(strings)
        for place, text in enumerate(strings):
            places[self._strings[text]] = place
        columns = bytearray()
        layout: dict[str, dict[str, list[int]]] = {}
        for table, of_table in {"documents": self._documents, **self._tables}.items():
            layout[table] = {
                name: _appended(
                    columns, [places[value] for value in values] if name in of_table.texts else values
                )
                for name, values in of_table.names.items()
            }
        header = {"strings": strings, "layout": layout, "compared": compared or {}}
        blobs = [packed(header), packed(bytes(columns)), *self._texts, *self._blobs]
        data = {
            "kind": "archive", "count": self.count, "texts": len(self._texts), "together": TEXTS_TOGETHER,
            "defaults": _defaults(),
        }  # fmt: skip
        return page_html(data, title=self.title, blobs=blobs)


def archive_page(documents: Iterable[Document], *, title: str) -> str:
    """Return the page of an archive as HTML.

    Args:
        documents: any Documents; each is let go of when it has been added.
        title: what the page is called.
    """
    archive = Archive(title=title)
    for document in documents:
        archive.add(document)
    return archive.html()


def compact(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of a Document without what the page can add again: nothing, and the words of Refs.

    Example:
        >>> compact({"ref": {"text": "活动", "fragments": [[2, 4]]}, "unit": None, "members": []})
        {'ref': {'$': [2, 4]}}
    """
    if isinstance(value, list):
        return [compact(one) for one in value]
    if not isinstance(value, dict):
        return round(value, 3) if isinstance(value, float) else value
    if value.keys() == {"text", "fragments"}:
        return {"$": [at for pair in value["fragments"] for at in pair]}
    if value.keys() == set(CATEGORIES):
        return {"$scores": [round(value[name], 3) for name in CATEGORIES]}
    return {name: compact(one) for name, one in value.items() if one not in (None, [], {})}


def _defaults() -> dict[str, dict[str, Any]]:
    """Return what `compact` leaves out, by what it leaves it out of."""
    models: dict[str, type[BaseModel]] = {
        "document": Document, "speech": Speech, "node": Node, "diagnostic": Diagnostic,
        **{type_: row.model for type_, row in RECORD_TYPES.items()},
    }  # fmt: skip
    return {
        name: {
            key: [] if get_origin(field.annotation) is tuple else None
            for key, field in model.model_fields.items()
            if field.default in (None, ())
        }
        for name, model in models.items()
    }


def packed(value: object) -> str:
    """Return JSON, or bytes as they are, compressed and in base64: the same of the same value."""
    if not isinstance(value, bytes):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(value, 6, mtime=0)).decode()


def _appended(columns: bytearray, values: list[int]) -> list[int]:
    """Add a column in the smallest whole numbers that hold it: the width in bytes, the place, how many."""
    most = max(values, default=0)
    width, code = (1, "B") if most < 1 << 8 else (2, "H") if most < 1 << 16 else (4, "I")
    columns.extend(b"\0" * (-len(columns) % 4))
    place = len(columns)
    made = array(code, values)
    if sys.byteorder == "big":
        made.byteswap()
    columns.extend(made.tobytes())
    return [width, place, len(values)]


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Ref):
        return value.text
    if isinstance(value, tuple):
        return "、".join(_said(one) for one in value)
    return str(value)


def _who(record: Record, speech: Speech | None) -> str:
    actor = getattr(record, "actor", None)
    if actor is not None:
        return str(actor.text)
    named = (speech.organization or speech.speaker) if speech else None
    return named.text if named else ""


def _organizations(document: Document) -> str:
    named = (speech.organization or speech.speaker for speech in document.speeches)
    return "、".join(dict.fromkeys(ref.text for ref in named if ref))


def _years(document: Document) -> dict[str, str]:
    """Return the year of each speech that has a date, and under "" that of the document.

    A document without any date has the year that stands in its title or in the name of its file; no other is
    inferred.
    """
    years = {
        speech.id: speech.date.start[:4] for speech in document.speeches if speech.date and speech.date.start
    }
    path = PurePosixPath((document.source.path or document.source.id).replace("\\", "/"))
    named = _YEAR.findall(document.title.text if document.title else "") or _YEAR.findall(str(path))
    whole = max(years.values(), default="") or (named[-1] if named else "")
    return {**years, "": whole}


def _paths(document: Document) -> dict[str, str]:
    """Return the headings down to each node, by its id."""
    paths: dict[str, str] = {}
    waiting: list[tuple[Node, tuple[str, ...]]] = [
        (node, ()) for speech in document.speeches for node in speech.nodes
    ]
    while waiting:
        node, above = waiting.pop()
        here = above
        if node.marker is not None:
            said = node.heading or (node.body[0] if node.body else None)
            text = said.text if said else ""
            short = text if len(text) <= _LONGEST_HEADING else f"{text[:_LONGEST_HEADING]}…"
            here = (*above, node.marker.ref.text + short)
        paths[node.id] = " › ".join(here)
        waiting.extend((child, here) for child in node.children)
    return paths
