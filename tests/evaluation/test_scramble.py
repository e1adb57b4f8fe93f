from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.evaluation.restoring import Outcome, disturbed, is_interleaved, main, measure
from zhengxie_nlp.evaluation.scramble import (
    Cutting,
    Settings,
    compose,
    cut_columns,
    head_lines,
    held_out,
    scramble_document,
    wrapped,
)
from zhengxie_nlp.records import Document, read_back
from zhengxie_nlp.text.source_text import Piece

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "speeches"
YUNPU = """把协商桌摆到群众家门口
云浦市政协机关
近年来，云浦市政协机关坚持把服务基层摆在突出位置，机关面貌有了明显变化。
一是建好议事会。在86个乡镇建立协商议事会，由驻村委员担任召集人，每月开展一次协商活动。
二是选好小题目。围绕停车难、饮水难、出行难等问题开展协商312次，解决问题270多个。
三是用好好成果。建立协商成果转化清单，去年形成建议案46件，其中9件被市政府采纳。
"""
QINGLAN = """管好委员一本账
清澜州政协机关
清澜州政协现有委员328名，编入42个履职小组，做到人人有岗位、个个有任务。
一是定好规矩。实行“组长牵头、组员轮值、专干服务”的工作机制，每季度通报一次履职情况。
二是管好档案。建立委员履职档案，年底向委员所在单位反馈，并作为评优和换届的重要依据。
三是用好结果。近三年有17名委员因履职优秀受到表扬，5名委员因不履职被约谈提醒。
"""


def documents() -> list[Path]:
    return sorted(CORPUS.glob("gold/*.json"))


