"""Numbers in all their forms: what is found in a sentence, with what each says."""

from pathlib import Path

import pytest

from tests.quantities.test_find import context_of
from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.pipeline import Pipeline, Settings
from zhengxie_nlp.quantities.find import find_quantities
from zhengxie_nlp.quantities.rates import find_rates
from zhengxie_nlp.quantities.units import parts_of, unit_at, units_with
from zhengxie_nlp.text.numerals import find_numerals

PATH = Path(__file__).parents[1] / "cases" / "measures.tsv"
CASES = parse_table(PATH.name, PATH.read_text(encoding="utf-8")).rows
#: Units that a rate calls by another name.
SAME_RATE = {"天": ("日",)}
FIELDS = ("value", "low", "high", "bound", "unit", "kind", "fraction")


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline(Settings(records=("quantity", "time", "numeral_term"), model=None))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sentence"])
def test_measures_are_read_in_all_their_forms(case, pipeline):
    text = case["sentence"].replace("【", "").replace("】", "")
    found = [record for record in pipeline.extract(text).records if record.type == "quantity"]
    marked, at = "", 0
    for record in found:
        start, end = record.ref.fragments[0][0], record.ref.fragments[-1][1]
        marked += f"{text[at:start]}【{text[start:end]}】"
        at = end
    assert marked + text[at:] == case["sentence"]
    for name in FIELDS:
        said = [getattr(record, name) or "?" for record in found]
        wanted = case[name].split(";") if case[name] else ["?"] * len(found)
        assert said == wanted, name


def test_units_join_only_with_units_that_there_are():
    for row in read_table("compound_units.tsv"):
        for unit in (row["large"], row["small"]):
            found = unit_at(unit, 0) if unit else None
            assert not unit or (found is not None and found.text == unit), row
        assert parts_of(row["large"]).bare or row["small"]


def test_each_field_says_what_chose_it():
    text = "今年气温不低于零下12℃，每年开展活动3次，投资增长4%，合计¥300。"
    context = context_of(text)
    chosen = {text[slice(*found.span)]: found.chosen for found in find_quantities(context)}
    assert chosen["不低于零下12℃"]["value"] == "signs/minus"
    assert chosen["不低于零下12℃"]["bound"] == "bounds/before"
    assert chosen["3次"]["per"] == "rates/earlier_rate"
    assert chosen["4%"]["change"] == "changes/change"
    assert chosen["¥300"]["unit"] == "signs/currency"
    assert all({"span", "value", "unit", "counted"} <= rules.keys() for rules in chosen.values())


def test_every_unit_with_a_rate_stands_after_each():
    for unit in sorted(units_with("rate")):
        rates = find_rates(f"，每{unit}补贴2元。")
        assert rates, unit
        assert rates[0].per in (unit, *SAME_RATE.get(unit, ())), unit


def test_every_vague_unit_stands_after_lai():
    for unit in sorted(units_with("vague")):
        (numeral, *_) = find_numerals(f"有十来{unit}。")
        assert (numeral.bound, numeral.span) == ("about", (1, 3)), unit
