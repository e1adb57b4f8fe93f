"""Automatic numbers of Word: which one a paragraph has, by its own definition or through its style.

A list (`w:num`) points at an abstract list, whose levels say how they are written and where they start. All
lists of one abstract list count on together, but for those that override a start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from zhengxie_nlp.reading.docx.number_formats import write_number
from zhengxie_nlp.reading.docx.package import W

_LEVELS: Final = 9
_PLACE: Final = re.compile(r"%([1-9])")
#: A style chain is no longer than this; a ring in it would have no end.
_LONGEST_CHAIN: Final = 50
#: Marks that part a number from its text by themselves.
_FULL_WIDTH_END: Final = re.compile(r"[、。，：；）】〕．·]$")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is written.

    Attributes:
        start: its first number.
        form: the number format (ST_NumberFormat).
        text: what stands there, ``%1`` to ``%9`` for the numbers of the levels.
        suffix: what follows: ``tab``, ``space`` or ``nothing``.
        legal: numbers of other levels are written in digits.
        restart: begins again after this level (1 the outermost); 0 never; None after any level above.
        style: the paragraph style that is linked to it.
    """

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    legal: bool = False
    restart: int | None = None
    style: str | None = None


class _List(NamedTuple):
    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]


def child_value(element: Any, *names: str) -> str | None:  # noqa: ANN401
    """Return the ``w:val`` of the element at a path of child names, None where there is none."""
    for name in names:
        element = element.find(W + name) if element is not None else None
    return None if element is None else element.get(W + "val")


def switched_on(element: Any, name: str) -> bool:  # noqa: ANN401
    """Tell whether an on/off property is there and on."""
    found = element.find(W + name) if element is not None else None
    return found is not None and found.get(W + "val") not in ("0", "false", "off")


def _number(value: str | None, default: int | None = None) -> int | None:
    try:
        return int(value) if value is not None else default
    except ValueError:
        return default


def _level(element: Any) -> Level:  # noqa: ANN401
    form = child_value(element, "numFmt")
    if form is None:
        # Formats younger than the standard stand in an alternative, which names the nearest old one.
        found = element.find(f".//{W}numFmt")
        form = found.get(W + "val") if found is not None else "decimal"
    if form == "custom":
        found = element.find(f".//{W}numFmt[@{W}format]")
        example = (found.get(W + "format") or "").split(",")[0].strip() if found is not None else ""
        form = f"zeros{len(example)}" if example.isdigit() else "decimal"
    return Level(
        start=_number(child_value(element, "start"), 0) or 0,
        form=form or "decimal",
        text=child_value(element, "lvlText") or "",
        suffix=child_value(element, "suff") or "tab",
        legal=switched_on(element, "isLgl"),
        restart=_number(child_value(element, "lvlRestart")),
        style=child_value(element, "pStyle"),
    )


