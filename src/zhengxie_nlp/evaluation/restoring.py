"""Measures reading order: scrambles documents, restores them, and counts what came back.

    python -m zhengxie_nlp.evaluation.scramble corpora/speeches/text --seed 1 --documents 200

The documents are put together of the speeches of a corpus, apart for its train and its held-out part.
Texts in natural order are restored too, as they are and hard-wrapped: nothing may move in them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final

from zhengxie_nlp.evaluation.scramble import (
    Cutting,
    Settings,
    compose,
    cut_columns,
    head_lines,
    held_out,
    wrapped,
)
from zhengxie_nlp.records import Document
from zhengxie_nlp.structure.reading_order.restore import restore_order
from zhengxie_nlp.text.cleaning.layout import clean
from zhengxie_nlp.text.source_text import Piece, SourceText

_WIDTHS: Final = (24, 32, 40)


@dataclass(slots=True)
class Outcome:
    """What became of scrambled documents when their order was restored.

    Attributes:
        documents: how many documents were scrambled.
        right: how many of them came back whole: all in order, every cut sentence joined.
        in_order: how many came back with all characters in order.
        cuts: how many sentences were cut with both sides kept.
        restored: how many of these were joined.
        false_moves: places where the result sets two stretches side by side that belong together neither
            in the natural nor in the scrambled text.
        false_joins: places where two stretches that do not belong together were joined into one paragraph.
        failures: the names of the documents that were not right.
    """

    documents: int = 0
    right: int = 0
    in_order: int = 0
    cuts: int = 0
    restored: int = 0
    false_moves: int = 0
    false_joins: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, name: str, text: str, cutting: Cutting) -> None:
        """Scramble one text, restore it, and count."""
        restored, _ = restore_order(clean(cutting.apply(text)))
        runs = _natural_runs(restored, cutting)
        natural = [piece for line in runs for piece in line]
        following = _following(text, cutting)
        neighbours = {a.end - 1: b.start for a, b in pairwise(natural)}
        joined = {a.end - 1: b.start for line in runs for a, b in pairwise(line)}
        lasts = [piece.end - 1 for piece in cutting.pieces]
        scrambled = dict(zip(lasts, [piece.start for piece in cutting.pieces[1:]], strict=False))
        in_order = all(a < b for a, b in neighbours.items())
        done = sum(joined.get(_last(text, cut)) == _first(text, cut) for cut in cutting.cuts)
        done += sum(_is_within(natural, cut) for cut in cutting.cuts)
        wrong_moves = sum(
            following.get(a) != b and scrambled.get(a) != b and a in scrambled for a, b in neighbours.items()
        )
        wrong_joins = sum(following.get(a) != b and text[a + 1 : b].strip() != "" for a, b in joined.items())
        self.documents += 1
        self.in_order += in_order
        self.cuts += len(cutting.cuts)
        self.restored += done
        self.false_moves += wrong_moves
        self.false_joins += wrong_joins
        if in_order and done == len(cutting.cuts) and not wrong_joins:
            self.right += 1
        else:
            self.failures.append(name)


def _last(text: str, cut: int) -> int:
    return len(text[:cut].rstrip()) - 1


def _first(text: str, cut: int) -> int:
    return len(text) - len(text[cut:].lstrip())


def _is_within(natural: Sequence[Piece], cut: int) -> bool:
    return any(piece.start < cut < piece.end for piece in natural)


def _following(text: str, cutting: Cutting) -> dict[int, int]:
    """Return for the last character of each kept part and line, the first of the next in natural order."""
    pieces = sorted(cutting.pieces)
    found = {a.end - 1: b.start for a, b in pairwise(pieces)}
    lines = [piece for paragraph in clean(text).paragraphs for piece in paragraph.pieces]
    found.update((a.end - 1, b.start) for a, b in pairwise(lines))
    return found


def _natural_runs(restored: SourceText, cutting: Cutting) -> list[list[Piece]]:
    """Return the natural characters of each restored paragraph, as pieces that are whole in both texts."""
    offsets = sorted(cutting.offsets())
    found: list[list[Piece]] = []
    for paragraph in restored.paragraphs:
        line: list[Piece] = []
        for start, end in paragraph.pieces:
            for at, piece in offsets:
                low, high = max(start, at), min(end, at + piece.end - piece.start)
                if low < high:
                    run = Piece(low - at + piece.start, high - at + piece.start)
                    if line and line[-1].end == run.start:
                        line[-1] = Piece(line[-1].start, run.end)
                    else:
                        line.append(run)
        if line:
            found.append(line)
    return found


def measure(
    speeches: Sequence[tuple[str, str]], *, documents: int, seed: int, settings: Settings | None = None
) -> Outcome:
    """Scramble documents that are put together of speeches, restore them, and count.

    Args:
        speeches: name and text of each speech.
        documents: how many documents to make.
        seed: where chance begins; the same seed gives the same documents.
        settings: how hard to scramble; left out, it varies from document to document.
    """
    outcome = Outcome()
    for number in range(documents):
        random = Random(f"{seed}/{number}")
        chosen = random.sample(list(speeches), k=min(len(speeches), random.randint(2, 5)))
        text, bodies = compose([text for _, text in chosen], title="全省政协系统工作交流会发言摘登")
        how = settings or Settings(interleaved=random.choice((2, 2, 3)), parts=random.choice((2, 2, 3)))
        cutting = cut_columns(text, bodies=bodies, random=random, settings=how)
        outcome.add(f"{number}: " + "+".join(name for name, _ in chosen), text, cutting)
    return outcome


def disturbed(texts: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Restore texts in natural order, where nothing is to be done.

    Args:
        texts: name and text of each.

    Returns:
        The names of the texts in which something was moved, which should be none; and of those in which a
        paragraph was joined with the next, which is right only where a sentence is cut.
    """
    moved: list[str] = []
    joined: list[str] = []
    for name, source in texts:
        text = clean(source)
        restored, _ = restore_order(text)
        before = [piece for paragraph in text.paragraphs for piece in paragraph.pieces]
        after = [piece for paragraph in restored.paragraphs for piece in paragraph.pieces]
        if before != after:
            moved.append(name)
        elif len(restored.paragraphs) != len(text.paragraphs):
            joined.append(name)
    return moved, joined


