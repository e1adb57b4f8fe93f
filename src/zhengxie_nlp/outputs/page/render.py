"""Makes the page of one Document: one HTML file, with its script, its style and its data inside.

Nothing of a text is ever put into the page as markup: texts travel as JSON, and the script of the page shows
them as text. The Content-Security-Policy allows the one script and the one style by their checksums, and
nothing else: no network, no image from elsewhere, no form.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from zhengxie_nlp.lexicon.tables import parse_table
from zhengxie_nlp.messages import translated
from zhengxie_nlp.record_types import RECORD_TYPES, RecordType
from zhengxie_nlp.records import CATEGORIES, Category, Document, Ref
from zhengxie_nlp.writing import write_file

#: The parts of the script, in the order in which they stand in the page.
SCRIPTS: Final = (
    "base.js", "model.js", "text.js", "tables.js", "columns.js", "outline.js", "pages.js", "detail.js",
    "correct.js", "document.js", "charts.js", "archive.js", "overview.js", "serve.js", "main.js",
)  # fmt: skip
#: The types that have a table of their own come first in the page, in this order; then the others.
_FIRST: Final = ("initiative", "mechanism", "quantity", "numeral_term", "time")
#: What a person does not change of a record beside what all records have: it follows from other fields.
_NOT_EDITED: Final = frozenset({
    "scores", "secondary", "category_confidence", "time", "quantities", "mechanisms",
})  # fmt: skip

#: By the id of a record: ``{"parts": [[name, Ref as JSON]], "words": […], "rules": {field: rule}}``.
Evidence = Mapping[str, Mapping[str, Any]]


def document_page(
    document: Document, *, evidence: Evidence | None = None, images: Mapping[int, str] | None = None
) -> str:
    r"""Return the page of one Document as HTML.

    Args:
        document: any Document, extracted or gold.
        evidence: what stands behind each record (`explanation.evidence`); left out, a record shows its rule
            and the characters of its fields.
        images: pictures of its pages by number, as ``data:`` addresses (`pictures.page_pictures`); without
            them a page is drawn as the boxes of its lines.

    Returns:
        A whole HTML file. The same Document gives the same bytes.

    Example:
        >>> from zhengxie_nlp import extract
        >>> html = document_page(extract("开展活动40多次。<b>"))
        >>> html.startswith("<!doctype html>"), "<b>" in html, "\\u003cb>" in html
        (True, False, True)
    """
    data = {
        "kind": "document", "document": page_json(document), "evidence": evidence or {},
        "images": images or None,
    }  # fmt: skip
    return page_html(data, title=page_title(document))


def page_json(document: Document) -> dict[str, Any]:
    """Return what a page holds of a Document: its JSON, with the Chinese of each diagnostic beside it."""
    whole: dict[str, Any] = json.loads(document.model_dump_json())
    for note in whole["diagnostics"]:
        note["message_zh"] = translated(note["message"], "zh")
    return whole


def write_page(path: str | Path, html: str, *, inputs: Iterable[str | Path] = ()) -> Path:
    """Write a page to a file, complete or not at all.

    Args:
        path: the file to write.
        html: the page.
        inputs: files that must not be replaced.

    Raises:
        WriteError: ZX901 to ZX904, if it cannot or must not be written.
    """
    return write_file(path, html, inputs=inputs)


def page_title(document: Document) -> str:
    """Return what a page of this Document is called: its title, else its file."""
    if document.title is not None:
        return document.title.text
    return Path(document.source.path or document.source.id).name


def page_html(
    data: Mapping[str, Any], *, title: str, blobs: Sequence[str] = (), connect: bool = False
) -> str:
    """Put a page together.

    Args:
        data: what the script is given as JSON; `strings`, `fields` and `version` are added.
        title: the title of the page.
        blobs: what is inflated only when it is opened (gzip in base64), one element each.
        connect: whether the page may talk to the server that it comes from (`zhengxie serve`).
    """
    script, style = page_script(), _asset("page.css")
    whole = {
        **data, "title": title, "version": version("zhengxie-nlp"), "types": page_types(),
        "strings": page_strings(), "fields": record_fields(),
    }  # fmt: skip
    policy = "; ".join([
        "default-src 'none'", f"script-src '{_checksum(script)}'", f"style-src '{_checksum(style)}'",
        "img-src data:",
        "base-uri 'none'", "form-action 'none'", *(["connect-src 'self'"] if connect else []),
    ])  # fmt: skip
    parts = [
        "<!doctype html>",
        '<html lang="zh-CN" data-theme="auto">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<link rel="icon" href="data:,">',
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        '<div id="page"></div>',
        '<div id="message" role="status" aria-live="polite"></div>',
        '<noscript><p>本页需要 JavaScript。<span lang="en">This page needs JavaScript.</span></p></noscript>',
        f'<script type="application/json" id="data">{embedded(whole)}</script>',
        *(f'<script type="application/gzip" id="blob-{at}">{blob}</script>' for at, blob in enumerate(blobs)),
        f"<script>{script}</script>",
        "</body>",
        "</html>",
        "",
    ]  # fmt: skip
    return "\n".join(parts)


def embedded(value: object) -> str:
    r"""Return JSON that can stand inside of a script element: no ``<`` in it can end or begin one.

    Example:
        >>> embedded({"a": "</script>"})
        '{"a":"\\u003c/script>"}'
    """
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return said.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def page_script() -> str:
    """Return the script of the page: its parts, inside of one function."""
    inside = "\n".join(_asset(name) for name in SCRIPTS)
    return f'(function () {{\n"use strict";\n{inside}}})();\n'


@cache
def page_strings() -> dict[str, list[str]]:
    """Return the words of the interface: key → Chinese, English."""
    rows = parse_table("outputs/page/assets/strings.tsv", _asset("strings.tsv"))
    types = {f"type.{type_}": [row.title, type_.replace("_", " ")] for type_, row in RECORD_TYPES.items()}
    return types | {row["key"]: [row["zh"], row["en"]] for row in rows}


@cache
def record_fields() -> dict[str, list[dict[str, Any]]]:
    """Return the fields that a person may change, by type of record, as the models declare them.

    Example:
        >>> [field["name"] for field in record_fields()["time"]][:2]
        ['start', 'end']
    """
    models = {type_: RECORD_TYPES[type_].model.model_fields for type_ in page_types()}
    common = set.intersection(*(set(fields) for fields in models.values()))
    return {
        type_: [_field(name, field) for name, field in fields.items() if name not in common | _NOT_EDITED]
        for type_, fields in models.items()
    }


@cache
def page_types() -> list[RecordType]:
    """Return the types of record in the order in which the page shows them."""
    return sorted(RECORD_TYPES, key=lambda type_: _FIRST.index(type_) if type_ in _FIRST else len(_FIRST))


def _field(name: str, field: FieldInfo) -> dict[str, Any]:
    kind, values = _kind(field.annotation)
    pattern = next((str(one.pattern) for one in field.metadata if getattr(one, "pattern", None)), None)
    return {
        "name": name, "kind": kind, "values": values, "pattern": pattern,
        "many": kind in ("refs", "numbers"),
        "required": field.is_required(), "optional": not field.is_required() and field.default is None,
        "default": None if field.is_required() or kind in ("refs", "numbers") else field.default,
    }  # fmt: skip


def _kind(annotation: Any) -> tuple[str, list[str]]:  # noqa: ANN401 - a type expression
    if annotation is Ref:
        return "ref", []
    if annotation is Category:
        return "choice", list(CATEGORIES)
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return "choice", list(inside)
    if origin in (Union, UnionType):
        return _kind(next(one for one in inside if one is not NoneType))
    if origin is tuple:
        return ("refs", []) if inside[0] is Ref else ("numbers", [])
    return "text", []


@cache
def _asset(name: str) -> str:
    return (files(__package__) / "assets" / name).read_text(encoding="utf-8")


def _checksum(content: str) -> str:
    """Return the checksum by which the policy allows an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
