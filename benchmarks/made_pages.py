"""Pages made for measuring: texts set in columns, as PDF and as OFD, with our own writers.

The content of a page can be written column by column, or row by row across the columns, as layout systems of
newspapers do. No font lies in the files: a PDF names STSong-Light, which every reader of PDF knows.
"""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zipfile
from dataclasses import dataclass

WIDTH, HEIGHT = 595.0, 842.0
SIZE, LEADING = 10.5, 17.0
_PLACES = ("云浦市", "岭东区", "怀溪县", "青澜镇", "沙渚街道")
_DOINGS = (
    "围绕营商环境开展专题调研{a}次，形成调研报告{b}篇",
    "组织委员走访企业{c}户，梳理问题清单{b}项",
    "健全提案办理协商机制，面商率达到{d}％",
    "举办委员讲堂{b}期，参加委员{e}余人次",
    "推动老旧小区加装电梯{c}部，惠及居民{e}多户",
    "完善民主监督工作办法，开展专项视察{b}次",
    "建立界别工作室{b}个，接待群众{e}人次",
    "收集社情民意信息{e}条，报送采用{c}条",
)


def paragraphs(count: int, *, seed: int = 1) -> list[str]:
    """Return invented paragraphs of two to five sentences, each different."""
    dice = random.Random(seed)
    made = []
    for number in range(count):
        said = []
        for _ in range(dice.randint(2, 5)):
            doing = dice.choice(_DOINGS).format(
                a=dice.randint(2, 60),
                b=dice.randint(2, 30),
                c=dice.randint(10, 400),
                d=dice.randint(80, 100),
                e=dice.randint(100, 5000),
            )
            said.append(f"{dice.choice(_PLACES)}{doing}")
        made.append(f"{dice.choice('坚持牢固着力持续')}推进第{number + 1}项工作。" + "；".join(said) + "。")
    return made


@dataclass(frozen=True)
class Set:
    """A line that is set: its page, its place from the upper left corner, its size and its text."""

    page: int
    column: int
    row: int
    left: float
    top: float
    size: float
    text: str


def set_in_columns(
    texts: list[str], columns: int, *, title: str = "", head: str = "", rows: int = 44
) -> list[Set]:
    """Set paragraphs in columns, indented by two characters, with a title and a head on each page."""
    gutter, margin = 21.0, 60.0
    each = int(((WIDTH - 2 * margin - gutter * (columns - 1)) / columns) // SIZE)
    step = (WIDTH - 2 * margin + gutter) / columns
    lines: list[str] = []
    for text in texts:
        waiting = "　　" + text
        while waiting:
            cut = _fitting(waiting, each)
            if len(waiting) > cut and waiting[cut] in "，。；、”）％":
                cut += 1  # a mark hangs out over the edge
            lines.append(waiting[:cut])
            waiting = waiting[cut:]
    placed: list[Set] = []
    page, column, row = 1, 0, 0
    first = 4 if title else 0
    if title:
        size = 20.0
        placed.append(Set(1, 0, 0, (WIDTH - size * len(title)) / 2, margin, size, title))
    row = first
    for line in lines:
        if row >= rows:
            column, row = column + 1, first if page == 1 else 0
            if column == columns:
                page, column, row = page + 1, 0, 0
        blank = len(line) - len(line.lstrip("　"))
        left = margin + column * step + blank * SIZE
        placed.append(Set(page, column, row, left, margin + row * LEADING, SIZE, line.strip("　")))
        row += 1
    for number in range(1, page + 1):
        if head:
            placed.append(Set(number, 0, -1, margin, 30.0, 9.0, head))
        placed.append(Set(number, 0, 99, WIDTH / 2 - 14, HEIGHT - 40, 9.0, f"— {number} —"))
    return placed


def wide(text: str) -> float:
    """Return how wide a text is, in characters; a digit takes half of one."""
    return len(text) - sum(character.isascii() for character in text) / 2


def _fitting(text: str, most: float) -> int:
    """Return how many characters fit in a line; a number is not cut."""
    cut = 0
    while cut < len(text) and wide(text[: cut + 1]) <= most:
        cut += 1
    while 0 < cut < len(text) and text[cut].isdigit() and text[cut - 1].isdigit():
        cut -= 1
    return cut


def row_by_row(placed: list[Set]) -> list[Set]:
    """Return the lines in the order of a file that goes across the columns."""
    return sorted(placed, key=lambda one: (one.page, one.row, one.column))


def pdf(placed: list[Set]) -> bytes:
    """Write a PDF."""
    pages = max(one.page for one in placed)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{' '.join(f'{6 + 2 * n} 0 R' for n in range(pages))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        "/DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> /FontDescriptor 5 0 R >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
        "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    for number in range(1, pages + 1):
        drawn = "".join(
            f"BT /F1 {one.size} Tf {one.left:.2f} {HEIGHT - one.top - one.size * 0.88:.2f} Td "
            f"<{one.text.encode('utf-16-be').hex()}> Tj ET\n"
            for one in placed
            if one.page == number
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {7 + 2 * (number - 1)} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}endstream")
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode())
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010d} 00000 n \n" for place in places).encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _steps(text: str, size: float) -> str:
    return " ".join(f"{size * wide(character):.3f}" for character in text[:-1]) or "0"


