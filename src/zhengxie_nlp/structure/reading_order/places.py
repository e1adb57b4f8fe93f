"""What each paragraph of a page is that may have been cut: the head of an article, body, or neither.

Line roles read a line by its form and neighbours. Where a sentence breaks off, the neighbours mislead: a
fragment under a name looks like a second headline, and a headline under a fragment like a sub-heading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from zhengxie_nlp.structure.reading_order.language_model import language_model
from zhengxie_nlp.structure.reading_order.paragraph_ends import Place, describe, ending_of, leans_on
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, LineRole, is_heading_line, line_roles
from zhengxie_nlp.text.source_text import SourceText

_NAMES: Final = frozenset(("organization", "speaker", "attribution"))
_HEADS: Final = frozenset(("speech_title", "subtitle", *_NAMES))
_TITLES: Final = frozenset(("speech_title", "subtitle", "heading", "body"))
_SHORTEST_FRAGMENT: Final = 6
_LONG_FRAGMENT: Final = 18
#: From these log odds on an end is rather a paragraph's.
_ENDS: Final = -3.0
_FINAL: Final = "。！？…；："
_LONGEST_HEADLINE: Final = 44
#: From these log odds on a paragraph so near is the rest of a line.
_CONTINUED: Final = 4.0
_SURELY_CONTINUED: Final = 9.0
_NEAR: Final = 60


def find_places(text: SourceText) -> tuple[list[Place], frozenset[int]]:
    """Say what each paragraph is.

    Args:
        text: the clean text in source order.

    Returns:
        One Place a paragraph, in order; and the numbers of those that look like headlines and are
        sentences that break off.
    """
    page = _Page(text)
    places = [_place(role) for role in page.roles]
    fragments = [at for at in range(1, len(page.lines)) if page.is_fragment(at)]
    for at in fragments:
        places[at] = "body"
        if at + 1 < len(places) and page.roles[at + 1].role in _HEADS:
            places[at + 1] = "head"
    for at in range(1, len(places)):
        if places[at] in ("body", "aside") and page.is_headline(at, places):
            places[at] = "head"
    return places, frozenset(fragments)


def _place(role: LineRole) -> Place:
    is_body = role.role in BODY_ROLES
    if role.opens:
        return "turn" if is_body else "head"
    return "body" if is_body else "aside"


class _Page:
    """The lines of a page, what each is for by its form, and where sentences may go on."""

    def __init__(self, text: SourceText) -> None:
        self.lines = [text.text[span.start : span.end] for span in text.spans]
        self.indents = [paragraph.indent for paragraph in text.paragraphs]
        self.roles = line_roles(text)
        described = describe(text, [_place(role) for role in self.roles])
        body = [one for one in described if one.place == "body" and one.marker is None]
        self.starts = [one.number for one in body if one.undented or one.odd_start]
        self.others = [one.number for one in body if not (one.undented or one.odd_start)]
        self.indent = self._body_indent()

    def _body_indent(self) -> int:
        """Return the indent that paragraphs have and headlines have not; 0 if there is none."""
        body = Counter(
            indent for indent, role in zip(self.indents, self.roles, strict=True) if role.role in BODY_ROLES
        )
        heads = Counter(
            indent for indent, role in zip(self.indents, self.roles, strict=True) if role.role in _HEADS
        )
        usual = max(body, key=lambda indent: (body[indent], indent), default=0)
        return usual if usual and heads[usual] * 3 <= heads.total() else 0

    def is_fragment(self, at: int) -> bool:
        """Say whether what looks like one of some headlines is a sentence that breaks off."""
        line, role = self.lines[at], self.roles[at].role
        if role not in _TITLES or role == "body" or len(line) < _SHORTEST_FRAGMENT or line[-1] in _FINAL:
            return False
        if at + 1 < len(self.lines) and self.roles[at + 1].role in BODY_ROLES and role == "heading":
            return False
        if self.indent and self.indents[at] == self.indent:
            return True
        if self.roles[at - 1].role in _NAMES:
            if line[-1] in "，、" or leans_on(line):
                return True
            if language_model().closing(line) <= _ENDS and ("，" in line or len(line) >= _LONG_FRAGMENT):
                return True
        elif self.roles[at - 1].role not in BODY_ROLES:
            return False
        return self._goes_on(at)

    def _goes_on(self, at: int) -> bool:
        """Say whether a paragraph somewhere near can only be the rest of a line."""
        model, line = language_model(), self.lines[at]
        for starts, least in ((self.starts, _CONTINUED), (self.others, _SURELY_CONTINUED)):
            for start in starts:
                if abs(start - at) <= _NEAR and start != at + 1:
                    right = self.lines[start]
                    if model.reads_on(line, right) - model.opening(right) > least:
                        return True
        return False

    def is_headline(self, at: int, places: Sequence[Place]) -> bool:
        """Say whether a line stands over a new article: under a sentence that breaks off, and not its end."""
        line = self.lines[at]
        before = next((n for n in range(at - 1, max(-1, at - 4), -1) if places[n] != "aside"), -1)
        if before < 0 or places[before] != "body" or self.roles[at].role not in _TITLES:
            return False
        if ending_of(self.lines[before]) not in ("bare", "open"):
            return False
        if len(line) > _LONGEST_HEADLINE or not is_heading_line(line) or at + 1 >= len(self.lines):
            return False
        model = language_model()
        return model.reads_on(self.lines[before], line) < model.opening(line)
