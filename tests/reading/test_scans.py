"""Scans: text recognised in pictures, in reading order, with its scores; skipped without the extra [ocr]."""

import pytest

from made_pages import a_font, paragraphs, picture, set_in_columns, upright
from zhengxie_nlp.errors import ReadError, SettingsError
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.files import read_bytes
from zhengxie_nlp.reading.pages import pictures
from zhengxie_nlp.reading.protocol import Options

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def test_without_the_extra_a_picture_says_what_to_install(monkeypatch):
    def missing(module, **extra):
        raise SettingsError("ZX402", "rapidocr is not installed", hint="pip install '.[ocr]'")

    monkeypatch.setattr(pictures, "_engine", lambda: missing("rapidocr"))
    with pytest.raises(SettingsError, match=r".\[ocr\]"):
        read_bytes(PNG, id="a", path="a.png")


def test_pictures_that_are_not_to_be_recognised_are_refused():
    with pytest.raises(ReadError) as caught:
        read_bytes(PNG, id="a", path="a.png", options=Options(ocr=False))
    assert caught.value.code == "ZX105"


@pytest.fixture
def font():
    pytest.importorskip("rapidocr", reason="the extra [ocr] is not installed")
    pytest.importorskip("onnxruntime", reason="the extra [ocr] is not installed")
    found = a_font()
    if found is None:
        pytest.skip("no font with Chinese characters is installed")
    return found


@pytest.mark.filterwarnings("ignore")
def test_a_scan_of_two_columns_is_read_in_order_and_its_records_say_so(font):
    texts = paragraphs(4, seed=2)
    # Both columns are filled: eight rows each.
    data = picture(set_in_columns(texts, 2, rows=9), font=font, dots=150)
    read = read_bytes(data, id="a", path="a.png")
    lines = [line.replace("%", "％").replace(" ", "") for line in read.text.splitlines()]
    assert sum(text in lines for text in texts) >= 3
    report = read.source.reading
    assert (report.format, report.converter, report.ocr_share, report.pages) == ("scan", "rapidocr", 1.0, 1)
    assert read.layout.unit == "px"
    document = Pipeline(model=None).analyze_file(read).document
    scores = [record.ocr_score for record in document.records]
    assert scores
    assert all(0.5 < score <= 1 for score in scores)
    assert "recognised_text" in {note.code for note in document.diagnostics}
    assert type(document).parse(document.model_dump_json()) == document


@pytest.mark.filterwarnings("ignore")
def test_a_vertical_scan_is_said_and_read_from_the_right(font):
    texts = paragraphs(1, seed=4)
    _, data = upright(texts, font=font, rows=24)
    read = read_bytes(data, id="a", path="a.png")
    assert read.layout.pages[0].vertical
    assert "vertical_page" in {note.code for note in read.notes}
    assert read.text.startswith(texts[0][:6])


@pytest.mark.filterwarnings("ignore")
def test_a_picture_that_is_broken_is_refused():
    pytest.importorskip("rapidocr", reason="the extra [ocr] is not installed")
    with pytest.raises(ReadError) as caught:
        read_bytes(PNG, id="a", path="a.png")
    assert caught.value.code == "ZX112"
