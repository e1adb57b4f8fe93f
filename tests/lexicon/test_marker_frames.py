import re

import pytest

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.marker_frames import (
    _check,
    form_of,
    forms,
    opening,
    point_series,
    ranks,
    sign_value,
)
from zhengxie_nlp.lexicon.tables import read_table


def test_forms_are_every_frame_with_each_of_its_signs() -> None:
    wanted = sum(len(row["signs"].split()) for row in read_table("marker_frames.tsv"))
    assert len(forms()) == wanted
    assert all(form_of(form.group) is form for form in forms())
    assert all(re.compile(form.pattern).groups >= 1 for form in forms())


def test_each_series_numbers_either_sections_or_points() -> None:
    assert not ranks().keys() & point_series()
    assert {form.kind for form in forms() if form.series in point_series()} == {"point"}


@pytest.mark.parametrize(
    ("sign", "written", "value"),
    [
        ("han", "二十三", 23), ("arabic", "12", 12), ("circled", "⑫", 12), ("paren_han", "㈢", 3),
        ("paren_arabic", "⑷", 4), ("dotted", "⒌", 5), ("roman", "Ⅳ", 4), ("roman", "ⅸ", 9),
        ("letter", "C", 3), ("stem", "丁", 4), ("dash", "—", 1),
    ],
)  # fmt: skip
def test_sign_value_reads_each_kind_of_sign(sign: str, written: str, value: int) -> None:
    assert sign_value(sign, written) == value


@pytest.mark.parametrize(
    ("line", "kind"),
    [("（二）服务", "section"), ("3.服务", "section"), ("二是服务", "point"), ("其二，服务", "point")],
)
def test_opening_tells_sections_from_points(line: str, kind: str) -> None:
    for other in ("section", "point"):
        assert bool(opening(other).match(line)) is (other == kind)  # type: ignore[arg-type]


def test_a_frame_that_misreads_its_own_row_is_refused() -> None:
    form = next(form for form in forms() if form.series == "shi")
    with pytest.raises(DataError, match="ZX301"):
        _check([form], "抓学习", "")
    with pytest.raises(DataError, match="ZX301"):
        _check([form], "一是抓学习", "二是抓服务")