def cutting_of(text: str, seed: int) -> Cutting:
    half = text.index("\n", len(text) // 2)
    bodies = [Piece(text.index("\n") + 1, half), Piece(half + 1, len(text))]
    return cut_columns(text, bodies=bodies, random=Random(seed), settings=Settings(dropped=0.3))


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_scramble_document_keeps_gold_gold(path):
    document = Document.parse(path.read_bytes(), where=path.name)
    after = scramble_document(document, cutting_of(document.text, 7))
    ids = {record.id: record for record in document.records}
    assert after.text != document.text
    assert after.records
    for record in after.records:
        assert record.ref.text == ids[record.id].ref.text
        assert read_back(after.text, record.ref) == record.ref.text
    for speech in after.speeches:
        for node in speech.nodes:
            for ref in (*node.body, node.heading, node.marker and node.marker.ref):
                assert ref is None or read_back(after.text, ref) == ref.text


def test_scramble_document_splits_a_record_that_is_cut():
    text = "云浦市\n一是建好阵地。开展活动12次。\n二是定好规矩。"
    at = text.index("2次")
    document = Document.model_validate(
        {
            "source": {"id": "x"},
            "text": text,
            "records": [
                {"type": "quantity", "id": "q1", "ref": {"text": "12次", "fragments": [[at - 1, at + 2]]}}
            ],
        }
    )
    after = scramble_document(document, Cutting((Piece(0, at), Piece(at, len(text))), (at,)))
    assert after.records[0].ref.text == "12次"
    assert len(after.records[0].ref.fragments) == 2


def test_scramble_document_leaves_out_what_was_dropped():
    text = "一是学习。去年开展活动12次。"
    at = text.index("12次")
    time = {"type": "time", "id": "t1", "ref": {"text": "去年", "fragments": [[5, 7]]}}
    quantity = {"type": "quantity", "id": "q1", "ref": {"text": "12次", "fragments": [[at, at + 3]]}}
    initiative = {
        "type": "initiative",
        "id": "i1",
        "ref": {"text": text[7:-1], "fragments": [[7, len(text) - 1]]},
        "action": "开展",
        "status": "done",
        "time": ["t1"],
        "quantities": ["q1"],
    }
    document = Document.model_validate(
        {"source": {"id": "x"}, "text": text, "records": [time, initiative, quantity]}
    )
    after = scramble_document(document, Cutting((Piece(0, 5), Piece(7, len(text)))))
    assert [record.id for record in after.records] == ["i1", "q1"]
    assert after.records[0].time == ()


@given(st.integers(0, 10_000))
def test_cut_columns_keeps_each_speech_in_its_own_order(seed):
    text, bodies = compose([YUNPU, QINGLAN], title="发言摘登")
    cutting = cut_columns(text, bodies=bodies, random=Random(seed), settings=Settings(dropped=0, parts=3))
    for low, high in ((0, bodies[0].end), (bodies[0].end, len(text))):
        own = [piece for piece in cutting.pieces if low <= piece.start and piece.end <= high]
        assert own == sorted(own)
    kept = "".join(text[start:end] for start, end in sorted(cutting.pieces))
    assert "".join(kept.split()) == "".join(text.split())
    assert all(piece.start < cut for piece in cutting.pieces[:1] for cut in cutting.cuts)


def test_cut_columns_gives_the_same_cutting_for_the_same_seed():
    text, bodies = compose([YUNPU, QINGLAN], title="发言摘登")
    first, second = (
        cut_columns(text, bodies=bodies, random=Random(3), settings=Settings()) for _ in range(2)
    )
    assert first == second


def test_compose_puts_the_heads_before_the_bodies():
    text, bodies = compose([YUNPU, QINGLAN], title="发言摘登")
    assert [text[start : start + 5] for start, _ in bodies] == ["近年来，云", "清澜州政协"]
    assert text.startswith("发言摘登\n\n\n把协商桌")


def test_head_lines_wants_a_head_that_shows_where_a_speech_begins():
    assert head_lines(YUNPU.replace("\n", "\n\n")) == 2
    assert head_lines("近年来，工作有序推进。\n\n成效明显。") == 0


@pytest.mark.parametrize(("name", "held"), [("a03", True), ("b10", False), ("c12", True), ("seed", False)])
def test_held_out_goes_by_the_number(name, held):
    assert held_out(name) is held


def test_outcome_counts_a_restored_document():
    text, _ = compose([YUNPU, QINGLAN], title="发言摘登")
    a, b = text.index("召集人"), text.index("员轮值")
    border = text.index("管好委员一本账")
    parts = (Piece(0, a), Piece(border, b), Piece(a, border - 2), Piece(b, len(text)))
    outcome = Outcome()
    outcome.add("one", text, Cutting(parts, (a, b)))
    assert (outcome.cuts, outcome.restored, outcome.right, outcome.in_order) == (2, 2, 1, 1)
    assert (outcome.false_moves, outcome.false_joins, outcome.failures) == (0, 0, [])


def test_outcome_counts_what_is_not_restored():
    text, _ = compose([YUNPU, QINGLAN], title="发言摘登")
    border = text.index("管好委员一本账")
    line = text.index("三是用好好成果")
    parts = (Piece(0, line - 2), Piece(border, len(text)), Piece(line, border - 2))
    outcome = Outcome()
    outcome.add("one", text, Cutting(parts))
    assert (outcome.documents, outcome.right, outcome.in_order) == (1, 0, 0)
    assert outcome.failures == ["one"]


def test_disturbed_names_what_moves_and_what_is_joined():
    broken = YUNPU.replace("召集人", "召\n\n集人")
    assert disturbed([("whole", YUNPU), ("broken", broken)]) == ([], ["broken"])


def test_is_interleaved_goes_by_the_order_of_the_bodies():
    found = {path.stem for path in documents() if is_interleaved(Document.parse(path.read_bytes()))}
    assert {"c15", "c16", "c17"} <= found
    assert "c01" not in found


def test_wrapped_breaks_every_line():
    assert wrapped("一二三四五\n\n六七", width=2) == "一二\n三四\n五\n\n六七"


def _speeches(*, held: bool) -> list[tuple[str, str]]:
    texts = [(path.stem, path.read_text(encoding="utf-8-sig")) for path in sorted(CORPUS.glob("text/*.txt"))]
    # The bounds below are pinned with the texts that they were measured on; which are drawn depends on all.
    pinned = [(name, text) for name, text in texts if name[0] in "abcd"]
    return [(name, text) for name, text in pinned if held_out(name) is held and head_lines(text)]


def test_measure_finds_most_cuts_restored():
    outcome = measure(_speeches(held=True), documents=25, seed=1)
    assert outcome.documents == 25
    assert outcome.restored / outcome.cuts >= 0.6
    assert outcome.false_joins / outcome.cuts <= 0.1
    assert outcome == measure(_speeches(held=True), documents=25, seed=1)


def test_main_prints_the_figures():
    lines: list[str] = []
    assert main([str(CORPUS / "text"), "--documents", "2", "--failures"], write=lines.append) == 0
    assert lines[0].startswith("train: 2 documents of")
    natural = [line for line in lines if line.startswith("natural texts")]
    assert len(natural) == 4
    assert all(": 0 of " in line for line in natural)
