"""Reads the words of one clause from left to right, up to its main verb."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from zhengxie_nlp.extraction.initiative_words import Token, role
from zhengxie_nlp.lexicon import read_table
from zhengxie_nlp.text.source_text import Span

_ASPECT: Final = frozenset("了着过")
#: What a verb of 将 and 把 ends with: 编入, 划分为.
_ENDINGS: Final = tuple("入为成到至在出给")
#: The kinds of verbs that do not describe a noun behind them (建立…的制度 is no relative clause).
_GOVERNING: Final = frozenset(("make", "hold", "do", "improve", "apply", "promote", "pivot"))


@cache
def _pairs() -> dict[str, frozenset[str]]:
    """Return the verbs that make one deed with a second one, each with those second ones."""
    pairs: dict[str, set[str]] = {}
    for row in read_table("initiative_verb_pairs.tsv"):
        pairs.setdefault(row["first"], set()).add(row["second"])
    return {first: frozenset(second) for first, second in pairs.items()}


class Reader:
    """Reads the words of one clause; `at` is the place it has come to."""

    def __init__(self, words: Sequence[Token]) -> None:
        self.words = words
        self.at = 0
        self.subject: list[Token] = []
        self.agent: Span | None = None
        self.preposed: Span | None = None
        self.prepositions: list[str] = []
        self.adverbs: list[str] = []

    def text(self, place: int) -> str:
        """Return the text of the word at `place`; "" outside of the clause."""
        return self.words[place].text if 0 <= place < len(self.words) else ""

    def is_verb(self, place: int) -> bool:
        """Return whether the word at `place` is a verb."""
        return 0 <= place < len(self.words) and self.words[place].is_verb

    def strong(self, place: int) -> bool:
        """Whether the word is a verb of ours, and none that also names an activity."""
        if not 0 <= place < len(self.words):
            return False
        word = self.words[place]
        return word.verb is not None and word.text not in role("deed")

    def names(self, place: int) -> bool:
        """Whether the verb only names a body, a figure or a paper: 承办单位, 立案审查时间, 调研报告."""
        text, following = self.text(place), self.text(place + 1)
        if text in role("unable"):
            return True
        if text in role("naming"):
            ahead = 2 if following in role("naming") else 1
            return self.text(place + ahead) in role("body")
        return text in role("body") and self.text(place - 1) in role("naming")

    def is_adverb(self, place: int) -> bool:
        """Return whether the word at `place` stands before a verb and says how, when or whether."""
        if not 0 <= place < len(self.words):
            return False
        word = self.words[place]
        if word.text in role("adverb") or word.text in role("ongoing") or word.text in role("planned"):
            return not (
                word.verb is not None and not self.is_verb(place + 1) and not self.is_plain_adverb(place + 1)
            )
        return (word.tag in ("d", "ad") and word.verb is None) or word.text in role("done")

    def is_plain_adverb(self, place: int) -> bool:
        """Return whether the dictionary calls the word at `place` an adverb."""
        return 0 <= place < len(self.words) and self.words[place].tag == "d"

    def listed(self, place: int) -> bool:
        """Whether the word is an item of a list: next to 、, or before 等."""
        return self.text(place - 1) in ("、", "和", "及") or self.text(place + 1) in ("、", "等", "的")

    def read(self) -> int | None:
        """Return the index of the main verb, or None; fills in what stands before it."""
        found = self.scan()
        return found if found is not None else self.weak()

    def weak(self) -> int | None:
        """Return a main verb that only its place gives away: before 了, a count or a name."""
        for place, word in enumerate(self.words):
            following = self.text(place + 1)
            told = following == "了" and word.tag not in ("name", "time", "w", "x", "m", "r")
            if not (told or word.tag in ("v", "vn")) or self.names(place) or following in ("的", "、"):
                continue
            if following == "了" or self.tag(place + 1) in ("m", "x", "name", "") or word.tag == "v":
                before = self.words[:place]
                led = any(other.tag == "p" for other in before)
                self.subject = [other for other in before if not led and other.tag not in ("d", "time", "w")]
                return place
        return None

    def tag(self, place: int) -> str:
        """Return the tag of the word at `place`; "" outside of the clause."""
        return self.words[place].tag if 0 <= place < len(self.words) else ""

    def scan(self) -> int | None:
        """Go through the words up to the first that rules take for the main verb."""
        while self.at < len(self.words):
            word = self.words[self.at]
            goes = word.text in ("深入", "将") and self.is_preposition(self.at)
            if word.tag == "time" or (self.is_adverb(self.at) and not goes):
                self.adverbs.append(word.text)
                self.at += 1
            elif self.is_preposition(self.at):
                found = self.phrase()
                if found is not None:
                    return found
            elif word.text in role("light") or (word.is_verb and self.is_main(self.at)):
                return self.at
            else:
                if word.tag != "w" or self.subject:
                    self.subject.append(word)
                self.at += 1
        return None

    def is_ba(self, place: int) -> bool:
        """Whether 将 brings a noun before its verb (将委员编入专委会) and does not say what will be done."""
        if self.text(place) != "将" or place + 1 >= len(self.words):
            return False
        timed = self.text(place + 1)[-1] in "年月日天"
        if (
            self.strong(place + 1)
            or self.is_preposition(place + 1)
            or (self.is_adverb(place + 1) and not timed)
        ):
            return False
        found = self.behind_ba(place)
        return found is not None and found > place + 1

    def is_preposition(self, place: int) -> bool:
        """Return whether the word at `place` brings a noun before the verb."""
        text = self.text(place)
        if text == "将":
            return self.is_ba(place)
        if text not in role("preposition") or place + 1 >= len(self.words):
            return False
        if text in ("深入", "联合", "结合", "利用", "会同", "到", "用", "经过"):
            return not self.is_verb(place + 1) and not self.is_adverb(place + 1)
        return not (text == "为" and place > 0 and self.words[place - 1].text == "成")

    def is_main(self, place: int) -> bool:
        """Return whether the verb at `place` is the main verb."""
        word, following = self.words[place], self.text(place + 1)
        if self.names(place) or (self.subject and following == "的"):
            return False
        if following == "着" and any(self.is_verb(other) for other in range(place + 2, len(self.words))):
            return False
        if word.text in ("是", "为") and following in ("把", "将", "对"):
            return False
        if word.text == "有" and self.later(place + 1):
            return False
        if following == "、" and not self.strong(place + 2):
            return not self.later(place + 1)
        if not self.strong(place) and self.later(place + 1) and not (self.acts(place) or self.ended(place)):
            if self.text(place - 1) == "的":
                return False
            return place + 1 < len(self.words) and (
                joins(self, place, second=place + 1)
                or (following in ("和", "与") and joins_by_and(self, place + 1))
            )
        return not self.relative(place)

    def acts(self, place: int) -> bool:
        """Whether a word that may name an activity is a verb here: behind somebody who acts."""
        if not self.subject and self.words[place].verb is not None and place + 1 < len(self.words):
            return self.words[place + 1].tag in ("m", "x", "name")
        return (
            self.words[place].verb is not None
            and bool(self.subject)
            and (
                self.tag(place - 1) == "time"
                or self.text(place - 1) in role("planned")
                or (self.subject[-1].text in role("agent") and self.text(place + 1) not in ("工作", "活动"))
            )
            and not self.is_adverb(place + 1)
        )

    def ended(self, place: int) -> bool:
        """Whether 了 or a figure right behind it shows that the word is a verb: 做了一次测评, 跑3个镇."""
        following = self.text(place + 1)
        return following == "了" or (self.tag(place + 1) == "m" and len(self.text(place)) == 1)

    def later(self, place: int) -> bool:
        """Whether a strong verb stands further on, before any 的."""
        for other in range(place, len(self.words)):
            if self.text(other) == "的":
                return False
            if self.strong(other) and not self.listed(other):
                return True
        return False

    def relative(self, place: int) -> bool:
        """Whether the verb only describes the subject: 抢救下来的资料全部数字化."""
        verb = self.words[place].verb
        governs = verb is not None and verb.kind in _GOVERNING and self.text(place + 1) not in ("下来", "的")
        if governs and not (place and self.text(place - 1) in ("未", "不", "没有", "需要")):
            return False
        for other in range(place + 1, min(place + 10, len(self.words) - 1)):
            if self.text(other) == "的":
                for after in range(other + 1, min(other + 7, len(self.words))):
                    if self.strong(after) or (
                        self.text(after) in ("由", "全部", "一律") and after + 1 < len(self.words)
                    ):
                        return True
                return False
        return False

    def phrase(self) -> int | None:
        """Go past the phrase of a preposition; for 将 and 把 return the main verb, where that is found."""
        start = self.at
        text = self.text(start)
        self.prepositions.append(text)
        if text in ("将", "把"):
            found = self.behind_ba(start)
            self.at = start + 1
        else:
            found = self.light(start) if text in ("对", "就", "对于") else None
            end = found if found is not None else self.past(start)
            if found is None and end >= len(self.words):
                found = self.last_verb(start) or self.first_deed(start)
                end = found if found is not None else end
            self.at = end
        if found is not None:
            self.at = found
        end = self.back_over_adverbs(start, self.at)
        if text in ("将", "把", "对", "对于") and end > start + 1:
            self.preposed = Span(self.words[start + 1].start, self.words[end - 1].end)
        if text == "由" and end > start + 1:
            self.agent = Span(self.words[start + 1].start, self.words[end - 1].end)
        return found

    def back_over_adverbs(self, start: int, end: int) -> int:
        """Return where a phrase ends before the adverbs that belong to the verb behind it."""
        while end - 1 > start + 1 and self.is_adverb(end - 1):
            end -= 1
            self.adverbs.append(self.words[end].text)
        return end

    def light(self, start: int) -> int | None:
        """Return the verb behind a phrase whose noun is the deed: 对制度进行清理."""
        places = range(start + 1, len(self.words) - 1)
        return next((place for place in places if self.is_light(place)), None)

    def is_light(self, place: int) -> bool:
        """Whether the noun behind the verb is the deed: 进行清理, 做了一次评估."""
        made = self.text(place) in role("does") and (self.ended(place) or self.tag(place + 1) == "m")
        return made or self.text(place) in role("light")

    def last_verb(self, start: int) -> int | None:
        """Return the verb that a preposition's phrase ends with, where no other follows it: 深入…调研."""
        last = len(self.words) - 1
        while last > start + 1 and (self.words[last].tag in ("m", "q", "w") or self.text(last) in _ASPECT):
            last -= 1
        if last <= start + 1 or not self.words[last].is_verb or self.text(last - 1) == "的":
            return None
        while last - 1 > start + 1 and (self.is_verb(last - 1) or self.words[last - 1].tag == "vn"):
            last -= 1
        return last

    def first_deed(self, start: int) -> int | None:
        """Return the first verb of ours behind a phrase, where all of them also name an activity."""
        for place in range(start + 2, len(self.words)):
            if self.words[place].verb is not None and not self.listed(place) and not self.names(place):
                return place
        return None

    def behind_ba(self, start: int) -> int | None:
        """Return the main verb behind 将 or 把 and its noun."""
        places = [
            place
            for place in range(start + 2, len(self.words))
            if self.is_verb(place) and not self.listed(place)
        ]  # fmt: skip
        for place in places:
            text = self.text(place)
            ended = text.endswith(_ENDINGS) or self.text(place + 1) in ("在", "为", "到", "成")
            timed = self.text(place - 1)[-1:] in ("年", "月", "日", "天")
            led = self.is_adverb(place - 1) and not timed and self.words[place].tag != "d"
            if led or ended or text in role("brings"):
                return place
        return places[-1] if places else None

    def past(self, start: int) -> int:
        """Return the index behind the phrase of the preposition at `start`."""
        opening = self.text(start)
        place = start + 1
        while place < len(self.words):
            text = self.text(place)
            if opening in ("在", "从", "自", "于", "当", "随着", "到", "至") and text in role("closer"):
                if self.text(place + 1) not in ("的", "、"):
                    return place + 1
            elif place > start + 1 and not self.listed(place):
                made = self.text(place) in role("does") and self.ended(place)
                if made or (self.strong(place) and not self.names(place) and not self.described(place)):
                    return place
                led = self.is_adverb(place) and self.is_verb(place + 1) and not self.listed(place + 1)
                if led:
                    return place
                if (
                    self.is_preposition(place)
                    and text in ("向", "把", "将", "对", "为", "同", "由")
                    and opening != "以"
                ):
                    return place
            place += 1
        return place

    def described(self, place: int) -> bool:
        """Whether a verb in a phrase only describes a noun in it: 为前来办事的群众提供."""
        for other in range(place + 1, min(place + 9, len(self.words) - 1)):
            if self.text(other) == "的":
                return any(
                    self.strong(after) and not self.listed(after)
                    for after in range(other + 2, len(self.words))
                )
            if self.strong(other) or self.words[other].tag == "w":
                return False
        return False


