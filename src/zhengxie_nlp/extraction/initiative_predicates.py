"""The predicate of a clause: who does what to what, read from its words from left to right (guideline §6)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zhengxie_nlp.extraction.initiative_words import NAMED, Token, Verb, longest_end, role, tokens
from zhengxie_nlp.text.source_text import Span

#: Verbs that take a deed for their object: a verb behind them belongs to the object (召开 学习…座谈会).
_ALONE: Final = frozenset(
    ["召开", "举办", "举行", "主办", "承办", "协办", "开展", "参加", "参与", "实行", "推行", "推广", "提供", "加强", "强化", "提升", "优化", "做好", "抓好", "打好", "用好", "办好", "加大", "完善", "深化", "落实", "执行", "严格执行", "坚持", "健全", "建立", "构建", "制定", "出台", "创新", "采取", "进行", "接受", "要求", "规定", "推进", "促进", "抓", "提高", "扩大", "打造", "建设", "成立", "设立", "组建", "开通", "搭建", "明确", "推动", "引导", "配合", "协助", "请", "邀请", "安排", "组织", "报送", "发布", "探索", "谋划", "支持", "鼓励", "协调", "实施", "开设", "减少", "防范", "保障", "纳入", "列入", "编入"]
)
#: … but for these, which make one deed of the two.
_TOGETHER: Final[dict[str, frozenset[str]]] = {
    first: frozenset(second.split())
    for first, second in {
        "建立": "健全 完善 起",
        "构建": "完善 起 形成",
        "健全": "完善 落实",
        "完善": "出台 推广",
        "制定": "出台 印发 下发 实施 完善 细化 修订 发布",
        "出台": "实施 印发",
        "落实": "落细",
        "深化": "拓展 落实 完善 推进",
        "谋划": "设计 建设 实施 推进 推动 储备 开展",
        "探索": "建立 形成 实施 推行 开展 构建 创新 打造 设立 推进 搭建",
        "推动": "建立 出台 解决 制定 形成 成立 设立 完善 实施 落实",
        "协调": "解决 推进 修缮 推动 落实 处理 化解 筹措",
        "支持": "引导 做好 打造 建设 开展 鼓励 培育",
        "鼓励": "支持 发展 引导",
        "引导": "支持 鼓励",
        "组织": "开展 召开 举办 实施 编写 编印 编撰 举行 承办 参加",
        "抓好": "办成 落实",
        "推进": "落实 实施 建设",
        "实施": "完善",
        "创新": "开展 推出 打造 推行 实施 建立 举办",
        "成立": "组建",
        "采取": "",
        "安排": "部署",
        "开展": "",
        "规定": "",
        "参与": "制定 起草",
        "学习": "运用 借鉴 贯彻 宣传",
        "招商": "签约 引资",
        "请示": "汇报",
        "研究": "制定 出台 部署 解决 提出 审议",
    }.items()
}
_LIGHT: Final = frozenset(("进行", "予以", "给予", "加以"))
_ASPECT: Final = frozenset("了着过")
#: What a verb names a kind of body with: 承办单位.
_NAMED: Final = frozenset(["单位", "部门", "人", "人员", "机关", "者", "率", "权", "会", "费", "处", "系统", "界", "标准", "干部", "对象"])
_PLACED: Final = frozenset(["纳入", "列入", "编入", "计入", "载入"])
_ENDINGS: Final = tuple("入为成到至在出给")
_BA: Final = frozenset(
    ["推进", "公开", "抓好", "落实", "挂钩", "列明", "固定", "纳入", "作为", "定", "当作", "开", "办", "贴", "放", "摆", "融入", "结合"]
)
_OBJECT_CUT: Final = re.compile(r"并(?!网|购|联|轨|案)|，并|、金额|，金额")


@dataclass(frozen=True, slots=True)
class Predicate:
    """What a clause says.

    Attributes:
        action: the main verb or verbs as written.
        verb: the class of the first of them; None if `verbs.tsv` knows none.
        head: the first verb's text.
        object: what is acted on.
        subject: the noun phrase before the verb, if any.
        agent: the subject or the phrase behind 由, if it can act.
        preposed: the phrase that 将, 把 or 对 brings before the verb.
        prepositions: the prepositions before the verb.
        adverbs: the adverbs and modal words before the verb.
        words: the words of the clause.
        at: the index of the first main verb in `words`.
        beyond: the index of the first word behind the action.
    """

    action: Span
    verb: Verb | None
    head: str
    object: Span | None
    subject: Span | None
    agent: Span | None
    preposed: Span | None
    prepositions: tuple[str, ...]
    adverbs: tuple[str, ...]
    words: tuple[Token, ...]
    at: int
    beyond: int


class _Reader:
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
        return self.words[place].text if 0 <= place < len(self.words) else ""

    def is_verb(self, place: int) -> bool:
        return 0 <= place < len(self.words) and self.words[place].is_verb

    def strong(self, place: int) -> bool:
        """Whether the word is a verb of ours, and none that also names an activity."""
        if not 0 <= place < len(self.words):
            return False
        word = self.words[place]
        return word.verb is not None and word.text not in role("deed")

    def names(self, place: int) -> bool:
        """Whether the verb only names a body or a figure: 承办单位, 办理率."""
        return self.text(place + 1) in _NAMED and self.text(place) in role("naming")

    def is_adverb(self, place: int) -> bool:
        if not 0 <= place < len(self.words):
            return False
        word = self.words[place]
        if word.text in role("adverb") or word.text in role("ongoing") or word.text in role("planned"):
            return not (
                word.verb is not None and not self.is_verb(place + 1) and not self.is_plain_adverb(place + 1)
            )
        return (word.tag in ("d", "ad", "zg") and word.verb is None) or word.text in role("done")

    def is_plain_adverb(self, place: int) -> bool:
        return 0 <= place < len(self.words) and self.words[place].tag == "d"

    def listed(self, place: int) -> bool:
        """Whether the word is an item of a list: next to 、, or before 等."""
        return self.text(place - 1) in ("、", "和", "及") or self.text(place + 1) in ("、", "等", "的")

    def read(self) -> int | None:
        """Return the index of the main verb, or None; fills in what stands before it."""
        while self.at < len(self.words):
            word = self.words[self.at]
            if word.tag == "time" or (self.is_adverb(self.at) and not self.is_ba(self.at)):
                self.adverbs.append(word.text)
                self.at += 1
            elif self.is_preposition(self.at):
                found = self.phrase()
                if found is not None:
                    return found
            elif word.is_verb and self.is_main(self.at):
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
        if self.strong(place + 1) or self.is_adverb(place + 1) or self.is_preposition(place + 1):
            return False
        found = self.behind_ba(place)
        return found is not None and found > place + 1

    def is_preposition(self, place: int) -> bool:
        text = self.text(place)
        if text == "将":
            return self.is_ba(place)
        if text not in role("preposition") or place + 1 >= len(self.words):
            return False
        if text in ("深入", "联合", "结合", "利用", "会同", "到", "用", "经过"):
            return not self.is_verb(place + 1) and not self.is_adverb(place + 1)
        return not (text == "为" and place > 0 and self.words[place - 1].text == "成")

    def is_main(self, place: int) -> bool:
        word, following = self.words[place], self.text(place + 1)
        if self.names(place) or (self.subject and following == "的"):
            return False
        if following == "、" and not self.strong(place + 2):
            return not self.later(place + 1)
        if not self.strong(place) and self.later(place + 1) and not self.acts(place):
            return False
        return not self.relative(place)

    def acts(self, place: int) -> bool:
        """Whether a word that may name an activity is a verb here: behind somebody, with an object of its own."""
        return (
            self.words[place].verb is not None
            and bool(self.subject)
            and (self.subject[-1].text in role("agent") or self.text(place - 1) in role("planned"))
            and not self.is_adverb(place + 1)
            and self.text(place + 1) not in ("工作", "活动")
        )

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
        if verb is not None and verb.kind in ("make", "hold", "do", "improve", "apply", "promote"):
            if self.text(place + 1) not in ("下来", "的") and not (
                place and self.text(place - 1) in ("未", "不", "没有", "需要")
            ):
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
        else:
            found = self.light(start) if text in ("对", "就", "对于") else None
            end = found if found is not None else self.past(start)
            if found is None and end >= len(self.words):
                found = self.last_verb(start)
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
        while end - 1 > start + 1 and self.is_adverb(end - 1):
            end -= 1
            self.adverbs.append(self.words[end].text)
        return end

    def light(self, start: int) -> int | None:
        return next(
            (place for place in range(start + 1, len(self.words) - 1) if self.text(place) in _LIGHT), None
        )

    def last_verb(self, start: int) -> int | None:
        """Return the verb that a preposition's phrase ends with, where no other follows it: 深入…调研."""
        last = len(self.words) - 1
        while last > start + 1 and (self.words[last].tag in ("m", "q", "w") or self.text(last) in _ASPECT):
            last -= 1
        if last <= start + 1 or not self.words[last].is_verb:
            return None
        while last - 1 > start + 1 and (self.is_verb(last - 1) or self.words[last - 1].tag == "vn"):
            last -= 1
        return last

    def behind_ba(self, start: int) -> int | None:
        places = [
            place
            for place in range(start + 2, len(self.words))
            if self.is_verb(place) and not self.listed(place)
        ]  # fmt: skip
        for place in places:
            text = self.text(place)
            ended = text.endswith(_ENDINGS) or self.text(place + 1) in ("在", "为", "到", "成")
            if text in _BA or ended or (self.is_adverb(place - 1) and self.words[place].tag != "d"):
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
                if self.strong(place) and not self.names(place) and not self.described(place):
                    return place
                if self.is_adverb(place) and self.is_verb(place + 1) and self.text(place + 2) != "的":
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


