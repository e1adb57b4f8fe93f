"""Measures on documents that are also trained on: each is judged by a model that has not seen it.

The documents of the judged corpora are cut into folds, those of one source together. For each fold a model is
trained on all else, and the whole pipeline runs with it over the fold. So the figures tell what a new text
would get from a model trained on a little less than the shipped one.

Usage: ``python -m zhengxie_nlp.training.folds CORPUS… --judge FOLDER…``; ``--help`` lists the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from zhengxie_nlp.evaluation.comparing import below_floors, read_floors, report_text
from zhengxie_nlp.evaluation.scoring import Report, score_documents
from zhengxie_nlp.learning.model import save_model
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.records import Document
from zhengxie_nlp.training.corpus import Corpus, TrainingText, read_corpora
from zhengxie_nlp.training.tasks import Task
from zhengxie_nlp.training.train import TASKS, fit
from zhengxie_nlp.writing import write_file

#: Exit status when a figure lies below its floor, as of `zhengxie evaluate`.
_BELOW_FLOOR: Final = 3

Pairs = list[tuple[Document, Document | None]]


def cut_folds(sources: Iterable[str], *, number: int) -> list[set[str]]:
    """Cut sources into `number` folds of about one size; the same sources give the same folds.

    Example:
        >>> [sorted(fold) for fold in cut_folds(["b", "a", "c", "a"], number=2)]
        [['a', 'c'], ['b']]
    """
    ordered = sorted(set(sources))
    return [fold for at in range(number) if (fold := set(ordered[at::number]))]


def out_of_fold(
    corpus: Corpus, *, judged: Sequence[str], number: int = 5, tasks: Sequence[Task] = TASKS
) -> Iterator[tuple[str, Document, Document]]:
    """Extract each document of the judged corpora with a model that was trained without it.

    Args:
        corpus: what there is to learn from, with the documents to judge among its texts.
        judged: the names of the corpora whose documents are judged (`TrainingText.corpus`).
        number: into how many folds these are cut, by source.
        tasks: what is trained.

    Yields:
        The document's corpus, its gold and what was found; fold after fold.

    Raises:
        DataError: ZX303, if there is not enough to learn from without a fold.
    """
    learnt = replace(corpus, texts=tuple(corpus.part("train")))
    asked = [text for text in learnt.texts if text.corpus in judged and text.document is not None]
    for fold in cut_folds((text.source for text in asked), number=number):
        model, _ = fit(learnt.leaving_out(fold), name="fold", tasks=tasks)
        with tempfile.TemporaryDirectory() as folder:
            pipeline = Pipeline(model=save_model(model, Path(folder) / "fold"))
            for gold in _documents(text for text in asked if text.source in fold):
                source = SourceFile(source=gold[1].source, text=gold[1].text)
                yield *gold, pipeline.analyze_file(source).document


def _documents(texts: Iterable[TrainingText]) -> Iterator[tuple[str, Document]]:
    """Yield each document once; a long one is several texts."""
    seen: set[str] = set()
    for text in texts:
        if text.name not in seen and text.document is not None:
            seen.add(text.name)
            yield text.corpus, _without(text.document, text.without)


def _without(document: Document, fields: frozenset[str]) -> Document:
    """Return gold that does not judge these fields: what the text does not show can't be found in it."""
    if not fields:
        return document
    records = tuple(
        type(record).model_construct(record.model_fields_set - fields, **dict(record))
        for record in document.records
    )
    return document.model_copy(update={"records": records})


def reports(found: Iterable[tuple[str, Document, Document]]) -> Mapping[str, Report]:
    """Return the figures of each corpus, and of all of them under ``all``."""
    pairs: defaultdict[str, Pairs] = defaultdict(list)
    for corpus, gold, document in found:
        pairs[corpus].append((gold, document))
        pairs["all"].append((gold, document))
    return {name: score_documents(some) for name, some in sorted(pairs.items())}


def _main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("corpora", nargs="+", type=Path, help="what to learn from")
    parser.add_argument(
        "--judge", nargs="+", type=Path, required=True, help="folders of gold to learn from and judge"
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="list up to N errors of each kind")
    parser.add_argument("--floors", type=Path, help="lowest figures over all judged documents")
    parser.add_argument("--write", type=Path, help="a folder for the extractions, FOLDER/CORPUS/NAME.json")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    corpus = read_corpora([*asked.corpora, *asked.judge])
    judged = [folder.resolve().name for folder in asked.judge]
    found = list(out_of_fold(corpus, judged=judged, number=asked.folds))
    for name, _, document in found if asked.write else ():
        (asked.write / name).mkdir(parents=True, exist_ok=True)
        write_file(asked.write / name / f"{document.source.id}.json", document.model_dump_json())
    made = reports(found)
    if asked.json:
        figures = {name: report.figures() for name, report in made.items()}
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    else:
        for name, report in made.items():
            sys.stdout.write(
                f"== {name}\n" + report_text(report, errors=asked.errors if name == "all" else 0)
            )
    low = below_floors(made["all"], read_floors(asked.floors)) if asked.floors else []
    sys.stderr.writelines(f"{line}\n" for line in low)
    return _BELOW_FLOOR if low else 0


if __name__ == "__main__":
    raise SystemExit(_main())
