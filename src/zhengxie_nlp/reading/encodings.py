"""From bytes to text: finds the encoding of a Chinese text, or says which bytes are no text and why."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from charset_normalizer import from_bytes

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.lexicon.tables import read_table

#: Marks at the start of a file that name its encoding; UTF-32's begins as UTF-16's does, so it comes first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)

#: Names that people give, and the codecs that read what is meant: GBK and GB 2312 are part of GB 18030.
_FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "gb18030": ("gb18030",),
    "big5": ("big5", "cp950", "big5hkscs"),
}

#: Encodings of mainframes: in them any bytes make words.
_MAINFRAME: Final = ("cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140")

#: What a file without a mark may be in, the likelier first.
_CANDIDATES: Final = ("utf-8", "gb18030", "big5", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")

#: The candidates are compared by this many bytes, from the start of the file.
_SAMPLE: Final = 1 << 16
#: A text with a lower score is not taken for Chinese (`_sample_score`).
_CHINESE: Final = 0.45
#: Below this it may be in another language's encoding altogether.
_HARDLY_CHINESE: Final = 0.2
#: UTF-16 without a mark is assumed only where it reads like this.
_SURELY_CHINESE: Final = 0.6
#: A file with a greater share of control characters is no text.
_CONTROLS_ALLOWED: Final = 0.02

_CONTROLS: Final = bytes([*range(0x09), *range(0x0E, 0x1A), *range(0x1C, 0x20)])
_CONTROL: Final = re.compile(b"[" + re.escape(_CONTROLS) + b"]")
_ASCII: Final = re.compile(r"[\x00-\x7f]++")
_SOMETHING: Final = re.compile(r"[^\s\x00\u200b\ufeff]")
_PRINTABLE: Final = re.compile(r"[\n\r\t -~]")
_HAN_MARKS: Final = frozenset("〇，。、；：？！“”‘’（）《》「」『』【】〔〕—…·　％０１２３４５６７８９①②③④⑤")
_REPLACED: Final = re.compile("\ufffd")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
#: What UTF-8 is often taken for by mistake.
_TAKEN_FOR: Final = ("latin-1", "cp1252", "gb18030")
#: So many Chinese characters have to come out before a text is said to have been encoded twice.
_LEAST_HAN: Final = 4
_LOOKED_AT: Final = 400
#: With fewer bytes beyond ASCII the encoding is a guess, but for those that hardly come about by chance.
_ENOUGH: Final = 24
_SURE: Final = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "hz", "utf-7")
#: Encodings of seven bits: Chinese text in them passes for ASCII.
_SEVEN_BITS: Final = (
    ("hz", re.compile(rb"~\{[!-~]{2,400}?~\}")),
    ("utf-7", re.compile(rb"\+[A-Za-z0-9/]{8,400}-")),
)
_NEVER: Final = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd\ufffe\uffff\U000f0000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding it was in.

    Attributes:
        text: the decoded text, without a byte order mark, otherwise unchanged (line ends too).
        encoding: a name Python knows; with it the same bytes give the same text.
        replaced: the characters (U+FFFD) that stand for bytes that were none, in order.
        doubt: why the encoding may be another, as a sentence; empty where there is no doubt.
    """

    text: str
    encoding: str
    replaced: tuple[int, ...] = ()
    doubt: str = ""


def decode(
    data: bytes,
    *,
    encoding: str | None = None,
    where: str = "bytes",
    errors: Literal["strict", "replace"] = "strict",
) -> Decoded:
    """Decode the bytes of a text file.

    Without `encoding` it is found: by a byte order mark, else UTF-8 if the bytes are that, else whichever
    of GB18030, Big5 and UTF-16 reads as Chinese, else what charset-normalizer finds.

    Args:
        data: the whole file.
        encoding: a name to decode with instead; gbk and gb2312 are read as gb18030, which holds them.
        where: what to call the input in an error, usually the path.
        errors: ``strict`` refuses bytes that are no text in the encoding, ``replace`` puts U+FFFD for each.

    Raises:
        ReadError: ZX104, with the byte, for bytes that are not text in the encoding; ZX105 for a PDF, an
            archive, an image or other binary data; ZX106 if there is nothing but white space; ZX107 for
            an unknown encoding.

    Example:
        >>> decode("委员履职尽责，服务发展大局。".encode("gbk")).encoding
        'gb18030'
        >>> decode("委員履職".encode("big5")).encoding
        'big5'
    """
    names = _codecs(encoding, where) if encoding is not None else ()
    try:
        return _doubted(_decoded(data, names, encoding, where), data, asked=encoding is not None)
    except ReadError as error:
        if error.code != "ZX104" or errors == "strict":
            raise
        return _replacing(data, names)


