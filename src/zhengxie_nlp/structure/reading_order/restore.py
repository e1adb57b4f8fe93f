"""Restores the reading order of text that columns and pages have cut and interleaved (guideline §1).

Nothing is moved without a sentence that is cut: a clean text comes out as it went in. What is moved,
joined, or found to be missing is told in notes, each with its reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isinf
from typing import Final

from zhengxie_nlp.structure.reading_order.evidence import (
    Cue,
    Piece,
    Series,
    numbering,
    oddness,
    openness,
    series_after,
)
from zhengxie_nlp.structure.reading_order.moves import Link, Move
from zhengxie_nlp.structure.reading_order.paragraph_ends import Stretch, describe, ending_of, is_wrapped
from zhengxie_nlp.structure.reading_order.places import find_places
from zhengxie_nlp.structure.reading_order.search import Reading, find_reading
from zhengxie_nlp.structure.spans import Note
from zhengxie_nlp.structure.speeches.line_roles import is_heading_line
from zhengxie_nlp.structure.speeches.names import LONGEST_NAME_LINE
from zhengxie_nlp.text.source_text import Paragraph, SourceText, Span

#: Where more than this share of the body, and more than so many paragraphs, end without a final mark, that
#: is how the text is written (verse, lists, lines that were never joined) and shows no cut.
_USUAL_SHARE: Final = 0.25
_USUAL_COUNT: Final = 12
#: So many paragraphs must be indented before those without an indent tell anything, and so many may lack it.
_LEAST_INDENTED: Final = 3
_MOST_FLUSH: Final = 12
#: A piece whose beginning is lost may belong to so many articles that stand before it.
_ARTICLES_NEAR: Final = 4
_FINAL: Final = "。！？；：…"
#: What each cue says in a message.
_REASONS: Final[Mapping[str, str]] = {
    "reads_on": "the joint reads on (log odds {detail})",
    "owed": "the sign {detail} pairs over the joint",
    "number": "a number goes on ({detail})",
    "topic": "both sides speak of {detail}",
    "numbering": "the numbering counts on ({detail})",
    "parallel": "the heading is worded like 「{detail}」",
    "plan": "the title names {detail}",
}
_AGAINST: Final[Mapping[str, str]] = {
    "reads_on": "against it: it does not read on (log odds {detail})",
    "owed": "against it: the sign {detail} stays unpaired",
    "numbering": "against it: the numbering does not count on ({detail})",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the restored text: the numbers of the paragraphs joined in it, with what led to each."""

    numbers: list[int]
    links: list[Link | None]


def restore_order(text: SourceText) -> tuple[SourceText, list[Note]]:
    """Put text that was cut and interleaved back into reading order.

    What counts: a body paragraph that stops in mid-sentence and goes on in the next paragraph or some
    paragraphs later, among another speech's text. What does not: a text whose sentences are whole, whatever
    its numbering looks like.

    Args:
        text: the clean text, one paragraph a line, in source order.

    Returns:
        The text in reading order, cut paragraphs joined (the same object if there was nothing to do),
        and the notes on it: ``moved_text``, ``joined_break``, ``orphan_fragment``, ``truncated_text``.

    Raises:
        DataError: ZX303, if a sentence is cut and the language model is missing or damaged.
    """
    if not _is_suspect(text):
        return text, []
    places, fragments = find_places(text)
    stretches = describe(text, places, fragments=fragments)
    body = [one for one in stretches if one.place == "body"]
    cut = sum(one.ending in ("bare", "open") for one in body)
    if not cut or (cut > _USUAL_COUNT and cut > _USUAL_SHARE * len(body)):
        return text, []
    reading = find_reading(stretches)
    lines = _lines(reading)
    restored = text
    if [number for line in lines for number in line.numbers] != list(range(len(text.paragraphs))) or len(
        lines
    ) < len(text.paragraphs):
        restored = text.rearranged(list(_paragraphs(text, lines, reading)))
    return restored, _notes(text, restored, lines, stretches, reading.moves)


