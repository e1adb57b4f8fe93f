"""Training of what decides on initiatives: which gold a clause is, and a model from a few texts."""

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.initiatives import acting, actions, objects, tense
from zhengxie_nlp.initiatives.find import ESTIMATOR, initiative_candidates
from zhengxie_nlp.learning.model import Model
from zhengxie_nlp.records import Document, Initiative, Ref, Source
from zhengxie_nlp.text.source_text import Span
from zhengxie_nlp.training.corpus import Corpus, TrainingText
from zhengxie_nlp.training.initiatives import action_span, match_initiatives, train_initiatives


def ref_of(source, words):
    start = source.index(words)
    return Ref(text=words, fragments=((start, start + len(words)),))


def text_of(source, deeds, *, name="t", without=()):
    """Make a training text of a source and its deeds: words of the clause, action, object, actor, status."""
    records = tuple(
        Initiative(
            id=f"i{number}",
            ref=ref_of(source, words),
            action=action,
            object=ref_of(source, object_) if object_ else None,
            actor=ref_of(source, actor) if actor else None,
            status=status,
        )
        for number, (words, action, object_, actor, status) in enumerate(deeds)
    )
    gold = Document(source=Source(id=name), text=source, records=records)
    context = Pipeline().analyze(source).parts[0].context
    return TrainingText(name, "train", context, gold, source=name, without=frozenset(without))


DONE = text_of(
    "岭东区政协建立渡口巡查台账，切实转变作风，开办夜校8期。",
    [
        ("岭东区政协建立渡口巡查台账", "建立", "渡口巡查台账", "岭东区政协", "done"),
        ("开办夜校8期", "开办", "夜校", None, "done"),
    ],
    name="a",
)
PLAN = text_of(
    "今后，要对闸口进行清理，不断提高站位，拟走访果农42户。",
    [
        ("要对闸口进行清理", "清理", "闸口", None, "planned"),
        ("拟走访果农42户", "走访", "果农", None, "planned"),
    ],
    name="b",
)


def test_match_initiatives_finds_what_gold_covers_by_half():
    candidates = initiative_candidates(DONE.context)
    matches = match_initiatives(candidates, text=DONE)
    found = {
        DONE.document.text[slice(*one.clause.span)]: match
        for one, match in zip(candidates, matches, strict=True)
    }
    assert found.pop("岭东区政协建立渡口巡查台账").record == DONE.document.records[0]
    assert found.pop("开办夜校8期").object == Span(23, 25)
    assert set(found.values()) == {None}


@pytest.mark.parametrize(("source", "at"), [("组织委员组织夜校", 0), ("建立台账", None)])
def test_action_span_is_the_one_before_the_object(source, at):
    (one,) = initiative_candidates(text_of(source, []).context)
    found = action_span(source, "组织", candidate=one, object_=Span(2, 8))
    assert found == (None if at is None else Span(at, at + 2))


def test_train_initiatives_trains_each_decider():
    trained = train_initiatives(Corpus((DONE, PLAN)), Model("test", {}, {}))
    assert set(trained.estimators) == {
        ESTIMATOR, tense.ESTIMATOR, actions.ESTIMATOR, objects.ESTIMATOR, acting.ESTIMATOR,
    }  # fmt: skip
    again = train_initiatives(Corpus((DONE, PLAN)), Model("test", {}, {}))
    for name, estimator in trained.estimators.items():
        assert estimator.columns == again.estimators[name].columns
        assert (estimator.coefficients == again.estimators[name].coefficients).all()


def test_train_initiatives_learns_not_what_a_text_cannot_show():
    kept = text_of(
        PLAN.document.text, [("拟走访果农42户", "走访", "果农", None, "planned")], without=("status", "actor")
    )
    trained = train_initiatives(Corpus((kept,)), Model("test", {}, {}))
    assert not {tense.ESTIMATOR, acting.ESTIMATOR} & set(trained.estimators)
