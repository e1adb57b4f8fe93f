"""Finds the best assembly: for every paragraph, the speech that it goes on with.

Speeches stand in the source one after another or interleaved, each in its own order. A beam search
carries the best readings of the text so far from paragraph to paragraph and adds up what speaks against
each of them: open ends that nothing completes, starts in mid-sentence, joints that do not read as Chinese,
numbering that does not count on, headings unlike their siblings or the plan in the title. What each cue
costs stands in `data/reading_order.tsv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon import read_table
from zhengxie_nlp.records import MarkerStyle
from zhengxie_nlp.structure.joints import joint_model
from zhengxie_nlp.structure.stretches import Ending, Stretch

_BEAM: Final = 24
#: How many of the speeches begun last can be resumed.
_OPEN_SPEECHES: Final = 7
#: After so many paragraphs without a doubt, what has been read so far is settled.
_QUIET: Final = 10
#: An open end is no longer waited for after so many paragraphs.
_PATIENCE: Final = 120
_SIBLINGS: Final = 3
#: How many paragraphs of a speech, and characters of a paragraph, count for its wording.
_VOCABULARY: Final = 40
_MOST_CHARACTERS: Final = 600
#: From this gain on a word reaches over the joint.
_WORD_IS_CUT: Final = 2.0
_SHORT: Final = 40
_LONGEST_HEADING: Final = 50
_STOPS: Final = "。！？；：…”）"
_CUT: Final[tuple[Ending, ...]] = ("bare", "open")


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
        left: whether it was left at an open end, and that has been paid for.
        series: the series that are open, outermost first.
        lost: whether a fragment has shown that some of it is missing.
        heading: whether its last paragraph is nothing but a heading.
    """

    first: int
    tail: int = -1
    ending: Ending = "closed"
    left: bool = False
    series: tuple[Series, ...] = ()
    lost: bool = False
    heading: bool = False


class Step(NamedTuple):
    """Where one paragraph was put, and why.

    Attributes:
        number: the paragraph.
        speech: the first paragraph of its speech.
        joined: whether it goes on in mid-sentence.
        resumed: whether the speech had been left.
        cues: the reasons.
        body: whether it is body text, not a title or a line that says nothing.
    """

    number: int
    speech: int
    joined: bool = False
    resumed: bool = False
    cues: tuple[Cue, ...] = ()
    body: bool = True


class _Path(NamedTuple):
    step: Step
    before: _Path | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the text so far; costs count since the last settlement."""

    cost: float
    speeches: tuple[OpenSpeech, ...]
    current: int
    path: _Path | None = None
    moves: int = 0
    closures: int = 0
    rival: float = inf

    def speech(self) -> OpenSpeech:
        return next(one for one in self.speeches if one.first == self.current)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text that was settled as a whole.

    Attributes:
        steps: where each paragraph goes, in source order.
        margin: by how much this is better than the next best different assembly.
        gain: by how much it is better than the source order; 0 if it is the source order.
    """

    steps: tuple[Step, ...]
    margin: float
    gain: float


@cache
def _costs() -> dict[str, float]:
    return {row["cue"]: float(row["cost"]) for row in read_table("reading_order.tsv")}


def find_assembly(stretches: Sequence[Stretch]) -> list[Passage]:
    """Find the best assembly of a text's paragraphs.

    Args:
        stretches: the paragraphs in source order.

    Returns:
        The passages in source order; together they hold one step for every paragraph. A passage differs
        from the source order only where an open end is completed elsewhere, and the whole is better by
        `move_margin`.
    """
    return _Search(stretches).run()


