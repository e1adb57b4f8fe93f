"""Readings: expressions on their way to quantities, which the rules complete one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.tokens import Phrasing, Token
from zhengxie_nlp.quantities.expression import Expression
from zhengxie_nlp.quantities.rates import Rate
from zhengxie_nlp.text.source_text import Span


@dataclass(slots=True)
class Reading:
    """An expression on its way to a quantity; `after_rate` says whether its clause has a rate before it.

    `chosen` says which rule chose a field that the expression does not have.
    """

    expression: Expression
    clause: Span
    sentence: Span
    before: int
    after: int
    span: Span
    rule: str
    per: str | None = None
    change: str | None = None
    uses: tuple[Span, ...] = ()
    parts: tuple[tuple[str, Span], ...] = ()
    after_rate: bool = False
    touching: bool = False
    chosen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """The text that is read, and the quantities read so far."""

    context: Context
    text: str
    phrasing: Phrasing
    rates: list[Rate]
    starts: list[int]
    readings: list[Reading]

    def tokens(self, start: int, end: int) -> list[Token]:
        """Return a stretch of the text as tokens."""
        return self.phrasing.tokens(start, end)


#: Fills what a reading still lacks.
Rule = Callable[[View, Reading], None]
