"""What `explain` says of a text that is read in parts is what it says of the whole."""

import re

import pytest

from zhengxie_nlp import messages
from zhengxie_nlp.explanation import _CHOSEN, explain
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.pipeline import Pipeline, Settings
from zhengxie_nlp.record_types import RECORD_TYPES

VOLUME = """健全联络机制 服务委员履职
青禾市政协

一、健全联络机制。今年以来，走访委员40多人。

办好院坝议事 解决身边小事
云浦县政协

一是在6个镇街设立院坝议事点21个。
"""


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("40多人", "from numeral: “40多” ["),
        ("青禾", "speech s1 (青禾市政协): its title, organisation or speaker"),
        ("21个", "speech s2 (云浦县政协), node s2.1"),
        ("6个", "quantity q"),
        ("\n\n", "left out of the clean text"),
    ],
)
def test_explain_finds_the_part(quote, said):
    at = VOLUME.index(quote)
    whole, parts = (
        explain(Pipeline(Settings(longest_part=longest)).analyze(VOLUME), at) for longest in (10_000, 1)
    )
    assert said in parts
    # How sure it is may hang on the rest of the text: its genre.
    assert [line for line in whole.splitlines() if "confidence" not in line] == [
        line for line in parts.splitlines() if "confidence" not in line
    ]


def test_explain_in_chinese_leaves_no_english_word_of_a_record(monkeypatch):
    monkeypatch.setenv("ZHENGXIE_LANG", "zh")
    monkeypatch.setattr(messages, "_SPOKEN", {})
    analysis = Pipeline().analyze("一、工作回顾。今年，开展“三个一”活动40多次，增长3.5%，建立联络机制。\n")
    ours = {
        "initiative",
        "mechanism",
        "quantity",
        "numeral_term",
        "action",
        "status",
        "value",
        "over",
        "done",
    }
    for record in analysis.document.records:
        told = explain(analysis, record.ref.fragments[0][0])
        # What stands behind a colon as a rule's name is a name, not a word.
        lines = [line for line in told.splitlines() if "规则：" not in line and "由此选定" not in line]
        assert not ours & set(re.findall(r"[a-z_]+", "\n".join(lines)))


def test_every_field_and_value_of_a_record_has_its_chinese():
    words = {(row["kind"], row["en"]) for row in read_table("explained_words.tsv")}
    shared = {"id", "ref", "speech", "node", "confidence", "rule", "type"}
    for name, row in RECORD_TYPES.items():
        assert ("type", name) in words
        for field, told in row.model.model_fields.items():
            if field not in shared:
                assert ("field", field) in words, field
            for value in re.findall(r"'([a-z_]+)'", str(told.annotation)) if field in _CHOSEN else ():
                assert ("value", value) in words, value
