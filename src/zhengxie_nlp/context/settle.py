"""The policy between candidates: who keeps which characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.span_index import SpanIndex
from zhengxie_nlp.record_types import PRECEDENCE

#: The rules of the times that a named event makes: 采茶节期间, 全国两会前.
_EVENTS: Final = frozenset(("time_events/event", "times/congress"))
_IN_EVENTS: Final = frozenset(("quantity", "numeral_term"))
_RANKS: Final = {kind: rank for rank, kind in enumerate(PRECEDENCE)}


def settle(context: Context, candidates: Iterable[Found]) -> list[Found]:
    """Decide who keeps which characters; the one policy for all extractors.

    1. Nothing is kept that touches a marker, or that begins outside of every speech.
    2. A quantity that uses characters outside its span (每年 in 每年举办……40次) takes them from times.
    3. A time that lies inside a longer quantity (每年 in 每年2次), and a numeral term that lies inside a
       longer time (十四五 in “十四五”期间), give way.
    4. A quantity or a numeral term inside the name of an event (自1998年确立|12所|试点学校以来,
       全国|两会|期间) stays beside its time.
    5. Of two that overlap otherwise, the type first in `PRECEDENCE` stays; in one type the longer, then the
       earlier.

    Returns:
        The kept candidates in reading order; a record that holds another comes before it.
    """
    contest: list[Found] = []
    settled: list[Found] = []
    for found in context.free(candidates):
        (contest if found.type in _RANKS else settled).append(found)
    contest = sorted(_give_way(contest), key=_start)
    events = SpanIndex(found.span for found in contest if found.rule in _EVENTS)
    inside = [found for found in contest if found.type in _IN_EVENTS and events.hold(found.span)]
    contest = [found for found in contest if found.type not in _IN_EVENTS or not events.hold(found.span)]
    first, end = 0, -1
    for place, found in enumerate(contest):
        if found.span.start >= end:
            settled.extend(_without_overlaps(contest[first:place]))
            first = place
        end = max(end, found.span.end)
    settled.extend(_without_overlaps(contest[first:]))
    if inside:
        taken = SpanIndex(
            found.span for found in settled if found.type in _RANKS and found.rule not in _EVENTS
        )
        settled.extend(found for found in inside if not taken.touch(found.span))
    return sorted(settled, key=lambda found: (found.span.start, -found.span.end, found.type))


def _start(found: Found) -> int:
    return found.span.start


def _give_way(contest: Sequence[Found]) -> list[Found]:
    """Leave out the times that a quantity uses or holds, then the numeral terms that a time holds."""
    quantities = [found for found in contest if found.type == "quantity"]
    used = SpanIndex(span for found in quantities for span in found.uses)
    counted = SpanIndex(found.span for found in quantities)
    times = [
        found
        for found in contest
        if found.type == "time" and not used.cover(found.span) and not counted.hold(found.span)
    ]
    timed = SpanIndex(found.span for found in times if found.rule not in _EVENTS)
    terms = [found for found in contest if found.type == "numeral_term" and not timed.hold(found.span)]
    return [*terms, *times, *quantities]


def _without_overlaps(found: Sequence[Found]) -> Sequence[Found]:
    """Settle between neighbours that overlap; nearly all stand alone."""
    if len(found) < 2:
        return found
    ranked = sorted(found, key=lambda one: (_RANKS[one.type], one.span.start - one.span.end, one.span.start))
    kept: list[Found] = []
    taken: set[int] = set()
    for one in ranked:
        characters = range(one.span.start, one.span.end)
        if taken.isdisjoint(characters):
            taken.update(characters)
            kept.append(one)
    return kept
