"""Pictures of pages (.png, .jpg, .tif, .bmp): their text is recognised, then put in order as of any page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.pages.glyphs import GlyphPage
from zhengxie_nlp.reading.pages.paragraphs import compose
from zhengxie_nlp.reading.pages.pictures import recognise_page, recogniser, recogniser_version
from zhengxie_nlp.reading.protocol import (
    Blob,
    Extracted,
    Format,
    Options,
    ReadingNote,
    beyond,
    damaged,
    need,
)

PICTURE: Final = "a picture"
_SIGNATURES: Final = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a",
)  # fmt: skip
#: A picture of more dots is no scan of a page.
_MOST_DOTS: Final = 200_000_000


def read_scan(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the text of a picture; a TIFF may have several pages.

    Raises:
        ReadError: ZX105 if pictures are not to be recognised, ZX110 beyond a limit, ZX112 damaged, ZX114
            without text.
        SettingsError: ZX402, if the extra ``[ocr]`` is not installed.
    """
    if not options.ocr:
        hint = "Allow its text to be recognised (Options.ocr, --ocr), or leave it out."
        raise ReadError("ZX105", "it is a picture, not text", where=blob.where, hint=hint)
    engine = recogniser(required=True)
    pages: list[GlyphPage] = []
    for number, image in enumerate(_images(blob, options), start=1):
        pages.append(recognise_page(engine, image, number))
    composed = compose(pages, unit="px")
    if not composed.text.strip():
        hint = "Leave it out, or scan it again, larger and straight."
        raise ReadError("ZX114", "it is a picture in which no text was found", where=blob.where, hint=hint)
    notes = [ReadingNote("recognised_text", "warning", "The text was recognised in pictures.")]
    vertical = [str(page.number) for page in pages if page.vertical]
    if vertical:
        listed = ", ".join(vertical[:20])
        notes.append(
            ReadingNote("vertical_page", "info", f"The lines of these pages run downwards: {listed}.")
        )
    yield Extracted(
        composed.text,
        layout=composed.layout,
        converter="rapidocr",
        version=recogniser_version(),
        pages=len(pages),
        without_text=composed.without_text,
        ocr_share=1.0,
        dropped=dict(sorted(composed.dropped.items())),
        notes=tuple(notes),
    )


def _images(blob: Blob, options: Options) -> Iterator[Any]:
    pil = need("PIL.Image", extra="ocr", package="Pillow")
    numpy = need("numpy")
    try:
        with pil.open(io.BytesIO(blob.data)) as image:
            frames = getattr(image, "n_frames", 1)
            if frames > options.limits.pages:
                raise beyond(blob.where, f"it has {frames:,} pages", "pages", options.limits.pages)
            for frame in range(frames):
                image.seek(frame)
                if image.width * image.height > _MOST_DOTS:
                    problem = f"it has {image.width:,} by {image.height:,} dots"
                    hint = "Make it smaller, with 200 to 300 dots an inch."
                    raise ReadError("ZX110", problem, where=blob.where, hint=hint)
                # Rows of blue, green and red, as OpenCV has them.
                yield numpy.asarray(image.convert("RGB"))[:, :, ::-1]
    except (OSError, SyntaxError, pil.DecompressionBombError) as error:
        raise damaged(blob, PICTURE, str(error)) from error


def _is_picture(blob: Blob) -> bool:
    bitmap = blob.data[:2] == b"BM" and blob.data[6:10] == b"\0\0\0\0"
    return bitmap or blob.data.startswith(_SIGNATURES)


SCAN: Final = Format(
    "scan",
    PICTURE,
    "image/*",
    (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif"),
    "picture",
    _is_picture,
    read_scan,
)
