"""Trains the models from a corpus: `zhengxie train CORPUS -o models/NAME`.

Only texts and clauses marked ``train`` are learnt from; the rest serves for the figures in the manifest and
the model card. The same corpus gives the same weights, byte for byte. Each task adds its estimators through
`TASKS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import log
from pathlib import Path
from typing import Any, Final

from zhengxie_nlp.categories.classify import (
    CATEGORY,
    GENRE,
    category_rows,
    classify,
    genre_row,
)
from zhengxie_nlp.categories.units import node_units
from zhengxie_nlp.categories.wording import WORDS
from zhengxie_nlp.errors import DataError
from zhengxie_nlp.learning.estimators import Estimator, Row, best_temperature, fit_estimator
from zhengxie_nlp.learning.model import Model, save_model
from zhengxie_nlp.learning.threads import one_thread
from zhengxie_nlp.lexicon.tables import tables_read
from zhengxie_nlp.records import CATEGORIES, Category
from zhengxie_nlp.training.corpus import (
    Clause,
    Corpus,
    Example,
    TrainingText,
    category_examples,
    gold_categories,
    read_corpora,
)
from zhengxie_nlp.training.counted import train_counted
from zhengxie_nlp.training.initiatives import train_initiatives
from zhengxie_nlp.training.mechanisms import train_mechanisms
from zhengxie_nlp.training.tasks import Task, Trained, fit_candidates, folds

#: The estimators that know the label set.
_OF_CATEGORIES: Final = frozenset({WORDS, CATEGORY, GENRE})
#: How closely each estimator follows its examples: set by trying a few values on dev documents.
STRENGTH: Final = {WORDS: 16.0, CATEGORY: 0.1, GENRE: 10.0}

Pair = tuple[Category, Category]


def train(
    corpus: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    tasks: Sequence[Task] | None = None,
    base: Model | None = None,
) -> Model:
    """Train all estimators from one or more corpora and save them as a model.

    Args:
        corpus: the corpus's folder, or several (`training.corpus.read_corpora`).
        output: the model's folder, for example ``"models/zhengxie"``.
        tasks: what to train; by default `TASKS`.
        base: a model from which all other estimators are taken; by default there are no others.

    Returns:
        The model that was saved; its label set is that of the corpus.

    Raises:
        DataError: ZX301, if a table of the corpus is faulty; ZX303, if there is not enough to learn from.
        DocumentError: ZX201, if a gold file is not a Document.
    """
    read = read_corpora([corpus] if isinstance(corpus, str | Path) else corpus)
    model, report = fit(read, name=Path(output).name, tasks=TASKS if tasks is None else tasks, base=base)
    save_model(model, output, card=_card(model, report))
    return model


def fit(
    corpus: Corpus, *, name: str, tasks: Sequence[Task], base: Model | None = None
) -> tuple[Model, list[str]]:
    """Train estimators from a corpus that has been read; return the model, and lines for its card.

    Args:
        corpus: what there is to learn from.
        name: the model's name.
        tasks: what to train, in order.
        base: a model from which all other estimators are taken.

    Raises:
        DataError: ZX303, if there is not enough to learn from.
    """
    learnt = {
        "documents": [text.name for text in corpus.part("train") if _is_annotated(text)],
        "clauses": sum(clause.split == "train" for clause in corpus.clauses),
        "sha256": corpus.sha256,
    }
    settings = {} if corpus.categories == CATEGORIES else {"categories": list(corpus.categories)}
    model = Model(name, {}, learnt, settings=settings)
    if base is not None:
        # How much of a text is known to the wording of `base` says nothing of that of another model.
        taken = {name: one for name, one in base.estimators.items() if name not in _OF_CATEGORIES}
        kept = {name: value for name, value in base.settings.items() if name != "categories"}
        learnt["base"] = {"name": base.name, "sha256": base.corpus.get("sha256")}
        model = replace(model, estimators=taken, settings={**kept, **settings})
    report: list[str] = []
    for task in tasks:
        with one_thread():
            trained = task(corpus, model)
        model = replace(
            model,
            estimators={**model.estimators, **trained.estimators},
            scores={**model.scores, **trained.scores},
        )
        report.extend(trained.report)
    # What a table says goes into the features: a row changed without training anew is told by a test. How
    # sure the rules are is measured after training, and is no feature.
    tables = {name: checksum for name, checksum in tables_read().items() if name != "confidences.tsv"}
    return replace(model, corpus={**model.corpus, "tables": tables}), report


def _is_annotated(text: TrainingText) -> bool:
    """Return whether the gold of a text says what these tasks learn: mechanisms, initiatives, categories."""
    return text.document is not None and not {"mechanism", "initiative"} & set(text.document.not_annotated)


def train_categories(corpus: Corpus, model: Model) -> Trained:
    """Train ``category-words``, ``category`` and ``genre``; the task of `classification`."""
    examples = [example for text in corpus.part("train") for example in category_examples(text)]
    clauses = [clause for clause in corpus.clauses if clause.split == "train"]
    categories = corpus.categories
    parts = list(_left_out(examples, clauses, categories))
    genre = fit_genre(corpus, examples, parts)
    estimators = {
        WORDS: fit_words(examples, clauses, categories),
        CATEGORY: fit_category(examples, parts, categories),
        **({GENRE: genre} if genre is not None else {}),
    }
    made = replace(model, estimators={**model.estimators, **estimators})
    if not corpus.part("dev", "test"):
        return Trained(estimators)
    scores, lines = _figures(corpus, made)
    table = compare_classifiers(examples, clauses, categories)
    return Trained(estimators, scores, (*lines, *table))


#: What `train` trains by name, in order; a later task may use the estimators of an earlier one.
NAMED_TASKS: Final[Mapping[str, Task]] = {
    "counted": train_counted,
    "mechanisms": train_mechanisms,
    "categories": train_categories,
    "initiatives": train_initiatives,
}
TASKS: Final[tuple[Task, ...]] = tuple(NAMED_TASKS.values())


def fit_words(
    examples: Iterable[Example], clauses: Iterable[Clause], categories: Sequence[Category] = CATEGORIES
) -> Estimator:
    """Fit ``category-words`` on the wording of units and clauses, every category counting alike.

    Raises:
        DataError: ZX303, if a category has no example.
    """
    rows, labels, importance = _wordings(examples, clauses, categories)
    return fit_estimator("text", rows, labels, strength=STRENGTH[WORDS], importance=importance)


def _wordings(
    examples: Iterable[Example], clauses: Iterable[Clause], categories: Sequence[Category]
) -> tuple[list[str], list[str], list[float]]:
    pairs = {(clause.text, str(clause.category)) for clause in clauses if clause.category is not None}
    for example in examples:
        pairs.add((example.unit.view("own"), str(example.category)))
        heading = example.unit.view("heading")
        if example.unit.kind == "node" and heading:
            pairs.add((heading, str(example.category)))
    ordered = sorted(pairs)
    missing = [category for category in categories if category not in {label for _, label in ordered}]
    if missing:
        raise DataError("ZX303", f"no example of {', '.join(missing)} to learn from", where="train")
    counts = Counter(category for _, category in ordered)
    importance = [len(ordered) / len(counts) / counts[category] for _, category in ordered]
    return [text for text, _ in ordered], [category for _, category in ordered], importance


#: Examples by place that an estimator of wording has not learnt from, with that estimator.
LeftOut = tuple[Estimator, list[int]]


def _left_out(
    examples: Sequence[Example], clauses: Sequence[Clause], categories: Sequence[Category]
) -> Iterator[LeftOut]:
    for part in folds(example.document for example in examples):
        words = fit_words((one for one in examples if one.document not in part), clauses, categories)
        yield words, [place for place, one in enumerate(examples) if one.document in part]


def fit_category(
    examples: Sequence[Example], parts: Sequence[LeftOut], categories: Sequence[Category] = CATEGORIES
) -> Estimator:
    """Fit ``category`` on rows whose wording was judged by estimators that had not seen the document.

    Args:
        examples: the units with their category.
        parts: the estimators of wording, each with the examples that it left out.
        categories: the label set.

    Raises:
        DataError: ZX303, if there are no examples: single clauses do not show what their surroundings say.
    """
    rows: dict[int, list[dict[str, float | str]]] = {}
    for words, places in parts:
        made = Model("training", {WORDS: words}, settings={"categories": categories})
        units = [examples[place].unit for place in places]
        rows.update(zip(places, category_rows(units, model=made), strict=True))
    if not rows:
        raise DataError("ZX303", "no gold Document says a category", where="train")
    size = len(categories)
    times = _times(example.category for example in examples)
    places = [place for place in sorted(rows) for _ in range(times[examples[place].category])]
    flat = [row for place in places for row in rows[place]]
    labels = [
        "yes" if category == examples[place].category else "no" for place in places for category in categories
    ]
    documents = [examples[place].document for place in places for _ in categories]
    fitted, held = fit_candidates(flat, labels, documents=documents, strength=STRENGTH[CATEGORY])
    decisions = [_log_odds(held[at : at + size], fitted.temperature) for at in range(0, len(held), size)]
    truths = [categories.index(examples[place].category) for place in places]
    return replace(fitted, temperature=best_temperature(decisions, truths))


#: How far rare categories are brought up to the commonest one: 0 not at all, 1 wholly. Out of fold on real
#: texts the macro-F1 of nodes and of mechanisms is best about here.
_BALANCE: Final = 0.35


def _times(categories: Iterable[Category]) -> dict[Category, int]:
    """Return how often an example of each category counts, so that the commonest does not swallow the rest.

    Example:
        >>> _times(["service"] * 90 + ["learning"] * 6)["learning"]
        3
    """
    counts = Counter(categories)
    most = max(counts.values(), default=1)
    return {category: round((most / counts[category]) ** _BALANCE) for category in counts}


def _log_odds(shares: Iterable[Mapping[str, float]], temperature: float) -> list[float]:
    return [temperature * (log(max(share["yes"], 1e-12)) - log(max(share["no"], 1e-12))) for share in shares]


def fit_genre(corpus: Corpus, examples: Sequence[Example], parts: Sequence[LeftOut]) -> Estimator | None:
    """Fit ``genre`` on how much of a text's wording is known, to an estimator that has not seen the text.

    Returns:
        The estimator; None, where the corpus has no text of another kind to tell from the genre.
    """
    rows: list[Row] = []
    labels: list[str] = []

    def add(texts: Iterable[str], words: Estimator, label: str) -> None:
        model = Model("training", {WORDS: words}, settings={"categories": corpus.categories})
        for text in texts:
            rows.append(genre_row(text, model=model))
            labels.append(label)

    for words, places in parts:
        add(sorted({_whole(examples[place]) for place in places}), words, "in")
    clauses = [clause for clause in corpus.clauses if clause.split == "train"]
    words = fit_words(examples, clauses, corpus.categories)
    learnt = {example.document for example in examples}
    for text in corpus.part("train"):
        if text.name not in learnt:
            add(_stretches(text), words, "in" if text.in_genre else "out")
    held = [clause for clause in corpus.clauses if clause.split == "dev" and clause.category is not None]
    add((clause.text for clause in held), words, "in")
    other = [clause.text for clause in corpus.clauses if clause.split == "train" and clause.category is None]
    add(other, words, "out")
    add(("，".join(other[at : at + 6]) for at in range(0, len(other), 3)), words, "out")
    if "out" not in labels:
        return None
    counts = Counter(labels)
    importance = [len(labels) / 2 / counts[label] for label in labels]
    return fit_estimator("features", rows, labels, strength=STRENGTH[GENRE], importance=importance)


def _whole(example: Example) -> str:
    return example.unit.view("node") or example.unit.view("own")


def _stretches(text: TrainingText) -> list[str]:
    """Return the texts of a document's nodes, and all of them as one."""
    texts = [unit.view("own") for _, unit in node_units(text.context)]
    return [*texts, "\n".join(texts)] if texts else []


