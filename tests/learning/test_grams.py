"""N-grams: what they are, and those of the passages of a text."""

from collections import Counter

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.learning.grams import GramTable, Passages, ngrams

GRAMS = ("学", "习", "0", "学习", "走访", "访0", "走访0", "习走访")


@pytest.fixture(scope="module")
def table() -> GramTable:
    return GramTable(GRAMS)


def test_ngrams_stop_at_punctuation() -> None:
    assert "习，" not in ngrams("学习，走访")
    assert ngrams("学习，走访", longest=2) == ["学", "习", "走", "访", "学习", "走访"]


@given(st.text())
def test_ngrams_take_any_text(text: str) -> None:
    assert all(1 <= len(token) <= 3 for token in ngrams(text))


@given(st.text(alphabet="学习走访0.5%，\n_𠀀", max_size=12), st.data())
def test_read_knows_the_ngrams_of_each_passage(text: str, data: st.DataObject) -> None:
    table = GramTable(GRAMS)
    places = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(places, places).map(sorted).map(tuple), max_size=4))
    passages = Passages.of(spans)
    read = table.read(text)
    owners, columns = read.cells(passages)
    sizes, shares = read.coverage(passages)
    for number, (start, end) in enumerate(spans):
        grams = ngrams(text[start:end])
        known = Counter(gram for gram in grams if gram in GRAMS)
        assert Counter(GRAMS[column] for column in columns[owners == number]) == known
        lengths = Counter(map(len, grams))
        assert sizes[:, number].tolist() == [lengths[length] for length in (1, 2, 3)]
        assert shares[0, number] * lengths[1] == pytest.approx(sum(known[gram] for gram in "学习0"))


def test_coverage_is_the_share_of_known_tokens(table: GramTable) -> None:
    _, shares = table.read("学习，葡萄").coverage(Passages.of([(0, 5), (0, 0)]))
    assert shares.tolist() == [[0.5, 0.0], [0.5, 0.0], [0.0, 0.0]]


def test_read_takes_lone_surrogates(table: GramTable) -> None:
    assert table.read("学\ud800").columns.tolist() == [0]


def test_passages_chosen_keep_their_pieces() -> None:
    passages = Passages(numpy.array([0, 1, 1, 3]), numpy.array([0, 4, 8]), numpy.array([3, 6, 9]))
    chosen = passages.chosen(numpy.array([2, 1, 0]))
    assert (chosen.first.tolist(), chosen.starts.tolist()) == ([0, 2, 2, 3], [4, 8, 0])
    assert passages.totals(numpy.array([[1, 2, 3]])).tolist() == [[1, 0, 5]]
    assert passages.followed_by(chosen).first.tolist() == [0, 1, 1, 3, 5, 5, 6]


def test_passages_beginning_counts_line_breaks() -> None:
    found = Passages.of([(0, 3), (4, 9), (12, 15)]).beginning(6)
    assert (len(found), found.starts.tolist(), found.ends.tolist()) == (1, [0, 4], [3, 6])


@pytest.mark.parametrize("most", [1, 5, 7, 100])
def test_passages_batches_hold_all(most: int) -> None:
    passages = Passages.of([(0, 3), (2, 2), (4, 9), (12, 15)])
    batches = list(passages.batches(most))
    assert sum(map(len, batches)) == len(passages)
    assert [start for batch in batches for start in batch.starts.tolist()] == passages.starts.tolist()
    assert all(batch.first[0] == 0 and batch.first[-1] == len(batch.starts) for batch in batches)
