"""The one way a text travels: clean → order → speeches → outline → extract → settle → Document.

`STAGES` is the whole pipeline. Each stage says what it needs and what it provides; `check_stages` refuses an
order that cannot work before any text is touched. Every door of the library (Python, command line, and
those to come) calls `Pipeline`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from zhengxie_nlp.accounting import unexplained_numerals
from zhengxie_nlp.categories.classify import GENRE, Classification, classify, document_genre
from zhengxie_nlp.categories.wording import categories_of
from zhengxie_nlp.context.candidates import Found, confidence_of
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.context.settle import settle
from zhengxie_nlp.document_builder import Part, Reading, assemble, left_unread, size_of
from zhengxie_nlp.errors import SettingsError
from zhengxie_nlp.initiatives.find import find_initiatives
from zhengxie_nlp.learning.model import Model, load_model
from zhengxie_nlp.mechanisms.choose import ESTIMATOR as MECHANISM
from zhengxie_nlp.mechanisms.find import find_mechanisms
from zhengxie_nlp.quantities.counted.choose import ESTIMATOR as COUNTED
from zhengxie_nlp.quantities.find import find_quantities
from zhengxie_nlp.reading.files import read_file, text_file
from zhengxie_nlp.reading.protocol import Options, ReadingNote
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.record_types import RECORD_TYPES, RecordType
from zhengxie_nlp.records import CATEGORIES, Document
from zhengxie_nlp.structure.outline import find_outline
from zhengxie_nlp.structure.parts import cut_paragraphs, cut_speeches, in_parts
from zhengxie_nlp.structure.reading_order.restore import restore_order
from zhengxie_nlp.structure.spans import Note, SpeechSpan, Structure
from zhengxie_nlp.structure.speeches.find import find_speeches
from zhengxie_nlp.structure.speeches.parting import parted
from zhengxie_nlp.terms.find import find_numeral_terms
from zhengxie_nlp.text.cleaning.layout import clean
from zhengxie_nlp.text.segmenters.words import Segmenter, using
from zhengxie_nlp.text.source_text import Piece, SourceText, Span
from zhengxie_nlp.times.find import find_times, reversed_periods

if TYPE_CHECKING:
    from zhengxie_nlp.text.segmenters.jieba_words import Engine

WordsEngine = Literal["jieba", "jieba-python", "lac", "hanlp"]


class Settings(BaseModel):
    """What a `Pipeline` is to do; the defaults do everything.

    Attributes:
        restore_order: put text that columns and pages have interleaved back into reading order. A text
            that is whole comes out unchanged in either case.
        records: the record types that the Document is to hold, in any order.
        model: the trained model that decides what rules can't: the name of one of the library's own, or the
            path of a folder; None leaves categories out, and what a quantity counts is the nearest noun.
        min_confidence: records less sure than this, 0 to 1, are left out, and so are categories of nodes and
            records: what is far from the kind of text that the library knows gets none.
        words: what cuts text into words: ``jieba``, its dictionary with our words, run by rjieba;
            ``jieba-python``, the same run by jieba itself, with the same results; ``lac``, Baidu's LAC from
            the weights in jieba's wheel, with names of persons, places and organisations; ``hanlp``, a
            HanLP component, whose names, roles and dependencies are used where it gives any.
        userdicts: paths of user dictionaries in jieba's format; a later one wins.
        hanlp_model: for ``hanlp``: the folder of a saved component, or a name that HanLP downloads.
        longest_part: a text longer than this, in characters, is read in parts of whole speeches, each not
            longer unless a single speech is: so the working behind it does not grow with it. What a rule
            draws from the whole of a text (its genre, how its deeds are told) it then draws from the part.
        longest_speech: a speech longer than this, in characters, is read as several, and a diagnostic says
            so (``long_speech``): no speech that was ever given is, but a file without an end may be.
        most_records: a Document made in memory (`Pipeline.extract` and its like) holds so many records and
            nodes; what stands behind the part that reaches this is left unread, and a diagnostic says from
            where (``left_unread``). Written as it is read (`streaming.document_json`, the command line), a
            Document has no limit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    restore_order: bool = True
    records: tuple[RecordType, ...] = tuple(RECORD_TYPES)
    model: str | None = "zhengxie"
    min_confidence: float = Field(default=0.0, ge=0, le=1)
    words: WordsEngine = "jieba"
    userdicts: tuple[str, ...] = ()
    hanlp_model: str | None = None
    longest_part: int = Field(default=100_000, ge=1)
    longest_speech: int = Field(default=100_000, ge=1)
    most_records: int = Field(default=200_000, ge=1)

    @model_validator(mode="after")
    def _words_fit(self) -> Self:
        if (self.words == "hanlp") != (self.hanlp_model is not None):
            raise ValueError("words='hanlp' and hanlp_model go together")
        if self.userdicts and not self.words.startswith("jieba"):
            raise ValueError(f"userdicts are for jieba: words='{self.words}' has words of its own")
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _coded(cls, values: Any, make: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401 - what is given
        """Raise what is wrong with a setting as one of our errors."""
        try:
            return make(values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"])) or "settings"
            raise SettingsError("ZX404", f"{name}: {first['msg']}", where="Settings") from error


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the pipeline.

    Attributes:
        name: what `explain` and errors call it.
        requires: the names of the values it takes, as keyword arguments of `function`.
        assigns: the names of the values it returns, in order; a single value is returned bare.
        function: the step itself; it changes nothing it is given.
    """

    name: str
    requires: tuple[str, ...]
    assigns: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything the pipeline knew when it was done: the Document, and the working behind it.

    Attributes:
        document: the result.
        parts: the working behind it, part by part; a text that is not long has one part. The candidates of
            all of them are those behind `document.records`, in the same order.
    """

    document: Document
    parts: tuple[Part, ...]


def _clean(source_text: str) -> tuple[SourceText, list[Note]]:
    text = clean(source_text)
    return text, [
        Note("layout_dropped", "info", f"Left out as layout: {dropped.reason}.", source=dropped.piece)
        for dropped in text.dropped
        if dropped.reason != "invisible"
    ]


def _order(text: SourceText, settings: Settings, ordered: bool) -> tuple[SourceText, list[Note]]:
    return restore_order(text) if settings.restore_order and not ordered else (text, [])


def _speeches(
    text: SourceText, settings: Settings
) -> tuple[SourceText, Span | None, list[SpeechSpan], list[Note]]:
    text = cut_paragraphs(parted(text), longest=settings.longest_speech)
    title, found, notes = find_speeches(text)
    speeches, more = cut_speeches(text, found, longest=settings.longest_speech)
    return text, title, speeches, [*notes, *more]


def _outline(
    text: SourceText, title: Span | None, speeches: Sequence[SpeechSpan]
) -> tuple[Context, list[Note]]:
    outlined: list[SpeechSpan] = []
    notes: list[Note] = []
    for speech in speeches:
        nodes, found = find_outline(text, speech=speech)
        notes.extend(found)
        outlined.append(replace(speech, nodes=nodes))
    return Context(text, Structure(title, tuple(outlined))), notes


def _account(context: Context, settled: Sequence[Found]) -> list[Span]:
    return unexplained_numerals(context, list(settled))


def _classify(
    context: Context, settings: Settings, kept: Sequence[Found], model: Model | None
) -> Classification | None:
    if model is None:
        return None
    return classify(context, model=model, found=kept).at_least(settings.min_confidence)


def _quantities(context: Context, model: Model | None) -> list[Found]:
    return find_quantities(
        context, model=model if model is not None and COUNTED in model.estimators else None
    )


def _mechanisms(context: Context, model: Model | None) -> list[Found]:
    return find_mechanisms(
        context, model=model if model is not None and MECHANISM in model.estimators else None
    )


def _settle(
    context: Context,
    numeral_terms: Sequence[Found],
    times: Sequence[Found],
    quantities: Sequence[Found],
    mechanisms: Sequence[Found],
) -> list[Found]:
    return settle(context, [*numeral_terms, *times, *quantities, *mechanisms])


def settled_records(context: Context) -> list[Found]:
    """Return a document's quantities, numeral terms, times and mechanisms: what clauses are read with."""
    terms, _ = find_numeral_terms(context)
    return _settle(context, terms, find_times(context), find_quantities(context), find_mechanisms(context))


def by_type(found: Sequence[Found]) -> dict[RecordType, list[Found]]:
    """Return candidates by their type; a type without any is left out."""
    sorted_: dict[RecordType, list[Found]] = {}
    for one in found:
        sorted_.setdefault(one.type, []).append(one)
    return sorted_


def _initiatives(context: Context, settled: Sequence[Found], model: Model | None) -> list[Found]:
    """Read the clauses last: what stands inside of them says much about what they are."""
    inside = by_type(settled)
    known = model is not None and GENRE in model.estimators
    return find_initiatives(
        context,
        mechanisms=inside.get("mechanism", ()),
        quantities=inside.get("quantity", ()),
        times=inside.get("time", ()),
        model=model,
        genre=document_genre(context, model=model) if model is not None and known else 1.0,
    )


def _keep(
    context: Context, settings: Settings, settled: Sequence[Found], initiatives: Sequence[Found]
) -> list[Found]:
    wanted = (found for found in (*settled, *initiatives) if found.type in settings.records)
    return [found for found in settle(context, wanted) if confidence_of(found) >= settings.min_confidence]


def _part(
    context: Context,
    kept: Sequence[Found],
    classification: Classification | None,
    unexplained: Sequence[Span],
    outline_notes: Sequence[Note],
    term_notes: Sequence[Note],
) -> tuple[Part, ...]:
    notes = (*outline_notes, *term_notes, *reversed_periods(kept))
    return (Part(context, tuple(kept), classification, tuple(unexplained), notes),)


def _reading(whole: Mapping[str, Any], parts: Iterable[Part]) -> Reading:
    """Put together what the first stages found, by the names of their values, and the parts."""
    read = (_read_note(note) for note in whole["reading_notes"])
    notes = (*read, *whole["layout_notes"], *whole["order_notes"], *whole["speech_notes"])
    model = whole["model"]
    labels = categories_of(model) if model is not None else CATEGORIES
    return Reading(whole["source"], whole["text"], notes, parts, whole["layout"], labels)


def _read_note(note: ReadingNote) -> Note:
    source = Piece(*note.span) if note.span is not None else None
    return Note(note.code, note.severity, note.message, source=source)


def _document(*, parts: tuple[Part, ...], **whole: Any) -> Analysis:  # noqa: ANN401 - values of any stage
    return Analysis(assemble(_reading(whole, parts)), parts)


#: What the pipeline is given.
INPUTS: Final = ("source", "source_text", "ordered", "layout", "reading_notes", "settings", "model")

STAGES: Final = (
    Stage("clean", ("source_text",), ("text", "layout_notes"), _clean),
    Stage("order", ("text", "settings", "ordered"), ("text", "order_notes"), _order),
    Stage("speeches", ("text", "settings"), ("text", "title", "speeches", "speech_notes"), _speeches),
    Stage("outline", ("text", "title", "speeches"), ("context", "outline_notes"), _outline),
    Stage("numeral_terms", ("context",), ("numeral_terms", "term_notes"), find_numeral_terms),
    Stage("times", ("context",), ("times",), find_times),
    Stage("quantities", ("context", "model"), ("quantities",), _quantities),
    Stage("mechanisms", ("context", "model"), ("mechanisms",), _mechanisms),
    Stage("settle", ("context", "numeral_terms", "times", "quantities", "mechanisms"), ("settled",), _settle),
    Stage("accounting", ("context", "settled"), ("unexplained",), _account),
    Stage("initiatives", ("context", "settled", "model"), ("initiatives",), _initiatives),
    Stage("keep", ("context", "settings", "settled", "initiatives"), ("kept",), _keep),
    Stage("classify", ("context", "settings", "kept", "model"), ("classification",), _classify),
    Stage(
        "part",
        ("context", "kept", "classification", "unexplained", "outline_notes", "term_notes"),
        ("parts",),
        _part,
    ),
    Stage(
        "document",
        (
            "source",
            "text",
            "parts",
            "layout",
            "model",
            "reading_notes",
            "layout_notes",
            "order_notes",
            "speech_notes",
        ),
        ("analysis",),
        _document,
    ),
)
#: The first stages look at the whole text; those behind them may be given a part of it.
_WHOLE: Final = STAGES[:3]
_BY_PART: Final = STAGES[3:-1]


def check_stages(stages: Sequence[Stage]) -> None:
    """Check that every stage finds what it needs.

    Args:
        stages: the stages in the order in which they are to run.

    Raises:
        SettingsError: ZX401, naming the stage and the value that no earlier stage provides.
    """
    known = set(INPUTS)
    for stage in stages:
        missing = [name for name in stage.requires if name not in known]
        if missing:
            raise _missing(stage, missing)
        known.update(stage.assigns)


def _missing(stage: Stage, names: Sequence[str]) -> SettingsError:
    return SettingsError(
        "ZX401",
        f"nothing before this stage provides {', '.join(names)}",
        where=f"stage “{stage.name}”",
        hint="Put it after the stage that does.",
    )


class Pipeline:
    """Extracts Documents from texts; make one and use it for many.

    Args:
        settings: what to do; by default everything.
        model: the same as `Settings.model`, for a model of one's own: ``Pipeline(model="models/mine")``.
        words: the same as `Settings.words`.
        userdict: one user dictionary, for `Settings.userdicts`.
        hanlp_model: the same as `Settings.hanlp_model`.
        segmenter: what cuts words, in place of what the settings name; such a pipeline cannot be pickled.

    Raises:
        SettingsError: ZX401, if the stages cannot run in their order.

    Example:
        >>> document = Pipeline().extract("今年以来，开展活动40多次。")
        >>> [(record.type, record.ref.text) for record in document.records]
        [('time', '今年以来'), ('initiative', '开展活动40多次'), ('quantity', '40多次')]
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        model: str | Path | None = None,
        words: WordsEngine | None = None,
        userdict: str | Path | None = None,
        hanlp_model: str | Path | None = None,
        segmenter: Segmenter | None = None,
    ) -> None:
        self.settings = settings or Settings()
        # A Path is a folder, also without a separator in it; a bare string is a name.
        where = str(model.resolve()) if isinstance(model, Path) else model
        given = {
            "model": where,
            "words": words,
            "userdicts": (str(userdict),) if userdict else None,
            "hanlp_model": str(hanlp_model) if hanlp_model else None,
        }
        chosen = {name: value for name, value in given.items() if value is not None}
        self.settings = Settings.model_validate({**self.settings.model_dump(), **chosen})
        self._own_segmenter = segmenter
        check_stages(STAGES)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the settings alone: another process reads models and dictionaries itself."""
        if self._own_segmenter is not None:
            raise TypeError("a Pipeline with a segmenter of one's own cannot be pickled; give Settings.words")
        return Pipeline, (self.settings,)

    @cached_property
    def _model(self) -> Model | None:
        """The model, read at the first text."""
        return load_model(self.settings.model) if self.settings.model is not None else None

    @cached_property
    def _segmenter(self) -> Segmenter | None:
        """What cuts words, made at the first text; None is the default one, which all pipelines share."""
        if self._own_segmenter is not None:
            return self._own_segmenter
        if self.settings.words == "jieba" and not self.settings.userdicts:
            return None
        if self.settings.hanlp_model is not None:
            from zhengxie_nlp.text.segmenters.hanlp_words import HanlpSegmenter

            return HanlpSegmenter(self.settings.hanlp_model)
        if self.settings.words == "lac":
            from zhengxie_nlp.text.segmenters.lac_words import LacSegmenter

            return LacSegmenter()
        from zhengxie_nlp.text.segmenters.jieba_words import JiebaSegmenter

        engine: Engine = "python" if self.settings.words == "jieba-python" else "rust"
        return JiebaSegmenter(self.settings.userdicts, engine=engine)

    def extract(self, text: str, *, source_id: str = "text") -> Document:
        """Extract the Document of one text.

        Args:
            text: the whole text, as decoded.
            source_id: the document's id in `Document.source`.

        Raises:
            ReadError: ZX109, if the text holds lone surrogates: they are no characters, and JSON cannot
                carry them.
        """
        return assemble(self._in_memory(text_file(text, source_id=source_id)))

    def extract_file(
        self, path: str | Path, *, encoding: str | None = None, options: Options | None = None
    ) -> Document:
        """Read a file and extract its Document.

        Args:
            path: the file, of any format that is read (docs/formats.md); ``"-"`` is standard input.
            encoding: the name of its encoding; left out, it is found.
            options: how it is to be read, and what it may ask of the machine.

        Raises:
            ReadError: ZX101 to ZX115, saying what is wrong with the file and what to do.
            SettingsError: ZX402, naming the extra that its format needs.
        """
        return assemble(self._in_memory(read_file(path, encoding=encoding, options=options)))

    def analyze(self, text: str, *, source_id: str = "text") -> Analysis:
        """Do the same as `extract`, and hand out the working too."""
        return self.analyze_file(text_file(text, source_id=source_id))

    def analyze_file(self, file: SourceFile) -> Analysis:
        """Run all stages over a file that has been read."""
        reading = self._in_memory(file)
        parts = tuple(reading.parts)
        return Analysis(assemble(replace(reading, parts=parts)), parts)

    def read(self, file: SourceFile) -> Reading:
        """Begin to read a file: run the stages that look at the whole text.

        The rest is done part by part when `Reading.parts` is gone through. `assembly.assemble` makes a
        Document of it, `streaming.document_json` its JSON, which needs less memory.
        """
        return self._read(file, most=None)

    def _in_memory(self, file: SourceFile) -> Reading:
        """Begin to read a file for a Document that will be in memory as a whole."""
        return self._read(file, most=self.settings.most_records)

    def _read(self, file: SourceFile, *, most: int | None) -> Reading:
        values = self.inputs(file)
        for stage in _WHOLE:
            self.run(stage, values)
        return _reading(values, self._parts(values, most=most))

    def _parts(self, whole: Mapping[str, Any], *, most: int | None) -> Iterator[Part]:
        title = whole["title"]
        longest, size = self.settings.longest_part, 0
        for text, speeches in in_parts(whole["text"], whole["speeches"], longest=longest):
            if most is not None and size >= most:
                yield left_unread(text, most)
                return
            values = {**whole, "text": text, "speeches": speeches, "title": title}
            for stage in _BY_PART:
                self.run(stage, values)
            (part,) = values.pop("parts")
            del values
            size += size_of(part) if most is not None else 0
            yield part
            del part
            # It stands in the first part; the offsets of the others are their own.
            title = None

    def inputs(self, file: SourceFile) -> dict[str, Any]:
        """Return the values that the first stages need, by name (`INPUTS`)."""
        return {
            "source": file.source,
            "source_text": file.text,
            "ordered": file.ordered,
            "layout": file.layout,
            "reading_notes": file.notes,
            "settings": self.settings,
            "model": self._model,
        }

    def run(self, stage: Stage, values: dict[str, Any]) -> None:
        """Run one stage, and enter what it assigns into `values`.

        Args:
            stage: one of `STAGES`.
            values: what `inputs` and the stages before it have provided, by name.

        Raises:
            SettingsError: ZX401, naming what the stage requires and nobody has provided.
        """
        missing = [name for name in stage.requires if name not in values]
        if missing:
            raise _missing(stage, missing)
        with using(self._segmenter):
            made = stage.function(**{name: values[name] for name in stage.requires})
        values.update(zip(stage.assigns, (made,) if len(stage.assigns) == 1 else made, strict=True))
