"""Word documents (.docx, .docm): what stands on the page, with its automatic numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.docx.body import Body
from zhengxie_nlp.reading.docx.numbering import Numbering
from zhengxie_nlp.reading.docx.package import WORD, Package, W
from zhengxie_nlp.reading.protocol import Blob, Extracted, Format, Options, ReadingNote
from zhengxie_nlp.reading.zips import CONTENT_TYPES, zip_directory
from zhengxie_nlp.records import Layout, Revisions


def read_docx(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of a Word document.

    Raises:
        ReadError: ZX110 beyond a limit, ZX112 damaged.
        SettingsError: ZX402, if the extra ``[files]`` is not installed.
    """
    package = Package(blob, options)
    body = Body(Numbering(package.numbering, package.styles), package.notes, options.revisions)
    content = package.document.find(W + "body")
    if content is None:
        raise ReadError("ZX112", f"it is {WORD} without a body", where=blob.where, hint="Get it again.")
    body.read(content)
    text, pages = body.text()
    for role in ("header", "footer"):
        body.dropped[role] += package.count(role)
    body.dropped["comment"] += package.comments
    revisions = None
    notes: list[ReadingNote] = []
    if body.inserted or body.deleted:
        revisions = Revisions(taken=options.revisions, inserted=body.inserted, deleted=body.deleted)
        notes.append(_revised(revisions))
    yield Extracted(
        text,
        layout=Layout(pages=pages) if pages else None,
        pages=len(pages) or None,
        dropped={name: count for name, count in sorted(body.dropped.items()) if count},
        revisions=revisions,
        notes=tuple(notes),
    )


def _revised(revisions: Revisions) -> ReadingNote:
    read = "as accepted" if revisions.taken == "accepted" else "as they were before"
    return ReadingNote(
        "tracked_changes",
        "warning",
        f"The file has {revisions.inserted} tracked insertions and {revisions.deleted} deletions; "
        f"they were read {read}.",
    )


def _is_docx(blob: Blob) -> bool:
    names = zip_directory(blob.data)
    return b"word/" in names and CONTENT_TYPES in names


DOCX: Final = Format(
    "docx",
    WORD,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    (".docx", ".docm", ".dotx"),
    "document",
    _is_docx,
    read_docx,
)
