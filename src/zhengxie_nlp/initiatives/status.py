"""Whether a deed is done, ongoing or planned, from its words and the passage it stands in (guideline §6)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, Literal, NamedTuple

from zhengxie_nlp.context.clauses import Clause
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.lexemes import pattern, role
from zhengxie_nlp.initiatives.candidates import ReadClause
from zhengxie_nlp.initiatives.predicates import Predicate
from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.structure.spans import NodeSpan
from zhengxie_nlp.text.source_text import Span

Status = Literal["done", "ongoing", "planned"]

#: Text this short before the end of a node announces what the nodes after it hold.
_NEAR_END: Final = 200
#: So many clauses at least make a prescription of their passage.
_LEAST_PRESCRIBED: Final = 2


def planned_spans(context: Context, *, told: Sequence[ReadClause], counts: Sequence[Span] = ()) -> list[Span]:
    """Return the passages of a speech in which all is planned: what it prescribes, what it announces.

    Args:
        context: the document.
        told: the clauses of one speech, in order, with what each of them says.
        counts: the quantities of the text, in order.

    Returns:
        Passages in order, apart from one another.
    """
    if not told:
        return []
    text = context.text.text
    planned: list[Span] = []
    if _prescriptions(told) >= _LEAST_PRESCRIBED:
        if _prescribes(text, told, counts=counts):
            return [Span(told[0].clause.span.start, told[-1].clause.span.end)]
        by_node: dict[str, list[ReadClause]] = {}
        for one in told:
            by_node.setdefault(one.clause.node.id, []).append(one)
        planned += (
            Span(own[0].clause.span.start, own[-1].clause.span.end)
            for own in by_node.values()
            if _prescribes(text, own, counts=counts)
        )
    planned += _announced(context, told[0].clause.speech.nodes)
    return _united([*planned, *_introduced(told)])


def _united(spans: Iterable[Span]) -> list[Span]:
    """Return the same characters as spans in order that do not touch."""
    united: list[Span] = []
    for span in sorted(spans):
        if united and span.start <= united[-1].end:
            united[-1] = Span(united[-1].start, max(united[-1].end, span.end))
        else:
            united.append(span)
    return united


def _prescriptions(told: Sequence[ReadClause]) -> int:
    """Return how many clauses say what is to be done."""
    return sum([one.predicate is not None and "prescribes" in one.predicate.manner for one in told])


def _prescribes(text: str, told: Sequence[ReadClause], *, counts: Sequence[Span]) -> bool:
    """Return whether a passage says what is to be done, and less what was.

    Args:
        text: a clean text.
        told: the clauses of the passage with what they say.
        counts: the quantities of the text: where one ends a clause, it speaks for a report.
    """
    prescribed = _prescriptions(told)
    if prescribed < _LEAST_PRESCRIBED:
        return False
    done = 0.0
    for clause, predicate, _, _ in told:
        if predicate is None:
            continue
        if (
            "done" in predicate.manner
            or text.startswith("了", predicate.action.end)
            or pattern("past").search(text, *clause.span)
        ):
            done += 1.0
        else:
            ends = bisect_left(counts, (clause.span.end, 0)) - 1
            done += 0.25 * (ends >= 0 and counts[ends].end == clause.span.end)
    return prescribed > 1.2 * done


@cache
def _announcing() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, role("announces")), key=len, reverse=True))
    return re.compile(
        rf"(?<![^。；：！？\n，—])(?:今年)?(?:{words})(?!召开|举办)|预期目标|会议(?:强调|要求)|谋划[一二两三四五几]件事"
    )


def _announced(context: Context, nodes: Sequence[NodeSpan]) -> list[Span]:
    """Return what follows 下一步, 会议强调 … in a node, with all below it and the series that it leads in.

    A heading that announces plans does so for its whole node.
    """
    text = context.text.text
    spans: list[Span] = []
    leads = False
    for node in nodes:
        end = _last(node)
        if leads and node.marker is not None:
            spans.append(_whole(node, end))
            continue
        leads = False
        heading = node.heading
        if heading is not None and _plans(text[heading.start : heading.end]):
            spans.append(Span(heading.start, end))
            continue
        found = None
        for body in node.body:
            found = found or _announcing().search(text, max(0, body.start - 1), body.end)
        if found is not None:
            spans.append(Span(found.start(), end))
            leads = node.marker is None and node.body[-1].end - found.start() <= _NEAR_END
        else:
            spans.extend(_announced(context, node.children))
    return spans


def _plans(heading: str) -> bool:
    """Return whether a heading stands over plans: 2009年的工作安排, not 一年来的主要工作."""
    return bool(pattern("plan_heading").search(heading)) and not pattern("past_heading").search(heading)


def _whole(node: NodeSpan, end: int) -> Span:
    starts = [span.start for span in (node.heading, *node.body) if span is not None]
    return Span(min(starts, default=end), end)


def _last(node: NodeSpan) -> int:
    return max(
        [span.end for part in node.walk() for span in (part.heading, *part.body) if span is not None],
        default=0,
    )  # fmt: skip


def _introduced(told: Sequence[ReadClause]) -> list[Span]:
    """Return what a clause like 我们准备做两件事： leads in: the rest of its node and all below."""
    first: dict[str, Clause] = {}
    for clause, predicate, _, _ in told:
        if clause.after == "：" and predicate is not None and "plan" in predicate.manner:
            first.setdefault(clause.node.id, clause)
    return [Span(clause.span.end, _last(clause.node)) for clause in first.values()]


class Passage(NamedTuple):
    """Where a deed stands.

    Attributes:
        past: whether a time that is over belongs to it.
        in_plan: whether all is planned there.
        before: the status of the deed before it in its sentence, if there is one.
    """

    past: bool
    in_plan: bool
    before: Status | None


def is_past(text: str, times: Iterable[Span]) -> bool:
    """Return whether one of some time expressions is over."""
    return any(pattern("past").search(text, *time) for time in times)


def status_of(text: str, clause: Clause, *, predicate: Predicate, counted: bool, passage: Passage) -> Status:
    """Say whether a deed is done, ongoing or planned.

    Args:
        text: a clean text.
        clause: the clause.
        predicate: what it says.
        counted: whether a count says what came of it (代办小事319件).
        passage: where it stands.
    """
    manner, adverbs, past = predicate.manner, predicate.adverbs, passage.past
    done = "done" in manner or text.startswith("了", predicate.action.end)
    if not done and ("plan" in manner or not closed_words("goes on").isdisjoint(adverbs)):
        return "planned"
    if passage.in_plan:
        return "done" if done and closed_words("step by step").isdisjoint(adverbs) else "planned"
    if passage.before == "planned" and not done and not past:
        return "planned"
    if "ongoing" in manner or pattern("recurs").search(text, clause.span.start, predicate.action.start):
        return "ongoing"
    if done or past:
        return "done"
    kind = predicate.verb.kind if predicate.verb else ""
    if passage.before == "ongoing" and kind in ("pivot", "do", "") and not counted:
        return "ongoing"
    return "done" if (counted and kind != "apply") or _is_done(text, clause, predicate) else "ongoing"


def _is_done(text: str, clause: Clause, predicate: Predicate) -> bool:
    """Return whether a verb by itself tells of one thing that was brought about."""
    rest = text[predicate.action.end : clause.span.end]
    return (
        (predicate.head == "组织" and pattern("visits").search(rest) is not None)
        or (predicate.head == "探索" and predicate.beyond > predicate.at + 1)
        or (predicate.head in closed_words("helping verb") and _later_deed(predicate) == "done")
        or (predicate.verb is not None and predicate.verb.status == "done")
    )


def _later_deed(predicate: Predicate) -> str:
    """Return the status that the first verb in the object of 推动, 协助 … has by itself."""
    for word in predicate.words[predicate.beyond :]:
        if word.strong and word.verb is not None:
            return word.verb.status if word.verb.kind in ("make", "hold") else ""
    return ""
