"""Word documents of before 2007 (.doc), and those of WPS (.wps), which are the same inside.

They are turned into .docx by msdoc2docx, in Python alone, and read like those; or by LibreOffice, where that
is asked for and installed. An old Microsoft Works document is something else, and is refused by name.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from zhengxie_nlp.errors import ReadError, SettingsError
from zhengxie_nlp.reading.docx.reader import read_docx
from zhengxie_nlp.reading.ole import root_streams
from zhengxie_nlp.reading.protocol import (
    Blob,
    Extracted,
    Format,
    Options,
    ReadingNote,
    damaged,
    encrypted,
    need,
)
from zhengxie_nlp.writing import write_file

OLD_WORD: Final = "an old Word document (.doc, .wps)"
OPEN_DOCUMENT: Final = "an OpenDocument text (.odt)"
_ODT: Final = b"mimetypeapplication/vnd.oasis.opendocument.text"
_SECONDS: Final = 180
_LISTED: Final = 20


def read_old_word(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of an old Word document.

    Raises:
        ReadError: ZX111 encrypted, ZX112 damaged.
        SettingsError: ZX402, if the extra ``[files]``, or LibreOffice where it is asked for, is missing.
    """
    convert = _by_libreoffice if options.office == "soffice" else _by_msdoc2docx
    yield from _converted(blob, options, convert, ".doc")


def read_open_document(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of an OpenDocument text, by LibreOffice alone.

    Raises:
        ReadError: ZX105, if LibreOffice is not asked for; ZX112 damaged.
        SettingsError: ZX402, if it is not installed.
    """
    if options.office != "soffice":
        hint = "Read it with office='soffice' (--office soffice), or save it as .docx."
        raise ReadError(
            "ZX105", f"it is {OPEN_DOCUMENT}, read by LibreOffice only", where=blob.where, hint=hint
        )
    yield from _converted(blob, options, _by_libreoffice, ".odt")


def _converted(
    blob: Blob,
    options: Options,
    convert: Callable[[Blob, Path], tuple[bytes, str, str, tuple[str, ...]]],
    suffix: str,
) -> Iterator[Extracted]:
    with TemporaryDirectory(prefix="zhengxie-") as folder:
        source = Path(folder) / f"document{suffix}"
        write_file(source, blob.data)
        data, converter, version, losses = convert(blob, source)
    for extracted in read_docx(replace(blob, data=data), options):
        notes = extracted.notes
        if losses:
            said = f"The converter reports {len(losses)} losses; the reading report lists them."
            notes = (*notes, ReadingNote("conversion_losses", "info", said))
        yield replace(extracted, converter=converter, version=version, losses=losses, notes=notes)


def _by_msdoc2docx(blob: Blob, source: Path) -> tuple[bytes, str, str, tuple[str, ...]]:
    doc2docx = need("doc2docx", package="msdoc2docx")
    errors = need("doc2docx.errors", package="msdoc2docx")
    target = source.with_suffix(".docx")
    try:
        result = doc2docx.convert(source, target)
    except errors.EncryptedDocumentError as error:
        raise encrypted(blob, OLD_WORD) from error
    except errors.Doc2DocxError as error:
        raise damaged(blob, OLD_WORD, str(error)) from error
    lost = sorted({f"{one.code}: {one.message}" for one in result.report.warnings})
    return target.read_bytes(), "msdoc2docx", doc2docx.__version__, tuple(lost[:_LISTED])


def _by_libreoffice(blob: Blob, source: Path) -> tuple[bytes, str, str, tuple[str, ...]]:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        hint = "Install LibreOffice Writer, or leave out office='soffice' (--office soffice)."
        raise SettingsError("ZX402", "LibreOffice is not installed", where=blob.where, hint=hint)
    profile = f"-env:UserInstallation={source.parent.as_uri()}/profile"
    call = [
        program,
        profile,
        "--headless",
        "--convert-to",
        "docx",
        "--outdir",
        str(source.parent),
        str(source),
    ]
    try:
        subprocess.run(call, check=True, capture_output=True, timeout=_SECONDS)
        data = source.with_suffix(".docx").read_bytes()
    except subprocess.TimeoutExpired as error:
        hint = "Read it the other way: office='own'."
        raise ReadError(
            "ZX112", f"LibreOffice did not end within {_SECONDS} s", where=blob.where, hint=hint
        ) from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise damaged(blob, OLD_WORD, "LibreOffice cannot read it") from error
    named = subprocess.run(
        [program, profile, "--version"], check=False, capture_output=True, timeout=_SECONDS
    )
    words = named.stdout.decode(errors="replace").split()
    return data, "LibreOffice", words[1] if len(words) > 1 else "unknown", ()


def _is_old_word(blob: Blob) -> bool:
    return "WordDocument" in root_streams(blob.data)


DOC: Final = Format(
    "doc",
    OLD_WORD,
    "application/msword",
    (".doc", ".wps", ".dot", ".wpt"),
    "document",
    _is_old_word,
    read_old_word,
)
ODT: Final = Format(
    "odt",
    OPEN_DOCUMENT,
    "application/vnd.oasis.opendocument.text",
    (".odt", ".ott"),
    "document",
    lambda blob: blob.data[30 : 30 + len(_ODT)] == _ODT,
    read_open_document,
)
