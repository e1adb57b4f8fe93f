"""Units: what stands around the nodes and records of a document."""

from zhengxie_nlp.categories.units import LONGEST_PASSAGE, Units, node_units, record_units
from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.text.source_text import Span

SPEECH = """关于机关建设的发言
一、抓实理论学习，建设学习型机关
一是抓好集体学习。每周组织一次集体学习，全年举办读书班3期。
二是抓好业务培训。邀请专家授课9次，选派干部参加研修班。
二、做好委员服务
在6个街道建立委员工作室，帮助群众解决停车难问题40件。
"""


def context_of(text: str) -> Context:
    return Pipeline().analyze(text).parts[0].context


def test_node_units_hold_heading_and_surroundings() -> None:
    units = {node.id: unit for node, unit in node_units(context_of(SPEECH))}
    point = units["s1.1.2"]
    assert point.kind == "node"
    assert point.view("heading") == "抓好业务培训"
    assert point.view("above") == "抓实理论学习，建设学习型机关"
    assert point.view("own").startswith("抓好业务培训\n邀请专家")
    assert point.view("sentence") == point.view("node") == ""


def test_record_units_hold_sentence_and_node() -> None:
    context = context_of(SPEECH)
    start = context.text.text.index("委员工作室")
    span = Span(start, start + 5)
    unit, other = record_units(context, [Found("mechanism", span, "test"), Found("time", span, "test")])
    assert other is None
    assert unit is not None
    assert (unit.kind, unit.span) == ("mechanism", span)
    assert unit.view("own") == "委员工作室"
    assert unit.view("sentence").startswith("在6个街道")
    assert unit.view("node").startswith("做好委员服务\n在6个")
    assert unit.view("heading") == "做好委员服务"


def test_units_cut_long_passages() -> None:
    units = Units(context_of("一、抓学习\n" + "开展学习活动，" * 400 + "。\n"))
    ((_, number),) = units.add_nodes()
    assert len(units.view(number, "own")) == LONGEST_PASSAGE


def test_units_of_nothing_are_none() -> None:
    units = Units(context_of(""))
    assert (units.add_nodes(), len(units), units.views().shape, len(units.passages())) == ([], 0, (6, 0), 1)
