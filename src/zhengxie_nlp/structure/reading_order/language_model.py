"""Whether the end of one stretch of text and the start of another read on as Chinese.

Three kinds of evidence, all read from `models/reading-order`: a character language model of our own corpora
(trigrams, interpolated Kneser-Ney); a list of words with frequencies, for cuts inside a word; and how the
word classes of that list follow each other in our corpora, for cuts between words. Nothing is read before
the first joint is asked for.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from typing import Final

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import model_path

MODEL: Final = "reading-order"
#: Files of the model; `manifest.json` holds the checksum of each.
NGRAMS, WORDS, CLASSES = "ngrams.tsv.gz", "words.tsv.gz", "classes.tsv.gz"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
_DISCOUNT: Final = 0.75
#: What the first characters after a joint are judged by; the model sees no further.
_REACH: Final = 5
_LONGEST_WORD: Final = 5
#: So many answers of each kind are kept.
_KEPT: Final = 512
#: How many observations the classes in general are worth beside those after one class.
_CLASS_WEIGHT: Final = 5.0
#: Adverbs, prepositions, conjunctions.
_LEANING_CLASSES: Final = frozenset("dpc")
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
    totals: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for gram, count in grams.items():
        context = gram[:-1]
        totals[context] = totals.get(context, 0) + count
        kinds[context] = kinds.get(context, 0) + 1
    # Most contexts are rare ones with the same two numbers: they share them.
    shared: dict[tuple[int, int], tuple[int, int]] = {}
    found: dict[str, tuple[int, int]] = {}
    for context, total in totals.items():
        numbers = (total, kinds[context])
        found[context] = shared.setdefault(numbers, numbers)
    return found


def _step(grams: Mapping[str, int], context: tuple[int, int] | None, gram: str, lower: float) -> float:
    if context is None:
        return lower
    total, kinds = context
    return (max(grams.get(gram, 0) - _DISCOUNT, 0) + _DISCOUNT * kinds * lower) / total


class WordList:
    """Words with frequencies and classes: cuts a stretch into its most probable words.

    Args:
        entries: each word's class and frequency, as ``("v", 50)``.

    Example:
        >>> words = WordList({"活动": ("v", 50), "阵地": ("n", 20), "开展": ("v", 30)})
        >>> words.cut("开展活动")
        ['开展', '活动']
        >>> words.gain("开展活", "动阵地") > 0 == words.gain("开展活动", "阵地")
        True
    """

    __slots__ = ("_classes", "_logs", "_score", "_unknown")

    def __init__(self, entries: Mapping[str, tuple[str, int]]) -> None:
        total = math.log(sum(count for _, count in entries.values()) or 1)
        # Many words are as frequent as each other, or of one class: they share the number and the name.
        logs = {count: math.log(count) - total for _, count in entries.values() if count > 0}
        self._logs = {word: logs[count] for word, (_, count) in entries.items() if count > 0}
        self._classes = {word: sys.intern(kind) for word, (kind, _) in entries.items()}
        self._unknown = -total - 1.0
        # The end of one paragraph is asked about with the starts of many.
        self._score = lru_cache(maxsize=_KEPT)(lambda text: self._best(text)[-1][0])

    def word_class(self, word: str) -> str:
        """Return the class of a word or sign; numbers are ``m``, unknown words ``x``, signs themselves."""
        known = self._classes.get(word)
        if known is not None:
            return known
        return "m" if word[-1].isdigit() else "x" if word.isalnum() else word[-1]

    def gain(self, left: str, right: str) -> float:
        """Return how much more probable `left` and `right` are as one stretch than as two.

        0 where no word reaches over the joint. Only the last and first few characters matter.
        """
        left = _NO_HAN.split(left[-_REACH:])[-1]
        right = _NO_HAN.split(right[:_REACH])[0]
        if not left or not right:
            return 0.0
        return max(0.0, self._best(left + right)[-1][0] - self._score(left) - self._score(right))

    def cut(self, text: str) -> list[str]:
        """Cut a stretch into its most probable words; what is not Han stays single characters."""
        best = self._best(text)
        words: list[str] = []
        end = len(text)
        while end:
            start = best[end][1]
            words.append(text[start:end])
            end = start
        return words[::-1]

    def _best(self, text: str) -> list[tuple[float, int]]:
        best = [(0.0, 0)]
        for end in range(1, len(text) + 1):
            score, begin = best[end - 1][0] + self._logs.get(text[end - 1], self._unknown), end - 1
            for start in range(max(0, end - _LONGEST_WORD), end - 1):
                word = self._logs.get(text[start:end])
                if word is not None and best[start][0] + word > score:
                    score, begin = best[start][0] + word, start
            best.append((score, begin))
        return best


class ClassModel:
    """How word classes follow each other; ``^`` stands for the start of a paragraph or sentence.

    Args:
        pairs: how often a class follows another, by ``"first second"``.

    Example:
        >>> model = ClassModel({"d v": 8, "d n": 1, "^ n": 5, "^ v": 5})
        >>> model.gain("d", "v") > 0 > model.gain("d", "n")
        True
    """

    __slots__ = ("_firsts", "_pairs", "_seconds", "_total")

    def __init__(self, pairs: Mapping[str, int]) -> None:
        self._pairs = {(key.partition(" ")[0], key.partition(" ")[2]): n for key, n in pairs.items()}
        self._firsts: dict[str, int] = {}
        self._seconds: dict[str, int] = {}
        for (first, second), count in self._pairs.items():
            self._firsts[first] = self._firsts.get(first, 0) + count
            self._seconds[second] = self._seconds.get(second, 0) + count
        self._total = sum(self._firsts.values())

    def gain(self, first: str, second: str) -> float:
        """Return the log odds that `second` follows `first`, against its opening a sentence."""
        return math.log(self._probability(first, second) / self._probability("^", second))

    def _probability(self, first: str, second: str) -> float:
        anywhere = (self._seconds.get(second, 0) + 1) / (self._total + 100)
        count = self._pairs.get((first, second), 0)
        return (count + _CLASS_WEIGHT * anywhere) / (self._firsts.get(first, 0) + _CLASS_WEIGHT)


class JointModel:
    """Judges joints: how much better the start of a stretch reads after another than as a new paragraph.

    Args:
        characters: the character model.
        words: the word list.
        classes: the model of word classes.
    """

    __slots__ = ("characters", "classes", "cut", "fresh", "words")

    def __init__(self, characters: CharacterModel, words: WordList, classes: ClassModel) -> None:
        self.characters, self.words, self.classes = characters, words, classes
        self.fresh = lru_cache(maxsize=_KEPT)(self._fresh)
        self.cut = lru_cache(maxsize=_KEPT)(words.cut)

    def character_gain(self, left: str, right: str) -> float:
        """Return the log odds that `right` goes on after `left`, against its opening a paragraph."""
        left, right = left[-4 * _REACH :], right[: 4 * _REACH]
        head, tail = normalized(right)[:_REACH], normalized(left)
        opening = self.fresh(head)
        if left[-1:].isdigit() and right[:1].isdigit():
            # A number that is cut in two is one number.
            head = head[1:]
        return self.characters.log_probability(head, context=tail) - opening

    def word_gain(self, left: str, right: str) -> float:
        """Return the log odds for `left` and `right` to be one stretch of words; 0 if no word is cut."""
        return self.words.gain(left, right)

    def class_gain(self, left: str, right: str) -> float:
        """Return the log odds that the class of the first word goes on after that of the last before it."""
        before, after = self.cut(left[-2 * _REACH :]), self.cut(right[: 2 * _REACH])
        if not before or not after:
            return 0.0
        return self.classes.gain(self.words.word_class(before[-1]), self.words.word_class(after[0]))

    def expects_more(self, left: str) -> bool:
        """Return whether the last word of `left` is of a class that ends no sentence (进一步, 按照, 以及)."""
        words = self.cut(left[-2 * _REACH :])
        return bool(words) and self.words.word_class(words[-1]) in _LEANING_CLASSES

    def _fresh(self, head: str) -> float:
        return max(self.characters.log_probability(head, context=context) for context in ("\n\n", "。", "\n"))


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
        contents = {name: (folder / name).read_bytes() for name in (NGRAMS, WORDS, CLASSES)}
    except (OSError, ValueError) as error:
        raise DataError("ZX303", f"the model cannot be read: {error}", where=MODEL, hint=hint) from error
    if manifest.get("format") != FORMAT:
        raise DataError("ZX303", f"format {manifest.get('format')}, not {FORMAT}", where=MODEL, hint=hint)
    for name, content in contents.items():
        if sha256(content).hexdigest() != manifest.get("files", {}).get(name):
            raise DataError(
                "ZX303", "the weights do not match manifest.json", where=f"{MODEL}/{name}", hint=hint
            )
    words = read_counts(contents[WORDS], where=WORDS)
    return JointModel(
        CharacterModel(read_counts(contents[NGRAMS], where=NGRAMS)),
        WordList(word_entries(words)),
        ClassModel(read_counts(contents[CLASSES], where=CLASSES)),
    )


def word_entries(counts: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Turn the counts of the word file, ``"学习 v" → 6000``, into the entries of a `WordList`."""
    entries: dict[str, tuple[str, int]] = {}
    for key, count in counts.items():
        word, _, kind = key.partition(" ")
        entries[word] = (kind, count)
    return entries
