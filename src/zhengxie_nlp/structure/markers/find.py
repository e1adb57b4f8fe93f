"""Finds markers: the characters that number the nodes of an outline (guideline §1).

At the start of a paragraph a marker is read from its form alone (`forms.leading_marker`). Inside a paragraph,
and for forms that are ordinary words too (首先, 最后, 第三条) or that number seldom (甲、 A. 举措一：),
`find_markers` asks for the evidence of a series: 其次 after 首先, 二是 after 一是.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from zhengxie_nlp.structure.markers.forms import (
    HEADING_LENGTH,
    LOOSE_START,
    Candidate,
    candidates,
    leading_marker,
)
from zhengxie_nlp.structure.spans import MarkerSpan
from zhengxie_nlp.structure.speech_patterns import speech_pattern

__all__ = ["find_markers", "leading_marker"]

#: What may stand before styles that other numbers resemble (2.3, （3）) inside a paragraph.
_SENTENCE_START: Final = "。；：！？”"
#: What an article's text ends with.
_ENDED: Final = "。！？；：…”）》"


def find_markers(text: str, *, start: int = 0, end: int | None = None) -> list[MarkerSpan]:
    """Find the markers of a clean text: at the start of paragraphs and inside them.

    Inside a paragraph a marker stands at the start of a clause, outside quotation marks, in a series that
    counts up from 1 (a lone 「一是」 needs a colon before it). A skipped or repeated number keeps its
    own ordinal.

    Args:
        text: the clean text; paragraphs are parted by line breaks.
        start: the clean offset at which to begin, the start of a paragraph.
        end: the clean offset at which to stop; left out, the end of the text.

    Returns:
        The markers in reading order. 最后 counts on from the marker before it.

    Example:
        >>> [(text_, m.ordinal) for m in find_markers("做到：一是学习；二是服务。")
        ...  for text_ in ["做到：一是学习；二是服务。"[m.span.start:m.span.end]]]
        [('一是', 1), ('二是', 2)]
    """
    stop = len(text) if end is None else end
    groups: dict[str, list[Candidate]] = {}
    for found in sorted(candidates(text, start, stop), key=lambda found: found.marker.span):
        groups.setdefault(found.marker.series, []).append(found)
    kept: list[Candidate] = []
    words = _word_series(groups.pop("order", []), groups.get("di", []))
    kept += words
    kept += _sides(groups.pop("sides", []))
    for name, group in groups.items():
        earlier = words if name == "di" else []
        kept += _run_in(_counting(_series(group, text, earlier)))
    return sorted((found.marker for found in kept), key=lambda marker: marker.span)


def _word_series(words: Sequence[Candidate], numbered: Sequence[Candidate]) -> list[Candidate]:
    """Keep 首先 that is answered, and what answers it: 其次, 再次, 最后, 第二."""
    answers = [found for found in (*words, *numbered) if found.ordinal != 1]
    starts = sorted((found.marker.span.start, found.line) for found in answers)
    leading_starts = sorted(found.marker.span.start for found in answers if found.leading)
    numbers = sorted((found.marker.span.start, found.ordinal) for found in numbered)
    kept: list[Candidate] = []
    line, last, leading_last = -1, 0, 0
    for found in words:
        at = found.marker.span.start
        before = last if found.line == line else leading_last if found.leading else 0
        if found.ordinal == 1:
            place = bisect_right(starts, (at, found.line))
            answered = place < len(starts) and starts[place][1] == found.line
            answered = answered or (found.leading and bisect_right(leading_starts, at) < len(leading_starts))
            ordinal = 1 if answered else 0
        else:
            # 首先……第二……第三……最后: the last counts on from the number before it.
            place = bisect_right(numbers, (at, 0)) - 1
            if before and place >= 0 and kept and numbers[place][0] > kept[-1].marker.span.start:
                before = numbers[place][1]
            ordinal = (found.ordinal or before + 1) if before else 0
        if not ordinal:
            continue
        kept.append(found._replace(marker=replace(found.marker, ordinal=ordinal)))
        line, last = found.line, ordinal if found.ordinal else 0
        leading_last = last if found.leading else leading_last
    return kept


def _sides(words: Sequence[Candidate]) -> list[Candidate]:
    """Keep 一方面 that 另一方面 answers, or a second 一方面, nearby."""
    kept: list[Candidate] = []
    opened: Candidate | None = None
    for place, found in enumerate(words):
        near = opened is not None and (
            found.line == opened.line or (found.leading and opened.leading and found.line - opened.line <= 3)
        )
        if near:
            kept.append(found._replace(marker=replace(found.marker, ordinal=2)))
            opened = None
        elif found.ordinal == 1 and place + 1 < len(words):
            answer = words[place + 1]
            if answer.line == found.line or (
                answer.leading and found.leading and answer.line - found.line <= 3
            ):
                kept.append(found)
                opened = found
    return kept


def _series(group: Sequence[Candidate], text: str, earlier: Sequence[Candidate]) -> list[Candidate]:
    """Keep the candidates of one style that have a series behind them.

    Args:
        group: the candidates of the style, in order.
        text: the clean text.
        earlier: kept words that a number may continue (第二 after 首先), in order.
    """
    kept: list[Candidate] = []
    earlier_starts = [found.marker.span.start for found in earlier]
    for place, found in enumerate(group):
        after = group[place + 1] if place + 1 < len(group) else None
        before = kept[-1] if kept else None
        word = bisect_right(earlier_starts, found.marker.span.start) - 1
        if word >= 0 and (before is None or before.marker.span < earlier[word].marker.span):
            before = earlier[word]
        if found.leading:
            keep = _has_leading_evidence(found, before, after, text)
        elif found.ordinal == 1:
            keep = _opens_inline_series(found, after)
        else:
            keep = _continues_inline_series(found, before, after)
        if keep:
            kept.append(found)
    return kept


def _counting(kept: list[Candidate]) -> list[Candidate]:
    """Of forms that only a series makes markers, keep those in a run that counts up far enough."""
    if all(found.least == 1 for found in kept):
        return kept
    found: list[Candidate] = []
    run: list[Candidate] = []
    for one in [*kept, None]:
        if one is not None and run and one.ordinal == run[-1].ordinal + 1:
            run.append(one)
            continue
        if run and len(run) >= max(member.least for member in run):
            found += run
        else:
            found += [member for member in run if member.least == 1]
        run = [one] if one is not None else []
    return found


def _run_in(kept: Sequence[Candidate]) -> Iterator[Candidate]:
    """Make points of section numbers whose series runs on inside their paragraph: ①……；②……."""
    for place, found in enumerate(kept):
        after = kept[place + 1] if place + 1 < len(kept) else None
        runs = after is not None and after.line == found.line
        if runs and found.marker.kind == "section":
            yield found._replace(marker=replace(found.marker, kind="point"))
        else:
            yield found


def _has_leading_evidence(
    found: Candidate, before: Candidate | None, after: Candidate | None, text: str
) -> bool:
    """Say whether a form at the start of a paragraph is a marker: most are; some words look like them."""
    step = found.ordinal - before.ordinal if before else 0
    in_series = 1 <= step <= 2 or (after is not None and 1 <= after.ordinal - found.ordinal <= 2)
    if found.unit == "条":
        start, end = found.marker.span
        line = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
        if line and line[-1] not in _ENDED and (len(line) > HEADING_LENGTH or "，" in line):
            # A reference that a hard wrap has put at the start of a line: 本办法⏎第四条.
            return False
        return in_series or text[end : end + 1] in (" ", "\u3000")
    if found.marker.kind == "section" or found.marker.style in ("di", "qi") or in_series:
        return True
    if found.ordinal == 1:
        return True
    # 三是全市面积最大的县。 alone is a sentence; 三是把调研做深。坚持…… a point without neighbours.
    line = text[found.marker.span.end : found.marker.span.end + HEADING_LENGTH].partition("\n")[0]
    lead, stop, rest = line.partition("。")
    return bool(stop and rest) and not speech_pattern("superlative").search(lead)


def _opens_inline_series(found: Candidate, after: Candidate | None) -> bool:
    plain = found.marker.style in ("shi", "yao", "di", "qi", "circled")
    if not plain and found.before not in _SENTENCE_START:
        return False
    if after is not None and after.line == found.line:
        return after.ordinal == 2 or (plain and after.ordinal == 3)
    if found.before in LOOSE_START:
        return False
    if after is not None and after.leading and after.line == found.line + 1 and after.ordinal == 2:
        return True
    return found.marker.style in ("shi", "yao", "di") and found.before == "："


def _continues_inline_series(found: Candidate, before: Candidate | None, after: Candidate | None) -> bool:
    at_sentence = found.before in _SENTENCE_START
    if before is not None and before.line == found.line:
        step = found.ordinal - before.ordinal
        return step == 1 or (at_sentence and step in (0, 2))
    if not at_sentence or found.marker.style not in ("shi", "yao", "di", "qi"):
        return False
    if before is not None and found.line - before.line == 1 and found.ordinal == before.ordinal + 1:
        return True
    return after is not None and after.line == found.line and after.ordinal == found.ordinal + 1
