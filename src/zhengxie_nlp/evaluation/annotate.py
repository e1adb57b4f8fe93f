"""Compiles annotation files into gold Documents: quoted words become offsets.

The notation is that of `zhengxie_nlp.evaluation.notation`. On the command line::

    python -m zhengxie_nlp.evaluation.annotate TEXT ANN -o GOLD.json
    python -m zhengxie_nlp.evaluation.annotate --all corpora/speeches
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import ValidationError

from zhengxie_nlp.errors import DocumentError, ReadError, ZhengxieError
from zhengxie_nlp.evaluation.notation import (
    CATEGORIES,
    Entry,
    MarkerForm,
    fault,
    marker_form,
    parse_notation,
)
from zhengxie_nlp.evaluation.values import date_range, plain_quantity, unit_kind
from zhengxie_nlp.outputs.files import write_file
from zhengxie_nlp.records import (
    Document,
    Initiative,
    Marker,
    MarkerStyle,
    Mechanism,
    Node,
    NumeralTerm,
    Quantity,
    Record,
    Ref,
    Source,
    Speech,
    Time,
    read_back,
)
from zhengxie_nlp.text.sentences import Boundaries
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span

#: The styles that number sections where they stand at the start of a line and have a heading.
_SECTION_STYLES: Final = frozenset(
    {"part", "han_comma", "han_paren", "arabic_dot", "arabic_paren", "circled"}
)
_PUNCTUATION: Final = "。！？；：，、,;:!?.．"
_POINT_END = re.compile(r"[。！？；：;!?]|(?<!\d):|:(?!\d)")
_NUMERIC: Final = frozenset("0123456789.．０１２３４５６７８９〇零一二三四五六七八九十百千万亿两")
_TYPE_NAMES: Final = {
    "q": "quantity",
    "n": "numeral_term",
    "t": "time",
    "m": "mechanism",
    "i": "initiative",
}


def compile_annotation(text: str, annotation: str, *, where: str) -> Document:
    r"""Make the gold Document of one text from its annotation.

    Args:
        text: the decoded source.
        annotation: what is marked in it, in the notation of `zhengxie_nlp.evaluation.notation`.
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
    compiler = _Compiler(text, parse_notation(annotation, where=where), where)
    document = compiler.document()
    for ref in _refs(document.model_dump()):
        if read_back(text, ref) != ref.text:
            raise DocumentError("ZX202", "the ref does not read back", where=f"{where}: “{ref.text}”")
    return document


@dataclass(eq=False, slots=True)
class _Event:
    """A place where the owner of the text changes: a speech's lines of name, a node, nothing, a node again."""

    entry: Entry
    start: int
    content: int
    marker: Span | None = None
    heading: Span | None = None
    end: int = 0
    records: list[Entry] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class _SpeechDraft:
    entry: Entry
    heads: dict[str, Span] = field(default_factory=dict)
    events: list[_Event] = field(default_factory=list)


