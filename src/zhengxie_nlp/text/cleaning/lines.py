"""The physical lines of a source, and which of them belong to the page and not to the text.

Page numbers, running heads and decoration are left out; what stays is a list of `Line`, each with what
the wrapping and the paragraphs are read from: its indent, its width, how it ends, what stands before it.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Literal

from zhengxie_nlp.lexicon.marker_frames import opening
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.source_text import Dropped, Piece

Ending = Literal["stop", "pause", "open"]
Reason = Literal["page_number", "running_head", "rule", "invisible"]

#: Characters that show nothing: control characters, zero-width ones, marks of direction, soft hyphens.
INVISIBLE: Final = (
    "\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_INVISIBLE_RUN: Final = re.compile(f"[{INVISIBLE}]++")
# \r\r\n is one break, written by programs that translate line ends twice.
_LINE: Final = re.compile(r"([^\n\r\x0b\x0c\x85\u2028\u2029]*+)(\r{0,2}\n|[\r\x0b\x0c\x85\u2028\u2029]|\Z)")
_INDENT: Final = re.compile(f"[ {INVISIBLE}]*+")
_TRAILER: Final = re.compile(f"[ {INVISIBLE}]++\\Z")
_STOP: Final = re.compile(
    r"(?:[。！？!?…]|(?<=[\u4e00-\u9fff”\"）)])\.)[”’」』）)》\"']{0,3}(?:（[^（）]{0,40}）)?$"
)
_PAUSE: Final = re.compile(r"[；：;:][”’\"]?$")
_INNER: Final = re.compile(r"[，。；,;！？]")
_DIGITS: Final = re.compile(r"[\d\s]+")
_NUMBER: Final = re.compile(r"\d+")

#: A running head is no longer than this, and a page at least this many lines long.
_HEAD_LENGTH: Final = 40
_PAGE_LINES: Final = 10
#: A page has this many running heads and feet, at most, between its number and its text.
_HEADS_A_PAGE: Final = 2
_TAIL: Final = 48


@dataclass
class Line:
    """A physical line that is not blank.

    Attributes:
        start: the source offset of its first visible character.
        end: the source offset after its last visible character.
        text: its folded characters, without invisible ones.
        number: its place among all physical lines.
        indent: the white space before it, in characters; a tab counts four.
        columns: the same in display columns.
        width: its display width with the indent: two columns for a full-width character.
        length: its length with the indent, in characters.
        blank_before: how many blank lines stand before it.
        page_break: whether a form feed or something of the page stands before it.
    """

    start: int
    end: int
    text: str
    number: int
    indent: int
    columns: int
    width: int
    length: int
    blank_before: int
    page_break: bool

    @cached_property
    def ending(self) -> Ending:
        """Whether the line ends a sentence, a clause with ；or ：, or neither."""
        tail = self.text[-_TAIL:]
        if _STOP.search(tail):
            return "stop"
        return "pause" if _PAUSE.search(tail) else "open"

    @cached_property
    def running(self) -> bool:
        """Whether it looks like running text: it has inner punctuation or is long."""
        return len(self.text) >= 30 or self.punctuated

    @cached_property
    def punctuated(self) -> bool:
        """Whether it has punctuation that parts clauses or sentences."""
        return _INNER.search(self.text) is not None

    @cached_property
    def section(self) -> bool:
        """Whether it starts with a marker that stands at the start of a line."""
        if matcher("no_section").match(self.text):
            return False
        return (opening("section").match(self.text) or matcher("section").match(self.text)) is not None

    @cached_property
    def point(self) -> bool:
        """Whether it starts with a marker of a point, or a speaker and a colon."""
        return (opening("point").match(self.text) or matcher("point").match(self.text)) is not None


@cache
def matcher(use: str) -> re.Pattern[str]:
    """Return the pattern of all rows of `layout.tsv` with this use."""
    rows = [row["pattern"] for row in read_table("layout.tsv") if row["use"] == use]
    return re.compile("|".join(f"(?:{pattern})" for pattern in rows))


def display_width(text: str) -> int:
    """Return the columns a text takes: one for an ASCII character, two for any other.

    Example:
        >>> display_width("学习40次")
        8
    """
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


def invisible_runs(source: str) -> list[Piece]:
    """Return the runs of characters that show nothing, in order."""
    return [Piece(*match.span()) for match in _INVISIBLE_RUN.finditer(source)]


def read_lines(source: str, folded: str) -> tuple[list[Line], list[Dropped]]:
    """Return the lines of text in a source, and what of the page was left out between them.

    Args:
        source: the decoded source.
        folded: the same, folded by `folding.fold_characters`.

    Returns:
        The lines that are not blank and belong to the text, and the page numbers, running heads and lines
        of decoration that were left out, both in source order.
    """
    lines = list(_physical(source, folded))
    reasons = _page_numbers(lines)
    reasons |= _running_heads(lines, reasons)
    kept: list[Line] = []
    dropped: list[Dropped] = []
    blank, page_break = 0, False
    for at, line in enumerate(lines):
        reason = reasons.get(at)
        if reason is not None:
            dropped.append(Dropped(Piece(line.start, line.end), reason))
            blank += line.blank_before
            page_break |= line.page_break or reason != "rule"
            # A rule parts what stands above and below it, as a blank line does.
            blank += reason == "rule"
            continue
        line.blank_before += blank
        line.page_break |= page_break
        blank, page_break = 0, False
        kept.append(line)
    return kept, dropped


def _physical(source: str, folded: str) -> Iterable[Line]:
    blank, page_break = 0, False
    hides = _INVISIBLE_RUN.search(folded) is not None
    for number, match in enumerate(_LINE.finditer(folded)):
        first, last = match.span(1)
        body = _INDENT.match(folded, first, last)
        start = body.end() if body else first
        if start == last:
            # An empty line that a form feed ends is no blank line; nor is the end of the file.
            page_break |= match[2] == "\x0c"
            blank += match[2] not in ("\x0c", "")
            continue
        content = folded[start:last]
        content = content[: len(content.rstrip(" ")) or None] if content[-1:] == " " else content
        lead = source[first:start]
        if hides:
            content, lead = _TRAILER.sub("", content), _INVISIBLE_RUN.sub("", lead)
        shown = source[start : start + len(content)]
        lead = lead.replace("\t", "    ")
        columns = display_width(lead)
        text = _INVISIBLE_RUN.sub("", content) if hides else content
        yield Line(
            start, start + len(content), text, number, len(lead), columns,
            columns + display_width(shown), len(lead) + len(shown), blank, page_break,
        )  # fmt: skip
        blank, page_break = 0, match[2] == "\x0c"


def _page_numbers(lines: Sequence[Line]) -> dict[int, Reason]:
    reasons: dict[int, Reason] = {}
    weak: list[int] = []
    for at, line in enumerate(lines):
        if len(line.text) > 2 * _HEAD_LENGTH:
            continue
        if matcher("page_number").fullmatch(line.text):
            reasons[at] = "page_number"
        elif matcher("rule").fullmatch(line.text):
            reasons[at] = "rule"
        elif matcher("weak_page_number").fullmatch(line.text):
            weak.append(at)
    counted = [(at, _NUMBER.search(lines[at].text)) for at in weak]
    values = [(at, int(found[0])) for at, found in counted if found]
    for (at, value), (after, following) in itertools.pairwise(values):
        # A page number counts on, a page further down.
        if following == value + 1 and lines[after].number - lines[at].number >= _PAGE_LINES // 2:
            reasons[at] = reasons[after] = "page_number"
    for at, _ in values:
        if lines[at].page_break or (at + 1 < len(lines) and lines[at + 1].page_break):
            reasons[at] = "page_number"
    return reasons


def _running_heads(lines: Sequence[Line], reasons: dict[int, Reason]) -> dict[int, Reason]:
    places: dict[str, list[int]] = defaultdict(list)
    widest = max((line.width for line in lines), default=0)
    for at, line in enumerate(lines):
        # A line as wide as the column is a line of its text, unless blanks fill it out.
        filled = line.width >= 20 and line.width + 4 > widest and " " not in line.text
        if reasons.get(at) != "page_number" and not filled and _may_be_head(line):
            places[_DIGITS.sub("#", line.text)].append(at)
    heads: dict[int, Reason] = {}
    for _ in range(_HEADS_A_PAGE):
        beside = _beside_page_breaks(lines, reasons, heads)
        for found in places.values():
            edges = [at for at in found if at in beside or at in heads]
            if len(edges) < 2 or not _same_but_page([lines[at].text for at in edges]):
                edges = found if _regular(lines, found) else []
            # The first line of a file is its title, even where the pages repeat it.
            heads.update(dict.fromkeys((at for at in edges if at), "running_head"))
    return heads


def _beside_page_breaks(
    lines: Sequence[Line], reasons: dict[int, Reason], heads: dict[int, Reason]
) -> set[int]:
    """Return the lines that stand first or last on a page, but for its number and the heads found."""
    beside: set[int] = set()
    before, broken = -1, False
    for at, line in enumerate(lines):
        page_number = reasons.get(at) == "page_number"
        broken |= line.page_break or page_number
        if page_number or at in heads:
            # A head found may stand above or below the break: what comes after it is beside the break too.
            broken |= at in heads
            continue
        if broken:
            beside.update((before, at))
        before, broken = at, False
    if broken:
        beside.add(before)
    return beside


def _may_be_head(line: Line) -> bool:
    short = len(line.text) <= _HEAD_LENGTH and not line.punctuated
    return short and line.ending == "open" and not line.section and not line.point


def _same_but_page(texts: Sequence[str]) -> bool:
    """Tell whether lines that are the same but for digits differ in one number at most, which rises."""
    slots = zip(*([int(number) for number in _NUMBER.findall(text)[:9]] for text in texts), strict=False)
    varying = [slot for slot in slots if len(set(slot)) > 1]
    return not varying or (len(varying) == 1 and list(varying[0]) == sorted(set(varying[0])))


def _regular(lines: Sequence[Line], places: Sequence[int]) -> bool:
    """Tell whether a line comes again page by page: evenly spaced, and cutting a sentence at least once."""
    if len(places) < 3:
        return False
    gaps = [lines[b].number - lines[a].number for a, b in itertools.pairwise(places)]
    even = max(gaps) - min(gaps) <= max(1, min(gaps) // 10) and min(gaps) >= _PAGE_LINES
    return even and any(at and lines[at - 1].ending == "open" and lines[at - 1].running for at in places)
