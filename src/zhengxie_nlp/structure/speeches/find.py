"""Cuts a text in reading order into speeches: who says what under which headline (guideline §1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from zhengxie_nlp.structure.spans import DateSpan, Note, SpeechSpan
from zhengxie_nlp.structure.speeches.dates import find_date
from zhengxie_nlp.structure.speeches.line_forms import Line, line_form, read_lines, tag_end
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, LEFT_OUT, LineRole, line_roles
from zhengxie_nlp.structure.speeches.reported import with_reports
from zhengxie_nlp.structure.speeches.speakers import speakers
from zhengxie_nlp.text.source_text import SourceText, Span

_BULLET = re.compile(r"(?P<bullet>[●◆■▲★◇□○◎△☆▪•※▶►])|(?:[A-Z][.．、]|[0-9]{1,2} ) ?(?=[\u3400-\u9fff])")
#: No line of a head that tells a date is longer.
_LONGEST_DATED = 100

__all__ = ["BODY_ROLES", "LineRole", "find_speeches", "line_roles"]


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
    lines = read_lines(text)
    roles = with_reports(lines, line_roles(text, lines=lines))
    if not any(role.role in BODY_ROLES for role in roles):
        bare = ("speech_title", "subtitle", "heading", "attribution")
        roles = [LineRole("body") if role.role in bare else role for role in roles]
    roles = _signed(_with_found_heads(text, _with_first_heading(text, roles)))
    chunks = _chunks(roles)
    title, chunks = _document_title(text, roles, chunks)
    speeches = [
        _speech(text, roles, chunk, number=number, single=len(chunks) == 1)
        for number, chunk in enumerate(chunks, start=1)
    ]
    notes = [
        Note("outside_speech", "info", f"This line ({role.role}) belongs to no speech.", text.spans[index])
        for index, role in enumerate(roles)
        if role.role in LEFT_OUT
    ]
    notes += [
        Note("unclear_turn", "info", "Somebody may speak here; nothing else in the text shows it.", span)
        for span in _unclear_turns(lines, roles)
    ]
    return title, speeches, notes


def _unclear_turns(lines: Sequence[Line], roles: Sequence[LineRole]) -> list[Span]:
    """Return the labels that name somebody, or a role of a talk, and open no turn."""
    return [
        Span(line.span.start, line.span.start + line.label.end)
        for line, role in zip(lines, roles, strict=True)
        if line.label is not None
        and line.label.strength in ("role", "who", "name")
        and line.label.end < len(line.text)
        and role.role == "body"
    ]


def _with_first_heading(text: SourceText, roles: list[LineRole]) -> list[LineRole]:
    """Let the last of the first lines be a sub-heading, if it is set off and the text has more of them."""
    first = next((index for index, role in enumerate(roles) if role.role in BODY_ROLES), 0)
    last = first - 1
    named = any(role.organization or role.speaker for role in roles[:first])
    if last < 1 or named or roles[last].role != "speech_title" or roles[last - 1].role != "speech_title":
        return roles
    others = [index for index, role in enumerate(roles) if role.role == "heading"]
    sign = _sign(text, last)
    if sign and any(_sign(text, index) == sign for index in others):
        return [*roles[:last], LineRole("heading"), *roles[first:]]
    if len(others) < 2 or any(role.opens for role in roles[first:]):
        return roles
    gap = text.paragraphs[last].blank_before
    if not gap or gap != text.paragraphs[others[0]].blank_before:
        return roles
    return [*roles[:last], LineRole("heading"), *roles[first:]]


def _with_found_heads(text: SourceText, roles: list[LineRole]) -> list[LineRole]:
    """Let a speech begin wherever reading order found that an article does, also where it names nobody."""
    found = list(roles)
    for index, (paragraph, role) in enumerate(zip(text.paragraphs, roles, strict=True)):
        if paragraph.opens and not role.opens:
            titled = role.role in ("heading", "body", "speech_title")
            found[index] = LineRole("speech_title", opens=True) if titled else replace(role, opens=True)
    return found


def _sign(text: SourceText, index: int) -> str | None:
    """Return the kind of sign that opens a line: its bullet, or that it is numbered; None if none does."""
    start, end = text.spans[index]
    match = _BULLET.match(text.text, start, end)
    if match is None:
        return None
    return match["bullet"] or "number"


def _signed(roles: list[LineRole]) -> list[LineRole]:
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
    named = any(role.organization or role.speaker for role in _heads(roles, first))
    has_body = any(roles[index].role in BODY_ROLES for index in first)
    count = 0
    if len(chunks) > 1 and not named:
        count = len(titles)
    elif titles:
        count = _count_title_lines(text, roles, chunks, titles)
    if not count:
        return None, chunks
    last = titles[count - 1]
    rest = range(last + 1, first.stop)
    if not named and last + 1 < first.stop and roles[last + 1].role == "subtitle":
        last += 1
    title = Span(text.spans[titles[0]].start, text.spans[last].end)
    return title, [rest, *chunks[1:]] if has_body else chunks[1:]


def _heads(roles: Sequence[LineRole], chunk: range) -> list[LineRole]:
    return [
        roles[index] for index in chunk if roles[index].role in ("organization", "speaker", "turn", "lead")
    ]


def _count_title_lines(
    text: SourceText, roles: Sequence[LineRole], chunks: Sequence[range], titles: Sequence[int]
) -> int:
    """Return how many of the first part's title lines are the whole file's."""
    lines = [text.text[slice(*text.spans[index])] for index in titles]
    for count in range(1, len(titles) + (len(chunks) > 1)):
        if line_form("series_title").match(lines[count - 1]):
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
    organization, speaker = speakers(text, roles, chunk, single=single, first=number == 1)
    title = Span(text.spans[titles[0]].start, text.spans[titles[-1]].end) if titles else None
    if titles and roles[titles[0]].title is not None and len(titles) == 1:
        title = roles[titles[0]].title
    if title and organization and _is_issuer(text, titles, organization):
        title = Span(organization.start, title.end)
    if title and single and titles[0] and roles[titles[0] - 1].role == "kicker":
        title = Span(text.spans[titles[0] - 1].start, title.end)
    late = titles[-1] if titles else chunk.stop
    body = tuple(
        index
        for index in chunk
        if roles[index].role in BODY_ROLES
        or (roles[index].role == "speech_title" and index > late and index not in titles)
    )
    date = _date(text, roles, chunk)
    begins = roles[body[0]].text_start if body else None
    return SpeechSpan(f"s{number}", title, organization, speaker, body, date=date, text_start=begins)


def _date(text: SourceText, roles: Sequence[LineRole], chunk: range) -> DateSpan | None:
    """Return when a speech was given: by the lines of its head, its dateline, or where it is signed.

    A date whose year is said goes before one without; of equals, the first.
    """
    body = [index for index in chunk if roles[index].role in BODY_ROLES]
    first, last = (body[0], body[-1]) if body else (chunk.stop, chunk.stop)
    found: list[tuple[int, DateSpan]] = []
    for index in chunk:
        start, end = text.spans[index]
        role = roles[index].role
        if index == first:
            end = start + tag_end(text.text[start : min(end, start + 100)])
        elif (
            roles[index].role in BODY_ROLES
            or (index > last and role != "dateline")
            or end - start > _LONGEST_DATED
        ):
            continue
        dated = find_date(text.text[start:end], start=start)
        if dated is not None and (dated.start or index == first or role == "dateline"):
            found.append((_date_rank(text.text[start:end], dated, at=dated.span.start - start), dated))
    return min(found, key=lambda one: one[0])[1] if found else None


def _date_rank(line: str, dated: DateSpan, *, at: int) -> int:
    """Say how far a date goes before others: one that opens its line, one inside, one without a year."""
    if dated.start is None:
        return 2
    rest = line[at + dated.span.end - dated.span.start :].lstrip()
    return 0 if not line[:at].strip("—（( ") and not rest[:1].isdigit() else 1


def _is_issuer(text: SourceText, titles: Sequence[int], organization: Span) -> bool:
    """Say whether the organisation's line is the first of a title: 「云浦市公安局 / 关于……的通告」."""
    before = titles[0] - 1
    line = text.text[slice(*text.spans[titles[0]])]
    return before >= 0 and text.spans[before] == organization and line.startswith("关于")
