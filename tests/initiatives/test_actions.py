"""Which verb is the deed, what it acts on and who acts: candidates, their signs, and who is chosen."""

import pytest

from tests.initiatives.test_find import context_of, found_in
from zhengxie_nlp.initiatives import acting, actions, objects
from zhengxie_nlp.initiatives.acting import Before, chosen_actors, signs_of_actors
from zhengxie_nlp.initiatives.actions import Deed, deeds_of, signs_of_deeds
from zhengxie_nlp.initiatives.actors import actors_of
from zhengxie_nlp.initiatives.find import initiative_candidates
from zhengxie_nlp.initiatives.objects import signs_of_things, things_of
from zhengxie_nlp.text.source_text import Span


def candidate_in(sentence, *, clause=-1):
    return initiative_candidates(context_of(sentence))[clause]


def deeds_in(sentence):
    one = candidate_in(sentence)
    found = deeds_of(sentence, one.predicate, clause=one.clause.span)
    return {sentence[slice(*deed.span)] for deed in found}


@pytest.mark.parametrize(
    ("sentence", "action"),
    [
        ("梳理汇编水闸巡查要点。", "梳理汇编"),
        ("制定并落实渡口管护办法。", "制定并落实"),
        ("深入推进古桥修缮工程。", "推进"),
        ("新开工灌渠改造项目9个。", "开工"),
        ("办好云浦茶乡赛歌会。", "办好"),
        ("北塘水库工程建成投用。", "建成投用"),
    ],
)
def test_deeds_of_holds_what_people_take(sentence, action):
    assert action in deeds_in(sentence)


@pytest.mark.parametrize(
    "sentence", ["建立“渡口夜话”机制，开展活动12次。", "对闸口进行清理。", "把账目公开到人。"]
)
def test_deeds_of_holds_the_rules_choice_within_the_clause(sentence):
    for one in initiative_candidates(context_of(sentence)):
        clause = one.clause.span
        deeds = deeds_of(sentence, one.predicate, clause=clause)
        assert one.predicate.action in {deed.span for deed in deeds}
        assert all(clause.start <= deed.span.start < deed.span.end <= clause.end for deed in deeds)
        signs = signs_of_deeds(sentence, one.predicate, deeds, clause=clause)
        assert len(signs) == len(deeds)
        assert all(len(set(row)) > 20 for (row,) in signs)


def test_signs_of_deeds_compare_with_the_rules_choice():
    sentence = "走访慰问果农42户。"
    one = candidate_in(sentence)
    deeds = deeds_of(sentence, one.predicate, clause=one.clause.span)
    signs = signs_of_deeds(sentence, one.predicate, deeds, clause=one.clause.span)
    same = [deed.span for deed, (row,) in zip(deeds, signs, strict=True) if "Rsame,same" in row]
    assert same == [one.predicate.action]


@pytest.mark.parametrize(
    ("sentence", "action", "object_", "kind"),
    [
        ("代办小事319件。", "代办", "小事", "rest"),
        ("将渡口账目予以公开。", "公开", "渡口账目", "by 将"),
        ("北塘水库工程全面完工。", "完工", "北塘水库工程", "fronted"),
    ],
)
def test_things_of_finds_objects_behind_and_before(sentence, action, object_, kind):
    one = candidate_in(sentence)
    clause = one.clause.span
    deed = next(
        deed
        for deed in deeds_of(sentence, one.predicate, clause=clause)
        if sentence[slice(*deed.span)] == action
    )
    counts = [Span(sentence.index("3"), sentence.index("件") + 1)] if "件" in sentence else []
    things = things_of(sentence, one.predicate, deed, clause=clause, counts=counts)
    assert things[0].span is None
    assert (object_, kind) in [(sentence[slice(*one.span)], one.kind) for one in things if one.span]
    signs = signs_of_things(sentence, one.predicate, deed, things, clause=clause)
    assert len(signs) == len(things)
    assert f"k{kind}" in signs[[thing.kind for thing in things].index(kind)][0]


def test_things_of_asks_for_nothing_outside_the_clause():
    sentence = "推进"
    one = candidate_in("推进工程，推进")
    deed = Deed(one.predicate.action, one.predicate.at, one.predicate.beyond)
    assert sentence == "推进工程，推进"[slice(*deed.span)]
    things = things_of("推进工程，推进", one.predicate, deed, clause=one.clause.span)
    assert [thing.span for thing in things] == [None]


