"""What it costs to put a paragraph into a speech: each cue for and against, in the scale of log odds.

A paragraph either goes on with the speech's last sentence or opens a new paragraph of it. What each cue
costs stands in `data/reading_order.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.records import MarkerStyle
from zhengxie_nlp.structure.reading_order.language_model import joint_model
from zhengxie_nlp.structure.reading_order.paragraph_ends import Ending, Stretch

#: The endings that a sentence cut in two has.
CUT: Final[tuple[Ending, ...]] = ("bare", "open")
_SIBLINGS: Final = 3
#: How many paragraphs of a speech, and characters of a paragraph, count for its wording.
_VOCABULARY: Final = 40
_MOST_CHARACTERS: Final = 400
#: From this gain on a word reaches over the joint.
_WORD_IS_CUT: Final = 2.0
#: The wording of so many speeches is kept; more than can be gone back to.
_SPEECHES_KEPT: Final = 32
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}+")
_SHORT: Final = 40
_LONGEST_HEADING: Final = 50
#: Digits that open a paragraph and are no year, date or marker.
_REST_OF_NUMBER: Final = re.compile(r"[0-9.]{1,8}+(?![0-9年月日.、．])")
_STOPS: Final = "。！？；：…”）"


class Cue(NamedTuple):
    """One reason for or against a reading; below zero it speaks for it."""

    name: str
    cost: float
    detail: str = ""


class Series(NamedTuple):
    """A series of markers that is being counted: its last ordinal, and the paragraphs of its last markers."""

    style: MarkerStyle
    ordinal: int
    members: tuple[int, ...]


class OpenSpeech(NamedTuple):
    """One speech as far as it has been read.

    Attributes:
        first: the number of its first paragraph; it names the speech.
        tail: its last body paragraph, or -1.
        ending: how that ends.
        owed: what it has cost to leave it at an open end; earned back where that is completed.
        series: the series that are open, outermost first.
        lost: whether a fragment has shown that some of it is missing.
        heading: whether its last paragraph is nothing but a heading.
        interrupted: whether it was left, at a closed end, to complete a sentence of another speech.
    """

    first: int
    tail: int = -1
    ending: Ending = "closed"
    owed: float = 0.0
    series: tuple[Series, ...] = ()
    lost: bool = False
    heading: bool = False
    interrupted: bool = False


@cache
def costs() -> dict[str, float]:
    """Return what each cue costs, and the thresholds of the search."""
    return {row["cue"]: float(row["cost"]) for row in read_table("reading_order.tsv")}


class Placement(NamedTuple):
    """A paragraph put into a speech.

    Attributes:
        after: the speech with it.
        cues: the reasons.
        joined: whether it goes on with the speech's last sentence.
    """

    after: OpenSpeech
    cues: tuple[Cue, ...]
    joined: bool

    @property
    def cost(self) -> float:
        """What it costs in all."""
        return sum(cue.cost for cue in self.cues)


class Judge:
    """Judges where the paragraphs of one text may go.

    Args:
        stretches: the paragraphs in source order.
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.stretches = stretches
        self._titles = _Titles(stretches)
        self._vocabulary = _Vocabulary(stretches)
        #: The odds of the paragraph that is being placed, by the paragraph before it.
        self._odds: dict[int, float] = {}
        self._placed = -1

    def shared_words(self, stretch: Stretch, *, first: int, instead: int) -> list[Cue]:
        """Judge whether a paragraph talks like one speech rather than like another."""
        return self._vocabulary.shared(stretch, first, instead)

    def place(self, speech: OpenSpeech, stretch: Stretch) -> Placement:
        """Put a paragraph into a speech, as its next paragraph or as the rest of its last sentence."""
        fresh = self._as_new_paragraph(speech, stretch)
        joined = self._as_continuation(speech, stretch)
        return fresh if joined is None or fresh.cost <= joined.cost else joined

    def _as_new_paragraph(self, speech: OpenSpeech, stretch: Stretch) -> Placement:
        prices = costs()
        cues: list[Cue] = []
        if stretch.odd_start:
            cues.append(Cue("odd_start", prices["odd_start"]))
        if speech.ending in CUT and not speech.owed:
            cues.append(Cue("unfinished", prices["unfinished"]))
        elif speech.ending == "soft" and stretch.odd_start:
            cues.append(Cue("unfinished_soft", prices["unfinished_soft"]))
        series = speech.series
        if stretch.marker is not None:
            series = self._count(speech, stretch, stretch.marker, cues)
        elif stretch.inline and stretch.inline[0][1] > 1:
            cues += _inline_cues(speech.series, stretch)
        after = OpenSpeech(
            speech.first,
            stretch.number,
            stretch.ending,
            0.0,
            _inside(series, stretch),
            speech.lost or stretch.odd_start,
            stretch.marker is not None
            and "。" not in stretch.text[:-1]
            and len(stretch.text) < _LONGEST_HEADING,
        )
        return Placement(after, tuple(cues), joined=False)

    def _as_continuation(self, speech: OpenSpeech, stretch: Stretch) -> Placement | None:
        """Judge the paragraph as the rest of the speech's last sentence; None if it cannot be."""
        if speech.tail < 0 or speech.ending == "closed":
            return None
        tail = self.stretches[speech.tail]
        if stretch.marker is not None and not (
            tail.unclosed == "" and tail.inline and _follows(tail.inline[-1], stretch.marker)
        ):
            return None
        prices = costs()
        odds = self._reads_on(tail, stretch)
        pairing = _pairing(tail, stretch)
        if stretch.number - speech.tail == 1 and not (stretch.odd_start or pairing == "paired"):
            is_sure = speech.ending == "open" or joint_model().expects_more(tail.text)
            if odds < prices["adjacent_least" if is_sure else "adjacent_doubt"]:
                return None
        if speech.ending == "soft" and (
            pairing == "unpaired" or not (stretch.odd_start or odds >= prices["soft_least"])
        ):
            return None
        cues = _joint_cues(tail, stretch, odds, pairing)
        if speech.owed:
            cues.append(Cue("completed", -speech.owed))
        cues += _inline_cues(speech.series, stretch)
        ending: Ending = "bare" if stretch.ending == "soft" else stretch.ending
        after = OpenSpeech(
            speech.first, stretch.number, ending, 0.0, _inside(speech.series, stretch), speech.lost
        )
        return Placement(after, tuple(cues), joined=True)

    def _reads_on(self, tail: Stretch, stretch: Stretch) -> float:
        """Return the log odds that a paragraph goes on in mid-sentence after another."""
        if stretch.number != self._placed:
            self._odds.clear()
            self._placed = stretch.number
        odds = self._odds.get(tail.number)
        if odds is None:
            model, prices = joint_model(), costs()
            left, right = tail.text[-20:], stretch.text[:20]
            words = model.word_gain(left, right)
            classes = model.class_gain(left, right) if words < _WORD_IS_CUT else 0.0
            odds = self._odds[tail.number] = (
                prices["character_share"] * model.character_gain(left, right)
                + prices["word_share"] * words
                + prices["class_share"] * classes
            )
        return odds

    def _count(
        self, speech: OpenSpeech, stretch: Stretch, marker: tuple[MarkerStyle, int], cues: list[Cue]
    ) -> tuple[Series, ...]:
        """Count the paragraph's marker on in its series; adds what speaks against it to `cues`."""
        style, ordinal = marker
        depth = next((d for d, one in enumerate(speech.series) if one.style == style), -1)
        prices = costs()
        share = prices["lost_share"] if speech.lost else 1.0
        if depth < 0:
            if ordinal > 1:
                cost = (prices["late_start"] + prices["gap_each"] * (ordinal - 2)) * share
                cues.append(Cue("late_start", cost, stretch.text[:4]))
            members: tuple[int, ...] = ()
            depth = len(speech.series)
        else:
            cue = _numbering(speech.series[depth], ordinal, share)
            if cue is not None:
                cues.append(cue)
            members = speech.series[depth].members if ordinal > 1 else ()
        siblings = [self.stretches[number].heading for number in members]
        cues += _wording(stretch.heading, siblings)
        if depth == 0:
            cues += self._titles.plan(speech.first, stretch.heading)
        counted = Series(style, ordinal, (*members, stretch.number)[-_SIBLINGS:])
        return (*speech.series[:depth], counted)


