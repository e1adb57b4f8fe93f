"""Where a record stands on the pages of its source: its boxes, and the picture behind them."""

import base64
import json
import struct
import zlib

import pytest

from zhengxie_nlp.outputs.page.pictures import grey_png, page_pictures
from zhengxie_nlp.outputs.page.render import document_page
from zhengxie_nlp.records import Document, Layout, Page

TEXT = "开展活动40多次。\n召开会议12场。"


@pytest.fixture(scope="module")
def document():
    """Two lines on two pages; a record across each, and one on both."""
    layout = Layout(
        pages=(
            Page(number=1, start=0, width=600, height=800),
            Page(number=2, start=10, width=600, height=800),
        ),
        runs=((0, 9, 1, 100, 50, 280, 70, None), (10, 18, 2, 100, 90, 260, 110, None)),
    )
    one = {"type": "quantity", "value": "40", "unit": "次"}
    records = [
        {**one, "id": "q1", "ref": {"text": "40多次", "fragments": [[4, 8]]}},
        {**one, "id": "q2", "ref": {"text": "12场", "fragments": [[14, 17]]}},
    ]
    whole = {
        "source": {"id": "pages"},
        "text": TEXT,
        "records": records,
        "layout": json.loads(layout.model_dump_json()),
    }
    return Document.parse(json.dumps(whole))


def test_a_record_is_boxed_on_its_page(show, document):
    page = show(document_page(document))
    page.find("#text .s.quantity").click()
    (left, top, width) = page.run(
        "const box = document.querySelector('.boxed');"
        "return [box.getAttribute('x'), box.getAttribute('y'), box.getAttribute('width')].map(Number)"
    )
    (box,) = document.layout.boxes(4, 8)
    assert (left + 1.5, top + 1.5, width - 3) == pytest.approx((box.left, box.top, box.right - box.left))
    assert "第 1 页" in page.find(".detail .offsets").text
    assert "第 1 页" in page.find(".citation").text
    page.run("document.querySelectorAll('#text .s.quantity')[1].click()")
    assert "第 2 页" in page.find(".detail .offsets").text


def test_a_picture_stands_behind_the_boxes(show, document):
    numpy = pytest.importorskip("numpy")
    picture = grey_png(numpy.full((80, 61), 200, dtype=numpy.uint8))
    images = {1: f"data:image/png;base64,{base64.b64encode(picture).decode()}"}
    page = show(document_page(document, images=images))
    page.find("#text .s.quantity").click()
    assert page.find(".page-drawing image")
    page.wait(
        "return new Promise((done) => { const one = new Image();"
        "one.onload = () => done(one.naturalWidth === 61);"
        "one.src = document.querySelector('.page-drawing image').getAttribute('href'); })"
    )


def test_grey_png_holds_every_dot():
    numpy = pytest.importorskip("numpy")
    made = grey_png(numpy.array([[0, 255, 128], [16, 32, 48]], dtype=numpy.uint8))
    at = made.index(b"IDAT")
    (length,) = struct.unpack(">I", made[at - 4 : at])
    assert zlib.decompress(made[at + 4 : at + 4 + length]) == bytes([0, 0x0F, 0x88, 0, 0x12, 0x33])


def test_pictures_of_a_pdf(tmp_path):
    pytest.importorskip("pypdfium2", reason="the extra [files] is not installed")
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab, with which tests make PDFs")
    path = tmp_path / "a.pdf"
    made = canvas.Canvas(str(path))
    made.drawString(100, 700, "40 activities")
    made.showPage()
    made.save()
    from zhengxie_nlp.reading.files import read_file

    read = read_file(path)
    document = Document(source=read.source, text=read.text, layout=read.layout)
    pictures = page_pictures(path, document)
    assert list(pictures) == [1]
    assert pictures[1].startswith("data:image/png;base64,")


def test_a_file_without_pages_has_no_pictures(tmp_path):
    document = Document.parse(json.dumps({"source": {"id": "x"}, "text": "x"}))
    assert page_pictures(tmp_path / "none.txt", document) == {}
