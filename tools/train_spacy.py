"""Converts the corpora's gold for spaCy, trains the pipeline of `benchmarks/spacy.cfg`, and measures it.

    python tools/train_spacy.py corpora/speeches -o build/spacy [--steps 600]

It runs what a user would run by hand: `zhengxie convert --to docbin` for each part of ``split.tsv``, `spacy
train`, and `spacy evaluate` on the test part. Documents whose gold leaves out devices are not used: what is
not marked in them would be learnt as not being there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from zhengxie_nlp.lexicon import parse_table
from zhengxie_nlp.records import Document

CONFIG = Path(__file__).resolve().parents[1] / "benchmarks" / "spacy.cfg"
PARTS = ("train", "dev", "test")


def gold_of(corpus: Path, *, part: str) -> list[Path]:
    """Return the gold files of one part of a corpus that leave no label out."""
    table = "# origin: the corpus\n" + (corpus / "split.tsv").read_text(encoding="utf-8")
    names = [row["name"] for row in parse_table("split.tsv", table) if row["split"] == part]
    files = [corpus / "gold" / f"{name}.json" for name in names]
    return [
        file
        for file in files
        if file.is_file() and not Document.parse(file.read_bytes(), where=str(file)).not_annotated
    ]


def run(*arguments: str | Path) -> None:
    """Run a Python module as on the command line; its failure ends this program with its exit status."""
    done = subprocess.run([sys.executable, "-m", *map(str, arguments)], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Train and measure a spaCy pipeline on a corpus.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=600)
    given = parser.parse_args()
    folders = {part: given.output / part for part in PARTS}
    for part, folder in folders.items():
        run("zhengxie_nlp", "convert", *gold_of(given.corpus, part=part), "-o", folder, "--to", "docbin")
    bins = {part: folder / "documents.spacy" for part, folder in folders.items()}
    paths = ["--paths.train", bins["train"], "--paths.dev", bins["dev"]]
    steps = ["--training.max_steps", str(given.steps)]
    run("spacy", "train", CONFIG, "-o", given.output / "model", *paths, *steps)
    report = given.output / "report.json"
    run("spacy", "evaluate", given.output / "model" / "model-best", bins["test"], "-o", report)


if __name__ == "__main__":
    main()
