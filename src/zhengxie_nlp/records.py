"""The JSON contract as frozen Pydantic models: what every door of the library hands out.

The labels are those of the annotation guideline (`docs/labels.md`). Offsets are Python code points,
half-open, into `Document.text`, which is the decoded source, unchanged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from zhengxie_nlp.errors import DocumentError
from zhengxie_nlp.record_checks import faults, json_faults, label_faults

SCHEMA_VERSION = "1.0"

#: The categories of guideline §7: the label set of every Document whose model was not trained with others.
CATEGORIES: Final = ("political", "learning", "service", "discipline")
_LABEL: Final = r"^[\w-]{1,40}$"
#: The name of a category; `Document.categories` says which there are.
Category = Annotated[str, Field(pattern=_LABEL)]
MarkerStyle = Literal[
    "part", "han_comma", "han_paren", "arabic_dot", "arabic_paren", "circled",
    "di", "shi", "yao", "qi", "sequence_word",
]  # fmt: skip
Bound = Literal["exact", "over", "under", "about", "at_least", "at_most"]
QuantityKind = Literal[
    "count", "money", "percent", "multiple", "length", "area", "weight", "volume",
    "energy", "duration", "temperature", "score",
]  # fmt: skip
MechanismKind = Literal["mechanism", "institution", "system", "platform", "brand", "list", "document"]
Decimals = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]
Offset = Annotated[int, Field(ge=0)]
#: The characters that end a line; `Ref.text` never holds one.
LINE_BREAKS = dict.fromkeys(map(ord, "\n\r\x0b\x0c\x85\u2028\u2029"))


class _Frozen(BaseModel):
    """A value that never changes; unknown fields are refused, so a typo in JSON is not lost silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=BaseModel)

#: Sets an attribute of a frozen model.
_put = object.__setattr__


@cache
def _blank(model: type[BaseModel]) -> tuple[dict[str, object], set[str]]:
    """Return the fields of a model in their order with its defaults, and the set of their names."""
    fields = model.model_fields
    defaults = {name: None if one.is_required() else one.default for name, one in fields.items()}
    return defaults, set(fields)


def trusted(model: type[Model], **values: object) -> Model:
    """Make a record of values that our own stages have made, without checking them once more.

    It does what Pydantic's `model_construct` does, for models as plain as ours (no aliases, no private
    attributes, defaults that never change) in a quarter of the time. Every record notes which of its fields
    were given; here all records of one model share one note, a fifth of what a long document's records would
    take in memory.

    Args:
        model: what to make.
        values: its fields, in the types of the model; what is left out has the model's default.

    Example:
        >>> trusted(Ref, text="活动", fragments=((2, 4),)) == Ref(text="活动", fragments=((2, 4),))
        True
    """
    defaults, names = _blank(model)
    made = model.__new__(model)
    _put(made, "__dict__", {**defaults, **values})
    _put(made, "__pydantic_fields_set__", names)
    _put(made, "__pydantic_extra__", None)
    _put(made, "__pydantic_private__", None)
    return made


class Ref(_Frozen):
    """A piece of the source: the characters it covers, in reading order.

    A piece that a line, column or page break cuts in two has two fragments. `text` is the fragments
    joined without the line breaks.
    """

    text: str
    fragments: tuple[tuple[Offset, Offset], ...]


def read_back(source: str, ref: Ref) -> str:
    r"""Return the characters of `source` that `ref` covers, joined without line breaks.

    For every Ref of a Document, ``read_back(document.text, ref) == ref.text``.

    Args:
        source: the decoded source, `Document.text`.
        ref: the reference to read.

    Raises:
        DocumentError: ZX202, if a fragment lies outside `source` or is empty.

    Example:
        >>> read_back("开展活\n动40次", Ref(text="活动", fragments=((2, 3), (4, 5))))
        '活动'
    """
    for start, end in ref.fragments:
        if not 0 <= start < end <= len(source):
            raise DocumentError(
                "ZX202", f"fragment [{start}, {end}) is empty or outside the text", where=f"“{ref.text}”"
            )
    joined = "".join(source[start:end] for start, end in ref.fragments)
    return joined.translate(LINE_BREAKS)


class Marker(_Frozen):
    """The characters that number a node, for example 「一、」 or 「二是」 (guideline §1)."""

    ref: Ref
    style: MarkerStyle
    kind: Literal["section", "point"]
    ordinal: int


