"""The verb that governs a device's name, as written, and the stage that it tells (guideline §4).

The verbs stand in `data/mechanism_verbs.tsv`. Verbs that stand side by side, or joined by 和、并, are one
compound: 探索建立, 修订完善, 梳理修订和新建立.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon import Phrases, read_table
from zhengxie_nlp.text.source_text import Span
from zhengxie_nlp.text.words import Word

_JOINT = re.compile(r"(?:和|并|、|与|及)?")
_NOT_BEFORE: Final = frozenset("化性式型者员力的")
_SHORT_NEXT = re.compile(r"[了起成好]|[\d两三四五六七八九十几]|[“《]|一[个项套支批]")
_CLEAR_TAGS: Final = frozenset(
    ("d", "ad", "v", "p", "c", "ul", "uz", "u", "m", "t", "w", "vd", "zg", "f", "r")
)
#: After one of these, another verb governs: 在……中建立, ……并建立.
_SPLIT = re.compile(r"(?:并|来|同时|从而|进而|再|也|还|又|就是|在[^，。]{1,30}(?:中|上|的同时))$")


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
        use: ``set_up``, ``strong``, ``weak``, ``short``.
    """

    span: Span
    stage: str
    use: str


@cache
def verb_words() -> Phrases[tuple[str, frozenset[str]]]:
    """Return the verbs with their stage and uses."""
    return Phrases(
        {
            row["verb"]: (row["stage"], frozenset(row["use"].split()))
            for row in read_table("mechanism_verbs.tsv")
        }
    )


def verbs_among(text: str, words: Sequence[Word]) -> list[VerbAt]:
    """Find the verbs that begin at the edges of `words`, longest first, none inside another."""
    found: list[VerbAt] = []
    free = 0
    before = "w"
    for word in words:
        if word.start >= free:
            match = verb_words().longest_at(text, word.start)
            if match is not None and _is_verb(text, word, match[0], match[1][1]):
                free = word.start + len(match[0])
                found.append(VerbAt(Span(word.start, free), match[1][0], match[1][1], before))
        before = word.tag
    return found


def _is_verb(text: str, word: Word, verb: str, uses: frozenset[str]) -> bool:
    end = word.start + len(verb)
    if text[end : end + 1] in _NOT_BEFORE or text[word.start - 1 : word.start] in ("所", "不", "未", "没"):
        return False
    if "short" in uses:
        return word.end == end and bool(_SHORT_NEXT.match(text, end))
    # A verb that breaks off inside a word (建设 of 建设者) is none, but a compound word may open with it.
    return word.end <= end or word.tag[0] in "vl"


def chains(text: str, verbs: Sequence[VerbAt]) -> list[list[VerbAt]]:
    """Group verbs that stand side by side or joined by 和、并 into compounds."""
    found: list[list[VerbAt]] = []
    for verb in verbs:
        if found:
            gap = text[found[-1][-1].span.end : verb.span.start]
            if len(gap) <= 1 and _JOINT.fullmatch(gap) and not _ends_in_weak(found[-1]):
                found[-1].append(verb)
                continue
        found.append([verb])
    return found


def _ends_in_weak(chain: Sequence[VerbAt]) -> bool:
    return "weak" in chain[-1].uses


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
    groups = [chain for chain in chains(text, verbs) if chain[-1].span.end < region.end]
    strong = [chain for chain in groups if _governs(chain, region, coordinated=coordinated)]
    chosen: list[VerbAt] | None = None
    for chain in strong:
        at = chain[0].span.start
        if chosen is None or _SPLIT.search(text, max(region.start, at - 34), at):
            chosen = chain
    if chosen is None:
        weak = [c for c in groups if c[0].uses & {"weak"} and not coordinated]
        chosen = weak[0] if weak else None
    if chosen is None:
        return None
    stage = next((verb.stage for verb in chosen if verb.stage), "mention")
    uses = frozenset().union(*(verb.uses for verb in chosen))
    use = next((use for use in ("set_up", "strong", "short", "weak") if use in uses), "strong")
    return Governor(Span(chosen[0].span.start, chosen[-1].span.end), stage, use)


def _governs(chain: Sequence[VerbAt], region: Span, *, coordinated: bool) -> bool:
    uses = frozenset().union(*(verb.uses for verb in chain))
    if not uses & {"strong", "set_up", "short"}:
        return False
    first = chain[0]
    clear = first.before in _CLEAR_TAGS or first.span.start <= region.start + 1
    return clear or not (coordinated or "nominal" in first.uses)
