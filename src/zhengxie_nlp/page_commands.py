"""The commands that make pages and what comes of them: `zhengxie page | view | apply | serve`."""

from __future__ import annotations

import os
import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated, Final

import typer

from zhengxie_nlp.streams import EXIT_SIGNAL, Ended

EXIT_INPUT: Final = 1

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="A text or a Document (JSON), - for standard input; several, documents.jsonl or the folder of a "
        "batch make an archive.",
        metavar="FILE|OUT…",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", "-e", help="The file's encoding (utf-8, gb18030, big5 …). Default: found."),
]
ModelOption = Annotated[
    str, typer.Option("--model", "-m", help="The trained model: a name of ours, or the path of a folder.")
]


def page(
    files: Inputs,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The page to write. Default: FILE with .html.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="The title of an archive.")] = None,
    encoding: Encoding = None,
    model: ModelOption = "zhengxie",
) -> None:
    """Make a page that any browser opens: of one file, or of a whole archive with tables, charts and search.

    The page holds everything it needs: no network, nothing to install for whoever reads it.
    """
    from zhengxie_nlp.outputs.page.render import write_page

    first = Path(files[0]) if files[0] != "-" else Path("stdin")
    target = output or Path(first.resolve().name).with_suffix(".html")
    html = _html(files, title=title, encoding=encoding, model=model)
    typer.echo(write_page(target, html, inputs=[file for file in files if file != "-"]))


def view(
    files: Inputs,
    title: Annotated[str | None, typer.Option(help="The title of an archive.")] = None,
    encoding: Encoding = None,
    model: ModelOption = "zhengxie",
) -> None:
    """Make a page in the temporary folder and open it in the browser."""
    from zhengxie_nlp.outputs.page.render import write_page

    folder = Path(tempfile.mkdtemp(prefix="zhengxie-"))
    html = _html(files, title=title, encoding=encoding, model=model)
    path = write_page(folder / "page.html", html)
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


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen at; 0.0.0.0 is reached from the network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.", min=0, max=65535)] = 8315,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A name that the service may be called by; repeat it.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=2, help="So many processes; default: one a core.")
    ] = None,
    max_bytes: Annotated[int, typer.Option(help="Bytes that a request may have.", min=1)] = 20_000_000,
    max_requests: Annotated[int, typer.Option(help="Requests that may be under way.", min=1)] = 64,
    timeout: Annotated[float, typer.Option(help="Seconds that one document may take.", min=0.1)] = 300.0,
    memory: Annotated[int, typer.Option(help="MB of memory that one worker may have.", min=256)] = 4096,
    model: ModelOption = "zhengxie",
) -> None:
    """Serve the page for pasted texts and dropped files, and POST /extract and /batch, on this machine.

    Nothing of a request is kept or logged. http://127.0.0.1:8315/docs says how programs call it.
    """
    try:
        import uvicorn

        from zhengxie_nlp.serving.app import ServeSettings, create_app
    except ModuleNotFoundError as error:
        from zhengxie_nlp.errors import missing_extra

        raise missing_extra("serve", error.name or "FastAPI") from error
    from zhengxie_nlp.pipeline import Settings
    from zhengxie_nlp.running.workers import Limits

    own = {"127.0.0.1", "localhost", "::1"}
    settings = ServeSettings(
        pipeline=Settings(model=model),
        workers=workers or max(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2),
        max_bytes=max_bytes,
        max_requests=max_requests,
        limits=Limits(timeout, memory),
        # At an address of the network any name may be meant, unless names are given.
        hosts=frozenset(own | set(name or ())) if host in own or name else frozenset(),
    )
    typer.echo(f"http://{host}:{port}/  (Ctrl-C ends it)", err=True)
    app = create_app(settings)
    try:
        uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", server_header=False)
    except Ended as ended:
        # A service that is told to stop has not been broken off: requests under way are answered first.
        raise typer.Exit(EXIT_SIGNAL + ended.number) from None


def _html(files: list[str], *, title: str | None, encoding: str | None, model: str) -> str:
    from zhengxie_nlp.outputs.page.archive import MANY_DOCUMENTS, Archive
    from zhengxie_nlp.outputs.page.pictures import page_pictures
    from zhengxie_nlp.outputs.page.render import document_page
    from zhengxie_nlp.page_inputs import is_archive, read_compared, read_given

    given = read_given(files, encoding=encoding, model=model)
    if len(files) == 1 and not is_archive(files[0]):
        (only,) = given
        images = page_pictures(only.file, only.document) if only.file else {}
        return document_page(only.document, evidence=only.evidence, images=images)
    archive = Archive(title=title or Path(files[0]).resolve().name)
    for one in given:
        archive.add(one.document, evidence=one.evidence)
        if archive.count == MANY_DOCUMENTS + 1:
            typer.echo(
                f"More than {MANY_DOCUMENTS:,} documents: the page will be heavy. For archives of this size "
                "run `zhengxie export OUT --to sqlite` and open archive.sqlite with Datasette.",
                err=True,
            )
    return archive.html(compared=read_compared(files))
