"""LAC's words, tags and names, from the weights that lie in jieba's own wheel: no download, no other package.

jieba ships the small model of Baidu's LAC (`jieba/lac_small`, Apache-2.0) and a mode for it that needs a
PaddlePaddle that is no longer made. The network is small enough for numpy alone: embeddings of characters,
twice a pair of GRUs (one reads forwards, one backwards), a projection to tags, and a CRF, whose best path is
the answer (Viterbi). What its tags mean here stands in `data/lac_labels.tsv`. numpy and the weights are
loaded when the first text is cut. Sentences of like length are read together, which is twice as fast.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from zhengxie_nlp.errors import SettingsError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.segmenters.parsed import Parse, ParsedSegmenter
from zhengxie_nlp.text.segmenters.words import Name, NameKind, Word
from zhengxie_nlp.text.source_text import Span

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, Any]

#: So many sentences are read together.
_TOGETHER: Final = 24
#: The parses of so many texts are kept at hand.
_KEPT_TEXTS: Final = 4
_UNKNOWN: Final = "OOV"
#: It was trained on text with these marks at half width.
_HALF_WIDTH: Final = str.maketrans("，。“”：；（）！？", ',."":;()!?')
_INSIDE: Final = "-I"


class _Label(NamedTuple):
    """What a tag of LAC's means here: the tag of a word, and of a name its kind."""

    tag: str
    name: str


@cache
def _labels() -> dict[str, _Label]:
    return {row["label"]: _Label(row["tag"], row["name"]) for row in read_table("lac_labels.tsv")}


class LacSegmenter(ParsedSegmenter):
    """Cuts by LAC: 24 parts of speech, and persons, places, organisations, times and titles as one word each.

    Raises:
        SettingsError: ZX403, if the installed jieba holds no weights, when the first text is cut.

    Example:
        >>> segmenter = LacSegmenter()
        >>> text = "云浦市政协走访企业12家。"
        >>> [text[word.start : word.end] for word in segmenter.cut(text, 0, len(text))]
        ['云浦市政协', '走访', '企业', '12家', '。']
        >>> segmenter.names(text, 0, len(text))
        [Name(kind='organization', span=Span(start=0, end=5))]
    """

    def __init__(self) -> None:
        super().__init__(lambda sentence: _parse(sentence, network().tags([sentence])[0]))
        self._known = lru_cache(_KEPT_TEXTS)(self._read)

    def _read(self, text: str) -> tuple[Parse, ...]:
        starts = self._starts(text)
        sentences = [text[start:end] for start, end in pairwise(starts)]
        return tuple(map(_parse, sentences, network().tags(sentences)))

    def _sentences(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, Parse]]:
        """Yield the parses of the sentences between two characters; a text is read as a whole, once."""
        parses = self._known(text)
        for place, first, last in self._places(text, start, end):
            yield first, last, parses[place]


def _parse(sentence: str, tags: Sequence[str]) -> Parse:
    """Make words of the tag of each character: a word goes on with the same tag and ``-I``."""
    words: list[Word] = []
    names: list[Name] = []
    edges = [
        at
        for at, tag in enumerate(tags)
        if not tag.endswith(_INSIDE) or not at or _kind(tags[at - 1]) != _kind(tag)
    ]
    for start, end in zip(edges, [*edges[1:], len(tags)], strict=True):
        label = _labels()[_kind(tags[start])]
        words.append(Word(start, end, label.tag))
        if label.name:
            names.append(Name(cast(NameKind, label.name), Span(start, end)))
    return Parse(tuple(words), tuple(names))


