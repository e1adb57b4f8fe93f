"""Answers as tables of text, for a terminal or a file."""

from __future__ import annotations

import io
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from zhengxie_nlp.comparing.comparison import Question
from zhengxie_nlp.comparing.questions import Row
from zhengxie_nlp.outputs.tables.columns import value_names

_WIDTH: Final = 120
_LONGEST: Final = 40
#: Columns that a terminal has no room for; the files have them.
_LEFT_OUT: Final = frozenset({"kind", "low", "high", "places", "planned_place", "done_place", "called"})
_CHANGES: Final = {
    "new": "新有",
    "not named again": "不再提",
    "grown": "增",
    "fallen": "减",
    "the same": "持平",
}


def table_text(question: Question, rows: list[Row], *, of: int) -> str:
    """Return an answer as a table below its title; where there is nothing to show, the title alone.

    Args:
        question: what was asked.
        rows: the rows to show.
        of: how many there are in all.
    """
    title = f"{question.zh} {question.en}（{len(rows)}/{of}）"
    if not rows:
        return f"{title}\n\n"
    table = Table(pad_edge=False)
    shown = [(name, zh) for name, zh in question.columns if name not in _LEFT_OUT or name == question.subject]
    for _, zh in shown:
        table.add_column(zh, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(name, row[name])) for name, _ in shown))
    written = io.StringIO()
    Console(file=written, width=_WIDTH, color_system=None, force_terminal=False).print(table)
    return f"{title}\n{written.getvalue()}\n"


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    text = _CHANGES.get(str(value), str(value)) if name == "change" else str(value)
    if name in ("category", "status", "bound", "change"):
        text = value_names().get(text, text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
