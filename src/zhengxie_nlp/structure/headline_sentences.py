"""Decides which first sentences of paragraphs are headlines (guideline §1): 「压实主体责任。……」.

A sentence alone proves little; the row does: sentences as long, with as many commas, that open with a verb.
The weight of each piece of evidence is learnt (`tools/train_headings.py`; `heading_weights.tsv`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Final

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.structure.markers.forms import leading_marker
from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.text.segmenters.words import tagged
from zhengxie_nlp.text.source_text import Span

#: From this probability on a first sentence is a heading. Above a half: narrative prose has rows of such
#: sentences too (own documents 0.87 → 0.90, real ones 0.93 → 0.92).
LEAST: Final = 0.6
#: A short answer belongs to its question: 「事怎么办？分着办。」; 「答：有。」 is what somebody says.
_SENTENCE = re.compile(
    r"(?:—+)?(?![问答]：)(?P<sentence>[^。！？\n]{2,60}?(?:？[^。！？，；\n]{1,8}(?=。))?)(?P<end>[。？])(?=[^\n]{12})"
)
_MARKER: Final = 12
_SHORTEST_BODY: Final = 25
_LENGTHS: Final = (3, 5, 7, 12, 16, 22, 30)
_SHORT: Final = 22


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a speech, as the decision sees it.

    Attributes:
        place: its number in the speech.
        length: its characters.
        marked: whether a marker opens it.
        opening: its first sentence, where that could be a headline, without a dash before it.
        words: the words of the opening, with their tags.
        asks: whether the opening is a question.
        dashed: whether a dash stands before it.
        announces: whether a marker follows it: 问题有两个。一是…….
    """

    place: int
    length: int
    marked: bool
    opening: Span | None = None
    sentence: str = ""
    words: tuple[tuple[str, str], ...] = ()
    asks: bool = False
    dashed: bool = False
    announces: bool = False

    @property
    def is_body(self) -> bool:
        """Whether it is running text without marker."""
        return not self.marked and self.length >= _SHORTEST_BODY


def read_paragraph(text: str, span: Span, *, place: int, marked: bool) -> Paragraph:
    """Read a paragraph, with its first sentence if that is short enough for a headline."""
    length = span.end - span.start
    match = None if marked else _SENTENCE.match(text, span.start, span.end)
    if match is None:
        return Paragraph(place, length, marked)
    sentence = match["sentence"]
    return Paragraph(
        place,
        length,
        marked,
        Span(*match.span("sentence")),
        sentence,
        tuple(tagged(sentence, 0, len(sentence))),
        asks=match["end"] == "？",
        dashed=match.start() < match.start("sentence"),
        announces=leading_marker(text[match.end() : match.end() + _MARKER]) is not None,
    )


def headlines(paragraphs: Sequence[Paragraph]) -> dict[int, Span]:
    """Return the first sentences that are headlines, by the place of their paragraph.

    Args:
        paragraphs: all paragraphs of one speech, in order.
    """
    found: dict[int, Span] = {}
    for paragraph, evidence in zip_evidence(paragraphs):
        counts = (
            paragraph.announces and speech_pattern("announced_count").search(paragraph.sentence) is not None
        )
        # 问题有两个。一是……: it says how many there are, and no more.
        if paragraph.opening is not None and not counts and probability(evidence) >= LEAST:
            found[paragraph.place] = paragraph.opening
    return found


