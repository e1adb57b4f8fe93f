"""Writes down, a line a node and a record, what the library makes of a text: what golden files hold.

Usage: ``python -m tests.golden.lines`` makes the files again (`make golden`). Figures of confidence are left
out: they move with every training, and another processor rounds them otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from zhengxie_nlp import Document, Pipeline

FOLDER: Final = Path(__file__).parent
TEXTS: Final = FOLDER.parents[1] / "corpora" / "speeches" / "text"
#: Texts of every kind in the corpus: pages out of order, transcripts, plans, minutes, news, hard negatives.
NAMES: Final = (
    *("a05", "a11", "a17", "a23", "a29", "b03", "b09", "b15", "b21", "b27", "c03", "c09", "c15", "c16"),
    *(
        "c17",
        "d02",
        "d07",
        "e03",
        "e08",
        "e13",
        "f04",
        "f11",
        "f22",
        "g05",
        "g14",
        "g25",
        "h07",
        "h16",
        "h28",
    ),
)
_LONG: Final = 32
_LEFT_OUT: Final = frozenset(("id", "uid", "type", "ref", "confidence", "scores"))


def lines_of(document: Document) -> Iterator[str]:
    """Yield a line for each speech, node, record, diagnostic and unexplained numeral of a Document."""
    for speech in document.speeches:
        said = (speech.title, speech.organization, speech.speaker, speech.date)
        yield " | ".join((speech.id, *(_text(one) for one in said)))
        for node in speech.nodes:
            parts = (node.id, node.marker, node.heading, *node.body, node.category)
            yield " | ".join(map(_text, parts))
    for record in document.records:
        fields = [
            f"{name}={_text(value)}"
            for name, value in sorted(record.model_dump().items())
            if name not in _LEFT_OUT and not name.endswith("_confidence") and value not in (None, [], ())
        ]
        yield f"{record.type} {_text(record.ref)} {' '.join(fields)}"
    for note in document.diagnostics:
        yield f"! {note.code} {_text(note.ref)}"
    for numeral in document.unexplained_numerals:
        yield f"? {_text(numeral)}"


def _text(value: Any) -> str:
    """Return a value as one short word: a Ref is its characters and where they stand."""
    if hasattr(value, "model_dump"):
        value = value.model_dump()
    if isinstance(value, dict) and "fragments" in value:
        places = ",".join(f"{start}:{end}" for start, end in value["fragments"])
        return f"{_short(value['text'])}@{places}"
    if isinstance(value, dict):
        return "{" + " ".join(f"{name}={_text(one)}" for name, one in sorted(value.items())) + "}"
    if isinstance(value, list | tuple):
        return "[" + " ".join(map(_text, value)) + "]"
    return "-" if value is None else str(value)


def _short(text: str) -> str:
    """Keep both ends of what is long: the offsets say the rest."""
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]}…{text[-_LONG // 2 :]}"


def made(name: str, *, pipeline: Pipeline) -> str:
    """Return the lines of one text of the corpus."""
    text = (TEXTS / f"{name}.txt").read_text(encoding="utf-8")
    return "".join(f"{line}\n".replace("\u2028", " ") for line in lines_of(pipeline.analyze(text).document))


if __name__ == "__main__":
    shipped = Pipeline()
    for each in NAMES:
        (FOLDER / f"{each}.txt").write_text(made(each, pipeline=shipped), encoding="utf-8")
