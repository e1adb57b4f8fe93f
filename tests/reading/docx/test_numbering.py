"""Automatic numbers of Word: as LibreOffice has them, and as the standard where that errs."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from made_word import level, lists, numbered, paragraph, word
from zhengxie_nlp.reading.docx.number_formats import FORMATS, write_number
from zhengxie_nlp.reading.files import read_bytes

pytest.importorskip("lxml", reason="the extra [files] is not installed")

#: Made by LibreOffice 7.4 of the files of `made_word.numbered`, without blanks.
NUMBERS = json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))
DOCUMENTS = numbered()
#: What LibreOffice 7.4 does not know: digits in legal numbering, levels that never restart, a style that is
#: linked to a level by the level alone. The numbers are those that the standard asks for.
BY_THE_STANDARD = {
    "legal": ["第一部分", "1.1", "1.2", "1.2.1", "1.2.2", "I)", "1.3", "1.3.1",
              "第二部分", "2.1", "2.1.1", "第三部分"],
    "never-restarts": ["一、", "1.", "2.", "(1)", "(2)", "1)", "3.", "(1)", "二、", "4.", "(1)", "三、"],
    "styles-by-level-only": [
        "一、", "（一）", "（二）", "1.", "2.", "(1)", "（三）", "1.", "二、", "（一）", "1.", "三、",
    ],
}  # fmt: skip


def lines(name):
    text = read_bytes(DOCUMENTS[name], id=name).text
    return [re.sub(r"\s+", "", line) for line in text.splitlines() if line.strip()]


def test_there_are_at_least_thirty_documents_with_answers():
    assert len(NUMBERS) >= 30
    assert set(NUMBERS) | set(BY_THE_STANDARD) == set(DOCUMENTS)


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_numbers_are_those_of_libreoffice(name):
    assert lines(name) == NUMBERS[name]


@pytest.mark.parametrize("name", sorted(BY_THE_STANDARD))
def test_numbers_are_those_of_the_standard(name):
    found = [re.split("第[0-9]+处", line)[0] for line in lines(name)]
    assert found == BY_THE_STANDARD[name]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_numbers_are_those_of_libreoffice_as_it_is_here(tmp_path):
    for name in NUMBERS:
        (tmp_path / f"{name}.docx").write_bytes(DOCUMENTS[name])
    files = sorted(tmp_path.glob("*.docx"))
    call = ["soffice", f"-env:UserInstallation={tmp_path.as_uri()}/profile", "--headless", "--convert-to"]
    call += ["txt:Text (encoded):UTF8", "--outdir", str(tmp_path), *map(str, files)]
    subprocess.run(call, check=True, capture_output=True, timeout=300)
    for file in files:
        said = file.with_suffix(".txt").read_text(encoding="utf-8-sig")
        answer = [re.sub(r"\s+", "", line) for line in said.splitlines() if line.strip()]
        assert lines(file.stem) == answer, file.stem


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("chineseCounting", "一 十 十一 二十 一百零五 一千零一十 一万零三"),
        ("chineseLegalSimplified", "壹 壹拾 壹拾壹 贰拾 壹佰零伍 壹仟零壹拾 壹万零叁"),
        ("ideographDigital", "一 一〇 一一 二〇 一〇五 一〇一〇 一〇〇〇三"),
        ("decimalEnclosedCircle", "① ⑩ ⑪ ⑳ 105 1010 10003"),
        ("lowerLetter", "a j k t"),
    ],
)
def test_write_number_knows_chinese_forms(form, written):
    values = (1, 10, 11, 20, 105, 1010, 10003)
    expected = written.split()
    assert [write_number(value, form) for value in values[: len(expected)]] == expected


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_write_number_takes_any_number(form):
    for value in (0, 1, 9, 10, 61, 100, 9999, 10_000, 123_456):
        assert isinstance(write_number(value, form), str)


@pytest.mark.parametrize(
    ("suffix", "said"), [("", "1.\t要点"), ("tab", "1.\t要点"), ("space", "1. 要点"), ("nothing", "1.要点")]
)
def test_what_parts_number_and_text_is_kept(suffix, said):
    data = word(paragraph("要点", number=1), numbering=lists([level(0, "decimal", "%1.", suffix=suffix)]))
    assert read_bytes(data, id="a").text == said + "\n"


def test_a_number_that_ends_in_a_chinese_mark_needs_no_tab():
    data = word(paragraph("要点", number=1), numbering=lists([level(0, "chineseCounting", "%1、")]))
    assert read_bytes(data, id="a").text == "一、要点\n"


def test_an_empty_paragraph_counts_but_shows_no_number():
    body = paragraph("甲", number=1) + paragraph("", number=1)
    data = word(body + paragraph("乙", number=1), numbering=lists([level(0, "decimal", "%1.")]))
    assert read_bytes(data, id="a").text.splitlines() == ["1.\t甲", "", "3.\t乙"]


def test_styles_in_a_ring_come_to_an_end():
    ring = "".join(
        f'<w:style w:type="paragraph" w:styleId="{one}"><w:name w:val="{one}"/>'
        f'<w:basedOn w:val="{two}"/></w:style>'
        for one, two in (("X", "Y"), ("Y", "X"))
    )
    assert read_bytes(word(paragraph("甲", style="X"), styles=ring), id="a").text == "甲\n"