class _Search:
    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.stretches = stretches
        self.titles = _Titles(stretches)
        self.wording = _Vocabulary(stretches)
        self.passages: list[Passage] = []
        self.quiet = self.since = 0
        self.moved = False

    def run(self) -> list[Passage]:
        beam = [_Reading(0.0, (OpenSpeech(0),), 0)]
        for stretch in self.stretches:
            if stretch.place in ("head", "turn"):
                if not self._is_waiting(beam[0]):
                    beam = self._settle(beam)
                beam = [_begin(reading, stretch) for reading in beam]
            if stretch.place in ("body", "turn"):
                beam = self._advance(beam, stretch)
                self.quiet = 0 if self._is_waiting(beam[0]) else self.quiet + 1
                self.since += 1
                if self.quiet >= _QUIET or self.since >= _PATIENCE:
                    beam = self._settle(beam)
            elif stretch.place == "aside":
                beam = [_follow(reading, stretch) for reading in beam]
        self._settle(beam)
        return self.passages

    def _is_waiting(self, reading: _Reading) -> bool:
        return any(one.left or one.ending in _CUT for one in reading.speeches)

    def _advance(self, beam: Sequence[_Reading], stretch: Stretch) -> list[_Reading]:
        """Put one body paragraph into every speech it may belong to, and keep the best readings."""
        places: dict[OpenSpeech, _Place] = {}
        found: dict[tuple[int, tuple[OpenSpeech, ...]], _Reading] = {}
        stay: _Reading | None = None
        for reading in beam:
            here = reading.speech()
            place = places.get(here) or places.setdefault(here, self._place(here, stretch))
            candidates = [_put(reading, here, place, stretch)]
            if reading.moves == 0:
                stay = candidates[0]
            if self._may_resume(reading, here, place, stretch):
                for behind, other in enumerate(reversed(reading.speeches)):
                    if other.first == here.first or other.tail < 0:
                        continue
                    there = places.get(other) or places.setdefault(other, self._place(other, stretch))
                    shared = self.wording.shared(stretch, other.first, here.first)
                    cues = [*there.cues, *shared]
                    candidates.append(
                        _resume(reading, here, other, there._replace(cues=tuple(cues)), behind, stretch)
                    )
            for one in candidates:
                key = (one.current, one.speeches)
                rival = found.get(key)
                found[key] = one if rival is None else _better(one, rival)
        kept = sorted(found.values(), key=lambda reading: reading.cost)[:_BEAM]
        if stay is not None and all(reading.moves for reading in kept):
            kept.append(stay)
        return kept

    def _may_resume(self, reading: _Reading, here: OpenSpeech, place: _Place, stretch: Stretch) -> bool:
        if len(reading.speeches) < 2 or stretch.place == "turn":
            return False
        if here.ending in _CUT or any(one.left for one in reading.speeches):
            return True
        doubted = stretch.odd_start or place.cost >= _costs()["gap"]
        return doubted and (self.moved or reading.moves > 0)

    def _place(self, speech: OpenSpeech, stretch: Stretch) -> _Place:
        fresh = self._as_new_paragraph(speech, stretch)
        joined = self._as_continuation(speech, stretch)
        return fresh if joined is None or fresh.cost <= joined.cost else joined

    def _as_new_paragraph(self, speech: OpenSpeech, stretch: Stretch) -> _Place:
        costs = _costs()
        cues: list[Cue] = []
        if stretch.odd_start:
            cues.append(Cue("odd_start", costs["odd_start"]))
        if speech.ending in _CUT and not speech.left:
            cues.append(Cue("unfinished", costs["unfinished"]))
        elif speech.ending == "soft" and stretch.marker is None and not speech.left:
            cues.append(Cue("unfinished_soft", costs["unfinished_soft"] if stretch.odd_start else 0.0))
        series = speech.series
        if stretch.marker is not None:
            series = self._count(speech, stretch, stretch.marker, cues)
        elif stretch.inline and stretch.inline[0][1] > 1:
            cues += _inline_cues(speech.series, stretch)
        after = OpenSpeech(
            speech.first,
            stretch.number,
            stretch.ending,
            False,
            _inside(series, stretch),
            speech.lost or stretch.odd_start,
            stretch.marker is not None
            and "。" not in stretch.text[:-1]
            and len(stretch.text) < _LONGEST_HEADING,
        )
        return _Place(after, tuple(cues), joined=False)

    def _as_continuation(self, speech: OpenSpeech, stretch: Stretch) -> _Place | None:
        """Judge the paragraph as the rest of the speech's last sentence; None if it cannot be."""
        if speech.tail < 0 or speech.ending == "closed":
            return None
        tail = self.stretches[speech.tail]
        costs = _costs()
        if stretch.marker is not None and not (
            tail.unclosed == "" and tail.inline and _follows(tail.inline[-1], stretch.marker)
        ):
            return None
        odds = self._reads_on(tail, stretch)
        limit = costs["reads_on_limit"]
        worth = costs["reads_on"] * (odds + costs["reads_on_prior"])
        cues = [Cue("reads_on", -max(-limit, min(limit, worth)), f"{odds:+.1f}")]
        pairing = _pairing(tail, stretch)
        if pairing:
            cues.append(Cue(pairing, costs[pairing], tail.unclosed or stretch.closers))
        sure = speech.ending == "open" or stretch.odd_start or pairing == "paired"
        if not sure and stretch.number - speech.tail == 1 and odds < costs["adjacent_doubt"]:
            return None
        if speech.ending == "soft" and not (stretch.odd_start and pairing != "unpaired"):
            return None
        if (
            stretch.ending in ("soft", "closed")
            and len(stretch.text) < _SHORT
            and stretch.text[-1] not in _STOPS
        ):
            cues.append(Cue("short_line", costs["short_line"]))
        if tail.text[-1] in "，、":
            cues.append(Cue("comma", -costs["comma"]))
        if speech.left:
            cues.append(Cue("completed", -costs["unfinished"]))
        cues += _inline_cues(speech.series, stretch)
        ending: Ending = "bare" if stretch.ending == "soft" else stretch.ending
        after = OpenSpeech(
            speech.first, stretch.number, ending, False, _inside(speech.series, stretch), speech.lost
        )
        return _Place(after, tuple(cues), joined=True)

    def _reads_on(self, tail: Stretch, stretch: Stretch) -> float:
        """Return the log odds that a paragraph goes on in mid-sentence after another."""
        model, costs = joint_model(), _costs()
        left, right = tail.text[-20:], stretch.text[:20]
        words = model.word_gain(left, right)
        classes = model.class_gain(left, right) if words < _WORD_IS_CUT else 0.0
        characters = model.character_gain(left, right)
        return (
            costs["character_share"] * characters
            + costs["word_share"] * words
            + costs["class_share"] * classes
        )

    def _count(
        self, speech: OpenSpeech, stretch: Stretch, marker: tuple[MarkerStyle, int], cues: list[Cue]
    ) -> tuple[Series, ...]:
        """Count the paragraph's marker on in its series; adds what speaks against it to `cues`."""
        style, ordinal = marker
        depth = next((d for d, one in enumerate(speech.series) if one.style == style), -1)
        costs = _costs()
        share = costs["lost_share"] if speech.lost else 1.0
        if depth < 0:
            if ordinal > 1:
                cost = (costs["late_start"] + costs["gap_each"] * (ordinal - 2)) * share
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
            cues += self.titles.plan(speech.first, stretch.heading)
        counted = Series(style, ordinal, (*members, stretch.number)[-_SIBLINGS:])
        return (*speech.series[:depth], counted)

    def _settle(self, beam: Sequence[_Reading]) -> list[_Reading]:
        """Decide on what has been read so far: the best reading, or the source order."""
        best = beam[0]
        stay = next((reading for reading in beam if reading.moves == 0), None)
        others = [reading.cost for reading in beam[1:]]
        margin = min([best.rival, *(cost - best.cost for cost in others)])
        gain = stay.cost - best.cost if stay is not None else margin
        if best.moves and stay is not None and (not best.closures or gain < _costs()["move_margin"]):
            best, margin, gain = stay, 0.0, 0.0
        steps: list[Step] = []
        path = best.path
        while path is not None:
            steps.append(path.step)
            path = path.before
        if steps:
            self.passages.append(Passage(tuple(reversed(steps)), margin, gain if best.moves else 0.0))
        self.quiet = self.since = 0
        self.moved = self.moved or best.moves > 0
        speeches = tuple(
            one._replace(left=False, ending="closed") if one.left else one for one in best.speeches
        )
        return [_Reading(0.0, speeches, best.current)]


