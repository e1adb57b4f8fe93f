"""What the library says, in the reader's language: English as in the code, Chinese by `data/messages.tsv`.

A row of the table is a message and its translation; ``{}`` stands for what changes. Documents (JSON) always
hold the English of a diagnostic, so that they do not depend on who made them; what people are shown is
translated.
"""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from heapq import merge
from typing import Final, Literal, NamedTuple

from zhengxie_nlp.lexicon.tables import read_table

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
#: Names the language where no option does.
VARIABLE: Final = "ZHENGXIE_LANG"
#: What stands for the part of a message that changes.
GAP: Final = "{}"
#: A longer text is shown as it is: no message is so long.
_LONGEST: Final = 4000
#: A coded error: its code, the rest.
_CODED: Final = re.compile(r"\[(ZX\d{3})\] (.*)", re.DOTALL)


class Template(NamedTuple):
    """A message with gaps: the pieces between them, and the translation."""

    pieces: tuple[str, ...]
    translation: str

    def fill(self, text: str) -> tuple[str, ...] | None:
        """Return what stands in the gaps of `text`; None if it is another message.

        Each gap ends where the next piece first stands, so it is read in linear time.
        """
        first, *rest = self.pieces
        if not text.startswith(first):
            return None
        at, gaps = len(first), []
        for number, piece in enumerate(rest, start=1):
            last = number == len(rest)
            end = len(text) - len(piece) if last else text.find(piece, at)
            if end < at or not text.startswith(piece, end):
                return None
            gaps.append(text[at:end])
            at = end + len(piece)
        return tuple(gaps) if at == len(text) else None


_SPOKEN: dict[str, Language] = {}


def speak(language: Language) -> None:
    """Choose the language of what this process says from now on."""
    _SPOKEN["now"] = language


def spoken() -> Language:
    """Return the language of this process: that of `speak`, else that of the environment."""
    return _SPOKEN.get("now") or language_of()


def said(text: str) -> str:
    """Return a message in the language of this process."""
    return translated(text, spoken())


def without_option(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of a command line without ``--lang``, which may stand anywhere among them.

    Example:
        >>> without_option(["extract", "--lang", "zh", "a.txt", "--lang=en"])
        ['extract', 'a.txt']
    """
    left: list[str] = []
    waiting = False
    for argument in arguments:
        if waiting or argument == "--lang":
            waiting = not waiting
        elif not argument.startswith("--lang="):
            left.append(argument)
    return left


def unknown_language(arguments: Sequence[str]) -> str | None:
    """Return what ``--lang`` asks for where that is no language of ours; None if all is well.

    Example:
        >>> unknown_language(["extract", "--lang", "fr"]), unknown_language(["extract", "--lang=zh"])
        ('fr', None)
    """
    asked = _asked(arguments)
    return None if asked in LANGUAGES else asked


def _asked(arguments: Sequence[str]) -> str | None:
    """Return what stands behind the first ``--lang``, as it is; None if there is none."""
    for at, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            return value or next(iter(arguments[at + 1 : at + 2]), "")
    return None


def language_of(arguments: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Language:
    """Return the language to speak: ``--lang``, else `VARIABLE`, else that of the locale; English by default.

    Example:
        >>> language_of(["extract", "--lang", "zh"], {}), language_of([], {"LANG": "zh_CN.UTF-8"})
        ('zh', 'zh')
    """
    asked = _asked(arguments)
    if asked is not None:
        return "zh" if asked == "zh" else "en"
    known = os.environ if environment is None else environment
    if known.get(VARIABLE) in LANGUAGES:
        return "zh" if known[VARIABLE] == "zh" else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if known.get(name):
            return "zh" if known[name].startswith("zh") else "en"
    if environment is None and os.name == "nt":
        return "zh" if str(locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
    return "en"


def translated(text: str, language: Language) -> str:
    """Return a message in a language; what the table does not know stays as it is.

    Of a coded error the problem and the hint are translated, its code and place stay; of several sentences
    each for itself.

    Example:
        >>> translated("[ZX101] a.txt: there is no such file. Check the path.", "zh")
        '[ZX101] a.txt：没有这个文件。请检查路径。'
    """
    if language == "en" or len(text) > _LONGEST:
        return text
    found = _CODED.fullmatch(text)
    if found is None:
        return _sentence(text) or text
    return f"[{found[1]}] {_error(found[2])}"


def _error(text: str) -> str:
    """Translate ``place: problem. hint``; a problem that says how it begins is tried before others."""
    places = _places(text)
    for starts, anyhow in ((places, False), (reversed(places), True)):
        for start in starts:
            for end in _ends(text, start):
                problem = _sentence(text[start:end], anyhow=anyhow)
                if problem is not None:
                    hint = text[end + 1 :].strip()
                    told = f"{problem}。{_sentence(hint) or hint}"
                    return f"{text[:start].removesuffix(': ')}：{told}" if start else told
    return text


def _places(text: str) -> list[int]:
    """Return where the problem of an error may begin: at the start, or behind ``: ``."""
    return [0, *(found.end() for found in re.finditer(": ", text))]


def _ends(text: str, start: int) -> list[int]:
    """Return where it may end: before a full stop with a blank behind it, or at the end."""
    ends = [found.start() for found in re.finditer(r"\.(?: |$)", text[start:])]
    return [start + end for end in ends]


def _sentence(text: str, *, anyhow: bool = True) -> str | None:
    """Return the translation of one message; None if the table has none.

    Args:
        text: the message.
        anyhow: whether it may begin with a gap.
    """
    known = _table()
    exact = known.exact.get(text)
    if exact is not None:
        return exact
    begin = known.templates.get(text[:1], ())
    loose = known.templates.get("", ()) if anyhow else ()
    for template in merge(begin, loose, key=_says_least):
        gaps = template.fill(text)
        if gaps is not None:
            return template.translation.format(*map(_gap, gaps))
    return None


def _says_least(template: Template) -> int:
    return -sum(map(len, template.pieces))


def _gap(text: str) -> str:
    """Translate what stands in a gap: a message, several with semicolons between, or a value as it is."""
    parts = text.split("; ")
    return "；".join(_sentence(part, anyhow=len(part) > 1) or part for part in parts)


class _Table(NamedTuple):
    exact: Mapping[str, str]
    templates: Mapping[str, tuple[Template, ...]]


@cache
def _table() -> _Table:
    """Return the messages: those without gaps by their text, the others by their first character."""
    exact: dict[str, str] = {}
    templates: dict[str, list[Template]] = {}
    for row in read_table("messages.tsv"):
        if GAP not in row["en"]:
            exact[row["en"]] = row["zh"]
            continue
        pieces = tuple(row["en"].split(GAP))
        templates.setdefault(pieces[0][:1], []).append(Template(pieces, row["zh"]))
    ordered = {
        sign: tuple(sorted(some, key=lambda one: -sum(map(len, one.pieces))))
        for sign, some in templates.items()
    }
    return _Table(exact, ordered)
