"""The commands for whole archives: `zhengxie batch | merge`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhengxie_nlp.streams import EXIT_SIGNAL, Ended, complain, emit_text, ended_by_signal

if TYPE_CHECKING:
    from zhengxie_nlp.running.batch import BatchSettings, Counts

EXIT_INPUT: Final = 1

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
            help="Folders, patterns, archives (zip, tar), tables (csv, tsv, jsonl), lists (@list.txt).",
            metavar="ARCHIVE…",
        ),
    ],
    output: Out,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, help="So many processes; default: one a core.")
    ] = None,
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
    text_column: Annotated[str | None, typer.Option(help="Of tables: the column of texts.")] = None,
    id_column: Annotated[str | None, typer.Option(help="Of tables: the column of ids.")] = None,
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Extract a whole archive into a folder; broken off at any moment, the same command goes on.

    A document that cannot be done goes to OUT/rejected.jsonl with its error, and the others go on.
    """
    from zhengxie_nlp.pipeline import Settings
    from zhengxie_nlp.running.batch import BatchSettings, parse_shard, run_batch
    from zhengxie_nlp.running.inputs import Wanted
    from zhengxie_nlp.running.progress import Quiet, Told
    from zhengxie_nlp.running.workers import Limits

    settings = BatchSettings(
        pipeline=Settings(model=model, min_confidence=min_confidence),
        encoding=encoding,
        wanted=Wanted(since.timestamp() if since else None, text_column, id_column),
        limit=limit,
        shard=parse_shard(shard),
        workers=workers or _cores(),
        limits=Limits(timeout, memory),
        retry_rejected=retry_rejected,
        restart=restart,
    )
    if dry_run:
        emit_text(_preview(archive, output, settings))
        return
    with _ending_well():
        counts = run_batch(
            archive, output, settings=settings, progress=Quiet() if quiet else Told(sys.stderr)
        )
    emit_text(_told(counts, output) + "\n")
    if counts.rejected:
        raise typer.Exit(EXIT_INPUT)


def merge(
    shards: Annotated[list[Path], typer.Argument(help="The folders of all shares.", metavar="SHARE…")],
    output: Out,
) -> None:
    """Merge the shares of an archive (batch --shard i/n) into what one machine would have made."""
    from zhengxie_nlp.running.shards import merge_shards

    with _ending_well():
        counts = merge_shards(shards, output)
    emit_text(_told(counts, output) + "\n")
    if counts.rejected:
        raise typer.Exit(EXIT_INPUT)


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _told(counts: Counts, out: Path) -> str:
    said = [f"{counts.done} documents, {counts.characters:,} characters, {counts.records:,} records"]
    if counts.rejected:
        said.append(f"{counts.rejected} rejected: {out / 'rejected.jsonl'}")
    if counts.duplicates:
        said.append(f"{counts.duplicates} there twice: {out / 'duplicates.jsonl'}")
    if counts.earlier:
        said.append(f"{counts.earlier} of them done earlier")
    return "\n".join(said)


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
    lines += [f"  {kind}  {count}  {sizes[kind]:,} bytes" for kind, count in kinds.most_common()]
    return "".join(f"{line}\n" for line in lines + refused)
