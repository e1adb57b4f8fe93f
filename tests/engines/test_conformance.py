"""Every engine does the same with a text: offsets hold, nothing is lost, and all doors give one Document."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhengxie_nlp import Document, Pipeline, read_back

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "speeches" / "text"
#: An outline with every type of record; an interleaved page; lines wrapped in words; blanks of all kinds.
TEXTS = {
    **{name: (CORPUS / f"{name}.txt").read_text(encoding="utf-8") for name in ("a01", "c15", "c13")},
    "blanks": "云浦市政协机关\n\n　　一、抓实 学习\n\n一是健全“双 周”学习制度。今年 ，办讲座　12 场。\n",
}
TYPES = {"quantity", "numeral_term", "time", "mechanism", "initiative"}


@pytest.fixture(params=["jieba", "jieba-python", "lac", "hanlp"])
def arguments(request) -> list[str]:
    """Return the command line's arguments for one engine."""
    if request.param == "hanlp":
        return ["--words", "hanlp", "--hanlp-model", str(request.getfixturevalue("hanlp_model"))]
    return ["--words", request.param]


@pytest.fixture
def pipeline(arguments) -> Pipeline:
    return Pipeline(words=arguments[1], hanlp_model=arguments[3] if len(arguments) > 3 else None)


def refs_of(value):
    """Yield every Ref in a Document's JSON."""
    if isinstance(value, dict):
        if value.keys() == {"text", "fragments"}:
            yield value
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from refs_of(one)


@pytest.mark.parametrize("name", TEXTS)
def test_every_ref_reads_back_and_the_text_is_whole(pipeline, name):
    document = pipeline.extract(TEXTS[name])
    assert document.text == TEXTS[name]
    refs = list(refs_of(json.loads(document.model_dump_json())))
    assert refs
    for ref in refs:
        made = Document.model_validate({"source": {"id": "x"}, "text": "", "title": ref}).title
        assert read_back(document.text, made) == made.text


def test_no_type_of_record_is_lost(pipeline):
    assert {record.type for record in pipeline.extract(TEXTS["a01"]).records} == TYPES


def test_the_same_text_gives_the_same_bytes(pipeline):
    made = [pipeline.extract(TEXTS["a01"]).model_dump_json() for _ in range(2)]
    assert made[0] == made[1]


def test_the_command_line_gives_the_document_of_python(pipeline, arguments, tmp_path):
    path = tmp_path / "a01.txt"
    path.write_text(TEXTS["a01"], encoding="utf-8")
    command = [sys.executable, "-m", "zhengxie_nlp", "extract", str(path), *arguments]
    done = subprocess.run(command, capture_output=True, check=True, env=os.environ)
    assert Document.parse(done.stdout) == pipeline.extract_file(path)


@pytest.mark.filterwarnings("ignore")  # what spaCy's and HanLP's own imports say
def test_spacy_gives_the_document_of_python(pipeline):
    spacy = pytest.importorskip("spacy", reason="the extra [spacy] is not installed")
    nlp = spacy.blank("zh")
    nlp.add_pipe("zhengxie", config={"settings": pipeline.settings.model_dump(mode="json")})
    assert nlp(TEXTS["c15"])._.zhengxie == pipeline.extract(TEXTS["c15"])