def _follows(before: tuple[MarkerStyle, int], after: tuple[MarkerStyle, int]) -> bool:
    return before[0] == after[0] and after[1] == before[1] + 1


def _inside(series: tuple[Series, ...], stretch: Stretch) -> tuple[Series, ...]:
    """Count the markers inside a paragraph on in the open series."""
    for style, ordinal in stretch.inline:
        depth = next((d for d, one in enumerate(series) if one.style == style), len(series))
        series = (*series[:depth], Series(style, ordinal, ()))
    return series


def _inline_cues(series: tuple[Series, ...], stretch: Stretch) -> list[Cue]:
    """Judge whether the first marker inside a continuation counts on from the series before it."""
    if not stretch.inline or stretch.inline[0][1] == 1:
        return []
    style, ordinal = stretch.inline[0]
    last = next((one.ordinal for one in series if one.style == style), None)
    name = "inline_follows" if last == ordinal - 1 else "inline_breaks"
    return [Cue(name, costs()[name])]


def _numbering(series: Series, ordinal: int, share: float) -> Cue | None:
    prices = costs()
    detail = f"{series.ordinal}→{ordinal}"
    step = ordinal - series.ordinal
    if step == 1:
        return None
    if step > 1:
        return Cue("gap", (prices["gap"] + prices["gap_each"] * (step - 2)) * share, detail)
    if ordinal == 1:
        return Cue("restart", prices["restart"], detail)
    return Cue("repeated" if step == 0 else "back", prices["repeated" if step == 0 else "back"], detail)