def is_interleaved(document: Document) -> bool:
    """Return whether a gold Document reads in another order than its source stands in."""
    starts: list[int] = []
    for speech in document.speeches:
        waiting = list(reversed(speech.nodes))
        while waiting:
            node = waiting.pop()
            starts += [start for ref in node.body for start, _ in ref.fragments]
            waiting += reversed(node.children)
    return any(before > after for before, after in pairwise(starts))


def natural_texts(folder: Path) -> list[tuple[str, str]]:
    """Return name and text of each file of a folder, without those that are interleaved by their gold."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        file = folder.parent / "gold" / f"{path.stem}.json"
        if not file.is_file() or not is_interleaved(Document.parse(file.read_bytes(), where=file.name)):
            found.append((path.stem, path.read_text("utf-8-sig")))
    return found


def main(arguments: Sequence[str] | None = None, *, write: Callable[[str], object] = print) -> int:
    """Measure reading order on a folder of texts; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--failures", action="store_true", help="list the documents that were not right")
    options = parser.parse_args(arguments)
    texts = [(path.stem, path.read_text("utf-8-sig")) for path in sorted(options.corpus.glob("*.txt"))]
    for part, wanted in (("train", False), ("held out", True)):
        speeches = [(n, text) for n, text in texts if held_out(n) == wanted and head_lines(text)]
        outcome = measure(speeches, documents=options.documents, seed=options.seed)
        for line in report(part, len(speeches), outcome):
            write(line)
        if options.failures:
            write("\n".join(outcome.failures))
    natural = natural_texts(options.corpus)
    for width in (0, *_WIDTHS):
        kind = f"wrapped at {width}" if width else "as written"
        moved, joined = disturbed((n, wrapped(text, width=width) if width else text) for n, text in natural)
        write(f"natural texts {kind}: {len(moved)} of {len(natural)} moved {' '.join(moved)}".rstrip())
        write(f"  sentences joined in {len(joined)}: {' '.join(joined)}")
    return 0


def report(part: str, speeches: int, outcome: Outcome) -> list[str]:
    """Return the figures of an outcome as lines to print."""
    share = f"{outcome.restored / outcome.cuts:.1%}" if outcome.cuts else "none"
    count = outcome.documents or 1
    return [
        f"{part}: {outcome.documents} documents of {speeches} speeches",
        f"  cut sentences restored  {share} of {outcome.cuts}",
        f"  documents in order      {outcome.in_order / count:.1%}",
        f"  documents wholly right  {outcome.right / count:.1%}",
        f"  false moves             {outcome.false_moves}",
        f"  false joins             {outcome.false_joins}",
    ]
