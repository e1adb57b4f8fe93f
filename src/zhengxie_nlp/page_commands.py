"""The commands of the command line that make pages: `zhengxie page | view`."""

from __future__ import annotations

import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from zhengxie_nlp.records import Document

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
    typer.echo(write_page(target, _html(file, encoding=encoding, model=model)))


def view(file: Input, encoding: Encoding = None, model: ModelOption = "zhengxie") -> None:
    """Make a page of one file in the temporary folder and open it in the browser."""
    from zhengxie_nlp.outputs.page.render import write_page

    folder = Path(tempfile.mkdtemp(prefix="zhengxie-"))
    path = write_page(folder / "page.html", _html(file, encoding=encoding, model=model))
    typer.echo(path)
    webbrowser.open(path.as_uri())


def _html(file: str, *, encoding: str | None, model: str) -> str:
    from zhengxie_nlp.explanation import evidence
    from zhengxie_nlp.outputs.page.render import document_page
    from zhengxie_nlp.pipeline import Pipeline
    from zhengxie_nlp.reading.files import read_file

    if file.endswith(".json"):
        from zhengxie_nlp.annotation.annotate import read_content

        return document_page(Document.parse(read_content(Path(file)), where=file))
    analysis = Pipeline(model=model).analyze_file(read_file(file, encoding=encoding))
    return document_page(analysis.document, evidence=evidence(analysis))
