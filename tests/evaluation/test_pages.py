from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengxie_nlp.evaluation.page_scores import (
    KINDS,
    PageScore,
    below,
    main,
    restored_joints,
    without,
)
from zhengxie_nlp.evaluation.pages import Article, find_joints, make_page, part_of, read_articles
from zhengxie_nlp.structure.reading_order.evidence import EVIDENCE, costs

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "speeches"
YUNPU = Article(
    "one",
    ("把协商桌摆到群众家门口", "云浦市政协机关"),
    (
        "近年来，云浦市政协机关坚持把服务基层摆在突出位置，在86个乡镇建立了协商议事会，机关面貌有了明显变化。",
        "一是建好议事会。由驻村委员担任召集人，每月开展一次协商活动，议题由村民自己提出来。",
        "二是选好小题目。围绕停车难、饮水难、出行难等问题开展协商312次，解决问题270多个。",
    ),
)
QINGLAN = Article(
    "two",
    ("管好委员一本账", "清澜州政协机关"),
    (
        "清澜州政协现有委员328名，编入42个履职小组，做到人人有岗位、个个有任务，年底一并考核。",
        "一是定好规矩。实行组长牵头、组员轮值、专干服务的工作机制，每季度通报一次履职情况。",
        "二是管好档案。建立委员履职档案，年底向委员所在单位反馈，并作为评优和换届的重要依据。",
    ),
)


@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_make_page_loses_nothing_of_an_article(seed):
    page = make_page([YUNPU, QINGLAN], random=Random(seed))
    wholes = ("".join(YUNPU.body), "".join(QINGLAN.body))
    for spans in page.articles:
        text = "".join(page.text[start:end] for start, end in spans)
        if page.plan == "missing":
            assert all(page.text[start:end] in "".join(wholes) for start, end in spans)
        else:
            assert not text or text in wholes
    if page.plan == "whole":
        assert page.joints() == set()


@pytest.mark.parametrize(("plan", "joints"), [("columns", 2), ("inset", 1), ("tail_first", 1), ("whole", 0)])
def test_make_page_cuts_as_planned(plan, joints):
    for seed in range(30):
        page = make_page([YUNPU, QINGLAN], random=Random(seed), plan=plan)
        if page.plan == plan:
            assert (len(page.joints()) >= joints) if joints else not page.joints()


def test_make_page_is_the_same_for_the_same_seed():
    assert make_page([YUNPU, QINGLAN], random=Random(3)) == make_page([YUNPU, QINGLAN], random=Random(3))


def test_find_joints_knows_what_goes_back():
    assert find_joints([[(20, 30), (0, 9)], [(10, 19)]]) == {(30, 0)}
    assert find_joints([[(0, 9), (10, 19)], [(20, 30)]]) == set()


def test_read_articles_gives_heads_and_paragraphs():
    text = (CORPUS / "text" / "a18.txt").read_text("utf-8-sig")
    articles = read_articles("a18", text)
    assert articles
    assert all(one.heads and one.body and one.source == "a18" for one in articles)


def test_part_of_parts_by_source():
    parts = [part_of(f"g{number:03}") for number in range(200)]
    assert all(parts.count(part) > 20 for part in ("train", "dev", "test"))


def test_page_score_counts_what_the_shared_ruler_counts():
    score = PageScore()
    score.add(frozenset({(9, 20), (19, 31)}), frozenset({(9, 20), (19, 40)}))
    score.add(frozenset({(5, 8)}), frozenset({(5, 8)}))
    score.add(frozenset(), frozenset({(1, 4)}))
    assert score.line() == (
        "joints restored 2/3 (0.67); moves right 2/3 (0.67); pages wholly right 1/2 (0.50); "
        "whole pages disturbed 1/1"
    )
    assert below(score.shares(), {"moves right": 0.7, "joints restored": 0.6}) == [
        "moves right: 0.667 is below 0.700"
    ]


def test_restored_joints_brings_two_columns_back():
    page = make_page([YUNPU, QINGLAN], random=Random(6), plan="inset")
    assert len(page.joints()) == 1
    assert restored_joints(page.text) == page.joints()


def test_every_kind_of_evidence_can_be_left_out():
    left_out = {row for rows in KINDS.values() for row in rows}
    assert {name for name, _ in EVIDENCE} <= left_out
    before = dict(costs())
    for rows in KINDS.values():
        with without(rows):
            assert all(costs()[row] == (1000 if row.endswith("_least") else 0) for row in rows)
    assert costs() == before


def test_main_prints_the_figures_and_holds_the_floors(tmp_path):
    lines: list[str] = []
    floors = tmp_path / "floors.json"
    floors.write_text('{"joints restored": 1.1}', encoding="utf-8")
    arguments = ["--texts", str(CORPUS / "text"), "--pages", "4", "--floors", str(floors)]
    assert main(arguments, write=lines.append) == 1
    assert lines[0].startswith("joints restored")
    assert lines[1].endswith("is below 1.100")
