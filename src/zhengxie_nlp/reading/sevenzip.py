"""7z archives, read with the standard library: LZMA, LZMA2, BZip2, Deflate and copies, behind filters.

PPMd and BCJ2, which need code of others, are refused by name, and so are encrypted archives.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.names import is_litter
from zhengxie_nlp.reading.protocol import INSIDE, Blob, Format, Options, Unread, beyond, damaged, encrypted

SEVENZIP: Final = "a 7z archive"
_SIGNATURE: Final = b"7z\xbc\xaf\x27\x1c"
_START: Final = 32
_BLOCK: Final = 1 << 20
_MOST_DICTIONARY: Final = 1 << 30
_COPY, _LZMA, _LZMA2 = b"\x00", b"\x03\x01\x01", b"\x21"
_DEFLATE, _BZIP2, _DELTA = b"\x04\x01\x08", b"\x04\x02\x02", b"\x03"
_AES: Final = b"\x06\xf1\x07\x01"
_FILTERS: Final = {
    b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}
_BROKEN: Final = (
    lzma.LZMAError, zlib.error, OSError, EOFError, ValueError, IndexError, struct.error, UnicodeDecodeError,
    KeyError, OverflowError,
)  # fmt: skip
# The ids of the parts of a header.
_END, _HEADER, _FILES, _PACK, _UNPACK, _SUBSTREAMS = 0, 1, 5, 6, 7, 8
_SIZE, _CRC, _FOLDER, _UNPACK_SIZES, _NUMBERS, _EMPTY, _EMPTY_FILE, _NAMES = 9, 10, 11, 12, 13, 14, 15, 17
_ENCODED: Final = 23


class _Coder(NamedTuple):
    method: bytes
    properties: bytes


@dataclass
class _Folder:
    coders: list[_Coder] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    packed: int = 1
    streams: list[int] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many bytes it unpacks to."""
        return self.sizes[self.chain[0]]


@dataclass
class _Streams:
    start: int = 0
    packed: list[int] = field(default_factory=list)
    folders: list[_Folder] = field(default_factory=list)