class Numbering:
    """The numbers of a document, given out paragraph by paragraph in order.

    Args:
        numbering: the root of the numbering definitions, or None.
        styles: the root of the styles, or None.
    """

    def __init__(self, numbering: Any, styles: Any) -> None:  # noqa: ANN401
        self._styles: dict[str, Any] = {}
        self._default_style: str | None = None
        for style in () if styles is None else styles.iterchildren(W + "style"):
            self._styles[style.get(W + "styleId", "")] = style
            if style.get(W + "default") in ("1", "true") and style.get(W + "type") == "paragraph":
                self._default_style = style.get(W + "styleId")
        self._abstract: dict[str, Any] = {}
        self._style_links: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        if numbering is not None:
            self._read(numbering)
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def _read(self, numbering: Any) -> None:  # noqa: ANN401
        for abstract in numbering.iterchildren(W + "abstractNum"):
            key = abstract.get(W + "abstractNumId", "")
            self._abstract[key] = abstract
            linked = child_value(abstract, "styleLink")
            if linked is not None:
                self._style_links[linked] = key
        for num in numbering.iterchildren(W + "num"):
            key = self._resolve(child_value(num, "abstractNumId") or "")
            levels = {
                _number(level.get(W + "ilvl"), 0) or 0: _level(level)
                for level in (self._abstract[key].iterchildren(W + "lvl") if key in self._abstract else ())
            }
            starts: dict[int, int] = {}
            for override in num.iterchildren(W + "lvlOverride"):
                depth = _number(override.get(W + "ilvl"), 0) or 0
                other = override.find(W + "lvl")
                if other is not None:
                    levels[depth] = _level(other)
                start = _number(child_value(override, "startOverride"))
                if start is not None:
                    starts[depth] = start
            self._lists[num.get(W + "numId", "")] = _List(key, levels, starts)

    def _resolve(self, key: str) -> str:
        """Follow an abstract list that only names a list style to the one that defines it."""
        for _ in range(_LONGEST_CHAIN):
            abstract = self._abstract.get(key)
            linked = child_value(abstract, "numStyleLink") if abstract is not None else None
            if linked is None or linked not in self._style_links or self._style_links[linked] == key:
                break
            key = self._style_links[linked]
        return key

    def style_chain(self, properties: Any) -> list[str]:  # noqa: ANN401
        """Return the style of a paragraph and those it is based on, nearest first."""
        style = child_value(properties, "pStyle") if properties is not None else None
        if style is None or style not in self._styles:
            style = self._default_style
        chain: list[str] = []
        while style is not None and style in self._styles and style not in chain:
            chain.append(style)
            if len(chain) > _LONGEST_CHAIN:
                break
            style = child_value(self._styles[style], "basedOn")
        return chain

    def style_names(self, properties: Any) -> list[str]:  # noqa: ANN401
        """Return the names of the styles of a paragraph, in small letters, nearest first."""
        return [
            (child_value(self._styles[style], "name") or style).lower()
            for style in self.style_chain(properties)
        ]

    def _place(self, properties: Any) -> tuple[str, int] | None:  # noqa: ANN401
        """Return the list and the level that a paragraph is in."""
        own = properties.find(W + "numPr") if properties is not None else None
        list_ = child_value(own, "numId") if own is not None else None
        depth = _number(child_value(own, "ilvl")) if own is not None else None
        if list_ is not None:
            return (list_, depth or 0) if list_ != "0" else None
        chain = self.style_chain(properties)
        for style in chain:
            given = self._styles[style].find(f"{W}pPr/{W}numPr")
            list_ = child_value(given, "numId") if given is not None else None
            if list_ is None:
                continue
            if list_ == "0":
                return None
            if depth is None:
                depth = self._style_level(list_, chain, given)
            return list_, depth
        return None

    def _style_level(self, list_: str, chain: list[str], given: Any) -> int:  # noqa: ANN401
        levels = self._lists[list_].levels if list_ in self._lists else {}
        for style in chain:
            for depth, level in levels.items():
                if level.style == style:
                    return depth
        return _number(child_value(given, "ilvl"), 0) or 0

    def number(self, properties: Any) -> str:  # noqa: ANN401
        """Count a paragraph, and return its number with what parts it from the text.

        Args:
            properties: its ``w:pPr``, or None.

        Returns:
            For example ``一、``; empty for a paragraph without a number. A bullet is ``•``.
        """
        place = self._place(properties)
        if place is None or place[0] not in self._lists:
            return ""
        list_, depth = self._lists[place[0]], place[1]
        level = list_.levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(list_.abstract, [None] * _LEVELS)
        self._count(place[0], list_, depth, counts)
        return self._written(list_, level, counts)

    def _count(self, key: str, list_: _List, depth: int, counts: list[int | None]) -> None:
        if depth in list_.starts and (key, depth) not in self._begun:
            self._begun.add((key, depth))
            counts[depth] = None
        start = list_.starts.get(depth, list_.levels[depth].start)
        before = counts[depth]
        counts[depth] = start if before is None else before + 1
        for above in range(depth):
            if counts[above] is None and above in list_.levels:
                counts[above] = list_.starts.get(above, list_.levels[above].start)
        for below in range(depth + 1, _LEVELS):
            level = list_.levels.get(below)
            if level is None or level.restart is None or depth < level.restart:
                counts[below] = None

    @staticmethod
    def _written(list_: _List, level: Level, counts: list[int | None]) -> str:
        if level.form == "bullet":
            return "•" if level.text.strip() else ""

        def one(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = list_.levels.get(at, level)
            form = other.form
            if level.legal and form not in ("decimal", "decimalZero"):
                form = "decimal"
            value = counts[at]
            if value is None or form in ("none", "bullet"):
                return ""
            if form.startswith("zeros"):
                return str(value).zfill(int(form[5:]))
            return write_number(value, form)

        text = _PLACE.sub(one, level.text)
        if level.form == "none" and not text.strip():
            return ""
        return text + _separator(text, level.suffix)


def _separator(text: str, suffix: str) -> str:
    if not text or suffix == "nothing":
        return ""
    if suffix == "space":
        return " "
    return "" if _FULL_WIDTH_END.search(text) else "\t"
