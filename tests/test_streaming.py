"""JSON that is written while a text is read is the JSON of its Document, byte by byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp import streaming
from zhengxie_nlp.document_builder import Part
from zhengxie_nlp.errors import DocumentError, ReadError
from zhengxie_nlp.pipeline import Pipeline, Settings
from zhengxie_nlp.reading.files import text_file
from zhengxie_nlp.streaming import document_json

VOLUME = """发言材料汇编

健全联络机制 服务委员履职
青禾市政协

一、健全委员联络机制。走访委员40多人，记下"speeches":[],"records": []两处。

办好院坝议事 解决身边小事
云浦县政协

一是设立议事点21个。三是办结三十件。
"""
TEXTS = [VOLUME, "", "\n", "目录\n", "青禾市政协\n\n今年以来，走访企业40多家。\n"]


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("longest", [1, 100_000])
@pytest.mark.parametrize("text", TEXTS)
def test_streamed_json_is_that_of_the_document(text, longest, indent):
    pipeline = Pipeline(Settings(longest_part=longest))
    streamed = b"".join(document_json(pipeline.read(text_file(text)), indent=indent))
    assert streamed.decode() == pipeline.extract(text).model_dump_json(indent=indent)


def test_what_is_long_waits_in_a_file(monkeypatch):
    monkeypatch.setattr(streaming, "_IN_MEMORY", 1)
    monkeypatch.setattr(streaming, "_BLOCK", 7)
    pipeline = Pipeline(Settings(longest_part=1))
    blocks = list(document_json(pipeline.read(text_file(VOLUME))))
    assert len(blocks) > 100
    assert b"".join(blocks).decode() == pipeline.extract(VOLUME).model_dump_json()


@given(st.text(alphabet='一二是、。，：\n"[]{}\\政协委员走访40家年度speeches', max_size=200))
def test_streamed_json_of_any_text_is_json(text):
    pipeline = Pipeline(Settings(longest_part=40, model=None))
    streamed = b"".join(document_json(pipeline.read(text_file(text)), indent=1))
    assert json.loads(streamed) == json.loads(pipeline.extract(text).model_dump_json())


def test_nothing_is_handed_out_when_a_part_cannot_be_read(monkeypatch):
    pipeline = Pipeline(Settings(longest_part=1))
    whole = streaming.pieces

    def broken(reading):
        yield next(iter(whole(reading)))
        raise DocumentError("ZX202", "no such place", where="the second part")

    monkeypatch.setattr(streaming, "pieces", broken)
    blocks = document_json(pipeline.read(text_file(VOLUME)))
    with pytest.raises(DocumentError, match="the second part"):
        next(blocks)


def test_parts_are_read_as_they_are_asked_for(monkeypatch):
    read = []
    pipeline = Pipeline(Settings(longest_part=1, model=None))
    run = Pipeline.run

    def noted(self, stage, values):
        read.append(stage.name)
        run(self, stage, values)

    monkeypatch.setattr(Pipeline, "run", noted)
    parts = pipeline.read(text_file(VOLUME)).parts
    assert read == ["clean", "order", "speeches"]
    assert isinstance(next(parts), Part)
    assert read.count("outline") == 1
    assert len(list(parts)) == 1
    assert read.count("outline") == 2


def test_a_full_disk_is_told_with_what_to_do(monkeypatch):
    def full(self, part):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.write", full)
    with pytest.raises(ReadError, match=r"ZX108.*No space left.*TMPDIR"):
        next(document_json(Pipeline(Settings(model=None)).read(text_file(VOLUME))))