def read_predicate(
    text: str, span: Span, *, counts: Sequence[Span] = (), times: Sequence[Span] = ()
) -> Predicate | None:
    """Read the predicate of a clause.

    Args:
        text: a clean text.
        span: the clause.
        counts: the quantities of the text, in order.
        times: its time expressions, in order.

    Returns:
        Its main verb with what belongs to it; None if the clause has no verb.

    Example:
        >>> clause = "在8个专委会建立38个委员活动小组"
        >>> said = read_predicate(clause, Span(0, len(clause)))
        >>> clause[slice(*said.action)], clause[slice(*said.object)]
        ('建立', '38个委员活动小组')
    """
    reader = _Reader(tokens(text, start=span.start, end=span.end, times=times))
    at = reader.read()
    if at is None:
        return None
    first, beyond = _action(reader, at)
    words = reader.words
    action = Span(words[first].start, words[beyond - 1].end)
    subject = _subject(reader)
    agent = reader.agent
    if agent is None and subject is not None and can_act(text, subject):
        agent = subject
    fronted = subject if agent is None or agent != subject else None
    object_ = _object(span, reader, beyond, counts=counts, fronted=fronted, text=text)
    return Predicate(
        action, words[first].verb, words[first].text, object_, subject, agent, reader.preposed,
        tuple(reader.prepositions), tuple(reader.adverbs), tuple(words), first, beyond,
    )  # fmt: skip


