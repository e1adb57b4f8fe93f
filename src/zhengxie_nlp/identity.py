"""What a record is called in every run: a uid made of what it says and where it stands."""

from __future__ import annotations

from base64 import b32encode
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import Document, Record, Ref

#: So many letters and digits before and after a record tell its place.
_BESIDE: Final = 12
#: They are looked for in so many characters: blanks, line ends and punctuation lie between.
_WINDOW: Final = 48
_BYTES: Final = 10


def record_uids(document: Document) -> dict[str, str]:
    r"""Return the uid of every record of a Document, by its id.

    A uid is made of the record's type, its characters, and the letters and digits just before and after it in
    its paragraph; of records that share all this the first, second … are told apart. So the same text has the
    same uids in every run, whatever its file is called and however its lines are wrapped, and what is written
    elsewhere in the text changes none. Within a Document uids are unique; with the document's id before them,
    everywhere.

    Example:
        >>> from zhengxie_nlp import Pipeline
        >>> first = Pipeline().extract("围绕营商环境开展调研40多次。")
        >>> later = Pipeline().extract("会议于五月召开。\n\n围绕营商环境开展调研40多次。")
        >>> set(record_uids(first).values()) <= set(record_uids(later).values())
        True
    """
    seen: Counter[tuple[str, ...]] = Counter()
    paragraphs = _paragraphs(document)
    made = {}
    for record in document.records:
        key = (record.type, record.ref.text, *_beside(document.text, record, paragraphs.get(record.node, ())))
        seen[key] += 1
        digest = sha256("\x1f".join((*key, str(seen[key]))).encode()).digest()
        letter = RECORD_TYPES[record.type].letter
        made[record.id] = f"{letter}-{b32encode(digest[:_BYTES]).decode().lower()}"
    return made


def _paragraphs(document: Document) -> dict[str | None, tuple[Ref, ...]]:
    """Return the headings and paragraphs of each node, by its id."""
    found: dict[str | None, tuple[Ref, ...]] = {}
    waiting = [node for speech in document.speeches for node in speech.nodes]
    while waiting:
        node = waiting.pop()
        found[node.id] = (*((node.heading,) if node.heading is not None else ()), *node.body)
        waiting.extend(node.children)
    return found


def _beside(text: str, record: Record, paragraphs: Iterable[Ref]) -> tuple[str, str]:
    """Return the letters before and after a record in its paragraph."""
    start, end = record.ref.fragments[0][0], record.ref.fragments[-1][1]
    for ref in paragraphs:
        if any(first <= start < last for first, last in ref.fragments):
            before = "".join(
                text[max(first, start - _WINDOW) : min(last, start)] for first, last in ref.fragments
            )
            after = "".join(text[max(first, end) : min(last, end + _WINDOW)] for first, last in ref.fragments)
            return _letters(before)[-_BESIDE:], _letters(after)[:_BESIDE]
    return "", ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
