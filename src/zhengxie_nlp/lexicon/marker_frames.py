"""The forms of markers, *signs* × *frames*, from two tables: one grammar of numbering for everybody.

`marker_signs.tsv` says what counts (一 1 ① Ⅰ A 甲), `marker_frames.tsv` where it stands ({}、 （{}） {}是).
Structure reads markers with it, cleaning asks whether a line opens with one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal, NamedTuple
from unicodedata import numeric

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.records import MarkerStyle

HAN: Final = "〇零一二三四五六七八九十百"
#: What stands for {edge}: no numeral of the sign's kind may stand before a form that begins with it.
_EDGES: Final = {"han": f"(?<![{HAN}])", "arabic": "(?<![0-9.])"}
_DIGITS: Final = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"〇": 0, "两": 2}


class Form(NamedTuple):
    """One form of marker: a sign in a frame.

    Attributes:
        group: the name of its group in a pattern of all forms; its sign is the group “sign_” + this.
        series: forms of one series go on with one another.
        rank: the lower, the further outside; None for points.
        least: so many members must count up for the form to be a marker.
        inline: whether it stands inside lines, too.
    """

    group: str
    series: str
    pattern: str
    sign: str
    style: MarkerStyle
    kind: Literal["section", "point"]
    rank: int | None
    least: int
    inline: bool


@cache
def forms() -> tuple[Form, ...]:
    """Return all forms in their order: of several that fit, the first is taken.

    Raises:
        DataError: ZX301, where a row does not read its own example, or reads its counter-example.
    """
    signs = {row["sign"]: row for row in read_table("marker_signs.tsv")}
    found: list[Form] = []
    for row in read_table("marker_frames.tsv"):
        for sign in row["signs"].split():
            group = f"f{len(found)}"
            kind = sign.removeprefix("long_").rstrip("3")
            pattern = row["frame"].replace("{edge}", _EDGES.get(kind, ""))
            pattern = pattern.replace("{}", f"(?P<sign_{group}>{signs[sign]['pattern']})")
            pattern = pattern.replace("(?P<unit>", f"(?P<unit_{group}>")
            style: MarkerStyle = row["style"]  # type: ignore[assignment]
            section: Literal["section", "point"] = "section" if row["kind"] == "section" else "point"
            rank = int(row["rank"]) if row["rank"] else None
            least, inline = int(row["least"]), row["place"] == "both"
            found.append(Form(group, row["series"], pattern, sign, style, section, rank, least, inline))
        _check(found[-len(row["signs"].split()) :], row["example"], row["counter"])
    return tuple(found)


def _check(made: list[Form], example: str, counter: str) -> None:
    if not any(re.match(form.pattern, example) for form in made):
        raise DataError(
            "ZX301", f"the frame does not read its example “{example}”", where="marker_frames.tsv"
        )
    if counter and any(re.match(form.pattern, counter) for form in made):
        raise DataError(
            "ZX301", f"the frame reads its counter-example “{counter}”", where="marker_frames.tsv"
        )


@cache
def form_of(group: str) -> Form:
    """Return the form with the name of a pattern's group."""
    return next(form for form in forms() if form.group == group)


@cache
def ranks() -> dict[str, int]:
    """Return the rank of each series that numbers sections: the lower, the further outside."""
    return {form.series: form.rank for form in forms() if form.rank is not None}


@cache
def section_styles() -> frozenset[MarkerStyle]:
    """Return the styles that number sections where they stand at the start of a line and have a heading."""
    return frozenset(form.style for form in forms() if form.kind == "section")


@cache
def point_series() -> frozenset[str]:
    """Return the series that number points."""
    return frozenset(form.series for form in forms() if form.rank is None)


@cache
def _values() -> dict[str, str]:
    return {row["sign"]: row["value"] for row in read_table("marker_signs.tsv")}


def sign_value(sign: str, written: str) -> int:
    """Return the ordinal that a sign stands for, 0 if it stands for none.

    Args:
        sign: the kind of sign, as `marker_signs.tsv` names it.
        written: the sign.

    Example:
        >>> sign_value("han", "二十三"), sign_value("roman", "Ⅳ"), sign_value("stem", "丙")
        (23, 4, 3)
    """
    how = _values()[sign]
    if how == "numeral":
        return parse_ordinal(written)
    return int(numeric(written)) if how == "numeric" else how.index(written) + 1


def parse_ordinal(numeral: str) -> int:
    """Turn the numeral of a marker into its ordinal, 0 if it is none.

    Args:
        numeral: Chinese numerals up to 999, or ASCII digits.

    Example:
        >>> parse_ordinal("二十三"), parse_ordinal("一百零二"), parse_ordinal("7")
        (23, 102, 7)
    """
    if numeral.isascii():
        return int(numeral) if numeral.isdigit() else 0
    total = digit = 0
    for sign in numeral:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        elif digit and "十" not in numeral and "百" not in numeral:
            digit = digit * 10 + _DIGITS[sign]
        else:
            digit = _DIGITS[sign]
    return total + digit


@cache
def opening(kind: Literal["section", "point"]) -> re.Pattern[str]:
    """Return a pattern of the forms that open a line and number sections, or points, by themselves.

    Example:
        >>> bool(opening("section").match("（二）服务")), bool(opening("section").match("二是服务"))
        (True, False)
    """
    chosen = [form for form in forms() if form.kind == kind and form.least == 1 and form.series != "alone"]
    return re.compile("|".join(f"(?:{form.pattern})" for form in chosen))
