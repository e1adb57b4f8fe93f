"""The commands that make pages, as a user meets them."""

import json
import re
import sys

import pytest
from typer.testing import CliRunner

from zhengxie_nlp import Pipeline
from zhengxie_nlp.cli import app
from zhengxie_nlp.outputs.page.render import document_page

SPEECH = """坚持为民履职 服务发展大局

云浦市政协机关

一、抓实理论学习

一是健全学习制度。今年以来，举办读书分享会12场。
"""


def data_of(html):
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.fixture
def speech(tmp_path):
    path = tmp_path / "speech.txt"
    path.write_text(SPEECH, encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_page_holds_the_document_of_its_file_and_the_evidence(speech, tmp_path):
    done = run("page", speech, "-o", tmp_path / "report.html")
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'report.html'}\n")
    data = data_of((tmp_path / "report.html").read_text(encoding="utf-8"))
    document = Pipeline().extract_file(speech)
    assert data["document"] == json.loads(document.model_dump_json())
    quantity = next(record for record in document.records if record.type == "quantity")
    assert all(isinstance(one.get("rules"), dict) for one in data["evidence"].values())
    assert ["unit", "场"] in [[name, ref["text"]] for name, ref in data["evidence"][quantity.id]["parts"]]


def test_page_of_a_document_is_that_of_python(speech, tmp_path):
    document = Pipeline().extract_file(speech)
    (tmp_path / "speech.json").write_text(document.model_dump_json(), encoding="utf-8")
    run("page", tmp_path / "speech.json", "-o", tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == document_page(document)


def test_view_opens_the_page_in_the_browser(speech, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    done = run("view", speech)
    assert done.exit_code == 0
    assert opened[0].startswith("file://")
    assert opened[0].endswith(".html")


def test_page_says_what_is_wrong_with_a_file(tmp_path):
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    done = run("page", tmp_path / "x.json")
    assert done.exit_code == 1
    assert done.exception.code == "ZX201"


def test_page_of_a_batch_is_an_archive_with_what_compare_found(tmp_path):
    document = Pipeline().extract(SPEECH, source_id="a")
    out = tmp_path / "out"
    (out / "compare").mkdir(parents=True)
    (out / "documents.jsonl").write_text(f"{document.model_dump_json()}\n" * 2, encoding="utf-8")
    table = {"zh": "各单位", "en": "Organisations", "columns": [["organization", "单位"]], "rows": []}
    (out / "compare" / "compare.json").write_text(json.dumps({"activity": table}), encoding="utf-8")
    done = run("page", out, "-o", tmp_path / "archive.html", "--title", "档案")
    html = (tmp_path / "archive.html").read_text(encoding="utf-8")
    assert done.exit_code == 0
    assert data_of(html)["count"] == 2
    assert "<title>档案</title>" in html


def test_page_of_a_folder_without_documents_says_what_to_do(tmp_path):
    done = run("page", tmp_path)
    assert done.exit_code == 1
    assert "zhengxie batch" in done.exception.hint


def test_page_never_replaces_its_input(speech):
    done = run("page", speech, "-o", speech)
    assert done.exit_code == 1
    assert speech.read_text(encoding="utf-8") == SPEECH


def test_apply_finds_the_document_beside_the_corrections(speech, tmp_path):
    document = Pipeline().extract_file(speech)
    quantity = next(record for record in document.records if record.type == "quantity")
    ref = json.loads(quantity.ref.model_dump_json())
    decision = {"op": "reject", "type": "quantity", **ref}
    source = {"id": "speech", "path": "elsewhere/speech.txt"}
    entry = {"source": source, "reviewed": ["quantity"], "decisions": [decision]}
    whole = {"format": "zhengxie-corrections", "version": 1, "documents": [entry]}
    (tmp_path / "c.json").write_text(json.dumps(whole), encoding="utf-8")
    done = run("apply", tmp_path / "c.json", "-o", tmp_path / "mine")
    assert done.exit_code == 0, done.output
    gold = json.loads((tmp_path / "mine" / "gold" / "speech.json").read_text(encoding="utf-8"))
    assert gold["records"] == []


def test_apply_says_which_document_is_missing(tmp_path):
    whole = {"format": "zhengxie-corrections", "version": 1, "documents": [{"source": {"id": "gone"}}]}
    (tmp_path / "c.json").write_text(json.dumps(whole), encoding="utf-8")
    done = run("apply", tmp_path / "c.json", "-o", tmp_path / "mine")
    assert done.exception.code == "ZX203"
    assert not (tmp_path / "mine").exists()


def test_serve_without_its_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    done = run("serve")
    assert done.exception.code == "ZX402"
    assert "'.[serve]'" in str(done.exception)
