"""What a quantity counts: the ranker over all cases, the clear ones one by one, and what it must never do."""

import pytest
from hypothesis import given, settings

from tests.quantities.test_find import CASES, GENRE, context_of, marked
from zhengxie_nlp.learning.model import load_model
from zhengxie_nlp.quantities.counted.choose import DECIDER, ESTIMATOR, NEAREST, agreement
from zhengxie_nlp.quantities.find import find_quantities
from zhengxie_nlp.text.source_text import Span


def counted_in(sentence, *, model="zhengxie"):
    """Return what the quantities of a sentence count, as written."""
    found = find_quantities(context_of(sentence), model=load_model(model) if model else None)
    spans = [one.fields["counted"] for one in found]
    return [sentence[span.start : span.end] if span else None for span in spans]


def alike(one, other):
    """Say whether two cuts of a noun share half of their characters."""
    short, long = sorted((one or "", other or ""), key=len)
    return short == long or (bool(short) and short in long and len(short) * 2 >= len(long))


def test_ranker_is_right_on_most_cases():
    rows = [row for row in CASES if "【" in row["sentence"]]
    right = 0
    for row in rows:
        plain, span = marked(row["sentence"])
        found = find_quantities(context_of(plain), model=load_model("zhengxie"))
        chosen = next((one.fields["counted"] for one in found if one.span == span), None)
        right += alike(plain[chosen.start : chosen.end] if chosen else "", row["counted"])
    assert right >= 0.82 * len(rows), f"{right} of {len(rows)}"


@pytest.mark.parametrize(
    ("sentence", "counted"),
    [
        ("全年建立8个专委会。", ["专委会"]),
        ("各支部举办读书沙龙40多次。", ["读书沙龙"]),
        ("面向社会征集摄影作品1860幅，评选入展120幅。", ["摄影作品", "摄影作品"]),
        ("开办便民药店43家。", ["便民药店"]),
        ("落地17个项目、金额9.36亿元。", ["项目", "金额"]),
    ],
)
def test_ranker_reads_clear_clauses(sentence, counted):
    assert counted_in(sentence) == counted


def test_each_choice_says_who_made_it_and_how_sure_it_is():
    context = context_of("全年建立8个专委会。")
    (found,) = find_quantities(context, model=load_model("zhengxie"))
    assert found.chosen["counted"] == DECIDER
    assert 0.5 < found.fields["counted_confidence"] <= 1
    (found,) = find_quantities(context)
    assert found.chosen["counted"] == NEAREST
    assert found.fields["counted_confidence"] is None


def test_without_a_model_the_nearest_noun_is_taken():
    assert counted_in("全年建立8个专委会。", model=None) == ["专委会"]
    assert counted_in("举办读书沙龙40多次。", model=None) == ["读书沙龙"]
    assert counted_in("，3个。", model=None) == [None]


def test_agreement_prefers_what_most_cuts_share():
    spans = [None, Span(4, 6), Span(2, 6), Span(3, 6), Span(20, 22)]
    assert agreement(spans, [0.05, 0.15, 0.25, 0.2, 0.35])[0] in (2, 3)
    assert agreement(spans, [0.95, 0.02, 0.01, 0.01, 0.01]) == (0, 0.95)


def test_ranker_is_in_the_shipped_model():
    assert ESTIMATOR in load_model("zhengxie")


@settings(max_examples=100, deadline=None)
@given(GENRE)
def test_ranker_stays_inside_the_text(text):
    text = text.strip("\n") or "一"
    for found in find_quantities(context_of(text), model=load_model("zhengxie")):
        counted = found.fields["counted"]
        if counted is not None:
            assert 0 <= counted.start < counted.end <= len(text)
            assert text[counted.start : counted.end].strip()
            assert counted.end <= found.span.start or counted.start >= found.span.end
