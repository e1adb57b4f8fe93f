"""Decodes a file of text, and says as notes what a user should know of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from zhengxie_nlp.reading.encodings import Decoded, decode
from zhengxie_nlp.reading.protocol import Blob, Options, ReadingNote

#: PostgreSQL's jsonb refuses it, and no text needs it: it gives way to the sign for what is no character.
_NUL = "\x00"
_REPLACEMENT = "\ufffd"


def decode_blob(
    blob: Blob, options: Options, *, placed: bool = True
) -> tuple[Decoded, tuple[ReadingNote, ...]]:
    """Decode the bytes of a file of text.

    Args:
        blob: the file.
        options: whether bytes that are no text are refused or replaced.
        placed: whether the text is handed on as it is, so that the places of notes are right.

    Returns:
        The text; and what is to be said of it: replaced bytes, an encoding that is a guess, a text that was
        encoded twice, NUL characters.

    Raises:
        ReadError: ZX104 to ZX107, as of `encodings.decode`.
    """
    decoded = decode(blob.data, encoding=blob.encoding, where=blob.where, errors=options.errors)
    text, notes = without_nul(decoded.text)
    found = [*_told(decoded), *notes]
    if not placed:
        found = [replace(note, span=None) for note in dict.fromkeys(found)]
    return Decoded(text, decoded.encoding, decoded.replaced, decoded.doubt), tuple(found)


def _told(decoded: Decoded) -> Iterator[ReadingNote]:
    if decoded.doubt:
        yield ReadingNote("encoding_doubt", "warning", decoded.doubt)
    for at in decoded.replaced:
        message = "Bytes here were no text in the encoding; U+FFFD stands for them."
        yield ReadingNote("replaced_byte", "warning", message, (at, at + 1))


def without_nul(text: str) -> tuple[str, tuple[ReadingNote, ...]]:
    r"""Put U+FFFD for each NUL character, so that offsets stay, and say where.

    Example:
        >>> text, notes = without_nul("政\x00协")
        >>> len(text), [(note.code, note.span) for note in notes]
        (3, [('replaced_character', (1, 2))])
    """
    if _NUL not in text:
        return text, ()
    places = [at for at, sign in enumerate(text) if sign == _NUL]
    message = "A NUL character stood here, which databases refuse; U+FFFD stands for it."
    notes = tuple(ReadingNote("replaced_character", "warning", message, (at, at + 1)) for at in places)
    return text.replace(_NUL, _REPLACEMENT), notes
