"""Spans of initiatives in our texts, and in real ones where there are such: nothing that joins."""

import json
from pathlib import Path

import pytest

from tests.initiatives.test_find import context_of
from zhengxie_nlp import Pipeline
from zhengxie_nlp.context.clauses import find_clauses
from zhengxie_nlp.context.lexemes import words_of
from zhengxie_nlp.records import Initiative

ROOT = Path(__file__).parents[2]
OWN = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpora").rglob("text/*.txt"))]
REAL = ROOT.parent / "shared" / "gold"
MARKS = frozenset("，、；。：！？,;:!?")
#: No initiative begins with these words; 也, 又 are part of it (guideline §8), 与 and 和 bring a partner.
JOINING = frozenset(("及", "以及", "并", "并且", "而且", "同时", "此外", "另外", "了", "的"))


def faults_in(text: str) -> list[str]:
    """Return the initiatives that begin with what joins, or begin or end with a mark."""
    faults = []
    for record in Pipeline().extract(text).records:
        if isinstance(record, Initiative):
            said = record.ref.text
            first = words_of(said, start=0, end=len(said), times=()).lexemes[0].text
            if first in JOINING or said[0] in MARKS or said[-1] in MARKS:
                faults.append(said)
    return faults


@pytest.mark.parametrize("text", OWN[::4])
def test_spans_of_our_texts_begin_with_nothing_that_joins(text):
    assert faults_in(text) == []


def test_spans_of_real_texts_begin_with_nothing_that_joins():
    found = [json.loads(path.read_text(encoding="utf-8"))["text"] for path in sorted(REAL.glob("*/*.json"))]
    if not found:
        pytest.skip(f"real texts are not here: {REAL}")
    assert [fault for text in found for fault in faults_in(text)] == []


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
