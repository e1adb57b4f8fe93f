"""Train the joint model of reading order (`models/reading-order`) from the corpora and a word list.

    python tools/train_joints.py corpora/speeches/text --words DICT.txt

DICT.txt is the dictionary of jieba (``jieba/dict.txt`` in its package): one word, its frequency and its tag a
line. Documents whose number is divisible by 3 (a03, b06, c12 …) are held out and take no part in training.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from zhengxie_nlp.evaluation.scramble import held_out
from zhengxie_nlp.structure.markers.find import leading_marker
from zhengxie_nlp.structure.reading_order.language_model import (
    CLASSES,
    FORMAT,
    MANIFEST,
    NGRAMS,
    WORDS,
    WordList,
    normalized,
    word_entries,
    write_counts,
)
from zhengxie_nlp.text.cleaning.layout import clean

HAN_WORD = re.compile(r"[\u4e00-\u9fff]{1,5}")
LEAST_FREQUENCY = 20
SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
NUMBER = re.compile(r"[0-9.]+")


def count_trigrams(texts: Iterable[str]) -> Counter[str]:
    """Count the trigrams of clean texts; each paragraph begins after two line breaks and ends with one."""
    counts: Counter[str] = Counter()
    for text in texts:
        for paragraph in text.split("\n"):
            padded = "\n\n" + normalized(paragraph) + "\n"
            counts.update(padded[i : i + 3] for i in range(len(padded) - 2))
    return counts


def read_words(path: Path) -> list[tuple[str, int]]:
    """Read the frequent Han words of a jieba dictionary."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, frequency, tag = line.split(" ")
        if int(frequency) >= LEAST_FREQUENCY and HAN_WORD.fullmatch(word):
            found.append((f"{word} {tag[0]}", int(frequency)))
    return found


def count_classes(texts: Iterable[str], words: WordList) -> Counter[str]:
    """Count how word classes follow each other; ^ stands for the start of a paragraph or sentence."""
    counts: Counter[str] = Counter()
    for text in texts:
        for sentence in SENTENCE.findall(text):
            marker = leading_marker(sentence)
            stretch = NUMBER.sub("0", sentence[marker.span.end if marker else 0 :])
            kinds = ["^", *(words.word_class(word) for word in words.cut(stretch))]
            counts.update(f"{a} {b}" for a, b in itertools.pairwise(kinds))
    return counts


def main() -> None:
    """Train, and write the model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--words", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("models/reading-order"))
    options = parser.parse_args()
    names = [path for path in sorted(options.corpus.glob("*.txt")) if not held_out(path.stem)]
    sources = [path.read_bytes() for path in names]
    texts = [clean(source.decode("utf-8-sig")).text for source in sources]
    trigrams = count_trigrams(texts)
    words = read_words(options.words)
    classes = count_classes(texts, WordList(word_entries(dict(words))))
    files = {
        NGRAMS: write_counts(trigrams.items(), origin="trigrams of corpora/speeches, train part"),
        WORDS: write_counts(words, origin="jieba 0.42.1 dict.txt, MIT licence"),
        CLASSES: write_counts(classes.items(), origin="word classes of corpora/speeches, train part"),
    }
    options.output.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (options.output / name).write_bytes(content)
    manifest = {
        "format": FORMAT,
        "corpus": {
            "documents": [path.stem for path in names],
            "characters": sum(map(len, texts)),
            "sha256": sha256(b"".join(sources)).hexdigest(),
        },
        "trigrams": len(trigrams),
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }
    (options.output / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
