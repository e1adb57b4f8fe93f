"""Reads what each line of a text could be by its form alone: a name, a short line, a note, body (§1)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.structure.markers.find import find_markers
from zhengxie_nlp.structure.markers.forms import is_rare_form, leading_marker
from zhengxie_nlp.structure.spans import moved
from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.structure.speeches.heads import Head, read_head
from zhengxie_nlp.structure.speeches.labels import Label, read_label
from zhengxie_nlp.structure.speeches.names import (
    LONGEST_NAME_LINE,
    Who,
    read_attribution,
    read_post,
    read_who,
)
from zhengxie_nlp.text.source_text import SourceText, Span

Form = Literal["note", "credit", "dateline", "kicker", "dash", "who", "short", "long", "marked", "body"]

_LONGEST_TITLE: Final = 80
_MOST_COMMAS: Final = 3
_LONGEST_NOTE: Final = 160
_LONGEST_CONTENTS: Final = 300
_FEWEST_HEADS: Final = 3
_LONGEST_RARE: Final = 30
_OPEN: Final = "，、：—"
_INNER_STOP = re.compile(r"[。；]|[！？](?!$)")
_ENTRY = re.compile(r"[^。；！？]{2,70}?(?:[ \u3000]|…{1,40}|[.·—-]{3,80})[ （(]{0,2}[0-9]{1,4}[）)]?$")
_QUOTED_LINE = re.compile(r"> ?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its form alone, before its neighbours are looked at.

    Attributes:
        who: whom it names, in offsets into the line.
        label: the label of a turn that it opens with, if any.
        head: headline and name, where it holds both.
    """

    span: Span
    text: str
    form: Form
    who: Who | None = None
    label: Label | None = None
    head: Head | None = None


@cache
def line_form(role: str) -> re.Pattern[str]:
    """Return the pattern of one role of `line_forms.tsv`, to be matched at the start of a line."""
    patterns = [row["pattern"] for row in read_table("line_forms.tsv") if row["role"] == role]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)")


def tag_end(line: str) -> int:
    """Return where a paragraph's own text begins, after an agency's tag.

    Example:
        >>> tag_end("本报云浦7月28日电（记者林嘉禾）7月28日，市委召开会议。"), tag_end("问：怎么办？")
        (17, 0)
    """
    tag = line_form("tag").match(line)
    if tag is None:
        return 0
    return tag.end() + len(line[tag.end() :]) - len(line[tag.end() :].lstrip(" \u3000"))


def read_lines(text: SourceText) -> list[Line]:
    """Read the form of each paragraph of a text; tables of contents and running heads are notes."""
    lines = [read_line(text.text, span) for span in text.spans]
    lines = _without_contents(_with_rare_markers(text, lines))
    return _without_running_heads(text, _with_organizations(lines))


def _with_rare_markers(text: SourceText, lines: list[Line]) -> list[Line]:
    """Let lines be marked whose form a series makes a marker: the first of them is no part of a headline."""
    rare = [
        index
        for index, line in enumerate(lines)
        if line.form in ("short", "long", "body") and is_rare_form(line.text[:_LONGEST_RARE])
    ]
    if len(rare) > 1:
        starts = {marker.span.start for marker in find_markers(text.text)}
        for index in rare:
            if lines[index].span.start in starts:
                lines[index] = Line(lines[index].span, lines[index].text, "marked")
    return lines


def read_line(text: str, span: Span) -> Line:
    """Read the form of one paragraph."""
    line = text[span.start : span.end]
    if leading_marker(line) is not None:
        return Line(span, line, "marked")
    if len(line) == 1:
        return Line(span, line, plain_form(line))
    if len(line) <= _LONGEST_NOTE or line.startswith("编者"):
        for form in ("note", "credit", "dateline"):
            if line_form(form).match(line):
                return Line(span, line, form, label=read_label(line) if form == "note" else None)
        if line[-1] not in "。！？" and line_form("meta").match(line):
            return Line(span, line, "note", label=read_label(line))
    if line.endswith("——"):
        who = read_who(line.rstrip("—"), told=True)
        is_name = who is not None and who.speaker is not None
        return Line(span, line, "who", who) if is_name else Line(span, line, "kicker")
    if line.startswith("—") and line[-1] not in "。；：" and "。" not in line and leading_dash(line):
        who = read_who(line)
        return Line(span, line, "who", who) if who else Line(span, line, "dash", read_attribution(line))
    named = _name_line(span, line)
    if named is not None:
        return named
    if line[0] == "（" and line[-1] == "）" and len(line) <= _LONGEST_NOTE:
        return Line(span, line, "note", read_post(line))
    form = plain_form(line)
    return Line(span, line, form, label=read_label(line), head=read_head(line) if form == "short" else None)


