"""Measures reading order on pages: joints restored, moves right, pages wholly right, whole texts disturbed.

    python -m zhengxie_nlp.evaluation.page_scores PAGES
    python -m zhengxie_nlp.evaluation.page_scores --texts corpora/speeches/text --pages 120 --evidence

PAGES is a folder of pages with their right order (NAME.txt, NAME.json: a Document, one speech an article);
with --texts, pages are made of whole texts (`zhengxie_nlp.evaluation.pages`), of one part of them. --evidence
leaves out one kind of evidence after the other; --whole counts the whole texts in which anything moves, as
they are and hard-wrapped; --floors fails where a figure is lower than it may be.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from zhengxie_nlp.evaluation.pages import Page, find_joints, make_page, part_of, read_articles
from zhengxie_nlp.evaluation.restoring import disturbed, natural_texts
from zhengxie_nlp.evaluation.scramble import wrapped
from zhengxie_nlp.records import Document, Node
from zhengxie_nlp.structure.outline import find_outline
from zhengxie_nlp.structure.reading_order.evidence import costs
from zhengxie_nlp.structure.reading_order.restore import restore_order
from zhengxie_nlp.structure.speeches.find import find_speeches
from zhengxie_nlp.text.cleaning.layout import clean

Joints = frozenset[tuple[int, int]]
_WIDTHS: Final = (0, 24, 32, 40)
#: Log odds that nothing reaches.
_NEVER: Final = 1000.0
#: Each kind of evidence with the rows of `reading_order.tsv` that are set to nothing when it is left out;
#: a line is taken for a headline where more speaks for one than can.
KINDS: Final = {
    "language model, characters": ("reads_on",),
    "language model, words": ("words",),
    "language model, ends of sentences": ("closing", "closing_soft"),
    "words over the joint": ("word",),
    "wording that the page has elsewhere": ("echo",),
    "lines that look like headlines": ("fragment_least",),
    "paragraphs without an indent": ("undented",),
    "starts that cannot be one": ("odd_start",),
    "open quotations and brackets": ("owed",),
    "numbers cut in two": ("number",),
    "topics and names": ("topic",),
    "numbering": ("numbering",),
    "parallel headings": ("parallel",),
    "title as plan": ("plan",),
}


@dataclass(slots=True)
class PageScore:
    """What became of some pages.

    Attributes:
        joints: how many places there are where an article goes on elsewhere.
        restored: how many of them were found.
        moves: how many were made in all.
        pages: how many pages have such places.
        right: in how many of these all were found, and nothing else.
        whole: how many pages have none.
        disturbed: in how many of these something was moved.
    """

    joints: int = 0
    restored: int = 0
    moves: int = 0
    pages: int = 0
    right: int = 0
    whole: int = 0
    disturbed: int = 0

    def add(self, want: Joints, found: Joints) -> None:
        """Count one page."""
        if not want:
            self.whole += 1
            self.disturbed += bool(found)
            return
        self.pages += 1
        self.joints += len(want)
        self.restored += len(want & found)
        self.moves += len(found)
        self.right += want == found

    def shares(self) -> dict[str, float]:
        """Return the figures as shares; one of nothing is 1."""
        return {
            "joints restored": _share(self.restored, self.joints),
            "moves right": _share(self.restored, self.moves),
            "pages wholly right": _share(self.right, self.pages),
            "whole pages left alone": _share(self.whole - self.disturbed, self.whole),
        }

    def line(self) -> str:
        """Return the figures in one line."""
        return (
            f"joints restored {_told(self.restored, self.joints)}; "
            f"moves right {_told(self.restored, self.moves)}; "
            f"pages wholly right {_told(self.right, self.pages)}; "
            f"whole pages disturbed {self.disturbed}/{self.whole}"
        )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _told(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.2f})" if whole else f"{part}/0"


def restored_joints(source: str) -> Joints:
    """Restore a page and return its joints, as its speeches' outlines show them."""
    text, _ = restore_order(clean(source))
    articles: list[list[tuple[int, int]]] = []
    for speech in find_speeches(text)[1]:
        spans: list[tuple[int, int]] = []
        for top in find_outline(text, speech=speech)[0]:
            for node in top.walk():
                marker = (node.marker.span,) if node.marker else ()
                heading = (node.heading,) if node.heading else ()
                for span in (*marker, *heading, *node.body):
                    spans += text.ref(span.start, span.end).fragments
        articles.append(spans)
    return frozenset(find_joints(articles))


