"""Opens plain text files and standard input: the decoded text, unchanged, and where it came from."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.encodings import decode
from zhengxie_nlp.records import Source

#: The path that stands for standard input.
STDIN = "-"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text that was read, and where it came from.

    Attributes:
        source: its id, path, checksum and encoding.
        text: the decoded text, unchanged: every offset is into this.
    """

    source: Source
    text: str


def text_file(text: str, *, source_id: str = "text") -> SourceFile:
    """Take a text that is in memory for a file that was read.

    Args:
        text: the whole text, as decoded.
        source_id: the id it is to have.

    Raises:
        ReadError: ZX109, if the text holds lone surrogates: they are no characters.
    """
    try:
        digest = sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise ReadError(
            "ZX109",
            f"U+{ord(text[error.start]):04X} is half of a surrogate pair, not a character",
            where=f"{source_id}, character {error.start}",
            hint="Decode the bytes again, with the right encoding and errors='strict'.",
        ) from error
    return SourceFile(source=Source(id=source_id, sha256=digest, media_type="text/plain"), text=text)


def read_file(path: str | Path, *, encoding: str | None = None) -> SourceFile:
    """Read a plain text file.

    Args:
        path: the file; ``"-"`` is standard input.
        encoding: its encoding; found if left out (`encodings.decode`).

    Returns:
        The text, with the file's stem as id; that of standard input is ``stdin``.

    Raises:
        ReadError: ZX101 no such file, ZX102 a directory, ZX103 no permission, ZX108 another failure to
            read, ZX104 to ZX107 for bytes that are no text (`encodings.decode`).
    """
    if str(path) == STDIN:
        return read_stdin(encoding=encoding)
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        raise _directory(path) from None
    except PermissionError:
        if path.is_dir():  # what Windows says of a directory
            raise _directory(path) from None
        hint = "Change its permissions, or read a copy that you may open."
        raise ReadError("ZX103", "no permission to read the file", where=str(path), hint=hint) from None
    except (OSError, ValueError) as error:
        # ValueError: a NUL character in the path.
        problem = f"the file could not be read ({getattr(error, 'strerror', None) or error})"
        raise ReadError("ZX108", problem, where=str(path), hint="Check the path and try again.") from error
    return read_bytes(data, id=path.stem, path=str(path), encoding=encoding)


def read_stdin(*, encoding: str | None = None) -> SourceFile:
    """Read standard input to its end; the id is ``stdin``.

    Raises:
        ReadError: ZX108 if it cannot be read, ZX104 to ZX107 for bytes that are no text.
    """
    try:
        data = sys.stdin.buffer.read()
    except (OSError, ValueError, AttributeError) as error:
        # ValueError: it is closed; AttributeError: there is none.
        hint = "Pipe a text into the command, or name a file."
        raise ReadError("ZX108", "standard input could not be read", where="stdin", hint=hint) from error
    return read_bytes(data, id="stdin", encoding=encoding)


def read_bytes(data: bytes, *, id: str, path: str | None = None, encoding: str | None = None) -> SourceFile:
    r"""Read a text that is at hand as bytes.

    Args:
        data: the whole text file.
        id: what to call it in the Document.
        path: where it came from, if from a file.
        encoding: its encoding; found if left out (`encodings.decode`).

    Raises:
        ReadError: ZX104 to ZX107 for bytes that are no text.

    Example:
        >>> read_bytes("委员履职\r\n".encode("gbk"), id="a").source.encoding
        'gb18030'
    """
    decoded = decode(data, encoding=encoding, where=path or id)
    source = Source(
        id=id,
        path=path,
        sha256=sha256(data).hexdigest(),
        encoding=decoded.encoding,
        media_type="text/plain",
    )
    return SourceFile(source=source, text=decoded.text)


def _missing(path: Path) -> ReadError:
    near = path.parent
    while not near.exists() and near != near.parent:
        near = near.parent
    hint = f"“{near}” is there, but not what follows." if near != path.parent else "Check the name."
    return ReadError("ZX101", "there is no such file", where=str(path), hint=hint)


def _directory(path: Path) -> ReadError:
    hint = "Name a file in it, for example with a pattern: " + str(path / "*.txt")
    return ReadError("ZX102", "this is a directory, not a file", where=str(path), hint=hint + ".")
