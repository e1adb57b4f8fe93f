"""Gold through brat and Label Studio and back: nothing is lost, and what does not fit is named."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengxie_nlp.annotation.brat import brat_configuration, read_brat, write_brat
from zhengxie_nlp.annotation.exchange import (
    WRITERS,
    convert,
    read_annotated,
    write_brat_folder,
    write_gold,
)
from zhengxie_nlp.annotation.label_studio import (
    label_studio_interface,
    read_label_studio,
    write_label_studio,
)
from zhengxie_nlp.annotation.standoff import Link, Mark, Standoff, from_standoff, to_standoff
from zhengxie_nlp.errors import DocumentError, WriteError
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.records import Document, Source

GOLD = Path(__file__).resolve().parents[2] / "corpora" / "speeches" / "gold"
#: One with everything, one interleaved page whose records have several fragments, one in sections.
NAMES = ("a01", "c15", "a03")
TEXT = "云浦市政协机关\n\n一、抓实学习\n\n一是健全学习制度。今年以来，举办读书会12场。\n"
AT = TEXT.index


def base(text: str = TEXT) -> Document:
    return Pipeline().extract(text, source_id="speech")


def marked(*marks: Mark, links: tuple[Link, ...] = ()) -> Standoff:
    return Standoff("speech", TEXT, marks, links)


def labels(document: Document) -> list[dict[str, object]]:
    """Return what an annotator says of each record, without ids."""
    times = {record.id: record.ref.fragments for record in document.records if record.type == "time"}
    left_out = {"id", "speech", "node", "confidence", "rule", "scores", "category_confidence"}
    made = []
    for record in document.records:
        said = record.model_dump(exclude=left_out | {"quantities", "mechanisms"})
        said["time"] = [times[id_] for id_ in said.get("time", ())]
        made.append(said)
    return sorted(made, key=str)


@pytest.mark.parametrize("name", NAMES)
def test_brat_gives_back_every_record(name):
    gold = Document.parse((GOLD / f"{name}.json").read_bytes())
    back = read_brat(gold.text, write_brat(to_standoff(gold)), name=name)
    made = from_standoff(back, base=Pipeline().extract(gold.text))
    assert labels(made) == labels(gold)


@pytest.mark.parametrize("name", NAMES)
def test_label_studio_gives_back_every_record(name):
    gold = Document.parse((GOLD / f"{name}.json").read_bytes())
    (back,) = read_label_studio(write_label_studio([to_standoff(gold)]), where="tasks.json")
    made = from_standoff(back, base=Pipeline().extract(gold.text))
    assert labels(made) == labels(gold)


@settings(max_examples=40)
@given(st.text(st.sampled_from("会议😀\n %𠮷a"), min_size=2, max_size=20), st.data())
def test_both_forms_keep_offsets_over_any_characters(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    mark = Mark("m1", "Mechanism", ((start, end),), {"action": text[start:end].strip() or "建立 %"})
    made = Standoff("x", text, (mark,))
    (by_studio,) = read_label_studio(write_label_studio([made]), where="tasks.json")
    by_brat = read_brat(text, write_brat(made), name="x")
    for back in (by_studio, by_brat):
        assert [(one.fragments, dict(one.attributes)) for one in back.marks] == [
            (mark.fragments, dict(mark.attributes))
        ]


def test_a_bare_mark_takes_its_fields_from_what_the_library_reads():
    at = AT("12场")
    made = from_standoff(marked(Mark("T1", "Quantity", ((at, at + 3),))), base=base())
    (quantity,) = made.records
    assert (quantity.value, quantity.unit, quantity.counted.text) == ("12", "场", "读书会")
    assert (quantity.speech, quantity.node, quantity.id) == ("s1", "s1.1.1", "q1")


def test_a_mark_that_says_more_is_taken_at_its_word():
    at = AT("12场")
    mark = Mark("T1", "Quantity", ((at, at + 3),), {"value": "12", "unit": "场"})
    (quantity,) = from_standoff(marked(mark), base=base()).records
    assert quantity.counted is None


def test_an_initiative_knows_what_stands_inside_of_it():
    start, end = AT("举办"), AT("12场") + 3
    marks = (
        Mark(
            "T1", "Initiative", ((start, end),), {"action": "举办", "status": "done", "category": "learning"}
        ),
        Mark("T2", "Quantity", ((end - 3, end),)),
        Mark("T3", "Phrase", ((start + 2, start + 5),)),
        Mark("T4", "Time", ((AT("今年"), AT("今年") + 4),)),
    )
    links = (Link("object", "T1", "T3"), Link("time", "T1", "T4"))
    made = from_standoff(marked(*marks, links=links), base=base())
    initiative = next(record for record in made.records if record.type == "initiative")
    assert (initiative.object.text, initiative.time, initiative.quantities) == ("读书会", ("t1",), ("q3",))


def test_a_marker_gives_its_node_a_category_and_types_left_out_are_said_to_be():
    at = AT("一是")
    made = from_standoff(
        marked(Mark("T1", "Marker", ((at, at + 2),), {"category": "learning"})),
        base=base(),
        types=("mechanism", "initiative"),
    )
    assert made.speeches[0].nodes[0].children[0].category == "learning"
    assert made.speeches[0].nodes[0].category is None
    assert made.not_annotated == ("quantity", "numeral_term", "time")


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        (Mark("T1", "Deed", ((0, 2),)), "knows no “Deed”"),
        (Mark("T1", "Mechanism", ((0, 2),), {"colour": "red"}), "no attribute “colour”"),
        (
            Mark("T1", "Mechanism", ((0, 2),), {"kind": "mechanism", "category": "sport"}),
            "no category “sport”",
        ),
        (Mark("T1", "Mechanism", ((0, 2),)), "kind: Field required"),
        (Mark("T1", "Marker", ((0, 2),), {"category": "service"}), "finds no marker here"),
    ],
    ids=lambda value: value.type if isinstance(value, Mark) else value,
)
def test_what_does_not_fit_is_named_with_its_place(mark, problem):
    with pytest.raises(DocumentError, match=rf"ZX203.*speech: {mark.type} “云浦” at 0: .*{problem}"):
        from_standoff(marked(mark), base=base())


@pytest.mark.parametrize(
    ("line", "problem"),
    [("T1\tTime 0 900\tx", "line 1: .*does not lie"), ("T1 Time", "line 1: not a line of brat's")],
)
def test_read_brat_names_the_line(line, problem):
    with pytest.raises(DocumentError, match=problem):
        read_brat("今年", line, name="a")


def test_read_brat_passes_over_notes():
    assert read_brat("今年", "#1\tAnnotatorNotes T1\t?\n*\tEquiv T1 T2\n", name="a").marks == ()


@pytest.mark.parametrize("content", ["{", "[1]", '[{"data": {}}]', '[{"id": 3, "text": "x"}]'])
def test_read_label_studio_refuses_what_is_no_export(content):
    with pytest.raises(DocumentError, match=r"ZX203.*tasks\.json.*not an export"):
        read_label_studio(content, where="tasks.json")


def test_read_label_studio_takes_the_newest_annotation_that_stands():
    region = {"id": "a", "type": "labels", "value": {"start": 0, "end": 2, "labels": ["Time"]}}
    done = {"updated_at": "2024-02-01", "result": [region]}
    old = {"updated_at": "2024-01-01", "result": []}
    given_up = {"updated_at": "2024-03-01", "was_cancelled": True, "result": []}
    task = {"id": 7, "data": {"text": "今年"}, "annotations": [old, done, given_up]}
    empty = {"id": 8, "data": {"text": "今年"}, "annotations": []}
    (read,) = read_label_studio(json.dumps([task, empty]), where="x")
    assert (read.name, [mark.type for mark in read.marks]) == ("task-7", ["Time"])


def test_the_tools_are_offered_every_type_and_choice():
    interface = ET.fromstring(label_studio_interface())
    assert {label.get("value") for label in interface.iter("Label")} >= {"Initiative", "Mechanism", "Marker"}
    assert "status\tArg:Initiative, Value:done|ongoing|planned" in brat_configuration().splitlines()


def test_convert_writes_a_folder_that_comes_back(tmp_path):
    files = convert([GOLD / "a01.json", GOLD / "a03.json"], tmp_path / "brat", write=write_brat_folder)
    assert [file.name for file in files] == [
        "annotation.conf",
        *("a01.txt", "a01.ann", "a01.source"),
        *("a03.txt", "a03.ann", "a03.source"),
    ]
    assert [name for name, _ in read_annotated([tmp_path / "brat"])] == ["a01", "a03"]
    with pytest.raises(DocumentError, match=r"a01: two documents"):
        convert([GOLD / "a01.json", GOLD / "a01.json"], tmp_path / "twice", write=write_gold)
    assert not (tmp_path / "twice").exists()


def test_brat_keeps_where_a_text_came_from(tmp_path):
    source = Source(id="2011/001", path="发言/2011/001.txt", encoding="gb18030")
    document = base().model_copy(update={"source": source})
    (tmp_path / "one.json").write_text(document.model_dump_json(), encoding="utf-8")
    convert([tmp_path / "one.json"], tmp_path / "brat", write=write_brat_folder)
    ((name, back),) = read_annotated([tmp_path / "brat"])
    assert (name, back.source) == ("one", source)
    (tmp_path / "brat" / "one.source").write_text('{"id": 5}', encoding="utf-8")
    with pytest.raises(DocumentError, match=r"ZX203.*one\.source: this does not say"):
        list(read_annotated([tmp_path / "brat"]))


@pytest.mark.parametrize("start", [8, 9])
def test_label_studio_counts_code_points_and_an_old_export_utf16_units(start):
    text = "𠮷安社区走访企业120家。"
    value = {"start": start, "end": start + 4, "text": "120家", "labels": ["Quantity"]}
    result = {"id": "r0", "type": "labels", "from_name": "label", "to_name": "text", "value": value}
    task = {"id": 1, "data": {"text": text}, "annotations": [{"result": [result]}]}
    (back,) = read_label_studio(json.dumps([task]), where="tasks.json")
    assert [mark.fragments for mark in back.marks] == [((8, 12),)]
    written = json.loads(write_label_studio([back]))[0]["annotations"][0]["result"][0]["value"]
    assert (written["start"], written["end"]) == (8, 12)


def test_convert_refuses_names_that_lead_out_of_the_folder(tmp_path):
    for name in ("../out", "a/b", "..", "C:x", "a\\b"):
        task = {"data": {"text": "开展活动。", "name": name}, "annotations": [{"result": []}]}
        (tmp_path / "ls.json").write_text(json.dumps([task]), encoding="utf-8")
        with pytest.raises(DocumentError, match="a name is wanted"):
            convert([tmp_path / "ls.json"], tmp_path / "o", write=WRITERS["json"])
    assert not (tmp_path / "o").exists()


def test_convert_does_not_write_over_corrections(tmp_path):
    (tmp_path / "a.json").write_text(Pipeline().extract("开展活动3次。").model_dump_json(), encoding="utf-8")
    made = convert([tmp_path / "a.json"], tmp_path / "work", write=WRITERS["brat"])
    convert([tmp_path / "a.json"], tmp_path / "work", write=WRITERS["brat"])
    corrected = next(path for path in made if path.suffix == ".ann")
    corrected.write_text("T1\tTime 0 1\tx\n", encoding="utf-8")
    with pytest.raises(WriteError, match="ZX904"):
        convert([tmp_path / "a.json"], tmp_path / "work", write=WRITERS["brat"])
    assert corrected.read_text(encoding="utf-8").startswith("T1\tTime 0 1")
    convert([tmp_path / "a.json"], tmp_path / "work", write=WRITERS["brat"], force=True)
    assert not corrected.read_text(encoding="utf-8").startswith("T1\tTime 0 1")


def test_convert_says_when_there_is_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DocumentError, match="no annotated document"):
        convert([tmp_path / "empty"], tmp_path / "o", write=WRITERS["json"])
    assert not (tmp_path / "o").exists()


def test_convert_tells_of_a_bad_file_and_does_the_others(tmp_path):
    line = Pipeline().extract("开展活动3次。", source_id="2011/001").model_dump_json()
    (tmp_path / "all.jsonl").write_text(f"{line}\n", encoding="utf-8")
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    errors = []
    paths = convert(
        [tmp_path / "bad.json", tmp_path / "all.jsonl"], tmp_path / "o", write=WRITERS["json"],
        on_error=errors.append,
    )  # fmt: skip
    assert [path.name for path in paths] == ["2011__001.json"]
    assert [error.code for error in errors] == ["ZX201"]


def test_label_studio_json_that_is_nested_too_deeply_is_refused():
    with pytest.raises(DocumentError, match="not an export"):
        read_label_studio("[" * 200_000, where="ls.json")
