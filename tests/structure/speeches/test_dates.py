import pytest

from tests.structure.structure_cases import one_a_line
from zhengxie_nlp.pipeline import Pipeline, Settings
from zhengxie_nlp.records import read_back
from zhengxie_nlp.structure.speeches.dates import find_date
from zhengxie_nlp.structure.speeches.find import find_speeches

HEAD = "把桌子搬到村口\n岭东区政协\n"
BODY = "我们每月开一次茶话会。\n"


@pytest.mark.parametrize(
    ("line", "words", "start", "end"),
    [
        ("（2020年5月21日）", "2020年5月21日", "2020-05-21", "2020-05-21"),
        ("二〇一九年十二月三十一日", "二〇一九年十二月三十一日", "2019-12-31", "2019-12-31"),
        ("二零二四年十月八日", "二零二四年十月八日", "2024-10-08", "2024-10-08"),
        ("2023-06-18 10:30", "2023-06-18", "2023-06-18", "2023-06-18"),
        ("2023.6.18", "2023.6.18", "2023-06-18", "2023-06-18"),
        ("2023/6/18", "2023/6/18", "2023-06-18", "2023-06-18"),
        ("（2024年2月）", "2024年2月", "2024-02-01", "2024-02-29"),
        ("2024 年 2 月 1 日", "2024 年 2 月 1 日", "2024-02-01", "2024-02-01"),
        ("本报云浦7月28日电", "7月28日", None, None),
        ("7月28日，2023年7月28日", "2023年7月28日", "2023-07-28", "2023-07-28"),
    ],
)
def test_find_date_reads_the_days_that_are_said(line: str, words: str, start: str, end: str) -> None:
    found = find_date(line, start=7)
    assert found is not None
    assert (line[found.span.start - 7 : found.span.end - 7], found.start, found.end) == (words, start, end)


@pytest.mark.parametrize("line", ["2023年工作要点", "2023年2月30日", "12345年6月", "第7.28期", "近3年", ""])
def test_find_date_finds_none_where_none_is_told(line: str) -> None:
    assert find_date(line) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "（2023年5月21日）\n" + BODY, ["2023年5月21日"]),
        (HEAD + "——2023年5月21日在全市政协工作会议上\n" + BODY, ["2023年5月21日"]),
        (HEAD + "发布时间：2023-06-01 09:30\n（2023年5月21日）\n" + BODY, ["2023年5月21日"]),
        (HEAD + "本报云浦7月28日电（记者林嘉禾）" + BODY, ["7月28日"]),
        (HEAD + BODY + "云浦市政协办公室\n2023年5月21日\n", ["2023年5月21日"]),
        (HEAD + BODY + "2023年5月21日，我们又走访了12户。\n", [None]),
        (HEAD + "7月28日9时，茶话会开始。\n" + BODY, [None]),
    ],
)
def test_find_speeches_dates_a_speech_by_its_head_and_its_end(text: str, words: list[str | None]) -> None:
    clean = one_a_line(text)
    _, speeches, _ = find_speeches(clean)
    dates = [speech.date and clean.text[slice(*speech.date.span)] for speech in speeches]
    assert dates == words


def test_a_document_holds_the_date_of_a_speech_and_no_time_record_there() -> None:
    document = Pipeline(Settings(model=None)).extract(HEAD + "（2023年5月21日）\n" + BODY)
    (speech,) = document.speeches
    assert speech.date is not None
    assert (speech.date.start, speech.date.end) == ("2023-05-21", "2023-05-21")
    assert read_back(document.text, speech.date.ref) == speech.date.ref.text == "2023年5月21日"
    assert not [record for record in document.records if record.type == "time"]