class _Reader:
    """Reads the numbers of a header."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def take(self, count: int) -> bytes:
        data = self._data.read(count)
        if len(data) < count:
            raise EOFError("the header ends too early")
        return data

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        first = self.byte()
        value, mask = 0, 0x80
        for at in range(8):
            if not first & mask:
                return value | ((first & (mask - 1)) << (8 * at))
            value |= self.byte() << (8 * at)
            mask >>= 1
        return value

    def count(self) -> int:
        """Read a number of things: none of them takes less than a bit of the header."""
        value = self.number()
        if value > 8 * len(self._data.getbuffer()):
            raise ValueError("a count is larger than its header")
        return value

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[at // 8] & (0x80 >> at % 8)) for at in range(count)]

    def defined(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)

    def checksums(self, count: int) -> None:
        self.take(4 * sum(self.defined(count)))


def read_7z(blob: Blob, options: Options) -> Iterator[Blob | Unread]:
    """Give the files of a 7z archive in the order in which they are packed.

    Raises:
        ReadError: ZX110 beyond a limit, ZX111 encrypted, ZX112 damaged, ZX105 packed in a way not known.
    """
    try:
        streams, names, empty = _contents(blob)
        if len(names) > options.limits.members:
            raise beyond(blob.where, f"it has {len(names):,} members", "members", options.limits.members)
        total = sum(size for folder in streams.folders for size in folder.streams)
        if total > options.limits.unpacked:
            unpacked = options.limits.unpacked
            raise beyond(blob.where, f"its members unpack to {total:,} bytes", "unpacked", unpacked)
        full = iter([name for name, nothing in zip(names, empty, strict=True) if not nothing])
        place, packed = _START + streams.start, 0
        for folder in streams.folders:
            sizes = streams.packed[packed : packed + folder.packed]
            packed += folder.packed
            data = blob.data[place : place + sum(sizes)]
            place += sum(sizes)
            yield from _files(folder, data, full, blob, options)
    except _BROKEN as error:
        raise damaged(blob, SEVENZIP, str(error) or type(error).__name__) from error


def _files(
    folder: _Folder, data: bytes, names: Iterator[str], blob: Blob, options: Options
) -> Iterator[Blob | Unread]:
    read = _unpacker(folder, data, blob)
    for size in folder.streams:
        name = next(names, "").replace("\\", "/")
        where = f"{blob.where}{INSIDE}{name}"
        if size > options.limits.bytes:
            _skip(read, size)
            yield Unread(where, beyond(where, f"it unpacks to {size:,} bytes", "bytes", options.limits.bytes))
            continue
        content = read(size)
        if not is_litter(name):
            yield blob.inside(name, content)


def _skip(read: Callable[[int], bytes], size: int) -> None:
    while size > 0:
        read(min(size, _BLOCK))
        size -= _BLOCK


def _contents(blob: Blob) -> tuple[_Streams, list[str], list[bool]]:
    offset, size = struct.unpack("<QQ", blob.data[12:28])
    header = blob.data[_START + offset : _START + offset + size]
    if len(header) < size or not size:
        raise EOFError("its end is missing")
    reader = _Reader(header)
    kind = reader.byte()
    while kind == _ENCODED:
        streams = _streams(reader, blob)
        folder = streams.folders[0]
        place = _START + streams.start
        read = _unpacker(folder, blob.data[place : place + sum(streams.packed)], blob)
        reader = _Reader(read(min(folder.size, 1 << 28)))
        kind = reader.byte()
    if kind != _HEADER:
        raise ValueError("its header is none")
    streams = _Streams()
    names: list[str] = []
    empty: list[bool] = []
    while (part := reader.byte()) != _END:
        if part == 4:
            streams = _streams(reader, blob)
        elif part == _FILES:
            names, empty = _file_list(reader)
        else:
            raise ValueError("its header has an unknown part")
    return streams, names, empty


def _file_list(reader: _Reader) -> tuple[list[str], list[bool]]:
    count = reader.count()
    names, empty = [""] * count, [False] * count
    while (kind := reader.byte()) != _END:
        inner = _Reader(reader.take(reader.number()))
        if kind == _EMPTY:
            empty = inner.bits(count)
        elif kind == _NAMES:
            inner.byte()
            text = inner._data.read().decode("utf-16-le")
            names = text.split("\0")[:count]
    if len(names) != count:
        raise ValueError("its names are incomplete")
    return names, empty


def _streams(reader: _Reader, blob: Blob) -> _Streams:
    streams = _Streams()
    while (part := reader.byte()) != _END:
        if part == _PACK:
            streams.start = reader.number()
            count = reader.count()
            while (kind := reader.byte()) != _END:
                if kind == _SIZE:
                    streams.packed = [reader.number() for _ in range(count)]
                else:
                    reader.checksums(count)
        elif part == _UNPACK:
            _folders(reader, streams, blob)
        elif part == _SUBSTREAMS:
            _substreams(reader, streams)
            return _closed(reader, streams)
        else:
            raise ValueError("its streams have an unknown part")
    for folder in streams.folders:
        folder.streams = folder.streams or [folder.size]
    return streams


def _closed(reader: _Reader, streams: _Streams) -> _Streams:
    if reader.byte() != _END:
        raise ValueError("its streams have no end")
    return streams


def _folders(reader: _Reader, streams: _Streams, blob: Blob) -> None:
    if reader.byte() != _FOLDER:
        raise ValueError("its folders are missing")
    count = reader.count()
    if reader.byte():
        raise ValueError("its folders lie elsewhere")
    streams.folders = [_folder(reader, blob) for _ in range(count)]
    while (kind := reader.byte()) != _END:
        if kind == _UNPACK_SIZES:
            for folder in streams.folders:
                folder.sizes = [reader.number() for _ in folder.coders]
        else:
            reader.checksums(count)
    for folder in streams.folders:
        folder.streams = [folder.size]


def _folder(reader: _Reader, blob: Blob) -> _Folder:
    folder = _Folder()
    for _ in range(reader.count()):
        flags = reader.byte()
        method = reader.take(flags & 0x0F)
        if method == _AES:
            raise encrypted(blob, SEVENZIP)
        if flags & 0x10:
            raise _unknown(blob, method)
        properties = reader.take(reader.number()) if flags & 0x20 else b""
        folder.coders.append(_Coder(method, properties))
    # Which coder is fed by which: the chain begins with the one that gives the files.
    feeds = {reader.number(): reader.number() for _ in range(len(folder.coders) - 1)}
    at = next(one for one in range(len(folder.coders)) if one not in feeds.values())
    folder.chain = [at]
    while at in feeds and len(folder.chain) < len(folder.coders):
        at = feeds[at]
        folder.chain.append(at)
    return folder


def _substreams(reader: _Reader, streams: _Streams) -> None:
    kind = reader.byte()
    counts = [1] * len(streams.folders)
    if kind == _NUMBERS:
        counts = [reader.count() for _ in streams.folders]
        kind = reader.byte()
    for folder, count in zip(streams.folders, counts, strict=True):
        sizes = [reader.number() for _ in range(count - 1)] if kind == _SIZE else []
        last = folder.size - sum(sizes)
        if last < 0:
            raise ValueError("its files are larger than their folder")
        folder.streams = [*sizes, last] if count else []
    if kind == _SIZE:
        kind = reader.byte()
    while kind != _END:
        reader.checksums(sum(counts))
        kind = reader.byte()


def _unknown(blob: Blob, method: bytes) -> ReadError:
    return ReadError(
        "ZX105",
        f"it is a 7z archive packed in a way that is not read ({method.hex()})",
        where=blob.where,
        hint="Pack it with LZMA2, which is the default, or as a zip.",
    )


def _unpacker(folder: _Folder, data: bytes, blob: Blob) -> Callable[[int], bytes]:
    """Return what reads the next bytes of a folder, unpacking no more than is asked for."""
    coders = [folder.coders[at] for at in folder.chain]
    methods = [coder.method for coder in coders]
    if methods == [_COPY]:
        return _exactly(io.BytesIO(data).read)
    if methods == [_BZIP2]:
        return _exactly(bz2.BZ2File(io.BytesIO(data)).read)
    if methods == [_DEFLATE]:
        return _exactly(_stepwise(_Deflate(), data))
    filters = [_filter(coder, blob) for coder in coders]
    return _exactly(_stepwise(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters), data))


class _Deflate:
    """zlib behind the interface of the lzma module."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(-15)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _stepwise(decompressor: lzma.LZMADecompressor | _Deflate, data: bytes) -> Callable[[int], bytes]:
    given = False

    def read(count: int) -> bytes:
        nonlocal given
        part = decompressor.decompress(b"" if given else data, count)
        given = True
        return part

    return read