def _joint_cues(tail: Stretch, stretch: Stretch, odds: float, pairing: str) -> list[Cue]:
    """Judge a joint by its wording and its signs."""
    prices = costs()
    worth = odds + prices["reads_on_prior"]
    if worth > 0:
        worth = min(prices["reads_on_limit"], worth * prices["reads_on"])
    else:
        worth = max(-prices["reads_off_limit"], worth * prices["reads_off"])
    cues = [Cue("reads_on", -worth, f"{odds:+.1f}")]
    if pairing:
        cues.append(Cue(pairing, prices[pairing], tail.unclosed or stretch.closers))
    if stretch.ending in ("soft", "closed") and len(stretch.text) < _SHORT and stretch.text[-1] not in _STOPS:
        cues.append(Cue("short_line", prices["short_line"]))
    if tail.text[-1] in "，、":
        cues.append(Cue("comma", -prices["comma"]))
    if tail.text[-1].isdigit() and _REST_OF_NUMBER.match(stretch.text):
        cues.append(Cue("number", prices["number"]))
    return cues


def _pairing(tail: Stretch, stretch: Stretch) -> str:
    if tail.unclosed and stretch.closers and tail.unclosed[-1] == stretch.closers[0]:
        return "paired"
    return "unpaired" if tail.unclosed or stretch.closers else ""


def _likeness(one: str, other: str) -> int:
    """Return how many characters two headings share at their start and end, four at most of each."""
    length = min(len(one), len(other), 4)
    front = next((n for n in range(length) if one[n] != other[n]), length)
    back = next((n for n in range(length) if one[-1 - n] != other[-1 - n]), length)
    return front + back


def _wording(heading: str, siblings: Sequence[str]) -> list[Cue]:
    """Judge a heading by the wording of those before it in its series."""
    if not siblings or not heading:
        return []
    prices = costs()
    like = max(_likeness(heading, sibling) for sibling in siblings)
    if like >= 2:
        return [Cue("parallel", prices["parallel"] * min(like, 5) / 5, siblings[-1])]
    if len(siblings) > 1 and _likeness(siblings[-1], siblings[-2]) >= 2:
        return [Cue("unlike", prices["unlike"], siblings[-1])]
    return []


