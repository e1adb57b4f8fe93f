"""The wording of categories: cue words, clauses, and how much is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.categories.wording import CueWords, Wording, cue_words
from zhengxie_nlp.learning.grams import Passages
from zhengxie_nlp.learning.model import load_model
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.records import CATEGORIES


def test_cue_words_take_the_longest_word() -> None:
    assert cue_words("机关党委抓理论学习") == [("机关党委", "political"), ("理论学习", "learning")]


@given(st.text(alphabet="机关党委组织生活会民主评议员，", max_size=14), st.data())
def test_counts_are_those_of_the_passage_alone(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(places, places).map(sorted).map(tuple), max_size=4))
    found = CueWords(text).counts(Passages.of(spans)).T.tolist()
    for (start, end), counts in zip(spans, found, strict=True):
        words = cue_words(text[start:end])
        expected = [sum(category == one for _, category in words) for one in CATEGORIES]
        assert counts == [*expected, sum(len(word) for word, _ in words)]


def test_category_words_table_gives_each_word_one_category() -> None:
    table = read_table("category_words.tsv")
    words = table.column("word")
    assert len(set(words)) == len(words)
    assert set(table.column("category")) == set(CATEGORIES)
    assert all(len(word) > 1 and not set(word) & set("，。、；：") for word in words)


@pytest.mark.parametrize(
    ("text", "span", "clauses"),
    [
        ("抓好理论学习，举办读书班。", (0, 13), ["抓好理论学习", "举办读书班"]),
        ("抓好理论学习，举办读书班。", (1, 11), ["好理论学习", "举办读书"]),
        ("抓好理论学习，举办读书班。", (3, 10), []),
        ("抓好理论学习，其中，举办读书班", (0, 15), ["抓好理论学习", "举办读书班"]),
        ("，，抓好理论学习。", (0, 9), []),
    ],
)
def test_clauses_are_cut_off_and_several(text: str, span: tuple[int, int], clauses: list[str]) -> None:
    owners, found = Wording(text, model=load_model("zhengxie")).clauses(Passages.of([span]))
    assert [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)] == clauses
    assert owners.tolist() == [0] * len(clauses)


def test_familiarity_knows_the_genre_from_fiction() -> None:
    text = "坚持党建引领，开展主题党日活动。她把信折好放进抽屉，窗外的雨还没有停。"
    ours, other = Wording(text, model=load_model("zhengxie")).familiarity(Passages.of([(0, 16), (16, 35)]))
    # Single characters are common to both; words are not.
    assert (ours[:4] >= other[:4]).all()
    assert (ours[1:4] > other[1:4]).all()