def leading_dash(line: str) -> bool:
    """Say whether a line opens with a dash; 「—、主要工作」 is a misread 一."""
    return line[1:2] != "、"


def _name_line(span: Span, line: str) -> Line | None:
    """Read a line that does nothing but name who speaks."""
    if len(line) > LONGEST_NAME_LINE:
        return None
    paper = speech_pattern("paper").match(line)
    if paper is not None:
        inner = read_who(paper["who"])
        if inner is not None and inner.speaker is not None:
            shift = paper.start("who")
            who = Who(moved(inner.organization, shift), moved(inner.speaker, shift))
            return Line(span, line, "who", who)
        return Line(span, line, "note")
    named = read_who(line)
    if named is None:
        return None
    if line.endswith("：") and named.speaker is None:
        return Line(span, line, "body", named, label=read_label(line))
    return Line(span, line, "who", named, label=read_label(line) if line.endswith("：") else None)


def plain_form(line: str) -> Literal["short", "long", "body"]:
    """Say whether a line is short, as headlines and headings are, long without an end, or running text."""
    if _INNER_STOP.search(line) or line[-1] in "。；：" or (line[-1] in "！？…" and len(line) > 30):
        return "body"
    if line[-1] in _OPEN or line.count("，") >= _MOST_COMMAS or line[0] in "”’）》，。、；：":
        return "long"
    return "short" if len(line) <= _LONGEST_TITLE else "long"


def _with_organizations(lines: list[Line]) -> list[Line]:
    """Let organisations before a colon be names, if there are two: one alone is whom a letter addresses."""
    named = [
        index for index, line in enumerate(lines)
        if line.form == "body" and line.who is not None and "、" not in line.text
    ]  # fmt: skip
    if len({lines[index].text for index in named}) > 1:
        for index in named:
            lines[index] = replace(lines[index], form="who", label=None)
    return lines


def _without_contents(lines: list[Line]) -> list[Line]:
    """Make notes of a table of contents: 目录, and the lines after it that end in a page or come again."""
    start = next(
        (index for index, line in enumerate(lines[:60]) if speech_pattern("contents").fullmatch(line.text)),
        None,
    )
    if start is None:
        return lines
    later = Counter(_bare(line.text) for line in lines[start + 1 :])
    lines[start] = Line(lines[start].span, lines[start].text, "note")
    seen: set[str] = set()
    for index in range(start + 1, min(start + _LONGEST_CONTENTS, len(lines))):
        line = lines[index]
        bare = _bare(line.text)
        comes_again = later[bare] > 1 and bare not in seen and len(line.text) <= _LONGEST_TITLE
        if not (_ENTRY.fullmatch(line.text) or comes_again):
            break
        seen.add(bare)
        lines[index] = Line(line.span, line.text, "note")
    return lines


def _bare(line: str) -> str:
    return re.sub(r"[ \u3000]", "", line)


def _without_running_heads(text: SourceText, lines: list[Line]) -> list[Line]:
    """Make notes of a head that stands on every page: the first line of a text that comes again and again."""
    if not lines or lines[0].form == "marked" or len(lines[0].text) > LONGEST_NAME_LINE:
        return lines
    head = lines[0].text
    if lines[0].form == "who" and lines[0].who == Who(Span(0, len(head)), None):
        return lines
    again = [index for index, line in enumerate(lines) if line.text == head]
    dropped = [one for one in text.dropped if _bare(text.source[slice(*one.piece)]) == _bare(head)]
    if len(again) + len(dropped) >= _FEWEST_HEADS and plain_form(head) == "short" and not lines[0].label:
        for index in again:
            lines[index] = Line(lines[index].span, head, "note")
    return lines