def _is_suspect(text: SourceText) -> bool:
    """Say quickly whether any paragraph at all stops in mid-sentence, or may do so."""
    clean = text.text
    short = False
    for number, span in enumerate(text.spans):
        line = clean[span.start : span.end]
        ending = ending_of(line)
        if ending in ("bare", "open") or (ending != "closed" and is_wrapped(text, number)):
            return True
        # Under the line that names who speaks, a sentence may break off before its first stop.
        if short and ending == "soft" and "，" in line:
            return True
        short = 0 < len(line) <= LONGEST_NAME_LINE and line[-1] not in _FINAL
    return _is_oddly_set(text)


def _is_oddly_set(text: SourceText) -> bool:
    """Say whether a paragraph that ends as sentences do lacks the indent that the others have."""
    indents = Counter(paragraph.indent for paragraph in text.paragraphs)
    usual = indents.most_common(1)[0][0] if indents else 0
    if not usual or indents[0] > _MOST_FLUSH or indents[usual] < _LEAST_INDENTED:
        return False
    clean = text.text
    return any(
        not paragraph.indent and number and span.start < span.end and clean[span.end - 1] in "。！？"
        for number, (paragraph, span) in enumerate(zip(text.paragraphs, text.spans, strict=True))
    )


def _may_open(piece: Piece, reading: Reading) -> bool:
    """Say whether a piece without a head is an article of its own once what it stood below is put elsewhere.

    That is one that begins with a headline, and one that nothing leads to: whose it is would be a guess.
    """
    if not piece.stretches:
        return False
    if is_heading_line(piece.first.text) and piece.first.marker is None:
        return True
    return all(link.right != piece.number for link in reading.links)


def _paragraphs(text: SourceText, lines: Sequence[_Line], reading: Reading) -> Iterator[Paragraph]:
    """Give the restored paragraphs; an article that no longer stands below what it stood below is marked."""
    heads = {piece.lines[0] for piece in reading.pieces if piece.headed}
    loose = {piece.lines[0] for piece in reading.pieces if not piece.headed and _may_open(piece, reading)}
    last, changed = -1, False
    for line in lines:
        first = line.numbers[0]
        paragraph = _joined(text, line.numbers)
        parted = first != last + 1
        if (first in heads and (parted or changed)) or (first in loose and parted):
            paragraph = replace(paragraph, opens=True)
        yield paragraph
        # What was put together above a headline may hide that it is one.
        changed = first not in heads and (changed or parted)
        changed |= line.numbers[-1] != first + len(line.numbers) - 1
        last = line.numbers[-1]


def _joined(text: SourceText, numbers: Sequence[int]) -> Paragraph:
    first, *others = (text.paragraphs[number] for number in numbers)
    if not others:
        return first
    return first.joined(Paragraph(tuple(piece for other in others for piece in other.pieces)))


def _lines(reading: Reading) -> list[_Line]:
    """Put the paragraphs in reading order: article after article, each with all that comes after its head."""
    after = {link.left: link for link in reading.links if link.right >= 0}
    reached = {link.right for link in after.values()}
    chains: list[list[tuple[int, Link | None]]] = []
    home: dict[int, int] = {}
    for piece in reading.pieces:
        if piece.number in reached:
            continue
        chain: list[tuple[int, Link | None]] = [(piece.number, None)]
        while chain[-1][0] in after:
            link = after[chain[-1][0]]
            chain.append((link.right, link))
        at = len(chains)
        if not piece.headed and piece.number - 1 in home:
            at = _owner(reading, piece, chains, home[piece.number - 1])
            chains[at] += chain
        else:
            chains.append(chain)
        home.update((number, at) for number, _ in chain)
    return [line for chain in chains for line in _chain_lines(reading, chain)]


def _owner(
    reading: Reading, lost: Piece, chains: Sequence[Sequence[tuple[int, Link | None]]], standing: int
) -> int:
    """Return the article that a piece without its beginning fits.

    That is one by numbering; else where it stands, or, where other text was put between, one that breaks off.
    """

    def fits(at: int) -> float:
        series: Series = {}
        for number, _ in chains[at]:
            series = series_after(series, reading.pieces[number])
        return numbering(series, lost)[0]

    near = range(max(0, standing - _ARTICLES_NEAR), min(len(chains), standing + 1))
    best = max(near, key=lambda at: (fits(at), at == standing, at))
    if fits(best) > fits(standing):
        return best
    if chains[standing][-1][0] == lost.number - 1:
        return standing
    return next((at for at in reversed(near) if _breaks_off(reading, chains[at])), standing)


