"""Categories of one's own: gold of another label set, a model trained on it, and what it hands out."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhengxie_nlp.annotation.annotate import compile_annotation, gold_json
from zhengxie_nlp.annotation.decompile import decompile
from zhengxie_nlp.annotation.exchange import convert, read_annotated, write_brat_folder
from zhengxie_nlp.cli import app
from zhengxie_nlp.errors import DataError, DocumentError
from zhengxie_nlp.learning.model import load_model
from zhengxie_nlp.outputs.summary import summarize
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.records import Document, json_schema
from zhengxie_nlp.training.train import train

LABELS = ("经济", "文化", "民生")
TEXTS = {
    "y01": ("一、壮大特色产业\n引进加工企业6家。\n二、繁荣群众文艺\n举办戏曲展演12场。\n", "经济", "文化"),
    "y02": ("一、改善居住条件\n改造老旧小区9个。\n二、招引重大项目\n签约工业项目4个。\n", "民生", "经济"),
    "y03": ("一、保护历史遗存\n修缮古戏台3座。\n二、办好养老服务\n建成老年食堂5家。\n", "文化", "民生"),
    "y04": ("一、发展园区经济\n新增规上企业7家。\n二、丰富节庆活动\n举办戏曲晚会2场。\n", "经济", "文化"),
}


def notes(first: str, second: str) -> str:
    return f"@categories {','.join(LABELS)}\nspeech\n1 一、 @{first}\n1 二、 @{second}\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "gold"
    folder.mkdir()
    for name, (text, first, second) in TEXTS.items():
        made = compile_annotation(text, notes(first, second), where=f"{name}.ann")
        (folder / f"{name}.json").write_text(gold_json(made), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def model(corpus: Path) -> Path:
    made = corpus.parent / "model"
    result = CliRunner().invoke(app, ["train", str(corpus), "-o", str(made), "--only", "categories"])
    assert result.exit_code == 0, result.output
    return made


def test_gold_names_its_label_set_and_refuses_others(corpus: Path) -> None:
    content = (corpus / "y01.json").read_text(encoding="utf-8")
    document = Document.parse(content)
    assert document.categories == LABELS
    assert decompile(document).startswith("@categories 经济,文化,民生\n")
    with pytest.raises(DocumentError, match=r"ZX201.*speeches\.0\.nodes\.0: no category “旅游”"):
        Document.parse(content.replace('"category": "经济"', '"category": "旅游"'))
    with pytest.raises(DocumentError, match=r"ZX203.*no category “旅游”, only 经济, 文化, 民生"):
        compile_annotation(TEXTS["y01"][0], notes("经济", "文化").replace("@经济", "@旅游"), where="y.ann")


def test_a_document_of_the_guideline_says_nothing_of_its_label_set() -> None:
    assert '"categories"' not in Pipeline().extract("一、加强学习\n举办读书班。").model_dump_json()


def test_the_model_knows_its_label_set_and_keeps_the_rest_of_its_base(model: Path) -> None:
    made, base = load_model(model), load_model("zhengxie")
    assert made.settings["categories"] == list(LABELS)
    assert set(made.estimator("category-words").labels) == set(LABELS)
    assert made.corpus["base"]["name"] == "zhengxie"
    assert (made.estimator("mechanism").coefficients == base.estimator("mechanism").coefficients).all()
    assert "genre" not in made


def test_a_pipeline_gives_the_categories_of_its_model(model: Path) -> None:
    document = Pipeline(model=model).extract(
        "一、引进企业\n新增工业企业3家。\n二、戏曲展演\n举办戏曲晚会5场。\n"
    )
    first, second = document.speeches[0].nodes
    assert (first.category, second.category) == ("经济", "文化")
    assert first.scores is not None
    assert tuple(first.scores.shares()) == LABELS
    assert sum(first.scores.shares().values()) == pytest.approx(1)
    initiative = next(one for one in document.records if one.type == "initiative")
    assert initiative.category in LABELS
    assert Document.parse(document.model_dump_json()) == document
    assert "经济" in summarize(document)


def test_the_schema_is_that_of_the_model(model: Path) -> None:
    result = CliRunner().invoke(app, ["schema", "--model", str(model)])
    schema = json.loads(result.output)
    assert schema["$defs"]["Scores"]["required"] == list(LABELS)
    assert schema["$defs"]["Node"]["properties"]["category"]["anyOf"][0] == {
        "enum": list(LABELS),
        "type": "string",
    }
    plain = json_schema()["$defs"]["Scores"]["required"]  # type: ignore[index]
    assert plain == ["political", "learning", "service", "discipline"]


def test_two_label_sets_are_not_trained_together(corpus: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    made = compile_annotation("一、加强学习\n举办读书班。\n", "speech\n1 一、 @learning", where="z.ann")
    (other / "z.json").write_text(gold_json(made), encoding="utf-8")
    with pytest.raises(DataError, match=r"ZX301.*two label sets"):
        train([corpus, other], tmp_path / "model")


def test_convert_begins_an_annotation_with_a_label_set_of_ones_own(tmp_path: Path) -> None:
    machine = tmp_path / "machine.json"
    text = "一、壮大产业\n引进企业6家。\n"
    machine.write_text(Pipeline().extract(text, source_id="machine").model_dump_json(), encoding="utf-8")
    convert([machine], tmp_path / "brat", write=write_brat_folder, categories=LABELS)
    configuration = (tmp_path / "brat" / "annotation.conf").read_text(encoding="utf-8")
    assert "category\tArg:Initiative, Value:经济|文化|民生" in configuration.splitlines()
    marks = tmp_path / "brat" / "machine.ann"
    said = marks.read_text(encoding="utf-8")
    assert "service" not in said
    mark = next(line for line in said.splitlines() if "\tMarker " in line).split("\t")[0]
    marks.write_text(f"{said}A99\tcategory {mark} 经济\n", encoding="utf-8")
    ((_, back),) = read_annotated([marks], categories=LABELS)
    assert back.categories == LABELS
    assert back.speeches[0].nodes[0].category == "经济"
    with pytest.raises(DocumentError, match="no category “经济”, only political"):
        list(read_annotated([marks]))
