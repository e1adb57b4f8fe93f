"""Words out of parses: what an engine says of whole sentences, looked up for any stretch of a text.

Sentences are cut here, so that an engine's own sentence splitter has no say over offsets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from zhengxie_nlp.text.segmenters.words import Argument, Name, Word
from zhengxie_nlp.text.source_text import Span

_SENTENCE_END: Final = re.compile(r"[。！？；\n]")
#: Engines read so many characters at a time; a longer sentence is handed over in pieces.
_LONGEST: Final = 200
_KEPT: Final = 4096


@dataclass(frozen=True, slots=True)
class Parse:
    """What is known of one sentence; offsets count from its first character.

    Attributes:
        words: its words, in order; they cover every character once.
        names: its names, in order.
        arguments: verbs with an argument of each.
    """

    words: tuple[Word, ...]
    names: tuple[Name, ...] = ()
    arguments: tuple[tuple[Span, Argument], ...] = ()


class ParsedSegmenter:
    """Cuts by what a parser says of each sentence.

    Args:
        parse: what parses one sentence.

    Example:
        >>> segmenter = ParsedSegmenter(lambda sentence: Parse((Word(0, 2, "v"), Word(2, 4, "n"))))
        >>> segmenter.cut("开展活动", 1, 4)
        [Word(start=1, end=2, tag='v'), Word(start=2, end=4, tag='n')]
    """

    def __init__(self, parse: Callable[[str], Parse]) -> None:
        self._parse = lru_cache(_KEPT)(parse)
        self._starts = lru_cache(8)(sentence_starts)

    def _places(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield number, start and end of every sentence that has characters between `start` and `end`."""
        starts = self._starts(text)
        place = max(0, bisect_right(starts, start) - 1)
        while place < len(starts) - 1 and starts[place] < end:
            yield place, starts[place], starts[place + 1]
            place += 1

    def _sentences(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, Parse]]:
        """Yield start, end and parse of every sentence that has characters between `start` and `end`."""
        for _, first, last in self._places(text, start, end):
            yield first, last, self._parse(text[first:last])

    def cut(self, text: str, start: int, end: int) -> list[Word]:
        """Cut `text` between two characters into words; a word over an edge is cut there."""
        return [
            Word(max(start, first + word.start), min(end, first + word.end), word.tag)
            for first, _, parse in self._sentences(text, start, end)
            for word in parse.words
            if start < end and first + word.start < end and start < first + word.end
        ]

    def arguments(self, text: str, verb: Span) -> Sequence[Argument]:
        """Return the arguments of the verbs that share characters with `verb`."""
        return [
            Argument(argument.role, Span(first + argument.span.start, first + argument.span.end))
            for first, _, parse in self._sentences(text, verb.start, verb.end)
            for span, argument in parse.arguments
            if first + span.start < verb.end and verb.start < first + span.end
        ]

    def names(self, text: str, start: int, end: int) -> Sequence[Name]:
        """Return the names that stand wholly between two characters of `text`, in order."""
        return [
            Name(name.kind, Span(first + name.span.start, first + name.span.end))
            for first, _, parse in self._sentences(text, start, end)
            for name in parse.names
            if start <= first + name.span.start and first + name.span.end <= end
        ]


def sentence_starts(text: str) -> list[int]:
    """Return where each sentence begins, and the end of the text; long sentences are cut into pieces.

    Example:
        >>> sentence_starts("今年以来。开展活动；")
        [0, 5, 10]
    """
    starts = [0]
    for edge in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        while edge - starts[-1] > _LONGEST:
            starts.append(starts[-1] + _LONGEST)
        if edge > starts[-1]:
            starts.append(edge)
    return starts
