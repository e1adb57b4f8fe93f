"""Runs cases: inputs with what is right of them, counted by kind.

    python -m zhengxie_nlp.evaluation.cases FILE… [--errors] [--kind KIND]

A file holds one JSON object a line: ``kind``, ``input`` (a text, or a task of Label Studio) and ``expected``.
What is expected is a list of records that must be there with these fields (``{"not": {…}}``: none with all of
them may be there), or views of the whole Document by name:

- ``quantities``, ``times``: all of them; a field of `FIELDS` that is not named has its default;
- ``title``, ``speeches``, ``turns``, ``outline``, ``articles``: the structure;
- ``diagnostics``: the codes of its numbering and the words they are about;
- ``in_no_ref_and_no_diagnostic``: the stretches of the source that stand nowhere in the Document;
- ``regions``: what Label Studio is given of the Document.

How many are right of each kind is printed, with the share of all; ``--errors`` also prints what came out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from zhengxie_nlp.annotation.label_studio import read_label_studio, write_label_studio
from zhengxie_nlp.annotation.standoff import to_standoff
from zhengxie_nlp.errors import DocumentError, ZhengxieError
from zhengxie_nlp.pipeline import Pipeline
from zhengxie_nlp.records import Document, Node, Record, Ref, Speech

#: The fields of a record that a view of all records compares, with their defaults.
FIELDS: Final[dict[str, dict[str, Any]]] = {
    "quantities": {"value": None, "low": None, "high": None, "bound": "exact", "unit": None, "per": None,
                   "change": None},
    "times": {"start": None, "end": None},
}  # fmt: skip
_TYPES: Final = {"quantities": "quantity", "times": "time"}
_NUMBERS: Final = ("value", "low", "high")
_NUMBERING: Final = ("missing_ordinal", "repeated_ordinal", "ordinal_order")
#: So many characters of its words tell a speech, and a turn, apart.
_SPEECH_BEGINS: Final = 14
_TURN_BEGINS: Final = 12


class Case(NamedTuple):
    """An input and what is right of it; `where` is its file and line."""

    kind: str
    input: Any
    expected: Any
    where: str


class Result(NamedTuple):
    """A case as it came out: what is wrong with it, or nothing."""

    case: Case
    wrong: str | None


def read_cases(path: Path) -> list[Case]:
    """Read a file of cases.

    Raises:
        DocumentError: ZX201, if a line is no case.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            case = Case(row["kind"], row["input"], row["expected"], f"{path.name}:{number}")
        except (ValueError, KeyError, TypeError) as error:
            raise DocumentError(
                "ZX201",
                f"not a case ({type(error).__name__}: {error})",
                where=f"{path}, line {number}",
                hint="A case is a JSON object with kind, input and expected.",
            ) from error
        found.append(case)
    return found


def run(cases: Iterable[Case], pipeline: Pipeline) -> Iterator[Result]:
    """Run cases, in order.

    Args:
        cases: what to run.
        pipeline: what makes Documents of their inputs.

    Example:
        >>> record = {"type": "quantity", "text": "120家", "value": "120"}
        >>> case = Case("count", "走访企业120家。", [record], "-")
        >>> [result.wrong for result in run([case], Pipeline())]
        [None]
    """
    for case in cases:
        try:
            wrong = _check(case, pipeline)
        except ZhengxieError as error:
            wrong = f"refused: {error}"
        yield Result(case, wrong)


def _check(case: Case, pipeline: Pipeline) -> str | None:
    if isinstance(case.input, str):
        document = pipeline.extract(case.input)
    else:
        standoffs = read_label_studio(json.dumps([case.input]), where=case.where)
        found = {
            "quantities": [mark_text(one.text, mark.fragments) for one in standoffs for mark in one.marks]
        }
        wanted = {name: found.get(name) for name in case.expected}
        return None if wanted == case.expected else json.dumps(wanted, ensure_ascii=False)
    if isinstance(case.expected, list):
        return _check_records(case.expected, document)
    for name, expected in case.expected.items():
        found_view = VIEWS[name](document)
        if not _same_view(name, expected, found_view):
            return json.dumps({name: found_view}, ensure_ascii=False)
    return None


