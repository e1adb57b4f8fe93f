"""The verb that governs a device's name, as written, and the stage that it tells (guideline §4).

The verbs stand in `data/mechanism_verbs.tsv`. Verbs that stand side by side, or joined by 和、并, are one
compound: 探索建立, 修订完善, 清理修改和新制定.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.lexicon.tables import Phrases, longest_word, read_table
from zhengxie_nlp.mechanisms.patterns import pattern
from zhengxie_nlp.text.segmenters.words import Word
from zhengxie_nlp.text.source_text import Span

_JOINT = re.compile(r"(?:和|并|、|与|及)?")
_NOT_BEFORE: Final = frozenset("化性式型者员力的")
_NOT_AFTER: Final = frozenset("所不未没")
_CLEAR_TAGS: Final = frozenset(
    ("d", "ad", "v", "p", "c", "ul", "uz", "u", "m", "t", "w", "vd", "zg", "f", "r")
)


_CLOSING: Final = frozenset(("", "，", "。", "；", "、", "\n", "了"))


class VerbAt(NamedTuple):
    """A verb of `data/mechanism_verbs.tsv` at its place, with the tag of the word before it."""

    span: Span
    stage: str
    uses: frozenset[str]
    before: str


class Governor(NamedTuple):
    """The verb or compound that governs a name.

    Attributes:
        span: the characters of the verb as written, without 了.
        stage: what its first verb with a stage tells.
        use: ``set_up``, ``build``, ``strong``, ``weak``, ``short``.
        quoting: it governs a quoted name or a list only (按照“……”标准).
        naming: what it is followed by in quotation marks is a name, of whatever form.
    """

    span: Span
    stage: str
    use: str
    quoting: bool = False
    naming: bool = False


@cache
def verb_words() -> Phrases[tuple[str, frozenset[str]]]:
    """Return the verbs with their stage and uses."""
    return Phrases(
        {
            row["verb"]: (row["stage"], frozenset(row["use"].split()))
            for row in read_table("mechanism_verbs.tsv")
        }
    )


@cache
def verbs_used(*uses: str) -> re.Pattern[str]:
    """Return a pattern of the verbs that have one of some uses: without a match, none governs."""
    rows = read_table("mechanism_verbs.tsv")
    return re.compile(
        longest_word(row["verb"] for row in rows if not set(uses).isdisjoint(row["use"].split()))
    )


def verbs_among(text: str, words: Sequence[Word]) -> list[VerbAt]:
    """Find the verbs that begin at the edges of `words`, longest first, none inside another."""
    found: list[VerbAt] = []
    free = 0
    before = "w"
    opening = words[0].start if words else 0
    for word in words:
        for start in _openings(word):
            if start < free:
                continue
            match = verb_words().longest_at(text, start)
            if match is None:
                continue
            uses = match[1][1] | ({"opens"} if start == opening else frozenset())
            if _is_verb(text, word, Span(start, start + len(match[0])), uses):
                free = start + len(match[0])
                tag = before if start == word.start else "d"
                found.append(VerbAt(Span(start, free), match[1][0], match[1][1], tag))
        before = word.tag
    return found


def _openings(word: Word) -> tuple[int, ...]:
    """Return where in a word a verb may begin: a long word may hold two (建立健全, 认真落实)."""
    return (word.start,) if word.end - word.start < 4 else (word.start, word.start + 2)


def _is_verb(text: str, word: Word, verb: Span, uses: frozenset[str]) -> bool:
    if text[verb.end : verb.end + 1] in _NOT_BEFORE or text[verb.start - 1 : verb.start] in _NOT_AFTER:
        return False
    if pattern("during").match(text, verb.end):
        return False
    if "short" in uses:
        whole = word.start == verb.start and word.end == verb.end
        return whole and (uses >= {"opening", "opens"} or bool(pattern("short_next").match(text, verb.end)))
    # A verb that breaks off inside a word (建设 of 建设者) is none, but a long word may hold two.
    return word.end <= verb.end or word.tag[0] in "vl" or word.end - verb.end >= 2


def chains(text: str, verbs: Sequence[VerbAt]) -> list[list[VerbAt]]:
    """Group verbs that stand side by side or joined by 和、并 into compounds."""
    found: list[list[VerbAt]] = []
    for verb in verbs:
        if found:
            gap = text[found[-1][-1].span.end : verb.span.start]
            if len(gap) <= 1 and _JOINT.fullmatch(gap) and _compound(text, found[-1][-1], verb):
                found[-1].append(verb)
                continue
        found.append([verb])
    return found


def _compound(text: str, first: VerbAt, second: VerbAt) -> bool:
    """Say whether two verbs side by side are one: not 按照|落实, nor 出台|优化 (what the plan is for)."""
    issued = text[first.span.start : first.span.end] in closed_words("issuing") and second.stage in (
        "improve",
        "apply",
    )
    return not issued and "weak" not in first.uses | second.uses


def governor(
    text: str, verbs: Sequence[VerbAt], *, region: Span, coordinated: bool = False
) -> Governor | None:
    """Choose the verb that governs what ends at the end of `region`.

    The first strong verb governs, for a name may hold verbs of its own (完善 in 完善落实……的机制 governs); a
    weak one only where no strong one stands.

    Args:
        text: the covered text.
        verbs: the verbs of the region, in order.
        region: the characters before the head.
        coordinated: the region follows another name, so that a verb counts at an edge only.
    """
    groups = _in_region(text, chains(text, verbs), region)
    strong = [chain for chain in groups if _governs(chain, region, coordinated=coordinated)]
    chosen: list[VerbAt] | None = None
    for chain in strong:
        at = chain[0].span.start
        if chosen is None or pattern("split").search(text, max(region.start, at - 34), at):
            chosen = chain
    if chosen is None:
        weak = [c for c in groups if c[0].uses & {"weak"} and not coordinated]
        chosen = weak[0] if weak else None
    if chosen is None:
        return None
    uses = frozenset().union(*(verb.uses for verb in chosen))
    use = next((use for use in ("set_up", "build", "strong", "short", "weak") if use in uses), "strong")
    return Governor(
        Span(chosen[0].span.start, chosen[-1].span.end),
        _stage(text, chosen),
        use,
        quoting="quoting" in uses,
        naming="naming" in uses,
    )


def verb_beside(text: str, words: Sequence[Word], *, name: Span) -> Governor | None:
    """Return the verb right before a name, or right behind it (《…》印发实施, …体系更加完善).

    Args:
        text: the covered text.
        words: the words of the clause before the name.
        name: the characters of the name, with its marks.
    """
    start = name.start - (text[name.start - 1 : name.start] in ("“", "《"))
    before = [word for word in words if word.end <= start]
    if before and before[-1].end == start and before[-1].tag[0] == "v" and _is_written(text, before[-1]):
        return _beside(text, Span(before[-1].start, start))
    behind = pattern("behind").match(text, name.end)
    match = verb_words().longest_at(text, behind.end()) if behind is not None else None
    if behind is None or match is None:
        return None
    end = behind.end() + len(match[0])
    second = verb_words().longest_at(text, end)
    end += len(second[0]) if second is not None else 0
    return _beside(text, Span(behind.end(), end)) if text[end : end + 1] in _CLOSING else None


def _is_written(text: str, word: Word) -> bool:
    return word.end - word.start > 1 and text[word.start : word.end].isalpha()


def _beside(text: str, span: Span) -> Governor:
    match = verb_words().longest_at(text, span.start)
    stage = match[1][0] if match is not None and span.start + len(match[0]) <= span.end else ""
    return Governor(span, stage or "apply", "weak")


def _stage(text: str, chain: Sequence[VerbAt]) -> str:
    """Return the stage of the first verb that tells one; 深化落实 and 细化落实 apply."""
    if chain[-1].stage == "apply" and text[chain[0].span.start : chain[0].span.end] in closed_words(
        "deepening"
    ):
        return "apply"
    return next((verb.stage for verb in chain if verb.stage), "mention")


def _in_region(text: str, groups: Sequence[list[VerbAt]], region: Span) -> list[list[VerbAt]]:
    """Leave out a noun-like verb right before the head (工作|实施|细则), and 落实 in 完善落实“……”的机制."""
    found: list[list[VerbAt]] = []
    for chain in groups:
        last = chain[-1]
        at_head = last.span.end >= region.end and text[region.end : region.end + 1] not in ("“", "《")
        if at_head and len(chain) == 1 and "nominal" in last.uses and last.before not in _CLEAR_TAGS:
            continue
        inside = text[last.span.start : last.span.end] in closed_words("carry out") and (
            text[last.span.end : last.span.end + 1] == "“" and text[region.end - 1 : region.end] == "的"
        )
        found.append(chain[:-1] if inside and len(chain) > 1 else chain)
    return found


def _governs(chain: Sequence[VerbAt], region: Span, *, coordinated: bool) -> bool:
    uses = frozenset().union(*(verb.uses for verb in chain))
    if not uses & {"strong", "set_up", "build", "short"}:
        return False
    first = chain[0]
    clear = first.before in _CLEAR_TAGS or first.span.start <= region.start + 1
    nominal = all("nominal" in verb.uses for verb in chain)
    # 与综治中心、热线|建立|工单流转机制: what sets up is no noun, whatever list stands before it.
    return clear or not (nominal or (coordinated and "set_up" not in first.uses))
