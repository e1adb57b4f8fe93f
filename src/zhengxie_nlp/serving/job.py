"""What a worker of the service does with one request's document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from zhengxie_nlp.explanation import evidence
from zhengxie_nlp.pipeline import Pipeline, Settings
from zhengxie_nlp.reading.files import read_bytes, text_file
from zhengxie_nlp.reading.source_file import SourceFile
from zhengxie_nlp.running.worker import Job
from zhengxie_nlp.streaming import document_json

#: The name by which workers find the maker of this job.
NAME = "zhengxie_nlp.serving.job:make"


def make(settings: dict[str, Any]) -> Job:
    """Return the job that extracts what a request holds.

    Args:
        settings: ``pipeline``: the fields of `pipeline.Settings`.

    Returns:
        A job. A task says the document's ``id``; ``text``, whether the bytes are its text in UTF-8 and not
        those of a file; ``encoding``; and ``evidence``: whether what stands behind the records is wanted too,
        as it is for the page. The bytes of its answer are the JSON.
    """
    pipeline = Pipeline(Settings.model_validate(settings["pipeline"]))
    pipeline.extract("今年以来，开展活动。")

    def job(task: dict[str, Any], data: bytes) -> tuple[Iterable[bytes], Callable[[], dict[str, Any]]]:
        source = _read(task, data)
        told = {"characters": len(source.text)}
        if not task["evidence"]:
            return document_json(pipeline.read(source)), lambda: told
        analysis = pipeline.analyze_file(source)
        behind = json.dumps(evidence(analysis), ensure_ascii=False)
        whole = f'{{"document":{analysis.document.model_dump_json()},"evidence":{behind}}}'
        return (whole.encode(),), lambda: told

    return job


def _read(task: dict[str, Any], data: bytes) -> SourceFile:
    if task["text"]:
        return text_file(data.decode("utf-8"), source_id=task["id"])
    return read_bytes(data, id=task["id"], path=task["id"], encoding=task["encoding"])
