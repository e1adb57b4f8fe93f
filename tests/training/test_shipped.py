"""The shipped model: it was trained with the tables as they are."""

import json
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

MODEL = Path(__file__).resolve().parents[2] / "models" / "zhengxie"


def test_shipped_model_was_trained_with_the_tables_as_they_are():
    """A row that changes features shifts what the weights see: train anew, and measure."""
    tables = json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))["corpus"]["tables"]
    data = files("zhengxie_nlp") / "data"
    now = {name: sha256((data / name).read_bytes()).hexdigest() for name in tables}
    changed = [name for name, checksum in tables.items() if now[name] != checksum]
    assert changed == [], "run: make model"
    assert len(tables) > 20


def test_shipped_model_says_what_it_was_trained_on():
    corpus = json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))["corpus"]
    assert {"a01", "held1/h01"} & set(corpus["documents"]) or "h01" in corpus["documents"]
    assert corpus["sha256"]
