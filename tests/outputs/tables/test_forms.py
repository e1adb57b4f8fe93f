"""Tables in all forms: the same rows, safe in spreadsheets, found by search, valid for their readers."""

import csv
import json
import sqlite3
import xml.etree.ElementTree as ET
from importlib import resources
from pathlib import Path

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.identity import record_uids
from zhengxie_nlp.outputs.tables import columns, csv_files, sqlite
from zhengxie_nlp.outputs.tables.columns import RECORD_TABLES, TABLES, columns_of
from zhengxie_nlp.outputs.tables.forms import FORMS, read_documents, write_tables
from zhengxie_nlp.outputs.tables.rows import rows_of
from zhengxie_nlp.record_types import RECORD_TYPES

SPEECH = """云浦市政协2023年工作总结

云浦市政协机关

一、抓实理论学习，夯实思想根基

一是健全学习制度。2023年9月，举办读书分享会12场，参加委员1200余人次。

二是严格组织生活。坚持“三会一课”制度。

二、聚焦中心任务

全年流转土地1.2万亩，建成委员工作室15个，走访企业112家。
"""


@pytest.fixture(scope="module")
def documents():
    pipeline = Pipeline()
    other = '=HYPERLINK("x")\n\n@岭东区政协\n\n一、协商\n\n围绕“<营商>&环境”开展调研40多次。\n'
    return [
        pipeline.extract(SPEECH, source_id="2023/001"),
        pipeline.extract(other, source_id="../=2"),
        pipeline.extract("会议于五月召开。", source_id="空"),
    ]


@pytest.fixture(scope="module")
def out(documents, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    forms = [name for name in FORMS if name not in ("parquet", "xlsx")]
    assert write_tables(documents, folder, forms=forms) == sum(
        len(document.records) for document in documents
    )
    return folder


def rows(documents, table):
    number, found = 1, []
    for document in documents:
        found += [row for name, row in rows_of(document, first=number) if name == table]
        number += len(document.records)
    return found


# ---- columns and rows


def test_every_field_of_the_schema_has_its_column():
    for row in RECORD_TYPES.values():
        names = {column.name for column in columns_of(row.plural)}
        own = {"type": "record", "ref": "text", "scores": "score_service"}
        dated = {"start": "start_date", "end": "end_date"} if row.plural == "times" else {}
        for field in row.model.model_fields:
            assert {**own, **dated}.get(field, field) in names, (row.plural, field)


def test_rows_have_the_columns_of_their_table_and_no_other(documents):
    for table in TABLES:
        for row in rows(documents, table):
            assert set(row) == {column.name for column in columns_of(table)}, table


def test_columns_are_described_in_both_languages():
    for table in TABLES:
        named = [column.zh for column in columns_of(table)]
        assert len(set(named)) == len(named), table
        for column in columns_of(table):
            assert all((column.zh, column.en, column.about_zh, column.about_en)), (table, column.name)


def test_the_page_of_columns_is_that_of_the_list():
    page = Path(__file__).parents[3] / "docs" / "columns.md"
    assert page.read_text(encoding="utf-8") == columns.columns_page()


def test_values_have_chinese_names():
    for name in ("category", "status", "stage", "bound", "change", "kind"):
        for row in RECORD_TYPES.values():
            schema = row.model.model_json_schema(mode="validation")["properties"].get(name, {})
            options = [schema, *schema.get("anyOf", ())]
            for value in [one for option in options for one in option.get("enum", ())]:
                assert value in columns.value_names(), value


def test_an_initiative_has_who_when_and_its_figures_in_its_row(documents):
    held = next(row for row in rows(documents, "initiatives") if "读书分享会" in row["text"])
    assert held["who"] == "云浦市政协机关"
    assert held["when_text"] == "2023年9月"
    assert (held["when_start"], held["when_end"], held["year"]) == ("2023-09-01", "2023-09-30", 2023)
    assert "12场" in held["figures"]
    assert held["heading_path"] == "一、抓实理论学习，夯实思想根基 › 一是健全学习制度"
    assert (held["line"], held["document"]) == (7, "2023/001")
    figures = [row for row in rows(documents, "quantities") if row["uid"] in held["quantities"].split("；")]
    assert {row["initiative"] for row in figures} == {held["uid"]}
    assert {row["who"] for row in figures} == {"云浦市政协机关"}


def test_a_record_without_a_time_belongs_to_the_year_of_its_title(documents):
    built = next(row for row in rows(documents, "quantities") if row["text"] == "15个")
    assert (built["year"], built["year_from"], built["when_start"]) == (2023, "title", None)


# ---- uids


def test_uids_are_the_same_in_every_run_and_move_with_their_records(documents):
    longer = SPEECH.replace("二是严格", "二是加强宣传。\n\n三是严格").replace("夯实", "夯实\n")
    again = Pipeline().extract(longer, source_id="other")
    first, second = record_uids(documents[0]), record_uids(again)
    assert len(set(first.values())) == len(documents[0].records)
    # What is found may change with the words around it; what is found again is called the same.
    texts = {record.ref.text: first[record.id] for record in documents[0].records}
    found = {record.ref.text: second[record.id] for record in again.records if record.ref.text in texts}
    assert len(found) > 8
    assert found.items() <= texts.items()


def test_uids_tell_repeated_records_apart():
    document = Pipeline().extract("走访企业12家。\n" * 3)
    uids = record_uids(document)
    assert len(set(uids.values())) == len(uids)


# ---- CSV


def test_csv_opens_in_excel_and_holds_no_formula(out, documents):
    raw = (out / "tables" / "documents.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (out / "tables" / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["document"] for row in read] == ["2023/001", "../=2", "空"]
    for path in (out / "tables").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in list(csv.reader(file))[1:]:
                assert not any(cell.startswith(("=", "@", "\t")) for cell in row)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "＝1", "\r=1"])
