"""Every format: what is read, and how; every refusal, by its code."""

import importlib.util
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from made_containers import a_7z, old_word
from made_pages import ofd, paragraphs, pdf, set_in_columns
from made_word import numbered, paragraph, word
from tests.reading.made_files import (
    LINES,
    TEXT,
    a_tar,
    a_workbook,
    a_zip,
    an_ole,
    gbk_zip,
    json_lines,
    mail,
    packed,
    portal_page,
    rtf,
)
from zhengxie_nlp.errors import SettingsError, ZhengxieError
from zhengxie_nlp.reading import protocol
from zhengxie_nlp.reading.formats import FORMATS
from zhengxie_nlp.reading.protocol import Blob, Limits, Options
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.reading.sources import unfold

pytest.importorskip("pypdfium2", reason="the extra [files] is not installed")
LONG = (
    "云浦市政协围绕营商环境开展专题调研12次，形成调研报告6篇，推动解决企业反映的问题30余个，得到各方面好评。"
    * 2
)


def read(data, name, **options):
    return list(unfold(Blob(data, name, name.partition(".")[0], name), Options(**options)))


def texts(data, name, **options):
    found = read(data, name, **options)
    assert all(isinstance(one, SourceFile) for one in found), found
    return {one.source.id: one.text for one in found}


def refusal(data, name, **options):
    [found] = read(data, name, **options)
    return found.error.code, str(found.error)


# --- happy paths ----------------------------------------------------------------------------------------


def test_a_page_of_a_portal_gives_its_main_text():
    [page] = read(portal_page(), "a.html")
    lines = page.text.splitlines()
    assert lines[0] == "云浦市政协工作综述"
    assert lines[1].startswith("　　云浦市第2次专题协商")
    assert lines[-1] == "走访企业｜120家"
    assert len(lines) == 14
    assert page.source.encoding == "gb18030"
    assert page.source.media_type == "text/html"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_page_is_read_whatever_encoding_it_says(encoding):
    data = portal_page("utf-8").decode().replace("utf-8", "gb2312").encode(encoding, errors="ignore")
    assert "专题协商" in read(data, "a.htm")[0].text


def test_rtf_carries_its_numbers_and_leaves_out_what_was_deleted():
    [read_] = read(rtf(), "a.rtf")
    lines = [line.strip() for line in read_.text.splitlines() if line.strip()]
    assert lines == [LINES[0], "一、\t抓实理论学习", "保留结束。", "走访企业｜120家"]
    assert read_.source.reading.revisions.deleted == 1
    assert "删去" in texts(rtf(), "a.rtf", revisions="original")["a"]


def test_markdown_loses_its_marks_and_keeps_its_numbers():
    source = (
        "---\ntitle: x\n---\n# 云浦市政协\n\n## 一、抓实**理论学习**\n\n1. 见[报告](http://example.org)。\n"
        "- 走访企业\n\n| 项目 | 数量 |\n|---|---|\n| 走访 | 120家 |\n\n![图](a.png)\n> 引文\\*\n\n---\n"
    )
    [read_] = read(source.encode(), "a.md")
    lines = [line for line in read_.text.splitlines() if line]
    expected = [
        "云浦市政协",
        "一、抓实理论学习",
        "1. 见报告。",
        "走访企业",
        "项目｜数量",
        "走访｜120家",
        "引文*",
    ]
    assert lines == expected
    assert read_.source.reading.dropped == {"picture": 1}


def test_mail_gives_its_body_and_what_hangs_on_it():
    found = texts(mail([("岭东.txt", TEXT.encode("gbk")), ("b.docx", word(paragraph("附件。")))]), "a.eml")
    assert found == {"a": TEXT, "a/岭东.txt": TEXT, "a/b.docx": "附件。\n"}


def test_a_saved_page_is_read_as_a_page():
    head = (
        b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    )
    head += b'\ttype="text/html"; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=gb2312\r\n'
    head += b"Content-Transfer-Encoding: 8bit\r\n\r\n" + portal_page() + b"\r\n--b--\r\n"
    assert texts(head, "a.mht")["a"].splitlines()[0] == "云浦市政协工作综述"


def test_a_workbook_gives_a_text_a_row():
    rows = [
        ["序号", "标题", "单位", "正文"],
        ["1", "为民履职", "岭东区政协", LONG],
        ["2", "议政建言", "", LONG],
    ]
    found = texts(a_workbook({"发言": rows}), "a.xlsx")
    assert found == {"a#2": f"为民履职\n\n岭东区政协\n\n{LONG}\n", "a#3": f"议政建言\n\n{LONG}\n"}