class Scores(BaseModel):
    """One probability for each category of the Document, under the category's name; they add up to 1.

    Example:
        >>> scores = Scores(political=0.1, learning=0.2, service=0.6, discipline=0.1)
        >>> scores.service, max(scores.shares().values())
        (0.6, 0.6)
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, float]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> float: ...

    @classmethod
    def of(cls, shares: dict[str, float]) -> Self:
        """Make scores of numbers that our own stages have made, without checking them once more."""
        made = cls.__new__(cls)
        _put(made, "__dict__", {})
        _put(made, "__pydantic_fields_set__", set())
        _put(made, "__pydantic_extra__", shares)
        _put(made, "__pydantic_private__", None)
        return made

    def shares(self) -> dict[str, float]:
        """Return the probability of each category, in the order of the Document's categories."""
        return dict(self.__pydantic_extra__)


class Node(_Frozen):
    """A unit of the outline: a numbered section, a point, or unmarked text (guideline §1)."""

    id: str
    level: Annotated[int, Field(ge=1)]
    marker: Marker | None = None
    heading: Ref | None = None
    body: tuple[Ref, ...] = ()
    category: Category | None = None
    secondary: tuple[Category, ...] = ()
    scores: Scores | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    children: tuple[Node, ...] = ()


class SpeechDate(_Frozen):
    """When a speech was given: its dateline, or the date under its title (guideline §1).

    `start` and `end` are ISO dates, both None where the year is not said.
    """

    ref: Ref
    start: str | None = None
    end: str | None = None


class Speech(_Frozen):
    """One contribution by one organisation or person, with its outline."""

    id: str
    title: Ref | None = None
    organization: Ref | None = None
    speaker: Ref | None = None
    date: SpeechDate | None = None
    nodes: tuple[Node, ...] = ()


class _Record(_Frozen):
    """What every record has.

    `confidence`: how probable it is that there is such a record here. `ocr_score`: how sure the recognition
    of its characters was, on the average, where they were recognised in a picture.
    """

    id: str
    ref: Ref
    speech: str | None = None
    node: str | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    rule: str | None = None
    ocr_score: Annotated[float, Field(ge=0, le=1)] | None = None


class Quantity(_Record):
    """A number that counts or measures something, with its measure word or unit (guideline §2).

    `counted_confidence`: how probable it is that `counted` is what it counts, or that nothing is named.
    """

    type: Literal["quantity"] = "quantity"
    value: Decimals | None = None
    low: Decimals | None = None
    high: Decimals | None = None
    fraction: Annotated[str, Field(pattern=r"^\d+(\.\d+)?/\d+(\.\d+)?$")] | None = None
    bound: Bound = "exact"
    unit: str | None = None
    kind: QuantityKind = "count"
    per: str | None = None
    counted: Ref | None = None
    counted_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    change: Literal["increase", "decrease"] | None = None


class NumeralTerm(_Record):
    """A fixed phrase in which a numeral abbreviates a set or is part of a name (guideline §3)."""

    type: Literal["numeral_term"] = "numeral_term"
    numerals: tuple[int, ...]
    members: tuple[Ref, ...] = ()


class Mechanism(_Record):
    """An institutional device that an organisation sets up, improves, runs or applies (guideline §4)."""

    type: Literal["mechanism"] = "mechanism"
    kind: MechanismKind
    action: str | None = None
    stage: Literal["new", "improve", "apply", "mention"] = "mention"
    members: tuple[Ref, ...] = ()
    category: Category | None = None
    secondary: tuple[Category, ...] = ()
    scores: Scores | None = None
    category_confidence: Annotated[float, Field(ge=0, le=1)] | None = None


class Time(_Record):
    """A date, period or relative time that places an action (guideline §5).

    `start` and `end` are what the text states; `resolved_start` and `resolved_end` are inferred from the date
    of the speech (今年, 去年6月), and None where it has none.
    """

    type: Literal["time"] = "time"
    start: str | None = None
    end: str | None = None
    resolved_start: str | None = None
    resolved_end: str | None = None


class Initiative(_Record):
    """One concrete action that the speaker's organisation did, does or will do (guideline §6).

    `action_confidence`, `status_confidence`: how probable it is that `action` and `status` are right.
    """

    type: Literal["initiative"] = "initiative"
    action: str
    action_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    object: Ref | None = None
    actor: Ref | None = None
    time: tuple[str, ...] = ()
    status: Literal["done", "ongoing", "planned"]
    status_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    quantities: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    category: Category | None = None
    secondary: tuple[Category, ...] = ()
    scores: Scores | None = None
    category_confidence: Annotated[float, Field(ge=0, le=1)] | None = None


Record = Annotated[Quantity | NumeralTerm | Mechanism | Time | Initiative, Field(discriminator="type")]


class Diagnostic(_Frozen):
    """A repair, a gap or a doubt that a reader of the extraction should know of."""

    code: str
    severity: Literal["info", "warning", "error"] = "warning"
    message: str
    ref: Ref | None = None


