from pathlib import Path

import pytest

from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.structure.reading_order.paragraph_ends import (
    describe,
    ending_of,
    leans_back,
    leans_on,
    unpaired_signs,
)
from zhengxie_nlp.text.cleaning.layout import clean

CASES = Path(__file__).resolve().parents[2] / "cases"


def cases(name):
    return parse_table(name, (CASES / name).read_text(encoding="utf-8")).rows


@pytest.mark.parametrize("row", cases("endings.tsv"), ids=lambda row: row["text"][-12:])
def test_ending_of_tells_a_cut_from_a_stop(row):
    marked = row["text"].startswith("一、")
    assert ending_of(row["text"], marked=marked) == row["ending"]


@pytest.mark.parametrize("row", cases("leaning.tsv"), ids=lambda row: row["text"][:12])
def test_leans_finds_words_that_show_a_cut(row):
    leans = leans_back if row["side"] == "back" else leans_on
    assert leans(row["text"]) is (row["leans"] == "yes")


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("建立“周调度、月通报”机制。", ("", "")),
        ("门议事，当场答复”的规矩。", ("”", "")),
        ("立下了“敲", ("", "”")),
        ("成效明显。门议事”的规矩。", ("", "")),
        ("立下“敲门议事规矩。成效明显。", ("", "")),
        ("他说：“先干起来。干了再说。”大家都同意。", ("", "")),
    ],
)
def test_unpaired_signs_looks_at_the_first_and_the_last_sentence(text, signs):
    assert unpaired_signs(text) == signs


def test_describe_calls_a_point_without_stop_cut_where_its_like_have_one():
    text = clean(
        "一是建阵地。成效好。\n二是定规矩。成效好。\n三是搭平台。成效好。\n四是强队伍强作风强能力强服务"
    )
    endings = [one.ending for one in describe(text, ["body"] * 4)]
    assert endings == ["closed", "closed", "closed", "bare"]


def test_describe_leaves_points_alone_that_never_have_a_stop():
    text = clean("一是建好阵地\n二是定好规矩\n三是搭好平台")
    assert {one.ending for one in describe(text, ["body"] * 3)} == {"soft"}


def test_describe_reads_the_markers_of_each_paragraph():
    text = clean("做法：一是建好阵地；二是定好规矩；三是搭好平台。\n二、强化服务\n没有标号。")
    found = describe(text, ["body"] * 3)
    assert [(one.marker, len(one.inline)) for one in found] == [(None, 3), (("han_comma", 2), 0), (None, 0)]


def test_leaning_words_are_well_formed():
    table = read_table("leaning_words.tsv")
    assert table.columns == ("side", "word", "except")
    assert {row["side"] for row in table} == {"start", "end"}
    for row in table:
        for exception in row["except"].split():
            fits = exception.startswith if row["side"] == "start" else exception.endswith
            assert fits(row["word"]), f"{exception} is no exception to {row['word']}"
