"""Learn the weights of `heading_weights.tsv`: which first sentences of paragraphs are headlines.

    python tools/train_headings.py corpora/speeches/gold FOLDER… [--sources sources.tsv] [--check]

Each FOLDER holds gold Documents. Nothing of their texts is kept but one weight for each piece of evidence.
With --check the weights are not written: each document is judged by weights that were learnt without it and
without others of its source (two columns, name and source), and the figures are printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from zhengxie_nlp.pipeline import STAGES, Pipeline, Settings
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.records import Document, Node
from zhengxie_nlp.structure.headline_sentences import LEAST, zip_evidence
from zhengxie_nlp.structure.sub_headings import read_paragraphs

TABLE = Path("src/zhengxie_nlp/data/heading_weights.tsv")
HEAD = """# What makes the first sentence of a paragraph a headline: weights of evidence, in log odds.
# origin: learnt by tools/train_headings.py from annotated texts, of which it holds nothing
evidence\tweight
"""


def headings(nodes: tuple[Node, ...]) -> set[tuple[int, int]]:
    """Return the source characters of all headings without marker: where each begins and ends."""
    found = set()
    waiting = list(nodes)
    for node in waiting:
        waiting.extend(node.children)
        if node.heading is not None and node.marker is None:
            found.add((node.heading.fragments[0][0], node.heading.fragments[-1][1]))
    return found


def examples(document: Document) -> list[tuple[dict[str, float], bool]]:
    """Return the evidence of each first sentence of a gold Document, and whether it is a heading."""
    pipeline = Pipeline(Settings(model=None))
    values = pipeline.inputs(SourceFile(source=document.source, text=document.text))
    for stage in STAGES[:3]:
        pipeline.run(stage, values)
    text = values["text"]
    gold = {place for speech in document.speeches for place in headings(speech.nodes)}
    made = []
    for speech in values["speeches"]:
        for paragraph, evidence in zip_evidence(read_paragraphs(text, speech=speech)):
            ref = text.ref(*paragraph.opening)
            place = (ref.fragments[0][0], ref.fragments[-1][1])
            made.append((evidence, place in gold))
    return made


def learner() -> LogisticRegression:
    """Return what learns; its strength was chosen on the folds."""
    return LogisticRegression(C=0.3, max_iter=2000)


def check(rows: np.ndarray, wanted: np.ndarray, groups: list[str]) -> None:
    """Print how right weights are on documents that they were learnt without."""
    found = np.zeros(len(wanted))
    for train, test in GroupKFold(10).split(rows, wanted, groups):
        found[test] = learner().fit(rows[train], wanted[train]).predict_proba(rows[test])[:, 1]
    for least in (0.4, 0.45, LEAST, 0.55, 0.6):
        chosen = found >= least
        right = int((chosen & wanted).sum())
        print(
            f"from {least}: precision {right / max(1, chosen.sum()):.3f} recall {right / wanted.sum():.3f} "
            f"F1 {2 * right / (chosen.sum() + wanted.sum()):.3f} of {wanted.sum()}"
        )


def main() -> None:
    """Learn the weights, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--sources", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    sources: dict[str, str] = {}
    if arguments.sources:
        lines = arguments.sources.read_text(encoding="utf-8").splitlines()
        sources = dict(line.split("\t")[:2] for line in lines if "\t" in line)
    evidence: list[dict[str, float]] = []
    wanted: list[bool] = []
    groups: list[str] = []
    for path in sorted(path for folder in arguments.folders for path in folder.glob("*.json")):
        document = Document.parse(path.read_bytes(), where=str(path))
        for one, is_heading in examples(document):
            evidence.append(one)
            wanted.append(is_heading)
            groups.append(sources.get(path.stem, path.stem))
    columns = DictVectorizer(sparse=False)
    rows = columns.fit_transform(evidence)
    if arguments.check:
        check(rows, np.array(wanted), groups)
        return
    model = learner().fit(rows, np.array(wanted))
    weights = {"(always)": float(model.intercept_[0])}
    weights |= dict(zip(columns.get_feature_names_out(), map(float, model.coef_[0]), strict=True))
    lines = "".join(f"{name}\t{weight:.3f}\n" for name, weight in weights.items())
    TABLE.write_text(HEAD + lines, encoding="utf-8")


if __name__ == "__main__":
    main()
