"""Turns a Document back into an annotation, so that a machine's output can be corrected by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from zhengxie_nlp.annotation.notation import marker_form
from zhengxie_nlp.annotation.quoted_words import (
    IDLE,
    begins_clause,
    default_heading,
    marker_kind,
    nearest,
    occurrences,
    source_lines,
)
from zhengxie_nlp.annotation.values import plain_quantity, short_dates, unit_kind
from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.records import (
    CATEGORIES,
    Document,
    Initiative,
    Mechanism,
    Node,
    NumeralTerm,
    Quantity,
    Record,
    Ref,
    Speech,
    Time,
)
from zhengxie_nlp.text.sentences import Boundaries
from zhengxie_nlp.text.source_text import Paragraph, SourceText, Span

_FIRST_WORDS: Final = 8
_LONGEST_WORDS: Final = 60


def decompile(document: Document) -> str:
    r"""Write a Document as an annotation that compiles to the same labels.

    Ids, rules, confidence, scores, diagnostics and unexplained numerals are left out: they are no labels.

    Args:
        document: a gold Document, or one that the pipeline made.

    Raises:
        DocumentError: ZX203, if it holds something that the notation cannot say, such as a line that
            stands in two places of the reading order.
    """
    return "\n".join(_Writer(document).lines()) + "\n"


class _Mark(NamedTuple):
    """A line of structure: where it begins, where its own label ends, and how to write it."""

    start: int
    label_end: int
    write: Callable[[int], str]
    pieces: tuple[Span, ...] = ()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.order, paragraphs = _layout(document)
        self.source = SourceText(document.text, document.text, paragraphs)
        self.text = self.source.text
        self.bounds = Boundaries(self.text)
        self.places = {self.source.source_offset(at): at for at, one in enumerate(self.text) if one != "\n"}
        self.records = [(self._span(record.ref), record) for record in document.records]
        self.records.sort(key=lambda one: (one[0].start, -one[0].end))

    def lines(self) -> list[str]:
        """Return the lines of the annotation."""
        lines = [f"@lines {self.order}"] if self.order else []
        if self.document.not_annotated:
            lines.append("@without " + " ".join(self.document.not_annotated))
        if self.document.categories != CATEGORIES:
            lines.append("@categories " + ",".join(self.document.categories))
        cursor = 0
        if self.document.title is not None:
            title = self._span(self.document.title)
            lines.append(f"document {self.text[title.start : title.end]}".replace("\n", " / "))
            cursor = title.end
        speeches = [(speech, self._marks(speech)) for speech in self.document.speeches]
        starts = [mark.start for _, marks in speeches for mark in marks] + [len(self.text)]
        for speech, marks in speeches:
            lines.append("\nspeech")
            for mark in marks:
                starts.pop(0)
                lines.append(mark.write(cursor))
                cursor = max(cursor, mark.label_end)
                cursor = self._stretches(mark, starts[0], cursor, speech.id, lines)
        return lines

    def _stretches(self, mark: _Mark, end: int, cursor: int, speech: str, lines: list[str]) -> int:
        """Add the records of one mark, and ``~`` and ``+`` around what does not belong to it."""
        start = mark.start
        for piece, following in pairwise([*mark.pieces, Span(end, end)]):
            gap = self.text[piece.end : following.start]
            if not gap.strip(IDLE):
                continue
            idle = Span(piece.end + len(gap) - len(gap.lstrip(IDLE)), following.start)
            lines.extend(self._records(start, idle.start, speech))
            lines.append(f"~ {self._first_words(idle, cursor)}")
            cursor = idle.start + 1
            if following.start < following.end:
                lines.append(f"+ {self._first_words(following, cursor)}")
                cursor = following.start + 1
            start = following.start
        lines.extend(self._records(start, end, speech))
        return cursor

    def _marks(self, speech: Speech) -> list[_Mark]:
        marks = [self._node(node, depth) for depth, node in _walk(speech.nodes, 1)]
        heads = sorted(
            (self._span(ref), name)
            for name, ref in (
                ("title", speech.title), ("organization", speech.organization), ("speaker", speech.speaker),
            )
            if ref is not None
        )  # fmt: skip
        before = Span(-1, -1)
        for span, name in heads:
            marks.append(self._head(span, name, before))
            before = span
        return sorted(marks, key=lambda mark: mark.start)

    def _head(self, span: Span, name: str, before: Span) -> _Mark:
        line = self.text.rfind("\n", 0, span.start) + 1
        inside = before.start <= span.start < before.end
        words = self.text[span.start : span.end].replace("\n", " / ")
        named = inside or line == span.start or line <= before.end <= span.start
        stop = self.text.find("\n", span.end)
        rest = Span(line, stop if stop >= 0 else len(self.text))

        def write(cursor: int) -> str:
            # A name amid its line is an attribution: the line before it belongs to nothing.
            opening = "" if named else f"~ {self._first_words(Span(line, span.start), cursor)}\n"
            return f"{opening}{name} {'<' if inside else ''}{words}"

        return _Mark(line, span.end, write, (rest,))

    def _node(self, node: Node, depth: int) -> _Mark:
        body = tuple(self._span(ref) for ref in node.body)
        heading = self._span(node.heading) if node.heading else None
        category = _categories(node, " ")
        if node.marker is not None:
            marker = self._span(node.marker.ref)
            # What stands between marker and heading (首先是) goes with them.
            pieces = (Span(marker.start, (heading or marker).end), *body)
            write = self._marked(node, marker, heading, depth)
            return _Mark(marker.start, marker.end, write, pieces)
        if heading is not None:
            found: Span = heading
            return _Mark(
                found.start, found.end,
                lambda at: f"{depth} = {self._words(found, at, len(self.text))}{category}", (found, *body),
            )  # fmt: skip
        if not body:
            raise DocumentError("ZX203", "a node without marker, heading and body", where=node.id)
        return _Mark(
            body[0].start, body[0].start + 1,
            lambda at: f"{depth} - {self._first_words(body[0], at)}{category}", body,
        )  # fmt: skip

    def _marked(self, node: Node, marker: Span, heading: Span | None, depth: int) -> Callable[[int], str]:
        assert node.marker is not None
        label, text = node.marker, self.text
        form = marker_form(text[marker.start : marker.end])
        fields = _categories(node, " ")
        if form is None or form.style != label.style:
            fields += f" style:{label.style}"
        if form is None or form.ordinal != label.ordinal:
            fields += f" ordinal:{label.ordinal}"
        if marker_kind(text, marker, style=label.style, heading=heading) != label.kind:
            fields += f" kind:{label.kind}"
        end = self._own_end(marker)
        given = ""
        if default_heading(text, marker, style=label.style, end=end) != heading:
            given = " | " + (self._words(heading, marker.end, end) if heading else "-")

        def write(cursor: int) -> str:
            quoted = self._words(marker, cursor, len(text), fits=lambda at: begins_clause(text, at))
            return f"{depth} {quoted}{fields}{given}"

        return write

    def _own_end(self, marker: Span) -> int:
        """Return where the own text of a marked node ends: at the next item of structure."""
        starts = [
            self._span(ref).start
            for speech in self.document.speeches
            for _, node in _walk(speech.nodes, 1)
            for ref in [node.marker.ref if node.marker else node.heading or (node.body or (None,))[0]]
            if ref is not None
        ]
        starts += [
            self.text.rfind("\n", 0, self._span(ref).start) + 1
            for speech in self.document.speeches
            for ref in (speech.title, speech.organization, speech.speaker)
            if ref is not None
        ]
        return min((start for start in starts if start >= marker.end), default=len(self.text))

    # Records

    def _records(self, start: int, end: int, speech: str) -> Iterator[str]:
        cursors: dict[str, int] = {}
        for span, record in self.records:
            if not start <= span.start < end or record.speech != speech:
                continue
            key = record.type[0]
            layer = key if key in "mi" else "qnt"
            words = self._words(span, cursors.get(layer, start), end).replace(" ", "_")
            cursors[layer] = span.end if layer == "qnt" else span.start + 1
            fields = [field for field in self._fields(record, span) if field]
            yield " ".join([key, re.sub(r"\s", "_", words), *fields])

    def _fields(self, record: Record, span: Span) -> Iterator[str]:
        if isinstance(record, Quantity):
            yield from self._quantity(record, span)
        elif isinstance(record, NumeralTerm):
            yield ",".join(map(str, record.numerals))
            yield self._members(record.members, span)
        elif isinstance(record, Time):
            yield short_dates(record.start, record.end)
        elif isinstance(record, Mechanism):
            yield f"kind:{record.kind}"
            yield f"do:{record.action}" if record.action else ""
            yield f"stage:{record.stage}"
            yield self._members(record.members, span)
            yield _categories(record)
        else:
            yield from self._initiative(record, span)

    def _quantity(self, record: Quantity, span: Span) -> Iterator[str]:
        plain = plain_quantity(self.text[span.start : span.end])
        if record.value != plain.get("value"):
            yield f"={record.value or 'null'}"
        elif record.value is None and record.low is None:
            yield "=null"
        yield f"low:{record.low}" if record.low is not None else ""
        yield f"high:{record.high}" if record.high is not None else ""
        yield f"bound:{record.bound}" if record.bound != plain.get("bound", "exact") else ""
        yield f"unit:{record.unit or 'null'}" if (record.unit or "") != plain.get("unit", "") else ""
        yield f"kind:{record.kind}" if record.kind != unit_kind(record.unit or "") else ""
        yield f"of:{self._near(record.counted, span)}" if record.counted else ""
        yield f"per:{record.per}" if record.per else ""
        yield {"increase": "+", "decrease": "-"}.get(record.change or "", "")

    def _initiative(self, record: Initiative, span: Span) -> Iterator[str]:
        texts = {one.id: one.ref.text for one in self.document.records}
        yield f"do:{record.action}"
        yield f"object:{self._near(record.object, span)}" if record.object else ""
        yield f"actor:{self._near(record.actor, span)}" if record.actor else ""
        yield "time:" + "/".join(texts[name] for name in record.time) if record.time else ""
        yield f"status:{record.status}"
        yield _categories(record)

    def _members(self, members: tuple[Ref, ...], span: Span) -> str:
        return "members:" + "/".join(self._near(ref, span) for ref in members) if members else ""

    # Words that are found again

    def _span(self, ref: Ref) -> Span:
        offsets = (offset for fragment in ref.fragments for offset in range(*fragment))
        at = [self.places[offset] for offset in offsets if offset in self.places]
        if not at:
            raise DocumentError("ZX203", "stands outside the reading order", where=f"“{ref.text}”")
        return Span(at[0], at[-1] + 1)

    def _words(self, span: Span, cursor: int, end: int, *, fits: Callable[[int], bool] | None = None) -> str:
        """Return the words of `span`, with as much context before them as they need to be found."""
        line = self.text.rfind("\n", 0, span.start) + 1
        inner = self.text[span.start : span.end]
        for context in range(min(span.start - line, _LONGEST_WORDS) + 1):
            words = f"{self.text[span.start - context : span.start]}[{inner}]" if context else inner
            found = occurrences(self.text, words, cursor, end)
            if next((one for one in found if context or not fits or fits(one.start)), None) == span:
                return words
        raise DocumentError("ZX203", "cannot be told from what stands before", where=f"“{inner}”")

    def _first_words(self, span: Span, cursor: int) -> str:
        stop = self.text.find("\n", span.start, span.end)
        stop = stop if stop >= 0 else span.end
        for end in range(span.start + _FIRST_WORDS, span.start + _LONGEST_WORDS + 1, _FIRST_WORDS):
            words = self.text[span.start : min(end, stop)].rstrip()
            found = next(occurrences(self.text, words, cursor, len(self.text)), None)
            if found is not None and found.start == span.start:
                return words
        return self._words(Span(span.start, min(span.start + 1, stop)), cursor, len(self.text))

    def _near(self, ref: Ref, to: Span) -> str:
        span = self._span(ref)
        line = self.text.rfind("\n", 0, span.start) + 1
        stop = self.text.find("\n", span.end)
        stop = stop if stop >= 0 else len(self.text)
        inner = self.text[span.start : span.end]
        for context in range(_LONGEST_WORDS):
            left, right = max(line, span.start - context), min(stop, span.end + context)
            for a, b in ((left, span.end), (span.start, right), (left, right)):
                words = f"{self.text[a : span.start]}[{inner}]{self.text[span.end : b]}" if context else inner
                if "/" not in words and nearest(self.text, words, to=to, bounds=self.bounds) == span:
                    return re.sub(r"\s", "_", words)
        raise DocumentError("ZX203", "cannot be told from others of its kind", where=f"“{inner}”")


def _categories(labelled: Node | Mechanism | Initiative, before: str = "") -> str:
    names = [name for name in (labelled.category, *labelled.secondary) if name]
    return f"{before}@{','.join(names)}" if names else ""


def _walk(nodes: tuple[Node, ...], depth: int) -> Iterator[tuple[int, Node]]:
    for node in nodes:
        yield depth, node
        yield from _walk(node.children, depth + 1)


# Layout


def _layout(document: Document) -> tuple[str, list[Paragraph]]:
    """Return the ``@lines`` that a Document's reading order needs, if any, and its paragraphs."""
    pieces = source_lines(document.text)
    present = [number for number, piece in enumerate(pieces) if piece]
    groups = _groups(document, present)
    flat = [number for group in groups for number in group]
    if len(set(flat)) < len(flat):
        twice = next(number for number in flat if flat.count(number) > 1)
        raise DocumentError(
            "ZX203", "stands in two places of the reading order", where=f"{document.source.id}, line {twice}"
        )
    natural = all(len(group) == 1 for group in groups) and flat == sorted(flat)
    if natural:
        groups = [[number] for number in present]
    paragraphs = [
        Paragraph(tuple(piece for piece in (pieces[number] for number in group) if piece)) for group in groups
    ]
    return "" if natural else " ".join(_items(groups, present)), paragraphs


