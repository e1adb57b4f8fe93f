"""Whether the end of one stretch of text and the start of another read on as Chinese.

A character model of up to five characters, counted from 28 million characters of official documents and from
our own corpora (`models/reading-order`, made by `tools/train_joints.py`), and how often two words stand near
each other in them. Only counts are kept, under the fingerprints of what was counted. Nothing is read before
the first joint is asked for.
"""

from __future__ import annotations

import json
import lzma
import math
import re
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from itertools import accumulate
from typing import Final
from zlib import crc32

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import model_path
from zhengxie_nlp.text.segmenters.words import cut

MODEL: Final = "reading-order"
#: The file of the model; `manifest.json` holds its checksum.
GRAMS: Final = "grams.bin.xz"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 2
#: The longest string that is counted.
ORDER: Final = 5
#: So many characters after a joint are judged: what stands before it says little about those further on.
REACH: Final = 3
#: The next shorter context weighs as much beside what was counted as that count to this power: about so many
#: different characters follow.
_BACKOFF: Final = 0.65
#: A character that was never counted is as probable as one in so many.
_UNSEEN: Final = 1 / 200_000
#: So many steps of the stored counts double a count.
_STEPS: Final = 4
_WIDEST: Final = 0xFFFF
#: The fingerprints that differ in so many last bits lie in one drawer.
_DRAWER: Final = 20
_KEPT: Final = 4096
_KEPT_STEPS: Final = 8 * _KEPT
_DIGITS: Final = re.compile(r"[0-9.]+")
_LATIN: Final = re.compile(r"[A-Za-z]+")
_SENTENCE_END: Final = re.compile(r"[。！？；：]")
_WORD: Final = re.compile(r"[\u4e00-\u9fff]{2,5}")
#: Two words of one sentence are counted as a pair if at most so many words lie from one to the other.
NEAR: Final = 4
#: So many characters on either side of a joint are cut into words.
_WINDOW: Final = 24
_STRONGEST: Final = 6.0


def normalized(text: str) -> str:
    """Return `text` as the model sees it: every number is one 0, every Latin word one a, no blanks.

    Example:
        >>> normalized("增长7.8%， 建成app 3个")
        '增长0%，建成a0个'
    """
    return _LATIN.sub("a", _DIGITS.sub("0", text.replace(" ", "").replace("\u3000", "")))


def fingerprint(gram: str) -> int:
    """Return the 32 bits under which a string is counted."""
    return crc32(gram.encode("utf-16-le"))


def words_of(text: str) -> list[str]:
    """Return the words of a stretch that count in pairs: those of two to five Chinese characters."""
    words = (text[start:end] for start, end, _ in cut(text, 0, len(text)))
    return [word for word in words if _WORD.fullmatch(word)]


def pair_of(first: str, second: str) -> str:
    """Return the string under which two words near each other are counted."""
    return f"{first} {second}"


class Counts:
    """How often strings were counted, by their fingerprints.

    Args:
        counts: each string with its count, 1 or more.

    Example:
        >>> counts = Counts({"协商": 40, "协": 100})
        >>> counts.of("协商"), counts.of("商议")
        (38.1, 0.0)
    """

    __slots__ = ("_codes", "_prints", "_starts")

    def __init__(self, counts: Mapping[str, float]) -> None:
        coded = sorted((fingerprint(gram), _code(count)) for gram, count in counts.items())
        self._prints = array("I", [print_ for print_, _ in coded])
        self._codes = bytes(code for _, code in coded)
        self._starts = self._drawers()

    @classmethod
    def parse(cls, content: bytes) -> Counts:
        """Read what `dump` wrote."""
        data = lzma.decompress(content)
        (number,) = struct.unpack_from("<I", data)
        planes = [data[4 + number * at : 4 + number * (at + 1)] for at in range(3)]
        steps = array("H", bytes(2 * number))
        view = memoryview(steps).cast("B")
        view[0::2], view[1::2] = planes[0], planes[1]
        if sys.byteorder == "big":
            steps.byteswap()
        found = cls({})
        found._prints = array("I", accumulate(steps))
        found._codes = planes[2]
        found._starts = found._drawers()
        return found

    def dump(self) -> bytes:
        """Return the counts as bytes; the same counts give the same bytes."""
        steps, codes, last = array("H"), bytearray(), 0
        for print_, code in zip(self._prints, self._codes, strict=True):
            while print_ - last > _WIDEST:
                # A string that does not exist fills the gap.
                steps.append(_WIDEST)
                codes.append(0)
                last += _WIDEST
            steps.append(print_ - last)
            codes.append(code)
            last = print_
        if sys.byteorder == "big":
            steps.byteswap()
        raw = steps.tobytes()
        return lzma.compress(struct.pack("<I", len(codes)) + raw[0::2] + raw[1::2] + bytes(codes), preset=9)

    def __len__(self) -> int:
        return len(self._codes)

    def _drawers(self) -> list[int]:
        """Return where the fingerprints with each first bits begin: the search for one is the shorter."""
        return [bisect_left(self._prints, first << _DRAWER) for first in range((1 << (32 - _DRAWER)) + 1)]

    def of(self, gram: str) -> float:
        """Return how often a string was counted, within a tenth; 0 if it was not."""
        wanted = fingerprint(gram)
        drawer = wanted >> _DRAWER
        at = bisect_left(self._prints, wanted, self._starts[drawer], self._starts[drawer + 1])
        if at == len(self._prints) or self._prints[at] != wanted:
            return 0.0
        return _COUNTS[self._codes[at]]


def _code(count: float) -> int:
    return min(255, 1 + round(_STEPS * math.log2(max(count, 1.0))))


