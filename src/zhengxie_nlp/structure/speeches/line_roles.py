"""Tells what each line of a text is for: headline, who speaks, body, or nothing (guideline §1).

A line is read by its form and its neighbours only, so that this also serves a text whose reading order is
still to be restored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from zhengxie_nlp.structure.markers.forms import leading_marker
from zhengxie_nlp.structure.spans import moved
from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.structure.speeches.labels import ANSWER, QUESTION, Label
from zhengxie_nlp.structure.speeches.line_forms import (
    Line,
    line_form,
    plain_form,
    read_line,
    read_lines,
)
from zhengxie_nlp.structure.speeches.names import is_common_word, is_organization, is_place
from zhengxie_nlp.structure.speeches.turns import choose_turns
from zhengxie_nlp.text.source_text import SourceText, Span

Role = Literal[
    "document_title", "speech_title", "organization", "speaker", "attribution", "lead", "turn", "heading",
    "body", "subtitle", "kicker", "pull_quote", "note", "credit", "dateline",
]  # fmt: skip

#: The roles whose characters belong to a speech's text.
BODY_ROLES: Final[frozenset[Role]] = frozenset(("body", "heading", "turn"))
#: The roles of lines that belong to no speech.
LEFT_OUT: Final[frozenset[Role]] = frozenset(("pull_quote", "note", "credit", "dateline", "kicker"))
_GOES_ON: Final = ("、", "，", "；", "：", "。", "！", "？")
_LONGEST_TITLE: Final = 80
_LONGEST_HEADING: Final = 36
_MOST_TITLE_LINES: Final = 4
_LAST_PULL_QUOTE: Final = 10
_SHORTEST_PULL_QUOTE: Final = 15
_FINAL: Final = "。！？；：…”）"
_LEAD = re.compile(
    r"(?P<place>[\u3400-\u9fff]{2,12})(?P<colon>： ?|[ \u3000]+)(?P<theme>[^。；：！？…]{4,40})$"
)
#: A numeral alone on its line numbers the questions of an interview.
#: Who asks, where a text has only 问 and 答.
_ASKER: Final = "记者"
#: So many characters may lie between one question of an interview and the next.
_INTERVIEW: Final = 5_000
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
        title: the characters of its headline, where the line holds more.
        text_start: where its own text begins, behind the label of a turn; None: with the line.
    """

    role: Role
    organization: Span | None = None
    speaker: Span | None = None
    opens: bool = False
    title: Span | None = None
    text_start: int | None = None


def line_roles(text: SourceText, *, lines: Sequence[Line] | None = None) -> list[LineRole]:
    """Say what each paragraph is for: headline, who speaks, body, or a line that belongs to nothing.

    What counts as a head of a speech: short lines without final punctuation before the body, at the start of
    the text or around a line that names who speaks. What does not: a short line between paragraphs that
    names nobody (a sub-heading), notes, credits, datelines, and a pull quote that the body repeats.

    Args:
        text: the clean text, in reading order or not.
        lines: its lines, where they have been read (`read_lines`).

    Returns:
        One role a paragraph, in order.
    """
    lines = _with_numbered_titles(list(read_lines(text) if lines is None else lines))
    roles: list[LineRole] = [LineRole("body")] * len(lines)
    turns = _turns(lines)
    leads = {} if turns else {**_named_rows(lines), **_leads(lines), **_one_line_heads(lines)}
    taken = {*turns, *leads}
    blocks = list(_blocks(lines, taken))
    lone = sum(1 for start, end in blocks if any(line.form == "who" for line in lines[start:end])) < 2
    for start, end in blocks:
        for index, role in _block_roles(text, lines, start, end, lone=lone):
            roles[index] = role
    for index, role in {**turns, **leads}.items():
        roles[index] = role
    if turns:
        for index, line in enumerate(lines):
            if speech_pattern("line_number").fullmatch(line.text):
                roles[index] = LineRole("note")
    return _between_turns(lines, roles, turns) if turns else roles


