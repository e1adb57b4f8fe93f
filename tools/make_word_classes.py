"""Make `data/word_classes.tsv`: classes of words that stand beside the same words in official documents.

Usage: ``python tools/make_word_classes.py official.jsonl.xz``. Each line of the file is a JSON object with
the `text` of one document and its `kind`. What ships is which words are alike; no text. The words of a
vocabulary get vectors (positive pointwise mutual information of words within two places, left and right
apart, then a singular value decomposition); these are cut into fine classes by k-means, and the fine classes
into coarse ones.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

import numpy
from scipy.sparse import coo_matrix, csr_matrix
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.utils.extmath import randomized_svd

from zhengxie_nlp.text.segmenters.words import tagged

OUTPUT = Path(__file__).parents[1] / "src/zhengxie_nlp/data/word_classes.tsv"
#: Laws make up most of the documents and read otherwise than reports: only this share of their paragraphs.
SHARES = {"地方性法规": 0.15, "行政法规": 0.2, "法律": 0.2, "部门规章": 0.2, "司法解释": 0.1}
WORDS, LEAST, CONTEXTS, DIMENSIONS, FINE, COARSE = 26000, 12, 6000, 48, 256, 56
OFFSETS = (-2, -1, 1, 2)
ORIGIN = (
    "# origin: counted by tools/make_word_classes.py in official Chinese documents (laws, regulations, "
    "work reports, plans), which stand outside copyright; words only, no text\n"
    "# class: words that stand beside the same words; kin: the same, coarser\n"
)


def sentences(path: str) -> list[str]:
    """Return the sentences of the documents, laws thinned out."""
    random = Random(0)
    found: list[str] = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            share = SHARES.get(document["kind"], 1.0)
            for paragraph in document["text"].split("\n"):
                if share < 1 and random.random() > share:
                    continue
                found += [one for one in re.split(r"[。；！？]", paragraph) if 4 < len(one) < 400]
    return found


def vectors(cut: list[list[str]]) -> tuple[list[str], numpy.ndarray]:
    """Return the words that are frequent enough, and a vector of length 1 for each."""
    counts = Counter(word for words in cut for word in words)
    chosen = [word for word, count in counts.most_common(WORDS) if count >= LEAST]
    places = {word: place for place, word in enumerate(chosen)}
    rows: list[int] = []
    columns: list[int] = []
    for words in cut:
        ids = [places.get(word, -1) for word in words]
        for at, one in enumerate(ids):
            for number, offset in enumerate(OFFSETS):
                other = at + offset
                if one >= 0 and 0 <= other < len(ids) and 0 <= ids[other] < CONTEXTS:
                    rows.append(one)
                    columns.append(ids[other] * len(OFFSETS) + number)
    shape = (len(chosen), CONTEXTS * len(OFFSETS))
    pairs = coo_matrix((numpy.ones(len(rows), dtype=numpy.float32), (rows, columns)), shape=shape).tocsr()
    pairs.sum_duplicates()
    of_words, of_contexts = numpy.asarray(pairs.sum(1)).ravel(), numpy.asarray(pairs.sum(0)).ravel() ** 0.75
    of_contexts /= of_contexts.sum()
    cells = pairs.tocoo()
    information = numpy.log(cells.data / (of_words[cells.row] * of_contexts[cells.col]))
    kept = information > 0
    positive = csr_matrix((information[kept], (cells.row[kept], cells.col[kept])), shape=shape)
    left, strengths, _ = randomized_svd(positive, DIMENSIONS, random_state=0, n_iter=4)
    made = left * numpy.sqrt(strengths)
    return chosen, made / (numpy.linalg.norm(made, axis=1, keepdims=True) + 1e-9)


def main() -> None:
    """Write the table from the documents that the command line names."""
    cut = [[word for word, _ in tagged(one, 0, len(one))] for one in sentences(sys.argv[1])]
    words, made = vectors(cut)
    han = [place for place, word in enumerate(words) if re.fullmatch(r"[\u4e00-\u9fff]+", word)]
    words, made = [words[place] for place in han], made[han]
    fine = KMeans(FINE, random_state=0, n_init=2, max_iter=100).fit(made)
    coarse = AgglomerativeClustering(COARSE).fit_predict(fine.cluster_centers_)
    members: defaultdict[int, list[str]] = defaultdict(list)
    for word, label in zip(words, fine.labels_, strict=True):
        members[int(label)].append(word)
    order = sorted(members, key=lambda label: (coarse[label], members[label][0]))
    rows = [f"{number}\t{coarse[label]}\t{' '.join(members[label])}" for number, label in enumerate(order)]
    OUTPUT.write_text(ORIGIN + "class\tkin\twords\n" + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
