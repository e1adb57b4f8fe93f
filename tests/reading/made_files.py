"""Small files of every format, made by the tests."""

import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib

TEXT = "云浦市政协机关\n一、抓实理论学习\n今年以来，举办读书分享会12场，参加委员1200余人次。\n"
LINES = TEXT.splitlines()


def gbk_zip(members):
    """Return a zip as Chinese Windows writes it: names in GBK, no flag that says which encoding."""
    out, directory, count = io.BytesIO(), io.BytesIO(), 0
    for name, data in members.items():
        raw, packed = name.encode("gbk"), zlib.compress(data)[2:-4]
        at = out.tell()
        fixed = struct.pack(
            "<HHHHHIIIHH", 20, 0, 8, 0, 0x5661, zlib.crc32(data), len(packed), len(data), len(raw), 0
        )
        out.write(b"PK\x03\x04" + fixed + raw + packed)
        directory.write(
            b"PK\x01\x02" + struct.pack("<H", 20) + fixed + struct.pack("<HHHII", 0, 0, 0, 0, at) + raw
        )
        count += 1
    start, listed = out.tell(), directory.getvalue()
    out.write(listed + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), start, 0))
    return out.getvalue()


def a_zip(members, **more):
    """Return a zip with names in UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **{"compression": zipfile.ZIP_DEFLATED, **more}) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def a_tar(members, mode="w:"):
    """Return a tar, packed or not."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as file:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return out.getvalue()


def packed(data, suffix):
    """Return a file packed alone."""
    return {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[suffix](data)


def portal_page(encoding="gb2312"):
    """Return a page as the content systems of portals make it."""
    paragraphs = "".join(
        f"<p>　　云浦市第{n}次专题协商围绕营商环境开展调研{n}次，形成报告{n + 1}篇。</p>"
        for n in range(2, 14)
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="{encoding}">'
        "<title>云浦市政协工作综述_云浦市政府网</title>"
        "<style>p{color:red}</style><script>var a='10件';</script></head><body>"
        "<div class='top'><ul><li><a href='/'>首页</a></li><li><a href='/x'>新闻中心</a></li></ul></div>"
        "<div class='wrap'><div class='side'><a href='/1'>最新消息一则很长的标题用来凑数</a></div>"
        f"<div class='content'><div id='zoom'>{paragraphs}"
        "<table><tr><td>走访企业</td><td>120家</td></tr></table>"
        "<p style='display: none'>看不见</p></div></div></div>"
        "<div class='foot'>版权所有 云浦市政府办公室 备案号 12345</div></body></html>"
    ).encode(encoding)


def rtf():
    """Return an RTF document with a number, a table, and a tracked deletion."""

    def codes(text):
        return "".join(
            character
            if character.isascii()
            else "".join(f"\\'{byte:02x}" for byte in character.encode("gbk"))
            for character in text
        )

    body = f"{codes(LINES[0])}\\par {{\\listtext {codes('一、')}\\tab}}{codes('抓实理论学习')}\\par "
    body += f"{codes('保留')}{{\\deleted {codes('删去')}}}{codes('结束。')}\\par "
    body += f"\\trowd {codes('走访企业')}\\cell {codes('120家')}\\cell\\row "
    return f"{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0 SimSun;}}}}{body}}}".encode("ascii")


def mail(attachments=()):
    """Return a mail in GB 18030, with files that hang on it."""
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "发言材料"
    message.set_content(TEXT, charset="gb18030")
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def json_lines(values):
    """Return JSON Lines."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def a_workbook(sheets):
    """Return an .xlsx of rows of strings, with the strings in the cells."""

    def cell(value, row, column):
        place = f"{chr(65 + column)}{row}"
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'

    name = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    listed = "".join(
        f'<sheet name="{title}" sheetId="{n}" r:id="r{n}"/>' for n, title in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package.replace("relationships", "content-types")}"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="a" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {name} xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{related}</Relationships>',
    }
    for n, rows in enumerate(sheets.values(), 1):
        drawn = "".join(
            f'<row r="{at}">{"".join(cell(value, at, column) for column, value in enumerate(row))}</row>'
            for at, row in enumerate(rows, 1)
        )
        members[f"xl/worksheets/sheet{n}.xml"] = (
            f"<worksheet {name}><sheetData>{drawn}</sheetData></worksheet>"
        )
    return a_zip(members)


def an_ole(streams):
    """Return a container with empty streams of these names in its root."""
    sector = 512
    entries = [("Root Entry", 5, 1)] + [(name, 2, 0xFFFFFFFF) for name in streams]
    directory = bytearray()
    for at, (name, kind, child) in enumerate(entries):
        raw = name.encode("utf-16-le")
        after = at + 1 if 0 < at < len(entries) - 1 else 0xFFFFFFFF
        directory += raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, after, child
        )
        directory += bytes(128 - 64 - 16)
    directory = directory.ljust(-(-len(directory) // sector) * sector, b"\0")
    sectors = len(directory) // sector
    chain = [*range(2, sectors + 1), 0xFFFFFFFE]
    fat = struct.pack("<I", 0xFFFFFFFD) + b"".join(struct.pack("<I", one) for one in chain)
    fat = fat.ljust(sector, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(44, b"\0") + struct.pack("<I", 1) + struct.pack("<I", 1)
    header = header.ljust(76, b"\0") + struct.pack("<I", 0) + b"\xff" * (4 * 108)
    return header + fat + bytes(directory)
