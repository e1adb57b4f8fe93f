"""Writes files that are complete or absent: beside the goal first, then renamed onto it; and such as grow."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from zhengxie_nlp.errors import ReadError

#: So many bytes of a file are copied at a time.
BLOCK: Final = 1 << 20


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


@contextmanager
def whole_path(path: str | Path) -> Iterator[Path]:
    """Give a path beside a goal, for a library that writes files itself; it gets the goal's name at the end.

    Args:
        path: the file that is to be there when the ``with`` ends well, and not otherwise.

    Yields:
        The path to write to; nothing is there yet.

    Raises:
        ReadError: ZX108, if the folder is missing or may not be written to.
    """
    path = Path(path)
    with _naming(path):
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    try:
        yield folder / path.name
        with _naming(path):
            (folder / path.name).replace(path)
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()


class GrowingFile:
    """A file that only grows: what long work has finished so far, kept through any end of the process.

    The system may be killed between two calls of `write`, or within one: whoever goes on with the file says
    how much of it counted (`keep`), and what came after is cut off.

    Args:
        path: the file; made if it is not there. Its folder must exist.
        keep: so many bytes of what is there are kept, and the rest is cut off.

    Raises:
        ReadError: ZX108, if it cannot be opened, or written to.
    """

    def __init__(self, path: str | Path, *, keep: int = 0) -> None:
        self.path = Path(path)
        with _naming(self.path):
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
            self._file.truncate(keep)
            self._file.seek(keep)
        #: Where the next part will begin, in bytes.
        self.end = keep

    def write(self, part: bytes) -> None:
        """Write one part behind those already there."""
        with _naming(self.path):
            self._file.write(part)
        self.end += len(part)

    def flush(self) -> None:
        """Hand what was written to the system: then it outlives this process, however that ends."""
        with _naming(self.path):
            self._file.flush()

    def sync(self) -> None:
        """Put what was written on disk: then it outlives the machine's power too."""
        with _naming(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Hand over what was written, and let go of the file."""
        with _naming(self.path):
            self._file.close()


class SpilledBytes:
    """Bytes that come in parts and wait for their reader: in memory, or, if they are many, in a file.

    Args:
        folder: where such a file is made.
        in_memory: so many bytes are kept in memory.
    """

    def __init__(self, folder: str | Path, *, in_memory: int) -> None:
        self._folder, self._most = Path(folder), in_memory
        self._parts: list[bytes] = []
        self._size = 0
        self._file: IO[bytes] | None = None
        #: The file they are in, if they are in one.
        self.path: Path | None = None

    def write(self, part: bytes) -> None:
        """Add a part."""
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._most:
            with _naming(self._folder):
                if self._file is None:
                    handle, name = tempfile.mkstemp(suffix=".part", dir=self._folder)
                    self._file, self.path = os.fdopen(handle, "wb"), Path(name)
                self._file.writelines(self._parts)
            self._parts, self._size = [], 0

    def finish(self) -> bytes:
        """End the writing; return the bytes, or none of them where they are in the file."""
        if self._file is None:
            return b"".join(self._parts)
        with _naming(self._folder):
            self._file.writelines(self._parts)
            self._file.close()
        return b""

    def drop(self) -> None:
        """Take back what was written."""
        self._parts = []
        if self._file is not None and self.path is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)


def blocks(path: str | Path, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of a file from `start` to `end` (left out: all that follow), a block at a time."""
    with open(path, "rb") as file:
        file.seek(start)
        left = -1 if end is None else end - start
        while left and (block := file.read(BLOCK if left < 0 else min(BLOCK, left))):
            left -= len(block) if left > 0 else 0
            yield block


def make_folder(path: str | Path) -> Path:
    """Make a folder, and those above it, where there is none.

    Raises:
        ReadError: ZX108, if it cannot be made.
    """
    path = Path(path)
    with _naming(path):
        path.mkdir(parents=True, exist_ok=True)
    return path