_COUNTS: Final = (0.0, *(round(2 ** (code / _STEPS), 1) for code in range(255)))


class LanguageModel:
    r"""A model of what follows what; ``"\n"`` stands for the start and the end of a paragraph.

    Args:
        counts: how often each string of one to five characters was counted.
        total: how many characters were counted.

    Example:
        >>> model = LanguageModel(Counts({"一": 9, "是": 9, "一是": 9, "健": 3, "是健": 3, "一是健": 3}), 99)
        >>> model.log_probability("健", context="一是") > model.log_probability("是", context="一是")
        True
    """

    __slots__ = (
        "_contexts",
        "_counts",
        "_probability",
        "_total",
        "alone",
        "closing",
        "opening",
        "rarity",
        "reads_on",
    )

    def __init__(self, counts: Counts, total: float) -> None:
        self._counts, self._total = counts, total
        # The starts of paragraphs are asked about with many ends, the ends with many starts.
        self.alone = lru_cache(maxsize=_KEPT)(self._alone)
        self.closing = lru_cache(maxsize=_KEPT)(self._closing)
        self.opening = lru_cache(maxsize=_KEPT)(self._opening)
        self.reads_on = lru_cache(maxsize=_KEPT)(self._reads_on)
        self.rarity = lru_cache(maxsize=8 * _KEPT)(self._rarity)
        # One end is asked about with many starts, and many of those start alike.
        self._contexts = lru_cache(maxsize=_KEPT)(self._seen_contexts)
        self._probability = lru_cache(maxsize=_KEPT_STEPS)(self._uncached_probability)

    def log_probability(self, text: str, *, context: str) -> float:
        """Return the log probability of `text` after the last four characters of `context`."""
        total = 0.0
        before = context[1 - ORDER :]
        for character in text:
            total += math.log(self._probability(character, before))
            before = (before + character)[1 - ORDER :]
        return total

    def _uncached_probability(self, character: str, before: str) -> float:
        of = self._counts.of
        value = of(character) / self._total + _UNSEEN
        for context, seen, weight in self._contexts(before):
            value = (min(of(context + character), seen) + weight * value) / (seen + weight)
        return value

    def _seen_contexts(self, before: str) -> tuple[tuple[str, float, float], ...]:
        """Return the ends of `before` that were counted, from the shortest on, with what they weigh."""
        found: list[tuple[str, float, float]] = []
        for length in range(1, len(before) + 1):
            context = before[-length:]
            seen = self._counts.of(context)
            if not seen:
                break
            found.append((context, seen, seen**_BACKOFF))
        return tuple(found)

    def _reads_on(self, left: str, right: str) -> float:
        """Return how much more probable the first characters of `right` are after `left` than alone."""
        head, tail = normalized(right[: 4 * REACH])[:REACH], normalized(left[-4 * REACH :])
        if left[-1:].isdigit() and right[:1].isdigit():
            # A number that is cut in two is one number.
            head = head[1:]
        return self.log_probability(head, context=tail) - self.alone(head)

    def association(self, left: str, right: str) -> float:
        """Return how much more often than by chance the words before a joint stand near those after it."""
        before = words_of(_SENTENCE_END.split(left[-_WINDOW:])[-1])[-NEAR:]
        after = words_of(_SENTENCE_END.split(right[:_WINDOW])[0])[:NEAR]
        return sum(
            self._lift(first, second)
            for distance, first in enumerate(reversed(before))
            for second in after[: NEAR - distance]
        )

    def _lift(self, first: str, second: str) -> float:
        of = self._counts.of
        together = of(pair_of(first, second))
        if not together:
            return 0.0
        chance = of(first) * of(second) * NEAR / self._total
        return min(_STRONGEST, max(0.0, math.log(together / chance))) if chance else 0.0

    def _opening(self, right: str) -> float:
        """Return how much more probable the first characters of `right` open a paragraph than stand alone."""
        head = normalized(right[: 4 * REACH])[:REACH]
        starts = [self.log_probability(head, context=context) for context in ("\n", "。")]
        return max(starts) - self.alone(head)

    def _alone(self, head: str) -> float:
        return self.log_probability(head, context="")

    def _closing(self, left: str) -> float:
        """Return how much more probable it is that a paragraph ends after `left` than anywhere."""
        tail = normalized(left[-4 * REACH :])
        return self.log_probability("\n", context=tail) - self.log_probability("\n", context="")

    def _rarity(self, gram: str) -> float:
        """Return how rare a string of two characters is: 0 for the commonest, 12 and more for unseen ones."""
        return math.log(self._total / 100 / (self._counts.of(gram) + 1)) if gram else 0.0


@cache
def language_model() -> LanguageModel:
    """Load the model of this version, once per process.

    Raises:
        DataError: ZX303, if it is missing, of another format, or does not match its manifest.
    """
    folder = model_path(MODEL)
    hint = "Install the package again; in a checkout, run tools/train_joints.py."
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        content = (folder / GRAMS).read_bytes()
    except (OSError, ValueError) as error:
        raise DataError("ZX303", f"the model cannot be read: {error}", where=MODEL, hint=hint) from error
    if manifest.get("format") != FORMAT:
        raise DataError("ZX303", f"format {manifest.get('format')}, not {FORMAT}", where=MODEL, hint=hint)
    if sha256(content).hexdigest() != manifest.get("files", {}).get(GRAMS):
        raise DataError(
            "ZX303", "the weights do not match manifest.json", where=f"{MODEL}/{GRAMS}", hint=hint
        )
    return LanguageModel(Counts.parse(content), manifest["total"])
