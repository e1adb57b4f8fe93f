"""Citing: the line, the paragraph and the page on which something stands, as people look it up."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import Final, NamedTuple

from zhengxie_nlp.records import Document, Ref
from zhengxie_nlp.text.cleaning.layout import clean

#: What ends a line, as an editor counts lines.
_LINE_END: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_PAGE_END: Final = "\x0c"


class Place(NamedTuple):
    """Where something begins, each counted from 1.

    Attributes:
        line: of `Document.text`, as an editor shows it.
        paragraph: of the text without layout, wrapped lines joined; a heading is one.
        page: None where the file has no pages, or does not say where they break.
    """

    line: int
    paragraph: int
    page: int | None


class Citer:
    r"""Tells where the parts of a Document stand.

    Args:
        document: any Document.

    Example:
        >>> from zhengxie_nlp.records import Document, Ref, Source
        >>> text = "一、抓实学习\n　　举办讲堂12\n场。\n\x0c　　开展调研40次。\n"
        >>> citer = Citer(Document(source=Source(id="a"), text=text))
        >>> citer.place(Ref(text="40次", fragments=((text.index("40"), text.index("40") + 3),)))
        Place(line=5, paragraph=3, page=2)
        >>> citer.cite(Ref(text="场", fragments=((17, 18),)))
        '第1页第3行'
    """

    def __init__(self, document: Document) -> None:
        self._text, self._layout = document.text, document.layout
        self._line_ends = [match.end() for match in _LINE_END.finditer(document.text)]
        self._page_ends = [at for at, sign in enumerate(document.text) if sign == _PAGE_END]

    @cached_property
    def _paragraphs(self) -> list[int]:
        """The offsets at which paragraphs begin, in the order of the source."""
        return sorted(one.pieces[0].start for one in clean(self._text).paragraphs if one.pieces)

    def page(self, offset: int) -> int | None:
        """Return the page of a character, None where it is not known."""
        if self._layout is not None:
            return self._layout.page_at(offset)
        return bisect_left(self._page_ends, offset) + 1 if self._page_ends else None

    def place(self, ref: Ref) -> Place:
        """Return where a Ref begins.

        Args:
            ref: of the Document; the first of its fragments in the source counts.
        """
        at = min((start for start, _ in ref.fragments), default=0)
        paragraph = max(1, bisect_right(self._paragraphs, at))
        return Place(bisect_right(self._line_ends, at) + 1, paragraph, self.page(at))

    def cite(self, ref: Ref) -> str:
        """Return where a Ref begins, as Chinese readers cite it: ``第2页第15行``, or ``第15行``."""
        at = min((start for start, _ in ref.fragments), default=0)
        page, line = self.page(at), bisect_right(self._line_ends, at) + 1
        return f"第{page}页第{line}行" if page is not None else f"第{line}行"
