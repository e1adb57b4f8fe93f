"""The same job on an engine for many machines (extra `[cluster]`): Arrow tables in and out, batches on Ray.

Whatever the engine, each document runs in a child process of the engine's task: one that kills its worker, or
hangs, costs itself and not the task with all that is in it. This is the only module that knows an engine.
"""

from __future__ import annotations

import atexit
import json
import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from zhengxie_nlp.errors import BatchError, ZhengxieError, missing_extra
from zhengxie_nlp.pipeline import Settings
from zhengxie_nlp.reading.protocol import Options
from zhengxie_nlp.running import extraction_job
from zhengxie_nlp.running.worker import told
from zhengxie_nlp.running.workers import Limits, Outcome, Pool, Task, Work

#: The columns of what comes out: the Document's JSON, or why there is none.
OUT_COLUMNS: Final = ("id", "document", "characters", "records", "code", "problem", "where", "hint")
#: The same for Spark: `mapInArrow` is told the schema as text.
SPARK_SCHEMA: Final = (
    "id string, document string, characters long, records long, code string, problem string, `where` string, "
    "hint string"
)
#: So many documents are one task of Ray, and so many tasks a worker are under way or wait for an earlier one.
_BLOCK: Final = 8
_WINDOW: Final = 4

#: What passes between the driver and a task: header, bytes.
_Sent = tuple[dict[str, Any], bytes]
#: And back: what the job says, or the error; and the bytes.
_Done = tuple[dict[str, Any], dict[str, str] | None, bytes]


def _arrow() -> Any:  # noqa: ANN401 - a module
    try:
        import pyarrow
    except ImportError as error:
        raise missing_extra("cluster", "pyarrow") from error
    return pyarrow


@cache
def _pool(settings: str, seconds: float, megabytes: int) -> Pool:
    """Return this process's pool of one worker for some settings; it ends with the process."""
    spill = Path(tempfile.mkdtemp(prefix="zhengxie-"))
    work = Work(extraction_job.NAME, json.loads(settings), spill)
    pool = Pool(work, workers=1, limits=Limits(seconds, megabytes))

    def end() -> None:
        pool.close()
        for left in spill.iterdir():
            left.unlink()
        spill.rmdir()

    atexit.register(end)
    return pool


def _extract(sent: list[_Sent], settings: str, seconds: float, megabytes: int) -> list[_Done]:
    """Do some documents in a child of this process, in their order."""
    pool = _pool(settings, seconds, megabytes)
    done: list[_Done] = []
    for task in pool.ordered(Task(header, data) for header, data in sent):
        outcome = task.outcome or Outcome()
        error = told(outcome.error) if outcome.error is not None else None
        done.append((outcome.result, error, b"".join(outcome.parts())))
        outcome.drop()
    return done


def _job(pipeline: Settings | None, encoding: str | None) -> str:
    fields = (pipeline or Settings()).model_dump(mode="json")
    reading = asdict(Options())
    return json.dumps({"pipeline": fields, "reading": reading, "encoding": encoding}, sort_keys=True)


