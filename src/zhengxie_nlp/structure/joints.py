"""Whether the end of one stretch of text and the start of another read on as Chinese.

Two kinds of evidence, both read from `models/reading-order`: a character language model of our own corpora
(trigrams, interpolated Kneser-Ney), and a list of words with frequencies, for cuts inside a word. Nothing is
read before the first joint is asked for.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from typing import Final

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon import model_path

MODEL: Final = "reading-order"
#: Files of the model; `manifest.json` holds the checksum of each.
NGRAMS, WORDS, MANIFEST = "ngrams.tsv.gz", "words.tsv.gz", "manifest.json"
FORMAT: Final = 1
_DISCOUNT: Final = 0.75
#: What the first characters after a joint are judged by; the model sees no further.
_REACH: Final = 5
_LONGEST_WORD: Final = 5
_DIGITS: Final = re.compile(r"[0-9.]+")
_LATIN: Final = re.compile(r"[A-Za-z]+")
_NO_HAN: Final = re.compile(r"[^\u4e00-\u9fff]+")


def normalized(text: str) -> str:
    """Return `text` as the model sees it: every number is one 0, every Latin word one a."""
    return _LATIN.sub("a", _DIGITS.sub("0", text))


class CharacterModel:
    r"""A trigram model of characters; ``"\n"`` stands for the start and the end of a paragraph.

    Args:
        trigrams: how often each three characters stand together.

    Example:
        >>> model = CharacterModel({"\n一是": 2, "一是健": 1, "一是丰": 1})
        >>> model.log_probability("健", context="一是") > model.log_probability("是", context="一是")
        True
    """

    __slots__ = ("_contexts", "_one", "_pairs", "_singles", "_three", "_two", "_unseen")

    def __init__(self, trigrams: Mapping[str, int]) -> None:
        self._three = dict(trigrams)
        # Lower orders count in how many different surroundings a string occurs, not how often.
        self._two: dict[str, int] = {}
        for trigram in self._three:
            self._two[trigram[1:]] = self._two.get(trigram[1:], 0) + 1
        self._one: dict[str, int] = {}
        for pair in self._two:
            self._one[pair[1]] = self._one.get(pair[1], 0) + 1
        self._contexts = _contexts(self._three)
        self._pairs = _contexts(self._two)
        self._singles = len(self._two)
        self._unseen = 1 / 8000

    def log_probability(self, text: str, *, context: str) -> float:
        """Return the log probability of `text` after the last two characters of `context`."""
        total = 0.0
        before = context[-2:]
        for character in text:
            total += math.log(self._probability(character, before))
            before = (before + character)[-2:]
        return total

    def _probability(self, character: str, before: str) -> float:
        known = len(self._one)
        seen = self._one.get(character, 0)
        mass = self._singles or 1
        value = (max(seen - _DISCOUNT, 0) + _DISCOUNT * known * self._unseen) / mass or self._unseen
        if before:
            value = _step(self._two, self._pairs.get(before[-1]), before[-1] + character, value)
        if len(before) == 2:
            value = _step(self._three, self._contexts.get(before), before + character, value)
        return value


def _contexts(grams: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    totals: dict[str, tuple[int, int]] = {}
    for gram, count in grams.items():
        total, kinds = totals.get(gram[:-1], (0, 0))
        totals[gram[:-1]] = (total + count, kinds + 1)
    return totals


def _step(grams: Mapping[str, int], context: tuple[int, int] | None, gram: str, lower: float) -> float:
    if context is None:
        return lower
    total, kinds = context
    return (max(grams.get(gram, 0) - _DISCOUNT, 0) + _DISCOUNT * kinds * lower) / total


class WordList:
    """Words with frequencies, asked how much better two stretches read as words when they are joined.

    Args:
        counts: each word's frequency.

    Example:
        >>> words = WordList({"活动": 50, "阵地": 20, "活": 3, "动": 3})
        >>> words.gain("开展活", "动阵地") > 0 > words.gain("活动", "阵地") - 0.1
        True
    """

    __slots__ = ("_logs", "_unknown")

    def __init__(self, counts: Mapping[str, int]) -> None:
        total = math.log(sum(counts.values()) or 1)
        self._logs = {word: math.log(count) - total for word, count in counts.items() if count > 0}
        self._unknown = -total - 1.0

    def gain(self, left: str, right: str) -> float:
        """Return how much more probable `left` and `right` are as one stretch than as two.

        0 where no word reaches over the joint. Only the last and first few characters matter.
        """
        left = _NO_HAN.split(left[-_REACH:])[-1]
        right = _NO_HAN.split(right[:_REACH])[0]
        if not left or not right:
            return 0.0
        return self._best(left + right) - self._best(left) - self._best(right)

    def _best(self, text: str) -> float:
        best = [0.0]
        for end in range(1, len(text) + 1):
            scores = [best[end - 1] + self._logs.get(text[end - 1], self._unknown)]
            for start in range(max(0, end - _LONGEST_WORD), end - 1):
                word = self._logs.get(text[start:end])
                if word is not None:
                    scores.append(best[start] + word)
            best.append(max(scores))
        return best[-1]


class JointModel:
    """Judges joints: how much better the start of a stretch reads after another than as a new paragraph.

    Args:
        characters: the character model.
        words: the word list.
    """

    __slots__ = ("characters", "fresh", "words")

    def __init__(self, characters: CharacterModel, words: WordList) -> None:
        self.characters, self.words = characters, words
        self.fresh = lru_cache(maxsize=4096)(self._fresh)

    def character_gain(self, left: str, right: str) -> float:
        """Return the log odds that `right` goes on after `left`, against its opening a paragraph."""
        head, tail = normalized(right[: 4 * _REACH])[:_REACH], normalized(left[-4 * _REACH :])
        return self.characters.log_probability(head, context=tail) - self.fresh(head)

    def word_gain(self, left: str, right: str) -> float:
        """Return the log odds for `left` and `right` to be one stretch of words; 0 if no word is cut."""
        return self.words.gain(left, right)

    def start_oddity(self, right: str) -> float:
        """Return how odd `right` is as the start of a paragraph; 0 is usual, 5 and more is odd."""
        head = normalized(right[: 4 * _REACH])[:2]
        anywhere = self.characters.log_probability(head, context="")
        return max(0.0, anywhere - self.fresh(head))

    def _fresh(self, head: str) -> float:
        return max(
            self.characters.log_probability(head, context=context) for context in ("\n\n", "。", "\n")
        )


def read_counts(content: bytes, *, where: str) -> dict[str, int]:
    r"""Read a gzipped table of strings and counts.

    In the table ``\n`` stands for a line break.

    Raises:
        DataError: ZX303, naming the line that is not a string, a tab and a count.
    """
    counts: dict[str, int] = {}
    for number, line in enumerate(gzip.decompress(content).decode("utf-8").split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        key, tab, count = line.partition("\t")
        if not tab or not count.isdecimal():
            raise DataError("ZX303", "not a string, a tab and a count", where=f"{where}, line {number}")
        counts[key.replace("\\n", "\n")] = int(count)
    return counts


def write_counts(counts: Iterable[tuple[str, int]], *, origin: str) -> bytes:
    """Return the gzipped table that `read_counts` reads; the same counts give the same bytes."""
    lines = [f"# origin: {origin}"]
    lines += [f"{key.replace(chr(10), chr(92) + 'n')}\t{count}" for key, count in sorted(counts)]
    return gzip.compress(("\n".join(lines) + "\n").encode("utf-8"), mtime=0)


@cache
def joint_model() -> JointModel:
    """Load the model of this version, once per process.

    Raises:
        DataError: ZX303, if it is missing, of another format, or does not match its manifest.
    """
    folder = model_path(MODEL)
    hint = "Install the package again; in a checkout, run tools/train_joints.py."
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        contents = {name: (folder / name).read_bytes() for name in (NGRAMS, WORDS)}
    except (OSError, ValueError) as error:
        raise DataError("ZX303", f"the model cannot be read: {error}", where=MODEL, hint=hint) from error
    if manifest.get("format") != FORMAT:
        raise DataError("ZX303", f"format {manifest.get('format')}, not {FORMAT}", where=MODEL, hint=hint)
    for name, content in contents.items():
        if sha256(content).hexdigest() != manifest.get("files", {}).get(name):
            raise DataError("ZX303", "the weights do not match manifest.json", where=f"{MODEL}/{name}", hint=hint)
    return JointModel(
        CharacterModel(read_counts(contents[NGRAMS], where=NGRAMS)),
        WordList(read_counts(contents[WORDS], where=WORDS)),
    )
