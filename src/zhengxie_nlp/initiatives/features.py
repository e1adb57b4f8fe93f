"""What speaks for and against a clause being an initiative, and what the rules alone say of it.

A feature that is not there is 0: only what holds is entered. The order in which features are entered is the
order in which their weights are added up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.context.clauses import Clause
from zhengxie_nlp.context.lexemes import endings, pattern, role
from zhengxie_nlp.initiatives.predicates import Predicate
from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.lexicon.tables import longest_word, read_table

#: Features by name, in order.
Features = dict[str, float | str]

#: How far before a clause what is suggested may be announced, in characters.
_SUGGESTED_NEAR: Final = (30, 120, 400)
#: So far back a quotation may have begun.
_QUOTED_NEAR: Final = 200
#: What may open a clause; and what, right after its verb, makes it another word (登记率) or a deed done.
_OPENINGS: Final = frozenset("由对把将向给为从在到与和同")
_ENDINGS: Final = frozenset("率费量值额难性者员点面上的了过着到至出成起于")
#: Patterns of `data/initiative_patterns.tsv` that say what the whole clause looks like, as they are entered.
_TREATED: Final = ("stance", "passive", "others")
_SPEAKING: Final = ("modal", "we")
_EXPLAINING: Final = ("asks", "is")
_LOOKS: Final = ("locative", "participants", "have", "compare", "limit", "each", "bearer")


class Facts(NamedTuple):
    """What other records, and what stands around it, say of a clause.

    Attributes:
        counted: a count says what came of it.
        number: it holds a quantity.
        device: it holds a mechanism.
        in_plan: all is planned in its passage.
        suggested: how far before it something is suggested (`Suggestions`).
    """

    counted: bool = False
    number: bool = False
    device: bool = False
    in_plan: bool = False
    suggested: str = "-"


class Suggestions:
    """Where in a text something is suggested: what others ought to do is no deed of ours.

    Args:
        text: a clean text.

    Example:
        >>> Suggestions("建议开展活动，落实责任。").before(7)
        '30'
    """

    __slots__ = ("_ends", "_starts")

    def __init__(self, text: str) -> None:
        found = [match.span() for match in re.finditer(longest_word(role("suggests")), text)]
        self._starts = [start for start, _ in found]
        self._ends = [end for _, end in found]

    def before(self, at: int) -> str:
        """Return how far before a clause that begins at `at` something is suggested; "-" for nowhere near."""
        place = bisect_right(self._ends, at) - 1
        if place < 0:
            return "-"
        far = at - self._starts[place]
        return next((str(near) for near in _SUGGESTED_NEAR if far <= near), "-")


def features_of(text: str, clause: Clause, *, predicate: Predicate, facts: Facts) -> Features:
    """Return the features of a clause: what its verb, object, surroundings and figures are.

    Args:
        text: a clean text.
        clause: the clause.
        predicate: what it says.
        facts: what else is known of it.
    """
    start, end = clause.span
    whole = text[start:end]
    kind = predicate.verb.kind if predicate.verb else ""
    told: Features = {
        "kind": kind,
        "opens": text[start : start + 2],
        "before": clause.before or "-",
        "after": clause.after or "-",
        "marker": clause.node.marker.style if clause.node.marker else "-",
    }
    _tell_place(told, clause, facts, predicate.manner)
    _tell_object(told, text, whole, predicate, facts.counted)
    _tell_treatment(told, text, clause, whole, predicate)
    _tell_wording(told, text, clause, whole, predicate)
    _tell_action(told, text, clause, whole, predicate)
    _tell_pairs(told, kind, predicate)
    told["characters*"] = whole
    told["last"] = whole[-1:]
    told["last_two"] = whole[-2:]
    told["last_three"] = whole[-3:]
    # A verb that no list knows shares its characters with verbs that it does.
    told["verb_first"] = predicate.head[:1]
    told["verb_last"] = predicate.head[-1:]
    told["verb_length"] = str(len(predicate.head))
    told["suggested"] = facts.suggested
    return told


def _tell_place(told: Features, clause: Clause, facts: Facts, manner: frozenset[str]) -> None:
    """Enter where the clause stands, what stands before its verb, and what other records say of it."""
    if clause.place:
        told["place"] = float(min(clause.place, 4))
    if clause.after == "：" and not facts.device:
        told["leads_in"] = 1.0
    if clause.heading:
        told["heading"] = 1.0
    if manner:
        for name in ("ongoing", "done", "planned"):
            if name in manner:
                told[name] = 1.0
    if facts.counted:
        told["counted"] = 1.0
    if facts.number:
        told["number"] = 1.0
    if facts.device:
        told["device"] = 1.0
    if facts.in_plan:
        told["in_plan"] = 1.0


def _tell_object(told: Features, text: str, whole: str, predicate: Predicate, counted: bool) -> None:
    """Enter what the object is: whether somebody could check it."""
    span = predicate.object
    words = text[span.start : span.end] if span else ""
    told["object_end"] = words[-2:] or "-"
    if not words and not counted:
        told["bare"] = 1.0
    if "“" in whole or "”" in words:
        told["named"] = 1.0
    if "《" in whole:
        told["book"] = 1.0
    bare = words.rstrip("”》）")
    end = len(bare)
    if endings("checkable").longest(bare, end, start=0):
        told["checkable"] = 1.0
    if not counted:
        length = endings("abstract").longest(bare, end, start=0)
        # “办证难”问题 has a name of its own.
        if length and bare[: end - length][-1:] != "”":
            told["abstract"] = 1.0
    if pattern("empty_object").match(words):
        told["empty_object"] = 1.0
    if "、" in words:
        told["listed"] = 1.0
    if len(words) > 12:
        told["long"] = 1.0
    elif 0 < len(words) <= 3:
        told["one_word"] = 1.0


@cache
def _searches(names: tuple[str, ...]) -> tuple[tuple[str, Callable[[str], object]], ...]:
    """Return patterns by their names, as functions to ask."""
    return tuple((name, pattern(name).search) for name in names)


def _tell_looks(told: Features, whole: str, names: tuple[str, ...]) -> None:
    """Enter which of some patterns the clause holds."""
    for name, search in _searches(names):
        if search(whole):
            told[name] = 1.0


@cache
def _slogans() -> re.Pattern[str]:
    return re.compile(longest_word(role("slogan")))


def _tell_treatment(told: Features, text: str, clause: Clause, whole: str, predicate: Predicate) -> None:
    """Enter whether a clause only gives a ground or a means, who does what to whom, and what it says not."""
    start = clause.span.start
    at = predicate.action.start
    if "ground" in predicate.words[0].roles and (at - start >= 30 or predicate.verb is None):
        told["ground"] = 1.0
    if whole.startswith(tuple(closed_words("means opening"))):
        told["means"] = 1.0
    _tell_looks(told, whole, _TREATED)
    if pattern("negated").search(text, start, predicate.action.end + 1):
        told["negated"] = 1.0
    if _slogans().search(whole):
        told["slogan"] = 1.0
    subject = predicate.subject
    if subject is not None:
        fronted = predicate.object == subject
        if predicate.acts:
            told["agent"] = 1.0
        elif not fronted:
            told["thing"] = 1.0
        if fronted:
            told["fronted"] = 1.0


def _tell_wording(told: Features, text: str, clause: Clause, whole: str, predicate: Predicate) -> None:
    """Enter who speaks in a clause, whether it explains or tells a figure, and what stands around it."""
    start, end = clause.span
    at, subject = predicate.action.start, predicate.subject
    _tell_looks(told, whole, _SPEAKING)
    if "了" in whole:
        told["perfect"] = 1.0
    if whole.endswith("的"):
        told["nominal"] = 1.0
    _tell_looks(told, whole, _EXPLAINING)
    figure = pattern("figure")
    if figure.search(whole) if predicate.verb is None else figure.match(text, at, end):
        told["figure"] = 1.0
    if pattern("told").search(whole[: max(0, at - start)]):
        told["told"] = 1.0
    if whole.endswith(tuple(closed_words("share end"))):
        told["share"] = 1.0
    told["subject_end"] = text[max(start, subject.end - 2) : subject.end] if subject else "-"
    near = max(0, start - _QUOTED_NEAR)
    if text.rfind("“", near, start) > text.rfind("”", near, start):
        told["in_quotes"] = 1.0
    told["length"] = min(len(whole), 60) / 20


def _tell_action(told: Features, text: str, clause: Clause, whole: str, predicate: Predicate) -> None:
    """Enter what the whole clause looks like, and where in it the verb stands and what follows it."""
    start, end = clause.span
    action = predicate.action
    _tell_looks(told, whole, _LOOKS)
    following = text[action.end] if action.end < end else ""
    told["opening"] = whole[0] if whole[0] in _OPENINGS else "-"
    told["following"] = following if following in _ENDINGS else "-"
    told["action_length"] = str(min(action.end - action.start, 5))
    told["action_place"] = str(min((action.start - start) // 4, 4))
    if action.end >= end:
        told["action_last"] = 1.0


def _tell_pairs(told: Features, kind: str, predicate: Predicate) -> None:
    """Enter what a kind of verb does to what, and how often; and the rules' score of it all."""
    checkable = "checkable" in told or "named" in told or "device" in told
    told["kind,abstract"] = f"{kind},{'abstract' in told:d}"
    told["kind,checkable"] = f"{kind},{checkable:d}"
    told["kind,number,counted"] = f"{kind},{'number' in told:d},{'counted' in told:d}"
    if not kind:
        # Of a verb that no list knows, this says most.
        if "number" in told:
            told["unknown,number"] = 1.0
        if predicate.object is not None:
            told["unknown,object"] = 1.0
    score = rule_score(told)
    if score:
        told["rules"] = score


@cache
def _weights() -> dict[str, float]:
    """Return what the rules give each feature, in log-odds."""
    return {row["feature"]: float(row["weight"]) for row in read_table("initiative_weights.tsv")}


@cache
def _weighed() -> tuple[str, ...]:
    """Return the features that count by themselves, in the order in which they are added up."""
    return tuple(name for name in _weights() if name != "bias" and "=" not in name and "," not in name)


def rule_score(told: Mapping[str, float | str]) -> float:
    """Return what the rules alone say of a clause: the logarithm of its odds to be an initiative.

    Args:
        told: the features of the clause.
    """
    weights, kind = _weights(), str(told["kind"])
    total = weights["bias"] + weights[f"kind={kind}"]
    said = 0.0
    for name in filter(told.__contains__, _weighed()):
        said += weights[name] * float(told[name])
    total += said
    if kind in ("result", "reaction", "attitude", "purpose") and "counted" in told:
        # A count makes a deed checkable, but not what is none.
        total -= weights["counted"]
    if kind in ("make", "pivot") and "abstract" in told:
        total += weights["made,abstract"]
    if not kind and "thing" in told:
        total += weights["unknown,thing"]
    return total