class _Place(NamedTuple):
    after: OpenSpeech
    cues: tuple[Cue, ...]
    joined: bool

    @property
    def cost(self) -> float:
        return sum(cue.cost for cue in self.cues)


def _begin(reading: _Reading, stretch: Stretch) -> _Reading:
    """Begin a new speech."""
    here = reading.speech()
    cost, left = _leave(here)
    speeches = tuple(left if one.first == here.first else one for one in reading.speeches)
    if here.tail < 0 and here.first == 0 and stretch.number == 0:
        speeches = ()
    speeches = (*speeches, OpenSpeech(stretch.number))[-_OPEN_SPEECHES:]
    path = reading.path
    if stretch.place == "head":
        path = _Path(Step(stretch.number, stretch.number, body=False), path)
    return _Reading(
        reading.cost + cost, speeches, stretch.number, path, reading.moves, reading.closures, reading.rival
    )


def _follow(reading: _Reading, stretch: Stretch) -> _Reading:
    """Leave a line that says nothing where it stands."""
    path = _Path(Step(stretch.number, reading.current, body=False), reading.path)
    return _Reading(
        reading.cost, reading.speeches, reading.current, path, reading.moves, reading.closures, reading.rival
    )


def _leave(speech: OpenSpeech) -> tuple[float, OpenSpeech]:
    if speech.ending in _CUT and not speech.left:
        return _costs()["unfinished"], speech._replace(left=True)
    return 0.0, speech


