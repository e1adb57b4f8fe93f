from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.evaluation.scramble import wrapped
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.records import Document
from zhengxie_nlp.structure.reading_order.evidence import costs
from zhengxie_nlp.structure.reading_order.moves import Link, Move, right_signs
from zhengxie_nlp.structure.reading_order.paragraph_ends import describe
from zhengxie_nlp.structure.reading_order.pieces import find_pieces
from zhengxie_nlp.structure.reading_order.places import find_places, judged_lines
from zhengxie_nlp.structure.reading_order.restore import restore_order
from zhengxie_nlp.structure.reading_order.search import _regions
from zhengxie_nlp.text.cleaning.layout import clean

ROOT = Path(__file__).resolve().parents[3]
TITLE = "全省县级政协机关工作交流会发言摘登"
YUNPU = [
    "建好“学习、服务、清廉”机关",
    "云浦市政协机关",
    "一、抓学习，锤炼过硬本领",
    "一是强化学习计划性。每年初制定学习计划，把全年任务分解到每个月，由机关党组成员轮流领学。",
    "二是强化学习互动性。开设委员讲堂，邀请高校教授和基层委员登台授课，已举办专题讲座27期，听讲干部达1800余人次。",
    "三是强化学习实效性。建立学习成果转化清单，去年形成调研文章46篇，其中9篇被省政协刊物采用。",
    "二、抓服务，当好履职后盾",
    "一是服务委员知情明政。每季度邀请政府部门负责人向委员通报工作，今年上半年已组织通报会3次。",
    "二是服务委员视察调研。推行点单式服务，全年保障各类视察活动58次、协商会议21场。",
    "三、抓清廉，守好纪律底线",
    "一是开展警示教育。每半年召开一次警示教育大会，组织干部到廉政教育基地参观6批次。",
]
QINGLAN = [
    "协商在一线 服务零距离",
    "清澜州政协机关",
    "一、搭平台，把协商桌摆到群众家门口",
    "一是建好议事会。在86个乡镇建立协商议事会，由驻村委员担任召集人，每月开展一次协商活动。",
    "二是选好小题目。坚持一事一议，围绕停车难、饮水难、出行难等问题开展协商312次，解决问题270多个。",
    "二、强队伍，让委员动起来",
    "一是编好组。将328名委员编入42个履职小组，实行“组长牵头、组员轮值、专干服务”的工作机制，做到人人有岗位。",
    "二是管好档。建立委员履职档案，年底向委员所在单位反馈，并作为评优和换届的重要依据。",
]


def page(*parts: list[str]) -> str:
    return "\n\n".join(line for part in parts for line in part)


def cut(lines: list[str], before: str) -> tuple[list[str], list[str]]:
    """Cut a speech in two before the words given."""
    number = next(n for n, line in enumerate(lines) if before in line)
    at = lines[number].index(before)
    left = [*lines[:number], lines[number][:at]]
    return [line for line in left if line], [lines[number][at:], *lines[number + 1 :]]


def restored(source: str) -> tuple[str, list[str]]:
    text, notes = restore_order(clean(source))
    return text.text, [note.code for note in notes]


NATURAL = clean(page([TITLE], YUNPU, QINGLAN)).text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("座27期", "员轮值"),
        ("听讲干部达", "专干服务”"),
        ("中9篇", "0多个"),
        ("察活动58次", "召集人"),
        ("会议21场", "召集人"),
    ],
)
def test_restore_order_brings_interleaved_speeches_back(first, second):
    a1, a2 = cut(YUNPU, first)
    b1, b2 = cut(QINGLAN, second)
    text, codes = restored(page([TITLE], a1, b1, a2, b2))
    assert text == NATURAL
    assert codes.count("moved_text") == 2
    assert codes.count("joined_break") == 2


def test_restore_order_joins_a_sentence_that_a_page_break_cuts():
    a1, a2 = cut(YUNPU, "听讲干部达")
    text, codes = restored(page([TITLE], a1, a2, QINGLAN))
    assert text == NATURAL
    assert codes == ["joined_break"]


