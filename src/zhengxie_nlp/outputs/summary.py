"""A Document as a page of plain Chinese text: what a person wants to see first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from zhengxie_nlp.messages import translated
from zhengxie_nlp.outputs.citing import Citer
from zhengxie_nlp.record_types import RECORD_TYPES, RecordType
from zhengxie_nlp.records import Document, Node, Quantity, Record, Ref, Speech

_BOUND_SIGNS: Final = {
    "exact": "", "over": "多于", "under": "不足", "about": "约", "at_least": "至少", "at_most": "至多",
}  # fmt: skip
_CHANGE_SIGNS: Final = {"increase": "↑", "decrease": "↓"}
_LONGEST_HEADING: Final = 40


def summarize(document: Document) -> str:
    """Return a summary of a Document for people: outline, records and diagnostics, in Chinese.

    Every line about a record ends with its node, its source offsets, its page and line, so that it can be
    looked up and passed to `zhengxie explain --at`.

    Args:
        document: any Document, extracted or gold.

    Returns:
        Lines of text, each ended by a line break.
    """
    citer = Citer(document)
    counts = Counter(record.node for record in document.records)
    lines = [_heading_line(document), ""]
    for speech in document.speeches:
        lines += [*_speech_lines(speech, counts), ""]
    for kind, describe in _DESCRIBED.items():
        found = [record for record in document.records if record.type == kind]
        if found:
            lines.append(f"{RECORD_TYPES[kind].title}（{len(found)}）")
            lines += [f"  {describe(record)}  {_place(record, citer)}" for record in found]
            lines.append("")
    if document.unexplained_numerals:
        listed = "、".join(f"{ref.text}{offsets(ref)}" for ref in document.unexplained_numerals)
        lines += [f"未归类的数字（{len(document.unexplained_numerals)}）", f"  {listed}", ""]
    if document.diagnostics:
        lines.append(f"提示（{len(document.diagnostics)}）")
        for note in document.diagnostics:
            place = f"  {offsets(note.ref)}" if note.ref else ""
            lines.append(f"  {note.severity} {note.code}: {translated(note.message, 'zh')}{place}")
        lines.append("")
    return "\n".join(lines)


def _heading_line(document: Document) -> str:
    source = document.source
    parts = [source.path or source.id, source.encoding or "", f"{len(document.text):,} 字"]
    title = f"\n标题：{document.title.text}" if document.title else ""
    return "  ".join(part for part in parts if part) + title


def _speech_lines(speech: Speech, counts: Counter[str | None]) -> Iterator[str]:
    names = [ref.text for ref in (speech.organization, speech.speaker) if ref]
    yield f"发言 {speech.id}  {' · '.join(names)}".rstrip()
    if speech.title:
        yield f"  《{speech.title.text}》"
    waiting = list(reversed(speech.nodes))
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(node.children))
        yield _node_line(node, counts[node.id])


def _node_line(node: Node, records: int) -> str:
    marker = node.marker.ref.text if node.marker else "·"
    said = node.heading or (node.body[0] if node.body else None)
    text = said.text if said else ""
    short = text if len(text) <= _LONGEST_HEADING else f"{text[:_LONGEST_HEADING]}…"
    found = f"  [{records} 条]" if records else ""
    category = f"  {_category(node.category)}" if node.category and node.marker else ""
    return f"{'  ' * node.level}{marker}{short}{category}{found}"


def offsets(ref: Ref) -> str:
    """Return the source offsets of a Ref as people read them: ``[12,16)``, one after the other."""
    return "".join(f"[{start},{end})" for start, end in ref.fragments)


def _place(record: Record, citer: Citer) -> str:
    return f"{record.node or record.speech or ''} {offsets(record.ref)} {citer.cite(record.ref)}".strip()


def _amount(quantity: Quantity) -> str:
    if quantity.low is not None or quantity.high is not None:
        number = f"{quantity.low or '?'}～{quantity.high or '?'}"
    else:
        number = quantity.value or "?"
    per = f"/{quantity.per}" if quantity.per else ""
    change = _CHANGE_SIGNS.get(quantity.change or "", "")
    return f"{change}{_BOUND_SIGNS[quantity.bound]}{number}{quantity.unit or ''}{per}"


def _quantity(record: Any) -> str:  # noqa: ANN401 - the table below picks by type
    counted = f"  〔{record.counted.text}〕" if record.counted else ""
    return f"{record.ref.text} = {_amount(record)}{counted}"


def _term(record: Any) -> str:  # noqa: ANN401
    members = f" = {'、'.join(ref.text for ref in record.members)}" if record.members else ""
    return f"{record.ref.text}{members}"


def _time(record: Any) -> str:  # noqa: ANN401
    stated = f" = {record.start or '…'} 至 {record.end or '…'}" if record.start or record.end else ""
    return f"{record.ref.text}{stated}"


_SEVERITIES: Final = {"info": "说明", "warning": "注意", "error": "错误"}
_STAGES: Final = {"new": "新建", "improve": "完善", "apply": "运用", "mention": "提及"}
_CATEGORIES: Final = {"political": "政治", "learning": "学习", "service": "服务", "discipline": "纪律"}


def _category(name: str) -> str:
    """Return the Chinese name of a category; one of a model's own label set has the name it was given."""
    return _CATEGORIES.get(name, name)


def _mechanism(record: Any) -> str:  # noqa: ANN401
    action = f"〔{record.action}〕" if record.action else ""
    category = f"  {_category(record.category)}" if record.category else ""
    members = f" = {'、'.join(ref.text for ref in record.members)}" if record.members else ""
    return f"{action}{record.ref.text}  {_STAGES[record.stage]}{category}{members}"


_STATUS: Final = {"done": "已做", "ongoing": "在做", "planned": "要做"}


def _initiative(record: Any) -> str:  # noqa: ANN401
    category = f"  {_category(record.category)}" if record.category else ""
    return f"{record.ref.text}  {_STATUS[record.status]}{category}"


#: The sections of a summary, in their order, and what describes a record of each.
_DESCRIBED: Final[dict[RecordType, Callable[[Any], str]]] = {
    "initiative": _initiative,
    "mechanism": _mechanism,
    "quantity": _quantity,
    "numeral_term": _term,
    "time": _time,
}
