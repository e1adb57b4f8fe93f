"""Fit what each sign of a line that looks like a headline and breaks off is worth.

    python tools/fit_fragments.py corpora/speeches/text MORE_TEXTS --write

Pages are made of the train part of the texts of each folder (`zhengxie_nlp.evaluation.pages`); the lines that
were cut there are to be told from all other lines without a final mark, those of the whole texts included. A
logistic regression gives the rows `fragment_…` of `data/reading_order.tsv`: they are printed, and put there
with --write. The same texts give the same rows. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sklearn.linear_model import LogisticRegression

from zhengxie_nlp.evaluation.page_scores import make_pages
from zhengxie_nlp.evaluation.pages import part_of
from zhengxie_nlp.evaluation.restoring import natural_texts
from zhengxie_nlp.evaluation.scramble import wrapped
from zhengxie_nlp.structure.reading_order.fragments import Fragments
from zhengxie_nlp.structure.reading_order.places import judged_lines
from zhengxie_nlp.text.cleaning.layout import clean

TABLE = Path("src/zhengxie_nlp/data/reading_order.tsv")
#: So many pages of each folder, from this seed; whole texts as they are and wrapped so wide.
PAGES, SEED, WIDTHS = 300, 7, (0, 28)
#: The prior belief in small weights.
REGULARITY = 1.0

Example = tuple[Mapping[str, float], bool]


def examples(folder: Path) -> Iterator[Example]:
    """Give the signs of each line that is judged, and whether it was cut."""
    texts = natural_texts(folder)
    for page in make_pages(texts, part="train", count=PAGES, seed=SEED):
        if page.plan != "missing":
            yield from _examples(judged_lines(clean(page.text)), {end for end, _ in page.joints()})
    for name, text in texts:
        if part_of(name) == "train":
            for width in WIDTHS:
                yield from _examples(
                    judged_lines(clean(wrapped(text, width=width) if width else text)), set()
                )


def _examples(lines: Fragments, ends: set[int]) -> Iterator[Example]:
    for at in lines.candidates():
        yield lines.signs(at), lines.text.paragraphs[at].pieces[-1].end in ends


def fit(found: list[Example]) -> dict[str, float]:
    """Return the rows of the table."""
    names = list(found[0][0])
    model = LogisticRegression(C=REGULARITY, max_iter=5000)
    model.fit([[signs[name] for name in names] for signs, _ in found], [cut for _, cut in found])
    weights = dict(zip(names, model.coef_[0].tolist(), strict=True))
    rows = {"bias": float(model.intercept_[0]), **weights}
    return {f"fragment_{name}": round(weight, 2) for name, weight in rows.items()}


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
    found = [example for folder in options.folders for example in examples(folder)]
    rows = fit(found)
    print(f"{len(found)} lines, {sum(cut for _, cut in found)} of them cut")
    for name, weight in rows.items():
        print(f"{name}\t{weight:g}")
    if options.write:
        write(rows, TABLE)


if __name__ == "__main__":
    main()
