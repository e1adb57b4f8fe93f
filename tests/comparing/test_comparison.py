"""An archive of two organisations over two years, compared: every row names where it comes from."""

import csv
import json
import subprocess
import sys

import pytest

from zhengxie_nlp.comparing.comparison import QUESTIONS, answers, opened, write_comparison
from zhengxie_nlp.comparing.terminal import table_text
from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.outputs.tables.columns import columns_of
from zhengxie_nlp.records import Document, Initiative, Mechanism, Quantity, Ref, Source, Speech

NAMED = {question.name: question for question in QUESTIONS}


class Writing:
    """Writes a Document record by record: the text grows, and each record points at its characters."""

    def __init__(self, id_, organization, title):
        self.id, self.text, self.records = id_, "", []
        self.title, self.organization = self.ref(title), self.ref(organization)

    def ref(self, words, *, end="\n"):
        start = len(self.text)
        self.text += words + end
        return Ref(text=words, fragments=((start, start + len(words)),))

    def at(self, words, within):
        start = within.fragments[0][0] + within.text.index(words)
        return Ref(text=words, fragments=((start, start + len(words)),))

    def did(self, clause, *, status="done", mechanism=None, stage="mention", **figure):
        whole = self.ref(clause, end="。\n")
        number = len(self.records)
        inside = {"quantities": (), "mechanisms": ()}
        if figure:
            counted = self.at(figure.pop("counted"), whole)
            ref = self.at(figure.pop("words"), whole)
            self.records.append(Quantity(id=f"q{number}", ref=ref, speech="s1", counted=counted, **figure))
            inside["quantities"] = (f"q{number}",)
        if mechanism:
            ref = self.at(mechanism, whole)
            self.records.append(
                Mechanism(id=f"m{number}", ref=ref, speech="s1", kind="mechanism", stage=stage)
            )
            inside["mechanisms"] = (f"m{number}",)
        self.records.append(
            Initiative(
                id=f"i{number}",
                ref=whole,
                speech="s1",
                action=clause[:2],
                status=status,
                category="service",
                **inside,
            )
        )

    def document(self):
        speech = Speech(id="s1", title=self.title, organization=self.organization)
        source = Source(id=self.id)
        return Document(
            source=source, text=self.text, title=self.title, speeches=(speech,), records=tuple(self.records)
        )


def archive():
    first = Writing("2022/云浦", "云浦市政协机关", "云浦市政协2022年工作总结")
    first.did(
        "建成委员工作室15个",
        mechanism="委员工作室",
        stage="new",
        words="15个",
        counted="委员工作室",
        value="15",
        unit="个",
    )
    first.did("走访企业40多家", words="40多家", counted="企业", value="40", unit="家", bound="over")
    first.did("撰写提案120件", words="120件", counted="提案", value="120", unit="件")
    first.did("开展夜间协商议事", mechanism="夜间协商")
    first.did("推动老旧小区改造专项民主监督", status="planned")
    first.did("筹建数字政协平台", status="planned")
    second = Writing("2023/云浦", "政协云浦市第五届委员会", "云浦市政协2023年工作总结")
    second.did(
        "建成委员联络工作室22个",
        mechanism="委员联络工作室",
        words="22个",
        counted="委员联络工作室",
        value="22",
        unit="个",
    )
    second.did("走访企业60多家", words="60多家", counted="企业", value="60", unit="家", bound="over")
    second.did("撰写提案100件", words="100件", counted="提案", value="100", unit="件")
    second.did("完成老旧小区改造专项民主监督")
    third = Writing("2023/岭东", "岭东区政协", "岭东区政协2023年工作总结")
    third.did(
        "设立委员工作室8个",
        mechanism="委员工作室",
        stage="new",
        words="8个",
        counted="委员工作室",
        value="8",
        unit="个",
    )
    third.did("每人走访企业3家", words="3家", counted="企业", value="3", unit="家", per="人")
    third.did(
        "撰写提案每年不少于30件", words="不少于30件", counted="提案", value="30", unit="件", bound="at_least"
    )
    return [first.document(), second.document(), third.document()]