def _decoded(data: bytes, names: tuple[str, ...], encoding: str | None, where: str) -> Decoded:
    refuse_known_formats(data, where)
    mark, marked, plain = next((mark for mark in _MARKS if data.startswith(mark[0])), (b"", "", ""))
    if not data[len(mark) :].strip():
        raise _empty(where)
    if names:
        if not names[0].startswith(("utf-16", "utf-32")):
            _refuse_controls(data, where)
        decoded = _decode_as(data, names, encoding or names[0], where)
    elif mark:
        decoded = Decoded(_strict(data[len(mark) :], plain, where, offset=len(mark)), marked)
    else:
        decoded = _find(data, where)
    if not _SOMETHING.search(decoded.text):
        raise _empty(where)
    return decoded


def _replacing(data: bytes, names: tuple[str, ...]) -> Decoded:
    """Decode bytes some of which are no text, with U+FFFD for each of these."""
    mark, _, plain = next((mark for mark in _MARKS if data.startswith(mark[0])), (b"", "", ""))
    name = names[0] if names else plain or _nearest(data)[0]
    text = data[len(mark) :].decode(name, errors="replace")
    return Decoded(text, name, tuple(place.start() for place in _REPLACED.finditer(text)))


def _doubted(decoded: Decoded, data: bytes, *, asked: bool) -> Decoded:
    """Add why the encoding may be another: the text was encoded twice, or is too short to tell."""
    other = _encoded_before(decoded.text[:_LOOKED_AT])
    if other is not None:
        said = f"The text looks encoded twice, once read as {other} and written anew: get the source of it."
        return replace(decoded, doubt=said)
    wide = sum(byte >= 0x80 for byte in data[:_SAMPLE])
    if not asked and wide < _ENOUGH and decoded.encoding not in _SURE and not decoded.text.isascii():
        said = f"The encoding is a guess ({decoded.encoding}): there are only {wide} bytes to tell it by."
        return replace(decoded, doubt=said)
    if not asked and 0 < wide < _ENOUGH and decoded.encoding == "utf-8" and not _HAN.search(decoded.text):
        other_text = _try(data, "gb18030")
        if other_text is not None and _HAN.search(other_text):
            said = "The encoding is a guess (utf-8): the same few bytes are Chinese in gb18030."
            return replace(decoded, doubt=said)
    return decoded


def _encoded_before(text: str) -> str | None:
    """Return the encoding that UTF-8 was once taken for, if this text came about so.

    Example:
        >>> _encoded_before("委员履职尽责".encode().decode("latin-1"))
        'latin-1'
    """
    if len(text) - len(_ASCII.sub("", text)) == len(text):
        return None
    for name in _TAKEN_FOR:
        # What was cut within a character by taking a sample does not count.
        raw = text.encode(name, errors="ignore")
        read = _try(raw, "utf-8") or _try(raw[:-1], "utf-8") or _try(raw[:-2], "utf-8")
        lost = len(text.encode(name, errors="replace")) - len(raw)
        if read is not None and not lost and len(_HAN.findall(read)) >= _LEAST_HAN:
            return name
    return None


def _empty(where: str) -> ReadError:
    return ReadError(
        "ZX106", "there is no text, only white space or nothing", where=where, hint="Leave it out."
    )


