"""The body of a Word document as lines of text: paragraphs with their numbers, tables, text boxes, notes.

What a reader of the printed page sees, in the order in which it stands: inserted text in and deleted text out
(or the other way round), fallbacks of drawings skipped, a text box behind the paragraph it hangs on, a
footnote behind the paragraph that calls it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from zhengxie_nlp.reading.docx.numbering import Numbering, child_value, switched_on
from zhengxie_nlp.reading.docx.package import W
from zhengxie_nlp.reading.protocol import ReadingNote
from zhengxie_nlp.records import Page

#: Between the cells of a row: a mark that no word, number or name runs across.
CELL: Final = "｜"
#: Before the text of a footnote.
NOTE: Final = "注："
#: A page break as Word last laid the text out, while a paragraph is put together.
_BREAK: Final = "\ue000"
_TRANSPARENT: Final = frozenset(
    ("hyperlink", "smartTag", "customXml", "fldSimple", "sdt", "sdtContent", "ruby", "rubyBase", "dir", "bdo",
     "oMath", "oMathPara", "r", "AlternateContent", "Choice")
)  # fmt: skip
_CHARACTERS: Final = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_PICTURES: Final = frozenset(("drawing", "pict", "object"))
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
#: Nothing in a document is nested deeper than this.
_DEEPEST: Final = 100


def tag(element: Any) -> str:  # noqa: ANN401
    """Return the name of an element without its namespace; that of a comment is empty."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