def ofd(placed: list[Set]) -> bytes:
    """Write an OFD (GB/T 33190), whose lengths are millimetres."""
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    mm = 25.4 / 72
    pages = max(one.page for one in placed)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "OFD.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {name} Version="1.0" DocType="OFD"><ofd:DocBody>'
            "<ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(
            f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(1, pages + 1)
        )
        file.writestr(
            "Doc_0/Document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><ofd:Document {name}><ofd:CommonData><ofd:PageArea>'
            f"<ofd:PhysicalBox>0 0 {WIDTH * mm:.2f} {HEIGHT * mm:.2f}</ofd:PhysicalBox></ofd:PageArea>"
            f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for number in range(1, pages + 1):
            objects = "".join(
                f'<ofd:TextObject ID="{1000 * number + n}" Font="1" Size="{one.size * mm:.3f}" '
                f'Boundary="{one.left * mm:.3f} {one.top * mm:.3f} '
                f'{one.size * mm * len(one.text):.3f} {one.size * mm:.3f}">'
                f'<ofd:TextCode X="0" Y="{one.size * mm * 0.88:.3f}" '
                f'DeltaX="{_steps(one.text, one.size * mm)}">{one.text}</ofd:TextCode>'
                "</ofd:TextObject>"
                for n, one in enumerate(placed)
                if one.page == number
            )
            file.writestr(
                f"Doc_0/Pages/Page_{number}/Content.xml",
                f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page {name}><ofd:Content><ofd:Layer ID="9">'
                f"{objects}</ofd:Layer></ofd:Content></ofd:Page>",
            )
    return out.getvalue()


def a_font() -> str | None:
    """Return the file of a font with Chinese characters, if fontconfig knows one."""
    if shutil.which("fc-match") is None:
        return None
    asked = ["fc-match", "--format=%{file}", "Noto Serif CJK SC:lang=zh-cn"]
    file = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return file if "CJK" in file else None


def _face(font: str, size: int):
    """Open a font; of a collection of Noto's the face of simplified characters."""
    from PIL import ImageFont

    return ImageFont.truetype(font, size, index=2 if font.endswith(".ttc") else 0)


def picture(placed: list[Set], *, font: str, page: int = 1, dots: int = 200, worn: bool = False) -> bytes:
    """Draw a page as a PNG, with a font from a file; `worn`: turned, blurred, with noise, as a JPEG."""
    from PIL import Image, ImageDraw, ImageFilter

    scale = dots / 72
    image = Image.new("L", (int(WIDTH * scale), int(HEIGHT * scale)), 255)
    pen = ImageDraw.Draw(image)
    fonts = {size: _face(font, round(size * scale)) for size in {one.size for one in placed}}
    for one in placed:
        if one.page != page:
            continue
        left = one.left
        for character in one.text:
            pen.text((left * scale, one.top * scale), character, font=fonts[one.size], fill=20)
            left += one.size * wide(character)
    out = io.BytesIO()
    if worn:
        noise = Image.effect_noise(image.size, 24)
        image = image.rotate(0.7, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))
        image = Image.blend(image, noise, 0.1)
        image.save(out, "JPEG", quality=40)
    else:
        image.save(out, "PNG")
    return out.getvalue()


def upright(texts: list[str], *, font: str, rows: int = 30, dots: int = 150) -> tuple[list[Set], bytes]:
    """Draw paragraphs in lines from top to bottom, the first on the right; return them and a PNG."""
    from PIL import Image, ImageDraw

    size, step = 14.0, 24.0
    placed: list[Set] = []
    left = WIDTH - 70
    for text in texts:
        for at in range(0, len(text), rows):
            placed.extend(
                Set(1, 0, 0, left, 60 + row * (size + 3), size, sign)
                for row, sign in enumerate(text[at : at + rows])
            )
            left -= step
    scale = dots / 72
    image = Image.new("L", (int(WIDTH * scale), int(HEIGHT * scale)), 255)
    pen = ImageDraw.Draw(image)
    drawn = _face(font, round(size * scale))
    for one in placed:
        pen.text((one.left * scale, one.top * scale), one.text, font=drawn, fill=20)
    out = io.BytesIO()
    image.save(out, "PNG")
    return placed, out.getvalue()
