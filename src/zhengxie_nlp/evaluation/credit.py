"""Gives each rule its credit: how often it fired, was right, was wrong, and what leaving it out changes.

Usage: ``python -m zhengxie_nlp.evaluation.credit GOLD… [--leave-out PATTERN] [--workers N]``. It counts, for
each field of each type of record, what the rules and deciders that chose it (`Found.chosen`) are worth on
gold; ``span`` is the characters themselves. With ``--leave-out`` the pipeline runs once without each rule in
a tuple `RULES` of a record room, and once without each group of rows of a table (``# groups:``): how many
judgements become right or wrong, and in how many documents. What changes nothing on documents it was not
written for does not earn its place. The trained models are not trained anew.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from importlib import import_module
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from pkgutil import walk_packages
from typing import Final, NamedTuple

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.errors import DataError
from zhengxie_nlp.evaluation.comparing import documents_of
from zhengxie_nlp.evaluation.scoring import chars, pair, same_fields, score_documents
from zhengxie_nlp.lexicon.tables import leave_out, parse_table
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import Document, Record

#: The rooms whose modules may have a tuple `RULES`.
_ROOMS: Final = ("quantities", "terms", "times", "mechanisms", "initiatives")
_RULES: Final = "RULES"

#: (type of record, field, rule)
Chooser = tuple[str, str, str]


class Credit(NamedTuple):
    """What one rule did for one field: how often it chose, and how that compares with gold."""

    fired: int
    right: int
    wrong: int


class Change(NamedTuple):
    """What leaving something out does: judgements, and documents, that get better and worse."""

    better: int
    worse: int
    documents_better: int
    documents_worse: int


def credits(golds: Iterable[Document], *, pipeline: Pipeline) -> dict[Chooser, Credit]:
    """Count what each rule and decider chose, on gold Documents.

    Args:
        golds: what to compare with; record types that a document has no gold of are left out.
        pipeline: what extracts.

    Returns:
        The counts by type of record, field and rule. A span is right when gold has the same characters; a
        field is judged on records that overlap a gold one by half, where gold says the field.
    """
    fired: Counter[Chooser] = Counter()
    right: Counter[Chooser] = Counter()
    wrong: Counter[Chooser] = Counter()
    for gold in golds:
        analysis = pipeline.analyze_file(SourceFile(source=gold.source, text=gold.text))
        behind = [found for part in analysis.parts for found in part.kept]
        for kind in RECORD_TYPES:
            if kind in gold.not_annotated:
                continue
            made = [(r, f) for r, f in zip(analysis.document.records, behind, strict=True) if r.type == kind]
            wanted = [record for record in gold.records if record.type == kind]
            for chooser, verdict in _judged(wanted, made, text=gold.text):
                fired[chooser] += 1
                right[chooser] += verdict is True
                wrong[chooser] += verdict is False
    return {one: Credit(fired[one], right[one], wrong[one]) for one in sorted(fired)}


def _judged(
    wanted: Sequence[Record], made: Sequence[tuple[Record, Found]], *, text: str
) -> Iterator[tuple[Chooser, bool | None]]:
    """Yield each choice, and whether it was right; None where gold says nothing of it."""
    gold_chars = [chars(record.ref, text) for record in wanted]
    made_chars = [chars(record.ref, text) for record, _ in made]
    strict = {found for _, found in pair(gold_chars, made_chars, least=1.0)}
    matched = {found: gold for gold, found in pair(gold_chars, made_chars, least=0.5)}
    for place, (record, found) in enumerate(made):
        for name, rule in {"span": found.rule, **found.chosen}.items():
            verdict: bool | None = place in strict
            if name != "span":
                gold = wanted[matched[place]] if place in matched else None
                says = gold is not None and name in gold.model_fields_set
                verdict = same_fields(gold, record, (name,), text=text) if gold is not None and says else None
            yield (record.type, name, rule), verdict


def groups_of_rules() -> list[str]:
    """Return what can be left out: ``rules/MODULE/NAME`` and ``rows/TABLE/GROUP``."""
    named = [f"rules/{module}/{name}" for module in _modules() for name in _names(module)]
    tables = sorted(
        path.name for path in (files("zhengxie_nlp") / "data").iterdir() if path.name.endswith(".tsv")
    )
    for name in tables:
        table = parse_table(name, (files("zhengxie_nlp") / "data" / name).read_text(encoding="utf-8"))
        if table.groups:
            named += [f"rows/{name}/{group}" for group in dict.fromkeys(table.column(table.groups))]
    return named


def _modules() -> Iterator[str]:
    """Yield the modules of the record rooms that have a tuple of rules, without the package's name."""
    package = import_module("zhengxie_nlp")
    for found in walk_packages(package.__path__, "zhengxie_nlp."):
        short = found.name.removeprefix("zhengxie_nlp.")
        if short.split(".")[0] in _ROOMS and hasattr(import_module(found.name), _RULES):
            yield short


def _names(module: str) -> list[str]:
    return [_name(rule) for rule in getattr(import_module(f"zhengxie_nlp.{module}"), _RULES)]


