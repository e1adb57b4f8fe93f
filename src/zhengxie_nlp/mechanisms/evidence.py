"""What speaks for a stretch of text as a device's name, as signs that a trained ranker weighs.

The candidates of one question are the places where a name that ends here may begin, and that there is no
device at all. What is said of the end alone speaks for or against a device; what is said of a beginning
speaks for this beginning.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.lexicon.word_classes import class_of
from zhengxie_nlp.mechanisms.candidates import MechanismCandidate
from zhengxie_nlp.mechanisms.ends import WIDE, share_of
from zhengxie_nlp.mechanisms.heads import COVER, Reading
from zhengxie_nlp.mechanisms.names import possible_starts, rule_start
from zhengxie_nlp.text.segmenters.words import Word

#: A name is no longer than this, in characters before its head, where no list makes it longer.
_LONGEST: Final = 42
_MOST_STARTS: Final = 16
#: So many characters of a clause are looked at before a head.
_SEEN: Final = 80
_NEVER_FIRST: Final = frozenset("，、；：。！？的了着过和与及或并等地得”》）)\n 　")
#: So many characters of a name, from its end and from its beginning, are read as runs of characters.
_NAMED: Final = 16
_OPENING: Final = 12
#: What joins two things inside a name; the first few joints are looked at.
_AND: Final = "和与及"
_JOINTS: Final = frozenset(_AND + "、")
_MOST_JOINTS: Final = 3
_COMMAS: Final = frozenset("，；：。！？\n")


class Surroundings(NamedTuple):
    """The words of a candidate's clause, and where each begins."""

    words: Sequence[Word]
    starts: Sequence[int]


def starts_of(candidate: MechanismCandidate) -> list[int]:
    """Return every place where a name may begin, in order; the rules' own choice is one of them."""
    reading, head, frame = candidate.reading, candidate.head, candidate.frame
    chosen = rule_start(reading, head, frame)
    if head.form == "title":
        return [head.outer.start]
    places = set(possible_starts(reading, head, frame, chosen=chosen))
    clause = reading.clause(head.outer.start)
    least = max(clause.start, head.outer.start - _LONGEST)
    places.update(word.start for word in reading.words(least, head.outer.start))
    if head.form == "quoted":
        places.add(head.outer.start)
    text = reading.covered
    kept = [
        at
        for at in places
        if at <= head.outer.start and text[at] not in _NEVER_FIRST and text[at] != COVER
        and (at == chosen or not _COMMAS.intersection(text[at : head.outer.start]))
        and (candidate.seen.listed or not _joins_verb(candidate, at))
    ]  # fmt: skip
    near = sorted(kept)[-_MOST_STARTS:]
    if chosen not in near and chosen in kept:
        near.insert(0, chosen)
    return near


def _joins_verb(candidate: MechanismCandidate, at: int) -> bool:
    """Say whether a stretch runs from one object over the verb of the next: 履职阵地、|建立|履职机制."""
    reading, stop = candidate.reading, candidate.head.outer.start
    if at >= stop or "、" not in reading.covered[at:stop]:
        return False
    return any(
        reading.covered[verb.span.start - 1] == "、"
        and verb.span.start > at
        and not verb.uses & {"weak", "joined"}
        for verb in reading.verbs(at, stop)
    )


