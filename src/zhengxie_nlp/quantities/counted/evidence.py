"""What speaks for a run of words as what a quantity counts, as signs that a trained ranker weighs.

Signs are short strings. Those that depend on one edge of a run only are made once for all runs with that
edge: a quantity has some thirty candidates, but few edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from zhengxie_nlp.context.tokens import Token, is_actor
from zhengxie_nlp.learning.estimators import Parts
from zhengxie_nlp.lexicon.word_classes import class_of
from zhengxie_nlp.quantities.counted.candidates import Run

_LETTERS: Final = {
    "noun": "n",
    "nominal": "m",
    "verb": "v",
    "adjective": "a",
    "de": "d",
    "and": "c",
    "quote": "q",
    "bracket": "b",
    "manner": "r",
    "stop": "s",
    "quantity": "0",
}
_COMMAS: Final = frozenset("，；：")
_MANY: Final = 3


class Asked(NamedTuple):
    """A quantity for which the ranker is asked, and where it stands in its sentence.

    Attributes:
        place: the index of its token.
        unit: its unit as written, or ``-``.
        use: how the unit finds what is counted (`data/units.tsv`).
        kind: its kind (guideline §2).
        change: its direction, or ``-``.
        per: ``p`` if it has a rate, else ``-``.
        bound: its bound.
    """

    place: int
    unit: str
    use: str
    kind: str
    change: str
    per: str
    bound: str


def signs_of_none(tokens: Sequence[Token], asked: Asked) -> list[str]:
    """Return what speaks for the quantity's counting nothing that is named."""
    place, unit, use, kind, change, per, bound = asked
    before, behind = _letter(tokens, place - 1), _letter(tokens, place + 1)
    word_before, word_behind = _word(tokens, place - 1), _word(tokens, place + 1)
    return [
        "0",
        f"0u{unit}",
        f"0o{use}",
        f"0k{kind}{change}",
        f"0k{kind}{per}",
        f"0b{before}{use}",
        f"0f{behind}{use}",
        f"0w{word_before}",
        f"0w{word_before}|{use}",
        f"0W{word_behind}",
        f"0W{word_behind}|{use}",
        f"0x{before}{behind}{use}",
        f"0B{bound}{use}",
        f"0y{_word(tokens, place - 2)}|{word_before}",
    ]


def signs_before(tokens: Sequence[Token], asked: Asked, runs: Sequence[Run]) -> Iterator[Parts]:
    """Yield the signs of each run before the quantity."""
    ends: dict[int, list[str]] = {}
    starts: dict[int, list[str]] = {}
    for first, last in runs:
        end = ends.get(last)
        if end is None:
            end = ends[last] = _gap(tokens, asked, "B", last + 1, asked.place, last)
            end += _head(tokens, asked, "B", last)
        start = starts.get(first)
        if start is None:
            start = starts[first] = _opening(tokens, asked, "B", first)
        yield end, start, _inside(tokens, asked, "B", first, last)


def signs_after(tokens: Sequence[Token], asked: Asked, runs: Sequence[Run]) -> Iterator[Parts]:
    """Yield the signs of each run behind the quantity."""
    ends: dict[int, list[str]] = {}
    starts: dict[int, list[str]] = {}
    for first, last in runs:
        end = ends.get(last)
        if end is None:
            end = ends[last] = _head(tokens, asked, "A", last)
        start = starts.get(first)
        if start is None:
            start = starts[first] = _gap(tokens, asked, "A", asked.place + 1, first, first)
            start += _opening(tokens, asked, "A", first)
        yield end, start, _inside(tokens, asked, "A", first, last)


def _letter(tokens: Sequence[Token], place: int) -> str:
    if not 0 <= place < len(tokens):
        return "^"
    token = tokens[place]
    letter = _LETTERS[token.role]
    return token.text if letter == "s" and len(token.text) == 1 else letter


def _word(tokens: Sequence[Token], place: int) -> str:
    if not 0 <= place < len(tokens):
        return "^"
    token = tokens[place]
    return token.text[-4:] if token.role != "quantity" else "0"


