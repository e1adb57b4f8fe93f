"""Lines that look like headlines and are sentences that break off.

A cut in the first dozen characters of a paragraph leaves a short line without a final mark. What it is shows
in its form, its neighbours, and in whether a paragraph somewhere near can only be its rest. What each sign is
worth was fitted by `tools/fit_fragments.py` and stands in `data/reading_order.tsv`, in log odds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from types import MappingProxyType
from typing import Final

from zhengxie_nlp.structure.reading_order.evidence import costs
from zhengxie_nlp.structure.reading_order.language_model import language_model
from zhengxie_nlp.structure.reading_order.paragraph_ends import (
    Stretch,
    ending_of,
    is_wrapped,
    leans_on,
    unpaired_signs,
)
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES, LineRole, Role
from zhengxie_nlp.text.source_text import SourceText

NAMES: Final[frozenset[Role]] = frozenset(("organization", "speaker", "attribution"))
_TITLES: Final[frozenset[Role]] = frozenset(("document_title", "speech_title", "subtitle"))
#: The roles of lines that are nothing else, whatever their wording.
_SURE: Final[frozenset[Role]] = NAMES | {"credit", "note", "dateline", "turn"}
_FINAL: Final = "。！？；：…”）!?;:—"
_SHORTEST: Final = 4
_SHORTEST_BODY, _LONGEST_HEAD = 30, 20
_NEAR: Final = 60
_LEAST_CLOSING, _MOST_CLOSING = -12.0, 4.0
_LEAST_ODDS, _MOST_ODDS = -4.0, 15.0
_TAIL: Final = 40
#: The most that what stands near can say for it.
_BEST_REST: Final = MappingProxyType({"rest_odd": _MOST_ODDS, "rest": _MOST_ODDS})


def _odds_of(signs: Mapping[str, float]) -> float:
    prices = costs()
    return prices["fragment_bias"] + sum(
        amount * prices[f"fragment_{name}"] for name, amount in signs.items()
    )


class Fragments:
    """Judges which lines of a text that look like headlines break off.

    Args:
        text: the clean text in source order.
        roles: what each paragraph is for by its form.
        stretches: its paragraphs, placed by these roles.
    """

    def __init__(self, text: SourceText, roles: Sequence[LineRole], stretches: Sequence[Stretch]) -> None:
        self.text = text
        self.roles = [role.role for role in roles]
        self.stretches = stretches
        self.indents = [paragraph.indent for paragraph in text.paragraphs]
        self.final = [one.text[-1:] in _FINAL for one in stretches]
        self.body_indent = self._body_indent()
        body = [
            one
            for one, role in zip(stretches, self.roles, strict=True)
            if role in BODY_ROLES and one.marker is None and one.text
        ]
        self.starts = frozenset(one.number for one in body if one.undented or one.odd_start)
        self.others = frozenset(one.number for one in body) - self.starts

    def odds(self) -> dict[int, float]:
        """Return the paragraphs that may break off so, with the log odds that they do."""
        prices = costs()
        found: dict[int, float] = {}
        for at in range(1, len(self.stretches)):
            if not self._may_be(at):
                continue
            signs = dict(_BEST_REST)
            odds = 0.0
            for look in (self._own_signs, self._odd_rest, self._other_rest):
                # Most headlines are none whatever stands near them: the dearest sign is asked for last.
                signs |= look(at)
                odds = _odds_of(signs)
                if odds <= prices["fragment_least"]:
                    break
            if odds > prices["fragment_least"]:
                found[at] = odds
        return found

    def candidates(self) -> list[int]:
        """Return the paragraphs that are judged at all."""
        return [at for at in range(1, len(self.stretches)) if self._may_be(at)]

    def signs(self, at: int) -> Mapping[str, float]:
        """Return what of each sign a line shows, by its row in the table without ``fragment_``."""
        return self._own_signs(at) | self._odd_rest(at) | self._other_rest(at)

    def _own_signs(self, at: int) -> dict[str, float]:
        """Return the signs that the line itself and its two neighbours show."""
        line = self.stretches[at].text
        before = self.roles[at - 1]
        after = self.roles[at + 1] if at + 1 < len(self.roles) else None
        closing = language_model().closing(line[-_TAIL:])
        return {
            "closing": max(_LEAST_CLOSING, min(_MOST_CLOSING, closing)),
            "length": math.log(len(line)),
            "comma": float("，" in line),
            "list": float("、" in line),
            "under_name": float(before in NAMES),
            "under_body": float(before in BODY_ROLES and self.final[at - 1]),
            "over_name": float(after in NAMES),
            "over_undented": float(at + 1 in self.starts and self.stretches[at + 1].undented),
            "indented": float(bool(self.body_indent) and self.indents[at] == self.body_indent),
            "wrapped": float(is_wrapped(self.text, at)),
            "owes": float(leans_on(line) or line[-1] in "，、“（《" or bool(unpaired_signs(line)[1])),
            "title": float(self.roles[at] in _TITLES),
            "second": float(at == 1),
            "goes_on": self._odds(at, at + 1) if after in _TITLES or after in BODY_ROLES else 0.0,
        }

    def _odd_rest(self, at: int) -> dict[str, float]:
        """Return whether a paragraph near that starts as none does can be the rest of a line."""
        return {"rest_odd": self._best(at, self.starts)}

    def _other_rest(self, at: int) -> dict[str, float]:
        """Return whether any other paragraph near can only be the rest of a line."""
        return {"rest": self._best(at, self.others)}

    def _may_be(self, at: int) -> bool:
        one, role = self.stretches[at], self.roles[at]
        if len(one.text) < _SHORTEST or self.final[at] or role in _SURE or one.marker is not None:
            return False
        return role not in BODY_ROLES or ending_of(one.text) not in ("bare", "open")

    def _best(self, at: int, starts: Set[int]) -> float:
        """Return how well the best of some paragraphs near reads on after a line."""
        near = range(max(0, at - _NEAR), min(len(self.stretches), at + _NEAR + 1))
        return max(
            (self._odds(at, start) for start in near if start in starts and start not in (at, at + 1)),
            default=_LEAST_ODDS,
        )

    def _odds(self, at: int, start: int) -> float:
        """Return how much better a paragraph reads after a line than as the opening of one."""
        model, right = language_model(), self.stretches[start].text[:_TAIL]
        odds = model.reads_on(self.stretches[at].text[-_TAIL:], right) - model.opening(right)
        return max(_LEAST_ODDS, min(_MOST_ODDS, odds))

    def _body_indent(self) -> int:
        """Return the indent that paragraphs have and headlines have not; 0 if there is none."""
        body: Counter[int] = Counter()
        heads: Counter[int] = Counter()
        for one, indent, final in zip(self.stretches, self.indents, self.final, strict=True):
            if final and len(one.text) >= _SHORTEST_BODY:
                body[indent] += 1
            elif not final and len(one.text) < _LONGEST_HEAD:
                heads[indent] += 1
        usual = max(body, key=lambda indent: (body[indent], indent), default=0)
        return usual if usual and heads[usual] * 3 <= heads.total() else 0
