"""Rich text (.rtf), by striprtf: such files carry the numbers of lists as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from zhengxie_nlp.reading.docx.body import CELL
from zhengxie_nlp.reading.protocol import Blob, Extracted, Format, Options, ReadingNote, need
from zhengxie_nlp.records import Revisions

RTF: Final = "an RTF document"
_CODE_PAGE: Final = re.compile(rb"\\ansicpg(\d{3,5})")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_DELETED: Final = re.compile(r"\{[^{}]*?\\deleted(?![a-z0-9])[^{}]*+\}")
_INSERTED: Final = re.compile(r"\\revised(?![a-z0-9])")
#: In such a code page the sequences of bytes in the file are to be read.
_CHINESE: Final = {"936": "gb18030", "54936": "gb18030", "950": "big5", "65001": "utf-8"}


def read_rtf(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of an RTF document.

    Raises:
        SettingsError: ZX402, if the extra ``[files]`` is not installed.
    """
    striprtf = need("striprtf.striprtf", package="striprtf")
    page = _CODE_PAGE.search(blob.data[:4096])
    number = page[1].decode("ascii") if page else "936"
    # Bytes that some programs write as they are, which the format does not allow.
    data = _HIGH.sub(lambda byte: b"\\'%02x" % byte[0][0], blob.data)
    source = data.decode("ascii")
    deleted = len(_DELETED.findall(source))
    inserted = len(_INSERTED.findall(source))
    if options.revisions == "accepted":
        source = _DELETED.sub("", source)
    text = striprtf.rtf_to_text(source, encoding=_CHINESE.get(number, f"cp{number}"), errors="replace")
    lines = [_row(line) for line in text.replace("\r\n", "\n").split("\n")]
    revisions = None
    notes: tuple[ReadingNote, ...] = ()
    if deleted or inserted:
        revisions = Revisions(taken=options.revisions, inserted=inserted, deleted=deleted)
        said = f"The file has {inserted} tracked insertions and {deleted} deletions."
        notes = (ReadingNote("tracked_changes", "warning", said),)
    version = __import__("importlib.metadata", fromlist=["version"]).version("striprtf")
    yield Extracted(
        "\n".join(lines).strip("\n") + "\n",
        converter="striprtf",
        version=version,
        revisions=revisions,
        notes=notes,
    )


def _row(line: str) -> str:
    """Return a line; the row of a table with our sign between the cells that hold something."""
    if not line.rstrip().endswith("|"):
        return line
    return CELL.join(cell.strip() for cell in line.split("|") if cell.strip())


def _is_rtf(blob: Blob) -> bool:
    return blob.data.lstrip()[:5] == b"{\\rtf"


RTF_FORMAT: Final = Format("rtf", RTF, "application/rtf", (".rtf",), "document", _is_rtf, read_rtf)
