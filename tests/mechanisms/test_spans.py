"""Over whole texts, names never begin with a mark, a conjunction, 了 or 的."""

from pathlib import Path

import pytest

from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.text.segmenters.words import cut

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "gold"
NEVER_FIRST = "，、；：。的了着过和与及或并"


def begins_wrongly(text):
    """Tell whether a name's first word is one of these signs; 过程 and 和谐社区 begin with other words."""
    first = cut(text, 0, len(text))[0]
    return text[0] in NEVER_FIRST and first.end - first.start == 1


def begin_wrongly(paths):
    pipeline = Pipeline()
    for path in paths:
        for record in pipeline.extract(path.read_text(encoding="utf-8")).records:
            counted = getattr(record, "counted", None)
            if record.type == "mechanism" and begins_wrongly(record.ref.text):
                yield path.name, record.ref.text
            if counted is not None and begins_wrongly(counted.text):
                yield path.name, counted.text


def test_names_begin_with_words_in_our_own_texts():
    assert list(begin_wrongly(sorted((ROOT / "corpora" / "speeches" / "text").glob("*.txt"))[::4])) == []


@pytest.mark.skipif(not REAL.is_dir(), reason="the real texts are not published")
def test_names_begin_with_words_in_real_texts():
    assert list(begin_wrongly(sorted(REAL.glob("*/*.txt"))[::2])) == []
