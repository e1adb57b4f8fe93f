import pytest

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.structure.speeches.names import (
    Who,
    is_organization,
    is_person,
    is_person_with_post,
    read_attribution,
    read_post,
    read_who,
)


def told(line: str, who: Who | None) -> tuple[str, str] | None:
    if who is None:
        return None
    spans = (who.organization, who.speaker)
    organization, speaker = ("" if span is None else line[span.start : span.end] for span in spans)
    return organization, speaker


@pytest.mark.parametrize(
    "name",
    [
        "云浦市政协机关", "怀溪县政协", "政协临湖州委员会", "民盟清澜州委", "九三学社云浦市委", "市工商联",
        "云浦市政协文化文史和学习委员会", "岭东区翠屏街道", "州应急管理局", "临川口经济技术开发区管委会",
        "中共北江市交通运输局党组", "云浦市公安局交通警察支队", "木棉寨镇政协联络组",
    ],
)  # fmt: skip
def test_is_organization_accepts_names(name: str) -> None:
    assert is_organization(name)


@pytest.mark.parametrize(
    "line",
    [
        "争当担当尽责的一流机关", "加强市政协机关建设", "努力当好云浦市政协机关", "清廉机关", "我是政协委员",
        "让委员走进市政协机关", "云浦市政协委员", "以“三化”建设提升机关", "云浦市", "履职经验",
    ],
)  # fmt: skip
def test_is_organization_refuses_headlines(line: str) -> None:
    assert not is_organization(line)


@pytest.mark.parametrize("name", ["何立新", "段 鸣", "段鸣", "欧阳明", "欧 阳 明", "巴特尔·朝鲁"])
def test_is_person_accepts_names(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize("line", ["严纪律", "强基础", "高标准", "提高站位", "记者", "一", "安全网络", "某某"])
def test_is_person_refuses_short_headings(line: str) -> None:
    assert not is_person(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("云浦市政协机关", ("云浦市政协机关", "")),
        ("（云浦市政协机关）", ("云浦市政协机关", "")),
        ("——云浦市政协机关", ("云浦市政协机关", "")),
        ("【怀溪县政协】", ("怀溪县政协", "")),
        ("云浦市政协主席 何立新", ("云浦市政协", "何立新")),
        ("云浦市政协主席何立新", ("云浦市政协", "何立新")),
        ("云浦市政协党组书记、主席 何立新", ("云浦市政协", "何立新")),
        ("中共怀溪县委书记 何立新", ("中共怀溪县委", "何立新")),
        ("柏垭村党支部书记 姚广田", ("柏垭村党支部", "姚广田")),
        ("州应急管理局党委书记、局长 巴音图", ("州应急管理局", "巴音图")),
        ("云浦市政协提案委员会主任 段 鸣", ("云浦市政协提案委员会", "段 鸣")),
        ("云浦市政协委员、农艺师 蓝秀珍", ("云浦市政协", "蓝秀珍")),
        ("云浦市政协港澳委员小组召集人 何立新", ("云浦市政协港澳委员小组", "何立新")),
        ("云浦市政协 何立新", ("云浦市政协", "何立新")),
        ("何立新（云浦市政协主席）", ("云浦市政协", "何立新")),
        ("云浦市政协副主席", ("云浦市政协", "")),
        ("发言人：云浦市政协主席 何立新", ("云浦市政协", "何立新")),
        ("交流单位：云浦市政协", ("云浦市政协", "")),
        ("云浦市政协机关（2024年5月）", ("云浦市政协机关", "")),
        ("（云浦市政协机关 二〇二四年五月）", ("云浦市政协机关", "")),
        ("□ 何立新", ("", "何立新")),
        ("强化服务意识 提升履职水平", None),
        ("区委、区政府：", None),
        ("云浦市政协召开会议", None),
        ("加强市政协机关建设", None),
        ("——访清澜州水利局局长何立新", None),
        ("把桌子搬到村口", None),
    ],
)
def test_read_who_reads_lines_that_only_name(line: str, expected: tuple[str, str] | None) -> None:
    assert told(line, read_who(line)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("——云浦市委副书记、市长何立新日前在全市大会上说", ("云浦市委", "何立新")),
        ("——某市委副书记、市长在2022年全市大会上的发言", ("某市委", "")),
        ("——2021年8月3日，某州应急管理局局长在会上的讲话", ("某州应急管理局", "")),
        ("——中共中央政治局委员、云浦市委书记何立新近日在调研时说", ("云浦市委", "何立新")),
        ("——水利部部长何立新在会上说", ("水利部", "何立新")),
        ("——访清澜州水利局局长何立新", ("清澜州水利局", "何立新")),
        ("——槐安街道党工委书记蒋晓岚谈社区减负", ("槐安街道党工委", "蒋晓岚")),
        ("——在全省政协提案工作座谈会上的发言", None),
        ("——岭东区石门镇的调查", None),
        ("云浦市委书记何立新说", None),
    ],
)
def test_read_attribution_reads_who_said_it(line: str, expected: tuple[str, str] | None) -> None:
    assert told(line, read_attribution(line)) == expected


def test_read_post_reads_a_post_in_brackets() -> None:
    line = "（民盟云浦市委副主委，市政协常委）"
    assert told(line, read_post(line)) == ("民盟云浦市委", "")
    assert read_post("（根据录音整理）") is None


def test_is_person_with_post_knows_how_members_are_called() -> None:
    assert is_person_with_post("何委员")
    assert is_person_with_post("何立新主席")
    assert not is_person_with_post("提案委员")


def test_tables_of_names_hold_no_row_twice_and_known_marks() -> None:
    surnames = read_table("surnames.tsv").column("surname")
    assert len(set(surnames)) == len(surnames)
    assert set(read_table("organizations.tsv").column("strength")) == {"strong", "weak", "head", "verb"}
    assert set(read_table("person_titles.tsv").column("base")) == {"yes", "none", ""}
    assert all(len(character) == 1 for character in read_table("name_refusals.tsv").column("character"))
