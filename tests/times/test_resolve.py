"""Relative times, placed by the day of the speech."""

import pytest

from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.times.dates import Interval
from zhengxie_nlp.times.resolve import resolve

DAY = Interval("2024-03-13", "2024-03-13")  # a Wednesday
MONTH = Interval("2024-03-01", "2024-03-31")
YEAR = Interval("2024-01-01", "2024-12-31")


@pytest.mark.parametrize(
    ("expression", "start", "end"),
    [
        ("今年", "2024-01-01", "2024-12-31"),
        ("去年", "2023-01-01", "2023-12-31"),
        ("前年", "2022-01-01", "2022-12-31"),
        ("大前年", "2021-01-01", "2021-12-31"),
        ("明年上半年", "2025-01-01", "2025-06-30"),
        ("去年6月", "2023-06-01", "2023-06-30"),
        ("去年6月26日", "2023-06-26", "2023-06-26"),
        ("今年以来", "2024-01-01", "2024-03-13"),
        ("去年12月至今年3月", "2023-12-01", "2024-03-31"),
        ("2021年到今年上半年", "2021-01-01", "2024-06-30"),
        ("今年1至5月", "2024-01-01", "2024-05-31"),
        ("上半年", "2024-01-01", "2024-06-30"),
        ("一季度", "2024-01-01", "2024-03-31"),
        ("前三季度", "2024-01-01", "2024-09-30"),
        ("5月", "2024-05-01", "2024-05-31"),
        ("5月25日", "2024-05-25", "2024-05-25"),
        ("年底", None, "2024-12-31"),
        ("年底前", None, "2024-12-31"),
        ("截至去年底", None, "2023-12-31"),
        ("今明两年", "2024-01-01", "2025-12-31"),
        ("上一季度", "2023-10-01", "2023-12-31"),
        ("本季度", "2024-01-01", "2024-03-31"),
        ("上月", "2024-02-01", "2024-02-29"),
        ("上月底", None, "2024-02-29"),
        ("下个月", "2024-04-01", "2024-04-30"),
        ("上周", "2024-03-04", "2024-03-10"),
        ("上周三", "2024-03-06", "2024-03-06"),
        ("下周三", "2024-03-20", "2024-03-20"),
        ("昨天", "2024-03-12", "2024-03-12"),
        ("后天", "2024-03-15", "2024-03-15"),
        ("近三年", "2021-03-13", "2024-03-13"),
        ("过去5年", "2019-03-13", "2024-03-13"),
        ("未来两个月", "2024-03-13", "2024-05-13"),
        ("98年", "1998-01-01", "1998-12-31"),
        ("零八年", "2008-01-01", "2008-12-31"),
        ("23年6月18日", "2023-06-18", "2023-06-18"),
        ("民国二十三年", "1934-01-01", "1934-12-31"),
        ("公元628年", "0628-01-01", "0628-12-31"),
        ("2023年9月", "2023-09-01", "2023-09-30"),
        ("2023年以来", "2023-01-01", "2024-03-13"),
        ("近年来", None, None),
        ("目前", None, None),
        ("每周五", None, None),
        ("“采茶节”期间", None, None),
    ],
)
def test_resolve_places_by_the_day_of_the_speech(expression, start, end):
    assert resolve(expression, DAY) == (start, end)


@pytest.mark.parametrize(
    ("expression", "on", "start", "end"),
    [
        ("去年", YEAR, "2023-01-01", "2023-12-31"),
        ("上月", YEAR, None, None),
        ("上月", MONTH, "2024-02-01", "2024-02-29"),
        ("昨天", MONTH, None, None),
        ("近三年", YEAR, None, None),
        ("去年", Interval(None, None), None, None),
    ],
)
def test_resolve_says_no_more_than_the_date_of_the_speech(expression, on, start, end):
    assert resolve(expression, on) == (start, end)


def test_a_bare_month_belongs_to_the_year_that_was_named():
    assert resolve("5月", DAY, year=2022) == ("2022-05-01", "2022-05-31")


def test_the_pipeline_resolves_times_of_a_dated_speech():
    body = "去年走访企业120家。2022年6月开工，8月建成。近年来，成效明显。\n"
    text = f"在全体会议上的报告\n（2024年3月13日）\n何立新\n\n{body}"
    document = Pipeline(model=None).extract(text)
    assert document.speeches[0].date is not None
    told = {
        time.ref.text: (time.start, time.resolved_start, time.resolved_end)
        for time in document.records
        if time.type == "time"
    }
    assert told["去年"] == (None, "2023-01-01", "2023-12-31")
    assert told["2022年6月"] == ("2022-06-01", "2022-06-01", "2022-06-30")
    assert told["8月"] == (None, "2022-08-01", "2022-08-31")
    assert told["近年来"] == (None, None, None)


def test_without_a_date_nothing_is_resolved():
    document = Pipeline(model=None).extract("去年走访企业120家。")
    (time,) = [record for record in document.records if record.type == "time"]
    assert (time.resolved_start, time.resolved_end) == (None, None)
