"""What is wrong with how the command line is called is said in one line, in the reader's language."""

import subprocess
import sys

import pytest

from zhengxie_nlp.messages import translated


def called(*arguments):
    command = [sys.executable, "-m", "zhengxie_nlp", *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode("utf-8")


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (("explain", "a.txt"), "Missing option '--at'.", "缺少选项“--at”。"),
        (("extract", "-f", "xml", "a.txt"), "'xml' is not one of", "“xml”不在其中"),
        (("extarct",), "No such command 'extarct'", "没有“extarct”这个命令"),
    ],
)
def test_wrong_usage_is_one_line_in_the_language_asked_for(arguments, english, chinese):
    for language, said in (("en", english), ("zh", chinese)):
        status, out, told = called("--lang", language, *arguments)
        assert (status, out, told.count("\n")) == (2, "", 1)
        assert said in told
        assert "--help" in told


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("Missing argument 'PATH…'.", "缺少参数“PATH…”。"),
        ("Missing option '--output' / '-o'.", "缺少选项“--output”（或“-o”）。"),
        (
            "No such option: --fromat (Possible options: --format)",
            "没有这个选项：--fromat（可能是：--format）",
        ),
        ("No such option: -q", "没有这个选项：-q"),
        ("Option '-f' requires an argument.", "选项“-f”后面要有值。"),
        ("Option '--ocr' does not take a value.", "选项“--ocr”不带值。"),
        ("Got unexpected extra argument(s) (y)", "参数多了：y"),
        (
            "Invalid value for '--min-confidence': Input should be less than or equal to 1",
            "“--min-confidence”的值不对：最大是 1",
        ),
        ("Invalid value for '--at': 'x' is not a valid integer.", "“--at”的值不对：“x”不是整数。"),
        (
            "Invalid value: several files make several Documents: use --format jsonl or summary",
            "值不对：多份文件得出多个 Document：请用 --format jsonl 或 summary",
        ),
        ("Try `zhengxie extract --help`.", "请看“zhengxie extract --help”。"),
    ],
)
def test_what_is_wrong_with_a_call_has_its_chinese(text, chinese):
    assert translated(text, "zh") == chinese


def test_a_command_without_anything_shows_its_help():
    status, out, told = called()
    assert status == 2
    assert "extract" in out + told
    assert "Traceback" not in told
