"""Categories of nodes and records, with the shipped model."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengxie_nlp.categories.classify import Judgement, classify
from zhengxie_nlp.categories.classify import _shared as shared
from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.errors import DataError
from zhengxie_nlp.learning.model import Model, load_model
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.records import CATEGORIES, Scores
from zhengxie_nlp.text.source_text import Span

SPEECH = """一、抓实理论学习，建设学习型机关
一是抓好集体学习。每周组织一次集体学习，全年举办读书班3期。
二是抓好业务培训。邀请专家授课9次，选派干部参加研修班。
二、锤炼过硬作风，建设清廉型机关
我们召开警示教育大会，排查廉政风险点12个，约谈干部3人。
三、做好委员服务
在6个街道建立委员工作室，帮助群众解决停车难问题40件。
"""


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("zhengxie")


def context_of(text: str) -> Context:
    return Pipeline().analyze(text).parts[0].context


def found(context: Context, kind: str, text: str) -> Found:
    start = context.text.text.index(text)
    return Found("mechanism" if kind == "mechanism" else "initiative", Span(start, start + len(text)), "test")


def judgement(category: str, share: float = 0.7) -> Judgement:
    rest = (1 - share) / 3
    scores = Scores(**{one: share if one == category else rest for one in CATEGORIES})
    return Judgement(category, (), scores, share)  # type: ignore[arg-type]


def test_classify_says_the_category_of_sections_and_points(model: Model) -> None:
    nodes = classify(context_of(SPEECH), model=model).nodes
    assert [nodes[name].category for name in ("s1.1", "s1.1.1", "s1.1.2", "s1.2", "s1.3")] == [
        "learning", "learning", "learning", "discipline", "service",
    ]  # fmt: skip
    assert all(one.confidence > 0.5 for one in nodes.values())


def test_classify_judges_records_in_their_order(model: Model) -> None:
    context = context_of(SPEECH)
    records = [
        found(context, "initiative", "约谈干部3人"),
        Found("quantity", Span(0, 2), "test"),
        found(context, "mechanism", "委员工作室"),
    ]
    first, second, third = classify(context, model=model, found=records).records
    assert second is None
    assert first is not None
    assert third is not None
    assert (first.category, third.category) == ("discipline", "service")


def test_classify_takes_the_purpose_from_the_node(model: Model) -> None:
    lines = "一、加强廉政建设\n驰而不息纠治“四风”，{0}。\n", "一、办好提案\n认真办理委员提案，{0}。\n"
    clause = "每季度通报一次进展"
    categories = []
    for line in lines:
        context = context_of(line.format(clause))
        (one,) = classify(context, model=model, found=[found(context, "initiative", clause)]).records
        assert one is not None
        categories.append(one.category)
    assert categories == ["discipline", "service"]


def test_classify_names_its_evidence(model: Model) -> None:
    judged = classify(context_of(SPEECH), model=model)
    words = {node: judged.evidence(one) for node, one in judged.nodes.items()}
    assert any("学习" in word or "读书" in word for word in words["s1.1.1"])
    assert all(word in SPEECH for named in words.values() for word in named)


@pytest.mark.parametrize(
    "text",
    [
        "豆腐切块焯水，锅里放油，下姜片煎香，加半碗清水焖五分钟。",
        "她把信折好放进抽屉，窗外的雨还没有停，远处传来火车的汽笛。",
        "第六十分钟，主队角球开出，后卫头球攻门，皮球擦着立柱飞出底线。",
    ],
)
def test_classify_is_unsure_of_other_kinds_of_text(model: Model, text: str) -> None:
    nodes = classify(context_of(text), model=model).nodes
    assert all(one.confidence < 0.3 for one in nodes.values())


def test_classify_scores_add_up(model: Model) -> None:
    for one in classify(context_of(SPEECH), model=model).nodes.values():
        numbers = [getattr(one.scores, category) for category in CATEGORIES]
        assert sum(numbers) == pytest.approx(1)
        assert getattr(one.scores, one.category) == max(numbers)
        assert one.category not in one.secondary


@given(st.text(alphabet="一二、是要（）学习廉政提案党建，。；\n“”0a ", max_size=60))
@settings(max_examples=40, deadline=None)
def test_classify_takes_any_text(text: str) -> None:
    shipped = load_model("zhengxie")
    for one in classify(context_of(text), model=shipped).nodes.values():
        assert 0 <= one.confidence <= 1


def test_classify_refuses_a_model_of_other_things() -> None:
    with pytest.raises(DataError, match="ZX303"):
        classify(context_of(SPEECH), model=Model("empty", {}))


def test_shared_takes_what_most_points_share() -> None:
    points = [judgement("service"), judgement("learning", 0.95), judgement("service")]
    made = shared(points, judgement("learning"), CATEGORIES)
    assert made.category == "service"
    assert made.secondary == ("learning",)
    assert made.scores.service == max(made.scores.learning, made.scores.service)


def test_shared_lets_the_heading_decide_a_tie() -> None:
    points = [judgement("service"), judgement("discipline", 0.9)]
    assert shared(points, judgement("service"), CATEGORIES).category == "service"
    assert shared(points, judgement("discipline"), CATEGORIES).category == "discipline"
