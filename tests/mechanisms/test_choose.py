"""Names of devices: the ranker on clear clauses, over all cases, and what it must never do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mechanisms.test_find import CASES, as_row, context_of
from zhengxie_nlp.learning.model import load_model
from zhengxie_nlp.mechanisms.choose import DECIDER, Chosen, choose_names, names_of, without_overlaps
from zhengxie_nlp.mechanisms.ends import WIDE, every_candidate, share_of
from zhengxie_nlp.mechanisms.find import RULES_DECIDED, find_mechanisms
from zhengxie_nlp.mechanisms.heads import Reading
from zhengxie_nlp.mechanisms.verbs import verb_beside
from zhengxie_nlp.text.source_text import Span


def names(sentence):
    found = find_mechanisms(context_of(sentence), model=load_model("zhengxie"))
    return [sentence[slice(*one.span)] for one in found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("建立民情直报制度，走访群众。", ["民情直报制度"]),
        ("健全委员履职考核评价机制。", ["委员履职考核评价机制"]),
        ("成立招商引资工作专班，开展调研。", ["招商引资工作专班"]),
        ("不断提高认识，增强工作的主动性。", []),
    ],
)
def test_ranker_reads_clear_clauses(sentence, expected):
    assert names(sentence) == expected


def test_each_name_says_who_chose_it_and_how_sure_that_is():
    (found,) = find_mechanisms(context_of("建立民情直报制度。"), model=load_model("zhengxie"))
    assert found.chosen["span"] == DECIDER
    assert 0.5 < found.confidence <= 1
    (found,) = find_mechanisms(context_of("建立民情直报制度。"))
    assert found.chosen["span"] == RULES_DECIDED


def test_verb_beside_reads_what_stands_before_or_behind_a_name():
    for sentence, name, verb, stage in (
        ("推广“早谈晚访”模式。", "“早谈晚访”模式", "推广", "apply"),
        ("直报制度更加完善，", "直报制度", "完善", "improve"),
        ("《值班办法》印发实施。", "值班办法", "印发实施", "new"),
    ):
        reading = Reading(context_of(sentence))
        start = sentence.index(name)
        words = reading.words(0, start)
        found = verb_beside(reading.covered, words, name=Span(start, start + len(name)))
        assert (sentence[slice(*found.span)], found.stage) == (verb, stage)
    reading = Reading(context_of("有关单位的直报制度情况。"))
    assert verb_beside(reading.covered, reading.words(0, 5), name=Span(5, 9)) is None


def test_names_never_begin_with_a_mark_or_run_on_over_a_comma_to_another():
    reading = Reading(context_of("创建基层组织、打造履职阵地，建立履职机制，健全的管理制度。"))
    spans = [span for names in names_of(reading) for span in names.spans if span is not None]
    written = [reading.text[slice(*span)] for span in spans]
    assert "履职机制" in written
    assert not any(name[0] in "，、的了和" for name in written)
    assert not any("，" in name for name in written)
    assert "基层组织、打造履职阵地" not in written


def test_every_candidate_sees_heads_that_no_list_holds():
    candidates = every_candidate(Reading(context_of("编制全域水系治理蓝图，出台产业扶持政策。")))
    assert [one.head.word for one in candidates if one.head.use == WIDE] == ["政策"]
    assert share_of("制度") != share_of("群众")


def test_without_overlaps_keeps_the_most_probable():
    (candidate,) = every_candidate(Reading(context_of("建立民情直报制度。")))
    made = [
        (p, Chosen(candidate, Span(*span), p)) for p, span in ((0.5, (0, 5)), (0.9, (4, 8)), (0.6, (8, 9)))
    ]
    assert [one.span for one in without_overlaps(made)] == [(4, 8), (8, 9)]


def test_ranker_agrees_with_most_cases():
    right = 0
    for case in CASES:
        sentence = case["sentence"].replace("【", "").replace("】", "")
        found = find_mechanisms(context_of(sentence), model=load_model("zhengxie"))
        right += as_row(sentence, found)["sentence"] == case["sentence"]
    assert right >= 0.6 * len(CASES), f"{right} of {len(CASES)}"


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet="建立完善落实机制度等、，。的和以为“”《》三项甲乙成立会组把了1个中心办法标准", max_size=60
    )
)
def test_ranker_takes_any_text(source):
    context = context_of(source or "制")
    found = find_mechanisms(context, model=load_model("zhengxie"))
    end = 0
    for one in found:
        assert end <= one.span.start < one.span.end <= len(context.text.text)
        assert 0 <= one.confidence <= 1
        end = one.span.end


@pytest.mark.parametrize("unit", ["机制", "建立甲等机制", "甲、乙等制度，", "成立会，", "建立制度政策"])
def test_ranker_comes_through_hostile_text(unit):
    find_mechanisms(context_of(unit * (8_000 // len(unit))), model=load_model("zhengxie"))


class Undecided:
    """A ranker that is sure of a device, and of no beginning more than of another."""

    def __init__(self, none):
        self.none = none

    def rank(self, _, signs):
        return [self.none] + [(1 - self.none) / (len(signs) - 1)] * (len(signs) - 1)


def test_a_name_is_chosen_only_where_its_beginning_is_probable_too():
    reading = Reading(context_of("建立全市民情直报制度。"))
    (one,) = names_of(reading)
    assert len(one.spans) > 4
    assert choose_names(reading, model=Undecided(0.01)) == []
    reading = Reading(context_of("印发《民情直报办法》。"))
    assert [found.span for found in choose_names(reading, model=Undecided(0.5))] == [(3, 9)]
    assert choose_names(reading, model=Undecided(0.7)) == []


def signs_by_name(sentence):
    reading = Reading(context_of(sentence))
    return {
        reading.text[slice(*span)]: {sign for part in signs for sign in part}
        for names in names_of(reading)
        for span, signs in zip(names.spans, names.signs, strict=True)
        if span is not None
    }


def test_signs_tell_a_preposition_of_the_clause_from_the_beginning_of_a_name():
    signs = signs_by_name("坚持以民情直报制度为抓手。")
    assert "!b以为" in signs["以民情直报制度"]
    assert "!b民为" in signs["民情直报制度"]


def test_signs_tell_what_is_joined_and_described_inside_a_name():
    signs = signs_by_name("落实主题党日和民情直报制度，打造有温度的服务平台。")
    assert {"!y民情", "!N001"} <= signs["主题党日和民情直报制度"]
    assert "!N000" in signs["民情直报制度"]
    assert {"!D有温1", "!Q温度"} <= signs["有温度的服务平台"]
    assert {"!D服务0", "!Q-"} <= signs["服务平台"]


def test_signs_hold_the_wording_of_the_name_as_the_rules_draw_it():
    signs = signs_by_name("建立民情直报制度。")["民情直报制度"]
    assert {"m民情", "m情直报", "5情直报制度", "6民情直报制度"} <= signs
