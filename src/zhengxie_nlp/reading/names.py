"""Names of files and of members of archives, whatever encoding they are in."""

from __future__ import annotations

import os
import re
from typing import Final

#: Files that systems and programs leave beside documents.
_LITTER: Final = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX(?:/|$)|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def decode_name(raw: bytes) -> str:
    """Decode the bytes of a name: UTF-8 if they are that, else GB 18030, in which Chinese Windows writes.

    Example:
        >>> decode_name("报告.txt".encode("gbk"))
        '报告.txt'
    """
    for encoding in ("utf-8", "gb18030", "big5"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="backslashreplace")


def readable_path(path: str | os.PathLike[str]) -> str:
    """Return a path as text that can be printed: bytes that are not UTF-8 are read as a Chinese name."""
    shown = os.fspath(path)
    try:
        shown.encode()
    except UnicodeEncodeError:
        return decode_name(shown.encode(errors="surrogateescape"))
    return shown


def is_litter(name: str) -> bool:
    """Tell whether a name is of a hidden file, a lock or a preview, which no one means to read.

    Example:
        >>> [is_litter(name) for name in ("a/.DS_Store", "__MACOSX/a.txt", "~$报告.docx", "报告.docx")]
        [True, True, True, False]
    """
    return _LITTER.search(name) is not None
