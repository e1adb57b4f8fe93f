"""zhengxie_nlp understands Chinese political-consultative (政协) speeches and work reports.

Example:
    >>> import zhengxie_nlp
    >>> document = zhengxie_nlp.extract("一是健全学习制度。每年举办讲座40多次。")
    >>> [record.ref.text for record in document.records if record.type == "quantity"]
    ['40多次']

Importing the package does no work; the rules are read when the first text is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from zhengxie_nlp.errors import ZhengxieError
    from zhengxie_nlp.pipeline import Pipeline, Settings
    from zhengxie_nlp.records import Document, read_back

__version__ = "0.1.0"
__all__ = [
    "Document",
    "Pipeline",
    "Settings",
    "ZhengxieError",
    "extract",
    "extract_file",
    "read_back",
    "userdict_path",
]

_HOMES = {
    "Document": "records",
    "Pipeline": "pipeline",
    "Settings": "pipeline",
    "ZhengxieError": "errors",
    "read_back": "records",
}


def extract(text: str) -> Document:
    """Extract the Document of one text with the default settings.

    Args:
        text: the whole text, as decoded.

    Raises:
        ReadError: ZX109, if the text holds lone surrogates.
    """
    from zhengxie_nlp.pipeline import Pipeline

    return Pipeline().extract(text)


def extract_file(path: str | Path, *, encoding: str | None = None) -> Document:
    """Read a file and extract its Document with the default settings.

    Args:
        path: the file, of any format that is read (docs/formats.md); ``"-"`` is standard input.
        encoding: the name of its encoding; left out, it is found.

    Raises:
        ReadError: ZX101 to ZX115, saying what is wrong with the file and what to do.
        SettingsError: ZX402, naming the extra that its format needs.
    """
    from zhengxie_nlp.pipeline import Pipeline

    return Pipeline().extract_file(path, encoding=encoding)


def userdict_path() -> Path:
    """Return the path of our words and terms as a user dictionary in jieba's format.

    It works in plain jieba too: ``jieba.load_userdict(str(zhengxie_nlp.userdict_path()))``.
    """
    from pathlib import Path

    return Path(__file__).parent / "data" / "userdict.txt"


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name may be asked for
    """Import the public names on first use: `import zhengxie_nlp` alone stays instant."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"zhengxie_nlp.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'zhengxie_nlp' has no attribute {name!r}")
