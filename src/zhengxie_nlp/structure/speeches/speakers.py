"""Says who speaks in one part of a text: by its lines, its headline, its opening clause or a note (§1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhengxie_nlp.structure.spans import moved
from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.structure.speeches.line_forms import line_form
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, LineRole
from zhengxie_nlp.structure.speeches.names import (
    Who,
    is_mere_place,
    is_organization,
    is_place,
    read_attribution,
    read_title_organization,
    read_who,
)
from zhengxie_nlp.text.source_text import SourceText, Span

_LAST_OPENING: Final = 6
_TITLES: Final = ("speech_title", "subtitle")


def speakers(
    text: SourceText, roles: Sequence[LineRole], chunk: range, *, single: bool, first: bool
) -> tuple[Span | None, Span | None]:
    """Return the organisation and the person who speak in one part.

    Lines that name them go first, then a line with a dash (——某市市长某某在……上说), a headline that says
    whose report it is, 「我代表……」, and a note that names the author. An office that a note tells of a
    person is not carried over.

    Args:
        text: the clean text.
        roles: the role of each line.
        chunk: the lines of the part.
        single: whether it is the only part of the text.
        first: whether it is the first one.
    """
    organization = speaker = None
    dashed = ("attribution", "subtitle") if single or not first else ()
    for wanted in (("organization", "speaker", "lead", "turn"), dashed):
        if organization is not None and speaker is not None:
            break
        found = [roles[index] for index in chunk if roles[index].role in wanted]
        organization = organization or next((role.organization for role in found if role.organization), None)
        speaker = speaker or next((role.speaker for role in found if role.speaker), None)
    is_turn = any(roles[index].role == "turn" for index in chunk)
    if not is_turn and (organization is None or is_mere_place(text.text[slice(*organization)])):
        told = _by_title(text, roles, chunk) or _on_behalf(text, roles, chunk)
        organization = told or organization
    if single and speaker is None:
        organization, speaker = _by_note(text, roles, chunk, organization)
    return organization, speaker


def _by_title(text: SourceText, roles: Sequence[LineRole], chunk: range) -> Span | None:
    """Return whose report a headline says it is; of several lines the first that says so."""
    for index in chunk:
        if roles[index].role not in _TITLES:
            continue
        start, end = text.spans[index]
        line = text.text[start:end]
        dash = len(line) - len(line.lstrip("— "))
        found = moved(read_title_organization(line[dash:]), start + dash)
        if found is not None:
            return found
        place = None if dash else speech_pattern("place_title").match(line)
        if place is not None and (is_place(place["place"]) or is_organization(place["place"])):
            return Span(start + place.start("place"), start + place.end("place"))
    return None


def _on_behalf(text: SourceText, roles: Sequence[LineRole], chunk: range) -> Span | None:
    """Return X of 「我代表X向大会报告工作」 in the first paragraphs."""
    opening = [index for index in chunk if roles[index].role in BODY_ROLES][:_LAST_OPENING]
    for index in opening:
        start, end = text.spans[index]
        match = speech_pattern("on_behalf").search(text.text, start, min(end, start + 120))
        if match is None:
            continue
        name = match["who"]
        tasks = speech_pattern("task")
        task = next((found.start() for found in tasks.finditer(name) if found.start() > 1), len(name))
        while task > 1 and not is_organization(name[:task]):
            task = next((found.start() for found in tasks.finditer(name, task + 1)), 0)
        if task > 1:
            return Span(match.start("who"), match.start("who") + task)
    return None


def _by_note(
    text: SourceText, roles: Sequence[LineRole], chunk: range, organization: Span | None
) -> tuple[Span | None, Span | None]:
    for index in chunk:
        start, end = text.spans[index]
        if roles[index].role != "note":
            continue
        writer = line_form("writer").match(text.text[start:end])
        if writer is not None:
            return organization, Span(start + writer.start("who"), start + writer.end("who"))
        author = line_form("author").match(text.text[start:end])
        who = _author(author["who"]) if author else None
        if author is not None and who is not None:
            shift = start + author.start("who") - 1
            is_office = who.speaker is None and not is_organization(author["who"])
            named = None if is_office else moved(who.organization, shift)
            return organization or named, moved(who.speaker, shift)
    return organization, None


def _author(words: str) -> Who | None:
    """Read who a note says the author is; offsets count from one character before `words`."""
    who = read_attribution(f"—{words}")
    plain = None if who else read_who(words)
    return Who(moved(plain.organization, 1), moved(plain.speaker, 1)) if plain else who
