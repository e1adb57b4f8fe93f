"""Tar archives (.tar, .tar.gz, .tgz, .tar.bz2, .tar.xz), and single files packed with gzip, bzip2 or xz."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from typing import IO, Final, cast

from zhengxie_nlp.reading.names import is_litter, readable_path
from zhengxie_nlp.reading.protocol import INSIDE, Blob, Extracted, Format, Options, Unread, beyond, damaged

TAR: Final = "a tar archive"
PACKED: Final = "a packed file (.gz, .bz2, .xz)"
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
#: Where a tar names itself.
_MAGIC_AT: Final = 257
_BROKEN: Final = (tarfile.TarError, OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)


def _open(blob: Blob) -> IO[bytes]:
    data = io.BytesIO(blob.data)
    if blob.data.startswith(_GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=data))
    if blob.data.startswith(_BZIP2):
        return cast("IO[bytes]", bz2.BZ2File(data))
    return cast("IO[bytes]", lzma.LZMAFile(data)) if blob.data.startswith(_XZ) else data


def _is_packed(blob: Blob) -> bool:
    return blob.data.startswith((_GZIP, _BZIP2, _XZ))


def _is_tar(blob: Blob) -> bool:
    if blob.data[_MAGIC_AT : _MAGIC_AT + 5] == b"ustar":
        return True
    if not _is_packed(blob):
        return False
    try:
        return _open(blob).read(_MAGIC_AT + 5)[_MAGIC_AT:] == b"ustar"
    except _BROKEN:
        return False


def read_tar(blob: Blob, options: Options) -> Iterator[Blob | Unread]:
    """Give the files of a tar in their order; one beyond the limits costs only itself."""
    limits = options.limits
    unpacked = count = 0
    try:
        # Forwards only: a packed tar is unpacked once.
        with tarfile.open(fileobj=_open(blob), mode="r|", errors="surrogateescape") as archive:
            for member in archive:
                name = readable_path(member.name).removeprefix("./").replace("\\", "/")
                unpacked, count = unpacked + member.size, count + 1
                if count > limits.members:
                    raise beyond(
                        blob.where, f"it has more than {limits.members:,} members", "members", limits.members
                    )
                if unpacked > limits.unpacked:
                    raise beyond(
                        blob.where, "its members unpack to too many bytes", "unpacked", limits.unpacked
                    )
                if not member.isfile() or is_litter(name):
                    continue
                where = f"{blob.where}{INSIDE}{name}"
                if member.size > limits.bytes:
                    size = f"it has {member.size:,} bytes"
                    yield Unread(where, beyond(where, size, "bytes", limits.bytes))
                    continue
                file = archive.extractfile(member)
                if file is not None:
                    yield blob.inside(name, file.read())
    except _BROKEN as error:
        raise damaged(blob, TAR, str(error)) from error


def read_packed(blob: Blob, options: Options) -> Iterator[Extracted | Blob | Unread]:
    """Give the one file that is packed."""
    limit = options.limits.bytes
    try:
        data = _open(blob).read(limit + 1)
    except _BROKEN as error:
        raise damaged(blob, PACKED, str(error)) from error
    if len(data) > limit:
        raise beyond(blob.where, f"it unpacks to more than {limit:,} bytes", "bytes", limit)
    name = blob.name.rpartition(".")[0] or blob.name
    yield blob.inside(name, data)


TAR_ARCHIVE: Final = Format(
    "tar", TAR, "application/x-tar", (".tar", ".tgz", ".tbz2", ".txz"), "archive", _is_tar, read_tar
)
PACKED_FILE: Final = Format(
    "gz", PACKED, "application/gzip", (".gz", ".bz2", ".xz"), "archive", _is_packed, read_packed
)
