"""PDF documents with a text layer: characters and boxes from pypdfium2, the reading order from the page."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.pages.glyphs import Glyph, GlyphPage, is_vertical
from zhengxie_nlp.reading.pages.paragraphs import compose
from zhengxie_nlp.reading.pages.pictures import recognise_page, recogniser
from zhengxie_nlp.reading.protocol import (
    Blob,
    Extracted,
    Format,
    Options,
    ReadingNote,
    beyond,
    damaged,
    encrypted,
    need,
)

PDF: Final = "a PDF document"
_HEAD: Final = 1024
#: Pictures of pages are made with so many dots an inch to be recognised.
_DOTS: Final = 200
#: A text layer with a greater share of characters that no one knows is none.
_UNKNOWN: Final = 0.3
_PASSWORD: Final = "password"


def read_pdf(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of a PDF in reading order; pages that are pictures are recognised (extra ``[ocr]``).

    Raises:
        ReadError: ZX110 more pages than the limit, ZX111 encrypted, ZX112 damaged, ZX114 without text.
        SettingsError: ZX402, if an extra is not installed.
    """
    pdfium = need("pypdfium2")
    try:
        document = pdfium.PdfDocument(blob.data)
    except pdfium.PdfiumError as error:
        if _PASSWORD in str(error).lower():
            raise encrypted(blob, PDF) from error
        raise damaged(blob, PDF, str(error)) from error
    try:
        count = len(document)
        if count > options.limits.pages:
            raise beyond(blob.where, f"it has {count:,} pages", "pages", options.limits.pages)
        pages = [_page(pdfium, document[number], number + 1) for number in range(count)]
        recognised = _recognise(document, pages, options)
    finally:
        document.close()
    composed = compose(pages)
    notes = _notes(pages, composed.without_text, recognised)
    if not composed.text.strip():
        raise _only_pictures(blob, options)
    characters = sum(len(page.glyphs) for page in pages)
    in_pictures = sum(len(page.glyphs) for page in pages if page.number in recognised)
    yield Extracted(
        composed.text,
        layout=composed.layout,
        converter="pypdfium2",
        version=str(pdfium.version.PYPDFIUM_INFO.version),
        pages=count,
        without_text=composed.without_text,
        ocr_share=round(in_pictures / max(1, characters), 4),
        dropped=dict(sorted(composed.dropped.items())),
        notes=tuple(notes),
    )


def _page(pdfium: Any, page: Any, number: int) -> GlyphPage:  # noqa: ANN401
    raw = pdfium.raw
    width, height = page.get_size()
    rotation = page.get_rotation()
    box = page.get_bbox()
    text = page.get_textpage()
    glyphs: list[Glyph] = []
    rectangle = raw.FS_RECTF()
    unknown, spaced = 0, 0.0
    for at in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, at)
        if raw.FPDFText_IsGenerated(text, at) == 1:
            continue
        if code <= 0x20 or chr(code).isspace():
            if raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(rectangle)):
                spaced += max(0.01, rectangle.right - rectangle.left)
            continue
        if not raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(rectangle)):
            continue
        unknown += code in (0xFFFD, 0xFFFE, 0xFFFF) or 0xE000 <= code <= 0xF8FF
        sides = (
            rectangle.left - box[0],
            rectangle.bottom - box[1],
            rectangle.right - box[0],
            rectangle.top - box[1],
        )
        glyphs.append(Glyph(chr(code), *_upright(sides, rotation, width, height), None, spaced))
        spaced = 0.0
    text.close()
    if unknown > _UNKNOWN * len(glyphs):
        glyphs = []
    return GlyphPage(number, width, height, glyphs, is_vertical(glyphs))


def _upright(
    sides: tuple[float, float, float, float], rotation: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """Return a box from the upper left corner of the page as it is shown; the file counts from below."""
    left, bottom, right, top = sides
    if rotation == 90:
        return bottom, left, top, right
    if rotation == 180:
        return width - right, bottom, width - left, top
    if rotation == 270:
        return width - top, height - right, width - bottom, height - left
    return left, height - top, right, height - bottom


def _recognise(document: Any, pages: list[GlyphPage], options: Options) -> frozenset[int]:  # noqa: ANN401
    """Recognise the pages that have no text but a picture, in place; return their numbers."""
    empty = [page for page in pages if not page.glyphs]
    if not empty or not options.ocr:
        return frozenset()
    pictured = [page for page in empty if any(True for _ in document[page.number - 1].get_objects())]
    # Without the extra, the pages that have text are still worth having.
    engine = recogniser(required=len(pictured) == len(pages)) if pictured else None
    if engine is None:
        return frozenset()
    for page in pictured:
        image = document[page.number - 1].render(scale=_DOTS / 72).to_numpy()
        found = recognise_page(engine, image, page.number)
        scale = page.width / max(found.width, 1)
        page.glyphs = [
            one._replace(
                left=one.left * scale,
                top=one.top * scale,
                right=one.right * scale,
                bottom=one.bottom * scale,
            )
            for one in found.glyphs
        ]
        page.vertical = found.vertical
    return frozenset(page.number for page in pictured if page.glyphs)


def _notes(
    pages: list[GlyphPage], without_text: tuple[int, ...], recognised: frozenset[int]
) -> Iterator[ReadingNote]:
    if without_text and len(without_text) < len(pages):
        listed = ", ".join(map(str, without_text[:20]))
        yield ReadingNote("pages_without_text", "warning", f"Nothing was read from these pages: {listed}.")
    if recognised:
        share = f"{len(recognised)} of {len(pages)}"
        yield ReadingNote(
            "recognised_text", "warning", f"The text of {share} pages was recognised in pictures."
        )
    vertical = [page.number for page in pages if page.vertical]
    if vertical:
        listed = ", ".join(map(str, vertical[:20]))
        yield ReadingNote("vertical_page", "info", f"The lines of these pages run downwards: {listed}.")


def _only_pictures(blob: Blob, options: Options) -> ReadError:
    hint = "Leave it out." if options.ocr else "Allow its pictures to be recognised (Options.ocr, --ocr)."
    return ReadError("ZX114", "it is a PDF document without text", where=blob.where, hint=hint)


def _is_pdf(blob: Blob) -> bool:
    return b"%PDF-" in blob.data[:_HEAD]


PDF_FORMAT: Final = Format("pdf", PDF, "application/pdf", (".pdf",), "document", _is_pdf, read_pdf)
