"""The command line as a user meets it: what is printed where, and which exit status it ends with."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

from zhengxie_nlp import Pipeline, __version__
from zhengxie_nlp.records import Document

SPEECH = """坚持为民履职 服务发展大局

云浦市政协机关

一、抓实理论学习，夯实思想根基

一是健全学习制度。今年以来，举办读书分享会12场，参加委员1200余人次。

二是严格组织生活。坚持“三会一课”制度。

二、聚焦中心任务，积极建言献策

围绕营商环境开展调研40多次，形成调研报告6篇。
"""


def run(*arguments, stdin=None):
    """Run the command in a process of its own, with the stdin given as bytes."""
    return subprocess.run(
        [sys.executable, "-m", "zhengxie_nlp", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "0", "LC_ALL": "C"},
    )


@pytest.fixture
def speech(tmp_path):
    path = tmp_path / "speech.txt"
    path.write_text(SPEECH, encoding="utf-8")
    return path


def test_extract_prints_the_document_that_python_gives(speech):
    done = run("extract", speech)
    assert done.returncode == 0
    assert done.stderr == b""
    assert Document.parse(done.stdout) == Pipeline().extract_file(speech)


def test_extract_reads_standard_input(speech):
    done = run("extract", "-", "--format", "jsonl", stdin=SPEECH.encode("gb18030"))
    document = Document.parse(done.stdout)
    assert document.text == SPEECH
    assert document.source.encoding == "gb18030"
    assert done.stdout.count(b"\n") == 1


def test_extract_prints_a_summary_for_people(speech):
    summary = run("extract", speech, "--format", "summary").stdout.decode()
    for said in ("云浦市政协机关", "坚持为民履职 服务发展大局", "40多次", "三会一课", "今年以来"):
        assert said in summary


def test_extract_writes_a_file_and_nothing_beside_it(speech, tmp_path):
    target = tmp_path / "out" / "speech.json"
    target.parent.mkdir()
    done = run("extract", speech, "-o", target)
    assert (done.returncode, done.stdout) == (0, b"")
    assert Document.parse(target.read_bytes()).text == SPEECH
    assert [file.name for file in target.parent.iterdir()] == ["speech.json"]


def test_extract_sets_a_bad_file_aside_and_goes_on(speech, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\x00\x01\x02\x03" * 20)
    done = run("extract", bad, speech, "-f", "jsonl")
    assert done.returncode == 1
    assert Document.parse(done.stdout).source.id == "speech"
    assert b"[ZX105]" in done.stderr
    assert b"bad.txt" in done.stderr


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda folder: folder / "nowhere.txt", "ZX101"),
        (lambda folder: empty(folder / "empty.txt"), "ZX106"),
    ],
)
def test_extract_says_what_is_wrong_with_a_file(tmp_path, make, code):
    target = tmp_path / "out.json"
    done = run("extract", make(tmp_path), "-o", target)
    assert done.returncode == 1
    assert f"[{code}]".encode() in done.stderr
    assert done.stdout == b""
    assert not target.exists()


def test_extract_takes_folders_and_archives_and_reports_what_is_no_text(speech, tmp_path):
    folder = tmp_path / "发言"
    (folder / "2023").mkdir(parents=True)
    (folder / "2023" / "云浦.txt").write_bytes(SPEECH.encode("gb18030"))
    (folder / "坏.txt").write_bytes(b"\x00\x01\x02\x03" * 20)
    with zipfile.ZipFile(folder / "更多.zip", "w") as archive:
        archive.write(speech, "岭东.txt")
    done = run("extract", folder, "-f", "jsonl")
    assert done.returncode == 1
    documents = [Document.parse(line) for line in done.stdout.splitlines()]
    assert [document.source.id for document in documents] == ["2023/云浦.txt", "更多.zip/岭东.txt"]
    assert {document.text for document in documents} == {SPEECH}
    assert done.stderr.count(b"[ZX105]") == 1


def test_extract_refuses_an_archive_of_several_texts_as_one_json(speech, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(speech, "1.txt")
        archive.write(speech, "2.txt")
    done = run("extract", tmp_path / "a.zip")
    assert done.returncode == 1
    assert b"[ZX115]" in done.stderr


def empty(path):
    path.touch()
    return path


def test_extract_refuses_several_documents_as_one_json(speech):
    done = run("extract", speech, speech)
    assert done.returncode == 2
    assert b"jsonl" in done.stderr


def test_extract_says_when_it_cannot_write(speech, tmp_path):
    done = run("extract", speech, "-o", tmp_path / "nowhere" / "out.json")
    assert done.returncode == 1
    assert b"[ZX903]" in done.stderr


def test_explain_names_the_rule_and_its_characters(speech):
    done = run("explain", speech, "--at", SPEECH.index("40多次"))
    said = done.stdout.decode()
    assert done.returncode == 0
    assert "quantity" in said
    assert "rule: " in said
    assert "“40多次”" in said


def test_explain_names_the_words_that_spoke_for_a_category(speech):
    said = run("explain", speech, "--at", SPEECH.index("形成调研报告")).stdout.decode()
    assert "initiative" in said
    assert said.count("category spoken for by: ") == 2  # of the initiative, and of its node


def test_explain_refuses_an_offset_outside_of_the_text(speech):
    done = run("explain", speech, "--at", len(SPEECH))
    assert done.returncode == 1
    assert b"[ZX202]" in done.stderr


def test_evaluate_scores_documents_and_texts_against_gold(speech, tmp_path):
    gold = tmp_path / "gold"
    gold.mkdir()
    assert run("extract", speech, "-o", gold / "speech.json").returncode == 0
    for judged in ([], [gold], [gold / "speech.json"], [speech]):
        done = run("evaluate", gold, *judged, "--json")
        figures = json.loads(done.stdout)
        assert done.returncode == 0, done.stderr
        assert figures["marker"] == figures["quantity strict+value"] == figures["tree"] == 1.0


def test_evaluate_takes_json_lines_as_gold_and_as_found(speech, tmp_path):
    folder = tmp_path / "发言"
    folder.mkdir()
    for name in ("云浦.txt", "岭东.txt"):
        (folder / name).write_text(SPEECH, encoding="utf-8")
    lines = tmp_path / "all.jsonl"
    assert run("extract", folder, "-f", "jsonl", "-o", lines).returncode == 0
    done = run("evaluate", lines, lines, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["quantity strict+value"] == 1.0
    assert json.loads(run("evaluate", lines, "--json").stdout)["tree"] == 1.0


def test_evaluate_fails_below_a_floor(speech, tmp_path):
    gold = tmp_path / "speech.json"
    floors = tmp_path / "floors.json"
    run("extract", speech, "-o", gold)
    floors.write_text('{"marker": 1.0, "quantity strict": 1.0}', encoding="utf-8")
    assert run("evaluate", gold, "--floors", floors).returncode == 0
    floors.write_text('{"marker": 1.0, "no such figure": 0.9}', encoding="utf-8")
    done = run("evaluate", gold, "--floors", floors)
    assert done.returncode == 3
    assert b"no such figure is not measured" in done.stderr


def test_evaluate_measures_the_model_that_it_is_given(speech, tmp_path):
    gold = tmp_path / "speech.json"
    run("extract", speech, "-o", gold)
    assert run("evaluate", gold, "--model", "zhengxie").returncode == 0
    done = run("evaluate", gold, "--model", tmp_path / "none")
    assert done.returncode == 1
    assert b"ZX303" in done.stderr


def test_evaluate_names_a_file_without_gold(speech, tmp_path):
    gold = tmp_path / "other.json"
    run("extract", speech, "-o", gold)
    second = tmp_path / "second.json"
    run("extract", speech, "-o", second)
    done = run("evaluate", gold, speech, second)
    assert done.returncode == 1
    assert b"[ZX501]" in done.stderr


def test_evaluate_counts_an_unreadable_extraction_as_empty(speech, tmp_path):
    gold, broken = tmp_path / "gold", tmp_path / "found"
    gold.mkdir()
    broken.mkdir()
    run("extract", speech, "-o", gold / "speech.json")
    (broken / "speech.json").write_text("{", encoding="utf-8")
    done = run("evaluate", gold, broken)
    assert done.returncode == 1
    assert "[ZX201]" in done.stdout.decode()
    assert json.loads(run("evaluate", gold, broken, "--json").stdout)["marker"] == 0


def test_schema_describes_every_field_of_a_document():
    schema = json.loads(run("schema").stdout)
    assert set(schema["properties"]) == set(Document.model_fields)


def test_version_is_the_package_version():
    assert run("--version").stdout.decode().split() == ["zhengxie_nlp", __version__]


def test_wrong_usage_ends_with_status_two():
    assert run("extract").returncode == 2
    assert run("nonsense").returncode == 2
