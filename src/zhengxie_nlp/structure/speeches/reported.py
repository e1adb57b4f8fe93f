"""Finds reported speech: paragraphs, or runs of sentences, that each give what one named person said (§1).

「何立新委员发言说，……」「市水务局局长罗启文介绍，……」. A quotation inside a running report opens no speech:
most of a text's paragraphs must be told so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.structure.spans import moved
from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.structure.speeches.line_forms import Line
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, LineRole
from zhengxie_nlp.structure.speeches.names import Who, is_organization, read_who
from zhengxie_nlp.text.source_text import Span

#: No clause that says who says something is longer.
LONGEST_CLAUSE: Final = 90
_SHARE: Final = 0.5


class Report(NamedTuple):
    """A clause that says who says what follows, in offsets into its line."""

    who: Who
    name: str


@cache
def _clause() -> re.Pattern[str]:
    verbs = "|".join(row["pattern"] for row in read_table("line_forms.tsv") if row["role"] == "said")
    occasion, where, behalf = (
        speech_pattern(name).pattern for name in ("reported_occasion", "reported_where", "reported_behalf")
    )
    return re.compile(
        rf"(?:{occasion})?(?P<who>[^，。：；“”！？《》\n]{{2,40}}?)(?:{where})?(?:{behalf})?"
        rf"(?:{verbs})(?P<rest>[，：]|[^，。：；“”\n]{{0,24}}[，：。])(?!“)"
    )


@cache
def _aside() -> re.Pattern[str]:
    patterns = [row["pattern"] for row in read_table("line_forms.tsv") if row["role"] == "aside"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def read_report(line: str) -> Report | None:
    """Read the clause at the beginning of a paragraph or sentence that names who says it.

    Args:
        line: the paragraph or sentence.

    Returns:
        Whom it names, a person; None where it names none, or goes on with a quotation (说：“……”).

    Example:
        >>> line = "市水务局局长罗启文介绍，今年更新泵站6座。"
        >>> line[slice(*read_report(line).who.speaker)]
        '罗启文'
        >>> read_report("会议指出，要抓好落实。") is None
        True
    """
    match = _clause().match(line[:LONGEST_CLAUSE])
    if match is None:
        return None
    start = match.start("who")
    who = read_who(match["who"])
    if who is None or who.speaker is None:
        return None
    organization, speaker = moved(who.organization, start), moved(who.speaker, start)
    if match["behalf"] and is_organization(match["behalf"]):
        organization = Span(*match.span("behalf"))
    return Report(Who(organization, speaker), line[slice(*speaker)] if speaker else "")


def with_reports(lines: Sequence[Line], roles: list[LineRole]) -> list[LineRole]:
    """Let the paragraphs that one person's words fill be a speech each, if the text is told so.

    Args:
        lines: the lines of a text.
        roles: their roles; a text in which lines or turns open speeches is left as it is.

    Returns:
        The roles, in which the first paragraph of each person's opens a speech, and so does the text of the
        reporter's between.
    """
    named = any(role.speaker is not None or role.organization is not None for role in roles)
    if named and any(role.opens and index for index, role in enumerate(roles)):
        return roles
    body = [index for index, role in enumerate(roles) if role.role in BODY_ROLES]
    reports = {
        index: report
        for index in body
        if lines[index].form in ("body", "long") and (report := read_report(lines[index].text)) is not None
    }
    if not _is_told_so(lines, body, reports):
        return roles
    found = list(roles)
    current: str | None = None
    first, inside = min(reports), frozenset(body)
    for index in body:
        if index < first - 1:
            continue
        report = reports.get(index)
        line = lines[index]
        start = line.span.start
        if roles[index].role == "heading" and index + 1 in inside:
            found[index], current = LineRole("speech_title", opens=True), None
        elif report is not None and report.name != current:
            opens = found[index - 1].role != "speech_title" or not index
            who = (moved(report.who.organization, start), moved(report.who.speaker, start))
            found[index], current = LineRole("turn", *who, opens=opens), report.name
        elif report is None and current is not None and _aside().match(line.text):
            found[index], current = LineRole("body", opens=True), None
    return found


def _is_told_so(lines: Sequence[Line], body: Sequence[int], reports: dict[int, Report]) -> bool:
    """Say whether most paragraphs, from the first one on, give what a named person said."""
    if len(reports) < 2:
        return False
    told = [index for index in body if index >= min(reports) and lines[index].form in ("body", "long")]
    told = [index for index in told if not _aside().match(lines[index].text)]
    return len(reports) >= _SHARE * len(told)
