"""Writes what hardly anything writes any more: old Word documents (.doc, .wps) and 7z archives.

Of each as little as its readers need: one piece of UTF-16 text in a compound file; one solid block.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
#: Where the text begins in its stream. Streams shorter than 4,096 bytes would be mini streams.
_TEXT_AT = 0x800
_SMALLEST = 4096


def old_word(text: str) -> bytes:
    """Return a .doc that holds the lines of a text as paragraphs (MS-DOC: FIB, Clx, one piece)."""
    written = "\r".join(text.rstrip("\n").split("\n")) + "\r"
    body = written.encode("utf-16-le")
    table = b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, len(written))
    table += struct.pack("<HIH", 0, _TEXT_AT, 0)
    fib = bytearray(_TEXT_AT)
    struct.pack_into("<HHHHHHH", fib, 0, 0xA5EC, 0xC1, 0, 0x0804, 0, 0x1200, 0xBF)
    struct.pack_into("<II", fib, 0x18, _TEXT_AT, _TEXT_AT + len(body))
    struct.pack_into("<H", fib, 0x20, 14)
    struct.pack_into("<H", fib, 0x3E, 22)
    struct.pack_into("<I", fib, 0x40, _TEXT_AT + len(body))
    struct.pack_into("<I", fib, 0x4C, len(written))
    struct.pack_into("<H", fib, 0x98, 93)
    struct.pack_into("<II", fib, 0x9A + 33 * 8, 0, len(table))
    return compound({"WordDocument": bytes(fib) + body, "1Table": table})


def compound(streams: dict[str, bytes]) -> bytes:
    """Return an OLE compound file (version 3) with these streams in its root, each in sectors of its own."""
    padded = {
        name: data.ljust(max(_SMALLEST, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
        for name, data in streams.items()
    }
    directory_sectors = -(-(len(padded) + 1) * 128 // _SECTOR)
    sectors = directory_sectors + sum(len(data) for data in padded.values()) // _SECTOR
    fats = next(count for count in range(1, 110) if count * (_SECTOR // 4) >= sectors + count)
    chain = [_FAT] * fats + _chain(fats, directory_sectors)
    directory, content = _entry("Root Entry", 5, child=1, start=_END, size=0), b""
    for number, (name, data) in enumerate(padded.items(), start=1):
        after = number + 1 if number < len(padded) else _FREE
        directory += _entry(name, 2, start=len(chain), size=len(data), after=after)
        chain += _chain(len(chain), len(data) // _SECTOR)
        content += data
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(fats * _SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head = head.ljust(44, b"\0") + struct.pack("<II", fats, fats) + bytes(4)
    head += struct.pack("<IIIII", _SMALLEST, _END, 0, _END, 0)
    head += struct.pack(f"<{fats}I", *range(fats)) + b"\xff" * (4 * (109 - fats))
    return head + fat + directory.ljust(directory_sectors * _SECTOR, b"\0") + content


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), _END]


def _entry(name: str, kind: int, *, start: int, size: int, child: int = _FREE, after: int = _FREE) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, _FREE, after, child)
    return entry.ljust(116, b"\0") + struct.pack("<III", start, size, 0)


def _number(value: int) -> bytes:
    """Return a number as 7z writes it."""
    for extra in range(9):
        if extra == 8 or value < 1 << (7 * (extra + 1)):
            first = (0xFF00 >> extra) & 0xFF
            rest = value & ((1 << (8 * extra)) - 1)
            return bytes([first | (value >> (8 * extra) if extra < 8 else 0)]) + rest.to_bytes(
                extra, "little"
            )
    raise AssertionError


def a_7z(members: dict[str, bytes], *, method: str = "lzma2", encoded: bool = False) -> bytes:
    """Return a 7z archive of one solid block."""
    whole = b"".join(members.values())
    coder, packed = _packed(whole, method)
    header = b"\x01\x04" + _streams_info(0, coder, packed, whole, [len(data) for data in members.values()])
    names = b"\x00" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in members)
    header += b"\x05" + _number(len(members)) + b"\x11" + _number(len(names)) + names + b"\x00\x00"
    body = packed
    if encoded:
        coder, small = _packed(header, "lzma")
        body += small
        header = b"\x17" + _streams_info(len(packed), coder, small, header, None)
    start = struct.pack("<QQI", len(body), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + body + header


def _packed(data: bytes, method: str) -> tuple[bytes, bytes]:
    if method == "lzma2":
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
        return b"\x21\x21\x01\x10", lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    if method == "lzma":
        filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20, "lc": 3, "lp": 0, "pb": 2}]
        coder = b"\x23\x03\x01\x01\x05\x5d" + struct.pack("<I", 1 << 20)
        return coder, lzma.compress(data, lzma.FORMAT_RAW, filters=filters)
    if method == "bzip2":
        return b"\x03\x04\x02\x02", bz2.compress(data)
    if method == "deflate":
        return b"\x03\x04\x01\x08", zlib.compress(data)[2:-4]
    if method == "copy":
        return b"\x01\x00", data
    return {"ppmd": b"\x23\x03\x04\x01\x05" + bytes(5), "aes": b"\x24\x06\xf1\x07\x01\x01\x00"}[method], data


def _streams_info(start: int, coder: bytes, packed: bytes, whole: bytes, sizes: list[int] | None) -> bytes:
    info = b"\x06" + _number(start) + b"\x01\x09" + _number(len(packed)) + b"\x00"
    info += b"\x07\x0b\x01\x00\x01" + coder + b"\x0c" + _number(len(whole)) + b"\x00"
    if sizes is not None:
        info += b"\x08\x0d" + _number(len(sizes))
        if len(sizes) > 1:
            info += b"\x09" + b"".join(_number(size) for size in sizes[:-1])
        info += b"\x0a\x01" + bytes(4 * len(sizes)) + b"\x00"
    return info + b"\x00"
