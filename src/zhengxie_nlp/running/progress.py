"""Tells how a batch goes: a bar with rate and remaining time on a terminal, elsewhere a line now and then."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from time import monotonic
from typing import IO, Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.running.journal import Entry

#: The remaining time is told when so many documents are done.
_ENOUGH: Final = 20
#: A plain line comes as often, in seconds.
_EVERY: Final = 10.0


class Progress(Protocol):
    """What is told how a batch goes."""

    def begin(self, done: int, count: Callable[[], int]) -> None:
        """Begin, with so many done already; `count` finds out how many there are, which may take a while."""

    def advance(self, entry: Entry) -> None:
        """Tell of one document that is finished."""

    def end(self) -> None:
        """End."""


class Quiet:
    """Tells nothing."""

    def begin(self, done: int, count: Callable[[], int]) -> None:
        """Tell nothing."""

    def advance(self, entry: Entry) -> None:
        """Tell nothing."""

    def end(self) -> None:
        """Tell nothing."""


class Told:
    """Tells a terminal, or a file, how a batch goes.

    Args:
        file: where it is told, usually standard error.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._bar: Bar | None = None
        self._since = self._last = monotonic()
        self._before = self._done = self._rejected = self._characters = 0
        self._total: int | None = None

    def begin(self, done: int, count: Callable[[], int]) -> None:
        """Begin to tell, and find out in the meantime how many documents there are."""
        self._since = self._last = monotonic()
        self._before = self._done = done
        if self._file.isatty():
            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
            times = (TimeElapsedColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, *times, console=Console(file=self._file))
            self._bar.add_task("", total=None, completed=done, said="")
            self._bar.start()
        Thread(target=self._count, args=(count,), daemon=True).start()

    def _count(self, count: Callable[[], int]) -> None:
        try:
            self._total = count()
        except ZhengxieError:
            self._total = None  # the run itself will say what is wrong

    def advance(self, entry: Entry) -> None:
        """Tell of one document, if it is time to."""
        self._done += 1
        self._rejected += entry.status == "rejected"
        self._characters += entry.characters
        now = monotonic()
        if self._bar is not None:
            task = self._bar.task_ids[0]
            self._bar.update(task, completed=self._done, total=self._total, said=self._said(now))
        elif now - self._last >= _EVERY:
            self._last = now
            of = f" of {self._total}" if self._total is not None else ""
            print(
                f"{self._done}{of} documents, {self._said(now)}{self._left(now)}", file=self._file, flush=True
            )

    def _said(self, now: float) -> str:
        seconds = max(now - self._since, 1e-9)
        rate = (self._done - self._before) / seconds
        return (
            f"{rate:.1f}/s, {self._characters / seconds / 1000:.0f}k characters/s, {self._rejected} rejected"
        )

    def _left(self, now: float) -> str:
        done = self._done - self._before
        if self._total is None or done < _ENOUGH:
            return ""
        seconds = (now - self._since) / done * max(self._total - self._done, 0)
        return f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {seconds:.0f} s left"

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
