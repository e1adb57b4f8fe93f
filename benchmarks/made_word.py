"""Word documents made for measuring: headings whose numbers exist only as definitions of lists.

`numbered()` gives one document for each way in which Word numbers paragraphs; names and content are our own.
What LibreOffice says of them is kept in `tests/reading/docx/numbers.json`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes", "comments": "comments"}
#: Number formats that Word and LibreOffice write alike, up to the twelfth.
ALIKE = (
    "decimal", "decimalZero", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "decimalFullWidth",
    "decimalEnclosedCircle", "decimalEnclosedCircleChinese", "chineseCounting", "chineseCountingThousand",
    "chineseLegalSimplified", "ideographLegalTraditional", "taiwaneseCounting", "taiwaneseCountingThousand",
    "japaneseCounting", "ideographTraditional", "ideographZodiac", "none",
)  # fmt: skip


def word(body: str, *, numbering: str = "", styles: str = "", parts: dict[str, str] | None = None) -> bytes:
    """Write a .docx: the XML of its body, of its lists and styles, and of further parts by name."""
    contents = {
        "numbering": f'<w:numbering xmlns:w="{_W}">{numbering}</w:numbering>',
        "styles": f'<w:styles xmlns:w="{_W}"><w:style w:type="paragraph" w:default="1" w:styleId="a">'
        f'<w:name w:val="Normal"/></w:style>{styles}</w:styles>',
        **{name: f'<w:{name} xmlns:w="{_W}">{inner}</w:{name}>' for name, inner in (parts or {}).items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        overrides = "".join(
            f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{name}+xml"/>' for name in contents
        )
        file.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?>'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
            f"{overrides}</Types>",
        )
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        related = "".join(
            f'<Relationship Id="p{n}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
            for n, name in enumerate(contents)
        )
        file.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>'
        )
        for name, xml in contents.items():
            file.writestr(f"word/{name}.xml", xml)
        file.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_W}" '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            f"<w:body>{body}<w:sectPr/></w:body></w:document>",
        )
    return out.getvalue()


def run(text: str) -> str:
    """Return a run of text."""
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str, *, number: int | None = None, level: int | None = 0, style: str = "") -> str:
    """Return a paragraph: in a list of its own, in a style, or in both."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    depth = f'<w:ilvl w:val="{level}"/>' if level is not None else ""
    listed = f'<w:numPr>{depth}<w:numId w:val="{number}"/></w:numPr>' if number is not None else ""
    return f"<w:p><w:pPr>{named}{listed}</w:pPr>{run(text)}</w:p>"


