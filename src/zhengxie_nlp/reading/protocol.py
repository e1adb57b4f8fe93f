"""The one way a format is read: a `Format` recognises bytes and turns them into texts, or into more bytes.

Each module beside this one is a format and ends in its `Format`; `formats.FORMATS` lists them. What is given
and what comes out is the same for all: a `Blob` goes in, `Extracted` texts come out, or the `Blob`s inside of
an archive, or `Unread`, a value that says why one of them could not be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, Literal

from zhengxie_nlp.errors import ReadError, ZhengxieError, missing_extra
from zhengxie_nlp.records import Layout, Revisions

MEGABYTE: Final = 1 << 20
#: Between the path of an archive and the name of what lies in it.
INSIDE: Final = "!/"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of the machine; what is beyond is refused by name, and costs only itself.

    Attributes:
        bytes: of one file, or of one member of an archive, unpacked.
        unpacked: bytes that all members of one archive, with the archives in it, unpack to.
        ratio: how many times larger than its packed form a member larger than a megabyte may be.
        members: of one archive.
        nesting: archives within archives; 1 reads the members of an archive, and no archive among them.
        pages: of one document.
        characters: of the text of one document.
    """

    bytes: int = 200 * MEGABYTE
    unpacked: int = 2000 * MEGABYTE
    ratio: int = 200
    members: int = 100_000
    nesting: int = 3
    pages: int = 5_000
    characters: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """How files are to be read.

    Attributes:
        limits: what a file may ask of the machine.
        revisions: read tracked changes as ``accepted``, or the ``original`` before them.
        mismatch: a file whose content is another kind of document than its name says is ``read`` as what it
            is, with a diagnostic, or ``refuse``d. A picture, a program or an archive under the name of a
            document is refused in any case.
        office: what reads .doc and .wps: our ``own`` way, or ``soffice``, LibreOffice where it is installed.
        ocr: recognise the text of pictures and of pages that have none (extra ``[ocr]``).
        text_column: the header of the column that holds the texts of a table; left out, it is found.
        errors: bytes of a text file that are none in its encoding are refused (``strict``), or each is
            ``replace``d by U+FFFD, with a diagnostic where it stood.
    """

    limits: Limits = field(default_factory=Limits)
    revisions: Literal["accepted", "original"] = "accepted"
    mismatch: Literal["read", "refuse"] = "read"
    office: Literal["own", "soffice"] = "own"
    ocr: bool = True
    text_column: str | None = None
    errors: Literal["strict", "replace"] = "strict"


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are to be read.

    Attributes:
        data: all of them.
        name: the file name, from which the suffix is taken.
        id: what the document is called.
        path: where it lies: a path, with ``!/`` and the member's name for each archive it lies in.
        encoding: of its text, where the caller knows it.
    """

    data: bytes
    name: str
    id: str
    path: str | None = None
    encoding: str | None = None

    @property
    def where(self) -> str:
        """What to call it in an error."""
        return self.path or self.id

    @property
    def suffix(self) -> str:
        """The suffix of its name, in small letters with the dot; empty where there is none."""
        stem, dot, suffix = self.name.rpartition(".")
        return f".{suffix.lower()}" if dot and stem else ""

    def inside(self, name: str, data: bytes) -> Blob:
        """Return a member of this archive."""
        return Blob(
            data,
            name.rpartition("/")[2],
            f"{self.id}/{name}",
            f"{self.where}{INSIDE}{name}",
            self.encoding,
        )


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """Something about the reading that a user should know of: it becomes a diagnostic.

    Attributes:
        span: the characters of the text it is about, if any.
    """

    code: str
    severity: Literal["info", "warning", "error"]
    message: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """A text that was taken out of a file, and how.

    Attributes:
        text: what becomes `Document.text`.
        encoding: of a file of text.
        member: which of several texts of one file it is, for example the row of a table; else empty.
        layout: where its characters stand, if known.
        ordered: the text is in reading order by construction; no order needs to be restored.
        notes: what a user should know.
        converter: what did it, and `version` its version; our own code and version if left out.
        pages: how many there are, and `without_text` those that gave nothing.
        ocr_share: the share of characters recognised in pictures.
        dropped: what was left out, counted.
        revisions: the tracked changes, if any.
        losses: what the converter could not carry over.
    """

    text: str
    encoding: str | None = None
    member: str = ""
    layout: Layout | None = None
    ordered: bool = True
    notes: tuple[ReadingNote, ...] = ()
    converter: str | None = None
    version: str | None = None
    pages: int | None = None
    without_text: tuple[int, ...] = ()
    ocr_share: float = 0.0
    dropped: dict[str, int] = field(default_factory=dict)
    revisions: Revisions | None = None
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read: its path, and why.

    Attributes:
        path: where it lies, as in `Blob.path`.
        error: what is wrong with it and what to do.
    """

    path: str
    error: ZhengxieError


#: Formats whose names stand for each other: kinds of plain text, and a tar that is packed.
_ALIKE: Final = (
    frozenset(("txt", "md", "csv", "jsonl")),
    frozenset(("tar", "gz")),
)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how it is recognised, and how it is read.

    Attributes:
        name: as in `ReadingReport.format`.
        what: for people: “a Word document (.docx)”.
        media_type: of its content.
        suffixes: the names such files go by.
        family: ``document``, ``archive`` or ``picture``: what a wrong name may still stand for.
        recognise: tells by the bytes alone whether a blob is one.
        read: gives the texts, or the blobs, in their order.
    """

    name: str
    what: str
    media_type: str
    suffixes: tuple[str, ...]
    family: Literal["document", "archive", "picture"]
    recognise: Callable[[Blob], bool]
    read: Callable[[Blob, Options], Iterator[Extracted | Blob | Unread]]

    def alike(self, other: Format) -> bool:
        """Tell whether a file of one may well go by the other's name: kinds of plain text."""
        return any({self.name, other.name} <= group for group in _ALIKE)


def need(module: str, *, extra: str = "files", package: str | None = None) -> Any:  # noqa: ANN401 - a module
    """Import what a format needs of an extra.

    Args:
        module: the module to import.
        extra: the extra that installs it.
        package: the name it is known by, where that is not the module's.

    Raises:
        SettingsError: ZX402, with the command that installs it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise missing_extra(extra, package or module) from error


def damaged(blob: Blob, what: str, reason: str) -> ReadError:
    """Return the error for a file that is broken."""
    return ReadError(
        "ZX112",
        f"it is {what}, but damaged or cut short ({reason})",
        where=blob.where,
        hint="Get the file again from where it came.",
    )


def encrypted(blob: Blob, what: str) -> ReadError:
    """Return the error for a file that asks for a password."""
    return ReadError(
        "ZX111",
        f"it is {what} that is encrypted",
        where=blob.where,
        hint="Open it with its password and save it without one.",
    )


def beyond(where: str, what: str, limit: str, allowed: int) -> ReadError:
    """Return the error for something that is larger than a limit.

    Example:
        >>> print(beyond("a.zip", "it has 20 members", "members", 10))
        [ZX110] a.zip: it has 20 members, more than the limit of 10. Give a larger Limits.members to read it.
    """
    return ReadError(
        "ZX110",
        f"{what}, more than the limit of {allowed:,}",
        where=where,
        hint=f"Give a larger Limits.{limit} to read it.",
    )
