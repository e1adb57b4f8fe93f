"""Cuts documents into columns and pages and interleaves them, as newspapers do; ground for reading order.

    python -m zhengxie_nlp.evaluation.scramble corpora/speeches/text --seed 1 --documents 200

A document in natural order is cut at random points, in mid-sentence or at line ends, and the parts of two or
three of its speeches are put in turn; each speech stays in its own order. `scramble_document` carries every
offset of a gold Document along, so that gold stays gold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any, Final

from zhengxie_nlp.records import Document, Ref, read_back
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, line_roles
from zhengxie_nlp.text.cleaning.layout import clean
from zhengxie_nlp.text.source_text import Piece

_NUMBER: Final = re.compile(r"\d+")
_BREAK: Final = "\n\n"
#: How cuts are drawn: after a comma, at a line's end, after a full stop inside a paragraph, else anywhere.
_AFTER_COMMA, _AT_LINE_END, _AFTER_STOP = 0.25, 0.15, 0.05
_NEVER_CUT: Final = 12
_LEAST_BODY: Final = 4
_BODY_ABOVE: Final = "云浦市政协机关\n\n一年来，各项工作有序推进，成效明显。\n\n"


def held_out(name: str) -> bool:
    """Return whether a document is held out of the training of models: its number is divisible by 3.

    Example:
        >>> held_out("a03"), held_out("b10")
        (True, False)
    """
    number = _NUMBER.search(name)
    return number is not None and int(number[0]) % 3 == 0


@dataclass(frozen=True, slots=True)
class Cutting:
    """How a natural text is cut and put together again.

    Attributes:
        pieces: the parts of the natural text that are kept, in their new order.
        cuts: the natural offsets at which a sentence was cut and both sides kept.
    """

    pieces: tuple[Piece, ...]
    cuts: tuple[int, ...] = ()

    def apply(self, text: str) -> str:
        """Return the scrambled text: the pieces with blank lines between them."""
        return _BREAK.join(text[start:end] for start, end in self.pieces)

    def offsets(self) -> list[tuple[int, Piece]]:
        """Return each piece with its offset in the scrambled text, in natural order."""
        found: list[tuple[int, Piece]] = []
        at = 0
        for piece in self.pieces:
            found.append((at, piece))
            at += piece.end - piece.start + len(_BREAK)
        return sorted(found, key=lambda one: one[1])


@dataclass(slots=True)
class Settings:
    """How hard the text is scrambled.

    Attributes:
        interleaved: how many neighbouring speeches share a page: 2 or 3.
        parts: into how many parts each of them is cut, at most.
        dropped: the share of parts that lose their first 40 to 150 characters.
        broken: the share of speeches with one more break in mid-sentence that moves nothing.
    """

    interleaved: int = 2
    parts: int = 2
    dropped: float = 0.1
    broken: float = 0.3


def cut_columns(text: str, *, bodies: Sequence[Piece], random: Random, settings: Settings) -> Cutting:
    """Draw a cutting of a text with several speeches.

    Args:
        text: the natural text.
        bodies: where each speech's text stands below its title and organisation lines, in order. What lies
            between them stays in front of the speech that it introduces.
        random: where chance comes from; the same state gives the same cutting.
        settings: how hard the text is scrambled.
    """
    cuts: list[int] = []
    speeches: list[list[Piece]] = []
    begin = 0
    for number, body in enumerate(bodies):
        end = bodies[number + 1].start if number + 1 < len(bodies) else len(text)
        end = body.end if number + 1 < len(bodies) else end
        points = sorted(
            {_draw_cut(text, body, random) for _ in range(random.randint(1, settings.parts - 1 or 1))}
        )
        edges = [begin, *points, end]
        parts = [Piece(a, b) for a, b in pairwise(edges)]
        speeches.append([_trimmed(text, part) for part in parts])
        cuts += [point for point in points if _is_inside(text, point)]
        begin = end
    order: list[Piece] = []
    number = 0
    while number < len(speeches):
        group = speeches[number : number + settings.interleaved]
        number += len(group)
        for turn in range(max(map(len, group))):
            order += [parts[turn] for parts in group if turn < len(parts)]
    order = _merged(text, order)
    order, cuts = _drop(order, cuts, random, settings.dropped)
    order, cuts = _break(text, order, cuts, bodies, random, settings.broken)
    return Cutting(tuple(piece for piece in order if piece.start < piece.end), tuple(sorted(cuts)))


def _draw_cut(text: str, body: Piece, random: Random) -> int:
    """Draw one offset inside a speech's text, in one of the ways in which columns end."""
    way = random.random()
    low, high = body.start + _NEVER_CUT, max(body.start + _NEVER_CUT + 1, body.end - _NEVER_CUT)
    signs = ""
    if way < _AFTER_COMMA:
        signs = "，、,"
    elif way < _AFTER_COMMA + _AT_LINE_END:
        signs = "\n"
    elif way < _AFTER_COMMA + _AT_LINE_END + _AFTER_STOP:
        signs = "。"
    at = random.randrange(low, high)
    if signs:
        places = [i + 1 for i in range(low, high) if text[i] in signs]
        at = random.choice(places) if places else at
    # A column does not end with nothing but a marker, nor inside a short line.
    start = text.rfind("\n", 0, at) + 1
    stop = text.find("\n", at)
    stop = len(text) if stop < 0 else stop
    if stop - start < 3 * _NEVER_CUT:
        return start if start > low else min(stop + 1, len(text))
    return at if at - start >= _NEVER_CUT or at == start else start


