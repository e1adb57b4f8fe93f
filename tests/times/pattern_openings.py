"""What a regular expression can begin with: so that tests hold the tables of openings to the shapes."""

import re._constants as c
import re._parser as parser
from itertools import product

FIGURES = "0123456789"
_MOST = 2


def openings(pattern):
    """Return the pairs that a pattern can begin with; all figures of a number count as one character."""
    found = _of(parser.parse(pattern))
    assert all(len(opening) == _MOST for opening in found), f"{pattern} can be shorter than {_MOST}"
    return {pair for one in found for pair in product(*(FIGURES if sign == "0" else sign for sign in one))}


def _of(items):
    done, short = set(), {""}
    for kind, value in items:
        if short and kind not in (c.ASSERT, c.ASSERT_NOT, c.AT):
            found = {_joined(one, more) for one in short for more in _of_item(kind, value)}
            short = {opening for opening in found if len(opening) < _MOST}
            done |= found - short
    return done | short


def _of_item(kind, value):
    if kind is c.LITERAL:
        return {_sign(chr(value))}
    if kind is c.IN:
        return set().union(*map(_of_choice, value))
    if kind is c.BRANCH:
        return set().union(*map(_of, value[1]))
    if kind is c.SUBPATTERN:
        return _of(value[3])
    assert kind in (c.MAX_REPEAT, c.POSSESSIVE_REPEAT), kind
    least, most, repeated = value
    found, run = set() if least else {""}, {""}
    for times in range(1, min(most, _MOST + 1) + 1):
        run = {_joined(one, more) for one in run for more in _of(repeated)}
        found |= run if times >= least else set()
    return found


def _of_choice(choice):
    kind, value = choice
    if kind is c.LITERAL:
        return {_sign(chr(value))}
    if kind is c.RANGE:
        return {_sign(chr(sign)) for sign in range(value[0], value[1] + 1)}
    assert (kind, value) == (c.CATEGORY, c.CATEGORY_DIGIT)
    return {"0"}


def _sign(sign):
    return "0" if sign in FIGURES else sign


def _joined(opening, more):
    for sign in more:
        if not (sign == "0" and opening[-1:] == "0"):
            opening += sign
    return opening[:_MOST]
