"""Files: the text unchanged, where it came from, and errors that say what to do."""

import io
import os
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from zhengxie_nlp import __version__
from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.reading.files import read_bytes, read_file, read_stdin
from zhengxie_nlp.reading.protocol import Limits, Options

TEXT = "云浦市政协机关\r\n\r\n　　全年组织委员视察12次。\r\n"


class Stdin:
    def __init__(self, data):
        self.buffer = io.BytesIO(data)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "2023-03 云浦.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    return path


def test_read_file_gives_the_text_unchanged_and_its_source(file):
    read = read_file(file)
    assert read.text == TEXT
    assert read.source.model_dump() == {
        "id": "2023-03 云浦",
        "path": str(file),
        "sha256": sha256(TEXT.encode("gb18030")).hexdigest(),
        "encoding": "gb18030",
        "media_type": "text/plain",
        "reading": {
            "format": "txt",
            "converter": "zhengxie_nlp",
            "version": __version__,
            "pages": None,
            "pages_without_text": (),
            "ocr_share": 0.0,
            "dropped": {},
            "revisions": None,
            "losses": (),
        },
    }


def test_read_file_takes_a_path_as_text_and_an_encoding(file):
    assert read_file(str(file), encoding="gbk") == read_file(file)


def test_read_file_of_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", Stdin(TEXT.encode()))
    read = read_file("-")
    assert read.text == TEXT
    assert (read.source.id, read.source.path, read.source.encoding) == ("stdin", None, "utf-8")


def test_read_stdin_that_is_closed_says_so(monkeypatch):
    stdin = Stdin(b"")
    stdin.buffer.close()
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(ReadError, match="standard input could not be read") as caught:
        read_stdin()
    assert caught.value.code == "ZX108"


def test_read_stdin_that_is_not_there_says_so(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ReadError) as caught:
        read_stdin()
    assert caught.value.code == "ZX108"


def test_read_bytes_keeps_the_id(file):
    read = read_bytes(file.read_bytes(), id="speech-1")
    assert (read.text, read.source.id, read.source.path) == (TEXT, "speech-1", None)


def test_read_file_that_is_missing_says_what_is_there(tmp_path):
    with pytest.raises(ReadError) as caught:
        read_file(tmp_path / "2023" / "march.txt")
    assert caught.value.code == "ZX101"
    assert caught.value.where == str(tmp_path / "2023" / "march.txt")
    assert f"“{tmp_path}” is there" in caught.value.hint
    with pytest.raises(ReadError, match="Check the name"):
        read_file(tmp_path / "march.txt")


def test_read_file_of_a_directory_says_what_to_name(tmp_path):
    with pytest.raises(ReadError, match="this is a directory") as caught:
        read_file(tmp_path)
    assert caught.value.code == "ZX102"
    assert "*.txt" in caught.value.hint


def test_read_file_without_permission_says_so(file, monkeypatch):
    def refuse(self, *_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ReadError, match="no permission") as caught:
        read_file(file)
    assert caught.value.code == "ZX103"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_read_file_without_permission_says_so_for_a_real_file(file):
    file.chmod(0)
    with pytest.raises(ReadError) as caught:
        read_file(file)
    assert caught.value.code == "ZX103"


def test_read_file_says_what_else_went_wrong(file, monkeypatch):
    def fail(self, *_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(ReadError, match="Input/output error") as caught:
        read_file(file)
    assert caught.value.code == "ZX108"


def test_read_file_refuses_a_path_that_cannot_be():
    with pytest.raises(ReadError) as caught:
        read_file("a\x00b.txt")
    assert caught.value.code == "ZX108"


def test_read_file_names_the_file_in_what_is_wrong_with_it(tmp_path):
    path = tmp_path / "empty.txt"
    path.write_bytes(b"\n")
    with pytest.raises(ReadError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("ZX106", str(path))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_device_without_end_is_refused_at_the_limit():
    with pytest.raises(ReadError, match=r"\[ZX110\] /dev/zero: .* more than the limit of 1,000"):
        read_file("/dev/zero", options=Options(limits=Limits(bytes=1000)))
