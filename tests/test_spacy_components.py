"""spaCy: the same Document as by every other door, spans that keep our offsets, what comes back."""

import sys
from pathlib import Path

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import DocumentError, SettingsError
from zhengxie_nlp.pipeline import STAGES
from zhengxie_nlp.records import Document

spacy = pytest.importorskip("spacy", reason="the extra [spacy] is not installed")
from spacy.tokens import DocBin  # noqa: E402

from zhengxie_nlp.spacy_components import (  # noqa: E402
    MARKERS,
    SPAN_KEYS,
    docbin_files,
    from_docbin,
    set_document,
    to_docbin,
    to_docs,
)

CORPUS = Path(__file__).resolve().parents[1] / "corpora" / "speeches"
#: An outline with everything; an interleaved page; full-width forms and blanks.
TEXTS = {
    name: (CORPUS / "text" / f"{name}.txt").read_text(encoding="utf-8") for name in ("a01", "c15", "b01")
}


def blank(segmenter: str = "char", *pipes: str) -> "spacy.Language":
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    for pipe in pipes or ("zhengxie",):
        nlp.add_pipe(pipe)
    return nlp


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    pipeline = Pipeline()
    return {name: pipeline.extract(text) for name, text in TEXTS.items()}


@pytest.mark.filterwarnings("ignore")  # jieba's, when spaCy's own tokenizer imports it
@pytest.mark.parametrize("segmenter", ["char", "jieba"])
@pytest.mark.parametrize("name", TEXTS)
def test_the_document_is_that_of_python_and_every_record_has_its_spans(segmenter, name, documents):
    doc = blank(segmenter)(TEXTS[name])
    assert doc.text == TEXTS[name]
    assert doc._.zhengxie == documents[name]
    for type_, (key, label) in SPAN_KEYS.items():
        parts = [
            (record.id, start, end)
            for record in documents[name].records
            if record.type == type_
            for start, end in record.ref.fragments
        ]
        spans = doc.spans[key]
        assert [span.id_ for span in spans] == [id_ for id_, _, _ in parts]
        assert {span.label_ for span in spans} <= {label}
        for span, (id_, start, end) in zip(spans, parts, strict=True):
            assert span.start_char <= start < end <= span.end_char
            assert span._.record.id == id_
    assert len(doc.spans[MARKERS[0]]) > 0
    assert doc.spans[MARKERS[0]][0]._.record.marker.ref.text == doc.spans[MARKERS[0]][0].text


def test_a_span_inside_a_token_is_kept_with_its_exact_characters():
    nlp = spacy.blank("zh")
    text = "举办讲座40多次。"
    doc = spacy.tokens.Doc(nlp.vocab, words=["举办讲座40", "多次。"], spaces=[False, False])
    set_document(doc, Pipeline().extract(text))
    (span,) = doc.spans["quantities"]
    assert span.text == text
    assert span._.record.ref.text == "40多次"


def test_the_stages_one_by_one_give_the_same_and_say_what_they_need(documents):
    nlp = blank("char", *(f"zhengxie_{stage.name}" for stage in STAGES))
    analysis = nlp.analyze_pipes()
    assert not any(analysis["problems"].values())
    assert analysis["summary"]["zhengxie_outline"]["assigns"] == [
        "doc._.zhengxie_context",
        "doc._.zhengxie_outline_notes",
    ]
    doc = nlp(TEXTS["a01"])
    assert doc._.zhengxie == documents["a01"]
    assert doc._.zhengxie_context is None  # the working is not kept


def test_a_stage_without_those_before_it_is_refused():
    nlp = blank("char", "zhengxie_clean", "zhengxie_times")
    assert nlp.analyze_pipes()["problems"]["zhengxie_times"] == ["doc._.zhengxie_context"]
    with pytest.raises(SettingsError, match=r"ZX401.*“times”.*provides context"):
        nlp("今年")


def test_some_stages_leave_their_values_on_the_doc():
    doc = blank("char", "zhengxie_clean", "zhengxie_order", "zhengxie_speeches")(TEXTS["c15"])
    assert len(doc._.zhengxie_speeches) == 3


def test_some_stages_run_in_two_processes_and_leave_their_values_there():
    nlp = blank("char", "zhengxie_clean", "zhengxie_order")
    docs = list(nlp.pipe(list(TEXTS.values()), n_process=2, batch_size=1))
    assert [doc.text for doc in docs] == list(TEXTS.values())
    assert docs[0]._.zhengxie_text is None
    assert nlp(TEXTS["a01"]).to_bytes()


def test_settings_reach_the_pipeline():
    nlp = spacy.blank("zh")
    nlp.add_pipe("zhengxie", config={"settings": {"records": ["time"], "model": None}})
    assert {record.type for record in nlp(TEXTS["a01"])._.zhengxie.records} == {"time"}


def test_it_comes_back_from_disk_and_runs_in_two_processes(tmp_path, documents):
    blank().to_disk(tmp_path / "nlp")
    nlp = spacy.load(tmp_path / "nlp")
    docs = nlp.pipe(TEXTS.values(), n_process=2, batch_size=1)
    assert [doc._.zhengxie for doc in docs] == list(documents.values())


def test_a_docbin_keeps_document_spans_and_ids(documents):
    nlp = blank()
    kept = DocBin(docs=[nlp(TEXTS["a01"])], store_user_data=True).to_bytes()
    (doc,) = DocBin().from_bytes(kept).get_docs(spacy.blank("zh").vocab)
    assert doc._.zhengxie == documents["a01"]
    assert [span.id_ for span in doc.spans["times"]] == [
        record.id for record in documents["a01"].records if record.type == "time"
    ]


def test_gold_becomes_entities_to_train_on_and_comes_back():
    gold = [Document.parse((CORPUS / "gold" / f"{name}.json").read_bytes()) for name in ("a01", "c15")]
    nlp = spacy.blank("zh")
    assert from_docbin(to_docbin(gold, nlp)) == gold
    doc = next(to_docs(gold, nlp))
    assert {"MECHANISM", "QUANTITY", "TIME", "NUMERAL_TERM"} == {entity.label_ for entity in doc.ents}


def test_docbin_files_name_the_documents(documents):
    files = docbin_files(documents)
    assert [one.source.id for one in from_docbin(files["documents.spacy"])] == list(documents)


@pytest.mark.parametrize("content", [b"", b"not a DocBin"])
def test_from_docbin_refuses_other_bytes(content):
    with pytest.raises(DocumentError, match=r"ZX201.*gold\.spacy.*not a DocBin"):
        from_docbin(content, where="gold.spacy")


def test_from_docbin_refuses_docs_without_documents():
    content = DocBin(docs=[spacy.blank("zh")("今年")]).to_bytes()
    with pytest.raises(DocumentError, match=r"ZX201.*a Doc without a Document"):
        from_docbin(content)


def test_set_document_refuses_another_text(documents):
    with pytest.raises(DocumentError, match="ZX202"):
        set_document(spacy.blank("zh")("今年"), documents["a01"])


def test_without_spacy_the_error_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    monkeypatch.delitem(sys.modules, "zhengxie_nlp.spacy_components")
    with pytest.raises(SettingsError, match=r"pip install '.\[spacy\]'"):
        __import__("zhengxie_nlp.spacy_components")
