"""Quantities: readable cases, the break property, the tables, and rules that no text may break."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zhengxie_nlp
from tests.broken_sources import assert_blind_to_breaks
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.tokens import Phrasing, word_lists
from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.quantities.expressions import SHAPES, find_expressions, unit_at
from zhengxie_nlp.quantities.find import RULES, find_quantities
from zhengxie_nlp.quantities.rates import find_rates
from zhengxie_nlp.quantities.refusals import EXCLUSIONS, counts_nothing, in_fixed_phrase
from zhengxie_nlp.structure.spans import MarkerSpan, NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.text.numerals import find_numerals
from zhengxie_nlp.text.segmenters.words import cut
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span

#: What is counted is chosen by a model, and judged over all cases: tests/quantities/counted.
FIELDS = ("value", "low", "high", "bound", "unit", "kind", "per", "change")
CASES = parse_table(
    "quantities.tsv",
    (Path(__file__).parents[1] / "cases" / "quantities.tsv").read_text(encoding="utf-8"),
).rows


def marked(sentence):
    """Return the sentence without 【】 and the marked span, or None."""
    start, end = sentence.find("【"), sentence.find("】")
    plain = sentence.replace("【", "").replace("】", "")
    return plain, None if start < 0 else Span(start, end - 1)


def context_of(source, pieces=None, markers=()):
    text = SourceText(source, source, [Paragraph(tuple(pieces or (Piece(0, len(source)),)))])
    body = (Span(0, len(text.text)),)
    nodes = tuple(NodeSpan(f"s1.{n}", 1, marker, None, ()) for n, marker in enumerate(markers, start=1))
    node = NodeSpan("s1.9", 1, None, None, body)
    return Context(text, Structure(None, (SpeechSpan("s1", None, None, None, (0,), (*nodes, node)),)))


def fields_of(found, context):
    said = {}
    for name in FIELDS:
        value = found.fields[name]
        value = context.text.text[value.start : value.end] if isinstance(value, Span) else value
        said[name] = value or ""
    return said


def with_gaps():
    for case in CASES:
        reason = "known gap"
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if case["known_gap"] else []
        yield pytest.param(case, marks=marks, id=case["sentence"])


@pytest.mark.parametrize("case", list(with_gaps()))
def test_find_quantities_reads_the_case(case):
    plain, span = marked(case["sentence"])
    context = context_of(plain)
    found = find_quantities(context)
    if span is None:
        assert [plain[other.span.start : other.span.end] for other in found] == []
        return
    match = [other for other in found if other.span == span]
    assert match, [plain[other.span.start : other.span.end] for other in found]
    assert fields_of(match[0], context) == {name: case[name] for name in FIELDS}


SENTENCES: dict[str, list[Span]] = {}
for row in CASES:
    if not row["known_gap"]:
        sentence, place = marked(row["sentence"])
        SENTENCES.setdefault(sentence, []).extend([place] if place else [])


@pytest.mark.parametrize("sentence", list(SENTENCES))
def test_find_quantities_finds_no_others(sentence):
    assert [found.span for found in find_quantities(context_of(sentence))] == sorted(SENTENCES[sentence])


@pytest.mark.parametrize("sentence", list(SENTENCES))
def test_find_quantities_is_blind_to_a_break_anywhere(sentence):
    assert_blind_to_breaks(sentence, find_quantities, lambda context, found: fields_of(found, context))


def test_find_quantities_says_what_it_built_on():
    context = context_of("协会每年组织各类委员沙龙20多次。")
    (found,) = find_quantities(context)
    assert found.rule == "measures/measured"
    assert found.uses == (Span(2, 4),)
    assert dict(found.parts) == {
        "numeral": Span(12, 15),
        "unit": Span(15, 16),
        "per": Span(2, 4),
        "counted": Span(8, 12),
    }


def test_find_quantities_leaves_markers_alone():
    text = "3.三项制度落实到位。"
    marker = MarkerSpan(Span(0, 2), "arabic_dot", "section", 3)
    (found,) = find_quantities(context_of(text, markers=(marker,)))
    assert found.span == (2, 4)


def test_find_quantities_gives_the_parts_of_a_list_in_order():
    found = find_quantities(context_of("一产、二产、工业分别增长3%、5%和7%。"))
    assert [other.fields["value"] for other in found] == ["3", "5", "7"]
    assert {other.fields["change"] for other in found} == {"increase"}


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("每年", "年"),
        ("每两月", "两月"),
        ("每三个月", "三月"),
        ("每天", "日"),
        ("每个县区不超过", "县区"),
        ("每名委员提交", "委员"),
        ("每万人拥有", "万人"),
        ("人均3册", "人"),
        ("一年两次", "年"),
    ],
)
def test_find_rates_says_what_it_is_per(text, per):
    assert [rate.per for rate in find_rates(text)] == [per]


@pytest.mark.parametrize("text", ["每当", "每每", "每一项都", "均衡发展", "平均水平", "一年之计"])
def test_find_rates_finds_none(text):
    assert find_rates(text) == []


@pytest.mark.parametrize(
    ("text", "unit"),
    [("2700余人次", "人次"), ("8个月", "个月"), ("3个百分点", "个百分点"), ("5平方公里", "平方公里")],
)
def test_unit_at_takes_the_longest(text, unit):
    assert unit_at(text, find_numerals(text)[0].span.end).text == unit


@pytest.mark.parametrize(
    "text", ["项目", "人员", "条例", "天然气", "年代", "成立", "期间", "级别", "个", "kWp"]
)
def test_unit_at_stops_before_another_word(text):
    unit = unit_at(text, 0)
    assert unit is None or (text == "个" and unit.text == "个")


def test_in_fixed_phrase_knows_idioms_and_names():
    assert in_fixed_phrase("千方百计", Span(0, 1))
    assert in_fixed_phrase("千方百计", Span(2, 3))
    assert not in_fixed_phrase("三项制度", Span(0, 1))


def test_counts_nothing_tells_a_session_from_meetings():
    sitting, meetings = "县政协二次会议开幕", "召开两次会议"
    for text, expected in ((sitting, []), (meetings, ["两次"])):
        expressions = find_expressions(text, find_numerals(text), marker_spans=[])
        assert [text[found.span.start : found.span.end] for found in expressions] == expected
        assert not any(counts_nothing(text, found) for found in expressions)


def test_tokens_keeps_a_quotation_whole():
    assert [token.role for token in Phrasing("建立“委员之家”").tokens(0, 8)] == ["verb", "quote"]


def test_rules_have_names_of_their_own():
    for named in (RULES, SHAPES):
        names = [name for name, _ in named]
        assert len(set(names)) == len(names)
    assert len(set(EXCLUSIONS)) == len(EXCLUSIONS)


def test_units_table_has_one_row_a_unit():
    rows = read_table("units.tsv").rows
    kinds = {"count", "money", "percent", "multiple", "length", "area", "weight"}
    kinds |= {"volume", "energy", "duration", "temperature", "score"}
    uses = {"thing", "person", "event", "level", "measure", "percent", "duration", "score", "big", "noun"}
    assert len({row["unit"] for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} == kinds
    assert {row["use"] for row in rows} <= uses
    assert all(len(row["unit"]) <= 6 for row in rows)
    assert all(unit_at(row["unit"], 0) is not None for row in rows)


def test_bounds_table_uses_the_guideline_names():
    rows = read_table("bounds.tsv").rows
    assert {row["bound"] for row in rows} == {"over", "under", "about", "at_least", "at_most"}
    assert {row["side"] for row in rows} == {"before", "after"}
    assert len({(row["word"], row["side"]) for row in rows}) == len(rows)


def test_quantity_exceptions_table_holds_numerals_only():
    rows = read_table("quantity_exceptions.tsv").rows
    assert {row["kind"] for row in rows} == {"idiom", "name", "indefinite"}
    assert len({row["phrase"] for row in rows}) == len(rows)
    assert [
        row["phrase"] for row in rows if not set(row["phrase"]) & set("零一二两三四五六七八九十百千万亿半1")
    ] == []
    assert max(len(row["phrase"]) for row in rows) <= 8


def test_word_tables_are_well_formed():
    assert len({row["word"] for row in read_table("words.tsv")}) == len(read_table("words.tsv").rows)
    assert {row["tag"] for row in read_table("words.tsv")} <= {"n", "v", "vn", "a", "d", ""}
    assert all(word_lists().values())


def test_counted_word_lists_are_all_used():
    rooms = Path(zhengxie_nlp.__file__).parent
    paths = [*rooms.glob("context/*.py"), *rooms.glob("quantities/**/*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert [name for name in word_lists() if f'"{name}"' not in code] == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [("开展活动", ["v", "vn"]), ("新建管网", ["v", "n"]), ("一心一意", ["i"])],
)
def test_cut_takes_a_verb_from_its_object(text, tags):
    assert [word.tag for word in cut(text, 0, len(text))] == tags


def test_cut_leaves_out_the_words_without_a_tag():
    text = "到局里汇报工作"
    words = [text[word.start : word.end] for word in cut(text, 0, len(text))]
    assert words[-2:] == ["汇报", "工作"]


GENRE = st.text(
    alphabet=list(
        "每年共召开会议次个名元万亿的和、，。“”《》（）一二三十百半多余约近%0123456789.—至人均第届级\n"
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(GENRE)
def test_find_quantities_never_overlaps_or_fails(text):
    text = text.strip("\n") or "一"
    context = context_of(text)
    end = 0
    for found in find_quantities(context):
        assert end <= found.span.start < found.span.end <= len(text)
        end = found.span.end
        counted = found.fields["counted"]
        if counted is not None:
            assert 0 <= counted.start < counted.end <= len(text)
            assert text[counted.start : counted.end].strip()


@settings(max_examples=30, deadline=None)
@given(GENRE)
def test_find_quantities_gives_the_same_twice(text):
    text = text.strip("\n") or "一"
    assert find_quantities(context_of(text)) == find_quantities(context_of(text))
