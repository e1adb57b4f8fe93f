"""`settle`: who keeps which characters, in small cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.settle import settle
from zhengxie_nlp.context.span_index import overlaps
from zhengxie_nlp.record_types import PRECEDENCE
from zhengxie_nlp.structure.spans import MarkerSpan, NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span

TEXT = "三、在“十四五”期间，每年办会2次，近3年共40次。"


def context_of(source, *, marker=None, body=None):
    text = SourceText(source, source, [Paragraph((Piece(0, len(source)),))])
    mark = None if marker is None else MarkerSpan(marker, "han_comma", "section", 3)
    node = NodeSpan("s1.1", 1, mark, None, (body or Span(0, len(source)),))
    return Context(text, Structure(None, (SpeechSpan("s1", None, None, None, (0,), (node,)),)))


def found(kind, phrase, *, uses=(), source=TEXT):
    start = source.index(phrase)
    used = tuple(Span(source.index(use), source.index(use) + len(use)) for use in uses)
    return Found(kind, Span(start, start + len(phrase)), "test/rule", uses=used)


def kept(*candidates, marker=None, body=None):
    context = context_of(TEXT, marker=marker, body=body)
    return [(one.type, TEXT[one.span.start : one.span.end]) for one in settle(context, candidates)]


def test_settle_keeps_what_does_not_overlap_in_reading_order():
    assert kept(found("quantity", "40次"), found("time", "近3年")) == [
        ("time", "近3年"),
        ("quantity", "40次"),
    ]


def test_settle_leaves_markers_alone():
    assert kept(found("quantity", "三、"), found("quantity", "2次"), marker=Span(0, 2)) == [
        ("quantity", "2次")
    ]


def test_settle_drops_what_begins_outside_of_every_speech():
    assert kept(found("time", "每年"), found("quantity", "40次"), body=Span(18, 29)) == [("quantity", "40次")]


@pytest.mark.parametrize(
    ("candidates", "winner"),
    [
        # a time that is longer than the numeral term in it
        ([("numeral_term", "十四五"), ("time", "“十四五”期间")], ("time", "“十四五”期间")),
        # the same characters: the numeral term before the time, the time before the quantity
        ([("quantity", "近3年"), ("time", "近3年")], ("time", "近3年")),
        ([("time", "十四五"), ("numeral_term", "十四五")], ("numeral_term", "十四五")),
        # a time inside a quantity gives way; one that only overlaps it does not
        ([("time", "每年"), ("quantity", "每年办会2次")], ("quantity", "每年办会2次")),
        ([("time", "近3年"), ("quantity", "3年共40次")], ("time", "近3年")),
        ([("quantity", "3年"), ("time", "近3年")], ("time", "近3年")),
        # in one type the longer
        ([("quantity", "40次"), ("quantity", "共40次")], ("quantity", "共40次")),
        ([("numeral_term", "十四五"), ("numeral_term", "“十四五”")], ("numeral_term", "“十四五”")),
    ],
)
def test_settle_gives_contested_characters_to_one(candidates, winner):
    several = [found(kind, phrase) for kind, phrase in candidates]
    assert kept(*several) == kept(*reversed(several)) == [winner]


def test_settle_gives_a_quantity_the_time_it_uses():
    quantity = found("quantity", "2次", uses=["每年"])
    assert kept(found("time", "每年"), quantity) == [("quantity", "2次")]
    assert kept(found("time", "每年"), found("quantity", "2次")) == [("time", "每年"), ("quantity", "2次")]


def test_settle_holds_a_term_in_a_time_that_gave_way():
    time, term = found("time", "每年"), found("numeral_term", "年")
    quantity = found("quantity", "2次", uses=["每年"])
    assert kept(term, time, quantity) == [("numeral_term", "年"), ("quantity", "2次")]


def test_settle_lets_mechanisms_and_initiatives_hold_other_records():
    initiative = found("initiative", "每年办会2次")
    assert kept(found("quantity", "2次"), initiative) == [("initiative", "每年办会2次"), ("quantity", "2次")]


@given(
    st.lists(
        st.tuples(st.sampled_from(PRECEDENCE), st.integers(0, len(TEXT) - 1), st.integers(1, 6)), max_size=12
    )
)
def test_settle_keeps_no_two_that_overlap(drawn):
    candidates = [
        Found(kind, Span(start, min(len(TEXT), start + size)), "test/rule") for kind, start, size in drawn
    ]
    settled = settle(context_of(TEXT), candidates)
    assert settled == sorted(settled, key=lambda one: one.span)
    for number, one in enumerate(settled):
        assert not any(overlaps(one.span, other.span) for other in settled[number + 1 :])
    assert bool(settled) == bool(candidates)


def test_owner_finds_the_speech_and_node_of_a_character():
    context = context_of(TEXT, body=Span(2, 10))
    assert context.owner(0) is None
    owner = context.owner(5)
    assert owner is not None
    assert (owner[0].id, owner[1].id) == ("s1", "s1.1")
    assert context.owner(10) is None


def test_settle_keeps_a_term_beside_the_event_that_it_names():
    """全国|两会|期间 tells when and holds a numeral term; “十四五”期间 is a plan's period only."""
    event = found("time", "“十四五”期间")._replace(rule="time_events/event")
    period = found("time", "“十四五”期间")._replace(rule="times/plan_period")
    term = found("numeral_term", "十四五")
    assert kept(term, event) == [("time", "“十四五”期间"), ("numeral_term", "十四五")]
    assert kept(term, period) == [("time", "“十四五”期间")]
