"""Reads the forms of markers off a text: candidates, of which `find` keeps those with a series behind them.

The forms are those of `lexicon.marker_frames`, and the words that number without a numeral (首先, 其次).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final, Literal, NamedTuple

from zhengxie_nlp.lexicon.marker_frames import HAN, Form, form_of, forms, parse_ordinal, sign_value
from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.structure.spans import MarkerSpan
from zhengxie_nlp.text.source_text import Span

#: What may stand before a marker inside a paragraph.
CLAUSE_START: Final = "，。；：！？、”’）》…— \u3000"
#: What may stand before 一是 where 二是 follows: 其中一是……，二是…….
LOOSE_START: Final = "中因在有到为即括面点"
FINAL: Final = "。！？；：…，、”）"
HEADING_LENGTH: Final = 45
_CIRCLED: Final = "\u2460-\u2473"
_WORDS: Final = r"(?P<word>首先|其次|再次|最后|另?一方面)"
_LINE = re.compile(r"[^\n]+")
_QUOTED = re.compile(r"“[^“”\n]*+”|《[^《》\n]*+》")
_NUMBER_LIST = re.compile(rf"(?:[{HAN}]{{1,3}}+|[0-9]{{1,4}}+)")
_ARTICLE: Final = "条"
#: Behind this many characters at least stands running text, where a numeral alone is a marker.
_BODY_LENGTH: Final = 16


class Candidate(NamedTuple):
    """A form that could be a marker.

    Attributes:
        least: so many must count up for it to be one.
        before: the character before it.
        unit: of parts, what is numbered: 章, 节, 条.
    """

    marker: MarkerSpan
    line: int
    leading: bool
    before: str
    unit: str = ""
    least: int = 1

    @property
    def ordinal(self) -> int:
        """The marker's ordinal."""
        return self.marker.ordinal


@cache
def _form() -> re.Pattern[str]:
    """Return the pattern of every form, one alternative each, named by its group."""
    made = [f"(?P<{form.group}>{form.pattern})" for form in forms()]
    return re.compile("|".join([_WORDS, *made]))


@cache
def _inline() -> re.Pattern[str]:
    """Return the pattern that searches for forms inside a line.

    Beginning with what stands before a form, it is searched for fast; the form itself begins behind that. No
    numeral can stand before it there, so that what asks for that is left out.
    """
    made = [
        f"(?P<{form.group}>{re.sub(r'^[(][?]<![^)]*[)]', '', form.pattern)})"
        for form in forms()
        if form.inline
    ]
    return re.compile(
        rf"[{CLAUSE_START}{LOOSE_START}{_CIRCLED}](?:"
        rf"(?<=[{CLAUSE_START}])(?:{'|'.join([_WORDS, *made])})"
        rf"|(?P<any_circled>(?<=[{_CIRCLED}]))|(?<=[{LOOSE_START}])(?P<loose>一)(?P<copula>[是要]))"
    )


@cache
def words() -> dict[str, tuple[str, int]]:
    """Return the words that number, with their series and ordinal."""
    return {row["word"]: (row["series"], int(row["ordinal"])) for row in read_table("marker_words.tsv")}


@cache
def _exceptions(style: str, how: str) -> Phrases[bool]:
    rows = read_table("marker_exceptions.tsv")
    return Phrases({row["after"]: True for row in rows if row["style"] == style and row["how"] == how})


def leading_marker(line: str, start: int = 0) -> MarkerSpan | None:
    """Read the marker that opens a paragraph, from its form alone.

    What counts: every style of guideline §1. What does not: numerals that belong to a word or a sentence
    (一是一、二是二; 一、二产业; 二要素; 第一时间; 2.3倍), and what only a series makes a marker (A. 甲、).
    Whether a series stands behind 首先 or 三是 is not asked here, but in `find_markers`.

    Args:
        line: one paragraph, without white space before it.
        start: the clean offset of its first character.

    Returns:
        The marker in clean offsets; its kind is ``"section"`` for the styles of sections. None if the
        paragraph opens with no marker.

    Example:
        >>> found = leading_marker("（二）强化服务", start=10)
        >>> found.span, found.style, found.kind, found.ordinal
        (Span(start=10, end=13), 'han_paren', 'section', 2)
    """
    match = _form().match(line)
    found = _read(match, line, (0, len(line)), leading=True, at=0) if match else None
    if found is None or found.least > 1:
        return None
    marker = found.marker
    return replace(marker, span=Span(marker.span.start + start, marker.span.end + start))


def is_rare_form(line: str) -> bool:
    """Say whether a line opens with a form that only its series makes a marker: 甲、 A. 举措一：."""
    match = _form().match(line)
    found = _read(match, line, (0, len(line)), leading=True, at=0) if match else None
    return found is not None and found.least > 1


def candidates(text: str, start: int, stop: int) -> Iterator[Candidate]:
    """Offer every form that could be a marker, line by line."""
    quoted = [match.span() for match in _QUOTED.finditer(text, start, stop)]
    quote_starts = [begin for begin, _ in quoted]
    form = _form()
    for number, line in enumerate(_LINE.finditer(text, start, stop)):
        begin, finish = line.span()
        first = form.match(text, begin, finish)
        opened = _read(first, text, (begin, finish), leading=True, at=begin, line=number) if first else None
        if opened is not None and opened.marker.series == "alone" and not _heads_body(text, finish, stop):
            opened = None
        if opened is not None:
            yield opened
        if finish - begin < 3:
            continue
        inside = opened.marker.span.end if opened is not None else begin + 1
        for at, match in _inline_forms(text, inside, finish):
            place = bisect_right(quote_starts, at) - 1
            if place >= 0 and at < quoted[place][1]:
                continue
            found = _read(match, text, (begin, finish), leading=False, at=at, line=number)
            if found is not None:
                yield found


