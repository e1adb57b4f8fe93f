"""JSON Lines (.jsonl) of texts or Documents, and a Document alone (.json): each ``text`` is read again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.protocol import INSIDE, Blob, Extracted, Format, Options, Unread

JSON: Final = "JSON of texts or Documents (.jsonl, .json)"
_BEGINS: Final = re.compile(rb"\s*\{\s*\"")
_TEXT: Final = re.compile(rb"\"text\"\s*:\s*\"")
#: The field of a text's name may be called so.
_NAMES: Final = ("id", "name", "doc_id", "document_id")


def read_json_lines(blob: Blob, options: Options) -> Iterator[Extracted | Unread]:
    """Give the text of each object; a line that is none costs only itself."""
    try:
        content = blob.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "Save it as utf-8, which JSON asks for."
        raise ReadError("ZX104", f"it is {JSON}, but not utf-8", where=blob.where, hint=hint) from error
    whole = _loaded(content) if blob.suffix == ".json" or "\n" not in content.strip() else None
    if isinstance(whole, dict):
        yield _extracted(whole, "", f"{blob.where}")
        return
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _extracted(_loaded(line), str(number), f"{blob.where}, line {number}")
        except ReadError as error:
            yield Unread(f"{blob.where}{INSIDE}{number}", error)


def _loaded(content: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _extracted(value: Any, number: str, where: str) -> Extracted:  # noqa: ANN401
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str):
        hint = 'Each line must be an object with a string "text", such as a Document.'
        raise ReadError("ZX112", "this is no JSON object with a text", where=where, hint=hint)
    try:
        text.encode()
    except UnicodeEncodeError:
        hint = "Write the text again from its source."
        raise ReadError("ZX109", "its text holds half of a surrogate pair", where=where, hint=hint) from None
    source = value.get("source")
    named = source if isinstance(source, dict) else value
    name = next((str(named[key]) for key in _NAMES if isinstance(named.get(key), str | int)), number)
    return Extracted(text, member=name if number else "", ordered=False)


def _is_json(blob: Blob) -> bool:
    head = blob.data[: 1 << 16].removeprefix(b"\xef\xbb\xbf")
    if _BEGINS.match(head) is None:
        return False
    return blob.suffix in (".jsonl", ".ndjson", ".json") or _TEXT.search(head) is not None


JSON_LINES: Final = Format(
    "jsonl",
    JSON,
    "application/x-ndjson",
    (".jsonl", ".ndjson", ".json"),
    "document",
    _is_json,
    read_json_lines,
)
