"""INCEpTION's documents: UIMA CAS as JSON, and the layers to set up its project with.

`write_inception` gives one file a document to import as “UIMA CAS JSON”, `inception_layers` a type system to
import under Settings → Layers. Each type of record is a span layer with a text feature for each attribute; a
field that points at characters is given as its words and offsets; a record that a break cuts is marked in
its pieces, which share the feature ``part_of``. The format is that of github.com/dkpro/dkpro-cas-json; its
offsets count UTF-16 units.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final
from xml.sax.saxutils import escape

from zhengxie_nlp.annotation.standoff import MARK_TYPES, attribute_names
from zhengxie_nlp.record_types import RECORD_TYPES, RecordType
from zhengxie_nlp.records import Document, Record, Ref

#: What INCEpTION calls the layers that a project adds of its own.
_PREFIX: Final = "webanno.custom."
_ANNOTATION: Final = "uima.tcas.Annotation"
_STRING: Final = "uima.cas.String"
_WIDE: Final = 0xFFFF


def layer_features(type_: RecordType) -> tuple[str, ...]:
    """Return the features of the layer of one type of record.

    Example:
        >>> layer_features("time")
        ('part_of', 'start', 'end')
    """
    refs = tuple(name for name in RECORD_TYPES[type_].refs if name not in attribute_names(type_))
    # UIMA has `begin` and `end` of its own: a field of that name would hide the offsets.
    return ("part_of", *attribute_names(type_), *refs)


def _feature(name: str) -> str:
    return f"stated_{name}" if name in ("begin", "end", "start") else name


def write_inception(document: Document) -> str:
    """Return a Document as UIMA CAS JSON, with its records as annotations to correct."""
    units = [0, *accumulate(1 + (ord(character) > _WIDE) for character in document.text)]
    structures: list[dict[str, Any]] = [
        {
            "%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text",
            "sofaString": document.text,
        },
        {
            "%ID": 2, "%TYPE": "uima.tcas.DocumentAnnotation", "@sofa": 1, "begin": 0, "end": units[-1],
            "language": "zh",
        },
    ]  # fmt: skip
    for record in document.records:
        features = dict(_features(record))
        for start, end in record.ref.fragments:
            structures.append({
                "%ID": len(structures) + 1, "%TYPE": _PREFIX + MARK_TYPES[record.type], "@sofa": 1,
                "begin": units[start], "end": units[end], **features,
            })  # fmt: skip
    members = [one["%ID"] for one in structures[1:]]
    whole = {
        "%TYPES": {_PREFIX + MARK_TYPES[type_]: _layer(type_) for type_ in RECORD_TYPES},
        "%FEATURE_STRUCTURES": structures,
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": members}},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _layer(type_: RecordType) -> dict[str, Any]:
    name = _PREFIX + MARK_TYPES[type_]
    features = {_feature(one): {"%NAME": _feature(one), "%RANGE": _STRING} for one in layer_features(type_)}
    return {"%NAME": name, "%SUPER_TYPE": _ANNOTATION, **features}


def _features(record: Record) -> Iterator[tuple[str, str]]:
    if len(record.ref.fragments) > 1:
        yield "part_of", record.id
    for name in layer_features(record.type)[1:]:
        value = getattr(record, name)
        if value not in (None, ()):
            yield _feature(name), _said(value)


def _said(value: object) -> str:
    if isinstance(value, Ref):
        return f"{value.text} " + "".join(f"[{start},{end})" for start, end in value.fragments)
    if isinstance(value, tuple):
        return "; ".join(_said(one) for one in value)
    return str(value)


def inception_layers() -> str:
    """Return the layers of an INCEpTION project as a UIMA type system."""
    types = []
    for type_ in RECORD_TYPES:
        features = "".join(
            "<featureDescription>"
            f"<name>{escape(_feature(one))}</name><rangeTypeName>{_STRING}</rangeTypeName>"
            "</featureDescription>"
            for one in layer_features(type_)
        )
        types.append(
            f"<typeDescription><name>{_PREFIX}{MARK_TYPES[type_]}</name><description/>"
            f"<supertypeName>{_ANNOTATION}</supertypeName><features>{features}</features></typeDescription>"
        )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://uima.apache.org/resourceSpecifier"'
    body = "\n".join(types)
    return f"{head}<typeSystemDescription {space}><types>\n{body}\n</types></typeSystemDescription>\n"
