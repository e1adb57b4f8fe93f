"""What the pipeline is measured against: cutting words alone, tagging them, and a stack of recognizers.

Each rival reads one text and throws its results away. One that is not installed says so.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

Reads = Callable[[str], object]
_SENTENCES = re.compile(r"[^。！？\n]+[。！？]?")


@dataclass(frozen=True)
class Rival:
    """One rival.

    Attributes:
        name: what the table calls it.
        goal: how many times as fast as it the pipeline is to be.
        load: returns what reads a text; raises ImportError where it is not installed.
        characters: how much text it is given, in characters.
        install: what pip is to install.
        remark: what a reader of its figures has to know.
    """

    name: str
    goal: float
    load: Callable[[], Reads]
    characters: int
    install: str
    remark: str = ""


def _cut() -> Reads:
    jieba = _jieba()
    jieba.initialize()
    return lambda text: list(jieba.cut(text))


def _tag() -> Reads:
    _jieba()
    import jieba.posseg

    return lambda text: list(jieba.posseg.cut(text))


def _jieba():
    with warnings.catch_warnings():
        # jieba 0.42 asks for pkg_resources where there is one, which warns of its own end.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel("WARNING")
    return jieba


def _stack() -> Reads:
    """Tag, then find numbers, currencies, dimensions and dates, sentence by sentence, as it is used."""
    from recognizers_date_time import DateTimeRecognizer
    from recognizers_number import NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer
    from recognizers_text import Culture

    culture = Culture.Chinese
    models = [
        NumberRecognizer(culture).get_number_model(),
        NumberWithUnitRecognizer(culture).get_currency_model(),
        NumberWithUnitRecognizer(culture).get_dimension_model(),
        DateTimeRecognizer(culture).get_datetime_model(),
    ]
    tag = _tag()

    def read(text: str) -> object:
        found = [tag(text)]
        for sentence in _SENTENCES.findall(text):
            found.extend(model.parse(sentence) for model in models)
        return found

    return read


RIVALS = (
    Rival("jieba.cut", 1.0, _cut, 120_000, "jieba"),
    Rival("jieba.posseg", 5.0, _tag, 120_000, "jieba"),
    Rival(
        "jieba.posseg + Recognizers-Text",
        50.0,
        _stack,
        20_000,
        # 1.0.2a2 is the newest there is; it asks for names that emoji 2 no longer has.
        "recognizers-text-suite==1.0.2a2 'emoji<2'",
        "it reads less text than the others, because it is slow, and reads it sentence by sentence",
    ),
)