class _Compiler:
    """One annotation on its way: first the places of its structure, then what stands in them."""

    def __init__(self, text: str, entries: Sequence[Entry], where: str) -> None:
        self.where = where
        self.entries = [entry for entry in entries if not entry.key.startswith("@")]
        layout = {entry.key: entry for entry in entries if entry.key.startswith("@")}
        self.without = tuple(layout["@without"].words.split()) if "@without" in layout else ()
        if unknown := set(self.without) - set(_TYPE_NAMES.values()):
            raise self.fault(f"no record type “{unknown.pop()}”", layout["@without"])
        self.text = SourceText(text, text, self._paragraphs(text, layout.get("@lines")))
        self.title: Span | None = None
        self.speeches: list[_SpeechDraft] = []
        self.cursor = 0
        self.nodes: list[tuple[Span, str, str | None]] = []
        for entry in self.entries:
            self._place(entry)
        self._close()

    def fault(self, problem: str, entry: Entry, *, hint: str = "") -> DocumentError:
        return fault(problem, where=self.where, line=entry.line, hint=hint)

    # -- layout ---------------------------------------------------------------------------------------

    def _paragraphs(self, text: str, order: Entry | None) -> Iterator[Paragraph]:
        pieces: list[Piece | None] = [None]
        at = 0
        for line in text.split("\n"):
            inner = line.strip()
            start = at + len(line) - len(line.lstrip())
            pieces.append(Piece(start, start + len(inner)) if inner else None)
            at += len(line) + 1
        for group in self._groups(order, len(pieces) - 1) if order else ([n] for n in range(1, len(pieces))):
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
                    raise self.fault(f"“{item}” names no lines of the text (1 to {last})", order)
                if match[2] == "-":
                    yield from ([number] for number in range(first, stop + 1))
                else:
                    group.extend(range(first, stop + 1))
            if group:
                yield group

    # -- structure ------------------------------------------------------------------------------------

    def _place(self, entry: Entry) -> None:
        if entry.key in _TYPE_NAMES:
            if not self.speeches or not self.speeches[-1].events:
                raise self.fault("a record before the first line of structure", entry)
            self.speeches[-1].events[-1].records.append(entry)
        elif entry.key == "document":
            self.title = self._find(entry, self._line_words(entry.words), self.cursor, len(self.text))
            self.cursor = self.title.end
        elif entry.key == "speech":
            self.speeches.append(_SpeechDraft(entry))
        elif not self.speeches:
            raise self.fault("“speech” must come first", entry)
        elif entry.key in ("title", "organization", "speaker"):
            self._place_head(entry)
        else:
            self._place_event(entry)

    def _place_head(self, entry: Entry) -> None:
        speech = self.speeches[-1]
        inside = entry.words.startswith("<")
        if inside and not speech.heads:
            raise self.fault("“<” wants a line of name before it", entry)
        start = list(speech.heads.values())[-1].start if inside else self.cursor
        last = speech.events[-1] if speech.events else None
        # A line of name opens with it, or has another part of the name before; an attribution need not.
        named = next(reversed(speech.heads.values())).end if speech.heads else -1
        free = last is not None and last.entry.key == "~"
        words = self._line_words(entry.words.removeprefix("<"))
        span = self._find(
            entry, words, start, len(self.text), fits=lambda at: free or inside or self._opens(at, named)
        )
        speech.heads[entry.key] = span
        self.cursor = max(self.cursor, span.end)
        line = self.text.text.rfind("\n", 0, span.start) + 1
        if last is None or (line > last.start and last.entry.key != "~"):
            speech.events.append(_Event(entry, line, line))

    def _opens(self, at: int, named: int) -> bool:
        """Return whether `at` is the start of a line, or in one line with the name that ends at `named`."""
        line = self.text.text.rfind("\n", 0, at) + 1
        return line == at or line <= named <= at

    def _begins_clause(self, at: int) -> bool:
        return at == 0 or self.text.text[at - 1] in "\n 　。！？；：，、,;:!?”’）)》"

    def _place_event(self, entry: Entry) -> None:
        form, quoted = None, entry.words
        if entry.key.isdigit():
            if quoted[:2] in ("- ", "= "):
                quoted = quoted[2:]
            else:
                form = marker_form(re.sub(r".*\[(.*)\].*", r"\1", quoted))
                if form is None and "style" not in entry.fields:
                    raise self.fault(f"“{quoted}” is no marker: write “- {quoted}”, or give style:", entry)
        fits = self._begins_clause if form is not None and "[" not in quoted else None
        span = self._find(entry, quoted, self.cursor, len(self.text), fits=fits)
        # First words only name the place: the next item may begin among them.
        self.cursor = span.start + 1
        event = _Event(entry, span.start, span.start)
        if entry.key.isdigit() and entry.words[:2] == "= ":
            event.heading, event.content = span, span.end
            self.cursor = span.end
        elif entry.key.isdigit() and entry.words[:2] != "- ":
            event.marker, event.content = span, span.end
            self.cursor = span.end
        self.speeches[-1].events.append(event)

    def _close(self) -> None:
        events = [event for speech in self.speeches for event in speech.events]
        ends = [event.start for event in events[1:]] + [len(self.text)]
        for event, end in zip(events, ends, strict=False):
            event.end = end
            if event.marker is not None:
                event.heading = self._heading(event)
                event.content = event.heading.end if event.heading else event.marker.end

    def _heading(self, event: _Event) -> Span | None:
        entry, text = event.entry, self.text.text
        assert event.marker is not None
        start, limit = event.marker.end, event.end
        if entry.heading is not None:
            return self._find(entry, entry.heading, start, limit) if entry.heading else None
        marker = text[event.marker.start : start]
        if marker.endswith("条"):
            return None
        form = marker_form(marker)
        style = entry.fields.get("style") or (form.style if form else "")
        at_line_start = event.marker.start == 0 or text[event.marker.start - 1] == "\n"
        stop = text.find("\n", start, limit) if "\n" in text[start:limit] else limit
        if style in _SECTION_STYLES and at_line_start:
            full = text.find("。", start, stop)
            stop = full if full >= 0 else stop
        elif match := _POINT_END.search(text, start, stop):
            stop = match.start()
        return self._trimmed(start, stop)

    def _trimmed(self, start: int, stop: int) -> Span | None:
        inner = self.text.text[start:stop]
        left = len(inner) - len(inner.lstrip(_PUNCTUATION + " \u3000\n"))
        right = len(inner.rstrip(_PUNCTUATION + " \u3000\n"))
        return Span(start + left, start + right) if left < right else None

    def _bodies(self, start: int, end: int, *, after_heading: bool) -> Iterator[Span]:
        text = self.text.text
        if after_heading:
            inner = text[start:end]
            start += len(inner) - len(inner.lstrip(_PUNCTUATION))
        for match in re.compile(r"[^\n]+").finditer(text, start, end):
            if match[0].strip(_PUNCTUATION + " \u3000"):
                lead = len(match[0]) - len(match[0].lstrip())
                yield Span(match.start() + lead, match.start() + len(match[0].rstrip()))

    # -- the document ---------------------------------------------------------------------------------

    def document(self) -> Document:
        speeches = tuple(
            self._speech(draft, f"s{number}") for number, draft in enumerate(self.speeches, start=1)
        )
        return Document(
            source=Source(id=Path(self.where).stem),
            text=self.text.source,
            title=self._ref(self.title),
            speeches=speeches,
            records=tuple(_Records(self).made()),
            not_annotated=self.without,
        )

    def _ref(self, span: Span | None) -> Ref | None:
        return self.text.ref(*span) if span else None

    def _speech(self, draft: _SpeechDraft, name: str) -> Speech:
        groups: list[list[_Event]] = []
        for event in draft.events:
            if event.entry.key.isdigit():
                groups.append([event])
            elif event.entry.key == "+":
                if not groups:
                    raise self.fault("“+” wants a node before it", event.entry)
                groups[-1].append(event)
            elif event.entry.key != "~":
                self.nodes.append((Span(event.start, event.end), name, None))
        heads = {key: self._ref(span) for key, span in draft.heads.items()}
        return Speech(id=name, nodes=self._nodes(groups, parent=name, depth=1, level=1), **heads)

    def _nodes(
        self, groups: Sequence[list[_Event]], *, parent: str, depth: int, level: int
    ) -> tuple[Node, ...]:
        if groups and int(groups[0][0].entry.key) != depth:
            raise self.fault(f"a node of depth {depth} is wanted here", groups[0][0].entry)
        opened = [i for i, group in enumerate(groups) if int(group[0].entry.key) <= depth] + [len(groups)]
        speech = parent.partition(".")[0]
        nodes = []
        for number, (begin, end) in enumerate(zip(opened, opened[1:], strict=False), start=1):
            name, group = f"{parent}.{number}", groups[begin]
            self.nodes.extend((Span(event.start, event.end), speech, name) for event in group)
            below = level + (group[0].marker is not None)
            children = self._nodes(groups[begin + 1 : end], parent=name, depth=depth + 1, level=below)
            nodes.append(self._node(group, name=name, level=level, children=children))
        return tuple(nodes)

    def _node(self, group: list[_Event], *, name: str, level: int, children: tuple[Node, ...]) -> Node:
        first, *again = group
        body = list(self._bodies(first.content, first.end, after_heading=first.content > first.start))
        for event in again:
            body.extend(self._bodies(event.content, event.end, after_heading=False))
        category = first.entry.fields.get("category")
        if category is not None and category not in CATEGORIES:
            raise self.fault(f"no category “{category}”", first.entry)
        return Node.model_validate(
            {
                "id": name,
                "level": level,
                "marker": self._marker(first),
                "heading": self._ref(first.heading),
                "body": tuple(self.text.ref(*span) for span in body),
                "category": category,
                "children": children,
            }
        )

    def _marker(self, event: _Event) -> Marker | None:
        if event.marker is None:
            return None
        fields, text = event.entry.fields, self.text.text
        form = marker_form(text[event.marker.start : event.marker.end]) or MarkerForm("di", None)
        style: MarkerStyle = form.style
        if "style" in fields:
            style = next((name for name in get_args(MarkerStyle) if name == fields["style"]), style)
            if style != fields["style"]:
                raise self.fault(f"no marker style “{fields['style']}”", event.entry)
        ordinal = int(fields["ordinal"]) if "ordinal" in fields else form.ordinal
        if ordinal is None:
            raise self.fault("the marker does not say its ordinal: give ordinal:", event.entry)
        at_line_start = event.marker.start == 0 or text[event.marker.start - 1] == "\n"
        section = style in _SECTION_STYLES and at_line_start and event.heading is not None
        kind = fields.get("kind") or ("section" if section else "point")
        return Marker.model_validate(
            {"ref": self._ref(event.marker), "style": style, "kind": kind, "ordinal": ordinal}
        )

    # -- finding --------------------------------------------------------------------------------------

    @staticmethod
    def _line_words(words: str) -> str:
        return words.replace(" / ", "\n")

    def _find(
        self, entry: Entry, words: str, start: int, end: int, *, fits: Callable[[int], bool] | None = None
    ) -> Span:
        """Find the next occurrence of quoted words between two places, at a place that `fits`."""
        for span in occurrences(self.text.text, words, start, end):
            if fits is None or fits(span.start):
                return span
        raise self.fault(
            f"“{words}” is not found after “{self._before(start)}”",
            entry,
            hint="Items stand in reading order; [ ] around the words sets off context.",
        )

    def _before(self, at: int) -> str:
        return self.text.text[max(0, at - 12) : at].replace("\n", "↵")


