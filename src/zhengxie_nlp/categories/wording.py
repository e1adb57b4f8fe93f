"""What the wording of a text says of its parts: which categories they lean to, how much of it is known."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, lru_cache
from math import log
from typing import TYPE_CHECKING, Final, cast

from zhengxie_nlp.learning.grams import Passages, codes_of, runs_of
from zhengxie_nlp.learning.model import Model
from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.records import CATEGORIES, Category

if TYPE_CHECKING:
    from zhengxie_nlp.learning.grams import Array

#: The estimator of a model that reads the characters of one passage.
WORDS: Final = "category-words"
#: What the estimator ``genre`` is told of a passage: the share of its n-grams, from one character, and of its
#: characters in cue words, that are known; how long it is; and how much of a long one is known.
FAMILIARITY: Final = ("known-1", "known-2", "known-3", "cues", "length", "known")
_CLAUSE_ENDS: Final = "，；：。！？\n"
#: A clause of so many characters or fewer says nothing.
_SHORT: Final = 3
_HASHES: Final = 1 << 16
_BEYOND: Final = 0xFFFF
#: The cue words of a text that is no longer are kept for the next question.
_KEPT: Final = 50_000


@cache
def _in_clauses() -> Array:
    """Return of each code point to `_BEYOND` whether a clause goes on there."""
    import numpy

    goes_on = numpy.ones(_BEYOND + 1, dtype=bool)
    goes_on[codes_of(_CLAUSE_ENDS)] = False
    return goes_on


@cache
def _cue_words() -> tuple[Phrases[Category], Array]:
    """Return the words of `data/category_words.tsv`, and which hashes the beginnings of words have."""
    import numpy

    words = {row["word"]: row["category"] for row in read_table("category_words.tsv")}
    begin = numpy.zeros(_HASHES, dtype=bool)
    begin[_pair_hashes(codes_of("".join([word[:2] for word in words])))[::2]] = True
    return Phrases(words), begin


def _pair_hashes(codes: Array) -> Array:
    """Return a number for each character with the one behind it."""
    return cast("Array", (codes[:-1] * 31 + codes[1:]) % _HASHES)


class CueWords:
    """The words of `data/category_words.tsv` that stand in a text: found once, counted by passage.

    Args:
        text: a clean text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._words, begin = _cue_words()
        self._places: list[int] = []
        self._longest: list[tuple[str, Category]] = []
        # Words that begin in one another stand in a chain; a passage that cuts none holds the words that are
        # taken when the whole text is read.
        self._chains: list[tuple[int, int]] = [(-1, -1)]
        for at in begin[_pair_hashes(codes_of(text))].nonzero()[0].tolist():
            found = self._words.longest_at(text, at)
            if found is not None:
                self._places.append(at)
                self._longest.append(found)
                self._chain(at, at + len(found[0]))
        self._count(self.within(0, len(text)))

    def _chain(self, start: int, end: int) -> None:
        first, last = self._chains[-1]
        if start < last:
            self._chains[-1] = (first, max(last, end))
        else:
            self._chains.append((start, end))

    def _count(self, words: list[tuple[int, str, Category]]) -> None:
        import numpy

        self._starts = numpy.array([at for at, _, _ in words], dtype=numpy.int64)
        self._before = numpy.zeros((len(CATEGORIES) + 1, len(words) + 1), dtype=numpy.int64)
        _counts(words).cumsum(axis=1, out=self._before[:, 1:])
        self._chain_starts, self._chain_ends = numpy.array(self._chains).T

    def within(self, start: int, end: int) -> list[tuple[int, str, Category]]:
        """Return the words between two places, and where each begins: the longest, none that overlap."""
        found: list[tuple[int, str, Category]] = []
        free = start
        for number in range(bisect_left(self._places, start), bisect_left(self._places, end)):
            at = self._places[number]
            if at < free:
                continue
            word: tuple[str, Category] | None = self._longest[number]
            if at + len(self._longest[number][0]) > end:
                word = self._words.longest_at(self._text[at:end], 0)
            if word is not None:
                found.append((at, *word))
                free = at + len(word[0])
        return found

    def counts(self, passages: Passages) -> Array:
        """Count the words of each passage: a line for each of `CATEGORIES`, and one for their characters."""
        first, last = self._starts.searchsorted(passages.starts), self._starts.searchsorted(passages.ends)
        counts = self._before[:, last] - self._before[:, first]
        cut = self._is_inside(passages.starts) | self._is_inside(passages.ends)
        for piece in cut.nonzero()[0].tolist():
            words = self.within(int(passages.starts[piece]), int(passages.ends[piece]))
            counts[:, piece] = _counts(words).sum(axis=1)
        return passages.totals(counts)

    def _is_inside(self, places: Array) -> Array:
        """Return of each place whether it lies inside a chain of words."""
        chains = self._chain_starts.searchsorted(places) - 1
        return cast("Array", places < self._chain_ends[chains])


