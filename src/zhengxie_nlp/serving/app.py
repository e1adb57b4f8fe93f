"""The service as a FastAPI application: `create_app`.

Nothing of a request is kept, written to disk or logged. Each document is done by a worker process within its
limits; the process that talks to the network does no work of its own.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse

from zhengxie_nlp.errors import ServeError, ZhengxieError
from zhengxie_nlp.outputs.page.render import page_html
from zhengxie_nlp.pipeline import Settings
from zhengxie_nlp.records import Document
from zhengxie_nlp.running.workers import Limits, Outcome, Work
from zhengxie_nlp.serving import job
from zhengxie_nlp.serving.desk import Desk
from zhengxie_nlp.serving.metrics import Metrics
from zhengxie_nlp.serving.reference import policy, reference_page
from zhengxie_nlp.serving.requests import FILE_TYPES, FORM, JSON, Sent, documents_of, drop_body

#: The status of an error, by its code; any other of reading is 422, of running 500.
STATUS: Final = {
    "ZX701": 413, "ZX110": 413, "ZX602": 413,
    "ZX702": 415, "ZX105": 415, "ZX113": 415, "ZX111": 415, "ZX402": 415, "ZX115": 415,
    "ZX704": 503, "ZX705": 421, "ZX601": 504, "ZX603": 500, "ZX606": 500, "ZX706": 500, "ZX608": 500,
}  # fmt: skip
_NDJSON: Final = "application/x-ndjson"
_Next = Callable[[Request], Awaitable[Response]]
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class ServeSettings:
    """How the service runs.

    Attributes:
        pipeline: what extracts.
        workers: how many processes; at least 2.
        max_bytes: of a request.
        max_files: of a request to ``/batch``.
        max_requests: so many may be under way; more are turned away with 503.
        limits: what one document may take.
        hosts: the names by which the service may be called; empty: any. On loopback only its own: no page of
            another site can reach it under a name of its own.
    """

    pipeline: Settings = field(default_factory=Settings)
    workers: int = 2
    max_bytes: int = 20_000_000
    max_files: int = 500
    max_requests: int = 64
    limits: Limits = field(default_factory=lambda: Limits(seconds=300.0, megabytes=4096))
    hosts: frozenset[str] = _LOOPBACK


class Problem(BaseModel):
    """What went wrong: the code of the library, the place, what to do."""

    code: str
    problem: str
    where: str = ""
    hint: str = ""


class ErrorAnswer(BaseModel):
    """The body of every answer that is an error."""

    error: Problem


class TextRequest(BaseModel):
    """One text."""

    text: str
    id: str = "text"


class TextsRequest(BaseModel):
    """Several texts."""

    texts: list[TextRequest]


_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    413: {"model": ErrorAnswer, "description": "too large, or wants too much memory"},
    415: {"model": ErrorAnswer, "description": "a type or a format that cannot be read"},
    422: {"model": ErrorAnswer, "description": "no text in it, or not as it should be"},
    503: {"model": ErrorAnswer, "description": "too many requests at once; see Retry-After"},
    504: {"model": ErrorAnswer, "description": "it took longer than it may"},
}


def _taken(text: type[BaseModel]) -> dict[str, Any]:
    """Return how OpenAPI describes the bodies that are taken."""
    schema = text.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    files = {
        "type": "object",
        "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
    }
    raw = {"schema": {"type": "string", "format": "binary"}}
    content = {
        JSON: {"schema": schema},
        FORM: {"schema": files},
        "text/plain": raw,
        **dict.fromkeys(FILE_TYPES, raw),
    }
    return {"requestBody": {"required": True, "content": content}}


class _Service:
    """What the application does, and what it has counted."""

    def __init__(self, settings: ServeSettings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.in_flight = 0
        self.page = page_html({"kind": "serve"}, title="zhengxie_nlp", connect=True)
        self._spill: tempfile.TemporaryDirectory[str] | None = None
        self._desk: Desk | None = None

    def open(self) -> None:
        """Start the workers."""
        self._spill = tempfile.TemporaryDirectory(prefix="zhengxie-")
        work = Work(job.NAME, {"pipeline": self.settings.pipeline.model_dump()}, Path(self._spill.name))
        self._desk = Desk(work, workers=self.settings.workers, limits=self.settings.limits)

    def close(self) -> None:
        """End the workers, and remove where long answers waited to be sent."""
        if self._desk is not None:
            self._desk.close()
        if self._spill is not None:
            self._spill.cleanup()

    async def outcome(self, sent: Sent, *, evidence: bool) -> Outcome:
        """Have one document done."""
        if self._desk is None:
            raise ServeError("ZX704", "the service has not begun yet", hint="Try again in a moment.")
        header = {"id": sent.id, "text": sent.is_text, "encoding": sent.encoding, "evidence": evidence}
        outcome = await asyncio.wrap_future(self._desk.submit(header, sent.data))
        self.metrics.document(outcome.error.code if outcome.error else "done")
        return outcome

    async def extract(self, request: Request, *, evidence: bool) -> Response:
        """Answer ``POST /extract``."""
        sent = await documents_of(request, most=self.settings.max_bytes, files=1)
        outcome = await self.outcome(sent[0], evidence=evidence)
        if outcome.error is not None:
            raise outcome.error
        request.state.characters = outcome.result["characters"]
        if outcome.file is None:
            return Response(outcome.body, media_type=JSON)
        return StreamingResponse(_sent(outcome), media_type=JSON)

    async def batch(self, request: Request) -> Response:
        """Answer ``POST /batch``: a line a document, in the order in which they came."""
        sent = await documents_of(request, most=self.settings.max_bytes, files=self.settings.max_files)

        async def lines() -> AsyncIterator[bytes]:
            # All are given to the workers, a window of them at a time; a line is sent when its turn has come.
            window = 2 * max(2, self.settings.workers)
            under_way = [asyncio.ensure_future(self.outcome(one, evidence=False)) for one in sent[:window]]
            try:
                for at, one in enumerate(sent):
                    outcome = await under_way[at]
                    if at + window < len(sent):
                        under_way.append(
                            asyncio.ensure_future(self.outcome(sent[at + window], evidence=False))
                        )
                    if outcome.error is not None:
                        line = {"id": one.id, **_told(outcome.error)}
                        yield json.dumps(line, ensure_ascii=False).encode() + b"\n"
                        continue
                    async for part in _sent(outcome):
                        yield part
                    yield b"\n"
            finally:
                for waiting in under_way:
                    waiting.cancel()

        return StreamingResponse(lines(), media_type=_NDJSON)


async def _sent(outcome: Outcome) -> AsyncIterator[bytes]:
    try:
        for part in outcome.parts():
            yield part
    finally:
        outcome.drop()


def _told(error: ZhengxieError) -> dict[str, Any]:
    return {"error": {"code": error.code, "problem": error.problem, "where": error.where, "hint": error.hint}}


def _failed(error: ZhengxieError) -> Response:
    status = STATUS.get(error.code, 422)
    headers = {"Retry-After": "2"} if status == 503 else None
    return JSONResponse(_told(error), status, headers=headers)


def create_app(settings: ServeSettings | None = None) -> FastAPI:
    """Make the application; its workers start with it and end with it.

    Args:
        settings: how it runs; by default for one's own machine.

    Returns:
        An ASGI application: ``/`` the page, ``POST /extract``, ``POST /batch``, ``/healthz``, ``/metrics``,
        ``/openapi.json`` and its reference ``/docs``.
    """
    service = _Service(settings or ServeSettings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.open()
        try:
            yield
        finally:
            service.close()

    app = FastAPI(
        title="zhengxie_nlp", version=version("zhengxie-nlp"), lifespan=lifespan,
        docs_url=None, redoc_url=None,
        description="Grounded structure and facts from Chinese political-consultative speeches and reports. "
        "Nothing of a request is kept or logged.",
    )  # fmt: skip
    _routes(app, service)
    app.middleware("http")(_guard(service))
    return app


#: A parameter of the page; it stands here, where FastAPI can find it by its name.
_Wanted = Annotated[bool, Query(description="Give what stands behind each record too, beside the Document.")]


def _routes(app: FastAPI, service: _Service) -> None:
    @app.post(
        "/extract", response_model=Document, responses=_ANSWERS, openapi_extra=_taken(TextRequest),
        summary="Extract one text or file: the Document, as `zhengxie extract` gives it.",
    )  # fmt: skip
    async def extract(request: Request, evidence: _Wanted = False) -> Response:
        return await service.extract(request, evidence=evidence)

    @app.post(
        "/batch", response_class=StreamingResponse, openapi_extra=_taken(TextsRequest),
        responses={200: {"content": {_NDJSON: {}}, "description": "a line a document"}, **_ANSWERS},
        summary="Extract several texts or files: a line each, in their order, a Document or an error.",
    )  # fmt: skip
    async def batch(request: Request) -> Response:
        return await service.batch(request)

    @app.get("/healthz", summary="Whether the service is up.")
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "version": version("zhengxie-nlp")}

    @app.get("/metrics", response_class=PlainTextResponse, summary="Counts, in the form of Prometheus.")
    async def metrics() -> PlainTextResponse:
        return PlainTextResponse(service.metrics.text(in_flight=service.in_flight))

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        html = reference_page(app.openapi(), base=str(request.base_url).rstrip("/"))
        return HTMLResponse(html, headers={"Content-Security-Policy": policy()})

    @app.get("/", include_in_schema=False)
    async def page() -> HTMLResponse:
        return HTMLResponse(service.page)


def _refusal(request: Request, settings: ServeSettings, *, crowded: bool) -> ServeError | None:
    if settings.hosts and (request.url.hostname or "") not in settings.hosts:
        return ServeError("ZX705", "the service does not go by this name", hint="--name allows it.")
    if crowded:
        return ServeError("ZX704", "too many requests at once", hint="Try again in a moment.")
    return None


def _guard(service: _Service) -> Callable[[Request, _Next], Awaitable[Response]]:
    """Return what stands around every request: who may call, how many at once, errors, counts."""
    settings = service.settings
    paths = {"/", "/docs", "/extract", "/batch", "/healthz", "/metrics", "/openapi.json"}

    async def guard(request: Request, call_next: _Next) -> Response:
        began = time.perf_counter()
        works = request.method == "POST"
        service.in_flight += works
        try:
            refusal = _refusal(request, settings, crowded=works and service.in_flight > settings.max_requests)
            if refusal is not None:
                await drop_body(request, most=settings.max_bytes)
                raise refusal
            response = await call_next(request)
        except ZhengxieError as error:
            response = _failed(error)
        except Exception as error:  # whatever it is, the answer has our form, and says nothing of the request
            problem = f"the service failed on this request ({type(error).__name__})"
            response = _failed(ServeError("ZX706", problem, hint="Please report it."))
        finally:
            service.in_flight -= works
        response.headers.update({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
        path = request.url.path if request.url.path in paths else "other"
        characters = getattr(request.state, "characters", 0)
        service.metrics.answered(
            path, response.status_code, seconds=time.perf_counter() - began, characters=characters
        )
        return response

    return guard