def signs_of_end(candidate: MechanismCandidate, around: Surroundings) -> list[str]:
    """Return what speaks for a device that ends here; no beginning is told from another by it."""
    reading, head, frame, seen = candidate.reading, candidate.head, candidate.frame, candidate.seen
    text, end = reading.covered, head.span.end
    wide = head.use == WIDE
    accepted = "w" if wide else "y" if candidate.score > 0 else "n"
    verb = reading.text[frame.verb.span.start : frame.verb.span.end] if frame.verb else "-"
    distance = min(9, (head.outer.start - frame.verb.span.end) // 3) if frame.verb else "-"
    last, before, behind, after = _words_at(around, end)
    inside = reading.text[head.span.start : end]
    tail = reading.text[max(0, end - 4) : end]
    score = "w" if wide else str(max(-6, min(4, round(candidate.score))))
    fine, coarse = class_of(_written(reading, last)) if last else ("-", "-")
    made = [
        "+",
        f"A{accepted}",
        f"S{score}",
        f"U{head.use}{accepted}",
        f"K{head.kind}{accepted}",
        f"O{head.form}{accepted}",
        f"R{frame.relation}{accepted}",
        f"T{seen.right}{accepted}",
        f"V{seen.verb_use}{seen.right[:5]}",
        f"W{verb}",
        f"w{verb}|{head.use}",
        f"D{distance}{accepted}",
        f"G{seen.generic:d}{seen.quoted:d}{seen.listed:d}{accepted}",
        f"N{seen.in_node:d}{seen.in_article:d}{_in_heading(candidate):d}",
        f"Z{seen.stage}{accepted}{head.use}",
        f"L{min(6, len(seen.modifier) // 2)}{head.use}",
        f"1{tail[-1:]}",
        f"2{tail[-2:]}",
        f"3{tail[-3:]}",
        f"4{tail}",
        f"h{head.word}|{seen.verb_use}",
        f"i{inside[-4:]}|{verb[:2]}",
        f"f{fine}",
        f"c{coarse}|{seen.verb_use}",
        f"s{share_of(tail[-2:])}",
        f"t{share_of(tail[-3:])}",
        f"u{share_of(tail)}",
        f"e{text[end : end + 1]}",
        f"E{text[end : end + 2]}",
    ]
    if before is not None:
        made += [
            f"b{_written(reading, before)}",
            f"B{class_of(_written(reading, before))[0]}",
            f"a{before.tag}",
        ]
    if behind is not None:
        written = _written(reading, behind)
        made += [f"d{written}", f"F{behind.tag}{accepted}", f"g{class_of(written)[1]}"]
    if after is not None:
        made.append(f"j{_written(reading, after)}")
    return made + _name_signs(candidate) + _clause_signs(candidate, around)


def _name_signs(candidate: MechanismCandidate) -> list[str]:
    """Return the signs of the wording of the name as the rules draw it: what kind of thing it may be."""
    name = candidate.reading.text[candidate.span.start : candidate.span.end][-_NAMED:]
    return [f"m{one}" for one in _grams(name, 2, 3)] + [f"5{name[-5:]}", f"6{name[-6:]}"]


def _grams(text: str, *lengths: int) -> list[str]:
    """Return the runs of so many characters that stand in a text, each once, in order."""
    runs = (text[at : at + length] for length in lengths for at in range(len(text) - length + 1))
    return list(dict.fromkeys(runs))


def _clause_signs(candidate: MechanismCandidate, around: Surroundings) -> list[str]:
    """Return the signs of what stands before the name's region in its clause, and where the clause stands."""
    reading, head, frame = candidate.reading, candidate.head, candidate.frame
    text = reading.covered
    clause = reading.clause(head.outer.start)
    stop = frame.verb.span.start if frame.verb else frame.region.start
    made = [f"x{text[clause.start - 1 : clause.start] if clause.start else '^'}"]
    if around.words:
        made.append(f"y{_written(reading, around.words[0])}")
    for word in around.words[: bisect_left(around.starts, stop)][-8:]:
        written = _written(reading, word)
        made += [f"k{written}", f"l{class_of(written)[1]}"]
    opening = reading.sentence_start(head.outer.start)
    made.append(f"o{text[opening : opening + 2]}")
    if opening < clause.start:
        made.append(f"p{text[max(opening, clause.start - 3) : clause.start]}")
    quoted = text[max(clause.start, head.outer.start - _SEEN) : head.outer.start]
    made.append(f"q{'“' in quoted:d}{'《' in quoted:d}{min(3, quoted.count('、'))}")
    return made + [f"v{word}" for word in _framing() if word in quoted]


@cache
def _framing() -> tuple[str, ...]:
    """Return the words that may say whose device it is, or that it is a topic only."""
    rows = read_table("mechanism_words.tsv")
    return tuple(row["word"] for row in rows if row["list"] == "framing")


def signs_of_start(candidate: MechanismCandidate, at: int, *, chosen: int, around: Surroundings) -> list[str]:
    """Return what speaks for a name's beginning at `at`; `chosen` is where the rules let it."""
    reading, head, frame = candidate.reading, candidate.head, candidate.frame
    text = reading.covered
    inside = text[at : head.outer.start]
    place = bisect_left(around.starts, at)
    word = around.words[place] if place < len(around.words) and around.starts[place] == at else None
    before = around.words[place - 1] if place else None
    rule = "y" if at == chosen else "l" if at < chosen else "r"
    use = "w" if head.use == WIDE else "k"
    verb = frame.verb
    direct = "-" if verb is None else "=" if verb.span.end == at else "<" if at < verb.span.end else ">"
    left, first = text[at - 1 : at] or "^", text[at : at + 1]
    written = _written(reading, word) if word else inside[:2]
    previous = _written(reading, before) if before and before.end == at else "^"
    kin = class_of(previous)[1] if previous != "^" else "^"
    fine, coarse = class_of(written)
    tag = word.tag if word else "-"
    previous_tag = before.tag if before and before.end == at else "^"
    verbs = reading.verbs(at, head.outer.start) if at < head.outer.start else []
    size = len(inside)
    described = _written(reading, around.words[place - 2]) if left == "的" and place > 1 else "-"
    opens = bool(verbs) and verbs[0].span.start == at
    return [
        f"!x{described}",
        f"!o{opens:d}{direct}{rule}",
        f"!r{rule}{direct}",
        f"!R{rule}{use}{frame.relation}",
        f"!l{left}",
        f"!L{left}{first}",
        f"!p{previous}",
        f"!P{kin}|{tag}",
        f"!w{written}",
        f"!W{coarse}|{left if left in '、的，“' else '-'}",
        f"!f{fine}",
        f"!t{previous_tag}{tag}",
        f"!T{previous_tag}{tag}{direct}{rule}",
        f"!v{min(2, len(verbs))}{rule}",
        f"!V{text[verbs[0].span.start : verbs[0].span.end] if verbs else '-'}",
        f"!a{min(3, inside.count('、'))}{head.kind}",
        f"!d{min(2, inside.count('的'))}{rule}",
        f"!q{'“' in inside:d}{first == '“':d}",
        f"!s{min(12, size // 2)}{use}",
        f"!S{size == 0:d}{head.use}",
        f"!e{'等' in inside:d}{'，' in inside:d}{candidate.seen.listed:d}",
        f"!n{first if first in '以由对' else '-'}{direct}",
        f"!h{head.word}|{min(3, size // 2)}",
        *_edge_signs(reading, candidate, at),
    ]


def _edge_signs(reading: Reading, candidate: MechanismCandidate, at: int) -> list[str]:
    """Return the signs of how a name reads that begins at `at`, and of the characters that it would part.

    What joins or describes inside it shows whether it takes in more than one thing (主题党日和组织生活制度),
    and what stands behind the head whether its first word is a preposition of the clause (以…为统领).
    """
    head = candidate.head
    name = reading.text[at : head.span.end]
    inside = reading.covered[at : head.outer.start]
    described = inside.find("的")
    joints = [place for place, sign in enumerate(inside) if sign in _JOINTS]
    behind = reading.covered[head.outer.end : head.outer.end + 1]
    return [
        f"!b{inside[:1]}{behind}",
        f"!D{name[:2]}{described >= 0:d}",
        f"!3{name[:3]}",
        f"!B{reading.text[max(0, at - 2) : at]}",
        f"!Q{inside[max(0, described - 2) : described] if described >= 0 else '-'}",
        f"!N{name.count('的')}{name.count('、')}{sum(name.count(sign) for sign in _AND)}",
        *(f"!m{one}" for one in _grams(inside[:_OPENING], 2)),
        *(f"!y{inside[place + 1 : place + 3]}" for place in joints[:_MOST_JOINTS]),
    ]


def _written(reading: Reading, word: Word) -> str:
    return reading.covered[word.start : word.end]


def _words_at(around: Surroundings, end: int) -> tuple[Word | None, Word | None, Word | None, Word | None]:
    """Return the word that ends here, the one before it, and the two behind."""
    place = bisect_left(around.starts, end)
    words = around.words

    def at(index: int) -> Word | None:
        return words[index] if 0 <= index < len(words) else None

    return at(place - 1), at(place - 2), at(place), at(place + 1)


def _in_heading(candidate: MechanismCandidate) -> bool:
    owner = candidate.reading.context.owner(candidate.head.span.start)
    heading = owner[1].heading if owner is not None and owner[1] is not None else None
    return heading is not None and heading.start <= candidate.head.span.start < heading.end
