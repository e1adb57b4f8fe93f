"""The clauses of a sentence, read: each with what it says, and one where an object runs on over commas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.context.clauses import Clause, merged
from zhengxie_nlp.context.lexemes import endings, role, words_of
from zhengxie_nlp.context.span_index import SpanIndex
from zhengxie_nlp.initiatives.predicates import Predicate, can_act, read_predicate
from zhengxie_nlp.text.source_text import Span

#: An object runs on over at most so many commas.
MOST_RUN_ON: Final = 3


def within(spans: Sequence[Span], clause: Span) -> Sequence[Span]:
    """Return those of the spans beginning in a clause that also end there."""
    return [span for span in spans if span.end <= clause.end] if spans else ()


class ReadClause(NamedTuple):
    """A clause with what it says.

    Attributes:
        clause: the clause.
        predicate: what it says; None if it has no verb.
        counts: the quantities that begin in it.
        times: the time expressions that lie in it.
    """

    clause: Clause
    predicate: Predicate | None
    counts: Sequence[Span]
    times: Sequence[Span]


def read_sentence(
    text: str, sentence: Sequence[Clause], *, counts: SpanIndex, times: SpanIndex
) -> list[ReadClause]:
    """Read the clauses of a sentence, and put together those over which one object runs on.

    Args:
        text: a clean text.
        sentence: the clauses of one sentence, in order.
        counts: the quantities of the text.
        times: its time expressions.
    """
    read = [_read(text, clause, counts=counts, times=times) for clause in sentence]
    made: list[ReadClause] = []
    at = 0
    while at < len(read):
        one = read[at]
        last = _runs_on_to(text, read, at)
        if last > at:
            one = _read(text, merged(one.clause, read[last].clause), counts=counts, times=times)
        made.append(one)
        at = last + 1
    return made


def _read(text: str, clause: Clause, *, counts: SpanIndex, times: SpanIndex) -> ReadClause:
    span = clause.span
    counted = counts.beginning_in(span)
    timed = within(times.beginning_in(span), span)
    return ReadClause(
        clause, read_predicate(text, span, counts=counted, times=timed), counted, timed
    )  # fmt: skip


def _runs_on_to(text: str, read: Sequence[ReadClause], at: int) -> int:
    """Return the index of the clause in which the object of the clause at `at` ends."""
    clause, predicate = read[at].clause, read[at].predicate
    if predicate is None or clause.after != "，":
        return at
    start = predicate.object.start if predicate.object else predicate.action.end
    # 以…为引领，…为支撑的体系; 每月…，每周…的三项制度
    opened = text[start] in "以每" and not _closed(text, clause.span)
    for last in range(at + 1, min(at + 1 + MOST_RUN_ON, len(read))):
        following, said = read[last].clause, read[last].predicate
        if opened and _closed(text, following.span):
            return last
        if last == at + 1 and (_goes_on(following, said) or _tails(text, following.span)):
            return last
        if predicate.head in role("person") and _only_people(text, predicate, clause.span):
            if said is not None and following.span.end - predicate.action.start < 150:
                if said.agent is None and not text.startswith("并", following.span.start):
                    return last
            elif said is not None:
                break
        elif not opened:
            break
        if following.after != "，":
            break
    return at


def _closed(text: str, span: Span) -> bool:
    """Return whether a clause ends with 的 or 等 and a head, as a long object does."""
    if not endings("checkable").longest(text, span.end, start=span.start):
        return False
    tail = text[max(span.start, span.end - 16) : span.end]
    return "的" in tail or "等" in tail


def _goes_on(clause: Clause, said: Predicate | None) -> bool:
    """Return whether a clause is the rest of a list: it opens with 和 and has no verb of its own."""
    own = said is not None and said.verb is not None and said.head not in role("deed")
    return clause.lead in ("和", "及", "以及") and not own


def _tails(text: str, span: Span) -> bool:
    """Return whether a clause is the end of a list: …等活动, opened by a noun or 每."""
    place = text.rfind("等", span.start, span.end)
    if place < span.start + 2 or span.end - place > 12 or not _closed(text, span):
        return False
    words = words_of(text, start=span.start, end=place).lexemes
    if not words or not words[0].roles.isdisjoint(("ground", "preposition", "adverb")):
        return False
    if words[0].text.startswith("每"):
        return True
    return words[0].is_noun and not any(word.strong for word in words)


def _only_people(text: str, predicate: Predicate, clause: Span) -> bool:
    """Return whether the object of 组织, 要求 … is only who is to act: the deed follows behind the comma."""
    if predicate.object is None or predicate.object.end < clause.end:
        return False
    behind = any(word.is_verb for word in predicate.words[predicate.beyond :])
    return can_act(text, predicate.object) and (
        not behind or text[predicate.action.end - 2 : predicate.action.end] == "要求"
    )
