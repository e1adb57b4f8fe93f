"""A Document as it shows itself in a notebook: its page, in a frame of its own."""

from __future__ import annotations

from html import escape
from typing import Final

from zhengxie_nlp.outputs.page.render import document_page
from zhengxie_nlp.records import Document

#: A page of more characters than this would make a notebook too large to open.
MOST_CHARACTERS: Final = 200_000


def document_html(document: Document) -> str:
    """Return what a notebook shows of a Document (`Document._repr_html_`).

    The page stands in a frame that may run its script and nothing else: it cannot reach the notebook. Of a
    long document only a line is shown: its page would swell the notebook.
    """
    if len(document.text) > MOST_CHARACTERS:
        counts = f"{len(document.text):,} characters, {len(document.records):,} records"
        about = f"Document {document.source.id}: {counts}"
        return f"<p>{escape(about)}. Too long to be shown here: use <code>zhengxie page</code>.</p>"
    page = escape(document_page(document), quote=True)
    style = "width:100%;height:640px;border:1px solid #d9d5cb;border-radius:8px"
    return f'<iframe sandbox="allow-scripts allow-downloads" srcdoc="{page}" style="{style}"></iframe>'