def test_a_workbook_without_texts_is_one_text_a_sheet():
    rows = [["项目", "数量"], ["走访企业", "120家"]]
    found = texts(a_workbook({"甲": rows, "乙": rows}), "a.xlsx")
    assert found == dict.fromkeys(["a#甲", "a#乙"], "项目｜数量\n走访企业｜120家\n")


def test_a_workbook_takes_the_column_that_is_asked_for():
    rows = [["标题", "甲", "乙"], ["题", LONG, "短文。"]]
    assert texts(a_workbook({"表": rows}), "a.xlsx", text_column="乙") == {"a#2": "题\n\n短文。\n"}
    assert refusal(a_workbook({"表": rows}), "a.xlsx", text_column="丙")[0] == "ZX114"


@pytest.mark.parametrize(("delimiter", "name"), [(",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv")])
def test_a_csv_is_read_in_any_encoding(delimiter, name):
    data = delimiter.join(["id", "内容"]) + "\r\n" + delimiter.join(["1", f'"{LONG}\n二、聚焦中心"']) + "\r\n"
    found = texts(data.encode("gbk"), name)
    assert found == {"a#2": f"{LONG}\n二、聚焦中心\n"}


def test_json_lines_of_texts_and_documents_are_read():
    values = [
        {"id": "x1", "text": TEXT},
        {"schema_version": "1.0", "source": {"id": "d"}, "text": "开展调研。"},
    ]
    assert texts(json_lines(values), "a.jsonl") == {"a#x1": TEXT, "a#d": "开展调研。"}
    assert texts(json_lines(values[1:]), "a.json") == {"a": "开展调研。"}


def test_a_line_that_is_no_json_costs_only_itself():
    found = read(json_lines([{"text": TEXT}]) + b"{broken\n" + json_lines([{"no": 1}]), "a.jsonl")
    assert [isinstance(one, SourceFile) for one in found] == [True, False, False]
    assert {one.error.code for one in found[1:]} == {"ZX112"}


MEMBERS = {"报告/岭东.txt": TEXT.encode(), "云浦.docx": word(paragraph("开展调研。"))}
INSIDE = {"a/报告/岭东.txt": TEXT, "a/云浦.docx": "开展调研。\n"}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (gbk_zip(MEMBERS), "a.zip"),
        (a_zip(MEMBERS), "a.zip"),
        (a_zip(MEMBERS, compression=zipfile.ZIP_STORED), "a.zip"),
        (a_tar(MEMBERS), "a.tar"),
        (a_tar(MEMBERS, "w:gz"), "a.tar.gz"),
        (a_tar(MEMBERS, "w:xz"), "a.txz"),
        (a_7z(MEMBERS), "a.7z"),
        (a_7z(MEMBERS, method="lzma"), "a.7z"),
        (a_7z(MEMBERS, method="bzip2"), "a.7z"),
        (a_7z(MEMBERS, method="deflate"), "a.7z"),
        (a_7z(MEMBERS, method="copy"), "a.7z"),
        (a_7z(MEMBERS, encoded=True), "a.7z"),
    ],
)  # fmt: skip
def test_archives_give_what_lies_in_them_under_its_names(data, name):
    assert texts(data, name) == INSIDE


def test_the_plainest_old_word_document_is_read():
    for name in ("a.doc", "a.wps"):
        [found] = read(old_word(TEXT * 60), name)
        assert found.text.split() == (TEXT * 60).split()


@pytest.mark.skipif(
    importlib.util.find_spec("py7zr") is None, reason="py7zr, the other writer of 7z, is absent"
)
@pytest.mark.filterwarnings("ignore")
def test_a_7z_of_another_writer_is_read(tmp_path):
    import py7zr

    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as file:
        for name, data in MEMBERS.items():
            file.writestr(data, name)
    assert texts((tmp_path / "a.7z").read_bytes(), "a.7z") == INSIDE


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz"])
def test_a_single_packed_file_is_read(suffix):
    assert texts(packed(TEXT.encode(), suffix), f"a.txt.{suffix}") == {"a/a.txt": TEXT}


def test_archives_in_archives_are_read_and_litter_is_not():
    inner = a_zip({"b.txt": TEXT.encode(), "__MACOSX/._b.txt": b"\0", ".DS_Store": b"\0"})
    assert texts(a_zip({"x/内.zip": inner}), "a.zip") == {"a/x/内.zip/b.txt": TEXT}


