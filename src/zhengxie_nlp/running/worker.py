"""The worker process: `python -m zhengxie_nlp.running.worker MODULE:FUNCTION SETTINGS`.

It makes its job once, then does one task after the other. Tasks come on standard input and answers go to what
was standard output, each a header (JSON) and a body (bytes) with their lengths before them. It ends when its
input does: when whoever started it is gone, in the middle of a task too.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any, Final

from zhengxie_nlp.errors import BatchError, ZhengxieError
from zhengxie_nlp.writing import SpilledBytes

#: A task or an answer: what is said of it, and its bytes.
Message = tuple[dict[str, Any], bytes]
#: What does one task: it returns what it says of the result, asked for when the bytes have been gone through.
Job = Callable[[dict[str, Any], bytes], tuple[Iterable[bytes], Callable[[], dict[str, Any]]]]

_LENGTHS: Final = struct.Struct(">QQ")
#: An answer with more bytes waits in a file.
_IN_MEMORY: Final = 1 << 22


def send(file: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    """Write one message."""
    head = json.dumps(header, ensure_ascii=True).encode()
    file.write(_LENGTHS.pack(len(head), len(body)) + head)
    file.write(body)
    file.flush()


def receive(file: IO[bytes]) -> Message | None:
    """Read one message; None where the other side has gone, before it or within it."""
    lengths = file.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = (file.read(length) for length in _LENGTHS.unpack(lengths))
    if len(head) + len(body) < sum(_LENGTHS.unpack(lengths)):
        return None
    return json.loads(head), body


def told(error: ZhengxieError) -> dict[str, str]:
    """Return an error as it stands in JSON."""
    return {"code": error.code, "problem": error.problem, "where": error.where, "hint": error.hint}


def answer(job: Job, task: dict[str, Any], data: bytes, *, spill: Path) -> Message:
    """Do one task; what goes wrong becomes an answer too.

    Args:
        job: what does it.
        task: what is said of it.
        data: its bytes.
        spill: the folder for bytes that are many.

    Returns:
        A header with the ``result`` or the ``error``; and the bytes, or in the header the ``file`` with them.
    """
    made = SpilledBytes(spill, in_memory=_IN_MEMORY)
    error: ZhengxieError
    try:
        parts, result = job(task, data)
        for part in parts:
            made.write(part)
        body = made.finish()
        return {"result": result(), "file": str(made.path) if made.path else None}, body
    except ZhengxieError as caught:
        error = caught
    except MemoryError:
        error = BatchError(
            "ZX602", "the document wants more memory than it may have", hint="Allow more: --memory."
        )
    except Exception as caught:  # whatever it is: it must not cost the other documents
        problem = f"the library failed on this document ({type(caught).__name__}: {caught})"
        error = BatchError("ZX606", problem, hint="Please report it, with the document if you may.")
    made.drop()
    return {"error": told(error)}, b""


def _limit_memory(megabytes: int) -> None:
    """Let the process have so much address space; where the system knows no such limit there is none."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Take the pipes for the messages alone: what anything prints goes elsewhere."""
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return tasks, answers


def _read(file: IO[bytes], tasks: SimpleQueue[Message]) -> None:
    """Hand on what comes; when nothing comes any more, end the whole process at once."""
    while (message := receive(file)) is not None:
        tasks.put(message)
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Make the job that is named, and do the tasks that come."""
    name, settings = arguments[0], json.loads(arguments[1])
    for interrupt in ("SIGINT", "SIGHUP"):
        # The terminal sends them to all its processes; the parent decides.
        if hasattr(signal, interrupt):
            signal.signal(getattr(signal, interrupt), signal.SIG_IGN)
    incoming, answers = _own_streams()
    tasks: SimpleQueue[Message] = SimpleQueue()
    Thread(target=_read, args=(incoming, tasks), daemon=True).start()
    _limit_memory(settings["memory"])
    module, _, function = name.partition(":")
    try:
        job: Job = getattr(import_module(module), function)(settings["job"])
    except ZhengxieError as error:
        send(answers, {"error": told(error)})
        return
    send(answers, {"ready": True})
    while True:
        task, data = tasks.get()
        send(answers, *answer(job, task, data, spill=Path(settings["spill"])))


if __name__ == "__main__":
    main(sys.argv[1:])
