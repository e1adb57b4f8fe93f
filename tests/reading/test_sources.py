"""Folders, archives and names: every text in a path, failures as values."""

import io
import os
import sys

import pytest

from tests.reading.made_files import TEXT, a_zip, gbk_zip
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.reading.names import decode_name, readable_path
from zhengxie_nlp.reading.protocol import Limits, Options, Unread
from zhengxie_nlp.reading.sources import read_all, read_sources


def told(found):
    return [(one.path, one.error.code) if isinstance(one, Unread) else one.source.id for one in found]


def test_read_sources_goes_through_folders_in_the_order_of_names(tmp_path):
    for name in ("b/2.txt", "b/10.txt", "a.txt", ".hidden.txt", "~$a.docx", "c/d/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    (tmp_path / "z.bin").write_bytes(bytes(range(256)) * 9)
    found = told(read_sources(tmp_path))
    assert found == ["a.txt", "b/10.txt", "b/2.txt", "c/d/e.txt", (str(tmp_path / "z.bin"), "ZX105")]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_read_sources_follows_no_link_to_a_folder(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "ring").symlink_to(tmp_path)
    (tmp_path / "to.txt").symlink_to(tmp_path / "a.txt")
    assert told(read_sources(tmp_path)) == ["a.txt", "to.txt"]


def test_read_sources_of_one_file_and_an_archive(tmp_path):
    file = tmp_path / "岭东.txt"
    file.write_text(TEXT, encoding="utf-8")
    archive = tmp_path / "发言.zip"
    archive.write_bytes(gbk_zip({"2023/报告.txt": TEXT.encode(), "坏.txt": bytes(range(256)) * 9}))
    assert told(read_sources(file)) == ["岭东"]
    found = list(read_sources(archive))
    assert told(found) == ["发言/2023/报告.txt", (f"{archive}!/坏.txt", "ZX105")]
    assert found[0].source.path == f"{archive}!/2023/报告.txt"


def test_read_sources_never_raises(tmp_path):
    assert told(read_sources(tmp_path / "nowhere")) == [(str(tmp_path / "nowhere"), "ZX101")]
    assert told(read_sources(tmp_path)) == [(str(tmp_path), "ZX114")]
    big = tmp_path / "big.txt"
    big.write_bytes(b"0" * 100)
    assert told(read_sources(big, options=Options(limits=Limits(bytes=99)))) == [(str(big), "ZX110")]


def test_read_sources_takes_standard_input(monkeypatch):
    class Stdin:
        buffer = io.BytesIO(a_zip({"a.txt": TEXT.encode(), "b.txt": TEXT.encode()}))

    monkeypatch.setattr(sys, "stdin", Stdin())
    assert told(read_sources("-")) == ["stdin/a.txt", "stdin/b.txt"]


def test_read_all_gives_nothing_of_several_where_one_is_wanted(tmp_path):
    archive = tmp_path / "a.zip"
    archive.write_bytes(a_zip({"a.txt": TEXT.encode(), "b.txt": TEXT.encode()}))
    assert told(read_all([archive, archive])) == ["a/a.txt", "a/b.txt"] * 2
    assert told(read_all([archive], only_one=True)) == [(str(archive), "ZX115")]


@pytest.mark.skipif(sys.platform == "win32" or sys.platform == "darwin", reason="names are Unicode there")
def test_a_file_name_that_is_no_utf8_is_read_as_chinese_and_can_be_printed(tmp_path):
    raw = os.fsencode(tmp_path) + b"/" + "报告.txt".encode("gbk")
    with open(raw, "wb") as file:
        file.write(TEXT.encode())
    [found] = read_sources(tmp_path)
    assert found.source.id == "报告.txt"
    assert "报告" in Pipeline(model=None).extract_file(os.fsdecode(raw)).model_dump_json()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_decode_name_reads_chinese_names(encoding):
    assert decode_name("政协发言材料".encode(encoding)) == "政协发言材料"


def test_readable_path_leaves_good_names_alone(tmp_path):
    assert readable_path(tmp_path / "报告.txt") == str(tmp_path / "报告.txt")
