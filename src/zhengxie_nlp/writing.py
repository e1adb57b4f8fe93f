"""Writes files; no other module opens one for writing.

A file is complete or absent: it is written beside its goal and renamed onto it (`write_file`, `whole_file`,
`whole_path`), or it only grows, and whoever goes on with it says how much of it counted (`GrowingFile`).
Nothing is destroyed that the user did not mean: an input, a folder, a device, what is not to be written to.
A link is written through, and so is a pipe.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from zhengxie_nlp.errors import WriteError

if sys.platform == "win32":
    _lock = None
else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        """Take the lock of a file without waiting; tell whether it could be had."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


#: So many bytes of a file are copied at a time.
BLOCK: Final = 1 << 20
#: What a file that is being written ends in.
_PART: Final = ".part"
#: Longer names, in bytes, are shortened in the name of the file beside: most systems allow 255.
_LONGEST_NAME: Final = 160


def write_file(path: str | Path, content: str | bytes, *, inputs: Iterable[str | Path] = ()) -> Path:
    """Write `content` to `path` in one step; text is written as UTF-8, its line ends as they are.

    Args:
        path: the file to write. Its folder must exist.
        content: the whole content.
        inputs: files that must not be replaced, whatever name they go by here.

    Returns:
        The path that was written.

    Raises:
        WriteError: as of `whole_file`.
    """
    with whole_file(path, inputs=inputs) as write:
        write(content.encode() if isinstance(content, str) else content)
    return Path(path)


@contextmanager
def whole_file(path: str | Path, *, inputs: Iterable[str | Path] = ()) -> Iterator[Callable[[bytes], object]]:
    """Open a file to be written part by part that is there only when all of it is.

    The file appears under its name when the ``with`` ends well and all of it is on disk: a reader, or a crash
    in between, never sees half of it. A file that was there before is replaced, and its mode and owner are
    kept; of a link the file it leads to is replaced. What is left of such a writing by a process that was
    killed is removed. A pipe or a terminal (``/dev/stdout``) takes the parts as they come.

    Args:
        path: the file to write. Its folder must exist.
        inputs: files that must not be replaced, whatever name they go by here.

    Yields:
        What writes one part.

    Raises:
        WriteError: ZX901, if something else than a file is there, or one that is read-only; ZX902, if it is
            one of the inputs; ZX903, if the folder is missing or may not be written to, or the disk is
            full. What goes wrong inside of the ``with`` for another reason is raised as it is.
    """
    goal = _goal(Path(path), inputs)
    if goal is None:
        with _straight(Path(path)) as straight:
            yield straight
        return
    before = goal.stat() if goal.exists() else None
    with _naming(goal):
        _clear(goal)
        handle, name = tempfile.mkstemp(prefix=f".{_short(goal.name)}.", suffix=_PART, dir=goal.parent)
    beside, file = Path(name), os.fdopen(handle, "wb")
    if _lock is not None:
        _lock(file)

    def write(part: bytes) -> None:
        with _naming(goal):
            file.write(part)

    try:
        yield write
        with _naming(goal):
            file.flush()
            os.fsync(file.fileno())
            _like_before(beside, before)
            beside.replace(goal)
    finally:
        with suppress(OSError):
            file.close()
        beside.unlink(missing_ok=True)


@contextmanager
def whole_path(path: str | Path) -> Iterator[Path]:
    """Give a path beside a goal, for a library that writes files itself; it gets the goal's name at the end.

    Args:
        path: the file that is to be there when the ``with`` ends well, and not otherwise.

    Yields:
        The path to write to; nothing is there yet.

    Raises:
        WriteError: as of `whole_file`.
    """
    goal = _goal(Path(path), ())
    if goal is None:
        hint = "Give the name of a file in a folder."
        raise WriteError("ZX901", "this is no file", where=shown(path), hint=hint)
    before = goal.stat() if goal.exists() else None
    with _naming(goal):
        folder = Path(tempfile.mkdtemp(prefix=f".{_short(goal.name)}.", suffix=_PART, dir=goal.parent))
    try:
        yield folder / goal.name
        with _naming(goal):
            _like_before(folder / goal.name, before)
            (folder / goal.name).replace(goal)
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()


def make_folder(path: str | Path) -> Path:
    """Make a folder, and those it lies in, where they are not there yet.

    Raises:
        WriteError: ZX903, if it cannot be made, or a file of this name is there.
    """
    with _naming(Path(path)):
        Path(path).mkdir(parents=True, exist_ok=True)
    return Path(path)


def is_file_goal(path: str | Path, *, inputs: Iterable[str | Path] = ()) -> bool:
    """Tell whether a file may be written here; False for a pipe or a terminal, which take parts as they come.

    Raises:
        WriteError: ZX901 or ZX902, as of `whole_file`.
    """
    return _goal(Path(path), inputs) is not None


