import copy
import json
import pickle

import pytest

from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.records import (
    Document,
    Initiative,
    Marker,
    Mechanism,
    Node,
    NumeralTerm,
    Quantity,
    Ref,
    Time,
    read_back,
    trusted,
)

REF = Ref(text="40次", fragments=((6, 9),))

WHOLE = {
    "schema_version": "1.0",
    "source": {
        "id": "d",
        "path": "d.txt",
        "sha256": "0",
        "encoding": "utf-8",
        "media_type": "text/plain",
        "reading": {
            "format": "pdf",
            "converter": "pypdfium2",
            "version": "5",
            "pages": 1,
            "pages_without_text": [],
            "ocr_share": 0.0,
            "dropped": {"page_number": 1},
            "revisions": {"taken": "accepted", "inserted": 1, "deleted": 0},
            "losses": [],
        },
    },
    "text": "一、开展活动40次",
    "title": None,
    "speeches": [
        {
            "id": "s1",
            "title": None,
            "organization": None,
            "speaker": None,
            "date": {"ref": {"text": "开", "fragments": [[2, 3]]}, "start": "2023-05-21", "end": None},
            "nodes": [
                {
                    "id": "s1.1",
                    "level": 1,
                    "marker": {
                        "ref": {"text": "一、", "fragments": [[0, 2]]},
                        "style": "han_comma",
                        "kind": "section",
                        "ordinal": 1,
                    },
                    "heading": {"text": "开展活动40次", "fragments": [[2, 9]]},
                    "body": [],
                    "category": "service",
                    "secondary": ["learning"],
                    "scores": {"political": 0.1, "learning": 0.0, "service": 0.8, "discipline": 0.1},
                    "confidence": 0.7,
                    "children": [],
                }
            ],
        }
    ],
    "records": [
        {
            "id": "q1",
            "ref": {"text": "40次", "fragments": [[6, 9]]},
            "speech": "s1",
            "node": "s1.1",
            "confidence": 0.9,
            "rule": "quantities/plain",
            "ocr_score": None,
            "type": "quantity",
            "value": "40",
            "low": None,
            "high": None,
            "fraction": None,
            "bound": "exact",
            "unit": "次",
            "kind": "count",
            "per": None,
            "counted": {"text": "活动", "fragments": [[4, 6]]},
            "counted_confidence": 0.8,
            "change": None,
        }
    ],
    "diagnostics": [{"code": "missing_ordinal", "severity": "warning", "message": "二", "ref": None}],
    "unexplained_numerals": [],
    "not_annotated": [],
    "layout": {
        "unit": "pt",
        "pages": [{"number": 1, "start": 0, "width": 595.0, "height": 842.0, "vertical": False}],
        "runs": [[0, 9, 1, 60.0, 70.0, 150.0, 80.0, None]],
    },
}


def test_document_round_trips_through_json_without_loss():
    document = Document.parse(json.dumps(WHOLE))
    # What was said comes back; fields that were added since have their defaults.
    assert json.loads(document.model_dump_json(exclude_unset=True)) == WHOLE
    assert Document.parse(document.model_dump_json()) == document
    assert Document.parse(document.model_dump_json()).model_dump_json() == document.model_dump_json()


def test_document_never_changes():
    document = Document.parse(json.dumps(WHOLE))
    with pytest.raises(ValueError, match="frozen"):
        document.text = "other"
    with pytest.raises(ValueError, match="frozen"):
        document.records[0].unit = "场"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema_version": "9"}, "schema_version"),
        ({"speech": []}, "speech: Extra inputs"),
        ({"text": None}, "text"),
        ({"records": [{"type": "number"}]}, "records.0"),
    ],
)
def test_parse_names_the_field_that_does_not_fit(change, said):
    with pytest.raises(DocumentError, match=said) as caught:
        Document.parse(json.dumps(WHOLE | change), where="bad.json")
    assert caught.value.code == "ZX201"
    assert caught.value.where == "bad.json"


@pytest.mark.parametrize(
    ("fragments", "text"),
    [
        (((2, 4),), "活动"),
        (((0, 4),), "开展活动"),
        (((2, 4), (5, 7)), "活动40"),
        (((2, 8),), "活动40次"),
    ],
)
def test_read_back_joins_fragments_without_line_breaks(fragments, text):
    assert read_back("开展活动\n40次", Ref(text=text, fragments=fragments)) == text


@pytest.mark.parametrize("fragments", [((3, 3),), ((4, 2),), ((5, 99),)])
def test_read_back_refuses_what_lies_outside(fragments):
    with pytest.raises(DocumentError, match="ZX202"):
        read_back("开展活动\n40次", Ref(text="x", fragments=fragments))


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (Ref, {"text": "40次", "fragments": ((6, 9),)}),
        (Marker, {"ref": REF, "style": "shi", "kind": "point", "ordinal": 2}),
        (Node, {"id": "s1.1", "level": 1, "body": (REF,)}),
        (Quantity, {"id": "q1", "ref": REF, "value": "40", "unit": "次", "confidence": 0.9}),
        (NumeralTerm, {"id": "n1", "ref": REF, "numerals": (3, 1)}),
        (Mechanism, {"id": "m1", "ref": REF, "kind": "list"}),
        (Time, {"id": "t1", "ref": REF, "start": "2020"}),
        (Initiative, {"id": "i1", "ref": REF, "action": "走访", "status": "done", "time": ("t1",)}),
    ],
)
def test_trusted_makes_what_checking_makes(model, given):
    made, checked = trusted(model, **given), model(**given)
    assert made == checked
    assert made.model_dump_json() == checked.model_dump_json()
    assert repr(made) == repr(checked)
    assert hash(made) == hash(checked)
    for copied in (copy.deepcopy(made), pickle.loads(pickle.dumps(made)), made.model_copy()):
        assert copied == made
    with pytest.raises(ValueError, match="frozen"):
        made.ref = REF


def test_trusted_records_share_no_values():
    first, second = trusted(Time, id="t1", ref=REF, start="2020"), trusted(Time, id="t2", ref=REF)
    assert (first.start, second.start) == ("2020", None)
