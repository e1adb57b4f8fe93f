"""What each paragraph looks like at its two ends: whether it stops, or starts, in the middle of something.

These are the observations that reading order reasons from; nothing is decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.records import MarkerStyle
from zhengxie_nlp.structure.markers.find import find_markers
from zhengxie_nlp.structure.markers.forms import leading_marker
from zhengxie_nlp.text.source_text import SourceText, Span

#: How a paragraph ends. ``closed``: with a final mark, or as a heading does; ``soft``: without one, as a
#: heading or a list item may; ``bare``: run-on text without one; ``open``: certainly in the middle.
Ending = Literal["closed", "soft", "bare", "open"]
#: head: the first line of a speech, above its body. turn: the same, and body too (张三：…). aside: any other
#: line that is no body. body: all else.
Place = Literal["head", "turn", "aside", "body"]

_CLOSED: Final = re.compile(r"[。！？…!?—][”’）》]{0,3}+$|。（[^（）]{1,60}+）$|[.．]$")
_LISTED: Final = re.compile(r"[；：;:][”’）》]{0,2}+$")
_PAIRS: Final = {"“": "”", "（": "）", "《": "》", "‘": "’"}
_SIGNS: Final = re.compile(r"[“”（）《》‘’。！？]")
_LEADING_PUNCTUATION: Final = re.compile(r"[，。、；：！？”’）》%％]|[.,;](?![.,;])")
_INNER_STOP: Final = re.compile(r"[。！？]")
_LEAD_END: Final = re.compile(r"[。！？；：]")
_POINTS: Final = frozenset(("shi", "yao", "di", "qi", "sequence_word"))
_LONGEST_HEADING: Final = 60
_SHORT_LINE: Final = 25
#: From this length on, a line with commas and without a stop is no heading but run-on text.
_RUN_ON: Final = 45
#: A shorter line may stop after a comma: verse, and what is said in its manner.
_VERSE: Final = 8
#: So many paragraphs must be indented before one without an indent says anything.
_LEAST_INDENTED: Final = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """One paragraph as reading order sees it.

    Attributes:
        number: its place in `SourceText.paragraphs`.
        text: its clean characters.
        place: what kind of line it is.
        marker: style and ordinal of the marker that opens it.
        inline: style and ordinal of the markers inside it, in order.
        heading: the words after its marker, up to the first stop; empty without a marker.
        ending: how it ends.
        unclosed: the closing signs that its last sentence still waits for, innermost last.
        closers: the closing signs in its first sentence that nothing opens.
        odd_start: whether it starts as no paragraph does: with punctuation, a closing sign's sentence, or
            a word that leans on the one before (的, 等).
        undented: whether it stands without the indent that the other paragraphs have.
        fragment: the log odds that it breaks off, if it looks like a headline.
    """

    number: int
    text: str
    place: Place
    marker: tuple[MarkerStyle, int] | None
    inline: tuple[tuple[MarkerStyle, int], ...]
    heading: str
    ending: Ending
    unclosed: str
    closers: str
    odd_start: bool
    undented: bool = False
    fragment: float | None = None


@cache
def _leaning(side: str) -> Phrases[tuple[str, ...]]:
    rows = [row for row in read_table("leaning_words.tsv") if row["side"] == side]
    return Phrases({row["word"]: tuple(row["except"].split()) for row in rows})


def leans_back(text: str) -> bool:
    """Return whether `text` starts with a word that no sentence starts with (的, 等), or with punctuation.

    Example:
        >>> leans_back("等工作，成效明显。"), leans_back("等级评定结果已经公布。")
        (True, False)
    """
    if _LEADING_PUNCTUATION.match(text):
        return True
    found = _leaning("start").longest_at(text, 0)
    return found is not None and not text.startswith(found[1] or ("\n",))


def leans_on(text: str) -> bool:
    """Return whether `text` ends with a word that something must follow (和, 进一步).

    Example:
        >>> leans_on("账目每月上墙。进一步"), leans_on("邻里之间更加谐和")
        (True, False)
    """
    found = _leaning("end").longest_before(text, len(text))
    return found is not None and not text.endswith(found[1] or ("\n",))


def unpaired_signs(text: str) -> tuple[str, str]:
    """Return what does not pair at the two ends of a paragraph.

    Only the first and the last sentence count: a sign missing in the middle is a slip of the pen.

    Returns:
        The closing signs in the first sentence that nothing opens, and those that the last sentence still
        waits for.

    Example:
        >>> unpaired_signs("门议事”的规矩。立下“当场答")
        ('”', '”')
    """
    closers: list[str] = []
    waiting: list[str] = []
    first_sentence = True
    for match in _SIGNS.finditer(text):
        sign = match[0]
        if sign in _PAIRS:
            waiting.append(_PAIRS[sign])
        elif sign in "。！？":
            first_sentence = False
            # A quotation may hold whole sentences, but one that began long before is a slip.
            if not text.startswith(("”", "’", "）"), match.end()):
                waiting.clear()
        elif sign in waiting:
            del waiting[waiting.index(sign) :]
        elif first_sentence:
            closers.append(sign)
    return "".join(closers), "".join(waiting)


def ending_of(text: str, *, marked: bool = False) -> Ending:
    """Return how a paragraph ends, from its own characters alone.

    Args:
        text: the paragraph.
        marked: whether a marker opens it, so that a short line is a heading.

    Example:
        >>> [ending_of(text) for text in ("水渠修好。跟社区共同", "随机入户走访群众，", "成效明显。")]
        ['bare', 'open', 'closed']
    """
    if not text or _CLOSED.search(text[-70:]):
        return "closed"
    if _LISTED.search(text[-4:]):
        return "soft"
    if text[-1] in "，、“（《" and len(text) < _VERSE:
        return "soft"
    if text[-1] in "，、“（《" or leans_on(text):
        return "open"
    last_sentence = _INNER_STOP.split(text[-200:])[-1]
    if unpaired_signs(last_sentence)[1]:
        return "open"
    if last_sentence != text[-200:]:
        return "bare"
    if not marked and len(text) >= _RUN_ON and "，" in text:
        return "bare"
    return "soft" if marked or len(text) >= _SHORT_LINE or "，" in text else "closed"


def describe(
    text: SourceText, places: Sequence[Place], *, fragments: Mapping[int, float] = MappingProxyType({})
) -> list[Stretch]:
    """Describe every paragraph of a text.

    Args:
        text: the text.
        places: what kind of line each paragraph is, one for each.
        fragments: the numbers of those that look like headlines and may break off, with the log odds.

    Returns:
        One Stretch a paragraph, in source order.
    """
    inline = _markers_by_paragraph(text)
    undented = _undented(text, places)
    found: list[Stretch] = []
    for number, (span, place) in enumerate(zip(text.spans, places, strict=True)):
        line = text.text[span.start : span.end]
        marker = leading_marker(line) if place in ("body", "turn") else None
        heading = ""
        if marker is not None:
            rest = line[marker.span.end : marker.span.end + _LONGEST_HEADING]
            heading = _LEAD_END.split(rest)[0]
        closers, unclosed = unpaired_signs(line)
        found.append(
            Stretch(
                number=number,
                text=line,
                place=place,
                marker=(marker.style, marker.ordinal) if marker else None,
                inline=tuple(inline.get(number, ()))[1 if marker else 0 :],
                heading=heading,
                ending="open"
                if number in fragments
                else _ending(text, number, line, marked=marker is not None, place=place),
                unclosed=unclosed,
                closers=closers,
                odd_start=marker is None and place == "body" and (bool(closers) or leans_back(line)),
                undented=number in undented,
                fragment=fragments.get(number),
            )
        )
    return _points_without_stop(found)


def _ending(text: SourceText, number: int, line: str, *, marked: bool, place: Place) -> Ending:
    if place not in ("body", "turn"):
        return "closed"
    ending = ending_of(line, marked=marked)
    if ending in ("soft", "closed") and line[-1:].isalnum() and not marked and is_wrapped(text, number):
        # A heading stands on one line.
        return "bare"
    return ending


def is_wrapped(text: SourceText, number: int) -> bool:
    """Return whether a paragraph was joined of several lines."""
    pieces = text.paragraphs[number].pieces
    return bool(pieces) and "\n" in text.source[pieces[0].start : pieces[-1].end].rstrip()


def _undented(text: SourceText, places: Sequence[Place]) -> frozenset[int]:
    """Return the paragraphs that stand without the indent that nearly all others have."""
    body = [number for number, place in enumerate(places) if place == "body"]
    indents = Counter(text.paragraphs[number].indent for number in body)
    usual = max(indents, key=lambda indent: (indents[indent], indent), default=0)
    if not usual or indents[usual] < _LEAST_INDENTED:
        return frozenset()
    flush = [number for number in body if not text.paragraphs[number].indent]
    return frozenset(flush) if len(flush) * 3 <= len(body) else frozenset()


def _markers_by_paragraph(text: SourceText) -> dict[int, list[tuple[MarkerStyle, int]]]:
    found: dict[int, list[tuple[MarkerStyle, int]]] = {}
    number = 0
    for marker in find_markers(text.text):
        while not _inside(text.spans[number], marker.span.start):
            number += 1
        found.setdefault(number, []).append((marker.style, marker.ordinal))
    return found


def _inside(span: Span, at: int) -> bool:
    return at < span.end


def _points_without_stop(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Call a point that has no stop at all run-on text, where its like close with one."""
    described = list(stretches)
    closed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for one in described:
        if one.marker is not None and one.marker[0] in _POINTS:
            total[one.marker[0]] += 1
            closed[one.marker[0]] += one.ending == "closed"
    return [
        replace(one, ending="bare")
        if one.ending == "soft"
        and one.marker is not None
        and total[one.marker[0]] > 2
        and closed[one.marker[0]] * 3 >= total[one.marker[0]] * 2
        else one
        for one in described
    ]
