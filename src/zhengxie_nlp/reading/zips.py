"""Zip archives: their members, with names in UTF-8 or in what Chinese Windows writes."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.names import decode_name, is_litter
from zhengxie_nlp.reading.protocol import (
    INSIDE,
    MEGABYTE,
    Blob,
    Extracted,
    Format,
    Options,
    Unread,
    beyond,
    damaged,
    encrypted,
)

ZIP: Final = "a zip archive"
_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAG: Final = 0x1
_OFFICE: Final = re.compile(rb"(?:word|xl|ppt|visio)/")
#: What a document of Office has in its zip.
CONTENT_TYPES: Final = b"[Content_Types].xml"
_END_OF_DIRECTORY: Final = b"PK\x05\x06"
_LONGEST_END: Final = 66_000
_FIRST_NAMES: Final = 8192
#: The extra field in which Info-ZIP puts a name in UTF-8.
_UNICODE_PATH: Final = 0x7075
#: What the standard library raises for members that are broken or packed in a way it does not know.
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OSError,
    struct.error,
)


def zip_directory(data: bytes) -> bytes:
    """Return the part of a zip in which its names stand; of one that is cut short, where the first stand.

    What lies in a zip may be zips too: their names do not count.
    """
    if not data.startswith(b"PK"):
        return b""
    end = data.rfind(_END_OF_DIRECTORY, max(0, len(data) - _LONGEST_END))
    if end < 0 or end + 22 > len(data):
        return data[:_FIRST_NAMES]
    size, start = struct.unpack("<II", data[end + 12 : end + 20])
    return data[start:end] if start + size <= end else data[max(0, end - MEGABYTE) : end]


def open_zip(blob: Blob, what: str = ZIP) -> zipfile.ZipFile:
    """Open a zip, or a document that is one.

    Args:
        blob: its bytes.
        what: what to call it in an error.

    Raises:
        ReadError: ZX112, if its directory cannot be read.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(blob.data))
    except BROKEN as error:
        raise damaged(blob, what, str(error)) from error


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, blob: Blob, options: Options) -> bytes:
    """Unpack one member within the limits, whatever size it says it has.

    Raises:
        ReadError: ZX110 beyond a limit, ZX111 encrypted, ZX112 broken.
    """
    where = f"{blob.where}{INSIDE}{member_name(info)}"
    limits = options.limits
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise encrypted(Blob(b"", info.filename, where, where), "a member of a zip archive")
    if info.file_size > limits.bytes:
        raise beyond(where, f"it unpacks to {info.file_size:,} bytes", "bytes", limits.bytes)
    if info.file_size > MEGABYTE and info.file_size > limits.ratio * max(1, info.compress_size):
        ratio = info.file_size // max(1, info.compress_size)
        raise beyond(where, f"it unpacks to {ratio:,} times its size", "ratio", limits.ratio)
    try:
        with archive.open(info) as member:
            data = member.read(info.file_size + 1)
    except BROKEN as error:
        broken = Blob(b"", info.filename, where, where)
        raise damaged(broken, "a member of a zip archive", str(error)) from error
    return data


def member_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member, in whatever encoding it was written."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", errors="replace").replace("\\", "/")
        extra = extra[4 + size :]
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename.partition("\0")[0].replace("\\", "/")
    # The standard library reads such names as code page 437, in which any bytes have a meaning.
    return decode_name(info.orig_filename.partition("\0")[0].encode("cp437", errors="replace")).replace(
        "\\", "/"
    )


def _is_zip(blob: Blob) -> bool:
    if not blob.data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    # A presentation or a book is a zip too, but no archive of texts.
    names = zip_directory(blob.data)
    office = CONTENT_TYPES in names and _OFFICE.search(names) is not None
    return not office and blob.data[30:38] != b"mimetype"


def read_zip(blob: Blob, options: Options) -> Iterator[Extracted | Blob | Unread]:
    """Give the members of a zip in the order of their names; a broken one costs only itself."""
    with open_zip(blob) as archive:
        infos = archive.infolist()
        if len(infos) > options.limits.members:
            raise beyond(blob.where, f"it has {len(infos):,} members", "members", options.limits.members)
        named = sorted(((member_name(info), info) for info in infos), key=lambda one: one[0])
        for name, info in named:
            if name.endswith("/") or is_litter(name):
                continue
            try:
                data = read_member(archive, info, blob, options)
            except ReadError as error:
                yield Unread(f"{blob.where}{INSIDE}{name}", error)
                continue
            yield blob.inside(name, data)


ZIP_ARCHIVE: Final = Format("zip", ZIP, "application/zip", (".zip",), "archive", _is_zip, read_zip)
