"""Compiles annotation files into gold Documents: quoted words become offsets.

The notation is that of `zhengxie_nlp.annotation.notation`. On the command line::

    python -m zhengxie_nlp.annotation.annotate TEXT ANN -o GOLD.json
    python -m zhengxie_nlp.annotation.annotate --all corpora/speeches
    python -m zhengxie_nlp.annotation.annotate --back GOLD.json -o ANN
    python -m zhengxie_nlp.annotation.annotate --counts corpora/speeches
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final, get_args

from zhengxie_nlp.annotation.notation import (
    Entry,
    category_fields,
    fault,
    marker_form,
    parse_notation,
)
from zhengxie_nlp.annotation.quoted_words import (
    IDLE,
    PUNCTUATION,
    begins_clause,
    default_heading,
    marker_kind,
    not_found,
    occurrences,
    source_lines,
)
from zhengxie_nlp.annotation.record_lines import TYPE_NAMES, Area, make_records
from zhengxie_nlp.errors import DocumentError, ReadError, ZhengxieError
from zhengxie_nlp.records import (
    CATEGORIES,
    Document,
    Marker,
    MarkerStyle,
    Node,
    Ref,
    Source,
    Speech,
    read_back,
)
from zhengxie_nlp.text.source_text import Paragraph, SourceText, Span
from zhengxie_nlp.writing import write_file

_HEADS: Final = ("title", "organization", "speaker")


def compile_annotation(text: str, annotation: str, *, where: str) -> Document:
    r"""Make the gold Document of one text from its annotation.

    Args:
        text: the decoded source.
        annotation: what is marked in it, in the notation of `zhengxie_nlp.annotation.notation`.
        where: the annotation's file name, for error messages; its stem becomes the document's id.

    Returns:
        A Document whose refs all read back; every character of a speech that stands between two items
        belongs to the body of the first.

    Raises:
        DocumentError: ZX203, with file and line, if quoted words are not found in their place or a
            field does not fit.

    Example:
        >>> gold = compile_annotation("开展活动40次。", "speech\n1 - 开展\nq 40次 of:活动", where="x.ann")
        >>> gold.records[0].value, gold.records[0].counted.text
        ('40', '活动')
    """
    document = _Compiler(text, parse_notation(annotation, where=where), where).document()
    for ref in refs_of(document.model_dump()):
        if read_back(text, ref) != ref.text:
            raise DocumentError("ZX202", "the ref does not read back", where=f"{where}: “{ref.text}”")
    return document


def refs_of(value: object) -> Iterator[Ref]:
    """Yield every Ref in a dumped model, depth first."""
    if isinstance(value, dict):
        if value.keys() == {"text", "fragments"}:
            yield Ref.model_validate(value)
        else:
            for inner in value.values():
                yield from refs_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from refs_of(inner)


@dataclass(eq=False, slots=True)
class _Event:
    """A place where the owner of the text changes: a line of name, a node, nothing, a node again."""

    entry: Entry
    start: int
    content: int
    marker: Span | None = None
    heading: Span | None = None
    end: int = 0
    records: list[Entry] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class _SpeechDraft:
    heads: dict[str, Span] = field(default_factory=dict)
    events: list[_Event] = field(default_factory=list)


class _Compiler:
    """One annotation on its way: first the places of its structure, then what stands in them."""

    def __init__(self, text: str, entries: Sequence[Entry], where: str) -> None:
        self.where = where
        layout = {entry.key: entry for entry in entries if entry.key.startswith("@")}
        left_out = (entry.words.split() for entry in entries if entry.key == "@without")
        self.without = tuple(name for names in left_out for name in names)
        if unknown := sorted(set(self.without) - set(TYPE_NAMES.values())):
            raise self._fault(f"no record type “{unknown[0]}”", layout["@without"])
        labels = layout.get("@categories")
        self.categories = tuple(labels.words.split(",")) if labels else CATEGORIES
        self.source = SourceText(text, text, self._paragraphs(text, layout.get("@lines")))
        self.text = self.source.text
        self.title: Span | None = None
        self.speeches: list[_SpeechDraft] = []
        self.areas: list[Area] = []
        self.cursor = 0
        for entry in entries:
            if not entry.key.startswith("@"):
                self._place(entry)
        self._close()

    def _fault(self, problem: str, entry: Entry) -> DocumentError:
        return fault(problem, where=self.where, line=entry.line)

    # Layout

    def _paragraphs(self, text: str, order: Entry | None) -> Iterator[Paragraph]:
        pieces = source_lines(text)
        groups = self._groups(order, len(pieces) - 1) if order else ([n] for n in range(len(pieces)))
        for group in groups:
            present = tuple(piece for piece in (pieces[number] for number in group) if piece)
            if present:
                yield Paragraph(present)

    def _groups(self, order: Entry, last: int) -> Iterator[list[int]]:
        for item in order.words.split():
            group: list[int] = []
            for part in item.split("+"):
                match = re.fullmatch(r"(\d+)(?:([-~])(\d+))?", part)
                first, stop = (int(match[1]), int(match[3] or match[1])) if match else (0, 0)
                if not match or not 1 <= first <= stop <= last or (match[2] == "-" and "+" in item):
                    raise self._fault(f"“{item}” names no lines of the text (1 to {last})", order)
                if match[2] == "-":
                    yield from ([number] for number in range(first, stop + 1))
                else:
                    group.extend(range(first, stop + 1))
            if group:
                yield group

    # Structure: where each line of the annotation stands

    def _place(self, entry: Entry) -> None:
        if entry.key in TYPE_NAMES:
            if not self.speeches or not self.speeches[-1].events:
                raise self._fault("a record before the first line of structure", entry)
            if TYPE_NAMES[entry.key] in self.without:
                raise self._fault(f"“@without” leaves out {TYPE_NAMES[entry.key]} records", entry)
            self.speeches[-1].events[-1].records.append(entry)
        elif entry.key == "document":
            self.title = self._find(entry, entry.words.replace(" / ", "\n"))
            self.cursor = self.title.end
        elif entry.key == "speech":
            self.speeches.append(_SpeechDraft())
        elif not self.speeches and entry.key == "~":
            self.cursor = self._find(entry, entry.words).end
        elif not self.speeches:
            raise self._fault("“speech” must come first", entry)
        elif entry.key in _HEADS:
            self._place_head(entry)
        else:
            self._place_event(entry)

    def _place_head(self, entry: Entry) -> None:
        speech = self.speeches[-1]
        inside = entry.words.startswith("<")
        if inside and not speech.heads:
            raise self._fault("“<” wants a line of name before it", entry)
        last = speech.events[-1] if speech.events else None
        before = next(reversed(speech.heads.values())) if speech.heads else Span(-1, -1)
        # A line of name opens with it, or has another part of the name before; an attribution need not.
        free = inside or (last is not None and last.entry.key == "~")
        span = self._find(
            entry,
            entry.words.removeprefix("<").replace(" / ", "\n"),
            start=before.start if inside else None,
            fits=None if free else lambda at: self._names(at, before.end),
        )
        speech.heads[entry.key] = span
        self.cursor = max(self.cursor, span.end)
        line = self.text.rfind("\n", 0, span.start) + 1
        if last is None or (line > last.start and last.entry.key != "~"):
            speech.events.append(_Event(entry, line, line))

    def _names(self, at: int, named: int) -> bool:
        """Return whether `at` is the start of a line, or in one line with the name that ends at `named`."""
        line = self.text.rfind("\n", 0, at) + 1
        return line == at or line <= named <= at

    def _place_event(self, entry: Entry) -> None:
        quoted, sort = entry.words, "first words"
        if entry.key.isdigit():
            sort = {"- ": "first words", "= ": "heading"}.get(quoted[:2], "marker")
            quoted = quoted if sort == "marker" else quoted[2:]
            inner = re.sub(r".*\[(.*)\].*", r"\1", quoted)
            if sort == "marker" and marker_form(inner) is None and "style" not in entry.fields:
                raise self._fault(f"“{quoted}” is no marker: write “- {quoted}”, or give style:", entry)
        clause = sort == "marker" and "[" not in quoted
        span = self._find(entry, quoted, fits=(lambda at: begins_clause(self.text, at)) if clause else None)
        # First words only name the place: the next item may begin among them.
        self.cursor = span.start + 1 if sort == "first words" else span.end
        event = _Event(entry, span.start, span.start if sort == "first words" else span.end)
        event.marker = span if sort == "marker" else None
        event.heading = span if sort == "heading" else None
        self.speeches[-1].events.append(event)

    def _close(self) -> None:
        events = [event for speech in self.speeches for event in speech.events]
        ends = [event.start for event in events[1:]] + [len(self.text)]
        for event, end in zip(events, ends, strict=False):
            event.end = end
            if event.marker is not None:
                event.heading = self._heading(event, event.marker)
                event.content = event.heading.end if event.heading else event.marker.end

    def _heading(self, event: _Event, marker: Span) -> Span | None:
        given = event.entry.heading
        if given is not None:
            return self._find(event.entry, given, start=marker.end, end=event.end) if given else None
        return default_heading(self.text, marker, style=self._style(event, marker), end=event.end)

    def _style(self, event: _Event, marker: Span) -> MarkerStyle:
        form = marker_form(self.text[marker.start : marker.end])
        name = event.entry.fields.get("style") or (form.style if form else "")
        for style in get_args(MarkerStyle):
            if style == name:
                return style  # type: ignore[no-any-return]
        raise self._fault(f"no marker style “{name}”", event.entry)

    def _find(
        self,
        entry: Entry,
        words: str,
        *,
        start: int | None = None,
        end: int | None = None,
        fits: Callable[[int], bool] | None = None,
    ) -> Span:
        """Find the next occurrence of quoted words, at a place that `fits`."""
        start = self.cursor if start is None else start
        for span in occurrences(self.text, words, start, len(self.text) if end is None else end):
            if fits is None or fits(span.start):
                return span
        raise not_found(words, entry, text=self.text, after=start, where=self.where)

    # The document

    def document(self) -> Document:
        speeches = tuple(
            self._speech(draft, f"s{number}") for number, draft in enumerate(self.speeches, start=1)
        )
        self.areas.sort(key=lambda area: area.span)
        return Document(
            source=Source(id=Path(self.where).stem),
            text=self.source.source,
            title=self._ref(self.title),
            speeches=speeches,
            records=tuple(
                make_records(self.source, self.areas, where=self.where, categories=self.categories)
            ),
            not_annotated=self.without,
            categories=self.categories,
        )

    def _ref(self, span: Span | None) -> Ref | None:
        return self.source.ref(*span) if span else None

    def _area(self, event: _Event, speech: str, node: str | None) -> None:
        self.areas.append(Area(Span(event.start, event.end), speech, node, event.records))

    def _speech(self, draft: _SpeechDraft, name: str) -> Speech:
        groups: list[list[_Event]] = []
        for event in draft.events:
            if event.entry.key.isdigit():
                groups.append([event])
            elif event.entry.key == "+":
                if not groups:
                    raise self._fault("“+” wants a node before it", event.entry)
                groups[-1].append(event)
            elif event.entry.key != "~":
                self._area(event, name, None)
            elif event.records:
                raise self._fault("nothing belongs to a speech here", event.records[0])
        return Speech(
            id=name,
            title=self._ref(draft.heads.get("title")),
            organization=self._ref(draft.heads.get("organization")),
            speaker=self._ref(draft.heads.get("speaker")),
            nodes=self._nodes(groups, parent=name, depth=1, level=1),
        )

    def _nodes(
        self, groups: Sequence[list[_Event]], *, parent: str, depth: int, level: int
    ) -> tuple[Node, ...]:
        if groups and int(groups[0][0].entry.key) != depth:
            raise self._fault(f"a node of depth {depth} is wanted here", groups[0][0].entry)
        opened = [i for i, group in enumerate(groups) if int(group[0].entry.key) <= depth] + [len(groups)]
        nodes = []
        for number, (begin, end) in enumerate(pairwise(opened), start=1):
            name, group = f"{parent}.{number}", groups[begin]
            for event in group:
                self._area(event, parent.partition(".")[0], name)
            # Only marked nodes count as levels (guideline §1).
            below = level + (group[0].marker is not None)
            children = self._nodes(groups[begin + 1 : end], parent=name, depth=depth + 1, level=below)
            nodes.append(self._node(group, name=name, level=level, children=children))
        return tuple(nodes)

    def _node(self, group: list[_Event], *, name: str, level: int, children: tuple[Node, ...]) -> Node:
        first, *again = group
        body = list(self._bodies(first.content, first.end, after_heading=first.content > first.start))
        for event in again:
            body.extend(self._bodies(event.content, event.end, after_heading=False))
        return Node(
            id=name,
            level=level,
            marker=self._marker(first, first.marker) if first.marker else None,
            heading=self._ref(first.heading),
            body=tuple(self.source.ref(*span) for span in body),
            children=children,
            **category_fields(first.entry, where=self.where, categories=self.categories),
        )

    def _bodies(self, start: int, end: int, *, after_heading: bool) -> Iterator[Span]:
        if after_heading:
            inner = self.text[start:end]
            start += len(inner) - len(inner.lstrip(PUNCTUATION))
        for match in re.compile(r"[^\n]+").finditer(self.text, start, end):
            if match[0].strip(IDLE):
                lead = len(match[0]) - len(match[0].lstrip())
                yield Span(match.start() + lead, match.start() + len(match[0].rstrip()))

    def _marker(self, event: _Event, span: Span) -> Marker:
        fields = event.entry.fields
        style = self._style(event, span)
        form = marker_form(self.text[span.start : span.end])
        ordinal = fields.get("ordinal") or (form.ordinal if form else None)
        if ordinal is None or not str(ordinal).isdecimal():
            raise self._fault("the marker does not say its ordinal: give ordinal:", event.entry)
        kind = fields.get("kind") or marker_kind(self.text, span, style=style, heading=event.heading)
        if kind not in ("section", "point"):
            raise self._fault(f"no kind of marker: “{kind}”", event.entry)
        return Marker(
            ref=self.source.ref(*span),
            style=style,
            kind="section" if kind == "section" else "point",
            ordinal=int(ordinal),
        )


# Files


def gold_json(document: Document) -> str:
    """Return a gold Document as the content of its file."""
    return document.model_dump_json(indent=1) + "\n"


def compile_files(text: Path, annotation: Path) -> Document:
    """Compile the annotation in one file for the text in another; both are UTF-8.

    Raises:
        ReadError: ZX108, if one of them cannot be read.
        DocumentError: ZX203, as `compile_annotation`.
    """
    return compile_annotation(read_content(text), read_content(annotation), where=annotation.name)


def read_content(path: Path) -> str:
    """Return the characters of a UTF-8 file, line ends as they are.

    Raises:
        ReadError: ZX108, if it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError("ZX108", f"cannot be read ({error})", where=str(path)) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns 0, or 2 with a message on stderr."""
    parser = argparse.ArgumentParser(description="Compile annotation files into gold Documents.")
    parser.add_argument("text", type=Path, nargs="?", help="the text")
    parser.add_argument("annotation", type=Path, nargs="?", help="its annotation")
    parser.add_argument("-o", "--output", type=Path, help="the file to write; default: stdout")
    parser.add_argument("--all", type=Path, metavar="CORPUS", help="compile every annotation of a corpus")
    parser.add_argument("--counts", type=Path, metavar="CORPUS", help="print how much gold a corpus holds")
    parser.add_argument("--back", type=Path, metavar="JSON", help="turn a Document into an annotation")
    given = parser.parse_args(arguments)
    if not (given.all or given.counts or given.back or (given.text and given.annotation)):
        parser.error("give TEXT and ANN, --all CORPUS, --counts CORPUS or --back JSON")
    try:
        result = _result(given)
        print(write_file(given.output, result)) if given.output else print(result, end="")
    except ZhengxieError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _result(given: argparse.Namespace) -> str:
    # Both build on this module.
    from zhengxie_nlp.annotation import corpus, decompile

    if given.all is not None:
        return "".join(f"{path}\n" for path in corpus.compile_corpus(given.all))
    if given.counts is not None:
        return corpus.count_corpus(given.counts)
    if given.back is not None:
        return decompile.decompile(Document.parse(read_content(given.back), where=str(given.back)))
    return gold_json(compile_files(given.text, given.annotation))


if __name__ == "__main__":
    raise SystemExit(main())
