"""What stands in a Word document, in the order in which a reader of the page meets it."""

import io
import zipfile

import pytest

from made_word import heading_style, paragraph, run, word
from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.files import read_bytes
from zhengxie_nlp.reading.protocol import Limits, Options

pytest.importorskip("lxml", reason="the extra [files] is not installed")

WHO = 'w:id="1" w:author="某" w:date="2023-01-01T00:00:00Z"'
INSERTED = f"<w:ins {WHO}>{run('四十')}</w:ins>"
DELETED = f"<w:del {WHO}><w:r><w:delText>三十</w:delText></w:r></w:del>"


def text(body, **more):
    return read_bytes(word(body, **more), id="a").text


def cell(inner, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows):
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def test_cells_of_a_row_do_not_run_together():
    body = table(
        [cell(paragraph(one)) for one in ("项目", "数量", "责任单位")],
        [cell(paragraph(one)) for one in ("走访企业", "120家", "岭东区政协")],
    )
    assert text(body) == "项目｜数量｜责任单位\n走访企业｜120家｜岭东区政协\n"
    document = Pipeline().extract(text(body))
    assert all("家岭东" not in record.ref.text for record in document.records)


def test_a_cell_of_several_paragraphs_is_text():
    body = table([cell(paragraph("第一段。") + paragraph("第二段。")), cell(paragraph("旁注"))])
    assert text(body) == "第一段。\n第二段。\n旁注\n"


def test_a_merged_cell_is_read_once():
    down = [cell(paragraph("合并"), '<w:vMerge w:val="restart"/>'), cell(paragraph("甲"))]
    body = table(down, [cell(paragraph("合并"), "<w:vMerge/>"), cell(paragraph("乙"))])
    assert text(body) == "合并｜甲\n乙\n"


def test_tracked_changes_are_read_as_accepted_or_original():
    data = word(f"<w:p>{run('开展调研')}{DELETED}{INSERTED}{run('次。')}</w:p>")
    accepted = read_bytes(data, id="a")
    assert accepted.text == "开展调研四十次。\n"
    assert accepted.source.reading.revisions.model_dump() == {
        "taken": "accepted",
        "inserted": 1,
        "deleted": 1,
    }
    assert [note.code for note in accepted.notes] == ["tracked_changes"]
    original = read_bytes(data, id="a", options=Options(revisions="original"))
    assert original.text == "开展调研三十次。\n"


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    first = f"<w:p><w:pPr><w:rPr><w:del {WHO}/></w:rPr></w:pPr>{run('健全')}</w:p>"
    assert text(first + paragraph("学习制度。")) == "健全学习制度。\n"


def test_text_boxes_stand_behind_their_paragraph_and_fallbacks_are_left_out():
    box = (
        "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"<w:txbxContent>{paragraph('框中文字。')}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><w:txbxContent>{paragraph('框中文字。')}</w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    body = f"<w:p>{run('前文，')}<w:r>{box}</w:r>{run('后文。')}</w:p>{paragraph('下一段。')}"
    assert text(body) == "前文，后文。\n框中文字。\n下一段。\n"


def test_footnotes_stand_behind_the_paragraph_that_calls_them():
    call = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = (
        f'<w:footnote w:id="0" w:type="separator"/><w:footnote w:id="2">{paragraph("据统计。")}</w:footnote>'
    )
    body = f"<w:p>{run('走访企业')}{call}{run('120家。')}</w:p>{paragraph('下一段。')}"
    assert text(body, parts={"footnotes": notes}) == "走访企业120家。\n注：据统计。\n下一段。\n"


def test_what_is_no_text_of_the_page_is_left_out_and_counted():
    body = (
        paragraph("目录项 1", style="T1")
        + f"<w:p>{run('正文')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        + "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        + f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('第三')}"
        + "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        + "<w:r><w:drawing/></w:r></w:p>"
    )
    contents = heading_style("T1").replace('w:val="T1"', 'w:val="toc 1"')
    read = read_bytes(word(body, styles=contents, parts={"comments": "<w:comment/>"}), id="a")
    assert read.text == "正文第三\n"
    dropped = {"comment": 1, "hidden_text": 1, "picture": 1, "table_of_contents": 1}
    assert read.source.reading.dropped == dropped


def test_pages_are_known_where_word_has_laid_them_out():
    body = paragraph("第一页。") + f"<w:p><w:r><w:lastRenderedPageBreak/></w:r>{run('第二页。')}</w:p>"
    read = read_bytes(word(body), id="a")
    assert read.text == "第一页。\n第二页。\n"
    assert read.source.reading.pages == 2
    assert [read.layout.page_at(read.text.index(word_)) for word_ in ("第一", "第二")] == [1, 2]
    document = Pipeline().extract("一")
    assert document.layout is None


def test_a_document_without_text_or_main_part_is_refused():
    with pytest.raises(ReadError) as caught:
        read_bytes(word("<w:p/>"), id="a")
    assert caught.value.code == "ZX114"
    with pytest.raises(ReadError) as caught:
        read_bytes(word(paragraph("甲"))[:-300], id="a", path="a.docx")
    assert caught.value.code in ("ZX112", "ZX113")


def test_xml_that_is_broken_or_immense_is_refused():
    data = word("<w:p>")
    with pytest.raises(ReadError) as caught:
        read_bytes(data, id="a")
    assert caught.value.code == "ZX112"
    big = word(paragraph("甲" * 3_000_000))
    with pytest.raises(ReadError) as caught:
        read_bytes(big, id="a")
    assert caught.value.code == "ZX110"
    with pytest.raises(ReadError) as caught:
        read_bytes(word(paragraph("甲乙丙丁")), id="a", options=Options(limits=Limits(characters=3)))
    assert caught.value.code == "ZX110"


def test_entities_are_not_resolved():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word(paragraph("甲")))) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info).decode()
            if info.filename == "word/document.xml":
                lol = '<!DOCTYPE a [<!ENTITY b "' + "x" * 100 + '">]>'
                data = lol + data.replace("甲", "甲&b;")
            new.writestr(info.filename, data)
    assert "xxx" not in read_bytes(out.getvalue(), id="a").text
