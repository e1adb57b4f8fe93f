"""Mechanisms: readable cases, where a name begins, candidates for training, the tables, and hostile text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.broken_sources import assert_blind_to_breaks
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.lexicon.tables import parse_table, read_table
from zhengxie_nlp.mechanisms.candidates import mechanism_candidates
from zhengxie_nlp.mechanisms.find import find_mechanisms
from zhengxie_nlp.mechanisms.heads import Reading
from zhengxie_nlp.structure.spans import MarkerSpan, NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.text.source_text import Paragraph, Piece, SourceText, Span

CASES = parse_table(
    "mechanisms.tsv", (Path(__file__).parents[1] / "cases" / "mechanisms.tsv").read_text(encoding="utf-8")
).rows


def context_of(source, pieces=None, marker=None):
    text = SourceText(source, source, [Paragraph(tuple(pieces or (Piece(0, len(source)),)))])
    body = Span(marker.end if marker else 0, len(text.text))
    sign = MarkerSpan(marker, "shi", "point", 1) if marker else None
    node = NodeSpan("s1.1", 1, sign, None, (body,))
    return Context(text, Structure(None, (SpeechSpan("s1", None, None, None, (0,), (node,)),)))


def names(sentence, **options):
    return [
        sentence[start:end]
        for (start, end) in (f.span for f in find_mechanisms(context_of(sentence), **options))
    ]


def unmarked(sentence):
    return sentence.replace("【", "").replace("】", "")


def as_row(sentence, found):
    marked = sentence
    for mechanism in reversed(found):
        start, end = mechanism.span
        marked = f"{marked[:start]}【{marked[start:end]}】{marked[end:]}"
    members = ["|".join(sentence[a:b] for a, b in mechanism.fields["members"]) or "?" for mechanism in found]
    return {
        "sentence": marked,
        "kind": ";".join(mechanism.fields["kind"] for mechanism in found),
        "action": ";".join(mechanism.fields["action"] or "?" for mechanism in found),
        "stage": ";".join(mechanism.fields["stage"] for mechanism in found),
        "members": ";".join(members) if any(member != "?" for member in members) else "",
    }


def with_gaps():
    for case in CASES:
        marks = [pytest.mark.xfail(strict=True, reason="known gap")] if case["known_gap"] else []
        yield pytest.param(case, marks=marks, id=case["sentence"])


def test_cases_are_many_and_hold_negatives():
    assert len(CASES) >= 100
    assert sum("【" not in case["sentence"] for case in CASES) >= 40


@pytest.mark.parametrize("case", list(with_gaps()))
def test_find_mechanisms_reads_the_case(case):
    sentence = unmarked(case["sentence"])
    expected = {name: value for name, value in case.items() if name != "known_gap"}
    assert as_row(sentence, find_mechanisms(context_of(sentence))) == expected


@pytest.mark.parametrize("case", CASES[::4], ids=lambda case: case["sentence"])
def test_find_mechanisms_is_blind_to_a_break_anywhere(case):
    assert_blind_to_breaks(
        unmarked(case["sentence"]), find_mechanisms, lambda _, found: found.fields, every=3
    )


def test_find_mechanisms_carries_a_list_over_commas():
    sentence = "执行公文不长于五页，会议不多于两小时等制度和规定，腾出时间抓落实。"
    (found,) = find_mechanisms(context_of(sentence))
    assert sentence[slice(*found.span)] == "公文不长于五页，会议不多于两小时等制度和规定"
    assert found.fields["kind"] == "institution"


def test_find_mechanisms_carries_a_frame_over_commas():
    sentence = "健全以法律必修课为主体，案例研讨、岗位自学等为补充的培训体系。"
    (found,) = find_mechanisms(context_of(sentence))
    assert sentence[slice(*found.span)] == sentence[2:-1]
    assert [sentence[a:b] for a, b in found.fields["members"]] == ["法律必修课", "案例研讨", "岗位自学"]


def test_find_mechanisms_looks_behind_the_marker():
    sentence = "一是建立约谈机制。"
    (found,) = find_mechanisms(context_of(sentence, marker=Span(0, 2)))
    assert sentence[slice(*found.span)] == "约谈机制"


def test_find_mechanisms_names_its_parts():
    sentence = "健全报告、审批等制度。"
    (found,) = find_mechanisms(context_of(sentence))
    assert found.rule == "mechanism_heads/always"
    parts = [(name, sentence[a:b]) for name, (a, b) in found.parts]
    assert parts == [("verb", "健全"), ("head", "制度"), ("member", "报告"), ("member", "审批")]


def test_mechanism_candidates_score_clearer_cases_higher():
    (clear,) = mechanism_candidates(context_of("建立“三审三校”制度3项。"))
    (faint,) = mechanism_candidates(context_of("依托“云上”平台，联系群众。"))
    assert 0 < faint.score < clear.score


def test_find_mechanisms_leaves_confidence_to_the_measured_shares():
    (found,) = find_mechanisms(context_of("建立约谈机制。"))
    assert found.confidence is None


def test_mechanism_candidates_keep_off_titles_of_speeches():
    text = SourceText("建立约谈机制", "建立约谈机制", [Paragraph((Piece(0, 6),))])
    speech = SpeechSpan("s1", Span(0, 6), None, None, ())
    (candidate,) = mechanism_candidates(Context(text, Structure(None, (speech,))))
    assert not candidate.seen.in_node


@given(st.text(alphabet="建立健全制度机制体系工作组队平台和与、，。等的8项“”《》委员会办法站日", max_size=60))
def test_heads_are_found_wherever_their_words_stand(text):
    words = read_table("mechanism_heads.tsv").column("head")
    for head in Reading(context_of(text)).heads:
        if head.form == "plain" and head.use != "suffix" and head.word != "制":
            assert text.endswith(words, head.span.start, head.span.end)
            assert text.startswith(words, head.span.start)


def test_reading_covers_quotations_and_keeps_their_marks():
    reading = Reading(context_of("制定《甲，乙》，落实“丙；丁”（戊）要求"))
    assert reading.covered[:8] == "制定《" + "\ue000" * 3 + "》，"
    assert len(reading.covered) == len(reading.text)
    assert reading.clause(3) == Span(0, 8)


def test_tables_of_heads_and_verbs_hold_what_the_rules_know():
    heads = read_table("mechanism_heads.tsv")
    assert len(set(heads.column("head"))) == len(heads.rows)
    kinds = {"mechanism", "institution", "system", "platform", "brand", "list", "document"}
    assert set(heads.column("kind")) <= kinds
    assert set(heads.column("use")) == {"always", "body", "set_up", "named", "document"}
    verbs = read_table("mechanism_verbs.tsv")
    assert len(set(verbs.column("verb"))) == len(verbs.rows)
    assert set(verbs.column("stage")) == {"new", "improve", "apply", ""}
    uses = {use for row in verbs for use in row["use"].split()}
    assert uses == {
        "strong", "set_up", "build", "weak", "quoting", "joined", "short", "nominal", "opening", "naming",
    }  # fmt: skip


def test_tables_of_words_hold_every_list_the_rules_ask_for():
    table = read_table("mechanism_words.tsv")
    lists = {
        "generic", "dropped", "denied_after", "noun_after", "no_device", "no_head", "facility", "publication",
        "not_zhi", "telling", "owner", "framing",
    }  # fmt: skip
    assert set(table.column("list")) == lists


@pytest.mark.parametrize("row", read_table("mechanism_heads.tsv").rows, ids=lambda row: row["head"])
def test_each_head_ends_a_name(row):
    name = f"“甲乙”{row['head']}" if row["use"] == "named" else f"云浦联动{row['head']}"
    verb = {"set_up": "成立", "document": "制定"}.get(row["use"], "建立")
    (found,) = find_mechanisms(context_of(f"{verb}{name}，成效好。"))
    assert (found.span, found.fields["kind"]) == (Span(2, 2 + len(name)), row["kind"])


def test_each_strong_verb_governs():
    for row in read_table("mechanism_verbs.tsv"):
        if set(row["use"].split()) & {"strong", "set_up", "build"}:
            (found,) = find_mechanisms(context_of(f"{row['verb']}“一线直报”制度。"))
            assert found.fields["action"] == row["verb"]
            assert found.fields["stage"] == row["stage"]


@given(
    st.text(
        alphabet="建立完善落实机制度等、，。的和以为“”《》三项甲乙成立会组把了1个中心办法——标准\n",
        max_size=60,
    )
)
def test_find_mechanisms_takes_any_text(source):
    context = context_of(source.replace("\n", "") or "制")
    found = find_mechanisms(context)
    size = len(context.text.text)
    assert [one.span for one in found] == sorted(one.span for one in found)
    end = 0
    for one in found:
        assert end <= one.span.start < one.span.end <= size
        assert 0 <= one.confidence <= 1
        end = one.span.end
        for member in one.fields["members"]:
            assert one.span.start <= member.start < member.end <= one.span.end


@pytest.mark.parametrize(
    "unit",
    [
        "机制",
        "建立甲等机制",
        "甲、乙等制度，",
        "“",
        "《",
        "建立以甲为乙的机制，",
        "成立会，",
        "，甲的三项制度",
    ],
)
def test_find_mechanisms_comes_through_hostile_text(unit):
    find_mechanisms(context_of(unit * (20_000 // len(unit))))


def test_find_mechanisms_leaves_the_articles_of_a_law_alone():
    source = "第三条 县级政府应当建立渡口安全管理责任制。"
    text = SourceText(source, source, [Paragraph((Piece(0, len(source)),))])
    node = NodeSpan("s1.1", 1, MarkerSpan(Span(0, 3), "part", "section", 3), None, (Span(4, len(source)),))
    context = Context(text, Structure(None, (SpeechSpan("s1", None, None, None, (0,), (node,)),)))
    assert find_mechanisms(context) == []
