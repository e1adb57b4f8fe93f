"""HanLP's Documents and ours, one from the other.

`to_hanlp` gives HanLP's form: words and tags by sentence, and our records as chunks over words under the key
of their type; `from_hanlp` extracts from a text with the words, tags and names that a HanLP Document has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from zhengxie_nlp.errors import DocumentError, missing_extra
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.records import Document, Record
from zhengxie_nlp.text.segmenters.hanlp_words import read_output
from zhengxie_nlp.text.segmenters.parsed import Parse, ParsedSegmenter, sentence_starts
from zhengxie_nlp.text.segmenters.words import Word, cut, using

if TYPE_CHECKING:
    from hanlp_common.document import Document as HanlpDocument

#: The key under which our own JSON travels.
KEY: Final = "zhengxie"


def to_hanlp(document: Document) -> HanlpDocument:
    """Turn a Document into HanLP's form.

    Args:
        document: a Document of any origin.

    Returns:
        A HanLP Document with ``tok`` and ``pos``, a list of sentences each; for each type of record, such as
        ``ner/mechanism``, the records of each sentence as (text, label, first word, last word + 1); and our
        own JSON under ``zhengxie``. A record that a break cuts has a chunk for each part.

    Raises:
        SettingsError: ZX402, if hanlp is not installed.
    """
    try:
        from hanlp_common.document import Document as HanlpDocument
    except ModuleNotFoundError as error:
        raise missing_extra("hanlp", "HanLP") from error
    text = document.text
    starts = sentence_starts(text)
    sentences = [_words(text, start, end) for start, end in pairwise(starts)]
    kept = [words for words in sentences if words]
    parts: dict[str, Any] = {
        "tok": [[text[word.start : word.end] for word in words] for words in kept],
        "pos": [[word.tag for word in words] for words in kept],
    }
    for type_ in sorted({record.type for record in document.records}):
        records = [record for record in document.records if record.type == type_]
        parts[f"ner/{type_}"] = [list(_chunks(text, words, records)) for words in kept]
    parts[KEY] = document.model_dump_json()
    return HanlpDocument(parts)


def _words(text: str, start: int, end: int) -> list[Word]:
    return [word for word in cut(text, start, end) if not text[word.start : word.end].isspace()]


def _chunks(
    text: str, words: Sequence[Word], records: Sequence[Record]
) -> Iterator[tuple[str, str, int, int]]:
    for record in records:
        for start, end in record.ref.fragments:
            inside = [place for place, word in enumerate(words) if word.start < end and start < word.end]
            if inside:
                label = getattr(record, "kind", None) or record.type
                yield text[start:end], label, inside[0], inside[-1] + 1


def from_hanlp(hanlp_document: Mapping[str, Any], *, text: str | None = None) -> Document:
    """Turn a HanLP Document into ours.

    One that `to_hanlp` made comes back as it was. From any other the Document is extracted, with its words,
    tags and names; sentences that the clean text has otherwise, by layout or characters, are cut by jieba.

    Args:
        hanlp_document: it has ``tok…``, and maybe ``pos…`` and ``ner…``, by sentence.
        text: the text that it was made of; left out, its words are put together, a sentence a line.

    Raises:
        DocumentError: ZX203, if it has no words.
    """
    if KEY in hanlp_document:
        return Document.parse(hanlp_document[KEY], where="HanLP Document")
    given = {key.partition("/")[0]: value for key, value in reversed(list(hanlp_document.items()))}
    sentences = given.get("tok")
    if not sentences or isinstance(sentences[0], str):
        raise DocumentError("ZX203", "no words by sentence", where="HanLP Document", hint="It needs “tok”.")
    outputs = {
        "".join(words): {key: value[place] for key, value in given.items() if key in ("tok", "pos", "ner")}
        for place, words in enumerate(sentences)
    }
    pipeline = Pipeline(segmenter=ParsedSegmenter(lambda sentence: _parse(sentence, outputs)))
    return pipeline.extract(text if text is not None else "\n".join(outputs))


def _parse(sentence: str, outputs: Mapping[str, Mapping[str, Any]]) -> Parse:
    output = outputs.get("".join(sentence.split()))
    if output is not None:
        return read_output(sentence, output)
    with using(None):
        return Parse(tuple(cut(sentence, 0, len(sentence))))