def cue_words_of(text: str) -> CueWords:
    """Find the cue words of a text: once, where it is asked about twice in a row."""
    return _kept(text) if len(text) <= _KEPT else CueWords(text)


@lru_cache(maxsize=1)
def _kept(text: str) -> CueWords:
    return CueWords(text)


def categories_of(model: Model) -> tuple[Category, ...]:
    """Return the label set of a model, in its order: the guideline's four, or those it was trained with."""
    return tuple(model.settings.get("categories", CATEGORIES))


def _counts(words: list[tuple[int, str, Category]]) -> Array:
    """Return a column for each word: a 1 in the line of its category, and its length in the last."""
    import numpy

    columns = numpy.zeros((len(CATEGORIES) + 1, len(words)), dtype=numpy.int64)
    columns[[CATEGORIES.index(category) for _, _, category in words], numpy.arange(len(words))] = 1
    columns[-1] = [len(word) for _, word, _ in words]
    return columns


def cue_words(text: str) -> list[tuple[str, Category]]:
    """Return the words of `data/category_words.tsv` that stand in a text, in order, with their category.

    Example:
        >>> cue_words("开展警示教育，帮办实事12件")
        [('警示教育', 'discipline'), ('帮办实事', 'service')]
    """
    return [(word, category) for _, word, category in CueWords(text).within(0, len(text))]


class Wording:
    """What ``category-words`` and the cue words say of the passages of one text.

    Args:
        text: a clean text.
        model: a model with the estimator ``category-words``.

    Attributes:
        categories: the label set of the model. Cue words speak for the guideline's categories only.

    Raises:
        DataError: ZX303, if the model lacks it, or it knows other categories.
    """

    def __init__(self, text: str, *, model: Model) -> None:
        self.categories = categories_of(model)
        self._estimator = model.estimator(WORDS, labels=self.categories)
        self._read = self._estimator.read(text)
        self._cues = cue_words_of(text)
        self._text = text

    def decisions(self, passages: Passages) -> Array:
        """Return what speaks for each category, in the order of `categories`: a line for each passage."""
        places = [self._estimator.labels.index(category) for category in self.categories]
        return self._estimator.decide(self._read, passages)[:, places]

    def cues(self, passages: Passages) -> Array:
        """Count the cue words of each category, in the order of `categories`: a line for each passage."""
        import numpy

        counts = self._cues.counts(passages)[:-1]
        nothing = numpy.zeros_like(counts[0])
        known = dict(zip(CATEGORIES, counts, strict=True))
        return numpy.stack([known.get(category, nothing) for category in self.categories], axis=1)

    def clauses(self, passages: Passages) -> tuple[Array, Passages]:
        """Return the clauses of passages that have several, those left out that are too short to say much.

        Returns:
            For each clause the number of its passage, in order; and the clauses, as passages of their own.
        """
        import numpy

        starts, ends = self._all_clauses()
        first = ends.searchsorted(passages.starts, side="right")
        counts = starts.searchsorted(passages.ends) - first
        numbers = runs_of(first, counts)
        pieces = numpy.arange(len(counts)).repeat(counts)
        starts = numpy.maximum(starts[numbers], passages.starts[pieces])
        ends = numpy.minimum(ends[numbers], passages.ends[pieces])
        long = ends - starts > _SHORT
        owners = passages.owners[pieces]
        kept = long & (numpy.bincount(owners[long], minlength=len(passages))[owners] > 1)
        starts = starts[kept]
        return owners[kept], Passages(numpy.arange(len(starts) + 1), starts, ends[kept])

    def _all_clauses(self) -> tuple[Array, Array]:
        """Return where each clause of the text begins and ends, without its mark."""
        import numpy

        inside = numpy.zeros(len(self._text) + 2, dtype=bool)
        inside[1:-1] = _in_clauses()[numpy.minimum(codes_of(self._text), _BEYOND)]
        edges = (inside[1:] != inside[:-1]).nonzero()[0]
        return edges[::2], edges[1::2]

    def familiarity(self, passages: Passages) -> Array:
        """Return how much of the wording of passages is known: a line for each, by `FAMILIARITY`."""
        import numpy

        sizes, shares = self._read.coverage(passages)
        cues = numpy.minimum(1.0, self._cues.counts(passages)[-1] / numpy.maximum(sizes[0], 1))
        length = numpy.array([min(log(size + 1), 5.0) / 5 for size in sizes[0].tolist()])
        return numpy.stack([*shares, cues, length, shares[1] * length], axis=1)
