"""Annotations: quoted words become offsets, faults name their line, and Documents can be turned back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.annotation.annotate import compile_annotation, main
from zhengxie_nlp.annotation.corpus import compile_corpus, count_corpus, updated_readme, updated_split
from zhengxie_nlp.annotation.decompile import decompile
from zhengxie_nlp.annotation.notation import marker_form, parse_notation
from zhengxie_nlp.annotation.quoted_words import occurrences
from zhengxie_nlp.annotation.values import date_range, plain_quantity, short_dates
from zhengxie_nlp.errors import DataError, DocumentError
from zhengxie_nlp.records import Document, Initiative, Mechanism, Quantity, Time, read_back

TEXT = """全市政协系统座谈会发言摘登

强化服务 打造
“两型机关”

云浦市政协机关　何立新

　　今年以来，机关开展活动40多次。
　　一、强化学习，学习型机关打造有力
　　一是抓常规。每年举办讲座12次；二是抓重点，服务13个专委会、3个界别。
图为活动现场。
会后又走访两家企业。
二、强化服务，服务型机关打造有效。2023年9月建立委员工作室
122个，服务群众。
——云浦市政协主席汪清和日前在会上说
"""
NOTES = """@lines 1-12 13+14 15
document 全市政协系统座谈会发言摘登
speech
title 强化服务 打造 / “两型机关”
n 两型机关 2 members:学习型机关/服务型机关
organization 云浦市政协
speaker 何立新
1 - 今年以来
t 今年以来
q 40多次 of:活动
1 一、 @learning,political
2 一是
q 12次 of:讲座 per:年
2 二是 | 抓重点
q 13个 of:专委会
q 3个 of:界别
~ 图为
+ 会后
q 两家 of:企业
1 二、
t 2023年9月 2023-09
i 建立委员工作室122个 do:建立 object:委员工作室 time:2023年9月 status:done @service
m 委员工作室 kind:platform do:建立 stage:new @service
q 122个 of:委员工作室
~ ——云浦
"""


def compiled(text: str = TEXT, notes: str = NOTES) -> Document:
    return compile_annotation(text, notes, where="x.ann")


def test_compile_annotation_builds_the_outline():
    document = compiled()
    (speech,) = document.speeches
    assert document.title is not None
    assert document.title.text == "全市政协系统座谈会发言摘登"
    assert speech.title is not None
    assert speech.title.text == "强化服务 打造“两型机关”"
    assert len(speech.title.fragments) == 2
    first, second, third = speech.nodes
    assert [node.id for node in (first, second, *second.children, third)] == [
        "s1.1", "s1.2", "s1.2.1", "s1.2.2", "s1.3",
    ]  # fmt: skip
    assert first.marker is None
    assert first.body[0].text == "今年以来，机关开展活动40多次。"
    assert (second.category, second.secondary) == ("learning", ("political",))
    assert [node.level for node in (first, second, *second.children, third)] == [1, 1, 2, 2, 1]


def test_compile_annotation_finds_headings_by_the_guideline():
    _, second, third = compiled().speeches[0].nodes
    headings = [node.heading.text for node in (second, *second.children, third) if node.heading]
    assert headings == [
        "强化学习，学习型机关打造有力", "抓常规", "抓重点", "强化服务，服务型机关打造有效",
    ]  # fmt: skip
    assert second.marker is not None
    assert (second.marker.kind, second.children[0].marker.kind) == ("section", "point")  # type: ignore[union-attr]
    assert second.children[1].body[0].text == "服务13个专委会、3个界别。"


def test_compile_annotation_leaves_out_what_belongs_to_nothing():
    second, third = compiled().speeches[0].nodes[1:]
    assert [ref.text for ref in second.children[1].body] == [
        "服务13个专委会、3个界别。", "会后又走访两家企业。",
    ]  # fmt: skip
    assert [ref.text for ref in third.body] == ["2023年9月建立委员工作室122个，服务群众。"]


def test_compile_annotation_joins_lines_into_fragments():
    third = compiled().speeches[0].nodes[2]
    assert third.body[0].text.startswith("2023年9月建立委员工作室122个")
    assert len(third.body[0].fragments) == 2


def test_compile_annotation_fills_the_records():
    document = compiled()
    by_text = {(record.type, record.ref.text): record for record in document.records}
    often = by_text["quantity", "40多次"]
    assert isinstance(often, Quantity)
    assert (often.value, often.bound, often.unit, often.counted.text) == ("40", "over", "次", "活动")  # type: ignore[union-attr]
    yearly = by_text["quantity", "12次"]
    assert isinstance(yearly, Quantity)
    assert (yearly.per, yearly.node) == ("年", "s1.2.1")
    when = by_text["time", "2023年9月"]
    assert isinstance(when, Time)
    assert (when.start, when.end) == ("2023-09-01", "2023-09-30")
    term = by_text["numeral_term", "两型机关"]
    assert term.node is None
    assert [member.text for member in term.members] == ["学习型机关", "服务型机关"]  # type: ignore[union-attr]


def test_compile_annotation_links_an_initiative_to_the_records_inside_it():
    document = compiled()
    names = {record.ref.text: record.id for record in document.records if record.type != "initiative"}
    (initiative,) = [record for record in document.records if isinstance(record, Initiative)]
    assert initiative.quantities == (names["122个"],)
    assert initiative.mechanisms == (names["委员工作室"],)
    assert initiative.time == (names["2023年9月"],)
    (mechanism,) = [record for record in document.records if isinstance(record, Mechanism)]
    assert (mechanism.kind, mechanism.stage, mechanism.category) == ("platform", "new", "service")


def test_compile_annotation_numbers_records_in_reading_order():
    ids = [record.id for record in compiled().records]
    assert [int(name[1:]) for name in ids] == list(range(1, len(ids) + 1))


def test_compile_annotation_reads_lines_in_the_order_given():
    text = "甲单位\n开展活动，当\n乙单位\n一是抓学习。\n场答复3件。\n"
    notes = (
        "@lines 1 2+5 3-4\nspeech\norganization 甲单位\n1 - 开展\nq 3件\n"
        "speech\norganization 乙单位\n1 一是\n"
    )
    first, second = compiled(text, notes).speeches
    assert first.nodes[0].body[0].text == "开展活动，当场答复3件。"
    assert second.nodes[0].heading is not None
    assert second.nodes[0].heading.text == "抓学习"


def test_compile_annotation_takes_city_leads_and_attributions():
    text = "云浦：抓整改\n边查边改。\n——清澜州委书记江一帆日前说\n"
    notes = "speech\ntitle 云浦：抓整改\norganization <云浦\n1 - 边查\n~ ——\nspeaker 江一帆\n"
    (speech,) = compiled(text, notes).speeches
    assert (speech.organization.text, speech.speaker.text) == ("云浦", "江一帆")  # type: ignore[union-attr]
    assert speech.nodes[0].body[0].text == "边查边改。"


@pytest.mark.parametrize(
    ("notes", "line", "problem"),
    [
        ("speech\n1 - 无此", 2, "“无此” is not found"),
        ("speech\n1 - 今年\nq 41次", 3, "“41次” is not found"),
        ("speech\n1 - 今年\nq 40多次 of:讲堂", 3, "“讲堂” is not in the text"),
        ("speech\n1 - 今年\nq 活动", 3, "the value is not plain"),
        ("speech\n1 - 今年\nq 40多次 size:3", 3, "does not belong to “q”"),
        ("speech\n1 - 今年\nq 40多次 bound:much", 3, "bound"),
        ("speech\n1 - 今年\nn 40多次", 3, "wants its numerals"),
        ("speech\n1 - 今年\nt 今年 2023-13", 3, "no dates"),
        ("speech\n1 - 今年\nm 机关 kind:thing", 3, "kind"),
        ("speech\n1 - 今年\ni 机关 do:开展 status:done time:明年", 3, "no time expression"),
        ("speech\n1 壹、", 2, "is no marker"),
        ("speech\n1 一、 style:roman", 2, "no marker style"),
        ("speech\n1 一、 @sport", 2, "no category"),
        ("speech\n1 一、 kind:chapter", 2, "no kind of marker"),
        ("speech\n2 - 今年", 2, "depth 1 is wanted"),
        ("speech\n+ 今年", 2, "wants a node before it"),
        ("speech\n~ 今年\nt 今年", 3, "nothing belongs to a speech"),
        ("speech\nt 今年", 2, "before the first line of structure"),
        ("1 - 今年", 1, "“speech” must come first"),
        ("speech\norganization <云浦", 2, "wants a line of name before it"),
        ("speech\nspeaker", 2, "wants words"),
        ("speech\n1 ", 2, "wants its marker"),
        ("speech\nx 今年", 2, "opens no form"),
        ("SPEECH", 1, "cannot be read"),
        ("@lines 99\nspeech", 1, "names no lines"),
        ("@without colour\nspeech", 1, "no record type"),
        ("@without time\nspeech\n1 - 今年\nt 今年", 4, "leaves out time records"),
        ("speech\n1 一、 tone:dark", 2, "has no “tone”"),
        ("speech\n1 - 今年\nq", 3, "wants the words"),
    ],
)
def test_compile_annotation_names_the_line_of_a_fault(notes, line, problem):
    with pytest.raises(DocumentError) as caught:
        compiled(TEXT, notes)
    assert caught.value.code == "ZX203"
    assert caught.value.where == f"x.ann, line {line}"
    assert problem in caught.value.problem


def test_compile_annotation_wants_an_ordinal_for_a_last_marker():
    with pytest.raises(DocumentError, match="give ordinal:"):
        compiled("首先，抓学习。最后，抓落实。", "speech\n1 首先\n1 最后")
    (_, last) = compiled("首先，抓学习。最后，抓落实。", "speech\n1 首先\n1 最后 ordinal:2").speeches[0].nodes
    assert last.marker is not None
    assert last.marker.ordinal == 2


def test_occurrences_never_cut_a_numeral():
    assert list(occurrences("设立13个、3个", "3个", 0, 9)) == [(6, 8)]
    assert list(occurrences("二十三项", "三项", 0, 4)) == []


@pytest.mark.parametrize(
    ("marker", "style", "ordinal"),
    [
        ("第一部分", "part", 1), ("第三条", "part", 3), ("十二、", "han_comma", 12),
        ("（二）", "han_paren", 2), ("3．", "arabic_dot", 3), ("(4)", "arabic_paren", 4),
        ("5）", "arabic_paren", 5), ("②", "circled", 2),
        ("第二，", "di", 2), ("二十一是", "shi", 21), ("三要", "yao", 3), ("其四", "qi", 4),
        ("再次", "sequence_word", 3), ("另一方面", "sequence_word", 2),
    ],
)  # fmt: skip
def test_marker_form_reads_style_and_ordinal(marker, style, ordinal):
    assert marker_form(marker) == (style, ordinal)


def test_marker_form_refuses_words():
    assert [marker_form(word) for word in ("进一步", "一", "要点", "")] == [None] * 4


@pytest.mark.parametrize(
    ("words", "value", "bound", "unit"),
    [
        ("528件", "528", "exact", "件"), ("1.2万余人次", "12000", "over", "人次"),
        ("近2000人", "2000", "under", "人"), ("1,158 个", "1158", "exact", "个"),
        ("半天", "0.5", "exact", "天"), ("两条", "2", "exact", "条"), ("36千瓦时", "36", "exact", "千瓦时"),
        ("0.5%以下", "0.5", "at_most", "%"), ("不少于30个", "30", "at_least", "个"),
        ("6亿多元", "600000000", "over", "元"), ("260个左右", "260", "about", "个"),
    ],
)  # fmt: skip
def test_plain_quantity_reads_plain_forms(words, value, bound, unit):
    assert plain_quantity(words) == {"value": value, "bound": bound, "unit": unit}


@pytest.mark.parametrize("words", ["一百二十个", "三分之一", "2至3个", "每年2次", "数十"])
def test_plain_quantity_leaves_other_forms_to_the_annotator(words):
    assert plain_quantity(words) == {}


@pytest.mark.parametrize(
    "dates", ["2024", "2024-02", "2024-02-29", "2023-09..", "..2023", "2019..2021-06", ""]
)
def test_short_dates_gives_back_what_date_range_reads(dates):
    start, end = date_range(dates)
    assert date_range(short_dates(start, end)) == (start, end)


@pytest.mark.parametrize("dates", ["24", "2024-00", "2023-02-29", "2024-1", "June"])
def test_date_range_refuses_what_is_no_day(dates):
    with pytest.raises(ValueError, match=dates):
        date_range(dates)


def test_decompile_gives_the_same_document():
    document = compiled()
    again = compile_annotation(TEXT, decompile(document), where="x.ann")
    assert again == document


def test_decompile_quotes_as_much_as_is_needed():
    text = "走访3次、来访3次，活动3次。"
    notes = "speech\n1 - 走访\nq 来访[3次] of:来访\nq 3次 of:走访\n"
    document = compiled(text, notes)
    lines = decompile(document).splitlines()
    assert "q 访[3次] of:来访" in lines or "q 来访[3次] of:来访" in lines
    assert compiled(text, "\n".join(lines)) == document


def test_decompile_leaves_words_between_marker_and_heading_alone():
    document = compiled("首先是织网。没有网就捞不到鱼。", "speech\n1 首先 | 织网")
    assert decompile(document) == "\nspeech\n1 首先 | 织网\n"


def test_decompile_refuses_a_line_in_two_places():
    document = compiled("甲单位\n开展活动。检查工作。\n", "speech\norganization 甲单位\n1 - 开展\n1 - 检查\n")
    first, second = document.speeches[0].nodes
    other = document.speeches[0].model_copy(update={"id": "s2", "nodes": (second,), "organization": None})
    speech = document.speeches[0].model_copy(update={"nodes": (first,)})
    twice = document.model_copy(update={"speeches": (other, speech, other)})
    with pytest.raises(DocumentError, match=r"two places|cannot be told"):
        decompile(twice)


@given(st.text(st.sampled_from("一二三是、，。：“”0123456789个次年speech@ \n:|=-+~[]_qnt今"), max_size=60))
def test_parse_notation_reads_or_names_the_line(notes):
    try:
        lines = [entry.line for entry in parse_notation(notes, where="x.ann")]
    except DocumentError as error:
        lines = [int(error.where.removeprefix("x.ann, line "))]
    assert lines == sorted(lines)
    assert all(1 <= line <= len(notes.splitlines()) for line in lines)


@given(st.text(st.sampled_from("政协机关今年活动，。；：3次、 \n"), min_size=1, max_size=80))
def test_compile_annotation_refs_read_back(text):
    words = text.split()[0] if text.split() else ""
    if not words:
        return
    document = compile_annotation(text, f"speech\n1 - {words}", where="x.ann")
    for ref in document.speeches[0].nodes[0].body:
        assert read_back(text, ref) == ref.text


def test_main_compiles_turns_back_and_counts(tmp_path, capsys):
    for folder in ("text", "notes", "gold"):
        (tmp_path / folder).mkdir()
    (tmp_path / "text" / "x.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "notes" / "x.ann").write_text(NOTES, encoding="utf-8")
    gold, back = tmp_path / "gold" / "x.json", tmp_path / "back.ann"
    assert main([str(tmp_path / "text" / "x.txt"), str(tmp_path / "notes" / "x.ann"), "-o", str(gold)]) == 0
    written = gold.read_bytes()
    assert main(["--all", str(tmp_path)]) == 0
    assert gold.read_bytes() == written
    assert main(["--back", str(gold), "-o", str(back)]) == 0
    assert compile_annotation(TEXT, back.read_text(encoding="utf-8"), where="x.ann") == compiled()
    capsys.readouterr()
    assert main(["--counts", str(tmp_path)]) == 0
    assert capsys.readouterr().out == count_corpus(tmp_path)
    assert main([str(tmp_path / "text" / "x.txt"), str(tmp_path / "notes" / "x.ann")]) == 0
    assert json.loads(capsys.readouterr().out)["source"]["id"] == "x"


def test_main_says_what_is_wrong(tmp_path, capsys):
    (tmp_path / "x.txt").write_text("今年", encoding="utf-8")
    (tmp_path / "x.ann").write_text("speech\n1 - 明年", encoding="utf-8")
    assert main([str(tmp_path / "x.txt"), str(tmp_path / "x.ann")]) == 2
    assert "[ZX203] x.ann, line 2" in capsys.readouterr().err
    assert main([str(tmp_path / "none.txt"), str(tmp_path / "x.ann")]) == 2
    assert "[ZX108]" in capsys.readouterr().err


def test_compile_corpus_keeps_the_lists_true(tmp_path):
    for folder in ("text", "notes", "gold"):
        (tmp_path / folder).mkdir()
    for name in ("x", "y"):
        (tmp_path / "text" / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "notes" / "x.ann").write_text(NOTES, encoding="utf-8")
    (tmp_path / "README.md").write_text(
        "# C\n<!-- counts -->\n<!-- end of counts -->\nend\n", encoding="utf-8"
    )
    (tmp_path / "split.tsv").write_text(
        "# why\nname\tsplit\tgenre\tannotated\tperiod\ttraits\nx\ttest\t发言\tno\t2024\t短\n",
        encoding="utf-8",
    )
    assert [path.name for path in compile_corpus(tmp_path)] == ["x.json"]
    split = (tmp_path / "split.tsv").read_text(encoding="utf-8")
    assert split.endswith("\nx\ttest\t发言\tyes\t2024\t短\ny\ttrain\t-\tno\t-\t-\n")
    assert split.startswith("# why\nname\t")
    assert split == updated_split(tmp_path)
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "2 texts, 1 of them with gold." in readme
    assert "| x | 179 | 1 | 4 | 6 | 1 | 2 | 1 | 1 |" in readme
    assert readme == updated_readme(tmp_path)
    assert readme.endswith("\nend\n")


@pytest.mark.parametrize(
    ("name", "update"), [("README.md", updated_readme), ("split.tsv", updated_split)], ids=["readme", "split"]
)
def test_lists_without_their_place_are_refused(tmp_path, name, update):
    (tmp_path / name).write_text("nothing\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        update(tmp_path)
    assert caught.value.where == name
