"""Numbers of the lists of a web page, as a browser shows them: `ol` with start, value, type and reversed."""

from __future__ import annotations

import re
from typing import Any, Final

from zhengxie_nlp.reading.docx.number_formats import FORMATS

_LISTS: Final = frozenset(("ol", "ul", "menu", "dir"))
_INTEGER: Final = re.compile(r"\s*([+-]?[0-9]{1,9})")
_UNNUMBERED: Final = re.compile(r"list-style(?:-type)?\s*:[^;]{0,60}\bnone\b", re.IGNORECASE)
#: A number that the author typed: the style sheet of such a page shows none.
_TYPED: Final = re.compile(
    r"[（(](?:[0-9]{1,3}|[一二三四五六七八九十]{1,4})[)）]"
    r"|[0-9]{1,3}(?:[、．]|\.(?![0-9]))|[一二三四五六七八九十]{1,4}[、．.]"
)
_MOST_ROMAN: Final = 3999
_LETTERS: Final = 26


class ListNumbers:
    """Counts the items of the lists around a place, while a page is gone through."""

    def __init__(self) -> None:
        self._around: list[_List] = []
        self._waiting = ""

    def enter(self, node: Any, *, hidden: Any) -> None:  # noqa: ANN401 - selectolax nodes
        """Take note that an element begins; `hidden` tells of an element whether it is not shown."""
        if node.tag in _LISTS:
            self._around.append(_List(node, hidden))
        elif node.tag == "li" and self._around:
            self._waiting += self._around[-1].next(node)

    def leave(self, node: Any) -> None:  # noqa: ANN401
        """Take note that an element ends; the number of an item without text is not shown."""
        if node.tag in _LISTS and self._around:
            self._around.pop()
        elif node.tag == "li":
            self._waiting = ""

    def numbered(self, line: str) -> str:
        """Return a line with the number before it, if it is the first of its item."""
        number, self._waiting = self._waiting, ""
        return line if _TYPED.match(line.lstrip("\u3000 ")) else number + line


class _List:
    def __init__(self, node: Any, hidden: Any) -> None:  # noqa: ANN401
        attributes = node.attributes
        self.shown = node.tag == "ol" and _UNNUMBERED.search(attributes.get("style") or "") is None
        self.type = attributes.get("type") or "1"
        self.step = -1 if "reversed" in attributes else 1
        start = _integer(attributes.get("start"))
        if start is None:
            start = _items(node, hidden) if self.step < 0 else 1
        self.following = start

    def next(self, item: Any) -> str:  # noqa: ANN401
        attributes = item.attributes
        said = _integer(attributes.get("value"))
        value = self.following if said is None else said
        self.following = value + self.step
        if not self.shown or _UNNUMBERED.search(attributes.get("style") or ""):
            return ""
        return f"{_written(value, attributes.get('type') or self.type)}. "


def _integer(said: str | None) -> int | None:
    found = _INTEGER.match(said or "")
    return int(found[1]) if found else None


def _items(node: Any, hidden: Any) -> int:  # noqa: ANN401
    count, child = 0, node.child
    while child is not None:
        count += child.tag == "li" and not hidden(child)
        child = child.next
    return count


def _written(value: int, type_: str) -> str:
    """Return a number of a list; what letters and Roman numbers cannot say is said in digits."""
    if type_ in ("i", "I") and 0 < value <= _MOST_ROMAN:
        return FORMATS["lowerRoman" if type_ == "i" else "upperRoman"](value)
    if type_ not in ("a", "A") or value < 1:
        return str(value)
    letters = ""
    while value:
        value, letter = divmod(value - 1, _LETTERS)
        letters = chr(ord(type_) + letter) + letters
    return letters
