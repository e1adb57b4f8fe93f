"""Puts nodes, mechanisms and initiatives into the categories of guideline §7, or the model's own label set.

Three estimators of the model work one after the other. ``category-words`` reads the characters of one stretch
of text. ``category`` weighs what it says of the unit itself and of what stands around it: its heading, its
clauses, the section and the speech it is in (the purpose of 「每季通报一次」 is that of its node). ``genre``
tells texts of the kind the library knows from others; what is far from it keeps its category with a low
confidence. A section takes the category that most of its points share; its heading decides a tie.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from zhengxie_nlp.categories.units import LONGEST_PASSAGE, VIEWS, Unit, Units
from zhengxie_nlp.categories.wording import FAMILIARITY, WORDS, Wording, categories_of
from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.learning.estimators import softmax_of_lines
from zhengxie_nlp.learning.grams import Passages
from zhengxie_nlp.learning.model import Model
from zhengxie_nlp.records import Category, Scores
from zhengxie_nlp.structure.spans import NodeSpan
from zhengxie_nlp.text.segmenters.words import cut

if TYPE_CHECKING:
    from zhengxie_nlp.learning.grams import Array

#: The estimators of a model that `classify` needs, beside that of the wording.
CATEGORY: Final = "category"
GENRE: Final = "genre"
#: Another category that is at least this probable is a secondary one.
SECONDARY: Final = 0.25
#: How many words `evidence` names at most.
_EVIDENCE: Final = 6
#: The genre of a document is told by its beginning, of so many characters.
_BEGINNING: Final = 20 * LONGEST_PASSAGE


class Judgement(NamedTuple):
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
    units = Units(context)
    nodes, records = units.add_nodes(), units.add_records(found)
    judged = _judge(units, model=model)
    of_nodes = {node.id: judged[number] for node, number in nodes}
    judgements: dict[str, Judgement] = {}
    for speech in context.structure.speeches:
        for top in speech.nodes:
            _vote(top, of_nodes, judgements, categories_of(model))
    of_records = tuple([judged[number] if number is not None else None for number in records])
    return Classification(judgements, of_records, model)


#: What speaks for a category, in the order in which it is added up: columns of the estimator ``category``.
_TOLD: Final = (*VIEWS, "clauses", "own-words", "heading-words")


def category_numbers(units: Units, *, wording: Wording) -> Array:
    """Return what speaks for the categories of units: the numbers of the estimator ``category``.

    The estimator says how well one category fits; its weights are the same for all of them, so that they
    can be learnt from few documents and favour none but by its frequency.

    Args:
        units: the units of one document.
        wording: the wording of its text.

    Returns:
        For each unit a line for each of `_TOLD`, with a number for each category of the model: how far it
        stands out there; 0 for all, where the unit has no such view.
    """
    import numpy

    views, passages = units.views(), units.passages()
    owners, clauses = wording.clauses(passages.chosen(views[0]))
    decisions = wording.decisions(passages.followed_by(clauses))
    leanings = _standing_out(decisions[: len(passages)])
    leanings[0] = 0
    cues = wording.cues(passages)
    of_cues = _standing_out(numpy.log(cues + 0.5))
    of_cues[~cues.any(axis=1)] = 0
    own, heading = (views[VIEWS.index(name)] for name in ("own", "heading"))
    told = numpy.empty((len(units), len(_TOLD), len(wording.categories)))
    told[:, : len(VIEWS)] = leanings[views.T]
    told[:, -3] = _leanings_of_clauses(softmax_of_lines(decisions[len(passages) :]), owners, len(units))
    told[:, -2], told[:, -1] = of_cues[own], of_cues[heading]
    return told


def _leanings_of_clauses(shares: Array, owners: Array, size: int) -> Array:
    """Return how far each category stands out in the mean of the clauses of each of `size` units."""
    import numpy

    counts = numpy.bincount(owners, minlength=size)
    sums = numpy.stack([numpy.bincount(owners, weights=share, minlength=size) for share in shares.T], axis=1)
    found = _standing_out(numpy.log(sums / numpy.maximum(counts, 1)[:, None] + 0.02))
    found[counts == 0] = 0
    return found


def _standing_out(lines: Array) -> Array:
    found: Array = (lines - lines.sum(axis=1, keepdims=True) / lines.shape[1]).round(4)
    return found


def category_rows(units: Sequence[Unit], *, model: Model) -> list[list[dict[str, float | str]]]:
    """Return what `category_numbers` says of each unit, as rows: one for each category; for training.

    Args:
        units: units of any documents, those of one document together.
        model: a model with the estimator ``category-words``.
    """
    rows: list[list[dict[str, float | str]]] = []
    for _, group in groupby(units, key=lambda unit: id(unit.units)):
        together = list(group)
        document = together[0].units
        wording = Wording(document.text, model=model)
        numbers = category_numbers(document, wording=wording)
        rows += [
            [
                {"is": category, **dict(zip(_TOLD, told, strict=True))}
                for category, told in zip(wording.categories, numbers[unit.number].T.tolist(), strict=True)
            ]
            for unit in together
        ]
    return rows


def genre_row(text: str, *, model: Model) -> dict[str, float | str]:
    """Return the features of a text for the estimator ``genre``: how much of its wording is known."""
    (told,) = Wording(text, model=model).familiarity(Passages.of([(0, len(text))])).tolist()
    return dict(zip(FAMILIARITY, told, strict=True))


def document_genre(context: Context, *, model: Model) -> float:
    """Return how probable it is that a document is of the kind that the library knows, 0 to 1.

    Args:
        context: the document; a long one is judged by its beginning.
        model: a model with the estimators ``category-words`` and ``genre``.
    """
    text = context.text.text[:_BEGINNING]
    found = _in_genre(Passages.of([(0, len(text))]), wording=Wording(text, model=model), model=model)
    return round(float(found[0]), 4)


def _in_genre(passages: Passages, *, wording: Wording, model: Model) -> Array:
    """Return how probable it is that each passage is of the genre, for itself."""
    import numpy

    if GENRE not in model:
        # It was trained without texts of other kinds: it holds all texts for such as it knows.
        return numpy.ones(len(passages))
    estimator = model.estimator(GENRE)
    decisions = estimator.decide_on_numbers(FAMILIARITY, wording.familiarity(passages))
    shares = softmax_of_lines(decisions, temperature=estimator.temperature)
    return cast("Array", shares[:, estimator.labels.index("in")])


def _judge(units: Units, *, model: Model) -> list[Judgement]:
    wording = Wording(units.text, model=model)
    chances = category_scores(units, wording=wording, model=model)
    if not len(units):
        return []
    genres = _genres(units, wording=wording, model=model)
    return _judgements(units, chances, genres, categories=wording.categories)


def category_scores(units: Units, *, wording: Wording, model: Model) -> Array:
    """Return the probability of each category for each unit, taking it to be of the genre."""
    import numpy

    estimator = model.estimator(CATEGORY, labels=("no", "yes"))
    told = category_numbers(units, wording=wording).transpose(0, 2, 1).reshape(-1, len(_TOLD))
    size = len(wording.categories)
    kinds = numpy.tile(numpy.eye(size), (len(units), 1))
    names = [*(f"is={category}" for category in wording.categories), *_TOLD]
    fits = estimator.decide_on_numbers(names, numpy.concatenate([kinds, told], axis=1))[:, 1]
    return softmax_of_lines(fits.reshape(-1, size), temperature=estimator.temperature)


def _genres(units: Units, *, wording: Wording, model: Model) -> Array:
    """Return how probable it is that each unit is of the genre, by its node's text and the document's."""
    import numpy

    own, node = (units.views()[VIEWS.index(name)] for name in ("own", "node"))
    numbers, places = numpy.unique(numpy.where(node, node, own), return_inverse=True)
    texts = [units.passage_text(number) for number in numbers.tolist()]
    # Texts in the order of their characters, each once: the beginning of all of them speaks for the document.
    first = sorted({text: place for place, text in reversed([*enumerate(texts)])}.items())
    nodes = units.passages().chosen(numbers)
    whole = nodes.chosen(numpy.array([place for _, place in first])).beginning(_BEGINNING)
    chances = _in_genre(nodes.followed_by(whole), wording=wording, model=model)
    return cast("Array", numpy.sqrt(chances[places] * chances[-1]))


def _judgements(
    units: Units, chances: Array, genres: Array, *, categories: tuple[Category, ...]
) -> list[Judgement]:
    import numpy

    lines, first = numpy.arange(len(units)), chances.argmax(axis=1)
    confidences = (genres * chances[lines, first]).round(4)
    likely: Array = chances >= SECONDARY
    likely[lines, first] = False
    others = {line: likely[line].tolist() for line in numpy.flatnonzero(likely.any(axis=1)).tolist()}
    rounded = chances.round(4)
    rounded[lines, first] = 0
    rounded[lines, first] = (1 - rounded.sum(axis=1)).round(4)
    return [
        Judgement(
            categories[place],
            _by_chance(categories, chances[line].tolist(), others[line]) if line in others else (),
            Scores.of(dict(zip(categories, scores, strict=True))),
            confidence,
            units.view(line, "own"),
        )
        for line, (place, scores, confidence) in enumerate(
            zip(first.tolist(), rounded.tolist(), confidences.tolist(), strict=True)
        )
    ]


def _by_chance(
    categories: Sequence[Category], chances: Sequence[float], chosen: Iterable[bool]
) -> tuple[Category, ...]:
    """Return the chosen categories, the most probable first."""
    places = [place for place, is_chosen in enumerate(chosen) if is_chosen]
    return tuple([categories[place] for place in sorted(places, key=lambda place: -chances[place])])


def evidence(text: str, category: Category, *, model: Model) -> tuple[str, ...]:
    """Name the words of a text that speak for a category, the strongest first.

    The characters' parts are those of ``category-words``; a word has the mean of those of its characters.
    """
    estimator = model.estimator(WORDS)
    parts = dict(estimator.contributions(text, category))
    weights: list[float] = [0.0] * len(text)
    for length in (2, 3):
        for at in range(len(text) - length + 1):
            part = parts.get(text[at : at + length], 0.0)
            for place in range(at, at + length) if part else ():
                weights[place] += part
    words: dict[str, float] = {}
    for word in cut(text, 0, len(text)):
        if word.end - word.start > 1 and word.tag != "w":
            written = text[word.start : word.end]
            mean = sum(weights[word.start : word.end]) / (word.end - word.start)
            words[written] = words.get(written, 0.0) + mean
    told = sorted((word for word in words.items() if word[1] > 0), key=lambda one: (-one[1], one[0]))
    return tuple(word for word, _ in told[:_EVIDENCE])


def _vote(
    node: NodeSpan,
    own: Mapping[str, Judgement],
    made: dict[str, Judgement],
    categories: Sequence[Category],
) -> Judgement | None:
    """Enter the judgement of a node and of all below it: of a section, the one most of its points share."""
    below = [_vote(child, own, made, categories) for child in node.children]
    marked = [one for child, one in zip(node.children, below, strict=True) if one and child.marker]
    heading = own.get(node.id)
    judgement = _shared(marked, heading, categories) if marked else heading
    if judgement is not None:
        made[node.id] = judgement
    return judgement


def _shared_scores(chances: Mapping[Category, float]) -> Scores:
    """Round the means of the scores of points to four places so that they still add up to 1.

    They are means of a few rounded numbers, and often lie just between two: so Python rounds.
    """
    highest = max(chances, key=lambda one: chances[one])
    rounded = {one: 0.0 if one == highest else round(chance, 4) for one, chance in chances.items()}
    rounded[highest] = round(1 - sum(rounded.values()), 4)
    return Scores.of(rounded)


def _shared(
    points: Sequence[Judgement], heading: Judgement | None, categories: Sequence[Category]
) -> Judgement:
    votes = Counter(point.category for point in points)
    most = max(votes.values())
    tied = [category for category in categories if votes[category] == most]
    first = heading.scores.shares() if heading else {}
    voices = [point.scores.shares() for point in points] + ([first] if first else [])
    scores = {category: sum(one[category] for one in voices) / len(voices) for category in categories}
    category = max(tied, key=lambda one: (first.get(one, 0.0), scores[one]))
    if scores[category] < max(scores.values()):
        # The scores say what the category says: the shared one comes first.
        higher = max(categories, key=lambda one: scores[one])
        scores[category], scores[higher] = scores[higher], scores[category]
    alike = [point.confidence for point in points if point.category == category]
    others = tuple(one for one in sorted(votes, key=lambda one: -votes[one]) if one != category)
    return Judgement(
        category=category,
        secondary=others[:1] if others and votes[others[0]] * 3 >= len(points) else (),
        scores=_shared_scores(scores),
        confidence=round(sum(alike) / len(alike), 4),
        text=heading.text if heading else "",
    )
