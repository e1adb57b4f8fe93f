"""Where requests wait for a worker: small ones never behind a large one."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Final, Self

from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.running.workers import Limits, Outcome, Pool, Task, Work

#: A request of more bytes than this is large: of these one worker fewer than there are is at work.
LARGE: Final = 300_000


@dataclass(slots=True)
class _Waiting:
    task: Task
    future: Future[Outcome]
    large: bool


class Desk:
    """Hands documents to worker processes; a context manager.

    One worker is kept free of large documents, so that whoever sends a small one does not wait for another's
    ten megabytes.

    Args:
        work: what the workers do.
        workers: how many there are; at least 2.
        limits: what one document may take.
    """

    def __init__(self, work: Work, *, workers: int, limits: Limits) -> None:
        self.workers = max(2, workers)
        self._pool = Pool(work, workers=self.workers, limits=limits)
        self._lock = Lock()
        self._under_way: list[_Waiting] = []
        self._held_back: deque[_Waiting] = deque()
        self._closed = False
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def submit(self, header: dict[str, Any], data: bytes) -> Future[Outcome]:
        """Have one document done; the future never raises, an error is in its outcome."""
        waiting = _Waiting(Task(header, data), Future(), len(data) > LARGE)
        with self._lock:
            self._held_back.append(waiting)
            self._start()
        return waiting.future

    def _start(self) -> None:
        """Give the workers what may begin: everything small, and large ones while one worker stays free."""
        later: deque[_Waiting] = deque()
        large = sum(one.large for one in self._under_way)
        while self._held_back:
            one = self._held_back.popleft()
            if one.future.cancelled():
                continue
            if one.large and large >= self.workers - 1:
                later.append(one)
                continue
            large += one.large
            self._under_way.append(one)
            self._pool.tasks.put(one.task)
        self._held_back = later

    def _watch(self) -> None:
        while not self._closed:
            failure: ZhengxieError | None = None
            try:
                self._pool.wait()
            except ZhengxieError as error:
                failure, self._pool.failure = error, None
            with self._lock:
                done = [one for one in self._under_way if one.task.outcome is not None or failure is not None]
                self._under_way = [one for one in self._under_way if one not in done]
                self._start()
            for one in done:
                if one.future.set_running_or_notify_cancel():
                    one.future.set_result(one.task.outcome or Outcome(error=failure))

    def close(self) -> None:
        """End all workers."""
        self._closed = True
        self._thread.join(timeout=5)
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
