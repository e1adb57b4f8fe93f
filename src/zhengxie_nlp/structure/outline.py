"""Builds the outline of a speech: its markers as a tree of nodes with headings and bodies (guideline §1).

Levels follow nesting in the text, not style. The builder keeps the series that are open, outermost first; a
marker goes on with the innermost one that it can continue, or opens a new series in the node before it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from zhengxie_nlp.lexicon.marker_frames import point_series, ranks
from zhengxie_nlp.structure.markers.find import find_markers
from zhengxie_nlp.structure.spans import MarkerSpan, NodeSpan, Note, SpeechSpan
from zhengxie_nlp.structure.speeches.line_forms import tag_end
from zhengxie_nlp.structure.speeches.line_roles import is_closing
from zhengxie_nlp.structure.sub_headings import find_sub_headings
from zhengxie_nlp.text.source_text import SourceText, Span

#: No outline goes deeper; what would is put on this level.
DEEPEST_LEVEL: Final = 12
_BLANKS: Final = " \u3000\n"
_FINAL: Final = "。！？；：，、…"
_CLOSED: Final = "。！？；：…”’）》.!?;:)"
# A quoted or bracketed stretch is passed over whole, so that a stop inside it ends nothing.
_GROUP = r"“[^”\n]{0,80}+”|《[^》\n]{0,60}+》|（[^）\n]{0,60}+）"
_SECTION_HEADING = re.compile(rf"(?>(?:[^。！？\n“《（]|{_GROUP}|[“《（])*)")
_POINT_HEADING = re.compile(rf"(?>(?:[^。！？；：\n“《（]|{_GROUP}|[“《（])*)")
#: The ranks of parts among themselves; those of other series stand in `marker_frames.tsv`.
_PARTS: Final = {"part部分": 0, "part编": 0, "part篇": 0, "part章": 1, "part节": 2}
_MIXED: Final = frozenset(("di", "order", "qi"))
_LONGEST_HEADING_LINE: Final = 60


@dataclass(slots=True, eq=False)
class _Node:
    """A node while it grows.

    Attributes:
        is_row: whether it is a sub-heading that is the first sentence of its paragraph.
        is_heading_line: whether its own paragraph is a heading and nothing else.
        total: the number of paragraphs it holds, with those of the nodes inside it.
        holds_long: whether a marked node in it has paragraphs of body beside its first.
    """

    marker: MarkerSpan | None
    heading: Span | None
    parent: _Node | None
    body: list[Span] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)
    paragraphs: int = 0
    depth: int = 0
    is_row: bool = False
    is_heading_line: bool = False
    total: int = 0
    holds_long: bool = False

    @property
    def level(self) -> int:
        """One more than the number of marked nodes around it."""
        return self.depth + 1


@dataclass(slots=True, eq=False)
class _Series:
    """An open series: its style, its last ordinal, and the node it numbers last."""

    key: str
    glyph: str
    last: int
    node: _Node
    inline: bool


@dataclass(slots=True)
class _Builder:
    """The outline while it grows.

    Attributes:
        root: holds the outermost nodes.
        open: the open series, outermost first.
        current: the node that takes the next characters.
        upcoming: for each style, where its markers at the start of paragraphs stand, and their ordinals.
        nested: pairs of styles (outer, inner) that this speech has shown.
        ended: the last ordinal of each series that has ended: articles number on through all chapters.
    """

    text: str
    upcoming: dict[str, tuple[list[int], list[int]]]
    root: _Node = field(default_factory=lambda: _Node(None, None, None))
    open: list[_Series] = field(default_factory=list)
    current: _Node | None = None
    nested: set[tuple[str, str]] = field(default_factory=set)
    ended: dict[str, int] = field(default_factory=dict)
    deepened: bool = False
    notes: list[Note] = field(default_factory=list)


def find_outline(text: SourceText, *, speech: SpeechSpan) -> tuple[tuple[NodeSpan, ...], list[Note]]:
    """Build the outline of one speech.

    What counts: each marker opens a node; unmarked text before, between and after series, and an unnumbered
    sub-heading, are nodes without marker. What does not: the lines that name the speech, and the name or
    agency's tag that opens a paragraph.

    Args:
        text: the clean text, in reading order.
        speech: the speech, as `find_speeches` gives it.

    Returns:
        The outermost nodes in reading order, with ids like ``"s1.2.3"`` by position; and the notes
        ``missing_ordinal``, ``repeated_ordinal`` and ``ordinal_order`` about its numbering.
    """
    if not speech.paragraphs:
        return (), []
    spans = [text.spans[index] for index in speech.paragraphs]
    first, last = spans[0].start, spans[-1].end
    markers = find_markers(text.text, start=first, end=last)
    builder = _Builder(text.text, _upcoming(text.text, markers))
    starts = [marker.span.start for marker in markers]
    headings = find_sub_headings(text.text, spans=spans, starts=starts)
    label = speech.text_start
    for place, span in enumerate(spans):
        if place == 0 and label is not None:
            span = Span(label, span.end)
        inside = markers[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        following = starts[bisect_left(starts, span.end) : bisect_left(starts, span.end) + 1]
        _add_paragraph(
            builder, span, inside, heading=headings.get(place), ahead=following[0] if following else None
        )
    return tuple(_freeze(builder.root, speech.id)), builder.notes


def _upcoming(text: str, markers: Sequence[MarkerSpan]) -> dict[str, tuple[list[int], list[int]]]:
    found: dict[str, tuple[list[int], list[int]]] = {}
    for marker in markers:
        if marker.span.start == 0 or text[marker.span.start - 1] == "\n":
            places, ordinals = found.setdefault(marker.series, ([], []))
            places.append(marker.span.start)
            ordinals.append(marker.ordinal)
    return found


@cache
def _ranks() -> dict[str, int]:
    """Return the rank of each series of sections: the lower, the further outside."""
    return {**ranks(), **_PARTS}


@cache
def _points() -> frozenset[str]:
    return point_series() | {"order", "sides"}


def _add_paragraph(
    builder: _Builder, span: Span, markers: Sequence[MarkerSpan], *, heading: Span | None, ahead: int | None
) -> None:
    """Add one paragraph: what stands before its first marker, then each marker with its text."""
    start = span.start + tag_end(builder.text[span.start : min(span.end, span.start + 100)])
    opens = bool(markers) and markers[0].span.start == start
    _close_inline(builder, markers[0] if opens else None)
    if not opens:
        # An agency's tag (本报云浦7月28日电) is text of the speech; what is behind it tells of an outline.
        end = markers[0].span.start if markers else span.end
        _add_unmarked(builder, Span(span.start, end), heading, ahead)
    for place, marker in enumerate(markers):
        end = markers[place + 1].span.start if place + 1 < len(markers) else span.end
        leading = opens and place == 0
        _add_marked(builder, marker, end, leading=leading)


def _close_inline(builder: _Builder, marker: MarkerSpan | None) -> None:
    """End the series that ran inside the paragraph before, unless `marker` goes on with one."""
    while builder.open and builder.open[-1].inline:
        series = builder.open[-1]
        if marker is not None and series.key == marker.series and marker.ordinal == series.last + 1:
            outer = [other for other in builder.open if not other.inline]
            if not any(other.key == series.key and other.last + 1 == marker.ordinal for other in outer):
                return
        builder.open.pop()
        builder.current = builder.open[-1].node if builder.open else _outer_unmarked(builder)


def _outer_unmarked(builder: _Builder) -> _Node | None:
    """Return the sub-heading at the end of the outline, if the text stands under one."""
    last = builder.root.children[-1] if builder.root.children else None
    return last if last is not None and last.marker is None else None


def _add_unmarked(builder: _Builder, span: Span, heading: Span | None, ahead: int | None) -> None:
    """Add text without marker: to the node it belongs to, or as a node of its own."""
    stretch = _trimmed(builder.text, span)
    if stretch is None:
        return
    if heading is not None:
        _open_sub_heading(builder, stretch, heading)
        return
    node = builder.current
    if node is not None and not _is_open_ended(builder.text, node):
        if node.marker is not None:
            node = _place_unmarked(builder, node, stretch, ahead)
        elif node.is_row:
            node = _new(builder, node.parent)
        elif node.children:
            node = _new(builder, node)
    if node is None:
        node = _new(builder, builder.open[-1].node if builder.open else builder.root)
    node.body.append(stretch)
    _count(node)
    builder.current = node


def _count(node: _Node) -> None:
    """Count one more paragraph for a node, and for those that hold it."""
    node.paragraphs += 1
    if node.parent is not None and node.marker is not None and node.paragraphs > 1:
        node.parent.holds_long = True
    outer: _Node | None = node
    while outer is not None:
        outer.total += 1
        outer = outer.parent


def _is_open_ended(text: str, node: _Node) -> bool:
    """Say whether a node's body stops in mid-sentence, so that what follows can only go on with it."""
    return bool(node.body) and not node.children and text[node.body[-1].end - 1] not in _CLOSED


