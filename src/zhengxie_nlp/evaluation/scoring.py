"""Compares extracted Documents with gold ones: precision, recall, F1, and the accuracy of attributes.

Spans match by the source characters they cover, white space left out, so a record that a page break cuts in
two is compared like any other. *Strict* wants the same characters, *loose* at least half of their union;
each gold record is matched once, the best overlap first. Attributes are judged on loosely matched records,
and only those that the gold document states.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final, NamedTuple

from zhengxie_nlp.record_types import RECORD_TYPES
from zhengxie_nlp.records import CATEGORIES, Document, Node, Record, Ref

#: What is judged on matched records of each type, in the order of the report.
ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {name: row.scored for name, row in RECORD_TYPES.items()}
#: A quantity counts as wholly right when its characters and these agree.
_WHOLE_QUANTITY: Final = ("value", "bound", "unit")

Chars = frozenset[int]


@dataclass
class Tally:
    """Counts of one measure, and the figures that follow from them.

    Example:
        >>> tally = Tally(right=3, false=1, missed=2)
        >>> tally.precision, tally.recall, round(tally.f1, 3)
        (0.75, 0.6, 0.667)
    """

    right: int = 0
    false: int = 0
    missed: int = 0

    def add(self, right: int, *, found: int, gold: int) -> None:
        """Add one document's counts: `right` of `found` things found and of `gold` things to find."""
        self.right += right
        self.false += found - right
        self.missed += gold - right

    @property
    def gold(self) -> int:
        """How many there were to find."""
        return self.right + self.missed

    @property
    def found(self) -> int:
        """How many were found."""
        return self.right + self.false

    @property
    def precision(self) -> float:
        """Share of the found that is right; where nothing was found, 1 if nothing was there."""
        return self.right / self.found if self.found else float(not self.missed)

    @property
    def recall(self) -> float:
        """Share of the gold that was found; where there is none, 1 if nothing was found."""
        return self.right / self.gold if self.gold else float(not self.false)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 where both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass
class Report:
    """The figures over all compared documents, and the single errors behind them.

    Attributes:
        documents: how many documents were compared.
        tallies: measure → counts, in the order of the report.
        attributes: ``(record type, attribute)`` → one True or False for each judged record.
        confusion: ``(gold category, found category)`` → number of nodes.
        errors: kind of error → one line each.
    """

    documents: int = 0
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    attributes: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    confusion: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    errors: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def accuracy(self, kind: str, attribute: str) -> float | None:
        """Return the share of matched records whose attribute agrees; None where none was judged."""
        judged = self.attributes.get((kind, attribute))
        return sum(judged) / len(judged) if judged else None

    def macro_f1(self) -> float | None:
        """Return the mean F1 of the node categories that occur in the gold; None where none does."""
        scores = []
        for category in dict.fromkeys((*CATEGORIES, *sorted({gold for gold, _ in self.confusion}))):
            gold = sum(n for (g, _), n in self.confusion.items() if g == category)
            found = sum(n for (_, f), n in self.confusion.items() if f == category)
            if gold:
                scores.append(2 * self.confusion[category, category] / (gold + found))
        return sum(scores) / len(scores) if scores else None

    def figures(self) -> dict[str, float]:
        """Return every figure under one flat name, for floors and JSON: ``"quantity strict"`` → its F1."""
        flat = {name: tally.f1 for name, tally in self.tallies.items()}
        flat |= {
            f"{kind} {attribute} accuracy": sum(judged) / len(judged)
            for (kind, attribute), judged in self.attributes.items()
        }
        macro = self.macro_f1()
        return flat if macro is None else flat | {"node category macro-F1": macro}


class _NodeView(NamedTuple):
    node: Node
    parent: int | None
    """Where the marker of the nearest marked ancestor starts; None at the top."""
    speech: int


def score_documents(pairs: Iterable[tuple[Document, Document | None]]) -> Report:
    """Compare extractions with gold documents.

    Args:
        pairs: each gold document with its extraction; None stands for one that is missing, and counts as
            an extraction that found nothing.

    Returns:
        The figures over all of them. An extraction from another text than the gold's is reported under
        the error kind ``text`` and counts as empty, since its offsets mean nothing here.
    """
    report = Report()
    for gold, found in pairs:
        report.documents += 1
        name = gold.source.id
        if found is None or found.text != gold.text:
            if found is not None:
                report.errors["text"].append(f"{name}: the extraction is of another text")
            found = Document(source=gold.source, text=gold.text)
        _Comparison(gold, found, report=report).run()
    return report


def chars(ref: Ref | None, text: str) -> Chars:
    """Return the source offsets that `ref` covers, white space left out."""
    if ref is None:
        return frozenset()
    return frozenset(
        at
        for start, end in ref.fragments
        for at in range(start, min(end, len(text)))
        if not text[at].isspace()
    )


