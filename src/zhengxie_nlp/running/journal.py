"""The journal of a batch: a line a finished document, so that the same command can go on after any end.

Documents stand in `documents.jsonl.part` in the order of the archive, and each line of the journal says where
its document ends there. A process that is killed leaves at most the half of a line behind what the journal
counts; it is cut off when the work goes on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final, Literal

from zhengxie_nlp.errors import BatchError
from zhengxie_nlp.writing import GrowingFile, whole_file, write_file

DOCUMENTS: Final = "documents.jsonl"
REJECTED: Final = "rejected.jsonl"
DUPLICATES: Final = "duplicates.jsonl"
NEAR_DUPLICATES: Final = "near_duplicates.jsonl"
#: The folder of what is needed to go on; when all is done, it says what was done.
STATE: Final = ".batch"

#: What was written is put on disk as often, in seconds.
_SYNC_EVERY: Final = 10.0

Status = Literal["done", "rejected", "duplicate"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one document.

    Attributes:
        id: what it is called.
        path: where it was.
        order: its place in the archive, those of other shards counted.
        stamp: of its file; a document whose stamp has changed is done again.
        sha256: of its bytes; empty if they could not be read.
        status: ``done``, ``rejected``, or ``duplicate``: the same bytes as an earlier one.
        end: where its line ends in the file of Documents.
        same_as: of a duplicate, the id of the earlier one.
        error: of a rejected one, why.
        characters: how long its text is.
        records: how many records it has.
        speeches: the signatures of its speeches: id, characters, signature.
    """

    id: str
    path: str
    order: int
    stamp: str
    sha256: str
    status: Status
    end: int = 0
    same_as: str | None = None
    error: dict[str, str] | None = None
    characters: int = 0
    records: int = 0
    speeches: list[list[Any]] = field(default_factory=list)

    def line(self) -> bytes:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """The journal of an earlier run, and the documents it tells of."""

    journal: Path
    documents: Path

    def entries(self) -> Iterator[tuple[Entry, int, int]]:
        """Yield each entry, where its document begins, and where its own line ends.

        What comes after the last whole line, or tells of a document that is not all there, does not count.
        """
        there = self.documents.stat().st_size if self.documents.exists() else 0
        start = line_end = 0
        if not self.journal.exists():
            return
        with self.journal.open("rb") as lines:
            for line in lines:
                line_end += len(line)
                entry = _entry(line)
                if entry is None or entry.end > there:
                    return
                yield entry, start, line_end
                start = entry.end


def _entry(line: bytes) -> Entry | None:
    if not line.endswith(b"\n"):
        return None
    try:
        return Entry(**json.loads(line))
    except (ValueError, TypeError):
        return None


