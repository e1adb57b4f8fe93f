"""Finds the best whole reading: for every piece of a text, what comes after it.

The text is cut into pieces where it may have been cut: before headlines, after open ends, before odd starts,
and before paragraphs that an open end may go on with. A reading gives each piece at most one that comes
after it; the order of the source is one of them, and the null hypothesis. What joints, open ends and odd
starts cost is added up (`evidence`); where the best reading is better than the source by a margin, and than
the next best, it is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from heapq import nsmallest
from math import exp, inf, log
from typing import Final, NamedTuple

from zhengxie_nlp.structure.reading_order.evidence import (
    Cue,
    Joint,
    Piece,
    Series,
    costs,
    judge,
    numbering,
    oddness,
    openness,
    series_after,
)
from zhengxie_nlp.structure.reading_order.moves import Link, Move, right_odds
from zhengxie_nlp.structure.reading_order.paragraph_ends import Stretch
from zhengxie_nlp.structure.reading_order.pieces import ODD, OPEN, find_pieces, is_open

_BEAM: Final = 48
#: So many pieces further the rest of a sentence is looked for.
_REACH: Final = 10
#: So many joints are considered for each piece.
_JOINTS: Final = 6
_RETURNS: Final = 3
#: Wording over a joint is looked for in the text of three times so many pieces, and so many characters.
_PART: Final = 12
_MOST_AROUND: Final = 40_000
#: A run of more pieces is read in parts.
_LONGEST_REGION: Final = 40
#: In a transcript, where everybody is cut short, it takes so much more to move text.
_TURNS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Reading:
    """How the pieces of a text are read.

    Attributes:
        pieces: all pieces, in source order.
        links: for each piece the link that leads on from it.
        moves: where that leaves the order of the source, and why.
    """

    pieces: tuple[Piece, ...]
    links: tuple[Link, ...]
    moves: tuple[Move, ...]


def find_reading(stretches: Sequence[Stretch]) -> Reading:
    """Find the best reading of a text's paragraphs.

    Args:
        stretches: the paragraphs in source order.
    """
    pieces = find_pieces(stretches)
    search = _Search(pieces)
    links: list[Link] = []
    moves: list[Move] = []
    for region in _regions(pieces):
        chosen, found = search.best(region)
        links += chosen
        moves += found
    return Reading(pieces, tuple(links), tuple(moves))


def _regions(pieces: Sequence[Piece]) -> Iterable[range]:
    """Give runs of pieces that can be read apart: a run of whole articles on either side shields them.

    Where pages are cut without end, a run ends at the next article that stands below a whole sentence, so
    that time grows with the length of the text.
    """
    first = last = 0
    for at, piece in enumerate(pieces):
        if at - first >= _LONGEST_REGION and (_is_edge(pieces, at) or at - first >= 2 * _LONGEST_REGION):
            yield range(first, at)
            first = last = at
        doubtful = piece.stretches and (is_open(piece.last) or not piece.headed)
        if doubtful:
            last = at
        elif piece.headed and at - last > _REACH and at > first:
            yield range(first, at)
            first = last = at
    if first < len(pieces):
        yield range(first, len(pieces))


def _is_edge(pieces: Sequence[Piece], at: int) -> bool:
    before = pieces[at - 1]
    return pieces[at].headed and not (before.stretches and is_open(before.last))


def _sure(odds: float) -> float:
    """Return what it costs that something with these log odds is not the case."""
    return log(1 + exp(odds)) if odds < 30 else odds


class _State(NamedTuple):
    cost: float
    used: frozenset[int]
    links: tuple[Link, ...]


class _Search:
    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.link = lru_cache(maxsize=4096)(self._link)
        self.series = lru_cache(maxsize=4096)(self._series)
        self.part = lru_cache(maxsize=4)(self._part)
        self.counted = lru_cache(maxsize=4096)(self._counted)

    def best(self, region: range) -> tuple[list[Link], list[Move]]:
        """Return the best links of a region of pieces, and the moves in them."""
        source = self._source(region)
        if not any(self._is_open(number) for number in region):
            # Nothing is moved without a sentence that breaks off.
            return source, []
        ends = self._read(region)
        best = ends[0]
        chosen = dict(zip(region, best.links, strict=True))
        moves: list[Move] = []
        for group in _differing(source, best.links):
            move = self._judged(group, source, ends, region)
            if move is None:
                move = self._surest(group, source, ends, region)
            kept = {link.left: link for link in move.links} if move else {}
            taken = {link.right for link in kept.values()} - {-1}
            for number in group:
                back = source[number - region.start]
                chosen[number] = kept.get(number) or (self._end(number) if back.right in taken else back)
            if move is not None:
                moves.append(move)
        final = [chosen[number] for number in region]
        if _is_circular(final):
            # Two moves of which only one is sure enough may need each other.
            return source, []
        return final, moves

    def _judged(
        self, group: Sequence[int], source: Sequence[Link], ends: Sequence[_State], region: range
    ) -> Move | None:
        """Return the links of a group as the best reading has them, if they are better by both margins."""
        best, first = ends[0], region.start
        links = tuple(best.links[number - first] for number in group)
        starts = {side[n - first].right for side in (source, best.links) for n in group} - {-1}
        before, after = (self._cost(group, side, starts, region) for side in (source, best.links))
        gain = before - after
        margin = min(
            (
                other.cost - best.cost
                for other in ends[1:]
                if any(other.links[n - first].right != best.links[n - first].right for n in group)
            ),
            default=inf,
        )
        prices, doubt = costs(), self._doubt(group)
        if not any(link.resumes() for link in links):
            return None
        if gain < prices["move_margin"] * doubt or margin < prices["rival_margin"] * doubt:
            return None
        return self._if_right(Move(links, gain, margin))

    def _surest(
        self, group: Sequence[int], source: Sequence[Link], ends: Sequence[_State], region: range
    ) -> Move | None:
        """Return those links of a group that nearly all good readings have, where the others are in doubt."""
        prices, doubt, first = costs(), self._doubt(group), region.start
        best = ends[0]
        found: list[Link] = []
        lowest = inf
        for number in group:
            link = best.links[number - first]
            if not link.resumes():
                continue
            margin = min(
                (
                    other.cost - best.cost
                    for other in ends[1:]
                    if other.links[number - first].right != link.right
                ),
                default=inf,
            )
            gain = source[number - first].cost - link.cost
            if margin >= prices["link_margin"] * doubt and gain >= prices["move_margin"] * doubt:
                found.append(link)
                lowest = min(lowest, margin)
        if not found:
            return None
        gain = sum(source[link.left - first].cost - link.cost for link in found)
        return self._if_right(Move(tuple(found), gain, lowest))

    def _if_right(self, move: Move) -> Move | None:
        """Return a move if each of its links is one that is likely to be right."""
        least = costs()["right_least"]
        resuming = [link for link in move.links if link.resumes()]
        likely = all(right_odds(move, link, self.pieces[link.right]) > least for link in resuming)
        return move if likely else None

    def _doubt(self, group: Sequence[int]) -> float:
        """Return how much more it takes to move text where many lines end in mid-sentence: 1 or more."""
        near = self.pieces[max(0, group[0] - _REACH) : group[-1] + _REACH + 1]
        opened = sum(bool(piece.stretches) and openness(piece.last) > OPEN for piece in near)
        turns = sum(bool(piece.stretches) and piece.first.place == "turn" for piece in near)
        return max(1.0, opened / costs()["crowd"]) * (_TURNS if turns > 2 else 1.0)

    def _is_open(self, number: int) -> bool:
        piece = self.pieces[number]
        return bool(piece.stretches) and is_open(piece.last)

    def _cost(
        self, group: Sequence[int], links: Sequence[Link], starts: Iterable[int], region: range
    ) -> float:
        """Return what the links of a group cost, with those of the starts that nothing leads to."""
        reached = {link.right for link in links}
        alone = sum(self._alone(number) for number in starts if number not in reached)
        return alone + sum(links[number - region.start].cost for number in group)

    def _source(self, region: range) -> list[Link]:
        """Return the links of the order of the source."""
        links: list[Link] = []
        for number in region:
            after = number + 1
            if after in region and not self.pieces[after].headed and self.pieces[number].stretches:
                links.append(self._with_numbering(self._next(number), links))
            else:
                links.append(self._end(number))
        return links

    def _with_numbering(self, link: Link, links: Sequence[Link]) -> Link:
        """Count the markers of what comes next on from all that stands before it in its article."""
        if link.right < 0 or not self.pieces[link.right].openings:
            return link
        chain = [link.left]
        while len(chain) < _REACH:
            before = next((one.left for one in reversed(links) if one.right == chain[-1]), -1)
            if before < 0:
                break
            chain.append(before)
        return self.counted(link, tuple(reversed(chain)))

    def _counted(self, link: Link, chain: tuple[int, ...]) -> Link:
        amount, detail = numbering(self.series(chain), self.pieces[link.right])
        if not amount:
            return link
        cue = Cue("numbering", -amount * costs()["numbering"], detail)
        return link._replace(cost=link.cost + cue.cost, cues=(*link.cues, cue))

    def _series(self, chain: tuple[int, ...]) -> Series:
        before = self.series(chain[:-1]) if chain[:-1] else {}
        return series_after(before, self.pieces[chain[-1]])

    def _read(self, region: range) -> list[_State]:
        """Return the best readings of a region, best first; the order of the source is among them."""
        states = [_State(0.0, frozenset(), ())]
        alone = [(number, cost) for number in region if (cost := self._alone(number))]
        for number in region:
            passed = partial(_passed, alone=[one for one in alone if one[0] <= number])
            found = self._extended(states, self._candidates(number, region), region.start)
            # Of two ways to the same set of pieces that are taken, the worse is a rival all the same.
            merged = [
                state
                for group in found.values()
                for state in (nsmallest(2, group, key=_by_cost) if len(group) > 2 else group)
            ]
            states = nsmallest(_BEAM, merged, key=passed) if len(merged) > _BEAM else merged
        complete = [state._replace(cost=_passed(state, alone=alone)) for state in states]
        source = self._source(region)
        used = frozenset(link.right for link in source)
        cost = sum(link.cost for link in source)
        cost += sum(each for number, each in alone if number not in used)
        if all(state.used != used - {-1} or state.cost > cost for state in complete):
            complete.append(_State(cost, used, tuple(source)))
        return sorted(complete, key=_by_cost)

    def _extended(
        self, states: Sequence[_State], candidates: Sequence[Link], first: int
    ) -> dict[frozenset[int], list[_State]]:
        """Return the readings with one link more, by the pieces that are taken in them."""
        found: dict[frozenset[int], list[_State]] = {}
        for link in candidates:
            has_numbers = link.right >= 0 and bool(self.pieces[link.right].openings)
            # Only what stands before can lead here.
            may_lead = 0 <= link.right <= link.left
            for state in states:
                if link.right in state.used or (may_lead and _leads_to(state.links, link, first)):
                    continue
                used = state.used if link.right < 0 else state.used | {link.right}
                counted = self._with_numbering(link, state.links) if has_numbers else link
                found.setdefault(used, []).append(
                    _State(state.cost + counted.cost, used, (*state.links, counted))
                )
        return found

    def _alone(self, number: int) -> float:
        """Return what it costs that nothing leads to a piece."""
        piece = self.pieces[number]
        if piece.headed or not piece.stretches:
            return 0.0
        odd = _sure(oddness(piece.first))
        return odd if number == 0 else odd + costs()["headless"]

    def _candidates(self, number: int, region: range) -> list[Link]:
        piece = self.pieces[number]
        found = [self._end(number)]
        if not piece.stretches:
            return found
        near = range(max(region.start, number - _REACH), min(region.stop, number + _REACH + 1))
        others = [n for n in near if n not in (number, number + 1) and self._may_follow(n)]
        if is_open(piece.last):
            joints = [self.link(number, n, within=True) for n in others]
            found += nsmallest(_JOINTS, joints, key=lambda link: link.cost)
        if piece.last.fragment is None:
            found += nsmallest(
                _RETURNS,
                [self.link(number, n, within=False) for n in others if n > number],
                key=lambda link: link.cost,
            )
        if number + 1 in region and not self.pieces[number + 1].headed:
            found.append(self._next(number))
        return found

    def _may_follow(self, number: int) -> bool:
        piece = self.pieces[number]
        return not piece.headed and bool(piece.stretches)

    def _next(self, number: int) -> Link:
        """Return the link to the piece that stands next: as the rest of a sentence, or not."""
        within, apart = (self.link(number, number + 1, within=within) for within in (True, False))
        if apart.cost <= within.cost:
            return apart
        wording = within.wording()
        last = self.pieces[number].last
        is_doubted = last.ending == "soft" or last.fragment is not None
        most = costs()["adjacent_soft" if is_doubted else "adjacent_most"]
        if oddness(self.pieces[number + 1].first) > ODD or wording <= most:
            return within
        # It stands there, and reads badly: neither joined nor parted.
        return within._replace(within=False, cues=())

    def _end(self, number: int) -> Link:
        piece = self.pieces[number]
        cost = _sure(openness(piece.last)) if piece.stretches else 0.0
        after = number + 1
        goes_on = after < len(self.pieces) and not self.pieces[after].headed and piece.stretches
        if goes_on and not is_open(piece.last) and oddness(self.pieces[after].first) <= ODD:
            # The source goes on there, as paragraphs do.
            cost += costs()["unsupported"]
        return Link(number, -1, within=False, cost=cost)

    def _around(self, number: int) -> str:
        """Return the text of the pieces near one, each part of which is cut alike for all in it."""
        return self.part(number // _PART)

    def _part(self, part: int) -> str:
        near = self.pieces[max(0, (part - 1) * _PART) : (part + 2) * _PART]
        return "\n".join(one.text for piece in near for one in piece.stretches)[:_MOST_AROUND]

    def _link(self, left: int, right: int, *, within: bool) -> Link:
        one, other, prices = self.pieces[left], self.pieces[right], costs()
        cues = judge(Joint(one, other, self._around(left)), within=within)
        open_, odd = openness(one.last), oddness(other.first)
        cost = _sure(-open_ if within else open_) + _sure(-odd if within else odd)
        if right != left + 1:
            distance = prices["resume" if within else "returned"]
            distance += prices["recency"] * abs(right - left)
            if right < left:
                distance += prices["backwards"]
            after = self._end(left).cost - (_sure(open_) if one.stretches else 0.0)
            cost += distance + after
        return Link(left, right, within, cost + sum(cue.cost for cue in cues), tuple(cues))


def _passed(state: _State, *, alone: Sequence[tuple[int, float]]) -> float:
    """Return what a reading costs with the pieces that it has passed over: each with what that costs."""
    return state.cost + sum(cost for number, cost in alone if number not in state.used)


def _by_cost(state: _State) -> float:
    return state.cost


def _leads_to(links: Sequence[Link], link: Link, first: int) -> bool:
    """Say whether what a link leads to leads back to where it starts."""
    at = link.right
    while at != link.left and 0 <= at - first < len(links):
        at = links[at - first].right
    return at == link.left


def _is_circular(links: Sequence[Link]) -> bool:
    first = links[0].left
    return any(link.right == link.left or _leads_to(links, link, first) for link in links if link.right >= 0)


def _differing(source: Sequence[Link], best: Sequence[Link]) -> list[list[int]]:
    """Group the pieces after which two readings differ: those whose links can only change together."""
    differ = [one.left for one, other in zip(source, best, strict=True) if one.right != other.right]
    base = source[0].left if source else 0
    groups: list[tuple[set[int], list[int]]] = []
    for number in differ:
        ends = {end for end in (source[number - base].right, best[number - base].right) if end >= 0}
        joined = [group for group in groups if group[0] & ends]
        groups = [group for group in groups if not group[0] & ends]
        members = sorted({number, *(n for _, numbers in joined for n in numbers)})
        groups.append((ends.union(*(one for one, _ in joined)), members))
    return [members for _, members in groups]
