"""The commands of the command line that make pages: `zhengxie page | view`."""

from __future__ import annotations

import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated, Final

import typer

EXIT_INPUT: Final = 1

Input = Annotated[str, typer.Argument(help="A text file, or a Document (JSON); - is standard input.")]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", "-e", help="The file's encoding (utf-8, gb18030, big5 …). Default: found."),
]
ModelOption = Annotated[
    str, typer.Option("--model", "-m", help="The trained model: a name of ours, or the path of a folder.")
]


def page(
    file: Input,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The page to write. Default: FILE with .html.")
    ] = None,
    encoding: Encoding = None,
    model: ModelOption = "zhengxie",
) -> None:
    """Make a page of one file that any browser opens: the text with its marks, outline, tables, doubts.

    The page holds everything it needs: no network, nothing to install for whoever reads it.
    """
    from zhengxie_nlp.outputs.page.render import write_page

    target = output or Path(Path(file).name if file != "-" else "stdin").with_suffix(".html")
    typer.echo(write_page(target, _html(file, encoding=encoding, model=model), inputs=[file]))


def view(file: Input, encoding: Encoding = None, model: ModelOption = "zhengxie") -> None:
    """Make a page of one file in the temporary folder and open it in the browser."""
    from zhengxie_nlp.outputs.page.render import write_page

    folder = Path(tempfile.mkdtemp(prefix="zhengxie-"))
    path = write_page(folder / "page.html", _html(file, encoding=encoding, model=model))
    typer.echo(path)
    webbrowser.open(path.as_uri())


def apply(
    corrections: Annotated[Path, typer.Argument(help="A corrections file, as the page saves it.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="The documents: texts, Documents (JSON), documents.jsonl, or the folder of a batch. "
            "Left out, the files that the corrections name.",
            metavar="[FILE|OUT…]",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder to write into: gold/NAME.json.")
    ] = Path("corrected"),
    model: ModelOption = "zhengxie",
) -> None:
    """Make gold of what a person corrected on a page, and measure the machine against it.

    Records are found again by their characters: the corrections outlive the version they were made with. The
    folder is a corpus that `zhengxie train` learns from.
    """
    from zhengxie_nlp.annotation.corrections import decided_text
    from zhengxie_nlp.correcting import apply_all, measured

    applied = apply_all(corrections, sources or [], output, model=model)
    for name, one in applied.items():
        for problem in one.problems:
            typer.echo(f"{name}: {problem}", err=True)
    typer.echo(decided_text(list(applied.values())), nl=False)
    typer.echo(measured(list(applied.values())), nl=False)
    typer.echo(output / "gold")
    if any(one.problems for one in applied.values()):
        raise typer.Exit(EXIT_INPUT)


def _html(file: str, *, encoding: str | None, model: str) -> str:
    from zhengxie_nlp.outputs.page.render import document_page
    from zhengxie_nlp.page_inputs import read_given

    (given,) = read_given([file], encoding=encoding, model=model)
    return document_page(given.document, evidence=given.evidence)
