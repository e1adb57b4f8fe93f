"""Cases: what runs an input, compares it with what is right, and counts by kind."""

import json

import pytest

from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.evaluation.cases import Case, main, read_cases, run, untraced
from zhengxie_nlp.pipeline import Pipeline

COUNT = {"text": "120家", "value": "120", "unit": "家"}
TEXT = "今年走访企业120家。"


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline(model=None)


@pytest.mark.parametrize(
    "expected",
    [
        {"quantities": [COUNT]},
        {"times": [{"text": "今年"}]},
        {"quantities": [COUNT], "times": [{"text": "今年"}]},
        [{"type": "quantity", **COUNT}],
        [{"type": "quantity", "text": "120家", "value": "120.0"}],
        [{"type": "quantity", "text": "120家", "value": "120 or so"}],
        [{"not": {"type": "quantity", "text": "20家"}}],
        {"title": None},
        {"turns": [{"speaker": None, "organization": None, "begins": TEXT}]},
        {"in_no_ref_and_no_diagnostic": []},
    ],
)
def test_run_takes_what_is_right(pipeline, expected):
    assert [result.wrong for result in run([Case("k", TEXT, expected, "f:1")], pipeline)] == [None]


@pytest.mark.parametrize(
    "expected",
    [
        {"quantities": []},
        {"quantities": [{**COUNT, "bound": "over"}]},
        {"quantities": [{**COUNT, "value": "20"}]},
        {"times": []},
        [{"type": "quantity", "text": "20家"}],
        [{"not": {"type": "quantity", "text": "120家"}}],
        {"title": "标题"},
        {"outline": []},
    ],
)
def test_run_says_what_came_out_instead(pipeline, expected):
    (result,) = run([Case("k", TEXT, expected, "f:1")], pipeline)
    assert result.wrong is not None


def test_run_reads_a_task_of_label_studio(pipeline):
    value = {"start": 6, "end": 10, "text": "120家", "labels": ["Quantity"]}
    task = {
        "data": {"text": TEXT},
        "annotations": [{"result": [{"id": "r", "type": "labels", "from_name": "label", "value": value}]}],
    }
    cases = [Case("k", task, {"quantities": ["120家"]}, "-"), Case("k", task, {"quantities": ["20家"]}, "-")]
    assert [result.wrong is None for result in run(cases, pipeline)] == [True, False]


def test_a_refused_input_is_wrong(pipeline):
    value = {"start": 0, "end": 99, "labels": ["Quantity"]}
    task = {
        "data": {"text": TEXT},
        "annotations": [{"result": [{"id": "r", "type": "labels", "value": value}]}],
    }
    (result,) = run([Case("k", task, {"quantities": []}, "-")], pipeline)
    assert "ZX203" in result.wrong


def test_untraced_finds_what_stands_nowhere(pipeline):
    document = pipeline.extract("岭东区政协\n今年走访企业120家。\n")
    assert untraced(document) == []
    bare = document.model_copy(update={"speeches": (), "records": (), "diagnostics": (), "title": None})
    assert untraced(bare.model_copy(update={"unexplained_numerals": ()})) == [
        "岭东区政协",
        "今年走访企业120家。",
    ]


def test_the_command_counts_by_kind(tmp_path, capsys):
    rows = [
        {"kind": "count", "input": TEXT, "expected": {"quantities": [COUNT]}},
        {"kind": "count", "input": TEXT, "expected": {"quantities": []}},
        {"kind": "time", "input": TEXT, "expected": {"times": [{"text": "今年"}]}},
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    main([str(path), "--errors"])
    printed = capsys.readouterr().out
    assert [line.split() for line in printed.splitlines()[-3:]] == [
        ["count", "1", "/", "2"],
        ["time", "1", "/", "1"],
        ["all", "2", "/", "3", "66.7%"],
    ]
    assert "cases.jsonl:2 count" in printed
    main([str(path), "--kind", "time"])
    assert capsys.readouterr().out.split()[:4] == ["time", "1", "/", "1"]


def test_a_line_that_is_no_case_is_told_with_its_place(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text('\n{"kind": "x"}\n', encoding="utf-8")
    with pytest.raises(DocumentError, match=r"ZX201.*line 2"):
        read_cases(path)
