"""Merges the shares of an archive that several machines have done into what one machine would have made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from heapq import merge
from pathlib import Path
from typing import Any

from zhengxie_nlp.errors import BatchError
from zhengxie_nlp.running.batch import Counts
from zhengxie_nlp.running.journal import STATE, Entry, Kept, OutFolder, forget, locked
from zhengxie_nlp.running.known import Known, content_key
from zhengxie_nlp.running.near_duplicates import write_near_duplicates
from zhengxie_nlp.writing import blocks


def merge_shards(shards: Iterable[str | Path], out: str | Path) -> Counts:
    """Merge the folders of all shares of an archive (`batch --shard`) into one, as if it had never been cut.

    Args:
        shards: the folders, in any order.
        out: the folder to make; what an earlier merge has left there is replaced.

    Returns:
        How many documents there are.

    Raises:
        BatchError: ZX605, if a share is missing, unfinished, there twice, or of another archive or version;
            ZX604, if `out` holds something else.
    """
    folders, out = [Path(shard) for shard in shards], Path(out)
    job = _common_job(folders)
    counts = Counts()
    with locked(out), closing(Known()) as known:
        forget(out)
        folder = OutFolder(out, job=job)
        folder.go_on(documents_end=0, journal_end=0)
        kept = [Kept(one / STATE / "journal.jsonl", one / "documents.jsonl") for one in folders]
        for entry, documents, start in merge(*map(_entries, kept), key=lambda one: one[0].order):
            made = _settled(entry, known)
            parts = blocks(documents, start=start, end=entry.end) if made.status == "done" else ()
            counts.add(folder.add(lambda end, made=made: replace(made, end=end), parts))  # type: ignore[misc]
        folder.finish()
        folder.write_lists()
        write_near_duplicates(folder)
    return counts


def _entries(kept: Kept) -> Iterator[tuple[Entry, Path, int]]:
    for entry, start, _ in kept.entries():
        yield entry, kept.documents, start


def _settled(entry: Entry, known: Known) -> Entry:
    """Look again whether a document's content was there before: in its share alone nobody could know."""
    if not entry.sha256:
        return entry
    key = content_key(entry.sha256, entry.path)
    first = known.first(key, id_=entry.id)
    if first is None:
        known.became(key, entry)
        return entry
    if first.status == "rejected" and first.error is not None:
        return replace(_bare(entry), status="rejected", error={**first.error, "where": entry.path})
    return replace(_bare(entry), status="duplicate", same_as=first.id)


def _bare(entry: Entry) -> Entry:
    return replace(entry, same_as=None, error=None, characters=0, records=0, speeches=[])


def _common_job(folders: list[Path]) -> dict[str, Any]:
    jobs = [_job(folder) for folder in folders]
    if not jobs:
        raise BatchError("ZX605", "no share is named", hint="Name the folders of all shares.")
    rest = [{name: value for name, value in job.items() if name not in ("shard", "named")} for job in jobs]
    for folder, one in zip(folders, rest, strict=True):
        if one != rest[0]:
            problem = "this share has other settings, or another version, than the first"
            raise BatchError("ZX605", problem, where=str(folder), hint="Do it again like the others.")
    there = sorted((number, of) for number, of in (job["shard"] for job in jobs))
    wanted = [(number, len(jobs)) for number in range(1, len(jobs) + 1)]
    if there != wanted:
        said = ", ".join(f"{number}/{of}" for number, of in there)
        raise BatchError(
            "ZX605", f"these are not all the shares, each once: {said}", hint="Name all of them."
        )
    return {**jobs[0], "shard": [1, 1]}


def _job(folder: Path) -> dict[str, Any]:
    path = folder / STATE / "job.json"
    if not path.exists() or not (folder / "documents.jsonl").exists():
        problem = "no share of an archive, or one that is not finished"
        raise BatchError("ZX605", problem, where=str(folder), hint="Finish it: run its command again.")
    job: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return job