def _breaks_off(reading: Reading, chain: Sequence[tuple[int, Link | None]]) -> bool:
    last = reading.pieces[chain[-1][0]]
    return bool(last.stretches) and openness(last.last) > 0


def _chain_lines(reading: Reading, chain: Sequence[tuple[int, Link | None]]) -> list[_Line]:
    lines: list[_Line] = []
    tail: _Line | None = None
    for number, link in chain:
        piece = reading.pieces[number]
        bodies = {one.number for one in piece.stretches}
        first = piece.first.number if piece.stretches else -1
        for line_number in piece.lines:
            led = link if line_number == first else None
            if led is not None and led.within and tail is not None:
                tail.numbers.append(line_number)
                tail.links.append(led)
                continue
            line = _Line([line_number], [led])
            lines.append(line)
            if line_number in bodies:
                tail = line
    return lines


def _notes(
    text: SourceText,
    restored: SourceText,
    lines: Sequence[_Line],
    stretches: Sequence[Stretch],
    moves: Sequence[Move],
) -> list[Note]:
    notes: list[Note] = []
    starts = [paragraph.pieces[0].start if paragraph.pieces else 0 for paragraph in text.paragraphs]
    ends = [paragraph.pieces[-1].end if paragraph.pieces else 0 for paragraph in text.paragraphs]
    moved = {link.left: move for move in moves for link in move.links}
    before = -1
    for line, span in zip(lines, restored.spans, strict=True):
        at = span.start
        for place, (number, link) in enumerate(zip(line.numbers, line.links, strict=True)):
            one = stretches[number]
            piece = Span(at, at + len(one.text))
            at = piece.end
            if piece.start == piece.end:
                continue
            where = f"source characters {starts[number]} to {ends[number]}"
            if link is not None and link.right != link.left + 1 and link.left in moved:
                notes.append(_moved(where, ends[before], link, moved[link.left], piece))
            if place and link is not None:
                notes.append(_join(ends[line.numbers[place - 1]], starts[number], link, piece))
            elif one.place == "body" and oddness(one) > 0:
                message = f"{where} start in mid-sentence, and nothing before them leads there"
                notes.append(Note("orphan_fragment", "warning", message, piece))
            before = number if one.place in ("body", "turn") else before
        last = stretches[line.numbers[-1]]
        if _has_no_end(last) and span.end > span.start:
            message = (
                f"the sentence that ends at source character {ends[last.number]} has no end: "
                "no text that goes on with it was found"
            )
            notes.append(Note("truncated_text", "warning", message, Span(max(span.start, at - 20), at)))
    return notes


def _has_no_end(last: Stretch) -> bool:
    """Say whether a paragraph breaks off, and is not rather a headline."""
    if last.place not in ("body", "turn") or last.ending not in ("bare", "open"):
        return False
    return last.fragment is None or last.fragment > 0


def _moved(where: str, end: int, link: Link, move: Move, span: Span) -> Note:
    margin = "no other reading" if isinf(move.margin) else f"{move.margin:.1f} over the next best"
    message = (
        f"{where} read on after {end}: {_reasons(link.cues)}; "
        f"the whole is better by {move.gain:.1f} than the order of the source, by {margin}"
    )
    return Note("moved_text", "warning", message, span)


def _join(end: int, start: int, link: Link, span: Span) -> Note:
    message = f"a sentence cut at source character {end} goes on at {start}: {_reasons(link.cues)}"
    return Note("joined_break", "info", message, span)


def _reasons(cues: Sequence[Cue]) -> str:
    told = [
        (_REASONS if cue.cost < 0 else _AGAINST)[cue.name].format(detail=cue.detail)
        for cue in cues
        if cue.name in (_REASONS if cue.cost < 0 else _AGAINST)
    ]
    return "; ".join(told) or "it fits nowhere else"
