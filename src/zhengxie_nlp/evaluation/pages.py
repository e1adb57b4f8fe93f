"""Makes newspaper pages of whole texts: articles cut in mid-sentence and interleaved, with their right order.

A page holds two or three articles (two columns, an article set into another, three articles, the tail of one
before its head) and whole articles around them; headlines, name lines, captions, credits and page numbers
stand between. One page in four is whole. The same state of chance gives the same page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from random import Random
from typing import Final, Literal

from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, line_roles
from zhengxie_nlp.text.cleaning.layout import clean

Part = Literal["train", "dev", "test"]
Plan = Literal["columns", "inset", "three", "tail_first", "missing", "whole"]
Layout = Literal["plain", "indented", "wrapped", "wrapped_indented"]

_PLANS: Final[tuple[Plan, ...]] = (
    "whole", "whole", "whole", "columns", "columns", "columns", "columns", "inset", "inset", "inset",
    "three", "tail_first",
)  # fmt: skip
_LAYOUTS: Final[tuple[Layout, ...]] = ("plain", "indented", "wrapped", "wrapped_indented")
_WIDTHS: Final = (22, 36)
_MISSING: Final = 0.08
#: A paragraph that is cut is at least so long, and each side of the cut in its sentence this.
_LEAST_PARAGRAPH, _LEAST_SIDE = 40, 4
_LEAST_BODY: Final = 3
_MOST_BODY: Final = 14
_MOST_CHARACTERS: Final = 2800
_STOP: Final = re.compile(r"[。！？…；：!?;:]")
#: No line starts, and none ends, with these.
_NO_START, _NO_END = "，、；：。！？”’）》% ", "“‘（《 "
_INDENT: Final = "\u3000\u3000"
_NAMES: Final = (
    "本报记者 林嘉禾",
    "云浦市政协主席 林嘉禾",
    "岭东区政协机关",
    "清澜州委宣传部",
    "怀溪县委书记 乔 岳",
)
_BETWEEN: Final = (
    "（本报记者 林嘉禾摄）", "图为岭东区居民在社区议事厅里商量楼道改造。", "- 3 -", "—4—", "第5页",
    "（责任编辑：乔岳）", "图片由岭东区政协提供",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Article:
    """One whole article: its head lines and its paragraphs, without indents.

    Attributes:
        source: the name of the text that it stands in.
        heads: headline and name lines.
        body: its paragraphs.
    """

    source: str
    heads: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its right order.

    Attributes:
        text: the page.
        articles: for each article the source spans of its body, in reading order.
        plan: how it was put together.
        layout: how its lines are set.
    """

    text: str
    articles: tuple[tuple[tuple[int, int], ...], ...]
    plan: Plan
    layout: Layout

    def joints(self) -> set[tuple[int, int]]:
        """Return where an article's text leaves the order of the source over another's; see `find_joints`."""
        return find_joints(self.articles)


def find_joints(articles: Iterable[Sequence[tuple[int, int]]]) -> set[tuple[int, int]]:
    """Return the joints of a text: where the spans of one article leave source order over text of an article.

    Args:
        articles: the spans of each article's text, in reading order.

    Returns:
        Each joint as the source offset where the text breaks off, and that where it goes on.

    Example:
        >>> sorted(find_joints([[(0, 9), (20, 30)], [(10, 19), (31, 40)]]))
        [(9, 20), (19, 31)]
    """
    owned = sorted(span for article in articles for span in article)
    starts = {start for start, _ in owned}
    ordered = sorted(starts)
    found: set[tuple[int, int]] = set()
    for article in articles:
        for (_, end), (start, _) in pairwise(article):
            if start < end or _any_between(ordered, end, start):
                found.add((end, start))
    return found


def _any_between(starts: Sequence[int], low: int, high: int) -> bool:
    at = bisect_left(starts, low)
    return at < len(starts) and starts[at] < high


def part_of(source: str) -> Part:
    """Return the part that a source text belongs to: three fifths train, a fifth dev, a fifth test."""
    rest = int(sha256(source.encode()).hexdigest(), 16) % 5
    return "dev" if rest == 3 else "test" if rest == 4 else "train"


