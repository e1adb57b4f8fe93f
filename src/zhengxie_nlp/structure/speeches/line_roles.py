"""Tells what each line of a text is for: headline, who speaks, body, or nothing (guideline §1).

A line is read by its form and its neighbours only, so that this also serves a text whose reading order is
still to be restored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.structure.markers.find import leading_marker
from zhengxie_nlp.structure.speeches.names import (
    LONGEST_NAME_LINE,
    Who,
    is_organization,
    is_person,
    is_person_with_post,
    read_attribution,
    read_post,
    read_who,
)
from zhengxie_nlp.text.source_text import SourceText, Span

Role = Literal[
    "document_title", "speech_title", "organization", "speaker", "attribution", "lead", "turn", "heading",
    "body", "subtitle", "kicker", "pull_quote", "note", "credit", "dateline",
]  # fmt: skip

#: The roles whose characters belong to a speech's text.
BODY_ROLES: Final[frozenset[Role]] = frozenset(("body", "heading", "turn"))
#: The roles of lines that belong to no speech.
LEFT_OUT: Final[frozenset[Role]] = frozenset(("pull_quote", "note", "credit", "dateline", "kicker"))
_LONGEST_TITLE: Final = 80
_MOST_COMMAS: Final = 3
_LONGEST_HEADING: Final = 36
_LONGEST_NOTE: Final = 160
_MOST_TITLE_LINES: Final = 4
_LAST_PULL_QUOTE: Final = 10
_SHORTEST_PULL_QUOTE: Final = 15
_FINAL: Final = "。！？；：…"
_OPEN: Final = "，、：—"
_TURN = re.compile(r"(?P<label>[^，。；：！？、“”（） ]{1,8}+)(?:（(?P<who>[^（）]{1,30})）)? ?：")
_LEAD = re.compile(
    r"(?P<place>[\u3400-\u9fff]{2,12})(?P<colon>： ?|[ \u3000]+)(?P<theme>[^。；：！？…]{4,40})$"
)
_INNER_STOP = re.compile(r"[。；]|[！？](?!$)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_CLAUSE = re.compile(r"[^，。；：！？、]{4,}")


@dataclass(frozen=True, slots=True)
class LineRole:
    """What a paragraph is for.

    Attributes:
        role: its role; ``"lead"`` is a city's or an organisation's headline (云浦：…), ``"turn"`` opens with
            the name of who speaks (张三：…).
        organization: the characters that name the organisation who speaks, in clean offsets.
        speaker: the characters that name the person who speaks.
        opens: whether a new speech begins with this line.
    """

    role: Role
    organization: Span | None = None
    speaker: Span | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line by its form alone, before its neighbours are looked at."""

    span: Span
    text: str
    form: Literal["note", "credit", "dateline", "kicker", "dash", "who", "short", "long", "marked", "body"]
    who: Who | None = None


@cache
def line_form(role: str) -> re.Pattern[str]:
    """Return the pattern of one role of `line_forms.tsv`, to be matched at the start of a line."""
    patterns = [row["pattern"] for row in read_table("line_forms.tsv") if row["role"] == role]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def prefix_end(line: str) -> int:
    """Return where a paragraph's own text begins, after an agency's tag or the name of who speaks.

    Example:
        >>> prefix_end("本报云浦7月28日电（记者林嘉禾）7月28日，市委召开会议。"), prefix_end("问：怎么办？")
        (17, 2)
    """
    tag = line_form("tag").match(line)
    if tag is not None:
        return tag.end() + len(line[tag.end() :]) - len(line[tag.end() :].lstrip(" \u3000"))
    turn = _read_turn(line)
    return turn.end() if turn is not None else 0


def _read_turn(line: str) -> re.Match[str] | None:
    turn = _TURN.match(line)
    if turn is None or turn.end() >= len(line):
        return None
    is_label = line_form("label").match(turn["label"]) is not None
    label = turn["label"]
    return turn if is_label or (len(label) > 1 and (is_person(label) or is_person_with_post(label))) else None