def _goal(path: Path, inputs: Iterable[str | Path]) -> Path | None:
    """Return the file that `path` leads to; None for what takes parts as they come: a pipe, a terminal."""
    if not path.name:
        raise WriteError("ZX901", "this names no file", where=f"“{path}”", hint="Give the name of a file.")
    with _naming(path):
        goal = path.resolve()
        if not goal.exists():
            return goal
        mode = goal.stat().st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or _is_open(path):
        return None
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device or a socket"
        hint = "Give the name of a file."
        raise WriteError("ZX901", f"this is {kind}, no file", where=shown(path), hint=hint)
    for one in inputs:
        if Path(one).exists() and goal.samefile(one):
            hint = "Give another name: an input is never replaced."
            raise WriteError("ZX902", f"the output is an input ({shown(one)})", where=shown(path), hint=hint)
    if not mode & 0o222 or not os.access(goal, os.W_OK):
        hint = "Give another name, or make it writable first."
        raise WriteError("ZX901", "the file is there and is read-only", where=shown(path), hint=hint)
    return goal


def _is_open(path: Path) -> bool:
    """Tell whether a path is a file that this process has open already: ``/dev/stdout``, ``/dev/fd/3``."""
    return str(path) in ("/dev/stdout", "/dev/stderr") or path.parts[:3] == ("/", "dev", "fd")


@contextmanager
def _straight(path: Path) -> Iterator[Callable[[bytes], object]]:
    # Where the output is a file that the shell has opened, it goes on where the shell is.
    mode = "ab" if _is_open(path) else "wb"
    with _naming(path):
        file = os.fdopen(os.open(path, os.O_WRONLY | (os.O_APPEND if mode == "ab" else 0)), mode, buffering=0)

    def write(part: bytes) -> None:
        with _naming(path):
            left = memoryview(part)
            while left:
                left = left[file.write(left) or 0 :]

    with file:
        yield write


def _short(name: str) -> str:
    """Return a name short enough to have something added to it."""
    if len(os.fsencode(name)) <= _LONGEST_NAME:
        return name
    return sha256(os.fsencode(name)).hexdigest()[:32]


def _clear(goal: Path) -> None:
    """Remove what processes that are gone have left of writing a file: they held a lock while they lived."""
    if _lock is None:
        return
    for left in goal.parent.glob(f".{_escaped(_short(goal.name))}.*{_PART}"):
        with suppress(OSError), open(left, "rb") as file:
            if _lock(file):
                left.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    """Return a name with the signs that mean something to `glob` taken by the letter."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _like_before(beside: Path, before: os.stat_result | None) -> None:
    """Give a new file the mode and owner of the one it replaces, or those that an ordinary new file has."""
    if before is None:
        mask = os.umask(0)
        os.umask(mask)
        beside.chmod(0o666 & ~mask)
        return
    beside.chmod(stat.S_IMODE(before.st_mode))
    with suppress(OSError, AttributeError):
        os.chown(beside, before.st_uid, before.st_gid)


def shown(path: str | Path) -> str:
    r"""Return a path as it may be printed: what is no character, and what steers a terminal, is escaped.

    Example:
        >>> shown("a\x1b[31m\n.txt")
        'a\\x1b[31m\\n.txt'
    """
    text = os.fspath(path).encode(errors="backslashreplace").decode()
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn what the system says of a file that is being written into our error."""
    try:
        yield
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise WriteError(
            "ZX903",
            f"cannot be written ({said})",
            where=shown(path),
            hint="Give a file in a folder that exists and that you may write to.",
        ) from error


class GrowingFile:
    """A file that only grows: what long work has finished so far, kept through any end of the process.

    The system may be killed between two calls of `write`, or within one: whoever goes on with the file says
    how much of it counted (`keep`), and what came after is cut off.

    Args:
        path: the file; made if it is not there. Its folder must exist.
        keep: so many bytes of what is there are kept, and the rest is cut off.

    Raises:
        WriteError: ZX903, if it cannot be opened, or written to.
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

    def become(self, path: str | Path, *, inputs: Iterable[str | Path] = ()) -> None:
        """Put all of it on disk and give the file its name, in place of what was there.

        Raises:
            WriteError: as of `whole_file`; the file then stays under the name it has.
        """
        goal = _goal(Path(path), inputs)
        self.sync()
        self.close()
        if goal is None:
            raise WriteError("ZX901", "this is a pipe or a terminal, no file", where=shown(path))
        with _naming(goal):
            _like_before(self.path, goal.stat() if goal.exists() else None)
            self.path.replace(goal)


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