def _kind(tag: str) -> str:
    return tag.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Network:
    """The network with its weights.

    Attributes:
        weights: the parameters by the names of their files.
        characters: the number of each character.
        tag_names: the tags by number.
    """

    weights: dict[str, Array]
    characters: dict[str, int]
    tag_names: tuple[str, ...]

    def tags(self, sentences: Sequence[str]) -> list[list[str]]:
        """Return a tag for each character of each sentence, for example ``"ORG-B"``, ``"n-I"`` or ``"O"``."""
        order = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
        found: list[list[str]] = [[] for _ in sentences]
        for at in range(0, len(order), _TOGETHER):
            places = [place for place in order[at : at + _TOGETHER] if sentences[place]]
            if places:
                together = [sentences[place] for place in places]
                paths = self._paths(self._scores(together), [len(one) for one in together])
                for place, path in zip(places, paths, strict=True):
                    found[place] = [self.tag_names[tag] for tag in path]
        return found

    def _scores(self, sentences: Sequence[str]) -> Array:
        """Return how well each tag fits each character: sentences × characters × tags."""
        import numpy

        shape = (len(sentences), max(map(len, sentences)))
        unknown = self.characters[_UNKNOWN]
        numbers = numpy.full(shape, unknown)
        there = numpy.zeros(shape, dtype=bool)
        for row, sentence in enumerate(sentences):
            written = sentence.translate(_HALF_WIDTH)
            numbers[row, : len(written)] = [self.characters.get(sign, unknown) for sign in written]
            there[row, : len(written)] = True
        states = self.weights["word_emb"][numbers]
        for first in (0, 2):
            both = [
                self._read(states, there, first, back=False),
                self._read(states, there, first + 1, back=True),
            ]
            states = numpy.concatenate(both, axis=-1)
        return self._projected(states, 4)

    def _projected(self, states: Array, number: int) -> Array:
        return states @ self.weights[f"fc_{number}.w_0"] + self.weights[f"fc_{number}.b_0"]

    def _read(self, states: Array, there: Array, number: int, *, back: bool) -> Array:
        """Run one GRU over sentences; gates u and r, state h = (1 - u) h + u tanh(x + (r h) W)."""
        import numpy

        given = self._projected(states, number) + self.weights[f"gru_{number}.b_0"]
        whole = self.weights[f"gru_{number}.w_0"]
        size = whole.shape[0]
        # One file holds the weights of both gates (size × 2 size), and then those of the candidate.
        flat = whole.reshape(-1)
        gates, candidate = (
            flat[: 2 * size * size].reshape(size, 2 * size),
            flat[2 * size * size :].reshape(size, size),
        )
        count, length = states.shape[:2]
        state = numpy.zeros((count, size), dtype=numpy.float32)
        made = numpy.empty((count, length, size), dtype=numpy.float32)
        for at in range(length - 1, -1, -1) if back else range(length):
            now = given[:, at]
            opened = 1 / (1 + numpy.exp(-(now[:, : 2 * size] + state @ gates)))
            update, reset = opened[:, :size], opened[:, size:]
            new = numpy.tanh(now[:, 2 * size :] + (reset * state) @ candidate)
            # Beyond a sentence's end the state stays as it is: nothing, for who reads backwards.
            state = numpy.where(there[:, at, None], state + update * (new - state), state)
            made[:, at] = state
        return made

    def _paths(self, scores: Array, lengths: Sequence[int]) -> list[list[int]]:
        """Return the best path of tags through each sentence (Viterbi)."""
        import numpy

        # Row 0 holds the scores of beginning with a tag, row 1 of ending, the rest of following another.
        crf = self.weights["crfw"]
        begins, ends, follows = crf[0], crf[1], crf[2:]
        best = [scores[:, 0] + begins]
        before = [numpy.zeros(best[0].shape, dtype=numpy.int64)]
        for at in range(1, scores.shape[1]):
            ways = best[-1][:, :, None] + follows
            before.append(ways.argmax(axis=1))
            best.append(ways.max(axis=1) + scores[:, at])
        paths = []
        for row, length in enumerate(lengths):
            path = [int((best[length - 1][row] + ends).argmax())]
            for at in range(length - 1, 0, -1):
                path.append(int(before[at][row, path[-1]]))
            paths.append(path[::-1])
        return paths


@cache
def network() -> Network:
    """Load the network from the installed jieba.

    Raises:
        SettingsError: ZX403, if the weights are not there.
    """
    found = find_spec("jieba")
    home = Path(found.origin).parent / "lac_small" if found is not None and found.origin else Path()
    try:
        weights = {path.name: parameter(path.read_bytes()) for path in (home / "model_baseline").iterdir()}
        characters = {sign: int(number) for number, sign in _pairs(home / "word.dic")}
        tags = tuple(tag for _, tag in sorted((int(number), tag) for number, tag in _pairs(home / "tag.dic")))
    except (OSError, ValueError, struct.error) as error:
        raise SettingsError(
            "ZX403",
            f"the weights of LAC cannot be read from the installed jieba ({type(error).__name__})",
            where=str(home),
            hint="Install jieba 0.42.1, whose wheel holds them: pip install --force-reinstall jieba==0.42.1",
        ) from error
    return Network(weights, characters, tags)


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Yield number and entry of each line of a dictionary; an entry may be a blank of any kind."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        number, tab, entry = line.partition("\t")
        if tab and number.isdigit():
            yield number, entry


def parameter(data: bytes) -> Array:
    """Read one file of a parameter as PaddlePaddle 1 wrote them.

    A version; a count of levels, each with its size and data; a version; the size of a description (protobuf:
    its field 2 holds the dimensions) and the description; then the numbers, float32.

    Raises:
        struct.error: if it is too short. ValueError: if the numbers are not as many as the dimensions say.
    """
    import numpy

    (levels,) = struct.unpack_from("<Q", data, 4)
    at = 12
    for _ in range(levels):
        (size,) = struct.unpack_from("<Q", data, at)
        at += 8 + size
    (size,) = struct.unpack_from("<i", data, at + 4)
    at += 8
    return numpy.frombuffer(data, dtype="<f4", offset=at + size).reshape(_dimensions(data[at : at + size]))


def _dimensions(description: bytes) -> list[int]:
    """Return the numbers of field 2 of a protobuf message of numbers, packed or one by one."""
    found: list[int] = []
    at = 0
    while at < len(description):
        key, at = _varint(description, at)
        value, at = _varint(description, at)
        if key & 7 == 2:
            end = at + value
            while at < end:
                number, at = _varint(description, at)
                found.append(number)
        elif key >> 3 == 2:
            found.append(value)
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while data[at] & 0x80:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1