def _codecs(encoding: str, where: str) -> tuple[str, ...]:
    try:
        info = codecs.lookup(encoding)
        "".encode(encoding)
    except (LookupError, UnicodeError, ValueError) as error:
        raise ReadError(
            "ZX107",
            f"“{encoding}” is no text encoding that Python knows",
            where=where,
            hint='Use "utf-8", "gb18030", "big5" or "utf-16", or leave it out to have it found.',
        ) from error
    return _FAMILIES.get(info.name, (info.name,))


def _decode_as(data: bytes, names: tuple[str, ...], asked: str, where: str) -> Decoded:
    # The Big5 family differs in a few characters only: the member in which more of them read as Chinese.
    best_first = sorted(names, key=lambda name: -_sample_score(data, name)) if len(names) > 1 else names
    for name in best_first:
        try:
            text = data.decode(name)
        except UnicodeError:
            continue
        if text.startswith("\ufeff"):
            name = "utf-8-sig" if name == "utf-8" else name
            text = text[1:]
        return Decoded(text, name)
    raise _undecodable(data, names[0], where, asked=asked)


def _strict(data: bytes, name: str, where: str, *, offset: int = 0) -> str:
    try:
        return data.decode(name)
    except UnicodeError:
        raise _undecodable(data, name, where, asked=None, offset=offset) from None


def _find(data: bytes, where: str) -> Decoded:
    """Find the encoding of bytes without a mark, and decode them."""
    if b"\x00" not in data:
        text = _try(data, "utf-8")
        if text is not None:
            _refuse_controls(data, where)
            return _seven_bits(data) or Decoded(text, "utf-8")
    for name in _ranked(data):
        text = _try(data, name)
        if text is not None:
            return Decoded(text, name)
    _refuse_controls(data, where)
    if b"\x00" in data:
        raise _binary("it holds NUL bytes", where)
    nearest, score = _nearest(data)
    text = _try(data, nearest)
    # A Chinese text with broken bytes decodes as some Western encoding or other, but is none.
    if score < _HARDLY_CHINESE:
        guess = from_bytes(data[:_SAMPLE], cp_exclusion=list(_MAINFRAME)).best()
        other = guess.encoding if guess is not None and not _is_ours(guess.encoding) else nearest
        read = _try(data, other)
        nearest, text = (other, read) if read is not None else (nearest, text)
    if text is None:
        raise _undecodable(data, nearest, where, asked=None)
    return Decoded(text, nearest.replace("_", "-"))


def _seven_bits(data: bytes) -> Decoded | None:
    """Decode text in an encoding of seven bits; None without a sign of one, or where it gives no Chinese."""
    if not data.isascii():
        return None
    for name, sign in _SEVEN_BITS:
        text = _try(data, name) if sign.search(data) else None
        if text is not None and len(_HAN.findall(text)) >= _LEAST_HAN and not _NEVER.search(text):
            return Decoded(text, name)
    return None


def _is_ours(name: str) -> bool:
    family = codecs.lookup(name).name
    return family in _CANDIDATES or family in _FAMILIES


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeError:
        return None


def _ranked(data: bytes) -> Iterator[str]:
    """Give the encodings in which the start of the file reads as Chinese, the best first."""
    scores = {name: _sample_score(data, name) for name in _CANDIDATES[1:]}
    for name in sorted(scores, key=lambda name: -scores[name]):
        wide = name.startswith("utf-16")
        if wide and len(data) % 2:
            continue
        # NUL bytes and control characters speak for UTF-16, which writes 、 as 01 30.
        surely = wide and not _CONTROL.search(data[:_SAMPLE])
        if scores[name] >= (_SURELY_CHINESE if surely else _CHINESE) and (wide or b"\x00" not in data):
            yield name


def _nearest(data: bytes) -> tuple[str, float]:
    """Return the encoding in which most of the bytes read as Chinese, and its score."""
    scores = {name: _sample_score(data, name) for name in _CANDIDATES if not name.startswith("utf-16")}
    nearest = max(scores, key=lambda name: scores[name])
    return nearest, scores[nearest]