def occurrences(text: str, words: str, start: int, end: int) -> Iterator[Span]:
    """Yield where quoted words occur between two places; a numeral is never cut in two (3个 in 13个)."""
    pattern = re.escape(words).replace("_", r"\s+")
    pattern, brackets = re.subn(r"(.*?)\\\[(.*)\\\](.*)", r"\1(\2)\3", pattern, flags=re.DOTALL)
    for match in re.compile(pattern).finditer(text, start, end):
        cut = match[0][0] in _NUMERIC and match.start() > 0 and text[match.start() - 1] in _NUMERIC
        if not cut or brackets:
            yield Span(*match.span(1 if brackets else 0))


# -- records --------------------------------------------------------------------------------------------


class _Records:
    """Finds the records of a placed annotation and fills their fields."""

    def __init__(self, compiler: _Compiler) -> None:
        self.compiler, self.text = compiler, compiler.text
        self.found: list[tuple[Span, Entry]] = []
        for speech in compiler.speeches:
            for event in speech.events:
                self._locate(event)
        self.found.sort(key=lambda item: (item[0].start, -item[0].end))
        self.ids = {id(entry): f"{entry.key}{n}" for n, (_, entry) in enumerate(self.found, start=1)}

    @cached_property
    def bounds(self) -> Boundaries:
        return Boundaries(self.text.text)

    def _locate(self, event: _Event) -> None:
        cursors = dict.fromkeys(("qnt", "m", "i"), event.start)
        for entry in event.records:
            group = "qnt" if entry.key in "qnt" else entry.key
            if entry.key in self.compiler.without or _TYPE_NAMES[entry.key] in self.compiler.without:
                raise self.compiler.fault(f"“@without” leaves out {_TYPE_NAMES[entry.key]} records", entry)
            span = self.compiler._find(entry, entry.words, cursors[group], event.end)
            cursors[group] = span.end
            self.found.append((span, entry))

    def made(self) -> Iterator[Record]:
        for span, entry in self.found:
            make: Callable[..., Record] = {
                "q": self._quantity,
                "n": self._numeral_term,
                "t": self._time,
                "m": self._mechanism,
                "i": self._initiative,
            }[entry.key]
            speech, node = self._owner(span, entry)
            common = {"id": self.ids[id(entry)], "ref": self.text.ref(*span), "speech": speech, "node": node}
            try:
                yield make(span, entry, common)
            except ValidationError as error:
                first = error.errors()[0]
                name = ".".join(map(str, first["loc"]))
                raise self.compiler.fault(f"{name}: {first['msg']}", entry) from error

    def _owner(self, span: Span, entry: Entry) -> tuple[str, str | None]:
        for area, speech, node in self.compiler.nodes:
            if area.start <= span.start < area.end:
                return speech, node
        raise self.compiler.fault(f"“{entry.words}” stands where nothing belongs to a speech", entry)

    def _nearest(self, entry: Entry, words: str, span: Span) -> Ref:
        """Return the occurrence nearest to a record: in its sentence, else in the whole text."""
        for area in (self.bounds.sentence(span.start), Span(0, len(self.text))):
            near = [found for found in occurrences(self.text.text, words, *area) if found != span]
            if near:
                gap = min(near, key=lambda found: max(found.start - span.end, span.start - found.end))
                return self.text.ref(*gap)
        raise self.compiler.fault(f"“{words}” is not in the text", entry)

    def _optional(self, entry: Entry, name: str, span: Span) -> Ref | None:
        return self._nearest(entry, entry.fields[name], span) if name in entry.fields else None

    def _members(self, entry: Entry, span: Span) -> tuple[Ref, ...]:
        listed = entry.fields.get("members", "")
        return tuple(self._nearest(entry, words, span) for words in listed.split("/") if words)

    def _quantity(self, span: Span, entry: Entry, common: dict[str, Any]) -> Quantity:
        given = {name: value for name, value in entry.fields.items() if name not in ("of", "per")}
        values: dict[str, Any] = {**plain_quantity(self.text.text[span.start : span.end]), **given}
        if "value" not in values and "low" not in values:
            raise self.compiler.fault("the value is not plain: give =", entry)
        values["value"] = None if values.get("value") == "null" else values.get("value")
        values["unit"] = None if values.get("unit") in (None, "", "null") else values["unit"]
        values["kind"] = given.get("kind") or unit_kind(values["unit"] or "")
        return Quantity(
            counted=self._optional(entry, "of", span), per=entry.fields.get("per"), **common, **values
        )

    def _numeral_term(self, span: Span, entry: Entry, common: dict[str, Any]) -> NumeralTerm:
        numerals = entry.fields.get("numerals", "")
        if not re.fullmatch(r"\d+(,\d+)*", numerals):
            raise self.compiler.fault("a numeral term wants its numerals, as 3,1", entry)
        return NumeralTerm(
            numerals=tuple(map(int, numerals.split(","))), members=self._members(entry, span), **common
        )

    def _time(self, span: Span, entry: Entry, common: dict[str, Any]) -> Time:
        try:
            start, end = date_range(entry.fields.get("dates", ""))
        except ValueError as error:
            raise self.compiler.fault(f"no dates: {error}", entry) from error
        return Time(start=start, end=end, **common)

    def _mechanism(self, span: Span, entry: Entry, common: dict[str, Any]) -> Mechanism:
        given = {name: entry.fields[name] for name in ("kind", "stage", "category") if name in entry.fields}
        return Mechanism(
            action=entry.fields.get("do"), members=self._members(entry, span), **common, **given
        )  # type: ignore[arg-type]

    def _initiative(self, span: Span, entry: Entry, common: dict[str, Any]) -> Initiative:
        given = {name: entry.fields[name] for name in ("status", "category") if name in entry.fields}
        inside = [
            (other, self.ids[id(other)]) for area, other in self.found
            if span.start <= area.start and area.end <= span.end
        ]  # fmt: skip
        return Initiative(
            action=entry.fields.get("do", ""),
            object=self._optional(entry, "object", span),
            actor=self._optional(entry, "actor", span),
            time=self._times(entry, span),
            quantities=tuple(name for other, name in inside if other.key == "q"),
            mechanisms=tuple(name for other, name in inside if other.key == "m"),
            **common,
            **given,
        )  # type: ignore[arg-type]

    def _times(self, entry: Entry, span: Span) -> tuple[str, ...]:
        found = []
        for words in entry.fields.get("time", "").split("/"):
            near = [
                (abs(area.start - span.start), self.ids[id(other)]) for area, other in self.found
                if other.key == "t" and self.text.text[area.start : area.end] == words
            ]  # fmt: skip
            if words and not near:
                raise self.compiler.fault(f"no time expression “{words}”", entry)
            found.extend([min(near)[1]] if near else [])
        return tuple(found)


