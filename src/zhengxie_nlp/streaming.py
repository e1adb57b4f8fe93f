"""The JSON of a Document, written while its text is read: the whole of it is never in memory.

A Document holds a record for every dozen characters; of a volume of speeches that is far more than the text
and the working behind one part of it. So each part's speeches and records are turned into JSON and let go of;
what is long waits in a temporary file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, Any, Final

from pydantic import TypeAdapter

from zhengxie_nlp.document_builder import Piece, Reading, join, pieces
from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.records import Document, Record, Speech

#: So many bytes of speeches, and of records, are kept in memory.
_IN_MEMORY: Final = 1 << 23
#: So many bytes are handed out at a time.
_BLOCK: Final = 1 << 20
#: The long fields, in the order in which they stand in a Document.
_LONG: Final = ("speeches", "records")


@cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    return {"speeches": TypeAdapter(tuple[Speech, ...]), "records": TypeAdapter(tuple[Record, ...])}


def document_json(reading: Reading, *, indent: int | None = None) -> Iterator[bytes]:
    """Yield the JSON of a text that is being read, in blocks.

    Nothing comes before all parts are read: what goes wrong in one of them is raised first, and no half of a
    Document is handed out.

    Args:
        reading: the text (`Pipeline.read`).
        indent: by how many blanks each level is indented; None writes all in one line.

    Yields:
        UTF-8 bytes; joined, they are what `Document.model_dump_json` gives of the assembled Document.

    Raises:
        ReadError: ZX108, if a text so long that its JSON waits in a temporary file finds no room for it.
    """
    with SpooledTemporaryFile(_IN_MEMORY) as speeches, SpooledTemporaryFile(_IN_MEMORY) as records:
        kept: list[Piece] = []
        for piece in pieces(reading):
            _add(speeches, "speeches", piece.speeches, indent=indent)
            _add(records, "records", piece.records, indent=indent)
            kept.append(piece._replace(speeches=(), records=()))
        rest = TypeAdapter(Document).dump_json(join(reading, kept), indent=indent)
        for name, file in zip(_LONG, (speeches, records), strict=True):
            # No string holds this: in a string, a quotation mark is escaped.
            empty = f'"{name}":{" " * (indent is not None)}[]'.encode()
            before, _, rest = rest.partition(empty)
            yield before + empty[:-1]
            yield from _read(file)
            yield b"]" if indent is None or not file.tell() else b"\n" + b" " * indent + b"]"
        yield rest


def _add(file: IO[bytes], name: str, items: Iterable[Speech | Record], *, indent: int | None) -> None:
    """Write items as they stand between the brackets of their field, behind those already there."""
    dumped = _adapters()[name].dump_json(tuple(items), indent=indent)
    if len(dumped) > 2:
        try:
            file.write(b"," * (file.tell() > 0))
            file.write(dumped[1:-1] if indent is None else _deeper(dumped, indent))
        except OSError as error:
            raise ReadError(
                "ZX108",
                f"no temporary file can be written ({error.strerror or error})",
                where=gettempdir(),
                hint="Make room there, or set TMPDIR to a folder that has some.",
            ) from error


def _deeper(dumped: bytes, indent: int) -> bytes:
    """Return what stands between the brackets of an indented list, one level deeper, but its last line end.

    A line end in the JSON is one of its layout: in a string it is escaped.
    """
    return dumped[1:-2].replace(b"\n", b"\n" + b" " * indent)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block