def _with_numbered_titles(lines: list[Line]) -> list[Line]:
    """Take the number off the heads of a series: 「（一）」 over a title, 「一、标题」 over a name."""
    numbered: list[int] = []
    for index, line in enumerate(lines[:-1]):
        if line.form != "marked" or lines[index + 1].form not in ("short", "who"):
            continue
        marker = leading_marker(line.text)
        if marker is not None and marker.span.end == len(line.text):
            lines[index] = replace(line, form="note")
        elif lines[index + 1].form == "who" and plain_form(line.text) == "short":
            numbered.append(index)
    if len(numbered) > 1:
        for index in numbered:
            lines[index] = replace(lines[index], form="short")
    return lines


def _turns(lines: Sequence[Line]) -> dict[int, LineRole]:
    """Return the lines of a transcript that open with who speaks; none if the text is no transcript."""
    labels: dict[int, Label] = {}
    for index, line in enumerate(lines):
        label = line.label
        if label is None:
            continue
        alone = label.end >= len(line.text)
        spoken = line.form in ("body", "long") or line.text[-1] in _FINAL
        if alone or spoken or label.clocked or label.key in (QUESTION, ANSWER):
            labels[index] = label
    first = min(labels, default=0)
    unlabelled = sum(
        line.form in ("body", "long") or line.text[-1:] in _FINAL
        for index, line in enumerate(lines)
        if index > first and index not in labels
    )
    turns = choose_turns(labels, unlabelled=unlabelled)
    found = {index: _turn_role(lines[index], label) for index, label in turns.items()}
    asker, before = None, None
    for index in [index for index, label in turns.items() if label.key == QUESTION]:
        if before is None or lines[index].span.start - lines[before].span.start > _INTERVIEW:
            asker = _asker(lines, first=0 if before is None else before + 1, asked=index)
        before = index
        if found[index].speaker is None:
            found[index] = replace(found[index], speaker=asker)
    return found


def _asker(lines: Sequence[Line], *, first: int, asked: int) -> Span | None:
    """Return where the text before the first question of an interview names the reporter who asks."""
    for index in range(asked - 1, first - 1, -1):
        line = lines[index]
        if lines[asked].span.start - line.span.start > _INTERVIEW:
            return None
        at = line.text.rfind(_ASKER)
        if at >= 0:
            return Span(line.span.start + at, line.span.start + at + len(_ASKER))
    return None


def _turn_role(line: Line, label: Label) -> LineRole:
    start = line.span.start
    organization, speaker = moved(label.organization, start), moved(label.speaker, start)
    if label.end >= len(line.text):
        return LineRole("speaker", organization, speaker, opens=True)
    return LineRole("turn", organization, speaker, opens=True, text_start=start + label.end)


def _between_turns(
    lines: Sequence[Line], roles: list[LineRole], turns: dict[int, LineRole]
) -> list[LineRole]:
    """Let a short line between turns end one: it heads the next, or text of the reporter's."""
    first, last = min(turns), len(roles) - 1
    if last - 1 in turns and roles[last - 1].role == "speaker" and lines[last].form == "short":
        is_said = lines[last].text[-1] in _FINAL
        roles[last] = LineRole("body" if is_said else "speech_title")
    for index, role in enumerate(roles):
        is_between = (
            index > 0
            and role.role in ("heading", "speech_title")
            and lines[index].form == "short"
            and (index >= first or roles[index - 1].role in BODY_ROLES)
        )
        if not is_between or index + 1 == len(roles):
            continue
        if index - 1 in turns and roles[index - 1].role == "speaker":
            # What is short behind a name is a headline where more follows, else all that was said.
            is_said = lines[index].text[-1] in _FINAL or index + 1 in turns
            roles[index] = LineRole("body" if is_said else "speech_title")
        elif index + 1 in turns:
            roles[index] = LineRole("speech_title", opens=True)
            roles[index + 1] = replace(roles[index + 1], opens=False)
        elif index > first and roles[index - 1].role in BODY_ROLES:
            roles[index] = LineRole("heading", opens=True)
    return roles