def pair(gold: Sequence[Chars], found: Sequence[Chars], *, least: float) -> list[tuple[int, int]]:
    """Match two lists of character sets one to one, the best overlap first.

    Args:
        gold: the sets to find.
        found: the sets that were found.
        least: the smallest overlap that counts, as share of the union (1.0: the same characters).

    Returns:
        Pairs of indexes, best first.
    """
    by_character: defaultdict[int, set[int]] = defaultdict(set)
    for number, one in enumerate(found):
        for at in one:
            by_character[at].add(number)
    candidates = [
        (_overlap(one, found[j]), i, j)
        for i, one in enumerate(gold)
        for j in set().union(*(by_character[at] for at in one if at in by_character))
    ]
    candidates.sort(key=lambda candidate: (-candidate[0], candidate[1], candidate[2]))
    used_gold: set[int] = set()
    used_found: set[int] = set()
    matched = []
    for share, i, j in candidates:
        if share >= least and i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            matched.append((i, j))
    return matched


def _overlap(a: Chars, b: Chars) -> float:
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def _walk(document: Document) -> Iterator[_NodeView]:
    """Yield every node in document order, without recursion: outlines can be deep."""
    for number, speech in enumerate(document.speeches):
        waiting: list[tuple[Node, int | None]] = [(node, None) for node in reversed(speech.nodes)]
        while waiting:
            node, parent = waiting.pop()
            yield _NodeView(node, parent, number)
            here = node.marker.ref.fragments[0][0] if node.marker else parent
            waiting.extend((child, here) for child in reversed(node.children))


class _Comparison:
    """One gold document against its extraction; adds what it finds to the report."""

    def __init__(self, gold: Document, found: Document, *, report: Report) -> None:
        self.gold, self.found, self.report = gold, found, report
        self.text, self.name = gold.text, gold.source.id
        self.gold_nodes, self.found_nodes = list(_walk(gold)), list(_walk(found))

    def run(self) -> None:
        self.markers_and_tree()
        self.headings_and_names()
        self.reading_order()
        for kind in ATTRIBUTES:
            if kind not in self.gold.not_annotated:
                self.records(kind)

    def note(self, kind: str, line: str) -> None:
        self.report.errors[kind].append(f"{self.name}: {line}")

    def tally_refs(self, measure: str, gold: Iterable[Ref | None], found: Iterable[Ref | None]) -> None:
        a = [chars(ref, self.text) for ref in gold if ref is not None]
        b = [chars(ref, self.text) for ref in found if ref is not None]
        self.report.tallies[measure].add(len(pair(a, b, least=1.0)), found=len(b), gold=len(a))

    def markers_and_tree(self) -> None:
        def by_place(views: list[_NodeView]) -> dict[int, _NodeView]:
            return {view.node.marker.ref.fragments[0][0]: view for view in views if view.node.marker}

        gold, found = by_place(self.gold_nodes), by_place(self.found_nodes)
        both = gold.keys() & found.keys()
        self.report.tallies["marker"].add(len(both), found=len(found), gold=len(gold))
        for at in sorted(gold.keys() - found.keys()):
            self.note("marker", f"missed {self.text[at : at + 12]!r}")
        for at in sorted(found.keys() - gold.keys()):
            self.note("marker", f"false {self.text[at : at + 12]!r}")
        right = 0
        for at in sorted(both):
            g, f = gold[at], found[at]
            if g.node.marker and f.node.marker:
                for name in ("style", "ordinal"):
                    agrees = getattr(g.node.marker, name) == getattr(f.node.marker, name)
                    self.report.attributes["marker", name].append(agrees)
            if g.parent == f.parent and g.node.level == f.node.level:
                right += 1
            else:
                self.note(
                    "tree", f"{self.text[at : at + 12]!r} is of level {g.node.level}, got {f.node.level}"
                )
        self.report.tallies["tree"].add(right, found=len(found), gold=len(gold))
        self.categories(gold, found)

    def categories(self, gold: dict[int, _NodeView], found: dict[int, _NodeView]) -> None:
        for at, view in gold.items():
            category = view.node.category
            if category is None:
                continue
            got = found[at].node.category if at in found else None
            self.report.attributes["node", "category"].append(category == got)
            self.report.confusion[category, got] += 1
            if got != category:
                self.note("node category", f"{self.text[at : at + 16]!r} is {category}, got {got}")

    def headings_and_names(self) -> None:
        for measure, marked in (("heading", True), ("heading unmarked", False)):
            sides = [
                [view.node.heading for view in views if (view.node.marker is not None) is marked]
                for views in (self.gold_nodes, self.found_nodes)
            ]
            self.tally_refs(measure, *sides)
        for name in ("title", "organization", "speaker"):
            gold = [getattr(speech, name) for speech in self.gold.speeches]
            found = [getattr(speech, name) for speech in self.found.speeches]
            self.tally_refs(f"speech {name}", gold, found)

    def reading_order(self) -> None:
        gold_order, gold_owner = _order(self.gold_nodes)
        found_order, found_owner = _order(self.found_nodes)
        if gold_owner:
            # A found speech goes by the gold speech with which it shares most characters.
            votes: defaultdict[int, Counter[int]] = defaultdict(Counter)
            for at, speech in found_owner.items():
                if at in gold_owner:
                    votes[speech][gold_owner[at]] += 1
            names = {speech: count.most_common(1)[0][0] for speech, count in votes.items()}
            right = sum(
                names.get(found_owner[at]) == speech for at, speech in gold_owner.items() if at in found_owner
            )
            self.report.tallies["speech text"].add(right, found=len(found_owner), gold=len(gold_owner))
        gold_jumps, found_jumps = _jumps(gold_order, gold_owner), _jumps(found_order, found_owner)
        self.report.tallies["reading jumps"].add(
            len(gold_jumps & found_jumps), found=len(found_jumps), gold=len(gold_jumps)
        )
        for left, right_side in sorted(gold_jumps ^ found_jumps):
            verdict = "missed" if (left, right_side) in gold_jumps else "false"
            before, after = self.text[max(0, left - 8) : left], self.text[right_side : right_side + 8]
            self.note("reading jumps", f"{verdict} {before!r} → {after!r}")

    def records(self, kind: str) -> None:
        gold = [record for record in self.gold.records if record.type == kind]
        found = [record for record in self.found.records if record.type == kind]
        gold_chars = [chars(record.ref, self.text) for record in gold]
        found_chars = [chars(record.ref, self.text) for record in found]
        strict = pair(gold_chars, found_chars, least=1.0)
        loose = pair(gold_chars, found_chars, least=0.5)
        for measure, matched in (("strict", strict), ("loose", loose)):
            self.report.tallies[f"{kind} {measure}"].add(len(matched), found=len(found), gold=len(gold))
        for i in sorted(set(range(len(gold))) - {i for i, _ in loose}):
            self.note(kind, f"missed {gold[i].ref.text!r}")
        for j in sorted(set(range(len(found))) - {j for _, j in loose}):
            self.note(kind, f"false {found[j].ref.text!r}")
        strictly = set(strict)
        for i, j in loose:
            if (i, j) not in strictly:
                self.note(f"{kind} span", f"{gold[i].ref.text!r}, got {found[j].ref.text!r}")
            self.judge(gold[i], found[j])
        if kind == "quantity":
            whole = sum(same_fields(gold[i], found[j], _WHOLE_QUANTITY, text=self.text) for i, j in strict)
            self.report.tallies["quantity strict+value"].add(whole, found=len(found), gold=len(gold))

    def judge(self, gold: Record, found: Record) -> None:
        for name in ATTRIBUTES[gold.type]:
            if name not in gold.model_fields_set:
                continue
            agrees = same_fields(gold, found, (name,), text=self.text)
            self.report.attributes[gold.type, name].append(agrees)
            if not agrees:
                wanted, got = (_brief(getattr(record, name)) for record in (gold, found))
                self.note(f"{gold.type} {name}", f"{gold.ref.text!r}: {wanted!r}, got {got!r}")