def compare_classifiers(
    examples: Sequence[Example], clauses: Sequence[Clause], categories: Sequence[Category]
) -> list[str]:
    """Compare classifiers of a node's own wording by cross-validation; return a Markdown table."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import ComplementNB
    from sklearn.svm import LinearSVC

    makers: dict[str, Callable[[], Any]] = {
        "logistic regression (used)": lambda: LogisticRegression(C=STRENGTH[WORDS], max_iter=2000),
        "linear support vectors": lambda: LinearSVC(C=0.5, random_state=0),
        "complement naive Bayes": lambda: ComplementNB(alpha=0.3),
    }
    lines = [
        "",
        "| own wording alone, cross-validated by document | accuracy | macro-F1 |",
        "| --- | --- | --- |",
    ]
    for name, maker in makers.items():
        pairs: list[Pair] = []
        for part in folds(example.document for example in examples):
            kept = [one for one in examples if one.document not in part]
            rows, labels, importance = _wordings(kept, clauses, categories)
            fitted = fit_estimator("text", rows, labels, importance=importance, classifier=maker())
            left = [one for one in examples if one.document in part]
            found = fitted.probabilities([one.unit.view("own") for one in left])
            guesses = [max(one, key=lambda label: one[label]) for one in found]
            pairs += [(one.category, guess) for one, guess in zip(left, guesses, strict=True)]
        lines.append(f"| {name} | {_accuracy(pairs):.3f} | {macro_f1(pairs):.3f} |")
    return lines


def _figures(corpus: Corpus, model: Model) -> tuple[dict[str, float], list[str]]:
    """Measure nodes and records of each part on gold; return figures by name and a Markdown table."""
    scores: dict[str, float] = {}
    lines = ["| part | what | number | accuracy | macro-F1 |", "| --- | --- | ---: | ---: | ---: |"]
    bins: dict[int, list[bool]] = {}
    for part in ("dev", "test"):
        by_kind: dict[str, list[Pair]] = {"node": [], "mechanism": [], "initiative": []}
        for text in corpus.part(part):
            for kind, pair, confidence in judged_pairs(text, model=model):
                by_kind[kind].append(pair)
                bins.setdefault(min(9, int(confidence * 10)), []).append(pair[0] == pair[1])
        for kind, pairs in by_kind.items():
            if pairs:
                scores[f"{kind} category macro-F1 ({part})"] = macro_f1(pairs)
                scores[f"{kind} category accuracy ({part})"] = _accuracy(pairs)
                row = f"| {part} | {kind}s | {len(pairs)} | {_accuracy(pairs):.3f} | {macro_f1(pairs):.3f} |"
                lines.append(row)
    lines += ["", "| confidence said (dev and test) | number | right |", "| --- | ---: | ---: |"]
    for number in sorted(bins):
        right = sum(bins[number]) / len(bins[number])
        lines.append(f"| {number / 10:.1f} to {number / 10 + 0.1:.1f} | {len(bins[number])} | {right:.2f} |")
    for part in ("dev", "test"):
        held = [clause for clause in corpus.clauses if clause.split == part and clause.category is not None]
        if held:
            scores[f"clause category macro-F1 ({part})"] = figure = macro_f1(_clause_pairs(held, model))
            lines += ["", f"Single clauses ({part}, {len(held)}), wording alone: macro-F1 {figure:.3f}."]
    return scores, lines


def judged_pairs(text: TrainingText, *, model: Model) -> Iterator[tuple[str, Pair, float]]:
    """Yield kind, gold and found category, and confidence, of every node and gold record of a text."""
    gold = gold_categories(text)
    judged = classify(text.context, model=model, found=[found for found, _ in gold.records])
    for node, category in gold.nodes:
        one = judged.nodes.get(node)
        if one is not None:
            yield "node", (category, one.category), one.confidence
    for (found, category), judgement in zip(gold.records, judged.records, strict=True):
        if judgement is not None:
            yield found.type, (category, judgement.category), judgement.confidence


def _clause_pairs(clauses: Sequence[Clause], model: Model) -> list[Pair]:
    found = model.probabilities(WORDS, [clause.text for clause in clauses])
    return [
        (clause.category, max(one, key=lambda label: one[label]))
        for clause, one in zip(clauses, found, strict=True)
        if clause.category is not None
    ]


def _accuracy(pairs: Sequence[Pair]) -> float:
    return sum(gold == found for gold, found in pairs) / len(pairs) if pairs else 0.0


def macro_f1(pairs: Sequence[Pair]) -> float:
    """Return the mean F1 of the categories that occur in the gold of (gold, found) pairs.

    Example:
        >>> macro_f1([("service", "service"), ("learning", "service")])
        0.3333333333333333
    """
    found_scores = []
    for category in dict.fromkeys((*CATEGORIES, *sorted({gold for gold, _ in pairs}))):
        gold = sum(one == category for one, _ in pairs)
        found = sum(one == category for _, one in pairs)
        right = sum(one == other == category for one, other in pairs)
        if gold:
            found_scores.append(2 * right / (gold + found))
    return sum(found_scores) / len(found_scores) if found_scores else 0.0


_CARD: Final = """# {name}: categories of nodes, mechanisms and initiatives

