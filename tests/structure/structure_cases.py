"""Reads the case files of structure and makes clean texts without layout's guesses about line breaks."""

import re
from pathlib import Path
from typing import NamedTuple

from zhengxie_nlp.structure.spans import SpeechSpan
from zhengxie_nlp.text.cleaning.folding import fold
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span

CASES = Path(__file__).parents[1] / "cases"


class Case(NamedTuple):
    """A text, and the lines that its reading should give."""

    name: str
    text: str
    expected: tuple[str, ...]


def read_cases(file: str) -> list[Case]:
    """Read a file of cases: "## name", the text, "=>", the expected lines."""
    cases = []
    for block in (CASES / file).read_text(encoding="utf-8").split("\n## ")[1:]:
        name, _, rest = block.partition("\n")
        text, _, expected = rest.partition("=>\n")
        cases.append(Case(name, text, tuple(expected.strip().splitlines())))
    return cases


def one_a_line(source: str) -> SourceText:
    """Make a clean text with each line that is not blank as a paragraph."""
    paragraphs: list[Paragraph] = []
    blank = 0
    for line in re.finditer(r"[^\n]+|(?<=\n)(?=\n)", source):
        inner = line[0].strip()
        if not inner:
            blank += 1
            continue
        start = line.start() + line[0].index(inner)
        paragraphs.append(Paragraph((Piece(start, start + len(inner)),), blank, start - line.start()))
        blank = 0
    return SourceText(source, fold(source), paragraphs)


def whole(text: SourceText) -> SpeechSpan:
    """Take every paragraph of a text as one speech."""
    return SpeechSpan("s1", None, None, None, tuple(range(len(text.spans))))


def quoted(text: SourceText, span: Span | None) -> str:
    """The characters of a span, ⏎ for a line break, "-" for nothing."""
    return "-" if span is None else text.text[span.start : span.end].replace("\n", "⏎")