def mark_text(text: str, fragments: Sequence[tuple[int, int]]) -> str:
    """Return the words of a mark."""
    return "".join(text[start:end] for start, end in fragments)


def _check_records(expected: Sequence[Mapping[str, Any]], document: Document) -> str | None:
    records = [_fields(record) for record in document.records]
    for wanted in expected:
        unwanted = wanted.get("not")
        there = any(_fits(unwanted or wanted, record) for record in records)
        if there == bool(unwanted):
            kinds = {one.get("not", one)["type"] for one in expected}
            found = [record for record in records if record["type"] in kinds]
            return json.dumps([_brief(record) for record in found], ensure_ascii=False)
    return None


def _fields(record: Record) -> dict[str, Any]:
    return {**record.model_dump(exclude={"ref", "counted", "members"}), "text": record.ref.text}


def _brief(record: Mapping[str, Any]) -> dict[str, Any]:
    names = ("text", *FIELDS.get(_PLURALS.get(record["type"], ""), ()), "kind", "numerals")
    defaults = FIELDS.get(_PLURALS.get(record["type"], ""), {})
    return {name: record[name] for name in names if name in record and record[name] != defaults.get(name, "")}


_PLURALS: Final = {singular: plural for plural, singular in _TYPES.items()}


def _fits(wanted: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    return all(_same(name, value, record.get(name)) for name, value in wanted.items())


def _same(name: str, wanted: object, found: object) -> bool:
    if name not in _NUMBERS or wanted is None or found is None:
        return bool(wanted == found)
    figure, _, rounded = str(wanted).partition(" ")
    try:
        if not rounded:
            return Decimal(figure) == Decimal(str(found))
        # A figure with words behind it was rounded: 0.667 or a fraction.
        return round(Decimal(str(found)), -int(Decimal(figure).as_tuple().exponent)) == Decimal(figure)
    except InvalidOperation:
        return False


def _same_view(name: str, expected: Any, found: Any) -> bool:  # noqa: ANN401  (views have many forms)
    if name not in FIELDS:
        return bool(expected == found)
    whole = [{**FIELDS[name], **row} for row in expected]
    return len(whole) == len(found) and all(map(_fits, whole, [{**FIELDS[name], **row} for row in found]))


def _records_of(kind: str) -> Callable[[Document], list[dict[str, Any]]]:
    def view(document: Document) -> list[dict[str, Any]]:
        found = []
        for record in document.records:
            if record.type == _TYPES[kind]:
                fields = {name: getattr(record, name) for name in FIELDS[kind]}
                told = {name: value for name, value in fields.items() if value != FIELDS[kind][name]}
                found.append({"text": record.ref.text, **told})
        return found

    return view


def _speech(speech: Speech) -> dict[str, Any]:
    return {
        "title": speech.title and speech.title.text,
        "organization": speech.organization and speech.organization.text,
        "speaker": speech.speaker and speech.speaker.text,
        "begins": _words(speech.nodes)[:_SPEECH_BEGINS],
    }


def _turn(speech: Speech) -> dict[str, Any]:
    told = _speech(speech)
    return {
        "speaker": told["speaker"],
        "organization": told["organization"],
        "begins": told["begins"][:_TURN_BEGINS],
    }


def _words(nodes: Iterable[Node]) -> str:
    """Return all words of nodes in order, without blanks at the edges of a paragraph."""
    written = ""
    for node in nodes:
        written += (node.marker.ref.text if node.marker else "") + (node.heading.text if node.heading else "")
        written += "".join(part.text for part in node.body) + _words(node.children)
    return written


def _outline(document: Document) -> list[dict[str, Any]]:
    return [
        {
            "title": speech.title and speech.title.text,
            "organization": speech.organization and speech.organization.text,
            "nodes": [_node(node) for node in speech.nodes],
        }
        for speech in document.speeches
    ]


def _node(node: Node) -> list[Any]:
    return [
        node.marker and node.marker.ref.text,
        node.heading and node.heading.text,
        [part.text for part in node.body],
        [_node(child) for child in node.children],
    ]


def _articles(document: Document) -> list[list[str]]:
    nodes = [node for speech in document.speeches for node in _all_nodes(speech.nodes)]
    return [
        [node.marker.ref.text, "".join(part.text for part in node.body)]
        for node in nodes
        if node.marker and "条" in node.marker.ref.text
    ]


def _all_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all_nodes(node.children)


def _diagnostics(document: Document) -> list[list[str]]:
    return [
        [one.code, one.ref.text if one.ref else ""] for one in document.diagnostics if one.code in _NUMBERING
    ]


def untraced(document: Document) -> list[str]:
    """Return the stretches of a Document's source that stand in no Ref and in no diagnostic.

    White space, and the marks that stand between two records of a line, say nothing and are left out.
    """
    text = document.text
    seen = bytearray(len(text))
    for start, end in _all_fragments(document):
        seen[start:end] = b"\1" * (end - start)
    left: list[str] = []
    run_ = ""
    for at, character in enumerate(text):
        if not seen[at] and not character.isspace():
            run_ += character
        elif run_ and (seen[at] or character == "\n"):
            left.append(run_)
            run_ = ""
    return [one for one in (*left, run_) if any(character.isalnum() for character in one)]


def _all_fragments(value: object) -> Iterator[tuple[int, int]]:
    """Give the fragments of every Ref that stands in a value, whatever holds it."""
    if isinstance(value, Ref):
        yield from value.fragments
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _all_fragments(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _all_fragments(one)


def _regions(document: Document) -> list[list[Any]]:
    tasks = json.loads(write_label_studio([to_standoff(document)]))
    found = []
    for result in tasks[0]["annotations"][0]["result"]:
        if result["type"] == "labels" and result["value"]["labels"] == ["Quantity"]:
            value = result["value"]
            found.append([value["start"], value["end"], value["text"]])
    return found


#: What a case may expect of a whole Document.
VIEWS: Final[dict[str, Callable[[Document], Any]]] = {
    "quantities": _records_of("quantities"),
    "times": _records_of("times"),
    "title": lambda document: document.title and document.title.text,
    "speeches": lambda document: [_speech(speech) for speech in document.speeches],
    "turns": lambda document: [_turn(speech) for speech in document.speeches],
    "outline": _outline,
    "articles": _articles,
    "diagnostics": _diagnostics,
    "in_no_ref_and_no_diagnostic": untraced,
    "regions": _regions,
}


def _table(results: Sequence[Result]) -> Iterator[str]:
    kinds: dict[str, list[bool]] = {}
    for result in results:
        kinds.setdefault(result.case.kind, []).append(result.wrong is None)
    for kind, right in sorted(kinds.items()):
        yield f"{kind:28} {sum(right):4} / {len(right)}"
    total = sum(result.wrong is None for result in results)
    yield f"{'all':28} {total:4} / {len(results)}  {total / len(results):.1%}" if results else "no cases"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m zhengxie_nlp.evaluation.cases", description="Run cases.")
    parser.add_argument("files", nargs="+", type=Path, help="files of cases, one JSON object a line")
    parser.add_argument("--errors", action="store_true", help="print what is wrong with each that fails")
    parser.add_argument("--kind", action="append", help="run the cases of this kind only; may come again")
    options = parser.parse_args(arguments)
    cases = [
        case
        for path in options.files
        for case in read_cases(path)
        if not options.kind or case.kind in options.kind
    ]
    results = list(run(cases, Pipeline()))
    if options.errors:
        for result in results:
            if result.wrong is not None:
                print(f"{result.case.where} {result.case.kind}: {str(result.case.input)[:300]!r}")
                print(f"  expected {json.dumps(result.case.expected, ensure_ascii=False)}")
                print(f"  found    {result.wrong}")
    print("\n".join(_table(results)))


if __name__ == "__main__":
    main()
