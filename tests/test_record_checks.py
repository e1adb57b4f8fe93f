"""Documents that lie: what the schema's types allow and SCHEMA does not."""

import copy
import json
from pathlib import Path

import pytest

from tests.test_records import WHOLE
from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.records import SCHEMA_ID, Document, json_schema

GOLD = Path(__file__).resolve().parents[1] / "corpora" / "speeches" / "gold"
TIME = {"id": "t1", "type": "time", "ref": {"text": "40", "fragments": [[6, 8]]}, "start": "2020-01-31"}
DEED = {
    "id": "i1", "type": "initiative", "ref": {"text": "开展活动40次", "fragments": [[2, 9]]},
    "action": "开展", "status": "done", "quantities": ["q1"], "time": ["t1"],
}  # fmt: skip


def lying(*path, value):
    """Return the JSON of a Document in which one place says something else; None takes it away."""
    whole = copy.deepcopy(WHOLE)
    whole["records"] += copy.deepcopy([TIME, DEED])
    place = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(whole)


def test_the_document_the_lies_are_made_of_is_right():
    assert len(Document.parse(lying("title", value=None)).records) == 3


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("title",), {"text": "一", "fragments": [[0, 99]]}, "title: fragment [0, 99) is empty or outside"),
        (("title",), {"text": "一", "fragments": [[1, 1]]}, "title: fragment [1, 1) is empty or outside"),
        (("title",), {"text": "一", "fragments": [[2, 1]]}, "title: fragment [2, 1) is empty or outside"),
        (("title",), {"text": "", "fragments": []}, "title: the Ref has no fragment"),
        (("title",), {"text": "二", "fragments": [[0, 1]]}, "title: the text there is “一”, not “二”"),
        (("records", 1, "id"), "q1", "records.1.id: the id “q1” is that of another, too"),
        (("speeches", 0, "nodes", 0, "id"), "s1", "the id “s1” is that of another, too"),
        (("records", 2, "quantities"), ["q9"], "records.2.quantities: there is no quantity “q9”"),
        (("records", 2, "quantities"), ["t1"], "records.2.quantities: there is no quantity “t1”"),
        (("records", 2, "time"), ["t7"], "records.2.time: there is no time “t7”"),
        (("records", 2, "mechanisms"), ["m1"], "records.2.mechanisms: there is no mechanism “m1”"),
        (("records", 2, "speech"), "s8", "records.2.speech: there is no speech “s8”"),
        (("records", 2, "node"), "s1", "records.2.node: there is no node “s1”"),
        (("records", 1, "start"), "2020-13-45", "records.1.start: “2020-13-45” is no date"),
        (("records", 1, "end"), "2020-W05-1", "records.1.end: “2020-W05-1” is no date"),
        (("speeches", 0, "date", "start"), "1900-02-29", "speeches.0.date.start: “1900-02-29” is no date"),
        (
            ("speeches", 0, "nodes", 0, "scores"),
            {"political": 3.0, "learning": 1.0, "service": 0.5, "discipline": 0.5},
            "speeches.0.nodes.0.scores: a score is no share",
        ),
        (
            ("speeches", 0, "nodes", 0, "scores"),
            {"political": 0.1, "learning": 0.1, "service": 0.1, "discipline": 0.1},
            "the scores add up to 0.40, not to 1",
        ),
    ],
)
def test_parse_refuses_a_document_that_does_not_hold_together(path, value, said):
    with pytest.raises(DocumentError) as caught:
        Document.parse(lying(*path, value=value), where="bad.json")
    assert caught.value.code == "ZX204"
    assert caught.value.where == "bad.json"
    assert said in caught.value.problem


def test_parse_refuses_a_key_that_stands_twice():
    with pytest.raises(DocumentError, match="the key “text” stands twice"):
        Document.parse('{"source": {"id": "a"}, "text": "一", "text": "二"}')


@pytest.mark.parametrize("deep", ['{"a":' * 100_000, "[" * 100_000])
def test_parse_refuses_deep_json(deep):
    with pytest.raises(DocumentError) as caught:
        Document.parse(deep)
    assert caught.value.code == "ZX201"


@pytest.mark.parametrize("path", sorted(GOLD.glob("*.json"))[::7], ids=lambda path: path.stem)
def test_parse_takes_all_gold(path):
    Document.parse(path.read_bytes())


def test_json_schema_says_which_dialect_it_is_and_its_name():
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == SCHEMA_ID
    assert "speeches" in schema["properties"]