def gold_joints(document: Document) -> Joints:
    """Return the joints of a page from its gold."""

    def spans(node: Node) -> Iterator[tuple[int, int]]:
        for ref in (node.marker and node.marker.ref, node.heading, *node.body):
            yield from ref.fragments if ref else ()
        for child in node.children:
            yield from spans(child)

    return frozenset(
        find_joints([[span for node in speech.nodes for span in spans(node)] for speech in document.speeches])
    )


def score_pages(pages: Iterable[tuple[str, Joints]]) -> PageScore:
    """Restore pages and count.

    Args:
        pages: the text of each, and its joints.
    """
    score = PageScore()
    for text, want in pages:
        score.add(want, restored_joints(text))
    return score


def read_pages(folder: Path) -> list[tuple[str, Joints]]:
    """Read the pages of a folder with their gold."""
    found: list[tuple[str, Joints]] = []
    for path in sorted(folder.glob("*.json")):
        document = Document.parse(path.read_bytes(), where=path.name)
        found.append((document.text, gold_joints(document)))
    return found


def make_pages(texts: Iterable[tuple[str, str]], *, part: str, count: int, seed: int) -> list[Page]:
    """Make pages of the articles of one part of some texts, by name and text of each."""
    articles = [
        article for name, text in texts if part_of(name) == part for article in read_articles(name, text)
    ]
    return [make_page(articles, random=Random(f"{seed}/{number}")) for number in range(count)]


@contextmanager
def without(rows: Iterable[str]) -> Iterator[None]:
    """Leave out a kind of evidence: its rows of `reading_order.tsv` are worth nothing, or never reached."""
    prices = costs()
    before = {row: prices[row] for row in rows}
    prices.update({row: _NEVER if row.endswith("_least") else 0.0 for row in before})
    try:
        yield
    finally:
        prices.update(before)


def evidence_table(pages: Sequence[tuple[str, Joints]]) -> Iterator[str]:
    """Give the rows of a table that says what each kind of evidence brings, left out one by one."""
    yield "| left out | joints restored | moves right | pages wholly right |"
    yield "| --- | ---: | ---: | ---: |"
    for name, rows in {"nothing": (), **KINDS}.items():
        with without(rows):
            shares = list(score_pages(pages).shares().values())[:3]
        yield f"| {name} | " + " | ".join(f"{share:.2f}" for share in shares) + " |"


def whole_lines(texts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Say in how many whole texts something moves, as they are and hard-wrapped."""
    for width in _WIDTHS:
        kind = f"wrapped at {width}" if width else "as written"
        moved, _ = disturbed((name, wrapped(text, width=width) if width else text) for name, text in texts)
        yield f"whole texts {kind}: {len(moved)} of {len(texts)} disturbed {' '.join(moved)}".rstrip()


def below(shares: dict[str, float], floors: dict[str, float]) -> list[str]:
    """Return what to say about each figure that is lower than it may be."""
    return [
        f"{name}: {shares[name]:.3f} is below {least:.3f}"
        for name, least in floors.items()
        if shares[name] < least
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--texts", type=Path, help="whole texts to make pages of")
    parser.add_argument("--part", choices=("train", "dev", "test"), default="test")
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--evidence", action="store_true")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--floors", type=Path)
    return parser


def main(arguments: Sequence[str] | None = None, *, write: Callable[[str], object] = print) -> int:
    """Measure, and print; returns the exit status, 1 if a figure is below its floor."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.folder is None) == (options.texts is None):
        parser.error("name a folder of pages, or --texts to make them of")
    if options.folder is not None:
        pages = read_pages(options.folder)
    else:
        texts = natural_texts(options.texts)
        made = make_pages(texts, part=options.part, count=options.pages, seed=options.seed)
        pages = [(page.text, frozenset(page.joints())) for page in made]
        if options.whole:
            for line in whole_lines(texts):
                write(line)
    if options.evidence:
        for row in evidence_table(pages):
            write(row)
        return 0
    score = score_pages(pages)
    write(score.line())
    low = below(score.shares(), json.loads(options.floors.read_text("utf-8"))) if options.floors else []
    for line in low:
        write(line)
    return 1 if low else 0


if __name__ == "__main__":
    raise SystemExit(main())
