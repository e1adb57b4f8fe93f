"""Runs over an archive: every document in its order, each on its own, from where an earlier run has stopped.

The results depend on the archive and the settings alone: not on the number of workers, nor on how often the
work was broken off. (Limits are the exception: what a slow machine refuses, a fast one may not.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from zhengxie_nlp import __version__
from zhengxie_nlp.errors import BatchError, ReadError, ZhengxieError
from zhengxie_nlp.pipeline import Settings
from zhengxie_nlp.reading.protocol import Options
from zhengxie_nlp.running import extraction_job
from zhengxie_nlp.running.inputs import Wanted, find_items
from zhengxie_nlp.running.items import Item
from zhengxie_nlp.running.journal import Entry, OutFolder, forget, locked
from zhengxie_nlp.running.known import Earlier, Known, content_key
from zhengxie_nlp.running.near_duplicates import write_near_duplicates
from zhengxie_nlp.running.progress import Progress, Quiet
from zhengxie_nlp.running.worker import told
from zhengxie_nlp.running.workers import Limits, Outcome, Pool, Task, Work
from zhengxie_nlp.writing import blocks

if TYPE_CHECKING:
    from zhengxie_nlp.running.distributed import RayPool

#: What runs the workers.
Engine = Literal["local", "ray"]


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several equal shares of an archive; which share a document is in hangs on its id alone.

    Attributes:
        number: from 1.
        of: how many there are.
    """

    number: int = 1
    of: int = 1

    def holds(self, id_: str) -> bool:
        """Tell whether a document is in this share."""
        return int(sha256(id_.encode()).hexdigest()[:8], 16) % self.of == self.number - 1


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How a batch is run.

    Attributes:
        pipeline: what is extracted, and how.
        reading: how files are read, and what each may ask of the machine.
        encoding: the encoding of all texts; found for each, if left out.
        wanted: which documents are wanted.
        limit: only so many of them, the first.
        shard: one share of them.
        workers: how many processes work at a time.
        limits: what one document may take.
        retry_rejected: do those again that an earlier run has rejected.
        restart: do all again.
        engine: what runs the workers: our own pool on this machine, or ``ray``, a cluster.
    """

    pipeline: Settings = field(default_factory=Settings)
    reading: Options = field(default_factory=Options)
    encoding: str | None = None
    wanted: Wanted = field(default_factory=Wanted)
    limit: int | None = None
    shard: Shard = field(default_factory=Shard)
    workers: int = 1
    limits: Limits = field(default_factory=Limits)
    retry_rejected: bool = False
    restart: bool = False
    engine: Engine = "local"


@dataclass(slots=True)
class Counts:
    """How a batch has gone: documents done, rejected, there twice; how many of them earlier runs had done."""

    done: int = 0
    rejected: int = 0
    duplicates: int = 0
    characters: int = 0
    records: int = 0
    earlier: int = 0

    def add(self, entry: Entry, *, earlier: bool = False) -> None:
        """Count one document."""
        self.done += entry.status == "done"
        self.rejected += entry.status == "rejected"
        self.duplicates += entry.status == "duplicate"
        self.characters += entry.characters
        self.records += entry.records
        self.earlier += earlier

    @property
    def all(self) -> int:
        """How many documents there were."""
        return self.done + self.rejected + self.duplicates


def run_batch(
    named: Iterable[str],
    out: str | Path,
    *,
    settings: BatchSettings | None = None,
    progress: Progress | None = None,
) -> Counts:
    """Extract all documents of an archive into a folder, or go on where an earlier run has stopped.

    Args:
        named: folders, patterns, archives, lists, tables (`inputs.find_items`).
        out: the folder: it will hold ``documents.jsonl``, one Document a line in the order of the archive;
            ``rejected.jsonl``, ``duplicates.jsonl``, ``near_duplicates.jsonl``. While the work goes on, the
            Documents are in ``documents.jsonl.part``.
        settings: how.
        progress: what is told of each document.

    Returns:
        How many were done. A document that cannot be done is counted as rejected, and the others go on.

    Raises:
        ReadError: ZX101, if something named is not there, or holds no document.
        BatchError: ZX604, if the folder holds another job's results or is in use; ZX608.
        ZhengxieError: what keeps every worker from beginning, such as a missing model.
    """
    settings, out, named = settings or BatchSettings(), Path(out), list(named)
    with locked(out):
        if settings.restart:
            forget(out)
        folder = OutFolder(out, job=job_of(settings, named))
        batch = _Batch(named, folder, settings, progress or Quiet())
        try:
            batch.run()
        finally:
            batch.known.close()
            folder.pause()
            folder.write_lists()
        write_near_duplicates(folder)
        return batch.counts


def job_of(settings: BatchSettings, named: list[str]) -> dict[str, Any]:
    """Return what the results of a batch depend on."""
    shard = settings.shard
    return {
        **_job_settings(settings),
        "version": __version__,
        "named": [str(Path(one.removeprefix("@")).resolve()) for one in named],
        "column": settings.wanted.text_column,
        "shard": [shard.number, shard.of],
    }


def _job_settings(settings: BatchSettings) -> dict[str, Any]:
    """Return what the workers are told."""
    return {
        "pipeline": settings.pipeline.model_dump(mode="json"),
        "reading": asdict(settings.reading),
        "encoding": settings.encoding,
    }


def chosen_items(named: list[str], settings: BatchSettings) -> Iterator[Item]:
    """Yield the documents that a batch is about, with ids of their own."""
    known = Known()
    try:
        for item in islice(_unique(find_items(named, wanted=settings.wanted), known), settings.limit):
            if settings.shard.holds(item.id):
                yield item
    finally:
        known.close()


def _unique(items: Iterable[Item], known: Known) -> Iterator[Item]:
    for item in items:
        item.id = known.unique(item.id)
        yield item


@dataclass(frozen=True, slots=True)
class _About:
    """What is known of a document on its way."""

    item: Item
    sha256: str = ""
    same_as: str | None = None
    earlier: Earlier | None = None

    @property
    def path(self) -> str:
        """Return where it is."""
        return self.item.path


class _Batch:
    """One run."""

    def __init__(
        self, named: list[str], folder: OutFolder, settings: BatchSettings, progress: Progress
    ) -> None:
        self.named, self.folder, self.settings, self.progress = named, folder, settings, progress
        self.known, self.counts = Known(), Counts()

    def run(self) -> None:
        """Skip what is done, do the rest."""
        left = self._left()
        first = next(left, None)
        if first is None and self.counts.all == 0 and self.settings.shard.of == 1:
            raise self._nothing()
        if first is not None or not self.folder.is_finished():
            self._do(chain([first], left) if first is not None else iter(()))
            self.folder.finish()

    def _left(self) -> Iterator[Item]:
        """Yield the documents that are still to be done, behind those that are; open the folder at the place.

        Where the archive has other documents now between those that are done, all are gone through anew, and
        what has not changed is taken from the earlier results.
        """
        items = chosen_items(self.named, self.settings)
        documents_end = journal_end = 0
        for entry, _, line_end in self.folder.current().entries():
            item = next(items, None)
            # With a limit more may have been done already than is asked for: it stays.
            more = item is None and self.settings.limit is not None
            if not more and (item is None or not self._is_done(item, entry)):
                yield from self._again()
                return
            if entry.sha256:
                self.known.first(_key(entry), id_=entry.id)
                self.known.became(_key(entry), entry)
            self.counts.add(entry, earlier=True)
            documents_end, journal_end = entry.end, line_end
        item = next(items, None)
        if item is not None or not self.folder.is_finished():
            self.folder.go_on(documents_end=documents_end, journal_end=journal_end)
        if item is not None:
            yield from chain([item], items)

    def _is_done(self, item: Item, entry: Entry) -> bool:
        same = (item.id, item.stamp, item.order) == (entry.id, entry.stamp, entry.order)
        return same and not (self.settings.retry_rejected and entry.status == "rejected")

    def _again(self) -> Iterator[Item]:
        self.known.close()
        self.known, self.counts = Known(), Counts()
        items = chosen_items(self.named, self.settings)
        first = next(items, None)
        if first is None:
            raise self._nothing()  # such as a drive that has gone: what was made of it stays
        self.folder.set_aside()
        self.known.remember(self.folder.earlier())
        self.folder.go_on(documents_end=0, journal_end=0)
        yield from chain([first], items)

    def _nothing(self) -> ReadError:
        where = " ".join(self.named)
        return ReadError("ZX101", "nothing there is a document", where=where, hint="Check the paths.")

    def _do(self, items: Iterator[Item]) -> None:
        settings = self.settings
        work = Work(extraction_job.NAME, _job_settings(settings), self.folder.spill)
        self.progress.begin(self.counts.all, lambda: sum(1 for _ in chosen_items(self.named, settings)))
        try:
            with _pool(work, settings) as pool:
                for task in pool.ordered(map(self._task, items)):
                    assert task.outcome is not None
                    self._add(task.about, task.outcome)
        finally:
            self.progress.end()

    def _task(self, item: Item) -> Task:
        """Make of a document something to be done, or find it done."""
        earlier = self.known.earlier(item.id, stamp=item.stamp)
        # What was there twice may be there once now.
        again = {"duplicate", "rejected"} if self.settings.retry_rejected else {"duplicate"}
        if earlier is not None and earlier.entry.status in again:
            earlier = None
        try:
            digest, data = item.content() if earlier is None else (earlier.entry.sha256, b"")
        except ZhengxieError as error:
            return Task({}, about=_About(item), outcome=Outcome(error=error))
        about = _About(item, digest, earlier=earlier)
        first = self.known.first(_key(about), id_=item.id) if digest else None
        if first is not None:
            return Task({}, about=replace(about, same_as=first.id, earlier=None), outcome=Outcome())
        if earlier is not None:
            return Task({}, about=about, outcome=Outcome())
        file = None if item.file is None else str(item.file)
        if file is not None and self.settings.engine != "local":
            data, file = b"".join(blocks(file)), None  # another machine may not see it
        return Task({"id": item.id, "path": item.path, "file": file}, data, about)

    def _add(self, about: _About, outcome: Outcome) -> None:
        """Write down what became of a document."""
        entry = self._entry(about, outcome)
        parts: Iterable[bytes] = ()
        if entry.status == "done" and about.earlier is not None:
            parts = blocks(about.earlier.documents, start=about.earlier.start, end=about.earlier.entry.end)
        elif entry.status == "done":
            parts = outcome.parts()
        entry = self.folder.add(lambda end: replace(entry, end=end), parts)
        outcome.drop()
        if about.sha256 and about.same_as is None:
            self.known.became(_key(about), entry)
        self.counts.add(entry, earlier=about.earlier is not None)
        self.progress.advance(entry)

    def _entry(self, about: _About, outcome: Outcome) -> Entry:
        item = about.item
        if about.earlier is not None:
            return replace(about.earlier.entry, order=item.order, path=item.path)
        made = Entry(item.id, item.path, item.order, item.stamp, about.sha256, "done")
        if about.same_as is not None:
            first = self.known.first(_key(about), id_=item.id)
            if first is not None and first.status == "rejected" and first.error is not None:
                return replace(made, status="rejected", error={**first.error, "where": item.path})
            return replace(made, status="duplicate", same_as=about.same_as)
        if outcome.error is not None:
            error = told(outcome.error)
            return replace(made, status="rejected", error={**error, "where": error["where"] or item.path})
        result = outcome.result
        return replace(
            made,
            characters=result["characters"],
            records=result["records"],
            speeches=[list(one) for one in result["speeches"]],
        )


def _key(one: Entry | _About) -> str:
    """Return what documents of the same content share; what a file is read as hangs on its name's end too."""
    return content_key(one.sha256, one.path)


def _pool(work: Work, settings: BatchSettings) -> Pool | RayPool:
    if settings.engine == "local":
        return Pool(work, workers=settings.workers, limits=settings.limits)
    from zhengxie_nlp.running.distributed import RayPool

    return RayPool(work, workers=settings.workers, limits=settings.limits)


def parse_shard(text: str) -> Shard:
    """Read a share such as ``3/16``.

    Raises:
        BatchError: ZX605, if it is none.
    """
    number, _, of = text.partition("/")
    if number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of):
        return Shard(int(number), int(of))
    raise BatchError(
        "ZX605", f"“{text}” is no share of an archive", hint="Write it as 3/16: the third of 16."
    )