def _put(reading: _Reading, here: OpenSpeech, place: _Place, stretch: Stretch) -> _Reading:
    """Go on with the current speech."""
    speeches = tuple(place.after if one.first == here.first else one for one in reading.speeches)
    step = Step(stretch.number, here.first, place.joined, False, place.cues)
    return _Reading(
        reading.cost + place.cost,
        speeches,
        reading.current,
        _Path(step, reading.path),
        reading.moves,
        reading.closures,
        reading.rival,
    )


def _resume(
    reading: _Reading, here: OpenSpeech, other: OpenSpeech, place: _Place, behind: int, stretch: Stretch
) -> _Reading:
    """Leave the current speech and go on with another."""
    costs = _costs()
    paid, left = _leave(here)
    cues = [*place.cues, Cue("resume", costs["resume"] + costs["recency"] * behind)]
    if here.ending not in _CUT and not place.joined and not stretch.odd_start:
        cues.append(Cue("unsupported", costs["unsupported"]))
    if here.heading:
        cues.append(Cue("bare_heading", costs["bare_heading"]))
    step = Step(stretch.number, other.first, place.joined, True, tuple(cues))
    after = {here.first: left, other.first: place.after}
    return _Reading(
        reading.cost + paid + sum(cue.cost for cue in cues),
        tuple(after.get(one.first, one) for one in reading.speeches),
        other.first,
        _Path(step, reading.path),
        reading.moves + 1,
        reading.closures + place.joined,
        reading.rival,
    )


def _better(one: _Reading, other: _Reading) -> _Reading:
    """Return the better of two readings that have come to the same state, knowing by how much."""
    best, worse = (one, other) if one.cost < other.cost else (other, one)
    rival = min(best.rival, worse.cost - best.cost)
    return _Reading(best.cost, best.speeches, best.current, best.path, best.moves, best.closures, rival)


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
    return [Cue(name, _costs()[name])]


