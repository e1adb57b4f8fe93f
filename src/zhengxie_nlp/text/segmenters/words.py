"""Words: cuts a stretch of clean text into words with their part of speech, by whichever segmenter is in use.

Extractors call `cut` and see only `Word`. What cuts is a `Segmenter`: jieba's dictionary
(`text.jieba_words`) unless a pipeline says otherwise (`using`). A segmenter that parses may tell more, which
extractors ask for with `arguments` and `names`: who does what, and which stretches are names. Nothing is
imported or read before the first cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Literal, NamedTuple, Protocol

from zhengxie_nlp.text.source_text import Span

#: What an argument of a verb is: who acts, or what is acted on.
ArgumentRole = Literal["actor", "object"]
NameKind = Literal["organization", "person", "place", "other"]


class Word(NamedTuple):
    """A word at clean characters `start` to `end`, with its tag: n, v, vn, a, d, p, f, m or x.

    Punctuation has the tag ``w``, a character that no word explains ``x``.
    """

    start: int
    end: int
    tag: str


class Argument(NamedTuple):
    """An argument of a verb: its role and its characters."""

    role: ArgumentRole
    span: Span


class Name(NamedTuple):
    """A name: what it names and its characters."""

    kind: NameKind
    span: Span


class Segmenter(Protocol):
    """What cuts text into words; a segmenter that does not parse returns no arguments and no names."""

    def cut(self, text: str, start: int, end: int) -> list[Word]:
        """Cut `text` between two characters into words that cover every character once."""
        ...

    def arguments(self, text: str, verb: Span) -> Sequence[Argument]:
        """Return the arguments of the verb at these characters of `text`."""
        ...

    def names(self, text: str, start: int, end: int) -> Sequence[Name]:
        """Return the names that stand wholly between two characters of `text`, in order."""
        ...


_in_use: ContextVar[Segmenter | None] = ContextVar("segmenter", default=None)


@cache
def _default() -> Segmenter:
    from zhengxie_nlp.text.segmenters.jieba_words import JiebaSegmenter

    return JiebaSegmenter()


def segmenter() -> Segmenter:
    """Return what cuts words here and now."""
    return _in_use.get() or _default()


@contextmanager
def using(segmenter: Segmenter | None) -> Iterator[None]:
    """Cut with this segmenter inside the ``with``, in this thread or task only; None is the default one."""
    before = _in_use.set(segmenter)
    try:
        yield
    finally:
        _in_use.reset(before)


def cut(text: str, start: int, end: int) -> list[Word]:
    """Cut `text` between `start` and `end` into words.

    Args:
        text: a clean text.
        start: the first character.
        end: the character after the last one.

    Returns:
        The words in order; together they cover every character once.

    Example:
        >>> [word.tag for word in cut("建立委员工作室", 0, 7)]
        ['v', 'n', 'n']
    """
    return segmenter().cut(text, start, end)


def tagged(text: str, start: int, end: int) -> Sequence[tuple[str, str]]:
    """Cut as `cut` does, for who reads words one after another: return each as written, with its tag.

    A segmenter with a method of this name is asked for it: it need not make a `Word` of each.

    Example:
        >>> tagged("建立委员工作室", 0, 7)
        [('建立', 'v'), ('委员', 'n'), ('工作室', 'n')]
    """
    one = segmenter()
    own: Callable[[str, int, int], Sequence[tuple[str, str]]] | None = getattr(one, "tagged", None)
    if own is not None:
        return own(text, start, end)
    return [(text[word.start : word.end], word.tag) for word in one.cut(text, start, end)]


def arguments(text: str, verb: Span) -> Sequence[Argument]:
    """Return the arguments of a verb, where the segmenter in use parses; else none."""
    return segmenter().arguments(text, verb)


def names(text: str, start: int, end: int) -> Sequence[Name]:
    """Return the names between two characters, where the segmenter in use finds any; else none."""
    return segmenter().names(text, start, end)
