"""What speaks for and against a joint: that one paragraph goes on with, or comes after, another.

Each kind of evidence is a function over the two sides of a joint, in `EVIDENCE`; it returns how much it saw,
and what. What one unit is worth stands in `data/reading_order.tsv`, in the scale of log odds.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.records import MarkerStyle
from zhengxie_nlp.structure.reading_order.language_model import language_model
from zhengxie_nlp.structure.reading_order.paragraph_ends import Stretch
from zhengxie_nlp.text.segmenters.words import cut

_HAN_PAIR: Final = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
#: Digits that open a paragraph and are no year, date or marker.
_REST_OF_NUMBER: Final = re.compile(r"[0-9.]{1,8}+(?![0-9年月日.、．])")
#: What a count stands after, and a count: no paragraph starts with one.
_COUNT_AWAITED: Final = re.compile(r"[多近约达超过余有为至]")
_COUNT: Final = re.compile(r"[0-9.]{1,8}+(?:余|多|万|亿)?(?![0-9年月日.、．）)])")
#: So many characters on each side of a joint are cut into words; so many are looked for elsewhere.
_WORD: Final = 8
_ECHO: Final = 5
_MOST_CHARACTERS: Final = 6000
_RAREST: Final = 9.0
_COMMONEST: Final = 3.0


class Cue(NamedTuple):
    """One reason for or against a joint; below zero it speaks for it."""

    name: str
    cost: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of paragraphs that certainly stand together, cut where the text may have been.

    Attributes:
        number: its place among the pieces of the text.
        stretches: its paragraphs that are body, in order; never empty but for a bare head.
        lines: the numbers of all its paragraphs, headlines and asides included.
        headed: whether an article begins with it.
        title: the lines of its head.
        wording: the rare pairs of characters in it, with their weights.
        openings: style and ordinal of the first marker of each series in it.
    """

    number: int
    stretches: tuple[Stretch, ...]
    lines: tuple[int, ...]
    headed: bool
    title: str = ""
    wording: Mapping[str, float] = field(default_factory=dict)
    openings: tuple[tuple[MarkerStyle, int], ...] = ()

    @property
    def first(self) -> Stretch:
        """Its first paragraph of body."""
        return self.stretches[0]

    @property
    def last(self) -> Stretch:
        """Its last paragraph of body."""
        return self.stretches[-1]


#: The last ordinal of each series of markers that is open, outermost first.
Series = Mapping[MarkerStyle, int]


class Joint(NamedTuple):
    """The end of one piece and the start of another, and the text round them."""

    left: Piece
    right: Piece
    around: str = ""


@cache
def costs() -> dict[str, float]:
    """Return what each kind of evidence is worth, and the thresholds of the search."""
    return {row["cue"]: float(row["cost"]) for row in read_table("reading_order.tsv")}


Evidence = Callable[[Joint], tuple[float, str]]
_NOTHING: Final = (0.0, "")


def reads_on(joint: Joint) -> tuple[float, str]:
    """Judge how much better the right side reads after the left than as the opening of a paragraph."""
    model, prices = language_model(), costs()
    left, right = joint.left.last.text[-40:], joint.right.first.text[:40]
    odds = model.reads_on(left, right) - model.opening(right)
    return max(-prices["reads_off_limit"], min(prices["reads_on_limit"], odds)), f"{odds:+.1f}"


def words(joint: Joint) -> tuple[float, str]:
    """Judge whether the words before the joint and those after it are wont to stand near each other."""
    return language_model().association(joint.left.last.text[-40:], joint.right.first.text[:40]), ""


def word(joint: Joint) -> tuple[float, str]:
    """Judge whether a word of the lexicon begins before the joint and ends after it."""
    before, after = joint.left.last.text[-_WORD:], joint.right.first.text[:_WORD]
    at = len(before)
    crossing = (
        (before + after)[one.start : one.end]
        for one in cut(before + after, 0, at + len(after))
        if one.start < at < one.end
    )
    found = next(crossing, "")
    return (1.0, found) if _HAN_PAIR.match(found) else _NOTHING


