"""An archive made for measuring: our own corpora varied, in all formats and encodings, some of it broken.

The same number and seed give the same files.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import struct
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cache
from html import escape
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

from xlsxwriter import Workbook

from made_containers import a_7z, old_word
from made_pages import a_font, ofd, pdf, picture, set_in_columns
from made_word import paragraph, word
from zhengxie_nlp.writing import make_folder, write_file

ROOT = Path(__file__).resolve().parents[1]
_PLACES = ("云浦市", "岭东区", "怀溪县", "清澜州", "石棠区", "青岑县", "坪川县", "望岗县", "沙洲市", "平垌县")
_PLACE = re.compile("|".join(_PLACES))
_DIGITS = re.compile(r"(?<![\d.])\d{2,4}(?![\d.年月日])")
#: So many documents a folder, an archive or a table.
_TOGETHER = 200
#: How often each form comes, in hundredths.
_SHARES = {
    "utf-8": 16, "gb18030": 14, "utf-16": 4, "utf-8-sig": 3, "docx": 12, "doc": 5, "wps": 4, "html": 6,
    "rtf": 4, "md": 3, "eml": 3, "pdf": 5, "ofd": 4, "scan": 0.5, "zip": 6, "7z": 2, "tar": 2.5, "csv": 2,
    "xlsx": 2, "jsonl": 2,
}  # fmt: skip


@dataclass
class Made:
    """What was made: how many of each form, and the ids of what is broken or there twice."""

    forms: Counter[str] = field(default_factory=Counter)
    broken: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    folder: str = ""


@cache
def _texts() -> tuple[str, ...]:
    folder = ROOT / "corpora" / "speeches" / "text"
    return tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))


def varied(dice: random.Random, characters: int | None, *, serial: int = 0) -> str:
    """Return one of our texts with other places and figures, and some of its paragraphs left out.

    With `characters`, it ends with the line that goes beyond so many. `serial` stands in the last line: no
    two texts are the same by chance.
    """
    text = dice.choice(_texts())
    names = dict(zip(_PLACES, dice.sample(_PLACES, len(_PLACES)), strict=True))
    text = _PLACE.sub(lambda found: names[found[0]], text)
    text = _DIGITS.sub(
        lambda found: str(dice.randint(10 ** (len(found[0]) - 1), 10 ** len(found[0]) - 1)), text
    )
    lines = [line for at, line in enumerate(text.split("\n")) if at < 6 or dice.random() < 0.9]
    ends = accumulate(len(line) + 1 for line in lines)
    if characters is not None:
        lines = [line for line, end in zip(lines, ends, strict=True) if end - len(line) <= characters]
    return "\n".join([*lines, f"本材料编号为{serial}。", ""])


def _docx(text: str) -> bytes:
    return word("".join(paragraph(escape(line)) for line in text.split("\n") if line.strip()))


def _html(text: str) -> bytes:
    body = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
    page = f'<html><head><meta charset="gbk"><title>x</title></head><body><div>{body}</div></body></html>'
    return page.encode("gb18030")


def _rtf(text: str) -> bytes:
    lines = ["".join(f"\\u{_signed(sign)}?" for sign in line) for line in text.split("\n")]
    return ("{\\rtf1\\ansi\\ansicpg936 " + "\\par ".join(lines) + "}").encode("ascii")


def _signed(sign: str) -> int:
    return int(struct.unpack("<h", sign.encode("utf-16-le")[:2])[0])


def _mail(text: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.cn", "b@example.cn", "发言材料"
    mail["Date"] = "Mon, 06 Jan 2020 09:00:00 +0800"
    mail.set_content(text, charset="gb18030")
    return mail.as_bytes()


def _page(write: Callable[[list[object]], bytes], text: str) -> bytes:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return write(set_in_columns(lines, 2))  # type: ignore[arg-type]


def _scan(text: str) -> bytes:
    """Draw the first column of the first page: as much as one page of a scan holds."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return picture(set_in_columns(lines, 1), font=a_font() or "", dots=150)


