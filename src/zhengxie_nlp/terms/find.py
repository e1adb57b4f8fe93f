"""Numeral terms (数字略语): phrases in which a numeral abbreviates a set of members, or is part of a name.

Known terms stand in `data/numeral_terms.tsv`; the shapes of coined ones, and of what only looks like one, in
`data/numeral_term_patterns.tsv`. Between quotation marks a shape must fit the whole; in running text, where
a writer gives no sign, only shapes that nothing else has are taken. The members come from
`zhengxie_nlp.terms.members`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.fixed_phrases import in_fixed_phrase
from zhengxie_nlp.lexicon.patterns import compile_shape, fill_in
from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.structure.spans import Note
from zhengxie_nlp.terms.members import (
    Expansion,
    Mention,
    expected_count,
    members_in_text,
    members_of_title,
)
from zhengxie_nlp.terms.patterns import pattern
from zhengxie_nlp.text.source_text import Span

#: A coined term that is known again without its quotation marks: no number with a measure word or unit.
_COINED: Final = r"[一二三四五六七八九十两双](?!{class}|{unit})[^\d、+]+"
_LONGEST_AGAIN: Final = 10
_MOST_AGAIN: Final = 100
#: Shapes whose sign may stand in a fixed phrase: 一企一策, 百日攻坚.
_NAMES: Final = ("one_each", "hundred_days")
_SIGNS: Final = frozenset("一二三四五六七八九十百千万两双")
#: A numeral before a known term makes it part of a larger number or an ordinal; 每 makes it a rate.
_NOT_AFTER: Final = _SIGNS | frozenset("第几数每0123456789")
#: A quoted phrase may run on this much after a known term that it opens with.
_LONGEST_TAIL: Final = 6
_VALUES: Final = dict(
    zip(
        "一二三四五六七八九十百千万两双", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000, 10000, 2, 2), strict=True
    )
)


class Pattern(NamedTuple):
    """A shape of `data/numeral_term_patterns.tsv`, compiled."""

    name: str
    verdict: bool
    pattern: re.Pattern[str]


class _Known(NamedTuple):
    numerals: tuple[int, ...]
    followed_by: tuple[str, ...]
    not_followed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Quote:
    """What stands between two quotation marks; `inner` is that alone."""

    inner: Span


def find_numeral_terms(context: Context) -> tuple[list[Found], list[Note]]:
    """Find every numeral term of a text (guideline §3), and the lists that do not match their numeral.

    Known terms (三会一课) count in and out of quotation marks, coined ones by their shape (“五型机关”, “1+7”,
    “以案四说”). Not: a plain measurement or a bare count in quotation marks, idioms, holidays, dates, grades,
    whole sentences, 第一时间.

    Args:
        context: the clean text and its structure.

    Returns:
        The terms in order, with `numerals` and `members`, and a `count_mismatch` warning for each list
        beside a term that is open (…等) or has another number of items.
    """
    found: dict[Span, Found] = {}
    notes: list[Note] = []
    for candidate, mention in _candidates(context.text.text):
        if candidate.span in found:
            continue
        expansion = _expansion(context, mention)
        found[candidate.span] = Found(
            "numeral_term",
            candidate.span,
            candidate.rule,
            fields={"numerals": mention.numerals, "members": expansion.members},
            parts=(("term", candidate.span), *(("member", member) for member in expansion.members)),
            chosen={"span": candidate.rule, "numerals": candidate.rule, "members": "members/listed"},
        )
        if expansion.problem:
            notes.append(Note("count_mismatch", "warning", expansion.problem, candidate.span))
    ordered = sorted(found.values(), key=lambda one: one.span)
    return ordered, _of_kept(notes, ordered)


def read_numerals(phrase: str) -> tuple[int, ...]:
    """Read the numbers of a numeral term in order.

    Example:
        >>> read_numerals("三会一课"), read_numerals("百千万"), read_numerals("1+7")
        ((3, 1), (100, 1000, 10000), (1, 7))
    """
    numbers: list[int] = []
    for match in pattern("numeral_parts").finditer(phrase):
        if match["digits"]:
            numbers.append(int(match["digits"][:9]))
        elif match["tens"]:
            tens, _, ones = match["tens"].partition("十")
            numbers.append((_VALUES[tens] if tens else 1) * 10 + _VALUES[ones])
        elif match["multiple"]:
            numbers.append(_VALUES[match["multiple"]] * _VALUES[match["by"]])
        elif match["one"]:
            numbers.append(_VALUES[match["one"]])
    return tuple(numbers)


def judge_quoted(phrase: str) -> str | None:
    """Say which rule makes a phrase between quotation marks a numeral term; None if it is none.

    Example:
        >>> judge_quoted("六型机关单位"), judge_quoted("每天读书一小时"), judge_quoted("一盘棋")
        ('coined', None, None)
    """
    known = _terms().longest_at(phrase, 0)
    if known is not None and len(phrase) - len(known[0]) <= _LONGEST_TAIL and known[0] == phrase:
        return "known"
    if not pattern("sign").search(phrase):
        return None
    for shape in _patterns("quoted_always"):
        if shape.pattern.fullmatch(phrase):
            return shape.name if shape.verdict else None
    if not _has_live_sign(phrase):
        return "known" if known is not None and len(phrase) - len(known[0]) <= 2 else None
    for shape in _patterns("quoted"):
        if shape.pattern.fullmatch(phrase):
            return shape.name if shape.verdict else None
    return None


def _has_live_sign(phrase: str) -> bool:
    return any(not in_fixed_phrase(phrase, Span(*match.span())) for match in pattern("sign").finditer(phrase))


class Quoted(NamedTuple):
    """The quotations of a text, without their marks: the outer ones, and all with those inside of others."""

    outer: tuple[Span, ...]
    all: tuple[Span, ...]


class Term(NamedTuple):
    """What a rule found: the term, the rule's name, and the term with its quotation marks."""

    span: Span
    rule: str
    outer: Span


