"""Credit: what a rule chose is counted against gold, and a rule or rows can be left out."""

import subprocess
import sys

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import DataError
from zhengxie_nlp.evaluation.credit import Change, compared, credits, do_without, groups_of_rules
from zhengxie_nlp.lexicon import tables

TEXT = "去年举办读书会12场，建立学习制度。"


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline()


def test_credits_counts_right_and_wrong_spans_by_rule(pipeline):
    gold = pipeline.extract(TEXT)
    found = credits([gold], pipeline=pipeline)
    spans = {
        rule: credit for (kind, name, rule), credit in found.items() if (kind, name) == ("quantity", "span")
    }
    assert [tuple(credit) for credit in spans.values()] == [(1, 1, 0)]
    without = gold.model_copy(update={"records": ()})
    again = credits([without], pipeline=pipeline)
    assert again.keys() == {key for key in found if key[1] == "span"} | again.keys()
    assert all(credit.right == 0 for credit in again.values())
    assert all(credit.wrong == credit.fired for (_, name, _), credit in again.items() if name == "span")


def test_groups_of_rules_names_rules_and_rows():
    groups = groups_of_rules()
    assert any(group.startswith("rules/quantities.find/") for group in groups)
    assert any(group.startswith("rows/units.tsv/") for group in groups)
    assert len(groups) == len(set(groups))


def test_do_without_refuses_a_rule_that_does_not_exist():
    with pytest.raises(DataError, match="there is no rule “nosuch”"):
        do_without("rules/times.find/nosuch")


def test_leave_out_refuses_a_table_that_was_read():
    tables.read_table("units.tsv")
    with pytest.raises(DataError, match="read already"):
        tables.leave_out("units.tsv", "thing")


def test_do_without_rows_changes_what_is_found():
    code = (
        "from zhengxie_nlp.evaluation.credit import do_without\n"
        "do_without('rows/times.tsv/relative')\n"
        "from zhengxie_nlp import Pipeline\n"
        f"print([r.type for r in Pipeline().extract({TEXT!r}).records])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "quantity" in done.stdout
    assert "time" not in done.stdout


def test_compared_counts_judgements_and_documents():
    base = {"a": (5, 2), "b": (3, 0), "c": (1, 1)}
    changed = {"a": (7, 0), "b": (2, 1), "c": (1, 1)}
    assert compared(base, changed) == Change(2, 1, 1, 1)
