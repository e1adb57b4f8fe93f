"""Pictures of the pages of a pdf or a scan, to be shown behind the boxes of its records."""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path
from typing import Any, Final

from zhengxie_nlp.records import Document

#: Of a longer document the page shows boxes alone: its pictures would make the file too large.
MOST_PAGES: Final = 60
#: A scan of more bytes is not put into the page.
MOST_BYTES: Final = 4_000_000
#: So many dots an inch are enough to read by.
_DOTS: Final = 96
_SIGNATURES: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def page_pictures(path: str | Path, document: Document) -> dict[int, str]:
    """Return a picture of each page, as ``data:`` addresses.

    Args:
        path: the file that the Document was read from.
        document: its Document.

    Returns:
        By page number; empty for files without pages, for long ones, where they cannot be drawn here (ofd),
        and where the reader of pdf (extra ``[files]``) is not installed.
    """
    if document.layout is None or not document.layout.runs or len(document.layout.pages) > MOST_PAGES:
        return {}
    try:
        data = Path(path).read_bytes()
    except OSError:  # the text has been read: without the file there are boxes
        return {}
    if data[:1024].find(b"%PDF-") >= 0:
        return _of_pdf(data)
    kind = next((kind for signature, kind in _SIGNATURES.items() if data.startswith(signature)), None)
    if kind is None or len(data) > MOST_BYTES:
        return {}
    return {1: f"data:{kind};base64,{base64.b64encode(data).decode()}"}


def _of_pdf(data: bytes) -> dict[int, str]:
    try:
        import pypdfium2
    except ModuleNotFoundError:
        return {}
    document = pypdfium2.PdfDocument(data)
    try:
        pictures: dict[int, str] = {}
        for number in range(len(document)):
            grey = document[number].render(scale=_DOTS / 72, grayscale=True).to_numpy()
            encoded = base64.b64encode(grey_png(grey.reshape(grey.shape[0], -1)[:, : grey.shape[1]])).decode()
            pictures[number + 1] = f"data:image/png;base64,{encoded}"
        return pictures
    finally:
        document.close()


def grey_png(grey: Any) -> bytes:  # noqa: ANN401 - an array of numpy, which the core does not ask for by type
    """Return a picture in sixteen greys as PNG.

    Args:
        grey: rows of dots, 0 (black) to 255.
    """
    height, width = grey.shape
    four = grey >> 4
    if width % 2:
        four = four[:, [*range(width), width - 1]]
    packed = (four[:, 0::2] << 4) | four[:, 1::2]
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    head = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    parts = [_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