def same_fields(gold: Record, found: Record, names: Iterable[str], *, text: str) -> bool:
    """Return whether these fields of two records agree.

    Refs agree by half of their union, members one to one, numbers by value, the rest by equality; an empty
    string and null are the same.
    """
    return all(_same_field(getattr(gold, name), getattr(found, name), name, text) for name in names)


def _same_field(a: Any, b: Any, name: str, text: str) -> bool:  # noqa: ANN401 - any field of any record
    if name == "value":
        return _same_number(a, b)
    if name == "members":
        matched = pair([chars(ref, text) for ref in a], [chars(ref, text) for ref in b], least=0.5)
        return len(matched) == len(a) == len(b)
    if isinstance(a, Ref) or isinstance(b, Ref):
        if a is None or b is None:
            return a is b
        return _overlap(chars(a, text), chars(b, text)) >= 0.5
    return bool((a or None) == (b or None))


def _order(views: Iterable[_NodeView]) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """Return the fragments of all nodes in reading order, and the speech that owns each character."""
    fragments: list[tuple[int, int]] = []
    owner: dict[int, int] = {}
    for node, _, speech in views:
        for ref in (node.marker.ref if node.marker else None, node.heading, *node.body):
            for start, end in ref.fragments if ref else ():
                fragments.append((start, end))
                owner.update(dict.fromkeys(range(start, end), speech))
    return fragments, owner


def _jumps(fragments: list[tuple[int, int]], owner: dict[int, int]) -> set[tuple[int, int]]:
    """Return where reading order leaves source order: backwards, or over characters of other nodes."""
    owned = sorted(owner)
    found = set()
    for (_, end), (start, _) in pairwise(fragments):
        if start < end or _any_between(owned, end, start):
            found.add((end, start))
    return found


def _any_between(ordered: list[int], start: int, end: int) -> bool:
    place = bisect_left(ordered, start)
    return place < len(ordered) and ordered[place] < end


def _same_number(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return a is b
    try:
        return Decimal(a) == Decimal(b)
    except InvalidOperation:
        return a == b


def _brief(value: object) -> object:
    if isinstance(value, Ref):
        return value.text
    if isinstance(value, tuple):
        return tuple(_brief(one) for one in value)
    return value