def _read_line(text: str, span: Span) -> _Line:
    line = text[span.start : span.end]
    if leading_marker(line) is not None:
        return _Line(span, line, "marked")
    if len(line) <= _LONGEST_NOTE or line.startswith("编者"):
        for form in ("note", "credit", "dateline"):
            if line_form(form).match(line):
                return _Line(span, line, form)
        if line[-1] not in "。！？" and line_form("meta").match(line):
            return _Line(span, line, "note")
    if line.endswith("——"):
        return _Line(span, line, "kicker")
    if line.startswith("—") and line[-1] not in "。；：" and "。" not in line:
        who = read_who(line)
        return _Line(span, line, "who", who) if who else _Line(span, line, "dash", read_attribution(line))
    if len(line) <= LONGEST_NAME_LINE:
        who = read_who(line)
        if who is not None:
            return _Line(span, line, "who", who)
    if line[0] == "（" and line[-1] == "）" and len(line) <= _LONGEST_NOTE:
        return _Line(span, line, "note", read_post(line))
    return _Line(span, line, _plain_form(line))


def _plain_form(line: str) -> Literal["short", "long", "body"]:
    if _INNER_STOP.search(line) or line[-1] in "。；：" or (line[-1] in "！？…" and len(line) > 30):
        return "body"
    if line[-1] in _OPEN or line.count("，") >= _MOST_COMMAS or line[0] in "”’）》，。、；：":
        return "long"
    return "short" if len(line) <= _LONGEST_TITLE else "long"


def line_roles(text: SourceText) -> list[LineRole]:
    """Say what each paragraph is for: headline, who speaks, body, or a line that belongs to nothing.

    What counts as a head of a speech: short lines without final punctuation before the body, at the start of
    the text or around a line that names who speaks. What does not: a short line between paragraphs that
    names nobody (a sub-heading), notes, credits, datelines, and a pull quote that the body repeats.

    Args:
        text: the clean text, in reading order or not.

    Returns:
        One role a paragraph, in order.
    """
    lines = _with_numbered_titles([_read_line(text.text, span) for span in text.spans])
    roles: list[LineRole] = [LineRole("body")] * len(lines)
    turns = _turns(lines)
    if turns:
        for index, role in turns.items():
            roles[index] = role
    leads = {} if turns else _leads(lines)
    blocks = list(_blocks(lines, {*turns, *leads}))
    lone = sum(1 for start, end in blocks if any(line.form == "who" for line in lines[start:end])) < 2
    for start, end in blocks:
        for index, role in _block_roles(text, lines, start, end, lone=lone):
            roles[index] = role
    for index, role in leads.items():
        roles[index] = role
    return roles


def _with_numbered_titles(lines: list[_Line]) -> list[_Line]:
    """Take the number off the heads of a series: 「（一）」 over a title, 「一、标题」 over a name."""
    numbered: list[int] = []
    for index, line in enumerate(lines[:-1]):
        if line.form != "marked" or lines[index + 1].form not in ("short", "who"):
            continue
        marker = leading_marker(line.text)
        if marker is not None and marker.span.end == len(line.text):
            lines[index] = replace(line, form="note")
        elif lines[index + 1].form == "who" and _plain_form(line.text) == "short":
            numbered.append(index)
    if len(numbered) > 1:
        for index in numbered:
            lines[index] = replace(lines[index], form="short")
    return lines


