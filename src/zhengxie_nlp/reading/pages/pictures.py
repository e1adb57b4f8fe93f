"""The text of pictures, by rapidocr: characters with boxes and scores, which then go the way of all pages."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from zhengxie_nlp.errors import SettingsError
from zhengxie_nlp.reading.pages.glyphs import Glyph, GlyphPage
from zhengxie_nlp.reading.protocol import need

#: A line that is this many times higher than wide runs downwards.
_TALL: Final = 1.6
#: A page is vertical if this part of its characters stands in such lines.
_VERTICAL: Final = 0.6


@cache
def _engine() -> Any:  # noqa: ANN401 - rapidocr has no types
    module = need("rapidocr", extra="ocr")
    need("onnxruntime", extra="ocr")
    return module.RapidOCR(params={"Global.log_level": "critical"})


def recogniser(*, required: bool) -> Any:  # noqa: ANN401
    """Return what recognises text; None where it is not installed and not required.

    Raises:
        SettingsError: ZX402, if it is required and the extra ``[ocr]`` is not installed.
    """
    try:
        return _engine()
    except SettingsError:
        if required:
            raise
        return None


def recogniser_version() -> str:
    """Return the version of rapidocr that is installed."""
    from importlib.metadata import version

    return version("rapidocr")


def recognise_page(engine: Any, image: Any, number: int) -> GlyphPage:  # noqa: ANN401
    """Recognise the text of one picture.

    Args:
        engine: from `recogniser`.
        image: rows of pixels, as numpy has them.
        number: of the page.

    Returns:
        The page in pixels; without characters where nothing was found.
    """
    height, width = image.shape[:2]
    page = GlyphPage(number, float(width), float(height), [])
    result = engine(image, return_word_box=True, return_single_char_box=True)
    if result is None or result.boxes is None or not result.txts:
        return page
    tall = 0
    words = result.word_results or ()
    for at, (box, text, score) in enumerate(zip(result.boxes, result.txts, result.scores, strict=True)):
        left, top, right, bottom = _sides(box)
        if len(text) > 1 and bottom - top > _TALL * (right - left):
            tall += len(text)
        found = [one for one in (words[at] if at < len(words) else ()) if one[0]]
        if "".join(one[0] for one in found) == text.replace(" ", "") and len(found) > 0:
            # The boxes of characters end where the ink does; lines need one height.
            page.glyphs.extend(_characters(found, (left, top, right, bottom)))
        else:
            page.glyphs.extend(_spread(text, float(score), (left, top, right, bottom)))
    page.vertical = tall > _VERTICAL * len(page.glyphs)
    return page


def _sides(box: Any) -> tuple[float, float, float, float]:  # noqa: ANN401
    across = [float(point[0]) for point in box]
    down = [float(point[1]) for point in box]
    return min(across), min(down), max(across), max(down)


def _characters(found: Any, line: tuple[float, float, float, float]) -> list[Glyph]:  # noqa: ANN401
    glyphs: list[Glyph] = []
    upright = line[3] - line[1] > _TALL * (line[2] - line[0])
    for text, score, box in found:
        left, top, right, bottom = _sides(box)
        if upright:
            left, right = line[0], line[2]
        else:
            top, bottom = line[1], line[3]
        glyphs.extend(_spread(text, float(score), (left, top, right, bottom), upright=upright))
    return glyphs


def _spread(
    text: str, score: float, box: tuple[float, float, float, float], *, upright: bool | None = None
) -> list[Glyph]:
    """Give each character of a text its part of a box."""
    left, top, right, bottom = box
    if upright is None:
        upright = len(text) > 1 and bottom - top > _TALL * (right - left)
    glyphs: list[Glyph] = []
    for at, character in enumerate(text):
        if character.isspace():
            continue
        one, two = at / len(text), (at + 1) / len(text)
        if upright:
            sides = (left, top + one * (bottom - top), right, top + two * (bottom - top))
        else:
            sides = (left + one * (right - left), top, left + two * (right - left), bottom)
        glyphs.append(Glyph(character, *sides, round(min(max(score, 0.0), 1.0), 4)))
    return glyphs