def _action(reader: _Reader, at: int) -> tuple[int, int]:
    """Return where the action begins and ends, in words."""
    words = reader.words
    if words[at].text in _LIGHT:
        deed = at + 1
        while deed < len(words) - 1 and (reader.is_adverb(deed) or words[deed].text in _ASPECT | {"的"}):
            deed += 1
        if deed < len(words) and words[deed].is_verb:
            at = deed
    end = at + 1
    while end < len(words):
        if _joins(reader, end - 1, end):
            end += 1
        elif words[end].text in ("和", "与") and _joins_by_and(reader, end):
            end += 3 if reader.is_adverb(end + 1) else 2
        else:
            break
    return at, end


def _joins(reader: _Reader, first: int, second: int) -> bool:
    one, two = reader.words[first], reader.words[second]
    if not two.is_verb or reader.text(second + 1) == "的" or reader.names(second):
        return False
    if one.text in _TOGETHER:
        return two.text in _TOGETHER[one.text]
    if one.text in _ALONE or one.tag == "name":
        return False
    if one.verb is not None and one.verb.kind == "make":
        return two.verb is not None and two.verb.kind == "make" and two.text not in role("deed") | {"共建"}
    if two.verb is not None and two.verb.kind == "attitude":
        return False
    last = second + 1 >= len(reader.words) or reader.words[second + 1].tag in ("m", "w", "ul")
    if two.tag in ("vn", "n", "an", "nz", "j", "b"):
        return last and one.tag != "n" and reader.text(second + 1) != "、"
    return two.verb is not None or last


