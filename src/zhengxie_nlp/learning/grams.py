"""Character n-grams: what they are, and which of those that training knew stand in the parts of a text.

A text is read once (`GramTable.read`), each of its n-grams looked up once, in arrays. Its parts (the nodes,
sentences and clauses that share most of their characters) are then `Passages` of what was read: runs of
numbers, for which no string is cut or looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, Any]

#: The length of the longest n-grams, in characters.
LONGEST: Final = 3
_NUMERALS: Final = re.compile(r"[0-9.,%]++")
_STRETCHES: Final = re.compile(r"\w++")
_ASCII: Final = 128
_CODE_POINTS: Final = 0x110000
#: What a character is, once somebody asked; 0: nobody did.
_NO_WORD, _WORD = 1, 2


def ngrams(text: str, *, longest: int = LONGEST) -> list[str]:
    """Return the character n-grams of a text, one character first; none runs over punctuation.

    A number in digits counts as one character, ``0``.

    Args:
        text: a clean text.
        longest: the length of the longest n-grams, in characters.

    Example:
        >>> ngrams("听取5.5万人，", longest=2)
        ['听', '取', '0', '万', '人', '听取', '取0', '0万', '万人']
    """
    stretches = _STRETCHES.findall(_NUMERALS.sub("0", text))
    return [
        stretch[at : at + length]
        for length in range(1, longest + 1)
        for stretch in stretches
        for at in range(len(stretch) - length + 1)
    ]


def codes_of(text: str) -> Array:
    """Return the code points of a text as an array.

    Example:
        >>> codes_of("学a").tolist()
        [23398, 97]
    """
    import numpy

    return numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=numpy.uint32)


def runs_of(starts: Array, counts: Array) -> Array:
    """Return the numbers of some runs, one run after the other.

    Args:
        starts: the first number of each run.
        counts: how many numbers it has.

    Example:
        >>> import numpy
        >>> runs_of(numpy.array([7, 2]), numpy.array([3, 1])).tolist()
        [7, 8, 9, 2]
    """
    import numpy

    ends = counts.cumsum()
    runs: Array = numpy.arange(int(ends[-1]) if len(ends) else 0) + (starts - ends + counts).repeat(counts)
    return runs


@dataclass(frozen=True, eq=False, slots=True)
class Passages:
    """Parts of one text, each made of pieces; a passage may have none.

    Attributes:
        first: the number of the first piece of each passage; last, the number of all pieces.
        starts: where each piece begins, in characters of the text.
        ends: where it ends; no piece is empty.
    """

    first: Array
    starts: Array
    ends: Array

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Passages:
        """Make a passage of each span.

        Example:
            >>> Passages.of([(0, 4), (6, 6)]).first.tolist()
            [0, 1, 1]
        """
        import numpy

        starts, ends = numpy.array([*spans], dtype=numpy.int64).reshape(-1, 2).T
        full = starts < ends
        return cls(_before(full), starts[full], ends[full])

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def owners(self) -> Array:
        """The number of the passage that each piece belongs to."""
        import numpy

        return numpy.arange(len(self)).repeat(self.first[1:] - self.first[:-1])

    def totals(self, counts: Array) -> Array:
        """Add up whole numbers for each passage: of each line of `counts`, those of its pieces."""
        import numpy

        before = numpy.zeros((len(counts), counts.shape[1] + 1), dtype=numpy.int64)
        counts.cumsum(axis=1, out=before[:, 1:])
        return before[:, self.first[1:]] - before[:, self.first[:-1]]

    def chosen(self, numbers: Array) -> Passages:
        """Return the passages with these numbers, in their order."""
        import numpy

        first = self.first[numbers]
        counts = self.first[numbers + 1] - first
        pieces = runs_of(first, counts)
        return Passages(numpy.concatenate([[0], counts.cumsum()]), self.starts[pieces], self.ends[pieces])

    def followed_by(self, others: Passages) -> Passages:
        """Return these passages, and others of the same text behind them."""
        import numpy

        return Passages(
            numpy.concatenate([self.first, others.first[1:] + len(self.starts)]),
            numpy.concatenate([self.starts, others.starts]),
            numpy.concatenate([self.ends, others.ends]),
        )

    def beginning(self, most: int) -> Passages:
        """Return the first `most` characters of all pieces as one passage; a line break parts two."""
        import numpy

        sizes = self.ends - self.starts + 1
        read = sizes.cumsum() - sizes
        kept = read < most
        ends = numpy.minimum(self.ends, self.starts + most - read)
        return Passages(numpy.array([0, int(kept.sum())]), self.starts[kept], ends[kept])

    def batches(self, most: int) -> Iterator[Passages]:
        """Yield the passages in runs of about `most` characters each."""
        import numpy

        read = numpy.concatenate([[0], (self.ends - self.starts).cumsum()])[self.first]
        if read[-1] <= most:
            yield self
            return
        cuts = numpy.flatnonzero(numpy.diff(read // most)) + 1
        for start, end in pairwise([0, *cuts[cuts < len(self)].tolist(), len(self)]):
            first, last = self.first[start], self.first[end]
            yield Passages(
                self.first[start : end + 1] - first, self.starts[first:last], self.ends[first:last]
            )


@dataclass(frozen=True, eq=False, slots=True)
class GramText:
    """A text whose n-grams were looked up; make one with `GramTable.read`.

    What counts is a *token*: a character, or a number in digits as a whole. The n-grams stand in the order of
    the tokens they begin with, all of one length after all that are shorter.

    Attributes:
        tokens: the number of the token in which each character lies.
        size: the number of tokens.
        columns: the columns of the n-grams that are known.
        known: how many known n-grams stand before each n-gram that there could be.
        whole: how many n-grams, known or not, stand before it: those that do not run over punctuation.
    """

    tokens: Array
    size: int
    columns: Array
    known: Array
    whole: Array

    def cells(self, passages: Passages) -> tuple[Array, Array]:
        """Return the passage and the column of every known n-gram that stands in one."""
        import numpy

        first, last = self._bounds(passages)
        start = self.known[first]
        counts = (self.known[last] - start).ravel()
        owners = numpy.tile(passages.owners, LONGEST).repeat(counts)
        return owners, self.columns[runs_of(start.ravel(), counts)]

    def coverage(self, passages: Passages) -> tuple[Array, Array]:
        """Return, for each length from 1, how many n-grams each passage has, and the share that is known."""
        import numpy

        first, last = self._bounds(passages)
        sizes = passages.totals(self.whole[last] - self.whole[first])
        known = passages.totals(self.known[last] - self.known[first])
        return sizes, known / numpy.maximum(sizes, 1)

    def _bounds(self, passages: Passages) -> tuple[Array, Array]:
        """Return between which n-grams each piece lies: a line for each length."""
        import numpy

        shorter = numpy.arange(LONGEST)[:, None]
        first = self.tokens[passages.starts]
        last = numpy.maximum(self.tokens[passages.ends - 1] + 1 - shorter, first)
        return first + shorter * self.size, last + shorter * self.size


class GramTable:
    """The n-grams that training knew, each with its column: a tree of their beginnings, in arrays.

    Args:
        grams: the n-grams, of one to `LONGEST` characters; the place of each is its column.
    """

    def __init__(self, grams: Sequence[str]) -> None:
        import numpy

        by_length: list[list[int]] = [[] for _ in range(LONGEST)]
        for column, gram in enumerate(grams):
            by_length[len(gram) - 1].append(column)
        codes = [
            codes_of("".join([grams[column] for column in columns])).reshape(-1, length)
            for length, columns in enumerate(by_length, 1)
        ]
        characters = numpy.unique(numpy.concatenate([part.ravel() for part in codes]))
        self._width = len(characters) + 1
        # Characters have numbers from 1; 0 has what is unknown, and all beyond the last that is known.
        self._numbers = numpy.zeros(int(characters.max(initial=0)) + 2, dtype=numpy.int64)
        self._numbers[characters] = numpy.arange(1, self._width)
        # By length: the keys of all beginnings, in order, and the column of each; -1, where it is no n-gram.
        self._levels: list[tuple[Array, Array]] = []
        nodes = [self._numbers[part[:, 0]] for part in codes]
        keys = numpy.arange(self._width)
        for length, columns in enumerate(by_length, 1):
            of_keys = numpy.full(len(keys), -1, dtype=numpy.int32)
            of_keys[nodes[length - 1]] = columns
            self._levels.append((keys, of_keys))
            longer = [
                node * self._width + self._numbers[part[:, length]]
                for node, part in zip(nodes[length:], codes[length:], strict=True)
            ]
            keys = numpy.unique(numpy.concatenate([keys[:1], *longer]))
            nodes[length:] = [numpy.searchsorted(keys, key) for key in longer]
        self._kinds = numpy.zeros(_CODE_POINTS, dtype=numpy.uint8)

    def read(self, text: str) -> GramText:
        """Look up every n-gram of a text."""
        import numpy

        tokens, codes = _tokens(codes_of(text))
        size = len(codes)
        numbers = self._numbers[numpy.minimum(codes, len(self._numbers) - 1)]
        columns = numpy.full((LONGEST, size), -1, dtype=numpy.int32)
        whole = numpy.zeros((LONGEST, size), dtype=bool)
        nodes, in_words = numbers, self._in_words(codes)
        whole[0] = in_words
        for shorter, (keys, of_keys) in enumerate(self._levels[:size]):
            if shorter:
                nodes = self._longer(nodes[:-1], numbers[shorter:], keys)
                whole[shorter, :-shorter] = whole[shorter - 1, :-shorter] & in_words[shorter:]
            columns[shorter, : size - shorter] = of_keys[nodes]
        known = columns >= 0
        return GramText(tokens, size, columns[known], _before(known.ravel()), _before(whole.ravel()))

    def _longer(self, nodes: Array, numbers: Array, keys: Array) -> Array:
        """Return the node that each node has with one more character, among those with `keys`; 0, if none."""
        import numpy

        found = numpy.zeros(len(nodes), dtype=numpy.int64)
        places = nodes.nonzero()[0]
        wanted = nodes[places] * self._width + numbers[places]
        nearest = numpy.minimum(keys.searchsorted(wanted), len(keys) - 1)
        found[places] = numpy.where(keys[nearest] == wanted, nearest, 0)
        return found

    def _in_words(self, codes: Array) -> Array:
        """Return of each character whether it belongs to a word; Python is asked about each once."""
        import numpy

        kinds = self._kinds[codes]
        if not kinds.all():
            for code in numpy.unique(codes[kinds == 0]).tolist():
                self._kinds[code] = _WORD if _STRETCHES.match(chr(code)) else _NO_WORD
            kinds = self._kinds[codes]
        return cast("Array", kinds == _WORD)


def _tokens(codes: Array) -> tuple[Array, Array]:
    """Return of each character the number of its token, and the code of each token."""
    import numpy

    figures = _figures()[numpy.minimum(codes, _ASCII)]
    begins = ~figures
    begins[:1] = True
    begins[1:] |= ~figures[:-1]
    codes = numpy.where(figures, ord("0"), codes)
    return begins.cumsum(dtype=numpy.int32) - 1, codes[begins]


@cache
def _figures() -> Array:
    """Return of each code point up to `_ASCII` whether numbers are written with it."""
    import numpy

    return numpy.array([_NUMERALS.match(chr(code)) is not None for code in range(_ASCII + 1)])


def _before(flags: Array) -> Array:
    """Count how many flags are set before each place, and before the end."""
    import numpy

    counts = numpy.zeros(len(flags) + 1, dtype=numpy.int32)
    flags.cumsum(out=counts[1:])
    return counts
