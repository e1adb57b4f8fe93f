"""Trains two small HanLP components on our corpora: one for words with tags, one for names.

    python tools/train_hanlp.py corpora/speeches -o build/hanlp [--epochs 12] [--characters 40000]

They prove the way from a HanLP component in a folder to Documents, and nothing more: the words are those that
jieba's dictionary cuts, the names are the organisations, speakers and actors in our gold. HanLP's pretrained
components, which need a download, know far more. Texts marked ``train`` in ``split.tsv`` are learnt from,
those marked ``dev`` choose the epoch.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from zhengxie_nlp.lexicon.tables import parse_table
from zhengxie_nlp.records import Document, Ref
from zhengxie_nlp.text.segmenters.words import cut

_SENTENCE = re.compile(r"[^。！？；\n]*+[。！？；\n]|[^。！？；\n]++$")
_LONGEST = 120


def tagged_characters(text: str, chunks: Iterable[tuple[int, int, str]]) -> Iterator[tuple[str, str, int]]:
    """Yield each character that is no white space, with its BIO tag and offset; chunks may not overlap."""
    tags = ["O"] * len(text)
    for start, end, tag in chunks:
        tags[start:end] = [f"B-{tag}", *[f"I-{tag}"] * (end - start - 1)]
    return ((character, tags[at], at) for at, character in enumerate(text) if not character.isspace())


def sentences(text: str, chunks: Iterable[tuple[int, int, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield the sentences of a text as characters with tags, none longer than components read at a time."""
    tagged = list(tagged_characters(text, chunks))
    for match in _SENTENCE.finditer(text):
        inside = [(c, tag) for c, tag, at in tagged if match.start() <= at < match.end()]
        yield from (inside[at : at + _LONGEST] for at in range(0, len(inside), _LONGEST))


def words_of(text: str) -> list[tuple[int, int, str]]:
    """Return the words of a text with the tags that `Word` names, as chunks; finer tags are made coarse."""
    return [(word.start, word.end, _coarse(word.tag)) for word in cut(text, 0, len(text))]


def _coarse(tag: str) -> str:
    return tag if tag == "vn" else tag[0] if tag[0] in "nvadpfmw" else "x"


def names_of(document: Document) -> list[tuple[int, int, str]]:
    """Return the names in a gold Document as chunks: organisations, speakers, actors."""
    refs: list[tuple[Ref | None, str]] = []
    for speech in document.speeches:
        refs += [(speech.organization, "ORGANIZATION"), (speech.speaker, "PERSON")]
    refs += [(record.actor, "ORGANIZATION") for record in document.records if record.type == "initiative"]
    chunks: list[tuple[int, int, str]] = []
    for ref, kind in refs:
        for start, end in ref.fragments if ref else ():
            if all(end <= a or b <= start for a, b, _ in chunks):
                chunks.append((start, end, kind))
    return chunks


def write_tsv(path: Path, texts: Iterable[Iterable[list[tuple[str, str]]]]) -> Path:
    """Write sentences in the form that HanLP's components read: a character and its tag a line."""
    lines = [
        "".join(f"{character}\t{tag}\n" for character, tag in sentence) + "\n"
        for text in texts
        for sentence in text
        if sentence
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def train(trn: Path, dev: Path, *, folder: Path, epochs: int) -> None:
    """Train one component and save it."""
    import torch
    from hanlp.components.ner.rnn_ner import RNNNamedEntityRecognizer

    # HanLP sets a seed of its own over any set here, and sums over threads come in any order.
    torch.set_num_threads(1)
    RNNNamedEntityRecognizer().fit(
        str(trn), str(dev), str(folder), epochs=epochs, batch_size=32, embed=64, rnn_hidden=96,
        lr=0.004, crf=False, tagging_scheme="BIO", token_delimiter="", devices=-1, seed=7,
    )  # fmt: skip


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Train two small HanLP components on a corpus.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--characters", type=int, default=40_000, help="about so many are learnt from")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    rows = parse_table(
        "split.tsv", "# origin: x\n" + (given.corpus / "split.tsv").read_text(encoding="utf-8")
    )
    for kind in ("words", "names"):
        files: list[Path] = []
        for part, most in (("train", given.characters), ("dev", given.characters // 5)):
            texts: list[list[list[tuple[str, str]]]] = []
            size = 0
            for row in rows:
                gold = given.corpus / "gold" / f"{row['name']}.json"
                if row["split"] != part or not gold.is_file() or size > most:
                    continue
                document = Document.parse(gold.read_bytes(), where=str(gold))
                chunks = words_of(document.text) if kind == "words" else names_of(document)
                texts.append(list(sentences(document.text, chunks)))
                size += len(document.text)
            files.append(write_tsv(given.output / f"{kind}.{part}.tsv", texts))
        train(*files, folder=given.output / kind, epochs=given.epochs)


if __name__ == "__main__":
    main()
