"""The page of a document in a real Chromium: it shows what the JSON says, and every way through it works."""

import json
import re

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.explanation import evidence
from zhengxie_nlp.messages import translated
from zhengxie_nlp.outputs.page.render import SCRIPTS, document_page, page_strings
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import Document

from ...conftest import ROOT

TEXT = (ROOT / "corpora" / "speeches" / "text" / "c15.txt").read_text(encoding="utf-8")
TYPES = ("initiative", "mechanism", "quantity", "numeral_term", "time")


@pytest.fixture(scope="module")
def analysis():
    return Pipeline().analyze(TEXT, source_id="c15")


@pytest.fixture(scope="module")
def document(analysis):
    return analysis.document


@pytest.fixture
def page(show, analysis):
    opened = show(document_page(analysis.document, evidence=evidence(analysis)))
    opened.run("localStorage.clear()")
    return show(document_page(analysis.document, evidence=evidence(analysis)))


def test_counts_equal_the_document(page, document):
    for type_ in TYPES:
        count = sum(record.type == type_ for record in document.records)
        assert page.run("return document.getElementById(arguments[0]).dataset.count", f"tab-{type_}") == str(
            count
        )
        page.find(f"#tab-{type_}").click()
        rows = page.run(
            "return document.querySelectorAll(arguments[0]).length", f"#panel-{type_} tbody tr[data-place]"
        )
        assert rows == count
    notes = len(document.diagnostics) + len(document.unexplained_numerals)
    assert page.run("return document.getElementById('tab-notes').dataset.count") == str(notes)
    nodes = page.run("return document.querySelectorAll('.outline-node').length")
    assert nodes == sum(1 for speech in document.speeches for _ in walk(speech.nodes))


def walk(nodes):
    for node in nodes:
        yield node
        yield from walk(node.children)


def joined(page, selector):
    """Return the text of all elements of a selector, joined."""
    texts = "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent).join('')"
    return page.run(texts, selector)


def marked(page, type_):
    """Return the characters of all marks of a type, joined."""
    return joined(page, f"#text .s.{type_}")


def text_shown(page):
    """Return the text as it stands on the page, without the badges of moves."""
    return page.run(
        "const copy = document.getElementById('text').cloneNode(true);"
        "copy.querySelectorAll('.move').forEach((one) => one.remove()); return copy.textContent"
    )


@pytest.mark.parametrize("type_", TYPES)
def test_every_record_is_marked_on_its_characters(page, document, type_):
    covered = sorted(
        {
            at
            for one in document.records
            if one.type == type_
            for a, b in one.ref.fragments
            for at in range(a, b)
        }
    )
    assert marked(page, type_) == "".join(document.text[at] for at in covered)


def test_the_text_on_the_page_is_the_source(page, document):
    shown = text_shown(page)
    assert shown == document.text


def test_a_click_on_a_mark_shows_the_record(page, document):
    page.find("#text .s.quantity").click()
    first = next(record for record in document.records if record.type == "quantity")
    shown = page.find(".detail").text
    assert first.ref.text in shown
    assert first.rule in shown
    assert (
        page.run("return location.hash")
        == f"#c={first.ref.fragments[0][0]}-{first.ref.fragments[0][1]}&t=quantity"
    )


def test_a_page_without_evidence_says_so(show, page, document):
    missing = page_strings()["evidence.none"][0]
    page.find("#text .s.quantity").click()
    assert missing not in page.find(".detail").text
    opened = show(document_page(document))
    opened.find("#text .s.quantity").click()
    assert missing in opened.find(".detail").text


def test_a_click_where_records_overlap_lists_all_of_them(page, document):
    inner = next(
        one
        for one in document.records
        if one.type == "quantity"
        and any(
            other.type == "initiative"
            and other.ref.fragments[0][0] <= one.ref.fragments[0][0] < other.ref.fragments[0][1]
            for other in document.records
        )
    )
    page.run("document.querySelectorAll('#text .s.initiative.quantity')[0].click()")
    assert inner.ref.text in page.find("blockquote").text
    page.find(".record-list button").click()
    assert page.find(".record-head .kind").text == "举措"


def test_a_permanent_link_leads_to_its_record(show, document):
    two = next(record for record in document.records if len(record.ref.fragments) > 1)
    link = "_".join(f"{a}-{b}" for a, b in two.ref.fragments)
    page = show(document_page(document), f"#c={link}&t={two.type}")
    assert page.find("blockquote").text == two.ref.text
    assert joined(page, "#text .selected") == two.ref.text


def test_moved_text_is_drawn_and_its_badges_lead_to_the_other_end(page, document):
    moved = [note for note in document.diagnostics if note.code == "moved_text"]
    assert len(page.all(".move-from")) == len(page.all(".move-to")) == len(moved) > 0
    page.find(".move-to").click()
    assert translated(moved[0].message, "zh") in page.find(".detail").text
    assert page.find("#text .flash").text in moved[0].ref.text
    page.find("#tab-notes").click()
    assert len(page.all(".moved-band")) == len(moved)


