"""Reads the label that opens a turn: who speaks, before a colon or a clock (guideline §1).

「罗启文：」「市水务局局长罗启文：」「云浦晚报记者：」「问：」「[00:12:03] 罗启文：」, or a clock behind it.
How far a label can be believed by itself is said here; whether a text is a transcript, `turns` decides from
all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.structure.speeches.names import (
    Who,
    is_common_word,
    is_foreign_name,
    is_organization,
    is_person,
    post_at_end,
    read_who,
)
from zhengxie_nlp.text.source_text import Span

#: How far a label can be believed: a role of a talk (记者), a person with a post, a name, a name that may be
#: a word (two characters; a post alone), an organisation alone, or words that only stand before a colon.
Strength = Literal["role", "who", "name", "weak", "organization", "word"]

#: The keys of turns whose labels name nobody: 问：, Q1：; 答：.
QUESTION: Final = "问"
ANSWER: Final = "答"
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Label:
    """What opens a turn.

    Attributes:
        strength: how far it can be believed by itself.
        key: the label as written: who speaks twice has one key.
        organization: the characters of the line that name the organisation.
        speaker: those that name who speaks; None after 问 and 答.
        end: where the words spoken begin.
        clocked: whether a clock stands beside it, as in an export of speech recognition.
    """

    strength: Strength
    key: str
    organization: Span | None
    speaker: Span | None
    end: int
    clocked: bool = False


@cache
def _roles() -> re.Pattern[str]:
    patterns = [row["pattern"] for row in read_table("line_forms.tsv") if row["role"] == "label"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def read_label(line: str) -> Label | None:
    """Read the label that opens a line, whatever it may be worth.

    Args:
        line: one paragraph of the clean text, or its beginning.

    Returns:
        The label, with offsets into the line; None where no colon or clock follows a few words.

    Example:
        >>> line = "市水务局局长罗启文：我补充两点。"
        >>> label = read_label(line)
        >>> label.strength, line[slice(*label.organization)], line[slice(*label.speaker)], line[label.end :]
        ('who', '市水务局', '罗启文', '我补充两点。')
    """
    head = line[:_LONGEST]
    match = speech_pattern("labelled").match(head) or speech_pattern("bracketed").match(head)
    if match is None and len(line) <= _LONGEST:
        match = speech_pattern("clocked").match(line)
    if match is None:
        return _clock_first(line) if line[:1].isascii() and len(line) <= _LONGEST else None
    start, end = match.span("label")
    clocked = match.groupdict().get("clock") is not None
    remark = match["who"] if "who" in match.re.groupindex else None
    found = _read(line, Span(start, end), remark=match.span("who") if remark else None)
    spoken = match.end() + len(line[match.end() :]) - len(line[match.end() :].lstrip(" \u3000"))
    strength, organization, speaker = found
    if clocked and strength in ("weak", "word"):
        strength = "name"
        speaker = speaker or Span(start, end)
    key = match["label"].strip()
    asked = speech_pattern("question_or_answer").match(key)
    if asked is not None:
        key = QUESTION if asked["question"] else ANSWER
    return Label(strength, key, organization, speaker, spoken, clocked)


def _clock_first(line: str) -> Label | None:
    """Read 00:12 罗启文, alone on its line; 09:30 开幕式 is no label."""
    match = speech_pattern("clock_first").match(line)
    if match is None:
        return None
    strength, organization, speaker = _read(line, Span(*match.span("label")), remark=None)
    if strength in ("word", "organization") or speaker is None:
        return None
    told: Strength = "name" if strength == "weak" else strength
    return Label(told, match["label"].strip(), organization, speaker, match.end(), clocked=True)


def _read(
    line: str, span: Span, *, remark: tuple[int, int] | None
) -> tuple[Strength, Span | None, Span | None]:
    label = line[slice(*span)].rstrip()
    span = Span(span.start, span.start + len(label))
    if speech_pattern("question_or_answer").match(label):
        told = _with_remark(line, span, remark) if remark else ("word", None, None)
        return ("role", None, None) if told[0] == "word" else ("role", *told[1:])
    if _roles().match(label) or speech_pattern("numbered_speaker").match(label):
        told = _with_remark(line, span, remark) if remark else ("word", None, None)
        return ("role", None, span) if told[0] == "word" else told
    called = speech_pattern("role_and_name").match(label)
    if called is not None and _is_called(called["name"]):
        return "who", None, Span(span.start + called.start("name"), span.start + called.end("name"))
    reporter = speech_pattern("reporter").match(label)
    if reporter is not None:
        return _reporter(span, reporter)
    if is_person(label) or is_foreign_name(label):
        inner = read_who(line[slice(*remark)]) if remark else None
        begin = remark[0] if remark else 0
        organization = inner.organization if inner else None
        named = Span(organization.start + begin, organization.end + begin) if organization else None
        if remark and named is None:
            whole = read_who(line[: remark[1] + 1][span.start :])
            named = _at(whole.organization if whole else None, span.start)
        strong = remark or len(label) > 2 or " " in label
        if named is not None:
            return "who", named, span
        return ("name" if strong else "weak"), named, span
    who = read_who(label, told=True)
    if who is not None and who.speaker is not None:
        return "who", _at(who.organization, span.start), _at(who.speaker, span.start)
    if remark is not None:
        return _with_remark(line, span, remark)
    return _without_name(label, span, who)


def _is_called(name: str) -> bool:
    """Say whether a role is followed by a name, or by what somebody is called: 网友小李."""
    called = speech_pattern("called").fullmatch(name) is not None and is_person(name[1:] + "某", told=True)
    return called or is_person(name, told=True) or is_foreign_name(name)


def _reporter(span: Span, match: re.Match[str]) -> tuple[Strength, Span | None, Span | None]:
    before, name = match["before"].strip(), match["name"]
    speaker = Span(span.start + match.start("role"), span.start + match.end("role"))
    if name and is_person(name.strip()):
        speaker = Span(span.start + match.end() - len(name.strip()), span.start + match.end())
    elif name:
        return "word", None, None
    if before.startswith("《") and before.endswith("》"):
        return "role", Span(span.start + 1, span.start + len(before) - 1), speaker
    own = speech_pattern("own_reporter").fullmatch(before)
    organization = None if own else Span(span.start, span.start + len(before))
    return "role", organization, speaker


def _with_remark(line: str, span: Span, remark: tuple[int, int]) -> tuple[Strength, Span | None, Span | None]:
    """Read 某职务（某人）： and words with a remark."""
    inner = line[slice(*remark)]
    if is_person(inner) or is_foreign_name(inner):
        outer = read_who(line[slice(*span)])
        return "who", _at(outer.organization if outer else None, span.start), Span(*remark)
    who = read_who(inner, told=True)
    if who is not None and who.speaker is not None:
        return "who", _at(who.organization, remark[0]), _at(who.speaker, remark[0])
    office, blank, name = inner.rpartition(" ")
    if blank and is_person(name, told=True):
        # 某小区居民 某某: what no list knows as a post.
        unit = read_who(office)
        return (
            "who",
            _at(unit.organization if unit else None, remark[0]),
            Span(remark[1] - len(name), remark[1]),
        )
    return "word", None, None


def _without_name(label: str, span: Span, who: Who | None) -> tuple[Strength, Span | None, Span | None]:
    """Read an office alone (某局副局长), a post alone (主席), an organisation alone, or mere words."""
    post = post_at_end(label)
    if post is not None and post.start > 0 and (who is not None or is_organization(label[: post.start])):
        organization = who.organization if who else Span(0, post.start)
        return "who", _at(organization, span.start), Span(span.start + post.start, span.end)
    if post is not None and post.start == 0:
        return "weak", None, span
    if post is not None and is_person(label[: post.start].ljust(2, "某")):
        return "name", None, span
    if is_organization(label):
        return "organization", span, None
    if 2 <= len(label) <= 4 and not is_common_word(label):
        return "word", None, span
    return "word", None, None


def _at(span: Span | None, shift: int) -> Span | None:
    return Span(span.start + shift, span.end + shift) if span is not None else None
