"""The page of an archive in a real Chromium: it counts what its Documents hold; each cell leads to them."""

import json

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.outputs.page.archive import Archive, archive_page, packed

from ...conftest import ROOT
from .test_document_page import serious, text_shown

TYPES = ("initiative", "mechanism", "quantity", "numeral_term", "time")
NAMES = ("a01", "a02", "b05", "c15", "c16")


@pytest.fixture(scope="module")
def documents():
    pipeline = Pipeline()
    return [pipeline.extract_file(ROOT / "corpora" / "speeches" / "text" / f"{name}.txt") for name in NAMES]


@pytest.fixture(scope="module")
def html(documents):
    return archive_page(documents, title="测试档案")


@pytest.fixture
def page(show, html):
    opened = show(html)
    opened.run("localStorage.clear()")
    opened = show(html)
    opened.wait("return document.getElementById('tab-overview')")
    return opened


def rows(page, tab):
    page.find(f"#tab-{tab}").click()
    return page.run(
        "return document.querySelectorAll(arguments[0]).length", f"#panel-{tab} tbody tr[data-place]"
    )


def count(page, tab):
    return int(page.run("return document.getElementById(arguments[0]).dataset.count", f"tab-{tab}"))


def test_counts_equal_the_documents(page, documents):
    assert count(page, "documents") == rows(page, "documents") == len(documents)
    for type_ in TYPES:
        expected = sum(record.type == type_ for document in documents for record in document.records)
        assert count(page, type_) == expected


def test_a_cell_of_the_overview_leads_to_its_records(page):
    cell = page.find(".heat-map .heat button")
    who, category = cell.label().split("：")[0].split("，")
    figure = int(cell.text)
    cell.click()
    assert rows(page, "initiative") == figure
    texts = page.run(
        "return [...document.querySelectorAll('#panel-initiative tbody tr[data-place]')]"
        ".map((row) => row.textContent)"
    )
    assert all(who in text and category in text for text in texts)
    page.find(".narrowing").click()
    page.find(".narrowing").click()
    assert page.run("return document.querySelector('#panel-initiative .count').textContent").count("/") == 0


def test_a_row_opens_its_document_at_the_record(page, documents):
    page.find("#tab-mechanism").click()
    page.run("document.querySelector('#panel-mechanism tbody tr[data-place]').click()")
    page.wait("return document.querySelector('.of-archive blockquote')")
    first = next(
        record for document in documents for record in document.records if record.type == "mechanism"
    )
    assert page.find("blockquote").text == first.ref.text
    page.find(".back").click()
    assert page.run("return document.querySelector('.archive').hidden") is False


def test_every_document_opens_with_all_of_its_text_and_records(page, documents):
    for at, document in enumerate(documents):
        page.find("#tab-documents").click()
        page.run(
            "document.querySelectorAll('#panel-documents tbody tr[data-place]')[arguments[0]].click()", at
        )
        page.wait("return document.querySelector('.of-archive .text')")
        assert text_shown(page) == document.text
        for type_ in TYPES:
            own = "return document.querySelector('.of-archive #tab-' + arguments[0]).dataset.count"
            assert page.run(own, type_) == str(sum(record.type == type_ for record in document.records))
        page.find(".back").click()


def test_a_permanent_link_opens_its_document(show, html, documents):
    document = documents[3]
    record = next(one for one in document.records if one.type == "quantity")
    start, end = record.ref.fragments[0]
    page = show(html, f"#d={document.source.id}&c={start}-{end}&t=quantity")
    page.wait("return document.querySelector('.of-archive blockquote')")
    assert page.find("blockquote").text == record.ref.text


def test_search_finds_chinese_words_in_all_texts(page, documents):
    page.find(".search-all").type("学习\ue007")
    page.wait("return document.getElementById('tab-found')")
    having = [document for document in documents if "学习" in document.text]
    assert 0 < len(having) == count(page, "found")
    page.run("document.querySelector('#panel-found tbody tr[data-place]').click()")
    page.wait("return document.querySelector('.of-archive .flash')")
    assert page.find(".of-archive .flash").text == "学习"


def test_tables_sort_and_filter(page, documents):
    page.find("#tab-quantity").click()
    page.run("document.querySelectorAll('#panel-quantity .sort')[1].click()")
    values = page.run(
        "return [...document.querySelectorAll('#panel-quantity tbody tr[data-place]')]"
        ".map((row) => row.cells[1].textContent)"
    )
    numbers = [float(one) for one in values if "～" not in one]
    assert numbers == sorted(numbers)
    page.all("#panel-quantity .filters input")[0].type("余")
    expected = sum(
        one.type == "quantity" and "余" in one.ref.text for document in documents for one in document.records
    )
    page.wait(
        "return document.querySelector('#panel-quantity .count').textContent.startsWith(arguments[0] + ' /')",
        str(expected),
    )