def test_reading_order_joins_what_was_cut(page, document):
    page.find("input[value=reading]").click()
    joined = text_shown(page)
    cut = next(record for record in document.records if len(record.ref.fragments) > 1)
    assert cut.ref.text in joined
    assert cut.ref.text not in document.text


def test_types_can_be_hidden(page):
    page.find("input[data-type=initiative]").click()
    assert marked(page, "initiative") == ""
    assert marked(page, "quantity") != ""


def test_the_outline_leads_into_the_text(page, document):
    page.all(".outline-node button")[3].click()
    node = list(walk(document.speeches[0].nodes))[3]
    assert page.find("#text .flash").text.startswith(node.marker.ref.text)


def test_a_table_sorts_filters_and_is_copied(page, document):
    page.find("#tab-quantity").click()
    page.run("document.querySelectorAll('#panel-quantity .sort')[1].click()")
    values = page.run(
        "return [...document.querySelectorAll('#panel-quantity tbody tr[data-place]')]"
        ".map((row) => row.cells[1].textContent)"
    )
    numbers = [float(one) for one in values if one and "～" not in one]
    assert numbers == sorted(numbers)
    page.all("#panel-quantity .filters input")[1].type(">100")
    expected = sum(
        1 for one in document.records if one.type == "quantity" and one.value and float(one.value) > 100
    )
    page.wait(
        "return document.querySelectorAll('#panel-quantity tbody tr[data-place]').length === arguments[0]",
        expected,
    )
    page.run(
        "window.given = null; window.addEventListener('copy', (event) => {"
        "window.given = event.clipboardData.getData('text/plain'); });"
    )
    page.find("#panel-quantity .copy").click()
    lines = page.run("return window.given").split("\n")
    assert lines[0].startswith("文字\t数值\t单位")
    assert len(lines) == expected + 1


def test_a_row_leads_to_its_record(page, document):
    page.find("#tab-mechanism").click()
    page.find("#panel-mechanism tbody tr[data-place]").click()
    first = next(record for record in document.records if record.type == "mechanism")
    assert page.find("blockquote").text == first.ref.text
    assert page.run("return document.getElementById('panel-text').hidden") is False


def test_everything_is_done_with_keys(page, document):
    page.run("document.getElementById('text').focus()")
    page.keys("j")
    assert page.find("blockquote").text == document.records[0].ref.text
    page.keys("j")
    assert page.find("blockquote").text == document.records[1].ref.text
    page.keys("k", "a", "x", "e")
    assert page.run("return document.activeElement.closest('.edit') !== null")
    page.keys("\ue00c")
    page.run("document.getElementById('text').focus()")
    page.keys("?")
    assert "按键" in page.find(".sheet").text
    page.keys("\ue00c")
    assert page.all(".sheet") == []


def test_the_interface_is_english_when_asked(page):
    page.find("button.language").click()
    assert page.find("#tab-initiative").text.startswith("Initiatives")
    assert page.run("return document.documentElement.lang") == "en"
    page.find("button.language").click()
    assert page.find("#tab-initiative").text.startswith("举措")


def test_every_word_of_the_interface_stands_in_both_languages():
    for key, (chinese, english) in page_strings().items():
        assert chinese, key
        assert english, key
    scripts = "".join(
        (ROOT / "src/zhengxie_nlp/outputs/page/assets" / name).read_text(encoding="utf-8") for name in SCRIPTS
    )
    asked = set(re.findall(r'\bt\("([^"]+)"', scripts))
    assert asked - page_strings().keys() == set(), "no such key"
    for type_ in RECORD_TYPES:
        assert f"type.{type_}" in page_strings()


HOSTILE = """</script><script>window.ran = 1</script>的发言

<img src=x onerror="window.ran=2">市政协

一、<svg onload=window.ran=3>加强“&lt;学习&gt;”

一是\u202e倒写\u202c开展活动40多次。{{constructor.constructor('window.ran=4')()}} javascript:window.ran=5
<!--<script>window.ran=6
二是𠮷林县举办𝟙讲座12场，=cmd|' /C calc'!A0。
"""


def test_hostile_text_is_shown_and_never_run(show):
    document = Pipeline().extract(HOSTILE)
    page = show(document_page(document))
    # A click may draw the elements anew: each is looked up when its turn comes.
    clicked = (
        "const all = () => document.querySelectorAll(arguments[0]);"
        "for (let at = 0; at < all().length; at += 1) all()[at].click()"
    )
    for selector in ("[role=tab]", "tbody tr", ".outline button", "#tab-text", "#text .s", ".detail .link"):
        page.run(clicked, selector)
    shown = text_shown(page)
    assert shown == document.text
    assert page.run(
        "return [typeof window.ran, document.querySelectorAll('#page img, #page script').length]"
    ) == ["undefined", 0]