@dataclass
class Body:
    """Walks through a document and writes down its text.

    Args:
        numbering: gives the numbers.
        notes: the footnotes and endnotes by kind and id.
        revisions: which version is read.
    """

    numbering: Numbering
    notes: dict[tuple[str, str], Any]
    revisions: Literal["accepted", "original"] = "accepted"
    lines: list[str] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    inserted: int = 0
    deleted: int = 0
    remarks: list[ReadingNote] = field(default_factory=list)
    _carried: str = ""
    _boxes: list[Any] = field(default_factory=list)
    _called: list[Any] = field(default_factory=list)
    _depth: int = 0

    def __post_init__(self) -> None:
        accepted = self.revisions == "accepted"
        self._in = frozenset(("ins", "moveTo") if accepted else ("del", "moveFrom"))
        self._out = frozenset(("del", "moveFrom") if accepted else ("ins", "moveTo"))
        self._fields: list[bool] = []

    def read(self, body: Any) -> None:  # noqa: ANN401
        """Take in the blocks of a part: paragraphs, tables, and what holds them."""
        if self._depth >= _DEEPEST:
            self.dropped["too_deep"] += 1
            return
        self._depth += 1
        for block in body:
            name = tag(block)
            if name == "p":
                self._paragraph(block)
            elif name == "tbl":
                self._table(block)
            elif name == "sdt" and self._is_contents(block):
                self.dropped["table_of_contents"] += 1
            elif name in ("sdt", "sdtContent", "customXml", "AlternateContent", "Choice") or name in self._in:
                self.read(block)
            elif name in self._out:
                self._count_revision(name)
        self._depth -= 1

    def text(self) -> tuple[str, tuple[Page, ...]]:
        """Return the whole text, and its pages where the file says how they broke."""
        text = "\n".join(self.lines).strip("\n") + "\n"
        if _BREAK not in text:
            return text, ()
        parts = text.split(_BREAK)
        pages, at = [], 0
        for number, part in enumerate(parts, start=1):
            pages.append(Page(number=number, start=at))
            at += len(part)
        return "".join(parts), tuple(pages)

    # --- paragraphs -----------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Any) -> None:  # noqa: ANN401
        properties = paragraph.find(W + "pPr")
        if any(name.startswith("toc ") for name in self.numbering.style_names(properties)):
            self.dropped["table_of_contents"] += 1
            return
        said = "".join(self._inline(paragraph))
        mark = properties.find(W + "rPr") if properties is not None else None
        if mark is not None and any(mark.find(W + name) is not None for name in self._out):
            # Its end is deleted: what it says goes on in the next paragraph.
            self._carried += said
            return
        said, self._carried = self._carried + said, ""
        number = self.numbering.number(properties)
        self._add(number + said if said.strip(_BREAK + " \u3000\t\n") else said)
        self._flush()

    def _add(self, said: str) -> None:
        self.lines.extend(said.split("\n"))

    def _flush(self) -> None:
        """Write down the text boxes and notes that hang on what was just written."""
        while self._boxes or self._called:
            boxes, called = self._boxes, self._called
            self._boxes, self._called = [], []
            for box in boxes:
                self.read(box)
            for note in called:
                first = len(self.lines)
                self.read(note)
                kept = [line.strip() for line in self.lines[first:] if line.strip()]
                self.lines[first:] = [NOTE + kept[0], *kept[1:]] if kept else []

    def _inline(self, element: Any, depth: int = 0) -> Iterator[str]:  # noqa: ANN401
        """Give the text inside of a paragraph, run by run."""
        if depth > _DEEPEST:
            self.dropped["too_deep"] += 1
            return
        for child in element:
            name = tag(child)
            if name in self._out:
                self._count_revision(name)
            elif name in self._in:
                self._count_revision(name)
                yield from self._inline(child, depth + 1)
            elif name == "r":
                yield from self._run(child, depth + 1)
            elif name in _TRANSPARENT:
                yield from self._inline(child, depth + 1)
            elif name == "t" and child.tag.startswith(_MATH):
                yield child.text or ""
            elif child.tag == f"{_MATH}{name}":
                yield from self._inline(child, depth + 1)
            elif name in _PICTURES:
                self._picture(child)

    def _run(self, run: Any, depth: int) -> Iterator[str]:  # noqa: ANN401
        if switched_on(run.find(W + "rPr"), "vanish"):
            self.dropped["hidden_text"] += 1
            return
        for child in run:
            name = tag(child)
            if name == "fldChar":
                self._field(child.get(W + "fldCharType"))
            elif any(self._fields):
                continue
            elif name == "t" or (name == "delText" and self.revisions == "original"):
                yield (child.text or "").replace(_BREAK, "")
            elif name in _CHARACTERS:
                yield _CHARACTERS[name]
            elif name == "br":
                yield "\n" if child.get(W + "type") in (None, "textWrapping") else ""
            elif name == "lastRenderedPageBreak":
                yield _BREAK
            elif name == "sym":
                yield _symbol(child)
            elif name in ("footnoteReference", "endnoteReference"):
                note = self.notes.get((name.removesuffix("Reference"), child.get(W + "id", "")))
                if note is not None:
                    self._called.append(note)
            elif name in _PICTURES:
                self._picture(child)
            elif name in _TRANSPARENT:
                yield from self._inline(child, depth + 1)

    def _field(self, kind: str | None) -> None:
        """Note where a field's instruction begins and ends: only its result is text."""
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _picture(self, picture: Any) -> None:  # noqa: ANN401
        boxes = [
            box
            for box in picture.iter(W + "txbxContent")
            if not any(tag(above) in ("Fallback", "txbxContent") for above in _above(box, picture))
        ]
        self._boxes.extend(boxes)
        self.dropped["picture"] += not boxes

    def _count_revision(self, name: str) -> None:
        if name in ("ins", "moveTo"):
            self.inserted += 1
        else:
            self.deleted += 1

    def _is_contents(self, block: Any) -> bool:  # noqa: ANN401
        gallery = child_value(block, "sdtPr", "docPartObj", "docPartGallery")
        return gallery == "Table of Contents"

    # --- tables ---------------------------------------------------------------------------------------

    def _table(self, table: Any) -> None:  # noqa: ANN401
        for row in _rows(table, self._in):
            properties = row.find(W + "trPr")
            if properties is not None and any(properties.find(W + name) is not None for name in self._out):
                self.deleted += 1
                continue
            cells = [self._cell(cell) for cell in _cells(row, self._in)]
            full = [cell for cell in cells if any(line.strip() for line in cell)]
            if len(full) > 1 and all(len(cell) == 1 for cell in full):
                self.lines.append(CELL.join(cell[0].strip() for cell in full))
            else:
                # A cell of several paragraphs is text that was laid out with the help of a table.
                self.lines.extend(line for cell in full for line in cell)
        self._flush()

    def _cell(self, cell: Any) -> list[str]:  # noqa: ANN401
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        if merge is not None and merge.get(W + "val") != "restart":
            return []
        outer, self.lines = self.lines, []
        self.read(cell)
        said, self.lines = self.lines, outer
        while said and not said[-1].strip():
            said.pop()
        return said


def _above(element: Any, top: Any) -> Iterator[Any]:  # noqa: ANN401
    parent = element.getparent()
    while parent is not None and parent is not top:
        yield parent
        parent = parent.getparent()


def _rows(table: Any, entered: frozenset[str]) -> Iterator[Any]:  # noqa: ANN401
    for child in table:
        name = tag(child)
        if name == "tr":
            yield child
        elif name in ("sdt", "sdtContent", "customXml") or name in entered:
            yield from _rows(child, entered)


def _cells(row: Any, entered: frozenset[str]) -> Iterator[Any]:  # noqa: ANN401
    for child in row:
        name = tag(child)
        if name == "tc":
            yield child
        elif name in ("sdt", "sdtContent", "customXml") or name in entered:
            yield from _cells(child, entered)


def _symbol(element: Any) -> str:  # noqa: ANN401
    """Return a character of a symbol font: a plain one as it is, one of the private area as a bullet."""
    try:
        code = int(element.get(W + "char") or "", 16)
    except ValueError:
        return ""
    if 0xF000 <= code <= 0xF0FF:
        return "•"
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
