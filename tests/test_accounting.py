"""Every numeral is accounted for: explained by a record or a rule, or listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.accounting import unexplained_numerals
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.settle import settle
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.quantities.find import find_quantities
from zhengxie_nlp.structure.spans import MarkerSpan, NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.terms.find import find_numeral_terms
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span
from zhengxie_nlp.times.find import find_times


def context_of(source, *, marker=None, speaker=None, body=None):
    text = SourceText(source, source, [Paragraph((Piece(0, len(source)),))])
    mark = None if marker is None else MarkerSpan(marker, "han_comma", "section", 3)
    node = NodeSpan("s1.1", 1, mark, None, (body or Span(0, len(source)),))
    return Context(text, Structure(None, (SpeechSpan("s1", None, None, speaker, (0,), (node,)),)))


def unexplained(source, *, extract=True, **structure):
    context = context_of(source, **structure)
    kept = []
    if extract:
        terms, _ = find_numeral_terms(context)
        kept = settle(context, [*terms, *find_times(context), *find_quantities(context)])
    return [source[start:end] for start, end in unexplained_numerals(context, kept)]


@pytest.mark.parametrize(
    "sentence",
    [
        "2023年9月，举办读书活动40多次。",
        "每年举办各类沙龙20次。",
        "落实“三会一课”制度。",
        "召开第十一次会议，学习二十届三中全会精神。",
        "印发《关于2023年工作的3条意见》。",
        "按照〔2024〕3号文件和1号令要求。",
        "拨打12345热线，或0831-2234567。",
        "云浦三中和第二小学受益。",
        "一心一意谋发展，一问就明白，一到雨季就忙。",
        "实现零差错、零投诉。",
        "“100”这个数来之不易。",
        "三级医院、二期工程、G20峰会。",
    ],
)
def test_unexplained_numerals_is_empty_where_all_are_explained(sentence):
    assert unexplained(sentence) == []


def test_unexplained_numerals_lists_what_nothing_claims():
    assert unexplained("他把七写在了墙上，又刻了十三。", extract=False) == ["七", "十三"]


def test_unexplained_numerals_takes_what_a_record_uses():
    source = "每3月一览，共40次。"
    context = context_of(source)
    kept = [candidate for candidate in find_quantities(context) if candidate.uses]
    used = [source[start:end] for candidate in kept for start, end in candidate.uses]
    listed = [source[start:end] for start, end in unexplained_numerals(context, kept)]
    assert not any(numeral in "".join(used) for numeral in listed)


def test_unexplained_numerals_passes_over_markers_and_names():
    assert unexplained("三、添置7辆", extract=False, marker=Span(0, 2)) == ["7"]
    assert unexplained("万三郎讲了8回", extract=False, speaker=Span(0, 3), body=Span(3, 7)) == ["8"]


def test_unexplained_numerals_leaves_out_what_belongs_to_no_speech():
    assert unexplained("3版 说了7", extract=False, body=Span(3, 6)) == ["7"]


def test_tables_explain_their_examples():
    table = read_table("numeral_claims.tsv")
    assert len(set(table.column("name"))) == len(table.rows)
    for row in table:
        assert unexplained(f"据说{row['example']}。", extract=False) == [], row


def test_unexplained_numerals_lists_little_in_the_real_texts(real_gold):
    """On real speeches the list is a check that one can read: a few numerals a text, no more."""
    for path in sorted(real_gold.glob("*.txt")):
        document = Pipeline().extract(path.read_text(encoding="utf-8"))
        assert len(document.unexplained_numerals) <= 4, path.name


@given(st.text(alphabet="一二三十百万零0123456789第届次中“”《》〔〕年月每两A.+-—、。", max_size=50))
def test_unexplained_numerals_takes_any_text(source):
    source = source or "一"
    context = context_of(source)
    listed = unexplained_numerals(context, [])
    assert listed == sorted(listed)
    assert all(0 <= start < end <= len(source) for start, end in listed)
