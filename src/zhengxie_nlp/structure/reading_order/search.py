"""Finds the best assembly: for every paragraph, the speech that it goes on with.

Speeches stand in the source one after another or interleaved, each in its own order. A beam search
carries the best readings of the text so far from paragraph to paragraph and adds up what speaks against
each of them: open ends that nothing completes, starts in mid-sentence, joints that do not read as Chinese,
numbering that does not count on, headings unlike their siblings or the plan in the title
(`zhengxie_nlp.structure.reading_order.costs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from operator import itemgetter
from typing import Final, NamedTuple

from zhengxie_nlp.structure.reading_order.costs import CUT, Cue, Judge, OpenSpeech, Placement, costs
from zhengxie_nlp.structure.reading_order.paragraph_ends import Stretch

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


class _Reading(NamedTuple):
    """One way to read the text so far; costs count since the last settlement.

    Attributes:
        speeches: the numbers that the states of its speeches have among `_States`, in source order.
        at: which of them it is in.
    """

    cost: float
    speeches: tuple[int, ...]
    at: int
    path: _Path | None = None
    moves: int = 0
    closures: int = 0
    rival: float = inf


class _States:
    """The states that speeches were in since the last settlement, by number: readings share most of them."""

    def __init__(self) -> None:
        self._numbers: dict[OpenSpeech, int] = {}
        self.all: list[OpenSpeech] = []
        #: By number: whether an open end waits in it, and whether a paragraph may go back to it undoubted.
        self.waiting: list[bool] = []
        self.wanting: list[bool] = []

    def number(self, speech: OpenSpeech) -> int:
        """Return the number of a state; equal states have the same."""
        number = self._numbers.get(speech)
        if number is None:
            number = self._numbers[speech] = len(self.all)
            self.all.append(speech)
            self.waiting.append(bool(speech.owed) or speech.ending in CUT)
            self.wanting.append(bool(speech.owed) or speech.interrupted)
        return number

    def is_waiting(self, reading: _Reading) -> bool:
        """Return whether an open end waits in any speech of a reading."""
        waiting = self.waiting
        return any(waiting[number] for number in reading.speeches)

    def leave(self, number: int, *, interrupted: bool = False) -> tuple[float, int]:
        """Leave a speech; at an open end that costs something, which is earned back where it goes on.

        Returns:
            The cost, and the number of the state that it is left in.
        """
        speech, cost = self.all[number], 0.0
        if speech.ending in CUT and not speech.owed:
            cost = costs()["unfinished"]
            speech = speech._replace(owed=cost)
        if interrupted:
            speech = speech._replace(interrupted=True)
        return cost, self.number(speech)


class _Put(NamedTuple):
    """A paragraph put into the speech that a reading is in: the state after it, the cost, and the step."""

    after: int
    cost: float
    step: Step
    placement: Placement


class _Move(NamedTuple):
    """A paragraph put into another speech: what leaving costs, and the states of both after it."""

    paid: float
    left: int
    after: int
    cost: float
    step: Step
    closes: bool


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
        self.states = _States()
        self.quiet = self.since = 0
        self.moved = False

    def run(self) -> list[Passage]:
        beam = [_Reading(0.0, (self.states.number(OpenSpeech(0)),), 0)]
        for stretch in self.stretches:
            if stretch.place in ("head", "turn"):
                if not self.states.is_waiting(beam[0]):
                    beam = self._settle(beam)
                beam = [self._begin(reading, stretch) for reading in beam]
            if stretch.place in ("body", "turn"):
                beam = _Paragraph(self, stretch).advance(beam)
                self.quiet = 0 if self.states.is_waiting(beam[0]) else self.quiet + 1
                self.since += 1
                if self.quiet >= _QUIET or self.since >= _PATIENCE:
                    beam = self._settle(beam)
            elif stretch.place == "aside":
                beam = [self._follow(reading, stretch) for reading in beam]
        self._settle(beam)
        return self.passages

    def _begin(self, reading: _Reading, stretch: Stretch) -> _Reading:
        """Begin a new speech."""
        number = reading.speeches[reading.at]
        here = self.states.all[number]
        cost, left = self.states.leave(number)
        speeches = _with(reading.speeches, reading.at, left)
        if here.tail < 0 and here.first == 0 and stretch.number == 0:
            speeches = ()
        speeches = (*speeches, self.states.number(OpenSpeech(stretch.number)))[-_OPEN_SPEECHES:]
        path = reading.path
        if stretch.place == "head":
            path = _Path(Step(stretch.number, stretch.number, body=False), path)
        return reading._replace(cost=reading.cost + cost, speeches=speeches, at=len(speeches) - 1, path=path)

    def _follow(self, reading: _Reading, stretch: Stretch) -> _Reading:
        """Leave a line that says nothing where it stands."""
        first = self.states.all[reading.speeches[reading.at]].first
        return reading._replace(path=_Path(Step(stretch.number, first, body=False), reading.path))

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
        speeches = [self.states.all[number] for number in best.speeches]
        self.states = _States()
        return [
            _Reading(
                0.0,
                tuple(
                    [
                        self.states.number(one._replace(owed=0.0, ending="closed") if one.owed else one)
                        for one in speeches
                    ]
                ),
                best.at,
            )
        ]


class _Paragraph:
    """One body paragraph on its way into the readings of a beam; what they share is judged once."""

    def __init__(self, search: _Search, stretch: Stretch) -> None:
        self._judge, self._states = search.judge, search.states
        self._moved = search.moved
        self._stretch = stretch
        self._puts: dict[int, _Put] = {}
        self._moves: dict[tuple[int, int, int], _Move] = {}

    def advance(self, beam: Sequence[_Reading]) -> list[_Reading]:
        """Put the paragraph into every speech it may belong to, and keep the best readings."""
        found: dict[tuple[int, tuple[int, ...]], _Reading] = {}
        stay: _Reading | None = None
        for reading in beam:
            candidates = [self._put_into(reading)]
            if reading.moves == 0:
                stay = candidates[0]
            if self._may_resume(reading):
                candidates += self._resumptions(reading)
            for one in candidates:
                key = (one.at, one.speeches)
                rival = found.get(key)
                found[key] = one if rival is None else _better(one, rival)
        kept = sorted(found.values(), key=itemgetter(0))[:_BEAM]
        if stay is not None and all(reading.moves for reading in kept):
            kept.append(stay)
        return kept

    def _put(self, number: int) -> _Put:
        """Put the paragraph into a speech in this state."""
        known = self._puts.get(number)
        if known is None:
            speech = self._states.all[number]
            place = self._judge.place(speech, self._stretch)
            step = Step(self._stretch.number, speech.first, place.joined, False, place.cues)
            known = _Put(self._states.number(place.after), place.cost, step, place)
            self._puts[number] = known
        return known

    def _put_into(self, reading: _Reading) -> _Reading:
        """Go on with the current speech."""
        cost, speeches, at, path, moves, closures, rival = reading
        put = self._put(speeches[at])
        return _Reading(
            cost + put.cost, _with(speeches, at, put.after), at, _Path(put.step, path), moves, closures, rival
        )

    def _may_resume(self, reading: _Reading) -> bool:
        if len(reading.speeches) < 2 or self._stretch.place == "turn":
            return False
        here = reading.speeches[reading.at]
        wanting = self._states.wanting
        if self._states.all[here].ending in CUT or any(wanting[number] for number in reading.speeches):
            return True
        doubted = self._stretch.odd_start or self._put(here).cost >= costs()["gap"]
        return doubted and (self._moved or reading.moves > 0)

    def _resumptions(self, reading: _Reading) -> Iterator[_Reading]:
        """Leave the current speech and go on with any other."""
        cost, speeches, at, path, moves, closures, rival = reading
        last = len(speeches) - 1
        for place in range(last, -1, -1):
            if place == at or self._states.all[speeches[place]].tail < 0:
                continue
            key = (speeches[at], speeches[place], last - place)
            move = self._moves.get(key)
            if move is None:
                move = self._moves[key] = self._move(*key)
            yield _Reading(
                cost + move.paid + move.cost,
                _with(_with(speeches, at, move.left), place, move.after),
                place,
                _Path(move.step, path),
                moves + 1,
                closures + move.closes,
                rival,
            )

    def _move(self, here: int, there: int, behind: int) -> _Move:
        """Leave a speech and go on with another, which began so many speeches before the last."""
        prices, stretch = costs(), self._stretch
        left, other = self._states.all[here], self._states.all[there]
        place = self._put(there).placement
        cues = [
            *place.cues,
            *self._judge.shared_words(stretch, first=other.first, instead=left.first),
            Cue("resume", prices["resume"] + prices["recency"] * behind),
        ]
        if left.ending not in CUT and not place.joined and not stretch.odd_start:
            name = "returned" if other.interrupted else "unsupported"
            cues.append(Cue(name, prices[name]))
        if left.heading:
            cues.append(Cue("bare_heading", prices["bare_heading"]))
        paid, after_left = self._states.leave(here, interrupted=left.ending not in CUT and place.joined)
        return _Move(
            paid,
            after_left,
            self._put(there).after,
            sum([cue.cost for cue in cues]),
            Step(stretch.number, other.first, place.joined, True, tuple(cues)),
            place.joined or other.interrupted,
        )


def _with(speeches: tuple[int, ...], at: int, state: int) -> tuple[int, ...]:
    return (*speeches[:at], state, *speeches[at + 1 :])


def _better(one: _Reading, other: _Reading) -> _Reading:
    """Return the better of two readings that have come to the same state, knowing by how much."""
    best, worse = (one, other) if one.cost < other.cost else (other, one)
    return best._replace(rival=min(best.rival, worse.cost - best.cost))
