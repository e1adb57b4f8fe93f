"""Measures how often each rule is right, so that a record's confidence means what it says.

    python -m zhengxie_nlp.evaluation.confidences corpora/speeches [--write]

A rule's confidence is the share of its records that are right on the gold documents of the train and dev
parts, drawn towards the share of its record type where it was seen rarely. ``--write`` puts the shares into
`data/confidences.tsv`, from which every extraction reads them. The table that is printed checks them on the
test part: of the records said to be about 0.95, how many are right?
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from zhengxie_nlp.evaluation.comparing import documents_of
from zhengxie_nlp.evaluation.scoring import chars, pair, same_fields
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.records import Document, Record
from zhengxie_nlp.writing import write_file

#: A rule counts as if its type's share had been seen on this many records more.
_PRIOR: Final = 5
_EDGES: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
_HEAD: Final = """\
# How often each rule is right: the confidence of its records. A row “TYPE/*” serves rules that were not seen.
# Written by `make confidences` from the train and dev parts of the corpora; not to be edited by hand.
# origin: measured on corpora/speeches
rule\tfound\tright\tconfidence
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One extracted record: its type, rule and confidence, and whether it is right.

    A record is right when the gold has one of its type on the same characters and, for a quantity, value,
    bound and unit agree.
    """

    type: str
    rule: str
    confidence: float
    right: bool


def judge(gold: Document, found: Document) -> Iterator[Verdict]:
    """Yield a verdict for every extracted record of a type that the gold annotates."""
    for kind in sorted({record.type for record in found.records} - set(gold.not_annotated)):
        wanted = [record for record in gold.records if record.type == kind]
        got = [record for record in found.records if record.type == kind]
        matched = pair(
            [chars(record.ref, gold.text) for record in wanted],
            [chars(record.ref, gold.text) for record in got],
            least=1.0,
        )
        partner = {j: wanted[i] for i, j in matched}
        for j, record in enumerate(got):
            yield Verdict(
                kind, record.rule or "", record.confidence or 0.0, _right(partner.get(j), record, gold.text)
            )


def _right(gold: Record | None, found: Record, text: str) -> bool:
    if gold is None:
        return False
    return gold.type != "quantity" or same_fields(gold, found, ("value", "bound", "unit"), text=text)


def shares(verdicts: Iterable[Verdict]) -> list[tuple[str, int, int, float]]:
    """Return ``(rule, found, right, confidence)`` for each rule and each record type, in order."""
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    types: dict[str, str] = {}
    for verdict in verdicts:
        types[verdict.rule] = verdict.type
        for name in (verdict.rule, f"{verdict.type}/*"):
            found[name] += 1
            right[name] += verdict.right
    rows = []
    for name in sorted(found):
        whole = f"{types.get(name)}/*"
        prior = right[whole] / found[whole] if name in types else 0.5
        rows.append((name, found[name], right[name], (right[name] + _PRIOR * prior) / (found[name] + _PRIOR)))
    return rows


def reliability(verdicts: Sequence[Verdict]) -> list[tuple[float, float, int, float, float]]:
    """Return for each range of confidence: its edges, the records in it, their mean confidence, share right.

    Ranges without records are left out; lower edges are inclusive.
    """
    rows = []
    for low, high in zip(_EDGES, (*_EDGES[1:], 1.01), strict=True):
        inside = [verdict for verdict in verdicts if low <= verdict.confidence < high]
        if inside:
            said = sum(verdict.confidence for verdict in inside) / len(inside)
            rows.append((low, high, len(inside), said, sum(v.right for v in inside) / len(inside)))
    return rows


def collect(corpus: Path, parts: Iterable[str]) -> list[Verdict]:
    """Extract the gold documents of these parts of a corpus, and judge every record."""
    pipeline = Pipeline()
    verdicts: list[Verdict] = []
    for part in parts:
        for gold in documents_of(corpus / "gold", split=corpus / "split.tsv", part=part).values():
            found = pipeline.analyze_file(SourceFile(source=gold.source, text=gold.text)).document
            verdicts.extend(judge(gold, found))
    return verdicts


def main() -> None:
    """Print the reliability on the test part; with --write, measure the shares first and keep them."""
    parser = argparse.ArgumentParser(prog="python -m zhengxie_nlp.evaluation.confidences")
    parser.add_argument("corpus", type=Path, help="a folder with gold/ and split.tsv")
    parser.add_argument("--write", action="store_true", help="write data/confidences.tsv")
    options = parser.parse_args()
    if options.write:
        rows = shares(collect(options.corpus, ("train", "dev")))
        table = "".join(f"{rule}\t{found}\t{right}\t{share:.3f}\n" for rule, found, right, share in rows)
        write_file(Path(str(files("zhengxie_nlp") / "data" / "confidences.tsv")), _HEAD + table)
        print(f"{len(rows)} rows written; run again without --write to check them on the test part")
        return
    print("confidence    records   mean said   right")
    for low, high, count, said, right in reliability(collect(options.corpus, ("test",))):
        print(f"{low:.2f}–{min(high, 1):.2f}{count:>12}{said:>12.3f}{right:>8.3f}")


if __name__ == "__main__":
    main()
