"""Pages of the web (.html, .htm): the main text, without what the site puts around it.

The main text is the densest block: of all elements the one whose own paragraphs hold most text that is no
link. Its title is what the page names as such, if the block does not begin with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.docx.body import CELL
from zhengxie_nlp.reading.encodings import decode
from zhengxie_nlp.reading.html_lists import ListNumbers
from zhengxie_nlp.reading.protocol import Blob, Extracted, Format, Options, need

HTML: Final = "a web page (HTML)"
_HEAD: Final = 4096
_BEGINS: Final = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*){0,9}"
    rb"<(?:!doctype\s+html|html|head|body|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_HOLDS: Final = re.compile(rb"<(?:html|head|body|p|div|table|br)\b[^<>]{0,300}>", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_DROPPED: Final = frozenset(
    ("script", "style", "noscript", "iframe", "nav", "footer", "aside", "form", "button", "select",
     "template",
     "svg", "object", "embed", "video", "audio", "head", "-comment", "textarea", "input", "canvas")
)  # fmt: skip
_BLOCKS: Final = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre",
     "section", "article", "main", "header", "table", "tbody", "thead", "tr", "td", "th", "center", "hr",
     "body", "html", "fieldset", "figure", "figcaption", "address", "caption", "menu")
)  # fmt: skip
_CELLS: Final = frozenset(("td", "th"))
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_CHINESE_WRAP: Final = re.compile(
    # a line end between two Chinese characters stands for nothing
    r"(?<=[\u3000-\u9fff\uff00-\uffef”’])[ \t]*[\r\n][ \t\r\n]*(?=[\u3000-\u9fff\uff00-\uffef“‘])"
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SITE: Final = re.compile(r"\s*[-_|—–]+\s*[^-_|—–]{2,30}$")
_PARTS: Final = frozenset(
    ("p", "li", "h1", "h2", "h3", "h4", "td", "th", "tr", "tbody", "thead", "dd", "dt", "pre")
)
_NESTING: Final = re.compile(
    r"<(/?)(?:div|span|font|b|i|u|em|strong|big|small|table|ul|ol|blockquote|section|article|center)\b",
    re.IGNORECASE,
)
_MOST_NESTED: Final = 5_000
#: Nothing on a page is nested deeper than this.
_DEEPEST: Final = 300


def read_html(blob: Blob, options: Options) -> Iterator[Extracted]:
    """Give the main text of a web page.

    Raises:
        SettingsError: ZX402, if the extra ``[files]`` is not installed.
    """
    yield extract_html(blob, declared_encoding(blob.data))


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that a page says it is in, if Python knows it."""
    found = _CHARSET.search(data[:_HEAD])
    if found is None:
        return None
    name = found[1].decode("ascii")
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        return None
    return name


def extract_html(blob: Blob, declared: str | None) -> Extracted:
    """Return the main text of a page that is in the declared encoding, or in the one that fits."""
    parser = need("selectolax.lexbor", package="selectolax")
    try:
        decoded = decode(blob.data, encoding=blob.encoding or declared, where=blob.where)
    except ReadError:
        # Pages that say they are in one encoding and are in another are common.
        decoded = decode(blob.data, where=blob.where)
    _refuse_depth(decoded.text, blob)
    tree = parser.LexborHTMLParser(decoded.text)
    body = tree.body
    main = _main(body) if body is not None else None
    lines = _lines(main) if main is not None else []
    title = _title(tree)
    # A title in the main text may stand behind the name of the column.
    if title and not any(_same(title, line) for line in lines[:6]):
        lines = [title, *lines]
    text = "\n".join(lines) + "\n" if lines else ""
    dropped = {"picture": len(main.css("img"))} if main is not None and main.css("img") else {}
    return Extracted(text, decoded.encoding, dropped=dropped)


def _refuse_depth(text: str, blob: Blob) -> None:
    """Refuse a page whose elements lie in each other without end: its time grows with their square."""
    depth = 0
    for match in _NESTING.finditer(text):
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _MOST_NESTED:
            problem = f"it is {HTML} with more than {_MOST_NESTED:,} elements in each other"
            raise ReadError("ZX110", problem, where=blob.where, hint="Save it again from a browser.")


def _same(one: str, other: str) -> bool:
    return re.sub(r"\s", "", one) == re.sub(r"\s", "", other)