def _is_inside(text: str, at: int) -> bool:
    """Say whether an offset lies inside a sentence: neither at a line's nor at a sentence's end."""
    if not 0 < at < len(text) or text[at] == "\n" or text[at - 1] == "\n":
        return False
    return not re.search(r"[。！？；：!?;:][”’）\"]?$", text[max(0, at - 3) : at])


def _trimmed(text: str, piece: Piece) -> Piece:
    part = text[piece.start : piece.end]
    start = piece.start + len(part) - len(part.lstrip("\r\n"))
    return Piece(start, max(start, piece.start + len(part.rstrip("\r\n"))))


def _merged(text: str, order: Sequence[Piece]) -> list[Piece]:
    """Put together parts that follow each other anyway, so that no cut is left between them."""
    found: list[Piece] = []
    for piece in order:
        if found and found[-1].end <= piece.start and not text[found[-1].end : piece.start].strip():
            found[-1] = Piece(found[-1].start, piece.end)
        else:
            found.append(piece)
    return found


def _drop(
    order: Sequence[Piece], cuts: Sequence[int], random: Random, share: float
) -> tuple[list[Piece], list[int]]:
    """Lose the beginning of some parts, as when a page is missing."""
    kept: list[Piece] = []
    left = list(cuts)
    for place, piece in enumerate(order):
        lost = random.randint(40, 150)
        if place and random.random() < share and piece.end - piece.start > lost + 100 and piece.start in left:
            left.remove(piece.start)
            piece = Piece(piece.start + lost, piece.end)
        kept.append(piece)
    return kept, left


def _break(
    text: str,
    order: Sequence[Piece],
    cuts: Sequence[int],
    bodies: Sequence[Piece],
    random: Random,
    share: float,
) -> tuple[list[Piece], list[int]]:
    """Break some parts in two where they stand."""
    found: list[Piece] = []
    left = list(cuts)
    for piece in order:
        body = next((one for one in bodies if one.start < piece.end and piece.start < one.end), None)
        if body is not None and random.random() < share:
            inner = Piece(max(body.start, piece.start), min(body.end, piece.end))
            at = _draw_cut(text, inner, random) if inner.end - inner.start > 8 * _NEVER_CUT else 0
            if inner.start + _NEVER_CUT < at < inner.end - _NEVER_CUT and _is_inside(text, at):
                found += [Piece(piece.start, at), Piece(at, piece.end)]
                left.append(at)
                continue
        found.append(piece)
    return found, left