def level(
    depth: int,
    form: str,
    text: str,
    *,
    start: int = 1,
    suffix: str = "",
    legal: bool = False,
    restart: int | None = None,
    style: str = "",
) -> str:
    """Return the definition of one level of a list."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        + (f'<w:lvlRestart w:val="{restart}"/>' if restart is not None else "")
        + (f'<w:pStyle w:val="{style}"/>' if style else "")
        + ("<w:isLgl/>" if legal else "")
        + (f'<w:suff w:val="{suffix}"/>' if suffix else "")
        + f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


def lists(levels: Sequence[str], *overrides: str, key: int = 0, first: int = 1) -> str:
    """Return an abstract list, and a list of it for each of the overrides (at least one)."""
    nums = "".join(
        f'<w:num w:numId="{first + n}"><w:abstractNumId w:val="{key}"/>{override}</w:num>'
        for n, override in enumerate(overrides or ("",))
    )
    return (
        f'<w:abstractNum w:abstractNumId="{key}"><w:multiLevelType w:val="multilevel"/>{"".join(levels)}'
        f"</w:abstractNum>{nums}"
    )


def joined(*parts: str) -> str:
    """Put lists together: Word wants all abstract ones before the others."""
    abstract = "".join(part[: part.index("</w:abstractNum>") + 16] for part in parts)
    return abstract + "".join(part[part.index("</w:abstractNum>") + 16 :] for part in parts)


def start_at(value: int, depth: int = 0) -> str:
    """Return what makes a list begin with a number."""
    return f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{value}"/></w:lvlOverride>'


def heading_style(name: str, *, number: int | None = None, depth: int | None = None, based: str = "a") -> str:
    """Return a paragraph style, linked to a list or to a style that is."""
    at = f'<w:ilvl w:val="{depth}"/>' if depth is not None else ""
    listed = (
        f'<w:pPr><w:numPr>{at}<w:numId w:val="{number}"/></w:numPr></w:pPr>' if number is not None else ""
    )
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:basedOn w:val="{based}"/>'
        f"{listed}</w:style>"
    )


_OFFICIAL = (
    level(0, "chineseCounting", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "decimal", "（%4）"),
)
_WALK = (0, 1, 1, 2, 2, 3, 1, 2, 0, 1, 2, 0)


def _walk(levels: Sequence[int] = _WALK, *, number: int = 1) -> str:
    return "".join(paragraph(f"第{n}处要点", number=number, level=at) for n, at in enumerate(levels))


def _styled(levels: Sequence[int] = _WALK) -> str:
    return "".join(paragraph(f"第{n}处标题", style=f"H{at}") for n, at in enumerate(levels))


def numbered() -> dict[str, bytes]:
    """Return documents by name, each numbered in another way."""
    made = {
        f"format-{form}": word(
            "".join(paragraph(f"第{n}件实事", number=1) for n in range(12)),
            numbering=lists([level(0, form, "第%1项：" if form != "none" else "要点：")]),
        )
        for form in ALIKE
        if form not in ("ideographTraditional",)
    }
    made["format-ideographTraditional"] = word(
        "".join(paragraph(f"第{n}件实事", number=1) for n in range(10)),
        numbering=lists([level(0, "ideographTraditional", "%1、")]),
    )
    made["official"] = word(_walk(), numbering=lists(_OFFICIAL))
    made["hundred"] = word(
        "".join(paragraph(f"第{n}条", number=1) for n in range(4)),
        numbering=lists([level(0, "chineseCountingThousand", "第%1条")], start_at(99)),
    )
    made["chapters"] = word(
        _walk(),
        numbering=lists(
            [
                level(0, "chineseCounting", "第%1章", suffix="space"),
                level(1, "chineseCounting", "第%2节", suffix="space"),
                level(2, "chineseCounting", "%3、", suffix="nothing"),
                level(3, "decimalEnclosedCircle", "%4", suffix="nothing"),
            ]
        ),
    )
    made["decimal-tree"] = word(
        _walk(),
        numbering=lists([level(n, "decimal", ".".join(f"%{m + 1}" for m in range(n + 1))) for n in range(4)]),
    )
    made["legal"] = word(
        _walk(),
        numbering=lists(
            [
                level(0, "chineseCounting", "第%1部分"),
                level(1, "decimal", "%1.%2", legal=True),
                level(2, "lowerLetter", "%1.%2.%3", legal=True),
                level(3, "upperRoman", "%4)"),
            ]
        ),
    )
    made["mixed-levels"] = word(
        _walk(),
        numbering=lists(
            [
                level(0, "upperRoman", "%1."),
                level(1, "upperLetter", "%1-%2"),
                level(2, "lowerRoman", "%2%3)"),
                level(3, "bullet", "●"),
            ]
        ),
    )
    made["never-restarts"] = word(
        _walk(),
        numbering=lists(
            [
                level(0, "chineseCounting", "%1、"),
                level(1, "decimal", "%2.", restart=0),
                level(2, "decimal", "(%3)"),
                level(3, "decimal", "%4)"),
            ]
        ),
    )
    made["starts-later"] = word(
        _walk((0, 0, 1, 1, 0, 1)),
        numbering=lists([level(0, "chineseCounting", "%1、", start=5), level(1, "decimal", "%2.", start=3)]),
    )
    made["start-zero"] = word(_walk((0, 0, 0)), numbering=lists([level(0, "decimal", "%1.", start=0)]))
    made["goes-on-in-another-list"] = word(
        _walk((0, 0)) + paragraph("中间的一段话。") + _walk((0, 0), number=2),
        numbering=lists(_OFFICIAL, "", ""),
    )
    made["restarts-in-another-list"] = word(
        _walk((0, 0, 1)) + _walk((0, 0, 1), number=2) + _walk((0, 1), number=1),
        numbering=lists(_OFFICIAL, "", start_at(1)),
    )
    made["override-inner"] = word(
        _walk((0, 1, 1)) + _walk((1, 1), number=2) + _walk((0,)),
        numbering=lists(_OFFICIAL, "", start_at(7, 1)),
    )
    made["override-level"] = word(
        _walk((0, 1)) + _walk((0, 1), number=2),
        numbering=lists(
            _OFFICIAL,
            "",
            f'<w:lvlOverride w:ilvl="1">{level(1, "upperLetter", "%2：")}</w:lvlOverride>',
        ),
    )
    made["two-lists"] = word(
        _walk((0, 1, 1)) + _walk((0, 0), number=5) + _walk((1, 0)) + _walk((0,), number=5),
        numbering=joined(lists(_OFFICIAL), lists([level(0, "decimalEnclosedCircle", "%1")], key=7, first=5)),
    )
    made["switched-off"] = word(
        paragraph("有编号", style="H0")
        + paragraph("无编号", style="H0", number=0)
        + paragraph("又有", style="H0"),
        numbering=lists([level(0, "chineseCounting", "%1、", style="H0")]),
        styles=heading_style("H0", number=1),
    )
    linked = [
        level(n, form, text, style=f"H{n}")
        for n, (form, text) in enumerate(
            (
                ("chineseCounting", "%1、"),
                ("chineseCounting", "（%2）"),
                ("decimal", "%3."),
                ("decimal", "(%4)"),
            )
        )
    ]
    made["styles-linked"] = word(
        _styled(),
        numbering=lists(linked),
        styles="".join(heading_style(f"H{n}", number=1, depth=n or None) for n in range(4)),
    )
    made["styles-by-level-only"] = word(
        _styled(),
        numbering=lists(linked),
        styles="".join(heading_style(f"H{n}", number=1) for n in range(4)),
    )
    made["style-inherited"] = word(
        paragraph("甲方面", style="H0")
        + paragraph("乙方面", style="Own")
        + paragraph("丙方面", style="Own2"),
        numbering=lists([level(0, "chineseCounting", "%1、", style="H0")]),
        styles=heading_style("H0", number=1)
        + heading_style("Own", based="H0")
        + heading_style("Own2", based="Own"),
    )
    made["style-and-own"] = word(
        paragraph("样式编号", style="H0")
        + paragraph("自带编号", style="H0", number=2)
        + paragraph("样式又编", style="H0"),
        numbering=joined(
            lists([level(0, "chineseCounting", "%1、", style="H0")]),
            lists([level(0, "decimal", "%1)")], key=3, first=2),
        ),
        styles=heading_style("H0", number=1),
    )
    made["skips-a-level"] = word(_walk((0, 2, 2, 0, 2)), numbering=lists(_OFFICIAL))
    made["plain-between"] = word(
        "".join(paragraph(f"第{n}条", number=1) + paragraph(f"说明{n}。") for n in range(5)),
        numbering=lists([level(0, "chineseCounting", "第%1条", suffix="space")]),
    )
    made["in-a-table"] = word(
        paragraph("表前", number=1)
        + "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='4000'/></w:tblGrid>"
        + "".join(
            f"<w:tr><w:tc><w:tcPr><w:tcW w:w='4000' w:type='dxa'/></w:tcPr>"
            f"{paragraph(text, number=1)}</w:tc></w:tr>"
            for text in ("表中一", "表中二")
        )
        + "</w:tbl>"
        + paragraph("表后", number=1),
        numbering=lists([level(0, "decimal", "%1.")]),
    )
    made["nine-levels"] = word(
        _walk((*range(9), 4, 0)),
        numbering=lists([level(n, "decimal", f"%{n + 1})" if n % 2 else f"%{n + 1}.") for n in range(9)]),
    )
    return made
