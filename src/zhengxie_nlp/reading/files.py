"""Opens one file or standard input, of any format: its text, and where it came from."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.decoding import without_nul
from zhengxie_nlp.reading.formats import convert
from zhengxie_nlp.reading.names import readable_path
from zhengxie_nlp.reading.protocol import Blob, Options, Unread, beyond
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.records import Source

#: The path that stands for standard input.
STDIN = "-"


def text_file(text: str, *, source_id: str = "text") -> SourceFile:
    """Take a text that is in memory for a file that was read.

    Args:
        text: the whole text, as decoded.
        source_id: the id it is to have.

    Raises:
        ReadError: ZX109, if the text holds lone surrogates: they are no characters; ZX116, if it is no text.
    """
    if not isinstance(text, str):
        kind = type(text).__name__
        hint = "Decode bytes first, or give a file to extract_file."
        raise ReadError("ZX116", f"a text is wanted, this is of type {kind}", where=source_id, hint=hint)
    try:
        digest = sha256(text.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise ReadError(
            "ZX109",
            f"U+{ord(text[error.start]):04X} is half of a surrogate pair, not a character",
            where=f"{source_id}, character {error.start}",
            hint="Decode the bytes again, with the right encoding and errors='strict'.",
        ) from error
    source = Source(id=source_id, sha256=digest, media_type="text/plain")
    text, notes = without_nul(text)
    return SourceFile(source=source, text=text, notes=notes)


def read_file(path: str | Path, *, encoding: str | None = None, options: Options | None = None) -> SourceFile:
    """Read a file that holds one text: plain, Word, PDF and so on (`formats.FORMATS`).

    Args:
        path: the file; ``"-"`` is standard input.
        encoding: its encoding; found if left out (`encodings.decode`).
        options: how it is to be read, and what it may ask of the machine.

    Returns:
        The text, with the file's stem as id; that of standard input is ``stdin``.

    Raises:
        ReadError: ZX101 no such file, ZX102 a directory, ZX103 no permission, ZX108 another failure to
            read, ZX104 to ZX114 for bytes that are no text (`formats.convert`), ZX115 for a file that holds
            several texts: `sources.read_sources` gives them.
        SettingsError: ZX402, naming the extra that is missing.
    """
    if str(path) == STDIN:
        return read_stdin(encoding=encoding, options=options)
    return _only(file_blob(path, encoding=encoding, options=options), options)


def file_blob(
    path: str | Path, *, id: str | None = None, encoding: str | None = None, options: Options | None = None
) -> Blob:
    """Read the bytes of a file within the limits.

    Args:
        path: the file.
        id: what to call it; its stem if left out.
        encoding: of its text, where known.
        options: for the limits.

    Raises:
        ReadError: ZX101, ZX102, ZX103, ZX108, ZX110.
    """
    path = Path(path)
    shown = readable_path(path)
    limits = (options or Options()).limits
    try:
        size = path.stat().st_size
        if size > limits.bytes:
            raise beyond(shown, f"it has {size:,} bytes", "bytes", limits.bytes)
        # A device has no size, and may have no end.
        with path.open("rb") as file:
            data = file.read(limits.bytes + 1)
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        raise _directory(path) from None
    except PermissionError:
        if path.is_dir():  # what Windows says of a directory
            raise _directory(path) from None
        hint = "Change its permissions, or read a copy that you may open."
        raise ReadError("ZX103", "no permission to read the file", where=shown, hint=hint) from None
    except (OSError, ValueError) as error:
        # ValueError: a NUL character in the path.
        problem = f"the file could not be read ({getattr(error, 'strerror', None) or error})"
        raise ReadError("ZX108", problem, where=shown, hint="Check the path and try again.") from error
    name = readable_path(path.name)
    return Blob(data, name, id if id is not None else readable_path(path.stem), shown, encoding)


def stdin_blob(*, encoding: str | None = None, options: Options | None = None) -> Blob:
    """Read standard input to its end, within the limits; the id is ``stdin``.

    Raises:
        ReadError: ZX108 if it cannot be read, ZX110 beyond the limits.
    """
    limits = (options or Options()).limits
    try:
        data = sys.stdin.buffer.read(limits.bytes + 1)
    except (OSError, ValueError, AttributeError) as error:
        # ValueError: it is closed; AttributeError: there is none.
        hint = "Pipe a text into the command, or name a file."
        raise ReadError("ZX108", "standard input could not be read", where="stdin", hint=hint) from error
    return Blob(data, "stdin", "stdin", None, encoding)


def read_stdin(*, encoding: str | None = None, options: Options | None = None) -> SourceFile:
    """Read standard input to its end; the id is ``stdin``.

    Raises:
        ReadError: ZX108 if it cannot be read, ZX104 to ZX115 as `read_file`.
    """
    return _only(stdin_blob(encoding=encoding, options=options), options)


def read_bytes(
    data: bytes,
    *,
    id: str,
    path: str | None = None,
    encoding: str | None = None,
    options: Options | None = None,
) -> SourceFile:
    r"""Read a file of one text that is at hand as bytes.

    Args:
        data: the whole file.
        id: what to call it in the Document.
        path: where it came from, if from a file; its suffix is compared with the content.
        encoding: its encoding; found if left out (`encodings.decode`).
        options: how it is to be read.

    Raises:
        ReadError: as `read_file`.

    Example:
        >>> read_bytes("委员履职\r\n".encode("gbk"), id="a").source.encoding
        'gb18030'
    """
    name = path.replace("\\", "/").rpartition("/")[2] if path is not None else ""
    return _only(Blob(data, name, id, path, encoding), options)


def _only(blob: Blob, options: Options | None) -> SourceFile:
    """Return the one text of a blob."""
    found: SourceFile | None = None
    for part in convert(blob, options or Options()):
        if isinstance(part, Unread):
            raise part.error
        if found is not None or isinstance(part, Blob):
            raise ReadError(
                "ZX115",
                "it holds several files or texts, not one",
                where=blob.where,
                hint="`zhengxie extract -f jsonl` takes them all, `read_sources` in Python gives them.",
            )
        found = part
    if found is None:
        raise ReadError("ZX114", "there is nothing to read in it", where=blob.where, hint="Leave it out.")
    return found


def _missing(path: Path) -> ReadError:
    near = path.parent
    while not near.exists() and near != near.parent:
        near = near.parent
    shown = readable_path(near)
    hint = f"“{shown}” is there, but not what follows." if near != path.parent else "Check the name."
    return ReadError("ZX101", "there is no such file", where=readable_path(path), hint=hint)


def _directory(path: Path) -> ReadError:
    hint = "Name a file in it, for example with a pattern: " + readable_path(path / "*.txt")
    return ReadError("ZX102", "this is a directory, not a file", where=readable_path(path), hint=hint + ".")
