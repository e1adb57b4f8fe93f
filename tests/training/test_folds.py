"""Out of fold: no document, and none of its source, teaches what judges it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.test_train import SPEECHES, labelled
from zhengxie_nlp.learning.model import Model, load_model
from zhengxie_nlp.training.corpus import Corpus, read_corpora
from zhengxie_nlp.training.folds import cut_folds, out_of_fold, reports
from zhengxie_nlp.training.tasks import Trained


@pytest.fixture
def corpora(tmp_path: Path) -> list[Path]:
    for folder, names in (("own", ("x01", "x02")), ("real", ("x01", "x04", "x05"))):
        (tmp_path / folder).mkdir()
        for name in names:
            path = tmp_path / folder / f"{name}.json"
            path.write_text(labelled(SPEECHES[name], name).model_dump_json(), encoding="utf-8")
    table = "# origin: the test\ncorpus\tname\tsource\twithout\nreal\tx04\tg1\tstatus\nreal\tx05\tg1\t-\n"
    (tmp_path / "own" / "documents.tsv").write_text(table, encoding="utf-8")
    return [tmp_path / "own", tmp_path / "real"]


@given(st.lists(st.text(max_size=2)), st.integers(1, 6))
def test_cut_folds_puts_each_source_into_one_fold(sources, number):
    folds = cut_folds(sources, number=number)
    assert sorted(source for fold in folds for source in fold) == sorted(set(sources))
    assert len(folds) <= number


def test_read_corpora_tells_documents_of_one_name_apart(corpora):
    texts = {text.name: text for text in read_corpora(corpora).texts}
    assert sorted(texts) == ["real/x01", "x01", "x02", "x04", "x05"]
    assert texts["x04"].source == texts["x05"].source == "g1"
    assert texts["x04"].without == {"status"}
    assert texts["x01"].corpus == "own"


def shipped(corpus: Corpus, model: Model) -> Trained:
    """Stand in for training: a fold of three documents is too little to learn from."""
    return Trained(load_model("zhengxie").estimators)


def test_out_of_fold_learns_from_no_document_of_the_source_it_judges(corpora):
    taught: list[set[str]] = []

    def note(corpus: Corpus, model: Model) -> Trained:
        taught.append({text.name for text in corpus.texts})
        return shipped(corpus, model)

    found = [
        gold for _, gold, _ in out_of_fold(read_corpora(corpora), judged=["real"], number=2, tasks=[note])
    ]
    assert sorted(gold.source.id for gold in found) == ["x01", "x04", "x05"]
    assert sorted(map(sorted, taught)) == [["real/x01", "x01", "x02"], ["x01", "x02", "x04", "x05"]]
    status = {gold.source.id: {"status" in one.model_fields_set for one in gold.records} for gold in found}
    assert status == {"x01": {True}, "x04": {False}, "x05": {True}}


def test_reports_counts_each_corpus_and_all(corpora):
    out = out_of_fold(read_corpora(corpora), judged=["real"], tasks=[shipped])
    made = reports(("real", gold, gold) for _, gold, _ in out)
    assert made["all"].documents == made["real"].documents == 3
    assert made["all"].tallies["initiative strict"].f1 == 1.0
