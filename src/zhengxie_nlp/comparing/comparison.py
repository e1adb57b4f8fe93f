"""Opens an archive's tables and asks all questions of them; the answers as CSV, JSON and for a terminal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from zhengxie_nlp.comparing import questions
from zhengxie_nlp.comparing.organizations import one_form, own_place
from zhengxie_nlp.comparing.questions import Row
from zhengxie_nlp.errors import BatchError
from zhengxie_nlp.outputs.tables.csv_files import csv_line, harmless
from zhengxie_nlp.outputs.tables.forms import read_documents, write_tables
from zhengxie_nlp.outputs.tables.rows import title_organization
from zhengxie_nlp.structure.speeches.names import is_organization
from zhengxie_nlp.writing import make_folder, whole_file

_MARK: Final = "\ufeff".encode()


class Question(NamedTuple):
    """A question: what it is called, in Chinese and English, what answers it, and the columns of the answer.

    Attributes:
        columns: name and Chinese name of each.
        subject: the column that names what it is about, for who asks for one thing only.
    """

    name: str
    zh: str
    en: str
    ask: Callable[[sqlite3.Connection], Iterator[Row]]
    columns: tuple[tuple[str, str], ...]
    subject: str


def organizations(base: sqlite3.Connection) -> Iterator[Row]:
    """Yield each name that stands for who did something, the form it is brought to, and by which rules."""
    sql = (
        "SELECT organization, written, rules, count(DISTINCT document) FROM temp.organizations "
        "GROUP BY organization, written, rules ORDER BY organization, written, rules"
    )
    for row in base.execute(sql):
        yield {"organization": row[0], "written": row[1], "rules": row[2], "documents": row[3]}


def _columns(said: str) -> tuple[tuple[str, str], ...]:
    names = said.split()
    return tuple(zip(names[::2], names[1::2], strict=True))


QUESTIONS: Final = (
    Question(
        "organizations",
        "单位名称的统一",
        "Names of organisations, brought to one form",
        organizations,
        _columns("organization 统一后 written 原文写法 rules 所用规则 documents 文档数"),
        "organization",
    ),
    Question(
        "mechanisms",
        "各单位相同的机制",
        "Mechanisms that several organisations have",
        questions.mechanisms,
        _columns(
            "mechanism 机制 organizations 单位数 organization 单位 called 原文名称 since 最早年份 new 新建于 "
            "category 类别 figures 数字 mentions 提及次数 places 出处"
        ),
        "mechanism",
    ),
    Question(
        "activity",
        "各单位各类别各年份",
        "By organisation, category and year",
        questions.activity,
        _columns(
            "organization 单位 year 年份 category 类别 initiatives 举措 done 已做或在做 planned 要做 "
            "mechanisms 机制"
        ),
        "organization",
    ),
    Question(
        "figures",
        "同一事物的数量",
        "Quantities of the same thing, side by side",
        questions.figures,
        _columns(
            "counted 数的是什么 unit 单位（量） kind 种类 per 每 change 增减 organization 单位 year 年份 "
            "value 数值 low 下限 high 上限 bound 界限 text 原文 when 何时 place 出处"
        ),
        "counted",
    ),
    Question(
        "years",
        "今年与上年",
        "A year against the last",
        questions.years,
        _columns(
            "organization 单位 year 年份 kind 种类 name 名称 change 变化 before 上年 now 今年 place 出处"
        ),
        "organization",
    ),
    Question(
        "plans",
        "上年计划与今年落实",
        "Planned in one year, done in the next",
        questions.plans,
        _columns(
            "organization 单位 planned_in 计划年份 planned 计划 planned_place 计划出处 done 次年所做 "
            "done_place 所做出处 status 状态 likeness 相似度"
        ),
        "organization",
    ),
)


@contextmanager
def opened(out: str | Path) -> Iterator[sqlite3.Connection]:
    """Open the tables of an archive, with what the questions need beside them.

    Args:
        out: a folder of batch. Its ``archive.sqlite`` is made if it is missing or older than the Documents.

    Raises:
        BatchError: ZX610, if there is nothing to compare.
    """
    out = Path(out)
    file, documents = out / "archive.sqlite", out / "documents.jsonl"
    if not documents.exists() and not file.exists():
        problem, hint = "there is neither archive.sqlite nor documents.jsonl", "Run zhengxie batch first."
        raise BatchError("ZX610", problem, where=str(out), hint=hint)
    if not file.exists() or (documents.exists() and documents.stat().st_mtime > file.stat().st_mtime):
        write_tables(read_documents(documents), out, forms=["sqlite"])
    with closing(sqlite3.connect(file)) as base:
        base.row_factory = sqlite3.Row
        _name_organizations(base)
        questions.group_mechanisms(base)
        yield base


def _name_organizations(base: sqlite3.Connection) -> None:
    """Note whose each record is, in ``temp.organizations``: a row a document, speech and who.

    That is the organisation that speaks, or that the title names; else who did it, if this is the name of an
    organisation; else the speaker. What names nobody has no row.
    """
    base.execute(
        "CREATE TEMP TABLE organizations (document TEXT, speech TEXT, who TEXT, organization TEXT, "
        "written TEXT, rules TEXT, PRIMARY KEY (document, speech, who)) WITHOUT ROWID"
    )
    every = " UNION ".join(
        f"SELECT document, ifnull(speech, '') AS speech, ifnull(who, '') AS who FROM {table}"
        for table in ("initiatives", "mechanisms", "quantities")
    )
    rows = base.execute(f"SELECT * FROM ({every}) ORDER BY document, speech, who").fetchall()
    for document, group in groupby(rows, key=lambda row: row["document"]):
        told = _Told(base, document)
        for row in group:
            written = told.written(row["speech"], row["who"])
            if written is not None:
                form = one_form(written, place=told.place)
                base.execute(
                    "INSERT INTO organizations VALUES (?, ?, ?, ?, ?, ?)",
                    (document, row["speech"], row["who"], form.name, written, "+".join(form.rules)),
                )


class _Told:
    """What one document tells of who speaks in it."""

    def __init__(self, base: sqlite3.Connection, document: str) -> None:
        sql = "SELECT speech, organization, speaker, title FROM speeches WHERE document = ?"
        self.speeches = {row["speech"]: row for row in base.execute(sql, (document,))}
        sql = "SELECT title FROM documents WHERE document = ?"
        (self.title,) = base.execute(sql, (document,)).fetchone()
        titles = [self.title, *(row["title"] for row in self.speeches.values())]
        self.place = own_place([*(row["organization"] for row in self.speeches.values()), *titles])

    def written(self, speech: str, who: str) -> str | None:
        """Return the name, as written, of whose a record is."""
        row = self.speeches.get(speech)
        if row is not None and row["organization"]:
            return str(row["organization"])
        titles = filter(None, (row["title"] if row is not None else None, self.title))
        of_title = next(filter(None, map(title_organization, titles)), None)
        if of_title is not None:
            return of_title
        if who and is_organization(who):
            return who
        return row["speaker"] if row is not None else None


def write_comparison(out: str | Path) -> dict[str, int]:
    """Ask all questions of an archive; write the answers into its folder ``compare``.

    Args:
        out: a folder of batch.

    Returns:
        How many rows each answer has. There is a CSV file each, and ``compare.json`` with all of them: for
        each question its names, columns and rows.
    """
    folder = make_folder(Path(out) / "compare")
    counts: dict[str, int] = {}
    with opened(out) as base, whole_file(folder / "compare.json") as write:
        write(b"{")
        for question in QUESTIONS:
            head = {"zh": question.zh, "en": question.en, "columns": list(question.columns)}
            write(f'{"," if counts else ""}"{question.name}": {_json(head)[:-1]}, "rows": ['.encode())
            counts[question.name] = 0
            with whole_file(folder / f"{question.name}.csv") as line:
                line(_MARK + csv_line([name for name, _ in question.columns]))
                for row in question.ask(base):
                    line(csv_line([harmless(row[name]) for name, _ in question.columns]))
                    write(("," * (counts[question.name] > 0) + "\n" + _json(row)).encode())
                    counts[question.name] += 1
            write(b"]}")
        write(b"}\n")
    return counts


def _json(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False)


def answers(
    out: str | Path, question: Question, *, about: str | None = None, most: int | None = None
) -> list[Row]:
    """Return the answer to one question.

    Args:
        out: a folder of batch.
        question: one of `QUESTIONS`.
        about: only rows whose subject, or organisation, has this in its name.
        most: so many rows at most.
    """
    with opened(out) as base:
        rows = (
            row
            for row in question.ask(base)
            if about is None or about in str(row[question.subject]) or about in str(row.get("organization"))
        )
        return list(islice(rows, most))
