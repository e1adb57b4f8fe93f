"""Correcting in a real Chromium, by mouse and by key, and what the saved file makes."""

import json

import pytest
from typer.testing import CliRunner

from zhengxie_nlp import Pipeline
from zhengxie_nlp.cli import app
from zhengxie_nlp.outputs.page.render import document_page
from zhengxie_nlp.records import Document

TEXT = """坚持为民履职 服务发展大局

云浦市政协机关

一、抓实理论学习，夯实思想根基

一是健全学习制度。今年以来，举办读书分享会12场，参加委员1200余人次。
"""
ESCAPE = "\ue00c"


@pytest.fixture(scope="module")
def document():
    return Pipeline().extract(TEXT, source_id="speech")


@pytest.fixture
def page(show, document):
    show(document_page(document)).run("localStorage.clear()")
    return show(document_page(document))


def saved(page):
    """Return the corrections file that the page would save."""
    page.run(
        "window.written = null; window.showSaveFilePicker = async () => ({ createWritable: async () => ({"
        "write: async (text) => { window.written = text; }, close: async () => {} }) })"
    )
    page.find("#tab-corrections").click()
    page.find(".save-corrections").click()
    return json.loads(page.wait("return window.written"))


def focus(page):
    page.run("document.getElementById('text').focus()")


def test_records_are_decided_with_keys(page, document):
    focus(page)
    page.keys("j", "a", "x")
    (one,) = saved(page)["documents"]
    assert [(each["op"], each["text"]) for each in one["decisions"]] == [
        ("accept", document.records[0].ref.text), ("reject", document.records[1].ref.text),
    ]  # fmt: skip
    assert one["source"]["sha256"] == document.source.sha256
    page.find("#tab-text").click()
    focus(page)
    page.keys("u")
    assert [each["op"] for each in saved(page)["documents"][0]["decisions"]] == ["accept"]


def test_records_are_decided_with_the_mouse_and_the_draft_is_kept(page, show, document):
    page.find("#text .s.quantity").click()
    page.find(".decide-reject").click()
    assert page.find("#text .s.quantity.is-reject").text == "12场"
    again = show(document_page(document))
    kept = again.run("return Object.keys(localStorage).filter((key) => key.includes('corrections')).length")
    # A file of another name may have a storage of its own; where it has not, the draft is there.
    if kept:
        assert again.run("return document.getElementById('tab-corrections').dataset.count") == "1"


def test_fields_and_characters_are_changed(page):
    page.find("#text .s.quantity").click()
    page.find(".decide-change").click()
    page.run(
        "const all = [...document.querySelectorAll('.edit .field input')];"
        "const input = all.find((one) => one.value === '12'); input.value = '13';"
        "input.dispatchEvent(new Event('change'));"
    )
    page.find("[aria-label='开头左移一字']").click()
    page.find(".edit .primary").click()
    assert page.find("blockquote").text == "会12场"
    (decision,) = saved(page)["documents"][0]["decisions"]
    assert (decision["op"], decision["to"]["text"], decision["fields"]["value"]) == ("change", "会12场", "13")
    assert decision["text"] == "12场"


def test_a_value_that_the_text_does_not_have_is_refused(page):
    page.find("#text .s.quantity").click()
    page.find(".decide-change").click()
    page.run(
        "const all = [...document.querySelectorAll('.edit .field')];"
        "const input = all.find((one) => one.textContent === '所计').children[1]; input.value = '没有的字';"
        "input.dispatchEvent(new Event('change'));"
    )
    assert page.run("return document.querySelectorAll('.edit input:invalid').length") == 1


def test_a_record_is_added_from_selected_words(page):
    page.run(
        "const walker = document.createTreeWalker(document.getElementById('text'), NodeFilter.SHOW_TEXT);"
        "for (let node = walker.nextNode(); node; node = walker.nextNode()) {"
        " const at = node.data.indexOf('读书分享会'); if (at < 0) continue;"
        " getSelection().setBaseAndExtent(node, at, node, at + 5); break; }"
    )
    focus(page)
    page.keys("2")
    assert "机制" in page.find(".detail").text
    page.find(".edit .primary").click()
    (decision,) = saved(page)["documents"][0]["decisions"]
    at = TEXT.index("读书分享会")
    assert (decision["op"], decision["type"], decision["fragments"]) == ("add", "mechanism", [[at, at + 5]])


def test_a_record_is_added_with_keys_alone(page):
    focus(page)
    page.keys("+")
    page.keys(*"夯实思想根基", "\ue007")
    page.keys(*"夯实", "\ue007")
    assert page.find("blockquote").text == "夯实思想根基"
    (decision,) = saved(page)["documents"][0]["decisions"]
    assert (decision["type"], decision["fields"]["action"]) == ("initiative", "夯实")


def test_a_saved_file_is_opened_again(page, document, tmp_path):
    focus(page)
    page.keys("j", "x")
    path = tmp_path / "c.json"
    path.write_text(json.dumps(saved(page)), encoding="utf-8")
    page.find("#tab-text").click()
    focus(page)
    page.keys("u")
    page.find("#tab-corrections").click()
    page.find("#read-corrections").type(str(path))
    page.wait("return document.getElementById('tab-corrections').dataset.count === '1'")


def test_what_is_saved_becomes_gold(page, document, tmp_path):
    """The whole loop: page → corrections → apply → gold that training reads."""
    page.find("#text .s.quantity").click()
    page.find(".decide-reject").click()
    page.find("#tab-corrections").click()
    page.find("[data-reviewed=quantity]").click()
    path = tmp_path / "speech.corrections.json"
    path.write_text(json.dumps(saved(page), ensure_ascii=False), encoding="utf-8")
    (tmp_path / "speech.txt").write_text(TEXT, encoding="utf-8")
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["apply", str(path), str(tmp_path / "speech.txt"), "-o", str(out)])
    assert done.exit_code == 0, done.output
    gold = Document.parse((out / "gold" / "speech.json").read_bytes())
    assert [record.ref.text for record in gold.records] == ["1200余人次"]
    assert "quantity" not in gold.not_annotated
    assert "quantity strict" in done.output

    from zhengxie_nlp.training.corpus import read_corpus

    (text,) = read_corpus(out).texts
    assert text.document == gold
