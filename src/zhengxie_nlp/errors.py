"""Every error the library raises: a code, a place, what was wrong and what to do next.

Codes are grouped by room, so that a log can be sorted by them:

========  =====================================================
ZX1xx     reading files and decoding bytes
ZX2xx     Documents and their JSON
ZX3xx     the library's own rules, lexicons and models
ZX4xx     pipeline settings
ZX5xx     evaluation
ZX6xx     batches, archives and the tables made of them
ZX7xx     the web service
ZX9xx     writing files
========  =====================================================
"""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "ZX101": "no such file",
    "ZX102": "a directory where a file is wanted",
    "ZX103": "no permission to read",
    "ZX104": "bytes that are not text in the encoding",
    "ZX105": "binary data where text is wanted",
    "ZX106": "an empty file",
    "ZX107": "an unknown encoding",
    "ZX108": "a file that could not be read or written",
    "ZX109": "text that holds lone surrogates",
    "ZX110": "a file or an archive beyond the limits",
    "ZX111": "an encrypted file",
    "ZX112": "a damaged or truncated file",
    "ZX113": "a file whose content is not what its name says",
    "ZX114": "a file that holds no text to extract",
    "ZX115": "several documents where one is wanted",
    "ZX116": "something else than text where text is wanted",
    "ZX201": "JSON that is not a Document",
    "ZX202": "a ref that does not lie in the text",
    "ZX203": "an annotation that does not fit its text",
    "ZX204": "a Document that does not hold together",
    "ZX301": "a faulty data table",
    "ZX302": "a faulty rule",
    "ZX303": "a model that is missing or does not fit",
    "ZX401": "stages that cannot run in this order",
    "ZX402": "an extra that is not installed",
    "ZX403": "a HanLP component that cannot be used",
    "ZX404": "settings that cannot be",
    "ZX501": "gold and prediction that cannot be compared",
    "ZX601": "a document that took longer than it may",
    "ZX602": "a document that wanted more memory than it may have",
    "ZX603": "a document whose worker died of it",
    "ZX604": "an output folder that holds another job",
    "ZX605": "shards that do not belong together",
    "ZX606": "a document on which the library itself failed",
    "ZX607": "an archive, a list or a table that cannot be gone through",
    "ZX608": "workers that cannot begin",
    "ZX609": "a form of tables that there is not",
    "ZX610": "nothing there that could be compared",
    "ZX701": "a request larger than the service takes",
    "ZX702": "a request of a type that the service does not take",
    "ZX703": "a request that is not as it should be",
    "ZX704": "more requests at once than the service takes",
    "ZX705": "a name that the service does not go by",
    "ZX706": "a request on which the service itself failed",
    "ZX901": "an output that is no file that may be written",
    "ZX902": "an output that is one of the inputs",
    "ZX903": "an output that could not be written",
    "ZX904": "an output that would destroy what a person has made",
}


class ZhengxieError(Exception):
    """Base of every error of this library; catch it to catch them all.

    Args:
        code: one of `CODES`, for example ``"ZX104"``.
        problem: what was wrong, as a sentence without a final stop.
        where: the place: a file, a line, a byte or a character offset. May be empty.
        hint: what the user can do about it, as a whole sentence. May be empty.

    The message reads ``[code] where: problem. hint``. All four parts stay available as attributes,
    and the error survives pickling, so a worker process can hand it back whole.

    Example:
        >>> print(ZhengxieError("ZX106", "the file is empty", where="a.txt", hint="Leave it out."))
        [ZX106] a.txt: the file is empty. Leave it out.
    """

    def __init__(self, code: str, problem: str, *, where: str = "", hint: str = "") -> None:
        if code not in CODES:
            raise ValueError(f"unknown error code {code!r}: add it to zhengxie_nlp.errors.CODES")
        self.code, self.problem, self.where, self.hint = code, problem, where, hint
        place = f"{where}: " if where else ""
        super().__init__(f"[{code}] {place}{problem}.{' ' + hint if hint else ''}")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.problem, self.where, self.hint)


def _rebuild(kind: type[ZhengxieError], code: str, problem: str, where: str, hint: str) -> ZhengxieError:
    return kind(code, problem, where=where, hint=hint)


class ReadError(ZhengxieError):
    """A file or a byte string that cannot be turned into text (ZX1xx)."""


class DocumentError(ZhengxieError):
    """A Document, its JSON or an annotation that does not hold together (ZX2xx)."""


class DataError(ZhengxieError):
    """A fault in the library's own tables, rules or models (ZX3xx)."""


class SettingsError(ZhengxieError):
    """Settings or stages that do not fit together (ZX4xx)."""


def missing_extra(extra: str, needed: str) -> SettingsError:
    """Return the error that says which extra is missing, and the command that installs it.

    Example:
        >>> print(missing_extra("spacy", "spaCy"))
        [ZX402] spaCy is not installed. Run, in the project's folder: pip install '.[spacy]'.
    """
    return SettingsError(
        "ZX402",
        f"{needed} is not installed",
        hint=f"Run, in the project's folder: pip install '.[{extra}]'.",
    )


class BatchError(ZhengxieError):
    """A document that its worker could not finish, or a batch that cannot run (ZX6xx)."""


class WriteError(ZhengxieError):
    """An output that cannot be written, or must not be (ZX9xx)."""


class EvaluationError(ZhengxieError):
    """Gold and prediction that cannot be compared (ZX5xx)."""


class ServeError(ZhengxieError):
    """A request that the web service does not take (ZX7xx)."""