def _heads_body(text: str, finish: int, stop: int) -> bool:
    """Say whether running text follows a numeral that is alone on its line, or nothing at all."""
    if finish + 1 >= stop:
        return True
    end = text.find("\n", finish + 1, min(stop, finish + 1 + _BODY_LENGTH))
    return end < 0 and finish + 1 + _BODY_LENGTH <= stop


def _inline_forms(text: str, start: int, end: int) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield each form behind a mark, and where it begins; what ends one may stand before the next."""
    inline = _inline()
    while True:
        # A circled number is a form by itself: no other begins behind it.
        before = start if "\u2460" <= text[start - 1] <= "\u2473" else start - 1
        match = inline.search(text, before, end)
        if match is None:
            return
        start = match.end()
        if match["any_circled"] is None:
            yield match.start() + 1, match
        else:
            yield match.start(), match


class _Read(NamedTuple):
    """What the characters of a form say: its form, its numeral as written, its ordinal, its unit."""

    form: Form
    numeral: str
    ordinal: int
    unit: str = ""


@cache
def _form_named(series: str) -> Form:
    return next(form for form in forms() if form.series == series)


def _read_form(match: re.Match[str]) -> _Read:
    groups = match.groupdict()
    if groups.get("any_circled") is not None:
        return _Read(_form_named("circled"), match[0], sign_value("circled", match[0]))
    if groups.get("loose") is not None:
        return _Read(_form_named("shi" if match["copula"] == "是" else "yao"), "一", 1)
    group = next(name for name, found in groups.items() if found is not None and name[0] == "f")
    form = form_of(group)
    numeral = groups[f"sign_{group}"] or ""
    return _Read(form, numeral, sign_value(form.sign, numeral), groups.get(f"unit_{group}") or "")


def _read(
    match: re.Match[str], text: str, span: tuple[int, int], *, leading: bool, at: int, line: int = 0
) -> Candidate | None:
    """Read one form, which begins at `at` in a line, as a candidate, or refuse it as part of a word."""
    before = text[at - 1] if at else ""
    after = match.end()
    if match["word"] is not None:
        return _read_word(match["word"], text, Span(at, after), line=line, leading=leading, before=before)
    form, numeral, ordinal, unit = _read_form(match)
    # 其一是: the copula belongs to the form, as in 一是.
    if form.style == "qi" and text.startswith("是", after):
        after += 1
    if ordinal < 1 or _is_word(form, numeral, ordinal, unit, text, after, span[1]):
        return None
    if form.series == "han_comma" and text[after - 1] == "，" and not leading:
        return None
    if form.style == "part" and unit and not (leading and _opens_part(text, after, span, unit)):
        return None
    kind: Literal["section", "point"] = (
        "section" if leading and form.kind == "section" and unit != _ARTICLE else "point"
    )
    marker = MarkerSpan(Span(at, after), form.style, kind, ordinal, form.series + unit)
    return Candidate(marker, line, leading, before, unit, form.least)


def _read_word(
    word: str, text: str, span: Span, *, line: int, leading: bool, before: str
) -> Candidate | None:
    after = span.end
    if text.startswith("是", after) and "方面" not in word:
        after += 1
    if _exceptions("sequence_word", "word").longest_at(text, after):
        return None
    series, ordinal = words()[word]
    marker = MarkerSpan(Span(span.start, after), "sequence_word", "point", ordinal, series)
    return Candidate(marker, line, leading, before)


def _is_word(form: Form, numeral: str, ordinal: int, unit: str, text: str, after: int, finish: int) -> bool:
    """Say whether what follows a form makes it a word or a phrase."""
    if form.style == "part" and unit != _ARTICLE and text.startswith("课", after):
        return True
    if _exceptions(form.style, "word").longest_at(text, after):
        return True
    if form.style in ("shi", "yao") and text.startswith(numeral, after):
        # 一是一、二是二; 三要三不要; but 一是一体推进
        rest = text[after + len(numeral) : after + len(numeral) + 2]
        return not rest or rest[0] in FINAL or rest[0] in HAN or rest[0] in "不就\n"
    if form.style in ("han_comma", "arabic_dot", "di"):
        return _is_number_list(ordinal, text, after, finish)
    return False


def _is_number_list(ordinal: int, text: str, after: int, finish: int) -> bool:
    """Say whether a form opens a list of numbers: 一、二产业; 三、四季度; 1、2、3号楼; 第一、第二产业."""
    if text[after - 1] != "、":
        return False
    at = after + 1 if text.startswith("第", after) else after
    match = _NUMBER_LIST.match(text, at, finish)
    if match is None or (match[0].isascii() and len(match[0]) == 4):
        return False
    if at > after or text.startswith("、", match.end()):
        return True
    other = parse_ordinal(match[0])
    if match[0].isascii():
        return other == ordinal + 1 and not text.startswith("年", match.end())
    if other > ordinal and _exceptions("han_comma", "unit").longest_at(text, match.end()):
        return True
    soft = _exceptions("han_comma", "soft_unit").longest_at(text, match.end())
    return other == ordinal + 1 and soft is not None and text[finish - 1] in FINAL


def _opens_part(text: str, after: int, span: tuple[int, int], unit: str) -> bool:
    begin, finish = span
    following = text[after] if after < finish else ""
    if unit == _ARTICLE:
        return following not in FINAL or following in ("", "：")
    is_heading = finish - begin <= HEADING_LENGTH and text[finish - 1] not in FINAL
    return is_heading or not following or following in " \u3000：、，.．—"