class Revisions(_Frozen):
    """The tracked changes of a file: which version was read, and how many changes there are."""

    taken: Literal["accepted", "original"]
    inserted: Annotated[int, Field(ge=0)] = 0
    deleted: Annotated[int, Field(ge=0)] = 0


class ReadingReport(_Frozen):
    """How well a file was read: by what, and what of it is not in the text.

    Attributes:
        format: what the content is, for example ``docx``, whatever the name says.
        converter: what turned it into text, and its version.
        pages: how many pages it has; None where the format knows no pages.
        pages_without_text: the numbers of the pages from which no text came.
        ocr_share: the share of the text that was recognised in pictures, 0 to 1.
        dropped: what was left out, and how often: ``running_head``, ``page_number``, ``picture`` …
        revisions: the tracked changes; None where there are none.
        losses: what the converter says it could not carry over.
    """

    format: str
    converter: str
    version: str
    pages: Annotated[int, Field(ge=0)] | None = None
    pages_without_text: tuple[int, ...] = ()
    ocr_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    dropped: dict[str, int] = {}
    revisions: Revisions | None = None
    losses: tuple[str, ...] = ()


class Page(_Frozen):
    """A page of a source: its number from 1, and the offset of its first character.

    `width` and `height` are in the layout's unit; None where only the breaks are known. `vertical`: its lines
    run from top to bottom.
    """

    number: Annotated[int, Field(ge=1)]
    start: Offset
    width: float | None = None
    height: float | None = None
    vertical: bool = False


#: Characters `start` to `end` that stand side by side and about as wide: start, end, page, the box
#: (left, top, right, bottom), and the score of their recognition, None where they are text.
Run = tuple[Offset, Offset, int, float, float, float, float, float | None]


class Box(NamedTuple):
    """Where characters stand: the page, the box from its upper left corner, and the score of recognition."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    score: float | None


class Layout(_Frozen):
    """Where on its pages the characters of a text stand: a compact map from offsets to pages and boxes.

    Attributes:
        unit: of all lengths: points (1/72 inch), or pixels of a picture.
        pages: the pages in order; a page without text starts where the next one does.
        runs: runs of characters in the order of their offsets; empty where only the pages are known.

    Example:
        >>> layout = Layout(pages=(Page(number=1, start=0),), runs=((0, 4, 1, 100, 50, 140, 60, None),))
        >>> layout.page_at(2), layout.boxes(1, 3)
        (1, [Box(page=1, left=110.0, top=50.0, right=130.0, bottom=60.0, score=None)])
    """

    unit: Literal["pt", "px"] = "pt"
    pages: tuple[Page, ...] = ()
    runs: tuple[Run, ...] = ()

    @property
    def recognised(self) -> bool:
        """Whether any of its characters were recognised in a picture."""
        return any(run[-1] is not None for run in self.runs)

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page on which a character stands, None if no page is known."""
        at = bisect_right(self.runs, offset, key=_start) - 1
        if at >= 0 and offset < self.runs[at][1]:
            return self.runs[at][2]
        known = bisect_right(self.pages, offset, key=lambda page: page.start) - 1
        return self.pages[known].number if known >= 0 else None

    def boxes(self, start: int, end: int) -> list[Box]:
        """Return the boxes of characters `start` to `end`, one for each line or part of it, in text order."""
        found: list[Box] = []
        for at in range(max(0, bisect_right(self.runs, start, key=_start) - 1), len(self.runs)):
            first, last, page, left, top, right, bottom, score = self.runs[at]
            if first >= end:
                break
            if last <= start:
                continue
            a, b = ((max(start, first) - first), (min(end, last) - first))
            if bottom - top > (right - left) and last - first > 1:
                each = (bottom - top) / (last - first)
                top, bottom = top + a * each, top + b * each
            else:
                each = (right - left) / (last - first)
                left, right = left + a * each, left + b * each
            found.append(Box(page, round(left, 1), round(top, 1), round(right, 1), round(bottom, 1), score))
        return found

    def score(self, fragments: Iterable[tuple[int, int]]) -> float | None:
        """Return the average score of recognition of some characters, None if they were not recognised."""
        total, count = 0.0, 0
        for start, end in fragments:
            for at in range(max(0, bisect_right(self.runs, start, key=_start) - 1), len(self.runs)):
                first, last, *_, score = self.runs[at]
                if first >= end:
                    break
                shared = min(end, last) - max(start, first)
                if shared > 0 and score is not None:
                    total, count = total + shared * score, count + shared
        return round(total / count, 4) if count else None


def _start(run: Run) -> int:
    return run[0]