def _title(tree: Any) -> str:  # noqa: ANN401 - selectolax nodes
    for name in ("ArticleTitle", "articletitle", "og:title"):
        found = tree.css_first(f'meta[name="{name}"]') or tree.css_first(f'meta[property="{name}"]')
        content = found.attributes.get("content") if found is not None else None
        if content and content.strip():
            return str(content).strip()
    heading = tree.css_first("h1")
    if heading is not None and heading.text().strip():
        return _BLANKS.sub(" ", heading.text()).strip()
    title = tree.css_first("title")
    return _SITE.sub("", _BLANKS.sub(" ", title.text()).strip()) if title is not None else ""


def _left_out(node: Any) -> bool:  # noqa: ANN401
    if node.tag in _DROPPED:
        return True
    if node.tag.startswith("-"):
        return False
    attributes = node.attributes
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "") is not None


def _main(body: Any) -> Any:  # noqa: ANN401
    """Return the element that holds the main text."""
    own: dict[int, float] = {}
    nodes: dict[int, Any] = {}
    for node, above, linked in _texts(body):
        length = len(_BLANKS.sub("", node.text_content or "")) * (0.0 if linked else 1.0)
        for step, parent in enumerate(above):
            key = parent.mem_id
            nodes[key] = parent
            # What stands in a paragraph belongs to the element around it, less to those further out.
            if step < 3:
                own[key] = own.get(key, 0.0) + length * (1.0, 0.8, 0.4)[step]
    if not own:
        return body
    best = nodes[max(own, key=lambda key: own[key])]
    # A paragraph or a cell is never all of it.
    while best.tag in _PARTS and best.parent is not None and best.parent.mem_id in nodes:
        best = best.parent
    return best


def _texts(body: Any) -> Iterator[tuple[Any, list[Any], bool]]:  # noqa: ANN401
    """Give each text node, the block elements around it from the nearest, and whether it is in a link."""
    waiting: list[tuple[Any, tuple[Any, ...], bool]] = [(body, (), False)]
    while waiting:
        node, above, linked = waiting.pop()
        if _left_out(node) or len(above) > _DEEPEST:
            continue
        if node.tag == "-text":
            yield node, list(reversed(above))[:_DEEPEST], linked
            continue
        around = (*above, node) if node.tag in _BLOCKS else above
        child = node.child
        children = []
        while child is not None:
            children.append((child, around, linked or node.tag == "a"))
            child = child.next
        waiting.extend(reversed(children))


def _lines(main: Any) -> list[str]:  # noqa: ANN401
    """Return the lines of an element: one a paragraph, one a row of a table."""
    lines: list[str] = []
    current: list[str] = []
    cells: list[list[str]] = []
    numbers = ListNumbers()

    def flush() -> None:
        said = _BLANKS.sub(" ", _CHINESE_WRAP.sub("", "".join(current)).replace("\xa0", " ")).strip(" ")
        current.clear()
        if said.strip():
            (cells[-1] if cells else lines).append(numbers.numbered(said))

    waiting: list[tuple[Any, str]] = [(main, "open")]
    while waiting:
        node, stage = waiting.pop()
        if stage == "close":
            flush()
            numbers.leave(node)
            if node.tag == "tr" and cells:
                _end_row(cells, lines)
            continue
        if _left_out(node):
            continue
        if node.tag == "-text":
            current.append(node.text_content or "")
        elif node.tag == "br":
            flush()
        else:
            if node.tag in _BLOCKS:
                flush()
                numbers.enter(node, hidden=_left_out)
                if node.tag in _CELLS and not node.css("table"):
                    cells.append([])
                waiting.append((node, "close"))
            waiting.extend((child, "open") for child in reversed(_children(node)))
    flush()
    if cells:
        _end_row(cells, lines)
    return lines


def _children(node: Any) -> list[Any]:  # noqa: ANN401
    children, child = [], node.child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _end_row(cells: list[list[str]], lines: list[str]) -> None:
    full = [cell for cell in cells if cell]
    if len(full) > 1 and all(len(cell) == 1 for cell in full):
        lines.append(CELL.join(cell[0].strip() for cell in full))
    else:
        lines.extend(line for cell in full for line in cell)
    cells.clear()


def _is_html(blob: Blob) -> bool:
    head = blob.data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.replace(b"\x00", b"")[2:]
    return _BEGINS.match(head) is not None or (head.lstrip()[:1] == b"<" and len(_HOLDS.findall(head)) > 2)


HTML_PAGE: Final = Format(
    "html", HTML, "text/html", (".html", ".htm", ".shtml", ".xhtml"), "document", _is_html, read_html
)
