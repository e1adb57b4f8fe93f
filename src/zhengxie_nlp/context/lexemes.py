"""Words as the initiative rules see them: cut, with names kept whole and each verb's class beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.memo import Memo
from zhengxie_nlp.lexicon.patterns import NEVER
from zhengxie_nlp.lexicon.tables import left_out, read_table
from zhengxie_nlp.text.segmenters.words import tagged
from zhengxie_nlp.text.source_text import Span

#: What stands between such marks is one name, however long it is within reason.
NAMED: Final = re.compile(
    r"“[^“”。！？\n]{0,120}+”|《(?>(?:[^《》\n]|《[^《》\n]{0,60}+》){0,120})》|（[^（）\n]{0,120}+）"
)
#: Ends that verbs take: 编成, 列出, 分解为.
_TAILS: Final = ("出", "成", "为", "到", "起", "至", "给", "好", "完", "上", "通", "清", "掉")
#: A word so long may be two.
_PARTED: Final = 4
#: So many words are kept at hand, with what is known of each.
_KEPT: Final = 1 << 14
_NOUN_TAGS: Final = frozenset(
    ("n", "nr", "ns", "nt", "nz", "ng", "j", "s", "r", "l", "x", "i", "q", "an", "vn", "b", "name")
)
#: What somebody else has marked is no verb, whatever it says.
_MARKED_TAGS: Final = frozenset(("name", "time"))
#: Roles and tags of a word that reading stops at; verbs are others.
_TOLD_ROLES: Final = frozenset(("adverb", "ongoing", "planned", "done", "preposition", "light", "does"))
_TOLD_TAGS: Final = frozenset(("time", "d", "ad", "w"))


class Verb(NamedTuple):
    """What `verbs.tsv` says of a verb."""

    kind: str
    status: str


@dataclass(frozen=True, slots=True, eq=False)
class Lexeme:
    """A word with all that is known of it, wherever it stands; make one with `lexeme`.

    Attributes:
        text: the word as written.
        tag: the dictionary's tag; ``name`` for what quotation marks, 《》 or brackets enclose, ``time`` for a
            time expression.
        size: its length in characters.
        verb: its class, if `verbs.tsv` knows it.
        roles: its roles in `initiative_words.tsv`.
        is_verb: whether it is a verb by our table, or by the dictionary.
        is_noun: whether it can stand in a noun phrase.
        strong: whether it is a verb of ours, and none that also names an activity.
        adverbial: whether it stands before a verb and says how or when.
        opens: whether a longer verb of ours begins with it: the dictionary may have cut that.
        takes_tail: whether it is a verb that may take an end (总结|出), and
        is_tail: whether it is such an end.
        idle: whether it is no verb and says nothing of one: it only belongs to a noun phrase.
    """

    text: str
    tag: str
    size: int
    verb: Verb | None
    roles: frozenset[str]
    is_verb: bool
    is_noun: bool
    strong: bool
    adverbial: bool
    opens: bool
    takes_tail: bool
    is_tail: bool
    idle: bool


def lexeme(text: str, tag: str) -> Lexeme:
    """Return what is known of a word: every question about a word is answered once, not at every place.

    Example:
        >>> lexeme("建立", "v").verb
        Verb(kind='make', status='done')
    """
    return _LEXEMES[text, tag]


def _made(word: tuple[str, str]) -> Lexeme:
    text, tag = word
    verb = None if tag in _MARKED_TAGS else _verb_of(text, tag)
    roles = _roles().get(text, frozenset())
    is_verb = verb is not None or tag == "v"
    told = is_verb or tag in _TOLD_TAGS or not roles.isdisjoint(_TOLD_ROLES)
    return Lexeme(
        text=text,
        tag=tag,
        size=len(text),
        verb=verb,
        roles=roles,
        is_verb=is_verb,
        is_noun=tag in _NOUN_TAGS,
        strong=verb is not None and "deed" not in roles,
        adverbial=not roles.isdisjoint(("adverb", "ongoing", "planned")),
        opens=tag != "w" and text in _openings(),
        takes_tail=tag != "w" and verb is not None and text[-1] not in _TAILS,
        is_tail=tag != "n" and text in _TAILS,
        idle=not told and text != "将",
    )


_LEXEMES: Final = Memo(_made, most=_KEPT)


@cache
def verbs() -> dict[str, Verb]:
    """Return the verbs of `verbs.tsv` with their class."""
    return {row["verb"]: Verb(row["kind"], row["status"]) for row in read_table("verbs.tsv")}


@cache
def role(name: str) -> frozenset[str]:
    """Return the words of `initiative_words.tsv` that have a role, for example ``"adverb"``.

    Example:
        >>> "同时" in role("connective"), "建立" in role("adverb")
        (True, False)
    """
    return frozenset(row["word"] for row in read_table("initiative_words.tsv") if row["role"] == name)


@cache
def _roles() -> dict[str, frozenset[str]]:
    """Return the same the other way round: the roles of each word."""
    return read_table("initiative_words.tsv").grouped("role", by="word")


@cache
def pattern(feature: str) -> re.Pattern[str]:
    """Return a pattern of `initiative_patterns.tsv`.

    Example:
        >>> bool(pattern("passive").search("被省政协采用3条"))
        True
    """
    if feature in left_out("initiative_patterns.tsv"):
        return NEVER
    table = {row["feature"]: row["pattern"] for row in read_table("initiative_patterns.tsv")}
    return re.compile(table[feature])


class Endings:
    """Words that something may end with.

    Looking costs one look at the last character where no word ends so.

    Args:
        words: the words.

    Example:
        >>> Endings(("度", "制度")).longest("学习制度", 4, start=0)
        2
    """

    __slots__ = ("_lengths", "_words")

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[-1], set()).add(len(word))
        self._lengths = {last: tuple(sorted(found, reverse=True)) for last, found in lengths.items()}

    def longest(self, text: str, end: int, *, start: int) -> int:
        """Return the length of the longest word that ends just before `end`, not before `start`; or 0."""
        if end <= start:
            return 0
        for length in self._lengths.get(text[end - 1], ()):
            if length <= end - start and text[end - length : end] in self._words:
                return length
        return 0


@cache
def endings(name: str) -> Endings:
    """Return the words of a role as `Endings`."""
    return Endings(role(name))


class Words(NamedTuple):
    """The words of a clause, and the clean characters between which they stand.

    Attributes:
        lexemes: the words in order.
        edges: where each begins; and, last, where the clause ends.
    """

    lexemes: list[Lexeme]
    edges: list[int]


def words_of(text: str, *, start: int, end: int, times: Sequence[Span] = ()) -> Words:
    """Cut a clause into words; names in quotation marks, 《》 and brackets stay whole, and so do `times`.

    An adverb that the dictionary has glued to a verb of ours is parted from it (积极 探索), and a verb of
    ours that it has cut in two is put together (签订).

    Args:
        text: a clean text.
        start: where the clause begins.
        end: where it ends.
        times: the time expressions that lie in it, in order.

    Example:
        >>> [word.text for word in words_of("积极探索“全员入站”工作", start=0, end=12).lexemes]
        ['积极', '探索', '“全员入站”', '工作']
    """
    whole = [(match.start(), match.end(), "name") for match in NAMED.finditer(text, start, end)]
    for time in times:
        if not any(time.start < stop and at < time.end for at, stop, _ in whole):
            whole.append((time.start, time.end, "time"))
    lexemes: list[Lexeme] = []
    at = start
    for first, last, tag in sorted(whole):
        if at < first:
            lexemes += _plain(text, at, first)
        lexemes.append(lexeme(text[first:last], tag))
        at = last
    if at < end:
        lexemes += _plain(text, at, end)
    return Words(lexemes, list(accumulate([word.size for word in lexemes], initial=start)))


def _plain(text: str, start: int, end: int) -> list[Lexeme]:
    """Return the words of a stretch that holds no name and no time expression."""
    found = [_LEXEMES[pair] for pair in tagged(text, start, end)]
    made: list[Lexeme] = []
    place, size = 0, len(found)
    while place < size:
        word = found[place]
        behind = place + 1
        if word.opens:
            behind = _joined(found, place)
        if word.takes_tail and behind == place + 1 < size and found[behind].is_tail:
            behind += 1
        if behind > place + 1:
            made.append(lexeme("".join([one.text for one in found[place:behind]]), "v"))
        elif word.size < _PARTED or word.tag == "w":
            made.append(word)
        else:
            made += _parted(word)
        place = behind
    return made


@cache
def _openings() -> frozenset[str]:
    """Return what a verb that the dictionary has cut can begin with."""
    return frozenset(verb[:length] for verb in verbs() for length in range(1, len(verb)))


def _joined(words: Sequence[Lexeme], place: int) -> int:
    """Return the place behind the verb that words make together: 签|订, 做|深|做实; or behind `place`."""
    known = verbs()
    for behind in range(min(place + 4, len(words)), place + 1, -1):
        if "".join([one.text for one in words[place:behind]]) in known:
            return behind
    return place + 1


def _verb_of(word: str, tag: str) -> Verb | None:
    """Return the class of a word, or of what it is with an end that verbs take (列出)."""
    known = verbs()
    verb = known.get(word)
    if verb is None and tag == "v" and word.endswith(_TAILS):
        verb = known.get(word[:-1])
    return verb


@lru_cache(_KEPT)
def _parted(word: Lexeme) -> tuple[Lexeme, ...]:
    """Part an adverb from the verb it is glued to, and two verbs that stand as one word."""
    known = verbs()
    if word.verb is None:
        for length in (2, 3):
            front, back = word.text[:length], word.text[length:]
            if back in known and (
                front in role("adverb") | role("ongoing") or front in role("planned") or front in known
            ):
                return lexeme(front, "v" if front in known else "d"), lexeme(back, "v")
            if front in known and length == 2 and (word.tag != "n" or front not in role("deed")):
                return lexeme(front, "v"), lexeme(back, "n")
    return (word,)
