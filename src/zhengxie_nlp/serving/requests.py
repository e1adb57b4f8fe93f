"""Takes the documents out of a request, within the limits, whatever form they come in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from zhengxie_nlp.errors import ServeError

#: Raw bodies of these types are texts; their encoding is what the type says, or found.
TEXT_TYPES: Final = ("text/plain", "text/markdown")
#: Raw bodies of these types are files.
FILE_TYPES: Final = (
    "application/octet-stream", "application/pdf", "application/msword", "application/rtf", "text/html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/ofd",
)  # fmt: skip
#: Of a refused request so much more is read, in multiples of what is allowed, and for so many seconds.
_READ_ON: Final = 4
_READ_ON_SECONDS: Final = 10.0
JSON: Final = "application/json"
FORM: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Sent:
    """One document of a request: what to call it, its bytes, and whether these are its text in UTF-8."""

    id: str
    data: bytes
    is_text: bool = False
    encoding: str | None = None


async def body_of(request: Request, *, most: int) -> bytes:
    """Read the body of a request, and keep no more of it than is allowed.

    Raises:
        ServeError: ZX701, if it has more bytes.
    """
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        await drop_body(request, most=most)
        raise _too_large(most)
    parts: list[bytes] = []
    read = 0
    stream = request.stream()
    async for part in stream:
        read += len(part)
        if read > most:
            parts.clear()
            await _read_on(stream, most=most)
            raise _too_large(most)
        parts.append(part)
    return b"".join(parts)


async def drop_body(request: Request, *, most: int) -> None:
    """Read on what a refused request still sends, and throw it away, within bounds.

    A client that is still sending when the answer comes and the connection ends sees a broken pipe in place
    of the answer. Past the bounds that is so: nobody keeps the service busy by sending for ever. A client
    that waits to be asked for its body (``Expect: 100-continue``) has not begun to send, and is not asked.
    """
    if request.headers.get("expect", "").lower() != "100-continue":
        await _read_on(request.stream(), most=most)


async def _read_on(stream: AsyncGenerator[bytes, None], *, most: int) -> None:
    read = 0
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(_READ_ON_SECONDS):
            async for part in stream:
                read += len(part)
                if read > _READ_ON * most:
                    return


def _too_large(most: int) -> ServeError:
    return ServeError(
        "ZX701",
        f"the request has more than {most:,} bytes",
        hint="Send less at once; --max-bytes allows more.",
    )


async def documents_of(request: Request, *, most: int, files: int) -> list[Sent]:
    """Return the documents of a request.

    Args:
        request: JSON with ``text`` (or ``texts``), a form with files, or the bytes of one text or file.
        most: so many bytes it may have.
        files: so many documents it may hold.

    Raises:
        ServeError: ZX701 too large, ZX702 a type that is not taken, ZX703 not as it should be.
    """
    kind, _, options = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind not in (JSON, FORM, *TEXT_TYPES, *FILE_TYPES):
        await drop_body(request, most=most)
        raise ServeError(
            "ZX702", f"the type “{kind[:60]}” is not taken" if kind else "the request does not say its type",
            hint=f"Send {JSON}, {FORM}, text/plain or application/octet-stream.",
        )  # fmt: skip
    body = await body_of(request, most=most)
    if kind == JSON:
        return _of_json(body, files=files)
    if kind == FORM:
        return await _of_form(request.headers, body, files=files, most=most)
    name = request.query_params.get("name") or "text"
    charset = options.partition("charset=")[2].strip(' "') or None
    return [Sent(_named(name), body, encoding=charset if kind in TEXT_TYPES else None)]


def _of_json(body: bytes, *, files: int) -> list[Sent]:
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _faulty(f"the body is not JSON ({type(error).__name__})") from error
    rows = said.get("texts") if isinstance(said, dict) and "texts" in said else [said]
    if not isinstance(rows, list):
        raise _faulty("“texts” is not a list")
    _few(len(rows), files)
    return [_of_row(row, number) for number, row in enumerate(rows, start=1)]


def _of_row(row: Any, number: int) -> Sent:  # noqa: ANN401 - JSON of any kind
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise _faulty(f"text {number} is no object with a “text” that is a string")
    id_ = row.get("id", f"text{number}" if number > 1 else "text")
    if not isinstance(id_, str):
        raise _faulty(f"the “id” of text {number} is no string")
    try:
        return Sent(_named(id_), row["text"].encode("utf-8"), is_text=True)
    except UnicodeEncodeError as error:
        raise _faulty(f"text {number} holds half of a surrogate pair at {error.start}") from error


async def _of_form(headers: Headers, body: bytes, *, files: int, most: int) -> list[Sent]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(headers, stream(), max_files=files, max_fields=files, max_part_size=most)
    # Files of a request stay in memory: nothing of it is ever on the disk.
    parser.spool_max_size = most
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise _faulty(f"the form cannot be read ({getattr(error, 'message', error)})") from error
    sent: list[Sent] = []
    for _, value in form.multi_items():
        if isinstance(value, UploadFile):
            sent.append(Sent(_named(value.filename or "file"), await value.read()))
        else:
            sent.append(Sent("text", value.encode("utf-8", "replace"), is_text=True))
    await form.close()
    if not sent:
        raise _faulty("the form holds no file")
    return sent


def _few(count: int, most: int) -> None:
    if count > most:
        raise ServeError(
            "ZX701", f"{count:,} documents at once, more than {most:,}", hint="Send fewer at once."
        )


def _named(name: str) -> str:
    """Return what a document is called: the last part of a path, without signs that would show as others."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:200] or "text"


def _faulty(problem: str) -> ServeError:
    return ServeError("ZX703", problem, hint="See /docs for what is taken.")