def _joins_by_and(reader: _Reader, place: int) -> bool:
    second = place + 2 if reader.is_adverb(place + 1) else place + 1
    return (
        reader.strong(second)
        and second + 1 < len(reader.words)
        and reader.text(second + 1) not in ("的", "、")
    )


def _subject(reader: _Reader) -> Span | None:
    words = [word for word in reader.subject if word.tag not in ("uj", "w") or word.text in ("的", "、")]
    while words and (words[0].tag in ("t", "m", "q", "w", "u") and len(words) > 1 and words[0].tag != "m"):
        words = words[1:]
    while words and words[-1].text in ("、", "的", "者"):
        words = words[:-1]
    return Span(words[0].start, words[-1].end) if words else None


def can_act(text: str, span: Span) -> bool:
    """Return whether a noun phrase names somebody who can act: an organisation, a body, people."""
    end = span.end
    while end > span.start and text[end - 1] in "”》）":
        end -= 1
    return longest_end(text, end, words=role("agent"), start=span.start, most=4) > 0


def _object(
    span: Span, reader: _Reader, beyond: int, *, counts: Sequence[Span], fronted: Span | None, text: str
) -> Span | None:
    if {"将", "把"} & set(reader.prepositions):
        return reader.preposed
    if fronted is not None and text[fronted.start] == "每":
        fronted = None
    action = reader.words[beyond - 1].text
    if action in _PLACED:
        return _subject(reader)
    start = reader.words[beyond - 1].end
    while start < span.end and text[start] in "了着过":
        start += 1
    rest = without_count(text, Span(start, span.end), counts=counts)
    if rest is not None and fronted is not None and action.endswith(("为", "到", "至", "报")):
        return fronted
    return rest or reader.preposed or fronted


def without_count(text: str, span: Span, *, counts: Sequence[Span]) -> Span | None:
    """Return an object without 并… and without the count that ends it: 帮办实事528件 → 实事.

    Args:
        text: a clean text.
        span: what follows the verb.
        counts: the quantities of the text, in order.

    Returns:
        What is left; None if that is nothing.
    """
    if span.start >= span.end:
        return None
    cut = _OBJECT_CUT.search(text, span.start + 1, span.end)
    end = cut.start() if cut else span.end
    for place in range(bisect_left(counts, (span.start, 0)), bisect_left(counts, (end, 0))):
        start, stop = counts[place]
        named = NAMED.search(text, max(span.start, start - 60), min(end, stop + 60))
        if named is not None and named.start() < start and stop < named.end():
            continue
        if stop >= end or text[stop] in "、，和":
            end = start
            break
    while end > span.start and text[end - 1] in "、，共达 各":
        end -= 1
    return Span(span.start, end) if end > span.start else None
