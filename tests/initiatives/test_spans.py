"""Spans of deeds, in all our texts and in real ones where there are such: whole words, without what joins them."""

import json
from pathlib import Path

import pytest

from tests.initiatives.test_find import context_of
from zhengxie_nlp.context.clauses import find_clauses
from zhengxie_nlp.context.lexemes import role, words_of
from zhengxie_nlp.initiatives.find import initiative_candidates

ROOT = Path(__file__).parents[2]
OWN = sorted((ROOT / "corpora").rglob("text/*.txt"))
REAL = ROOT.parent / "shared" / "gold"
MARKS = frozenset("，、；：。！？,;:!?")


def texts_of(folder: Path) -> list[str]:
    return [
        json.loads(path.read_text(encoding="utf-8"))["text"] for path in sorted(folder.glob("*/*.json"))
    ]


def faults_in(text: str) -> list[str]:
    """Return the spans of deeds that begin with a mark, a joining word, 了 or 的, or that cut a word."""
    context = context_of(text)
    clean = context.text.text
    faults = []
    for clause in find_clauses(context):
        start, end = clause.span
        word = words_of(clean, start=start, end=end, times=()).lexemes[0].text
        if clean[start] in MARKS or clean[end - 1] in MARKS or word in ("了", "的"):
            faults.append(clean[start:end])
        if word in role("connective") and len(word) < end - start and word not in KEPT:
            faults.append(clean[start:end])
    for deed in initiative_candidates(context):
        if not deed.clause.span.start <= deed.predicate.action.start < deed.predicate.action.end:
            faults.append(clean[slice(*deed.clause.span)])
    return faults


#: These stand at the head of a clause where they are no connectives: 也要, 包括 ….
KEPT = frozenset(("也", "包括", "就是", "其中", "即", "同时"))


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_spans_of_our_texts_hold_whole_words_and_nothing_that_joins(path):
    assert faults_in(path.read_text(encoding="utf-8")) == []


def test_spans_of_real_texts_hold_whole_words_and_nothing_that_joins():
    texts = texts_of(REAL)
    if not texts:
        pytest.skip(f"real texts are not here: {REAL}")
    assert [fault for text in texts for fault in faults_in(text)] == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("修好渡口，和田县种植枣树。", "和田县种植枣树"),
        ("修好渡口，并及早疏浚河道。", "及早疏浚河道"),
        ("修好渡口，并且走访果农。", "走访果农"),
    ],
)
def test_spans_leave_out_what_joins_and_keep_longer_words(text, first):
    assert first in [text[slice(*clause.span)] for clause in find_clauses(context_of(text))]
