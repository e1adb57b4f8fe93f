"""Pages: columns in reading order, paragraphs whole, heads and numbers out, every character in its box."""

import io
import itertools

import pytest

from made_pages import Set, ofd, paragraphs, pdf, row_by_row, set_in_columns
from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.files import read_bytes
from zhengxie_nlp.reading.pages.glyphs import Glyph, GlyphPage, is_vertical
from zhengxie_nlp.reading.pages.paragraphs import compose
from zhengxie_nlp.reading.protocol import Limits, Options

pytest.importorskip("pypdfium2", reason="the extra [files] is not installed")

TITLE, HEAD = "云浦市政协全会发言摘登", "云浦日报　2023年3月5日"
WRITERS = {"pdf": pdf, "ofd": ofd}


def placed(columns, *, seed=1, count=40, rowwise=True):
    texts = paragraphs(count, seed=seed)
    lines = set_in_columns(texts, columns, title=TITLE, head=HEAD)
    return texts, row_by_row(lines) if rowwise else lines


@pytest.mark.parametrize(("columns", "kind"), list(itertools.product((1, 2, 3), WRITERS)))
def test_paragraphs_of_columns_are_whole(columns, kind):
    whole = total = 0
    for seed, rowwise in itertools.product(range(3), (True, False)):
        texts, lines = placed(columns, seed=seed, rowwise=rowwise)
        read = read_bytes(WRITERS[kind](lines), id="a")
        found = read.text.splitlines()
        assert found[0] == TITLE
        whole, total = whole + sum(text in found for text in texts), total + len(texts)
        assert read.ordered
        assert read.source.reading.dropped == {"page_number": 3, "running_head": 3}
    assert whole / total >= 0.98


@pytest.mark.parametrize("kind", list(WRITERS))
def test_every_character_has_its_page_and_box(kind):
    texts, lines = placed(2)
    read = read_bytes(WRITERS[kind](lines), id="a")
    assert [page.number for page in read.layout.pages] == [1, 2, 3]
    for text in texts:
        at = read.text.index(text)
        line = next(one for one in lines if text.startswith(one.text) and one.column >= 0)
        box = read.layout.boxes(at, at + 1)[0]
        assert box.page == line.page == read.layout.page_at(at)
        assert box.left == pytest.approx(line.left, abs=1.5)
        assert box.top == pytest.approx(line.top, abs=3)
        assert box.right - box.left == pytest.approx(line.size, abs=1.5)


def test_a_document_carries_its_layout_and_loses_nothing_in_json():
    _, lines = placed(2, count=10)
    file = read_bytes(pdf(lines), id="a", path="a.pdf")
    document = Pipeline(model=None).analyze_file(file).document
    assert document.layout == file.layout
    assert type(document).parse(document.model_dump_json()) == document
    quantity = next(record for record in document.records if record.type == "quantity")
    assert quantity.ocr_score is None
    assert document.layout.boxes(*quantity.ref.fragments[0])


def test_the_order_of_the_file_is_kept_where_it_agrees_with_the_columns():
    left = [Set(1, 0, n, 60, 100 + 20 * n, 10, "左栏文字左栏文字左栏文字左栏文字左栏文") for n in range(10)]
    right = [Set(1, 1, n, 320, 100 + 20 * n, 10, "右栏文字右栏文字右栏文字右栏文字右栏文") for n in range(10)]
    assert read_bytes(pdf(left + right), id="a").text.startswith("左")
    assert read_bytes(pdf(right + left), id="a").text.startswith("右")
    assert read_bytes(pdf(row_by_row(left + right)), id="a").text.startswith("左")


def test_cells_of_a_table_do_not_run_together():
    rows = [
        ("项目名称", "120家", "岭东区政协"),
        ("走访企业", "35场", "学习委员会"),
        ("举办讲堂", "6篇", "提案委员会"),
    ]
    cells = [
        Set(1, column, row, 60 + 150 * column, 100 + 20 * row, 10, text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    lines = read_bytes(pdf(cells), id="a").text.splitlines()
    assert lines == ["｜".join(row) for row in rows]


def test_a_number_that_goes_on_in_the_next_column_stays_whole():
    texts = ["全年围绕营商环境组织委员走访企业" + "并梳理问题清单" * 30 + "共计1200余户，成效明显。"]
    read = read_bytes(pdf(row_by_row(set_in_columns(texts, 2, rows=6))), id="a")
    assert texts[0] in read.text.splitlines()


def vertical(text, rows=20):
    glyphs = []
    for at, character in enumerate(text):
        column, row = divmod(at, rows)
        left, top = 500 - 24 * column, 60 + 16 * row
        glyphs.append(Glyph(character, left, top, left + 14, top + 14))
    return GlyphPage(1, 595, 842, glyphs, is_vertical(glyphs))


def test_a_vertical_page_is_recognised_and_read_from_the_right():
    text = "云浦市政协围绕营商环境开展专题调研十二次形成调研报告六篇推动解决问题三十余个各方面反映良好"
    page = vertical(text)
    assert page.vertical
    composed = compose([page])
    assert composed.text == text + "\n"
    assert composed.layout.pages[0].vertical
    [first, *_] = composed.layout.boxes(0, 1)
    assert (first.left, first.top) == (500, 60)
    [last, *_] = composed.layout.boxes(21, 22)
    assert (last.left, last.top) == pytest.approx((476, 76), abs=0.5)


def test_a_pdf_that_cannot_be_read_is_refused():
    _, lines = placed(1, count=30)
    data = pdf(lines)
    for broken, code in (
        (b"%PDF-1.4\n" + b"x" * 99, "ZX112"),
        (pdf([Set(1, 0, 0, 60, 60, 10, " ")]), "ZX114"),
    ):
        with pytest.raises(ReadError) as caught:
            read_bytes(broken, id="a", options=Options(ocr=False))
        assert caught.value.code == code
    with pytest.raises(ReadError) as caught:
        read_bytes(data, id="a", options=Options(limits=Limits(pages=1)))
    assert caught.value.code == "ZX110"


def test_a_pdf_that_asks_for_a_password_is_named():
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab, which encrypts, is absent")
    from reportlab.lib.pdfencrypt import StandardEncryption

    out = io.BytesIO()
    page = canvas.Canvas(out, encrypt=StandardEncryption("secret"))
    page.drawString(50, 700, "text")
    page.save()
    with pytest.raises(ReadError) as caught:
        read_bytes(out.getvalue(), id="a")
    assert caught.value.code == "ZX111"


def test_pages_without_text_are_listed():
    _, lines = placed(1, count=5)
    lines = [*lines, Set(2, 0, 0, 60, 60, 10, " ")]
    read = read_bytes(pdf(lines), id="a", options=Options(ocr=False))
    assert read.source.reading.pages_without_text == (2,)
    assert "pages_without_text" in {note.code for note in read.notes}


def test_radicals_in_the_text_of_a_pdf_make_markers():
    lines = [
        Set(1, 0, n, 60, 100 + 40 * n, 10, text)
        for n, text in enumerate(("⼀、抓实理论学习", "⼆、聚焦中⼼任务"))
    ]
    document = Pipeline(model=None).analyze_file(read_bytes(pdf(lines), id="a")).document
    assert [node.marker.ordinal for node in document.speeches[0].nodes] == [1, 2]