def probability(evidence: dict[str, float]) -> float:
    """Return how probable it is that a sentence with this evidence is a headline, 0 to 1."""
    weights = _weights()
    total = weights["(always)"] + sum(weights.get(name, 0.0) * value for name, value in evidence.items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


@cache
def _weights() -> dict[str, float]:
    return {row["evidence"]: float(row["weight"]) for row in read_table("heading_weights.tsv")}


def zip_evidence(paragraphs: Sequence[Paragraph]) -> list[tuple[Paragraph, dict[str, float]]]:
    """Return each paragraph that has an opening, with the evidence for its being a headline."""
    with_opening = [one for one in paragraphs if one.opening is not None]
    if not with_opening:
        return []
    shorts = [one for one in with_opening if len(one.sentence) <= _SHORT + 3]
    bodies = sum(one.is_body for one in paragraphs)
    pairs = Counter(pair for one in with_opening for pair in _pairs(one.sentence))
    common = {pair for pair, count in pairs.items() if count >= 3}
    shapes = Counter(shape for one in with_opening for shape in _shapes(one.sentence))
    made = []
    for one in with_opening:
        evidence = _of_sentence(one)
        before, after = _beside(paragraphs, one.place, -1), _beside(paragraphs, one.place, 1)
        evidence |= _of_neighbour(one, before, "before") | _of_neighbour(one, after, "after")
        evidence["openings on both sides"] = float(_has_opening(before) and _has_opening(after))
        evidence["share of openings"] = len(shorts) / max(1, bodies)
        evidence["many openings"] = min(5, len(shorts)) / 5
        evidence["the only opening"] = float(len(shorts) == 1 and len(one.sentence) <= _SHORT + 3)
        evidence["common words"] = min(3, len(common & _pairs(one.sentence))) / 3
        evidence["like another"] = _likeness(one, shapes) / 3
        made.append((one, evidence))
    return made


def _has_opening(paragraph: Paragraph | None) -> bool:
    return paragraph is not None and paragraph.opening is not None


def _beside(paragraphs: Sequence[Paragraph], place: int, step: int) -> Paragraph | None:
    other = place + step
    return paragraphs[other] if 0 <= other < len(paragraphs) else None


def _of_sentence(one: Paragraph) -> dict[str, float]:
    """Return what a first sentence tells by itself."""
    sentence, words = one.sentence, one.words
    length, share = len(sentence), len(sentence) / max(1, one.length)
    tags = [tag[0] for _, tag in words]
    written = {word for word, _ in words}
    evidence = {f"at most {most} characters": float(length <= most) for most in _LENGTHS}
    return evidence | {
        "no comma": float("，" not in sentence),
        "commas": min(3, sentence.count("，")) / 2,
        "opens with a verb": float(tags[0] == "v"),
        "opens with adverb and verb": float(len(tags) > 1 and tags[0] in "da" and tags[1] == "v"),
        "ends with 了": float(sentence.endswith("了")),
        "ends with an adjective": float(tags[-1] == "a"),
        "opens with a noun": float(tags[0] == "n"),
        "ends with a verb": float(tags[-1] == "v"),
        "是": float("是" in written),
        "了": float(bool(written & {"了", "过", "已", "已经"})),
        "在": float(bool(written & {"在", "到", "从", "由", "为"})),
        "的": sum(word == "的" for word, _ in words) / 2,
        "opens with a pronoun": float(speech_pattern("pronoun").match(sentence) is not None),
        "figures": float(any(sign.isdigit() for sign in sentence)),
        "quotation": float("“" in sentence or "：" in sentence),
        "semicolon": float("；" in sentence or "：" in sentence),
        "question": float(one.asks),
        "dash": float(one.dashed),
        "a series follows": float(one.announces),
        "share of its paragraph": min(1.0, share),
        "small part of its paragraph": float(share < 0.15),
        "first paragraph": float(one.place == 0),
    }


def _of_neighbour(one: Paragraph, other: Paragraph | None, side: str) -> dict[str, float]:
    """Return what the paragraph before or after tells."""
    if other is None:
        return {f"{side}: nothing": 1.0}
    if other.marked:
        return {f"{side}: a marker": 1.0}
    if other.opening is None:
        return {f"{side}: a short line": float(other.length < _SHORTEST_BODY)}
    mine, its = one.sentence, other.sentence
    shared = len(_pairs(mine) & _pairs(its))
    tags = [tag[0] for _, tag in other.words]
    opens = tags[0] == "v" or (len(tags) > 1 and tags[0] in "da" and tags[1] == "v")
    return {
        f"{side}: an opening": 1.0,
        f"{side}: a short opening": float(len(its) <= _SHORT),
        f"{side}: opens with a verb": float(opens),
        f"{side}: as long": float(abs(len(mine) - len(its)) <= 1),
        f"{side}: about as long": float(abs(len(mine) - len(its)) <= 4),
        f"{side}: as many commas": float(mine.count("，") == its.count("，")),
        f"{side}: opens alike": float(one.words[0][1][0] == tags[0]),
        f"{side}: a word in common": float(shared > 0),
        f"{side}: words in common": min(2, shared) / 2,
    }


def _shapes(sentence: str) -> list[tuple[object, ...]]:
    """Return how a sentence is made: by its length, first character and commas, by two of them, by one."""
    length, first, commas = len(sentence), sentence[0], sentence.count("，")
    return [
        (3, length, first, commas), (2, length, first), (2, length, "", commas), (2, first, commas),
        (1, length), (1, first), (1, "", commas),
    ]  # fmt: skip


def _likeness(one: Paragraph, shapes: Counter[tuple[object, ...]]) -> int:
    """Return how alike the most similar other opening is made, 0 to 3."""
    return next((int(str(shape[0])) for shape in _shapes(one.sentence) if shapes[shape] > 1), 0)


def _pairs(sentence: str) -> set[str]:
    return {sentence[at : at + 2] for at in range(len(sentence) - 1)}
