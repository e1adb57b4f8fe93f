"""What each paragraph of a page is that may have been cut: the head of an article, body, or neither.

Line roles read a line by its form and neighbours. Where a sentence breaks off, the neighbours mislead: a
fragment under a name looks like a second headline, and a headline under a fragment like a sub-heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhengxie_nlp.structure.reading_order.fragments import NAMES, Fragments
from zhengxie_nlp.structure.reading_order.language_model import language_model
from zhengxie_nlp.structure.reading_order.paragraph_ends import Place, describe, ending_of
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, LineRole, is_heading_line, line_roles
from zhengxie_nlp.text.source_text import SourceText

_HEADS: Final = frozenset(("speech_title", "subtitle", *NAMES))
_TITLES: Final = frozenset(("speech_title", "subtitle", "heading", "body"))
_OCCASIONS: Final = frozenset(("attribution", "subtitle", "body", "heading"))
_LONGEST_HEADLINE: Final = 44
_DASH: Final = "——"
_FINAL: Final = "。！？；：，"


def find_places(text: SourceText) -> tuple[list[Place], dict[int, float]]:
    """Say what each paragraph is.

    Args:
        text: the clean text in source order.

    Returns:
        One Place a paragraph, in order; and the numbers of those that look like headlines and may
        be sentences that break off, with the log odds that they are.
    """
    page = _Page(text)
    places = [_place(role) for role in page.roles]
    for at in page.fragments:
        places[at] = "body"
        if at + 1 < len(places) and page.roles[at + 1].role in _HEADS:
            places[at + 1] = "head"
    for at in range(1, len(places)):
        if places[at] in ("body", "aside") and page.is_headline(at, places):
            places[at] = "head"
    return places, page.fragments


def judged_lines(text: SourceText) -> Fragments:
    """Return the judge of which lines of a text look like headlines and break off."""
    return _fragments(text, line_roles(text))


def _fragments(text: SourceText, roles: Sequence[LineRole]) -> Fragments:
    return Fragments(text, roles, describe(text, [_place(role) for role in roles]))


def _place(role: LineRole) -> Place:
    is_body = role.role in BODY_ROLES
    if role.opens:
        return "turn" if is_body else "head"
    return "body" if is_body else "aside"


class _Page:
    """The lines of a page, what each is for by its form, and where sentences may go on."""

    def __init__(self, text: SourceText) -> None:
        self.lines = [text.text[span.start : span.end] for span in text.spans]
        self.roles = line_roles(text)
        self.fragments = _fragments(text, self.roles).odds()

    def _is_occasion(self, at: int) -> bool:
        """Say whether a line tells, after a dash, where and when a report was given, above who gave it."""
        line = self.lines[at]
        if not line.startswith(_DASH) or line[-1] in _FINAL or self.roles[at].role not in _OCCASIONS:
            return False
        return at + 1 < len(self.lines) and len(line) <= _LONGEST_HEADLINE

    def is_headline(self, at: int, places: Sequence[Place]) -> bool:
        """Say whether a line stands over a new article: under a sentence that breaks off, and not its end."""
        line = self.lines[at]
        before = next((n for n in range(at - 1, max(-1, at - 4), -1) if places[n] != "aside"), -1)
        if before < 0 or places[before] != "body" or ending_of(self.lines[before]) not in ("bare", "open"):
            return False
        if self._is_occasion(at):
            return True
        if self.roles[at].role not in _TITLES:
            return False
        if len(line) > _LONGEST_HEADLINE or not is_heading_line(line) or at + 1 >= len(self.lines):
            return False
        model = language_model()
        return model.reads_on(self.lines[before], line) < model.opening(line)