class _Titles:
    """The titles of speeches as plans of their sections."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._words: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        first = -1
        lines: list[str] = []
        for stretch in stretches:
            if stretch.place == "head":
                first, lines = stretch.number, [stretch.text]
            elif first >= 0 and stretch.place == "aside":
                lines.append(stretch.text)
            elif first >= 0:
                self._words[first] = _plan_words("".join(lines))
                first = -1

    def plan(self, first: int, heading: str) -> list[Cue]:
        """Judge how well the heading of a section carries out the title of its speech."""
        members, pairs = self._words.get(first, (frozenset(), frozenset()))
        prices = costs()
        named = [member for member in members if member in heading]
        shared = [heading[i : i + 2] for i in range(len(heading) - 1) if heading[i : i + 2] in pairs]
        worth = prices["plan_member"] * len(named) + prices["plan_words"] * len(set(shared))
        if not worth:
            return []
        return [
            Cue("plan", max(worth, -prices["plan_limit"]), "、".join(sorted(named) or sorted(set(shared))))
        ]


class _Vocabulary:
    """Which strings of three characters each speech uses, to see which speech a paragraph talks like.

    A speech's words are those from its first line to the next speech's: not all need be its own, most are.
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        # Of the speeches that were asked about last, and of the paragraph that is being placed.
        self._used: dict[int, dict[str, int]] = {}
        self._counts: dict[int, int] = {}
        self._strings: frozenset[str] = frozenset()
        self._placed = -1
        self._ends: dict[int, int] = {}
        first = 0
        for stretch in stretches:
            if stretch.place in ("head", "turn"):
                self._ends[first] = stretch.number
                first = stretch.number
        self._ends[first] = len(stretches)

    def shared(self, stretch: Stretch, first: int, instead: int) -> list[Cue]:
        """Judge whether a paragraph shares words with one speech rather than with another."""
        count = self._familiar(stretch, first) - self._familiar(stretch, instead)
        if not count:
            return []
        prices = costs()
        limit = prices["shared_limit"]
        return [Cue("shared_words", max(-limit, min(limit, prices["shared_words"] * count)), str(count))]

    def _familiar(self, stretch: Stretch, first: int) -> int:
        """Count the strings of a paragraph that a speech has used before it."""
        if stretch.number != self._placed:
            self._counts.clear()
            self._strings = _strings(stretch.text)
            self._placed = stretch.number
        count = self._counts.get(first)
        if count is None:
            used, number = self._vocabulary(first), stretch.number
            count = sum([used[string] < number for string in self._strings & used.keys()])
            self._counts[first] = count
        return count

    def _vocabulary(self, first: int) -> dict[str, int]:
        """Return each string that a speech uses, with the paragraph that uses it first."""
        used = self._used.get(first)
        if used is None:
            if len(self._used) > _SPEECHES_KEPT:
                self._used.clear()
            used = self._used[first] = {}
            last = min(self._ends[first], first + _VOCABULARY)
            for stretch in reversed(self._stretches[first:last]):
                used.update(dict.fromkeys(_strings(stretch.text), stretch.number))
        return used


def _strings(text: str) -> frozenset[str]:
    """Return the strings of three letters in the first characters of a paragraph."""
    strings: list[str] = []
    for run in _LETTERS.findall(text[:_MOST_CHARACTERS]):
        found = [run[at : at + 3] for at in range(len(run) - 2)]
        # Numerals such as ① are no letters, but what the pattern knows as such.
        strings += found if run.isalpha() else [string for string in found if string.isalpha()]
    return frozenset(strings)


def _plan_words(title: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the members that a title lists in quotation marks, and all its pairs of characters."""
    members: set[str] = set()
    for quoted in title.split("“")[1:]:
        parts = quoted.partition("”")[0].split("、")
        members.update(part for part in parts if len(parts) > 1 and len(part) > 1)
    pairs = {title[i : i + 2] for i in range(len(title) - 1) if title[i : i + 2].isalnum()}
    return frozenset(members), frozenset(pairs)