def _gap(tokens: Sequence[Token], asked: Asked, side: str, start: int, stop: int, near: int) -> list[str]:
    """Return the signs of what stands between a run and the quantity."""
    place, unit, use, kind, change, _, bound = asked
    between = tokens[start:stop]
    text = "".join([one.text if one.role != "quantity" else "0" for one in between])
    commas = min(_MANY, sum([one.text in _COMMAS for one in between]))
    letters = "".join([_LETTERS[one.role] for one in between])
    s = f"{side}{commas}"
    short = text if len(text) <= 4 else f"{text[:2]}…{text[-2:]}"
    verbs, nouns, numbers = letters.count("v"), letters.count("n") + letters.count("m"), letters.count("0")
    distance = len(between) if len(between) < 6 else 6 + min(3, (len(between) - 6) // 4)
    behind, before = _letter(tokens, place + 1), _letter(tokens, place - 1)
    made = [
        f"o{s}{use}",
        f"k{s}{kind}{change}",
        f"u{s}{unit}",
        f"g{s}{short}",
        f"G{s}{short}|{use}",
        f"l{s}{letters[:6]}",
        f"n{s}{min(verbs, 3)}{min(nouns, 3)}{min(numbers, 3)}",
        f"d{s}{distance}",
        f"D{s}{distance}{use}",
        f"r{s}{behind}{use}",
        f"R{s}{before}{use}",
        f"z{s}{before}{behind}{min(numbers, 2)}",
        f"b{s}{bound}{distance}",
        f"e{s}{_word(tokens, place - 1)}",
        f"f{s}{_word(tokens, place + 1)}",
    ]
    for one in between:
        if one.role in ("verb", "nominal"):
            made += _kinds(f"V{s}", one, "")
            if one.role == "verb":
                made.append(f"v{s}{one.text}")
    skipped = [one.text[-2:] for one in between if one.role in ("noun", "nominal", "quote")]
    if skipped:
        made.append(f"N{s}{skipped[-1 if side == 'B' else 0]}")
    if "分别" in text and side == "B":
        made.append(_parallel(tokens, place, between))
    if numbers:
        other = next(one for one in reversed(between) if one.role == "quantity")
        same = "=" if other.text.endswith(unit) else "-"
        made += [f"q{s}{same}{use}", f"q{s}{same}{min(nouns, 2)}{min(verbs, 2)}"]
        after_other = between[-1] is other if side == "B" else between[0] is other
        made.append(f"Q{s}{same}{after_other:d}{kind}")
        # Whether the run touches that other quantity, so that it is that one's noun.
        touching = between[0].role == "quantity" if side == "B" else between[-1].role == "quantity"
        made.append(f"t{s}{same}{touching:d}{min(numbers, 2)}")
        previous = start - 2
        made.append(f"T{s}{same}{_letter(tokens, previous)}")
    return made


def _parallel(tokens: Sequence[Token], place: int, between: Sequence[Token]) -> str:
    """Say whether a noun and the number stand at the same place of their lists: A、B分别增长1%、|2%|."""
    nouns = numbers = behind = 0
    for one in between:
        if one.text == "分别":
            break
        nouns += one.role == "and"
    at = place + 1
    while at + 1 < len(tokens) and tokens[at].role == "and" and tokens[at + 1].role == "quantity":
        behind += 1
        at += 2
    at = place - 1
    while at > 0 and tokens[at].role == "and" and tokens[at - 1].role == "quantity":
        numbers += 1
        at -= 2
    return f"F{nouns == behind:d}{min(nouns, 2)}{min(behind, 2)}{min(numbers, 2)}"


def _head(tokens: Sequence[Token], asked: Asked, side: str, last: int) -> list[str]:
    """Return the signs of the last word of a run, and of what follows it."""
    token = tokens[last]
    text, letter = token.text, _LETTERS[token.role]
    behind = "#" if last + 1 == asked.place else _letter(tokens, last + 1)
    actor = "a" if letter == "n" and is_actor(token) else letter
    use, unit = asked.use, asked.unit
    return [
        f"w{text}",
        f"1{text[-1]}",
        f"2{text[-2:]}",
        f"3{text[-1]}|{unit}",
        f"4{text[-2:]}|{unit}",
        f"5{text[-2:]}|{use}",
        f"6{side}{actor}{use}",
        f"7{side}{actor}{unit}",
        f"8{side}{letter}{behind}{use}",
        f"9{side}{_word(tokens, last + 1) if behind != '#' else '#'}",
        f"h{side}{letter}{_word(tokens, last + 1) if behind != '#' else '#'}{_letter(tokens, last + 2)}",
        f"i{text[-2:]}|{asked.kind}{asked.change}",
        *_kinds("H", token, f"|{use}"),
        *_kinds(f"I{side}", token, f"|{unit}"),
        *_kinds("J", token, f"|{asked.kind}{asked.change}"),
    ]


def _kinds(sign: str, token: Token, what: str) -> tuple[str, str]:
    """Return a sign with the class of a word, and with its kin: a word that training never saw has both."""
    fine, coarse = _class(token)
    return f"{sign}f{fine}{what}", f"{sign}c{coarse}{what}"


def _class(token: Token) -> tuple[str, str]:
    if token.role in ("quote", "bracket", "quantity"):
        return token.role, token.role
    return (token.text, token.text) if token.role == "stop" else class_of(token.text)


def _opening(tokens: Sequence[Token], asked: Asked, side: str, first: int) -> list[str]:
    """Return the signs of the first word of a run, and of what stands before it."""
    token = tokens[first]
    letter, before = _LETTERS[token.role], _letter(tokens, first - 1)
    text, word = token.text, _word(tokens, first - 1)
    fine, coarse = _class(tokens[first - 1]) if first else ("^", "^")
    return [
        *_kinds(f"K{side}{coarse}", token, ""),
        f"Lf{side}{fine}|{letter}",
        f"Lc{side}{coarse}|{letter}",
        f"a{side}{before}{letter}",
        f"A{side}{before}{letter}{asked.use}",
        f"p{side}{word}",
        f"P{side}{word}|{letter}",
        f"x{side}{text}",
        f"X{text[:1]}{letter}",
        f"y{side}{_letter(tokens, first - 2)}{before}{letter}",
        f"Y{word}|{text}",
    ]


def _inside(tokens: Sequence[Token], asked: Asked, side: str, first: int, last: int) -> list[str]:
    """Return the signs of the run itself."""
    run = tokens[first : last + 1]
    letters = "".join([_LETTERS[one.role] for one in run])
    left = "+" if first and _LETTERS[tokens[first - 1].role] in "nmaqvr" else "-"
    right = "+" if last + 1 < len(tokens) and _LETTERS[tokens[last + 1].role] in "nmaqv" else "-"
    size = run[-1].end - run[0].start
    use = asked.use
    before = _class(tokens[first - 1])[1] if first else "^"
    return [
        f"U{side}{before}|{_class(run[-1])[1]}",
        f"s{side}{letters}",
        f"S{letters}|{use}",
        f"m{side}{min(len(run), 6)}{left}{right}",
        f"M{side}{left}{right}{letters[0]}{letters[-1]}{use}",
        f"c{size if size < 9 else 9 + size // 5}{use}",
        f"C{letters.count('d')}{letters.count('c')}{letters.count('v')}{letters[-1]}",
        f"j{letters[0]}{_letter(tokens, first - 1)}{letters[-1]}{min(len(run), 4)}",
    ]
