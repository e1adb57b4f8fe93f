"""Messages in Chinese: every one that a user can see has its row, and rows are used."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import zhengxie_nlp
from zhengxie_nlp import cli
from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.messages import GAP, language_of, translated, without_option

HOME = Path(zhengxie_nlp.__file__).parent


def written(node):
    """Return the text of a string in the code, with a gap for each value; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(one.value if isinstance(one, ast.Constant) else GAP for one in node.values)
    return None


def arguments_of(call, name):
    """Return what a call of an error or a note is given as its message and hint."""
    if name in ("Note", "ReadingNote"):
        place = 2
    elif name.endswith("Error"):
        place = 1
    else:
        return []
    named = [word.value for word in call.keywords if word.arg in ("hint", "message", "problem")]
    return [*call.args[place : place + 1], *named]


def messages_in(tree):
    """Yield the problems and hints of errors and the messages of notes that a module makes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = arguments_of(node, getattr(node.func, "id", getattr(node.func, "attr", "")))
            yield from (text for one in given if (text := written(one)) and " " in text)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("problem", "hint"):
            value = node.value
            values = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            yield from (text for one in values if (text := written(one)))


def has_chinese(text):
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


@pytest.mark.parametrize(
    "path", sorted(HOME.rglob("*.py")), ids=lambda path: path.relative_to(HOME).as_posix()
)
def test_every_message_of_a_module_has_its_chinese(path):
    asked = set(messages_in(ast.parse(path.read_text(encoding="utf-8"))))
    words = [text for text in sorted(asked) if any(map(str.isalpha, text))]
    missing = [text for text in words if not has_chinese(translated(text.replace(GAP, "x"), "zh"))]
    assert missing == [], "add rows to data/messages.tsv"


def helps(command):
    yield from (" ".join(one.split()) for one in (command.help or "").split("\n\n") if one)
    yield from (text for parameter in command.params if (text := getattr(parameter, "help", None)))
    for inner in getattr(command, "commands", {}).values():
        yield from helps(inner)


def test_all_help_has_its_chinese():
    shown = {text for text in helps(typer.main.get_command(cli.app)) if "shell" not in text.lower()}
    assert [text for text in sorted(shown) if not has_chinese(translated(text, "zh"))] == []


def test_rows_keep_their_gaps():
    for row in read_table("messages.tsv"):
        if '{"' not in row["en"]:
            assert row["en"].count(GAP) == row["zh"].count(GAP), row["en"]


def test_translated_keeps_code_place_and_values():
    problem, hint = "it has 5 members, more than the limit of 3", "Leave it out."
    error = ZhengxieError("ZX110", problem, where="a: b.zip", hint=hint)
    assert translated(str(error), "zh") == "[ZX110] a: b.zip：它有 5 个成员，超过上限 3。请不列入。"
    assert translated(str(error), "en") == str(error)
    assert translated("no such message", "zh") == "no such message"


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["--lang", "zh"], {"LANG": "en_GB"}, "zh"),
        (["a.txt", "--lang=en"], {"LANG": "zh_CN"}, "en"),
        ([], {"ZHENGXIE_LANG": "zh", "LANG": "de_DE"}, "zh"),
        ([], {"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
        ([], {"LANG": "zh_TW.UTF-8"}, "zh"),
        ([], {}, "en"),
    ],
)
def test_language_is_that_of_the_option_or_the_locale(arguments, environment, language):
    assert language_of(arguments, environment) == language
    assert not any(one.startswith("--lang") for one in without_option(arguments))


def test_the_command_line_speaks_chinese_where_it_is_asked_to():
    command = [sys.executable, "-m", "zhengxie_nlp", "explain", "nowhere.txt", "--at", "1", "--lang", "zh"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 1
    assert "没有这个文件" in done.stderr.decode()


def test_a_language_that_is_not_there_is_wrong_usage():
    command = [sys.executable, "-m", "zhengxie_nlp", "--lang", "fr", "schema"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "fr" in done.stderr.decode()


def test_help_in_chinese_is_shown_whole():
    command = [sys.executable, "-m", "zhengxie_nlp", "--lang", "zh", "batch", "--help"]
    environment = {**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1"}
    shown = subprocess.run(command, capture_output=True, check=True, env=environment).stdout.decode()
    assert "选项" in shown
    assert "… │" not in shown
    assert "…│" not in shown
    assert "显示本说明后退出" in "".join(shown.split())


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("speech s1, node s1.2, level 1", "发言 s1，节点 s1.2，第 1 级"),
        (
            "speech s1, node s1.2, level 2, marker “二是” (shi, point, 2)",
            "发言 s1，节点 s1.2，第 2 级，标号“二是”（shi, point, 2）",
        ),
        ("line 8, paragraph 7", "第 8 行，第 7 段"),
        ("line 8, paragraph 7, page 2", "第 8 行，第 7 段，第 2 页"),
        ("2 documents, 1,301 characters, 9 records", "2 份文件，1,301 字，9 条记录"),
    ],
)
def test_what_commands_tell_of_is_said_in_chinese(text, chinese):
    assert translated(text, "zh") == chinese


def test_no_row_has_gaps_that_touch():
    # Where one ends and the next begins could not be told.
    assert [row["en"] for row in read_table("messages.tsv") if GAP + GAP in row["en"]] == []
