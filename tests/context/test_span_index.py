"""`SpanIndex` against the plain loops that say what each question means."""

from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.context.span_index import SpanIndex, overlaps
from zhengxie_nlp.text.source_text import Span

SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda one: Span(one[0], sum(one))))
ONE = st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda one: Span(one[0], sum(one)))


@given(spans=SPANS, asked=ONE)
def test_span_index_answers_like_a_loop_over_all_spans(spans, asked):
    index = SpanIndex(spans)
    held = [one.start <= asked.start and asked.end <= one.end for one in spans]
    assert index.touch(asked) == any(overlaps(one, asked) for one in spans)
    assert index.cover(asked) == any(held)
    assert index.hold(asked) == any(inside and one != asked for inside, one in zip(held, spans, strict=True))
    assert index.hold_character(asked.start) == any(one.start <= asked.start < one.end for one in spans)
    assert list(index.beginning_in(asked)) == sorted(
        one for one in spans if asked.start <= one.start < asked.end
    )


def test_span_index_gives_what_begins_in_a_clause():
    index = SpanIndex([Span(8, 12), Span(1, 3), Span(5, 6)])
    assert index.beginning_in(Span(1, 9)) == [Span(1, 3), Span(5, 6), Span(8, 12)]
    assert list(index.beginning_in(Span(2, 5))) == []
    assert index.spans == [Span(1, 3), Span(5, 6), Span(8, 12)]