def test_the_same_elsewhere_is_shown_beside_a_record(show):
    pipeline = Pipeline()
    texts = [
        "云浦市政协机关\n\n一、抓学习\n\n健全学习制度，开展活动12次。",
        "岭东区政协\n\n一、抓学习\n\n完善学习制度，开展活动30次。",
    ]
    documents = [pipeline.extract(text, source_id=f"t{at}") for at, text in enumerate(texts)]
    page = show(archive_page(documents, title="两篇"))
    page.wait("return document.getElementById('tab-quantity')")
    page.find("#tab-quantity").click()
    page.run("document.querySelector('#panel-quantity tbody tr[data-place]').click()")
    page.wait("return document.querySelector('.of-archive blockquote')")
    assert "30次" in page.find(".detail").text


def test_corrections_of_several_documents_are_saved_together(page, documents):
    for at in (0, 1):
        page.find("#tab-documents").click()
        page.run(
            "document.querySelectorAll('#panel-documents tbody tr[data-place]')[arguments[0]].click()", at
        )
        page.wait("return document.querySelector('.of-archive .text')")
        page.run("document.getElementById('text').focus()")
        page.keys("j", "x")
        if at == 0:
            page.find(".back").click()
    page.run(
        "window.written = null; window.showSaveFilePicker = async () => ({ createWritable: async () => ({"
        "write: async (text) => { window.written = text; }, close: async () => {} }) })"
    )
    page.find("#tab-corrections").click()
    page.find(".save-corrections").click()
    saved = json.loads(page.wait("return window.written"))
    assert [one["source"]["id"] for one in saved["documents"]] == ["a01", "a02"]


def test_two_documents_of_one_name_have_keys_of_their_own(documents):
    archive = Archive(title="x")
    archive.add(documents[0])
    archive.add(documents[0])
    assert len(archive._keys) == 2


def test_an_archive_of_nothing_opens(show):
    page = show(archive_page([], title="空"))
    page.wait("return document.getElementById('tab-overview')")
    assert count(page, "documents") == 0
    for tab in page.all("[role=tab]"):
        tab.click()


def test_hostile_titles_and_names_are_shown_and_never_run(show):
    text = (
        "<img src=x onerror=window.ran=1>的发言\n\n</script><script>window.ran=2</script>市政协\n\n"
        "一、抓“<b onclick=window.ran=3>”学习\n\n健全“<svg onload=window.ran=4>”机制，开展活动12次。"
    )
    page = show(
        archive_page(
            [Pipeline().extract(text, source_id="</script><b>")],
            title="</title><script>window.ran=5</script>",
        )
    )
    page.wait("return document.getElementById('tab-overview')")
    for tab in page.all("[role=tab]"):
        tab.click()
    assert page.run("return typeof window.ran") == "undefined"


def test_the_same_documents_give_the_same_page(documents, html):
    assert archive_page(documents, title="测试档案") == html
    assert packed(["一"]) == packed(["一"])


def test_axe_finds_no_serious_fault(page, axe):
    page.run(axe)
    for tab in ("overview", "documents", "quantity"):
        page.find(f"#tab-{tab}").click()
        assert serious(page) == []


def test_what_compare_has_found_leads_to_its_documents(show, documents):
    archive = Archive(title="比较")
    for document in documents:
        archive.add(document)
    line = documents[1].text[: documents[1].records[0].ref.fragments[0][0]].count("\n") + 1
    rows = [{"organization": "云浦市政协", "initiatives": 3, "place": f"a02:{line}"}]
    columns = [["organization", "单位"], ["initiatives", "举措"], ["place", "出处"]]
    table = {"zh": "各单位", "en": "Organisations", "columns": columns, "rows": rows}
    page = show(archive.html(compared={"activity": table}))
    page.wait("return document.getElementById('tab-compared')")
    page.find("#tab-compared").click()
    assert "各单位" in page.find("#panel-compared").text
    page.find("#panel-compared tbody tr[data-place]").click()
    page.wait("return document.querySelector('.of-archive .flash')")
    shown = page.run("return document.querySelector('.of-archive .back-bar span').textContent")
    assert shown == documents[1].title.text
