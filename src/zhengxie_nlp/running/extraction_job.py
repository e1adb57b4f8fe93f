"""What a worker does with one document: read it, extract it, write its JSON, sign its speeches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from zhengxie_nlp.document_builder import Part, Reading
from zhengxie_nlp.pipeline import Pipeline, Settings
from zhengxie_nlp.reading.files import read_bytes, read_file
from zhengxie_nlp.reading.protocol import Limits, Options
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.running.likeness import Signed, signatures
from zhengxie_nlp.running.worker import Job
from zhengxie_nlp.streaming import document_json

#: The name by which workers find the maker of this job.
NAME = "zhengxie_nlp.running.extraction_job:make"


def make(settings: dict[str, Any]) -> Job:
    """Return the job that extracts documents.

    Args:
        settings: ``pipeline``: the fields of `pipeline.Settings`; ``reading``: those of
            `reading.protocol.Options`; ``encoding``: that of all texts, or None.

    Returns:
        A job. A task says the document's ``id``, the ``path`` it is shown with and the ``file`` to open, or
        None where the bytes come with it. The result says how long the text is, how many records it has, and
        the signatures of its speeches.
    """
    pipeline = Pipeline(Settings.model_validate(settings["pipeline"]))
    encoding, reading = settings["encoding"], read_options(settings["reading"])
    # Dictionaries and models are read now: what is wrong with them is no document's fault, nor is their time.
    pipeline.extract("今年以来，开展活动。")

    def job(task: dict[str, Any], data: bytes) -> tuple[Iterable[bytes], Callable[[], dict[str, Any]]]:
        file = read_document(
            id=task["id"], path=task["path"], file=task["file"], data=data, encoding=encoding, options=reading
        )
        watched = _Watched(pipeline.read(file))
        return _line(watched.reading()), watched.result

    return job


def read_options(fields: dict[str, Any]) -> Options:
    """Return the options whose fields these are, as JSON has them."""
    return Options(**{**fields, "limits": Limits(**fields["limits"])})


def read_document(
    *, id: str, path: str, file: str | None, data: bytes, encoding: str | None, options: Options | None = None
) -> SourceFile:
    """Read one document of an archive.

    Args:
        id: what the Document is to be called.
        path: the path it is shown with.
        file: the file to open; None to take the bytes given.
        data: the bytes of what lies in an archive or a table.
        encoding: its encoding; found if left out.
        options: how it is to be read, and what it may ask of the machine.

    Raises:
        ReadError: whatever keeps it from being read.
    """
    if file is None:
        return read_bytes(data, id=id, path=path, encoding=encoding, options=options)
    read = read_file(file, encoding=encoding, options=options)
    return replace(read, source=read.source.model_copy(update={"id": id, "path": path}))


def _line(reading: Reading) -> Iterator[bytes]:
    yield from document_json(reading)
    yield b"\n"


@dataclass(slots=True)
class _Watched:
    """A text that is being read, and what is noticed of its parts on their way."""

    whole: Reading
    records: int = 0
    signed: list[Signed] = field(default_factory=list)

    def reading(self) -> Reading:
        """Return the text with its parts watched."""
        return replace(self.whole, parts=self._parts())

    def _parts(self) -> Iterator[Part]:
        for part in self.whole.parts:
            text = part.context.text
            spans = list(text.spans)
            self.records += len(part.kept)
            self.signed += signatures(
                (
                    speech.id,
                    "\n".join(text.text[spans[at].start : spans[at].end] for at in speech.paragraphs),
                )
                for speech in part.context.structure.speeches
            )
            yield part

    def result(self) -> dict[str, Any]:
        """Return what was noticed; asked for when the parts have gone by."""
        length = len(self.whole.text.source)
        return {"characters": length, "records": self.records, "speeches": [list(one) for one in self.signed]}