def test_cells_that_look_like_formulas_get_an_apostrophe(cell):
    assert csv_files.harmless(cell) == f"'{cell}"


# ---- SQLite


def ask(out, sql, **values):
    with sqlite3.connect(out / "archive.sqlite") as base:
        return base.execute(sql, values).fetchall()


def test_sqlite_holds_all_rows_with_keys_that_fit(out, documents):
    for table in TABLES:
        assert ask(out, f"SELECT count(*) FROM {table}")[0][0] == len(rows(documents, table))
    assert ask(out, "PRAGMA foreign_key_check") == []
    assert ask(out, "PRAGMA integrity_check") == [("ok",)]
    assert ask(out, "SELECT count(*) FROM records")[0][0] == sum(
        len(document.records) for document in documents
    )


def test_sqlite_links_initiatives_with_their_figures(out):
    sql = (
        "SELECT q.text FROM initiatives i JOIN initiative_quantities l ON l.document = i.document "
        "AND l.initiative = i.uid JOIN quantities q ON q.document = l.document AND q.uid = l.uid "
        "WHERE i.text LIKE '%读书分享会%'"
    )
    assert ("12场",) in ask(out, sql)


def query(name):
    return sqlite.metadata()["databases"]["archive"]["queries"][name]["sql"]


@pytest.mark.parametrize(
    "word", ["委员工作室", "委员", "室", "1.2万亩", "1200余人次", "三会一课", "读书分享会12"]
)
def test_search_finds_words_of_any_length_as_a_full_scan_does(out, word):
    found = ask(out, query("search_text"), q=word)
    scan = ask(out, "SELECT 1 FROM nodes WHERE heading || char(10) || text LIKE '%' || :q || '%'", q=word)
    assert len(found) == len(scan) > 0
    records = ask(out, query("search_records"), q=word)
    scan = ask(out, "SELECT 1 FROM records WHERE text LIKE '%' || :q || '%'", q=word)
    assert len(records) == len(scan)


@pytest.mark.parametrize("word", ["12万亩", "甲", '"', 'a" OR "b', "NEAR(", "*"])
def test_search_finds_nothing_where_nothing_is(out, word):
    assert ask(out, query("search_text"), q=word) == []