@pytest.fixture
def out(tmp_path):
    lines = "".join(document.model_dump_json() + "\n" for document in archive())
    (tmp_path / "documents.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def ask(out, name, **more):
    return answers(out, NAMED[name], **more)


def test_names_are_brought_to_one_form_with_the_rules_that_did_it(out):
    rows = ask(out, "organizations")
    assert [(row["organization"], row["written"], row["rules"]) for row in rows] == [
        ("云浦市政协", "云浦市政协机关", "body"),
        ("云浦市政协", "政协云浦市第五届委员会", "session+committee"),
        ("岭东区政协", "岭东区政协", ""),
    ]


def test_the_same_mechanism_across_organisations(out):
    rows = ask(out, "mechanisms")
    assert [(row["mechanism"], row["organization"], row["since"], row["new"]) for row in rows] == [
        ("委员工作室", "云浦市政协", 2022, 2022),
        ("委员工作室", "岭东区政协", 2023, 2023),
    ]
    assert rows[0]["called"] == "委员工作室；委员联络工作室"
    assert rows[0]["figures"] == "委员工作室 15个；委员联络工作室 22个"
    assert rows[0]["places"] == "2022/云浦:3；2023/云浦:3"


def test_what_each_did_by_category_and_year(out):
    rows = ask(out, "activity")
    found = {(row["organization"], row["year"], row["category"]): row for row in rows}
    assert found["云浦市政协", 2022, "service"]["initiatives"] == 6
    assert found["云浦市政协", 2022, "service"]["planned"] == 2
    assert found["岭东区政协", 2023, "service"]["done"] == 3


def test_figures_of_the_same_thing_side_by_side_with_their_bounds(out):
    rows = ask(out, "figures", about="提案")
    assert [(row["organization"], row["year"], row["value"], row["bound"]) for row in rows] == [
        ("云浦市政协", 2022, "120", "exact"),
        ("云浦市政协", 2023, "100", "exact"),
        ("岭东区政协", 2023, "30", "at_least"),
    ]
    assert rows[0]["place"] == "2022/云浦:5"


def test_figures_of_different_bases_are_never_put_together(out):
    assert all(row["per"] is None for row in ask(out, "figures", about="企业"))


def test_a_year_against_the_last(out):
    rows = {(row["name"], row["change"]): row for row in ask(out, "years")}
    assert ("夜间协商", "not named again") in rows
    grown = rows["企业（家）", "grown"]
    assert (grown["before"], grown["now"], grown["year"]) == ("40多家", "60多家", 2023)
    assert ("提案（件）", "fallen") in rows
    assert not any(name == "委员工作室" for name, _ in rows)


def test_what_was_planned_and_then_done(out):
    rows = ask(out, "plans")
    assert [(row["planned"], row["done"]) for row in rows] == [
        ("推动老旧小区改造专项民主监督", "完成老旧小区改造专项民主监督"),
        ("筹建数字政协平台", None),
    ]
    assert rows[0]["done_place"] == "2023/云浦:6"


def test_answers_are_written_as_csv_and_json(out):
    counts = write_comparison(out)
    told = json.loads((out / "compare" / "compare.json").read_text(encoding="utf-8"))
    assert set(told) == set(counts) == set(NAMED)
    for name, answer in told.items():
        assert len(answer["rows"]) == counts[name] > 0
        columns = [column for column, _ in answer["columns"]]
        assert all(list(row) == columns for row in answer["rows"])
        with (out / "compare" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert next(csv.reader(file)) == columns


def test_tables_are_made_again_when_documents_are_newer(out):
    with opened(out) as base:
        assert base.execute("SELECT count(*) FROM documents").fetchone()[0] == 3
    lines = (out / "documents.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (out / "documents.jsonl").write_text("".join(lines[:2]), encoding="utf-8")
    stamp = (out / "archive.sqlite").stat().st_mtime + 10
    import os

    os.utime(out / "documents.jsonl", (stamp, stamp))
    with opened(out) as base:
        assert base.execute("SELECT count(*) FROM documents").fetchone()[0] == 2
    assert columns_of("documents")


def test_the_command_shows_tables(out):
    done = subprocess.run(
        [
            sys.executable, "-m", "zhengxie_nlp", "compare", str(out),
            "--ask", "mechanisms", "--about", "工作室",
        ],
        capture_output=True, check=True,
    )  # fmt: skip
    said = done.stdout.decode()
    assert "岭东区政协" in said
    assert "各单位相同的机制" in said
    assert "上年计划" not in said


def test_an_empty_answer_is_its_title_alone(out):
    plans = NAMED["plans"]
    title = f"{plans.zh} {plans.en}"
    assert table_text(plans, [], of=0) == f"{title}（0/0）\n\n"
    years = NAMED["years"]
    assert table_text(years, ask(out, "years"), of=9).splitlines()[0].startswith(f"{years.zh} {years.en}（")


def test_nothing_to_compare_is_said(tmp_path):
    with pytest.raises(ZhengxieError) as caught:
        write_comparison(tmp_path)
    assert caught.value.code == "ZX610"
