"""OFD documents (GB/T 33190): pages of XML in a zip, read by where their characters stand."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.docx.body import tag
from zhengxie_nlp.reading.docx.package import parse_xml
from zhengxie_nlp.reading.pages.glyphs import Glyph, GlyphPage, is_vertical
from zhengxie_nlp.reading.pages.paragraphs import compose
from zhengxie_nlp.reading.protocol import (
    Blob,
    Extracted,
    Format,
    Options,
    ReadingNote,
    beyond,
    damaged,
    encrypted,
)
from zhengxie_nlp.reading.zips import member_name, open_zip, read_member, zip_directory

OFD: Final = "an OFD document"
#: Points in a millimetre, which is the unit of the format.
_POINTS: Final = 72 / 25.4
_RISE: Final = 0.88
_A4: Final = (210.0, 297.0)


def read_ofd(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of an OFD document; one file may hold several.

    Raises:
        ReadError: ZX110 beyond a limit, ZX111 encrypted, ZX112 damaged, ZX114 without text.
        SettingsError: ZX402, if the extra ``[files]`` is not installed.
    """
    with open_zip(blob, OFD) as archive:
        package = _Package(archive, blob, options)
        if "Encryptions.xml" in package.infos:
            raise encrypted(blob, OFD)
        roots = [
            one.text.strip() for one in package.xml("OFD.xml").iter() if tag(one) == "DocRoot" and one.text
        ]
        for number, root in enumerate(roots, start=1):
            pages = list(_pages(package, root.lstrip("/")))
            yield _extracted(pages, member=str(number) if len(roots) > 1 else "", blob=blob)


def _extracted(pages: list[GlyphPage], *, member: str, blob: Blob) -> Extracted:
    composed = compose(pages)
    if not composed.text.strip():
        hint = "Print it to a PDF and read that with the extra [ocr], or leave it out."
        raise ReadError(
            "ZX114", "it is an OFD document whose pages are pictures", where=blob.where, hint=hint
        )
    notes: list[ReadingNote] = []
    if composed.without_text:
        listed = ", ".join(map(str, composed.without_text[:20]))
        notes.append(
            ReadingNote("pages_without_text", "warning", f"Nothing was read from these pages: {listed}.")
        )
    vertical = [str(page.number) for page in pages if page.vertical]
    if vertical:
        listed = ", ".join(vertical[:20])
        notes.append(
            ReadingNote("vertical_page", "info", f"The lines of these pages run downwards: {listed}.")
        )
    return Extracted(
        composed.text,
        member=member,
        layout=composed.layout,
        pages=len(pages),
        without_text=composed.without_text,
        dropped=dict(sorted(composed.dropped.items())),
        notes=tuple(notes),
    )


class _Package:
    """The parts of an OFD by name."""

    def __init__(self, archive: zipfile.ZipFile, blob: Blob, options: Options) -> None:
        self.archive, self.blob, self.options = archive, blob, options
        self.infos = {member_name(info).lstrip("/"): info for info in archive.infolist()}
        self.left = options.limits.bytes

    def xml(self, name: str) -> Any:  # noqa: ANN401 - lxml has no types
        """Return the root of a part."""
        info = self.infos.get(posixpath.normpath(name))
        if info is None:
            raise damaged(self.blob, OFD, f"its part {name} is missing")
        data = read_member(self.archive, info, self.blob, self.options)
        self.left -= len(data)
        if self.left < 0:
            limit = self.options.limits.bytes
            raise beyond(self.blob.where, "its parts unpack to too many bytes", "bytes", limit)
        return parse_xml(data, self.blob, OFD)


def _pages(package: _Package, root: str) -> Iterator[GlyphPage]:
    document = package.xml(root)
    folder = posixpath.dirname(root)
    size = _box(document) or _A4
    listed = [one for one in document.iter() if tag(one) == "Page" and one.get("BaseLoc")]
    limit = package.options.limits.pages
    if len(listed) > limit:
        raise beyond(package.blob.where, f"it has {len(listed):,} pages", "pages", limit)
    for number, entry in enumerate(listed, start=1):
        location = entry.get("BaseLoc")
        name = location.lstrip("/") if location.startswith("/") else posixpath.join(folder, location)
        page = package.xml(name)
        width, height = _box(page) or size
        glyphs = [glyph for one in page.iter() if tag(one) == "TextObject" for glyph in _glyphs(one)]
        yield GlyphPage(number, width * _POINTS, height * _POINTS, glyphs, is_vertical(glyphs))


def _box(element: Any) -> tuple[float, float] | None:  # noqa: ANN401
    for one in element.iter():
        if tag(one) == "PhysicalBox" and one.text:
            numbers = _numbers(one.text)
            if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
                return numbers[2], numbers[3]
    return None


def _numbers(text: str | None) -> list[float]:
    found: list[float] = []
    for word in (text or "").split():
        try:
            found.append(float(word))
        except ValueError:
            continue
    return found


def _steps(text: str | None, count: int) -> list[float]:
    """Return the distances between characters: ``1.5 g 3 2`` is 1.5 2 2 2."""
    words = (text or "").split()
    found: list[float] = []
    at = 0
    while at < len(words) and len(found) < count:
        if words[at] == "g" and at + 2 < len(words):
            times, step = _numbers(words[at + 1])[:1], _numbers(words[at + 2])[:1]
            if times and step:
                found.extend(step * min(int(times[0]), count))
            at += 3
        else:
            found.extend(_numbers(words[at]))
            at += 1
    return found[:count]


def _glyphs(element: Any) -> Iterator[Glyph]:  # noqa: ANN401
    boundary = _numbers(element.get("Boundary"))
    if len(boundary) != 4:
        return
    size = (_numbers(element.get("Size")) or [3.0])[0]
    matrix = _numbers(element.get("CTM"))
    if len(matrix) != 6:
        matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    x = y = 0.0
    spaced = 0.0
    for code in element:
        text = code.text or ""
        if tag(code) != "TextCode":
            continue
        x = (_numbers(code.get("X")) or [x])[0]
        y = (_numbers(code.get("Y")) or [y])[0]
        across, down = _steps(code.get("DeltaX"), len(text) - 1), _steps(code.get("DeltaY"), len(text) - 1)
        left, base = x, y
        for at, character in enumerate(text):
            step = across[at] if at < len(across) else 0.0
            if character.isspace():
                spaced += step * _POINTS
            else:
                wide = step if 0 < step <= size else size * (0.5 if character.isascii() else 1.0)
                placed = _placed(character, left, base, wide, size, matrix, boundary)
                yield placed._replace(spaced=spaced)
                spaced = 0.0
            left += step
            base += down[at] if at < len(down) else 0.0


def _placed(
    character: str,
    left: float,
    base: float,
    wide: float,
    size: float,
    matrix: list[float],
    boundary: list[float],
) -> Glyph:
    a, b, c, d, e, f = matrix
    corners = [
        (a * across + c * down + e + boundary[0], b * across + d * down + f + boundary[1])
        for across, down in ((left, base - _RISE * size), (left + wide, base + (1 - _RISE) * size))
    ]
    (one, two), (three, four) = corners
    return Glyph(
        character,
        min(one, three) * _POINTS,
        min(two, four) * _POINTS,
        max(one, three) * _POINTS,
        max(two, four) * _POINTS,
    )


def _is_ofd(blob: Blob) -> bool:
    return b"OFD.xml" in zip_directory(blob.data)


OFD_FORMAT: Final = Format("ofd", OFD, "application/ofd", (".ofd",), "document", _is_ofd, read_ofd)
