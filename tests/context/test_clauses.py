"""Clauses: where they begin and end, what they leave out, and which parts of a node hold them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhengxie_nlp import Pipeline
from zhengxie_nlp.context.clauses import LONGEST, find_clauses, merged, sentences_of
from zhengxie_nlp.text.source_text import Span


def clauses_of(text):
    context = Pipeline().analyze(text).parts[0].context
    return context, list(find_clauses(context))


def texts_of(text):
    context, clauses = clauses_of(text)
    return [context.text.text[slice(*clause.span)] for clause in clauses]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("建立制度，开展活动；举办讲堂。", ["建立制度", "开展活动", "举办讲堂"]),
        ("同时，建立制度，并开展活动。", ["建立制度", "开展活动"]),
        ("并网发电站建成，和谐社区达标。", ["并网发电站建成", "和谐社区达标"]),
        ("和田县种植枣树，及早疏浚河道。", ["和田县种植枣树", "及早疏浚河道"]),
        ("修好渡口，并举办赛歌会，并列入计划。", ["修好渡口", "举办赛歌会", "列入计划"]),
        (
            "落实“走下去，沉到底”要求，编印《读书，行路》一书。",
            ["落实“走下去，沉到底”要求", "编印《读书，行路》一书"],
        ),
        ("推行三项办法（首问，限时，公示）。", ["推行三项办法（首问，限时，公示）"]),
        ("建立机制：每月通报。", ["建立机制", "每月通报"]),
    ],
)
def test_find_clauses_cuts_at_marks_outside_of_names(text, expected):
    assert texts_of(text) == expected


def test_find_clauses_leaves_headings_out_but_for_points_of_one_sentence():
    text = "一、健全制度体系\n一是健全学习制度。每月学习2次。二是健全考勤制度。\n二、抓实学习\n开展读书活动。"
    found = texts_of(text)
    assert found == ["每月学习2次", "健全考勤制度", "开展读书活动"]


def test_find_clauses_numbers_sentences_and_places():
    _, clauses = clauses_of("建立制度，开展活动。举办讲堂。")
    assert [(clause.sentence, clause.place) for clause in clauses] == [(0, 0), (0, 1), (1, 0)]
    assert [clause.after for clause in clauses] == ["，", "。", "。"]
    assert [len(run) for run in sentences_of(clauses)] == [2, 1]


def test_find_clauses_keeps_the_connective_it_left_out():
    _, clauses = clauses_of("建立制度，并开展活动。")
    assert [clause.lead for clause in clauses] == ["", "并"]


def test_find_clauses_leaves_endless_ones_out():
    assert texts_of("建立" + "制度" * LONGEST + "，开展活动。") == ["开展活动"]


def test_merged_reaches_from_the_first_to_the_last():
    _, (first, last) = clauses_of("建立制度，开展活动。")
    assert merged(first, last).span == Span(0, 9)
    assert merged(first, last).after == "。"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="建立，。；：“”（）《》并一是、\n第", max_size=60))
def test_find_clauses_keeps_order_and_bounds(text):
    context, clauses = clauses_of("云浦市政协\n\n" + text)
    for clause in clauses:
        assert 0 <= clause.span.start < clause.span.end <= len(context.text.text)
        assert clause.span.end - clause.span.start <= LONGEST
    numbers = [clause.sentence for clause in clauses]
    assert numbers == sorted(numbers)