def _named_rows(lines: Sequence[Line]) -> dict[int, LineRole]:
    """Return the lines that name an organisation with which the next paragraph begins, if there are two.

    「工会界 / 工会界别共有委员19名。……」
    """
    found: dict[int, LineRole] = {}
    for index, line in enumerate(lines[:-1]):
        words = line.text
        following = lines[index + 1]
        if line.form in ("short", "who") and 2 <= len(words) <= 20 and following.form == "body":
            names = following.text.startswith(words) and not is_closing(words)
            if names and (line.who is None or line.who.speaker is None):
                start, end = line.span
                found[index] = LineRole("organization", Span(start, end), opens=True)
    return found if len(found) > 1 else {}


def _one_line_heads(lines: Sequence[Line]) -> dict[int, LineRole]:
    """Return the lines with headline and name that head a speech each, where there are at least two."""
    found: dict[int, LineRole] = {}
    for index, line in enumerate(lines):
        head = line.head
        follows = index + 1 < len(lines) and lines[index + 1].form in ("body", "long", "marked", "dateline")
        if line.form == "short" and head is not None and follows:
            start = line.span.start
            who = (moved(head.who.organization, start), moved(head.who.speaker, start))
            found[index] = LineRole("lead", *who, opens=True, title=moved(head.title, start))
    if len({(role.organization or role.speaker) for role in found.values()}) > 1:
        return found
    # One is enough where it opens the text, below its series' title at most.
    opening = {index: role for index, role in found.items() if index <= 1}
    return {index: role for index, role in opening.items() if (head := lines[index].head) and head.parted}


def _leads(lines: Sequence[Line]) -> dict[int, LineRole]:
    """Return the lines 「云浦：强化导向，解决难题」 that head a part each, where there are at least two."""
    found: dict[int, LineRole] = {}
    for index, line in enumerate(lines):
        lead = _LEAD.match(line.text) if line.form == "short" and len(line.text) <= _LONGEST_TITLE else None
        is_last = index + 1 == len(lines)
        if lead is None or not (is_last or lines[index + 1].form in ("body", "long", "marked")):
            continue
        place = lead["place"]
        if "：" not in lead["colon"] and not _is_named(place, lines[: min(index, 3)]):
            continue
        if is_common_word(place) and not is_place(place):
            continue
        near = "".join(other.text[:400] for other in lines[index + 1 : index + 4])
        if place in near or is_organization(place) or _is_named(place, lines[: min(index, 3)]):
            begin = line.span.start
            found[index] = LineRole("lead", Span(begin, begin + len(place)), opens=True)
    return found if len(found) > 1 else {}


def _is_named(place: str, lines: Sequence[Line]) -> bool:
    return any(place in line.text[:400] for line in lines)


def _blocks(lines: Sequence[Line], taken: set[int]) -> Iterator[tuple[int, int]]:
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
    text: SourceText, lines: Sequence[Line], start: int, end: int, *, lone: bool
) -> Iterator[tuple[int, LineRole]]:
    """Give each line of one block its role."""
    block = lines[start:end]
    breaks_off = end == len(lines) and _closes_with_head(text, lines, start, end)
    closes = end == len(lines) and not breaks_off
    shorts = [index for index in range(start, end) if lines[index].form == "short"]
    # More names than a headline has lines are a roll: of those who were there, not of speakers.
    names = sum(line.form == "who" for line in block)
    named = 0 < names <= _MOST_TITLE_LINES - 1 and not closes
    if names >= _MOST_TITLE_LINES and start:
        yield from ((index, LineRole("body")) for index in range(start, end))
        return
    if named and start and not shorts and (lone or _is_bare(block, lines)):
        # One name, or short words that only look like one, are a sub-heading or a remark, no new speaker.
        named = False
    is_head = (start == 0 and not closes) or named or breaks_off
    opened = False
    for index in range(start, end):
        line = lines[index]
        role = _line_role(text, lines, index, is_head=is_head, first=start == 0, closes=closes, named=named)
        if is_head and not opened and role.role in ("speech_title", "organization", "speaker"):
            role, opened = replace(role, opens=True), True
        if line.form == "short" and is_head and len(shorts) > _MOST_TITLE_LINES and index > shorts[0]:
            role = LineRole("body")
        yield index, role