def extract_batch(
    table: Any,  # noqa: ANN401 - of a library without types
    *,
    pipeline: Settings | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> Any:  # noqa: ANN401
    """Extract the documents of an Arrow table; an error is a row like any other.

    Args:
        table: an Arrow table with the columns ``id`` and ``text`` (strings), or ``id`` and ``content`` (the
            bytes of a file of any format that can be read); ``path`` is what the file is shown as.
        pipeline: what is extracted, and how.
        encoding: that of all texts; found if left out.
        limits: what one document may take.

    Returns:
        An Arrow table with a row for each row of `table`, in its order, and the columns `OUT_COLUMNS`: the
        Document's JSON in ``document``; or None there, and why in ``code``, ``problem``, ``where``, ``hint``.

    Raises:
        SettingsError: ZX402, if pyarrow is not installed.
        BatchError: ZX607, if the table lacks these columns.
        ZhengxieError: what keeps every document from being done, such as a missing model.
    """
    arrow = _arrow()
    limits = limits or Limits()
    rows = table.to_pylist()
    names = set(table.column_names)
    if "id" not in names or not names & {"text", "content"}:
        hint = "It needs id, and text or content."
        raise BatchError("ZX607", f"the table has only the columns {', '.join(sorted(names))}", hint=hint)
    done = _extract([_sent(row) for row in rows], _job(pipeline, encoding), limits.seconds, limits.megabytes)
    made = [_row(row["id"], *one) for row, one in zip(rows, done, strict=True)]
    types = {"characters": arrow.int64(), "records": arrow.int64()}
    schema = arrow.schema([(name, types.get(name, arrow.string())) for name in OUT_COLUMNS])
    return arrow.Table.from_pylist(made, schema=schema)


def _sent(row: dict[str, Any]) -> _Sent:
    data = row.get("content")
    if data is None:
        data = str(row.get("text") or "").encode("utf-8", "replace")
    return {"id": str(row["id"]), "path": row.get("path"), "file": None}, data


def _row(id_: object, result: dict[str, Any], error: dict[str, str] | None, body: bytes) -> dict[str, Any]:
    if error is not None:
        return {"id": str(id_), **error}
    counted = {name: result[name] for name in ("characters", "records")}
    return {"id": str(id_), "document": body.decode().removesuffix("\n"), **counted}


def map_in_arrow(batches: Iterable[Any]) -> Iterator[Any]:
    """Do what Spark's ``mapInArrow`` asks for: record batches in, record batches out (`SPARK_SCHEMA`).

    Example:
        ``frame.select("id", "content").mapInArrow(map_in_arrow, SPARK_SCHEMA)``
    """
    arrow = _arrow()
    for batch in batches:
        yield from extract_batch(arrow.Table.from_batches([batch])).to_batches()


class RayPool:
    """Does what `workers.Pool` does, on a Ray cluster: tasks in, the same with their outcomes out, in order.

    A task of Ray is a block of documents, each in a child of that task. When a worker or machine is lost, Ray
    does its block again elsewhere; a block counts once, when its result is taken.

    Args:
        work: what is done; on Ray it is always the extraction of documents.
        workers: how many tasks run at a time, at most.
        limits: what one document may take.

    Raises:
        SettingsError: ZX402, if Ray is not installed.
    """

    def __init__(self, work: Work, *, workers: int, limits: Limits) -> None:
        try:
            import ray
        except ImportError as error:
            raise missing_extra("cluster", "Ray") from error
        self._ray, self._limits, self._window = ray, limits, workers * _WINDOW
        self._settings = json.dumps(work.settings, sort_keys=True)
        self._mine = not ray.is_initialized()
        if self._mine:
            # RAY_ADDRESS names a cluster; without it Ray makes one of this machine.
            ray.init(
                num_cpus=None if _has_address() else workers, log_to_driver=False, include_dashboard=False
            )
        self._remote = ray.remote(num_cpus=1, max_retries=5)(_extract)

    def ordered(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """Yield the tasks with their outcomes, in the order in which they came."""
        waiting: deque[tuple[list[Task], Any]] = deque()
        coming = iter(tasks)
        more = True
        while more or waiting:
            while more and len(waiting) < self._window:
                block = list(islice(coming, _BLOCK))
                more = bool(block)
                if block:
                    waiting.append((block, self._begun(block)))
            if waiting:
                block, begun = waiting.popleft()
                self._take(block, begun)
                yield from block

    def _begun(self, block: list[Task]) -> Any:  # noqa: ANN401 - a reference of Ray
        sent = [(task.header, task.data) for task in block if task.outcome is None]
        if not sent:
            return None
        return self._remote.remote(sent, self._settings, self._limits.seconds, self._limits.megabytes)

    def _take(self, block: list[Task], begun: Any) -> None:  # noqa: ANN401
        if begun is None:
            return
        try:
            done = iter(self._ray.get(begun))
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, ZhengxieError):
                raise error.cause from error
            raise BatchError(
                "ZX608", f"a task of Ray failed ({error.cause!r})", hint="See Ray's logs."
            ) from error
        except self._ray.exceptions.RayError as error:
            problem = f"Ray has lost a task for good ({type(error).__name__})"
            raise BatchError("ZX608", problem, hint="Run the same command again: it goes on.") from error
        for task in block:
            if task.outcome is None:
                result, parts, body = next(done)
                task.outcome = Outcome(result, _error(parts), body)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._mine:
            self._ray.shutdown()


def _has_address() -> bool:
    return bool(os.environ.get("RAY_ADDRESS"))


def _error(parts: dict[str, str] | None) -> BatchError | None:
    if parts is None:
        return None
    return BatchError(parts["code"], parts["problem"], where=parts["where"], hint=parts["hint"])