Written by `zhengxie train`; do not edit. What the labels mean: `docs/labels.md` §7.

| estimator | labels | columns |
| --- | --- | ---: |
{estimators}

`category-words` reads the character n-grams of one stretch of text; `category` weighs what it says of a
unit and of what stands around it; `genre` tells texts of the kind known from others; `initiative` says
whether a clause is an initiative, `initiative-status` whether it is done; `initiative-action`,
`initiative-object` and `initiative-actor` choose among candidates. All but the rankers are logistic
regressions of scikit-learn, saved with skops; all are checked against `manifest.json` when they are loaded.

**Trained on** {documents} documents with gold and {clauses} single clauses, marked `train` in `split.tsv` and
`clauses.tsv`, never on dev or test.

**Figures**

{report}

**What it cannot do.** It knows the language of mainland China's public sector of about 2003 to 2024. What a
clause is for often stands outside of it; where the headings do not say it either, the category is a guess
and its score says so. Text of other kinds keeps a category, with a low confidence; regulations and
announcements are near to the genre in wording, and are told from it less well than recipes or fiction.

**Licence.** Apache-2.0, as the project.

## 中文摘要

本模型把提纲节点、机制、举措分为政治、学习、服务、纪律四类，并给出经校准的概率。语料按文档划分训练、开发与测试，只用
训练部分学习。远离本体裁的文字也会得到类别，但置信度低，可用最低置信度滤除。
"""


def _card(model: Model, report: Sequence[str]) -> str:
    estimators = (
        f"| `{name}` | {', '.join(one.labels)} | {len(one.columns):,} |"
        for name, one in sorted(model.estimators.items())
    )
    return _CARD.format(
        name=model.name,
        estimators="\n".join(estimators),
        documents=len(model.corpus["documents"]),
        clauses=model.corpus["clauses"],
        report="\n".join(report),
    )
