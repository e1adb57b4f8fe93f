"""spaCy with pkuseg: its models are a download, so a small one is trained here, on jieba's words."""

from pathlib import Path

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.text.segmenters.words import cut

spacy = pytest.importorskip("spacy", reason="the extra [spacy] is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # what the imports of spaCy and pkuseg say

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "speeches" / "text"
KEYS = ("initiatives", "mechanisms", "quantities", "numeral_terms", "times")


def read(name: str) -> str:
    return (CORPUS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def nlp(tmp_path_factory):
    pkuseg = pytest.importorskip("spacy_pkuseg", reason="spacy-pkuseg is not installed")
    folder = tmp_path_factory.mktemp("pkuseg")
    lines = [line.strip() for line in read("a01").splitlines() if line.strip()]
    words = [" ".join(line[word.start : word.end] for word in cut(line, 0, len(line))) for line in lines]
    learnt = folder / "words.txt"
    learnt.write_text("\n".join(words), encoding="utf-8")
    pkuseg.train(str(learnt), str(learnt), str(folder / "model"), train_iter=2)
    made = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "pkuseg"}}})
    made.tokenizer.initialize(pkuseg_model=str(folder / "model"))
    made.add_pipe("zhengxie")
    return made


@pytest.mark.parametrize("name", ["a01", "c15", "b01"])
def test_the_document_is_that_of_python_and_no_span_is_dropped(nlp, name):
    text = read(name)
    doc, expected = nlp(text), Pipeline().extract(text)
    assert doc.text == text
    assert len(doc) < len(text)  # words, not characters
    assert doc._.zhengxie == expected
    kept = sum(len(doc.spans[key]) for key in KEYS)
    assert kept == sum(len(record.ref.fragments) for record in expected.records)


def test_it_comes_back_from_disk_with_its_words(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    text = read("c15")
    again, first = spacy.load(tmp_path)(text), nlp(text)
    assert [token.text for token in again] == [token.text for token in first]
    assert again._.zhengxie == first._.zhengxie
