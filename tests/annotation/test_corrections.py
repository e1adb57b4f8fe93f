"""Corrections make gold, find their words again in another reading, and say what could not be applied."""

import json

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.annotation.corrections import Corrections, apply_corrections, decided_text
from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import read_back

TEXT = """坚持为民履职 服务发展大局

云浦市政协机关

一、抓实理论学习，夯实思想根基

一是健全学习制度。今年以来，举办读书分享会12场，参加委员1200余人次。
"""


@pytest.fixture(scope="module")
def machine():
    return Pipeline().extract(TEXT, source_id="speech")


def decision(op, record, **more):
    (start, _), (_, end) = record.ref.fragments[0], record.ref.fragments[-1]
    return {
        "op": op, "type": record.type, "fragments": record.ref.fragments, "text": record.ref.text,
        "before": TEXT[max(0, start - 12) : start], "after": TEXT[end : end + 12], **more,
    }  # fmt: skip


def entry(*decisions, reviewed=("quantity",)):
    whole = {
        "format": "zhengxie-corrections", "version": 1,
        "documents": [{"source": {"id": "speech"}, "reviewed": reviewed, "decisions": decisions}],
    }  # fmt: skip
    return Corrections.parse(json.dumps(whole)).documents[0]


def of(document, type_):
    return [record for record in document.records if record.type == type_]


def test_apply_makes_gold_of_what_was_decided(machine):
    first, second = of(machine, "quantity")
    fields = {"value": "12", "unit": "场", "bound": "exact", "kind": "count"}
    applied = apply_corrections(
        entry(decision("accept", first, fields=fields), decision("reject", second)), machine
    )
    (kept,) = applied.gold.records
    assert (kept.ref, kept.value, kept.unit, kept.node) == (first.ref, "12", "场", first.node)
    assert set(applied.gold.not_annotated) == set(RECORD_TYPES) - {"quantity"}
    assert applied.decided["quantity", "reject"] == 1
    assert applied.problems == ()


def test_apply_changes_characters_and_fields_and_adds(machine):
    first, second = of(machine, "quantity")
    at = TEXT.index("参加委员1200余人次")
    to = {"text": "1200余人", "fragments": [[at + 4, at + 10]]}
    added = TEXT.index("读书分享会")
    applied = apply_corrections(
        entry(
            decision("change", second, to=to, fields={"value": "1200", "bound": "over", "unit": "人"}),
            {
                "op": "add", "type": "mechanism", "fragments": [[added, added + 5]], "text": "读书分享会",
                "fields": {"kind": "brand"},
            },
            reviewed=("quantity", "mechanism"),
        ),
        machine,
    )  # fmt: skip
    assert [(record.type, record.ref.text) for record in applied.gold.records] == [
        ("mechanism", "读书分享会"), ("quantity", "1200余人"),
    ]  # fmt: skip
    assert applied.gold.records[1].unit == "人"
    assert first.ref not in [record.ref for record in applied.gold.records]


def test_apply_finds_the_words_again_in_another_reading(machine):
    """The same text hard-wrapped, with a line more at its head, as another version might have read it."""
    wrapped = "页眉\n" + TEXT.replace("1200余人次", "12\n00余人次").replace("今年", "今\n年")
    newer = Pipeline().extract(wrapped)
    decisions = [decision("accept", record, fields=held(record)) for record in machine.records]
    applied = apply_corrections(entry(*decisions, reviewed=tuple(RECORD_TYPES)), newer)
    assert applied.problems == ()
    assert [record.ref.text for record in applied.gold.records] == [
        record.ref.text for record in machine.records
    ]
    for record in applied.gold.records:
        assert read_back(wrapped, record.ref) == record.ref.text
    counted = next(record.counted for record in of(applied.gold, "quantity") if record.counted)
    assert read_back(wrapped, counted) == counted.text


def held(record):
    said = json.loads(record.model_dump_json())
    common = {"type", "id", "ref", "speech", "node", "confidence", "rule", "time", "quantities", "mechanisms"}
    return {name: value for name, value in said.items() if name not in common and value is not None}


def test_apply_keeps_links_between_records(machine):
    one = next(record for record in of(machine, "initiative") if record.time)
    time = next(record for record in machine.records if record.id == one.time[0])
    ref = json.loads(time.ref.model_dump_json())
    applied = apply_corrections(
        entry(
            decision("accept", time, fields={}), decision("accept", one, fields=held(one), time=[ref]),
            *(decision("accept", record, fields=held(record)) for record in of(machine, "quantity")),
            reviewed=("initiative", "time", "quantity"),
        ),
        machine,
    )  # fmt: skip
    initiative = of(applied.gold, "initiative")[0]
    by_id = {record.id: record.ref.text for record in applied.gold.records}
    assert [by_id[one] for one in initiative.time] == [time.ref.text]
    assert [by_id[one] for one in initiative.quantities] == ["12场"]


def test_apply_says_what_it_could_not_apply(machine):
    gone = {
        "op": "accept",
        "type": "quantity",
        "fragments": [[3, 6]],
        "text": "99匹",
        "before": "马",
        "after": "跑",
    }
    unfinished = {"op": "add", "type": "initiative", "fragments": [[0, 2]], "text": TEXT[:2], "fields": {}}
    applied = apply_corrections(entry(gone, unfinished), machine)
    assert len(applied.problems) == 2
    assert "99匹" in applied.problems[0]
    assert "action" in applied.problems[1]


def test_corrections_of_another_form_are_refused():
    with pytest.raises(DocumentError, match="not a corrections file: format") as caught:
        Corrections.parse('{"format": "something", "version": 1, "documents": []}')
    assert caught.value.code == "ZX203"


def test_decided_text_counts_each_type(machine):
    first, second = of(machine, "quantity")
    applied = apply_corrections(entry(decision("accept", first), decision("reject", second)), machine)
    line = next(line for line in decided_text([applied]).splitlines() if line.startswith("quantity"))
    assert line.split() == ["quantity", "1", "0", "1", "0", "0.500"]
