"""Label Studio's tasks as JSON, and the labelling interface that fits them.

A task holds its text in ``data.text`` and one list of results: a region (``labels``) for each mark, what is
chosen (``choices``) or typed (``textarea``) for a region under the region's id, and ``relation`` between two
regions. A mark that a break cuts is several regions with the relation ``continues``. Offsets
count code points, as Label Studio has stored them since the end of 2021; an older export, which counts UTF-16
units, is known by the words its regions name. Described at labelstud.io/guide/task_format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final
from xml.sax.saxutils import quoteattr

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
from zhengxie_nlp.records import CATEGORIES

#: The link between the parts of a mark that a break cuts.
CONTINUES: Final = "continues"
_WIDE: Final = 0xFFFF


def write_label_studio(standoffs: Iterable[Standoff]) -> str:
    """Return tasks for import into Label Studio, each with its marks as an annotation to correct."""
    tasks = [
        {
            "data": {"text": standoff.text, "name": standoff.name},
            "annotations": [{"result": list(_results(standoff))}],
        }
        for standoff in standoffs
    ]
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def _results(standoff: Standoff) -> Iterator[dict[str, Any]]:
    types = {mark: type_ for type_, mark in MARK_TYPES.items()}
    for mark in standoff.marks:
        parts = [_part_id(mark.id, number) for number in range(len(mark.fragments))]
        for part, (start, end) in zip(parts, mark.fragments, strict=True):
            region = {"start": start, "end": end, "text": standoff.text[start:end]}
            yield _result("labels", part, {**region, "labels": [mark.type]}, name="label")
        for one, following in pairwise(parts):
            yield _relation(CONTINUES, one, following)
        start, end = mark.fragments[0]
        region = {"start": start, "end": end}
        for name, value in mark.attributes.items():
            chosen = mark.type == MARKER or allowed_values(types[mark.type], name)
            kind, values = ("choices", {"choices": [value]}) if chosen else ("textarea", {"text": [value]})
            yield _result(kind, parts[0], {**region, **values}, name=name)
    for link in standoff.links:
        yield _relation(link.name, link.source, link.target)


def _part_id(mark: str, number: int) -> str:
    return f"{mark}+{number}" if number else mark


def _result(kind: str, region: str, value: Mapping[str, Any], *, name: str) -> dict[str, Any]:
    return {"id": region, "type": kind, "from_name": name, "to_name": "text", "value": dict(value)}


def _relation(name: str, source: str, target: str) -> dict[str, Any]:
    return {"type": "relation", "from_id": source, "to_id": target, "direction": "right", "labels": [name]}


def _units(text: str) -> list[int]:
    """Return where each character begins in UTF-16 units, and where the last one ends."""
    return [0, *accumulate(1 + (ord(character) > _WIDE) for character in text)]


def read_label_studio(content: str, *, where: str) -> list[Standoff]:
    """Read an export of Label Studio (JSON, not JSON-MIN).

    Of each task the newest annotation that was not cancelled counts; a task without one is passed over.

    Args:
        content: the export.
        where: the file's name, for messages.

    Returns:
        One result for each annotated task; its name is the task's ``data.name``, or ``task-`` and its id.

    Raises:
        DocumentError: ZX203, if it is no such export, or a region does not lie in its text.
    """
    try:
        tasks = json.loads(content)
        return [
            made for number, task in enumerate(tasks, start=1) for made in _read_task(task, number, where)
        ]
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise DocumentError(
            "ZX203",
            f"not an export of Label Studio ({type(error).__name__}: {error})",
            where=where,
            hint="Export as “JSON”, not “JSON-MIN” or CSV.",
        ) from error


def _read_task(task: Mapping[str, Any], number: int, where: str) -> Iterator[Standoff]:
    text = task["data"]["text"]
    name = str(task["data"].get("name") or f"task-{task.get('id', number)}")
    done = [one for one in task["annotations"] if not one.get("was_cancelled")]
    if done:
        newest = max(done, key=lambda one: str(one.get("updated_at") or ""))
        yield _read_results(newest["result"], text, name=name, where=f"{where}, task “{name}”")


def _read_results(results: Iterable[Mapping[str, Any]], text: str, *, name: str, where: str) -> Standoff:
    places = {unit: at for at, unit in enumerate(_units(text))}
    regions: dict[str, tuple[str, tuple[int, int]]] = {}
    attributes: dict[str, dict[str, str]] = {}
    links: list[Link] = []
    for result in results:
        if result["type"] == "relation":
            labels = result.get("labels") or [""]
            links.append(Link(labels[0], str(result["from_id"]), str(result["to_id"])))
            continue
        value, region = result["value"], str(result["id"])
        if result["type"] == "labels":
            regions[region] = value["labels"][0], _span(value, text, places, where)
        elif result["type"] in ("choices", "textarea"):
            said = value["choices" if result["type"] == "choices" else "text"]
            joined = said if isinstance(said, str) else ",".join(said)
            attributes.setdefault(region, {})[result["from_name"]] = joined
    follows = {link.source: link.target for link in links if link.name == CONTINUES}
    later = set(follows.values())
    marks = tuple(
        Mark(region, label, _fragments(region, regions, follows), attributes.get(region, {}))
        for region, (label, _) in regions.items()
        if region not in later
    )
    return Standoff(name, text, marks, tuple(link for link in links if link.name != CONTINUES))


def _fragments(
    region: str, regions: Mapping[str, tuple[str, tuple[int, int]]], follows: Mapping[str, str]
) -> tuple[tuple[int, int], ...]:
    fragments: list[tuple[int, int]] = []
    at: str | None = region
    while at is not None and len(fragments) < len(regions):
        fragments.append(regions[at][1])
        at = follows.get(at)
    return tuple(fragments)


def _span(value: Mapping[str, Any], text: str, places: Mapping[int, int], where: str) -> tuple[int, int]:
    """Return the code points of a region, checked against its text where the export says it."""
    points = value["start"], value["end"]
    units = places.get(points[0], -1), places.get(points[1], -1)
    for start, end in (points, units):
        if 0 <= start < end <= len(text) and value.get("text", text[start:end]) == text[start:end]:
            return start, end
    raise DocumentError(
        "ZX203",
        f"the region {points[0]}–{points[1]} does not lie in the text, or covers other words",
        where=where,
        hint="Offsets are counted in code points, as Label Studio exports them.",
    )


def label_studio_interface(categories: Sequence[str] = CATEGORIES) -> str:
    """Return the labelling interface (XML) of a Label Studio project: types, links and attributes.

    Args:
        categories: the label set to choose categories from.
    """
    lines = ["<View>", '  <Text name="text" value="$text" granularity="symbol"/>']
    lines.append('  <Labels name="label" toName="text">')
    lines += [f"    <Label value={quoteattr(type_)}/>" for type_ in (*MARK_TYPES.values(), MARKER, PHRASE)]
    lines += ["  </Labels>", "  <Relations>"]
    names = dict.fromkeys([name for row in RECORD_TYPES.values() for name in row.refs] + [CONTINUES])
    lines += [f"    <Relation value={quoteattr(name)}/>" for name in names]
    lines.append("  </Relations>")
    fields: dict[str, dict[str, None]] = {}
    for type_ in MARK_TYPES:
        for name in attribute_names(type_):
            fields.setdefault(name, {}).update(dict.fromkeys(allowed_values(type_, name, categories)))
    fields["category"] = dict.fromkeys(categories)
    for name, values in fields.items():
        lines += _control(name, values)
    return "\n".join([*lines, "</View>"]) + "\n"


def _control(name: str, values: Iterable[str]) -> list[str]:
    opening = f'name={quoteattr(name)} toName="text" perRegion="true"'
    choices = [f"    <Choice value={quoteattr(value)}/>" for value in values]
    header = f"  <Header value={quoteattr(name)}/>"
    if not choices:
        return [header, f"  <TextArea {opening}/>"]
    return [header, f"  <Choices {opening}>", *choices, "  </Choices>"]
