"""LAC from jieba's wheel: what it says of sentences, that batches change nothing, and weights that lie."""

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.errors import SettingsError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.text.segmenters import lac_words
from zhengxie_nlp.text.segmenters.lac_words import LacSegmenter, network, parameter
from zhengxie_nlp.text.source_text import Span

TEXT = "2023年9月，何立新同云浦市政协机关走访企业120多家。\n\n岭东区政协印发《委员守则》，罗启文作了说明！"


def names(text):
    return [(name.kind, text[slice(*name.span)]) for name in LacSegmenter().names(text, 0, len(text))]


def test_lac_finds_persons_and_organisations():
    found = names(TEXT)
    assert ("person", "何立新") in found
    assert ("person", "罗启文") in found
    assert ("organization", "岭东区政协") in found


def test_a_time_is_one_word_and_a_verb_is_a_verb():
    words = {TEXT[word.start : word.end]: word.tag for word in LacSegmenter().cut(TEXT, 0, len(TEXT))}
    assert words["2023年9月"] == "d"
    assert words["走访"] == words["印发"] == "v"


def test_every_tag_of_the_network_has_a_meaning():
    known = set(read_table("lac_labels.tsv").column("label"))
    assert {tag.partition("-")[0] for tag in network().tag_names} == known


@given(st.text("云浦市政协走访企业12家，。\n“”开展 a\u3000", max_size=60))
def test_words_cover_every_character_once(text):
    words = LacSegmenter().cut(text, 0, len(text))
    assert "".join(text[word.start : word.end] for word in words) == text
    assert all(one.end == other.start for one, other in pairwise(words))


def test_a_sentence_is_read_alike_alone_and_together():
    sentences = [TEXT[:9], TEXT[9:30], TEXT, "", "开展活动。" * 12]
    together = network().tags(sentences)
    assert together == [network().tags([one])[0] for one in sentences]


def test_names_help_the_pipeline_to_who_acts():
    document = Pipeline(words="lac").extract("云浦市政协\n\n去年，岭东区政协走访企业12家。")
    assert "岭东区政协" in {
        record.actor.text for record in document.records if getattr(record, "actor", None)
    }


def test_dictionaries_of_users_are_refused():
    with pytest.raises(SettingsError, match="userdicts are for jieba"):
        Pipeline(words="lac", userdict="words.txt")


def test_parameter_reads_levels_and_dimensions():
    description = b"\x08\x05\x10\x02\x10\x03"
    head = bytes(4) + struct.pack("<Q", 1) + struct.pack("<Q", 8) + bytes(8) + bytes(4)
    data = head + struct.pack("<i", len(description)) + description + struct.pack("<6f", *range(6))
    assert parameter(data).tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(ValueError, match="reshape"):
        parameter(data[:-4])


@pytest.mark.parametrize("spec", [None, "elsewhere"])
def test_weights_that_are_missing_are_told(monkeypatch, tmp_path, spec):
    class Spec:
        origin = str(tmp_path / "jieba" / "__init__.py")

    monkeypatch.setattr(lac_words, "find_spec", lambda name: spec and Spec)
    monkeypatch.setattr(lac_words, "network", network.__wrapped__)
    with pytest.raises(SettingsError, match="ZX403") as told:
        LacSegmenter().cut("开展活动", 0, 4)
    assert "jieba==0.42.1" in str(told.value)


def test_spans_of_names_lie_inside_what_is_asked():
    segmenter = LacSegmenter()
    assert segmenter.names(TEXT, 12, 14) == []
    assert all(span == Span(*span) for _, span in segmenter.names(TEXT, 0, len(TEXT)))
