"""Compares what decides: rules, rules with a classifier, a CRF over characters, spaCy's ner.

    python benchmarks/learners.py [-o models/zhengxie/comparison.md]

Everything learns from the documents marked ``train`` in ``split.tsv`` and is measured on ``dev`` and
``test``, on the very same characters (strict F1). Needs the extra [spacy] and `python-crfsuite`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.evaluation.comparing import documents_of
from zhengxie_nlp.initiatives.find import find_initiatives
from zhengxie_nlp.learning.model import Model, load_model
from zhengxie_nlp.mechanisms.find import find_mechanisms
from zhengxie_nlp.pipeline import Pipeline, Settings, by_type, settled_records
from zhengxie_nlp.records import Document
from zhengxie_nlp.text.segmenters.words import cut
from zhengxie_nlp.training.corpus import read_corpus
from zhengxie_nlp.training.train import train_categories, train_initiatives

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpora" / "speeches"
PARTS = ("dev", "test")
Spans = set[tuple[tuple[int, int], ...]]
#: What finds the spans of one type in a document, of which it may read the text alone.
Finder = Callable[[Document], Spans]


def gold_of(part: str, type_: str) -> list[Document]:
    """Return the gold Documents of one part that have one type of record annotated."""
    gold = documents_of(CORPUS / "gold", split=CORPUS / "split.tsv", part=part).values()
    return [document for document in gold if type_ not in document.not_annotated]


def spans_of(document: Document, type_: str) -> Spans:
    """Return the fragments of a Document's records of one type."""
    return {record.ref.fragments for record in document.records if record.type == type_}


def row(name: str, find: Finder, type_: str) -> str:
    """Measure one finder, and return a row of the table."""
    cells: list[str] = []
    seconds, size = 0.0, 0
    for part in PARTS:
        right = found = gold = 0
        for document in gold_of(part, type_):
            began = time.perf_counter()
            spans = find(document)
            seconds += time.perf_counter() - began
            size += len(document.text)
            expected = spans_of(document, type_)
            right, found, gold = right + len(spans & expected), found + len(spans), gold + len(expected)
        cells += [
            f"{2 * right / max(1, found + gold):.3f}",
            f"{right / max(1, found):.3f}",
            f"{right / gold:.3f}",
        ]
    return f"| {type_} | {name} | {' | '.join(cells)} | {size / seconds:,.0f} |"


def context_of(document: Document) -> Context:
    """Return the clean text and structure of a document."""
    return Pipeline(Settings(model=None)).analyze(document.text).parts[0].context


def refs(context: Context, found: Iterable[Found]) -> Spans:
    """Return the source fragments of candidates."""
    return {context.text.ref(*one.span).fragments for one in found}


def initiatives(context: Context, model: Model | None) -> list[Found]:
    """Find initiatives by the rules alone, or with a model."""
    inside = by_type(settled_records(context))
    given = {f"{name}s": inside.get(name, ()) for name in ("mechanism", "time")}
    return find_initiatives(context, quantities=inside.get("quantity", ()), model=model, **given)


def characters(text: str) -> Iterator[list[str]]:
    """Yield the features of each character for the CRF: itself, its neighbours, its word and tag."""
    words = cut(text, 0, len(text))
    owner = [word for word in words for _ in range(word.start, word.end)]
    for at, character in enumerate(text):
        word = owner[at]
        near = [f"{d}={text[at + d]}" for d in (-3, -2, -1, 0, 1, 2, 3) if 0 <= at + d < len(text)]
        pairs = [f"{d}:{text[at + d : at + d + 2]}" for d in (-2, -1, 0, 1) if at + d >= 0]
        yield [
            *near,
            *pairs,
            f"word={text[word.start : word.end]}",
            f"tag={word.tag}",
            f"in={at - word.start}",
            character,
        ]


