"""A corpus with gold: compiles its annotations, and keeps its lists and its data statement true.

A corpus is a folder with ``text/NAME.txt``, ``notes/NAME.ann`` and ``gold/NAME.json``, a ``split.tsv`` whose
column ``annotated`` says which texts have gold, and a ``README.md`` that holds the counts between two marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from zhengxie_nlp.annotation.annotate import compile_files, gold_json, read_content
from zhengxie_nlp.errors import DataError
from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import Document, Node
from zhengxie_nlp.writing import write_file

_OPENING: Final = "<!-- counts -->\n"
_CLOSING: Final = "<!-- end of counts -->\n"
_COLUMNS: Final = ("name", "split", "genre", "annotated", "period", "traits")
_COUNTED: Final = {name: row.plural.replace("_", " ") for name, row in RECORD_TYPES.items()}


def compile_corpus(corpus: Path) -> list[Path]:
    """Compile every annotation of a corpus, and bring its lists up to date.

    Returns:
        The gold files, sorted by name.

    Raises:
        DocumentError: ZX203, if an annotation does not fit its text; the gold before it is written.
    """
    made = []
    for notes in sorted((corpus / "notes").glob("*.ann")):
        document = compile_files(corpus / "text" / f"{notes.stem}.txt", notes)
        made.append(write_file(corpus / "gold" / f"{notes.stem}.json", gold_json(document)))
    for name, updated in (("README.md", updated_readme), ("split.tsv", updated_split)):
        if (corpus / name).is_file():
            write_file(corpus / name, updated(corpus))
    return made


def count_corpus(corpus: Path) -> str:
    """Count what a corpus holds, as a Markdown table: a row each gold document, and the sums.

    Characters are those of the text without white space; a dash stands for what is not annotated.
    """
    lines = [
        " | ".join(("document", "characters", "speeches", "markers", *_COUNTED.values())),
        " | ".join(["---", *["---:"] * (len(_COUNTED) + 3)]),
    ]
    rows: list[list[int | None]] = []
    for path in sorted((corpus / "gold").glob("*.json")):
        document = Document.parse(read_content(path), where=str(path))
        kinds = [record.type for record in document.records]
        row: list[int | None] = [
            len("".join(document.text.split())),
            len(document.speeches),
            sum(_count_markers(speech.nodes) for speech in document.speeches),
        ]
        row += [None if name in document.not_annotated else kinds.count(name) for name in _COUNTED]
        rows.append(row)
        lines.append(" | ".join([path.stem, *("–" if count is None else str(count) for count in row)]))
    sums = (str(sum(count or 0 for count in column)) for column in zip(*rows, strict=True))
    lines.append(" | ".join([f"{len(rows)} documents", *sums]))
    texts = len(list((corpus / "text").glob("*.txt")))
    table = "".join(f"| {line} |\n" for line in lines)
    return f"{texts} texts, {len(rows)} of them with gold.\n\n{table}"


def _count_markers(nodes: Sequence[Node]) -> int:
    return sum((node.marker is not None) + _count_markers(node.children) for node in nodes)


def updated_readme(corpus: Path) -> str:
    """Return the corpus's README with the counts of today.

    Raises:
        DataError: ZX301, if it lacks the two marks.
    """
    content = read_content(corpus / "README.md")
    before, opening, rest = content.partition(_OPENING)
    _, closing, after = rest.partition(_CLOSING)
    if not opening or not closing:
        raise DataError("ZX301", f"no {_OPENING.strip()} and {_CLOSING.strip()}", where="README.md")
    return f"{before}{opening}\n{count_corpus(corpus)}\n{closing}{after}"


def updated_split(corpus: Path) -> str:
    """Return the corpus's ``split.tsv`` with a row for each text, and ``annotated`` true to the gold files.

    A text that had no row takes its split from `split_of`, and its traits from the first comment of its
    annotation; genre and period are left for a person to fill in.

    Raises:
        DataError: ZX301, if it does not have the columns of a split.
    """
    lines = read_content(corpus / "split.tsv").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    if not rows or tuple(rows[0]) != _COLUMNS or any(len(row) != len(_COLUMNS) for row in rows):
        raise DataError("ZX301", f"not rows of {', '.join(_COLUMNS)}", where="split.tsv")
    known = {row[0]: row for row in rows[1:]}
    made = [list(_COLUMNS)]
    for path in sorted((corpus / "text").glob("*.txt")):
        name = path.stem
        row = known.get(name) or [name, split_of(name), "-", "", "-", _first_comment(corpus, name)]
        row[_COLUMNS.index("annotated")] = "yes" if (corpus / "gold" / f"{name}.json").is_file() else "no"
        made.append(row)
    return "".join(f"{line}\n" for line in (*comments, *("\t".join(row) for row in made)))


def split_of(name: str) -> str:
    """Return the part of the corpus that a document belongs to, by the number in its name.

    Example:
        >>> split_of("a03"), split_of("a08"), split_of("a10")
        ('test', 'dev', 'train')
    """
    number = int(re.sub(r"\D", "", name) or "1")
    if number % 3 == 0:
        return "test"
    return "dev" if number % 6 == 2 else "train"


def _first_comment(corpus: Path, name: str) -> str:
    path = corpus / "notes" / f"{name}.ann"
    first = read_content(path).partition("\n")[0] if path.is_file() else ""
    return first.lstrip("# ").replace("\t", " ") if first.startswith("#") else "-"
