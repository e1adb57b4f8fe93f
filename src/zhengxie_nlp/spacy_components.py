"""spaCy: the pipeline as components, Documents as Docs, and gold for training.

``nlp.add_pipe("zhengxie")`` does everything; ``zhengxie_clean`` … ``zhengxie_document`` are its stages one by
one, in the order of `pipeline.STAGES`. spaCy finds them through entry points: nothing has to be imported.

The Document is ``doc._.zhengxie``; its offsets are into ``doc.text``. Its records are spans in
``doc.spans["initiatives"]``, ``["mechanisms"]``, ``["quantities"]``, ``["numeral_terms"]`` and ``["times"]``,
the markers of its outline in ``["markers"]``. A span's id is the record's (or the node's); a record that a
break cuts has a span for each part. Tokens are the tokenizer's, offsets ours: a span that begins or ends
inside a token covers the whole token, and ``span._.record`` (a record, or a node) has the exact characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, Final

from zhengxie_nlp.annotation.standoff import nodes_of
from zhengxie_nlp.errors import DocumentError, missing_extra
from zhengxie_nlp.pipeline import STAGES, Pipeline, Settings, Stage
from zhengxie_nlp.reading.files import text_file
from zhengxie_nlp.record_types import RECORD_TYPES, RecordType
from zhengxie_nlp.records import Document, Node, Record, Ref

try:
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc, DocBin, Span
    from spacy.util import filter_spans
    from spacy.vocab import Vocab
except ModuleNotFoundError as error:
    raise missing_extra("spacy", "spaCy") from error

#: Where spans go: the key in ``doc.spans`` and the label of each type of record.
SPAN_KEYS: Final[dict[RecordType, tuple[str, str]]] = {
    name: (row.plural, name.upper()) for name, row in RECORD_TYPES.items()
}
MARKERS: Final = ("markers", "MARKER")
#: In ``doc.user_data``: the Document's JSON, and the values of the stages while they run.
_DOCUMENT: Final = "zhengxie"
_VALUES: Final = "zhengxie_values"


class _Working(dict[str, Any]):
    """The values of the stages; to spaCy an empty dict, since they are no result and cannot be serialized."""

    def __init__(self, values_by_name: dict[str, Any]) -> None:
        super().__init__()
        self.values_by_name = values_by_name


@lru_cache(maxsize=64)
def _parsed(content: str) -> Document:
    return Document.parse(content)


def _document_of(doc: Doc) -> Document | None:
    content = doc.user_data.get(_DOCUMENT)
    return _parsed(content) if content is not None else None


def _record_of(span: Span) -> Record | Node | None:
    document = _document_of(span.doc)
    if document is None:
        return None
    things = {**{one.id: one for one in nodes_of(document)}, **{one.id: one for one in document.records}}
    return things.get(span.id_)


def _value_of(doc: Doc, *, name: str) -> object:
    working = doc.user_data.get(_VALUES)
    return working.values_by_name.get(name) if isinstance(working, _Working) else None


def register_extensions() -> None:
    """Make ``doc._.zhengxie``, ``span._.record`` and the stages' values known to spaCy; done at import."""
    Doc.set_extension("zhengxie", getter=_document_of, force=True)
    Span.set_extension("record", getter=_record_of, force=True)
    for stage in STAGES:
        for name in stage.assigns:
            Doc.set_extension(f"zhengxie_{name}", getter=partial(_value_of, name=name), force=True)


register_extensions()


class ZhengxieComponent:
    """The whole pipeline, or one stage of it, as a spaCy component.

    Args:
        pipeline: what does the work.
        stages: the stages that this component runs, in order.
    """

    def __init__(self, pipeline: Pipeline, stages: tuple[Stage, ...] = STAGES) -> None:
        self.pipeline = pipeline
        self.stages = stages

    def __call__(self, doc: Doc) -> Doc:
        """Run the stages over one Doc; after the last of all, its Document and spans are set."""
        if self.stages == STAGES:
            # A long text is read in parts; component by component it is whole, as spaCy passes it on.
            return set_document(doc, self.pipeline.extract(doc.text))
        if not isinstance(doc.user_data.get(_VALUES), _Working):
            doc.user_data[_VALUES] = _Working(self.pipeline.inputs(text_file(doc.text)))
        values = doc.user_data[_VALUES].values_by_name
        for stage in self.stages:
            self.pipeline.run(stage, values)
        if "analysis" in values:
            del doc.user_data[_VALUES]
            set_document(doc, values["analysis"].document)
        return doc


def _settings(settings: dict[str, Any]) -> Pipeline:
    return Pipeline(Settings.model_validate(settings))


def _attributes(names: Iterable[str]) -> list[str]:
    made = {name for stage in STAGES for name in stage.assigns}
    return [f"doc._.zhengxie_{name}" for name in names if name in made]


