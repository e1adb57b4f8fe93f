"""Who did what as a graph: organisations, initiatives, mechanisms and documents, as GraphML and for Neo4j."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from zhengxie_nlp.outputs.tables.columns import Row
from zhengxie_nlp.outputs.tables.csv_files import csv_line
from zhengxie_nlp.records import Document
from zhengxie_nlp.writing import make_folder, whole_file

#: What is said of a node, beside its label.
_PROPERTIES: Final = ("name", "document", "year", "status", "category", "figures", "kind", "stage", "line")
#: What XML cannot hold.
_UNFIT: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "\ufffd")


class GraphNode(NamedTuple):
    """A node: its id, what kind of thing it is, and what is said of it."""

    id: str
    label: str
    properties: Row


class Edge(NamedTuple):
    """An edge: from, what it says, to."""

    start: str
    type: str
    end: str


def graph_of(rows: list[tuple[str, Row]]) -> Iterator[GraphNode | Edge]:
    """Yield the graph of a Document's rows: nodes before the edges that need them.

    An organisation or person is one node however many documents name it, and so is a mechanism by its name:
    such nodes come again with each document. Each mention of a mechanism is an edge.
    """
    for table, row in rows:
        document = f"document:{row['document']}"
        who = row.get("who")
        if table == "documents":
            yield GraphNode(document, "Document", {"name": row["title"] or row["document"]})
        elif table == "initiatives":
            did = f"initiative:{row['document']}:{row['uid']}"
            yield GraphNode(did, "Initiative", {"name": row["text"], **_some(row)})
            yield Edge(did, "IN", document)
            if who:
                yield GraphNode(f"who:{who}", "Who", {"name": who})
                yield Edge(f"who:{who}", "DID", did)
        elif table == "mechanisms":
            named = f"mechanism:{row['text']}"
            yield GraphNode(named, "Mechanism", {"name": row["text"], "kind": row["kind"]})
            if row["initiative"]:
                yield Edge(f"initiative:{row['document']}:{row['initiative']}", "USES", named)
            else:
                yield Edge(document, "MENTIONS", named)
            if who:
                yield GraphNode(f"who:{who}", "Who", {"name": who})
                yield Edge(f"who:{who}", "HAS", named)


def _some(row: Row) -> Row:
    return {name: row[name] for name in ("document", "year", "status", "category", "figures", "line")}


class _Once:
    """Tells whether something comes for the first time."""

    def __init__(self) -> None:
        self._seen: set[object] = set()

    def __call__(self, one: object) -> bool:
        if one in self._seen:
            return False
        self._seen.add(one)
        return True


def _new(rows: list[tuple[str, Row]], once: _Once) -> Iterator[GraphNode | Edge]:
    """Yield of a graph what shared nodes and edges have not brought before."""
    edges: set[Edge] = set()
    waiting: list[Edge] = []
    for part in graph_of(rows):
        if isinstance(part, GraphNode):
            if part.label not in ("Who", "Mechanism") or once(part.id):
                yield part
        elif part not in edges and (part.type != "HAS" or once(part)):
            edges.add(part)
            waiting.append(part)
    yield from waiting


_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    '<key id="label" for="node" attr.name="label" attr.type="string"/>\n'
    '<key id="type" for="edge" attr.name="type" attr.type="string"/>\n'
)


@contextmanager
def graphml(out: Path) -> Iterator[Callable[[Document, list[tuple[str, Row]]], None]]:
    """Write ``archive.graphml``, for Gephi, Cytoscape, NetworkX."""
    once = _Once()
    types = {"year": "int", "line": "int"}
    keys = "".join(
        f'<key id="{name}" for="node" attr.name="{name}" attr.type="{types.get(name, "string")}"/>\n'
        for name in _PROPERTIES
    )
    with whole_file(make_folder(out) / "archive.graphml") as write:
        write((_HEAD + keys + '<graph edgedefault="directed">\n').encode())

        def add(_: Document, rows: list[tuple[str, Row]]) -> None:
            for part in _new(rows, once):
                write(_xml(part).encode("utf-8", "replace"))

        yield add
        write(b"</graph>\n</graphml>\n")


def _xml(part: GraphNode | Edge) -> str:
    if isinstance(part, Edge):
        ends = f"source={quoteattr(fit(part.start))} target={quoteattr(fit(part.end))}"
        return f'<edge {ends}><data key="type">{part.type}</data></edge>\n'
    said = [
        ("label", part.label),
        *((name, value) for name, value in part.properties.items() if value is not None),
    ]
    data = "".join(f'<data key="{name}">{escape(fit(str(value)))}</data>' for name, value in said)
    return f"<node id={quoteattr(fit(part.id))}>{data}</node>\n"


def fit(text: str) -> str:
    """Return a text as XML can hold it: characters that it cannot are replaced."""
    return text.translate(_UNFIT)


@contextmanager
def neo4j_tables(out: Path) -> Iterator[Callable[[Document, list[tuple[str, Row]]], None]]:
    """Write into ``neo4j``: ``nodes.csv`` and ``relationships.csv``, for ``neo4j-admin database import``."""
    folder, once = make_folder(out / "neo4j"), _Once()
    types = {"year": "year:int", "line": "line:int"}
    with whole_file(folder / "nodes.csv") as nodes, whole_file(folder / "relationships.csv") as edges:
        nodes(csv_line([":ID", *(types.get(name, name) for name in _PROPERTIES), ":LABEL"]))
        edges(csv_line([":START_ID", ":END_ID", ":TYPE"]))

        def add(_: Document, rows: list[tuple[str, Row]]) -> None:
            for part in _new(rows, once):
                if isinstance(part, Edge):
                    edges(csv_line([part.start, part.end, part.type]))
                else:
                    values = [part.properties.get(name) for name in _PROPERTIES]
                    nodes(csv_line([part.id, *values, part.label]))

        yield add
