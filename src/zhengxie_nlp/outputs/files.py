"""Writes files that are complete or absent: beside the goal first, then renamed onto it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zhengxie_nlp.errors import ReadError


def write_file(path: str | Path, content: str | bytes) -> Path:
    """Write `content` to `path` in one step; text is written as UTF-8, its line ends as they are.

    Args:
        path: the file to write. Its folder must exist.
        content: the whole content.

    Returns:
        The path that was written.

    Raises:
        ReadError: ZX108, if the folder is missing or may not be written to, or the disk is full.
    """
    with whole_file(path) as write:
        write(content.encode() if isinstance(content, str) else content)
    return Path(path)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Callable[[bytes], object]]:
    """Open a file to be written part by part that is there only when all of it is.

    The file appears under its name when the ``with`` ends well and all of it is on disk: a reader, or a crash
    in between, never sees half of it. A file that was there before is replaced.

    Args:
        path: the file to write. Its folder must exist.

    Yields:
        What writes one part.

    Raises:
        ReadError: ZX108, if the folder is missing or may not be written to, or the disk is full. What goes
            wrong inside of the ``with`` for another reason is raised as it is.
    """
    path = Path(path)
    with _naming(path):
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    beside, file = Path(name), os.fdopen(handle, "wb")

    def write(part: bytes) -> None:
        with _naming(path):
            file.write(part)

    try:
        yield write
        with _naming(path):
            file.flush()
            os.fsync(file.fileno())
            file.close()
            # mkstemp makes the file private; give it the rights that an ordinary new file has.
            mask = os.umask(0)
            os.umask(mask)
            beside.chmod(0o666 & ~mask)
            beside.replace(path)
    finally:
        with suppress(OSError):
            file.close()
        beside.unlink(missing_ok=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn what the system says of a file that is being written into our error."""
    try:
        yield
    except OSError as error:
        raise ReadError(
            "ZX108",
            f"cannot be written ({error.strerror or error})",
            where=str(path),
            hint="Give a file in a folder that exists and that you may write to.",
        ) from error