def _factory(name: str, stages: tuple[Stage, ...]) -> Callable[..., ZhengxieComponent]:
    """Register what makes the component `name`, whose ``settings`` are those of `pipeline.Settings`."""

    def make(nlp: Language, name: str, settings: dict[str, Any]) -> ZhengxieComponent:
        return ZhengxieComponent(_settings(settings), stages)

    first, last = stages[0], stages[-1]
    registered: Callable[..., ZhengxieComponent] = Language.factory(
        name,
        default_config={"settings": {}},
        requires=_attributes(first.requires),
        assigns=["doc._.zhengxie", "doc.spans"] if last is STAGES[-1] else _attributes(last.assigns),
        func=make,
    )
    return registered


_FACTORIES: Final = {
    "make_zhengxie": _factory("zhengxie", STAGES),
    **{f"make_{stage.name}": _factory(f"zhengxie_{stage.name}", (stage,)) for stage in STAGES},
}


def __getattr__(name: str) -> Callable[..., ZhengxieComponent]:
    """Give entry points the factories: ``make_zhengxie``, ``make_clean`` … ``make_document``."""
    if name in _FACTORIES:
        return _FACTORIES[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def set_document(doc: Doc, document: Document) -> Doc:
    """Give a Doc a Document: ``doc._.zhengxie``, and a group of spans for each type of record.

    Args:
        doc: a Doc of the same text.
        document: a Document, found or gold.

    Returns:
        The same Doc.

    Raises:
        DocumentError: ZX202, if the texts differ.
    """
    if doc.text != document.text:
        raise DocumentError(
            "ZX202",
            "the Doc has another text than the Document",
            where=document.source.id,
            hint="Make it with nlp.make_doc(document.text).",
        )
    doc.user_data[_DOCUMENT] = document.model_dump_json()
    for type_, (key, label) in SPAN_KEYS.items():
        refs = ((record.id, record.ref) for record in document.records if record.type == type_)
        doc.spans[key] = _spans(doc, refs, label)
    markers = ((node.id, node.marker.ref) for node in nodes_of(document) if node.marker is not None)
    doc.spans[MARKERS[0]] = _spans(doc, markers, MARKERS[1])
    return doc


def _spans(doc: Doc, refs: Iterable[tuple[str, Ref]], label: str) -> list[Span]:
    made = (
        doc.char_span(start, end, label=label, span_id=id_, alignment_mode="expand")
        for id_, ref in refs
        for start, end in ref.fragments
    )
    # spaCy gives None for offsets outside of the text alone, and a Ref has none.
    return [span for span in made if span is not None]


def to_docs(documents: Iterable[Document], nlp: Language) -> Iterator[Doc]:
    """Turn Documents into Docs with spans, and with entities to train an ``ner`` component on.

    ``doc.ents`` holds the spans of all types but initiatives and markers; of those that overlap, the longest.

    Args:
        documents: found or gold.
        nlp: whose tokenizer is to be used.
    """
    keys = [key for type_, (key, _) in SPAN_KEYS.items() if type_ != "initiative"]
    for document in documents:
        doc = set_document(nlp.make_doc(document.text), document)
        doc.set_ents(filter_spans(span for key in keys for span in doc.spans[key]))
        yield doc


def to_docbin(documents: Iterable[Document], nlp: Language) -> bytes:
    """Return the bytes of a ``.spacy`` file: what `spacy train` reads, and `from_docbin` brings back."""
    content: bytes = DocBin(docs=to_docs(documents, nlp), store_user_data=True).to_bytes()
    return content


def docbin_files(documents: Mapping[str, Document]) -> dict[str, bytes]:
    """Return ``documents.spacy`` with all Documents, tokenized by characters: what annotators mark."""
    named = (
        document.model_copy(update={"source": document.source.model_copy(update={"id": name})})
        for name, document in documents.items()
    )
    return {"documents.spacy": to_docbin(named, spacy.blank("zh"))}


def from_docbin(content: bytes, *, where: str = "DocBin") -> list[Document]:
    """Return the Documents in the bytes of a ``.spacy`` file.

    Raises:
        DocumentError: ZX201, if they are no DocBin, or a Doc in it has no Document.
    """
    try:
        docs = list(DocBin().from_bytes(content).get_docs(Vocab()))
    except Exception as error:
        # Whatever msgpack and zlib make of other bytes: they have no common error of their own.
        raise DocumentError("ZX201", f"not a DocBin ({type(error).__name__})", where=where) from error
    found = [_document_of(doc) for doc in docs]
    if any(document is None for document in found):
        raise DocumentError(
            "ZX201",
            "a Doc without a Document",
            where=where,
            hint="Docs come back that a pipeline with “zhengxie” or `zhengxie convert` has made.",
        )
    return [document for document in found if document is not None]
