"""How well files are read: numbers of Word lists, paragraphs of columns, characters of scans, and how fast.

Everything read here is made here (`made_word`, `made_pages`): no real file is needed. The numbers of the Word
files are compared with those that LibreOffice gave, and with LibreOffice itself where it is installed.

    python benchmarks/formats.py --json benchmarks/results/formats.json
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import re
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from made_pages import a_font, ofd, paragraphs, pdf, picture, row_by_row, set_in_columns
from made_word import numbered, paragraph, word
from zhengxie_nlp.reading.files import read_bytes

ROOT = Path(__file__).resolve().parents[1]
ANSWERS = ROOT / "tests" / "reading" / "docx" / "numbers.json"
TITLE, HEAD = "云浦市政协全会发言摘登", "云浦日报　2023年3月5日"
SEEDS = 10
Row = tuple[str, str]


def _plain(text: str) -> list[str]:
    return [re.sub(r"\s+", "", line) for line in text.splitlines() if line.strip()]


def numbers() -> Iterator[Row]:
    """Count the Word files whose numbers are those of LibreOffice: as kept, and as it is here."""
    documents = numbered()
    kept = json.loads(ANSWERS.read_text(encoding="utf-8"))
    found = {name: _plain(read_bytes(documents[name], id=name).text) for name in kept}
    yield (
        "docx: numbers as LibreOffice's, kept answers",
        f"{sum(found[n] == kept[n] for n in kept)} of {len(kept)}",
    )
    if shutil.which("soffice") is None:
        yield "docx: numbers as LibreOffice's, live", "LibreOffice is not installed"
        return
    with TemporaryDirectory() as folder:
        for name in kept:
            (Path(folder) / f"{name}.docx").write_bytes(documents[name])
        call = [
            "soffice",
            f"-env:UserInstallation={Path(folder).as_uri()}/profile",
            "--headless",
            "--convert-to",
        ]
        files = sorted(map(str, Path(folder).glob("*.docx")))
        subprocess.run(
            [*call, "txt:Text (encoded):UTF8", "--outdir", folder, *files], check=True, capture_output=True
        )
        live = {n: _plain((Path(folder) / f"{n}.txt").read_text(encoding="utf-8-sig")) for n in kept}
    yield "docx: numbers as LibreOffice's, live", f"{sum(found[n] == live[n] for n in kept)} of {len(kept)}"


def columns() -> Iterator[Row]:
    """Count the paragraphs that come out whole of pages with columns, in both orders of the file."""
    writers: dict[str, Callable[..., bytes]] = {"pdf": pdf, "ofd": ofd}
    for (name, write), count in itertools.product(writers.items(), (1, 2, 3)):
        for order in ("column by column", "row by row"):
            whole = total = pages = 0
            spent = 0.0
            for seed in range(SEEDS):
                texts = paragraphs(40, seed=100 * count + seed)
                lines = set_in_columns(texts, count, title=TITLE, head=HEAD)
                data = write(row_by_row(lines) if order == "row by row" else lines)
                begun = time.process_time()
                read = read_bytes(data, id="a")
                spent += time.process_time() - begun
                found = set(read.text.splitlines())
                whole, total = whole + sum(text in found for text in texts), total + len(texts)
                pages += read.source.reading.pages
            said = f"{100 * whole / total:.1f} % of {total}, {1000 * spent / pages:.0f} ms a page"
            yield f"{name}: paragraphs whole, {count} columns, {order}", said


def _error(found: str, true: str) -> float:
    """Return the share of characters that are wrong, missing or too many, but for width and blanks."""
    a, b = ("".join(unicodedata.normalize("NFKC", text).split()) for text in (found, true))
    before = list(range(len(b) + 1))
    for row, one in enumerate(a, 1):
        now = [row]
        for column, two in enumerate(b, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (one != two)))
        before = now
    return before[-1] / len(b)


def scans(font: str | None) -> Iterator[Row]:
    """Recognise drawn pages of columns, clean and worn."""
    if importlib.util.find_spec("rapidocr") is None or font is None:
        yield "scans", "the extra [ocr] or a Chinese font is not installed"
        return
    for count, worn in itertools.product((1, 2, 3), (False, True)):
        texts = paragraphs(12, seed=count)
        data = picture(set_in_columns(texts, count, title=TITLE), font=font, worn=worn)
        begun = time.perf_counter()
        read = read_bytes(data, id="a")
        spent = time.perf_counter() - begun
        said = f"{_error(read.text, TITLE + ''.join(texts)):.4f}, {spent:.0f} s"
        yield f"scan: character error, {count} columns, 200 dpi{', worn' if worn else ''}", said


def speed() -> Iterator[Row]:
    """Measure how many characters of a Word file are read in a second."""
    texts = paragraphs(2000)
    data = word("".join(paragraph(text) for text in texts))
    begun = time.process_time()
    read = read_bytes(data, id="a")
    spent = time.process_time() - begun
    yield "docx: characters a second", f"{len(read.text) / spent:,.0f}"


def main() -> None:
    """Print every figure, and keep them where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--font", default=a_font(), help="a font with Chinese characters, to draw scans")
    parser.add_argument("--without-ocr", action="store_true", help="recognise nothing: it takes minutes")
    given = parser.parse_args()
    rows: dict[str, str] = {}
    parts = [numbers(), columns(), speed(), *([] if given.without_ocr else [scans(given.font)])]
    for name, said in itertools.chain.from_iterable(parts):
        rows[name] = said
        print(f"{name:58} {said}", flush=True)
    if given.json is not None:
        given.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
