"""The command line: `zhengxie extract | batch | merge | export | explain | evaluate | train | convert …`.

Results go to standard output, messages to standard error. Exit status: 0 all done; 1 some input could not be
read or processed (the rest was); 2 wrong usage; 3 accuracy below a floor.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhengxie_nlp import __version__, archive_commands, page_commands
from zhengxie_nlp.errors import WriteError, ZhengxieError
from zhengxie_nlp.messages import language_of, speak, unknown_language, without_option
from zhengxie_nlp.records import CATEGORIES, json_schema
from zhengxie_nlp.streams import (
    EXIT_PIPE,
    EXIT_SIGNAL,
    Ended,
    ReaderGoneError,
    complain,
    emit,
    emit_text,
    ended_by_signal,
)
from zhengxie_nlp.usage import EXIT_USAGE, fold_help, run, translate_help
from zhengxie_nlp.writing import GrowingFile, is_file_goal, shown, whole_file

if TYPE_CHECKING:
    from zhengxie_nlp.annotation.exchange import DocBinReader, Writer

EXIT_INPUT: Final = 1
EXIT_BELOW_FLOOR: Final = 3

app = typer.Typer(
    name="zhengxie",
    help="Grounded structure and facts from Chinese political-consultative speeches and reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ModelOption = Annotated[
    str, typer.Option("--model", "-m", help="The trained model: a name of ours, or the path of a folder.")
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", "-e", help="The files' encoding (utf-8, gb18030, big5 …). Default: found."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write to this file (complete or not at all) instead of stdout."),
]


class Format(StrEnum):
    """How `extract` prints a Document."""

    JSON = "json"
    JSONL = "jsonl"
    SUMMARY = "summary"


class Words(StrEnum):
    """What cuts text into words."""

    JIEBA = "jieba"
    JIEBA_PYTHON = "jieba-python"
    LAC = "lac"
    HANLP = "hanlp"


class Revised(StrEnum):
    """Which version of a text with tracked changes is read."""

    ACCEPTED = "accepted"
    ORIGINAL = "original"


class OnBadBytes(StrEnum):
    """What becomes of bytes that are no text in the encoding."""

    STRICT = "strict"
    REPLACE = "replace"


class Office(StrEnum):
    """What reads old Word files."""

    OWN = "own"
    SOFFICE = "soffice"


@app.command()
def extract(
    files: Annotated[
        list[str],
        typer.Argument(help="Files of any format, folders, archives; - is standard input.", metavar="PATH…"),
    ],
    output: Output = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to print each Document.")] = Format.JSON,
    encoding: Encoding = None,
    model: ModelOption = "zhengxie",
    keep_order: Annotated[
        bool, typer.Option("--keep-order", help="Take the text in source order; restore no reading order.")
    ] = False,
    min_confidence: Annotated[
        float,
        typer.Option("--min-confidence", help="Leave out records and categories less sure.", min=0, max=1),
    ] = 0.0,
    words: Annotated[Words, typer.Option("--words", help="What cuts text into words.")] = Words.JIEBA,
    userdict: Annotated[
        list[Path] | None,
        typer.Option("--userdict", help="A user dictionary in jieba's format; may be repeated."),
    ] = None,
    hanlp_model: Annotated[
        str | None, typer.Option("--hanlp-model", help="With --words hanlp: a folder, or a name of HanLP's.")
    ] = None,
    revisions: Annotated[
        Revised, typer.Option("--revisions", help="Read tracked changes as accepted, or the original.")
    ] = Revised.ACCEPTED,
    office: Annotated[
        Office, typer.Option("--office", help="What reads .doc and .wps: our own way, or LibreOffice.")
    ] = Office.OWN,
    ocr: Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise the text of pictures.")] = True,
    text_column: Annotated[
        str | None, typer.Option("--text-column", help="The column of a table that holds the texts.")
    ] = None,
    errors: Annotated[
        OnBadBytes, typer.Option("--errors", help="Refuse a text with bytes that are none, or replace them.")
    ] = OnBadBytes.STRICT,
    resume: Annotated[
        bool, typer.Option("--resume", help="With jsonl and -o: go on with a run that was broken off.")
    ] = False,
) -> None:
    """Extract Documents from files: the outline, what was done, devices, numbers and times, with offsets.

    Text, Word, PDF, OFD, HTML and more, in folders and archives too (docs/formats.md). A file that cannot be
    read is reported and left out; the others are still extracted.
    """
    from zhengxie_nlp.document_builder import Reading, assemble
    from zhengxie_nlp.outputs.summary import summarize
    from zhengxie_nlp.pipeline import Pipeline, Settings
    from zhengxie_nlp.reading.protocol import Options, Unread
    from zhengxie_nlp.reading.sources import read_all
    from zhengxie_nlp.streaming import document_json

    if form is Format.JSON and (len(files) > 1 or Path(files[0]).is_dir()):
        raise typer.BadParameter("several files make several Documents: use --format jsonl or summary")
    if (words is Words.HANLP) != (hanlp_model is not None):
        raise typer.BadParameter("--words hanlp and --hanlp-model go together")
    settings = Settings(
        restore_order=not keep_order,
        model=model,
        min_confidence=min_confidence,
        words=words.value,
        userdicts=tuple(map(str, userdict or ())),
        hanlp_model=hanlp_model,
    )
    options = Options(
        revisions=revisions.value, office=office.value, ocr=ocr, text_column=text_column, errors=errors.value
    )
    pipeline = Pipeline(settings)
    printers: dict[Format, Callable[[Reading], Iterable[bytes]]] = {
        Format.JSON: lambda reading: chain(document_json(reading, indent=1), (b"\n",)),
        # A line is written when all of it is there: a text that fails halfway leaves no half of one.
        Format.JSONL: lambda reading: (b"".join((*document_json(reading), b"\n")),),
        Format.SUMMARY: lambda reading: (summarize(assemble(reading)).encode(),),
    }
    lines = _Lines(output, inputs=files, resume=resume) if output and form is Format.JSONL else None
    failed = 0

    def results() -> Iterator[bytes]:
        nonlocal failed
        for file in read_all(files, encoding=encoding, options=options, only_one=form is Format.JSON):
            try:
                if isinstance(file, Unread):
                    raise file.error
                if lines is None or file.source.id not in lines.done:
                    yield from printers[form](pipeline.read(file))
            except ZhengxieError as error:
                failed += 1
                complain(error)

    if lines is not None:
        lines.write(results())
    elif output is None and form is Format.SUMMARY:
        for part in results():
            emit_text(part.decode())
    else:
        _print(results(), output, inputs=files)
    if failed:
        raise typer.Exit(EXIT_INPUT)


class _Lines:
    """A JSON Lines file, written line by line: broken off, it is kept, and a later run goes on with it.

    Until it is done it is called ``NAME.unfinished``.

    Args:
        output: the file to make in the end.
        inputs: the files that are read, which it must not be.
        resume: whether to go on with an unfinished one.

    Raises:
        WriteError: ZX904, if there is an unfinished one and `resume` does not say what to do with it.
    """

    def __init__(self, output: Path, *, inputs: Sequence[str], resume: bool) -> None:
        self.output, self.inputs = output, inputs
        self.path = output.with_name(f"{output.name}.unfinished")
        self.is_file = is_file_goal(output, inputs=inputs)
        self.done: set[str] = set()
        self._kept = 0
        if self.is_file and self.path.exists():
            if not resume:
                hint = "Add --resume to go on with it, or remove it."
                problem = "an earlier run was broken off, and what it had finished is here"
                raise WriteError("ZX904", problem, where=shown(self.path), hint=hint)
            for line in self.path.read_bytes().splitlines(keepends=True):
                if line.endswith(b"\n"):
                    self._kept += len(line)
                    self.done.add(json.loads(line)["source"]["id"])

    def write(self, lines: Iterator[bytes]) -> None:
        """Write lines as they come; none are written where there are none."""
        if not self.is_file:
            _print(lines, self.output)
            return
        first = next(lines, b"")
        if not first and not self.done:
            return
        growing, count = GrowingFile(self.path, keep=self._kept), len(self.done)
        try:
            for line in chain((first,), lines):
                growing.write(line)
                growing.flush()
                count += 1
            growing.become(self.output, inputs=self.inputs)
        except Ended:
            complain(
                f"{count} Documents are kept in {shown(self.path)}: the same command with --resume goes on."
            )
            raise


@app.command()
def explain(
    file: Annotated[str, typer.Argument(help="A text file; - is standard input.")],
    at: Annotated[int, typer.Option("--at", help="A source offset, in characters from 0.", min=0)],
    encoding: Encoding = None,
) -> None:
    """Say which rule made the record at a place of the source, and from which characters."""
    from zhengxie_nlp.explanation import explain as explained
    from zhengxie_nlp.pipeline import Pipeline
    from zhengxie_nlp.reading.files import read_file

    analysis = Pipeline().analyze_file(read_file(file, encoding=encoding))
    emit_text(explained(analysis, at))


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="A gold Document (JSON), several (JSON Lines), or a folder of them.")
    ],
    found: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Extracted Documents (JSON, JSON Lines), texts, or a folder of these, of the gold's names. "
            "Left out, the gold's own texts are extracted.",
            metavar="[PRED|FILE…]",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    errors: Annotated[
        int, typer.Option("--errors", min=0, metavar="N", help="List up to N errors of each kind.")
    ] = 0,
    floors: Annotated[
        Path | None,
        typer.Option("--floors", help="A JSON file of lowest figures; exit status 3 below one of them."),
    ] = None,
    only: Annotated[
        Path | None,
        typer.Option("--split", help="A split.tsv; with --part, only its documents are compared."),
    ] = None,
    part: Annotated[str, typer.Option("--part", help="train, dev or test, with --split.")] = "test",
    model: ModelOption = "zhengxie",
) -> None:
    """Compare extractions with gold: precision, recall and F1 of every label, accuracy of attributes."""
    from zhengxie_nlp.evaluation.comparing import below_floors, compare, read_floors, report_text

    report = compare(gold, found or [], split=only, part=part, model=model)
    if as_json:
        emit(json.dumps(report.figures(), ensure_ascii=False, indent=1).encode() + b"\n")
    else:
        emit_text(report_text(report, errors=errors))
    for line in report.errors["text"]:
        complain(line)
    status = EXIT_INPUT if report.errors["text"] else 0
    if floors is not None:
        low = below_floors(report, read_floors(floors))
        for line in low:
            complain(line)
        status = EXIT_BELOW_FLOOR if low else status
    if status:
        raise typer.Exit(status)


class TrainingTask(StrEnum):
    """What `train` can train."""

    COUNTED = "counted"
    MECHANISMS = "mechanisms"
    CATEGORIES = "categories"
    INITIATIVES = "initiatives"


@app.command()
def train(
    corpus: Annotated[
        list[Path], typer.Argument(help="Folders of corpora or of gold Documents, such as corpora/.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the model to make.")],
    only: Annotated[
        list[TrainingTask] | None,
        typer.Option("--only", help="Train this alone, and take all else from --base; may be repeated."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--base", help="The model to take from what is not trained; with --only, zhengxie."),
    ] = None,
) -> None:
    """Train a model from a corpus: deterministic, and measured on the parts it did not learn from.

    Categories may be the corpus's own: its label set is that of its Documents.
    """
    from zhengxie_nlp.learning.model import load_model
    from zhengxie_nlp.training.train import NAMED_TASKS
    from zhengxie_nlp.training.train import train as train_model

    names = {one.value for one in only} if only else NAMED_TASKS.keys()
    chosen = base or ("zhengxie" if only else None)
    model = train_model(
        corpus,
        output,
        tasks=tuple(task for name, task in NAMED_TASKS.items() if name in names),
        base=load_model(chosen) if chosen else None,
    )
    emit(json.dumps(dict(model.scores), ensure_ascii=False, indent=1).encode() + b"\n")


for _command in (
    archive_commands.batch,
    archive_commands.merge,
    archive_commands.export,
    archive_commands.compare,
):
    app.command()(_command)


def _docbin(write: Writer | None) -> tuple[Writer, DocBinReader]:
    from zhengxie_nlp.spacy_components import docbin_files, from_docbin

    return write or docbin_files, from_docbin


class GoldForm(StrEnum):
    """What `convert` writes."""

    JSON = "json"
    BRAT = "brat"
    LABEL_STUDIO = "label-studio"
    INCEPTION = "inception"
    DOCBIN = "docbin"


@app.command()
def convert(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Documents (.json), brat (.ann), Label Studio (.json), DocBins (.spacy), or folders."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write into.")],
    to: Annotated[GoldForm, typer.Option("--to", help="The form to write.")] = GoldForm.JSON,
    types: Annotated[
        str, typer.Option("--types", help="The record types annotated in the tool, with commas between.")
    ] = "quantity,numeral_term,time,mechanism,initiative",
    categories: Annotated[
        str | None,
        typer.Option("--categories", help="The label set to annotate with, with commas between: your own."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there and differ.")] = False,
) -> None:
    """Turn Documents into work for brat, Label Studio or spaCy, and what these hold into gold Documents."""
    from zhengxie_nlp.annotation.exchange import WRITERS
    from zhengxie_nlp.annotation.exchange import convert as convert_files
    from zhengxie_nlp.annotation.standoff import MARK_TYPES

    chosen = tuple(type_ for type_ in MARK_TYPES if type_ in types.split(","))
    if len(chosen) != len(types.split(",")):
        raise typer.BadParameter(f"--types takes {','.join(MARK_TYPES)}")
    write, read_docbin = WRITERS.get(to.value), None
    inner = (one for file in files for one in (file.iterdir() if file.is_dir() else (file,)))
    if write is None or any(file.suffix == ".spacy" for file in inner):
        write, read_docbin = _docbin(write)
    failed: list[ZhengxieError] = []
    written = convert_files(
        files, output, write=write, types=chosen, read_docbin=read_docbin,
        categories=tuple(categories.split(",")) if categories else None, force=force, on_error=failed.append,
    )  # fmt: skip
    for path in written:
        emit_text(f"{path}\n")
    for error in failed:
        complain(error)
    if failed:
        raise typer.Exit(EXIT_INPUT)


@app.command()
def schema(
    output: Output = None,
    model: Annotated[
        str | None, typer.Option("--model", help="The model whose categories it names; by default zhengxie.")
    ] = None,
) -> None:
    """Print the JSON Schema of a Document, made from the Pydantic models."""
    from zhengxie_nlp.categories.wording import categories_of
    from zhengxie_nlp.learning.model import load_model

    labels = categories_of(load_model(model)) if model else CATEGORIES
    text = json.dumps(json_schema(labels), ensure_ascii=False, indent=2) + "\n"
    _print(iter([text.encode()]), output)


app.command()(page_commands.page)
app.command()(page_commands.view)
app.command()(page_commands.apply)
app.command()(page_commands.serve)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
    lang: Annotated[
        str | None,
        typer.Option("--lang", help="The language of messages: zh or en. Default: that of the locale."),
    ] = None,
) -> None:
    # `main` has taken --lang from the arguments: it may stand anywhere among them.
    if version:
        typer.echo(f"zhengxie_nlp {__version__}")
        raise typer.Exit


def _print(parts: Iterator[bytes], output: Path | None, *, inputs: Sequence[str] = ()) -> None:
    """Write the parts as they come: to stdout, or to a file that is there when all of them are."""
    if output is None:
        for part in parts:
            emit(part)
        return
    first = next(parts, None)
    if first is None:
        return
    with whole_file(output, inputs=inputs) as write:
        write(first)
        for part in parts:
            write(part)


def main() -> None:
    """Run the command line; coded errors become one line on standard error and exit status 1."""
    # Dictionaries and tables are hundreds of thousands of objects that stay: looking through them for garbage
    # again and again while they are read takes a tenth of the start-up.
    gc.set_threshold(100_000, 20, 100)
    arguments = sys.argv[1:]
    speak(language_of(arguments))
    if (unknown := unknown_language(arguments)) is not None:
        complain(f"--lang: there is no language “{unknown}”; give zh or en.")
        sys.exit(EXIT_USAGE)
    left = without_option(arguments)
    if not left or "--help" in left:
        fold_help()
    command = typer.main.get_command(app)
    translate_help(command)
    try:
        with ended_by_signal():
            sys.exit(run(command, left))
    except ReaderGoneError:
        sys.exit(EXIT_PIPE)
    except Ended as ended:
        complain("Broken off; nothing was written that is not whole.")
        sys.exit(EXIT_SIGNAL + ended.number)
    except ZhengxieError as error:
        complain(error)
        sys.exit(EXIT_INPUT)
