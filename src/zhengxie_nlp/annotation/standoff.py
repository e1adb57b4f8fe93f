"""Documents as marks on a text: the form that annotation tools have in common.

A tool knows three things: a *mark* (some characters with a type), its *attributes* (names with values), and
*links* between marks. Here a Document becomes these and comes back; how a tool writes them down is the
business of `brat` and `label_studio`.

Records become marks of their type; a scalar field is an attribute, a field that points at characters a link
to a mark of type ``Phrase``, an initiative's time a link to the time's mark. A node's marker becomes a mark
``Marker`` with the node's category. The outline itself is not carried: on the way back it is taken from what
the library finds in the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import ValidationError

from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.record_types import RECORD_TYPES, RecordType
from zhengxie_nlp.records import CATEGORIES, LINE_BREAKS, Category, Document, Node, Record, Ref

Fragments = tuple[tuple[int, int], ...]

#: The type of mark of each type of record.
MARK_TYPES: Final[dict[RecordType, str]] = {name: row.model.__name__ for name, row in RECORD_TYPES.items()}
MARKER: Final = "Marker"
PHRASE: Final = "Phrase"
#: The value of an attribute that says: nothing is stated, and nothing is to be read into it.
NOTHING: Final = "-"
#: Fields that hold several values: an attribute has them with commas between.
_LISTS: Final = frozenset({"numerals", "secondary"})
#: Fields that no annotator writes.
_DERIVED: Final = frozenset(
    {"type", "id", "ref", "speech", "node", "rule", "scores", "quantities", "mechanisms"}
    | {"confidence", "category_confidence", "counted_confidence", "action_confidence", "status_confidence"}
    | {"ocr_score", "resolved_start", "resolved_end"}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Some characters of a text with a type and attributes; the id is the tool's own."""

    id: str
    type: str
    fragments: Fragments
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A named link from one mark to another, by their ids."""

    name: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Standoff:
    """A text with its marks and links, in the order in which they are to be read.

    Attributes:
        name: the document's name, without a suffix.
        text: the whole text.
        marks: marks of records, of markers, and of phrases that links lead to.
        links: links from records to phrases, and from initiatives to times.
    """

    name: str
    text: str
    marks: tuple[Mark, ...]
    links: tuple[Link, ...] = ()


def attribute_names(type_: RecordType) -> tuple[str, ...]:
    """Return the attributes that marks of one type of record may have, in the order of the record's fields.

    Example:
        >>> attribute_names("time")
        ('start', 'end')
    """
    names = RECORD_TYPES[type_].model.model_fields
    return tuple(name for name in names if name not in _DERIVED and name not in RECORD_TYPES[type_].refs)


def allowed_values(type_: RecordType, name: str, categories: Sequence[str] = CATEGORIES) -> tuple[str, ...]:
    """Return the values that an attribute chooses from; none, where it may have any.

    Example:
        >>> allowed_values("initiative", "status")
        ('done', 'ongoing', 'planned')
    """
    annotation = RECORD_TYPES[type_].model.model_fields[name].annotation
    for one in (annotation, *get_args(annotation)):
        if one is Category:
            return tuple(categories)
        if get_origin(one) is Literal:
            return get_args(one)
    return ()


def to_standoff(document: Document) -> Standoff:
    """Turn a Document into marks and links: `from_standoff` makes the same records of them.

    Args:
        document: a Document of any origin.
    """
    marks: list[Mark] = []
    links: list[Link] = []
    phrases: dict[Fragments, str] = {}

    def phrase(ref: Ref) -> str:
        if ref.fragments not in phrases:
            phrases[ref.fragments] = f"p{len(phrases) + 1}"
        return phrases[ref.fragments]

    for record in document.records:
        marks.append(
            Mark(record.id, MARK_TYPES[record.type], record.ref.fragments, dict(_attributes(record)))
        )
        for name in RECORD_TYPES[record.type].refs:
            value = getattr(record, name) or ()
            targets = value if isinstance(value, tuple) else (value,)
            links += [Link(name, record.id, phrase(one) if isinstance(one, Ref) else one) for one in targets]
    marks.extend(Mark(id_, PHRASE, fragments) for fragments, id_ in phrases.items())
    for node in nodes_of(document):
        if node.marker is not None:
            said = {"category": node.category, "secondary": ",".join(node.secondary)}
            attributes = {name: value for name, value in said.items() if value}
            marks.append(Mark(f"node-{node.id}", MARKER, node.marker.ref.fragments, attributes))
    return Standoff(document.source.id, document.text, tuple(marks), tuple(links))


def _attributes(record: Record) -> Iterator[tuple[str, str]]:
    names = attribute_names(record.type)
    said = [name for name in names if getattr(record, name) not in (None, ())]
    for name in said:
        value = getattr(record, name)
        yield name, ",".join(map(str, value)) if name in _LISTS else str(value)
    if not said:
        yield names[0], NOTHING


def nodes_of(document: Document) -> Iterator[Node]:
    """Yield every node of a Document, each before those below it."""
    waiting = [node for speech in reversed(document.speeches) for node in reversed(speech.nodes)]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def from_standoff(
    standoff: Standoff,
    *,
    base: Document,
    types: Collection[RecordType] = tuple(MARK_TYPES),
    categories: tuple[Category, ...] = CATEGORIES,
) -> Document:
    """Turn marks and links into a gold Document.

    A mark that says nothing but its category takes its fields from what the library reads in the same
    characters; one that says more is taken at its word, and what it leaves out is null. An attribute ``-``
    says that there is nothing to say.

    Args:
        standoff: what a tool has marked.
        base: what the library found in the same text: the outline comes from it.
        types: the types of record that were annotated; the rest becomes `Document.not_annotated`.
        categories: the label set that was annotated with.

    Returns:
        A Document with the outline of `base`, the marked records in the order of the text, and the marked
        categories of nodes; what was not marked has none.

    Raises:
        DocumentError: ZX203, naming every mark that does not fit: a type, attribute or link that the
            guideline does not know, a required field that is missing, a marker that the outline lacks.
    """
    if base.text != standoff.text:
        raise DocumentError("ZX203", "the marks are on another text", where=standoff.name)
    reader = _Reader(standoff, base, frozenset(types), categories)
    records = reader.records()
    of_nodes = reader.categories()
    if reader.problems:
        shown = "; ".join(reader.problems[:20])
        more = f"; and {len(reader.problems) - 20} more" if len(reader.problems) > 20 else ""
        raise DocumentError("ZX203", f"{shown}{more}", where=standoff.name, hint="Mend the marks named.")
    speeches = tuple(
        speech.model_copy(update={"nodes": tuple(_judged(node, of_nodes) for node in speech.nodes)})
        for speech in base.speeches
    )
    return Document(
        source=base.source,
        text=base.text,
        title=base.title,
        speeches=speeches,
        records=records,
        not_annotated=tuple(name for name in MARK_TYPES if name not in types),
        categories=categories,
    )


def _judged(node: Node, categories: Mapping[int, Mapping[str, Any]]) -> Node:
    said = categories.get(node.marker.ref.fragments[0][0], {}) if node.marker else {}
    return Node(
        id=node.id,
        level=node.level,
        marker=node.marker,
        heading=node.heading,
        body=node.body,
        children=tuple(_judged(child, categories) for child in node.children),
        **said,
    )


class _Reader:
    """Reads one text's marks, and collects what does not fit."""

    def __init__(
        self, standoff: Standoff, base: Document, types: frozenset[RecordType], labels: tuple[Category, ...]
    ) -> None:
        self.standoff, self.base, self.types, self._labels = standoff, base, types, labels
        self.problems: list[str] = []
        self._of_mark: dict[str, RecordType] = {mark: type_ for type_, mark in MARK_TYPES.items()}
        self._marks = {mark.id: mark for mark in standoff.marks}
        self._read = {(record.type, record.ref.fragments): record for record in base.records}
        self._links: dict[str, list[Link]] = {}
        for link in standoff.links:
            self._links.setdefault(link.source, []).append(link)
        self._owners = sorted(owners(base))

    def records(self) -> tuple[Record, ...]:
        """Return the records of all marks, numbered in the order of the text."""
        marks = [mark for mark in self.standoff.marks if self._of_mark.get(mark.type) in self.types]
        known = {*self._of_mark, MARKER, PHRASE}
        for mark in self.standoff.marks:
            if mark.type not in known:
                self._complain(mark, f"the guideline knows no “{mark.type}”, only {', '.join(sorted(known))}")
        marks.sort(key=lambda mark: (mark.fragments[0][0], -mark.fragments[-1][1], mark.type))
        ids = {
            mark.id: f"{RECORD_TYPES[self._of_mark[mark.type]].letter}{number}"
            for number, mark in enumerate(marks, start=1)
        }
        made = [self._record(mark, ids) for mark in marks]
        return tuple(with_contents([record for record in made if record is not None]))

    def categories(self) -> dict[int, dict[str, Any]]:
        """Return what is said of each node, by the offset at which its marker begins."""
        markers = {node.marker.ref.fragments[0][0] for node in nodes_of(self.base) if node.marker}
        said: dict[int, dict[str, Any]] = {}
        for mark in self.standoff.marks:
            if mark.type == MARKER and mark.attributes:
                if mark.fragments[0][0] not in markers:
                    self._complain(mark, "the library finds no marker here, so its node has no category")
                said[mark.fragments[0][0]] = self._values(mark, ("category", "secondary"))
        return said

    def _complain(self, mark: Mark, problem: str) -> None:
        words = text_of(self.standoff.text, mark.fragments)
        self.problems.append(f"{mark.type} “{words[:30]}” at {mark.fragments[0][0]}: {problem}")

    def _values(self, mark: Mark, allowed: Sequence[str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in mark.attributes.items():
            if name not in allowed:
                self._complain(mark, f"no attribute “{name}”, only {', '.join(allowed)}")
            elif value == NOTHING:
                values[name] = () if name in _LISTS else None
            else:
                values[name] = tuple(value.split(",")) if name in _LISTS else value
        for value in (values.get("category"), *values.get("secondary", ())):
            if value is not None and value not in self._labels:
                self._complain(mark, f"no category “{value}”, only {', '.join(self._labels)}")
        return values

    def _record(self, mark: Mark, ids: Mapping[str, str]) -> Record | None:
        type_ = self._of_mark[mark.type]
        values = self._values(mark, attribute_names(type_))
        if not (values.keys() - {"category", "secondary"}) and mark.id not in self._links:
            values = {**self._as_read(type_, mark.fragments), **values}
        else:
            values |= self._linked(mark, type_, ids)
        place = bisect_right(self._owners, (mark.fragments[0][0] + 1,)) - 1
        covered = place >= 0 and mark.fragments[0][0] < self._owners[place][1]
        speech, node = self._owners[place][2:] if covered else (None, None)
        try:
            return RECORD_TYPES[type_].model(
                id=ids[mark.id],
                ref=self._ref(mark.fragments),
                speech=speech or None,
                node=node or None,
                **values,
            )
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            self._complain(mark, f"{faults} (add or mend the attribute)")
            return None

    def _as_read(self, type_: RecordType, fragments: Fragments) -> dict[str, Any]:
        """Return the fields that the library reads in the same characters, but no category."""
        read = self._read.get((type_, fragments))
        names = {*attribute_names(type_), *RECORD_TYPES[type_].refs} - {"category", "secondary", "time"}
        return {name: getattr(read, name) for name in names} if read is not None else {}

    def _linked(self, mark: Mark, type_: RecordType, ids: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for link in self._links.get(mark.id, ()):
            target = self._marks.get(link.target)
            if link.name not in RECORD_TYPES[type_].refs or target is None:
                names = ", ".join(RECORD_TYPES[type_].refs) or "none"
                self._complain(mark, f"no link “{link.name}”, only {names}")
            elif link.name == "time":
                values["time"] = (*values.get("time", ()), *([ids[target.id]] if target.id in ids else []))
            elif link.name == "members":
                values["members"] = (*values.get("members", ()), self._ref(target.fragments))
            else:
                values[link.name] = self._ref(target.fragments)
        return values

    def _ref(self, fragments: Fragments) -> Ref:
        return Ref(text=text_of(self.standoff.text, fragments), fragments=fragments)


def text_of(text: str, fragments: Fragments) -> str:
    """Return the words of some characters, without the line breaks in them."""
    return "".join(text[start:end] for start, end in fragments).translate(LINE_BREAKS)


def owners(document: Document) -> Iterator[tuple[int, int, str, str]]:
    """Yield every stretch of the source that is a speech's: start, end, speech, node ("" for none)."""
    for speech in document.speeches:
        for ref in (speech.title, speech.organization, speech.speaker):
            yield from ((*fragment, speech.id, "") for fragment in (ref.fragments if ref else ()))
        of_speech = Document(
            source=document.source, text="", speeches=(speech,), categories=document.categories
        )
        for node in nodes_of(of_speech):
            refs = (node.marker.ref if node.marker else None, node.heading, *node.body)
            for ref in refs:
                for start, end in ref.fragments if ref else ():
                    yield start, end, speech.id, node.id


def with_contents(records: Sequence[Record]) -> Iterable[Record]:
    """Enter into each initiative the ids of the quantities and mechanisms inside its characters."""
    for record in records:
        if record.type != "initiative":
            yield record
            continue
        inside: dict[str, list[str]] = {"quantity": [], "mechanism": []}
        for other in records:
            if other.type in inside and _holds(record.ref.fragments, other.ref.fragments):
                inside[other.type].append(other.id)
        yield record.model_copy(
            update={"quantities": tuple(inside["quantity"]), "mechanisms": tuple(inside["mechanism"])}
        )


def _holds(outer: Fragments, inner: Fragments) -> bool:
    return all(any(a <= start and end <= b for a, b in outer) for start, end in inner)