class OutFolder:
    """The folder of a batch: what was finished by earlier runs, and what this one adds.

    Args:
        folder: where it is; made if it is not there.
        job: what the results depend on, with the paths ``named``. A folder that holds those of something else
            is refused.

    Raises:
        BatchError: ZX604, if the folder holds results of other settings or another version.
    """

    def __init__(self, folder: Path, *, job: dict[str, Any]) -> None:
        self.folder, self.state = folder, folder / STATE
        try:
            self.state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            problem = f"the folder cannot be made ({error.strerror or error})"
            raise BatchError("ZX604", problem, where=str(folder), hint="Name another.") from error
        self._journal: GrowingFile | None = None
        self._documents: GrowingFile | None = None
        self._synced = monotonic()
        self._check(job)

    @property
    def spill(self) -> Path:
        """Where workers put long results for a moment."""
        path = self.state / "waiting"
        path.mkdir(exist_ok=True)
        return path

    @property
    def _part(self) -> Path:
        return self.folder / f"{DOCUMENTS}.part"

    def current(self) -> Kept:
        """Return what the last run has left."""
        documents = self._part if self._part.exists() else self.folder / DOCUMENTS
        return Kept(self.state / "journal.jsonl", documents)

    def earlier(self) -> list[Kept]:
        """Return what was set aside, the latest first."""
        found = sorted(self.state.glob("journal-*.jsonl"), reverse=True)
        return [Kept(one, one.with_name(one.name.replace("journal-", "documents-"))) for one in found]

    def _check(self, job: dict[str, Any]) -> None:
        path = self.state / "job.json"
        if path.exists():
            if not _goes_on(json.loads(path.read_text(encoding="utf-8")), job):
                raise BatchError(
                    "ZX604",
                    "the folder holds the results of another archive, other settings or another version",
                    where=str(self.folder),
                    hint="Name another folder, or do all again: --restart.",
                )
        elif (self.folder / DOCUMENTS).exists():
            problem = "the folder holds a documents.jsonl that no batch has made"
            raise BatchError("ZX604", problem, where=str(self.folder), hint="Name another folder.")
        write_file(path, json.dumps(job, ensure_ascii=False, indent=1, sort_keys=True) + "\n")

    def is_finished(self) -> bool:
        """Tell whether an earlier run has come to its end."""
        return (self.folder / DOCUMENTS).exists() and not self._part.exists()

    def go_on(self, *, documents_end: int, journal_end: int) -> None:
        """Open the files to add to them, behind what counts of them."""
        whole = self.folder / DOCUMENTS
        if whole.exists() and not self._part.exists():
            whole.rename(self._part)
        for left in self.spill.iterdir():
            left.unlink()
        self._documents = GrowingFile(self._part, keep=documents_end)
        self._journal = GrowingFile(self.state / "journal.jsonl", keep=journal_end)

    def set_aside(self) -> None:
        """Keep what earlier runs have made for looking things up, and begin anew."""
        number = len(self.earlier())
        current = self.current()
        # Documents first: a journal without them counts for nothing, and nothing is lost but work.
        if current.documents.exists():
            current.documents.rename(self.state / f"documents-{number:04}.jsonl")
        if current.journal.exists():
            current.journal.rename(self.state / f"journal-{number:04}.jsonl")

    def add(self, make: Callable[[int], Entry], parts: Iterable[bytes]) -> Entry:
        """Add what became of one document.

        Args:
            make: makes the entry, told where its document ends.
            parts: the document's line; none, where there is no document.
        """
        assert self._documents is not None
        assert self._journal is not None
        for part in parts:
            self._documents.write(part)
        entry = make(self._documents.end)
        # In this order: what the journal tells of is there.
        self._documents.flush()
        self._journal.write(entry.line())
        self._journal.flush()
        if monotonic() - self._synced > _SYNC_EVERY:
            self.sync()
        return entry

    def sync(self) -> None:
        """Put on disk what was added."""
        for file in (self._documents, self._journal):
            if file is not None:
                file.sync()
        self._synced = monotonic()

    def pause(self) -> None:
        """Put on disk what was added, and close the files."""
        self.sync()
        for file in (self._documents, self._journal):
            if file is not None:
                file.close()
        self._documents = self._journal = None

    def finish(self) -> None:
        """Give the documents their name; what was set aside is no longer needed."""
        self.pause()
        if self._part.exists():
            self._part.replace(self.folder / DOCUMENTS)
        for path in (*self.state.glob("journal-*.jsonl"), *self.state.glob("documents-*.jsonl")):
            path.unlink()

    def entries(self) -> Iterator[Entry]:
        """Yield all entries of the journal, in the order of the archive."""
        for entry, _, _ in self.current().entries():
            yield entry

    def write_lists(self) -> None:
        """Write the lists of what was rejected, and of what there was twice."""
        with whole_file(self.folder / REJECTED) as reject, whole_file(self.folder / DUPLICATES) as repeat:
            for entry in self.entries():
                if entry.status == "rejected":
                    reject(_json({"id": entry.id, "path": entry.path, **(entry.error or {})}))
                elif entry.status == "duplicate":
                    repeat(_json({"id": entry.id, "path": entry.path, "same_as": entry.same_as}))


def _goes_on(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Tell whether a job goes on with an earlier one: the same, or the same of more."""
    rest = [{name: value for name, value in job.items() if name != "named"} for job in (before, now)]
    return rest[0] == rest[1] and set(before["named"]) <= set(now["named"])


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a second run out of a folder while this one is at work; the system frees it with the process.

    Raises:
        BatchError: ZX604, if another run is at work there.
    """
    try:
        import fcntl
    except ImportError:  # a system without: nobody is kept out
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            problem = "another run is at work in this folder"
            raise BatchError("ZX604", problem, where=str(folder), hint="Wait for it, or stop it.") from None
        yield
    finally:
        os.close(handle)


def forget(folder: Path) -> None:
    """Remove what earlier runs of a batch have left in a folder; what no batch has made stays."""
    state = folder / STATE
    if not (state / "job.json").exists():
        return
    for path in sorted(state.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name in (DOCUMENTS, f"{DOCUMENTS}.part"):
        (folder / name).unlink(missing_ok=True)
