"""The reference of the service as a page without any script: it works with the network blocked."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

_STYLE: Final = """
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; color: #1d2430; background: #fbfaf7; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1.05rem; margin-top: 2rem; border-top: 1px solid #d9d5cb; padding-top: 1rem; }
code, pre { font-family: ui-monospace, Consolas, monospace; font-size: .9em; }
pre { background: #f1eee7; padding: .8rem; overflow: auto; border-radius: 6px; white-space: pre-wrap; }
.method { background: #9c1f24; color: #fff; border-radius: 4px; padding: .1rem .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #d9d5cb; vertical-align: top; }
a { color: #14508c; }
@media (prefers-color-scheme: dark) {
  body { background: #14181e; color: #e6e9ee; } pre { background: #232a33; } a { color: #8fc3ff; }
  th, td, h2 { border-color: #37404c; }
}
"""
#: What one types to try a path; the address of the server is put before it.
_EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "/extract": (
        "curl -F file=@speech.docx {base}/extract",
        "curl -H 'Content-Type: text/plain' --data-binary @speech.txt {base}/extract",
        "curl -H 'Content-Type: application/json' -d '{{\"text\": \"开展活动40多次。\"}}' {base}/extract",
    ),
    "/batch": ("curl -F file=@a.docx -F file=@b.txt {base}/batch",),
    "/healthz": ("curl {base}/healthz",),
    "/metrics": ("curl {base}/metrics",),
}


def policy() -> str:
    """Return the Content-Security-Policy of the reference: its style, and nothing else."""
    checksum = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{checksum}'; base-uri 'none'; form-action 'none'"


def reference_page(openapi: Mapping[str, Any], *, base: str) -> str:
    """Return the reference as HTML.

    Args:
        openapi: the OpenAPI description of the service.
        base: its address.
    """
    info = openapi["info"]
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body>"
    )
    parts = [
        head, f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
        f"<p>{escape(info.get('description', ''))}</p>",
        '<p>OpenAPI: <a href="openapi.json">openapi.json</a> · <a href="./">page</a></p>',
    ]  # fmt: skip
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            parts += _operation(path, method, operation, base)
    for name, schema in openapi.get("components", {}).get("schemas", {}).items():
        shown = escape(json.dumps(schema, ensure_ascii=False, indent=1))
        parts.append(
            f'<details id="{escape(name)}"><summary>{escape(name)}</summary><pre>{shown}</pre></details>'
        )
    return "\n".join([*parts, "</body></html>", ""])


def _operation(path: str, method: str, operation: Mapping[str, Any], base: str) -> Iterator[str]:
    yield f'<h2><span class="method">{escape(method.upper())}</span> <code>{escape(path)}</code></h2>'
    yield f"<p>{escape(operation.get('summary', ''))}</p>"
    for paragraph in operation.get("description", "").split("\n\n"):
        yield f"<p>{escape(paragraph)}</p>"
    rows = [
        (one["name"], one["in"], one.get("description", "") or one.get("schema", {}).get("description", ""))
        for one in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {})
    rows += [("body", media, content.get("description", "")) for media, content in body.items()]
    if rows:
        yield _table(("", "in / type", ""), rows)
    answers = [
        (status, answer.get("description", ""), ", ".join(answer.get("content", {})))
        for status, answer in operation.get("responses", {}).items()
    ]
    yield _table(("status", "", "type"), answers)
    for example in _EXAMPLES.get(path, ()):
        yield f"<pre>{escape(example.format(base=base))}</pre>"


def _table(head: tuple[str, ...], rows: list[tuple[str, str, str]]) -> str:
    top = "".join(f"<th>{escape(one)}</th>" for one in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
