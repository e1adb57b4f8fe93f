"""Reads what the models are trained from: gold Documents by split, and single labelled clauses.

A corpus is a folder with gold Documents (``gold/NAME.json``), in it or one level down, beside
``text/NAME.txt`` and a ``split.tsv`` where there are such, and with ``clauses.tsv``; or a folder of nothing
but gold Documents. Several may be given. Each text goes through the pipeline once, so that training sees it
as extraction will.

A table ``documents.tsv`` in one of them says of single documents of any of them what is to be minded: which
come from one source (so that none of these is judged by what another taught), and what cannot be learnt.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from zhengxie_nlp.categories.units import Unit, node_units, record_units
from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import parse_table
from zhengxie_nlp.pipeline import Pipeline, Settings
from zhengxie_nlp.records import CATEGORIES, Category, Document, Initiative, Mechanism, Node, Ref
from zhengxie_nlp.text.source_text import Piece, SourceText, Span

#: What the `genre` column of split.tsv calls texts of other kinds.
_HARD_NEGATIVE: Final = "难负例"


class _Digest(Protocol):
    """A checksum that is being taken."""

    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True)
class TrainingText:
    """One text of a corpus, as the pipeline sees it, with its gold.

    Attributes:
        name: its name.
        split: ``train``, ``dev`` or ``test``.
        context: the clean text and its structure.
        document: its gold; None where there is none.
        in_genre: whether it is of the kind that the library is for.
        corpus: the folder it comes from.
        source: what it was taken from, by which folds are cut: documents of one source stand in one fold.
        without: what is not to be learnt from it: fields or types of records, such as ``status``.
    """

    name: str
    split: str
    context: Context
    document: Document | None = None
    in_genre: bool = True
    corpus: str = ""
    source: str = ""
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Clause:
    """One labelled clause; `category` is None for text of other kinds."""

    text: str
    category: Category | None
    split: str


@dataclass(frozen=True)
class Corpus:
    """What there is to learn from, the checksum of all its files, and the label set of its categories."""

    texts: tuple[TrainingText, ...]
    clauses: tuple[Clause, ...] = ()
    sha256: str = ""
    categories: tuple[Category, ...] = CATEGORIES

    def part(self, *splits: str) -> list[TrainingText]:
        """Return the texts of these splits."""
        return [text for text in self.texts if text.split in splits]

    def leaving_out(self, sources: Iterable[str]) -> Corpus:
        """Return the corpus without the texts of these sources."""
        left = set(sources)
        return replace(self, texts=tuple(text for text in self.texts if text.source not in left))


@dataclass(frozen=True, slots=True)
class Example:
    """A unit of one document with its gold category."""

    unit: Unit
    category: Category
    document: str


def read_corpus(folder: str | Path) -> Corpus:
    """Read a corpus.

    Args:
        folder: a folder with ``gold/*.json`` (and ``text/*.txt``, ``split.tsv``) or ``clauses.tsv``, or one
            whose folders have these, or one of nothing but gold Documents.

    Raises:
        DataError: ZX301, if a table is faulty; ZX303, if there is nothing to learn from.
        DocumentError: ZX201, if a gold file is not a Document.
    """
    folder = Path(folder)
    digest = sha256()
    texts: list[TrainingText] = []
    clauses: list[Clause] = []
    for place in (folder, *sorted(path for path in folder.glob("*") if path.is_dir())):
        texts.extend(_read_texts(place, digest, top=place == folder))
        if (place / "clauses.tsv").is_file():
            clauses.extend(_read_clauses(place / "clauses.tsv", digest))
    if not texts and not clauses:
        raise DataError(
            "ZX303", "no gold Documents and no clauses.tsv to learn from", where=str(folder),
            hint="Put Documents (JSON) into a folder “gold” in it.",
        )  # fmt: skip
    return Corpus(
        tuple(texts), tuple(clauses), digest.hexdigest(), _label_set(texts, clauses, where=str(folder))
    )


def read_corpora(folders: Sequence[str | Path]) -> Corpus:
    """Read several corpora as one.

    Where two have a document of the same name, those of the later ones are called ``FOLDER/NAME``.

    Args:
        folders: the corpora, each as `read_corpus` takes it.

    Raises:
        DataError: ZX301, if a table is faulty; ZX303, if there is nothing to learn from in one of them.
        DocumentError: ZX201, if a gold file is not a Document.
    """
    read = [read_corpus(folder) for folder in folders]
    notes = _read_notes([Path(folder) for folder in folders])
    taken: Counter[str] = Counter()
    texts: list[TrainingText] = []
    for number, one in enumerate(read):
        corpus = Path(folders[number]).resolve().name
        names = {text.name: f"{corpus}/{text.name}" if taken[text.name] else text.name for text in one.texts}
        taken.update(names.keys())
        for text in one.texts:
            note = notes.get((corpus, text.name), {})
            texts.append(
                replace(
                    text,
                    name=names[text.name],
                    corpus=corpus,
                    source=note.get("source") or names[text.name],
                    without=frozenset(filter(None, note.get("without", "").split(","))),
                )
            )
    clauses = tuple(clause for one in read for clause in one.clauses)
    digest = sha256("".join(one.sha256 for one in read).encode()).hexdigest()
    sha256_ = read[0].sha256 if len(read) == 1 else digest
    return Corpus(
        tuple(texts), clauses, sha256_, _label_set(texts, clauses, where=", ".join(map(str, folders)))
    )


def _label_set(
    texts: Iterable[TrainingText], clauses: Iterable[Clause], *, where: str
) -> tuple[Category, ...]:
    """Return the one label set of some gold: that of its Documents, and all clauses must have one of it.

    Raises:
        DataError: ZX301, if two Documents have others, or a clause has a category that they lack.
    """
    found: dict[tuple[Category, ...], str] = {}
    for text in texts:
        if text.document is not None:
            found.setdefault(text.document.categories, text.name)
    if len(found) > 1:
        (one, first), (other, second), *_ = found.items()
        problem = f"two label sets: “{first}” has {', '.join(one)}, “{second}” has {', '.join(other)}"
        raise DataError("ZX301", problem, where=where, hint="Train from Documents of one label set.")
    used = dict.fromkeys(clause.category for clause in clauses if clause.category is not None)
    known = next(iter(found), CATEGORIES if used.keys() <= set(CATEGORIES) else tuple(used))
    for clause in clauses:
        if clause.category is not None and clause.category not in known:
            problem = f"“{clause.category}” is no category, only {', '.join(known)}"
            raise DataError("ZX301", problem, where=f"{where}, “{clause.text}”")
    return known


def _read_notes(folders: Sequence[Path]) -> dict[tuple[str, str], Mapping[str, str]]:
    """Read what the tables ``documents.tsv`` say, by corpus and name."""
    paths = [folder / "documents.tsv" for folder in folders if (folder / "documents.tsv").is_file()]
    tables = (parse_table(str(path), path.read_text(encoding="utf-8")) for path in paths)
    return {(row["corpus"], row["name"]): row for table in tables for row in table}


def _read_texts(place: Path, digest: _Digest, *, top: bool) -> Iterator[TrainingText]:
    gold = place / "gold"
    paths = sorted(gold.glob("*.json")) or (sorted(place.glob("*.json")) if top else [])
    documents: dict[str, Document] = {}
    for path in paths:
        content = path.read_bytes()
        digest.update(content)
        documents[path.stem] = Document.parse(content, where=str(path))
    plain: dict[str, str] = {}
    for path in sorted((place / "text").glob("*.txt")):
        if path.stem not in documents:
            plain[path.stem] = path.read_text(encoding="utf-8")
            digest.update(plain[path.stem].encode())
    rows = _read_split(place / "split.tsv", digest)
    # Only the text and its structure are needed: training must not ask a model that was trained before.
    pipeline = Pipeline(Settings(model=None))
    for name in sorted(documents.keys() | plain.keys()):
        row = rows.get(name, {})
        document = documents.get(name)
        text = document.text if document is not None else plain[name]
        in_genre = _HARD_NEGATIVE not in row.get("genre", "")
        for part in pipeline.analyze(text, source_id=name).parts:
            yield TrainingText(name, row.get("split", "train"), part.context, document, in_genre)


def _read_split(path: Path, digest: _Digest) -> dict[str, Mapping[str, str]]:
    if not path.is_file():
        return {}
    content = path.read_text(encoding="utf-8")
    digest.update(content.encode())
    origin = "" if "# origin:" in content else "# origin: the corpus\n"
    return {row["name"]: row for row in parse_table(str(path), origin + content)}


def _read_clauses(path: Path, digest: _Digest) -> list[Clause]:
    content = path.read_text(encoding="utf-8")
    digest.update(content.encode())
    made: list[Clause] = []
    for row in parse_table(str(path), content):
        category = None if row["category"] == "none" else row["category"]
        made.append(Clause(row["text"], category, row["split"]))
    return made


class CleanPlaces:
    """Finds the clean offsets of source offsets, in logarithmic time."""

    def __init__(self, text: SourceText) -> None:
        runs = sorted(
            (piece.start, piece.end, clean) for span in text.spans for piece, clean in _pieces(text, span)
        )
        self._starts = [start for start, _, _ in runs]
        self._runs = runs

    def span(self, ref: Ref) -> Span | None:
        """Return the clean span from the first to the last character of `ref`; None if it is left out."""
        first, last = ref.fragments[0][0], ref.fragments[-1][1] - 1
        start, end = self._place(first), self._place(last)
        return Span(start, end + 1) if start is not None and end is not None and start <= end else None

    def _place(self, offset: int) -> int | None:
        run = bisect_right(self._starts, offset) - 1
        if run < 0 or offset >= self._runs[run][1]:
            return None
        return self._runs[run][2] + offset - self._runs[run][0]


def _pieces(text: SourceText, span: Span) -> Iterator[tuple[Piece, int]]:
    at = span.start
    for piece in text.pieces(span.start, span.end):
        yield piece, at
        at += piece.end - piece.start


@dataclass(frozen=True)
class GoldCategories:
    """What the gold of one text says: the category of nodes, by the pipeline's id, and of records."""

    nodes: tuple[tuple[str, Category], ...] = ()
    records: tuple[tuple[Found, Category], ...] = ()


def gold_categories(text: TrainingText) -> GoldCategories:
    """Return the categories of a text's gold, those of nodes by the ids that the pipeline gave them."""
    if text.document is None:
        return GoldCategories()
    wanted = {_first(node): node.category for node in _nodes(text.document) if node.category}
    nodes: list[tuple[str, Category]] = []
    for node, unit in node_units(text.context):
        begin = node.marker.span if node.marker else unit.span
        category = wanted.get(text.context.text.source_offset(begin.start))
        if category is not None:
            nodes.append((node.id, category))
    places = CleanPlaces(text.context.text)
    records: list[tuple[Found, Category]] = []
    for record in text.document.records:
        if not isinstance(record, Mechanism | Initiative) or record.category is None:
            continue
        span = places.span(record.ref)
        if span is not None:
            records.append((Found(record.type, span, "gold"), record.category))
    return GoldCategories(tuple(nodes), tuple(records))


def category_examples(text: TrainingText) -> list[Example]:
    """Return the nodes and records of a text whose gold says a category, with their units.

    Sections with points are left out: their category is a vote, not a reading.
    """
    gold = gold_categories(text)
    of_nodes = dict(gold.nodes)
    made = [
        Example(unit, of_nodes[node.id], text.name)
        for node, unit in node_units(text.context)
        if node.id in of_nodes and not any(child.marker for child in node.children)
    ]
    units = record_units(text.context, [found for found, _ in gold.records])
    made += [
        Example(unit, category, text.name)
        for unit, (_, category) in zip(units, gold.records, strict=True)
        if unit is not None
    ]
    return made


def _nodes(document: Document) -> Iterator[Node]:
    waiting = [node for speech in document.speeches for node in speech.nodes]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def _first(node: Node) -> int:
    refs = [node.marker.ref if node.marker else None, node.heading, *node.body]
    return next((ref.fragments[0][0] for ref in refs if ref is not None), -1)
