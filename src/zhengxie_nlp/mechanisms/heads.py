"""Where a device's name may end: head words in running text, in quotation marks, and titles in 《》.

The words stand in `data/mechanism_heads.tsv` and `data/mechanism_words.tsv`. For reading, the inside of
quotation marks, 《》 and brackets is covered: no comma, verb or head in there is taken for one of the clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from zhengxie_nlp.context.context import Context
from zhengxie_nlp.lexicon.tables import Phrases, longest_word, read_table
from zhengxie_nlp.mechanisms.verbs import VerbAt, verbs_among
from zhengxie_nlp.text.segmenters.words import Word, cut
from zhengxie_nlp.text.source_text import Span

Form = Literal["plain", "quoted", "title"]

#: Stands for a covered character.
COVER: Final = "\ue000"
_WHOLE = re.compile(r"《[^《》\n]{1,80}+》|“[^“”\n]{1,60}+”|（[^（）\n]{1,40}+）")
#: Marks one by one, not as a set: so the pattern's first characters are known, and the rest is skipped fast.
_EDGE = re.compile("|".join((*"，；：。！？\n 　", "——")))
_SENTENCE_EDGE = re.compile(r"[。！？\n]")
_AFTER_SUFFIX: Final = r"(?=[，。；、！？：）”“\n \d一二三四五六七八九十两]|和|与|及|以及|并|等|$)"
#: A longer word does not run on over the end of a head.
_LONGEST_WORD: Final = 6
#: A last character that names a body, a place or a rule where something new is set up.
_SUFFIXES: Final = "组队团会站点岗室库群部厅亭栏区箱榜线日制"


class Head(NamedTuple):
    """One place where a device's name may end.

    Attributes:
        span: the head words, a run of them as one (制度机制, 制度和载体); of a title, what stands in 《》.
        word: the last head word, which decides the kind.
        kind: the kind that it makes.
        use: how the word counts, see `data/mechanism_heads.tsv`; ``suffix`` for a bare last character,
            ``bare`` for a quoted name without any head.
        form: whether the head stands in running text, closes a quotation, or is a title.
        outer: the quotation or title with its marks; for a plain head the same as `span`.
    """

    span: Span
    word: str
    kind: str
    use: str
    form: Form
    outer: Span


class HeadWord(NamedTuple):
    """A row of `data/mechanism_heads.tsv`."""

    kind: str
    use: str


@cache
def head_words() -> Phrases[HeadWord]:
    """Return the head words with their kind and use."""
    return Phrases(
        {row["head"]: HeadWord(row["kind"], row["use"]) for row in read_table("mechanism_heads.tsv")}
    )


@cache
def word_list(name: str) -> Phrases[bool]:
    """Return one list of `data/mechanism_words.tsv`."""
    return Phrases({row["word"]: True for row in read_table("mechanism_words.tsv") if row["list"] == name})


@cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(row["word"] for row in read_table("mechanism_words.tsv") if row["list"] == name)


def ends_in(name: str, text: str, end: int) -> bool:
    """Say whether the characters before `end` are a word of one list of `data/mechanism_words.tsv`."""
    return text.endswith(_words(name), 0, end)


def opens_with(name: str, text: str, start: int) -> bool:
    """Say whether a word of one list of `data/mechanism_words.tsv` begins at `start`."""
    return text.startswith(_words(name), start)


@cache
def _pattern() -> re.Pattern[str]:
    rows = sorted(read_table("mechanism_heads.tsv"), key=lambda row: -len(row["head"]))
    every = "|".join(row["head"] for row in rows)
    bare = "|".join(row["head"] for row in rows if row["use"] == "always")
    return re.compile(
        rf"(?P<run>(?>(?:{every})+)(?>(?:(?:和|与|及|、)(?>(?:{bare})+)(?=[，。；、！？：”\n]|$|和|与))?))"
        rf"|(?P<suffix>[{_SUFFIXES}]){_AFTER_SUFFIX}"
    )


@cache
def _beginning() -> re.Pattern[str]:
    """Return a pattern that finds where `_pattern` matches.

    Each of its alternatives begins with one character, so that all others are skipped fast.
    """
    words: dict[str, list[str]] = {}
    for row in read_table("mechanism_heads.tsv"):
        words.setdefault(row["head"][0], []).append(row["head"])
    heads = map(longest_word, words.values())
    suffixes = (f"{suffix}{_AFTER_SUFFIX}" for suffix in _SUFFIXES)
    return re.compile("|".join((*heads, *suffixes)))


def _next_head(text: str, at: int) -> re.Match[str] | None:
    """Return the first match of `_pattern` behind `at`."""
    beginning = _beginning().search(text, at)
    return _pattern().match(text, beginning.start()) if beginning is not None else None


class Reading:
    """A clean text as mechanisms are read in it: covered, in clauses, its words and verbs cut once a clause.

    Args:
        context: the clean text and its structure; markers are clause edges too.
    """

    def __init__(self, context: Context) -> None:
        self.text = context.text.text
        self.context = context
        self.wholes = [Span(*match.span()) for match in _WHOLE.finditer(self.text)]
        self.covered = _covered(self.text, self.wholes)
        edges = {0, len(self.text)}
        edges.update(match.end() for match in _EDGE.finditer(self.covered))
        for span in context.marker_spans:
            edges.update(span)
        self._edges = sorted(edges)
        sentence_edges = {0, len(self.text)}
        sentence_edges.update(match.end() for match in _SENTENCE_EDGE.finditer(self.covered))
        self._sentence_edges = sorted(sentence_edges)
        self._words: dict[int, tuple[list[Word], list[int]]] = {}
        self._verbs: dict[int, tuple[list[VerbAt], list[int]]] = {}

    def clause(self, at: int) -> Span:
        """Return the clause that holds the character at `at`; commas inside quotations part nothing."""
        place = bisect_right(self._edges, at)
        end = self._edges[place] if place < len(self._edges) else len(self.text)
        return Span(self._edges[place - 1], end)

    def sentence_start(self, at: int) -> int:
        """Return where the sentence begins that holds the character at `at`."""
        return self._sentence_edges[bisect_right(self._sentence_edges, at) - 1]

    def words(self, start: int, end: int) -> list[Word]:
        """Return the words of one clause that begin between `start` and `end`."""
        words, starts = self._clause_words(start)
        return words[bisect_left(starts, start) : bisect_left(starts, end)]

    def clauses(self) -> Iterator[Span]:
        """Yield the clauses of the whole text."""
        for start, end in pairwise(self._edges):
            yield Span(start, end)

    def verbs(self, start: int, end: int) -> list[VerbAt]:
        """Return the governing verbs of one clause that lie between `start` and `end`."""
        edge = self._edges[bisect_right(self._edges, start) - 1]
        known = self._verbs.get(edge)
        if known is None:
            found = verbs_among(self.covered, self._clause_words(start)[0])
            known = self._verbs[edge] = (found, [verb.span.start for verb in found])
        verbs, starts = known
        if not verbs:
            return []
        return [
            verb
            for verb in verbs[bisect_left(starts, start) : bisect_left(starts, end)]
            if verb.span.end <= end
        ]

    def _clause_words(self, at: int) -> tuple[list[Word], list[int]]:
        start = self._edges[bisect_right(self._edges, at) - 1]
        known = self._words.get(start)
        if known is None:
            words = cut(self.covered, *self.clause(at))
            known = self._words[start] = (words, [word.start for word in words])
        return known

    @cached_property
    def heads(self) -> list[Head]:
        """Every place where a device's name may end, in order."""
        found = [*self._plain_heads(), *self._whole_heads()]
        return sorted(found, key=lambda head: (head.span.end, head.span.start))

    def _matches(self) -> Iterator[re.Match[str]]:
        match = _next_head(self.covered, 0)
        while match is not None:
            yield match
            match = _next_head(self.covered, match.end())

    def _plain_heads(self) -> list[Head]:
        found: list[Head] = []
        for match in self._matches():
            span = Span(*match.span())
            if opens_with("denied_after", self.covered, span.end) or ends_in(
                "no_head", self.covered, span.end
            ):
                continue
            if self._inside_word(span):
                continue
            if match["run"]:
                last = head_words().longest_before(match[0], len(match[0]))
                if last is not None:
                    found.append(Head(span, last[0], last[1].kind, last[1].use, "plain", span))
                continue
            head = self._suffix_head(span, "plain", span)
            if head is not None:
                found.append(head)
        return found

    def _inside_word(self, span: Span) -> bool:
        """Say whether a word runs on over the end of a head (办法 in 举办|法律)."""
        words, starts = self._clause_words(span.end - 1)
        last = bisect_left(starts, span.end) - 1
        return last >= 0 and starts[last] >= span.end - _LONGEST_WORD and words[last].end > span.end

    def _suffix_head(self, span: Span, form: Form, outer: Span) -> Head | None:
        """Return the head made by a bare last character (读书群, 首问负责制), unless it ends another word."""
        last = self.text[span.end - 1]
        if last == "制":
            if ends_in("not_zhi", self.text, span.end):
                return None
            return Head(span, last, "institution", "always", form, outer)
        if last not in _SUFFIXES or ends_in("facility", self.text, span.end):
            return None
        return Head(span, last, "institution" if last == "日" else "platform", "suffix", form, outer)

    def _whole_heads(self) -> list[Head]:
        found: list[Head] = []
        for outer in self.wholes:
            mark, inner = self.text[outer.start], Span(outer.start + 1, outer.end - 1)
            if mark == "（" or self._names_more(outer.end):
                continue
            if mark == "《":
                found.append(Head(inner, "《》", "document", "title", "title", outer))
                continue
            last = head_words().longest_before(self.text[inner.start : inner.end], inner.end - inner.start)
            if last is not None:
                span = Span(inner.end - len(last[0]), inner.end)
                found.append(Head(span, last[0], last[1].kind, last[1].use, "quoted", outer))
                continue
            head = self._suffix_head(Span(inner.end - 1, inner.end), "quoted", outer)
            found.append(head if head is not None else self._bare_head(inner, outer))
        return found

    def _bare_head(self, inner: Span, outer: Span) -> Head:
        """Return the head of a quoted name without one (委员之家): its verb alone can make it a device."""
        last = Span(inner.end - 1, inner.end)
        return Head(last, self.text[last.start], "platform", "bare", "quoted", outer)

    def _names_more(self, at: int) -> bool:
        """Say whether a head follows a closing mark within a few characters (“…”专栏, “…”党建品牌)."""
        window = self.covered[at : at + 8]
        match = _next_head(window, 0)
        if match is None or not match["run"]:
            return False
        between = window[: match.start()]
        return not between or (
            between.isalpha()
            and between[0] not in "的和与及等并在为是"
            and len(between) <= 4
            and COVER not in between
        )


def _covered(text: str, wholes: Sequence[Span]) -> str:
    """Return a text in which the inside of quotation marks, 《》 and brackets is covered."""
    parts: list[str] = []
    at = 0
    for start, end in wholes:
        parts += (text[at : start + 1], COVER * (end - start - 2))
        at = end - 1
    return "".join((*parts, text[at:]))