def _refs(value: object) -> Iterator[Ref]:
    if isinstance(value, dict):
        if value.keys() == {"text", "fragments"}:
            yield Ref.model_validate(value)
        else:
            for inner in value.values():
                yield from _refs(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _refs(inner)


# -- files ----------------------------------------------------------------------------------------------


def gold_json(document: Document) -> str:
    """Return a gold Document as the content of its file."""
    return document.model_dump_json(indent=1) + "\n"


def compile_files(text: Path, annotation: Path) -> Document:
    """Compile the annotation in one file for the text in another; both are UTF-8.

    Raises:
        ReadError: ZX108, if one of them cannot be read.
        DocumentError: ZX203, as `compile_annotation`.
    """
    contents = []
    for path in (text, annotation):
        try:
            contents.append(path.read_bytes().decode("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ReadError("ZX108", f"cannot be read ({error})", where=str(path)) from error
    return compile_annotation(contents[0], contents[1], where=annotation.name)


def compile_corpus(corpus: Path) -> list[Path]:
    """Compile every annotation of a corpus: ``notes/x.ann`` over ``text/x.txt`` becomes ``gold/x.json``.

    Returns:
        The gold files, sorted by name.
    """
    made = []
    for notes in sorted((corpus / "notes").glob("*.ann")):
        document = compile_files(corpus / "text" / f"{notes.stem}.txt", notes)
        made.append(write_file(corpus / "gold" / f"{notes.stem}.json", gold_json(document)))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns 0, or 2 with a message on stderr."""
    parser = argparse.ArgumentParser(description="Compile annotation files into gold Documents.")
    parser.add_argument("text", type=Path, nargs="?", help="the text")
    parser.add_argument("annotation", type=Path, nargs="?", help="its annotation")
    parser.add_argument("-o", "--output", type=Path, help="the gold file to write; default: stdout")
    parser.add_argument("--all", type=Path, metavar="CORPUS", help="compile every annotation of a corpus")
    given = parser.parse_args(arguments)
    try:
        if given.all is not None:
            for path in compile_corpus(given.all):
                print(path)
        elif given.text is None or given.annotation is None:
            parser.error("give TEXT and ANN, or --all CORPUS")
        elif given.output is not None:
            print(write_file(given.output, gold_json(compile_files(given.text, given.annotation))))
        else:
            print(gold_json(compile_files(given.text, given.annotation)), end="")
    except ZhengxieError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
