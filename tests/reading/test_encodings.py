"""Encodings: found without being told, also in a short line; what is no text is said to be none."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.reading.encodings import decode

SIMPLIFIED = "云浦市政协召开协商座谈会，围绕老旧小区改造建言。\r\n"
TRADITIONAL = "雲浦市政協召開協商座談會，圍繞老舊小區改造建言。\r\n"
SHORT_SIMPLIFIED = "全年组织委员视察12次，形成报告5份。"
SHORT_TRADITIONAL = "全年組織委員視察12次，形成報告5份。"


@pytest.mark.parametrize("text", [SIMPLIFIED, SIMPLIFIED * 40, SHORT_SIMPLIFIED])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_decode_finds_the_encoding_of_simplified_text(text, encoding):
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text, encoding)


@pytest.mark.parametrize("text", [TRADITIONAL, TRADITIONAL * 40, SHORT_TRADITIONAL])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be"])
def test_decode_finds_the_encoding_of_traditional_text(text, encoding):
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text, encoding)


@pytest.mark.parametrize("name", ["gbk", "gb2312"])
def test_decode_reads_gbk_as_the_gb18030_that_holds_it(name):
    data = SIMPLIFIED.encode(name)
    assert decode(data).encoding == decode(data, encoding=name).encoding == "gb18030"


def test_decode_finds_the_member_of_the_big5_family():
    text = "政協於二〇〇九年十二月召開座談會，研究招商引資工作。"
    data = text.encode("big5hkscs")
    assert decode(data).text == decode(data, encoding="big5").text == text


@pytest.mark.parametrize(
    ("mark", "encoding", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    ],
)
def test_decode_leaves_out_the_byte_order_mark(mark, encoding, name):
    decoded = decode(mark + SIMPLIFIED.encode(encoding))
    assert (decoded.text, decoded.encoding) == (SIMPLIFIED, name)
    again = decode(mark + SIMPLIFIED.encode(encoding), encoding=decoded.encoding)
    assert again.text == SIMPLIFIED


def test_decode_keeps_line_ends_as_they_are():
    assert decode("一\r\n二\n三\r四".encode("gbk"), encoding="gbk").text == "一\r\n二\n三\r四"


def test_decode_reads_ascii_as_utf_8():
    assert decode(b"GDP 5.6%\n").encoding == "utf-8"


def test_decode_leaves_other_languages_to_charset_normalizer():
    text = "政治協商会議の委員は、地域の課題について意見をまとめ、市長に提出しました。"
    assert decode(text.encode("shift_jis")).text == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
def test_decode_reads_any_utf_8(text):
    assert decode(("委员" + text).encode()).text == "委员" + text


@given(st.binary())
def test_decode_gives_text_or_says_why_not(data):
    try:
        outcome = decode(data).text.strip()
    except ReadError as error:
        outcome = error.code
    assert outcome


@pytest.mark.parametrize(
    "data", [b"", b"\n", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF16_LE + b"\n\0", "　\n".encode("gbk")]
)
def test_decode_refuses_an_empty_file(data):
    with pytest.raises(ReadError, match="only white space or nothing") as caught:
        decode(data, where="a.txt")
    assert caught.value.code == "ZX106"


def test_decode_says_which_bytes_are_no_text_and_what_they_are():
    with pytest.raises(ReadError) as caught:
        decode(("2023年，" + SIMPLIFIED).encode("gb18030"), encoding="utf-8", where="2023-03.txt")
    assert str(caught.value) == (
        "[ZX104] 2023-03.txt, byte 4: 0xC4 is not utf-8 (after “2023”). The file reads as gb18030. "
        'Pass encoding="gb18030", or leave it out to have it found.'
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_decode_says_where_a_file_is_broken(encoding):
    start = SIMPLIFIED.encode(encoding)
    with pytest.raises(ReadError) as caught:
        decode(start + b"\xff\xff" + start, where="a.txt")
    assert caught.value.code == "ZX104"
    assert caught.value.where == f"a.txt, byte {len(start)}"
    assert f"0xFF is not {encoding} (at the start of a line)" in caught.value.problem
    assert caught.value.hint.startswith(f"What stands before reads as {encoding}")


def test_decode_says_where_a_file_stops_within_a_character():
    data = (SIMPLIFIED * 3).encode()[:-4]
    with pytest.raises(ReadError) as caught:
        decode(data, where="a.txt")
    assert caught.value.where == f"a.txt, byte {len(data) - 1}"
    assert "改造建言" in caught.value.problem


def test_decode_refuses_half_a_unit_of_utf_16():
    with pytest.raises(ReadError) as caught:
        decode(SIMPLIFIED.encode("utf-16")[:-1])
    assert caught.value.code == "ZX104"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04\x14\x00word/document.xml", "a Word document"),
        (b"PK\x03\x04\x14\x00xl/workbook.xml", "an Excel document"),
        (b"PK\x03\x04\x14\x00a.txt", "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        (b"{\\rtf1\\ansi", "an RTF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"\x00\x01\x02\x03" * 30, "NUL bytes|control characters"),
        (b"abc\x00def\x00" * 9, "NUL bytes|control characters"),
        (bytes(range(1, 32)) * 4, "control characters"),
    ],
)
@pytest.mark.parametrize("encoding", [None, "gb18030"])
def test_decode_refuses_what_is_no_text(data, what, encoding):
    with pytest.raises(ReadError, match=what) as caught:
        decode(data, encoding=encoding)
    assert caught.value.code == "ZX105"
    assert caught.value.hint


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "", "a\x00b"])
def test_decode_refuses_an_unknown_encoding(name):
    with pytest.raises(ReadError) as caught:
        decode(b"abc", encoding=name)
    assert caught.value.code == "ZX107"
    assert "gb18030" in caught.value.hint


def test_common_characters_are_a_thousand_different_ones():
    table = read_table("common_characters.tsv")
    characters = "".join(table.column("characters"))
    assert len(characters) == len(set(characters)) == 1000
    assert [int(rank) for rank in table.column("rank")] == list(range(1, 1000, 50))


def test_signatures_are_hex_and_say_what_to_do():
    for row in read_table("signatures.tsv"):
        assert len(bytes.fromhex(row["bytes"])) >= 2
        assert row["what"].startswith(("a ", "an "))
        assert row["hint"].endswith(".")