def _groups(document: Document, present: list[int]) -> list[list[int]]:
    pieces = source_lines(document.text)
    line_of: dict[int, int] = {}
    for number in present:
        piece = pieces[number]
        assert piece is not None
        line_of.update(dict.fromkeys(range(piece.start, piece.end), number))
    groups: list[list[int]] = []
    for ref, joins in _reading(document):
        for count, fragment in enumerate(ref.fragments):
            number = next((line_of[offset] for offset in range(*fragment) if offset in line_of), 0)
            if not number or (groups and groups[-1][-1] == number):
                continue
            if count and joins:
                groups[-1].append(number)
            else:
                groups.append([number])
    return groups


def _reading(document: Document) -> Iterator[tuple[Ref, bool]]:
    """Yield the refs of structure in reading order, and whether their fragments are one paragraph."""
    if document.title is not None:
        yield document.title, False
    for speech in document.speeches:
        inner: list[tuple[Ref, bool]] = []
        for _, node in _walk(speech.nodes, 1):
            own = (node.marker.ref if node.marker else None, node.heading, *node.body)
            inner.extend((ref, True) for ref in own if ref is not None)
        named = [ref for ref in (speech.title, speech.organization, speech.speaker) if ref is not None]
        named.sort(key=lambda ref: ref.fragments)
        last = max((ref.fragments[-1] for ref, _ in inner), default=(0, 0))
        yield from ((ref, False) for ref in named if ref.fragments[0] <= last or not inner)
        yield from inner
        yield from ((ref, False) for ref in named if ref.fragments[0] > last and inner)


def _items(groups: list[list[int]], present: list[int]) -> Iterator[str]:
    """Yield the items of ``@lines``; lines in their natural order, a paragraph each, as one range."""
    following = dict(pairwise(present))
    run: list[int] = []
    for group in [*groups, []]:
        if run and (len(group) != 1 or following.get(run[-1]) != group[0]):
            yield f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0])
            run = []
        if len(group) == 1:
            run.append(group[0])
        elif group:
            yield _item(group)


def _item(group: list[int]) -> str:
    runs: list[list[int]] = []
    for number in group:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "+".join(str(first) if first == last else f"{first}~{last}" for first, last in runs)
