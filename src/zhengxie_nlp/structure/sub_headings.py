"""Finds unnumbered sub-headings: short lines of their own, and rows of first sentences made alike (§1)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final

from zhengxie_nlp.structure.speeches.line_roles import is_closing, is_heading_line
from zhengxie_nlp.text.source_text import Span

_FIRST_SENTENCE = re.compile(
    r"(?:—+)?(?P<sentence>[^。！？；：，\n]{2,20}(?:，[^。！？；：，\n]{4,18})?)。(?=[^\n]{15})"
)
_PARALLEL: Final = 3
_LONGEST_PLAIN: Final = 16
_PRONOUNS: Final = ("这", "那", "我", "他", "她", "你", "此", "其", "该", "有", "会议", "大家", "同志")
_COPULAS: Final = ("是", "有", "为", "在", "到", "了")


def find_sub_headings(text: str, *, spans: Sequence[Span], starts: Sequence[int]) -> dict[int, Span]:
    r"""Find the unnumbered sub-headings of a speech.

    What counts: a short line of its own, without final punctuation; and the first sentences of at least
    three paragraphs in a row that are made alike. What does not: closing words, and lines with a marker.

    Args:
        text: the clean text.
        spans: the speech's paragraphs, in order.
        starts: where its markers begin, in order.

    Returns:
        The characters of each heading by the index of its paragraph.

    Example:
        >>> text = "把根扎牢\n我们走村入户。"
        >>> find_sub_headings(text, spans=[Span(0, 4), Span(5, 12)], starts=[])
        {0: Span(start=0, end=4)}
    """
    found: dict[int, Span] = {}
    row: list[tuple[int, Span]] = []
    for place, span in enumerate(spans):
        line = text[span.start : min(span.end, span.start + 60)]
        at = bisect_left(starts, span.start)
        is_marked = at < len(starts) and starts[at] == span.start
        is_whole = len(line) == span.end - span.start and place + 1 < len(spans)
        if not is_marked and is_whole and is_heading_line(line) and _may_follow(text, spans, place):
            found[place] = span
        match = _FIRST_SENTENCE.match(text, span.start, span.end)
        if match is None or is_marked or place in found or is_closing(line):
            _keep_row(found, row, text)
            row = []
            continue
        if row and ("，" in match["sentence"]) != ("，" in text[slice(*row[0][1])]):
            _keep_row(found, row, text)
            row = []
        row.append((place, Span(*match.span("sentence"))))
    _keep_row(found, row, text)
    return found


def _may_follow(text: str, spans: Sequence[Span], place: int) -> bool:
    """Say whether a new thought may begin with a paragraph: the one before it has come to an end."""
    return place == 0 or text[spans[place - 1].end - 1] in "。！？；：”）…"


def _keep_row(found: dict[int, Span], row: Sequence[tuple[int, Span]], text: str) -> None:
    """Keep the first sentences of a row of paragraphs that are made alike.

    Alike are sentences that share words (……有了新突破, ……有了新动作), that have the same shape on both sides
    of a comma (走出去，叩门访亲), the same length and first or last character (有场地, 有规矩), or that are
    short and name no subject's state (压实主体责任).
    """
    if len(row) < _PARALLEL:
        return
    sentences = [text[slice(*span)] for _, span in row]
    pairs = Counter(pair for sentence in sentences for pair in _pairs(sentence))
    common = {pair for pair, count in pairs.items() if count >= max(_PARALLEL, 0.75 * len(row))}
    shapes = Counter(_shape(sentence) for sentence in sentences)
    usual, times = shapes.most_common(1)[0]
    frames = Counter(frame for sentence in sentences for frame in _frames(sentence))
    frame, framed = frames.most_common(1)[0] if frames else ((0, 0, ""), 0)
    kept: list[tuple[int, Span]] = []
    for (place, span), sentence in zip(row, sentences, strict=True):
        alike = (
            2 * len(common & _pairs(sentence)) >= len(common)
            if len(common) > 1
            else _shape(sentence) == usual
            if len(usual) > 1 and times >= _PARALLEL
            else frame in _frames(sentence)
            if framed >= _PARALLEL
            else _is_plain(sentence)
        )
        if alike:
            kept.append((place, span))
        elif len(kept) >= _PARALLEL:
            break
        else:
            kept = []
    if len(kept) >= _PARALLEL:
        found.update(kept)


def _pairs(sentence: str) -> set[str]:
    return {sentence[at : at + 2] for at in range(len(sentence) - 1)}


def _shape(sentence: str) -> tuple[int, ...]:
    return tuple(len(part) for part in sentence.split("，"))


def _frames(sentence: str) -> set[tuple[int, int, str]]:
    """Return what a short sentence shares with its like: its length with its first or its last character."""
    length = len(sentence)
    return {(length, 0, sentence[0]), (length, -1, sentence[-1])} if length <= _LONGEST_PLAIN else set()


def _is_plain(sentence: str) -> bool:
    if "，" in sentence or len(sentence) > _LONGEST_PLAIN or sentence.startswith(_PRONOUNS):
        return False
    return not any(word in sentence for word in _COPULAS)