def scramble_document(document: Document, cutting: Cutting) -> Document:
    """Carry a gold Document over into its scrambled text.

    Every Ref is cut where the text was, and moved along. A record that lost any character is left out,
    with the references to it; of titles, headings and bodies what remains stays.

    Args:
        document: the Document in natural order.
        cutting: how its text is cut.
    """
    carrier = _Carrier(document.text, cutting)
    data = document.model_dump()
    data["text"] = carrier.text
    data["source"]["sha256"] = None
    data["title"] = carrier.ref(data["title"])
    data["records"] = [record for record in data["records"] if carrier.is_whole(record["ref"])]
    known = {record["id"] for record in data["records"]}
    for record in data["records"]:
        for name in ("time", "quantities", "mechanisms"):
            if name in record:
                record[name] = [one for one in record[name] if one in known]
    for name in ("speeches", "records", "diagnostics", "unexplained_numerals"):
        data[name] = carrier.carried(data[name])
    return Document.model_validate(data)


class _Carrier:
    """Moves Refs from the natural to the scrambled text."""

    def __init__(self, text: str, cutting: Cutting) -> None:
        self.text = cutting.apply(text)
        self.offsets = cutting.offsets()

    def ref(self, ref: dict[str, Any] | None) -> dict[str, Any] | None:
        if ref is None:
            return None
        fragments = []
        for start, end in ref["fragments"]:
            for at, piece in self.offsets:
                low, high = max(start, piece.start), min(end, piece.end)
                if low < high:
                    fragments.append((at + low - piece.start, at + high - piece.start))
        if not fragments:
            return None
        made = Ref(text="", fragments=tuple(fragments))
        return {"text": read_back(self.text, made), "fragments": made.fragments}

    def is_whole(self, ref: dict[str, Any]) -> bool:
        moved = self.ref(ref)
        return moved is not None and moved["text"] == ref["text"]

    def carried(self, value: Any) -> Any:  # noqa: ANN401 - any part of a Document's data
        """Return `value` with every Ref in it moved; what lost its Ref is None, or left out of a list."""
        if isinstance(value, dict):
            if value.keys() == {"text", "fragments"}:
                return self.ref(value)
            made = {key: self.carried(one) for key, one in value.items()}
            # A marker is nothing without its characters.
            return None if "ordinal" in made and made.get("ref") is None else made
        if isinstance(value, list | tuple):
            moved = [(one, self.carried(one)) for one in value]
            return [new for old, new in moved if new is not None or old is None]
        return value


def compose(texts: Sequence[str], *, title: str) -> tuple[str, list[Piece]]:
    """Put speeches one after another under a common title, as in a newspaper's 发言摘登.

    Args:
        texts: one speech each, with its title and organisation lines.
        title: the heading of the whole.

    Returns:
        The text, and where the body of each speech stands in it.
    """
    whole = title + "\n"
    bodies: list[Piece] = []
    for text in texts:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        heads = head_lines("\n\n".join(lines))
        whole += "".join(_BREAK + line for line in lines[:heads])
        start = len(whole) + len(_BREAK)
        whole += "".join(_BREAK + line for line in lines[heads:])
        bodies.append(Piece(start, len(whole)))
    return whole, bodies


def head_lines(text: str) -> int:
    """Return how many lines at the start of a speech name it; 0 if they do not show where it begins."""
    roles = line_roles(clean(text))
    heads = [place for place, line in enumerate(roles) if line.role not in BODY_ROLES]
    # Its head must also be seen below another speech's text.
    below = line_roles(clean(_BODY_ABOVE + text))[2:]
    opens = [place for place, line in enumerate(below) if line.opens]
    if heads != list(range(len(heads))) or opens != [0] or len(roles) - len(heads) < _LEAST_BODY:
        return 0
    return len(heads)


def wrapped(text: str, *, width: int) -> str:
    """Return `text` with every line broken after `width` characters, as in hard-wrapped files."""
    lines = (re.findall(f".{{1,{width}}}", line) or [""] for line in text.splitlines())
    return "\n".join(part for line in lines for part in line)


if __name__ == "__main__":
    from zhengxie_nlp.evaluation.restoring import main

    raise SystemExit(main())
