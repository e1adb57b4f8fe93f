"""Closed, full and strange streams: no traceback, no silent loss, the right exit status."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhengxie_nlp.streams import plain

SPEECH = "云浦市政协机关\n\n一是健全学习制度。今年以来，举办读书会12场。\n"
COMMAND = [sys.executable, "-m", "zhengxie_nlp"]


@pytest.fixture
def speech(tmp_path):
    path = tmp_path / "speech.txt"
    path.write_text(SPEECH, encoding="utf-8")
    return path


def shell(command, **environment):
    words = ["/bin/bash", "-c", command]
    return subprocess.run(words, capture_output=True, check=False, env=os.environ | environment)


def zhengxie(*arguments):
    return " ".join([sys.executable, "-m", "zhengxie_nlp", *map(str, arguments)])


def test_closed_standard_output_is_said(speech):
    done = shell(f"{zhengxie('extract', speech)} >&-")
    assert done.returncode == 1
    assert b"[ZX903] standard output: it is closed" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("extract",), ("explain", "--at", "16"), ("schema",)])
def test_full_standard_output_is_said_without_a_traceback(speech, arguments):
    files = () if arguments == ("schema",) else (speech,)
    done = shell(f"{zhengxie(*arguments, *files)} >/dev/full")
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"[ZX903] standard output: cannot be written (No space left on device)" in done.stderr


def test_a_reader_that_goes_away_ends_the_command_quietly(speech):
    done = shell(f"{zhengxie('extract', *[speech] * 3, '--format', 'jsonl')} | true; exit ${{PIPESTATUS[0]}}")
    assert done.returncode in (0, 141)
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("redirect", ["2>/dev/full", "2>&-"])
def test_a_bad_file_costs_only_itself_when_errors_cannot_be_told(speech, redirect):
    done = shell(f"{zhengxie('extract', 'nowhere.txt', speech, '--format', 'jsonl')} {redirect}")
    assert done.returncode == 1
    assert done.stdout.count(b"\n") == 1


def test_a_gbk_terminal_gets_gbk(speech):
    done = shell(zhengxie("explain", speech, "--at", 16), PYTHONIOENCODING="gbk")
    assert done.returncode == 0
    assert "健全学习制度" in done.stdout.decode("gbk") or "学习制度" in done.stdout.decode("gbk")


def test_json_is_utf_8_on_any_terminal(speech):
    done = shell(zhengxie("extract", speech), PYTHONIOENCODING="gbk")
    assert json.loads(done.stdout.decode("utf-8"))["text"] == SPEECH


def test_no_text_or_name_steers_the_terminal(tmp_path):
    path = tmp_path / "a\x1b[31mb.txt"
    path.write_text("一是健全\x1b[31m学习制度。举办读书会12场。\n", encoding="utf-8")
    for arguments in (
        ["explain", path, "--at", "20"],
        ["explain", f"{path}\x1b[31m", "--at", "1"],
        ["extract", "-f", "summary", path],
    ):
        done = subprocess.run([*COMMAND, *arguments], capture_output=True, check=False)
        assert b"\x1b" not in done.stdout + done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_what_was_finished_and_resume_goes_on(speech, tmp_path, number):
    # The second text comes through a pipe that nobody writes to: the command waits there.
    pipe = tmp_path / "waiting.txt"
    os.mkfifo(pipe)
    output = tmp_path / "all.jsonl"
    command = [*COMMAND, "extract", speech, pipe, "-f", "jsonl", "-o", output]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    unfinished = tmp_path / "all.jsonl.unfinished"
    for _ in range(600):
        if unfinished.exists() and unfinished.read_bytes().endswith(b"\n"):
            break
        time.sleep(0.1)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert b"1 Documents are kept" in said
    assert not output.exists()
    pipe.unlink()
    pipe.write_text("二是开展调研3次。\n", encoding="utf-8")
    refused = subprocess.run(command, capture_output=True, check=False)
    assert b"[ZX904]" in refused.stderr
    done = subprocess.run([*command, "--resume"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    names = [json.loads(line)["source"]["id"] for line in output.read_bytes().splitlines()]
    assert names == ["speech", "waiting"]
    assert not unfinished.exists()


def test_plain_leaves_text_as_it_is_and_escapes_the_rest():
    assert plain("委员\u3000“发言”\n\t") == "委员\u3000“发言”\n\t"
    assert plain("\x1b]0;x\x07\u202e\x9b") == "\\x1b]0;x\\x07\\u202e\\x9b"
