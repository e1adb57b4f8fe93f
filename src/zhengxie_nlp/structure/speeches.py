"""Tells what each line of a text is for, and cuts the text into speeches (guideline §1).

`line_roles` looks at a line and its neighbours only, so that it also serves a text whose reading order is
still to be restored; `find_speeches` wants the restored text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from zhengxie_nlp.lexicon import read_table
from zhengxie_nlp.structure.markers import leading_marker
from zhengxie_nlp.structure.names import (
    LONGEST_NAME_LINE,
    Who,
    is_organization,
    is_person,
    read_attribution,
    read_who,
)
from zhengxie_nlp.structure.spans import Note, SpeechSpan
from zhengxie_nlp.text.source_text import SourceText, Span

Role = Literal[
    "document_title", "speech_title", "organization", "speaker", "attribution", "lead", "turn", "heading",
    "body", "subtitle", "kicker", "pull_quote", "note", "credit", "dateline",
]  # fmt: skip

#: The roles whose characters belong to a speech's text.
BODY_ROLES: Final[frozenset[Role]] = frozenset(("body", "heading", "turn"))
_LEFT_OUT: Final[frozenset[Role]] = frozenset(("pull_quote", "note", "credit", "dateline", "kicker"))
_LONGEST_TITLE: Final = 60
_LONGEST_HEADING: Final = 36
_LONGEST_NOTE: Final = 160
_MOST_TITLE_LINES: Final = 4
_LAST_PULL_QUOTE: Final = 10
_FINAL: Final = "。！？；：…"
_OPEN: Final = "，、：—"
_TURN = re.compile(r"(?P<label>[^，。；：！？、“”（） ]{1,8}+)(?:（(?P<who>[^（）]{1,30})）)? ?：")
_LEAD = re.compile(r"(?P<place>[\u3400-\u9fff]{2,12})：(?P<theme>[^。；：！？…]{4,40})$")
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
def _patterns(role: str) -> re.Pattern[str]:
    patterns = [row["pattern"] for row in read_table("line_forms.tsv") if row["role"] == role]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def prefix_end(line: str) -> int:
    """Return where a paragraph's own text begins, after an agency's tag or the name of who speaks.

    Example:
        >>> prefix_end("本报云浦7月28日电（记者林嘉禾）7月28日，市委召开会议。"), prefix_end("问：怎么办？")
        (17, 2)
    """
    tag = _patterns("tag").match(line)
    if tag is not None:
        return tag.end() + len(line[tag.end() :]) - len(line[tag.end() :].lstrip(" \u3000"))
    turn = _read_turn(line)
    return turn.end() if turn is not None else 0


def _read_turn(line: str) -> re.Match[str] | None:
    turn = _TURN.match(line)
    if turn is None or turn.end() >= len(line):
        return None
    is_label = _patterns("label").match(turn["label"]) is not None
    return turn if is_label or (len(turn["label"]) > 1 and is_person(turn["label"])) else None


def _read_line(text: str, span: Span) -> _Line:
    line = text[span.start : span.end]
    if leading_marker(line) is not None:
        return _Line(span, line, "marked")
    if len(line) <= _LONGEST_NOTE or line.startswith("编者"):
        for form in ("note", "credit", "dateline"):
            if _patterns(form).match(line):
                return _Line(span, line, form)  # type: ignore[arg-type]
        if line[-1] not in "。！？" and _patterns("meta").match(line):
            return _Line(span, line, "note")
    if line.endswith("——"):
        return _Line(span, line, "kicker")
    if line.startswith("—") and line[-1] not in "。；：" and "。" not in line:
        who = read_who(line) or read_attribution(line)
        return _Line(span, line, "dash", who)
    if len(line) <= LONGEST_NAME_LINE:
        who = read_who(line)
        if who is not None:
            return _Line(span, line, "who", who)
    return _Line(span, line, _plain_form(line))


def _plain_form(line: str) -> Literal["short", "long", "body"]:
    if _INNER_STOP.search(line) or line[-1] in "。；：" or (line[-1] in "！？…" and len(line) > 30):
        return "body"
    if line[-1] in _OPEN or line[0] in "”’）》，。、；：":
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
    lines = [_read_line(text.text, span) for span in text.spans]
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


def _turns(lines: Sequence[_Line]) -> dict[int, LineRole]:
    """Return the lines of a transcript that open with who speaks; none if the text is no transcript."""
    found: dict[int, re.Match[str]] = {}
    for index, line in enumerate(lines):
        turn = _read_turn(line.text) if line.form in ("body", "short", "note", "long") else None
        if turn is not None and (line.form == "body" or line.text[-1] in _FINAL or turn["label"] in "问答"):
            found[index] = turn
    counts = Counter(turn["label"] for turn in found.values())
    found = {
        index: turn
        for index, turn in found.items()
        if len(turn["label"]) != 2 or counts[turn["label"]] > 1 or turn["who"] or not is_person(turn["label"])
    }
    labels = {turn["label"] for turn in found.values()}
    if len(labels) < 2 or (len(found) < 3 and labels != {"问", "答"}):
        return {}
    return {index: _turn_role(lines[index].span.start, turn) for index, turn in found.items()}


def _turn_role(start: int, turn: re.Match[str]) -> LineRole:
    label, who = turn["label"], turn["who"]
    speaker: Span | None = Span(start + turn.start("label"), start + turn.end("label"))
    organization = None
    if who is not None:
        read = read_who(f"{label}（{who}）") if is_person(label) else read_who(who)
        begin = start + (0 if is_person(label) else turn.start("who"))
        organization = _moved(read.organization, begin) if read else None
        if read is not None and read.speaker is not None and not is_person(label):
            speaker = _moved(read.speaker, begin)
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
    if named and start and lone and not shorts:
        # One bare name in the middle of a text is a sub-heading or a remark, not a new speaker.
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


def _line_role(  # noqa: PLR0913 - one line and all that is known of its block
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
    if line.form in ("note", "credit", "dateline", "kicker"):
        return LineRole(line.form)  # type: ignore[arg-type]
    if line.form == "long":
        return LineRole("pull_quote" if _is_repeated(text, lines, index) else "body")
    if line.form == "dash":
        role: Role = "attribution" if _patterns("occasion").match(line.text) or line.who else "subtitle"
        if not (is_head or closes):
            return LineRole("body")
        return _who_role(line, role if is_head or line.who else "note")
    if line.form == "who":
        if not (named or closes or first):
            return LineRole("heading")
        return _who_role(line, "organization" if line.who and line.who.organization else "speaker")
    if is_head:
        if first and index and _is_repeated(text, lines, index) and len(line.text) > 14:
            return LineRole("pull_quote")
        return LineRole("speech_title")
    is_cut = index > 0 and lines[index - 1].form == "long"
    return LineRole("heading" if not closes and not is_cut and len(line.text) <= _LONGEST_HEADING else "body")


def _who_role(line: _Line, role: Role) -> LineRole:
    if line.who is None:
        return LineRole(role)
    start = line.span.start
    organization, speaker = line.who.organization, line.who.speaker
    return LineRole(role, _moved(organization, start), _moved(speaker, start))


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
    if not 2 < len(line) <= _LONGEST_HEADING or not _HAN.search(line):
        return False
    return _read_line(line, Span(0, len(line))).form in ("short", "who")


def is_closing(line: str) -> bool:
    """Say whether a paragraph opens like the closing words of a speech (同志们, 下一步, 总之)."""
    return _patterns("closing").match(line) is not None


def find_speeches(text: SourceText) -> tuple[Span | None, list[SpeechSpan], list[Note]]:
    """Cut a text into speeches.

    What counts: a headline with the line that names who speaks, in either order; each city's part of a
    feature (云浦：……); each turn of a transcript; and what stands before the first of them, as a speech
    without a title. A text without any of these is one speech. What does not: notes, credits, datelines,
    kickers and pull quotes belong to no speech.

    Args:
        text: the clean text, in reading order.

    Returns:
        The title of the whole file, if it has one beside its speeches' titles; the speeches in reading
        order, without nodes; and one note for each line that belongs to nothing.
    """
    roles = line_roles(text)
    if not any(role.role in BODY_ROLES for role in roles):
        roles = [LineRole("body") if role.role == "speech_title" else role for role in roles]
    roles = _signed(text, roles)
    chunks = _chunks(roles)
    title, chunks = _document_title(text, roles, chunks)
    speeches = [
        _speech(text, roles, chunk, number=number, single=len(chunks) == 1)
        for number, chunk in enumerate(chunks, start=1)
    ]
    notes = [
        Note("outside_speech", "info", f"This line ({role.role}) belongs to no speech.", text.spans[index])
        for index, role in enumerate(roles)
        if role.role in _LEFT_OUT
    ]
    return title, speeches, notes


def _signed(text: SourceText, roles: list[LineRole]) -> list[LineRole]:
    """Let a name that stands under each speech end it, rather than begin the next one."""
    names = [index for index, role in enumerate(roles) if role.role in ("organization", "speaker")]
    opening = [index for index, role in enumerate(roles) if role.opens]
    if len(names) < 2 or len(opening) < 2 or roles[opening[0]].role != "speech_title":
        return roles
    under = [index for index in names if index + 1 == len(roles) or roles[index + 1].role == "speech_title"]
    first_body = next((index for index, role in enumerate(roles) if role.role in BODY_ROLES), 0)
    if under != names or names[0] < first_body or roles[names[-1] + 1 :]:
        return roles
    signed = list(roles)
    for index in names[:-1]:
        signed[index] = replace(signed[index], opens=False)
        signed[index + 1] = replace(signed[index + 1], opens=True)
    return signed


def _chunks(roles: Sequence[LineRole]) -> list[range]:
    """Cut the lines where speeches open; what stands before the first is a part of its own if it has body."""
    starts = [index for index, role in enumerate(roles) if role.opens]
    if not starts or any(role.role in BODY_ROLES for role in roles[: starts[0]]):
        starts.insert(0, 0)
    return [
        range(start, end) for start, end in zip(starts, [*starts[1:], len(roles)], strict=True) if start < end
    ]


def _document_title(
    text: SourceText, roles: Sequence[LineRole], chunks: list[range]
) -> tuple[Span | None, list[range]]:
    """Take the title of the whole file off the first part."""
    if not chunks:
        return None, chunks
    first = chunks[0]
    titles = [index for index in first if roles[index].role == "speech_title"]
    named = any(roles[index].organization or roles[index].speaker for index in first)
    has_body = any(roles[index].role in BODY_ROLES for index in first)
    count = 0
    if len(chunks) > 1 and not named:
        count = len(titles)
    elif titles:
        count = _count_title_lines(text, roles, chunks, titles)
    if not count:
        return None, chunks
    rest = range(titles[count - 1] + 1, first.stop)
    title = Span(text.spans[titles[0]].start, text.spans[titles[count - 1]].end)
    return title, [rest, *chunks[1:]] if has_body else chunks[1:]


def _count_title_lines(
    text: SourceText, roles: Sequence[LineRole], chunks: Sequence[range], titles: Sequence[int]
) -> int:
    """Return how many of the first part's title lines are the whole file's."""
    lines = [text.text[slice(*text.spans[index])] for index in titles]
    for count in range(1, len(titles) + (len(chunks) > 1)):
        if _patterns("series_title").match(lines[count - 1]):
            return count
    if len(chunks) == 1:
        return 0
    gaps = [
        place
        for place in range(1, len(titles))
        if titles[place] - titles[place - 1] > 1
        or text.paragraphs[titles[place]].blank_before > text.paragraphs[titles[place - 1]].blank_before
    ]
    if gaps and len(titles) > 1:
        return gaps[0]
    others = [sum(1 for index in chunk if roles[index].role == "speech_title") for chunk in chunks[1:]]
    usual = sorted(others)[len(others) // 2]
    return max(0, len(titles) - usual) if len(titles) > usual else 0


def _speech(
    text: SourceText, roles: Sequence[LineRole], chunk: range, *, number: int, single: bool
) -> SpeechSpan:
    titles: list[int] = []
    for index in chunk:
        role = roles[index].role
        starts = role in ("speech_title", "lead") and not titles
        goes_on = role in ("speech_title", "subtitle") and titles and titles[-1] == index - 1
        if starts or goes_on:
            titles.append(index)
    organization, speaker = _speaks(text, roles, chunk, single=single)
    title = Span(text.spans[titles[0]].start, text.spans[titles[-1]].end) if titles else None
    if title and organization and _is_issuer(text, titles, organization):
        title = Span(organization.start, title.end)
    body = tuple(index for index in chunk if roles[index].role in BODY_ROLES)
    return SpeechSpan(f"s{number}", title, organization, speaker, body)


def _is_issuer(text: SourceText, titles: Sequence[int], organization: Span) -> bool:
    """Say whether the organisation's line is the first of a title: 「云浦市公安局 / 关于……的通告」."""
    before = titles[0] - 1
    line = text.text[slice(*text.spans[titles[0]])]
    return before >= 0 and text.spans[before] == organization and line.startswith("关于")


def _speaks(
    text: SourceText, roles: Sequence[LineRole], chunk: range, *, single: bool
) -> tuple[Span | None, Span | None]:
    """Return who speaks in one part: by its own lines first, then by a dash line, then by a note."""
    organization = speaker = None
    for wanted in (("organization", "speaker", "lead", "turn"), ("attribution",)):
        if organization is not None and speaker is not None:
            break
        found = [roles[index] for index in chunk if roles[index].role in wanted]
        organization = organization or next((role.organization for role in found if role.organization), None)
        speaker = speaker or next((role.speaker for role in found if role.speaker), None)
    if organization is None and speaker is None and single:
        for index in chunk:
            span = text.spans[index]
            author = (
                _patterns("author").match(text.text[slice(*span)]) if roles[index].role == "note" else None
            )
            who = read_attribution(f"—{author['who']}") if author else None
            if author is not None and who is not None:
                shift = span.start + author.start("who") - 1
                organization = _moved(who.organization, shift)
                speaker = _moved(who.speaker, shift)
                break
    return organization, speaker


def _moved(span: Span | None, shift: int) -> Span | None:
    return Span(span.start + shift, span.end + shift) if span is not None else None