def test_restore_order_trusts_the_whole_more_than_the_numbering():
    # After 二是…… of the second speech, 三是 and 二、 of the first would count on too.
    a1, a2 = cut(YUNPU, "三是强化学习实效性")
    b1, b2 = cut(QINGLAN, "、出行难等问题")
    text, codes = restored(page([TITLE], a1, b1, a2, b2))
    assert text == NATURAL
    assert codes.count("moved_text") == 2


def test_restore_order_keeps_a_fragment_and_says_so_where_a_page_is_lost():
    a1, a2 = cut(YUNPU, "邀请高校教授")
    b1, b2 = cut(QINGLAN, "头、组员轮值")
    b1 = b1[:4]
    text, notes = restore_order(clean(page([TITLE], a1, b1, b2, a2)))
    lines = text.text.split("\n")
    fragment = lines.index("头、组员轮值、专干服务”的工作机制，做到人人有岗位。")
    assert lines[fragment - 1].startswith("一是建好议事会")
    assert "二是强化学习互动性。开设委员讲堂，邀请高校教授" in text.text
    orphan = next(note for note in notes if note.code == "orphan_fragment")
    assert text.text[orphan.span.start : orphan.span.end] == lines[fragment]


def test_restore_order_reports_a_sentence_without_an_end():
    a1, _ = cut(YUNPU, "专题讲座27期")
    text, notes = restore_order(clean(page([TITLE], a1, QINGLAN)))
    assert [note.code for note in notes] == ["truncated_text"]
    note = notes[0]
    assert text.text[: note.span.end].endswith("登台授课，已举办")


def test_notes_give_reasons_margin_and_source_offsets():
    a1, a2 = cut(YUNPU, "座27期")
    b1, b2 = cut(QINGLAN, "员轮值")
    source = page([TITLE], a1, b1, a2, b2)
    text, notes = restore_order(clean(source))
    moved = next(note for note in notes if note.code == "moved_text")
    start = source.index("座27期")
    assert f"source characters {start} to" in moved.message
    assert "than the order of the source" in moved.message
    assert "the joint reads on" in moved.message
    assert text.ref(*moved.span).fragments[0][0] == start


def test_a_restored_piece_has_fragments_on_both_sides_of_the_cut():
    a1, a2 = cut(YUNPU, "7期，听讲")
    b1, b2 = cut(QINGLAN, "员轮值")
    text, _ = restore_order(clean(page([TITLE], a1, b1, a2, b2)))
    at = text.text.index("27期")
    ref = text.ref(at, at + 3)
    assert ref.text == "27期"
    assert len(ref.fragments) == 2


@pytest.mark.parametrize(
    "source",
    [
        "",
        "一",
        NATURAL,
        "云浦市政协机关\n\n主要做法：\n\n一是建好阵地；\n\n二是定好规矩；\n\n三是搭好平台。",
        "春眠不觉晓，\n处处闻啼鸟。\n夜来风雨声，\n花落知多少。",
        "问：怎么干？\n答：从小处干起。\n问：干得怎样？\n答：大家都说好。",
    ],
)
def test_restore_order_leaves_a_clean_text_alone(source):
    text = clean(source)
    restored_text, notes = restore_order(text)
    assert restored_text is text
    assert notes == []


def test_restore_order_takes_lines_without_stops_for_the_way_a_text_is_written():
    verse = "\n\n".join(f"第{number}行的句子写到一半，" for number in range(30))
    text = clean(verse)
    assert restore_order(text)[0] is text


def test_restore_order_finds_numbering_alone_no_reason_to_move():
    source = page([TITLE], YUNPU[:4], QINGLAN[:4], YUNPU[4:], QINGLAN[4:])
    text = clean(source)
    assert restore_order(text)[0] is text


def _corpus() -> list[str]:
    return sorted(path.stem for path in (ROOT / "corpora" / "speeches" / "text").glob("*.txt"))


#: Corpus texts that are written with a page break in mid-sentence: their halves are to be joined.
BROKEN = {"a30", "b25"}


def _gold_order(document: Document) -> list[int]:
    starts: list[int] = []
    for speech in document.speeches:
        nodes = list(speech.nodes)
        while nodes:
            node = nodes.pop(0)
            heading = (node.heading,) if node.heading else ()
            starts += [start for ref in (*heading, *node.body) for start, _ in ref.fragments]
            nodes[:0] = node.children
    return starts


