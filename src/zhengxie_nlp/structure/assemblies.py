"""Finds the best assembly: for every paragraph, the speech that it goes on with.

Speeches stand in the source one after another or interleaved, each in its own order. A beam search
carries the best readings of the text so far from paragraph to paragraph and adds up what speaks against
each of them: open ends that nothing completes, starts in mid-sentence, joints that do not read as Chinese,
numbering that does not count on, headings unlike their siblings or the plan in the title
(`zhengxie_nlp.structure.placing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

from zhengxie_nlp.structure.placing import CUT, Cue, Judge, OpenSpeech, Placement, costs
from zhengxie_nlp.structure.stretches import Stretch

_BEAM: Final = 24
#: How many of the speeches begun last can be resumed.
_OPEN_SPEECHES: Final = 7
#: After so many paragraphs without a doubt, what has been read so far is settled.
_QUIET: Final = 10
#: An open end is no longer waited for after so many paragraphs.
_PATIENCE: Final = 120


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
        self.judge = Judge(stretches)
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
        return any(one.owed or one.ending in CUT for one in reading.speeches)

    def _advance(self, beam: Sequence[_Reading], stretch: Stretch) -> list[_Reading]:
        """Put one body paragraph into every speech it may belong to, and keep the best readings."""
        places: dict[OpenSpeech, Placement] = {}
        found: dict[tuple[int, tuple[OpenSpeech, ...]], _Reading] = {}
        stay: _Reading | None = None
        for reading in beam:
            here = reading.speech()
            place = places.get(here) or places.setdefault(here, self.judge.place(here, stretch))
            candidates = [_put(reading, here, place, stretch)]
            if reading.moves == 0:
                stay = candidates[0]
            if self._may_resume(reading, here, place, stretch):
                for behind, other in enumerate(reversed(reading.speeches)):
                    if other.first == here.first or other.tail < 0:
                        continue
                    there = places.get(other) or places.setdefault(other, self.judge.place(other, stretch))
                    shared = self.judge.shared_words(stretch, first=other.first, instead=here.first)
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

    def _may_resume(self, reading: _Reading, here: OpenSpeech, place: Placement, stretch: Stretch) -> bool:
        if len(reading.speeches) < 2 or stretch.place == "turn":
            return False
        if here.ending in CUT or any(one.owed or one.interrupted for one in reading.speeches):
            return True
        doubted = stretch.odd_start or place.cost >= costs()["gap"]
        return doubted and (self.moved or reading.moves > 0)

    def _settle(self, beam: Sequence[_Reading]) -> list[_Reading]:
        """Decide on what has been read so far: the best reading, or the source order."""
        best = beam[0]
        stay = next((reading for reading in beam if reading.moves == 0), None)
        others = [reading.cost for reading in beam[1:]]
        margin = min([best.rival, *(cost - best.cost for cost in others)])
        gain = stay.cost - best.cost if stay is not None else margin
        if best.moves and stay is not None and (not best.closures or gain < costs()["move_margin"]):
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
            one._replace(owed=0.0, ending="closed") if one.owed else one for one in best.speeches
        )
        return [_Reading(0.0, speeches, best.current)]


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
    """Leave a speech; at an open end that costs something, which is earned back where it goes on."""
    if speech.ending in CUT and not speech.owed:
        cost = costs()["unfinished"]
        return cost, speech._replace(owed=cost)
    return 0.0, speech


def _put(reading: _Reading, here: OpenSpeech, place: Placement, stretch: Stretch) -> _Reading:
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
    reading: _Reading, here: OpenSpeech, other: OpenSpeech, place: Placement, behind: int, stretch: Stretch
) -> _Reading:
    """Leave the current speech and go on with another."""
    prices = costs()
    paid, left = _leave(here)
    cues = [*place.cues, Cue("resume", prices["resume"] + prices["recency"] * behind)]
    if here.ending not in CUT and not place.joined and not stretch.odd_start:
        name = "returned" if other.interrupted else "unsupported"
        cues.append(Cue(name, prices[name]))
    if here.ending not in CUT and place.joined:
        left = left._replace(interrupted=True)
    if here.heading:
        cues.append(Cue("bare_heading", prices["bare_heading"]))
    step = Step(stretch.number, other.first, place.joined, True, tuple(cues))
    after = {here.first: left, other.first: place.after}
    return _Reading(
        reading.cost + paid + sum(cue.cost for cue in cues),
        tuple(after.get(one.first, one) for one in reading.speeches),
        other.first,
        _Path(step, reading.path),
        reading.moves + 1,
        reading.closures + (place.joined or other.interrupted),
        reading.rival,
    )


def _better(one: _Reading, other: _Reading) -> _Reading:
    """Return the better of two readings that have come to the same state, knowing by how much."""
    best, worse = (one, other) if one.cost < other.cost else (other, one)
    rival = min(best.rival, worse.cost - best.cost)
    return _Reading(best.cost, best.speeches, best.current, best.path, best.moves, best.closures, rival)
