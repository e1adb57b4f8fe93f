"""The parts of a .docx: a zip of XML files that name each other by relations."""

from __future__ import annotations

import posixpath
import zipfile
from functools import cached_property
from typing import Any, Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.protocol import MEGABYTE, Blob, Options, beyond, damaged, need
from zhengxie_nlp.reading.zips import open_zip, read_member

WORD: Final = "a Word document (.docx)"
W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFFICE_RELATION: Final = "/officeDocument"
#: ISO 29500 Strict names the same things in other namespaces.
_STRICT: Final = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
#: Of the XML of one document so many bytes are read.
_XML_RATIO: Final = 400


def parse_xml(data: bytes, blob: Blob, what: str) -> Any:  # noqa: ANN401 - lxml has no types
    """Parse XML without entities, external files and parts of immense size.

    Raises:
        ReadError: ZX112, if it is no XML.
    """
    etree = need("lxml.etree", package="lxml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise damaged(blob, what, str(error)) from error
    if root is None:
        raise damaged(blob, what, "empty XML")
    return root


class Package:
    """A .docx that is open: its parts by role.

    Args:
        blob: the file.
        options: for the limits.

    Raises:
        ReadError: ZX110 beyond a limit, ZX112 if parts are missing or broken.
    """

    def __init__(self, blob: Blob, options: Options) -> None:
        self._blob, self._options = blob, options
        self._zip = open_zip(blob, WORD)
        self._infos = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        self._check()
        self.main = next(
            (target for kind, target in self._relations("", "").values() if kind.endswith(_OFFICE_RELATION)),
            "word/document.xml",
        )
        self.relations = self._relations(posixpath.dirname(self.main), posixpath.basename(self.main))

    def _check(self) -> None:
        limits = self._options.limits
        if len(self._infos) > limits.members:
            raise beyond(self._blob.where, f"it has {len(self._infos):,} parts", "members", limits.members)
        total = 0
        for info in self._infos.values():
            if info.filename.endswith(".xml"):
                total += info.file_size
                if info.file_size > MEGABYTE and info.file_size > _XML_RATIO * max(1, info.compress_size):
                    raise beyond(self._blob.where, "a part of it unpacks to too much", "ratio", limits.ratio)
        if total > limits.bytes:
            raise beyond(self._blob.where, f"its XML has {total:,} bytes", "bytes", limits.bytes)

    def _read(self, name: str) -> bytes | None:
        info: zipfile.ZipInfo | None = self._infos.get(name)
        return None if info is None else read_member(self._zip, info, self._blob, self._options)

    def _relations(self, folder: str, name: str) -> dict[str, tuple[str, str]]:
        data = self._read(posixpath.join(folder, "_rels", f"{name}.rels"))
        if data is None:
            return {}
        found: dict[str, tuple[str, str]] = {}
        for relation in parse_xml(data, self._blob, WORD):
            target, kind = relation.get("Target", ""), relation.get("Type", "")
            if relation.get("TargetMode") != "External":
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[relation.get("Id", "")] = kind, posixpath.normpath(path)
        return found

    def _part(self, name: str) -> Any:  # noqa: ANN401
        data = self._read(name)
        if data is None:
            return None
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        return parse_xml(data, self._blob, WORD)

    def _related(self, role: str) -> Any:  # noqa: ANN401
        names = [target for kind, target in self.relations.values() if kind.endswith(f"/{role}")]
        return self._part(names[0]) if names else None

    def count(self, role: str) -> int:
        """Return how many parts of a role there are, for example ``header``."""
        return sum(kind.endswith(f"/{role}") for kind, _ in self.relations.values())

    @cached_property
    def document(self) -> Any:  # noqa: ANN401
        """The root of the main part."""
        root = self._part(self.main)
        if root is None:
            raise ReadError(
                "ZX112",
                "it is a Word document (.docx) without its main part",
                where=self._blob.where,
                hint="Get the file again from where it came.",
            )
        return root

    @cached_property
    def numbering(self) -> Any:  # noqa: ANN401
        """The root of the numbering definitions, None without any."""
        return self._related("numbering")

    @cached_property
    def styles(self) -> Any:  # noqa: ANN401
        """The root of the styles, None without any."""
        return self._related("styles")

    @cached_property
    def notes(self) -> dict[tuple[str, str], Any]:
        """The footnotes and endnotes by kind (``footnote``, ``endnote``) and id."""
        found: dict[tuple[str, str], Any] = {}
        for kind in ("footnote", "endnote"):
            root = self._related(f"{kind}s")
            for note in () if root is None else root.iterchildren(W + kind):
                if note.get(W + "type") in (None, "normal"):
                    found[kind, note.get(W + "id", "")] = note
        return found

    @cached_property
    def comments(self) -> int:
        """How many comments there are."""
        root = self._related("comments")
        return 0 if root is None else len(root)
