"""The old container of Office files (OLE): which streams lie in its root, and what such a file is by them.

Word (`old_word`) and Excel (`tables`) documents are read; whatever else lies in such a container is refused
by its name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.protocol import Blob, Extracted, Format, Options, damaged, encrypted

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST: Final = 0xFFFFFFFA
_ENTRY: Final = 128
_HEADER_FATS: Final = 109
#: So many sectors of a directory are read.
_MOST_SECTORS: Final = 4096
_HINT: Final = "Save it as .docx, .pdf or plain text and read that."
#: By a stream in the root: what it is, and what to do.
_KINDS: Final = (
    ("PowerPoint Document", "a PowerPoint presentation (.ppt)", _HINT),
    ("__properties_version1.0", "an Outlook message (.msg)", "Save it as .eml and read that."),
    ("MatOST", "an old Microsoft Works document (.wps)", _HINT),
    ("CONTENTS", "an old Microsoft Works or Publisher document", _HINT),
    ("VisioDocument", "a Visio drawing", _HINT),
    ("HwpSummaryInformation", "a Hangul document (.hwp)", _HINT),
)


def root_streams(data: bytes) -> frozenset[str]:
    """Return the names of what lies in the root of a container; empty if it is none, or broken."""
    if not data.startswith(OLE):
        return frozenset()
    try:
        return frozenset(_root_streams(data))
    except (struct.error, IndexError, UnicodeDecodeError):
        return frozenset()


def _root_streams(data: bytes) -> Iterator[str]:
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
    fats = struct.unpack_from(f"<{_HEADER_FATS}I", data, 76)
    each = size // 4

    def following(sector: int) -> int:
        fat = fats[sector // each]
        return int(struct.unpack_from("<I", data, (fat + 1) * size + 4 * (sector % each))[0])

    directory = bytearray()
    sector = struct.unpack_from("<I", data, 48)[0]
    for _ in range(_MOST_SECTORS):
        if sector >= _LAST:
            break
        directory += data[(sector + 1) * size : (sector + 2) * size]
        sector = following(sector) if sector // each < _HEADER_FATS else _LAST
    entries = len(directory) // _ENTRY
    waiting = [struct.unpack_from("<I", directory, 76)[0]]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number >= entries or number in seen:
            continue
        seen.add(number)
        at = number * _ENTRY
        length = struct.unpack_from("<H", directory, at + 64)[0]
        yield bytes(directory[at : at + max(0, min(length, 64) - 2)]).decode("utf-16-le")
        waiting.extend(struct.unpack_from("<II", directory, at + 68))


def _refuse(blob: Blob, options: Options) -> Iterator[Extracted]:
    streams = root_streams(blob.data)
    if "EncryptedPackage" in streams:
        raise encrypted(blob, "an Office document (.docx, .xlsx or .pptx)")
    for stream, what, hint in _KINDS:
        if stream in streams:
            raise ReadError("ZX105", f"it is {what}, which is not read", where=blob.where, hint=hint)
    if not streams:
        raise damaged(blob, "an old Office document", "its directory cannot be read")
    raise ReadError("ZX105", "it is an Office file of an unknown kind", where=blob.where, hint=_HINT)
    yield


OLD_OFFICE: Final = Format(
    "ole",
    "an old Office document",
    "application/x-ole-storage",
    (".ppt", ".msg"),
    "document",
    lambda blob: blob.data.startswith(OLE),
    _refuse,
)
