"""The commands for whole archives: `zhengxie batch | merge | export | compare`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from zhengxie_nlp.messages import said
from zhengxie_nlp.streams import EXIT_SIGNAL, Ended, complain, emit_text, ended_by_signal

if TYPE_CHECKING:
    from zhengxie_nlp.running.batch import BatchSettings, Counts

EXIT_INPUT: Final = 1

Runner = Literal["local", "ray"]
Out = Annotated[Path, typer.Option("--output", "-o", help="The folder to write into.", metavar="OUT")]


@contextmanager
def _ending_well() -> Iterator[None]:
    """Let the signals that end a program end it in order, and say what is left; exit status 128 + signal."""
    try:
        with ended_by_signal():
            yield
    except Ended as ended:
        complain("Broken off. What was finished is kept; the same command goes on with the rest.")
        raise typer.Exit(EXIT_SIGNAL + ended.number) from None


def batch(
    archive: Annotated[
        list[str],
        typer.Argument(
            help="Folders, patterns, archives (zip, tar, 7z), tables (csv, xlsx, jsonl), lists (@list.txt).",
            metavar="ARCHIVE…",
        ),
    ],
    output: Out,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, help="So many processes; default: one a core.")
    ] = None,
    engine: Annotated[
        Runner, typer.Option("--engine", help="What runs the workers: this machine, or a Ray cluster.")
    ] = "local",
    timeout: Annotated[float, typer.Option(help="Seconds that one document may take.", min=0.1)] = 600.0,
    memory: Annotated[int, typer.Option(help="MB of memory that one worker may have.", min=256)] = 4096,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", "-e", help="The encoding of all texts. Default: found for each."),
    ] = None,
    model: Annotated[str, typer.Option("--model", "-m", help="The trained model.")] = "zhengxie",
    min_confidence: Annotated[
        float, typer.Option(help="Leave out records and categories less sure.", min=0, max=1)
    ] = 0.0,
    keep_order: Annotated[
        bool, typer.Option("--keep-order", help="Take the texts in source order; restore no reading order.")
    ] = False,
    userdict: Annotated[
        list[Path] | None, typer.Option(help="A user dictionary in jieba's format; may be repeated.")
    ] = None,
    revisions: Annotated[
        Literal["accepted", "original"],
        typer.Option(help="Read tracked changes as accepted, or as before."),
    ] = "accepted",
    office: Annotated[
        Literal["own", "soffice"], typer.Option(help="What reads .doc and .wps: our own way, or LibreOffice.")
    ] = "own",
    ocr: Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise the text of pictures.")] = True,
    errors: Annotated[
        Literal["strict", "replace"],
        typer.Option(help="Refuse texts with bad bytes, or replace them."),
    ] = "strict",
    text_column: Annotated[str | None, typer.Option(help="Of tables: the column of texts.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first so many documents.", min=1)] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Only files changed since then."),
    ] = None,
    shard: Annotated[str, typer.Option(help="Only a share, such as 3/16; see merge.")] = "1/1",
    retry_rejected: Annotated[
        bool, typer.Option("--retry-rejected", help="Do again what an earlier run has rejected.")
    ] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Do all again.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what there is to do; write nothing.")
    ] = False,
    tables: Annotated[
        str, typer.Option(help="The tables to make: csv,sqlite,xlsx,parquet …, or none; see export.")
    ] = "csv,sqlite",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Extract a whole archive into a folder; broken off at any moment, the same command goes on.

    A document that cannot be done goes to OUT/rejected.jsonl with its error, and the others go on.
    """
    from zhengxie_nlp.pipeline import Settings
    from zhengxie_nlp.reading.protocol import Options
    from zhengxie_nlp.running.batch import BatchSettings, parse_shard, run_batch
    from zhengxie_nlp.running.inputs import Wanted
    from zhengxie_nlp.running.progress import Quiet, Told
    from zhengxie_nlp.running.workers import Limits

    settings = BatchSettings(
        pipeline=Settings(
            model=model,
            min_confidence=min_confidence,
            restore_order=not keep_order,
            userdicts=tuple(str(path.resolve()) for path in userdict or ()),
        ),
        reading=Options(revisions=revisions, office=office, ocr=ocr, errors=errors),
        encoding=encoding,
        wanted=Wanted(since.timestamp() if since else None, text_column),
        limit=limit,
        shard=parse_shard(shard),
        workers=workers or _cores(),
        limits=Limits(timeout, memory),
        retry_rejected=retry_rejected,
        restart=restart,
        engine=engine,
    )
    if dry_run:
        emit_text(_preview(archive, output, settings))
        return
    with _ending_well():
        counts = run_batch(
            archive, output, settings=settings, progress=Quiet() if quiet else Told(sys.stderr)
        )
        emit_text(_told(counts, output) + "\n")
        _write_tables(output, _forms(tables))
    if counts.rejected:
        raise typer.Exit(EXIT_INPUT)