def _exactly(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    def whole(count: int) -> bytes:
        parts: list[bytes] = []
        while count > 0:
            part = read(min(count, _BLOCK))
            if not part:
                raise EOFError("what is packed ends too early")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    return whole


def _filter(coder: _Coder, blob: Blob) -> dict[str, int]:
    method, given = coder
    if method in _FILTERS:
        return {"id": _FILTERS[method]}
    if method == _DELTA:
        return {"id": lzma.FILTER_DELTA, "dist": given[0] + 1}
    if method == _LZMA2:
        bits = given[0]
        size = 0xFFFFFFFF if bits >= 40 else (2 | (bits & 1)) << (bits // 2 + 11)
        return {"id": lzma.FILTER_LZMA2, "dict_size": _dictionary(size, blob)}
    if method == _LZMA:
        rest, lc = divmod(given[0], 9)
        pb, lp = divmod(rest, 5)
        size = struct.unpack("<I", given[1:5])[0]
        return {"id": lzma.FILTER_LZMA1, "dict_size": _dictionary(size, blob), "lc": lc, "lp": lp, "pb": pb}
    raise _unknown(blob, method)


def _dictionary(size: int, blob: Blob) -> int:
    if size > _MOST_DICTIONARY:
        raise ReadError(
            "ZX110",
            f"it asks for {size:,} bytes to unpack",
            where=blob.where,
            hint="Pack it again with a smaller dictionary.",
        )
    return max(size, 4096)


def _is_7z(blob: Blob) -> bool:
    return blob.data.startswith(_SIGNATURE)


SEVENZIP_ARCHIVE: Final = Format(
    "7z", SEVENZIP, "application/x-7z-compressed", (".7z",), "archive", _is_7z, read_7z
)
