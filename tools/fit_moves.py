"""Fit how likely a move of reading order is to be right.

    python tools/fit_moves.py corpora/speeches/text MORE_TEXTS --write

Pages are made of the train part of the texts of each folder (`zhengxie_nlp.evaluation.pages`), read with all
moves that the margins allow; those that the page was cut for are to be told from the others. A logistic
regression gives the rows `right_…` of `data/reading_order.tsv` but `right_least`, which is chosen: they are
printed, and put there with --write. The same texts give the same rows. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sklearn.linear_model import LogisticRegression

from zhengxie_nlp.evaluation.page_scores import make_pages
from zhengxie_nlp.evaluation.pages import Page
from zhengxie_nlp.evaluation.restoring import natural_texts
from zhengxie_nlp.structure.reading_order.evidence import costs
from zhengxie_nlp.structure.reading_order.moves import right_signs
from zhengxie_nlp.structure.reading_order.paragraph_ends import describe
from zhengxie_nlp.structure.reading_order.places import find_places
from zhengxie_nlp.structure.reading_order.search import find_reading
from zhengxie_nlp.text.cleaning.layout import clean

TABLE = Path("src/zhengxie_nlp/data/reading_order.tsv")
PAGES, SEED = 900, 21
#: The prior belief in small weights.
REGULARITY = 1.0

Example = tuple[Mapping[str, float], bool]


def examples(page: Page) -> Iterator[Example]:
    """Give the signs of each move on a page, and whether it is right."""
    want = set(page.joints())
    text = clean(page.text)
    places, fragments = find_places(text)
    reading = find_reading(describe(text, places, fragments=fragments))
    for move in reading.moves:
        for link in move.links:
            if link.resumes():
                left, right = reading.pieces[link.left], reading.pieces[link.right]
                end = text.paragraphs[left.last.number].pieces[-1].end
                start = text.paragraphs[right.first.number].pieces[0].start
                yield right_signs(move, link, right), (end, start) in want


def fit(found: list[Example]) -> dict[str, float]:
    """Return the rows of the table."""
    names = list(found[0][0])
    model = LogisticRegression(C=REGULARITY, max_iter=5000)
    model.fit([[signs[name] for name in names] for signs, _ in found], [right for _, right in found])
    weights = dict(zip(names, model.coef_[0].tolist(), strict=True))
    rows = {"bias": float(model.intercept_[0]), **weights}
    return {f"right_{name}": round(weight, 2) for name, weight in rows.items()}


def write(rows: Mapping[str, float], path: Path) -> None:
    """Put the weights into their rows of the table."""
    text = path.read_text("utf-8")
    for name, weight in rows.items():
        text, count = re.subn(rf"^{name}\t[^\t]*", f"{name}\t{weight:g}", text, flags=re.MULTILINE)
        if count != 1:
            raise SystemExit(f"{path} has {count} rows {name}")
    path.write_text(text, "utf-8")


def main() -> None:
    """Fit, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    costs()["right_least"] = float("-inf")
    found = [
        example
        for folder in options.folders
        for page in make_pages(natural_texts(folder), part="train", count=PAGES, seed=SEED)
        for example in examples(page)
    ]
    rows = fit(found)
    print(f"{len(found)} moves, {sum(right for _, right in found)} of them right")
    for name, weight in rows.items():
        print(f"{name}\t{weight:g}")
    if options.write:
        write(rows, TABLE)


if __name__ == "__main__":
    main()
