"""Layout: what is the page's goes, what is the text's stays, and every character is found again."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.lexicon.tables import parse_table
from zhengxie_nlp.records import read_back
from zhengxie_nlp.text.cleaning.layout import clean

ROOT = Path(__file__).parents[3]
CASES = parse_table("layout.tsv", (ROOT / "tests" / "cases" / "layout.tsv").read_text(encoding="utf-8")).rows
SIGNS = str.maketrans({"⏎": "\n", "␣": "\u3000", "␌": "\f"})

BODY = (
    "近年来，云浦市政协坚持把调查研究作为履职的基本功，围绕产业发展、乡村建设、社会治理等课题，组织委员深入"
    "12个县区开展调研36次，走访企业158家，形成调研报告28篇，提出意见建议212条，其中9条得到市委主要领导批示。"
    "在此基础上，市政协建立了“议题共商、成果共享”的工作机制，每年安排协商活动20多场次，投入经费57.71万元，"
    "比上年增长7.8%，参与的委员有1,158人次，群众满意率达到96.4%，履职的路子越走越宽、越走越实。"
)
SECOND = (
    "同时，清澜州政协健全了委员联系群众制度，要求每名委员每季度至少走访2户群众、参加1次议事会，全年收集社情民意"
    "信息486条，推动解决停车难、上学难、看病难等问题73个，让老百姓感到委员就在身边、政协离自己很近。"
)
SPEECH = [
    "打造学习型机关 锻造过硬队伍",
    "云浦市政协机关",
    "一、夯实学习根基",
    BODY,
    "二、密切联系群众",
    SECOND,
    "三、严格队伍管理",
    BODY.replace("调研", "考察"),
    SECOND.replace("清澜州", "岭东区"),
]
TRADITIONAL = (
    "（一）築牢思想根基，以學習促進履職。近年來，雲浦市政協各專委會每年舉辦「委員講堂」４０多場，"
    "參與委員１，１５８人次，隨著制度的完善，幹部瞭解情況、解決問題的本領有了明顯提高。"
)
SIMPLIFIED = (
    "（一）筑牢思想根基，以学习促进履职。近年来，云浦市政协各专委会每年举办“委员讲堂”40多场，"
    "参与委员1,158人次，随着制度的完善，干部了解情况、解决问题的本领有了明显提高。"
)


def wrap(paragraph, width):
    """Cut a paragraph into lines of `width` characters."""
    return [paragraph[at : at + width] for at in range(0, len(paragraph), width)]


def is_running(paragraph):
    return paragraph.endswith("。")


def paged(lines, *, each=7):
    """Put a page number and a running head after every so many lines."""
    out = []
    for at, line in enumerate(lines):
        if at and at % each == 0:
            out += ["", f"— {at // each} —", "", "云浦政协工作文集"]
        out.append(line)
    return out


def paragraphs(text):
    return [text.text[start:end] for start, end in text.spans]


def assert_reads_back(text):
    for start, end in text.spans:
        for a, b in ((start, end), (start, start + 3), ((start + end) // 2, end), (end - 1, end)):
            if a < b <= end and text.text[a:b].strip():
                ref = text.ref(a, b)
                assert read_back(text.source, ref) == ref.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_clean_cleans_the_case(case):
    text = clean(case["source"].translate(SIGNS))
    assert text.text == case["clean"].translate(SIGNS)
    assert_reads_back(text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_clean_reads_every_line_break_alike(case):
    source = case["source"].translate(SIGNS)
    expected = clean(source).text
    for end in ("\r\n", "\r", "\u2028", "\x85", "\r\r\n"):
        assert clean(source.replace("\n", end)).text == expected


@given(st.text(st.characters(exclude_categories=())))
def test_clean_takes_any_text(source):
    text = clean(source)
    assert_reads_back(text)
    pieces = [piece for paragraph in text.paragraphs for piece in paragraph.pieces]
    assert all(piece.start < piece.end for piece in pieces)
    assert all(before.end <= after.start for before, after in pairwise(pieces))


@given(st.text("一是、第1页23.5亿（）“”。，；：中 \u3000\u200b\n\r\f-—"))
def test_clean_takes_any_marks(source):
    assert_reads_back(clean(source))


@given(st.text("一是第1页亿（）“”。，；中 \n\f-", max_size=80))
def test_clean_finds_nothing_more_to_clean_in_its_pieces(source):
    text = clean(source)
    kept = "".join(text.folded[a:b] for paragraph in text.paragraphs for a, b in paragraph.pieces)
    assert kept == text.text.replace("\n", "")


def test_clean_of_nothing_is_empty():
    assert clean("").text == ""
    assert clean(" \n\u3000\n").paragraphs == ()


@pytest.mark.parametrize("at", range(1, len(BODY)))
def test_clean_undoes_one_break_anywhere_in_an_indented_paragraph(at):
    if BODY[at - 1] in "。；：":
        pytest.skip("after a full stop a break may well be a paragraph's end")
    source = f"　　{SECOND}\n　　{BODY[:at]}\n{BODY[at:]}\n　　{SECOND}\n"
    assert clean(source).text == f"{SECOND}\n{BODY}\n{SECOND}"


@pytest.mark.parametrize("at", range(48, len(BODY)))
def test_clean_undoes_one_break_deep_in_a_paragraph(at):
    if BODY[at - 1] in "。；：":
        pytest.skip("after a full stop a break may well be a paragraph's end")
    assert clean(f"{SECOND}\n{BODY[:at]}\n{BODY[at:]}\n{SECOND}\n").text == f"{SECOND}\n{BODY}\n{SECOND}"


@pytest.mark.parametrize("width", range(20, 41))
@pytest.mark.parametrize("pages", [False, True], ids=["plain", "pages"])
def test_clean_restores_wrapped_indented_paragraphs(width, pages):
    lines = []
    for paragraph in SPEECH:
        lines += wrap("　　" * is_running(paragraph) + paragraph, width)
    assert paragraphs(clean("\n".join(paged(lines) if pages else lines))) == SPEECH


@pytest.mark.parametrize("width", range(20, 41))
def test_clean_restores_wrapped_paragraphs_parted_by_blank_lines(width):
    lines = [line for paragraph in SPEECH for line in (*wrap(paragraph, width), "")]
    assert paragraphs(clean("\n".join(lines))) == SPEECH


@pytest.mark.parametrize("width", range(20, 41))
def test_clean_restores_pages_of_wrapped_paragraphs_parted_by_blank_lines(width):
    lines = [line for paragraph in SPEECH for line in (*wrap(paragraph, width), "")]
    found = paragraphs(clean("\n".join(paged(lines))))
    assert "".join(found) == "".join(SPEECH)
    # Where a page ends with a full stop, it cannot be told whether the paragraph does.
    edges = {len("".join(found[:n])) for n in range(len(found))}
    assert edges >= {len("".join(SPEECH[:n])) for n in range(len(SPEECH))}


@pytest.mark.parametrize("width", [21, 24, 28, 33, 38])
def test_clean_restores_wrapped_paragraphs_set_flush(width):
    lines = [line for paragraph in SPEECH for line in wrap(paragraph, width)]
    assert "".join(paragraphs(clean("\n".join(lines)))) == "".join(SPEECH)
    assert set(SPEECH[:3]) <= set(paragraphs(clean("\n".join(lines))))


def test_clean_reports_what_it_dropped():
    source = "\ufeff报告一。\n- 1 -\n云浦文集\n报告二。\n- 2 -\n云浦文集\n报告三。\n=====\n完。"
    text = clean(source)
    assert [(source[a:b], reason) for (a, b), reason in text.dropped] == [
        ("\ufeff", "invisible"),
        ("- 1 -", "page_number"),
        ("云浦文集", "running_head"),
        ("- 2 -", "page_number"),
        ("云浦文集", "running_head"),
        ("=====", "rule"),
    ]


def test_clean_tells_how_a_paragraph_stood():
    text = clean("题目\n\n\n　　第一段，说明情况。\n\f\tA段，说明问题。\n- 1 -\n又一段，提出建议。\n")
    stood = [(p.blank_before, p.indent, p.page_break_before) for p in text.paragraphs]
    assert stood == [(0, 0, False), (2, 2, False), (0, 4, True), (0, 0, True)]


def test_clean_keeps_the_first_line_though_pages_repeat_it():
    pages = [f"云浦市工作简报\n报告{n}，内容如下。\n第{n}页\n" for n in "123"]
    text = clean("".join(pages))
    assert paragraphs(text) == ["云浦市工作简报", *(f"报告{n}，内容如下。" for n in "123")]


def test_clean_keeps_dates_beside_page_numbers():
    source = "讲话一。\n2023年3月5日\n- 1 -\n讲话二。\n2024年1月2日\n- 2 -\n"
    assert paragraphs(clean(source)) == ["讲话一。", "2023年3月5日", "讲话二。", "2024年1月2日"]


def test_clean_drops_a_head_that_comes_again_page_by_page():
    lines = wrap(BODY * 6, 26)
    for at in (44, 33, 22, 11):
        lines.insert(at, "云浦政协工作文集")
    text = clean("\n".join(lines))
    assert text.text == BODY * 6
    assert [reason for _, reason in text.dropped] == ["running_head"] * 4


def test_clean_gives_traditional_text_as_its_simplified_twin():
    assert clean(TRADITIONAL).text == clean(SIMPLIFIED).text == SIMPLIFIED


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\xad", "\u200e", "\x00", "\ufe0f"])
def test_clean_leaves_out_invisible_characters(mark):
    source = mark + mark.join("近3年 建立制度。") + mark
    text = clean(source)
    assert text.text == "近3年建立制度。"
    assert_reads_back(text)


def test_clean_keeps_offsets_through_everything():
    source = "\ufeff　　舉辦 ４０\r\n多次 活動\u200b。\r\n"
    text = clean(source)
    assert text.text == "举办40多次活动。"
    ref = text.ref(2, 6)
    assert ref.text == "４０多次"
    assert [source[a:b] for a, b in ref.fragments] == ["４０", "多次"]


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "corpora" / "speeches" / "text").glob("[ab]*.txt")),
    ids=lambda path: path.stem,
)
def test_clean_leaves_a_paragraph_a_line_alone(path):
    source = path.read_text(encoding="utf-8")
    text = clean(source)
    assert len(text.paragraphs) == sum(bool(line.strip()) for line in source.splitlines())
    assert not text.dropped


def test_clean_leaves_the_real_texts_alone(real_gold):
    for path in sorted(real_gold.glob("*.txt")):
        source = path.read_text(encoding="utf-8")
        text = clean(source)
        assert len(text.paragraphs) == sum(bool(line.strip()) for line in source.splitlines()), path.name