def merge(
    shards: Annotated[list[Path], typer.Argument(help="The folders of all shares.", metavar="SHARE…")],
    output: Out,
    tables: Annotated[str, typer.Option(help="The tables to make, as of batch.")] = "csv,sqlite",
) -> None:
    """Merge the shares of an archive (batch --shard i/n) into what one machine would have made."""
    from zhengxie_nlp.running.shards import merge_shards

    with _ending_well():
        counts = merge_shards(shards, output)
        emit_text(_told(counts, output) + "\n")
        _write_tables(output, _forms(tables))
    if counts.rejected:
        raise typer.Exit(EXIT_INPUT)


def export(
    documents: Annotated[
        Path, typer.Argument(help="A folder of batch, or a file of Documents (JSON Lines).", metavar="OUT")
    ],
    to: Annotated[
        str,
        typer.Option("--to", help="csv, sqlite, xlsx, parquet, postgres, graphml, neo4j, tei; with commas."),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder to write into; default: beside them.")
    ] = None,
) -> None:
    """Make tables, graphs or TEI of Documents: a flat row a record, with who, when and where it stands."""
    _write_tables(documents, _forms(to), into=output)


class Asked(StrEnum):
    """A question of `compare`."""

    ORGANIZATIONS = "organizations"
    MECHANISMS = "mechanisms"
    ACTIVITY = "activity"
    FIGURES = "figures"
    YEARS = "years"
    PLANS = "plans"


def compare(
    out: Annotated[Path, typer.Argument(help="A folder of batch.", metavar="OUT")],
    ask: Annotated[
        Asked | None, typer.Option("--ask", help="Show the answer to one question; default: all, in short.")
    ] = None,
    about: Annotated[
        str | None, typer.Option("--about", help="Only what has this in its name: 委员工作室, 云浦市政协 …")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="Show so many rows of each answer.")] = 10,
) -> None:
    """Compare an archive's organisations and years: the same devices, figures, plans; into OUT/compare.

    Writes a CSV file for each question and compare.json, and shows the first rows of each.
    """
    from zhengxie_nlp.comparing.comparison import QUESTIONS, answers, write_comparison
    from zhengxie_nlp.comparing.terminal import table_text

    with _ending_well():
        counts = write_comparison(out)
        for question in QUESTIONS:
            if ask is None or ask.value == question.name:
                rows = answers(out, question, about=about, most=most)
                emit_text(table_text(question, rows, of=counts[question.name]))
    emit_text(f"{out / 'compare'}\n")


def _forms(said: str) -> list[str]:
    return [] if said == "none" else list(dict.fromkeys(filter(None, map(str.strip, said.split(",")))))


def _write_tables(documents: Path, forms: list[str], *, into: Path | None = None) -> None:
    """Make tables of a file of Documents, or of that in a folder."""
    if not forms:
        return
    from zhengxie_nlp.outputs.tables.forms import read_documents, write_tables

    file = documents / "documents.jsonl" if documents.is_dir() else documents
    into = into or file.parent
    records = write_tables(read_documents(file), into, forms=forms)
    emit_text(said(f"{records:,} records as {', '.join(forms)}: {into}") + "\n")


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _told(counts: Counts, out: Path) -> str:
    lines = [f"{counts.done} documents, {counts.characters:,} characters, {counts.records:,} records"]
    if counts.rejected:
        lines.append(f"{counts.rejected} rejected: {out / 'rejected.jsonl'}")
    if counts.duplicates:
        lines.append(f"{counts.duplicates} there twice: {out / 'duplicates.jsonl'}")
    if counts.earlier:
        lines.append(f"{counts.earlier} of them done earlier")
    return "\n".join(map(said, lines))


def _preview(archive: list[str], out: Path, settings: BatchSettings) -> str:
    """Say what a run would go through: documents by the end of their names, and what cannot be read."""
    from collections import Counter
    from pathlib import PurePosixPath

    from zhengxie_nlp.running.batch import chosen_items

    kinds: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    refused = []
    for item in chosen_items(archive, settings):
        kind = PurePosixPath(item.path).suffix.lower() or "(none)"
        kinds[kind] += 1
        sizes[kind] += item.size
        if item.error is not None:
            refused.append(str(item.error))
    lines = [f"{kinds.total()} documents, {sizes.total():,} bytes, would go into {out}"]
    lines = [said(line) for line in lines]
    lines += [f"  {kind}  {count}  {sizes[kind]:,} bytes" for kind, count in kinds.most_common()]
    return "".join(f"{line}\n" for line in lines + refused)
