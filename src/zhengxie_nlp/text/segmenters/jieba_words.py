"""jieba's dictionary and tags, and over them the words and tags that this kind of text needs.

The text is cut by the dictionary alone (``HMM=False``): a word that no dictionary knows stays single
characters, and never takes a neighbour's. Our own words are those of `data/words.tsv`.

`rjieba` runs the cuts; jieba itself does where it is wanted (``engine="python"``). Their cuts are the same,
and a test holds them together, since two things are put right here. jieba adds the count of a word that it
knows to its sum once more when the word is entered again; rjieba does not, and we take it off. rjieba's tags
are the dictionary's, but it calls numbers and Latin letters that no dictionary knows ``m`` and ``eng``, and
keeps a word's old tag when the word is entered again; here the former have the tag ``x``, and the last tag
counts.

jieba's cache file in the temporary folder is neither read nor written: other users of the machine could have
put it there, and results must not depend on it.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, Literal, NamedTuple

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.memo import Memo
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.segmenters.words import Argument, Name, Word
from zhengxie_nlp.text.source_text import Span

Engine = Literal["rust", "python"]

_MARKS: Final = frozenset("，。！？；：、“”‘’（）()《》【】—…·\n ,;:!?\"'%/-+")
#: The length and tag of the dictionary's phrases, and the tags of nouns that may be a verb's object.
_PHRASE: Final = 4
_PHRASE_TAG: Final = "l"
_OBJECT_TAGS: Final = frozenset(("n", "vn"))
#: Words of our own count at least this much, so that they win against their parts: 17 in a million words.
LEAST_COUNT: Final = 1022
#: A count in a user dictionary is taken for no more than this: ten times what all words of jieba have.
LARGEST_COUNT: Final = 600_000_000
#: A tag in a user dictionary, and a blank in a word that is none of a Latin name: a slip, not a word.
_TAG: Final = re.compile("[a-zA-Z]+")
_FOREIGN_BLANK: Final = re.compile("(?<![a-zA-Z0-9]) (?![a-zA-Z0-9])")
#: So many words' tags are kept at hand.
_KEPT: Final = 1 << 16


class Entry(NamedTuple):
    """A word to enter over the dictionary: its frequency (0: take it out, None: enough to win) and tag."""

    word: str
    frequency: int | None
    tag: str


def own_entries() -> Iterator[Entry]:
    """Yield the words of `data/words.tsv`; a row without a tag takes its word out."""
    for row in read_table("words.tsv"):
        counts = max(int(row["count"] or 0), LEAST_COUNT)
        yield Entry(row["word"], counts if row["tag"] else 0, row["tag"] or "x")


def read_userdict(path: str | Path) -> list[Entry]:
    """Read a user dictionary in jieba's format: a word a line, its count and its tag if any.

    Raises:
        DataError: ZX301, naming the file, and the line that is no such entry.
    """
    entries: list[Entry] = []
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problem = f"no user dictionary in UTF-8 ({error})"
        raise DataError("ZX301", problem, where=str(path)) from error
    for number, line in enumerate(lines, start=1):
        cells = line.split()
        if not cells:
            continue
        entry = _read_entry(cells)
        if _FOREIGN_BLANK.search(entry.word):
            raise DataError(
                "ZX301",
                f"“{line.strip()}” is no word with a count and a tag",
                where=f"{path}, line {number}",
                hint="Write a word a line; then, if you like, a count, and a tag, with blanks between.",
            )
        entries.append(entry)
    return entries


def _read_entry(cells: list[str]) -> Entry:
    """Read from the end, as jieba does: a word may hold blanks (“Edu Trust认证 2000”)."""
    rest = list(cells)
    tag = rest.pop() if len(rest) > 1 and _TAG.fullmatch(rest[-1]) else ""
    count = rest.pop() if len(rest) > 1 and rest[-1].isdecimal() else None
    # Larger counts are no counts, and more than the engine can add up.
    return Entry(" ".join(rest), min(int(count), LARGEST_COUNT) if count else None, tag)


#: The words that a word of the dictionary holds, as written, with their tags: mostly itself alone.
_Parts = tuple[tuple[str, str], ...]


class JiebaSegmenter:
    """Cuts by jieba's dictionary, our words, and the user's.

    Args:
        userdicts: user dictionaries in jieba's format; a later one wins.
        engine: what runs the cuts: ``rust`` (rjieba, some ten times faster) or ``python`` (jieba).

    Raises:
        DataError: ZX301, if a user dictionary cannot be read.

    Example:
        >>> text = "委员工作室"
        >>> [text[word.start : word.end] for word in JiebaSegmenter().cut(text, 0, 5)]
        ['委员', '工作室']
    """

    def __init__(self, userdicts: Sequence[str | Path] = (), *, engine: Engine = "rust") -> None:
        entries = [*own_entries(), *(entry for path in userdicts for entry in read_userdict(path))]
        self._own = {entry.word: entry.tag for entry in entries if entry.tag}
        pieces, tags = _rust(entries) if engine == "rust" else _python(entries)
        self._pieces: Callable[[str], list[str]] = pieces
        self._tag = lru_cache(_KEPT)(lambda word: self._own.get(word) or tags(word))
        self._parts = Memo(self._parts_of, most=_KEPT)

    def cut(self, text: str, start: int, end: int) -> list[Word]:
        """Cut `text` between two characters into words that cover every character once."""
        found: list[Word] = []
        new, parts = tuple.__new__, self._parts
        at = start
        for piece in self._pieces(text[start:end]):
            for written, tag in parts[piece]:
                last = at + len(written)
                # What Word(at, last, tag) does, at half the price.
                found.append(new(Word, (at, last, tag)))
                at = last
        return found

    def tagged(self, text: str, start: int, end: int) -> list[tuple[str, str]]:
        """Cut `text` between two characters into the same words, as written, with their tags."""
        found: list[tuple[str, str]] = []
        parts = self._parts
        for piece in self._pieces(text[start:end]):
            found += parts[piece]
        return found

    def _parts_of(self, piece: str) -> _Parts:
        """Return a word with its tag; of a phrase (开展活动), its verb and its noun."""
        if piece in _MARKS:
            return ((piece, "w"),)
        tag = self._tag(piece)
        if len(piece) == _PHRASE and tag == _PHRASE_TAG:
            verb, noun = self._tag(piece[:2]), self._tag(piece[2:])
            if verb == "v" and noun in _OBJECT_TAGS:
                return ((piece[:2], verb), (piece[2:], noun))
        return ((piece, tag),)

    def arguments(self, text: str, verb: Span) -> Sequence[Argument]:
        """Return nothing: a dictionary does not parse."""
        return ()

    def names(self, text: str, start: int, end: int) -> Sequence[Name]:
        """Return nothing: a dictionary does not know names from other words."""
        return ()


def _rust(entries: Sequence[Entry]) -> tuple[Callable[[str], list[str]], Callable[[str], str]]:
    """Return what cuts a text, and what gives the dictionary's tag of a word ("x" for none), by rjieba."""
    import rjieba

    tokenizer = rjieba.Jieba()
    for word, count, tag in entries:
        tokenizer.add_word(word, count, tag or None)

    def tag_of(word: str) -> str:
        found = tokenizer.tag(word, hmm=False) if tokenizer.has_word(word) else []
        return (found[0][1] or "x") if len(found) == 1 else "x"

    return partial(tokenizer.cut, hmm=False), tag_of


def _python(entries: Sequence[Entry]) -> tuple[Callable[[str], list[str]], Callable[[str], str]]:
    """Return the same as `_rust`, by jieba."""
    with warnings.catch_warnings():
        # jieba 0.42 asks for pkg_resources where there is one, which warns of its own end.
        warnings.simplefilter("ignore")
        import jieba  # type: ignore[import-untyped]
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        cells = file.read().decode("utf-8").split()
    tags = dict(zip(cells[0::3], cells[2::3], strict=True))
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word, count, _ in entries:
        before = tokenizer.FREQ.get(word) or 0
        tokenizer.add_word(word, count)
        tokenizer.total -= before
    return (lambda text: list(tokenizer.cut(text, HMM=False))), (lambda word: tags.get(word, "x"))