def test_every_ready_query_runs(out):
    for one in sqlite.metadata()["databases"]["archive"]["queries"].values():
        ask(out, one["sql"], q="委员", who="云浦")
    told = json.loads((out / "archive.metadata.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(sqlite.metadata()))


# ---- other forms


def test_parquet_has_typed_columns_and_their_meanings(documents, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra [tables] is not installed")
    write_tables(documents, tmp_path, forms=["parquet"])
    for table in TABLES:
        read = parquet.read_table(tmp_path / "tables" / f"{table}.parquet")
        assert read.num_rows == len(rows(documents, table))
        assert read.column_names == [column.name for column in columns_of(table)]
    field = parquet.read_schema(tmp_path / "tables" / "initiatives.parquet").field("who")
    assert field.metadata[b"zh"].decode() == "谁"


def test_the_workbook_begins_with_who_did_what(documents, tmp_path):
    pytest.importorskip("xlsxwriter", reason="the extra [tables] is not installed")
    import zipfile

    write_tables(documents, tmp_path, forms=["xlsx"])
    with zipfile.ZipFile(tmp_path / "archive.xlsx") as book:
        names = ET.fromstring(book.read("xl/workbook.xml"))
        sheets = [sheet.get("name") for sheet in names.iter() if sheet.tag.endswith("}sheet")]
        assert sheets == [
            "谁做了什么", "举措", "机制", "时间", "数字略语", "数量", "层次", "发言", "文档", "列说明",
        ]  # fmt: skip
        front = book.read("xl/worksheets/sheet1.xml").decode()
        assert "云浦市政协机关" in front
        assert 'state="frozen"' in front
        assert "<autoFilter" in front
        assert not any(
            "<f>" in book.read(name).decode() for name in book.namelist() if "sheets/sheet" in name
        )


def test_postgres_files_have_a_line_a_row_and_escapes(out, documents):
    for table in TABLES:
        lines = (out / "postgres" / f"{table}.copy").read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(rows(documents, table))
        assert all(len(line.split("\t")) == len(columns_of(table)) for line in lines)
    schema = (out / "postgres" / "schema.sql").read_text(encoding="utf-8")
    assert schema.count("CREATE TABLE") == len(TABLES)


def test_graphs_name_every_end_of_every_edge(out, documents):
    root = ET.parse(out / "archive.graphml").getroot()
    space = "{http://graphml.graphdrawing.org/xmlns}"
    nodes = [node.get("id") for node in root.iter(f"{space}node")]
    assert len(set(nodes)) == len(nodes)
    edges = [(edge.get("source"), edge.get("target")) for edge in root.iter(f"{space}edge")]
    assert edges
    assert {end for edge in edges for end in edge} <= set(nodes)
    with (out / "neo4j" / "nodes.csv").open(encoding="utf-8", newline="") as file:
        ids = [row[":ID"] for row in csv.DictReader(file)]
    with (out / "neo4j" / "relationships.csv").open(encoding="utf-8", newline="") as file:
        ends = {row[end] for row in csv.DictReader(file) for end in (":START_ID", ":END_ID")}
    assert sorted(ids) == sorted(nodes)
    assert ends <= set(ids)


def test_tei_is_valid_and_stays_in_its_folder(out, documents):
    etree = pytest.importorskip("lxml.etree", reason="lxml (extra [files]) validates here")
    schema = resources.files("zhengxie_nlp") / "data" / "tei.rng"
    grammar = etree.RelaxNG(etree.fromstring(schema.read_bytes()))
    files = sorted((out / "tei").iterdir())
    assert len(files) == 2 * len(documents)
    for path in files:
        grammar.assertValid(etree.parse(path))
    spans = [span for path in files for span in ET.parse(path).iter("{http://www.tei-c.org/ns/1.0}span")]
    assert len(spans) == sum(len(document.records) for document in documents)


def test_writing_again_gives_the_same_bytes(documents, out, tmp_path):
    forms = ["csv", "postgres", "graphml", "neo4j", "tei"]
    write_tables(documents, tmp_path, forms=forms)
    for path in filter(lambda path: path.is_file(), tmp_path.rglob("*")):
        assert path.read_bytes() == (out / path.relative_to(tmp_path)).read_bytes()


def test_a_form_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(ZhengxieError, match="odt"):
        write_tables([], tmp_path, forms=["odt"])


def test_documents_are_read_line_by_line(documents, tmp_path):
    path = tmp_path / "documents.jsonl"
    path.write_text("".join(document.model_dump_json() + "\n" for document in documents), encoding="utf-8")
    assert list(read_documents(path)) == documents
    path.write_text("{}\n", encoding="utf-8")
    with pytest.raises(ZhengxieError, match="line 1"):
        list(read_documents(path))
    with pytest.raises(ZhengxieError):
        list(read_documents(tmp_path / "nowhere"))


def test_record_tables_are_those_of_the_record_types():
    assert set(RECORD_TABLES) == {row.plural for row in RECORD_TYPES.values()}
