"""Standard output and error as the command line uses them: nothing is lost on them without a word.

Results are bytes for programs (JSON, always UTF-8) or text for people, in the terminal's own encoding. What
is closed, full or gone ends the command with its exit status and one line, never with a traceback; no sign
of a text or a file name steers the terminal.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO, Final

from zhengxie_nlp.errors import WriteError, ZhengxieError
from zhengxie_nlp.messages import said

#: What a shell says of a process that a signal has ended: this and the signal's number.
EXIT_SIGNAL: Final = 128
#: Exit status of a program whose reader went away (128 and the number of SIGPIPE).
EXIT_PIPE: Final = 141
#: The signals that ask a program to end.
_ENDING: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class Ended(BaseException):
    """A signal asks the program to end; `number` says which."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class ReaderGoneError(Exception):
    """Whoever read standard output has gone away, as `head` does: there is nothing more to say to it."""


@contextmanager
def ended_by_signal() -> Iterator[None]:
    """Turn the signals that end a program into `Ended`, so that what is open is closed in order.

    Outside of the main thread, where signals cannot be caught, it does nothing.
    """

    def end(number: int, _: FrameType | None) -> None:
        raise Ended(number)

    before = {}
    with suppress(ValueError):
        for name in _ENDING:
            if hasattr(signal, name):
                number = getattr(signal, name)
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def emit(part: bytes) -> None:
    """Write bytes to standard output.

    Raises:
        WriteError: ZX903, if it is closed or full.
        ReaderGoneError: if nobody reads it any more.
    """
    if sys.stdout is None:
        hint = "Give a file: -o FILE."
        raise WriteError(
            "ZX903", "it is closed: the results have no place to go", where="standard output", hint=hint
        )
    with _told_of_output():
        sys.stdout.flush()
        sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()


def emit_text(text: str) -> None:
    """Write text for people to standard output, in its encoding; what that cannot say is escaped.

    Raises:
        WriteError: ZX903, if it is closed or full.
        ReaderGoneError: if nobody reads it any more.
    """
    emit(plain(text).encode(_encoding(sys.stdout), errors="backslashreplace"))


def complain(told: ZhengxieError | str) -> None:
    """Write one line to standard error; if that is closed or full, the work goes on without it."""
    if sys.stderr is None:
        return
    line = " ".join(plain(said(str(told))).splitlines())
    with suppress(OSError, ValueError):
        sys.stderr.flush()
        sys.stderr.buffer.write(f"{line}\n".encode(_encoding(sys.stderr), errors="backslashreplace"))
        sys.stderr.buffer.flush()


def _encoding(stream: IO[str] | None) -> str:
    """Return the encoding of a stream; UTF-8 where the system names none but ASCII."""
    named = getattr(stream, "encoding", None) or "utf-8"
    return "utf-8" if named.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968", "646") else named


def plain(text: str) -> str:
    r"""Return text without what steers a terminal: such signs are escaped, line breaks and tabs stay.

    Example:
        >>> plain("a\x1b[31m委员\n\u202e")
        'a\\x1b[31m委员\n\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in "\n\t\u3000\xa0" else sign.encode("unicode_escape").decode()
        for sign in text
    )


@contextmanager
def _told_of_output() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        _give_up(sys.stdout)
        raise ReaderGoneError from error
    except (OSError, ValueError) as error:
        _give_up(sys.stdout)
        reason = getattr(error, "strerror", None) or error
        raise WriteError("ZX903", f"cannot be written ({reason})", where="standard output") from error


def _give_up(stream: IO[str]) -> None:
    """Let the interpreter find nothing left to write when it ends: it would complain in its own words."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
