"""The command line: `zhengxie extract | explain | evaluate | train | convert | schema`.

Results go to standard output, messages to standard error. Exit status: 0 all done; 1 some input could not be
read or processed (the rest was); 2 wrong usage; 3 accuracy below a floor.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zhengxie_nlp import __version__
from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.records import Document

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
    HANLP = "hanlp"


@app.command()
def extract(
    files: Annotated[list[str], typer.Argument(help="Text files; - is standard input.", metavar="FILE…")],
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
) -> None:
    """Extract Documents from files: the outline, what was done, devices, numbers and times, with offsets.

    A file that cannot be read is reported and left out; the others are still extracted.
    """
    from zhengxie_nlp.document_builder import Reading, assemble
    from zhengxie_nlp.outputs.summary import summarize
    from zhengxie_nlp.pipeline import Pipeline, Settings
    from zhengxie_nlp.reading.files import read_file
    from zhengxie_nlp.streaming import document_json

    if form is Format.JSON and len(files) > 1:
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
    pipeline = Pipeline(settings)
    printers: dict[Format, Callable[[Reading], Iterable[bytes]]] = {
        Format.JSON: lambda reading: chain(document_json(reading, indent=1), (b"\n",)),
        Format.JSONL: lambda reading: chain(document_json(reading), (b"\n",)),
        Format.SUMMARY: lambda reading: (summarize(assemble(reading)).encode(),),
    }
    failed = 0

    def results() -> Iterator[bytes]:
        nonlocal failed
        for file in files:
            try:
                yield from printers[form](pipeline.read(read_file(file, encoding=encoding)))
            except ZhengxieError as error:
                failed += 1
                _complain(error)

    _print(results(), output)
    if failed:
        raise typer.Exit(EXIT_INPUT)


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
    typer.echo(explained(analysis, at), nl=False)


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="A gold Document (JSON), or a folder of them.")],
    found: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Extracted Documents (JSON), text files, or a folder of either, of the gold's names. "
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
        typer.echo(json.dumps(report.figures(), ensure_ascii=False, indent=1))
    else:
        typer.echo(report_text(report, errors=errors), nl=False)
    if floors is not None:
        low = below_floors(report, read_floors(floors))
        for line in low:
            typer.echo(line, err=True)
        if low:
            raise typer.Exit(EXIT_BELOW_FLOOR)


@app.command()
def train(
    corpus: Annotated[Path, typer.Argument(help="A folder of corpora, such as corpora/.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the model to make.")],
) -> None:
    """Train a model from a corpus: deterministic, and measured on the parts it did not learn from."""
    from zhengxie_nlp.training.train import train as train_model

    model = train_model(corpus, output)
    typer.echo(json.dumps(dict(model.scores), ensure_ascii=False, indent=1))


def _docbin(write: Writer | None) -> tuple[Writer, DocBinReader]:
    from zhengxie_nlp.spacy_components import docbin_files, from_docbin

    return write or docbin_files, from_docbin


class GoldForm(StrEnum):
    """What `convert` writes."""

    JSON = "json"
    BRAT = "brat"
    LABEL_STUDIO = "label-studio"
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
    for path in convert_files(files, output, write=write, types=chosen, read_docbin=read_docbin):
        typer.echo(path)


@app.command()
def schema(output: Output = None) -> None:
    """Print the JSON Schema of a Document, made from the Pydantic models."""
    text = json.dumps(Document.model_json_schema(), ensure_ascii=False, indent=2) + "\n"
    _print(iter([text.encode()]), output)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"zhengxie_nlp {__version__}")
        raise typer.Exit


def _print(parts: Iterator[bytes], output: Path | None) -> None:
    """Write the parts as they come: to stdout, or to a file that is there when all of them are."""
    if output is None:
        for part in parts:
            typer.echo(part, nl=False)
        return
    from zhengxie_nlp.outputs.files import whole_file

    first = next(parts, None)
    if first is None:
        return
    with whole_file(output) as write:
        write(first)
        for part in parts:
            write(part)


def _complain(error: ZhengxieError) -> None:
    typer.echo(str(error).encode(errors="backslashreplace"), err=True)


def main() -> None:
    """Run the command line; coded errors become one line on standard error and exit status 1."""
    # Dictionaries and tables are hundreds of thousands of objects that stay: looking through them for garbage
    # again and again while they are read takes a tenth of the start-up.
    gc.set_threshold(100_000, 20, 100)
    try:
        app()
    except ZhengxieError as error:
        _complain(error)
        sys.exit(EXIT_INPUT)