def _sample_score(data: bytes, name: str) -> float:
    """Score how Chinese the bytes read, up to 1: the share of common characters among those not ASCII."""
    sample = data[:_SAMPLE]
    text = sample.decode(name, errors="replace")
    # The sample may end within a character.
    text = text.rstrip("\ufffd") if len(data) > _SAMPLE else text
    wide = _ASCII.sub("", text)
    weights = _weights()
    found = sum(weights.get(character, 0.0) for character in wide) - 2.0 * len(_NEVER.findall(wide))
    if name.startswith("utf-16"):
        # Bytes of another encoding hardly ever make ASCII in UTF-16, so ASCII speaks for it.
        return (found + 0.8 * len(_PRINTABLE.findall(text))) / max(1, len(text))
    return found / max(1, len(wide))


@cache
def _weights() -> dict[str, float]:
    weights = dict.fromkeys(_HAN_MARKS, 0.8)
    for row in read_table("common_characters.tsv"):
        weights.update(dict.fromkeys(row["characters"], 1.0 if int(row["rank"]) <= 500 else 0.8))
    for row in read_table("traditional.tsv"):
        if row["folded"] in weights and row["kind"] == "simplified":
            weights.setdefault(row["character"], weights[row["folded"]])
    return weights


def refuse_known_formats(data: bytes, where: str) -> None:
    """Refuse bytes that begin as a known format does which is no plain text (`signatures.tsv`).

    Raises:
        ReadError: ZX105, naming what it is.
    """
    for row in read_table("signatures.tsv"):
        if data.startswith(bytes.fromhex(row["bytes"])):
            what, hint = row["what"], row["hint"]
            if what == "a zip archive":
                what, hint = _office_format(data) or (what, hint)
            raise ReadError("ZX105", f"it is {what}, not plain text", where=where, hint=hint)


def _office_format(data: bytes) -> tuple[str, str] | None:
    if data[30:38] == b"mimetype":
        return "an e-book or a document of another office program", "Save it as .docx and read that."
    for folder, what in (
        (b"word/", "a Word document (.docx)"),
        (b"xl/", "an Excel document (.xlsx)"),
        (b"ppt/", "a PowerPoint document (.pptx)"),
    ):
        if folder in data:
            return what, "Save it as plain text and read that."
    return None


def _refuse_controls(data: bytes, where: str) -> None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > max(1, len(data) * _CONTROLS_ALLOWED):
        raise _binary(f"{controls} of its {len(data)} bytes are control characters", where)


def _binary(reason: str, where: str) -> ReadError:
    return ReadError(
        "ZX105",
        f"it is binary data, not text: {reason}",
        where=where,
        hint='Read a plain text file; a text in UTF-16 without a byte order mark needs encoding="utf-16-le".',
    )


def _undecodable(data: bytes, name: str, where: str, *, asked: str | None, offset: int = 0) -> ReadError:
    """Describe the first bytes that are no text in an encoding: place, bytes, what stands before."""
    try:
        data.decode(name)
    except UnicodeDecodeError as error:
        start, end = error.start, max(error.end, error.start + 1)
    else:
        raise AssertionError(f"the bytes are {name}")
    shown = " ".join(f"0x{byte:02X}" for byte in data[start : min(end, start + 4)])
    reads = _reads_as(data) if asked is not None else None
    before = data[:start].decode(reads or name, errors="ignore").split("\n")[-1].strip()[-8:]
    after = f"after “{before}”" if before else "at the start of a line"
    verb = "is" if end - start == 1 else "are"
    if reads is not None:
        hint = f'The file reads as {reads}. Pass encoding="{reads}", or leave it out to have it found.'
    elif asked is not None:
        hint = "Leave the encoding out to have it found, or repair these bytes."
    else:
        hint = f"What stands before reads as {name}: repair these bytes, or save the text as utf-8."
    place = f"{where}, byte {start + offset}"
    return ReadError("ZX104", f"{shown} {verb} not {asked or name} ({after})", where=place, hint=hint)


def _reads_as(data: bytes) -> str | None:
    for name in ("utf-8", *_ranked(data)):
        if _try(data, name) is not None:
            return name
    return None
