"""`spacy train` and `spacy evaluate` run on our gold, with the config that the project ships."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhengxie_nlp import Document
from zhengxie_nlp.cli import app

pytest.importorskip("spacy", reason="the extra [spacy] is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # what spaCy's own imports say

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "corpora" / "speeches" / "gold"


@pytest.fixture(scope="module")
def docbin(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("docbin")
    command = ["convert", str(GOLD / "a01.json"), "-o", str(folder), "--to", "docbin"]
    assert CliRunner().invoke(app, command).exit_code == 0
    return folder / "documents.spacy"


def test_gold_comes_back_from_a_docbin(docbin, tmp_path):
    done = CliRunner().invoke(app, ["convert", str(docbin), "-o", str(tmp_path)])
    assert done.exit_code == 0
    back = Document.parse((tmp_path / "a01.json").read_bytes())
    assert back == Document.parse((GOLD / "a01.json").read_bytes())


def test_a_pipeline_is_trained_and_measured(docbin, tmp_path):
    from spacy.cli.evaluate import evaluate
    from spacy.cli.train import train

    steps = {"training.max_steps": 2, "training.eval_frequency": 1}
    paths = {"paths.train": str(docbin), "paths.dev": str(docbin)}
    train(ROOT / "benchmarks" / "spacy.cfg", tmp_path, overrides={**paths, **steps})
    report = evaluate(str(tmp_path / "model-last"), docbin, silent=True)
    assert set(report["ents_per_type"]) >= {"MECHANISM", "QUANTITY", "TIME", "NUMERAL_TERM"}
