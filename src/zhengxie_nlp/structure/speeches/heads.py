"""Reads headline and name off one line: 「【岭东区政协】让协商贴近百姓」 (guideline §1)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from zhengxie_nlp.structure.spans import moved
from zhengxie_nlp.structure.speeches.names import Who, is_organization, read_who
from zhengxie_nlp.text.source_text import Span

_SHORTEST_TITLE: Final = 6
_GAP: Final = re.compile(r"[ \u3000]+")
_FORMS: Final = (
    re.compile(r"[【\[（〔](?P<who>[^【】\[\]（）〔〕]{2,40})[】\]）〕] ?(?P<title>[^【】〔〕]{4,60})$"),
    re.compile(r"(?P<title>[^【】〔〕]{4,60}?) ?[【\[（〔](?P<who>[^【】\[\]（）〔〕]{2,40})[】\]）〕]$"),
    re.compile(r"(?P<title>[^—]{4,60}?) ?—{1,2} ?(?P<who>[^—]{2,40})$"),
    re.compile(r"(?P<who>[^—|｜/]{2,40}?) ?(?:—{1,2}|[|｜/]) ?(?P<title>[^—|｜/]{4,60})$"),
    re.compile(r"(?P<title>[^|｜]{4,60}?) ?[|｜/] ?(?P<who>[^|｜/]{2,40})$"),
)


class Head(NamedTuple):
    """A headline, and whom the same line names, as offsets into the line.

    `parted` tells that only blanks part them: such a line can open a text that is one speech.
    """

    title: Span
    who: Who
    parted: bool = False


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
    return _parted_by_blanks(line)


def _parted_by_blanks(line: str) -> Head | None:
    """Read a headline, blanks, and an organisation or its post and person: 下足绣花功夫　岭东区政协."""
    for gap in reversed(list(_GAP.finditer(line))):
        who = read_who(line[gap.end() :])
        if who is not None and who.organization is not None and gap.start() >= _SHORTEST_TITLE:
            title = line[: gap.start()]
            is_headline = read_who(title) is None and not is_organization(title)
            spans = (moved(who.organization, gap.end()), moved(who.speaker, gap.end()))
            return Head(Span(0, gap.start()), Who(*spans), parted=True) if is_headline else None
    return None