def echo(joint: Joint) -> tuple[float, str]:
    """Judge whether the wording over the joint stands elsewhere in the text, by its length over two."""
    before, after = joint.left.last.text[-_ECHO:], joint.right.first.text[:_ECHO]
    best = ""
    for length in range(1, len(before) + 1):
        # Three characters are the least that tell, and each must be longer than the best so far.
        least = max(3, len(best) + 1) - length
        for reach in range(max(1, least), len(after) + 1):
            crossing = before[-length:] + after[:reach]
            if crossing not in joint.around:
                break
            best = crossing
    return (min(_ECHO, len(best) - 2.0), best) if best else _NOTHING


def owed(joint: Joint) -> tuple[float, str]:
    """Judge whether the right side closes the quotation marks and brackets that the left has opened."""
    unclosed, closers = joint.left.last.unclosed, joint.right.first.closers
    if unclosed and closers:
        return (1.0, closers[0]) if unclosed[-1] == closers[0] else (-1.0, unclosed[-1])
    if closers:
        return -0.5, closers[0]
    return (-1.0, unclosed) if unclosed else _NOTHING


def number(joint: Joint) -> tuple[float, str]:
    """Judge whether digits stand on both sides, or a measure word is cut from its number."""
    left, right = joint.left.last.text, joint.right.first.text
    if left[-1:].isdigit() and _REST_OF_NUMBER.match(right):
        return 1.0, left[-1] + right[0]
    if _COUNT_AWAITED.search(left[-1:]) and _COUNT.match(right):
        return 0.5, left[-1] + right[0]
    return _NOTHING


def topic(joint: Joint) -> tuple[float, str]:
    """Judge how much of the rarer wording (names, things) both pieces share."""
    one, other = joint.left.wording, joint.right.wording
    if len(one) > len(other):
        one, other = other, one
    shared = [gram for gram in one if gram in other]
    if not shared:
        return 0.0, ""
    weight = sum(one[gram] * other[gram] for gram in shared)
    rarest = sorted(shared, key=lambda gram: (-one[gram], gram))[:3]
    return 10 * weight / (_norm(one) * _norm(other)), "、".join(rarest)


def numbering(series: Series, right: Piece) -> tuple[float, str]:
    """Judge whether the markers of a piece count on from the series that are open before it."""
    total, detail = 0.0, ""
    for style, ordinal in right.openings:
        before = series.get(style)
        if ordinal == 1:
            continue
        if before is None:
            total -= 0.5
        elif before == ordinal - 1:
            total, detail = total + 1.0, f"{before}→{ordinal}"
        else:
            total -= 0.5 if before < ordinal else 1.0
            detail = f"{before}→{ordinal}"
    return max(-2.0, min(2.0, total)), detail


def parallel(joint: Joint) -> tuple[float, str]:
    """Judge whether a heading of the right side is worded like those of the left."""
    right = next((one for one in joint.right.stretches if one.marker is not None and one.heading), None)
    if right is None or right.marker is None:
        return _NOTHING
    style = right.marker[0]
    siblings = [one.heading for one in joint.left.stretches if one.marker and one.marker[0] == style][-3:]
    if not siblings:
        return _NOTHING
    like = max(_likeness(right.heading, sibling) for sibling in siblings)
    return (min(like, 5) / 5, siblings[-1]) if like >= 2 else (0.0, "")


def plan(joint: Joint) -> tuple[float, str]:
    """Judge whether a heading of the right side carries out the title over the left."""
    if not joint.left.title:
        return _NOTHING
    pairs = set(_HAN_PAIR.findall(joint.left.title))
    headings = "\n".join(one.heading for one in joint.right.stretches if one.heading)
    shared = sorted(pair for pair in set(_HAN_PAIR.findall(headings)) & pairs)
    return min(len(shared), 4) / 4, "、".join(shared)


