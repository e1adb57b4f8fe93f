"""Reads the words of one clause from left to right, up to its main verb."""

from __future__ import annotations

from functools import cache
from typing import Final

from zhengxie_nlp.context.lexemes import Lexeme, Words, lexeme
from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.source_text import Span

_ASPECT: Final = frozenset("了着过")
#: What a verb of 将 and 把 ends with: 编入, 划分为.
#: The kinds of verbs that do not describe a noun behind them (建立…的制度 is no relative clause).
_GOVERNING: Final = frozenset(("make", "hold", "do", "improve", "apply", "promote", "pivot"))
#: The roles without which a word names no body, no figure and no paper.
_NAMING: Final = frozenset(("unable", "naming", "body"))
#: No word: what stands before and behind a clause. Reading looks at most so many words ahead.
_AHEAD: Final = 4


@cache
def _outside() -> tuple[Lexeme, ...]:
    return (lexeme("", ""),) * _AHEAD


@cache
def _pairs() -> dict[str, frozenset[str]]:
    """Return the verbs that make one deed with a second one, each with those second ones."""
    return read_table("initiative_verb_pairs.tsv").grouped("second", by="first")


class Reader:
    """Reads the words of one clause; `at` is the place it has come to.

    Empty words stand behind the last one, and so, by Python's count from the end, before the first: a look at
    a neighbour needs no look at the edges.
    """

    __slots__ = (
        "adverbs", "agent", "at", "edges", "preposed", "prepositions", "size", "subject", "words",
    )  # fmt: skip

    def __init__(self, words: Words) -> None:
        self.words = (*words.lexemes, *_outside())
        self.edges = words.edges
        self.size = len(words.lexemes)
        self.at = 0
        self.subject: list[int] = []
        self.agent: Span | None = None
        self.preposed: Span | None = None
        self.prepositions: list[str] = []
        self.adverbs: list[Lexeme] = []

    def names(self, place: int) -> bool:
        """Whether the verb only names a body, a figure or a paper: 承办单位, 立案审查时间, 调研报告."""
        words = self.words
        roles = words[place].roles
        if not roles or roles.isdisjoint(_NAMING):
            return False
        if "unable" in roles:
            return True
        if "naming" in roles:
            ahead = 2 if "naming" in words[place + 1].roles else 1
            return "body" in words[place + ahead].roles
        return "naming" in words[place - 1].roles

    def is_adverb(self, place: int) -> bool:
        """Return whether the word at `place` stands before a verb and says how, when or whether."""
        word = self.words[place]
        if word.adverbial:
            following = self.words[place + 1]
            return word.verb is None or following.is_verb or following.tag == "d"
        return (word.tag in ("d", "ad") and word.verb is None) or "done" in word.roles

    def listed(self, place: int) -> bool:
        """Whether the word is an item of a list: next to 、, or before 等."""
        words = self.words
        return words[place - 1].text in ("、", "和", "及") or words[place + 1].text in ("、", "等", "的")

    def read(self) -> int | None:
        """Return the index of the main verb, or None; fills in what stands before it."""
        found = self.scan()
        return found if found is not None else self.weak()

    def weak(self) -> int | None:
        """Return a main verb that only its place gives away: before 了, a count or a name."""
        words = self.words
        for place in range(self.size):
            word, following = words[place], words[place + 1]
            told = following.text == "了" and word.tag not in ("name", "time", "w", "x", "m", "r")
            if not (told or word.tag in ("v", "vn")) or following.text in ("的", "、") or self.names(place):
                continue
            if following.text == "了" or following.tag in ("m", "x", "name", "") or word.tag == "v":
                led = any(other.tag == "p" for other in words[:place])
                self.subject = [
                    other
                    for other in range(place)
                    if not led and words[other].tag not in ("d", "time", "w")
                ]  # fmt: skip
                return place
        return None

    def scan(self) -> int | None:
        """Go through the words up to the first that rules take for the main verb."""
        words, size, subject = self.words, self.size, self.subject
        at = 0
        while at < size:
            word = words[at]
            if word.idle:
                subject.append(at)
                at += 1
                continue
            self.at = at
            goes = word.text in ("深入", "将") and self.is_preposition(at)
            if word.tag == "time" or (not goes and self.is_adverb(at)):
                self.adverbs.append(word)
            elif goes or self.is_preposition(at):
                found = self.phrase()
                if found is not None:
                    return found
                at = self.at
                continue
            elif "light" in word.roles or (word.is_verb and self.is_main(at)):
                return at
            elif word.tag != "w" or subject:
                subject.append(at)
            at += 1
        return None

    def is_ba(self, place: int) -> bool:
        """Whether 将 brings a noun before its verb (将委员编入专委会) and does not say what will be done."""
        if place + 1 >= self.size:
            return False
        following = self.words[place + 1]
        if following.strong or self.is_preposition(place + 1):
            return False
        if self.is_adverb(place + 1) and following.text[-1] not in "年月日天":
            return False
        found = self.behind_ba(place)
        return found is not None and found > place + 1

    def is_preposition(self, place: int) -> bool:
        """Return whether the word at `place` brings a noun before the verb."""
        word = self.words[place]
        text = word.text
        if text == "将":
            return self.is_ba(place)
        if "preposition" not in word.roles or place + 1 >= self.size:
            return False
        if text in closed_words("loose preposition"):
            return not self.words[place + 1].is_verb and not self.is_adverb(place + 1)
        return not (text == "为" and self.words[place - 1].text == "成")

    def is_main(self, place: int) -> bool:
        """Return whether the verb at `place` is the main verb."""
        words = self.words
        word, following = words[place], words[place + 1].text
        if (self.subject and following == "的") or self.names(place):
            return False
        if following == "着" and any(other.is_verb for other in words[place + 2 :]):
            return False
        if word.text in ("是", "为") and following in ("把", "将", "对"):
            return False
        if word.text == "有" and self.later(place + 1):
            return False
        if following == "、" and not words[place + 2].strong:
            return not self.later(place + 1)
        if not word.strong and self.later(place + 1) and not (self.acts(place) or self.ended(place)):
            if words[place - 1].text == "的":
                return False
            return place + 1 < self.size and (
                joins(self, place, second=place + 1)
                or (following in ("和", "与") and joins_by_and(self, place + 1))
            )
        return not self.relative(place)

    def acts(self, place: int) -> bool:
        """Whether a word that may name an activity is a verb here: behind somebody who acts."""
        words = self.words
        if words[place].verb is None:
            return False
        following = words[place + 1]
        if not self.subject:
            return following.tag in ("m", "x", "name")
        return (
            words[place - 1].tag == "time"
            or "planned" in words[place - 1].roles
            or (
                "agent" in words[self.subject[-1]].roles
                and following.text not in closed_words("general noun")
            )
        ) and not self.is_adverb(place + 1)

    def ended(self, place: int) -> bool:
        """Whether 了 or a figure right behind it shows that the word is a verb: 做了一次测评, 跑3个镇."""
        following = self.words[place + 1]
        return following.text == "了" or (following.tag == "m" and len(self.words[place].text) == 1)

    def later(self, place: int) -> bool:
        """Whether a strong verb stands further on, before any 的."""
        words = self.words
        for other in range(place, self.size):
            if words[other].text == "的":
                return False
            if words[other].strong and not self.listed(other):
                return True
        return False

    def relative(self, place: int) -> bool:
        """Whether the verb only describes the subject: 抢救下来的资料全部数字化."""
        words = self.words
        verb = words[place].verb
        governs = verb is not None and verb.kind in _GOVERNING and words[place + 1].text not in ("下来", "的")
        if governs and words[place - 1].text not in closed_words("no deed"):
            return False
        for other in range(place + 1, min(place + 10, self.size - 1)):
            if words[other].text == "的":
                return any(
                    words[after].strong
                    or (words[after].text in closed_words("taken up") and after + 1 < self.size)
                    for after in range(other + 1, min(other + 7, self.size))
                )
        return False

    def phrase(self) -> int | None:
        """Go past the phrase of a preposition; for 将 and 把 return the main verb, where that is found."""
        start = self.at
        text = self.words[start].text
        self.prepositions.append(text)
        if text in ("将", "把"):
            found = self.behind_ba(start)
            self.at = start + 1
        else:
            found = self.light(start) if text in closed_words("topic preposition") else None
            end = found if found is not None else self.past(start)
            if found is None and end >= self.size:
                found = self.last_verb(start) or self.first_deed(start)
                end = found if found is not None else end
            self.at = end
        if found is not None:
            self.at = found
        end = self.back_over_adverbs(start, self.at)
        if end > start + 1:
            if text in closed_words("object preposition"):
                self.preposed = Span(self.edges[start + 1], self.edges[end])
            elif text == "由":
                self.agent = Span(self.edges[start + 1], self.edges[end])
        return found

    def back_over_adverbs(self, start: int, end: int) -> int:
        """Return where a phrase ends before the adverbs that belong to the verb behind it."""
        while end - 1 > start + 1 and self.is_adverb(end - 1):
            end -= 1
            self.adverbs.append(self.words[end])
        return end

    def light(self, start: int) -> int | None:
        """Return the verb behind a phrase whose noun is the deed: 对制度进行清理."""
        places = range(start + 1, self.size - 1)
        return next((place for place in places if self.is_light(place)), None)

    def is_light(self, place: int) -> bool:
        """Whether the noun behind the verb is the deed: 进行清理, 做了一次评估."""
        roles = self.words[place].roles
        return "light" in roles or (
            "does" in roles and (self.ended(place) or self.words[place + 1].tag == "m")
        )

    def last_verb(self, start: int) -> int | None:
        """Return the verb that a preposition's phrase ends with, where no other follows it: 深入…调研."""
        words = self.words
        last = self.size - 1
        while last > start + 1 and (words[last].tag in ("m", "q", "w") or words[last].text in _ASPECT):
            last -= 1
        if last <= start + 1 or not words[last].is_verb or words[last - 1].text == "的":
            return None
        while last - 1 > start + 1 and (words[last - 1].is_verb or words[last - 1].tag == "vn"):
            last -= 1
        return last

    def first_deed(self, start: int) -> int | None:
        """Return the first verb of ours behind a phrase, where all of them also name an activity."""
        for place in range(start + 2, self.size):
            if self.words[place].verb is not None and not self.listed(place) and not self.names(place):
                return place
        return None

    def behind_ba(self, start: int) -> int | None:
        """Return the main verb behind 将 or 把 and its noun."""
        words = self.words
        last: int | None = None
        for place in range(start + 2, self.size):
            word = words[place]
            if not word.is_verb or self.listed(place):
                continue
            last = place
            if (
                "brings" in word.roles
                or word.text.endswith(tuple(closed_words("verb ending")))
                or words[place + 1].text in ("在", "为", "到", "成")
            ):
                return place
            timed = words[place - 1].text[-1:] in ("年", "月", "日", "天")
            if word.tag != "d" and not timed and self.is_adverb(place - 1):
                return place
        return last

    def past(self, start: int) -> int:
        """Return the index behind the phrase of the preposition at `start`."""
        words = self.words
        opening = words[start].text
        closed = opening in closed_words("closed preposition")
        for place in range(start + 1, self.size):
            word = words[place]
            if closed and "closer" in word.roles:
                if words[place + 1].text not in ("的", "、"):
                    return place + 1
            elif place > start + 1 and not word.idle and not self.listed(place):
                if "does" in word.roles and self.ended(place):
                    return place
                if word.strong and not self.names(place) and not self.described(place):
                    return place
                if words[place + 1].is_verb and self.is_adverb(place) and not self.listed(place + 1):
                    return place
                brings = word.text in ("向", "把", "将", "对", "为", "同", "由") and opening != "以"
                if brings and self.is_preposition(place):
                    return place
        return self.size

    def described(self, place: int) -> bool:
        """Whether a verb in a phrase only describes a noun in it: 为前来办事的群众提供."""
        words = self.words
        for other in range(place + 1, min(place + 9, self.size - 1)):
            if words[other].text == "的":
                return any(
                    words[after].strong and not self.listed(after) for after in range(other + 2, self.size)
                )
            if words[other].strong or words[other].tag == "w":
                return False
        return False


