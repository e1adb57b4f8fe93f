import importlib.util

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import ZhengxieError


@pytest.fixture(scope="module")
def document():
    return Pipeline().extract("云浦市政协机关\n\n2023年举办读书分享会12场。\n")


def test_to_frame_gives_a_row_a_record(document):
    pytest.importorskip("pandas", reason="pandas is not installed")
    frame = document.to_frame()
    assert list(frame["id"]) == [record.id for record in document.records]
    assert "type" in frame.columns
    assert list(document.to_frame("quantities")["number"]) == [12.0]


def test_to_frame_refuses_a_table_that_there_is_not(document):
    with pytest.raises(ZhengxieError) as caught:
        document.to_frame("sentences")
    assert caught.value.code == "ZX609"


def test_to_frame_says_what_to_install(document, monkeypatch):
    monkeypatch.setattr("zhengxie_nlp.outputs.tables.frames.find_spec", lambda _: None)
    assert importlib.util.find_spec("json")
    with pytest.raises(ZhengxieError, match="pip install pandas"):
        document.to_frame()