def _numbering(series: Series, ordinal: int, share: float) -> Cue | None:
    costs = _costs()
    detail = f"{series.ordinal}→{ordinal}"
    step = ordinal - series.ordinal
    if step == 1:
        return None
    if step > 1:
        return Cue("gap", (costs["gap"] + costs["gap_each"] * (step - 2)) * share, detail)
    if ordinal == 1:
        return Cue("restart", costs["restart"], detail)
    return Cue("repeated" if step == 0 else "back", costs["repeated" if step == 0 else "back"], detail)


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
    costs = _costs()
    like = max(_likeness(heading, sibling) for sibling in siblings)
    if like >= 2:
        return [Cue("parallel", costs["parallel"] * min(like, 5) / 5, siblings[-1])]
    if len(siblings) > 1 and _likeness(siblings[-1], siblings[-2]) >= 2:
        return [Cue("unlike", costs["unlike"], siblings[-1])]
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
        costs = _costs()
        named = [member for member in members if member in heading]
        shared = [heading[i : i + 2] for i in range(len(heading) - 1) if heading[i : i + 2] in pairs]
        worth = costs["plan_member"] * len(named) + costs["plan_words"] * len(set(shared))
        if not worth:
            return []
        return [
            Cue("plan", max(worth, -costs["plan_limit"]), "、".join(sorted(named) or sorted(set(shared))))
        ]


class _Vocabulary:
    """Which pairs of characters each speech uses, to see which speech a paragraph talks like.

    A speech's words are those from its first line to the next speech's: not all need be its own, most are.
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._used: dict[int, dict[str, int]] = {}
        self._known: dict[tuple[int, int, int], list[Cue]] = {}
        self._ends: dict[int, int] = {}
        first = 0
        for stretch in stretches:
            if stretch.place in ("head", "turn"):
                self._ends[first] = stretch.number
                first = stretch.number
        self._ends[first] = len(stretches)

    def shared(self, stretch: Stretch, first: int, instead: int) -> list[Cue]:
        """Judge whether a paragraph shares words with one speech rather than with another."""
        key = (stretch.number, first, instead)
        if key not in self._known:
            own, other = self._vocabulary(first), self._vocabulary(instead)
            pairs = _word_pairs(stretch.text)
            count = sum(
                (own.get(pair, stretch.number) < stretch.number)
                - (other.get(pair, stretch.number) < stretch.number)
                for pair in pairs
            )
            costs = _costs()
            limit = costs["shared_limit"]
            worth = max(-limit, min(limit, costs["shared_words"] * count))
            self._known[key] = [Cue("shared_words", worth, str(count))] if count else []
        return self._known[key]

    def _vocabulary(self, first: int) -> dict[str, int]:
        """Return each pair that a speech uses, with the paragraph that uses it first."""
        if first not in self._used:
            used: dict[str, int] = {}
            for stretch in self._stretches[first : min(self._ends[first], first + _VOCABULARY)]:
                for pair in _word_pairs(stretch.text):
                    used.setdefault(pair, stretch.number)
            self._used[first] = used
        return self._used[first]


def _word_pairs(text: str) -> frozenset[str]:
    pairs = {text[i : i + 3] for i in range(min(len(text), _MOST_CHARACTERS) - 2)}
    return frozenset(pair for pair in pairs if pair.isalpha())


def _plan_words(title: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the members that a title lists in quotation marks, and all its pairs of characters."""
    members: set[str] = set()
    for quoted in title.split("“")[1:]:
        parts = quoted.partition("”")[0].split("、")
        members.update(part for part in parts if len(parts) > 1 and len(part) > 1)
    pairs = {title[i : i + 2] for i in range(len(title) - 1) if title[i : i + 2].isalnum()}
    return frozenset(members), frozenset(pairs)