def joins(reader: Reader, first: int, *, second: int) -> bool:
    """Return whether two verbs side by side are one deed: 协调解决, not 召开 学习…座谈会."""
    words, pairs = reader.words, _pairs()
    one, two, following = words[first], words[second], words[second + 1]
    paired = two.text in pairs.get(one.text, ())
    if not (two.is_verb or paired) or following.text == "的" or reader.names(second):
        return False
    if one.text in pairs:
        return paired
    if "alone" in one.roles or one.tag == "name":
        return False
    if one.verb is not None and one.verb.kind == "make":
        return two.strong and two.verb is not None and two.verb.kind == "make" and two.text != "共建"
    if two.verb is not None and two.verb.kind == "attitude":
        return False
    last = second + 1 >= reader.size or following.tag in ("m", "w", "ul")
    if two.tag in ("vn", "n", "an", "nz", "j", "b"):
        return last and one.tag != "n" and following.text != "、"
    return two.verb is not None or last


def joins_by_and(reader: Reader, place: int) -> bool:
    """Return whether 和 at `place` joins a second verb to the first: 修订和加快实施."""
    words = reader.words
    loose = reader.is_adverb(place + 1) or words[place + 1].text == "新"
    second = place + 2 if loose else place + 1
    fits = words[second].strong or (loose and words[second].is_verb)
    return fits and second + 1 < reader.size and words[second + 1].text not in ("的", "、")
