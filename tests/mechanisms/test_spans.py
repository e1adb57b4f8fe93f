"""Over whole texts, names never begin with a mark, a conjunction, 了 or 的."""

from pathlib import Path

import pytest

from zhengxie_nlp.pipeline import Pipeline

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "gold"
NEVER_FIRST = "，、；：。的了着过和与及或并"


def begin_wrongly(paths):
    pipeline = Pipeline()
    for path in paths:
        for record in pipeline.extract(path.read_text(encoding="utf-8")).records:
            counted = getattr(record, "counted", None)
            if record.type == "mechanism" and record.ref.text[0] in NEVER_FIRST:
                yield path.name, record.ref.text
            if counted is not None and counted.text[0] in NEVER_FIRST:
                yield path.name, counted.text


def test_names_begin_with_words_in_our_own_texts():
    assert list(begin_wrongly(sorted((ROOT / "corpora" / "speeches" / "text").glob("*.txt"))[::4])) == []


@pytest.mark.skipif(not REAL.is_dir(), reason="the real texts are not published")
def test_names_begin_with_words_in_real_texts():
    assert list(begin_wrongly(sorted(REAL.glob("*/*.txt"))[::2])) == []
