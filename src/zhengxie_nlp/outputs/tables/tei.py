"""Documents as TEI, in the structure of a ParlaMint component: speeches as `u`, paragraphs as `seg`.

The records stand beside the text, in a file of their own: `standOff`, each a `span` that points at its
segment. `data/tei.rng` is the schema of both. A component that is valid ParlaMint also names the address and
the licence under which it is published; only its publisher can say that, so ours says that they are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from zhengxie_nlp.outputs.tables.columns import RECORD_TABLES, Row
from zhengxie_nlp.outputs.tables.graphs import fit
from zhengxie_nlp.records import Document, Node, Ref, Speech
from zhengxie_nlp.writing import make_folder, whole_file

_NAMESPACE: Final = 'xmlns="http://www.tei-c.org/ns/1.0"'
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
#: A file name has so many bytes at most, and what may not stand in one.
_LONGEST_NAME: Final = 180
_UNFIT_IN_NAMES: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|\0', "_"))


@contextmanager
def tei_files(out: Path) -> Iterator[Callable[[Document, list[tuple[str, Row]]], None]]:
    """Write into ``tei`` two files a document: ``NAME.xml``, the text, and ``NAME.records.xml``."""
    folder = make_folder(out / "tei")

    def add(document: Document, rows: list[tuple[str, Row]]) -> None:
        name = file_name(document.source.id)
        component = _Component(document)
        for suffix, content in (
            ("xml", component.text()),
            ("records.xml", component.records(rows, f"{name}.xml")),
        ):
            with whole_file(folder / f"{name}.{suffix}") as write:
                write((_DECLARATION + content).encode("utf-8", "replace"))

    yield add


def file_name(id_: str) -> str:
    """Return a file name for a document's id: never a path, and never that of another id.

    Example:
        >>> file_name("2011/001"), file_name("../../etc")
        ('2011_001-1c03a0', '.._.._etc-74ccf3')
    """
    plain = id_.translate(_UNFIT_IN_NAMES)
    if plain == id_ and len(id_.encode()) <= _LONGEST_NAME and not id_.startswith("."):
        return id_
    short = plain.encode()[:_LONGEST_NAME].decode(errors="ignore")
    return f"{short}-{sha256(id_.encode()).hexdigest()[:6]}"


class _Component:
    """One document's TEI, and where each segment stands in the source."""

    def __init__(self, document: Document) -> None:
        self.document = document
        #: The first offset of each segment, its id.
        self._segments: list[tuple[int, int, str]] = []
        self._body = "".join(self._speech(speech) for speech in document.speeches)

    def text(self) -> str:
        """Return the file of the text."""
        body = f"<text><body>{self._body or self._empty()}</body></text>"
        return f'<TEI {_NAMESPACE} xml:id="doc" xml:lang="zh">{self._header()}{body}</TEI>\n'

    def _empty(self) -> str:
        said = escape(fit(" ".join(self.document.text.split())))
        return f'<div type="commentSection"><note>{said}</note></div>'

    def _header(self) -> str:
        source = self.document.source
        title = escape(_spaced(self.document.title.text if self.document.title else source.id))
        dates = sorted(
            speech.date.start for speech in self.document.speeches if speech.date and speech.date.start
        )
        date = f'<date when="{dates[0]}">{dates[0]}</date>' if dates else "<date/>"
        where = escape(_spaced(source.path or source.id))
        return (
            f'<teiHeader><fileDesc><titleStmt><title type="main">{title}</title><meeting/></titleStmt>'
            "<editionStmt><edition>"
            f"zhengxie_nlp, schema {self.document.schema_version}</edition></editionStmt>"
            f'<extent><measure unit="speeches" quantity="{len(self.document.speeches)}"/></extent>'
            '<publicationStmt><publisher/><availability status="unknown"><p>Not stated by the source.</p>'
            "</availability></publicationStmt>"
            f'<sourceDesc><bibl><title>{title}</title><idno type="file">{where}</idno>{date}</bibl>'
            "</sourceDesc></fileDesc></teiHeader>"
        )

    def _speech(self, speech: Speech) -> str:
        head = f"<head>{escape(_spaced(speech.title.text))}</head>" if speech.title else ""
        named = speech.organization or speech.speaker
        note = ""
        if named is not None:
            names = " ".join(ref.text for ref in (speech.organization, speech.speaker) if ref)
            note = f'<note type="speaker">{escape(_spaced(names))}</note>'
        who = f" who={quoteattr('#' + _pointer(named.text))}" if named is not None else ""
        segments = "".join(self._node(node) for node in speech.nodes)
        if not segments:
            inner = note or "<note/>"
            return f'<div type="commentSection">{head}{inner}</div>'
        said = f'<u xml:id="{speech.id}"{who} ana="#regular">{segments}</u>'
        return f'<div type="debateSection">{head}{note}{said}</div>'

    def _node(self, node: Node) -> str:
        heads = [ref for ref in (node.marker.ref if node.marker else None, node.heading) if ref is not None]
        made = [self._segment(heads, f"{node.id}.h", node.level)] if heads else []
        made += [
            self._segment([ref], f"{node.id}.p{number}", None) for number, ref in enumerate(node.body, 1)
        ]
        return "".join([*made, *map(self._node, node.children)])

    def _segment(self, refs: list[Ref], id_: str, level: int | None) -> str:
        for ref in refs:
            self._segments += [(start, end, id_) for start, end in ref.fragments]
        place = f' n="heading {level}"' if level is not None else ""
        return f'<seg xml:id="{id_}"{place}>{escape(_spaced("".join(ref.text for ref in refs)))}</seg>'

    def records(self, rows: list[tuple[str, Row]], text_file: str) -> str:
        """Return the file of the records."""
        segments = sorted(self._segments)
        groups = []
        for table in RECORD_TABLES:
            spans = [self._span(row, segments, text_file) for name, row in rows if name == table]
            if spans:
                groups.append(f'<spanGrp type="{table}">{"".join(spans)}</spanGrp>')
        return (
            f'<TEI {_NAMESPACE} xml:lang="zh">{self._header()}<standOff>{"".join(groups)}</standOff></TEI>\n'
        )

    def _span(self, row: Row, segments: list[tuple[int, int, str]], text_file: str) -> str:
        start, end = int(row["start"] or 0), int(row["end"] or 0)
        held = dict.fromkeys(id_ for first, last, id_ in segments if first < end and start < last)
        target = " ".join(f"{text_file}#{id_}" for id_ in held)
        points = f" corresp={quoteattr(target)}" if target else ""
        notes = "".join(
            f'<note type="{name}">{escape(_spaced(str(row[name])))}</note>'
            for name in _SAID
            if row.get(name) not in (None, "")
        )
        text = escape(_spaced(str(row["text"])))
        return f'<span xml:id="{row["uid"]}" n="{start} {end}"{points}>{text}{notes}</span>'


_SAID: Final = (
    "who", "when_start", "when_end", "year", "action", "object", "status", "stage", "kind", "value", "low",
    "high", "bound", "unit", "counted", "numerals", "members", "start_date", "end_date", "category",
    "confidence",
)  # fmt: skip


def _spaced(text: str) -> str:
    return " ".join(fit(text).split())


def _pointer(name: str) -> str:
    """Return the id of a person or organisation: an XML name made of letters and digits."""
    return "who." + "".join(filter(str.isalnum, name))