def _turns(lines: Sequence[_Line]) -> dict[int, LineRole]:
    """Return the lines of a transcript that open with who speaks; none if the text is no transcript."""
    spoken: dict[int, re.Match[str]] = {}
    for index, line in enumerate(lines):
        turn = _TURN.match(line.text) if line.form in ("body", "short", "note", "long") else None
        if turn is None or turn.end() >= len(line.text):
            continue
        if line.form == "body" or line.text[-1] in _FINAL or turn["label"] in "问答":
            spoken[index] = turn
    # Beside a reporter's questions, whoever answers more than once is a person, whatever the surname.
    counts = Counter(turn["label"] for turn in spoken.values())
    asked = sum(counts[label] for label in ("记者", "问", "主持人")) > 1
    found = {
        index: turn for index, turn in spoken.items() if _is_speaker(turn, counts[turn["label"]], asked=asked)
    }
    labels = {turn["label"] for turn in found.values()}
    if len(labels) < 2 or (len(found) < 3 and labels != {"问", "答"}):
        return {}
    return {index: _turn_role(lines[index].span.start, turn) for index, turn in found.items()}


def _is_speaker(turn: re.Match[str], times: int, *, asked: bool) -> bool:
    """Say whether a label names who speaks; `asked` tells that a reporter or host does so too."""
    label = turn["label"]
    if asked and times > 1 and 2 <= len(label) <= 4:
        return True
    if _read_turn(turn.string) is None:
        return False
    # Two characters are a name only with more to go by: 「方法：……」 is none.
    return len(label) != 2 or times > 1 or turn["who"] is not None or not is_person(label)


def _turn_role(start: int, turn: re.Match[str]) -> LineRole:
    label, who = turn["label"], turn["who"]
    speaker: Span | None = Span(start + turn.start("label"), start + turn.end("label"))
    organization = None
    if who is not None:
        read = read_who(f"{label}（{who}）") if is_person(label) else read_who(who)
        begin = start + (0 if is_person(label) else turn.start("who"))
        organization = moved(read.organization, begin) if read else None
        if read is not None and read.speaker is not None and not is_person(label):
            speaker = moved(read.speaker, begin)
    elif label in "问答":
        speaker = None
    return LineRole("turn", organization, speaker, opens=True)


def _leads(lines: Sequence[_Line]) -> dict[int, LineRole]:
    """Return the lines 「云浦：强化导向，解决难题」 that head a part each, where there are at least two."""
    found: dict[int, LineRole] = {}
    for index, line in enumerate(lines):
        lead = _LEAD.match(line.text) if line.form == "short" and len(line.text) <= _LONGEST_TITLE else None
        if lead is None or index + 1 >= len(lines) or lines[index + 1].form not in ("body", "long", "marked"):
            continue
        place = lead["place"]
        if "：" not in lead["colon"] and not _is_named(place, lines[: min(index, 3)]):
            continue
        near = "".join(other.text[:400] for other in lines[index + 1 : index + 4])
        if place in near or is_organization(place) or _is_named(place, lines[: min(index, 3)]):
            begin = line.span.start
            found[index] = LineRole("lead", Span(begin, begin + len(place)), opens=True)
    return found if len(found) > 1 else {}


def _is_named(place: str, lines: Sequence[_Line]) -> bool:
    return any(place in line.text[:400] for line in lines)


