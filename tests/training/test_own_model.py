"""The tutorial `docs/own-model.md`, run from end to end."""

import re
import shlex
import shutil
from pathlib import Path

from typer.testing import CliRunner

from zhengxie_nlp.cli import app
from zhengxie_nlp.learning.model import load_model

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "own-model.md"


def test_the_tutorial_makes_a_model_from_corrected_speeches(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    speeches = ROOT / "corpora" / "speeches"
    (tmp_path / "speeches").mkdir()
    shutil.copy(speeches / "text" / "a01.txt", tmp_path / "speeches" / "a.txt")
    (tmp_path / "first").mkdir()
    shutil.copytree(ROOT / "corpora" / "clauses", tmp_path / "corpora" / "clauses")
    # A few of our documents stand for all of them, for the sake of time.
    gold = tmp_path / "corpora" / "speeches" / "gold"
    gold.mkdir(parents=True)
    for name in ("a01", "a04", "a07"):
        shutil.copy(speeches / "gold" / f"{name}.json", gold)
    page = PAGE.read_text(encoding="utf-8")
    (split,) = re.findall(r"^```\n(# origin: our own.*?)^```", page, re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    for command in commands:
        if "train" in command.split():
            (tmp_path / "corpora" / "own" / "split.tsv").write_text(split, encoding="utf-8")
        done = CliRunner().invoke(app, shlex.split(command)[1:])
        assert done.exit_code == 0, (command, done.output, done.exception)
    assert "a" in load_model(tmp_path / "models" / "own").corpus["documents"]
