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
    ]
)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_no_sentence_of_a_text_is_lost(path):
    document = PIPELINE.extract(path.read_text(encoding="utf-8"))
    for rest in untraced(document):
        assert len(rest) <= LONGEST_REST, rest
        assert not set("。；！？") & set(rest), rest


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=8))
def test_no_sentence_is_lost_whatever_stands_beside_it(lines):
    for rest in untraced(PIPELINE.extract("\n".join(lines))):
        assert not set("。；！？") & set(rest), rest