def _blocks(lines: Sequence[_Line], taken: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of lines that are no body."""
    start = -1
    for index, line in enumerate(lines):
        is_body = index in taken or line.form in ("body", "marked")
        if line.form == "long":
            is_body = start != 0
        if is_body:
            if start >= 0:
                yield start, index
            start = -1
        elif start < 0:
            start = index
    if start >= 0:
        yield start, len(lines)


def _block_roles(
    text: SourceText, lines: Sequence[_Line], start: int, end: int, *, lone: bool
) -> Iterator[tuple[int, LineRole]]:
    """Give each line of one block its role."""
    block = lines[start:end]
    closes = end == len(lines)
    shorts = [index for index in range(start, end) if lines[index].form == "short"]
    named = any(line.form == "who" for line in block) and not closes
    if named and start and not shorts and (lone or _is_bare(block, lines)):
        # One name, or short words that only look like one, are a sub-heading or a remark, no new speaker.
        named = False
    is_head = (start == 0 and not closes) or named
    opened = False
    for index in range(start, end):
        line = lines[index]
        role = _line_role(text, lines, index, is_head=is_head, first=start == 0, closes=closes, named=named)
        if is_head and not opened and role.role in ("speech_title", "organization", "speaker"):
            role, opened = replace(role, opens=True), True
        if line.form == "short" and is_head and len(shorts) > _MOST_TITLE_LINES and index > shorts[0]:
            role = LineRole("body")
        yield index, role


def _is_bare(block: Sequence[_Line], lines: Sequence[_Line]) -> bool:
    """Say whether a block names a person by two or three characters only, in a text that is no series."""
    bare = all(line.form != "who" or (len(line.text) <= 3 and " " not in line.text) for line in block)
    return bare and not any(line_form("series_title").match(line.text) for line in lines[:3])


def _line_role(
    text: SourceText,
    lines: Sequence[_Line],
    index: int,
    *,
    is_head: bool,
    first: bool,
    closes: bool,
    named: bool,
) -> LineRole:
    line = lines[index]
    if line.form == "note" and line.who and index and lines[index - 1].form == "who" and named:
        return _who_role(line, "organization")
    if line.form in ("note", "credit", "dateline", "kicker"):
        return LineRole(line.form)
    if line.form == "long":
        return LineRole("pull_quote" if _is_repeated(text, lines, index) else "body")
    if line.form == "dash":
        if not (is_head or closes):
            return LineRole("body")
        if closes or line_form("occasion").match(line.text):
            return _who_role(line, "attribution")
        return _who_role(line, "subtitle")
    if line.form == "who":
        if not (named or closes or first):
            return LineRole("heading")
        return _who_role(line, "organization" if line.who and line.who.organization else "speaker")
    if is_head:
        if first and _is_pull_quote(text, lines, index):
            return LineRole("pull_quote")
        return LineRole("speech_title")
    is_cut = index > 0 and lines[index - 1].form == "long"
    return LineRole("heading" if not closes and not is_cut and len(line.text) <= _LONGEST_HEADING else "body")


def _who_role(line: _Line, role: Role) -> LineRole:
    if line.who is None:
        return LineRole(role)
    start = line.span.start
    organization, speaker = line.who.organization, line.who.speaker
    return LineRole(role, moved(organization, start), moved(speaker, start))


def moved(span: Span | None, shift: int) -> Span | None:
    """Return `span` further on by `shift` characters."""
    return Span(span.start + shift, span.end + shift) if span is not None else None


def _is_pull_quote(text: SourceText, lines: Sequence[_Line], index: int) -> bool:
    """Say whether a short line under a headline is no headline: set off, a sentence, or words of the body."""
    if not index or len(lines[index].text) < _SHORTEST_PULL_QUOTE or lines[index - 1].form != "short":
        return False
    here, before = text.paragraphs[index], text.paragraphs[index - 1]
    set_off = here.indent > before.indent or (here.blank_before > 0 and len(text.paragraphs) > index + 1)
    has_clauses = "，" in lines[index].text and len(lines[index].text) >= 22
    return (set_off and has_clauses) or _is_repeated(text, lines, index)


def _is_repeated(text: SourceText, lines: Sequence[_Line], index: int) -> bool:
    """Say whether a line before the body only repeats words of the body (a pull quote)."""
    if not 0 < index < _LAST_PULL_QUOTE:
        return False
    line = lines[index]
    after = text.text[line.span.end :]
    if line.text in after:
        return True
    clauses = _CLAUSE.findall(line.text)
    total = sum(map(len, clauses))
    return total >= 12 and sum(len(clause) for clause in clauses if clause in after) >= 0.6 * total


def is_heading_line(line: str) -> bool:
    """Say whether a paragraph among others has the form of an unnumbered sub-heading."""
    if not 2 <= len(line) <= _LONGEST_HEADING or not _HAN.search(line):
        return False
    return _read_line(line, Span(0, len(line))).form in ("short", "who")


def is_closing(line: str) -> bool:
    """Say whether a paragraph opens like the closing words of a speech (同志们, 下一步, 总之)."""
    return line_form("closing").match(line) is not None
