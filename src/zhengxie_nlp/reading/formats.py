"""All formats, and the way from bytes to texts: recognised by content first, then by name, then read.

`FORMATS` is the whole list, in the order in which they are tried. A file that is no text and no format of
ours is refused by what it is (`data/signatures.tsv`).
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from zhengxie_nlp.errors import ReadError, ZhengxieError
from zhengxie_nlp.reading.docx.reader import DOCX
from zhengxie_nlp.reading.encodings import refuse_known_formats
from zhengxie_nlp.reading.html import HTML_PAGE
from zhengxie_nlp.reading.json_lines import JSON_LINES
from zhengxie_nlp.reading.mail import EML
from zhengxie_nlp.reading.markdown import MARKDOWN_TEXT
from zhengxie_nlp.reading.ofd import OFD_FORMAT
from zhengxie_nlp.reading.old_word import DOC, ODT
from zhengxie_nlp.reading.ole import OLD_OFFICE
from zhengxie_nlp.reading.pdf import PDF_FORMAT
from zhengxie_nlp.reading.plain import PLAIN
from zhengxie_nlp.reading.protocol import (
    Blob,
    Extracted,
    Format,
    Options,
    ReadingNote,
    Unread,
    beyond,
    damaged,
)
from zhengxie_nlp.reading.rtf import RTF_FORMAT
from zhengxie_nlp.reading.scans import SCAN
from zhengxie_nlp.reading.sevenzip import SEVENZIP_ARCHIVE
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.reading.tables import CSV_TABLE, EXCEL_BOOK
from zhengxie_nlp.reading.tars import PACKED_FILE, TAR_ARCHIVE
from zhengxie_nlp.reading.zips import ZIP_ARCHIVE
from zhengxie_nlp.records import ReadingReport, Source

#: Tried from the first; the last takes what is text.
FORMATS: Final[tuple[Format, ...]] = (
    DOCX, ODT, EXCEL_BOOK, OFD_FORMAT, ZIP_ARCHIVE, DOC, PDF_FORMAT, RTF_FORMAT, SEVENZIP_ARCHIVE,
    TAR_ARCHIVE, PACKED_FILE, SCAN, OLD_OFFICE, HTML_PAGE, EML, JSON_LINES, MARKDOWN_TEXT, CSV_TABLE, PLAIN,
)  # fmt: skip


def suffixes() -> frozenset[str]:
    """Return the suffixes of all formats."""
    return frozenset(suffix for form in FORMATS for suffix in form.suffixes if suffix)


def recognise(blob: Blob, options: Options) -> tuple[Format, tuple[ReadingNote, ...]]:
    """Return the format of a blob, with what a user should know where its name says another.

    Raises:
        ReadError: ZX105 for what is no format of ours, ZX113 for a picture, a program or an archive under the
            name of a document, and for any wrong name where `Options.mismatch` asks for that.
    """
    form = next(form for form in FORMATS if form.recognise(blob))
    named = next((other for other in FORMATS if blob.suffix in other.suffixes), None)
    if form is PLAIN:
        try:
            refuse_known_formats(blob.data, blob.where)
        except ReadError as error:
            raise (error if named in (None, PLAIN) else _lies(blob, named, error.problem)) from None
    if named is None or named is form or form.alike(named):
        return form, ()
    if form is PLAIN and named.family != "document":
        raise _lies(blob, named, "it is no such thing")
    if options.mismatch == "refuse" or (form.family != "document" and named.family == "document"):
        raise _lies(blob, named, f"it is {form.what}")
    return form, (
        ReadingNote(
            "not_as_named", "warning", f"The name says {named.what}, but it is {form.what}; read as that."
        ),
    )


def _lies(blob: Blob, named: Format, problem: str) -> ReadError:
    return ReadError(
        "ZX113",
        f"the name says {named.what}, but {problem}",
        where=blob.where,
        hint="Give the file its right name, or leave it out.",
    )


def convert(blob: Blob, options: Options) -> Iterator[SourceFile | Blob | Unread]:
    """Read a blob: give its texts, or what lies in it.

    Whatever goes wrong inside of a library that meets hostile bytes comes out as one of our errors.

    Raises:
        ReadError: ZX104 to ZX114, saying what is wrong.
        SettingsError: ZX402, naming the extra that is missing.
    """
    limits = options.limits
    if len(blob.data) > limits.bytes:
        raise beyond(blob.where, f"it has {len(blob.data):,} bytes", "bytes", limits.bytes)
    form, notes = recognise(blob, options)
    try:
        for part in form.read(blob, options):
            yield _source_file(blob, form, part, notes, options) if isinstance(part, Extracted) else part
    except ZhengxieError:
        raise
    except (MemoryError, RecursionError) as error:
        raise damaged(blob, form.what, f"it asks for too much: {type(error).__name__}") from error
    except Exception as error:
        raise damaged(blob, form.what, f"{type(error).__name__}: {error}") from error


def _source_file(
    blob: Blob, form: Format, part: Extracted, notes: tuple[ReadingNote, ...], options: Options
) -> SourceFile:
    from importlib.metadata import version

    where = f"{blob.where}#{part.member}" if part.member else blob.where
    if len(part.text) > options.limits.characters:
        raise beyond(where, f"it has {len(part.text):,} characters", "characters", options.limits.characters)
    if not part.text.strip():
        raise ReadError("ZX114", f"it is {form.what} without text", where=where, hint="Leave it out.")
    report = ReadingReport(
        format=form.name,
        converter=part.converter or "zhengxie_nlp",
        version=part.version or version("zhengxie-nlp"),
        pages=part.pages,
        pages_without_text=part.without_text,
        ocr_share=part.ocr_share,
        dropped=part.dropped,
        revisions=part.revisions,
        losses=part.losses,
    )
    source = Source(
        id=f"{blob.id}#{part.member}" if part.member else blob.id,
        path=where if blob.path is not None else None,
        sha256=sha256(part.text.encode() if part.member else blob.data).hexdigest(),
        encoding=part.encoding,
        media_type=form.media_type,
        reading=report,
    )
    return SourceFile(source, part.text, part.layout, part.ordered, (*notes, *part.notes))
