"""The notation of annotation files: one item a line, located by the words it quotes, no offsets to count.

An annotation follows its text in reading order. Lines that begin with ``#`` are comments.

Layout, at the top (line numbers of the text count from 1)::

    @lines 1-9 30+12 14~18     the lines in reading order: 1 to 9 a paragraph each, 30 and 12 joined,
                               14 to 18 joined; lines not named are left out; default: each line in order
    @without mechanism         record types that are not annotated
    @categories 经济,文化      the label set, where it is not the guideline's

Structure::

    document 全市政协……发言摘登     the title of the whole file
    speech                         a speech begins; its lines of name follow in the order of the text
    title 第一行 / 第二行
    organization 云浦市政协         ``<云浦市`` finds the words inside the line of name before
    speaker 何立新
    1 一、 @learning,political      a node of depth 1: its marker, its category, secondary ones
    2 最后 ordinal:4 | 健全机制     what cannot be read off: style, ordinal, kind; ``|`` and the heading
    2 一是 | -                     no heading
    1 - 各位委员                   an unmarked node, with its first words
    1 = 活动丰富多彩               an unmarked node with a heading
    ~ 图为                         from here to the next line of structure nothing belongs to the node
    + 会议结束后                   from here on the text belongs to the node before again

Records, after the line of structure whose text they stand in; blanks in quoted words are written ``_``::

    q 40多次 of:大型学习活动 per:年 +      ``+`` increase, ``-`` decrease; =4000 low: high: bound: unit: kind:
    n 三级书记 3 members:机关党组书记/党委书记/党支部书记
    t 2023年9月 2023-09                   or 2023-09-01..2023-09-30, 2023-09.. (no end), ..2023 (no start)
    m 委员工作室 kind:platform do:建立 stage:new members:… @service
    i 建立委员工作室122个 do:建立 object:委员工作室 actor:… time:今年 status:done @service

Words are found at their next occurrence; ``举办[40次]`` means the words in brackets after 举办. Numerals are
never cut: ``3个`` is not found in 13个. ``of``, ``members``, ``object`` and ``actor`` are found nearest to
the record, in its sentence first. Mechanisms may stand inside mechanisms, initiatives inside initiatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.records import MarkerStyle

_HEADS: Final = ("document", "speech", "title", "organization", "speaker")
_RECORD_FIELDS: Final[dict[str, frozenset[str]]] = {
    "q": frozenset({"of", "per", "low", "high", "bound", "unit", "kind", "value", "change"}),
    "n": frozenset({"numerals", "members"}),
    "t": frozenset({"dates"}),
    "m": frozenset({"kind", "do", "stage", "members", "category"}),
    "i": frozenset({"do", "object", "actor", "time", "status", "category"}),
}
_NODE_FIELDS: Final = frozenset({"style", "ordinal", "kind", "category"})
_ENTRY = re.compile(r"(?P<key>[1-9]|[a-z]+|[~+]|@[a-z]+)(?:[ \t]+(?P<rest>.*\S))?[ \t]*")
_FIELD = re.compile(r"(?P<name>[a-z]+):(?P<value>.+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an annotation.

    Attributes:
        line: its number, from 1.
        key: what it is: a depth ``"1"``–``"9"``, ``"speech"``, ``"q"``, ``"~"`` …
        words: the words of the text that it quotes.
        fields: what else it says, by name.
        heading: a node's heading where it is given; "" says that there is none.
    """

    line: int
    key: str
    words: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    heading: str | None = None


class MarkerForm(NamedTuple):
    """What the characters of a marker say by themselves."""

    style: MarkerStyle
    ordinal: int | None


def category_fields(entry: Entry, *, where: str, categories: Sequence[str]) -> dict[str, Any]:
    """Return the fields ``category`` and ``secondary`` of an entry; empty, if it names none.

    Args:
        entry: the entry.
        where: the annotation's file name.
        categories: the label set.

    Raises:
        DocumentError: ZX203, if a name is no category.
    """
    if "category" not in entry.fields:
        return {}
    names = entry.fields["category"].split(",")
    for name in names:
        if name not in categories:
            raise fault(f"no category “{name}”, only {', '.join(categories)}", where=where, line=entry.line)
    return {"category": names[0], "secondary": tuple(names[1:])}


def fault(problem: str, *, where: str, line: int, hint: str = "") -> DocumentError:
    """Return the error for a line of an annotation."""
    return DocumentError("ZX203", problem, where=f"{where}, line {line}", hint=hint)


def parse_notation(annotation: str, *, where: str) -> list[Entry]:
    r"""Turn an annotation into its entries, in order.

    Args:
        annotation: the whole file.
        where: its name, for error messages.

    Raises:
        DocumentError: ZX203, with the line, if it is none of the notation's forms.

    Example:
        >>> parse_notation("1 一、 @learning\nq 40多次 per:年", where="x.ann")[1].fields
        {'per': '年'}
    """
    return list(_entries(annotation, where))