def _candidates(text: str) -> Iterator[tuple[Found, Mention]]:
    quotes = [Span(match.start(1), match.end(1)) for match in pattern("quoted").finditer(text)]
    inner = [Span(match.start(1), match.end(1)) for match in pattern("inner_quoted").finditer(text)]
    quoted = Quoted(tuple(quotes), tuple(sorted(quotes + inner)))
    for find in RULES:
        for span, rule, outer in find(text, quoted):
            yield _candidate(text, span, rule=rule, outer=outer)


def _candidate(text: str, span: Span, *, rule: str, outer: Span) -> tuple[Found, Mention]:
    phrase = text[span.start : span.end]
    known = _terms()[phrase].numerals if phrase in _terms() else None
    numerals = known or (_figure_parts(phrase) if rule == "figures_named" else read_numerals(phrase))
    count = expected_count(phrase, numerals, rule=rule)
    candidate = Found("numeral_term", span, f"numeral_terms/{rule}")
    return candidate, Mention(span, outer, phrase, numerals, count)


def _figure_parts(phrase: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[1-9]0?", phrase))


def _in_quotes(text: str, quoted: Quoted) -> Iterator[Term]:
    for quote in quoted.all:
        for span, rule in _of_quote(text, quote):
            yield Term(span, rule, Span(quote.start - 1, quote.end + 1))


def _of_quote(text: str, quote: Span) -> Iterator[tuple[Span, str]]:
    phrase = text[quote.start : quote.end]
    rule = judge_quoted(phrase)
    if rule is not None:
        if rule == "known" or not _holds_known(phrase):
            yield quote, rule
        return
    if "、" not in phrase:
        return
    parts: list[tuple[Span, str]] = []
    at = quote.start
    for part in phrase.split("、"):
        rule = judge_quoted(part)
        if rule is None:
            return
        parts.append((Span(at, at + len(part)), rule))
        at += len(part) + 1
    yield quote, parts[0][1]


def _holds_known(phrase: str) -> bool:
    """Say whether a known term stands inside the phrase, after its first character (落实三会一课)."""
    return any(
        (known := _terms().longest_at(phrase, match.start())) is not None and len(known[0]) > 3
        for match in pattern("sign").finditer(phrase, 1)
        if not pattern("sign").match(phrase)
    )


def _figures_in_quotes(text: str, quoted: Quoted) -> Iterator[Term]:
    for shape in _patterns("quoted_figures"):
        for match in shape.pattern.finditer(text):
            span = Span(match.start(), text.index("”", match.start()))
            yield Term(span, "figures_named", Span(span.start - 1, span.end + 1))


def _in_running_text(text: str, quoted: Quoted) -> Iterator[Term]:
    terms, quotes = _terms(), quoted.outer
    for match in _openings().finditer(text):
        at = match.start()
        known = terms.longest_at(text, at)
        if known is None or (text[at] in _SIGNS and at and text[at - 1] in _NOT_AFTER):
            continue
        end = at + len(known[0])
        if known[1].followed_by and not text.startswith(known[1].followed_by, end):
            continue
        if not known[1].not_followed_by or not text.startswith(known[1].not_followed_by, end):
            yield Term(Span(at, end), "known", Span(at, end))
    starts = [quote.start for quote in quotes]
    for shape in _patterns("bare"):
        for match in shape.pattern.finditer(text):
            place = bisect_right(starts, match.start()) - 1
            if place >= 0 and quotes[place].end > match.start():
                continue
            sign = Span(match.start(), match.start() + 1)
            if shape.name.startswith(_NAMES) or not in_fixed_phrase(text, sign):
                span = Span(match.start(), match.end())
                yield Term(span, shape.name, span)


def _again(text: str, quoted: Quoted) -> Iterator[Term]:
    """Find the coined terms of the quotation marks once more where they stand without them."""
    shape = compile_shape(fill_in(_COINED, parts="numeral_term_parts.tsv"), where="numeral_term_parts.tsv")
    quotes = quoted.outer
    phrases = {text[start:end] for start, end in quotes if end - start <= _LONGEST_AGAIN}
    coined = sorted(phrase for phrase in phrases if shape.fullmatch(phrase) and judge_quoted(phrase))
    if not coined:
        return
    longest_first = sorted(coined[:_MOST_AGAIN], key=len, reverse=True)
    starts = [quote.start for quote in quotes]
    for match in re.finditer("|".join(map(re.escape, longest_first)), text):
        place = bisect_right(starts, match.start()) - 1
        in_quotes = place >= 0 and quotes[place].end > match.start()
        before = text[max(0, match.start() - 1) : match.start()]
        # 一问…，二问…，三问…: at the head of a clause a short one counts on.
        counts_on = len(match[0]) == 2 and not "一" <= before <= "龥"
        if not in_quotes and before not in _NOT_AFTER and not counts_on:
            span = Span(*match.span())
            yield Term(span, "again", span)


def _expansion(context: Context, mention: Mention) -> Expansion:
    owner = context.owner(mention.span.start)
    if owner is not None and owner[1] is None:
        speech = owner[0]
        if speech.title is not None and speech.title.start <= mention.span.start < speech.title.end:
            return members_of_title(context.text.text, mention, speech=speech)
    return members_in_text(context.text.text, mention)


def _of_kept(notes: list[Note], found: list[Found]) -> list[Note]:
    """Leave out the notes of candidates that lie inside a longer one: `settle` will drop those."""
    kept: list[Note] = []
    starts = [one.span.start for one in found]
    for note in sorted(notes, key=lambda one: one.span or Span(0, 0)):
        span = note.span or Span(0, 0)
        place = bisect_right(starts, span.start)
        around = found[max(0, place - 4) : place + 1]
        if not any(
            other.span != span and other.span.start <= span.start and span.end <= other.span.end
            for other in around
        ):
            kept.append(note)
    return kept


@cache
def _terms() -> Phrases[_Known]:
    return Phrases(
        (
            row["term"],
            _Known(
                tuple(int(number) for number in row["numerals"].split(",")),
                tuple(word for word in row["followed_by"].split("/") if word),
                tuple(word for word in row["not_followed_by"].split("/") if word),
            ),
        )
        for row in read_table("numeral_terms.tsv")
    )


@cache
def _openings() -> re.Pattern[str]:
    """Return what every known term begins with: its first character, before its second."""
    seconds: dict[str, set[str]] = {}
    for term in _terms():
        seconds.setdefault(term[0], set()).add(re.escape(term[1]))
    return re.compile("|".join(f"{first}(?=[{''.join(sorted(two))}])" for first, two in seconds.items()))


@cache
def _patterns(where: str) -> tuple[Pattern, ...]:
    return tuple(
        Pattern(
            row["name"],
            row["verdict"] == "term",
            compile_shape(
                fill_in(row["pattern"], parts="numeral_term_parts.tsv"),
                where=f"numeral_term_patterns.tsv, {row['name']}",
            ),
        )
        for row in read_table("numeral_term_patterns.tsv")
        if row["where"] == where
    )


#: What finds terms, in the order in which a place is offered to them.
RULES: Final[tuple[Callable[[str, Quoted], Iterator[Term]], ...]] = (
    _in_quotes,
    _figures_in_quotes,
    _in_running_text,
    _again,
)