def test_offsets_beyond_the_basic_plane_are_right(show):
    document = Pipeline().extract("𠮷𠮷𠮷林县举办讲座12场，𠮷开展活动40多次。")
    page = show(document_page(document))
    assert marked(page, "quantity") == "12场40多次"


def test_a_million_characters_in_one_paragraph_do_not_hang(show):
    text = "今年以来开展活动40多次，召开会议12场，" * 50_000
    records = [
        {
            "type": "quantity",
            "id": f"q{at}",
            "ref": {"text": "40多次", "fragments": [[21 * at + 8, 21 * at + 12]]},
            "value": "40",
            "bound": "over",
            "unit": "次",
        }
        for at in range(0, 50_000, 7)
    ]
    document = Document.parse(json.dumps({"source": {"id": "long"}, "text": text, "records": records}))
    page = show(document_page(document))
    assert page.run("return document.getElementById('tab-quantity').dataset.count") == str(len(records))
    page.find("#tab-quantity").click()
    page.run("document.querySelector('#panel-quantity .rows').scrollTop = 1e6")
    page.wait(
        "return [...document.querySelectorAll('#panel-quantity tr[data-place]')]"
        ".some((row) => Number(row.dataset.place) === arguments[0])",
        len(records) - 1,
    )
    page.run("[...document.querySelectorAll('#panel-quantity tr[data-place]')].pop().click()")
    assert page.find("#text .selected").text == "40多次"


def test_tens_of_thousands_of_nodes_do_not_hang(show):
    count = 20_000
    nodes = [
        {
            "id": f"s1.{at}", "level": 1,
            "marker": {
                "ref": {"text": "一、", "fragments": [[4 * at, 4 * at + 2]]},
                "style": "han_comma", "kind": "section", "ordinal": 1,
            },
            "heading": {"text": "甲", "fragments": [[4 * at + 2, 4 * at + 3]]},
        }
        for at in range(count)
    ]  # fmt: skip
    whole = {"source": {"id": "x"}, "text": "一、甲\n" * count, "speeches": [{"id": "s1", "nodes": nodes}]}
    page = show(document_page(Document.parse(json.dumps(whole))))
    page.find("input[value=reading]").click()
    assert page.run("return document.querySelectorAll('#text .block').length") == count
    page.find("input[value=source]").click()
    assert text_shown(page) == whole["text"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault(page, axe, theme):
    page.run("document.documentElement.dataset.theme = arguments[0]", theme)
    page.run(axe)
    for tab in ("text", "quantity", "notes", "corrections"):
        page.find(f"#tab-{tab}").click()
        if tab == "text":
            page.find("#text .s.quantity").click()
        assert serious(page) == []


def serious(page):
    page.run("window.found = null; axe.run().then((done) => { window.found = [done.violations]; })")
    violations = page.wait("return window.found")[0]
    return [
        (one["id"], one["nodes"][0]["html"][:200], one["nodes"][0].get("failureSummary", "")[:300])
        for one in violations
        if one["impact"] in ("serious", "critical")
    ]


def test_the_page_fits_at_200_percent(page):
    page.size(720, 700)
    assert page.run("return document.documentElement.scrollWidth <= window.innerWidth")
    page.find("#text .s.quantity").click()
    assert page.find("blockquote").text


def test_the_page_prints_all_of_the_text(page, document):
    printed = page.devtools("Page.printToPDF")
    assert len(printed["data"]) > 10_000


def test_the_page_uses_nothing_newer_than_chromium_86():
    """What came later and is easily written by habit; the newest of it that we allow is of 2020."""
    folder = ROOT / "src/zhengxie_nlp/outputs/page/assets"
    scripts = "".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
    style = (folder / "page.css").read_text(encoding="utf-8")
    for later in (
        r"\.at\(-",
        r"Object\.hasOwn\b",
        r"structuredClone",
        r"\.findLast",
        r"\.toSorted",
        r"Array\.fromAsync",
        r"static \{",
        r"#\w+ in ",
        r"\.replaceChildren",
        r"\.toReversed",
        r"randomUUID",
        r"Object\.groupBy",
    ):
        assert not re.search(later, scripts), later
    for later in (
        r":is\(",
        r":where\(",
        r":has\(",
        r"\binset:",
        r"aspect-ratio",
        r"color-mix",
        r"@layer",
        r"@container",
        r"\ddvh",
        r"accent-color",
        r"text-wrap",
    ):
        assert not re.search(later, style), later


def test_the_same_document_gives_the_same_page(document):
    assert document_page(document) == document_page(document)


def test_no_address_of_the_network_stands_in_the_page(document):
    html = document_page(document)
    assert re.findall(r"https?://[^\s\"'<]+", html) == ["http://www.w3.org/2000/svg"]
    assert "default-src 'none'" in html
