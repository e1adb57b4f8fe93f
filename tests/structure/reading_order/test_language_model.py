import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import model_path
from zhengxie_nlp.structure.reading_order import language_model as module
from zhengxie_nlp.structure.reading_order.language_model import (
    GRAMS,
    MANIFEST,
    Counts,
    LanguageModel,
    fingerprint,
    language_model,
    normalized,
)


@pytest.mark.parametrize(
    ("left", "right", "start"),
    [
        ("在老城区新开便民超", "市12家，覆盖所有街巷。", "近年来，我们坚持问题导向。"),
        ("走访慰问困难群众500余", "人次，送去慰问金20万元。", "同志们，刚才大家作了交流。"),
        ("组织委员深入开展调查研", "究，形成了一批成果。", "一年来，工作取得新进展。"),
        ("把协商议事会开到村里，", "由群众自己商量着办。", "二是定好规矩。"),
    ],
)
def test_reads_on_prefers_the_rest_of_the_sentence(left, right, start):
    model = language_model()
    assert model.reads_on(left, right) - model.opening(right) > model.reads_on(left, start) - model.opening(
        start
    )


def test_reads_on_sees_a_number_cut_in_two_as_one():
    model = language_model()
    cut = model.reads_on("建成工作室1", "2个，覆盖全区")
    assert cut > model.reads_on("建成工作室", "2个，覆盖全区")


def test_closing_tells_an_end_from_the_middle():
    model = language_model()
    assert model.closing("工作取得新成效。") > model.closing("工作取得新成效") > model.closing("进一步加强和")


def test_rarity_is_higher_for_names_than_for_common_words():
    model = language_model()
    assert model.rarity("水渠") > model.rarity("工作")


def test_probabilities_add_up_to_no_more_than_one():
    model = LanguageModel(Counts({"一": 5, "是": 5, "建": 5, "一是": 5, "是建": 3, "一是建": 3}), 15)
    for context in ("", "是", "一是", "未见"):
        total = sum(math.exp(model.log_probability(one, context=context)) for one in "一是建好阵地")
        assert 0 < total <= 1.05


def test_normalized_makes_all_numbers_alike():
    assert normalized("2023年投资56.7亿元，5G 基站") == "0年投资0亿元，0a基站"


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.integers(1, 10**7), max_size=60))
def test_counts_are_read_back_within_a_tenth(counts):
    data = Counts(counts).dump()
    read = Counts.parse(data)
    assert data == Counts(dict(reversed(counts.items()))).dump()
    prints = [fingerprint(gram) for gram in counts]
    for gram, count in counts.items():
        if prints.count(fingerprint(gram)) == 1:
            assert read.of(gram) == pytest.approx(count, rel=0.1)
    assert read.of("没有的词组") == 0 or fingerprint("没有的词组") in prints


@pytest.fixture
def model_copy(tmp_path, monkeypatch):
    for name in (GRAMS, MANIFEST):
        (tmp_path / name).write_bytes((model_path("reading-order") / name).read_bytes())
    monkeypatch.setattr(module, "model_path", lambda name: tmp_path)
    language_model.cache_clear()
    yield tmp_path
    language_model.cache_clear()


def test_language_model_refuses_weights_that_do_not_match_the_manifest(model_copy):
    (model_copy / GRAMS).write_bytes(Counts({"一是": 1}).dump())
    with pytest.raises(DataError, match=r"\[ZX303\] reading-order/grams.bin.xz: .*do not match"):
        language_model()


def test_language_model_refuses_another_format(model_copy):
    manifest = json.loads((model_copy / MANIFEST).read_text(encoding="utf-8"))
    (model_copy / MANIFEST).write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    with pytest.raises(DataError, match="format 99, not 2"):
        language_model()


def test_language_model_says_when_a_file_is_missing(model_copy):
    (model_copy / GRAMS).unlink()
    with pytest.raises(DataError, match="cannot be read"):
        language_model()


def test_model_path_says_when_there_is_no_such_model():
    with pytest.raises(DataError, match="no such model"):
        model_path("no-such-model")


def test_model_is_small_and_says_what_it_was_counted_from():
    folder = model_path("reading-order")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert sum(len((folder / name).read_bytes()) for name in manifest["files"]) < 4_600_000
    assert manifest["official"]["documents"] > 4000
    assert not any(int(name[1:]) % 3 == 0 for name in manifest["corpus"]["documents"])