def read_articles(name: str, source: str) -> list[Article]:
    """Cut a whole text into its articles, each with its head lines; transcripts give none."""
    text = clean(source)
    roles = line_roles(text)
    lines = ["".join(source[a:b] for a, b in paragraph.pieces) for paragraph in text.paragraphs]
    begins = [at for at, role in enumerate(roles) if role.opens]
    if not begins or any(role.role == "turn" for role in roles):
        return []
    found: list[Article] = []
    for first, last in zip(begins, [*begins[1:], len(lines)], strict=True):
        head = first
        while head < last and roles[head].role not in BODY_ROLES:
            head += 1
        body = tuple(lines[at] for at in range(head, last) if roles[at].role in BODY_ROLES)
        heads = tuple(lines[first:head])
        if len(body) >= _LEAST_BODY and heads and sum(map(len, body)) >= 200:
            found.append(Article(name, heads[-4:], body))
    return found


def make_page(articles: Sequence[Article], *, random: Random, plan: Plan | None = None) -> Page:
    """Make one page of the articles of one part.

    Args:
        articles: what to choose from.
        random: where chance comes from; the same state gives the same page.
        plan: how to put it together; left out, it is drawn.
    """
    drawn: Plan = random.choice(_PLANS) if plan is None else plan
    layout: Layout = random.choice(_LAYOUTS)
    chosen = _choose(articles, random, count=3 if drawn == "three" else 2)
    pieces = [_cut(article, random, number) for number, article in enumerate(chosen)]
    order = _ordered(pieces, drawn, random)
    if drawn not in ("whole", "tail_first") and random.random() < _MISSING:
        order = _without_one(order, random)
        drawn = "missing"
    count = len(chosen)
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        extra = _choose(articles, random, count=1)[0]
        if extra not in chosen:
            whole = _Whole(extra, count).lines()
            order = [*order, whole] if random.random() < 0.5 else [whole, *order]
            count += 1
    return _set(order, count, drawn, layout, random)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line before it is set: a headline, a paragraph, or the rest of one that was cut."""

    text: str
    kind: Literal["head", "paragraph", "rest", "between"]
    article: int


@dataclass(frozen=True, slots=True)
class _Whole:
    article: Article
    number: int

    def lines(self) -> list[_Line]:
        heads = [_Line(line, "head", self.number) for line in self.article.heads]
        return heads + [_Line(line, "paragraph", self.number) for line in self.article.body]


def _choose(articles: Sequence[Article], random: Random, *, count: int) -> list[Article]:
    """Choose neighbours of one text, or, where it has too few or by chance, of any."""
    first = random.randrange(len(articles))
    near = [one for one in articles[first : first + count] if one.source == articles[first].source]
    if len(near) < count or random.random() < 0.2:
        near = random.sample(list(articles), min(count, len(articles)))
    return [_shortened(one, random) for one in near]


def _shortened(article: Article, random: Random) -> Article:
    """Keep the beginning of a long article, and see that somebody is named over it, mostly."""
    most = random.randint(_LEAST_BODY + 2, _MOST_BODY)
    body: list[str] = []
    total = 0
    for line in article.body:
        if len(body) >= most or (body and total + len(line) > _MOST_CHARACTERS):
            break
        body.append(line)
        total += len(line)
    while len(body) > 1 and not _STOP.search(body[-1][-1]):
        del body[-1]
    heads = article.heads
    if len(heads) == 1 and random.random() < 0.6:
        heads = (*heads, random.choice(_NAMES))
    return Article(article.source, heads, tuple(body))


def _cut(article: Article, random: Random, number: int) -> list[list[_Line]]:
    """Cut an article in two (at times in three) inside sentences."""
    lines = _Whole(article, number).lines()
    places = [at for at, line in enumerate(lines) if line.kind == "paragraph" and _offsets(line.text)]
    if not places:
        return [lines]
    cuts = sorted(random.sample(places, min(len(places), 2 if random.random() < 0.1 else 1)))
    parts: list[list[_Line]] = []
    begin: list[_Line] = []
    first = 0
    for at in cuts:
        text = lines[at].text
        offset = random.choice(_offsets(text))
        parts.append([*begin, *lines[first:at], _Line(text[:offset], "paragraph", number)])
        begin, first = [_Line(text[offset:], "rest", number)], at + 1
    return [*parts, [*begin, *lines[first:]]]


def _offsets(text: str) -> list[int]:
    """Return where a paragraph may be cut: inside a sentence, not before punctuation."""
    if len(text) < _LEAST_PARAGRAPH:
        return []
    stops = [0, *(match.end() for match in _STOP.finditer(text)), len(text)]
    return [
        at
        for low, high in pairwise(stops)
        for at in range(low + _LEAST_SIDE, high - _LEAST_SIDE)
        if text[at] not in "，、；：。！？”’）》%"
        and text[at - 1] not in "“‘（《"
        and text[at] != " " != text[at - 1]
    ]


def _ordered(pieces: Sequence[list[list[_Line]]], plan: Plan, random: Random) -> list[list[_Line]]:
    """Put the pieces of the articles in the order of a page."""
    joined = [[line for part in parts for line in part] for parts in pieces]
    if plan == "whole":
        return [_mended(lines) for lines in joined]
    if plan == "inset":
        return [pieces[0][0], _mended(joined[1]), *pieces[0][1:]]
    if plan == "tail_first":
        middle = [_mended(joined[1])] if random.random() < 0.7 else []
        return [*pieces[0][1:], *middle, pieces[0][0]]
    turns = max(map(len, pieces))
    if plan == "three" and len(pieces) > 2 and random.random() < 0.4:
        # The third article stands whole between the columns of the others.
        first, second = pieces[0], pieces[1]
        return [first[0], second[0], _mended(joined[2]), *first[1:], *second[1:]]
    return [parts[turn] for turn in range(turns) for parts in pieces if turn < len(parts)]


def _mended(lines: Sequence[_Line]) -> list[_Line]:
    mended: list[_Line] = []
    for line in lines:
        if line.kind == "rest":
            mended[-1] = _Line(mended[-1].text + line.text, "paragraph", line.article)
        else:
            mended.append(line)
    return mended


def _without_one(order: Sequence[list[_Line]], random: Random) -> list[list[_Line]]:
    lost = random.randrange(1, len(order))
    return [part for at, part in enumerate(order) if at != lost]


def _set(order: Sequence[list[_Line]], count: int, plan: Plan, layout: Layout, random: Random) -> Page:
    """Set the lines of a page, and note where each article's text stands."""
    width = random.randint(*_WIDTHS) if layout.startswith("wrapped") else 0
    indent = _INDENT if layout.endswith("indented") else ""
    gap = random.choice(("", "", "\n"))
    page = ""
    spans: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    seen: list[tuple[int, list[tuple[int, int]]]] = []
    for place, part in enumerate(order):
        if place and random.random() < 0.12:
            page += indent + random.choice(_BETWEEN) + "\n"
        block: list[tuple[int, int]] = []
        for line in part:
            lead = (
                indent if line.kind == "paragraph" or (line.kind == "head" and layout == "indented") else ""
            )
            for row in _rows(lead + line.text, width):
                start = len(page) + len(row) - len(row.lstrip())
                page += row + "\n"
                if line.kind != "head":
                    block.append((start, len(page) - 1))
        page += gap
        seen.append((part[0].article, block))
    for article, begins in _reading(order, seen):
        spans[article] += begins
    return Page(page, tuple(tuple(one) for one in spans), plan, layout)


def _rows(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)] if width else [text]


def _reading(
    order: Sequence[list[_Line]], seen: Sequence[tuple[int, list[tuple[int, int]]]]
) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return the parts with the head of each article before its rest."""
    headed = [part[0].kind != "rest" for part in order]
    return [one for one, head in zip(seen, headed, strict=True) if head] + [
        one for one, head in zip(seen, headed, strict=True) if not head
    ]
