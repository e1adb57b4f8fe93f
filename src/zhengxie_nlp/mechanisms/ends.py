"""Every place where a device's name may end: what the rules' heads say, and what official documents show.

A word may end a name if its last two characters end the objects of verbs that set up, improve or run
something (`data/device_endings.tsv`, counted in official documents): so a device is seen whose head is in no
list.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import log2
from typing import Final

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.mechanisms.candidates import MechanismCandidate, candidate_of, candidates_of
from zhengxie_nlp.mechanisms.heads import Head, Reading
from zhengxie_nlp.text.source_text import Span

#: How a head counts that the rules do not know.
WIDE: Final = "wide"
_LENGTH: Final = 2
_NOUN_TAGS: Final = frozenset("nvjlxabq")
#: What may follow a head that the rules do not know; and in how many of its uses it has to be one.
_CLOSED: Final = frozenset(("end", "and", "count", "mark"))
_LEAST_SHARE: Final = 0.1
#: What these begin with; the end of the text too.
_FOLLOWING: Final = frozenset(
    ("", *"，。；、！？：）”\n和与及暨“《（近约共一二三四五六七八九十两百0123456789")
)
#: Where less than this is known of a word's uses, nothing is said.
_UNKNOWN: Final = "-"


@cache
def _endings() -> dict[str, tuple[int, int]]:
    """Return how often an ending stands behind a verb that sets up something, and how often at all."""
    return {row["ending"]: (int(row["behind"]), int(row["uses"])) for row in read_table("device_endings.tsv")}


@cache
def _likely() -> frozenset[str]:
    """Return the endings of words that are such objects often enough."""
    return frozenset(
        ending
        for ending, (behind, uses) in _endings().items()
        if len(ending) == _LENGTH and behind >= _LEAST_SHARE * uses
    )


@cache
def share_of(ending: str) -> str:
    """Return in which of its uses an ending stands behind such a verb, and how often, in steps; or ``-``."""
    found = _endings().get(ending)
    if found is None:
        return _UNKNOWN
    behind, uses = found
    return f"{min(9, int(10 * behind / uses))}{min(4, int(log2(behind)) // 3)}"


@cache
def _kinds() -> dict[str, str]:
    return {row["ending"]: row["kind"] for row in read_table("device_kinds.tsv")}


def _kind(text: str, end: int) -> str:
    """Return the kind of a device by how its name ends."""
    known = _kinds()
    return known.get(text[end - 2 : end]) or known.get(text[end - 1], "platform")


def every_candidate(reading: Reading) -> list[MechanismCandidate]:
    """Return a candidate for every place where a name may end, in order: the rules', and wide ones."""
    found = candidates_of(reading)
    taken = {one.head.span.end for one in found} | {one.head.outer.end for one in found}
    ordered = sorted(found, key=lambda one: one.head.outer.end)
    at = 0
    previous: Head | None = None
    for head in _wide_heads(reading):
        if head.span.end in taken:
            continue
        while at < len(ordered) and ordered[at].head.outer.end <= head.span.start:
            previous = ordered[at].head
            at += 1
        clause = reading.clause(head.span.start)
        inside = previous if previous is not None and previous.outer.start >= clause.start else None
        candidate = candidate_of(reading, head, previous=inside)
        if candidate.frame.verb is not None and candidate.seen.right in _CLOSED:
            found.append(candidate)
    return sorted(found, key=lambda one: (one.head.span.end, one.head.span.start))


def _wide_heads(reading: Reading) -> Iterator[Head]:
    """Yield ends of words that are no heads to the rules, behind a verb that may set up something."""
    endings, text = _likely(), reading.covered
    for clause in reading.clauses():
        verbs = reading.verbs(clause.start, clause.end)
        if not verbs:
            continue
        for word in reading.words(verbs[0].span.end, clause.end):
            end = word.end
            if (
                word.tag[0] in _NOUN_TAGS
                and text[end : end + 1] in _FOLLOWING
                and text[end - _LENGTH : end] in endings
            ):
                start = max(word.start, end - _LENGTH)
                span = Span(start, end)
                if reading.context.owner(start) is not None:
                    yield Head(span, text[start:end], _kind(text, end), WIDE, "plain", span)