def _new(builder: _Builder, parent: _Node | None, *, heading: Span | None = None) -> _Node:
    home = parent or builder.root
    depth = home.depth + (home.marker is not None)
    node = _Node(None, heading, home, depth=depth)
    home.children.append(node)
    return node


def _open_sub_heading(builder: _Builder, stretch: Span, heading: Span) -> None:
    """Open a node for an unnumbered sub-heading: beside the one before it, or inside the open section."""
    is_row = heading.end < stretch.end
    node = builder.current
    while node is not None and not (
        node.marker is None and node.heading is not None and node.is_row == is_row
    ):
        node = node.parent
    if node is not None and node.parent is not None:
        home = node.parent
        holders = set()
        outer: _Node | None = home
        while outer is not None:
            holders.add(id(outer))
            outer = outer.parent
        builder.open = [series for series in builder.open if id(series.node) in holders]
    else:
        while builder.open and (builder.open[-1].inline or builder.open[-1].key not in _ranks()):
            builder.open.pop()
        home = builder.open[-1].node if builder.open else builder.root
    node = _new(builder, home, heading=heading)
    rest = _trimmed(builder.text, Span(heading.end, stretch.end), leading=_FINAL)
    if rest is not None:
        node.body.append(rest)
    node.is_row = is_row
    _count(node)
    builder.current = node


