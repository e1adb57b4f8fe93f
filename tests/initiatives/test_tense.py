"""Status by a passage: what a deed's surroundings tell, and all deeds of a document together."""

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.initiatives import tense
from zhengxie_nlp.initiatives.find import initiative_candidates
from zhengxie_nlp.initiatives.tense import Deeds, decided_statuses, planned_rows


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


def test_planned_rows_say_what_holds_for_the_others():
    rows = planned_rows([{"planned": 0.9}, {"planned": 0.9}, {"planned": 0.2}])
    assert rows[2]["own"] < 0 < rows[2]["near"]
    assert rows[0]["near"] < rows[2]["near"]
    assert planned_rows([{"planned": 0.5}]) == [{"own": 0.0, "near": 0.0}]


class Telling:
    """A model that says of each deed how planned it is; together they follow the others."""

    def __init__(self, planned):
        self.planned = planned

    def probabilities(self, name, rows):
        if name == tense.ESTIMATOR:
            return [
                {"done": (1 - one) * 0.8, "ongoing": (1 - one) * 0.2, "planned": one} for one in self.planned
            ]
        return [{"planned": 0.95 if row["near"] > 0 else 0.05, "other": 0.5} for row in rows]


@pytest.mark.parametrize(
    ("planned", "statuses"),
    [([0.9, 0.9, 0.4], ["planned"] * 3), ([0.1, 0.6, 0.1], ["done"] * 3), ([], [])],
)
def test_decided_statuses_agree_within_a_document(planned, statuses):
    deeds = deeds_in("建立渡口巡查台账，开办夜校12期，走访果农42户。")
    found = decided_statuses(deeds, places=range(len(planned)), model=Telling(planned))
    assert [one.status for one in found.values()] == statuses
    assert all(0 < one.confidence <= 1 for one in found.values())


def test_planned_rows_follow_the_nearer_deeds():
    rows = planned_rows([{"planned": 0.1}] * 12 + [{"planned": 0.9}] * 12)
    assert rows[1]["near"] < 0 < rows[22]["near"]