def _check_gold(document: Document) -> None:
    text, _ = restore_order(clean(document.text))
    place = {
        offset: number
        for number, offset in enumerate(
            offset
            for paragraph in text.paragraphs
            for start, end in paragraph.pieces
            for offset in range(start, end)
        )
    }
    found = [place[start] for start in _gold_order(document) if start in place]
    assert all(a < b for a, b in pairwise(found))


@pytest.mark.parametrize("name", _corpus())
def test_corpus_texts_come_out_in_the_order_of_their_gold(name):
    folder = ROOT / "corpora" / "speeches"
    gold = folder / "gold" / f"{name}.json"
    source = (folder / "text" / f"{name}.txt").read_text(encoding="utf-8-sig")
    if gold.is_file():
        document = Document.parse(gold.read_bytes(), where=gold.name)
        _check_gold(document)
        order = _gold_order(document)
        if any(a > b for a, b in pairwise(order)):
            return
    text = clean(source)
    codes = {note.code for note in restore_order(text)[1]}
    assert "moved_text" not in codes
    assert ("joined_break" in codes) is (name in BROKEN)


def test_real_texts_come_out_in_the_order_of_their_gold(real_gold):
    for path in sorted(real_gold.glob("*.json")):
        _check_gold(Document.parse(path.read_bytes(), where=path.name))


@pytest.mark.parametrize("width", [24, 36])
def test_restore_order_moves_nothing_in_wrapped_text(width):
    source = wrapped(page([TITLE], YUNPU, QINGLAN), width=width)
    text, notes = restore_order(clean(source))
    assert "moved_text" not in {note.code for note in notes}
    assert text.text.replace("\n", "") == NATURAL.replace("\n", "")


PIECES = st.sampled_from(
    [
        *YUNPU,
        *QINGLAN,
        "一是",
        "三、",
        "学习，",
        "学习、服务",
        "”的机制。",
        "“",
        "等工作。",
        "进一步",
        "7",
        "",
    ]
)


@given(st.lists(PIECES, max_size=40))
def test_restore_order_loses_and_invents_nothing(lines):
    text = clean("\n\n".join(lines))
    after, notes = restore_order(text)
    before = sorted(piece for paragraph in text.paragraphs for piece in paragraph.pieces)
    assert sorted(piece for paragraph in after.paragraphs for piece in paragraph.pieces) == before
    assert all(note.span is None or after.text[note.span.start : note.span.end] for note in notes)


@given(st.text(max_size=300))
def test_restore_order_takes_any_text(source):
    restore_order(clean(source))


def test_costs_are_all_known_and_used():
    table = read_table("reading_order.tsv")
    assert table.columns == ("cue", "cost", "meaning")
    assert set(costs()) == set(table.column("cue"))
    sources = "".join(
        (ROOT / "src" / "zhengxie_nlp" / "structure" / "reading_order" / name).read_text(encoding="utf-8")
        for name in ("evidence.py", "search.py", "fragments.py", "pieces.py", "moves.py")
    )
    endings = {"soft", "bare", "open"}
    used = {cue for cue in costs() if f'"{cue}"' in sources}
    signs = {f"fragment_{name}" for name in judged_lines(clean(page(YUNPU, QINGLAN))).signs(1)}
    link = Link(0, 0, within=True, cost=-1.0)
    text = clean(page(YUNPU, QINGLAN))
    piece = find_pieces(describe(text, ["body"] * len(text.spans)))[0]
    likely = {f"right_{name}" for name in right_signs(Move((link,), 5.0, 5.0), link, piece)}
    assert set(costs()) == endings | used | signs | likely


def test_find_reading_reads_a_volume_of_cut_pages_in_parts():
    a1, a2 = cut(YUNPU, "座27期")
    b1, b2 = cut(QINGLAN, "员轮值")
    volume = page(*[part for _ in range(30) for part in (a1, b1, a2, b2)])
    text = clean(volume)
    places, fragments = find_places(text)
    pieces = find_pieces(describe(text, places, fragments=fragments))
    regions = list(_regions(pieces))
    assert [number for region in regions for number in region] == list(range(len(pieces)))
    assert len(regions) > 1
    assert max(map(len, regions)) <= 80
