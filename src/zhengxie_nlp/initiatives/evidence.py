"""What a trained model is told of a clause beside the rules' features: its words, and the clauses around it.

Words stand for themselves and for their class (`lexicon.word_classes`), so that a verb no list knows is near
those that lists know. Deeds come in rows: what the clauses before and behind say counts too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Protocol

from zhengxie_nlp.context.clauses import Clause
from zhengxie_nlp.context.lexemes import Lexeme
from zhengxie_nlp.initiatives.features import Features
from zhengxie_nlp.initiatives.predicates import Predicate
from zhengxie_nlp.lexicon.memo import Memo
from zhengxie_nlp.lexicon.word_classes import UNKNOWN, class_of

#: Tags of words whose class says nothing.
_EMPTY: Final = frozenset(("w", "m", "x", "q", "u", "uj", "name", "time"))
#: A number in digits.
NUMBER: Final = re.compile(r"[0-9][0-9.,%]*+")
#: A clause is told by so many of its first and last words.
_EDGE: Final = 3
_MOST_WORDS: Final = 80


class Told(Protocol):
    """A clause that was read."""

    @property
    def clause(self) -> Clause:
        """The clause."""

    @property
    def predicate(self) -> Predicate:
        """What it says."""


def shown(word: Lexeme) -> str:
    """Return a word as features name it: all names alike, and all numbers."""
    return "“”" if word.tag == "name" else _plain[word.text]


# "=" parts a feature from its value.
_plain: Final[Memo[str, str]] = Memo(lambda text: NUMBER.sub("0", text).replace("=", "＝"), most=1 << 14)


def object_head(predicate: Predicate) -> str:
    """Return the last word of a clause behind its action that says something; or ""."""
    return next(
        (word.text for word in reversed(predicate.words[predicate.beyond :]) if word.tag not in _EMPTY), ""
    )


def add_words(row: Features, predicate: Predicate) -> None:
    """Enter the words of a clause, their tags and classes, and what its verb does to what.

    Args:
        row: the features of the clause.
        predicate: what it says.
    """
    words = predicate.words[:_MOST_WORDS]
    texts, tags = [shown(word) for word in words], [word.tag for word in words]
    for text in texts:
        row[f"w{text}"] = 1.0
    for one, two in pairwise(texts):
        row[f"w{one} {two}"] = 1.0
    for one, two in pairwise(tags):
        row[f"t{one} {two}"] = 1.0
    for one, two, three in zip(tags, tags[1:], tags[2:], strict=False):
        row[f"t{one} {two} {three}"] = 1.0
    for tag in tags:
        row[f"t{tag}"] = 0.5 + float(row.get(f"t{tag}", 0.0))
    for place in range(min(_EDGE, len(words))):
        row[f"word{place}"], row[f"tag{place}"] = texts[place], tags[place]
        row[f"word-{place}"], row[f"tag-{place}"] = texts[-1 - place], tags[-1 - place]
    for word in words:
        if word.tag not in _EMPTY:
            fine, coarse = class_of(word.text)
            row[f"c{fine}"] = row[f"k{coarse}"] = 0.7
    head = predicate.head
    fine, coarse = class_of(head)
    last = object_head(predicate)
    last_fine, last_coarse = class_of(last) if last else UNKNOWN
    at = min(predicate.at, len(words) - 1)
    row["verb"], row["verb_tag"] = texts[at], tags[at]
    row["verb_next"] = tags[predicate.beyond] if predicate.beyond < len(tags) else "-"
    row["verb,last"] = f"{head},{texts[-1]}".replace("=", "＝")
    row["verb,last_tag"] = f"{head},{tags[-1]}".replace("=", "＝")
    row["verb_class"], row["verb_kin"] = fine, coarse
    row["object_class"], row["object_kin"] = last_fine, last_coarse
    row["kin,kin"], row["class,kin"] = f"{coarse},{last_coarse}", f"{fine},{last_coarse}"
    row["first_class"] = class_of(words[0].text)[0]


def add_neighbours(rows: Sequence[Features], told: Sequence[Told]) -> None:
    """Enter into the features of each clause what its neighbours do.

    Args:
        rows: the features of all clauses of a document, in order.
        told: the clauses.
    """
    classes = [class_of(one.predicate.head) for one in told]
    for place, row in enumerate(rows):
        clause = told[place].clause
        row["marks"] = f"{clause.before}|{clause.after}"
        row["near_start"] = min(clause.place, 4) / 2
        row["in_document"] = place / len(rows)
        for name, other in (("previous", place - 1), ("next", place + 1)):
            if 0 <= other < len(told):
                same = "," if told[other].clause.sentence == told[place].clause.sentence else ""
                row[f"{name}_class"] = classes[other][0] + same
                row[f"{name}_kin"] = classes[other][1] + same
                row[f"{name}_kind"] = str(rows[other]["kind"]) + same
                row[f"{name}_last"] = str(rows[other]["last_two"]).replace("=", "＝")
