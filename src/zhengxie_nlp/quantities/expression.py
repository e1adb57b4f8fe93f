"""What the shapes make of a numeral: an expression of quantity, and, while it grows, a measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from zhengxie_nlp.records import Bound
from zhengxie_nlp.text.numerals import Numeral
from zhengxie_nlp.text.source_text import Span


class Expression(NamedTuple):
    """A numeral with its unit and bounds: 不超过3个, 2至3次, 三分之一, 2700余人次.

    Attributes:
        span: all its characters.
        numeral: the characters of the number itself.
        rule: the shape that matched, from `expressions.SHAPES`.
        value, low, high, bound, unit, kind: as in the guideline, §2.
        use: how the unit finds what is counted, from `data/units.tsv`.
        last: the index of the last numeral it is made of.
        parts: the named characters it is built on.
        fraction: numerator and denominator as written, “1/3”, of a fraction; else None.
        shared: of a range: only its end has the unit (5至10度).
        chosen: the rule that chose a field, where it was not the shape.
    """

    span: Span
    numeral: Span
    rule: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound = "exact"
    unit: str | None = None
    kind: str = "count"
    use: str = "thing"
    last: int = 0
    parts: tuple[tuple[str, Span], ...] = ()
    fraction: str | None = None
    shared: bool = False
    chosen: Mapping[str, str] = MappingProxyType({})


#: Reads the numeral at an index as the beginning of an expression, under the name of the rule.
Shape = Callable[[str, list[Numeral], int, str], Expression | None]