def _closes_with_head(text: SourceText, lines: Sequence[Line], start: int, end: int) -> bool:
    """Say whether a text breaks off in the head of one more speech: a headline, and a person or nothing.

    The heads before it are set off by as many blank lines, and hold a person's name, too.
    """
    if not start or lines[start].form != "short":
        return False
    rest = lines[start + 1 : end]
    gap = text.paragraphs[start].blank_before
    others = [
        index
        for index, line in enumerate(lines[: start - 1])
        if line.form == "who" and line.who is not None and index and lines[index + 1].form != "who"
    ]
    heads = [
        index - 1 for index in others
        if lines[index - 1].form == "short" and (text.paragraphs[index - 1].blank_before == gap or index == 1)
    ]  # fmt: skip
    if not rest:
        return gap > 0 and len(heads) > 0
    named = rest[-1].form == "who" and rest[-1].who is not None and rest[-1].who.speaker is not None
    return named and len(rest) <= _MOST_TITLE_LINES and (len(heads) > 0 or gap > 0)


def _is_bare(block: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Say whether a block names a person by two or three characters only, in a text that is no series."""
    bare = all(line.form != "who" or (len(line.text) <= 3 and " " not in line.text) for line in block)
    return bare and not any(line_form("series_title").match(line.text) for line in lines[:3])


def _line_role(
    text: SourceText,
    lines: Sequence[Line],
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
        # ——在高中阶段，建立了…；: what names nobody and goes on is an item of the text.
        is_item = line.who is None and line.text.endswith(_GOES_ON)
        if is_item or not (is_head or closes):
            return LineRole("body")
        if closes or line_form("occasion").match(line.text):
            return _who_role(line, "attribution")
        return _who_role(line, "subtitle")
    if line.form == "who":
        if not (named or closes or first):
            return LineRole("heading")
        return _who_role(line, "organization" if line.who and line.who.organization else "speaker")
    if line_form("lead_in").match(line.text):
        return LineRole("heading")
    if is_head:
        if first and _is_pull_quote(text, lines, index):
            return LineRole("pull_quote")
        return LineRole("speech_title")
    is_cut = index > 0 and lines[index - 1].form == "long"
    return LineRole("heading" if not closes and not is_cut and len(line.text) <= _LONGEST_HEADING else "body")


def _who_role(line: Line, role: Role) -> LineRole:
    if line.who is None:
        return LineRole(role)
    start = line.span.start
    organization, speaker = line.who.organization, line.who.speaker
    return LineRole(role, moved(organization, start), moved(speaker, start))


def _is_pull_quote(text: SourceText, lines: Sequence[Line], index: int) -> bool:
    """Say whether a short line under a headline is no headline: set off, a sentence, or words of the body."""
    if not index or len(lines[index].text) < _SHORTEST_PULL_QUOTE or lines[index - 1].form != "short":
        return False
    here, before = text.paragraphs[index], text.paragraphs[index - 1]
    set_off = here.indent > before.indent or (here.blank_before > 0 and len(text.paragraphs) > index + 1)
    has_clauses = "，" in lines[index].text and len(lines[index].text) >= 22
    return (set_off and has_clauses) or _is_repeated(text, lines, index)


def _is_repeated(text: SourceText, lines: Sequence[Line], index: int) -> bool:
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
    if not 2 <= len(line) <= _LONGEST_HEADING or line[-1] in "。；，、" or not _HAN.search(line):
        return False
    return read_line(line, Span(0, len(line))).form in ("short", "who")


def is_closing(line: str) -> bool:
    """Say whether a paragraph opens like the closing words of a speech (同志们, 下一步, 总之)."""
    return line_form("closing").match(line) is not None
