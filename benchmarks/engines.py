"""Compares what cuts words, and the doors of the library: accuracy on the test split, speed, memory.

    python benchmarks/engines.py [--hanlp-model FOLDER] [--json benchmarks/results/engines.json]

Each engine runs in a process of its own over the same texts, three times; the median counts. Memory is the
highest that the process took. Without --hanlp-model a small component is trained for it
(`tools/train_hanlp.py`); without an extra its row is left out. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpora" / "speeches"
MEASURES = ("quantity strict+value", "numeral_term strict", "mechanism strict", "initiative loose", "tree")
REPEATS = 3


def extractor(engine: str, model: str) -> Callable[[str], object]:
    """Return what turns a text into a Document, by one engine."""
    from zhengxie_nlp import Pipeline

    if engine == "spacy":
        import spacy

        nlp = spacy.blank("zh")
        nlp.add_pipe("zhengxie")
        return lambda text: nlp(text)._.zhengxie
    pipeline = Pipeline(words=engine, hanlp_model=model if engine == "hanlp" else None)
    return pipeline.extract


def measure(engine: str, model: str) -> dict[str, float]:
    """Measure one engine in this process."""
    from zhengxie_nlp.evaluation.comparing import documents_of
    from zhengxie_nlp.evaluation.scoring import score_documents

    gold = documents_of(CORPUS / "gold", split=CORPUS / "split.tsv", part="test")
    started = time.perf_counter()
    extract = extractor(engine, model)
    extract("今年以来，健全学习制度，举办讲座12场。")
    start = time.perf_counter() - started
    texts = [document.text for document in gold.values()]
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = [extract(text) for text in texts]
        times.append(time.perf_counter() - began)
    figures = score_documents(zip(gold.values(), found, strict=True)).figures()
    return {
        "start, s": round(start, 2),
        "characters a second": round(sum(map(len, texts)) / statistics.median(times)),
        "memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **{name: round(figures[name], 3) for name in MEASURES},
    }


def run(engine: str, model: str) -> dict[str, float]:
    """Measure one engine in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, "--engine", engine, "--hanlp-model", model]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    row: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return row


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Compare what cuts words, and the doors of the library.")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    parser.add_argument("--hanlp-model", default="")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.engine:
        print(json.dumps(measure(given.engine, given.hanlp_model)))
        return
    engines = ["jieba", "jieba-python", "lac"]
    engines += [name for name in ("spacy", "hanlp") if find_spec(name)]
    with tempfile.TemporaryDirectory() as folder:
        model = given.hanlp_model
        if "hanlp" in engines and not model:
            model = folder
            tool = [sys.executable, str(ROOT / "tools" / "train_hanlp.py"), str(CORPUS), "-o", folder]
            subprocess.run(tool, check=True, capture_output=True)
        rows = {engine: run(engine, model) for engine in engines}
    names = list(next(iter(rows.values())))
    print(f"| engine | {' | '.join(names)} |\n| --- |{' ---: |' * len(names)}")
    for engine, row in rows.items():
        print(f"| {engine} | {' | '.join(str(row[name]) for name in names)} |")
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
