"""Initiatives: readable cases, status over passages, training labels, tables, and what no text may break."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.broken_sources import assert_blind_to_breaks
from zhengxie_nlp import Pipeline
from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.lexemes import Endings, lexeme, pattern, role, verbs, words_of
from zhengxie_nlp.context.settle import settle
from zhengxie_nlp.initiatives.features import Suggestions, rule_score
from zhengxie_nlp.initiatives.find import find_initiatives, initiative_candidates
from zhengxie_nlp.initiatives.predicates import can_act, read_predicate, without_count
from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.quantities.find import find_quantities
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span
from zhengxie_nlp.times.find import find_times

FIELDS = ("action", "object", "actor", "status")
CASES = parse_table(
    "initiatives.tsv",
    (Path(__file__).parents[1] / "cases" / "initiatives.tsv").read_text(encoding="utf-8"),
).rows


def context_of(source, pieces=None):
    text = SourceText(source, source, [Paragraph(tuple(pieces or (Piece(0, len(source)),)))])
    node = NodeSpan("s1.1", 1, None, None, (Span(0, len(text.text)),))
    return Context(text, Structure(None, (SpeechSpan("s1", None, None, None, (0,), (node,)),)))


def found_in(context, mechanisms=(), model=None):
    kept = settle(context, [*find_quantities(context), *find_times(context)])
    return find_initiatives(
        context,
        mechanisms=mechanisms,
        quantities=[found for found in kept if found.type == "quantity"],
        times=[found for found in kept if found.type == "time"],
        model=model,
    )


def said_by(context, found):
    said = {}
    for name in FIELDS:
        value = found.fields[name]
        said[name] = context.text.text[slice(*value)] if isinstance(value, Span) else value or ""
    return said


def texts_in(sentence):
    context = context_of(sentence)
    return [sentence[slice(*found.span)] for found in found_in(context)]


def features_in(sentence):
    context = context_of(sentence)
    counts = [found for found in find_quantities(context) if found.type == "quantity"]
    devices = [Found("mechanism", Span(2, 6), "test")]
    candidates = initiative_candidates(context, quantities=counts, mechanisms=devices)
    return {name for candidate in candidates for name, value in candidate.features.items() if value}


def statuses_in(text):
    context = Pipeline().analyze(text).parts[0].context
    return {
        context.text.text[slice(*found.fields["object"])]: found.fields["status"]
        for found in found_in(context)
        if found.fields["object"]
    }


def with_gaps(rows):
    for row in rows:
        marks = [pytest.mark.xfail(strict=True, reason="known gap")] if row["known_gap"] else []
        yield pytest.param(row, marks=marks, id=row["sentence"])


@pytest.mark.parametrize("case", list(with_gaps([row for row in CASES if "【" in row["sentence"]])))
def test_find_initiatives_finds_the_deed_with_its_fields(case):
    start, end = case["sentence"].index("【"), case["sentence"].index("】") - 1
    context = context_of(re.sub("[【】]", "", case["sentence"]))
    by_span = {found.span: found for found in found_in(context)}
    assert Span(start, end) in by_span
    assert said_by(context, by_span[Span(start, end)]) == {name: case[name] for name in FIELDS}


#: What hardly any case tells: a ground before the verb, what a clause leads in, an open quotation.
RARE = (
    "围绕本地区本部门本单位的各项重要文件和会议纪要以及各乡镇各街道各村的实际情况制定办法",
    "开展三项工作：建立制度",
    "他说：“建立制度。开展活动。”",
)

SENTENCES = sorted({re.sub("[【】]", "", row["sentence"]) for row in CASES if not row["known_gap"]})


@pytest.mark.parametrize("sentence", SENTENCES)
def test_find_initiatives_finds_nothing_else(sentence):
    rows = [row for row in CASES if re.sub("[【】]", "", row["sentence"]) == sentence]
    expected = {re.search("【(.*)】", row["sentence"])[1] for row in rows if "【" in row["sentence"]}
    assert set(texts_in(sentence)) == expected


def test_cases_hold_at_least_120_rows_and_negatives():
    assert len(CASES) >= 120
    assert sum("【" not in row["sentence"] for row in CASES) >= 40


@pytest.mark.parametrize("sentence", SENTENCES[::12])
def test_find_initiatives_is_blind_to_a_break_anywhere(sentence):
    assert_blind_to_breaks(sentence, found_in, said_by)


def test_find_initiatives_gives_time_and_actor_over_the_sentence():
    context = context_of("今年以来，岭东区政协召开座谈会12次，报送专报9期。")
    first, second = found_in(context)
    assert context.text.text[slice(*first.fields["time"][0])] == "今年以来"
    assert second.fields["time"] == first.fields["time"]
    assert context.text.text[slice(*second.fields["actor"])] == "岭东区政协"


def test_find_initiatives_takes_prescriptions_of_a_meeting_as_planned():
    said = statuses_in(
        "会议强调，做好今年工作。\n一要建章立制。完善督查通报制度，建立问题台账。\n二要从严管理。必须落实请销假制度，开展专项检查。"
    )
    assert set(said.values()) == {"planned"}
    assert "问题台账" in said


def test_find_initiatives_takes_what_follows_next_step_as_planned():
    said = statuses_in(
        "云浦市政协\n\n去年，建立委员之家12个。\n\n下一步，我们准备做两件事：一是建立委员讲堂，二是出台《委员守则》。"
    )
    assert said == {"委员之家": "done", "委员讲堂": "planned", "《委员守则》": "planned"}


def test_find_initiatives_takes_a_section_of_plans_as_planned():
    said = statuses_in("一、过去一年的工作\n建立议事点12个。\n二、今后的工作打算\n建立委员讲堂，修建文史馆。")
    assert said["议事点"] == "done"
    assert said["委员讲堂"] == "planned"


def test_find_initiatives_judges_no_heading_but_a_point_of_one_sentence():
    text = "一、建立学习制度\n一是建立读书机制。开办讲堂8期。二是建立考勤制度。三是开展谈心。"
    context = Pipeline().analyze(text).parts[0].context
    found = [context.text.text[slice(*one.span)] for one in found_in(context)]
    assert "开办讲堂8期" in found
    assert "建立考勤制度" in found
    assert "建立读书机制" not in found
    assert "建立学习制度" not in found


def test_find_initiatives_leaves_recipes_and_stories_alone():
    recipe = "五花肉切成块，冷水下锅。撇去浮沫，捞出沥干。锅里放油，炒出糖色。炖足40分钟，撒上葱花。"
    assert texts_in(recipe) == []


class Sure:
    """A model that is sure of everything, or of nothing."""

    def __init__(self, likely):
        self.likely = likely
        self.asked = []
        self.estimators = {"initiative": None}

    def probabilities(self, name, rows):
        self.asked.append((name, len(rows)))
        return [{"initiative": self.likely, "other": 1 - self.likely} for _ in rows]


def test_find_initiatives_asks_the_model_once_a_document():
    context = context_of("建立读书机制，开展读书活动12次。")
    yes, no = Sure(0.99), Sure(0.01)
    assert len(found_in(context, model=yes)) == 2
    assert found_in(context, model=no) == []
    assert yes.asked == [("initiative", 2)]


def test_find_initiatives_counts_a_device_inside():
    sentence = "坚持院坝夜谈"
    context = context_of(sentence)
    plain = initiative_candidates(context)
    held = initiative_candidates(context, mechanisms=[Found("mechanism", Span(2, 6), "test")])
    assert held[0].features["rules"] > plain[0].features["rules"]


@pytest.mark.parametrize(
    ("clause", "action", "object_"),
    [
        ("修订和新制定公务接待办法", "修订和新制定", "公务接待办法"),
        ("县、镇、村三级建立联络站", "建立", "联络站"),
        ("承办单位每月报送进度", "报送", "进度"),
        ("在健康互认、用工对接等方面出台办法", "出台", "办法"),
        ("对两年未开展活动的小组予以撤销", "撤销", "两年未开展活动的小组"),
        ("把十二项任务全部落实到人", "落实", "十二项任务"),
        ("用好用活红色资源", "用好用活", "红色资源"),
        ("对西坡灌区的用水做了一次摸底", "做", "一次摸底"),
        ("核查结果全部公开", "公开", "核查结果"),
        ("委员带着问题走访42户果农", "走访", "42户果农"),
        ("分3路走访14个村", "走访", "14个村"),
    ],
)
def test_read_predicate_finds_action_and_object(clause, action, object_):
    said = read_predicate(clause, Span(0, len(clause)))
    assert clause[slice(*said.action)].startswith(action)
    assert clause[slice(*said.object)] == object_


@pytest.mark.parametrize("clause", ["以落实为根本", "按照上级部署要求", "在市委坚强领导下", "云浦市政协机关"])
def test_read_predicate_finds_none_in_a_ground_or_name(clause):
    assert read_predicate(clause, Span(0, len(clause))) is None


def test_without_count_drops_the_count_and_what_follows_it():
    text = "规程31项并汇成手册"
    assert without_count(text, Span(0, len(text)), counts=[Span(2, 5)]) == Span(0, 2)
    assert without_count(text, Span(2, 5), counts=[Span(2, 5)]) is None
    assert without_count("“两个8次”活动", Span(0, 8), counts=[Span(3, 5)]) == Span(0, 8)


def test_can_act_knows_bodies_and_people():
    assert can_act("岭东区政协", Span(0, 5))
    assert not can_act("重大事项", Span(0, 4))


def test_words_of_keeps_names_and_parts_adverbs():
    text = "大力开展“百日攻坚”行动"
    words = words_of(text, start=0, end=12)
    assert [word.text for word in words.lexemes] == ["大力", "开展", "“百日攻坚”", "行动"]
    assert [text[start:end] for start, end in pairwise(words.edges)] == [one.text for one in words.lexemes]


def test_words_of_puts_a_cut_verb_together():
    assert [word.text for word in words_of("列出清单", start=0, end=4).lexemes] == ["列出", "清单"]


def test_words_of_keeps_times_whole():
    lexemes = words_of("今年以来开展活动", start=0, end=8, times=[Span(0, 4)]).lexemes
    assert [(word.text, word.tag) for word in lexemes][:2] == [("今年以来", "time"), ("开展", "v")]


def test_lexeme_knows_verbs_and_roles():
    assert lexeme("建立", "v").strong
    assert not lexeme("调研", "vn").strong
    assert lexeme("政协", "n").idle
    assert not lexeme("将", "d").idle
    assert lexeme("不断", "d").adverbial
    assert lexeme("“建立”", "name").verb is None


def test_endings_takes_the_longest_word():
    assert Endings(("度", "制度")).longest("学习制度", 4, start=0) == 2
    assert Endings(("制度",)).longest("学习制度", 4, start=3) == 0
    assert Endings(("制度",)).longest("", 0, start=0) == 0


@pytest.mark.parametrize(("between", "expected"), [(0, "30"), (60, "120"), (300, "400"), (500, "-")])
def test_suggestions_says_how_far_before(between, expected):
    assert Suggestions("建议" + "，" * between + "建立制度").before(2 + between) == expected
    assert Suggestions("建立制度，建议").before(0) == "-"


def test_rule_score_rises_with_what_can_be_checked():
    context = context_of("开展活动，开展“院坝夜谈”活动12次。")
    scores = [rule_score(one.features) for one in initiative_candidates(context)]
    assert scores[0] < scores[1]


def test_verbs_table_knows_its_kinds():
    table = read_table("verbs.tsv")
    assert len(set(table.column("verb"))) == len(table.rows)
    assert set(table.column("kind")) == {
        "make", "hold", "do", "improve", "apply", "pivot", "promote", "strengthen", "attitude", "purpose",
        "result", "reaction",
    }  # fmt: skip
    assert set(table.column("status")) == {"done", "ongoing"}
    assert verbs()["建立"] == ("make", "done")


def test_initiative_words_table_knows_its_roles():
    table = read_table("initiative_words.tsv")
    assert len({(row["word"], row["role"]) for row in table}) == len(table.rows)
    assert set(table.column("role")) == {
        "connective", "ground", "preposition", "closer", "adverb", "ongoing", "done", "planned", "plan",
        "prescribes", "announces", "agent", "deed", "naming", "body", "light", "alone", "placed", "brings",
        "person", "checkable", "abstract", "slogan", "does", "suggests", "unable", "frame", "over",
        "asking", "by", "longer",
    }  # fmt: skip
    assert not role("checkable") & role("abstract")
    assert role("prescribes") <= role("planned")


def test_initiative_tables_hold_verbs_patterns_and_weights():
    assert set(read_table("initiative_verb_pairs.tsv").column("first")) <= set(verbs())
    for row in read_table("initiative_patterns.tsv"):
        assert pattern(row["feature"]).pattern == row["pattern"]
    weighed = {row["feature"]: float(row["weight"]) for row in read_table("initiative_weights.tsv")}
    named = {
        "bias",
        "unknown,thing",
        "made,abstract",
        *(name for name in weighed if name.startswith("kind=")),
    }
    told = {name for row in CASES for name in features_in(re.sub("[【】]", "", row["sentence"]))}
    told |= {name for sentence in RARE for name in features_in(sentence)}
    assert set(weighed) - named <= told


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="建立将把对在“”《》（），。；：、的等以每年12次委员政协机制并和\n", max_size=80))
def test_find_initiatives_holds_its_parts_in_any_text(text):
    context = Pipeline().analyze("云浦市政协\n\n" + text).parts[0].context
    for found in found_in(context):
        assert 0 <= found.span.start < found.span.end <= len(context.text.text)
        assert context.text.text[slice(*found.span)].find(found.fields["action"]) >= 0
        assert found.fields["status"] in ("done", "ongoing", "planned")
        if found.fields["object"]:
            assert found.span.start <= found.fields["object"].start
            assert found.fields["object"].end <= found.span.end


@pytest.mark.parametrize(
    ("heading", "status"),
    [("一年来的主要工作", "done"), ("今年的主要工作", "planned"), ("明年工作安排", "planned")],
)
def test_a_heading_over_plans_plans_what_stands_below_it(heading, status):
    from zhengxie_nlp import Pipeline

    text = f"云浦市工作报告\n\n一、{heading}\n\n成立抗灾指挥部。发放救灾款物1850万元。\n"
    found = [record for record in Pipeline().extract(text).records if record.type == "initiative"]
    assert {record.status for record in found} == {status}