def _entries(annotation: str, where: str) -> Iterator[Entry]:
    for number, line in enumerate(annotation.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _ENTRY.fullmatch(line)
        if match is None:
            raise fault(f"cannot be read: {line!r}", where=where, line=number)
        key, rest = match["key"], match["rest"] or ""
        if key in _RECORD_FIELDS:
            yield _record(number, key, rest, where)
        elif key.isdigit():
            yield _node(number, key, rest, where)
        elif key in _HEADS or key in ("~", "+", "@lines", "@without", "@categories"):
            if not rest and key != "speech":
                raise fault(f"“{key}” wants words after it", where=where, line=number)
            yield Entry(number, key, rest)
        else:
            raise fault(f"“{key}” opens no form of the notation", where=where, line=number)


def _record(number: int, key: str, rest: str, where: str) -> Entry:
    words, *parts = rest.split() or [""]
    if not words:
        raise fault("a record wants the words it covers", where=where, line=number)
    fields: dict[str, str] = {}
    for part in parts:
        name, value = _field(part, key)
        if name not in _RECORD_FIELDS[key] or name in fields:
            raise fault(f"“{part}” does not belong to “{key}”, or stands twice", where=where, line=number)
        fields[name] = value
    return Entry(number, key, words, fields)


def _field(part: str, key: str) -> tuple[str, str]:
    match = _FIELD.fullmatch(part)
    if match is not None:
        return match["name"], match["value"]
    if part.startswith("=") and key == "q":
        return "value", part[1:]
    if part in ("+", "-") and key == "q":
        return "change", "increase" if part == "+" else "decrease"
    if part[0] == "@":
        return "category", part[1:]
    return {"n": "numerals", "t": "dates"}.get(key, "?"), part


def _node(number: int, key: str, rest: str, where: str) -> Entry:
    quoted, bar, heading = rest.partition(" | ")
    fields: dict[str, str] = {}
    words = quoted.split(" ")
    while len(words) > 1 and (match := re.fullmatch(r"(@)([\w,-]+)|([a-z]+):(\w+)", words[-1])):
        name, value = ("category", match[2]) if match[1] else (match[3], match[4])
        if name not in _NODE_FIELDS:
            raise fault(f"a node has no “{name}”", where=where, line=number)
        fields[name] = value
        words.pop()
    if not "".join(words):
        raise fault("a node wants its marker, or its first words after “-” or “=”", where=where, line=number)
    given = (heading.strip().removeprefix("-") if bar else None) or ("" if bar else None)
    return Entry(number, key, " ".join(words), fields, given)


_HAN_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")}
_HAN = "[一二三四五六七八九十]{1,3}"
_MARKER_FORMS: Final[tuple[tuple[MarkerStyle, re.Pattern[str]], ...]] = (
    ("part", re.compile(rf"第({_HAN}|\d+)(?:部分|[章节篇条])")),
    ("han_comma", re.compile(rf"({_HAN})[、.．,，]")),
    ("han_paren", re.compile(rf"[（(]({_HAN})[)）]、?")),
    ("arabic_dot", re.compile(r"(\d{1,2})[.．、,，]")),
    ("arabic_paren", re.compile(r"[（(]?(\d{1,2})[)）]")),
    ("circled", re.compile("([①-⑳])")),
    ("di", re.compile(rf"第({_HAN})[，、,：]?")),
    ("shi", re.compile(rf"({_HAN})是")),
    ("yao", re.compile(rf"({_HAN})要")),
    ("qi", re.compile(rf"其({_HAN})")),
)
_SEQUENCE_WORDS: Final = {"首先": 1, "其次": 2, "再次": 3, "最后": None, "一方面": 1, "另一方面": 2}


def marker_form(marker: str) -> MarkerForm | None:
    """Read style and ordinal off the characters of a marker; None if they are no marker.

    Example:
        >>> marker_form("（十二）"), marker_form("最后")
        (MarkerForm(style='han_paren', ordinal=12), MarkerForm(style='sequence_word', ordinal=None))
    """
    if marker in _SEQUENCE_WORDS:
        return MarkerForm("sequence_word", _SEQUENCE_WORDS[marker])
    for style, form in _MARKER_FORMS:
        if match := form.fullmatch(marker):
            return MarkerForm(style, _ordinal(match[1]))
    return None


def _ordinal(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral)
    if numeral in _CIRCLED:
        return _CIRCLED.index(numeral) + 1
    tens, ten, ones = numeral.rpartition("十")
    return (_HAN_DIGITS.get(tens, 1) * 10 if ten else 0) + _HAN_DIGITS.get(ones, 0)


_CIRCLED: Final = "".join(map(chr, range(0x2460, 0x2474)))
