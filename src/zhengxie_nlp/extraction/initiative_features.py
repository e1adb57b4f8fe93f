"""What speaks for and against a clause being an initiative, and what the rules alone say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from zhengxie_nlp.extraction.clauses import Clause
from zhengxie_nlp.extraction.initiative_predicates import Predicate, can_act
from zhengxie_nlp.extraction.initiative_words import longest_end, pattern, role
from zhengxie_nlp.lexicon import longest_word, read_table
from zhengxie_nlp.text.source_text import Span

Features = Mapping[str, float | str]


@cache
def _weights() -> dict[str, float]:
    """Return what the rules give each feature, in log-odds."""
    return {row["feature"]: float(row["weight"]) for row in read_table("initiative_weights.tsv")}


def features_of(
    text: str, clause: Clause, *, predicate: Predicate, facts: Mapping[str, bool]
) -> dict[str, float | str]:
    """Return the features of a clause: what its verb, object, surroundings and figures are.

    Args:
        text: a clean text.
        clause: the clause.
        predicate: what it says.
        facts: what other records say of it: ``counted`` (a count says what came of it), ``number`` (it holds
            a quantity), ``device`` (it holds a mechanism), ``in_plan`` (all is planned in its passage).
    """
    kind = predicate.verb.kind if predicate.verb else ""
    words = set(predicate.adverbs)
    told: dict[str, float | str] = {
        "kind": kind,
        "opens": text[clause.span.start : clause.span.start + 2],
        "before": clause.before or "-",
        "after": clause.after or "-",
        "marker": clause.node.marker.style if clause.node.marker else "-",
        "place": float(min(clause.place, 4)),
        "leads_in": float(clause.after == "：" and not facts["device"]),
        "heading": float(clause.heading),
    }
    told.update({name: float(bool(words & role(name))) for name in ("ongoing", "done", "planned")})
    told.update({name: float(fact) for name, fact in facts.items()})
    told.update(_of_object(text, predicate.object, clause=clause, counted=facts["counted"]))
    told.update(_of_surroundings(text, clause, predicate=predicate))
    told.update(_of_action(text, clause, predicate=predicate))
    told["kind,abstract"] = f"{kind},{told['abstract']:.0f}"
    told["kind,checkable"] = f"{kind},{max(told['checkable'], told['named'], told['device']):.0f}"
    told["kind,number,counted"] = f"{kind},{told['number']:.0f},{told['counted']:.0f}"
    # Of a verb that no list knows, what it does to what, and how often, says most.
    told["unknown,number"] = float(not kind and bool(told["number"]))
    told["unknown,object"] = float(not kind and predicate.object is not None)
    told["rules"] = rule_score(told)
    told.update(_of_wording(text, clause, head=predicate.head))
    told["suggested"] = _suggested(text, clause.span.start)
    return told


#: How far before a clause what is suggested may be announced, in characters.
_SUGGESTED_NEAR: Final = (30, 120, 400)


def _suggested(text: str, start: int) -> str:
    """Return how far before a clause something is suggested: what others ought to do is no deed of ours."""
    at = max(text.rfind(word, max(0, start - _SUGGESTED_NEAR[-1]), start) for word in role("suggests"))
    return next((str(near) for near in _SUGGESTED_NEAR if at >= 0 and start - at <= near), "-")


def _of_wording(text: str, clause: Clause, *, head: str) -> dict[str, float | str]:
    """Return what the characters tell, of which training sees enough where it has not seen the words.

    A verb that no list knows shares its characters with verbs that it does; the names that end with ``*``
    are strings each character of which counts (`estimators.EACH`).
    """
    whole = text[clause.span.start : clause.span.end]
    return {
        "characters*": whole,
        "last": whole[-1:],
        "last_two": whole[-2:],
        "last_three": whole[-3:],
        "verb_first": head[:1],
        "verb_last": head[-1:],
        "verb_length": str(len(head)),
    }


def _of_object(text: str, span: Span | None, *, clause: Clause, counted: bool) -> dict[str, float | str]:
    words = text[span.start : span.end] if span else ""
    whole = text[clause.span.start : clause.span.end]
    bare = words.rstrip("”》）")
    end = len(bare)
    length = longest_end(bare, end, words=role("abstract"), start=0, most=5)
    # “办证难”问题 has a name of its own.
    abstract = length > 0 and bare[: end - length][-1:] != "”"
    return {
        "object_end": words[-2:] or "-",
        "bare": float(not words and not counted),
        "named": float("“" in whole or "”" in words),
        "book": float("《" in whole),
        "checkable": float(longest_end(bare, end, words=role("checkable"), start=0, most=5) > 0),
        "abstract": float(abstract and not counted),
        "empty_object": float(bool(pattern("empty_object").match(words))),
        "listed": float("、" in words),
        "long": float(len(words) > 12),
        "one_word": float(0 < len(words) <= 3),
    }


#: Patterns of `data/initiative_patterns.tsv` that say what the whole clause looks like.
_LOOKS: Final = ("locative", "participants", "have", "compare", "limit", "each", "bearer")
#: What may open a clause; and what, right after its verb, makes it another word (登记率) or a deed done.
_OPENINGS: Final = frozenset("由对把将向给为从在到与和同")
_ENDINGS: Final = frozenset("率费量值额难性者员点面上的了过着到至出成起于")


def _of_action(text: str, clause: Clause, *, predicate: Predicate) -> dict[str, float | str]:
    """Return what the whole clause looks like, and where in it the verb stands and what follows it."""
    start, end = clause.span
    whole = text[start:end]
    action = predicate.action
    following = text[action.end : min(end, action.end + 1)]
    return {
        **{name: float(bool(pattern(name).search(whole))) for name in _LOOKS},
        "opening": whole[0] if whole[0] in _OPENINGS else "-",
        "following": following if following in _ENDINGS else "-",
        "action_length": str(min(action.end - action.start, 5)),
        "action_place": str(min((action.start - start) // 4, 4)),
        "action_last": float(action.end >= end),
    }


@cache
def _slogans() -> re.Pattern[str]:
    return re.compile(longest_word(role("slogan")))


def _of_surroundings(text: str, clause: Clause, *, predicate: Predicate) -> dict[str, float | str]:
    start, end = clause.span
    whole = text[start:end]
    opening = predicate.words[0].text if predicate.words else ""
    ground = opening in role("ground") and not predicate.action.start - start < 30
    subject = predicate.subject
    return {
        "ground": float(ground or (opening in role("ground") and predicate.verb is None)),
        "means": float(whole.startswith(("通过", "采取", "运用好", "充分发挥", "充分利用"))),
        "stance": float(bool(pattern("stance").match(whole))),
        "passive": float(bool(pattern("passive").search(whole))),
        "others": float(bool(pattern("others").match(whole))),
        "negated": float(bool(pattern("negated").search(text, start, predicate.action.end + 1))),
        "slogan": float(_slogans().search(whole) is not None),
        "thing": float(subject is not None and not can_act(text, subject) and predicate.object != subject),
        "agent": float(subject is not None and can_act(text, subject)),
        "fronted": float(subject is not None and predicate.object == subject),
        "modal": float(bool(pattern("modal").search(whole))),
        "we": float(bool(pattern("we").match(whole))),
        "perfect": float("了" in whole),
        "nominal": float(whole.endswith("的")),
        "asks": float(bool(pattern("asks").search(whole))),
        "is": float(bool(pattern("is").match(whole))),
        "figure": float(
            bool(
                pattern("figure").search(whole)
                if predicate.verb is None
                else pattern("figure").match(text, predicate.action.start, end)
            )
        ),
        "told": float(bool(pattern("told").search(whole[: max(0, predicate.action.start - start)]))),
        "share": float(whole.endswith(("%", "个百分点", "倍", "‰"))),
        "subject_end": text[max(start, subject.end - 2) : subject.end] if subject else "-",
        "in_quotes": float(
            text.rfind("“", max(0, start - 200), start) > text.rfind("”", max(0, start - 200), start)
        ),
        "length": min(len(whole), 60) / 20,
    }


def rule_score(told: Features) -> float:
    """Return what the rules alone say of a clause: the logarithm of its odds to be an initiative."""
    weights, kind = _weights(), str(told["kind"])
    total = weights["bias"] + weights[f"kind={kind}"]
    said = 0.0
    for name, weight in weights.items():
        value = told.get(name)
        if value:
            said += weight * float(value)
    total += said
    if kind in ("result", "reaction", "attitude", "purpose") and told["counted"]:
        # A count makes a deed checkable, but not what is none.
        total -= weights["counted"]
    if kind in ("make", "pivot") and told["abstract"]:
        total += weights["made,abstract"]
    if not kind and told["thing"]:
        total += weights["unknown,thing"]
    return total
