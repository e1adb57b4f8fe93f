"""HanLP's words, tags and, where its components give them, names, semantic roles and dependencies.

A component is a folder that HanLP has saved, or the name of one that it downloads; the components in a folder
of folders work together. Sentences are cut here and handed over one by one, so that HanLP's own sentence
splitter, which drops blanks, has no say: every word is found again in its sentence, character by character,
and what HanLP leaves out or changes becomes words of one character with the tag ``x``. What its labels mean
here stands in `data/hanlp_labels.tsv`. hanlp is imported when the first text is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, cast

from zhengxie_nlp.errors import SettingsError, missing_extra
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.segmenters.parsed import Parse, ParsedSegmenter
from zhengxie_nlp.text.segmenters.words import Argument, ArgumentRole, Name, NameKind, Word
from zhengxie_nlp.text.source_text import Span

_KEPT: Final = 4096
#: What a component gives, in a form that all have in common: label by key, as HanLP's Documents name them.
Output = Mapping[str, Any]


@cache
def _labels(use: str) -> tuple[dict[str, str], dict[str, str]]:
    rows = [row for row in read_table("hanlp_labels.tsv") if row["use"] == use]
    exact = {row["label"]: row["meaning"] for row in rows}
    return exact, {row["label"]: row["meaning"] for row in rows if not row["whole"]}


@lru_cache(_KEPT)
def meaning(use: str, label: str) -> str:
    """Return what a label of HanLP's means here; "" for one that means nothing.

    Example:
        >>> meaning("tag", "NR"), meaning("name", "ORGANIZATION"), meaning("tag", "DEG")
        ('n', 'organization', '')
    """
    exact, beginnings = _labels(use)
    if label in exact:
        return exact[label]
    lengths = range(len(label) - 1, 0, -1)
    return next((beginnings[label[:length]] for length in lengths if label[:length] in beginnings), "")


def read_output(sentence: str, output: Output) -> Parse:
    """Turn what HanLP says of one sentence into a `Parse`.

    Args:
        sentence: the sentence as it stands in the text, blanks included.
        output: by key (``tok/…``, ``pos/…``, ``ner/…``, ``srl/…``, ``dep/…``, with or without the part after
            the stroke): words; a tag each; names as (words, label, first, last + 1); for each verb its
            arguments likewise; for each word its head, counted from 1, and its relation. A missing key says
            nothing, others are passed over.

    Example:
        >>> parse = read_output("今 年", {"tok": ["今年"], "pos": ["NT"]})
        >>> parse.words
        (Word(start=0, end=3, tag='d'),)
    """
    given = {key.partition("/")[0]: value for key, value in reversed(list(output.items()))}
    spans = _spans(sentence, given.get("tok", ()))
    tags = given.get("pos") or [""] * len(spans)
    known = [
        Word(span.start, span.end, meaning("tag", tag) or "x")
        for span, tag in zip(spans, tags, strict=False)
        if span is not None
    ]
    names = [*_names(spans, given.get("ner") or ())]
    names += _names(_spans(sentence, given.get("characters", ())), given.get("chunks") or ())
    arguments = [*_roles(spans, given.get("srl") or ()), *_dependents(spans, given.get("dep") or ())]
    names.sort(key=lambda name: name.span)
    return Parse(tuple(_whole(sentence, known)), tuple(names), tuple(arguments))


def _names(spans: Sequence[Span | None], chunks: Iterable[Sequence[Any]]) -> Iterator[Name]:
    for _, label, first, end in chunks:
        span = _over(spans, first, end)
        if span is not None:
            yield Name(cast(NameKind, meaning("name", label) or "other"), span)


def _spans(sentence: str, words: Iterable[str]) -> list[Span | None]:
    """Find words in their sentence, one after the other; white space may stand inside of them."""
    found: list[Span | None] = []
    at = 0
    for word in words:
        start = end = _skip(sentence, at)
        for character in "".join(word.split()):
            end = _skip(sentence, end)
            if sentence[end : end + 1] != character:
                break
            end += 1
        else:
            found.append(Span(start, end) if end > start else None)
            at = max(at, end)
            continue
        # HanLP has changed this word (widths, quotation marks): as many characters are passed over.
        found.append(None)
        at = min(len(sentence), start + len(word))
    return found


def _skip(sentence: str, at: int) -> int:
    while at < len(sentence) and sentence[at].isspace():
        at += 1
    return at


def _whole(sentence: str, words: Iterable[Word]) -> Iterator[Word]:
    """Yield the words, and a word for each character between them."""
    at = 0
    for word in words:
        yield from (Word(place, place + 1, "x") for place in range(at, word.start))
        yield word
        at = word.end
    yield from (Word(place, place + 1, "x") for place in range(at, len(sentence)))


def _over(spans: Sequence[Span | None], first: int, end: int) -> Span | None:
    """Return the characters from one word to before another."""
    inside = [span for span in spans[first:end] if span is not None]
    return Span(inside[0].start, inside[-1].end) if inside else None


def _roles(
    spans: Sequence[Span | None], predicates: Iterable[Sequence[Sequence[Any]]]
) -> Iterator[tuple[Span, Argument]]:
    for predicate in predicates:
        verb = next((_over(spans, one[2], one[3]) for one in predicate if one[1] == "PRED"), None)
        for _, label, first, end in predicate:
            role, span = meaning("role", label), _over(spans, first, end)
            if verb is not None and span is not None and role:
                yield verb, Argument(cast(ArgumentRole, role), span)


def _dependents(
    spans: Sequence[Span | None], heads: Sequence[tuple[int, str]]
) -> Iterator[tuple[Span, Argument]]:
    below: dict[int, list[int]] = {}
    for place, (head, _) in enumerate(heads):
        below.setdefault(head - 1, []).append(place)
    for place, (head, relation) in enumerate(heads):
        role = meaning("relation", relation)
        verb = spans[head - 1] if 0 < head <= len(spans) else None
        if role and verb is not None:
            tree = _tree(place, below)
            span = _over(spans, min(tree), max(tree) + 1)
            if span is not None:
                yield verb, Argument(cast(ArgumentRole, role), span)


def _tree(top: int, below: Mapping[int, Sequence[int]]) -> set[int]:
    """Return a word and all words that depend on it."""
    found: set[int] = set()
    waiting = [top]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting.extend(below.get(place, ()))
    return found


class HanlpSegmenter(ParsedSegmenter):
    """Cuts by one or more HanLP components.

    Args:
        model: a folder with a component that HanLP has saved, or with such folders in it; or a name that
            `hanlp.load` knows, which HanLP downloads when it is asked for the first time.

    Raises:
        SettingsError: ZX402, if hanlp is not installed; ZX403, if the component cannot be loaded or gives
            no words. Both when the first text is cut.
    """

    def __init__(self, model: str | Path) -> None:
        super().__init__(lambda sentence: read_output(sentence, self._outputs(sentence)))
        self.model = model

    @cached_property
    def _components(self) -> list[Callable[[Any], Any]]:
        try:
            import hanlp
        except ModuleNotFoundError as error:
            raise missing_extra("hanlp", "HanLP") from error
        folder = Path(self.model)
        parts = sorted(config.parent for config in folder.glob("*/config.json")) if folder.is_dir() else []
        alone = not parts or (folder / "config.json").is_file()
        try:
            return [hanlp.load(str(one), verbose=False) for one in ([self.model] if alone else parts)]
        except (OSError, ValueError, RuntimeError, KeyError, AttributeError) as error:
            raise _unusable(self.model, f"cannot be loaded ({type(error).__name__}: {error})") from error

    def _outputs(self, sentence: str) -> dict[str, Any]:
        """Ask every component about a sentence; what an earlier one says counts first."""
        said: dict[str, Any] = {}
        for component in self._components:
            for key, value in ask(component, sentence).items():
                said.setdefault(key.partition("/")[0], value)
        if "tok" not in said:
            raise _unusable(self.model, "gives no words")
        return said


def _unusable(model: str | Path, problem: str) -> SettingsError:
    return SettingsError(
        "ZX403",
        f"the HanLP component {problem}",
        where=str(model),
        hint="Give a folder that HanLP has saved a component in, or a name in hanlp.pretrained.",
    )


def ask(component: Callable[[Any], Any], sentence: str) -> dict[str, Any]:
    """Ask one component about one sentence.

    A component that tags characters gives words with tags, if it knows verbs, else names (``chunks``, as
    ``ner`` but over ``characters``). One that reads raw text gives words, or a HanLP Document with more.
    """
    from hanlp.components.taggers.rnn_tagger import RNNTagger

    if not isinstance(component, RNNTagger):
        output = component(sentence)
        return dict(output) if isinstance(output, Mapping) else {"tok": output}
    characters = [character for character in sentence if not character.isspace()]
    chunks = sorted(component(characters), key=lambda chunk: chunk[2]) if characters else []
    labels = {tag.partition("-")[2] for tag in component.vocabs["tag"].idx_to_token if tag}
    if not any(meaning("tag", label) == "v" for label in labels):
        return {"characters": characters, "chunks": chunks}
    by_start = {start: (words, tag) for words, tag, start, _ in chunks}
    words: list[tuple[str, str]] = []
    while (at := sum(len(word) for word, _ in words)) < len(characters):
        words.append(by_start.get(at, (characters[at], "")))
    return {"tok": [word for word, _ in words], "pos": [tag for _, tag in words]}
