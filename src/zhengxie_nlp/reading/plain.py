"""Plain text, and Markdown, which is plain text with marks: decoded, and otherwise unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from zhengxie_nlp.reading.decoding import decode_blob
from zhengxie_nlp.reading.protocol import Blob, Extracted, Format, Options


def read_plain(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of a plain file; its reading order is not known."""
    decoded, notes = decode_blob(blob, options)
    yield Extracted(decoded.text, decoded.encoding, ordered=False, notes=notes)


PLAIN: Final = Format(
    "txt",
    "plain text",
    "text/plain",
    (".txt", ".text", ".log"),
    "document",
    lambda blob: True,
    read_plain,
)