def _place_unmarked(builder: _Builder, node: _Node, stretch: Span, ahead: int | None) -> _Node:
    """Find or make the node that takes a new unmarked paragraph after a marked one.

    It is the marked node's own body where the series goes on after it, and under a heading line; after the
    last point of a series it is a node beside the points. Closing words stand on the outermost level, and
    what stands before a gap in the numbering with the section that is lost.
    """
    if node.is_heading_line and not node.body and not node.children:
        return node
    following = _continues(builder, ahead)
    if ahead is None and _is_closing_part(builder, node, stretch):
        del builder.open[:]
        return _new(builder, builder.root)
    if following is not None and _is_gap(builder, following, ahead):
        outer = builder.open[following].node
        if outer is not node or node.paragraphs > 1:
            del builder.open[following + 1 :]
            return _new(builder, outer.parent)
    goes_on = following is not None and builder.open[following].node is node
    if goes_on or node.is_heading_line or (node.parent and node.parent.holds_long):
        return _new(builder, node) if node.children else node
    builder.open.pop()
    return _new(builder, node.parent)


def _is_closing_part(builder: _Builder, node: _Node, stretch: Span) -> bool:
    """Say whether a paragraph after the last marker closes the speech: by its words, or by one too many."""
    if is_closing(builder.text[stretch.start : stretch.start + 12]):
        return True
    outer = builder.open[0].node if builder.open else node
    siblings = [other for other in outer.parent.children if other.marker] if outer.parent else []
    counts = {other.total for other in siblings[:-1]}
    return len(siblings) > 2 and counts == {outer.total}


def _is_gap(builder: _Builder, index: int, ahead: int | None) -> bool:
    series = builder.open[index]
    places, ordinals = builder.upcoming.get(series.key, ([], []))
    at = bisect_left(places, ahead if ahead is not None else -1)
    return ahead is not None and at < len(places) and ordinals[at] > series.last + 1


def _continues(builder: _Builder, ahead: int | None) -> int | None:
    """Return the index of the open series that the next marker, at the start of a paragraph, goes on with."""
    if ahead is None:
        return None
    for index in range(len(builder.open) - 1, -1, -1):
        places, ordinals = builder.upcoming.get(builder.open[index].key, ([], []))
        at = bisect_left(places, ahead)
        if at < len(places) and places[at] == ahead and ordinals[at] > builder.open[index].last:
            return index
    return None


