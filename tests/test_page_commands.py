"""The commands that make pages, as a user meets them."""

import json
import re

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