#: All that a joint in mid-sentence is judged by; what a joint between paragraphs is judged by.
EVIDENCE: Final[tuple[tuple[str, Evidence], ...]] = (
    ("reads_on", reads_on),
    ("words", words),
    ("word", word),
    ("echo", echo),
    ("owed", owed),
    ("number", number),
    ("topic", topic),
    ("parallel", parallel),
    ("plan", plan),
)
_BETWEEN: Final = frozenset(("topic", "parallel", "plan"))


def judge(joint: Joint, *, within: bool) -> list[Cue]:
    """Judge a joint by all evidence.

    Args:
        joint: the two pieces.
        within: whether the right side is to go on with the left's last sentence.

    Returns:
        One Cue for each kind of evidence that saw anything.
    """
    prices = costs()
    cues: list[Cue] = []
    for name, look in EVIDENCE:
        if not within and name not in _BETWEEN:
            continue
        amount, detail = look(joint)
        if amount:
            cues.append(Cue(name, -amount * prices[name], detail))
    return cues


def wording(stretches: Sequence[Stretch], title: str = "") -> dict[str, float]:
    """Return the pairs of characters of a piece that are rare in official Chinese, with their weights."""
    counts: Counter[str] = Counter(_HAN_PAIR.findall(title))
    left = _MOST_CHARACTERS
    for stretch in stretches:
        counts.update(_HAN_PAIR.findall(stretch.text[:left]))
        left -= len(stretch.text)
        if left <= 0:
            break
    model = language_model()
    found: dict[str, float] = {}
    for gram, count in counts.items():
        rarity = min(_RAREST, model.rarity(gram)) - _COMMONEST
        if rarity > 0:
            found[gram] = rarity * (1 + math.log(count))
    return found


def _norm(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0


def series_after(series: Series, piece: Piece) -> Series:
    """Return the last ordinal of each series that is open after a piece, with those open before it."""
    after = dict(series)
    for stretch in piece.stretches:
        for style, ordinal in _markers(stretch):
            if style in after:
                # What was opened inside the one before is closed.
                styles = list(after)
                for inner in styles[styles.index(style) + 1 :]:
                    del after[inner]
            after[style] = ordinal
    return after


def _markers(stretch: Stretch) -> list[tuple[MarkerStyle, int]]:
    return [*((stretch.marker,) if stretch.marker else ()), *stretch.inline]


def find_openings(stretches: Sequence[Stretch]) -> tuple[tuple[MarkerStyle, int], ...]:
    """Return the first marker of each series in some paragraphs, in order."""
    found: dict[MarkerStyle, int] = {}
    for stretch in stretches:
        for style, ordinal in _markers(stretch):
            found.setdefault(style, ordinal)
    return tuple(found.items())


def _likeness(one: str, other: str) -> int:
    """Return how many characters two headings share at their start and end, four at most of each."""
    length = min(len(one), len(other), 4)
    front = next((n for n in range(length) if one[n] != other[n]), length)
    back = next((n for n in range(length) if one[-1 - n] != other[-1 - n]), length)
    return front + back


def openness(stretch: Stretch) -> float:
    """Return the log odds that a paragraph breaks off in mid-sentence, by its own end."""
    prices = costs()
    if stretch.place not in ("body", "turn") or not stretch.text:
        return -prices["end"]
    if stretch.ending == "closed":
        return -prices["end"]
    if stretch.fragment is not None:
        return prices["fragment"] + prices["fragment_worth"] * stretch.fragment
    if stretch.ending == "soft" and stretch.marker is not None:
        return -prices["start"]
    worth = prices[stretch.ending]
    share = prices["closing_soft" if stretch.ending == "soft" else "closing"]
    return worth - share * max(-8.0, min(4.0, language_model().closing(stretch.text[-40:])))


def oddness(stretch: Stretch) -> float:
    """Return the log odds that a paragraph starts in mid-sentence, by its own first characters and indent."""
    prices = costs()
    if stretch.place != "body" or not stretch.text:
        return -prices["start"]
    if stretch.marker is not None:
        return -prices["marked"]
    worth = prices["undented"] if stretch.undented else 0.0
    if stretch.odd_start:
        worth += prices["odd_start"]
    return worth or -prices["start"]