@pytest.mark.parametrize(
    ("sentence", "named", "back"),
    [
        ("岭东区政协组织委员开展巡河12次。", "岭东区政协", 0),
        ("岭东区政协坚持夜访，走访果农42户。", "岭东区政协", 1),
        ("由镇村干部走访果农42户。", "镇村干部", 0),
        ("县里要求各渡口查漏补缺，建立巡查台账。", "各渡口", 1),
        ("他建议有关单位开展巡河12次。", "有关单位", 0),
        ("承办单位15个工作日内走访果农42户。", "承办单位", 0),
        ("方案经分管领导签发，走访果农42户。", "分管领导", 1),
        ("守在渡口的联络员走访果农42户。", "联络员", 0),
        ("渡口由岭东区政协统一修缮。", "岭东区政协", 0),
    ],
)
def test_actors_of_looks_in_the_clause_and_before_it(sentence, named, back):
    one = candidate_in(sentence)
    found = actors_of(sentence, one.told)
    assert found[0].span is None
    assert (named, back) in [(sentence[slice(*actor.span)], actor.back) for actor in found if actor.span]
    assert len(signs_of_actors(sentence, one, found)) == len(found)


@pytest.mark.parametrize(
    "sentence", ["到岭东区社区走访果农42户。", "围绕岭东区政协开展巡河12次。", "赴云浦走访果农42户。"]
)
def test_actors_of_takes_no_place_or_ground_for_who_acts(sentence):
    found = actors_of(sentence, candidate_in(sentence).told)
    assert not any(actor.kind == "opening" for actor in found)


def test_signs_tell_of_the_choice_before():
    sentence = "岭东区政协召开会议，走访果农42户。"
    one = candidate_in(sentence)
    found = actors_of(sentence, one.told)
    named = next(actor for actor in found if actor.span == Span(0, 5))

    def relations(before):
        signs = signs_of_actors(sentence, one, found, before=before)
        return [parts[-1][0] for parts, actor in zip(signs, found, strict=True) if actor in (found[0], named)]

    assert relations(None) == ["P-", "P-"]
    assert relations(Before(Span(0, 5), 0)) == ["Pdropped", "Psame"]
    assert relations(Before(None, 0)) == ["Pnobody", "Pnew1"]
    assert relations(Before(Span(7, 9), 7)) == ["Pdropped", "Polder0"]


class Following:
    """A ranker that takes openings of clauses and, more surely, what the deed before took."""

    def rank(self, name, rows):
        assert name == acting.ESTIMATOR
        weights = [
            8.0 if any("Psame" in part for part in parts) else 2.0 if "kopening0" in parts[0] else 1.0
            for parts in rows
        ]
        return [weight / sum(weights) for weight in weights]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("岭东区政协召开会议3次，走访果农42户，慰问茶农9户。", ["岭东区政协"] * 3),
        ("走访果农42户。", [None]),
        ("", []),
    ],
)
def test_chosen_actors_act_until_others_are_named(text, who):
    deeds = initiative_candidates(context_of(text))
    found = chosen_actors(text, deeds, model=Following())
    assert [text[slice(*span)] if span else None for span in found] == who


class Choosing:
    """A model that takes the candidate with a sign, or the last."""

    def __init__(self, **signs):
        self.signs = {name.replace("_", "-"): sign for name, sign in signs.items()}

    @property
    def estimators(self):
        return self.signs

    def probabilities(self, name, rows):
        return [{name: 0.9, "other": 0.1} for _ in rows]

    def rank(self, name, rows):
        return [0.9 if any(self.signs[name] in part for part in parts) else 0.1 for parts in rows]


def test_find_initiatives_takes_what_the_rankers_take():
    context = context_of("岭东区政协坚持夜访，走访慰问果农42户。")
    model = Choosing(initiative_action="t慰问", initiative_actor="kopening1", initiative_object="knone")
    *_, found = found_in(context, model=model)
    assert found.fields["action"] == "慰问"
    assert found.fields["action_confidence"] == 0.9
    assert context.text.text[slice(*found.fields["actor"])] == "岭东区政协"
    assert found.fields["object"] is None
    assert found.chosen["action"] == actions.ESTIMATOR
    assert found.chosen["actor"] == acting.ESTIMATOR
    assert found.chosen["object"] == objects.ESTIMATOR
    assert found.chosen["status"] == "status/rules"


def test_find_initiatives_without_a_model_says_that_rules_chose():
    (found,) = found_in(context_of("走访果农42户。"))
    assert found.chosen["action"] == found.chosen["object"] == "predicate/rules"
    assert found.fields["action_confidence"] is None
    assert found.fields["status_confidence"] is None