def _name(rule: object) -> str:
    if isinstance(rule, tuple) and rule and isinstance(rule[0], str):
        return rule[0]
    return str(getattr(rule, "name", getattr(rule, "__name__", rule))).lstrip("_")


def do_without(group: str) -> None:
    """Leave a rule or a group of rows out of this process.

    Args:
        group: one of `groups_of_rules`.

    Raises:
        DataError: ZX301, if there is no such rule, or the table has been read already.
    """
    kind, where, name = group.split("/", 2)
    if kind == "rows":
        leave_out(where, name)
        return
    module = import_module(f"zhengxie_nlp.{where}")
    kept = tuple(rule for rule in getattr(module, _RULES) if _name(rule) != name)
    if len(kept) == len(getattr(module, _RULES)):
        raise DataError("ZX301", f"there is no rule “{name}”", where=where)
    setattr(module, _RULES, kept)


#: For each document how many judgements on it hold (a span found, an attribute), and how many do not (a span
#: missed, a false one, an attribute).
Verdicts = Mapping[str, tuple[int, int]]


def verdicts(golds: Mapping[str, Document], *, pipeline: Pipeline) -> Verdicts:
    """Return, for each gold Document, how many judgements on its extraction are right and how many wrong."""
    made: dict[str, tuple[int, int]] = {}
    for name, gold in golds.items():
        found = pipeline.analyze_file(SourceFile(source=gold.source, text=gold.text)).document
        report = score_documents([(gold, found)])
        spans = [tally for measure, tally in report.tallies.items() if not measure.endswith("loose")]
        judged = [one for some in report.attributes.values() for one in some]
        right = sum(tally.right for tally in spans) + sum(judged)
        wrong = sum(tally.false + tally.missed for tally in spans) + len(judged) - sum(judged)
        made[name] = (right, wrong)
    return made


def _without(asked: tuple[str, Sequence[Path]]) -> tuple[str, Verdicts | None]:
    """Judge all gold without one group; None where nothing works without it. Runs in a process of its own."""
    group, paths = asked
    try:
        if group:
            do_without(group)
        return group, verdicts(_read(paths), pipeline=Pipeline())
    except Exception as error:  # what a missing rule breaks is the answer, not a fault of this command
        sys.stderr.write(f"{group}: needed ({type(error).__name__}: {error})\n")
        return group, None


def _read(paths: Sequence[Path]) -> dict[str, Document]:
    return {
        f"{path.name}/{name}": document for path in paths for name, document in documents_of(path).items()
    }


def changes(paths: Sequence[Path], groups: Sequence[str], *, workers: int = 1) -> dict[str, Change | None]:
    """Return what leaving each group out changes; None where nothing works without it.

    Args:
        paths: gold Documents or folders of them.
        groups: some of `groups_of_rules`.
        workers: processes at once.
    """
    with get_context("spawn").Pool(workers, maxtasksperchild=1) as pool:
        found = dict(pool.imap(_without, [(group, paths) for group in ("", *groups)]))
    base = found.pop("") or {}
    return {group: None if judged is None else compared(base, judged) for group, judged in found.items()}


def compared(base: Verdicts, changed: Verdicts) -> Change:
    """Compare judgements on the same documents.

    Example:
        >>> compared({"a": (5, 2), "b": (3, 0)}, {"a": (6, 1), "b": (3, 2)})
        Change(better=1, worse=2, documents_better=1, documents_worse=1)
    """
    deltas = [changed[name][1] - wrong for name, (_, wrong) in base.items()]
    return Change(
        -sum(one for one in deltas if one < 0),
        sum(one for one in deltas if one > 0),
        sum(one < 0 for one in deltas),
        sum(one > 0 for one in deltas),
    )


def _table(found: Mapping[Chooser, Credit]) -> Iterator[str]:
    yield f"{'type':<14}{'field':<12}{'fired':>7}{'right':>7}{'wrong':>7}  rule"
    fields: defaultdict[tuple[str, str], list[tuple[str, Credit]]] = defaultdict(list)
    for (kind, name, rule), credit in found.items():
        fields[kind, name].append((rule, credit))
    for (kind, name), some in fields.items():
        for rule, credit in sorted(some, key=lambda one: (-one[1].fired, one[0])):
            yield f"{kind:<14}{name:<12}{credit.fired:>7}{credit.right:>7}{credit.wrong:>7}  {rule}"


def _main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--leave-out", metavar="PATTERN", help="also leave out each that fits: 'rows/units*'")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    golds = _read(asked.gold)
    if not asked.leave_out:
        sys.stdout.writelines(f"{line}\n" for line in _table(credits(golds.values(), pipeline=Pipeline())))
        return 0
    groups = [group for group in groups_of_rules() if fnmatch(group, asked.leave_out)]
    sys.stdout.write(f"{'better':>8}{'worse':>8}{'docs +':>8}{'docs -':>8}  without\n")
    for group, change in changes(asked.gold, groups, workers=asked.workers).items():
        counts = (
            "  nothing works without it    " if change is None else "".join(f"{one:>8}" for one in change)
        )
        sys.stdout.write(f"{counts:<32}  {group}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
