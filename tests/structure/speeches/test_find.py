import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.structure.structure_cases import Case, one_a_line, quoted, read_cases
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.structure.speeches.find import find_speeches, line_roles
from zhengxie_nlp.structure.speeches.line_forms import line_form, tag_end
from zhengxie_nlp.structure.speeches.line_roles import BODY_ROLES
from zhengxie_nlp.text.cleaning.layout import clean


@pytest.mark.parametrize("case", read_cases("speeches.txt"), ids=lambda case: case.name)
def test_find_speeches_reads_each_case(case: Case) -> None:
    text = one_a_line(case.text)
    title, speeches, notes = find_speeches(text)
    lines = [f"document | {quoted(text, title)}"]
    for speech in speeches:
        names = (quoted(text, span) for span in (speech.title, speech.organization, speech.speaker))
        openings = " ".join(quoted(text, text.spans[index])[:4].strip() for index in speech.paragraphs)
        lines.append(" | ".join([speech.id, *names, openings]).rstrip())
    lines += [f"outside | {quoted(text, note.span)[:10].strip()}" for note in notes]
    assert tuple(lines) == case.expected


def test_find_speeches_gives_every_body_line_to_one_speech() -> None:
    for case in read_cases("speeches.txt"):
        text = one_a_line(case.text)
        _, speeches, _ = find_speeches(text)
        given_out = [index for speech in speeches for index in speech.paragraphs]
        assert given_out == sorted(set(given_out))
        assert {index for index, role in enumerate(line_roles(text)) if role.role in BODY_ROLES} <= set(
            given_out
        )


def test_find_speeches_finds_none_in_an_empty_text() -> None:
    assert find_speeches(one_a_line("")) == (None, [], [])


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("本报云浦7月28日电（记者林嘉禾）市委开会。", "市委开会。"),
        ("新华社临川口4月12日电  开发区动工。", "开发区动工。"),
        ("本报讯 市政协开会。", "市政协开会。"),
        ("何立新：先治污。", "何立新：先治污。"),
        ("本报告分三个部分。", "本报告分三个部分。"),
        ("4月12日，开发区动工。", "4月12日，开发区动工。"),
    ],
)
def test_tag_end_leaves_the_paragraph_its_own_text(line: str, rest: str) -> None:
    assert line[tag_end(line) :] == rest


def test_line_roles_knows_the_heads_of_a_text_out_of_order() -> None:
    text = one_a_line(
        "座谈会发言摘登\n把桌子搬到村口\n怀溪县政协\n我们每月开一次，\n让小提案办大事\n清澜州政协\n"
        "提案不在大小。\n茶话会，一次不落。"
    )
    assert [role.role for role in line_roles(text)] == [
        "speech_title", "speech_title", "organization", "body", "speech_title", "organization", "body",
        "body",
    ]  # fmt: skip


@given(
    st.text(
        alphabet="云浦市政协机关何立新主席：，。“”（）——一、二是\n 问答记者本报电2024年月日强化",
        max_size=80,
    )
)
def test_find_speeches_never_fails_and_loses_no_body(source: str) -> None:
    text = clean(source)
    title, speeches, _ = find_speeches(text)
    for span in (title, *(span for speech in speeches for span in (speech.title, speech.speaker))):
        assert span is None or 0 <= span.start < span.end <= len(text.text)
    assert [speech.id for speech in speeches] == [f"s{number + 1}" for number in range(len(speeches))]
    taken = [index for speech in speeches for index in speech.paragraphs]
    assert taken == sorted(set(taken))


@pytest.mark.parametrize("role", sorted(set(read_table("line_forms.tsv").column("role"))))
def test_line_forms_are_patterns(role: str) -> None:
    assert line_form(role).match("") is None


def test_find_speeches_notes_a_label_that_opens_no_turn() -> None:
    text = one_a_line(
        "茶园灌溉工作汇报\n我们修了6座泵站。\n市水务局局长罗启文：还有缺口。\n成效：120户受益。\n"
    )
    _, speeches, notes = find_speeches(text)
    assert len(speeches) == 1
    assert [(note.code, quoted(text, note.span)) for note in notes] == [
        ("unclear_turn", "市水务局局长罗启文：")
    ]


def test_find_speeches_keeps_a_rare_marker_out_of_the_headline() -> None:
    text = one_a_line(
        "把议事厅搬到村口\n举措一：选好点位\n我们在15个镇街设点。\n举措二：配强力量\n每点有1人。\n"
    )
    _, (speech,), _ = find_speeches(text)
    assert quoted(text, speech.title) == "把议事厅搬到村口"
    assert speech.paragraphs == (1, 2, 3, 4)
