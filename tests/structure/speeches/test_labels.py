import pytest

from zhengxie_nlp.structure.speeches.heads import read_head
from zhengxie_nlp.structure.speeches.labels import read_label
from zhengxie_nlp.structure.speeches.reported import read_report
from zhengxie_nlp.structure.speeches.turns import choose_turns


def words(line: str, span: tuple[int, int] | None) -> str:
    return line[slice(*span)] if span is not None else "-"


@pytest.mark.parametrize(
    ("line", "strength", "organization", "speaker", "rest"),
    [
        ("罗启文：我先谈。", "name", "-", "罗启文", "我先谈。"),
        ("李静：我先谈。", "weak", "-", "李静", "我先谈。"),
        ("阿依古丽：我先谈。", "name", "-", "阿依古丽", "我先谈。"),
        ("方法：先治污。", "word", "-", "-", "先治污。"),
        ("成效：泵站6座。", "word", "-", "-", "泵站6座。"),
        ("问：怎么办？", "role", "-", "-", "怎么办？"),
        ("主持人（区政协主席潘若兰）：请讲。", "who", "区政协", "潘若兰", "请讲。"),
        ("罗启文（市水务局局长）：我先谈。", "who", "市水务局", "罗启文", "我先谈。"),
        ("市水务局局长罗启文：我先谈。", "who", "市水务局", "罗启文", "我先谈。"),
        ("市水务局副局长：我先谈。", "who", "市水务局", "副局长", "我先谈。"),
        ("云浦晚报记者：钱从哪来？", "role", "云浦晚报", "记者", "钱从哪来？"),
        ("《云浦晚报》记者：钱从哪来？", "role", "云浦晚报", "记者", "钱从哪来？"),
        ("记者林嘉禾：钱从哪来？", "who", "-", "林嘉禾", "钱从哪来？"),
        ("主持人 林嘉禾：请讲。", "who", "-", "林嘉禾", "请讲。"),
        ("[网友小李]钱从哪来？", "who", "-", "小李", "钱从哪来？"),
        ("【记者】钱从哪来？", "role", "-", "记者", "钱从哪来？"),
        ("【现象】水价偏高。", "word", "-", "-", "水价偏高。"),
        ("**罗启文：** 我先谈。", "name", "-", "罗启文", "我先谈。"),
        ("问题1：钱从哪来？", "role", "-", "-", "钱从哪来？"),
        ("发言人2：我补充。", "role", "-", "发言人2", "我补充。"),
        ("[00:12:03]罗启文：我先谈。", "name", "-", "罗启文", "我先谈。"),
        ("罗启文 09:30", "name", "-", "罗启文", ""),
        ("00:12:03罗启文", "name", "-", "罗启文", ""),
        ("2024-03-02 09:15:20 张敏", "name", "-", "张敏", ""),
        ("【发言人1】00:12", "role", "-", "发言人1", ""),
        ("岭东区政协：让协商走进社区", "organization", "岭东区政协", "-", "让协商走进社区"),
    ],
)
def test_read_label_reads_each_form(
    line: str, strength: str, organization: str, speaker: str, rest: str
) -> None:
    label = read_label(line)
    assert label is not None
    found = (label.strength, words(line, label.organization), words(line, label.speaker), line[label.end :])
    assert found == (strength, organization, speaker, rest)


@pytest.mark.parametrize(
    "line", ["我们走访了12户。", "2016-03-02 15:22:44", "09:30开幕式", "“水”是这样说的：先治污。", ""]
)
def test_read_label_finds_none_where_no_few_words_stand_before_a_colon(line: str) -> None:
    assert read_label(line) is None


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [
        (["罗启文：甲。", "何立新：乙。", "罗启文：丙。"], [0, 1, 2]),
        (["罗启文：甲。", "张敏：乙。", "何立新：丙。"], [0, 1, 2]),
        (["赵磊：甲。", "周涛：乙。", "刘洋：丙。"], [0, 1, 2]),
        (["赵磊：甲。", "周涛：乙。"], []),
        (["赵磊：甲。", "周涛：乙。", "赵磊：丙。"], [0, 1, 2]),
        (["罗启文（市水务局局长）：甲。", "何立新（市政协委员）：乙。"], [0, 1]),
        (["罗启文：甲。", "何立新：乙。"], []),
        (["罗启文：甲。"], []),
        (["Q：甲？", "A：乙。"], [0, 1]),
        (["罗启文：甲。", "市水务局：乙。", "何立新：丙。", "罗启文：丁。"], [0, 1, 2, 3]),
        (["市水务局：甲。", "区财政局：乙。"], []),
        (["问：甲？", "答：乙。"], [0, 1]),
        (["方法：甲。", "目标：乙。", "成效：丙。"], []),
        (["记者：甲？", "江南一叶：乙。", "记者：丙？", "江南一叶：丁。"], [0, 1, 2, 3]),
        (["罗启文：甲。", "目标：乙。", "何立新：丙。", "罗启文：丁。"], [0, 2, 3]),
    ],
)
def test_choose_turns_believes_labels_by_their_company(lines: list[str], chosen: list[int]) -> None:
    labels = {index: label for index, line in enumerate(lines) if (label := read_label(line)) is not None}
    assert list(choose_turns(labels)) == chosen


def test_two_names_are_turns_where_no_line_is_without_one() -> None:
    lines = ["罗启文：甲。", "何立新：乙。"]
    labels = {index: label for index, line in enumerate(lines) if (label := read_label(line)) is not None}
    assert list(choose_turns(labels, unlabelled=0)) == [0, 1]


@pytest.mark.parametrize(
    ("line", "title", "name"),
    [
        ("让协商贴近百姓（岭东区政协）", "让协商贴近百姓", "岭东区政协"),
        ("【岭东区政协】让协商贴近百姓", "让协商贴近百姓", "岭东区政协"),
        ("（岭东区政协）让协商贴近百姓", "让协商贴近百姓", "岭东区政协"),
        ("让协商贴近百姓——岭东区政协", "让协商贴近百姓", "岭东区政协"),
        ("岭东区政协｜让协商贴近百姓", "让协商贴近百姓", "岭东区政协"),
    ],
)
def test_read_head_parts_headline_and_name(line: str, title: str, name: str) -> None:
    head = read_head(line)
    assert head is not None
    assert (words(line, head.title), words(line, head.who.organization)) == (title, name)


@pytest.mark.parametrize(
    "line", ["让协商贴近百姓（议政建言）", "【现象】水价偏高", "让协商贴近百姓", "——岭东区政协"]
)
def test_read_head_refuses_other_remarks(line: str) -> None:
    assert read_head(line) is None


@pytest.mark.parametrize(
    ("line", "organization", "speaker"),
    [
        ("何立新委员发言说，今年走访了12个村。", "-", "何立新"),
        ("市水务局局长罗启文介绍，已更新泵站6座。", "市水务局", "罗启文"),
        ("何立新代表怀溪县政协发言，提出三条建议。", "怀溪县政协", "何立新"),
        ("在座谈会上，罗启文表示，要抓好落实。", "-", "罗启文"),
    ],
)
def test_read_report_reads_who_says_what_follows(line: str, organization: str, speaker: str) -> None:
    report = read_report(line)
    assert report is not None
    assert (words(line, report.who.organization), words(line, report.who.speaker)) == (organization, speaker)


@pytest.mark.parametrize(
    "line", ["会议指出，要抓好落实。", "罗启文说：“水最要紧。”", "我们建议，先治污。", "罗启文走访了12户。"]
)
def test_read_report_refuses_meetings_and_quotations(line: str) -> None:
    assert read_report(line) is None
