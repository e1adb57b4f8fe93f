"""Bytes that are no text, encodings that are a guess, text that was encoded twice: what is said of each."""

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import ReadError, SettingsError
from zhengxie_nlp.pipeline import Settings
from zhengxie_nlp.reading.encodings import decode
from zhengxie_nlp.reading.files import read_file
from zhengxie_nlp.reading.protocol import Options

TEXT = "云浦市政协机关开展读书活动，委员履职尽责，成效明显。"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "hz", "utf-7", "utf-16-le"])
def test_decode_finds_the_encoding_and_has_no_doubt(encoding):
    decoded = decode(TEXT.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.doubt) == (TEXT, encoding, "")


@pytest.mark.parametrize("taken_for", ["latin-1", "gb18030"])
def test_decode_says_when_a_text_was_encoded_twice(taken_for):
    raw = TEXT.encode()
    while True:
        try:
            twice = raw.decode(taken_for)
            break
        except UnicodeDecodeError as error:
            raw = raw[: error.start]
    assert f"once read as {taken_for}" in decode(twice.encode()).doubt


@pytest.mark.parametrize("text", [TEXT, "1+1=2, a~{b}~", "Zürich: 政协", "乡镇 A+B+C", "+8613800000000-1"])
def test_decode_takes_no_plain_text_for_encoded_twice_or_of_seven_bits(text):
    decoded = decode(text.encode())
    assert (decoded.text, decoded.doubt) == (text, "")


@pytest.mark.parametrize("text", ["学习", "委员"])
def test_decode_says_that_a_few_bytes_are_a_guess(text):
    assert decode(text.encode("gbk")).doubt.startswith("The encoding is a guess")
    assert decode(text.encode("gbk"), encoding="gbk").doubt == ""
    assert decode(text.encode()).doubt == ""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bad_bytes_are_refused_or_replaced_with_a_diagnostic_at_each(tmp_path, encoding):
    half = TEXT[:10].encode(encoding)
    (tmp_path / "a.txt").write_bytes(half + b"\xff" + TEXT[10:].encode(encoding))
    with pytest.raises(ReadError, match="ZX104"):
        read_file(tmp_path / "a.txt")
    document = Pipeline().extract_file(tmp_path / "a.txt", options=Options(errors="replace"))
    assert document.text.replace("\ufffd", "") == TEXT
    noted = [note.ref.fragments for note in document.diagnostics if note.code == "replaced_byte"]
    assert noted == [((10, 11),)]


def test_nul_gives_way_and_is_said():
    document = Pipeline().extract("一是开展\x00活动。")
    assert document.text == "一是开展\ufffd活动。"
    assert "\\u0000" not in document.model_dump_json()
    assert [note.ref.fragments for note in document.diagnostics if note.code == "replaced_character"] == [
        ((4, 5),)
    ]


@pytest.mark.parametrize("given", [None, TEXT.encode(), 3])
def test_what_is_no_text_is_refused_by_name(given):
    with pytest.raises(ReadError, match=r"ZX116.*a text is wanted"):
        Pipeline().extract(given)


@pytest.mark.parametrize(
    "wrong", [{"min_confidence": 2}, {"words": "nosuch"}, {"nosuch": 1}, {"words": "hanlp"}]
)
def test_settings_that_cannot_be_are_coded(wrong):
    with pytest.raises(SettingsError, match="ZX404"):
        Settings(**wrong)
