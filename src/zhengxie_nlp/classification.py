"""Puts nodes, mechanisms and initiatives into the four categories of guideline §7, with true probabilities.

Three estimators of the model work one after the other. ``category-words`` reads the characters of one stretch
of text. ``category`` weighs what it says of the unit itself and of what stands around it: its heading, its
clauses, the section and the speech it is in (the purpose of 「每季通报一次」 is that of its node). ``genre``
tells texts of the kind the library knows from others; what is far from it keeps its category with a low
confidence. A section takes the category that most of its points share; its heading decides a tie.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from math import log
from typing import Final, Literal, cast, get_args

from zhengxie_nlp.estimators import count_characters, softmax
from zhengxie_nlp.extraction.rules import Context, Found
from zhengxie_nlp.lexicon import Phrases, longest_word, read_table
from zhengxie_nlp.model import Model
from zhengxie_nlp.records import Category, Scores, trusted
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan
from zhengxie_nlp.text.source_text import Span

UnitKind = Literal["node", "mechanism", "initiative"]

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
#: The estimators of a model that `classify` needs.
WORDS: Final = "category-words"
CATEGORY: Final = "category"
GENRE: Final = "genre"
#: Another category that is at least this probable is a secondary one.
SECONDARY: Final = 0.25
#: How many words `evidence` names at most.
_EVIDENCE: Final = 6
_CLAUSE_END: Final = re.compile(r"[，；：。！？\n]++")
#: A unit's text is read to this length: what a node is about, its beginning says.
_LONGEST: Final = 1500


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to classify: its own characters, and the texts that speak for its category.

    Attributes:
        kind: what it is.
        span: its own characters; of a node, from its heading to the end of its body.
        views: the texts by name: ``own``; ``heading`` (of the node); ``node`` and ``sentence`` (around a
            record); ``above`` (the next higher heading); ``title`` (of the speech, and who speaks).
    """

    kind: UnitKind
    span: Span
    views: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The category of one unit.

    Attributes:
        category: the primary category.
        secondary: others that are nearly as probable, the most probable first.
        scores: the probability of each category.
        confidence: how probable it is that the text is of the genre and the category right, 0 to 1.
        text: the text of the unit: its words spoke for the category (`evidence`).
    """

    category: Category
    secondary: tuple[Category, ...]
    scores: Scores
    confidence: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Classification:
    """The categories of one document.

    Attributes:
        nodes: each node's judgement, by its id; a node without any text of its own or below has none.
        records: a judgement for each record given to `classify`, in order; None for quantities, numeral
            terms and times.
        model: the model that judged.
    """

    nodes: Mapping[str, Judgement]
    records: tuple[Judgement | None, ...]
    model: Model

    def at_least(self, confidence: float) -> Classification:
        """Return the judgements that are at least so sure, 0 to 1; the others are gone."""
        if confidence <= 0:
            return self
        nodes = {node: one for node, one in self.nodes.items() if one.confidence >= confidence}
        records = tuple(one if one and one.confidence >= confidence else None for one in self.records)
        return Classification(nodes, records, self.model)

    def evidence(self, judgement: Judgement) -> tuple[str, ...]:
        """Name the words that spoke for one of its judgements, the strongest first."""
        return evidence(judgement.text, judgement.category, model=self.model)


def classify(context: Context, *, model: Model, found: Sequence[Found] = ()) -> Classification:
    """Classify the nodes of a document, and its mechanisms and initiatives.

    Args:
        context: the document.
        model: a model with the estimators ``category-words``, ``category`` and ``genre``.
        found: records of any type; only mechanisms and initiatives get a category.

    Raises:
        DataError: ZX303, if the model lacks an estimator or knows other categories.
    """
    nodes = node_units(context)
    records = record_units(context, found)
    units = [unit for _, unit in nodes] + [unit for unit in records if unit is not None]
    judged = _judge(units, model=model)
    judgements: dict[str, Judgement] = {}
    of_nodes = {node.id: one for (node, _), one in zip(nodes, judged, strict=False)}
    for speech in context.structure.speeches:
        for top in speech.nodes:
            _vote(top, of_nodes, judgements)
    rest = iter(judged[len(nodes) :])
    of_records = tuple(next(rest) if unit is not None else None for unit in records)
    return Classification(judgements, of_records, model)


def node_units(context: Context) -> list[tuple[NodeSpan, Unit]]:
    """Return every node that has a text of its own, with its unit, in the order of the outline."""
    made: list[tuple[NodeSpan, Unit]] = []
    for node, speech, path in _walk(context):
        own = _node_text(context, node)
        if not own:
            continue
        spans = [span for span in (node.heading, *node.body) if span is not None]
        views = {
            "own": own,
            "heading": _text(context, node.heading),
            "above": _above(context, path),
            "title": _title(context, speech),
        }
        span = Span(min(one.start for one in spans), max(one.end for one in spans))
        made.append((node, Unit("node", span, views)))
    return made


def record_units(context: Context, found: Iterable[Found]) -> list[Unit | None]:
    """Return the unit of each mechanism and initiative; None for other records, or outside of a speech."""
    paths = {node.id: path for node, _, path in _walk(context)}
    around: dict[tuple[str, str], dict[str, str]] = {}
    return [_record_unit(context, one, paths=paths, around=around) for one in found]


def _record_unit(
    context: Context,
    found: Found,
    *,
    paths: Mapping[str, tuple[NodeSpan, ...]],
    around: dict[tuple[str, str], dict[str, str]],
) -> Unit | None:
    """Return the unit of one record; `around` keeps what the records of one node share."""
    owner = context.owner(found.span.start)
    if found.type not in ("mechanism", "initiative") or owner is None:
        return None
    speech, node = owner
    place = (speech.id, node.id if node is not None else "")
    if place not in around:
        around[place] = {
            "heading": _text(context, node.heading) if node is not None else "",
            "node": _node_text(context, node) if node is not None else "",
            "above": _above(context, paths.get(node.id, ()) if node is not None else ()),
            "title": _title(context, speech),
        }
    sentence = context.boundaries.sentence(found.span.start)
    views = {
        "own": _text(context, found.span),
        "sentence": context.text.text[sentence.start : min(sentence.end, sentence.start + _LONGEST)],
        **around[place],
    }
    return Unit("mechanism" if found.type == "mechanism" else "initiative", found.span, views)


def _walk(context: Context) -> Iterator[tuple[NodeSpan, SpeechSpan, tuple[NodeSpan, ...]]]:
    """Yield every node with its speech and the nodes above it, the nearest last."""
    for speech in context.structure.speeches:
        waiting: list[tuple[NodeSpan, tuple[NodeSpan, ...]]] = [(node, ()) for node in reversed(speech.nodes)]
        while waiting:
            node, path = waiting.pop()
            yield node, speech, path
            waiting.extend((child, (*path, node)) for child in reversed(node.children))


def _text(context: Context, span: Span | None) -> str:
    return context.text.text[span.start : min(span.end, span.start + _LONGEST)] if span is not None else ""


def _node_text(context: Context, node: NodeSpan) -> str:
    texts: list[str] = []
    size = 0
    for span in chain((node.heading,), node.body):
        if size >= _LONGEST:
            break
        if span is not None:
            texts.append(_text(context, span))
            size += len(texts[-1])
    return "\n".join(texts)[:_LONGEST]


def _above(context: Context, path: Sequence[NodeSpan]) -> str:
    headings = (_text(context, node.heading) for node in reversed(path))
    return next((heading for heading in headings if heading), "")


def _title(context: Context, speech: SpeechSpan) -> str:
    return "\n".join(
        text for text in (_text(context, speech.title), _text(context, speech.organization)) if text
    )


def view_texts(unit: Unit) -> list[str]:
    """Return the texts of a unit that ``category-words`` is asked about, clauses of its own text included."""
    return [text for text in (*unit.views.values(), *_clauses(unit)) if text]


def _clauses(unit: Unit) -> list[str]:
    return [clause for clause in _CLAUSE_END.split(unit.views["own"]) if len(clause) > 3]


class Wording:
    """What ``category-words`` and the list of words say of texts; neighbours share most of their views.

    Make one with `read_wording`.
    """

    def __init__(self, decisions: Mapping[str, Sequence[float]]) -> None:
        self._decisions = decisions
        self._leanings: dict[str, list[float]] = {}
        self._cues: dict[str, list[float]] = {}

    def shares(self, text: str) -> list[float]:
        """Return the probability of each category, in the order of `CATEGORIES`."""
        return softmax(self._decisions[text])

    def leanings(self, text: str) -> list[float]:
        """Return how far each category stands out."""
        found = self._leanings.get(text)
        if found is None:
            found = self._leanings[text] = _standing_out(self._decisions[text])
        return found

    def cues(self, text: str) -> list[float]:
        """Return how far each category stands out by the words of `cue_words`; nothing, if there are none."""
        found = self._cues.get(text)
        if found is None:
            counts = Counter(category for _, category in cue_words(text))
            counted = [log(counts[category] + 0.5) for category in CATEGORIES] if counts else []
            found = self._cues[text] = _standing_out(counted) if counted else []
        return found


def _standing_out(numbers: Sequence[float]) -> list[float]:
    mean = sum(numbers) / len(numbers)
    return [round(number - mean, 4) for number in numbers]


def category_rows(unit: Unit, *, wording: Wording) -> list[dict[str, float | str]]:
    """Return the features of one unit for the estimator ``category``: one row for each of `CATEGORIES`.

    The estimator says how well one category fits; its weights are the same for all four, so that they can be
    learnt from few documents and favour none but by its frequency.

    Args:
        unit: the unit.
        wording: what is known of the wording of its `view_texts`.

    Returns:
        Rows with a number for each view that has a text: how far its category stands out there.
    """
    told = {name: wording.leanings(text) for name, text in unit.views.items() if text}
    clauses = [wording.shares(clause) for clause in _clauses(unit)]
    if len(clauses) > 1:
        columns = zip(*clauses, strict=True)
        told["clauses"] = _standing_out([log(sum(column) / len(clauses) + 0.02) for column in columns])
    for name in ("own", "heading"):
        cues = wording.cues(unit.views.get(name, ""))
        if cues:
            told[f"{name}-words"] = cues
    return [
        {"is": category, **{name: numbers[place] for name, numbers in told.items()}}
        for place, category in enumerate(CATEGORIES)
    ]


@cache
def _cues() -> tuple[re.Pattern[str], Phrases[str]]:
    words = {row["word"]: row["category"] for row in read_table("category_words.tsv")}
    return re.compile(longest_word(words)), Phrases(words)


def cue_words(text: str) -> list[tuple[str, Category]]:
    """Return the words of `data/category_words.tsv` that stand in a text, in order, with their category.

    Example:
        >>> cue_words("开展警示教育，帮办实事12件")
        [('警示教育', 'discipline'), ('帮办实事', 'service')]
    """
    pattern, words = _cues()
    return [(word, cast(Category, words[word])) for word in pattern.findall(text)]


def genre_row(text: str, *, model: Model) -> dict[str, float | str]:
    """Return the features of a text for the estimator ``genre``: how much of its wording is known."""
    shares = model.estimator(WORDS).coverage(text)
    size = count_characters(text)
    row: dict[str, float | str] = {f"known-{length}": share for length, share in enumerate(shares, 1)}
    cues = sum(len(word) for word, _ in cue_words(text))
    row["cues"] = min(1.0, cues / size) if size else 0.0
    row["length"] = min(log(size + 1), 5.0) / 5
    row["known"] = float(cast(float, row["known-2"])) * float(row["length"])
    return row


def document_genre(context: Context, *, model: Model) -> float:
    """Return how probable it is that a document is of the kind that the library knows, 0 to 1.

    Args:
        context: the document; a long one is judged by its beginning.
        model: a model with the estimators ``category-words`` and ``genre``.
    """
    row = genre_row(context.text.text[: 20 * _LONGEST], model=model)
    return round(model.probabilities(GENRE, [row])[0]["in"], 4)


def _judge(units: Sequence[Unit], *, model: Model) -> list[Judgement]:
    chances = category_scores(units, model=model)
    genres = _genres(units, model=model)
    return [
        _judgement(unit, scores, genre=genre)
        for unit, scores, genre in zip(units, chances, genres, strict=True)
    ]


def category_scores(units: Sequence[Unit], *, model: Model) -> list[dict[Category, float]]:
    """Return the probability of each category for each unit, taking it to be of the genre."""
    wording = read_wording(units, model=model)
    rows = [row for unit in units for row in category_rows(unit, wording=wording)]
    estimator = model.estimator(CATEGORY, labels=("no", "yes"))
    fits = [decision[1] for decision in estimator.decisions(rows)]
    size = len(CATEGORIES)
    return [
        dict(zip(CATEGORIES, softmax(fits[at : at + size], temperature=estimator.temperature), strict=True))
        for at in range(0, len(fits), size)
    ]


def read_wording(units: Iterable[Unit], *, model: Model) -> Wording:
    """Ask ``category-words`` about every text of `units` once."""
    estimator = model.estimator(WORDS, labels=CATEGORIES)
    texts = sorted({text for unit in units for text in view_texts(unit)})
    order = [estimator.labels.index(category) for category in CATEGORIES]
    rows = estimator.decisions(texts)
    return Wording({text: [row[place] for place in order] for text, row in zip(texts, rows, strict=True)})


def _genres(units: Sequence[Unit], *, model: Model) -> list[float]:
    """Return how probable it is that each unit is of the genre, by its node's text and the document's."""
    texts = [unit.views.get("node") or unit.views["own"] for unit in units]
    nodes = sorted({text for text in texts if text})
    if not nodes:
        return [0.0] * len(units)
    asked = [*nodes, "\n".join(nodes)[: 20 * _LONGEST]]
    found = model.probabilities(GENRE, [genre_row(text, model=model) for text in asked])
    chances = {text: one["in"] for text, one in zip(asked, found, strict=True)}
    whole = chances[asked[-1]]
    return [(chances[text] * whole) ** 0.5 if text else 0.0 for text in texts]


def _judgement(unit: Unit, scores: Mapping[Category, float], *, genre: float) -> Judgement:
    category = max(CATEGORIES, key=lambda one: scores[one])
    return Judgement(
        category=category,
        secondary=_secondary(category, scores),
        scores=_rounded(scores),
        confidence=round(genre * scores[category], 4),
        text=unit.views["own"],
    )


def _secondary(category: Category, scores: Mapping[Category, float]) -> tuple[Category, ...]:
    others = [one for one in CATEGORIES if one != category and scores[one] >= SECONDARY]
    return tuple(sorted(others, key=lambda one: -scores[one]))


def _rounded(scores: Mapping[Category, float]) -> Scores:
    """Round the scores to four places so that they still add up to 1."""
    rounded: dict[str, float] = {category: round(scores[category], 4) for category in CATEGORIES}
    highest = max(CATEGORIES, key=lambda one: scores[one])
    rounded[highest] = round(1 - sum(value for one, value in rounded.items() if one != highest), 4)
    return trusted(Scores, **rounded)


def evidence(text: str, category: Category, *, model: Model) -> tuple[str, ...]:
    """Name the words of a text that speak for a category, the strongest first.

    The characters' parts are those of ``category-words``; they are added up over runs of characters that
    speak for the category together.
    """
    estimator = model.estimator(WORDS)
    parts = dict(estimator.contributions(text, category))
    weights: list[float] = [0.0] * len(text)
    for length in (2, 3):
        for at in range(len(text) - length + 1):
            part = parts.get(text[at : at + length], 0.0)
            for place in range(at, at + length) if part else ():
                weights[place] += part
    edges = [0, *(at for at in range(1, len(text)) if (weights[at] > 0) != (weights[at - 1] > 0)), len(text)]
    runs: dict[str, float] = {}
    for start, end in pairwise(edges):
        if weights[start : start + 1] > [0.0]:
            for word in _strong(text, weights, start, end):
                runs[word] = runs.get(word, 0.0) + sum(weights[start:end]) / (end - start)
    return tuple(word for word, _ in sorted(runs.items(), key=lambda run: (-run[1], run[0]))[:_EVIDENCE])


def _strong(text: str, weights: Sequence[float], start: int, end: int) -> list[str]:
    """Return the run itself where it is short; of a long one, the known words in it, or its best part."""
    run = text[start:end]
    if len(run) <= 6:
        return [run]
    words = list(dict.fromkeys(word for word, _ in cue_words(run)))
    if words:
        return words
    best = max(range(start, end - 3), key=lambda at: (sum(weights[at : at + 4]), -at))
    return [text[best : best + 4]]


def _vote(node: NodeSpan, own: Mapping[str, Judgement], made: dict[str, Judgement]) -> Judgement | None:
    """Enter the judgement of a node and of all below it: of a section, the one most of its points share."""
    below = [_vote(child, own, made) for child in node.children]
    marked = [one for child, one in zip(node.children, below, strict=True) if one and child.marker]
    heading = own.get(node.id)
    judgement = _shared(marked, heading) if marked else heading
    if judgement is not None:
        made[node.id] = judgement
    return judgement


def _shared(points: Sequence[Judgement], heading: Judgement | None) -> Judgement:
    votes = Counter(point.category for point in points)
    most = max(votes.values())
    tied = [category for category in CATEGORIES if votes[category] == most]
    voices = [point.scores for point in points] + ([heading.scores] if heading else [])
    scores = {
        category: sum(getattr(one, category) for one in voices) / len(voices) for category in CATEGORIES
    }
    first = heading.scores if heading else None
    category = max(tied, key=lambda one: (getattr(first, one) if first else 0.0, scores[one]))
    if scores[category] < max(scores.values()):
        # The scores say what the category says: the shared one comes first.
        higher = max(CATEGORIES, key=lambda one: scores[one])
        scores[category], scores[higher] = scores[higher], scores[category]
    alike = [point.confidence for point in points if point.category == category]
    others = tuple(one for one in sorted(votes, key=lambda one: -votes[one]) if one != category)
    return Judgement(
        category=category,
        secondary=others[:1] if others and votes[others[0]] * 3 >= len(points) else (),
        scores=_rounded(scores),
        confidence=round(sum(alike) / len(alike), 4),
        text=heading.text if heading else "",
    )
