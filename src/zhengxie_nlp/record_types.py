"""One row for each type of record: everything that other rooms need to know of it stands here, once.

A new type is a model in `records`, a row here, and a room of its own that finds it.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from zhengxie_nlp.records import Initiative, Mechanism, NumeralTerm, Quantity, Time

RecordType = Literal["quantity", "numeral_term", "time", "mechanism", "initiative"]
RecordModel = type[Quantity] | type[NumeralTerm] | type[Time] | type[Mechanism] | type[Initiative]


class TypeRow(NamedTuple):
    """What a type of record is called in each place, and how it is treated.

    Attributes:
        model: the Pydantic model of its records.
        letter: what their ids, and their lines in annotations by hand, begin with.
        plural: its English plural, also the key of its spans in a spaCy Doc.
        title: its Chinese name, the title of its section in a summary.
        scored: the fields that the scorer judges on matched records, in the order of the report.
        refs: the fields that point at characters of the source, or at other records by them.
        contest: its place among the types that contend for the same characters, the first one wins; None for
            phrases and clauses, which hold other records and stand outside the contest.
        categorised: whether its records get one of the four categories.
        inside: whether an initiative lists those inside its clause, in the field `plural`.
    """

    model: RecordModel
    letter: str
    plural: str
    title: str
    scored: tuple[str, ...]
    refs: tuple[str, ...] = ()
    contest: int | None = None
    categorised: bool = False
    inside: bool = False


RECORD_TYPES: Final[dict[RecordType, TypeRow]] = {
    "quantity": TypeRow(
        Quantity, "q", "quantities", "数量",
        scored=("value", "bound", "unit", "kind", "per", "counted", "change"),
        refs=("counted",), contest=2, inside=True,
    ),
    "numeral_term": TypeRow(
        NumeralTerm, "n", "numeral_terms", "数字略语",
        scored=("numerals", "members"), refs=("members",), contest=0,
    ),
    "time": TypeRow(Time, "t", "times", "时间", scored=("start", "end"), contest=1),
    "mechanism": TypeRow(
        Mechanism, "m", "mechanisms", "机制",
        scored=("kind", "stage", "action", "category"), refs=("members",), categorised=True, inside=True,
    ),
    "initiative": TypeRow(
        Initiative, "i", "initiatives", "举措",
        scored=("action", "object", "actor", "status", "category"),
        refs=("object", "actor", "time"), categorised=True,
    ),
}  # fmt: skip

#: Of two candidates that overlap, the type named first keeps its characters.
PRECEDENCE: Final[tuple[RecordType, ...]] = tuple(
    sorted(
        (name for name, row in RECORD_TYPES.items() if row.contest is not None),
        key=lambda name: RECORD_TYPES[name].contest or 0,
    )
)
