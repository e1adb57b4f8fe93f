"""One document of an archive, before it is read: what it is called, where it lies, whether it has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from zhengxie_nlp.errors import BatchError, ReadError, ZhengxieError
from zhengxie_nlp.reading.names import decode_name, readable_path
from zhengxie_nlp.reading.protocol import Limits
from zhengxie_nlp.writing import blocks

#: A document with more bytes is refused.
MOST_BYTES: Final = Limits().bytes
#: Control characters in names are shown as pictures: none of them reaches a terminal or breaks a line.
_CONTROLS: Final = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}


@dataclass(slots=True)
class Item:
    """A document that is to be read.

    Attributes:
        id: what the Document is to be called: the path relative to what was named, without ``.txt``.
        path: the path as it is shown, with that of the archive it lies in before it.
        stamp: changes when the file does: its size and time, or in an archive the size and checksum.
        file: the file to open; None for what lies in an archive or a table.
        load: gives the bytes of what lies in an archive or a table, while its neighbours wait.
        error: why it cannot be read, if that is known already.
        modified: when it was last changed, in seconds of the epoch; None where nobody knows.
        size: in bytes.
        order: how many came before it, those of other shards among them.
    """

    id: str
    path: str
    stamp: str
    file: Path | None = None
    load: Callable[[], bytes] | None = None
    error: ZhengxieError | None = None
    modified: float | None = None
    size: int = 0
    order: int = 0

    def content(self) -> tuple[str, bytes]:
        """Return the checksum of the bytes, and those of them that a worker cannot read itself.

        Raises:
            ZhengxieError: what keeps it from being read.
        """
        if self.error is not None:
            raise self.error
        if self.size > MOST_BYTES:
            raise too_big(self.path)
        if self.load is not None:
            data = self.load()
            return sha256(data).hexdigest(), data
        digest = sha256()
        assert self.file is not None
        try:
            for block in blocks(self.file):
                digest.update(block)
        except PermissionError:
            hint = "Change its permissions, or leave it out."
            raise ReadError("ZX103", "no permission to read the file", where=self.path, hint=hint) from None
        except OSError as error:
            problem = f"the file could not be read ({error.strerror or error})"
            raise ReadError("ZX108", problem, where=self.path, hint="Try again.") from error
        return digest.hexdigest(), b""


def too_big(where: str) -> BatchError:
    """Return the error for a document with more bytes than one may have."""
    problem = f"the document has more than {MOST_BYTES >> 20} MB"
    return BatchError("ZX607", problem, where=where, hint="Cut it into files of a volume or a year each.")


def shown(name: str | bytes) -> str:
    r"""Return a file name as text: UTF-8, else GB 18030 (as in archives of Chinese Windows), else escaped.

    Example:
        >>> shown("报告".encode("gbk")), shown(b"a\n\xff")
        ('报告', 'a␊\\xff')
    """
    return (readable_path(name) if isinstance(name, str) else decode_name(name)).translate(_CONTROLS)


def document_id(path: str) -> str:
    """Return what a document is called: its path without ``.txt``.

    Example:
        >>> document_id("2011/001.txt"), document_id("2011/001.docx")
        ('2011/001', '2011/001.docx')
    """
    return path.removesuffix(".txt") or path
