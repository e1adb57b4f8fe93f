"""Markdown (.md): the text without the marks that only say how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from zhengxie_nlp.reading.decoding import decode_blob
from zhengxie_nlp.reading.docx.body import CELL
from zhengxie_nlp.reading.protocol import Blob, Extracted, Format, Options

MARKDOWN: Final = "a Markdown text (.md)"
_FRONT: Final = re.compile(r"\A---\n(?:[^\n]*+\n){0,200}?---\n")
_HEADING: Final = re.compile(r"^ {0,3}#{1,6}[ \t]++|[ \t]++#++[ \t]*+$")
_QUOTE: Final = re.compile(r"^(?: {0,3}>[ \t]?){1,9}")
_RULE: Final = re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,80}$")
_BULLET: Final = re.compile(r"^[ \t]*[-*+][ \t]++")
_PICTURE: Final = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)")
_LINK: Final = re.compile(r"\[([^\]\n]{1,300})\]\([^)\n]{0,2000}\)")
_STRONG: Final = re.compile(r"(\*{1,3}|_{2,3}|~~|`{1,3})(?=\S)([^\n*_~`]{1,2000}?)(?<=\S)\1")
_ROW: Final = re.compile(r"^[ \t]*\|.*\|[ \t]*$")
_RULED: Final = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|?)+[ \t]*$")
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")
_COMMENT: Final = re.compile(r"<!--.{0,5000}?-->", re.DOTALL)


def read_markdown(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of a Markdown file; its numbers, like 「1.」, are text and stay."""
    decoded, notes = decode_blob(blob, options, placed=False)
    source = decoded.text.replace("\r\n", "\n")
    pictures = len(_PICTURE.findall(source))
    source = _COMMENT.sub("", _FRONT.sub("", source))
    lines = [line for line in (_plain(line) for line in source.split("\n")) if line is not None]
    text = "\n".join(lines).strip("\n") + "\n"
    yield Extracted(text, decoded.encoding, dropped={"picture": pictures} if pictures else {}, notes=notes)


def _plain(line: str) -> str | None:
    """Return a line without marks; None for one that is only a mark."""
    if line.lstrip().startswith("```") or (_RULED.match(line) and "|" in line):
        return None
    if _RULE.match(line):
        return ""
    if _ROW.match(line):
        line = CELL.join(cell.strip() for cell in line.strip().strip("|").split("|") if cell.strip())
    line = _BULLET.sub("", _QUOTE.sub("", _HEADING.sub("", line)))
    line = _LINK.sub(r"\1", _PICTURE.sub("", line))
    for _ in range(2):
        line = _STRONG.sub(r"\2", line)
    return _ESCAPED.sub(r"\1", line)


def _is_markdown(blob: Blob) -> bool:
    return blob.suffix in (".md", ".markdown") and b"\x00" not in blob.data[:4096]


MARKDOWN_TEXT: Final = Format(
    "md", MARKDOWN, "text/markdown", (".md", ".markdown"), "document", _is_markdown, read_markdown
)
