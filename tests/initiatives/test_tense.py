"""Status by a passage: what a deed's surroundings tell, and all deeds of a document together."""

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.initiatives import tense
from zhengxie_nlp.initiatives.find import initiative_candidates
from zhengxie_nlp.initiatives.tense import Deeds, agreed, decided_statuses


def deeds_in(text):
    context = Pipeline().analyze(text).parts[0].context
    return Deeds(context, initiative_candidates(context))


def test_row_tells_the_words_and_headings_around():
    deeds = deeds_in("云浦市政协工作报告\n\n一、下一步打算\n会议强调，要建立渡口巡查台账，开办夜校12期。\n")
    row = deeds.row(1)
    assert row["heading,下一步"] == row["heading,打算"] == 1.0
    assert row["frame,会议强调"] == 1.0
    assert row["last_frame"] == "会议强调"
    assert row["paragraph,asked"] > 0
    assert row["verb"] == "建立"


def test_row_tells_how_a_passage_is_worded():
    done = deeds_in("2021年以来，已建成茶棚6座，完成了渡口修缮，走访果农42户。").row(1)
    plan = deeds_in("今后，拟建成茶棚6座，力争完成渡口修缮，要走访果农42户。").row(1)
    assert done["document,past"] > plan.get("document,past", 0.0)
    assert plan["document,plan"] > done.get("document,plan", 0.0)


def test_row_tells_what_the_clauses_of_the_text_are_like():
    report = deeds_in("2021年以来，建成了茶棚6座，走访果农42户。").row(1)
    plan = deeds_in("完善渡口巡查台账，健全夜校章程，推进茶棚修缮。").row(1)
    assert report["in_text perfect"] > plan["in_text perfect"] == 0.0
    assert plan["in_text,perfect"] == "0"
    assert plan["in_text,perfect,rule"] == "0" + plan["rule"]


def test_agreed_follows_the_deeds_near_by():
    assert agreed([0.9, 0.9, 0.4])[2] > 0.5 > agreed([0.1, 0.1, 0.6])[2]
    assert agreed([0.7]) == [pytest.approx(0.7)]
    assert agreed([]) == []


def test_agreed_lets_a_report_end_in_plans():
    planned = agreed([0.1] * 12 + [0.9] * 12)
    assert max(planned[:12]) < 0.5 < min(planned[12:])


class Telling:
    """A model that says of each deed how planned it is."""

    def __init__(self, planned):
        self.planned = planned

    def probabilities(self, name, rows):
        assert (name, len(rows)) == (tense.ESTIMATOR, len(self.planned))
        return [{"done": (1 - one) * 0.8, "ongoing": (1 - one) * 0.2, "planned": one} for one in self.planned]


@pytest.mark.parametrize(
    ("planned", "statuses"),
    [([0.9, 0.9, 0.4], ["planned"] * 3), ([0.1, 0.5, 0.1], ["done"] * 3), ([], [])],
)
def test_decided_statuses_agree_within_a_document(planned, statuses):
    deeds = deeds_in("建立渡口巡查台账，开办夜校12期，走访果农42户。")
    found = decided_statuses(deeds, places=range(len(planned)), model=Telling(planned))
    assert [one.status for one in found.values()] == statuses
    assert all(0 < one.confidence <= 1 for one in found.values())
