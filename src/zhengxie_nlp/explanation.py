"""Says why: which stage and rule made what stands at a place in the source, and from which characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from zhengxie_nlp.categories.classify import Judgement
from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.document_builder import Part
from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.messages import said, spoken
from zhengxie_nlp.outputs.citing import Citer
from zhengxie_nlp.outputs.summary import offsets
from zhengxie_nlp.pipeline import Analysis
from zhengxie_nlp.records import Document, Record, Ref

#: Fields whose values are words of ours.
_CHOSEN: Final = frozenset({"status", "stage", "kind", "bound", "change", "category", "secondary"})


def explain(analysis: Analysis, at: int) -> str:
    """Explain what was found at one character of the source.

    Args:
        analysis: a finished analysis (`Pipeline.analyze`).
        at: the source offset, in code points from 0, as in every Ref.

    Returns:
        Lines of text: the place, the node, each record there with its rule, its fields and the characters
        they were read from, and the diagnostics and unexplained numerals that touch it.

    Raises:
        DocumentError: ZX202, if `at` lies outside of the text.
    """
    document = analysis.document
    if not 0 <= at < len(document.text):
        raise DocumentError(
            "ZX202",
            f"there is no character {at}: the text has {len(document.text)}, counted from 0",
            where=document.source.path or document.source.id,
            hint="Take an offset from a Ref or from the summary.",
        )
    lines = [_place_line(document.text, at), _cited(document, at), *_owner_lines(analysis, at)]
    here = [(record, *found) for record, found in _behind(analysis) if _covers(record.ref, at)]
    for record, found, judgement, part in here:
        lines.append(f"{_word('type', record.type)} {record.id} “{record.ref.text}” {offsets(record.ref)}")
        lines.append(f"  rule: {found.rule}  (confidence {record.confidence:.3f})")
        lines += [f"  {_word('field', name)}: {value}" for name, value in _fields(record)]
        lines += [f"  {_word('field', name)} chosen by: {rule}" for name, rule in found.chosen.items()]
        for name, span in found.parts:
            ref = part.context.text.ref(*span)
            lines.append(f"  from {_word('field', name)}: “{ref.text}” {offsets(ref)}")
        if judgement is not None:
            lines.append(_spoken_for(part, judgement))
    if not here:
        lines.append("no record covers this character")
    if any(_covers(ref, at) for ref in document.unexplained_numerals):
        lines.append("the numeral here is unexplained: no marker, record, ordinal or name claims it")
    for note in document.diagnostics:
        if note.ref and _covers(note.ref, at):
            lines.append(f"{_word('severity', note.severity)} {note.code}: {said(note.message)}")
    return "\n".join(_in_language(line) for line in lines) + "\n"


def _in_language(line: str) -> str:
    """Return a line in the language spoken; how far it is set in says what it belongs to."""
    told = line.lstrip()
    return line[: len(line) - len(told)] + said(told)


def evidence(analysis: Analysis) -> dict[str, dict[str, Any]]:
    """Return what stands behind each record, for the page (`outputs.page`).

    Args:
        analysis: a finished analysis (`Pipeline.analyze`).

    Returns:
        By record id: ``parts``, the names of what it was read from with the characters of each, and
        ``words``, those that spoke for its category, and ``rules``, what chose each of its fields. A record
        with none of them is left out.
    """
    behind: dict[str, dict[str, Any]] = {}
    for record, (found, judgement, part) in _behind(analysis):
        parts = [[name, part.context.text.ref(*span).model_dump(mode="json")] for name, span in found.parts]
        words: tuple[str, ...] = ()
        if judgement is not None and part.classification is not None:
            words = part.classification.evidence(judgement)
        if parts or words or found.chosen:
            behind[record.id] = {"parts": parts, "words": list(words), "rules": dict(found.chosen)}
    return behind


def _cited(document: Document, at: int) -> str:
    """Return the line, the paragraph, and the page and box of a character where they are known."""
    place = Citer(document).place(Ref(text=document.text[at], fragments=((at, at + 1),)))
    told = f"line {place.line}, paragraph {place.paragraph}"
    if place.page is not None:
        told += f", page {place.page}"
    if (layout := document.layout) is not None:
        for box in layout.boxes(at, at + 1):
            told += f", box ({box.left}, {box.top}, {box.right}, {box.bottom}) {layout.unit}"
    return told


def _place_line(text: str, at: int) -> str:
    before = text[max(0, at - 12) : at].replace("\n", "⏎")
    after = text[at + 1 : at + 13].replace("\n", "⏎")
    return f"character {at}: …{before}【{text[at]}】{after}…"


def _behind(analysis: Analysis) -> Iterator[tuple[Record, tuple[Found, Judgement | None, Part]]]:
    """Yield each record with the candidate behind it, its judgement, and the part of the text it is in."""
    behind = (
        (found, judgement, part)
        for part in analysis.parts
        for found, judgement in zip(
            part.kept,
            part.classification.records if part.classification else (None,) * len(part.kept),
            strict=True,
        )
    )
    return zip(analysis.document.records, behind, strict=True)


def _owner_lines(analysis: Analysis, at: int) -> Iterator[str]:
    places = ((part, part.context.text.clean_offset(at)) for part in analysis.parts)
    part, clean = next((place for place in places if place[1] is not None), (analysis.parts[0], None))
    if clean is None:
        yield "left out of the clean text: layout, not language (white space, a page number, a running head)"
        return
    owner = part.context.owner(clean)
    if owner is None:
        yield "belongs to no speech"
        return
    speech, node = owner
    text = part.context.text
    named = speech.organization or speech.speaker or speech.title
    name = f" ({text.ref(*named).text})" if named else ""
    if node is None:
        yield f"speech {speech.id}{name}: its title, organisation or speaker"
        return
    marker = f", marker “{text.ref(*node.marker.span).text}”" if node.marker else ""
    style = ""
    if (sign := node.marker) is not None:
        style = f" ({_word('marker', sign.style)}, {_word('marker', sign.kind)}, {sign.ordinal})"
    yield f"speech {speech.id}{name}, node {node.id}, level {node.level}{marker}{style}"
    judgement = part.classification.nodes.get(node.id) if part.classification else None
    if judgement is not None:
        scores = ", ".join(f"{name} {value:.2f}" for name, value in judgement.scores.model_dump().items())
        yield f"  category: {judgement.category} (confidence {judgement.confidence:.2f}; {scores})"
        yield _spoken_for(part, judgement)


def _spoken_for(part: Part, judgement: Judgement) -> str:
    words = part.classification.evidence(judgement) if part.classification else ()
    return f"  category spoken for by: {'、'.join(words) or 'no single word'}"


def _fields(record: Record) -> Iterator[tuple[str, str]]:
    shared = {"id", "ref", "speech", "node", "confidence", "rule", "type"}
    for name in type(record).model_fields:
        value = getattr(record, name)
        if name in shared or value in (None, ()):
            continue
        if name == "scores":
            yield name, " ".join(f"{_word('value', one)}={share}" for one, share in value)
        else:
            yield name, _word("value", value) if name in _CHOSEN else _shown(value)


def _word(kind: str, name: str) -> str:
    """Return what a field, a value or a part is called in the language spoken."""
    return name if spoken() == "en" else _words().get((kind, name), name)


@cache
def _words() -> Mapping[tuple[str, str], str]:
    return {(row["kind"], row["en"]): row["zh"] for row in read_table("explained_words.tsv")}


def _shown(value: object) -> str:
    if isinstance(value, Ref):
        return f"“{value.text}” {offsets(value)}"
    if isinstance(value, tuple):
        return "、".join(_shown(one) for one in value)
    return str(value)


def _covers(ref: Ref, at: int) -> bool:
    return any(start <= at < end for start, end in ref.fragments)