def _workbook(rows: list[tuple[str, str]]) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("发言")
        for number, row in enumerate([("编号", "正文"), *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


_FILES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "utf-8": (".txt", lambda text: text.encode()),
    "gb18030": (".txt", lambda text: text.encode("gb18030")),
    "utf-16": (".txt", lambda text: text.encode("utf-16")),
    "utf-8-sig": (".txt", lambda text: text.encode("utf-8-sig")),
    "docx": (".docx", _docx),
    "html": (".html", _html),
    "rtf": (".rtf", _rtf),
    "md": (".md", lambda text: text.encode()),
    "eml": (".eml", _mail),
    "doc": (".doc", old_word),
    "wps": (".wps", old_word),
    "pdf": (".pdf", lambda text: _page(pdf, text)),
    "ofd": (".ofd", lambda text: _page(ofd, text)),
    "scan": (".png", _scan),
}


def _shares() -> dict[str, float]:
    """Return how often each form comes; without a font and what reads scans there are none of them."""
    known = a_font() is not None and find_spec("rapidocr") is not None and find_spec("PIL") is not None
    return {form: share for form, share in _SHARES.items() if known or form != "scan"}


def _broken(dice: random.Random) -> tuple[str, bytes]:
    """Return the end of a name and content that cannot be read."""
    return dice.choice(
        (
            (".txt", lambda: dice.randbytes(2000)),
            (".txt", lambda: b""),
            (".docx", lambda: _docx(varied(dice, 600))[:-400]),
            (".docx", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + dice.randbytes(2000)),
            (".pdf", lambda: b"%PDF-1.4\n" + dice.randbytes(2000)),
            (".ofd", lambda: _page(ofd, varied(dice, 600))[:-300]),
            (".zip", lambda: b"PK\x03\x04" + dice.randbytes(500)),
        )
    )


def make_archive(folder: Path, *, documents: int, characters: int | None = None, seed: int = 1) -> Made:
    """Make an archive: a folder for each few hundred documents, with archives and tables among its files.

    Args:
        folder: made anew.
        documents: how many.
        characters: cut them after about so many.
        seed: of the dice.
    """
    dice, made = random.Random(seed), Made()
    shutil.rmtree(folder, ignore_errors=True)
    for start in range(0, documents, _TOGETHER):
        inner = make_folder(folder / f"{2010 + start // _TOGETHER % 12}" / f"{start:06}")
        made.folder, count = f"{inner.parent.name}/{inner.name}", min(_TOGETHER, documents - start)
        _fill(inner, count, dice, made, characters=characters)
    return made


def _fill(folder: Path, count: int, dice: random.Random, made: Made, *, characters: int | None) -> None:
    together: dict[str, list[tuple[str, str]]] = {
        form: [] for form in ("zip", "7z", "tar", "csv", "xlsx", "jsonl")
    }
    shares, last = _shares(), None
    for number in range(count):
        fate = dice.random()
        if fate < 0.01:
            suffix, content = _broken(dice)
            write_file(folder / f"{number:03}{suffix}", content())
            made.broken.add(f"{made.folder}/{number:03}{suffix}".removesuffix(".txt"))
            made.forms["broken"] += 1
        elif fate < 0.02 and last is not None:
            copy = folder / f"{number:03}{last.suffix}"
            shutil.copy(last, copy)
            made.twice.add(f"{made.folder}/{copy.name}".removesuffix(".txt"))
            made.forms["twice"] += 1
        else:
            form = dice.choices(list(shares), weights=list(shares.values()))[0]
            made.forms[form] += 1
            text = varied(dice, characters, serial=made.forms.total())
            if form in together:
                together[form].append((f"{number:03}", text))
            else:
                suffix, write = _FILES[form]
                last = write_file(folder / f"{number:03}{suffix}", write(text))
    _write_together(folder, together)


def _write_together(folder: Path, together: dict[str, list[tuple[str, str]]]) -> None:
    if together["zip"]:
        write_file(
            folder / "发言.zip", gbk_zip({f"材料/{n}.txt": t.encode("gb18030") for n, t in together["zip"]})
        )
    if together["7z"]:
        write_file(folder / "汇编.7z", a_7z({f"{n}.txt": t.encode("gb18030") for n, t in together["7z"]}))
    if together["xlsx"]:
        write_file(folder / "texts.xlsx", _workbook(together["xlsx"]))
    if together["tar"]:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            for number, text in together["tar"]:
                member = tarfile.TarInfo(f"{number}.txt")
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        write_file(folder / "speeches.tar.gz", out.getvalue())
    if together["csv"]:
        table = io.StringIO(newline="")
        csv.writer(table).writerows([("编号", "正文"), *together["csv"]])
        write_file(folder / "table.csv", table.getvalue().encode("gb18030"))
    if together["jsonl"]:
        lines = [
            json.dumps({"id": number, "text": text}, ensure_ascii=False) for number, text in together["jsonl"]
        ]
        write_file(folder / "texts.jsonl", "\n".join(lines) + "\n")


def gbk_zip(members: dict[str, bytes]) -> bytes:
    """Write a zip whose names are in GBK without a sign of it, as Chinese Windows does."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo("x" * len(name.encode("gbk")))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.NameToInfo.clear()  # they are called the same for a moment
            archive.writestr(info, data)
    raw = out.getvalue()
    at = 0
    for name in [*members, *members]:  # once before the data, once in the directory
        encoded = name.encode("gbk")
        place = raw.index(b"x" * len(encoded), at)
        raw = raw[:place] + encoded + raw[place + len(encoded) :]
        at = place + len(encoded)
    return raw