def _add_marked(builder: _Builder, marker: MarkerSpan, end: int, *, leading: bool) -> None:
    """Add a marker with the text up to `end`."""
    key = marker.series
    glyph = builder.text[marker.span.end - 1]
    index = _find_series(builder, key, glyph, marker, leading=leading)
    if index is not None:
        series = builder.open[index]
        del builder.open[index + 1 :]
        _check_order(builder, series, marker)
        parent = series.node.parent
    else:
        before = {other.key: other.last for other in builder.open}
        parent = _parent_of_new(builder, key, marker, leading=leading)
        _deepen_what_precedes(builder, key, marker, leading=leading)
        goes_on = builder.ended.get(key, before.get(key, 0)) + 1 == marker.ordinal
        if marker.ordinal > 1 and not goes_on:
            _report(builder, marker, "missing_ordinal", f"The series begins with {marker.ordinal}.")
        if builder.open:
            builder.nested.add((builder.open[-1].key, key))
        series = _Series(key, glyph, 0, builder.root, not leading)
        builder.open.append(series)
    home = parent or builder.root
    node = _Node(marker, None, home, depth=home.depth + (home.marker is not None))
    home.children.append(node)
    series.node, series.last, series.inline = node, marker.ordinal, not leading
    builder.ended[key] = marker.ordinal
    _fill(builder, node, marker, end)
    if leading:
        _count(node)
        ends = end >= len(builder.text) or builder.text[end] == "\n"
        is_short = end - marker.span.start <= _LONGEST_HEADING_LINE and (
            marker.kind == "section" or builder.text[end - 1] not in _CLOSED
        )
        node.is_heading_line = ends and is_short and not node.body
    builder.current = node


def _deepen_what_precedes(builder: _Builder, key: str, marker: MarkerSpan, *, leading: bool) -> None:
    """Put what stands before on the next level, if it belongs to a section whose heading is lost.

    A text that begins amid 五、 shows （十六） … （二十） and then 六、: the former are of the second level.
    """
    rank = _ranks().get(key)
    if rank is None or not leading or marker.ordinal < 2 or builder.open or builder.deepened:
        return
    first = next((node.marker for node in builder.root.children if node.marker is not None), None)
    if first is None or first.series == key or _ranks().get(first.series, rank) <= rank:
        return
    builder.deepened = True
    waiting = list(builder.root.children)
    for node in waiting:
        node.depth += 1
        waiting.extend(node.children)


def _find_series(builder: _Builder, key: str, glyph: str, marker: MarkerSpan, *, leading: bool) -> int | None:
    """Find the open series that a marker goes on with: the next number first, then a later one."""
    if marker.ordinal == 1:
        return None
    same = [index for index in range(len(builder.open) - 1, -1, -1) if builder.open[index].key == key]
    if not same and key in _MIXED:
        # 首先……第二……第三……最后 is one series.
        same = [index for index in range(len(builder.open) - 1, -1, -1) if builder.open[index].key in _MIXED]
    if leading:
        same.sort(key=lambda index: builder.open[index].inline)
    last = {index: builder.open[index].last for index in same}
    exact = [index for index in same if last[index] + 1 == marker.ordinal]
    exact.sort(key=lambda index: builder.open[index].glyph != glyph)
    later = [index for index in same if last[index] < marker.ordinal]
    equal = [index for index in same if last[index] == marker.ordinal]
    return next(iter((*exact, *later, *equal, *same)), None)


def _parent_of_new(builder: _Builder, key: str, marker: MarkerSpan, *, leading: bool) -> _Node | None:
    """Find the node in which a new series opens, and close the series that end before it."""
    restarted = next(
        (
            index
            for index in range(len(builder.open) - 1, -1, -1)
            if builder.open[index].key == key and (leading or builder.open[index].inline)
        ),
        None,
    )
    if restarted is not None:
        parent = builder.open[restarted].node.parent
        del builder.open[restarted:]
        return parent
    while leading and builder.open and _ends_before(builder, builder.open[-1], key, marker):
        series = builder.open.pop()
        builder.current = series.node.parent
    if builder.open and len(builder.open) >= DEEPEST_LEVEL:
        return builder.open.pop().node.parent
    if builder.open and builder.current is not None and builder.current.marker is None:
        return _under(builder.current)
    return builder.open[-1].node if builder.open else _under(builder.current)


