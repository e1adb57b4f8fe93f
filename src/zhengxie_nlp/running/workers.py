"""Our own pool of worker processes: one that is killed, or hangs, costs the task it holds and no other.

Each worker has its own pipe, and a thread here that knows which task it holds. (With the pools of the
standard library, joblib and loky one killed worker lost hundreds of tasks of others.)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

from zhengxie_nlp.errors import BatchError, ZhengxieError
from zhengxie_nlp.running.worker import receive, send
from zhengxie_nlp.writing import blocks

#: So many tasks a worker are under way or wait for an earlier one.
_WINDOW: Final = 32
#: Codes of what is wrong with the library or its models: no document's fault, and true of all of them.
_OWN_FAULT: Final = "ZX3"
#: How often deadlines are looked at, in seconds.
_TICK: Final = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take.

    Attributes:
        seconds: how long it may take.
        megabytes: how much memory (address space) its worker may have; where the system knows no such limit
            (Windows), there is none.
    """

    seconds: float = 600.0
    megabytes: int = 4096


@dataclass(slots=True)
class Outcome:
    """What became of one task: a result with its bytes, or an error.

    Attributes:
        result: what the job says of it.
        error: why there is none: ZX601 too long, ZX602 too much memory, ZX603 its worker died; or what the
            job raised.
        body: the bytes, if they are few.
        file: the file that they are in, if they are many.
    """

    result: dict[str, Any] = field(default_factory=dict)
    error: ZhengxieError | None = None
    body: bytes = b""
    file: Path | None = None

    def parts(self) -> Iterator[bytes]:
        """Yield the bytes, a block at a time."""
        if self.file is not None:
            yield from blocks(self.file)
        else:
            yield self.body

    def drop(self) -> None:
        """Remove the file of the bytes."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


@dataclass(slots=True)
class Task:
    """Something to be done.

    Attributes:
        header: what the job is told.
        data: the bytes it is given.
        about: what the caller wants to know again with the outcome.
        outcome: set from the start, if there is nothing to be done.
    """

    header: dict[str, Any]
    data: bytes = b""
    about: Any = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What the workers do: the job's maker as ``module:function``, its settings, and where bytes may wait."""

    job: str
    settings: dict[str, Any]
    spill: Path


class _GoneError(Exception):
    """A worker process has ended."""


class _Worker:
    """One process, and the thread that talks to it; a process that has ended is started again when needed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self._deadline: float | None = None
        self._late = False
        self.thread = Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while (task := self._pool.tasks.get()) is not None and not self._pool.closed:
            try:
                task.outcome = self._outcome(task)
            except ZhengxieError as error:
                self._pool.failure = error
            self._pool.done.put(None)

    def _outcome(self, task: Task) -> Outcome:
        """Do a task; if the worker dies of something else than the time limit, once more with a fresh one."""
        for _ in range(2):
            try:
                return self._ask(task)
            except _GoneError:
                if self._pool.closed or self._late:
                    break
        if self._late:
            problem = f"the document took longer than {self._pool.limits.seconds:g} seconds"
            return Outcome(error=BatchError("ZX601", problem, hint="Allow more: --timeout."))
        problem = "the worker died of this document, twice (killed, out of memory, or a crash below Python)"
        return Outcome(error=BatchError("ZX603", problem, hint="Leave it out, or allow more: --memory."))

    def _ask(self, task: Task) -> Outcome:
        process = self._started()
        with self._lock:
            self._late, self._deadline = False, monotonic() + self._pool.limits.seconds
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            send(process.stdin, task.header, task.data)
            message = receive(process.stdout)
        except (OSError, ValueError):
            message = None
        with self._lock:
            self._deadline = None
        if message is None:
            self.stop()
            raise _GoneError
        header, body = message
        if "error" in header:
            error = _error(header["error"])
            if error.code.startswith(_OWN_FAULT):
                raise error
            if error.code == "ZX602":
                self.stop()  # who has met the limit once has little left
            return Outcome(error=error)
        file = Path(header["file"]) if header["file"] else None
        return Outcome(header["result"], None, body, file)

    def _started(self) -> subprocess.Popen[bytes]:
        """Return the process, a new one if there is none, once its job is made."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.stop()
        process = self._pool.spawn()
        self._process = process
        assert process.stdout is not None
        message = receive(process.stdout)
        if message is None and not self._pool.closed:
            raise BatchError(
                "ZX608",
                f"a worker ended before its first document (status {process.wait()})",
                hint=f"Allow more memory than {self._pool.limits.megabytes} MB: --memory.",
            )
        if message is not None and "error" in message[0]:
            raise _error(message[0]["error"])
        return process

    def check(self, now: float) -> None:
        """End the process if its task has taken too long."""
        with self._lock:
            if self._deadline is not None and now > self._deadline and self._process is not None:
                self._late, self._deadline = True, None
                self._process.kill()

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()

    def kill(self) -> None:
        """End the process at once, from another thread; the worker's own thread clears up."""
        process = self._process
        if process is not None:
            process.kill()


def _error(parts: dict[str, str]) -> ZhengxieError:
    return BatchError(parts["code"], parts["problem"], where=parts["where"], hint=parts["hint"])


class Pool:
    """Worker processes that do tasks, each within its limits; a context manager.

    Args:
        work: what they do.
        workers: how many there are; at least 1.
        limits: what one task may take.
    """

    def __init__(self, work: Work, *, workers: int, limits: Limits | None = None) -> None:
        self.work, self.limits = work, limits or Limits()
        self.tasks: SimpleQueue[Task | None] = SimpleQueue()
        self.done: SimpleQueue[None] = SimpleQueue()
        self.failure: ZhengxieError | None = None
        self.closed = False
        self._window = _WINDOW * workers
        self._workers = [_Worker(self) for _ in range(workers)]

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start one worker process."""
        settings = {"memory": self.limits.megabytes, "job": self.work.settings, "spill": str(self.work.spill)}
        # One worker is one core: what the others need is not taken by threads of its libraries.
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "zhengxie_nlp.running.worker", self.work.job, json.dumps(settings)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment)

    def ordered(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """Yield the tasks with their outcomes, in the order in which they came.

        Of the tasks so many are asked for as are under way or wait for an earlier one, and no more: memory
        does not grow with their number.

        Raises:
            ZhengxieError: what keeps every worker from its work, such as a model that is not there.
        """
        waiting: deque[Task] = deque()
        coming = iter(tasks)
        more = True
        while more or waiting:
            while more and len(waiting) < self._window:
                task = next(coming, None)
                if task is None:
                    more = False
                    break
                waiting.append(task)
                if task.outcome is None:
                    self.tasks.put(task)
                elif len(waiting) == 1:
                    break
            while waiting and waiting[0].outcome is not None:
                yield waiting.popleft()
            if waiting and (not more or len(waiting) >= self._window):
                self.wait()

    def wait(self) -> None:
        """Wait a moment for something to be done, and look at the deadlines."""
        with suppress(Empty):
            self.done.get(timeout=_TICK)
        if self.failure is not None:
            raise self.failure
        now = monotonic()
        for worker in self._workers:
            worker.check(now)

    def close(self) -> None:
        """End all workers, whatever they are at."""
        self.closed = True
        for _ in self._workers:
            self.tasks.put(None)
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.thread.join(timeout=5)
            worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
