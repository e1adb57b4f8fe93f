"""Clauses: the stretches between ，；。： or line ends in which one deed is told (guideline §6).

Marks inside quotation marks, 《》 and brackets part nothing. Headings, titles and lines of names hold no
clauses; the lead sentence of a point counts only where it is the whole point.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.lexemes import NAMED, role
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan
from zhengxie_nlp.structure.speeches.line_forms import tag_end
from zhengxie_nlp.text.source_text import Span

#: A clause longer than this is no sentence of a person: it is left out.
LONGEST: Final = 300
_LONGEST_TAG: Final = 100
_MARKS: Final = "，；：。！？\n"
#: Marks one by one, not as a set: so the pattern's first characters are known, and the rest is skipped fast.
_CUT: Final = re.compile(f"{NAMED.pattern}|({'|'.join(_MARKS)})")
_SENTENCE_ENDS: Final = frozenset("。！？\n")
_EDGES: Final = " \u3000、，；：。！？\n—"
_CLOSING: Final = "”）》’"
#: Without one of these at an end, a clause is as it should be.
_TRIMMED: Final = frozenset(_EDGES + _CLOSING + "“")
#: A connective is no longer than this.
_LONGEST_CONNECTIVE: Final = 6
#: Words that a connective of one character begins.
_LONGER: Final = frozenset(
    (
        "和谐",
        "和美",
        "并网",
        "并购",
        "并联",
        "及时",
        "即时",
        "即将",
        "且末",
        "既有",
        "既定",
        "且行",
        "并行",
        "并案",
        "并轨",
    )
)


class Clause(NamedTuple):
    """One clause, without connective and marks.

    Attributes:
        span: its characters.
        sentence: the number of its sentence in the document.
        place: its number in the sentence, from 0.
        before: the mark before it in its sentence, or "".
        after: the mark that ends it, or "".
        lead: the connective that was left out, or "".
        node: the node it belongs to.
        speech: the speech it belongs to.
        heading: whether it stands in the lead sentence of a point that is nothing else.
    """

    span: Span
    sentence: int
    place: int
    before: str
    after: str
    lead: str
    node: NodeSpan
    speech: SpeechSpan
    heading: bool = False


def find_clauses(context: Context) -> Iterator[Clause]:
    r"""Yield every clause in which a deed may be told, in reading order.

    Example:
        >>> from zhengxie_nlp import Pipeline
        >>> context = Pipeline().analyze("云浦市政协\n\n今年以来，建立制度，开展活动。").parts[0].context
        >>> [context.text.text[slice(*clause.span)] for clause in find_clauses(context)]
        ['今年以来', '建立制度', '开展活动']
    """
    text = context.text.text
    sentence = 0
    for speech in context.structure.speeches:
        for top in speech.nodes:
            for node in top.walk():
                for span, heading in _judged(text, node):
                    made = _clauses_of(
                        text, span, sentence=sentence, node=node, speech=speech, heading=heading
                    )
                    yield from made
                    sentence = (made[-1].sentence if made else sentence) + 1


def _judged(text: str, node: NodeSpan) -> Iterator[tuple[Span, bool]]:
    """Yield the parts of a node that hold clauses: its body, and a heading that is all there is."""
    if node.heading is not None and node.marker is not None and not node.children and not node.body:
        ends = text[node.heading.end : node.heading.end + 1]
        if node.marker.kind == "point" or (ends and ends in "。；！？"):
            yield node.heading, True
    for span in node.body:
        # What an agency says of itself before a report is no clause of it: 本报云浦7月28日电（记者…）.
        opens = span.start == 0 or text[span.start - 1] == "\n"
        tag = tag_end(text[span.start : min(span.end, span.start + _LONGEST_TAG)]) if opens else 0
        yield Span(span.start + tag, span.end), False


def _clauses_of(
    text: str, span: Span, *, sentence: int, node: NodeSpan, speech: SpeechSpan, heading: bool
) -> list[Clause]:
    made: list[Clause] = []
    place, before, at = 0, "", span.start
    for end, mark, following in _cuts(text, span):
        start, stop = _trimmed(text, at, end)
        lead = _connective(text, start, stop)
        start, stop = _trimmed(text, start + len(lead), stop)
        if 0 < stop - start <= LONGEST and text[start:stop] not in role("connective"):
            made.append(Clause(Span(start, stop), sentence, place, before, mark, lead, node, speech, heading))
            place += 1
        before, at = mark, following
        if mark in _SENTENCE_ENDS:
            sentence, place, before = sentence + 1, 0, ""
    return made


def _cuts(text: str, span: Span) -> list[tuple[int, str, int]]:
    """Return the end of each clause, the mark there, and where the next one begins."""
    cuts = [
        (match.start(), match[1], match.end())
        for match in _CUT.finditer(text, span.start, span.end)
        if match[1]
    ]
    following = text[span.end : span.end + 1]
    cuts.append((span.end, following if following and following in _MARKS else "\n", span.end))
    return cuts


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if start >= end or (text[start] not in _TRIMMED and text[end - 1] not in _TRIMMED):
        return start, end
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    if start < end and text[start] in _CLOSING:
        start += 1
    if start < end and text[start] == "“" and "”" not in text[start:end]:
        start += 1
    if start < end and text[end - 1] == "”" and "“" not in text[start:end]:
        end -= 1
    return start, end


@cache
def _openings() -> frozenset[str]:
    """Return the first characters of connectives."""
    return frozenset(word[0] for word in role("connective"))


def _connective(text: str, start: int, end: int) -> str:
    """Return the connective that a clause begins with, if it holds more than that; or ""."""
    if text[start : start + 1] not in _openings():
        return ""
    for length in range(min(_LONGEST_CONNECTIVE, end - start - 2), 0, -1):
        word = text[start : start + length]
        # A connective of one character may begin a longer word (和谐, 并网, 又快又好).
        if word in role("connective") and not (length == 1 and text[start : start + 2] in _LONGER):
            return word
    return ""


def sentences_of(clauses: Iterable[Clause]) -> Iterator[list[Clause]]:
    """Yield the clauses sentence by sentence."""
    run: list[Clause] = []
    for clause in clauses:
        if run and clause.sentence != run[-1].sentence:
            yield run
            run = []
        run.append(clause)
    if run:
        yield run


def merged(first: Clause, last: Clause) -> Clause:
    """Return one clause from the beginning of `first` to the end of `last`."""
    return Clause(
        Span(first.span.start, last.span.end), first.sentence, first.place, first.before, last.after,
        first.lead, first.node, first.speech, first.heading,
    )  # fmt: skip
