"""Count the language model of reading order (`models/reading-order`).

    python tools/train_joints.py corpora/speeches/text --official OFFICIAL.jsonl.xz

OFFICIAL.jsonl.xz holds official documents, one JSON record a line with its `kind` and `text`. Reports, plans
and notices count three times as much as laws, which read otherwise. Documents of the corpus whose number is
divisible by 3 (a03, b06, c12 …) are held out and take no part. Needs numpy.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy

from zhengxie_nlp.evaluation.scramble import held_out
from zhengxie_nlp.structure.reading_order.language_model import (
    FORMAT,
    GRAMS,
    MANIFEST,
    NEAR,
    ORDER,
    Counts,
    normalized,
    pair_of,
    words_of,
)
from zhengxie_nlp.text.cleaning.folding import fold_characters

LAWS = frozenset(("地方性法规", "行政法规", "法律", "部门规章", "司法解释"))
WEIGHTS = {"laws": 1.0, "reports": 3.0, "corpora": 3.0}
#: From this weighted count on, a string of one, two … five characters is kept.
LEAST = (3, 6, 9, 12, 15)
#: Characters are numbered with so many bits; rarer ones are not counted.
BITS = 12
#: From this weighted count on two words that stand near each other are kept, if they do so oftener than by
#: chance by so much (in logarithms).
LEAST_PAIR, LEAST_LIFT = 15, 1.2
SENTENCE = re.compile(r"[^。！？；\n]+")
BREAKS = re.compile(r"\s*\n\s*")


def prepared(texts: Iterable[str]) -> str:
    """Return texts as the model sees them, one paragraph a line."""
    return "\n" + "\n".join(BREAKS.sub("\n", normalized(fold_characters(text))) for text in texts) + "\n"


def read_official(path: Path) -> Iterator[tuple[str, str]]:
    """Give the kind and text of each official document."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record["kind"], record["text"]


def count(groups: dict[str, str]) -> dict[str, float]:
    """Count the strings of one to five characters, weighted by group."""
    characters = numpy.frombuffer("".join(groups.values()).encode("utf-32-le"), dtype=numpy.uint32)
    points, seen = numpy.unique(characters, return_counts=True)
    common = points[numpy.argsort(-seen, kind="stable")][: 2**BITS - 2]
    number = numpy.zeros(0x110000, dtype=numpy.uint64)
    number[common] = numpy.arange(1, len(common) + 1)
    found: dict[str, float] = {}
    for length in range(1, ORDER + 1):
        keys, weights = [], []
        for name, text in groups.items():
            codes = number[numpy.frombuffer(text.encode("utf-32-le"), dtype=numpy.uint32)]
            packed, known = codes[: len(codes) - length + 1].copy(), codes[: len(codes) - length + 1] > 0
            for shift in range(1, length):
                part = codes[shift : len(codes) - length + 1 + shift]
                packed = (packed << numpy.uint64(BITS)) | part
                known &= part > 0
            unique, times = numpy.unique(packed[known], return_counts=True)
            keys.append(unique)
            weights.append(times * WEIGHTS[name])
        unique, place = numpy.unique(numpy.concatenate(keys), return_inverse=True)
        total = numpy.bincount(place, weights=numpy.concatenate(weights))
        for key, value in zip(unique.tolist(), total.tolist(), strict=True):
            if value >= LEAST[length - 1]:
                codes_ = [(key >> (BITS * at)) & (2**BITS - 1) for at in reversed(range(length))]
                found["".join(chr(common[code - 1]) for code in codes_)] = value
    return found


def count_pairs(groups: dict[str, str], strings: dict[str, float]) -> dict[str, float]:
    """Count the words that stand near each other in a sentence, where they do so oftener than by chance."""
    found: Counter[str] = Counter()
    for name, text in groups.items():
        weight = round(WEIGHTS[name])
        for sentence in SENTENCE.findall(text):
            words = words_of(sentence)
            for at, word in enumerate(words):
                for other in words[at + 1 : at + 1 + NEAR]:
                    found[pair_of(word, other)] += weight
    total = sum(value for string, value in strings.items() if len(string) == 1)
    kept: dict[str, float] = {}
    for pair, value in found.items():
        first, _, second = pair.partition(" ")
        chance = strings.get(first, 0) * strings.get(second, 0) * NEAR / total
        if value >= LEAST_PAIR and chance and math.log(value / chance) >= LEAST_LIFT:
            kept[pair] = value
    return kept


def main() -> None:
    """Count, and write the model folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--official", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("models/reading-order"))
    options = parser.parse_args()
    names = [path for path in sorted(options.corpus.glob("*.txt")) if not held_out(path.stem)]
    sources = [path.read_bytes() for path in names]
    official = list(read_official(options.official))
    groups = {
        "laws": prepared(text for kind, text in official if kind in LAWS),
        "reports": prepared(text for kind, text in official if kind not in LAWS),
        "corpora": prepared(source.decode("utf-8-sig") for source in sources),
    }
    counts = count(groups)
    pairs = count_pairs(groups, counts)
    content = Counts(counts | pairs).dump()
    manifest = {
        "format": FORMAT,
        "official": {
            "documents": len(official),
            "characters": sum(len(text) for _, text in official),
            "sha256": sha256(options.official.read_bytes()).hexdigest(),
        },
        "corpus": {
            "documents": [path.stem for path in names],
            "characters": len(groups["corpora"]),
            "sha256": sha256(b"".join(sources)).hexdigest(),
        },
        "weights": WEIGHTS,
        "least": LEAST,
        "strings": len(counts),
        "pairs": len(pairs),
        "total": round(sum(value for gram, value in counts.items() if len(gram) == 1)),
        "files": {GRAMS: sha256(content).hexdigest()},
    }
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / GRAMS).write_bytes(content)
    (options.output / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