def joins(reader: Reader, first: int, *, second: int) -> bool:
    """Return whether two verbs side by side are one deed: 协调解决, not 召开 学习…座谈会."""
    one, two = reader.words[first], reader.words[second]
    paired = two.text in _pairs().get(one.text, ())
    if not (two.is_verb or paired) or reader.text(second + 1) == "的" or reader.names(second):
        return False
    if one.text in _pairs():
        return paired
    if one.text in role("alone") or one.tag == "name":
        return False
    if one.verb is not None and one.verb.kind == "make":
        return two.verb is not None and two.verb.kind == "make" and two.text not in role("deed") | {"共建"}
    if two.verb is not None and two.verb.kind == "attitude":
        return False
    last = second + 1 >= len(reader.words) or reader.words[second + 1].tag in ("m", "w", "ul")
    if two.tag in ("vn", "n", "an", "nz", "j", "b"):
        return last and one.tag != "n" and reader.text(second + 1) != "、"
    return two.verb is not None or last


def joins_by_and(reader: Reader, place: int) -> bool:
    """Return whether 和 at `place` joins a second verb to the first: 修订和加快实施."""
    loose = reader.is_adverb(place + 1) or reader.text(place + 1) == "新"
    second = place + 2 if loose else place + 1
    fits = reader.strong(second) or (loose and reader.is_verb(second))
    return fits and second + 1 < len(reader.words) and reader.text(second + 1) not in ("的", "、")
