"""Nothing goes without a trace: what is in no Ref was dropped as layout, or stands in a diagnostic."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengxie_nlp.evaluation.cases import untraced
from zhengxie_nlp.pipeline import Pipeline, Settings

TEXTS = sorted((Path(__file__).parents[1] / "corpora" / "speeches" / "text").glob("*.txt"))
#: What is left of a line of name, a dateline or a credit is no longer than this, and no sentence.
LONGEST_REST = 45
#: Real texts, where they lie beside this tree; they are no part of it.
REAL = sorted((Path(__file__).parents[2] / "shared" / "gold").glob("*/*.txt"))
PIPELINE = Pipeline(Settings(records=("quantity", "time", "numeral_term"), model=None))

SENTENCES = st.sampled_from(
    [
        "今年走访企业1 20多家。",
        "气温零下5度，投入3万4000元！",
        "一是建立制度。",
        "（一）抓学习",
        "二、抓协商",
        "2022-05-16，召开会议；",
        "罗启文：我补充两点。",
        "岭东区政协",
        "●主要工作",
        "—、主要工作",
        "第一条 为规范工作，制定本规则。",
        "2024-03-02 09:15:20",
        "- 3 -",
        "本报云浦3月5日电（记者　何立新）今天开会。",
        "——在全市会议上的发言",
        "问：怎么管？",
    ]
)


def rests(document):
    """Return the words that are told to belong to no part of a speech."""
    return [one.ref.text for one in document.diagnostics if one.code == "line_rest"]


@pytest.mark.parametrize("path", [*TEXTS, *REAL], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_word_of_a_text_has_a_place(path):
    document = PIPELINE.extract(path.read_text(encoding="utf-8"))
    assert untraced(document) == []
    for rest in rests(document):
        assert len(rest) <= LONGEST_REST, rest
        assert not set("。；！？") & set(rest), rest


def test_real_texts_are_among_them():
    if not REAL:
        pytest.skip("the real texts do not lie beside this tree")
    assert len(REAL) >= 100


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=8))
def test_every_word_has_a_place_whatever_stands_beside_it(lines):
    document = PIPELINE.extract("\n".join(lines))
    assert untraced(document) == []
    for rest in rests(document):
        assert not set("。；！？") & set(rest), rest


def test_what_is_left_of_a_line_is_told():
    text = "让协商走进社区\n\n岭东区政协主席　何立新\n\n一、健全机制\n全年走访困难户28户，召开座谈会12次。\n"
    document = PIPELINE.extract(text)
    assert rests(document) == ["主席"]
    assert document.speeches[0].speaker.text == "何立新"


def test_an_item_with_a_dash_that_goes_on_is_text():
    text = "助学工作报告\n\n建成资助体系。\n——在高中阶段，建立了助学金；\n——在大学，建立了奖学金、\n"
    assert rests(PIPELINE.extract(text)) == []
