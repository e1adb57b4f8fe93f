"""From a decoded source to its clean text: what of the layout is the page's goes, what is the text's stays.

`clean` folds the characters, leaves out blank lines, page numbers, running heads and invisible characters,
joins the lines that were wrapped, and takes out the blanks that stand for nothing. A file that has one
paragraph a line comes out as it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from zhengxie_nlp.text.cleaning.blanks import blank_cuts, is_body
from zhengxie_nlp.text.cleaning.folding import fold_characters, fold_context
from zhengxie_nlp.text.cleaning.lines import Line, invisible_runs, read_lines
from zhengxie_nlp.text.cleaning.wrapping import find_joins
from zhengxie_nlp.text.source_text import Dropped, Paragraph, Piece, SourceText


def clean(source: str) -> SourceText:
    r"""Return the clean text of a source.

    Left out are blank lines, page numbers (「- 3 -」「第3页」), running heads (they stand beside a page break
    or come again page by page), lines of dashes, invisible characters, and blanks at the ends of lines, in
    and round numbers, beside punctuation and between the Chinese characters of running text. Lines are joined
    where the break is the page's (`wrapping.find_joins`); titles and headings stay on lines of their own,
    and lines that a blank line parts are not joined.

    Args:
        source: the decoded text of one file.

    Returns:
        The clean text with its paragraphs in source order; `SourceText.dropped` lists what of the page was
        left out.

    Example:
        >>> text = clean("　　全年开展学习４０\n多次。\n- 3 -\n　　建立机制8 个。\n")
        >>> text.text
        '全年开展学习40多次。\n建立机制8个。'
        >>> [dropped.reason for dropped in text.dropped]
        ['page_number']
    """
    folded = fold_characters(source)
    lines, dropped = read_lines(source, folded)
    invisible = invisible_runs(source)
    paragraphs = _paragraphs(lines, invisible)
    dropped = sorted([*dropped, *(Dropped(piece, "invisible") for piece in invisible)])
    return SourceText(source, _in_context(folded, paragraphs), paragraphs, dropped=dropped)


def _paragraphs(lines: Sequence[Line], invisible: Sequence[Piece]) -> list[Paragraph]:
    joins = find_joins(lines)
    paragraphs: list[Paragraph] = []
    first = 0
    for at, goes_on in enumerate(joins):
        if goes_on:
            continue
        group = lines[first : at + 1]
        first = at + 1
        pieces = tuple(_pieces(group, invisible))
        head = group[0]
        paragraphs.append(Paragraph(pieces, head.blank_before, head.indent, head.page_break))
    return paragraphs


def _pieces(group: Sequence[Line], invisible: Sequence[Piece]) -> Iterator[Piece]:
    """Give the source pieces of a paragraph's lines, without invisible characters and empty blanks."""
    body = is_body("".join(line.text for line in group)) if any(" " in line.text for line in group) else False
    for line in group:
        cuts = blank_cuts(line.text, body=body)
        if line.end - line.start == len(line.text):
            visible = [Piece(line.start, line.end)]
        else:
            visible = list(_between(line, invisible))
        at = 0
        for start, end in visible:
            # The cuts count visible characters; `at` is the first one of this stretch.
            length = end - start
            done = 0
            for first, last in cuts:
                first, last = max(first - at, done), min(last - at, length)
                if first < last:
                    if done < first:
                        yield Piece(start + done, start + first)
                    done = last
            if done < length:
                yield Piece(start + done, end)
            at += length


def _between(line: Line, invisible: Sequence[Piece]) -> Iterator[Piece]:
    done = line.start
    for place in range(bisect_left(invisible, (line.start, 0)), len(invisible)):
        start, end = invisible[place]
        if start >= line.end:
            break
        if done < start:
            yield Piece(done, start)
        done = end
    if done < line.end:
        yield Piece(done, line.end)


def _in_context(folded: str, paragraphs: Sequence[Paragraph]) -> str:
    """Fold the clean text by its neighbours, and put the result back in its places."""
    texts = ["".join(folded[start:end] for start, end in paragraph.pieces) for paragraph in paragraphs]
    text = fold_context("\n".join(texts))
    parts: list[str] = []
    done = at = 0
    for paragraph in paragraphs:
        for start, end in paragraph.pieces:
            parts += folded[done:start], text[at : at + end - start]
            at += end - start
            done = end
        at += 1
    return "".join([*parts, folded[done:]])