def _under(node: _Node | None) -> _Node | None:
    """Return the node that holds a series after unmarked text: its sub-heading, or what holds the text."""
    return node if node is None or node.heading is not None or node.parent is None else node.parent


def _ends_before(builder: _Builder, series: _Series, key: str, marker: MarkerSpan) -> bool:
    """Say whether an open series of a lower kind ends before a new one of a higher kind (1. 2. before 一、).

    It does, unless the text shows the reverse: the lower kind goes on after the new series.
    """
    rank, other = _ranks().get(key), _ranks().get(series.key)
    if rank is None or (series.key, key) in builder.nested:
        return False
    if other is None:
        places, ordinals = builder.upcoming.get(series.key, ([], []))
        at = bisect_right(places, marker.span.start)
        goes_on = at < len(places) and ordinals[at] == series.last + 1
        return not goes_on and rank <= _ranks()["han_paren"] and series.key in _points()
    if rank >= other:
        return False
    if marker.ordinal > 1:
        # The section before is lost, or its points number on through all sections.
        return True
    places, ordinals = builder.upcoming.get(series.key, ([], []))
    at = bisect_right(places, marker.span.start)
    return at >= len(places) or ordinals[at] != series.last + 1


def _check_order(builder: _Builder, series: _Series, marker: MarkerSpan) -> None:
    step = marker.ordinal - series.last
    if step > 1:
        message = f"{series.last} is followed by {marker.ordinal}."
        _report(builder, marker, "missing_ordinal", message)
    elif step == 0:
        _report(builder, marker, "repeated_ordinal", f"{marker.ordinal} stands twice.")
    elif step < 0:
        _report(builder, marker, "ordinal_order", f"{series.last} is followed by {marker.ordinal}.")


def _report(builder: _Builder, marker: MarkerSpan, code: str, message: str) -> None:
    quoted = builder.text[slice(*marker.span)]
    builder.notes.append(Note(code, "warning", f"At “{quoted}”: {message}", marker.span))


def _fill(builder: _Builder, node: _Node, marker: MarkerSpan, end: int) -> None:
    """Cut the text after a marker into heading and body."""
    whole = _trimmed(builder.text, Span(marker.span.end, end), leading=_FINAL)
    if whole is None:
        return
    if marker.series.endswith("条"):
        node.body.append(whole)
        return
    form = _SECTION_HEADING if marker.kind == "section" else _POINT_HEADING
    match = form.match(builder.text, whole.start, whole.end)
    stop = match.end() if match else whole.end
    node.heading = _trimmed(builder.text, Span(whole.start, stop), trailing=_FINAL)
    rest = _trimmed(builder.text, Span(stop + 1, whole.end), leading="”’")
    if stop < whole.end and rest is not None:
        node.body.append(rest)


def _trimmed(text: str, span: Span, *, leading: str = "", trailing: str = "") -> Span | None:
    start, end = span
    first, last = _BLANKS + leading, _BLANKS + trailing
    while start < end and text[start] in first:
        start += 1
    while start < end and text[end - 1] in last:
        end -= 1
    return Span(start, end) if start < end else None


def _freeze(root: _Node, prefix: str) -> list[NodeSpan]:
    """Turn the grown nodes into spans, children first; no recursion, so that depth costs no stack."""
    done: dict[int, list[NodeSpan]] = {}
    names: dict[int, str] = {id(root): prefix}
    order: list[_Node] = [root]
    for node in order:
        for number, child in enumerate(node.children, start=1):
            names[id(child)] = f"{names[id(node)]}.{number}"
            order.append(child)
    for node in reversed(order):
        children = tuple(done.pop(id(child))[0] for child in node.children)
        if node is root:
            return list(children)
        done[id(node)] = [
            NodeSpan(names[id(node)], node.level, node.marker, node.heading, tuple(node.body), children)
        ]
    return []