def test_an_old_word_file_is_read_as_the_new_one_is():
    """LibreOffice made the .doc of `made_word.numbered()["official"]`."""
    data = (Path(__file__).parent / "old_word.doc").read_bytes()
    new = texts(numbered()["official"], "a.docx")["a"]
    for name in ("a.doc", "a.wps"):
        [found] = read(data, name)
        assert found.text == new
        assert found.source.reading.converter == "msdoc2docx"
        assert found.notes == ()


def test_an_old_word_file_that_is_cut_short_is_refused():
    data = (Path(__file__).parent / "old_word.doc").read_bytes()
    for part in range(1, 10):
        for found in read(data[: len(data) * part // 10], "a.doc"):
            assert isinstance(found, SourceFile) or found.error.code in ("ZX112", "ZX105", "ZX113", "ZX114")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_old_word_files_where_it_is_asked_for():
    [found] = read((Path(__file__).parent / "old_word.doc").read_bytes(), "a.doc", office="soffice")
    assert found.source.reading.converter == "LibreOffice"
    assert found.text.splitlines()[0].startswith("一、")


def test_libreoffice_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    code, said = refusal((Path(__file__).parent / "old_word.doc").read_bytes(), "a.doc", office="soffice")
    assert code == "ZX402"
    assert "LibreOffice" in said


def test_a_page_nested_without_end_is_refused():
    assert refusal(b"<html><body>" + b"<div>" * 6000 + b"x", "a.html")[0] == "ZX110"


# --- refusals -------------------------------------------------------------------------------------------


def test_nothing_that_is_no_text_is_taken_for_text():
    for data in (portal_page("utf-8"), rtf(), mail(), word(paragraph("甲")), a_zip({"a.txt": b"b"})):
        for found in read(data, "a.txt", mismatch="refuse"):
            assert found.error.code == "ZX113"


def test_a_wrong_name_of_a_document_is_read_with_a_diagnostic():
    [found] = read(rtf(), "a.doc")
    assert found.source.reading.format == "rtf"
    assert next(note.code for note in found.notes) == "not_as_named"
    [found] = read(word(paragraph("甲。")), "a.pdf")
    assert (found.text, found.source.reading.format) == ("甲。\n", "docx")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(500), "a.docx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "a.txt"),
        (b"\x7fELF" + bytes(500), "a.pdf"),
        (a_zip({"a.txt": TEXT.encode()}), "a.doc"),
        (bytes(range(256)) * 20, "a.docx"),
        (TEXT.encode(), "a.zip"),
        (TEXT.encode(), "a.png"),
    ],
)
def test_a_lie_is_refused(data, name):
    code, said = refusal(data, name)
    assert code in ("ZX113", "ZX105"), said


@pytest.mark.parametrize(
    ("streams", "code", "said"),
    [
        (["EncryptedPackage", "EncryptionInfo"], "ZX111", "encrypted"),
        (["PowerPoint Document"], "ZX105", "PowerPoint"),
        (["__properties_version1.0"], "ZX105", "Outlook"),
        (["MatOST", "SPELLING"], "ZX105", "Works"),
        (["Whatever"], "ZX105", "unknown kind"),
    ],
)
def test_what_lies_in_an_old_container_is_refused_by_name(streams, code, said):
    found, message = refusal(an_ole(streams), "a.wps")
    assert (found, said in message) == (code, True)


@pytest.mark.parametrize("name", ["a.pptx", "a.odt", "a.epub", "a.xml", "a.rar", "a.sqlite"])
def test_formats_that_are_not_read_are_refused_by_name(name):
    data = {
        "a.pptx": a_zip({"[Content_Types].xml": "<x/>", "ppt/presentation.xml": "<x/>"}),
        "a.odt": a_zip(
            {"mimetype": "application/vnd.oasis.opendocument.text"}, compression=zipfile.ZIP_STORED
        ),
        "a.epub": a_zip({"mimetype": "application/epub+zip"}, compression=zipfile.ZIP_STORED),
        "a.xml": '<?xml version="1.0"?><TEI>云浦</TEI>'.encode(),
        "a.rar": b"Rar!\x1a\x07\x00" + bytes(50),
        "a.sqlite": b"SQLite format 3\0" + bytes(50),
    }[name]
    assert refusal(data, name)[0] == "ZX105"


