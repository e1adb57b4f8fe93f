import json

import pytest

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import model_path
from zhengxie_nlp.structure.reading_order import language_model
from zhengxie_nlp.structure.reading_order.language_model import (
    CLASSES,
    MANIFEST,
    NGRAMS,
    WORDS,
    CharacterModel,
    joint_model,
    normalized,
    read_counts,
    write_counts,
)


def odds(left: str, right: str) -> float:
    model = joint_model()
    return model.character_gain(left, right) + model.word_gain(left, right) + model.class_gain(left, right)


@pytest.mark.parametrize(
    ("left", "right", "start"),
    [
        ("在老城区新开便民超", "市12家，覆盖所有街巷。", "近年来，我们坚持问题导向。"),
        ("走访慰问困难群众500余", "人次，送去慰问金20万元。", "同志们，刚才大家作了交流。"),
        ("组织委员深入开展调查研", "究，形成了一批成果。", "一年来，工作取得新进展。"),
        ("把协商议事会开到村里，", "群众的事情由群众商量着办。", "二是定好规矩。"),
    ],
)
def test_joint_model_prefers_the_rest_of_the_sentence(left, right, start):
    assert odds(left, right) > odds(left, start)


def test_word_gain_is_nothing_between_words():
    assert joint_model().word_gain("深入开展", "协商议政") == 0
    assert joint_model().word_gain("深入开", "展协商议政") > 0


def test_expects_more_knows_the_classes_that_end_no_sentence():
    model = joint_model()
    assert model.expects_more("跟街道社区共同")
    assert model.expects_more("账目每月上墙。进一步")
    assert not model.expects_more("修好了水渠")


def test_character_gain_sees_a_number_cut_in_two_as_one():
    model = joint_model()
    assert model.character_gain("建成工作室1", "2个，覆盖全区") > model.character_gain(
        "建成工作室", "2个，覆盖"
    )


def test_probabilities_add_up_to_no_more_than_one():
    model = CharacterModel({"一是建": 3, "是建好": 2, "建好阵": 1})
    characters = "一是建好阵地"
    for context in ("", "是", "一是", "未见"):
        total = sum(2.718281828 ** model.log_probability(one, context=context) for one in characters)
        assert 0 < total <= 1.0001


def test_normalized_makes_all_numbers_alike():
    assert normalized("2023年投资56.7亿元，5G基站") == "0年投资0亿元，0a基站"


def test_write_counts_is_read_back_and_steady():
    counts = {"\n\n一": 3, "一是": 2}
    data = write_counts(counts.items(), origin="a test")
    assert read_counts(data, where="x") == counts
    assert data == write_counts(reversed(counts.items()), origin="a test")


def test_read_counts_refuses_a_line_that_is_no_count():
    with pytest.raises(DataError, match=r"ZX303.*x, line 2"):
        read_counts(write_counts([("一 是\t", 3)], origin="a test"), where="x")


@pytest.fixture
def model_copy(tmp_path, monkeypatch):
    for name in (NGRAMS, WORDS, CLASSES, MANIFEST):
        (tmp_path / name).write_bytes((model_path("reading-order") / name).read_bytes())
    monkeypatch.setattr(language_model, "model_path", lambda name: tmp_path)
    joint_model.cache_clear()
    yield tmp_path
    joint_model.cache_clear()


def test_joint_model_refuses_weights_that_do_not_match_the_manifest(model_copy):
    (model_copy / CLASSES).write_bytes(write_counts([("d v", 1)], origin="another"))
    with pytest.raises(DataError, match=r"\[ZX303\] reading-order/classes.tsv.gz: .*do not match"):
        joint_model()


def test_joint_model_refuses_another_format(model_copy):
    manifest = json.loads((model_copy / MANIFEST).read_text(encoding="utf-8"))
    (model_copy / MANIFEST).write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    with pytest.raises(DataError, match="format 99, not 1"):
        joint_model()


def test_joint_model_says_when_a_file_is_missing(model_copy):
    (model_copy / NGRAMS).unlink()
    with pytest.raises(DataError, match="cannot be read"):
        joint_model()


def test_model_path_says_when_there_is_no_such_model():
    with pytest.raises(DataError, match="no such model"):
        model_path("no-such-model")


def test_model_is_small_and_says_what_it_was_trained_on():
    folder = model_path("reading-order")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert sum(len((folder / name).read_bytes()) for name in manifest["files"]) < 3_000_000
    assert not any(int(name[1:]) % 3 == 0 for name in manifest["corpus"]["documents"])