def crf(folder: Path, type_: str) -> Finder:
    """Train a CRF with BIO labels over characters, a line of text at a time."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False, params={"c1": 0.1, "c2": 0.05, "max_iterations": 80})
    for document in gold_of("train", type_):
        labels = ["O"] * len(document.text)
        for fragments in spans_of(document, type_):
            for start, end in fragments:
                labels[start:end] = ["B", *["I"] * (end - start - 1)]
        features = list(characters(document.text))
        for start, end in lines(document.text):
            trainer.append(features[start:end], labels[start:end])
    model = str(folder / f"{type_}.crfsuite")
    trainer.train(model)
    tagger = pycrfsuite.Tagger()
    tagger.open(model)

    def find(document: Document) -> Spans:
        features = list(characters(document.text))
        found: Spans = set()
        for start, end in lines(document.text):
            tags = [*tagger.tag(features[start:end]), "O"]
            begins = [at for at, tag in enumerate(tags) if tag == "B"]
            for at in begins:
                last = next(place for place in range(at + 1, len(tags)) if tags[place] != "I")
                found.add(((start + at, start + last),))
        return found

    return find


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line that is not empty."""
    at = 0
    for line in text.split("\n"):
        if line:
            yield at, at + len(line)
        at += len(line) + 1


def spacy_ner(folder: Path) -> Finder:
    """Train spaCy's ner by its own command, on what `zhengxie convert` makes of the gold."""
    import spacy

    from zhengxie_nlp.spacy_components import docbin_files

    for part in ("train", "dev"):
        documents = {document.source.id: document for document in gold_of(part, "mechanism")}
        (folder / f"{part}.spacy").write_bytes(docbin_files(documents)["documents.spacy"])
    paths = [f"--paths.{part}={folder / f'{part}.spacy'}" for part in ("train", "dev")]
    command = [
        sys.executable,
        "-m",
        "spacy",
        "train",
        str(ROOT / "benchmarks" / "spacy.cfg"),
        "-o",
        str(folder),
    ]
    subprocess.run([*command, *paths], check=True, stdout=sys.stderr)
    nlp = spacy.load(folder / "model-best")
    return lambda document: {
        ((entity.start_char, entity.end_char),)
        for entity in nlp(document.text).ents
        if entity.label_ == "MECHANISM"
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Compare what decides on mechanisms and initiatives.")
    parser.add_argument("-o", "--output", type=Path, help="write the table into this file")
    given = parser.parse_args()
    corpus = read_corpus(ROOT / "corpora")
    model = Model("initiatives", dict(train_categories(corpus, Model("x", {})).estimators))
    model = Model("initiatives", {**model.estimators, **train_initiatives(corpus, model).estimators})

    def by(find: Callable[[Context], Iterable[Found]]) -> Finder:
        def run(document: Document) -> Spans:
            context = context_of(document)
            return refs(context, find(context))

        return run

    table = [
        "| what | who decides | dev F1 | P | R | test F1 | P | R | characters a second |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        row("rules alone", by(find_mechanisms), "mechanism"),
        row(
            "a ranker, the rules as evidence (shipped)",
            by(lambda c: find_mechanisms(c, model=load_model("zhengxie"))),
            "mechanism",
        ),
    ]
    with tempfile.TemporaryDirectory() as name:
        table.append(row("a CRF over characters", crf(Path(name), "mechanism"), "mechanism"))
        table.append(row("spaCy ner over characters", spacy_ner(Path(name)), "mechanism"))
        table.append(row("rules alone", by(lambda c: initiatives(c, None)), "initiative"))
        table.append(
            row(
                "rules, a classifier over their candidates (shipped)",
                by(lambda c: initiatives(c, model)),
                "initiative",
            )
        )
        table.append(row("a CRF over characters", crf(Path(name), "initiative"), "initiative"))
    text = "\n".join(table) + "\n"
    print(text, end="")
    if given.output:
        head = (
            "# Who decides: rules, classifiers, a CRF, spaCy\n\nWritten by `python benchmarks/learners.py`. "
        )
        note = "Strict F1; learnt from the train part.\nSpeeds include the reading of the text."
        # What stands under headings of its own was measured elsewhere, and stays.
        before = given.output.read_text(encoding="utf-8") if given.output.is_file() else ""
        _, mark, kept = before.partition("\n## ")
        given.output.write_text(f"{head}{note}\n\n{text}{mark}{kept}", encoding="utf-8")


if __name__ == "__main__":
    main()