def test_encrypted_files_are_named():
    out = io.BytesIO(a_zip({"a.txt": TEXT.encode(), "b.txt": b"x"}))
    data = bytearray(out.getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    data[data.index(b"PK\x03\x04") + 6] |= 1
    found = read(bytes(data), "a.zip")
    assert [one.error.code if not isinstance(one, SourceFile) else "" for one in found] == ["ZX111", ""]
    assert refusal(a_7z({"a.txt": b"b"}, method="aes"), "a.7z")[0] == "ZX111"
    assert refusal(a_7z({"a.txt": b"b"}, method="ppmd"), "a.7z")[0] == "ZX105"


def test_bombs_and_giants_cost_only_themselves():
    bomb = a_zip({"bomb.txt": b"0" * 30_000_000, "good.txt": TEXT.encode()})
    found = read(bomb, "a.zip")
    assert [one.error.code if not isinstance(one, SourceFile) else one.text for one in found] == [
        "ZX110",
        TEXT,
    ]
    small = Limits(bytes=1000)
    for data, name in (
        (
            a_zip({"big.txt": b"0" * 2000, "good.txt": TEXT.encode()}, compression=zipfile.ZIP_STORED)[:],
            "a.zip",
        ),
        (a_tar({"big.txt": b"0" * 2000, "good.txt": TEXT.encode()}), "a.tar"),
    ):
        [one] = read(data, name, limits=small)
        assert one.error.code == "ZX110"
    found = read(a_7z({"big.txt": b"0" * 2000, "good.txt": TEXT.encode()}), "a.7z", limits=small)
    assert [isinstance(one, SourceFile) for one in found] == [False, True]
    assert refusal(packed(b"0" * 5_000_000, "gz"), "a.gz", limits=Limits(bytes=100_000))[0] == "ZX110"


def test_members_nesting_and_unpacked_bytes_are_limited():
    members = {f"{n}.txt": TEXT.encode() for n in range(5)}
    for data, name in ((a_zip(members), "a.zip"), (a_7z(members), "a.7z")):
        assert refusal(data, name, limits=Limits(members=4))[0] == "ZX110"
    found = read(a_tar(members), "a.tar", limits=Limits(members=3))
    assert [isinstance(one, SourceFile) for one in found] == [True] * 3 + [False]
    found = read(a_zip(members), "a.zip", limits=Limits(unpacked=2 * len(TEXT.encode()) + 1))
    assert [isinstance(one, SourceFile) for one in found] == [True, True, False]
    deep = a_zip({"a.txt": TEXT.encode()})
    for _ in range(3):
        deep = a_zip({"in.zip": deep, "b.txt": TEXT.encode()})
    found = read(deep, "a.zip", limits=Limits(nesting=2))
    assert [one.error.code for one in found if not isinstance(one, SourceFile)] == ["ZX110"]
    assert sum(isinstance(one, SourceFile) for one in found) == 2


def whole_files():
    page = set_in_columns(paragraphs(5), 2)
    return {
        "a.docx": word(paragraph("开展调研。" * 50)),
        "a.pdf": pdf(page),
        "a.ofd": ofd(page),
        "a.xlsx": a_workbook({"甲": [["正文"], [LONG]]}),
        "a.zip": a_zip({"a.txt": TEXT.encode() * 20}),
        "a.7z": a_7z({"a.txt": TEXT.encode() * 20}),
        "a.tar": a_tar({"a.txt": TEXT.encode() * 20}),
        "a.tgz": a_tar({"a.txt": TEXT.encode() * 20}, "w:gz"),
        "a.eml": mail([("b.docx", word(paragraph("附件。")))]),
        "a.html": portal_page(),
        "a.rtf": rtf(),
        "a.wps": an_ole(["WordDocument", "1Table"]),
        "a.jsonl": json_lines([{"text": TEXT}]),
        "a.csv": f"id,正文\n1,{LONG}\n".encode(),
    }


@pytest.mark.parametrize("name", sorted(whole_files()))
def test_whatever_is_cut_or_changed_is_an_error_of_ours_or_a_text(name):
    data = whole_files()[name]
    tried = [data[: len(data) * part // 12] for part in range(1, 12)]
    tried += [
        data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        for at in range(7, len(data), len(data) // 25 + 1)
    ]
    for one in tried:
        for found in read(one, name, ocr=False):
            assert isinstance(found, SourceFile) or isinstance(found.error, ZhengxieError)


def test_a_missing_extra_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(protocol, "import_module", missing)
    for name, data in whole_files().items():
        if name in ("a.docx", "a.pdf", "a.ofd", "a.xlsx", "a.html", "a.rtf", "a.wps"):
            [found] = read(data, name)
            assert isinstance(found.error, SettingsError), name
            assert "pip install '.[files]'" in str(found.error)


def test_the_original_of_a_mismatch_is_never_a_second_format():
    names = [form.name for form in FORMATS]
    assert len(names) == len(set(names))
    assert names[-1] == "txt"
