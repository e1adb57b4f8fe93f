"""What `explain` says of a text that is read in parts is what it says of the whole."""

import pytest

from zhengxie_nlp.explanation import explain
from zhengxie_nlp.pipeline import Pipeline, Settings

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
