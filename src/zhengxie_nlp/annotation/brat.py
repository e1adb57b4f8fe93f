"""brat's standoff files: ``NAME.txt`` with ``NAME.ann`` beside it, and the ``annotation.conf`` of a folder.

A line of an ``.ann`` file is a mark (``T1⇥Mechanism 12 20⇥words``; parts of a mark that a break cuts are set
apart by ``;``), an attribute (``A1⇥stage T1 new``) or a link (``R1⇥object Arg1:T1 Arg2:T2``). Offsets are
code points.
An attribute's value holds no blank in brat: blanks and per cent signs are written as in web addresses.
Described at brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote

from zhengxie_nlp.annotation.standoff import (
    MARK_TYPES,
    MARKER,
    PHRASE,
    Link,
    Mark,
    Standoff,
    allowed_values,
    attribute_names,
)
from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import CATEGORIES, LINE_BREAKS

_MARK: Final = re.compile(r"(T\S+)\t(\S+) ([0-9 ;]++)(?:\t.*+)?")
_ATTRIBUTE: Final = re.compile(r"[AM]\S*+\t(\S++) (\S++)(?: (\S++))?")
_LINK: Final = re.compile(r"R\S*+\t(\S++) \S+?:(\S++) \S+?:(\S++)\s*+")
_SPAN: Final = re.compile(r"([0-9]++) ([0-9]++)")
_HEAD: Final = "# Written by `zhengxie convert --to brat`: what docs/labels.md knows.\n"


def write_brat(standoff: Standoff) -> str:
    """Return the content of the ``.ann`` file of a text."""
    names = {mark.id: f"T{number}" for number, mark in enumerate(standoff.marks, start=1)}
    lines = [
        f"{names[mark.id]}\t{mark.type} {';'.join(f'{a} {b}' for a, b in mark.fragments)}\t"
        + " ".join(standoff.text[a:b] for a, b in mark.fragments).translate(LINE_BREAKS)
        for mark in standoff.marks
    ]
    attributes = (
        (name, names[mark.id], value) for mark in standoff.marks for name, value in mark.attributes.items()
    )
    lines += [
        f"A{number}\t{name} {mark} {_escaped(value)}"
        for number, (name, mark, value) in enumerate(attributes, start=1)
    ]
    lines += [
        f"R{number}\t{link.name} Arg1:{names[link.source]} Arg2:{names[link.target]}"
        for number, link in enumerate(standoff.links, start=1)
    ]
    return "".join(f"{line}\n" for line in lines)


def _escaped(value: str) -> str:
    return re.sub(r"[%\s]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), value)


def read_brat(text: str, annotation: str, *, name: str) -> Standoff:
    """Read the ``.ann`` file of a text.

    Notes (``#``), equivalences (``*``) and normalisations (``N``) are passed over: they mark nothing here.

    Args:
        text: the content of the ``.txt`` file.
        annotation: the content of the ``.ann`` file.
        name: the document's name, for the result and for messages.

    Raises:
        DocumentError: ZX203, naming the line that is no brat annotation, or points outside of the text.
    """
    marks: dict[str, Mark] = {}
    attributes: dict[str, dict[str, str]] = {}
    links: list[Link] = []
    for number, line in enumerate(annotation.split("\n"), start=1):
        where = f"{name}.ann, line {number}"
        if not line.strip() or line[0] in "#*N":
            continue
        if mark := _MARK.fullmatch(line):
            spans = tuple((int(a), int(b)) for a, b in _SPAN.findall(mark[3]))
            if not spans or not all(0 <= a < b <= len(text) for a, b in spans):
                raise DocumentError("ZX203", f"“{mark[3]}” does not lie in the text", where=where)
            marks[mark[1]] = Mark(mark[1], mark[2], spans)
        elif attribute := _ATTRIBUTE.fullmatch(line):
            attributes.setdefault(attribute[2], {})[attribute[1]] = unquote(attribute[3] or "yes")
        elif link := _LINK.fullmatch(line):
            links.append(Link(link[1], link[2], link[3]))
        else:
            raise DocumentError("ZX203", f"not a line of brat's: “{line[:40]}”", where=where)
    read = (Mark(mark.id, mark.type, mark.fragments, attributes.get(mark.id, {})) for mark in marks.values())
    return Standoff(name, text, tuple(read), tuple(links))


def brat_configuration(categories: Sequence[str] = CATEGORIES) -> str:
    """Return an ``annotation.conf`` with every type, link and attribute, for a folder of brat.

    Args:
        categories: the label set to choose categories from.
    """
    entities = [*MARK_TYPES.values(), MARKER, PHRASE]
    choices = _choices(categories)
    lines = [_HEAD, "[entities]", *entities, "", *_relations(), "", "[events]", "", *choices]
    return "\n".join(lines) + "\n"


def _relations() -> Iterator[str]:
    yield "[relations]"
    for type_, row in RECORD_TYPES.items():
        for name in row.refs:
            target = MARK_TYPES["time"] if name == "time" else PHRASE
            yield f"{name}\tArg1:{MARK_TYPES[type_]}, Arg2:{target}"
    yield "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>"


def _choices(categories: Sequence[str]) -> Iterator[str]:
    """Yield an attribute a line; brat offers only those whose values can be listed."""
    yield "[attributes]"
    for type_, mark in MARK_TYPES.items():
        for name in attribute_names(type_):
            values = allowed_values(type_, name, categories)
            if values:
                yield f"{name}\tArg:{mark}, Value:{'|'.join(values)}"
    yield f"category\tArg:{MARKER}, Value:{'|'.join(categories)}"
