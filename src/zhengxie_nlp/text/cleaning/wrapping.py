"""Which line breaks are only the page's: lines that were wrapped, or cut in mid-sentence.

A break is one of three things. In a wrapped text, where many lines are of one width, a full line goes on
in the next. In a text whose paragraphs are indented, or parted by blank lines, a line that is neither goes
on from the one before. Elsewhere two lines belong together only if the joint itself says so: a number and
its unit, a mark that cannot start a line, a quotation mark that closes in the next. A title or a heading on
a line of its own is never run on.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from zhengxie_nlp.text.cleaning.lines import Line, display_width, matcher
from zhengxie_nlp.text.segmenters.words import cut

#: The narrowest column that counts as one, in display columns: a line of ten Chinese characters.
_NARROWEST: Final = 20
#: How much shorter a full line may be, in display columns: a mark or a word that may not be cut.
_SLACK: Final = 4
#: Only so many lines further the end of a sentence is looked for.
_LOOK_AHEAD: Final = 12
#: A heading with inner punctuation is shorter than this; a longer open line is a sentence that goes on.
_LONGEST_HEADING: Final = 45

_TOKEN: Final = re.compile(r"[A-Za-z0-9.,%]{1,24}+|[“‘（《【]?.", re.DOTALL)
_OPENER: Final = re.compile(r"[“‘（《【〔(]$")
_CLOSERS: Final = {"”": "“", "’": "‘", "）": "（", "》": "《", "】": "【", "〕": "〔"}
_BRACKET: Final = re.compile(r"[“”‘’（）《》【】〔〕]")
_LOWER: Final = re.compile(r"[a-z]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]$")
_SHORTEST_HEADLINE: Final = 6
#: A salutation, or an office and a name: the line after a title.
_NO_TITLE: Final = re.compile(r"[：:]$| \S{2,3}$| \S \S{1,2}$")
# The point of a marker (一.) that opens the line ends no sentence.
_SENTENCE: Final = re.compile(
    r"[。！？](?![”’」』）)]{0,2}$)"
    r"|(?<=[\u4e00-\u9fff])(?<!^[一二三四五六七八九十])(?<!^[一二三四五六七八九十]{2})\.(?=[\u4e00-\u9fff])"
)
#: A line with a colon that is no longer than this may be a salutation, which opens a speech.
_SALUTATION: Final = 20
#: So many full lines, and a paragraph may be taken to go on even after a sentence that fills a line.
_SURE: Final = 6
#: Where more lines than so many stop in mid-sentence, that is how the file is wrapped.
_MOST_CUTS: Final = 8
#: How far from the break brackets are matched.
_WINDOW: Final = 200
#: A number at the end of a line, with what may stand between it and its measure word.
_NUMBER_END: Final = re.compile(r"\d[多余几百千万亿]{0,3}$")
_NUMBER: Final = 4
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
#: So many characters on each side of a break are cut into words.
_WORD: Final = 8

Style = Literal["indented", "blank", "flush"]


@dataclass(frozen=True, slots=True)
class Column:
    """The column a text was wrapped in.

    Attributes:
        measure: how a line is measured, by display columns or by characters.
        width: the widest full line.
        edge: the commonest width of a full line; a mark may hang out over it.
        slack: how much shorter a full line may be.
        lines: how many full lines show it.
    """

    measure: Callable[[Line], int]
    width: int
    edge: int
    slack: int
    lines: int

    def is_full(self, line: Line, following: Line) -> bool:
        """Tell whether `line` reaches the edge, or the first word of `following` would not fit in it."""
        width = self.measure(line)
        return width >= self.width - self.slack or self._with_token(width, following) > self.width

    def is_exactly_full(self, line: Line, following: Line) -> bool:
        """Tell whether not one more character of `following` fits in `line`."""
        return self._with_token(self.measure(line), following) > self.edge

    def _with_token(self, width: int, following: Line) -> int:
        token = _TOKEN.match(following.text)
        word = token[0] if token else ""
        return width + (display_width(word) if self.measure is _by_columns else len(word))


def find_joins(lines: Sequence[Line]) -> list[bool]:
    """Return for each line whether it runs on in the next one.

    Lines that a blank line parts never do, but for the blank lines round a page number.

    Args:
        lines: the lines of a text, `lines.read_lines`.

    Returns:
        As many answers as lines; the last is always False.
    """
    view = _View(lines)
    joins: list[bool] = []
    first = 0
    for at in range(len(lines)):
        joins.append(view.runs_on(at, first=first))
        if not joins[-1]:
            first = at + 1
    return joins


def _by_columns(line: Line) -> int:
    return line.width


def _by_characters(line: Line) -> int:
    return line.length


def find_column(lines: Sequence[Line]) -> Column | None:
    """Return the column that a text was wrapped in, or None.

    It is one if several lines that stop in mid-sentence are as wide as each other, hardly any line is
    wider, and what they run on to ends as sentences do.
    """
    pairs = [
        line
        for line, following in itertools.pairwise(lines)
        if (not following.blank_before or following.page_break)
        and line.width >= _NARROWEST
        and line.ending == "open"
        and not following.section
    ]
    best: Column | None = None
    evenness = 0
    for measure, slack in ((_by_columns, _SLACK), (_by_characters, _SLACK // 2)):
        widths = Counter(measure(line) for line in pairs)
        found = _densest(widths, slack)
        if found is None:
            continue
        width, count = found
        wider = sum(measure(line) > width for line in lines)
        edge = max(range(width - slack, width + 1), key=lambda at: (widths[at], at))
        column = Column(measure, width, edge, slack, count)
        even = widths[edge]
        if even > evenness and count * 2 >= len(pairs) and wider * 8 <= count and _ends_well(lines, column):
            best, evenness = column, even
    return best


def _densest(widths: Counter[int], slack: int) -> tuple[int, int] | None:
    """Return the width below which most lines end, and how many; None if fewer than two do."""
    counts = [(sum(widths[at] for at in range(width - slack, width + 1)), width) for width in sorted(widths)]
    if not counts or max(counts)[0] < 2:
        return None
    most = max(counts)[0]
    # Of neighbours as good, the narrowest: no line reaches the wider ones.
    width = min(width for count, width in counts if count == most)
    return width, most


def _ends_well(lines: Sequence[Line], column: Column) -> bool:
    """Tell whether most chains of full lines that stop in mid-sentence lead to the end of a sentence."""
    well = badly = 0
    for at in range(len(lines) - 1):
        line, following = lines[at], lines[at + 1]
        parted = following.blank_before and not following.page_break
        if parted or line.ending != "open" or not column.is_full(line, following):
            continue
        last = at + 2 == len(lines)
        if following.ending != "open":
            well += 1
        elif last or not column.is_full(following, lines[at + 2]):
            badly += 1
    return well > badly


def find_style(lines: Sequence[Line], column: Column | None) -> Style:
    """Return what sets a new paragraph off: an indent, a blank line, or nothing but the break."""
    base = min((line.columns for line in lines), default=0)
    indented = unindented = blank = 0
    for at, line in enumerate(lines):
        if not line.running or (line.section and line.ending == "open"):
            continue
        if line.columns - base >= 2:
            indented += 1
            continue
        before = lines[at - 1] if at else None
        following = lines[at + 1] if at + 1 < len(lines) else line
        # An open line that is not full is a heading; it says nothing about how paragraphs are set.
        if before is None or (line.ending == "open" and not (column and column.is_full(line, following))):
            continue
        if line.page_break:
            continue
        if line.blank_before:
            unindented += 1
            blank += 1
        elif before.ending == "stop" and not (column and column.is_full(before, line)):
            unindented += 1
    if indented and indented >= 2 * unindented:
        return "indented"
    return "blank" if blank and blank * 3 >= unindented * 2 else "flush"


def _looks_interleaved(lines: Sequence[Line], column: Column | None, style: Style) -> bool:
    """Tell whether the file may hold several articles, cut and interleaved.

    There a sentence that stops may go on far below, and the next line may belong to somebody else: reading
    order decides, which sees the wording. One break in mid-sentence is taken for the page's.
    """
    heads = cuts = 0
    base = min((line.columns for line in lines), default=0)
    for before, line in itertools.pairwise(lines):
        full = column is not None and column.is_full(before, line)
        if before.running and line.ending == "open" and not line.running and not line.section:
            heads += 1
        if full:
            continue
        breaks_off = before.ending == "open" and before.running and not _heads(before)
        set_in = style == "indented" and before.ending == "stop" and line.running and line.columns == base
        cuts += breaks_off or set_in
    return heads >= 2 or 2 <= cuts <= _MOST_CUTS


class _View:
    """All that decides about a break: the lines, their column and the style of their paragraphs."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.column = find_column(lines)
        self.style = find_style(lines, self.column)
        self.interleaved = _looks_interleaved(lines, self.column, self.style)
        self.base = min((line.columns for line in lines), default=0)
        indents = Counter(line.columns for line in lines if self._indented(line) and line.running)
        self.paragraph_indent = max(indents, key=indents.__getitem__, default=-1)

    def _indented(self, line: Line) -> bool:
        return self.style == "indented" and line.columns - self.base >= 2

    def runs_on(self, at: int, *, first: int) -> bool:
        """Tell whether line `at` runs on in the next; `first` is the first line of its paragraph."""
        if not self._adjacent(at) or self._indented(self.lines[at + 1]):
            return False
        line, following = self.lines[at], self.lines[at + 1]
        full = self._full(line, following)
        if line.ending != "open":
            return (
                full and not following.section and self._past_a_stop(line, following) and self._ends(at + 1)
            )
        if following.section or (following.point and not full and self.style == "flush"):
            # A marker at the start of a line opens a paragraph, but for one that stands in running text.
            return self._in_text(at, first=first) and (full or self._ends(at + 1))
        punctuated = line.punctuated or (first < at and self.lines[at - 1].punctuated)
        if self.interleaved and self._is_cut_above_headline(at):
            # Under a sentence that is cut stands the headline of the next article.
            return _tail_follows(line.text, following.text)
        # After a page break stands what the page opens with, unless it leads to the end of a sentence.
        if full and (self._ends(at + 1) or (punctuated and not following.page_break)):
            return True
        if full and _goes_on_as_title(line.text, following.text):
            return True
        return _joint(line.text, following.text) or self._breaks_off(at, first=first)

    def _is_cut_above_headline(self, at: int) -> bool:
        """Tell whether line `at` is running text that does not fill its line, over a headline."""
        line = self.lines[at]
        if not line.running or not self._is_headline(at + 1):
            return False
        # A title that is wrapped fills its line.
        return self.column is None or not self.column.is_exactly_full(line, self.lines[at + 1])

    def _is_headline(self, at: int) -> bool:
        """Tell whether a line is short, stops without a mark, and no line goes on with it."""
        line = self.lines[at]
        if len(line.text) < _SHORTEST_HEADLINE or not _HAN.match(line.text[-1]) or line.ending != "open":
            return False
        if line.running or line.section or self._full_at(at) or at + 1 >= len(self.lines):
            return False
        return not _joint(line.text, self.lines[at + 1].text)

    def _in_text(self, at: int, *, first: int) -> bool:
        """Tell whether line `at` belongs to running text that cannot stop where it stops."""
        line, following = self.lines[at], self.lines[at + 1]
        if line.text[-1] in "，,、" or (line.text[-1].isdigit() and following.text[0].isdigit()):
            return True
        if self.style == "flush" or not self._full(line, following):
            return False
        return first < at or (line.running and not _heads(line))

    def _adjacent(self, at: int) -> bool:
        if at + 1 >= len(self.lines):
            return False
        following = self.lines[at + 1]
        return not following.blank_before or following.page_break

    def _full(self, line: Line, following: Line) -> bool:
        if self.column is None or not self.column.is_full(line, following):
            return False
        if self.interleaved and line.ending == "stop" and not self.column.is_exactly_full(line, following):
            # The last line of a paragraph may come near the edge, and below stand the rest of another.
            return False
        # A heading may come near the edge; it is wrapped only if nothing more would have fitted.
        return line.running or self.column.is_exactly_full(line, following)

    def _full_at(self, at: int) -> bool:
        return at + 1 < len(self.lines) and self._full(self.lines[at], self.lines[at + 1])

    def _past_a_stop(self, line: Line, following: Line) -> bool:
        """Tell whether a paragraph goes on after a full line that ends with a sentence or a clause."""
        if self.style == "indented":
            return True
        if following.page_break:
            # What a page break parts may be two paragraphs: the blank line between them is lost.
            return False
        if self.style == "blank":
            return True
        assert self.column is not None
        return (
            self.column.lines >= _SURE
            and self.column.is_exactly_full(line, following)
            and not following.point
            and following.running
        )

    def _breaks_off(self, at: int, *, first: int) -> bool:
        """Tell whether a line that is not full stops in mid-sentence and the next one goes on with it."""
        line = self.lines[at]
        heading = _heads(line)
        if self.interleaved or not (self.lines[at + 1].running or self.lines[at + 1].ending != "open"):
            # Below may stand another article, or a headline.
            return False
        if self.style == "indented":
            head = self.lines[first]
            body = head.columns == self.paragraph_indent and (first < at or not heading)
        else:
            following = self.lines[at + 1]
            long = len(line.text) > (_LONGEST_HEADING if self.style == "flush" else _LONGEST_HEADING // 2)
            body = (
                line.text[-1] in "，,"
                or _SENTENCE.search(line.text) is not None
                or (not heading and long and line.punctuated)
                or (following.page_break and line.running and not heading)
            )
        return body and self._ends(at + 1)

    def _ends(self, at: int) -> bool:
        """Tell whether the line at `at` ends a sentence, itself or in the lines right after it."""
        for place in range(at, min(at + _LOOK_AHEAD, len(self.lines))):
            line = self.lines[place]
            if place > at and (not self._adjacent(place - 1) or self._indented(line) or line.section):
                return False
            if line.ending == "stop" or line.text[-1] in "；;":
                return True
            if self.column and line.ending == "open" and not self._full_at(place):
                return False
            if line.ending == "pause":
                return len(line.text) > _SALUTATION or (place > at and self._full_at(place - 1))
        return False


def _heads(line: Line) -> bool:
    return line.section and not _SENTENCE.search(line.text)


def _goes_on_as_title(left: str, right: str) -> bool:
    """Tell whether the second of two full lines without a sentence can be the rest of a wrapped title."""
    return (left[-1] not in "）)”】》" or right[0] in "和与及的等") and not _NO_TITLE.search(right)


def _joint(left: str, right: str) -> bool:
    """Tell whether two lines cannot but belong together: what stands on both sides of the break says so."""
    if _tail_follows(left, right) or _OPENER.search(left) or left[-1] == "、":
        return True
    if _NUMBER_END.search(left[-_NUMBER:]) and matcher("unit").match(right):
        return True
    if _LATIN_WORD.search(left) and _LOWER.match(right):
        return True
    closing = _BRACKET.search(right[:_WINDOW])
    if closing and closing[0] in _CLOSERS:
        opener = _CLOSERS[closing[0]]
        return left.rfind(opener, -_WINDOW) > left.rfind(closing[0], -_WINDOW)
    if left.count('"') % 2 == 1 and right.count('"') % 2 == 1:
        return True
    return _inside_a_word(left, right)


def _tail_follows(left: str, right: str) -> bool:
    """Tell whether a line starts with what can start none: a mark, or the rest of a bracket."""
    return bool(left) and matcher("tail").match(right) is not None


def _inside_a_word(left: str, right: str) -> bool:
    """Tell whether a break in running text cuts a word, as in 全市政协系统开展调|研活动.

    Only clauses count, which a headline seldom is: the first line has a comma, the second ends a sentence.
    """
    if "，" not in left.replace(",", "，") or right[-1] not in "。！？；":
        return False
    before, after = left[-_WORD:], right[:_WORD]
    if not (_HAN.match(before[-1]) and _HAN.match(after[0])):
        return False
    at = len(before)
    return any(word.start < at < word.end for word in cut(before + after, 0, at + len(after)))
