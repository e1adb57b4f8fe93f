"""Reads headline and name off one line: 「【岭东区政协】让协商贴近百姓」 (guideline §1)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from zhengxie_nlp.structure.speeches.names import Who, read_who
from zhengxie_nlp.text.source_text import Span

_SHORTEST_TITLE: Final = 4
_FORMS: Final = (
    re.compile(r"[【\[（〔](?P<who>[^【】\[\]（）〔〕]{2,40})[】\]）〕] ?(?P<title>[^【】〔〕]{4,60})$"),
    re.compile(r"(?P<title>[^【】〔〕]{4,60}?) ?[【\[（〔](?P<who>[^【】\[\]（）〔〕]{2,40})[】\]）〕]$"),
    re.compile(r"(?P<title>[^—]{4,60}?) ?—{1,2} ?(?P<who>[^—]{2,40})$"),
    re.compile(r"(?P<who>[^—|｜/]{2,40}?) ?(?:—{1,2}|[|｜/]) ?(?P<title>[^—|｜/]{4,60})$"),
    re.compile(r"(?P<title>[^|｜]{4,60}?) ?[|｜/] ?(?P<who>[^|｜/]{2,40})$"),
)


class Head(NamedTuple):
    """A headline, and whom the same line names, as offsets into the line."""

    title: Span
    who: Who


def read_head(line: str) -> Head | None:
    """Read a line that holds a headline and who speaks.

    Args:
        line: one short paragraph of the clean text.

    Returns:
        The characters of both, or None if the line has not the form. Whether the line is the head of a speech
        and not a headline with a remark, its like in the text decide.

    Example:
        >>> line = "让协商贴近百姓（岭东区政协）"
        >>> head = read_head(line)
        >>> line[slice(*head.title)], line[slice(*head.who.organization)]
        ('让协商贴近百姓', '岭东区政协')
        >>> read_head("让协商贴近百姓（议政建言）") is None
        True
    """
    for form in _FORMS:
        match = form.match(line)
        if match is None:
            continue
        who = read_who(match["who"])
        if who is None or (who.organization is None and " " in match["who"]):
            continue
        at = match.start("who")
        spans = [
            Span(span.start + at, span.end + at) if span is not None else None
            for span in (who.organization, who.speaker)
        ]
        return Head(Span(*match.span("title")), Who(*spans))
    return None