class Source(_Frozen):
    """Where a document's text came from, and how it was read."""

    id: str
    path: str | None = None
    sha256: str | None = None
    encoding: str | None = None
    media_type: str | None = None
    reading: ReadingReport | None = None


class Document(_Frozen):
    """Everything that was found in one source, each part grounded in `text` by offsets.

    Serialise with `model_dump_json()` and read back with `Document.parse(json)` (or Pydantic's
    `model_validate_json`); the round trip loses nothing. `categories` is its label set: the guideline's,
    or that of a model that was trained with others.
    """

    schema_version: Literal["1.0"] = "1.0"
    source: Source
    text: str
    title: Ref | None = None
    speeches: tuple[Speech, ...] = ()
    records: tuple[Record, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unexplained_numerals: tuple[Ref, ...] = ()
    not_annotated: tuple[str, ...] = ()
    #: Left out of the JSON where it is the guideline's.
    categories: tuple[Category, ...] = Field(
        default=CATEGORIES, exclude_if=lambda labels: labels == CATEGORIES
    )
    layout: Layout | None = None

    @model_validator(mode="after")
    def _check_categories(self) -> Self:
        for place, problem in label_faults(self):
            raise ValueError(f"{place}: {problem}")
        return self

    def to_frame(self, table: str = "records") -> Any:  # noqa: ANN401 - of a library that may be absent
        """Return one of its tables as a data frame of pandas, or of polars where pandas is not installed.

        Args:
            table: ``records`` (what all records have, with their type), ``initiatives``, ``mechanisms``,
                ``quantities``, ``numeral_terms``, ``times``, ``nodes``, ``speeches`` or ``documents``.

        Raises:
            SettingsError: ZX402, if neither library is installed.
            BatchError: ZX609, for a table that there is not.
        """
        # Tables are a room above this one: it is looked up when it is asked for.
        return import_module("zhengxie_nlp.outputs.tables.frames").document_frame(self, table)

    @classmethod
    def parse(cls, data: str | bytes, *, where: str = "JSON") -> Self:
        """Read a Document from its JSON, and check that it holds together.

        What `model_validate_json` does not look at is checked too: each Ref lies in the text and reads
        back, ids are the only ones of their name, links lead to what they should, dates exist, scores add
        up to 1.

        Args:
            data: the JSON, as text or UTF-8 bytes.
            where: what to call the input in an error message, usually the file name.

        Raises:
            DocumentError: ZX201, naming the first field that does not fit, or a key that stands twice; ZX204,
                naming the first that does not hold.
        """
        wrong = json_faults(data)
        if wrong is not None:
            raise DocumentError("ZX201", f"no JSON that can be read: {wrong}", where=where)
        try:
            read = cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the whole"
            raise DocumentError(
                "ZX201",
                f"not a Document (schema {SCHEMA_VERSION}): {field}: {first['msg']}",
                where=where,
                hint="`zhengxie schema` prints what is expected.",
            ) from error
        for field, problem in faults(read, line_breaks=LINE_BREAKS):
            raise DocumentError(
                "ZX204",
                f"{field}: {problem}",
                where=where,
                hint="Correct it, or extract the text again.",
            )
        return read

    def _repr_html_(self) -> str:
        """Return what a notebook shows of it: its page, in a frame."""
        # The page is a room above this one: it is looked up when a notebook asks.
        return str(import_module("zhengxie_nlp.outputs.page.notebook").document_html(self))


#: Where the JSON Schema of a Document has its name.
SCHEMA_ID = f"https://schemas.zhengxie-nlp.org/document-{SCHEMA_VERSION}.json"


def json_schema(categories: Sequence[str] = CATEGORIES) -> dict[str, object]:
    """Return the JSON Schema of a Document, made from the models (draft 2020-12).

    Args:
        categories: the label set of the model that makes the Documents; by default the guideline's.
    """
    dialect = "https://json-schema.org/draft/2020-12/schema"
    made = _with_labels(Document.model_json_schema(), list(categories))
    made["$defs"]["Scores"] |= {
        "additionalProperties": False,
        "properties": {name: {"title": name.title(), "type": "number"} for name in categories},
        "required": list(categories),
    }
    return {"$schema": dialect, "$id": SCHEMA_ID, **made}


def _with_labels(schema: Any, labels: list[str]) -> Any:  # noqa: ANN401 - JSON of any kind
    """Return a JSON Schema in which what is the name of a category is one of these labels."""
    if isinstance(schema, list):
        return [_with_labels(one, labels) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("pattern") == _LABEL:
        return {"enum": labels, "type": "string"}
    return {name: _with_labels(one, labels) for name, one in schema.items()}
